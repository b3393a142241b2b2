"""Prior draws of a panel's cells and rows: what `simulation_smoother` starts from.

Components of each region and errors of rows are drawn and added up some draws at a
time, so that only the sums are kept. Innovations of common components are kept, for
those of other panels are correlated with them.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

BLOCK = 8_000_000  # numbers of one component, or of cells, treated at once


def innovations(
    panel: Panel, draws: int, rng: np.random.Generator
) -> Iterator[tuple[int, slice, Array]]:
    """Independent standard normal numbers of every component, in their order.

    Parameters
    ----------
    panel
        Its components say how many.
    draws
        Number of draws.
    rng
        Generator of the numbers.

    Yields
    ------
    int, slice, Array
        Place of a component, some draws, and their numbers: (draw, region, column) for
        components of each region, (draw, 1, column) for common ones and (draw, column)
        for those of the rows, with the columns of `Panel.roots`.
    """
    middle = {"own": (len(panel.regions),), "common": (1,), "rows": ()}
    later = rng.spawn(1)[0] if any(panel.late_columns) else rng
    for n, (component, factor, late) in enumerate(
        zip(panel.components, panel.roots, panel.late_columns, strict=True)
    ):
        shape, columns = middle[component.over], factor.shape[1]
        for part in blocks_of(draws, columns * int(np.prod(shape))):
            some = part.stop - part.start, *shape
            numbers = rng.standard_normal((*some, columns - late))
            if late:
                rest = later.standard_normal((*some, late))
                numbers = np.concatenate([numbers, rest], axis=-1)
            yield n, part, numbers


def blocks_of(draws: int, numbers: int) -> Iterator[slice]:
    """Slices of the draws, of which one takes so many numbers."""
    step = max(1, BLOCK // max(1, numbers))
    for start in range(0, draws, step):
        yield slice(start, min(start + step, draws))


class PriorDraws(NamedTuple):
    """A panel before any row counts; `add_common` completes it."""

    cells: dict[str, Array]  # by kind (draw, region, year)
    rows: Array  # (draw, row)
    common: list[Array]  # innovations of common components (draw, 1, column)


@ONE_THREAD
def own_draws(panel: Panel, scales: Array, rng: np.random.Generator) -> PriorDraws:
    """Cells of own components, errors of rows, and innovations of common components.

    Parameters
    ----------
    panel
        The specification.
    scales : (draw, component)
        Standard deviations.
    rng
        Generator of `innovations`.
    """
    draws, shape = len(scales), (len(panel.regions), len(panel.years))
    cells = {name: np.zeros((draws, *shape)) for name in panel.loadings}
    rows = np.zeros((draws, len(panel.rows)))
    common = [
        np.zeros((draws, 1, factor.shape[1] if component.over == "common" else 0))
        for component, factor in zip(panel.components, panel.roots, strict=True)
    ]
    for n, part, normal in innovations(panel, draws, rng):
        component, scale = panel.components[n], scales[part, n, None]
        if component.over == "common":
            common[n][part] = normal
        elif component.over == "rows":
            rows[part] += scale * (normal @ panel.roots[n].T)
        else:
            size = scale * panel.size_of(component)
            cells[component.loading][part] += size[:, :, None] * (
                normal @ panel.roots[n].T
            )
    return PriorDraws(cells, rows, common)


@ONE_THREAD
def add_common(panel: Panel, scales: Array, prior: PriorDraws) -> None:
    """Add common components to cells, and cells to rows, in place.

    Parameters
    ----------
    panel
        The specification.
    scales : (draw, component)
        Standard deviations.
    prior
        From `own_draws`.
    """
    for component, factor, scale, normal in zip(
        panel.components, panel.roots, scales.T, prior.common, strict=True
    ):
        if component.over == "common":
            path = scale[:, None, None] * (normal @ factor.T)
            prior.cells[component.loading][...] += path
    for name, drawn in prior.cells.items():
        for part in blocks_of(len(scales), drawn[0].size):
            cells = drawn[part].reshape(part.stop - part.start, -1)
            prior.rows[part] += (panel.design[name] @ cells.T).T
