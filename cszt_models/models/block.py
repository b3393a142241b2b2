"""Build the structural panel of a block from its rows and priors.

A block is one modelled quantity (growth, prices, ...). Its module lists its components
and turns observations into rows; here the components get their kernels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.sparse import csr_array

from cszt_models.errors import DataError, NothingKnownError
from cszt_models.models.components import CATALOGUE, DAMPED, LINKS
from cszt_models.models.priors import Priors
from cszt_models.models.region_sizes import with_sizes
from cszt_models.project.observations import Figure
from cszt_models.project.project import Project
from cszt_models.structural import kernels
from cszt_models.structural.panel import (
    Cell,
    Component,
    Form,
    Panel,
    Row,
    basis_offsets,
    measurement,
    vintage_noise,
)
from cszt_models.structural.size import require_structure

MIN_ROWS = 2  # a region outside the core enters a block with this many rows


@dataclass(frozen=True)
class Block:
    """Project, as-of date (for events), last year and priors of a panel."""

    project: Project
    as_of: date
    until: int
    priors: Priors


def row_of(figure: Figure, value: float, cells: tuple[Cell, ...]) -> Row:
    """Panel row with the region, year, basis and status of a published figure.

    Parameters
    ----------
    figure
        Where the row comes from.
    value
        On the scale of the block.
    cells
        That the row observes, with weights.
    """
    return Row(value, cells, figure.region, figure.year, figure.basis, figure.status)


def regions_of(
    rows: Sequence[Row], project: Project, least: int = MIN_ROWS
) -> tuple[str, ...]:
    """Regions of a block: core regions, and others with at least ``least`` rows.

    Parameters
    ----------
    rows
        Of the block.
    project
        With its regions and their roles.
    least
        Number of rows.
    """
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
    further: Callable[[Sequence[Row]], Sequence[Component]] = lambda _: (),
) -> Panel:
    """Panel of a block, from the first year of its rows to the horizon.

    Parameters
    ----------
    block
        Project, as-of date, last year and priors.
    name, unit
        Of the panel.
    rows
        All rows; those of regions with fewer than ``least`` are dropped.
    components
        Names from `CATALOGUE`, each with a scale in the priors.
    judged
        Bases without an offset.
    least
        Minimal number of rows of a region outside the core.
    further
        Components that a block adds for the rows that are used.

    Raises
    ------
    NothingKnownError
        If there is no row at all.
    DataError
        If a prior is missing, a figure lies after the horizon, or the panel would not
        fit in memory.
    """
    project = block.project
    components, forms = _with_forms(components, block.priors)
    regions = regions_of(rows, project, least)
    used = [r for r in rows if all(cell.region in regions for cell in r.cells)]
    if not used:
        raise NothingKnownError(
            f"nothing known by {block.as_of.isoformat()} contains {name}. "
            "Choose a later date, or add observations of it."
        )
    _require_scales(block, components, name)
    first = _first_year(block, used, name)
    span = block.until + 1 - first
    require_structure(name, len(components), used, regions, span)
    years = np.arange(first, block.until + 1)
    shapes = _shapes(block, used, years, judged)
    built = tuple(
        Component(
            n,
            block.priors.scales[n],
            DAMPED[kernel](years, block.priors.dampings[n])
            if n in block.priors.dampings
            else shapes[kernel],
            over,
            loading,
            LINKS.get(n, ""),
        )
        for n in components
        for kernel, over, loading in [CATALOGUE[n]]
    )
    added = tuple(further(used))
    names = tuple(component.name for component in added)
    forms = tuple(replace(f, components=f.components + names) for f in forms)
    until = project.drawn_until or None
    panel = Panel(name, unit, regions, years, tuple(used), built + added, forms, until)
    return with_sizes(panel, block.priors.freedom, judged)


def _require_scales(block: Block, components: Sequence[str], name: str) -> None:
    missing = [n for n in components if n not in block.priors.scales]
    if missing:
        raise DataError(
            f"{block.project.file('priors.yaml')}, {name}: no scale for "
            f"{', '.join(missing)}. Add it with its source."
        )


def _first_year(block: Block, rows: Sequence[Row], name: str) -> int:
    """First year of a panel: that of its rows, or the one before the plan."""
    years = [cell.year for row in rows for cell in row.cells]
    if max(years) > block.until:
        raise DataError(
            f"{block.project.file('observations.csv')}: {name} is given for "
            f"{max(years)}, after the horizon {block.until} of project.yaml. Raise the "
            "horizon, or correct the year."
        )
    return min(*years, block.project.first_year - 1)


def _with_forms(
    components: Sequence[str], priors: Priors
) -> tuple[tuple[str, ...], tuple[Form, ...]]:
    """Components of all forms that count, and these forms with all their components.

    A single form is no choice: the panel has its components and no forms.
    """
    every = tuple(dict.fromkeys([*components, *priors.optional]))
    forms = tuple(
        replace(
            form,
            components=tuple(
                n for n in every if n in form.components or n not in priors.optional
            ),
        )
        for form in priors.forms
        if form.weight > 0
    )
    if forms:
        every = tuple(n for n in every if any(n in form.components for form in forms))
    return every, forms if len(forms) > 1 else ()


def _shapes(
    block: Block, rows: Sequence[Row], years: np.ndarray, judged: Sequence[str]
) -> dict[str, kernels.Matrix | csr_array]:
    project = block.project
    censuses = [census.levels_from for census in project.censuses]
    return {
        "constant": kernels.constant(years),
        "walk": kernels.walk(years),
        "damped_trend": kernels.damped_trend(years, block.priors.damping),
        "fading": kernels.fading(years, block.priors.damping),
        "reverting": kernels.reverting(years, block.priors.damping),
        "stationary": kernels.stationary(years, block.priors.persistence),
        "line": kernels.line(years, block.as_of.year - 1),
        "integrated_walk": kernels.integrated_walk(years, block.as_of.year - 1),
        "shock": kernels.shock(years),
        "event": kernels.event(years, project.events_known(block.as_of)),
        "census": kernels.event(years, censuses),
        "steps": kernels.steps(years, censuses),
        "basis": basis_offsets(rows, judged),
        "vintage": vintage_noise(rows, judged),
        "measurement": measurement(rows, block.priors.measurement),
    }
