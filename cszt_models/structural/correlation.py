r"""Dependence: correlation between the common innovations of different panels.

A slowdown and falling prices come together. In every panel some innovations are common
to its regions: a passing shock, and the yearly change of a trend. Those of one kind and
year are correlated between panels, with one correlation of a pair for both kinds, and
independent over kinds and years. With u and v the innovations of two panels,

.. math::
    y_a = H_a u + \varepsilon_a, \qquad y_b = H_b v + \varepsilon_b, \qquad
    \operatorname{corr}(u_t, v_t) = \rho

It is estimated pair by pair given the scales, with a prior that shrinks it towards 0:
two decades of yearly data do not tell a correlation well, and say so by its posterior
standard deviation.

References
----------
Lewandowski, D., Kurowicka, D. and Joe, H. (2009). Generating random correlation
matrices based on vines and extended onion method. *Journal of Multivariate Analysis*
100(9), 1989-2001. https://doi.org/10.1016/j.jmva.2009.04.008.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from cszt_models.blas import ONE_THREAD
from cszt_models.structural.covariance import Covariance
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

CONCENTRATION = 2.0  # of the LKJ prior: 1 is uniform over correlation matrices
GRID = np.linspace(-0.99, 0.99, 199)  # correlations at which the density is computed
FLOOR = 0.01  # smallest eigenvalue of a correlation matrix that is used


@dataclass(frozen=True)
class Dependence:
    """Correlations of the panels' common innovations, and how well they are known.

    ``correlation`` (panel, panel) is the matrix that is used: the posterior means,
    moved to a correlation matrix if together they are none. ``sd`` (panel, panel) holds
    their posterior standard deviations, 0 on the diagonal.
    """

    panels: tuple[str, ...]
    correlation: Array
    sd: Array

    def among(self, names: Sequence[str]) -> Array:
        """Correlation matrix of any panels, those not known here independent."""
        matrix = np.eye(len(names))
        at = [names.index(name) for name in self.panels]
        matrix[np.ix_(at, at)] = self.correlation
        return matrix


class _White(NamedTuple):
    """Rows and impulses of one panel in units in which K is the identity."""

    values: Array  # (row)
    impulses: Array  # (row, innovation)
    links: list[tuple[str, int]]  # kind and year of each innovation


@ONE_THREAD
def estimate(panels: Sequence[Panel], scales: Sequence[Array]) -> Dependence:
    """Correlations between panels, given one vector of scales (component) for each.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import as_of
    >>> from cszt_models.project.observations import read_observations
    >>> project = cm.load_project()
    >>> day = date(2021, 6, 30)
    >>> known = as_of(read_observations(project), day)
    >>> from cszt_models.models.fits import panels
    >>> pair = [panels(known, project, day)[name] for name in ("growth", "price")]
    >>> medians = [np.array([c.scale.median for c in one.components]) for one in pair]
    >>> found = estimate(pair, medians)
    >>> bool(0 < found.correlation[0, 1] < 1 and found.sd[0, 1] > 0.1)
    True
    """
    white = [_whitened(*both) for both in zip(panels, scales, strict=True)]
    size = len(white)
    correlation, sd = np.eye(size), np.zeros((size, size))
    for a, b in combinations(range(size), 2):
        density = log_likelihood(white[a], white[b]) + log_prior(size)
        weights = np.exp(density - density.max())
        weights /= weights.sum()
        mean = weights @ GRID
        correlation[a, b] = correlation[b, a] = mean
        sd[a, b] = sd[b, a] = np.sqrt(weights @ np.square(GRID - mean))
    names = tuple(panel.name for panel in panels)
    return Dependence(names, near_correlation(correlation), sd)


def log_prior(size: int) -> Array:
    r"""Log density over `GRID` of one correlation under the LKJ prior, unnormalized.

    .. math:: p(\rho) \propto (1 - \rho^2)^{\eta - 2 + d / 2}

    for a matrix of size d: Lewandowski, Kurowicka and Joe (2009), section 3.
    """
    return (CONCENTRATION - 2 + size / 2) * np.log1p(-np.square(GRID))


def log_likelihood(a: _White, b: _White) -> Array:
    r"""Log likelihood over `GRID` of the correlation of two panels, less that of 0.

    With s the singular values of what the impulses of the same kinds and years have in
    common, and p, q the rows along the singular vectors, it is a sum over them:

    .. math::
        -\tfrac12 \sum_i \ln(1 - \rho^2 s_i^2)
        + \frac{p_i^2 + q_i^2 - 2 \rho s_i p_i q_i}{1 - \rho^2 s_i^2} - p_i^2 - q_i^2
    """
    shared = [link for link in a.links if link in b.links]
    left, left_root = _basis(a, shared)
    right, right_root = _basis(b, shared)
    to_left, sizes, to_right = linalg.svd(left_root @ right_root.T, full_matrices=False)
    p, q = to_left.T @ (left.T @ a.values), to_right @ (right.T @ b.values)
    r = GRID[:, None] * sizes
    rest = 1 - np.square(r)
    change = (p**2 + q**2 - 2 * r * p * q) / rest - p**2 - q**2
    return -0.5 * (np.log(rest) + change).sum(axis=1)


def near_correlation(matrix: Array) -> Array:
    """A correlation matrix near one that may have eigenvalues too small for it.

    These are raised to `FLOOR` and the diagonal brought back to one; a matrix without
    them is returned as it is.
    """
    values, vectors = np.linalg.eigh(matrix)
    if values.min(initial=1.0) >= FLOOR:
        return matrix
    raised = (vectors * values.clip(FLOOR)) @ vectors.T
    size = np.sqrt(raised.diagonal())
    return raised / np.outer(size, size)


def _whitened(panel: Panel, scales: Array) -> _White:
    split = Covariance(panel)
    mine = np.array([n for n, link in enumerate(split.links) if link], dtype=int)
    shared = np.zeros((len(panel.rows), len(mine)))
    for part in split.parts:
        shared[part.rows] = part.paths @ split.unit[:, mine]
    both = np.column_stack([panel.values, shared * scales[split.of[mine]]])
    factor = np.linalg.cholesky(panel.covariance(scales))
    white = linalg.solve_triangular(factor, both, lower=True)
    links = [link for link in split.links if link]
    return _White(white[:, 0], white[:, 1:], links)


def _basis(white: _White, links: Sequence[tuple[str, int]]) -> tuple[Array, Array]:
    """Orthonormal columns of the impulses of some links, and their triangular root."""
    at = [white.links.index(link) for link in links]
    columns, triangle = linalg.qr(white.impulses[:, at], mode="economic")
    return columns, triangle
