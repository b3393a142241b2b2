"""Series of a group's regions as benchmark methods take and return them."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
type Paths = dict[str, Array]
type Benchmark = Callable[
    [Mapping[str, Array], bool, int, int, np.random.Generator], Paths
]

FLOOR = 1e-9  # of a standard deviation: a series that does not move


def filled(series: Array) -> Array:
    """A series without missing years at its ends, those between interpolated."""
    seen = np.flatnonzero(np.isfinite(series))
    if not len(seen):
        return np.empty(0)
    years = np.arange(seen[0], seen[-1] + 1)
    return np.interp(years, seen, series[seen])


def years_behind(series: Array) -> int:
    """Years between the last observed value and the end of a series.

    Examples
    --------
    >>> years_behind(np.array([1.0, 2.0, np.nan]))
    1
    """
    seen = np.flatnonzero(np.isfinite(series))
    return len(series) - 1 - int(seen[-1]) if len(seen) else 0


def draw_sizes(
    squares: float, degrees: int, draws: int, rng: np.random.Generator
) -> Array:
    """Standard deviations (draw, 1) given a sum of squares, under Jeffreys' prior.

    Parameters
    ----------
    squares
        Sum of squared errors.
    degrees
        Degrees of freedom that a fit left.
    """
    degrees = max(degrees, 1)
    sizes = np.sqrt(squares / rng.chisquare(degrees, (draws, 1)))
    return np.maximum(sizes, FLOOR)
