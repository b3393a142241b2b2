r"""Kernels: covariances over years of unit-scale Gaussian components.

Each takes the years of a panel and returns the constant, positive semi-definite matrix
of shape (year, year) by which a component's variance is multiplied.

References
----------
Harvey, A. C. (1989). *Forecasting, Structural Time Series Models and the Kalman
Filter*. Cambridge University Press, chapters 2 and 4 (random walk, damped trend).
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Years = NDArray[np.int_]
Matrix = NDArray[np.float64]

_PIVOT_MIN = 1e-10  # of the largest variance; below it is rounding


def constant(years: Years) -> Matrix:
    """One value in all years: a level, or an offset of a region.

    Examples
    --------
    >>> constant(np.arange(2000, 2002))
    array([[1., 1.],
           [1., 1.]])
    """
    return np.ones((len(years), len(years)))


def shock(years: Years) -> Matrix:
    """A new value every year, independent of all others (white noise)."""
    return np.eye(len(years))


def walk(years: Years) -> Matrix:
    r"""Random walk that is 0 in the first year: :math:`\min(t, s)` years from it.

    Examples
    --------
    >>> walk(np.arange(2000, 2003))
    array([[0., 0., 0.],
           [0., 1., 1.],
           [0., 1., 2.]])
    """
    since = np.asarray(years, dtype=float) - years[0]
    return np.minimum.outer(since, since)


def damped_trend(years: Years, damping: float) -> Matrix:
    r"""Trend whose yearly change is a stationary AR(1): it flattens out by itself.

    .. math::
        \mu_t = \mu_{t-1} + \beta_t, \quad \beta_t = \phi \beta_{t-1} + \zeta_t, \quad
        \operatorname{var} \beta_t = 1, \quad \mu_{t_0} = 0

    so that an expected change :math:`\beta` today adds :math:`\beta \phi (1 - \phi^h) /
    (1 - \phi)` over the next h years. Damping 0 is the random walk; close to 1 a line.

    Parameters
    ----------
    years : (year)
        Consecutive years.
    damping
        :math:`\phi` in [0, 1), share of this year's change expected to go on next year.

    Raises
    ------
    ValueError
        If the damping is outside [0, 1) or the years are not consecutive.

    References
    ----------
    Gardner, E. S. and McKenzie, E. (1985). Forecasting trends in time series.
    *Management Science* 31(10), 1237-1246. https://doi.org/10.1287/mnsc.31.10.1237.
    """
    if not 0 <= damping < 1:
        raise ValueError(f"damping must be in [0, 1); got {damping:g}.")
    if (np.diff(years) != 1).any():
        raise ValueError("years must be consecutive.")
    steps = np.arange(len(years))
    change = damping ** np.abs(np.subtract.outer(steps, steps)).astype(float)
    add_up = np.tril(np.ones((len(years), len(years))))
    add_up[:, 0] = 0.0  # the change into the first year is not part of the panel
    return add_up @ change @ add_up.T


def line(years: Years, at: int) -> Matrix:
    r"""Straight line of unknown yearly step: :math:`(t - t_0)(s - t_0)`.

    Parameters
    ----------
    at
        :math:`t_0`, the year in which it is 0.

    Examples
    --------
    >>> line(np.arange(2000, 2003), 2001)
    array([[ 1.,  0., -1.],
           [ 0.,  0.,  0.],
           [-1.,  0.,  1.]])
    """
    since = np.asarray(years, dtype=float) - at
    return np.outer(since, since) + 0.0  # no negative zeros


def integrated_walk(years: Years, at: int) -> Matrix:
    r"""Line whose yearly step is a random walk on either side of a year.

    .. math:: \mu_t = \mu_{t-1} + \beta_t, \quad \beta_t = \beta_{t-1} + \zeta_t, \quad
        \operatorname{var} \zeta_t = 1, \quad \mu_{t_0} = \beta_{t_0} = 0

    Parameters
    ----------
    at
        :math:`t_0`, the year in which level and step are 0.

    Examples
    --------
    >>> integrated_walk(np.arange(2000, 2004), 2001).diagonal()
    array([1., 0., 1., 5.])
    """
    since = np.asarray(years) - at
    ages = np.abs(since)
    same_side = np.greater_equal(np.multiply.outer(since, since), 0)
    longer, shorter = (
        extreme.outer(ages, ages).astype(float) for extreme in (np.maximum, np.minimum)
    )
    # sum over innovations j = 1..m of (n + 1 - j)(m + 1 - j), with n - m = gap
    gap = longer - shorter
    total = shorter * (shorter + 1) * (2 * shorter + 1) / 6
    total += gap * shorter * (shorter + 1) / 2
    return np.where(same_side, total, 0.0)


def fading(years: Years, damping: float) -> Matrix:
    r"""Where a path starts, of which each year keeps a share.

    .. math:: \mu_t = \phi \mu_{t-1}, \quad \operatorname{var} \mu_{t_0} = 1

    Parameters
    ----------
    damping
        :math:`\phi`, the share of the distance from zero that is left a year later.

    Examples
    --------
    >>> fading(np.arange(2000, 2002), 0.5)
    array([[1.  , 0.5 ],
           [0.5 , 0.25]])
    """
    left = damping ** (np.asarray(years, dtype=float) - years[0])
    return np.outer(left, left)


def reverting(years: Years, damping: float) -> Matrix:
    r"""Path that is 0 in the first year and returns to 0 after every innovation.

    .. math:: \mu_t = \phi \mu_{t-1} + \zeta_t, \quad \operatorname{var} \zeta_t = 1,
        \quad \mu_{t_0} = 0

    With `fading` it is an AR(1) that may start anywhere; with a damping of 1 it is the
    random walk.

    Parameters
    ----------
    damping
        :math:`\phi`, the share of the distance from zero that is left a year later.

    Examples
    --------
    >>> reverting(np.arange(2000, 2003), 0.5)
    array([[0.  , 0.  , 0.  ],
           [0.  , 1.  , 0.5 ],
           [0.  , 0.5 , 1.25]])
    """
    steps = np.arange(len(years))
    age = np.subtract.outer(steps, steps)
    add_up = np.where(age >= 0, damping ** np.maximum(age, 0).astype(float), 0.0)
    add_up[:, 0] = 0.0  # the innovation of the first year is where the path starts
    return add_up @ add_up.T


def stationary(years: Years, damping: float) -> Matrix:
    r"""AR(1) that has run for ever: :math:`\phi^{|t - s|}`, of variance 1 in any year.

    Parameters
    ----------
    damping
        :math:`\phi` in [0, 1), the correlation of neighbouring years.

    Examples
    --------
    >>> stationary(np.arange(2000, 2003), 0.5)[0]
    array([1.  , 0.5 , 0.25])
    """
    apart = np.abs(np.subtract.outer(years, years)).astype(float)
    return damping**apart


def event(years: Years, at: Iterable[int]) -> Matrix:
    """An independent value in each of the years ``at`` and none in others.

    Examples
    --------
    >>> event(np.arange(2019, 2022), [2020]).diagonal()
    array([0., 1., 0.])
    """
    return np.diag(np.isin(years, list(at)).astype(float))


def steps(years: Years, at: Iterable[int]) -> Matrix:
    """A lasting shift of independent size from each of the years ``at`` on.

    Examples
    --------
    >>> steps(np.arange(2018, 2021), [2019])
    array([[0., 0., 0.],
           [0., 1., 1.],
           [0., 1., 1.]])
    """
    since = np.array([np.asarray(years) >= year for year in at], dtype=float)
    return since.T @ since if len(since) else np.zeros((len(years), len(years)))


def root(kernel: Matrix) -> Matrix:
    """Lower triangular R with R R' equal to a positive semi-definite kernel.

    Column t is what a standard normal innovation of year t does from then on, so that
    components of different kernels, and of different blocks, share their years. A year
    without variance of its own, of which a singular kernel has some, is a column of
    zeros.

    Examples
    --------
    >>> root(walk(np.arange(2000, 2003)))
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 1., 1.]])
    """
    return _root(kernel, _PIVOT_MIN * kernel.diagonal().max(initial=0.0))


def block_root(covariance: sparse.csr_array) -> sparse.csr_array:
    """The `root` of a sparse covariance, which couples few of its rows.

    Examples
    --------
    >>> pairs = sparse.csr_array([[4.0, 0.0, 4.0], [0.0, 9.0, 0.0], [4.0, 0.0, 4.0]])
    >>> block_root(pairs).toarray()
    array([[2., 0., 0.],
           [0., 3., 0.],
           [2., 0., 0.]])
    """
    diagonal = covariance.diagonal()
    smallest = _PIVOT_MIN * diagonal.max(initial=0.0)
    _, label = csgraph.connected_components(covariance, directed=False)
    sizes = np.bincount(label)
    alone = np.flatnonzero((sizes[label] == 1) & (diagonal > smallest))
    values, rows, columns = [np.sqrt(diagonal[alone])], [alone], [alone]
    order, ends = np.argsort(label, kind="stable"), np.cumsum(sizes)
    for block in np.flatnonzero(sizes > 1):
        members = order[ends[block] - sizes[block] : ends[block]]
        factor = _root(covariance[members][:, members].toarray(), smallest)
        at, to = factor.nonzero()
        values.append(factor[at, to])
        rows.append(members[at])
        columns.append(members[to])
    places = np.concatenate(rows), np.concatenate(columns)
    entries = np.concatenate(values), places
    return sparse.coo_array(entries, shape=covariance.shape).tocsr()


def _root(kernel: Matrix, smallest: float) -> Matrix:
    factor = np.zeros_like(kernel, dtype=float)
    for t in range(len(kernel)):
        column = kernel[t:, t] - factor[t:, :t] @ factor[t, :t]
        if column[0] > smallest:
            factor[t:, t] = column / np.sqrt(column[0])
    return factor
