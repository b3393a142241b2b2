"""Five-year mean of a group of regions, with the errors it has had.

Errors of the same rule in past years give the predictive distribution, so it needs no
model of the series.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cszt_models.hindcast.methods.panel_matrix import second_moments
from cszt_models.hindcast.methods.series import FLOOR, Array, Paths, filled

WINDOW = 5  # years of the mean


def five_year_mean(
    series: Mapping[str, Array],
    rate: bool,
    horizon: int,
    draws: int,
    rng: np.random.Generator,
) -> Paths:
    """Mean of the last five years, with its past errors in the group.

    Errors of several years ahead come with their correlation;
    longer horizons than observed have the error variance of the longest.

    Parameters
    ----------
    series : by region (year)
        Observed values; missing years are interpolated.
    rate
        Whether values are yearly rates, or levels.
    horizon
        Years ahead.
    """
    observed = {region: filled(values) for region, values in series.items()}
    ahead = np.arange(1, horizon + 1)
    errors = [
        _error(past, end, rate, horizon)
        for past in observed.values()
        for end in range(WINDOW + (not rate), len(past))
    ]
    cover = second_moments(np.array(errors).reshape(-1, horizon))
    factor = np.linalg.cholesky(cover + FLOOR * np.eye(horizon))
    paths = {}
    for region, past in observed.items():
        noise = rng.standard_normal((draws, horizon)) @ factor.T
        paths[region] = _mean_path(past, rate, ahead) + noise
    return paths


def _mean_path(past: Array, rate: bool, ahead: NDArray[np.int_]) -> Array:
    if rate:
        return np.full(len(ahead), past[-WINDOW:].mean())
    return (
        past[-1] + ahead * np.diff(past)[-WINDOW:].mean()
        if len(past) > 1
        else past[-1] + 0.0 * ahead
    )


def _error(series: Array, end: int, rate: bool, horizon: int) -> Array:
    """Errors (ahead) of the mean of the years before ``end``; unknown where not due."""
    outcomes = np.full(horizon, np.nan)
    later = series[end : end + horizon]
    outcomes[: len(later)] = later
    return outcomes - _mean_path(series[:end], rate, np.arange(1, horizon + 1))
