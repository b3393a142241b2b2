r"""Worth of releases that are due: how much less uncertain a year will be with them.

Given the scales everything is Gaussian, so what a release y will take from the variance
of a quantity q, a sum of cells, is known before the release is:

.. math::
    \operatorname{var}(q) - \operatorname{var}(q \mid y)
    = \frac{\operatorname{cov}(q, y \mid y_o)^2}{\operatorname{var}(y \mid y_o)}

with :math:`y_o` the rows known. A probability :math:`p = \Phi(z)` of a target has the
variance p (1 - p) of an outcome not yet known. With :math:`\rho` the share of the
variance of q that the release takes, what is expected to be left of it is

.. math::
    \mathrm{E}\,p'(1 - p') = 2\, T\bigl(z, \sqrt{(1 - \rho)/(1 + \rho)}\bigr)

with T Owen's function. All are averages over vectors of scales, given the figures of
the block.

References
----------
Owen, D. B. (1956). Tables for computing bivariate normal probabilities. *Annals of
Mathematical Statistics* 27(4), 1075-1090. https://doi.org/10.1214/aoms/1177728074.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from cszt_models.blas import ONE_THREAD
from cszt_models.structural.panel import CELLS, Component, Panel

Array = NDArray[np.float64]
VECTORS = 40  # scale vectors over which worths are averaged

type Weights = Mapping[tuple[str, int], float]  # of cells, by region and year


@dataclass(frozen=True)
class Moments:
    """A quantity given the figures known, and given releases to come, by scale vector.

    Parameters
    ----------
    mean
        (vector).
    variance
        (vector), given the figures known.
    left
        (vector, release), variance that is left with each release alone.
    sequence
        (vector, release), variance that is left with it and all before it.
    """

    mean: Array
    variance: Array
    left: Array
    sequence: Array

    @property
    def sd(self) -> float:
        """Standard deviation given the figures known, and the scales."""
        return float(np.sqrt(self.variance.mean()))

    @property
    def sd_alone(self) -> Array:
        """The same with each release alone (release)."""
        return np.sqrt(self.left.mean(axis=0))

    @property
    def sd_sequence(self) -> Array:
        """The same with each release and all before it (release)."""
        return np.sqrt(self.sequence.mean(axis=0))


@ONE_THREAD
def moments(
    panel: Panel, scales: Array, due: Sequence[int], quantity: Weights
) -> Moments:
    """Mean and variances of a sum of cells, with the rows known and with more.

    Parameters
    ----------
    panel
        With the rows known, and others whose values do not matter.
    scales
        (vector, component).
    due
        Places of the latter, in the order in which they come.
    quantity
        Weights of cells.

    Raises
    ------
    ValueError
        If a cell is not of the panel.
    """
    rows = np.arange(len(panel.rows))
    order = np.concatenate([np.setdiff1d(rows, due), np.asarray(due, dtype=int)])
    known = len(rows) - len(due)
    cells = _cells(panel, quantity)
    parts = panel.components
    cover = np.array([_cover(panel, part, cells) for part in parts])
    prior = np.array([_variance(panel, part, cells) for part in parts])
    results: list[tuple[float, ...]] = []
    lefts, sequences = [], []
    for vector in scales:
        squares = np.square(vector)
        matrix = panel.covariance(vector)[np.ix_(order, order)]
        factor = linalg.cholesky(matrix, lower=True)
        shared = (squares @ cover)[order]
        white = linalg.solve_triangular(factor, shared, lower=True)
        values = panel.values[order[:known]]
        white_values = linalg.solve_triangular(
            factor[:known, :known], values, lower=True
        )
        variance = float(squares @ prior - np.square(white[:known]).sum())
        results.append((float(white[:known] @ white_values), variance))
        sequences.append(variance - np.cumsum(np.square(white[known:])))
        cross = factor[known:, :known]
        beside = shared[known:] - cross @ white[:known]
        spread = matrix[known:, known:].diagonal() - np.square(cross).sum(axis=1)
        lefts.append(variance - np.square(beside) / spread)
    mean, variances = np.array(results).T
    return Moments(mean, variances, np.array(lefts), np.array(sequences))


class Stages(NamedTuple):
    """Sums of cells as more rows of a panel are known, by vector of scales.

    ``mean`` and ``variance`` are (vector, stage, quantity).
    """

    mean: Array
    variance: Array


@ONE_THREAD
def stage_moments(
    panel: Panel, scales: Array, stages: Sequence[int], quantities: Sequence[Weights]
) -> Stages:
    """Mean and variance of sums of cells, stage by stage; one factor for all stages.

    Parameters
    ----------
    panel
        With the rows of all stages.
    scales
        (vector, component).
    stages
        For each row the stage from which on it is known, from 0.
    quantities
        Weights of cells, for each sum.

    Raises
    ------
    ValueError
        If a cell is not of the panel.
    """
    order = np.argsort(stages, kind="stable")
    known = np.searchsorted(np.asarray(stages)[order], range(max(stages) + 1), "right")
    cells = [_cells(panel, quantity) for quantity in quantities]
    parts = panel.components
    cover = np.array([[_cover(panel, part, each) for each in cells] for part in parts])
    prior = np.array(
        [[_variance(panel, part, each) for each in cells] for part in parts]
    )
    means, variances = [], []
    for vector in scales:
        squares = np.square(vector)
        matrix = panel.covariance(vector)[np.ix_(order, order)]
        factor = linalg.cholesky(matrix, lower=True)
        shared = np.tensordot(squares, cover, 1)[:, order].T
        white = linalg.solve_triangular(factor, shared, lower=True)
        values = linalg.solve_triangular(factor, panel.values[order], lower=True)
        before = known - 1
        means.append(np.cumsum(white * values[:, None], axis=0)[before])
        variances.append(squares @ prior - np.cumsum(np.square(white), axis=0)[before])
    return Stages(np.array(means), np.array(variances))


def _cells(panel: Panel, quantity: Weights) -> Array:
    """Weights of the cells of a panel (region, year)."""
    first, last = int(panel.years[0]), int(panel.years[-1])
    cells = np.zeros((len(panel.regions), len(panel.years)))
    for (region, year), weight in quantity.items():
        if region not in panel.regions or not first <= year <= last:
            raise ValueError(f"{region} {year} is no cell of {panel.name}.")
        cells[panel.regions.index(region), year - first] += weight
    return cells


def _cover(panel: Panel, component: Component, cells: Array) -> Array:
    """Covariance of a component's sum of cells with the rows, at unit scale (row)."""
    if component.loading != CELLS:
        return np.zeros(len(panel.rows))
    return panel.sum_cover(component, cells)


def _variance(panel: Panel, component: Component, cells: Array) -> float:
    """Variance of a component's sum of cells, at unit scale."""
    if component.over == "rows" or component.loading != CELLS:
        return 0.0
    if component.over == "common":
        cells = cells.sum(axis=0, keepdims=True)
    else:
        cells = panel.size_of(component)[:, None] * cells
    return float(np.einsum("rt,ts,rs", cells, component.shape, cells))


def open_variance(mean: Array, variance: Array, bound: float) -> Array:
    """Variance p (1 - p) of whether a quantity will be above a bound (vector).

    Parameters
    ----------
    mean, variance
        Of the quantity.
    bound
        In its unit.
    """
    chance = special.ndtr((mean - bound) / np.sqrt(variance))
    return chance * (1 - chance)


def expected_open_variance(
    mean: Array, variance: Array, left: Array, bound: float
) -> Array:
    """Expected p (1 - p) after a release that leaves less of the variance.

    Parameters
    ----------
    mean, variance
        Of the quantity now.
    left
        Of the variance, after the release.
    bound
        In the quantity's unit.

    Examples
    --------
    A release that says nothing leaves it as it is, one that says all leaves none.

    >>> one, now = np.ones(2), np.full(2, 4.0)
    >>> expected_open_variance(one, now, np.array([4.0, 0.0]), 1.0).round(3)
    array([0.25, 0.  ])
    """
    z = (mean - bound) / np.sqrt(variance)
    share = 1 - left / variance
    return 2 * special.owens_t(z, np.sqrt((1 - share) / (1 + share)))
