"""Size: what a panel will take in memory and time, before any work starts.

Regions that no row observes together are parts, whose matrices are small; what is drawn
for all of them is the larger part. The rates are those of one core of a slow machine,
so that the time is a bound on most.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csgraph

from cszt_models.errors import DataError
from cszt_models.structural.panel import Panel, Row

MAX_BYTES = 8e9  # of one panel
YEAR_MATRICES, ROW_MATRICES = 10, 3  # built for each panel, whatever its components
BASE = 6e8  # bytes of the libraries, and of what is treated at once
PART_SECONDS, PART_ROW_SECONDS = 0.03, 4.5e-5  # of each kind of part, and its rows^2
CELL_SECONDS = 7e-8  # of each component's number in each draw


class Cost(NamedTuple):
    """Bytes of memory, and seconds of processor time."""

    memory: float
    seconds: float


def part_sizes(rows: Sequence[Row], regions: Sequence[str]) -> np.ndarray:
    """Number of rows of each part: those of regions that rows observe together.

    Parameters
    ----------
    rows
        Of a panel.
    regions
        Its regions.
    """
    place = {name: n for n, name in enumerate(regions)}
    seen = [[place[cell.region] for cell in row.cells] for row in rows]
    pairs = np.array([(at[0], other) for at in seen for other in at[1:]], dtype=int)
    tied = coo_array(
        (np.ones(len(pairs)), pairs.reshape(-1, 2).T), shape=2 * (len(regions),)
    )
    count, label = csgraph.connected_components(tied, directed=False)
    firsts = np.array([at[0] for at in seen if at], dtype=int)
    return np.bincount(label[firsts], minlength=count)


def require_structure(
    name: str, components: int, rows: Sequence[Row], regions: Sequence[str], years: int
) -> None:
    """Refuse a panel whose matrices would not fit in memory, before they are built.

    Parameters
    ----------
    name
        Of the panel.
    components
        Number of its components.
    rows, regions
        Of the panel.
    years
        Number of years up to the horizon.

    Raises
    ------
    DataError
        Naming what they would take.
    """
    sizes = part_sizes(rows, regions).astype(float)
    needed = 8 * (components + ROW_MATRICES) * float(np.square(sizes).sum())
    needed += 8 * YEAR_MATRICES * float(years) ** 2
    if needed > MAX_BYTES:
        raise DataError(
            f"{name}: {len(rows):,} rows over {years:,} years take about "
            f"{needed / 1e9:,.0f} GB of memory, more than {MAX_BYTES / 1e9:.0f}. Fit "
            "fewer regions together, or lower the horizon in project.yaml."
        )


def cost(panel: Panel, draws: int) -> Cost:
    """What a fit of a panel with so many draws takes at most.

    Parameters
    ----------
    panel
        Of a block.
    draws
        Joint draws of its cells.

    Examples
    --------
    >>> from cszt_models.structural.kernels import shock
    >>> from cszt_models.structural.panel import Cell, Component, Scale
    >>> years = np.arange(2000, 2050)
    >>> rows = tuple(Row(1.0, (Cell("a", y),), "a", y, "", "") for y in years)
    >>> own = Component("shock", Scale(1.0, 0.5), shock(years), "own")
    >>> one = Panel("toy", "points", ("a",), years, rows, (own,))
    >>> cost(one, 4000).memory < 1e9
    True
    """
    regions, years = len(panel.regions), len(panel.years)
    sizes = part_sizes(panel.rows, panel.regions).astype(float)
    cells = 8.0 * draws * regions * years * len(panel.loadings)
    rows = 8.0 * draws * len(panel.rows)
    covers = 8.0 * len(panel.components) * float(np.square(sizes).sum())
    count = sum(component.over == "own" for component in panel.components)
    drawn = count * regions * years + len(panel.rows)
    seconds = CELL_SECONDS * draws * drawn
    kinds = _kinds(panel)
    seconds += PART_SECONDS * kinds
    seconds += PART_ROW_SECONDS * float(np.square(np.sort(sizes)[-kinds:]).sum())
    return Cost(BASE + cells + rows + 2 * covers, seconds * max(1, len(panel.forms)))


def _kinds(panel: Panel) -> int:
    """At most so many parts differ: regions of the same rows and size are equal."""
    by_region: dict[str, list[tuple[int, str, str]]] = {}
    for row in panel.rows:
        by_region.setdefault(row.region, []).append((row.year, row.basis, row.status))
    sizes = dict(zip(panel.regions, panel.sizes, strict=True)) if panel.sizes else {}
    return len({(tuple(rows), sizes.get(name)) for name, rows in by_region.items()})


def require_draws(panel: Panel, draws: int) -> Cost:
    """The cost of a fit; refuses one that would not fit in memory.

    Parameters
    ----------
    panel
        Of a block.
    draws
        Joint draws of its cells.

    Raises
    ------
    DataError
        With the estimate, and how many draws would do.
    """
    estimate = cost(panel, draws)
    if estimate.memory > MAX_BYTES:
        each = (estimate.memory - cost(panel, 0).memory) / draws
        fewer = int((MAX_BYTES - cost(panel, 0).memory) / each // 100 * 100)
        raise DataError(
            f"{panel.name}: {draws:,} draws of {len(panel.regions):,} regions over "
            f"{len(panel.years):,} years take about {estimate.memory / 1e9:,.0f} GB of "
            f"memory and {estimate.seconds / 60:,.0f} minutes, more than "
            f"{MAX_BYTES / 1e9:.0f} GB. Ask for {max(fewer, 0):,} draws or fewer, or "
            "fit fewer regions together."
        )
    return estimate
