r"""Conditioning: what weighted sums of cells have to do with all cells of all panels.

Given the scales everything is Gaussian, and a condition on a weighted sum :math:`s = L
x` of cells moves each draw by what it is short of,

.. math:: x + \operatorname{cov}(x, s \mid y)\, G^{-1} (c - s), \qquad
    G = \operatorname{cov}(s \mid y)

exactly, over regions, years and linked panels at once: a future year is a cell without
a row, and the condition a row that comes after all others. The covariances given the
rows come by the same rule that draws cells, which is affine: instead of prior draws it
moves the prior covariances.

References
----------
Waggoner, D. F. and Zha, T. (1999). Conditional forecasts in dynamic multivariate
models. *Review of Economics and Statistics* 81(4), 639-651.
https://doi.org/10.1162/003465399558508.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cszt_models import states
from cszt_models.solver import Solver
from cszt_models.structural import Panel

Array = NDArray[np.float64]

TOLERANCE = 1e-10  # of linked innovations, whose variance is one


@dataclass(frozen=True)
class Reach:
    """What sums of cells are given the rows, and how all cells move with them.

    Parameters
    ----------
    mean : (vector, sum)
    cover : (vector, sum, sum)
        G.
    cells
        For each panel and kind of cell the covariance with the sums (vector, sum,
        region, year).
    numbers
        For each panel and component of its cells the covariance of its innovations with
        the sums before any row counts (vector, sum, region or 1, column).
    alphas, pulls
        What `states.solve` found for the sums (sum, vector, row or innovation).
    """

    mean: Array
    cover: Array
    cells: list[dict[str, Array]]
    numbers: list[dict[str, Array]]
    alphas: list[Array]
    pulls: list[Array]


def reach(
    panels: Sequence[Panel],
    scales: Sequence[Array],
    loads: Sequence[Mapping[str, Array]],
    correlation: Array,
    solver: Solver | None = None,
) -> Reach:
    """Mean and covariance of sums of cells, and their covariance with all cells.

    Parameters
    ----------
    scales
        For each panel (vector, component).
    loads
        For each panel and kind of cell the weights L (sum, region, year); a kind that
        no sum holds may be absent, but not all of them.
    correlation : (panel, panel)
        R of the panels' linked innovations.
    solver
        Of the same panels, scales and correlation, if it is at hand.

    Raises
    ------
    ConvergenceError
        If the linked panels cannot be solved together.
    """
    sums = next(len(load) for kinds in loads for load in kinds.values())
    vectors = len(scales[0])
    numbers = [
        _innovations(panel, scale, load, sums)
        for panel, scale, load in zip(panels, scales, loads, strict=True)
    ]
    states.correlate(panels, numbers, correlation, root=lambda matrix: matrix)
    size = _sizes(numbers, loads, panels, scales, sums)
    every = [np.tile(scale, (sums + 1, 1)) for scale in scales]
    starts = [
        _prior(panel, scale, number)
        for panel, scale, number in zip(panels, every, numbers, strict=True)
    ]
    residuals = [
        np.concatenate(
            [
                -rows.reshape(sums, vectors, -1) / size[:, None, None],
                np.broadcast_to(panel.values, (1, vectors, len(panel.rows))),
            ]
        )
        for panel, (_, rows) in zip(panels, starts, strict=True)
    ]
    if solver is None:
        solver = Solver(panels, scales, correlation)
    solved = solver.solve(residuals, TOLERANCE)
    for each in solved:
        for one in each:
            one[:-1] *= size[:, None, None]
    alphas, pulls = solved
    cells = [
        states.conditioned(
            panel,
            scale,
            drawn,
            alpha.reshape(len(scale), -1),
            pull.reshape(len(scale), -1),
        )
        for panel, scale, (drawn, _), alpha, pull in zip(
            panels, every, starts, alphas, pulls, strict=True
        )
    ]
    return _gathered(panels, loads, numbers, cells, (alphas, pulls), sums)


def _innovations(
    panel: Panel, scales: Array, load: Mapping[str, Array], sums: int
) -> list[Array]:
    """Weights of a panel's innovations in the sums, each for all vectors.

    Returns
    -------
    list of (sum x vector, region or 1, column)
        For each component, without columns for those of the rows.
    """
    found = []
    for n, (component, factor) in enumerate(
        zip(panel.components, panel.roots, strict=True)
    ):
        regions = len(panel.regions) if component.over == "own" else 1
        weights = np.zeros((sums, regions, factor.shape[1]))
        if component.over == "rows":
            weights = weights[..., :0]
        elif component.loading in load:
            held = load[component.loading]
            if component.over == "common":
                held = held.sum(axis=1, keepdims=True)
            weights = held @ factor
        scaled = weights[:, None] * scales[:, n, None, None]
        found.append(scaled.reshape(sums * len(scales), *weights.shape[1:]))
    return found


def _sizes(
    numbers: Sequence[Sequence[Array]],
    loads: Sequence[Mapping[str, Array]],
    panels: Sequence[Panel],
    scales: Sequence[Array],
    sums: int,
) -> Array:
    """Prior standard deviation of the sums, at the mean vector (sum); 1 where 0."""
    total = np.zeros(sums)
    for panel, scale, load, number in zip(panels, scales, loads, numbers, strict=True):
        plain = _innovations(panel, scale, load, sums)
        for one, mixed in zip(plain, number, strict=True):
            total += (one * mixed).reshape(sums, -1).sum(axis=1) / len(scale)
    return np.sqrt(np.where(total > 0, total, 1.0))


def _prior(
    panel: Panel, scales: Array, numbers: Sequence[Array]
) -> tuple[dict[str, Array], Array]:
    """Prior covariance of cells and rows with the sums, and a last block of zeros."""
    draws, shape = len(scales), (len(panel.regions), len(panel.years))
    cells = {name: np.zeros((draws, *shape)) for name in panel.loadings}
    for component, factor, scale, number in zip(
        panel.components, panel.roots, scales.T, numbers, strict=True
    ):
        if component.over != "rows" and number.any():
            part = slice(len(number))
            path = scale[part, None, None] * (number @ factor.T)
            cells[component.loading][part] += path
    told = len(numbers[0])
    rows = sum(
        (panel.design[name] @ drawn[:told].reshape(told, -1).T).T
        for name, drawn in cells.items()
    )
    return cells, np.asarray(rows)


def _gathered(
    panels: Sequence[Panel],
    loads: Sequence[Mapping[str, Array]],
    numbers: Sequence[Sequence[Array]],
    cells: Sequence[Mapping[str, Array]],
    solved: tuple[list[Array], list[Array]],
    sums: int,
) -> Reach:
    vectors = len(next(iter(cells[0].values()))) // (sums + 1)
    shaped = [
        {
            kind: moved.reshape(sums + 1, vectors, *moved.shape[1:]).swapaxes(0, 1)
            for kind, moved in one.items()
        }
        for one in cells
    ]
    found = np.zeros((vectors, sums + 1, sums))
    for load, one in zip(loads, shaped, strict=True):
        for kind, weights in load.items():
            found += np.tensordot(one[kind], weights, axes=([2, 3], [1, 2]))
    cover = found[:, :-1]
    kept = [
        {
            c.name: number.reshape(sums, vectors, *number.shape[1:]).swapaxes(0, 1)
            for c, number in zip(panel.components, one, strict=True)
            if c.over != "rows"
        }
        for panel, one in zip(panels, numbers, strict=True)
    ]
    return Reach(
        mean=found[:, -1],
        cover=(cover + cover.swapaxes(1, 2)) / 2,
        cells=[{kind: moved[:, :-1] for kind, moved in one.items()} for one in shaped],
        numbers=kept,
        alphas=[alpha[:-1] for alpha in solved[0]],
        pulls=[pull[:-1] for pull in solved[1]],
    )


def nothing(vectors: int, panels: int) -> Reach:
    """The reach of no sums at all."""
    empty = np.zeros((vectors, 0))
    return Reach(
        mean=empty,
        cover=empty[..., None],
        cells=[{} for _ in range(panels)],
        numbers=[{} for _ in range(panels)],
        alphas=[],
        pulls=[],
    )
