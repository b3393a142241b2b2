"""Blocks: from a block's rows and priors to its structural panel.

A block is one modelled quantity (growth, prices, ...). Its model file says which
components it has and how observations become rows; here the names of components get
their kernels, and priors.yaml is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from cszt_models.errors import DataError, NothingKnownError
from cszt_models.models.components import CATALOGUE, LINKS
from cszt_models.models.priors import Priors
from cszt_models.project.observations import Figure
from cszt_models.project.project import Project
from cszt_models.structural import kernels
from cszt_models.structural.panel import (
    Cell,
    Component,
    Panel,
    Row,
    basis_offsets,
    measurement,
    vintage_noise,
)

MIN_ROWS = 2  # a region outside the core enters a block with this many rows


@dataclass(frozen=True)
class Block:
    """A block's place in time and space: what its panel is built from.

    ``known`` of a block's rows is decided by its model; ``as_of`` decides which events
    are known.
    """

    project: Project
    as_of: date
    until: int
    priors: Priors


def row_of(figure: Figure, value: float, cells: tuple[Cell, ...]) -> Row:
    """A row with the place, basis and status of a published figure."""
    return Row(value, cells, figure.region, figure.year, figure.basis, figure.status)


def regions_of(
    rows: Sequence[Row], project: Project, least: int = MIN_ROWS
) -> tuple[str, ...]:
    """Regions of a block: the core ones always, others with enough rows to inform."""
    counts = {name: 0 for name in project.regions}
    for row in rows:
        counts[row.region] = counts.get(row.region, 0) + 1
    core = project.with_role("core")
    return tuple(n for n in project.regions if n in core or counts[n] >= least)


def build_panel(
    block: Block,
    *,
    name: str,
    unit: str,
    rows: Sequence[Row],
    components: Sequence[str],
    judged: Sequence[str],
    least: int = MIN_ROWS,
) -> Panel:
    """A block's panel: its rows, from their first year to the horizon.

    Parameters
    ----------
    rows
        All rows the model can read; those of regions with too few are left out.
    components
        Names from `CATALOGUE`, each with a scale in the priors.
    judged
        Bases without an offset.
    least
        Rows with which a region outside the core enters.

    Raises
    ------
    NothingKnownError
        If there is no row at all.
    DataError
        If a prior is missing, or a figure lies after the horizon.
    """
    project = block.project
    regions = regions_of(rows, project, least)
    used = [r for r in rows if all(cell.region in regions for cell in r.cells)]
    if not used:
        raise NothingKnownError(
            f"nothing known by {block.as_of.isoformat()} tells {name}. "
            "Choose a later date, or add observations of it."
        )
    missing = [n for n in components if n not in block.priors.scales]
    if missing:
        raise DataError(
            f"{project.file('priors.yaml')}, {name}: no scale for "
            f"{', '.join(missing)}. Add it with its source."
        )
    cells = [cell.year for row in used for cell in row.cells]
    if max(cells) > block.until:
        raise DataError(
            f"{project.file('observations.csv')}: {name} is given for {max(cells)}, "
            f"after the horizon {block.until} of project.yaml. Raise the horizon, or "
            "mend the year."
        )
    first = min(*cells, project.plan.first_year - 1)
    years = np.arange(first, block.until + 1)
    shapes = _shapes(block, used, years, judged)
    built = tuple(
        Component(
            n,
            block.priors.scales[n],
            shapes[kernel],
            over,  # type: ignore[arg-type]
            loading,
            LINKS.get(n, ""),
        )
        for n in components
        for kernel, over, loading in [CATALOGUE[n]]
    )
    return Panel(name, unit, regions, years, tuple(used), built)


def _shapes(
    block: Block, rows: Sequence[Row], years: np.ndarray, judged: Sequence[str]
) -> dict[str, kernels.Matrix]:
    project = block.project
    censuses = [census.levels_from for census in project.censuses]
    return {
        "constant": kernels.constant(years),
        "walk": kernels.walk(years),
        "damped_trend": kernels.damped_trend(years, block.priors.damping),
        "fading": kernels.fading(years, block.priors.damping),
        "reverting": kernels.reverting(years, block.priors.damping),
        "stationary": kernels.stationary(years, block.priors.persistence),
        "shock": kernels.shock(years),
        "event": kernels.event(years, project.events_known(block.as_of)),
        "census": kernels.event(years, censuses),
        "steps": kernels.steps(years, censuses),
        "basis": basis_offsets(rows, judged),
        "vintage": vintage_noise(rows, judged),
        "measurement": measurement(rows, block.priors.measurement),
    }
