r"""The theta method, and combinations of methods, of a single series.

The draws of a combination are means of its members' draws with the same rank, so that
its distribution lies between theirs (Vincentization) instead of shrinking as a mean of
independent draws would.

References
----------
Assimakopoulos, V. and Nikolopoulos, K. (2000). The theta model. *International Journal
of Forecasting* 16(4), 521-530. https://doi.org/10.1016/S0169-2070(00)00066-2.
Makridakis, S., Spiliotis, E. and Assimakopoulos, V. (2020). The M4 competition.
*International Journal of Forecasting* 36(1), 54-74 (the benchmark "Comb").
https://doi.org/10.1016/j.ijforecast.2019.04.014.
"""

import numpy as np

from cszt_models.hindcast.methods.series import Array, draw_sizes
from cszt_models.hindcast.methods.univariate import (
    arima,
    random_walk,
    simulated_smoothing,
    smoothing,
    smoothing_fits,
    spare_degrees,
)

THETA_PARAMETERS = 2  # smoothing weight and drift


def theta(series: Array, horizon: int, draws: int, rng: np.random.Generator) -> Array:
    r"""Theta method: exponential smoothing with half of the linear trend as its drift.

    In the form with innovations, :math:`y_t = \ell_{t-1} + b + \varepsilon_t` and
    :math:`\ell_t = \ell_{t-1} + b + \alpha \varepsilon_t`; the variance and the drift
    are drawn.

    Parameters
    ----------
    series : (year)
        Observed values without gaps.
    horizon
        Years ahead.

    Returns
    -------
    (draw, ahead)
    """
    from statsmodels.tsa.forecasting.theta import ThetaModel

    if np.ptp(series) == 0:
        return random_walk(series, horizon, draws, rng)
    fit = ThetaModel(series, period=1, deseasonalize=False).fit()
    point = np.asarray(fit.forecast(horizon))
    weight, drift = float(fit.params["alpha"]), float(fit.params["b0"]) / 2
    errors = smoothing_errors(series, weight, drift)
    degrees = len(errors) - THETA_PARAMETERS
    size = draw_sizes(float(errors @ errors), degrees, draws, rng)
    years = np.arange(len(series)) - (len(series) - 1) / 2
    drift_error = size / 2 / np.sqrt(years @ years) * rng.standard_normal((draws, 1))
    noise = size * rng.standard_normal((draws, horizon))
    before = np.cumsum(noise, axis=1) - noise
    return point + noise + weight * before + drift_error * np.arange(1, horizon + 1)


def smoothing_errors(series: Array, weight: float, drift: float) -> Array:
    """One-step errors (year) of exponential smoothing with a drift.

    Parameters
    ----------
    series : (year)
    weight
        Of an error in the next level, 0 to 1.
    drift
        Of the level, in a year.

    Examples
    --------
    >>> smoothing_errors(np.array([1.0, 2.0, 4.0]), 1.0, 1.0).tolist()
    [0.0, 1.0]
    """
    level, errors = series[0], np.empty(len(series) - 1)
    for t, value in enumerate(series[1:]):
        errors[t] = value - level - drift
        level += drift + weight * errors[t]
    return errors


def three_trends(
    series: Array, horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """Mean of exponential smoothing without, with a damped and with a full trend.

    This is the benchmark "Comb" of the M4 competition. The members are driven by the
    same errors.

    Parameters
    ----------
    series : (year)
        Observed values without gaps.
    horizon
        Years ahead.

    Returns
    -------
    (draw, ahead)
    """
    fits = smoothing_fits(series)
    if not fits:
        return random_walk(series, horizon, draws, rng)
    degrees = min(spare_degrees(fit, series) for fit in fits)
    chi_squares = rng.chisquare(degrees, (draws, 1))
    normals = rng.standard_normal((draws, horizon))
    members = [simulated_smoothing(fit, horizon, chi_squares, normals) for fit in fits]
    return np.mean(members, axis=0)


def blend(series: Array, horizon: int, draws: int, rng: np.random.Generator) -> Array:
    """Mean of exponential smoothing, ARIMA and the theta method.

    Parameters
    ----------
    series : (year)
        Observed values without gaps.
    horizon
        Years ahead.

    Returns
    -------
    (draw, ahead)
    """
    methods = (smoothing, arima, theta)
    return rank_mean([method(series, horizon, draws, rng) for method in methods])


def rank_mean(members: list[Array]) -> Array:
    """Means (draw, ahead) of draws with the same rank, in the order of the first's.

    Examples
    --------
    >>> first, second = np.array([[3.0], [1.0]]), np.array([[10.0], [20.0]])
    >>> rank_mean([first, second]).tolist()
    [[11.5], [5.5]]
    """
    ranked = np.mean([np.sort(member, axis=0) for member in members], axis=0)
    order = np.argsort(np.argsort(members[0], axis=0), axis=0)
    return np.take_along_axis(ranked, order, axis=0)
