r"""Dependence: correlation between the common innovations of different panels.

A slowdown and falling prices come together. In every panel some innovations are common
to its regions: a passing shock, and the yearly change of a trend. Those of one kind and
year are correlated between panels, with one correlation of a pair for both kinds, and
independent over kinds and years. With u and v the innovations of two panels,

.. math::
    y_a = H_a u + \varepsilon_a, \qquad y_b = H_b v + \varepsilon_b, \qquad
    \operatorname{corr}(u_t, v_t) = \rho

It is estimated given the scales from what each pair of panels says, with a prior that
shrinks it towards 0. Two decades of yearly data do not tell a correlation well, so that
it is not plugged in: every scale vector has a matrix of its own.

References
----------
Lewandowski, D., Kurowicka, D. and Joe, H. (2009). Generating random correlation
matrices based on vines and extended onion method. *Journal of Multivariate Analysis*
100(9), 1989-2001. https://doi.org/10.1016/j.jmva.2009.04.008.
"""

from collections.abc import Mapping, Sequence
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
DET_MIN = 1e-6  # smallest determinant of a correlation matrix that is drawn
SWEEPS = 10  # of a Gibbs chain; the pairs hardly depend on each other


@dataclass(frozen=True)
class Dependence:
    """Correlations of the panels' common innovations.

    Parameters
    ----------
    panels
        Names.
    drawn : (vector, panel, panel)
        A draw for each scale vector.
    """

    panels: tuple[str, ...]
    drawn: Array

    @property
    def correlation(self) -> Array:
        """Posterior means (panel, panel)."""
        return np.asarray(self.drawn.mean(axis=0))

    @property
    def sd(self) -> Array:
        """Posterior standard deviations (panel, panel), 0 on the diagonal."""
        return np.asarray(self.drawn.std(axis=0))

    def among(self, names: Sequence[str]) -> Array:
        """Draws (vector, name, name) of any panels, those not known here independent.

        Parameters
        ----------
        names
            Of panels, with all that are known here.
        """
        size = len(names)
        matrices = np.tile(np.eye(size), (len(self.drawn), 1, 1))
        at = np.array([names.index(name) for name in self.panels], dtype=int)
        matrices[:, at[:, None], at] = self.drawn
        return matrices


class _White(NamedTuple):
    """Rows and impulses of one panel in units in which K is the identity."""

    values: Array  # (row)
    impulses: Array  # (row, innovation)
    links: list[tuple[str, int]]  # kind and year of each innovation


@ONE_THREAD
def estimate(
    panels: Sequence[Panel],
    scales: Sequence[Array],
    *,
    vectors: int,
    rng: np.random.Generator,
) -> Dependence:
    """Correlations between panels, given one vector of scales for each.

    Parameters
    ----------
    scales
        For each panel (component).
    vectors
        Number of draws.
    rng
        Generator of the draws.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import as_of
    >>> from cszt_models.project.observations import read_observations
    >>> project = cm.load_project()
    >>> day = date(2021, 6, 30)
    >>> known = as_of(read_observations(project), day)
    >>> from cszt_models.models.panels import panels
    >>> pair = [panels(known, project, day)[name] for name in ("growth", "price")]
    >>> medians = [np.array([c.scale.median for c in one.components]) for one in pair]
    >>> rng = np.random.default_rng(1)
    >>> found = estimate(pair, medians, vectors=256, rng=rng)
    >>> bool(0 < found.correlation[0, 1] < 1 and found.sd[0, 1] > 0.1)
    True
    """
    white = [_whitened(*both) for both in zip(panels, scales, strict=True)]
    pairs = {
        (a, b): log_likelihood(white[a], white[b])
        for a, b in combinations(range(len(white)), 2)
    }
    drawn = draw_matrices(pairs, len(white), vectors, rng)
    return Dependence(tuple(panel.name for panel in panels), drawn)


def draw_matrices(
    pairs: Mapping[tuple[int, int], Array],
    size: int,
    vectors: int,
    rng: np.random.Generator,
) -> Array:
    r"""Correlation matrices (vector, panel, panel) given what is known of each pair.

    With the LKJ prior :math:`p(R) \propto |R|^{\eta - 1}`, one Gibbs chain for each
    matrix: a pair at a time is drawn from `GRID` given the others, of whose entry
    the determinant is a quadratic function.

    Parameters
    ----------
    pairs
        Log likelihood over `GRID` of each pair.
    size
        Number of panels.
    vectors
        Number of matrices.
    rng
        Generator of the draws.
    """
    matrices = np.tile(np.eye(size), (vectors, 1, 1))
    for (a, b), likelihood in [pair for _ in range(SWEEPS) for pair in pairs.items()]:
        at_ends = []
        for rho in (-1.0, 0.0, 1.0):
            matrices[:, a, b] = matrices[:, b, a] = rho
            at_ends.append(np.linalg.det(matrices)[:, None])
        below, zero, above = at_ends
        bend, slope = (above + below) / 2 - zero, (above - below) / 2
        det = (bend * GRID + slope) * GRID + zero
        with np.errstate(divide="ignore", invalid="ignore"):
            density = likelihood + (CONCENTRATION - 1) * np.log(det)
        density = np.where(det > DET_MIN, density, -np.inf)
        weights = np.exp(density - density.max(axis=1, keepdims=True)).cumsum(axis=1)
        level = rng.random((vectors, 1)) * weights[:, -1:]
        matrices[:, a, b] = matrices[:, b, a] = GRID[(weights < level).sum(axis=1)]
    return matrices


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


def _whitened(panel: Panel, scales: Array) -> _White:
    r"""Rows and impulses times a root of :math:`K^{-1}`.

    With :math:`L^{-1} A G = Q T`, where L is the root of E and Q orthonormal, it is
    :math:`(I + Q ((I + T T')^{-1/2} - I) Q') L^{-1}`.
    """
    split = Covariance(panel)
    mine = np.array([n for n, link in enumerate(split.links) if link], dtype=int)
    equations = split.equations(scales[None], panel.values[None, :, None])
    values = np.empty(len(panel.rows))
    paths = np.empty((len(panel.rows), len(split.unit)))
    for group, solved in zip(split.groups, equations.groups, strict=True):
        values[group.rows] = solved.right[0, :, :, 0].T
        paths[group.rows] = solved.paths[0]
    impulses = paths @ equations.impulses[0]
    basis, triangle = linalg.qr(impulses, mode="economic")
    sizes, turn = np.linalg.eigh(triangle @ triangle.T)
    change = (turn * (1 / np.sqrt(1 + sizes.clip(0)) - 1)) @ turn.T
    both = np.column_stack([values, impulses[:, mine]])
    white = both + basis @ (change @ (basis.T @ both))
    links = [link for link in split.links if link]
    return _White(white[:, 0], white[:, 1:], links)


def _basis(white: _White, links: Sequence[tuple[str, int]]) -> tuple[Array, Array]:
    """Orthonormal columns of the impulses of some links, and their triangular root."""
    at = [white.links.index(link) for link in links]
    columns, triangle = linalg.qr(white.impulses[:, at], mode="economic")
    return columns, triangle
