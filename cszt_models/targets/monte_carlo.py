"""Monte-Carlo error of a share of draws, also of draws that are not independent."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
type Numbers = Array | np.float64
Groups = NDArray[np.int_]


@dataclass(frozen=True)
class Grouping:
    """Groups of draws that are not independent: the group's number of each draw.

    ``same`` says that draws of one group are met together, as repeated draws are.
    """

    groups: Groups
    same: bool = False

    @cached_property
    def sizes(self) -> Array:
        """Draws in each group."""
        return np.bincount(self.groups).astype(float)

    @property
    def informative(self) -> bool:
        """Whether there are several groups, and several draws in some of them."""
        return 2 <= len(self.sizes) < len(self.groups)

    def variance(self, between: Numbers, within: Numbers) -> Array:
        """Variance between groups (case), from sums of squares (case), at least 0."""
        n, count = len(self.groups), len(self.sizes)
        usual = (n - np.square(self.sizes).sum() / n) / (count - 1)
        difference = between / (count - 1) - within / (n - count)
        return np.asarray(np.maximum(0.0, difference / usual))


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
    total, variances = np.float64(met.sum()), []
    for grouping in filter(lambda way: way.informative, map(Grouping, groups)):
        sums = np.bincount(grouping.groups, weights=met)
        means = sums / grouping.sizes
        squares = grouping.sizes * np.square(means - sums.sum() / len(met))
        within = (sums * (1 - means)).sum()
        variances.append((grouping, grouping.variance(squares.sum(), within)))
    return float(_error(total, len(met), variances))


def errors_of_counts(
    met: Array, squares: Sequence[Array], groupings: Sequence[Grouping]
) -> Array:
    """Monte-Carlo errors (case), from counts of draws instead of draws.

    Parameters
    ----------
    met : (case)
        Draws in which the target is met.
    squares : for each grouping (case)
        Sum over groups of their squared counts by their sizes.

    Raises
    ------
    ValueError
        If there is no grouping, and so no number of draws.
    """
    if not groupings:
        raise ValueError("errors need the number of draws: give a grouping.")
    n = len(groupings[0].groups)
    variances = [
        (grouping, grouping.variance(square - met**2 / n, met - square))
        for grouping, square in zip(groupings, squares, strict=True)
        if grouping.informative
    ]
    return _error(met, n, variances)


def _error(met: Numbers, n: int, variances: Sequence[tuple[Grouping, Array]]) -> Array:
    p = (met + 0.5) / (n + 1)
    alone, together = p * (1 - p), np.zeros_like(p)
    for grouping, variance in variances:
        alone = alone - variance
        together = together + variance * np.square(grouping.sizes / n).sum()
    return np.asarray(np.sqrt(np.maximum(alone, 0.0) / n + together))
