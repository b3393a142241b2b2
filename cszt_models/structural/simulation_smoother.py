r"""Joint draws of cells of several panels given rows and scales, by simulation.

Given the scales everything is Gaussian, so cells are conditioned exactly, by Matheron's
rule: prior draws of cells z and rows :math:`y_z` are moved by what the true rows say,

.. math:: z + \operatorname{cov}(z, y)\, \alpha, \qquad \alpha = K^{-1} (y - y_z)

which keeps every component's share of a cell. Panels may be linked: the innovations
:math:`u` of their common components, of one kind and year, are correlated by R between
panels. With H what they add to the rows and :math:`K_b` the covariance of one panel
alone, the covariance of all rows is

.. math:: K = \operatorname{diag}(K_b) + H (R \otimes I - I) H'

and the rows of the other panels move the innovations of panel b besides its own, by the
pull :math:`\sum_{a \ne b} R_{ba} H_a' \alpha_a`.

References
----------
Wilson, J. et al. (2021). Pathwise conditioning of Gaussian processes. *Journal of
Machine Learning Research* 22(105). https://arxiv.org/abs/2011.04026.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.structural import linked_panels
from cszt_models.structural.covariance import Covariance
from cszt_models.structural.linked_panels import (
    PanelSide,
    by_vector,
    link_count,
    places_of,
    require_paths,
)
from cszt_models.structural.panel import Component, Panel
from cszt_models.structural.prior_draws import (
    PriorDraws,
    add_common,
    blocks_of,
    own_draws,
)

Array = NDArray[np.float64]
Places = NDArray[np.int_]

CHUNK = 32  # scale vectors at once: with fewer, threads wait for the interpreter
WORKERS = 2


@ONE_THREAD
def draw_cells(
    panels: Sequence[Panel],
    scales: Sequence[Array],
    rngs: Sequence[np.random.Generator],
    *,
    draws: int,
    correlation: Array | None = None,
) -> list[dict[str, Array]]:
    """Draws of the cells of every panel, by kind of cell (draw, region, year).

    Parameters
    ----------
    scales
        For each panel (vector, component), with as many vectors in each; draw i has
        vector i modulo their number.
    rngs
        For each panel its own.
    correlation : (panel, panel) or (vector, panel, panel)
        R; independent panels if not given.

    Raises
    ------
    ValueError
        If a linked panel has rows without any variance of their own.
    """
    if not scales:
        return []
    vectors = len(scales[0])
    rounds = -(-draws // vectors)
    every = [np.tile(scale, (rounds, 1)) for scale in scales]
    joint = np.eye(len(panels)) if correlation is None else correlation
    with ThreadPoolExecutor(WORKERS) as pool:
        starts = list(pool.map(own_draws, panels, every, rngs))
        correlate(panels, [start.common for start in starts], joint)
        list(pool.map(add_common, panels, every, starts))
        residuals = [
            np.subtract(panel.values, start.rows, out=start.rows).reshape(
                rounds, vectors, -1
            )
            for panel, start in zip(panels, starts, strict=True)
        ]
        pulls = [
            pull.reshape(rounds * vectors, -1)
            for pull in _solve(panels, scales, residuals, joint, residuals)
        ]
        counts = [draws] * len(panels)
        return list(pool.map(_conditioned, panels, every, starts, pulls, counts))


def correlate(
    panels: Sequence[Panel], numbers: Sequence[Sequence[Array]], correlation: Array
) -> None:
    """Give the linked innovations of one kind and year the correlation R, in place.

    Forms of a panel that have the same innovation share its numbers.

    Parameters
    ----------
    numbers
        Independent standard normal numbers (draw) from `innovations`.
    correlation : (panel, panel) or (vector, panel, panel)
        R; draw i has that of vector i modulo their number.
    """
    for columns, among in _linked_columns(panels, numbers, correlation):
        together = np.array([first for first, *_ in columns])
        rounds = together.reshape(len(columns), -1, len(among))
        mixed = np.einsum("vmn,nrv->mrv", np.linalg.cholesky(among), rounds)
        _assign(columns, mixed.reshape(together.shape))


def spread_covariances(
    panels: Sequence[Panel], numbers: Sequence[Sequence[Array]], correlation: Array
) -> None:
    """Covariances of linked innovations with sums of all panels, in place.

    Parameters
    ----------
    numbers
        Covariances (vector x sum) with the sums of cells of their own panel; 0 of
        components that the form of a vector lacks.
    correlation : (panel, panel) or (vector, panel, panel)
        R.
    """
    for columns, among in _linked_columns(panels, numbers, correlation):
        together = np.array([np.sum(each, axis=0) for each in columns])
        sums = together.reshape(len(columns), len(among), -1)
        mixed = np.einsum("vmn,nvs->mvs", among, sums)
        _assign(columns, mixed.reshape(together.shape))


def _linked_columns(
    panels: Sequence[Panel], numbers: Sequence[Sequence[Array]], correlation: Array
) -> Iterator[tuple[list[list[Array]], Array]]:
    """Columns of each linked innovation by panel, with R of these by vector."""
    among = by_vector(correlation, len(correlation) if correlation.ndim == 3 else 1)
    views = [_views(*both) for both in zip(panels, numbers, strict=True)]
    for label in sorted({label for view in views for label in view}):
        present = [n for n, view in enumerate(views) if label in view]
        columns = [views[n][label] for n in present]
        yield columns, among[:, np.array(present)[:, None], present]


def _assign(columns: Sequence[Sequence[Array]], values: Array) -> None:
    for each, value in zip(columns, values, strict=True):
        for column in each:
            column[:] = value


def _views(
    panel: Panel, numbers: Sequence[Array]
) -> dict[tuple[str, int], list[Array]]:
    """Linked innovations (draw) by kind and year, one for each form that has them."""
    by_link: dict[tuple[str, int], list[Array]] = {}
    for component, normal in zip(panel.components, numbers, strict=True):
        if component.link:
            columns = zip(panel.links(component), normal[:, 0].T, strict=True)
            for link, column in columns:
                if link:
                    by_link.setdefault(link, []).append(column)
    return by_link


def _conditioned(
    panel: Panel, scales: Array, start: PriorDraws, pull: Array, draws: int
) -> dict[str, Array]:
    """Posterior draws in place of the prior ones, with alpha in place of the rows."""
    size = max(drawn[0].size for drawn in start.cells.values())
    for part in blocks_of(draws, size):
        some = {name: drawn[part] for name, drawn in start.cells.items()}
        moved = posterior_draws(panel, scales[part], some, start.rows[part], pull[part])
        for name, drawn in moved.items():
            start.cells[name][part] = drawn
    return {name: drawn[:draws] for name, drawn in start.cells.items()}


@ONE_THREAD
def posterior_draws(
    panel: Panel,
    scales: Array,
    cells: dict[str, Array],
    alpha: Array,
    pull: Array,
) -> dict[str, Array]:
    """The first prior draws of the cells, moved by what rows say of them.

    Parameters
    ----------
    alpha : (draw, row)
        From the panel's own rows.
    pull : (draw, innovation)
        What other panels add to the innovations of `linked`.
    """
    scales = scales[: len(alpha)]
    moved = {name: drawn[: len(alpha)].copy() for name, drawn in cells.items()}
    owed = {
        name: (panel.design[name].T @ alpha.T).T.reshape(drawn.shape)
        for name, drawn in moved.items()
    }
    start = 0
    for component, factor, scale in zip(
        panel.components, panel.roots, scales.T, strict=True
    ):
        if component.over != "rows":
            shift = _owed(component, owed[component.loading])
            size = scale[:, None] * panel.size_of(component)
            moved[component.loading] += np.square(size)[:, :, None] * shift
        if component.link:
            end = start + factor.shape[1]
            path = scale[:, None] * (pull[:, start:end] @ factor.T)
            moved[component.loading] += path[:, None]
            start = end
    return moved


def _owed(component: Component, alpha: Array) -> Array:
    """What a component's cells owe to alpha at unit scale (draw, region or 1, year)."""
    if component.over == "common":
        alpha = alpha.sum(axis=1, keepdims=True)
    return alpha @ component.shape


@ONE_THREAD
def solve(
    panels: Sequence[Panel],
    scales: Sequence[Array],
    residuals: Sequence[Array],
    correlation: Array,
) -> tuple[list[Array], list[Array]]:
    """What the rows of all panels say of each, given residuals of prior draws.

    Parameters
    ----------
    scales
        For each panel (vector, component).
    residuals
        For each panel (round, vector, row).
    correlation : (panel, panel) or (vector, panel, panel)
        R of the panels' linked innovations.

    Returns
    -------
    list of (round, vector, row), list of (round, vector, innovation)
        Alpha; and the pull of other panels on the innovations of `linked`.

    Raises
    ------
    ValueError
        If a linked panel has rows without any variance of their own.
    """
    alphas = [np.empty(residual.shape) for residual in residuals]
    return alphas, _solve(panels, scales, residuals, correlation, alphas)


def _solve(
    panels: Sequence[Panel],
    scales: Sequence[Array],
    residuals: Sequence[Array],
    correlation: Array,
    alphas: Sequence[Array],
) -> list[Array]:
    """Pulls; fills the alphas, which may be the residuals themselves."""
    splits = [Covariance(panel) for panel in panels]
    among = by_vector(correlation, len(scales[0]))
    require_paths(splits, among)
    places = places_of(panels, splits)
    shapes = [residual.shape[:2] for residual in residuals]
    pulls = [np.zeros((*s, len(p.all))) for s, p in zip(shapes, places, strict=True)]
    links = link_count(places)
    alone = bool((among == np.eye(len(panels))).all())
    size = min(
        split.chunk(CHUNK, len(residual))
        for split, residual in zip(splits, residuals, strict=True)
    )

    def solve_chunk(start: int) -> None:
        part = slice(start, start + size)
        sides = [
            PanelSide.of(split, scale[part], residual[:, part].transpose(1, 2, 0))
            for split, scale, residual in zip(splits, scales, residuals, strict=True)
        ]
        moved = [np.zeros_like(side.mean) for side in sides]
        if not alone:
            columns = [
                side.linked(at, links) for side, at in zip(sides, places, strict=True)
            ]
            explained = linked_panels.pulls(sides, columns, among[part])
            for n, (at, pull) in enumerate(zip(places, explained, strict=True)):
                moved[n] = columns[n] @ pull
                known = at.all >= 0
                pulls[n][:, part, known] = pull[:, at.all[known]].transpose(2, 0, 1)
        for side, alpha, pull in zip(sides, alphas, moved, strict=True):
            alpha[:, part] = side.alpha(pull).transpose(2, 0, 1)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(solve_chunk, range(0, len(scales[0]), size)))
    return pulls
