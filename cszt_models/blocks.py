"""Blocks: from a block's rows and priors to its structural panel.

A block is one modelled quantity (growth, prices, ...). Its model file says which
components it has and how observations become rows; here the names of components get
their kernels, and priors.yaml is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from cszt_models import kernels
from cszt_models.errors import DataError, NothingKnownError, unknown
from cszt_models.files import load_yaml
from cszt_models.observations import Figure
from cszt_models.project import Project
from cszt_models.structural import (
    CELLS,
    Cell,
    Component,
    Panel,
    Row,
    Scale,
    basis_offsets,
    measurement,
    vintage_noise,
)

REVISION = "revision"
MIN_ROWS = 2  # a region outside the core enters a block with this many rows

# Component name: kernel over years, spread over regions, kind of cell.
CATALOGUE: Mapping[str, tuple[str, str, str]] = {
    "level": ("constant", "common", CELLS),
    "region_level": ("constant", "own", CELLS),
    "walk": ("walk", "common", CELLS),
    "region_walk": ("walk", "own", CELLS),
    "trend": ("damped_trend", "common", CELLS),
    "region_trend": ("damped_trend", "own", CELLS),
    "start": ("fading", "common", CELLS),
    "course": ("reverting", "common", CELLS),
    "region_cycle": ("stationary", "own", CELLS),
    "shock": ("shock", "common", CELLS),
    "region_shock": ("shock", "own", CELLS),
    "event": ("event", "common", CELLS),
    "region_event": ("event", "own", CELLS),
    "revision": ("census", "common", REVISION),
    "region_revision": ("census", "own", REVISION),
    "census_step": ("steps", "own", CELLS),
    "basis": ("basis", "rows", CELLS),
    "vintage": ("vintage", "rows", CELLS),
    "measurement": ("measurement", "rows", CELLS),
}
# Common components whose innovations are correlated between blocks, and their kind.
LINKS: Mapping[str, str] = {
    "shock": "shock",
    "walk": "trend",
    "trend": "trend",
    "course": "trend",
}


@dataclass(frozen=True)
class Priors:
    """Prior scales of one block, its damping, and measurement error by status.

    ``damping`` is of what regions share, the share of a change (of a trend) or of a
    distance (of a course) that is left a year later; ``persistence`` the correlation of
    a region's own cycle from year to year.
    """

    scales: Mapping[str, Scale]
    damping: float
    measurement: Mapping[str, float]
    persistence: float = 0.0


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


def read_priors(project: Project) -> dict[str, Priors]:
    """Priors of every block by name.

    Raises
    ------
    DataError
        Naming the file and entry: no source, a scale that is not positive, a component
        or a field that is unknown or missing.
    """
    path = project.file("priors.yaml")
    found = {}
    for name, entry in load_yaml(path).items():
        place = f"{path}, {name}"
        fields = _fields(entry, ("scales", "damping", "measurement"), place)
        scales = {
            component: _scale(component, given, place)
            for component, given in _mapping(fields["scales"], place).items()
        }
        damping = _fields(fields["damping"], ("value", "source"), place)["value"]
        cycle = _fields(
            fields.get("persistence", {"value": 0.0, "source": ""}),
            ("value", "source"),
            f"{place}, persistence",
        )["value"]
        sizes = _fields(fields["measurement"], ("sizes", "source"), place)["sizes"]
        _require_number(damping, f"{place}, damping", below=1.0)
        _require_number(cycle, f"{place}, persistence", below=1.0)
        for status, size in _mapping(sizes, place).items():
            _require_number(size, f"{place}, measurement of {status}")
        found[str(name)] = Priors(scales, float(damping), sizes, float(cycle))
    return found


def _mapping(entry: Any, place: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise DataError(f"{place}: {entry!r} is not a mapping. Write 'name: value'.")
    return entry


def _fields(entry: Any, names: Sequence[str], place: str) -> dict[str, Any]:
    entry = _mapping(entry, place)
    missing = [name for name in names if name not in entry]
    if missing:
        raise DataError(
            f"{place}: no {', '.join(missing)}. A block needs {', '.join(names)}."
        )
    return entry


def _require_number(value: Any, place: str, below: float = np.inf) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value < below:
        raise DataError(
            f"{place}: {value!r} is not a number of at least 0"
            f"{f' and below {below:g}' if np.isfinite(below) else ''}. Mend the value."
        )


def _scale(component: str, given: Any, place: str) -> Scale:
    if component not in CATALOGUE:
        raise DataError(f"{place}: {unknown('component', component, CATALOGUE)}")
    place = f"{place}, {component}"
    fields = _fields(given, ("median", "spread", "source"), place)
    for key in ("median", "spread"):
        _require_number(fields[key], f"{place}, {key}")
    if fields["median"] == 0:
        raise DataError(f"{place}: median 0. A scale is positive; drop the component.")
    return Scale(float(fields["median"]), float(fields["spread"]), fields["source"])


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
