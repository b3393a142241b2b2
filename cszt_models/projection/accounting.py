"""Accounting identities between growth, levels, shares and totals, on plain arrays.

Arrays of draws are (draw, region, year); known values are (region, year) and not a
number where unknown. All sums run over the last axis, years, or the one before it,
regions.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def after_last(known: Array) -> Mask:
    """True in the years after the last known one (region, year).

    A region without any known year is True throughout.

    Examples
    --------
    >>> after_last(np.array([[1.0, np.nan, 3.0, np.nan]]))
    array([[False, False, False,  True]])
    """
    return np.cumsum(~np.isnan(known)[:, ::-1], axis=1)[:, ::-1] == 0


def roll_forward(known: Array, change: Array) -> Array:
    r"""Levels: as known where known, else moved by log-point changes.

    .. math:: L_t = L_o \exp \sum_{s=o+1}^{t} c_s / 100

    after the last known year o. Between two known years the changes are shifted by one
    constant per draw so that they arrive at the second (the bridge of a random walk);
    before the first they are taken backwards.

    Parameters
    ----------
    known : (region, year)
        Published levels; each region has at least one.
    change : (draw, region, year)
        Change on the year before, log points; that of the first year is not used.

    Examples
    --------
    >>> path = roll_forward(np.array([[100.0, np.nan]]), np.array([[[0.0, 10.0]]]))
    >>> path.round(2)
    array([[[100.  , 110.52]]])
    """
    future = after_last(known)
    last = known.shape[1] - 1 - future.sum(axis=1)
    start = known[np.arange(len(known)), last]
    moved = np.cumsum(np.where(future, change, 0.0), axis=2)
    levels = np.where(future, start[:, None] * np.exp(moved / 100), known)
    for region, year in zip(*np.nonzero(np.isnan(known) & ~future), strict=True):
        levels[:, region, year] = _bridge(known[region], change[:, region], year)
    return levels


def _bridge(known: Array, change: Array, year: int) -> Array:
    """Level (draw) of a year before or between known ones of one region."""
    known_years = np.flatnonzero(~np.isnan(known))
    after = known_years[known_years > year][0]
    ahead = change[:, year + 1 : after + 1].sum(axis=1) / 100
    if not (known_years < year).any():
        return known[after] * np.exp(-ahead)
    before = known_years[known_years < year][-1]
    behind = change[:, before + 1 : year + 1].sum(axis=1) / 100
    miss = np.log(known[after] / known[before]) - behind - ahead
    share = (year - before) / (after - before)
    return known[before] * np.exp(behind + share * miss)


def steps_of(level: Array, free: Mask) -> Array:
    """Changes on the year before that lead to a level, in the years that are free.

    A year that is not free keeps what the years before it reached.

    Parameters
    ----------
    level : (..., region, year)
        Deviation to reach, log points; it starts from 0.
    free : (region, year)

    Examples
    --------
    >>> free = np.array([[True, True, False, True]])
    >>> steps_of(np.array([[2.0, 1.0, 0.0, 1.5]]), free)
    array([[ 2. , -1. ,  0. ,  0.5]])
    """
    steps, reached = np.zeros(level.shape), np.zeros(level.shape[:-1])
    for year in range(level.shape[-1]):
        now = np.where(free[:, year], level[..., year], reached)
        steps[..., year], reached = now - reached, now
    return steps


def match_total(levels: Array, known: Array, total: Array) -> Array:
    """Scale regions not yet published so that they sum to published totals.

    Where the total of a year is known and some regions are not, these are scaled by one
    factor per draw, from that year to their next published one: exact when one region
    is missing, proportional when several are. Years are taken in order.

    Parameters
    ----------
    levels : (draw, region, year)
        Levels of the members of one aggregate.
    known : (region, year)
        Their published levels.
    total : (year)
        Published levels of the aggregate, above the sum of the published members.
    """
    levels = levels.copy()
    for year in np.flatnonzero(~np.isnan(total)):
        missing = np.isnan(known[:, year])
        if not missing.any():
            continue
        now = levels[:, :, year]
        rest = total[year] - now[:, ~missing].sum(axis=1)
        factor = rest / now[:, missing].sum(axis=1)
        for member in np.flatnonzero(missing):
            known_years = np.flatnonzero(~np.isnan(known[member]))
            later = known_years[known_years > year]
            end = later[0] if len(later) else known.shape[1]
            levels[:, member, year:end] *= factor[:, None]
    return levels


def weighted_growth(rates: Array, levels: Array) -> Array:
    """Growth of a sum: members' rates weighted by their levels of the year before.

    Parameters
    ----------
    rates, levels : (draw, region, year)
        Growth in percent and levels; the first year has no year before.

    Returns
    -------
    (draw, year)
        Growth in percent, not a number in the first year.
    """
    before = levels[:, :, :-1]
    weighted = (rates[:, :, 1:] * before).sum(axis=1) / before.sum(axis=1)
    return np.concatenate([np.full((len(rates), 1), np.nan), weighted], axis=1)


def running_average(rates: Array) -> Array:
    r"""Geometric mean of growth rates in percent from the first year to each year.

    .. math:: a_n = 100 \left( \prod_{t=1}^{n} (1 + g_t / 100) \right)^{1/n} - 100

    Examples
    --------
    >>> running_average(np.array([10.0, -10.0])).round(4).tolist()
    [10.0, -0.5013]
    """
    steps = np.arange(1, rates.shape[-1] + 1)
    return 100 * np.expm1(np.log1p(rates / 100).cumsum(axis=-1) / steps)
