"""Monte-Carlo standard error of a share of dependent draws."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Groups = NDArray[np.int_]


def monte_carlo_error(met: NDArray[np.bool_], groups: Sequence[Groups] = ()) -> float:
    r"""Standard error of a share of draws.

    .. math::
        s^2 = \frac{p (1 - p) - \sum_b \hat\sigma_b^2}{n}
        + \sum_b \hat\sigma_b^2 \sum_g (n_{bg} / n)^2

    The first term is that of independent draws, with p moved towards one half by half
    a draw, so that a share of 0 or 1 does not claim to be exact. The second is, for
    each way b in which draws are grouped, what those of one group have in common, with
    the variance between groups of a one-way analysis of variance (Searle, Casella and
    McCulloch 1992, *Variance Components*, section 3.6).

    Parameters
    ----------
    met : (draw)
    groups
        For each way, the number of the group (draw) that a draw is in, without gaps.

    Examples
    --------
    >>> round(monte_carlo_error(np.arange(4000) < 2000), 4)
    0.0079
    """
    n = len(met)
    p = (met.sum() + 0.5) / (n + 1)
    alone, together = p * (1 - p), 0.0
    for group in groups:
        sizes = np.bincount(group)
        sums = np.bincount(group, weights=met)
        if len(sizes) < 2 or n == len(sizes):
            continue
        means, share = sums / sizes, sums.sum() / n
        between = (sizes * np.square(means - share)).sum() / (len(sizes) - 1)
        within = (sums * (1 - means)).sum() / (n - len(sizes))
        usual = (n - np.square(sizes).sum() / n) / (len(sizes) - 1)
        common = max(0.0, (between - within) / usual)
        alone -= common
        together += common * np.square(sizes / n).sum()
    return float(np.sqrt(max(alone, 0.0) / n + together))
