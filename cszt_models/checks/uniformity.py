"""Tests of discrete uniformity of ranks.

References
----------
Säilynoja, T., Bürkner, P.-C. and Vehtari, A. (2022). Graphical test for discrete
uniformity and its applications. *Statistics and Computing* 32, 32.
https://doi.org/10.1007/s11222-022-10090-6.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Ranks = NDArray[np.int_]


def chi_square(ranks: Ranks, places: int) -> float:
    """P-value of equal bins, up to 20 of 5 ranks or more; not a number below 10."""
    bins = [n for n in (20, 10, 5, 4, 2) if len(ranks) >= 5 * n]
    if not bins:
        return np.nan
    counts = np.bincount(ranks * bins[0] // places, minlength=bins[0])
    return float(stats.chisquare(counts).pvalue)


def envelope(ranks: Ranks, places: int) -> float:
    r"""P-value that the empirical distribution of ranks leaves a band around uniform.

    The band has the same pointwise probability :math:`\gamma` everywhere, and is the
    narrowest that the ranks do not leave:

    .. math::
        \gamma = \min_i 2 \min\{P(R \le R_i), P(R \ge R_i)\}, \qquad
        R \sim \mathrm{Bin}(N, i / m)

    with :math:`R_i` the number of ranks below place i of m. How probable a uniform
    sample is to leave it is computed, not simulated: the counts are a Poisson process
    given its total, whose paths within the band are added up place by place.

    References
    ----------
    Säilynoja, T., Bürkner, P.-C. and Vehtari, A. (2022), section 2.
    """
    size, counts = len(ranks), np.arange(len(ranks) + 1)
    reached = np.bincount(ranks, minlength=places).cumsum()[:-1]
    shares = np.arange(1, places)[:, None] / places
    low = stats.binom.cdf(counts, size, shares)
    high = stats.binom.sf(counts - 1, size, shares)
    pointwise = 2 * np.minimum(low, high)
    gamma = np.take_along_axis(pointwise, reached[:, None], axis=1).min()
    # A count as improbable as the worst one leaves the band too, whatever its rounding.
    inside = np.vstack([pointwise > gamma * (1 + 1e-9), counts == size])
    step = stats.poisson.pmf(counts, size / places)
    paths = (counts == 0).astype(float)
    for allowed in inside:
        paths = np.convolve(paths, step)[: size + 1] * allowed
    stays = paths[-1] / stats.poisson.pmf(size, size)
    return float(np.clip(1 - stays, min(gamma, 1), 1))


def holm(values: Array) -> Array:
    """P-values adjusted for their number by Holm's step-down method.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure.
    *Scandinavian Journal of Statistics* 6(2), 65-70.
    """
    order = np.argsort(values)
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
