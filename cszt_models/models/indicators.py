"""Registry of modelled indicators: cells that blocks draw, and what follows from them.

`CELL_KINDS` lists the cells of every project, `cell_kinds` adds those of its measures;
`INDICATORS` lists what is projected from them besides measures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cszt_models.models import components as parts
from cszt_models.models import growth, industry, population, price, urbanization
from cszt_models.project.project import Project
from cszt_models.scenarios.levers import TRANSFERS, LeverName
from cszt_models.structural.panel import CELLS
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
)

Array = NDArray[np.float64]

PRICE, REVISION = "price", parts.REVISION
SECTOR_MIX = "sectors"  # value added of all sectors as one subject
_PRIMARY, _BALANCE = industry.AGRICULTURE, industry.BALANCE


def percent_share(cells: Array) -> Array:
    """Shares in percent from logits."""
    return np.asarray(100 * expit(cells))


@dataclass(frozen=True)
class CellKind:
    """One kind of cell that blocks draw.

    Parameters
    ----------
    name
        In an `Outlook`.
    block, loading
        Where a `Fit` has it.
    indicator
        That the rows of the block are about.
    series
        That the block needs, in words.
    levers
        That move the cells.
    to_percent
        From cells to a rate or share in percent; None for levels and coordinates.
    rate
        Whether a cell is the change of one year, not a level.
    """

    name: str
    block: str
    indicator: str
    series: str = ""
    loading: str = CELLS
    levers: tuple[str, ...] = ()
    to_percent: Callable[[Array], Array] | None = None
    rate: bool = False


def _rate(name: str, block: str, rows: str, series: str, *moved_by: str) -> CellKind:
    to_percent = growth.percent_growth
    return CellKind(name, block, rows, series, CELLS, moved_by, to_percent, rate=True)


_PRICES = f"{GDP} of two years with the {GROWTH} between them"
_SHARES = f"{URBANIZATION}, or {URBAN_POPULATION} with {POPULATION}"
_VALUES = f"{', '.join(SECTORS)} of one year"
_KINDS = (
    _rate(
        GROWTH,
        growth.NAME,
        GROWTH,
        GROWTH,
        LeverName.GROWTH,
        LeverName.LEVEL,
        LeverName.EVENT_RISK,
    ),
    _rate(PRICE, price.NAME, GDP, _PRICES, LeverName.PRICE),
    CellKind(REVISION, price.NAME, GDP, _PRICES, REVISION),
    _rate(
        POPULATION,
        population.NAME,
        POPULATION,
        f"{POPULATION} of two years",
        LeverName.POPULATION,
        LeverName.MIGRATION,
    ),
    CellKind(
        URBANIZATION,
        urbanization.NAME,
        URBANIZATION,
        _SHARES,
        levers=(LeverName.URBANIZATION,),
        to_percent=percent_share,
    ),
    CellKind(_PRIMARY, _PRIMARY, SECTOR_MIX, _VALUES, levers=tuple(TRANSFERS)),
    CellKind(_BALANCE, _BALANCE, SECTOR_MIX, _VALUES),
)
CELL_KINDS: Mapping[str, CellKind] = {kind.name: kind for kind in _KINDS}


def cell_kinds(project: Project) -> dict[str, CellKind]:
    """Kinds of cells of a project by name, those of its measures last."""
    measures = {
        name: CellKind(
            name,
            name,
            name,
            levers=(name, measure.part) if measure.part else (name,),
            to_percent=percent_share if measure.model == "ratio" else None,
        )
        for name, measure in project.measures.items()
    }
    return {**CELL_KINDS, **measures}


def cells_of_block(block: str) -> tuple[CellKind, ...]:
    """Kinds of cells of a block of every project."""
    return tuple(kind for kind in CELL_KINDS.values() if kind.block == block)


@dataclass(frozen=True)
class ModelledIndicator:
    """An indicator that is projected for every project.

    Parameters
    ----------
    id
        In the vocabulary.
    blocks
        That it depends on; the last one moves a level.
    group_blocks
        That its value for an aggregate needs besides.
    starts
        Indicators of which every member needs a published level.
    group_starts
        The same for an aggregate, besides.
    """

    id: str
    blocks: tuple[str, ...]
    group_blocks: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    group_starts: tuple[str, ...] = ()


_NOMINAL = (growth.NAME, price.NAME)
_MIX = (_PRIMARY, _BALANCE)
_PEOPLE, _URBAN = (population.NAME,), (urbanization.NAME,)
_INDICATORS = (
    ModelledIndicator(GDP, _NOMINAL, starts=(GDP,)),
    ModelledIndicator(GROWTH, (growth.NAME,), group_starts=(GDP,)),
    ModelledIndicator(GROWTH_AVERAGE, (growth.NAME,), group_starts=(GDP,)),
    ModelledIndicator(POPULATION, _PEOPLE, starts=(POPULATION,)),
    ModelledIndicator(URBANIZATION, _URBAN, _PEOPLE, group_starts=(POPULATION,)),
    ModelledIndicator(URBAN_POPULATION, _URBAN + _PEOPLE, starts=(POPULATION,)),
    *(ModelledIndicator(n, _MIX, _NOMINAL, (), (GDP,)) for n in SECTOR_SHARES),
    *(ModelledIndicator(n, _MIX + _NOMINAL, starts=(GDP,)) for n in SECTORS),
)
INDICATORS: Mapping[str, ModelledIndicator] = {i.id: i for i in _INDICATORS}
