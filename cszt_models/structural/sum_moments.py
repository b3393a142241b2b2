r"""Moments of weighted sums of cells, and their covariance with cells of all panels.

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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.panel import Panel
from cszt_models.structural.simulation_smoother import WORKERS
from cszt_models.structural.solver import Solver

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SumMoments:
    """Posterior moments of sums of cells, and their covariance with all cells.

    Parameters
    ----------
    mean : (vector, sum)
    cover : (vector, sum, sum)
        G.
    cells
        For each panel and kind of cell the covariance with the sums (vector, sum,
        region, year).
    loads
        For each panel and kind of cell the weights L (sum, region, year).
    numbers
        For each panel and common component the covariance of its innovations with the
        sums before any row counts (vector, sum, column).
    alphas, pulls
        What `Solver.solve` found for the sums (vector, row or innovation, sum).
    """

    mean: Array
    cover: Array
    cells: list[dict[str, Array]]
    loads: Sequence[Mapping[str, Array]]
    numbers: list[dict[str, Array]]
    alphas: list[Array]
    pulls: list[Array]


@ONE_THREAD
def sum_moments(
    panels: Sequence[Panel],
    scales: Sequence[Array],
    loads: Sequence[Mapping[str, Array]],
    correlation: Array,
    solver: Solver | None = None,
) -> SumMoments:
    """Mean and covariance of sums of cells, and their covariance with all cells.

    Parameters
    ----------
    scales
        For each panel (vector, component).
    loads
        For each panel and kind of cell the weights L (sum, region, year); a kind that
        no sum holds may be absent, but not all of them.
    correlation : (panel, panel) or (vector, panel, panel)
        R of the panels' linked innovations.
    solver
        Of the same panels, scales and correlation, if it is at hand.
    """
    sums = next(len(load) for kinds in loads for load in kinds.values())
    solver = Solver(panels, scales, correlation) if solver is None else solver
    numbers = [
        _innovations(panel, scale, load, sums)
        for panel, scale, load in zip(panels, scales, loads, strict=True)
    ]
    states.spread_covariances(panels, numbers, correlation)
    with ThreadPoolExecutor(WORKERS) as pool:
        priors = list(pool.map(_Prior.of, panels, scales, loads, numbers))
        residuals = list(pool.map(_Prior.residuals, priors))
        alphas, pulls = solver.solve(residuals)
        cells = list(pool.map(_Prior.posterior_moments, priors, alphas, pulls))
    moved = np.zeros((len(scales[0]), sums + 1, sums))
    for load, item in zip(loads, cells, strict=True):
        for kind, weights in load.items():
            moved += np.tensordot(item[kind], weights, axes=([2, 3], [1, 2]))
    cover = moved[:, :-1]
    return SumMoments(
        mean=moved[:, -1],
        cover=(cover + cover.swapaxes(1, 2)) / 2,
        cells=[
            {kind: weights[:, :-1] for kind, weights in item.items()} for item in cells
        ],
        loads=loads,
        numbers=[item.numbers for item in priors],
        alphas=[alpha[..., :-1] for alpha in alphas],
        pulls=[pull[..., :-1] for pull in pulls],
    )


def _innovations(
    panel: Panel, scales: Array, load: Mapping[str, Array], sums: int
) -> list[Array]:
    """Prior covariance of a panel's common innovations with its own sums.

    Returns
    -------
    list of (vector x sum, 1, column)
        For each component, without columns for those that are not common.
    """
    covariances = []
    for n, (component, factor) in enumerate(
        zip(panel.components, panel.roots, strict=True)
    ):
        weights = np.zeros((sums, factor.shape[1]))
        if component.over != "common":
            weights = weights[:, :0]
        elif component.loading in load:
            weights = load[component.loading].sum(axis=1) @ factor
        scaled = scales[:, n, None, None] * weights
        covariances.append(scaled.reshape(len(scales) * sums, 1, -1))
    return covariances


@dataclass(frozen=True)
class _Prior:
    """A panel's cells before any row counts: their covariance with the sums.

    Parameters
    ----------
    scales : (vector, component)
    load
        L by kind of cell (sum, region, year).
    numbers
        Those of `SumMoments`.
    idiosyncratic, sized, common
        Covariance over years of own components, of those among them whose size
        differs by region, and of common components, by kind of cell (vector, year,
        year).
    paths
        Covariance of the common components with the sums, by kind of cell (vector,
        sum, year).
    """

    panel: Panel
    scales: Array
    load: Mapping[str, Array]
    numbers: dict[str, Array]
    idiosyncratic: dict[str, Array]
    sized: dict[str, Array]
    common: dict[str, Array]
    paths: dict[str, Array]

    @classmethod
    def of(
        cls,
        panel: Panel,
        scales: Array,
        load: Mapping[str, Array],
        numbers: Sequence[Array],
    ) -> "_Prior":
        vectors, years = len(scales), len(panel.years)
        sums = len(numbers[0]) // vectors
        idiosyncratic, sized, common, paths = (
            {kind: np.zeros((vectors, size, years)) for kind in panel.loadings}
            for size in (years, years, years, sums)
        )
        by_component = {}
        for component, factor, scale, number in zip(
            panel.components,
            panel.roots,
            scales.T[:, :, None, None],
            numbers,
            strict=True,
        ):
            if component.over == "own":
                part = sized if component.sized and panel.sizes else idiosyncratic
                part[component.loading] += np.square(scale) * component.shape
            elif component.over == "common":
                covariance = number.reshape(vectors, sums, -1)
                by_component[component.name] = covariance
                common[component.loading] += np.square(scale) * component.shape
                paths[component.loading] += scale * (covariance @ factor.T)
        return cls(
            panel, scales, load, by_component, idiosyncratic, sized, common, paths
        )

    def _idiosyncratic_moments(self, kind: str, load: Array) -> Array:
        """Covariance of own components' cells with sums (vector, sum, region, year).

        Parameters
        ----------
        kind
            Of cells.
        load : (sum, region, year) or (vector, sum, region, year)
            Weights of the sums.
        """
        years, shape = load.shape[-1], load.shape[-3:]
        flat = load.reshape(*load.shape[:-3], -1, years)
        cells = flat @ self.idiosyncratic[kind]
        if self.panel.sizes:
            squares = np.tile(np.square(self.panel.sizes), shape[0])[:, None]
            cells += (squares * flat) @ self.sized[kind]
        return np.asarray(cells.reshape(-1, *shape))

    def residuals(self) -> Array:
        """What to solve for (vector, row, sum and one): less the rows', and the values.

        The last column is that of the mean, which starts from cells of zero.
        """
        panel, vectors = self.panel, len(self.scales)
        sums = next(iter(self.paths.values())).shape[1]
        residuals = np.zeros((vectors, len(panel.rows), sums + 1))
        residuals[..., -1] = panel.values
        for kind, path in self.paths.items():
            shared = panel.path_weights[kind]
            residuals[..., :-1] -= shared @ path.swapaxes(1, 2)
            if kind in self.load:
                cells = self._idiosyncratic_moments(kind, self.load[kind]).reshape(
                    vectors * sums, -1
                )
                rows = (panel.design[kind] @ cells.T).reshape(-1, vectors, sums)
                residuals[..., :-1] -= rows.swapaxes(0, 1)
        return residuals

    def posterior_moments(self, alpha: Array, pull: Array) -> dict[str, Array]:
        """Covariance of cells with the sums given the rows, and at last their mean.

        Parameters
        ----------
        alpha : (vector, row, sum and one)
        pull : (vector, innovation, sum and one)

        Returns
        -------
        dict of (vector, sum and one, region, year)
            By kind of cell.
        """
        panel, (vectors, rows, columns) = self.panel, alpha.shape
        shared = self._linked(pull)
        flat, moved = alpha.swapaxes(0, 1).reshape(rows, -1), {}
        for kind, path in shared.items():
            owed = (panel.design[kind].T @ flat).reshape(
                len(panel.regions), len(panel.years), vectors, columns
            )
            owed = np.ascontiguousarray(owed.transpose(2, 3, 0, 1))
            path += owed.sum(axis=2) @ self.common[kind]
            path[:, :-1] += self.paths[kind]
            if kind in self.load:
                owed[:, :-1] += self.load[kind]
            moved[kind] = self._idiosyncratic_moments(kind, owed)
            moved[kind] += path[:, :, None]
        return moved

    def _linked(self, pull: Array) -> dict[str, Array]:
        """How other panels move common paths, by kind (vector, sum and one, year)."""
        shape = len(pull), pull.shape[2], len(self.panel.years)
        linked_paths = {kind: np.zeros(shape) for kind in self.panel.loadings}
        start = 0
        for component, factor, scale in zip(
            self.panel.components, self.panel.roots, self.scales.T, strict=True
        ):
            if component.link:
                end = start + factor.shape[1]
                part = pull[:, start:end].swapaxes(1, 2)
                linked_paths[component.loading] += scale[:, None, None] * (
                    part @ factor.T
                )
                start = end
        return linked_paths


def no_sums(vectors: int, panels: int) -> SumMoments:
    """The moments of no sums."""
    empty = np.zeros((vectors, 0))
    return SumMoments(
        mean=empty,
        cover=empty[..., None],
        cells=[{} for _ in range(panels)],
        loads=[{} for _ in range(panels)],
        numbers=[{} for _ in range(panels)],
        alphas=[],
        pulls=[],
    )
