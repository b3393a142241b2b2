r"""Ridge regression on lags of all regions up to the origin, one for each year ahead.

The change from a year to h years later, of a rate or a level, is regressed on the last
changes of the region, their mean, its level relative to the others, and level and last
changes of the group, with the same coefficients for all regions and years. The
penalty, and whether the group's predictors are used, is what would have forecast past
years best, each from the years before it; in panels too short for that, from all years
whose horizon does not overlap. The errors in these years are the predictive
distribution.

References
----------
Montero-Manso, P. and Hyndman, R. J. (2021). Principles and algorithms for forecasting
groups of time series: locality and globality. *International Journal of Forecasting*
37(4), 1632-1653. https://doi.org/10.1016/j.ijforecast.2021.03.004.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.hindcast.methods.panel_matrix import (
    panel_matrix,
    relative_sizes,
    second_moments,
    shared_variance,
    widening,
)
from cszt_models.hindcast.methods.series import FLOOR, Array, Paths

LAGS = 3  # yearly changes
MEAN_YEARS = 5  # years of the mean change
PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # times the number of rows
OF_GROUP = 3  # predictors, the last ones, that all regions share
MIN_PAST = 5  # years with an outcome from which a later year is forecast
MIN_TESTS = 4  # such later years
MIN_YEARS = 3  # years with an outcome in panels too short for that


class Direct(NamedTuple):
    """Forecast change (region), and errors (region, year) in years left out."""

    change: Array
    errors: Array


def global_ridge(
    series: Mapping[str, Array],
    rate: bool,
    horizon: int,
    draws: int,
    rng: np.random.Generator,
) -> Paths:
    """Direct forecasts of each year ahead by a regression for all regions.

    Parameters
    ----------
    series : by region (year)
        Observed values; missing years are interpolated.
    rate
        Whether values are yearly rates, or levels: a horizon that is too long for a
        regression has the last rate, or goes on with the level's last change.
    horizon
        Years ahead.
    """
    panel = panel_matrix(series)
    values = panel.values
    lags = predictors(values)
    steps = []
    for ahead in range(1, horizon + 1):
        step = _direct(values, lags, ahead)
        if step is None:
            break
        steps.append(step)
    changes = _extended(steps, values, rate, horizon)
    noise = _noise(steps or [_unconditional(values)], horizon, draws, rng)
    paths = values[:, -1, None] + changes + noise
    return {region: paths[:, n] for n, region in enumerate(panel.regions)}


def predictors(values: Array) -> Array:
    """Predictors (region, year, predictor), the last `OF_GROUP` of the whole group.

    Parameters
    ----------
    values : (region, year)
        NaN before a region's first year. Changes before it are the mean of those known.
    """
    changes = np.diff(values, axis=1, prepend=np.nan)
    means, recent = (_recent_mean(x) for x in (changes, values))
    lagged = []
    for lag in range(LAGS):
        shifted = np.full(values.shape, np.nan)
        shifted[:, lag:] = changes[:, : values.shape[1] - lag]
        lagged.append(np.where(np.isfinite(shifted), shifted, means))
    group = [_mean_over_regions(x) for x in (values, changes, means)]
    apart = [*lagged, means, values - recent, values - group[0]]
    shared = [np.broadcast_to(x, values.shape) for x in group]
    return np.stack([*apart, *shared], axis=-1)


def _recent_mean(values: Array) -> Array:
    """Means (region, year) of the last years, as many as there are."""
    seen = np.isfinite(values)
    sums = np.cumsum(np.where(seen, values, 0.0), axis=1)
    counts = np.cumsum(seen, axis=1)
    for totals in (sums, counts):
        totals[:, MEAN_YEARS:] -= totals[:, :-MEAN_YEARS].copy()
    return np.where(seen, sums / np.maximum(counts, 1), np.nan)


def _mean_over_regions(values: Array) -> Array:
    seen = np.isfinite(values)
    sums = np.where(seen, values, 0.0).sum(0)
    return np.where(seen.any(0), sums / np.maximum(seen.sum(0), 1), np.nan)


class Moments(NamedTuple):
    """Sums over regions: products (year, predictor, predictor), rights, rows."""

    products: Array
    rights: Array
    counts: Array

    def summed(self, weights: Array) -> "Moments":
        """Sums over years with weights (window, year)."""
        return Moments(*(np.tensordot(weights, sums, axes=1) for sums in self))

    def coefficients(self, columns: int, penalty: float) -> Array:
        """Ridge coefficients (window, predictor) of the first columns."""
        ridge = penalty * np.eye(columns)
        ridge[0, 0] = FLOOR  # the constant
        counts = np.maximum(self.counts, 1.0)[:, None, None]
        matrix = self.products[:, :columns, :columns] + counts * ridge
        solved: Array = np.linalg.solve(matrix, self.rights[:, :columns, None])[..., 0]
        return solved


def _direct(values: Array, lags: Array, ahead: int) -> Direct | None:
    """Forecast and errors of one horizon; None with too few years of outcomes."""
    targets = np.full(values.shape, np.nan)
    targets[:, :-ahead] = values[:, ahead:] - values[:, :-ahead]
    usable = np.isfinite(targets) & np.isfinite(lags).all(-1)
    windows = _windows(usable.any(0), ahead)
    if not windows.any():
        return None
    design = _standardized(lags, usable)
    x, y = np.where(usable[..., None], design, 0.0), np.where(usable, targets, 0.0)
    moments = Moments(
        np.einsum("ryp,ryq->ypq", x, x),
        np.einsum("ryp,ry->yp", x, y),
        usable.sum(0).astype(float),
    )
    past, every = moments.summed(windows), moments.summed(np.ones((1, len(windows))))
    tested = usable & windows.any(1)
    best, chosen = np.inf, None
    for columns in (design.shape[-1], design.shape[-1] - OF_GROUP):
        for penalty in PENALTIES:
            fitted = np.einsum(
                "ryp,yp->ry", x[..., :columns], past.coefficients(columns, penalty)
            )
            errors = np.where(tested, targets - fitted, np.nan)
            squares = float(np.nanmean(np.square(errors)))
            if squares < best:
                now = np.nan_to_num(design[:, -1, :columns])
                change = now @ every.coefficients(columns, penalty)[0]
                best, chosen = squares, Direct(change, errors)
    return chosen


def _windows(known: NDArray[np.bool_], ahead: int) -> Array:
    """Years (tested, used) from which each year is forecast; no row where none is."""
    years = np.arange(len(known))
    known_at = years + ahead  # when the outcome of a year is known
    before = (known_at <= years[:, None]) & known
    forward = np.where(before.sum(1, keepdims=True) >= MIN_PAST, before, 0.0)
    if (forward.any(1) & known).sum() >= MIN_TESTS:
        return forward * known[:, None]
    apart = (np.abs(years - years[:, None]) >= ahead) & known
    if (apart.any(1) & known).sum() < MIN_YEARS:
        return np.zeros(apart.shape)
    return apart * known[:, None].astype(float)


def _standardized(lags: Array, usable: NDArray[np.bool_]) -> Array:
    """A constant, and predictors with mean 0 and variance 1 in usable rows."""
    rows = lags[usable]
    spread = rows.std(0)
    scaled = (lags - rows.mean(0)) / np.where(spread > FLOOR, spread, np.inf)
    return np.concatenate([np.ones((*usable.shape, 1)), scaled], axis=-1)


def _unconditional(values: Array) -> Direct:
    """Mean change of a region, for a panel that is too short for a regression."""
    changes = np.diff(values, axis=1)
    mean = _mean_over_regions(changes.T) if changes.size else np.zeros(len(values))
    mean = np.nan_to_num(mean)
    overall = float(np.nanmean(changes)) if np.isfinite(changes).any() else 0.0
    return Direct(mean, changes - overall if changes.size else np.zeros((1, 1)))


def _extended(steps: list[Direct], values: Array, rate: bool, horizon: int) -> Array:
    """Changes (region, ahead) since the origin, also beyond the regressions."""
    direct = [step.change for step in steps]
    yearly = direct[-1] / len(direct) if direct else _unconditional(values).change
    last = direct[-1] if direct else np.zeros(len(values))
    for further in range(1, horizon - len(direct) + 1):
        direct.append(last if rate else last + further * yearly)
    return np.stack(direct, axis=-1)


def _noise(
    steps: list[Direct], horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """Errors (draw, region, ahead) like those in the years left out.

    Beyond the longest regression their size grows in proportion to the horizon, as that
    of an error in a slope does.
    """
    errors = np.stack([step.errors for step in steps], axis=-1)
    cover = second_moments(errors.reshape(-1, len(steps)))
    beyond = np.maximum(np.arange(1, horizon + 1) / len(steps), 1.0)
    place = np.minimum(np.arange(horizon), len(steps) - 1)
    cover = cover[np.ix_(place, place)] * np.outer(beyond, beyond)
    values, vectors = np.linalg.eigh(cover)
    root = vectors * np.sqrt(np.maximum(values, FLOOR**2))
    first = errors[..., 0]
    total = float(np.nanmean(np.square(first))) if np.isfinite(first).any() else 1.0
    share = min(shared_variance(first) / max(total, FLOOR**2), 1.0)
    normals = rng.standard_normal((2, draws, len(first), horizon))
    normals[0] = normals[0, :, :1]
    mixed = np.sqrt(share) * normals[0] + np.sqrt(1 - share) * normals[1]
    wide = widening(int(np.isfinite(first).any(0).sum()) - 1, draws, rng)
    sizes = relative_sizes(first)
    return wide[:, None, None] * sizes[:, None] * (mixed @ root.T)
