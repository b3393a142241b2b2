r"""GHK sampler for a truncated Gaussian: sums with given values and ranges.

With :math:`s = m + C z`, C the triangular root of their covariance, the sums are taken
in turn. One that must have a value is put there, and the draw is weighted by the
density of the value; one that must lie in a range is moved within the range by its own
quantile, and the draw is weighted by the probability of the range (the sequential
importance sampler of Geweke, Hajivassiliou and Keane). The weights of a vector of
scales average to the density of all conditions under it, so that weighted draws are
exactly those of the joint distribution given the conditions, scales included.

References
----------
Genz, A. and Bretz, F. (2009). *Computation of Multivariate Normal and t Probabilities*.
Springer, section 4.2. https://doi.org/10.1007/978-3-642-01689-9.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

PIVOT_MIN = 1e-9  # of a variance; below it a sum follows from those before it
MISS_MAX = 1e-5  # standard deviations by which what follows may miss its value


def semidefinite_root(cover: Array) -> Array:
    """Triangular C (..., sum, sum) with C C' the covariance.

    A sum that follows from those before it has a pivot of 0 and a column of zeros.

    Examples
    --------
    >>> semidefinite_root(np.array([[4.0, 2.0], [2.0, 1.0]]))
    array([[2., 0.],
           [1., 0.]])
    """
    root = np.zeros_like(cover)
    for j in range(cover.shape[-1]):
        rest = cover[..., j:, j] - (root[..., j:, :j] @ root[..., j, :j, None]).squeeze(
            -1
        )
        pivot = rest[..., :1]
        positive = pivot > PIVOT_MIN * cover[..., j, j, None]
        scale = np.sqrt(np.where(positive, pivot, 1.0))
        root[..., j:, j] = np.where(positive, rest / scale, 0.0)
    return root


def scores(root: Array, apart: Array) -> Array:
    """Standard scores z (draw, sum) of sums that are ``apart`` from their means.

    Parameters
    ----------
    root : (draw, sum, sum)
        From `semidefinite_root`; the score of a sum without pivot is 0.
    """
    standard = np.zeros_like(apart)
    for j in range(apart.shape[1]):
        explained = np.einsum("dk,dk->d", root[:, j, :j], standard[:, :j])
        pivot = root[:, j, j]
        positive = pivot > 0
        standard[positive, j] = (apart[:, j] - explained)[positive] / pivot[positive]
    return standard


def pulls(root: Array, shift: Array) -> Array:
    """Inverse covariance times a shift (draw, sum), by which all cells move."""
    white = scores(root, shift)
    solution = np.zeros_like(white)
    for j in reversed(range(shift.shape[1])):
        explained = np.einsum("dk,dk->d", root[:, j + 1 :, j], solution[:, j + 1 :])
        pivot = root[:, j, j]
        positive = pivot > 0
        solution[positive, j] = (white[:, j] - explained)[positive] / pivot[positive]
    return solution


def ghk_draws(
    starts: Array, mean: Array, root: Array, low: Array, high: Array
) -> tuple[Array, Array]:
    """Draws of sums within their bounds, and the log weight of each condition.

    Parameters
    ----------
    starts : (draw, sum)
        Draws of the sums before any condition.
    mean : (draw, sum)
        Their means under the scales of each draw.
    root : (draw, sum, sum)
        Root of their covariance under the same.
    low, high : (sum)
        Bounds; the same for a value.

    Returns
    -------
    (draw, sum), (draw, sum)
        The sums; and log weights, minus infinity where a sum that follows from those
        before it is not where it must be.
    """
    before = scores(root, starts - mean)
    arrived, weights = np.zeros_like(starts), np.zeros_like(starts)
    score = np.zeros_like(starts)
    for j in range(starts.shape[1]):
        centre = mean[:, j] + np.einsum("dk,dk->d", root[:, j, :j], score[:, :j])
        pivot, bounds = root[:, j, j], (low[j], high[j])
        positive = pivot > 0
        if positive.all():
            score[:, j], weights[:, j] = _draw_sum(before[:, j], centre, pivot, *bounds)
        elif positive.any():  # a threshold apart: some vectors see a pivot, others none
            some = _draw_sum(
                before[positive, j], centre[positive], pivot[positive], *bounds
            )
            score[positive, j], weights[positive, j] = some
        spread = np.sqrt(np.square(root[:, j, : j + 1]).sum(axis=1))
        near = MISS_MAX * spread
        missed = (centre < low[j] - near) | (centre > high[j] + near)
        weights[~positive & missed, j] = -np.inf
        arrived[:, j] = centre + pivot * score[:, j]
        if low[j] == high[j]:
            arrived[positive, j] = low[j]
    return arrived, weights


def _draw_sum(
    score: Array, centre: Array, pivot: Array, low: float, high: float
) -> tuple[Array, Array]:
    """New scores of one sum and log weights (draw)."""
    if low == high:
        at = (low - centre) / pivot
        return at, -0.5 * np.square(at) - np.log(pivot) - 0.5 * np.log(2 * np.pi)
    return truncated(score, (low - centre) / pivot, (high - centre) / pivot)


def truncated(score: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Standard normal numbers moved between bounds by their quantile.

    Parameters
    ----------
    score, low, high : (draw)
        The numbers, and their bounds.

    Returns
    -------
    (draw), (draw)
        The numbers, of a truncated normal distribution; and the log of the probability
        between the bounds.

    Examples
    --------
    >>> inside, mass = truncated(np.zeros(1), np.zeros(1), np.full(1, np.inf))
    >>> inside.round(4), np.exp(mass).round(4)
    (array([0.6745]), array([0.5]))
    """
    turned = low > 0  # in the left tail, where probabilities keep their digits
    a, b = np.where(turned, -high, low), np.where(turned, -low, high)
    z = np.where(turned, -score, score)
    log_a, log_b = special.log_ndtr(a), special.log_ndtr(b)
    place = np.logaddexp(
        log_a + special.log_ndtr(-z), log_b + special.log_ndtr(z)
    )  # log of F(a) (1 - u) + F(b) u
    inside = np.clip(special.ndtri_exp(place), a, b)
    # Unbounded on one side of the quantile nothing is lost to rounding.
    with np.errstate(divide="ignore"):
        mass = log_b + np.log1p(-np.exp(log_a - log_b))
    return np.where(turned, -inside, inside), mass
