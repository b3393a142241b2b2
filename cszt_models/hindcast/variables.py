r"""Variables that are forecast and scored: indicators with the blocks that model them.

Cells are on the models' scale; outcomes are in percent a year (rates) or percent
(shares). The yearly change of a *level* is its difference to the year before. A target
for GDP of a year asks for a mean yearly change of the published level since the origin,
in log points: growth and prices, and in the year of an economic census its revision.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cszt_models.errors import DataError, unknown
from cszt_models.models import industry
from cszt_models.models.indicators import CELL_KINDS, PRICE, CellKind, percent_share
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBANIZATION,
)

Array = NDArray[np.float64]

DEFLATOR, SHARES, RD = "gdp_deflator", "sector_shares", "rd_intensity"
GDP_LEVEL = "gdp_level"


@dataclass(frozen=True)
class ForecastVariable:
    """An indicator that is forecast and scored.

    Parameters
    ----------
    id
        Its name on the command line.
    blocks
        Those that model it.
    needs
        Indicators of which any, or for the deflator both, are read.
    parts
        The scored series: one, or the three shares.
    rate
        Whether a cell is the change of a year, or a level.
    outcome
        From cells (..., block) to what is scored (..., part).
    level
        Whether it is the change of a published level, which all blocks draw together:
        what an economic census adds to the level is part of it.
    """

    id: str
    blocks: tuple[str, ...]
    needs: tuple[str, ...]
    parts: tuple[str, ...]
    rate: bool
    outcome: Callable[[Array], Array]
    level: bool = False

    def yearly(self, paths: Array, before: Array) -> Array:
        """Mean yearly change over a horizon.

        Parameters
        ----------
        paths : (..., ahead, part)
            Outcomes of every year of the horizon.
        before : (..., part)
            Outcome of the origin, which only a level needs.
        """
        if self.rate:
            return paths.mean(axis=-2)
        return (paths[..., -1, :] - before) / paths.shape[-2]


def _sectors(cells: Array, which: slice = slice(None)) -> Array:
    return 100 * industry.shares(cells)[..., which]


def _sum(cells: Array) -> Array:
    return cells.sum(axis=-1, keepdims=True)


def _single(id_: str, cells: CellKind, *needs: str) -> ForecastVariable:
    """Variable of one kind of cell."""
    assert cells.to_percent is not None
    return ForecastVariable(
        id_, (cells.block,), needs, (id_,), cells.rate, cells.to_percent
    )


_COORDINATES = industry.AGRICULTURE, industry.BALANCE
_READ = *SECTOR_SHARES, *SECTORS

FORECAST_VARIABLES: Mapping[str, ForecastVariable] = {
    variable.id: variable
    for variable in (
        _single(GROWTH, CELL_KINDS[GROWTH], GROWTH),
        _single(DEFLATOR, CELL_KINDS[PRICE], GDP, GROWTH),
        ForecastVariable(
            GDP_LEVEL,
            (CELL_KINDS[GROWTH].block, CELL_KINDS[PRICE].block),
            (GDP, GROWTH),
            (GDP_LEVEL,),
            True,
            _sum,
            level=True,
        ),
        _single(POPULATION, CELL_KINDS[POPULATION], POPULATION),
        _single(URBANIZATION, CELL_KINDS[URBANIZATION], URBANIZATION),
        ForecastVariable(RD, (RD,), (RD,), (RD,), False, percent_share),
        ForecastVariable(SHARES, _COORDINATES, _READ, SECTOR_SHARES, False, _sectors),
        *(
            ForecastVariable(
                name,
                _COORDINATES,
                _READ,
                (name,),
                False,
                partial(_sectors, which=slice(n, n + 1)),
            )
            for n, name in enumerate(SECTOR_SHARES)
        ),
    )
}


def variable_named(name: str) -> ForecastVariable:
    """The variable with an id.

    Raises
    ------
    DataError
        If there is none.
    """
    if name not in FORECAST_VARIABLES:
        raise DataError(unknown("indicator", name, FORECAST_VARIABLES))
    return FORECAST_VARIABLES[name]
