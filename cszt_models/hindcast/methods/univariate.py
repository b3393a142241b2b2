"""Random walks, AR(1), ETS, ARIMA and unobserved components of a single series.

Predictive distributions include parameter uncertainty where a textbook gives it (random
walks, AR(1)), and elsewhere that of the error variance: a Student t with as many
degrees of freedom as the fit left.

References
----------
Hyndman, R. J. and Athanasopoulos, G. (2021). *Forecasting: Principles and Practice*,
3rd edition, chapters 5, 8 and 9 (drift, ETS, AICc). https://otexts.com/fpp3.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cszt_models.hindcast.methods.series import FLOOR, Array, draw_sizes

ORDERS = tuple(
    (p, d, q) for d in (0, 1) for p in range(3) for q in range(3) if p + q <= 2
)
DAMPED: Any = {"trend": "add", "damped_trend": True}
TRENDS: Sequence[dict[str, Any]] = ({"trend": None}, DAMPED, {"trend": "add"})


def random_walk(
    series: Array, horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """Random walk with drift; drift and variance are drawn.

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
    steps = np.diff(series) if len(series) > 2 else np.zeros(3)
    count = len(steps)
    size = draw_sizes(np.square(steps - steps.mean()).sum(), count - 1, draws, rng)
    drift = steps.mean() + size * rng.standard_normal((draws, 1)) / np.sqrt(count)
    noise = size * rng.standard_normal((draws, horizon))
    start = series[-1] if len(series) else np.nan
    return start + np.cumsum(drift + noise, axis=1)


def driftless_walk(
    series: Array, horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """Random walk without drift: the last value stays; the variance is drawn.

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
    steps = np.diff(series) if len(series) > 2 else np.zeros(3)
    size = draw_sizes(np.square(steps).sum(), len(steps), draws, rng)
    start = series[-1] if len(series) else np.nan
    return start + np.cumsum(size * rng.standard_normal((draws, horizon)), axis=1)


def autoregression(
    series: Array, horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """AR(1) by least squares, coefficients and variance drawn from their posterior.

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
    before = np.column_stack([np.ones(len(series) - 1), series[:-1]])
    cover = np.linalg.pinv(before.T @ before)
    best = cover @ before.T @ series[1:]
    left = series[1:] - before @ best
    size = draw_sizes(float(left @ left), len(left) - 2, draws, rng)
    root = np.linalg.cholesky(cover + FLOOR * np.eye(2))
    drawn = best + size * (rng.standard_normal((draws, 2)) @ root.T)
    # a root beyond one would explode: the slope is bounded and the mean preserved
    slope = np.clip(drawn[:, 1], -0.99, 0.99)
    offset = drawn[:, 0] + (drawn[:, 1] - slope) * series.mean()
    paths, last = np.empty((draws, horizon)), np.full(draws, series[-1])
    for h in range(horizon):
        last = offset + slope * last + size[:, 0] * rng.standard_normal(draws)
        paths[:, h] = last
    return paths


def smoothing(
    series: Array,
    horizon: int,
    draws: int,
    rng: np.random.Generator,
    kinds: Sequence[dict[str, Any]] = TRENDS,
) -> Array:
    """Exponential smoothing with additive errors: no, a damped or a full trend.

    Parameters
    ----------
    series : (year)
        Observed values without gaps.
    horizon
        Years ahead.
    kinds
        Trends among which AICc chooses.

    Returns
    -------
    (draw, ahead)
    """
    fits = smoothing_fits(series, kinds)
    best = _best((fitted, float(fitted.aicc)) for fitted in fits)
    if best is None:
        return random_walk(series, horizon, draws, rng)
    chi_squares = rng.chisquare(spare_degrees(best, series), (draws, 1))
    return simulated_smoothing(
        best, horizon, chi_squares, rng.standard_normal((draws, horizon))
    )


def smoothing_fits(
    series: Array, kinds: Sequence[dict[str, Any]] = TRENDS
) -> list[Any]:
    """Fits with each kind of trend for which the library finds one."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    def fit(kind: dict[str, Any]) -> Any:
        return _quietly(lambda: ETSModel(series, **kind).fit(disp=False))

    return [fitted for kind in kinds if (fitted := fit(kind)) is not None]


def spare_degrees(fit: Any, series: Array) -> int:
    """Degrees of freedom that the parameters of a fit left, at least 1."""
    return max(len(series) - len(fit.params), 1)


def simulated_smoothing(
    fit: Any, horizon: int, chi_squares: Array, normals: Array
) -> Array:
    """Paths (draw, ahead) of a fit driven by given random numbers.

    Parameters
    ----------
    chi_squares : (draw, 1)
        For the error variance, with the degrees of freedom the fit left.
    normals : (draw, ahead)
        Standardized errors.
    """
    squares = float(np.square(fit.resid).sum())
    size = np.maximum(np.sqrt(squares / chi_squares), FLOOR)
    paths = fit.simulate(
        horizon,
        anchor="end",
        repetitions=len(normals),
        random_errors=(size * normals).T,
    )
    return np.asarray(paths).reshape(horizon, len(normals)).T


def arima(series: Array, horizon: int, draws: int, rng: np.random.Generator) -> Array:
    """ARIMA whose order has the lowest AICc, all compared from the second year on.

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
    order = _best_order(tuple(series.tolist()))
    return _simulated(order and _fit_arima(series, order), series, horizon, draws, rng)


def _fit_arima(series: Array, order: tuple[int, int, int]) -> Any:
    from statsmodels.tsa.arima.model import ARIMA

    trend = "t" if order[1] else "c"
    return _quietly(lambda: ARIMA(series, order=order, trend=trend).fit())


@lru_cache(maxsize=4096)  # arima and the blend ask for the same series
def _best_order(values: tuple[float, ...]) -> tuple[int, int, int] | None:
    """Order of lowest AICc; None where the library fails for all."""
    fits = [(order, _fit_arima(np.array(values), order)) for order in ORDERS]
    best: tuple[int, int, int] | None = _best(
        (order, _aicc(fitted)) for order, fitted in fits if fitted is not None
    )
    return best


def unobserved(
    series: Array, horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """Unobserved components: a local level, or a local linear trend, by AICc.

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
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    def fit(level: str) -> Any:
        return _quietly(lambda: UnobservedComponents(series, level).fit(disp=False))

    kinds = ("local level", "random walk with drift", "local linear trend")
    fits = [fit(kind) for kind in kinds]
    best = _best((fitted, _aicc(fitted)) for fitted in fits if fitted is not None)
    return _simulated(best, series, horizon, draws, rng)


def _simulated(
    fit: Any, series: Array, horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """Draws of a state space's forecast, its variance a Student t's."""
    if fit is None:
        return random_walk(series, horizon, draws, rng)
    prediction = fit.get_forecast(horizon)
    mean = np.asarray(prediction.predicted_mean)
    paths = fit.simulate(horizon, anchor="end", repetitions=draws, rng=rng)
    paths = np.asarray(paths).reshape(horizon, draws).T
    left = max(len(series) - len(fit.params), 1)
    wider = np.sqrt(len(series) / rng.chisquare(left, (draws, 1)))
    return mean + wider * (paths - mean)


def _aicc(fit: Any) -> float:
    """AICc of the years from the second on, which all orders share."""
    skipped = max(int(fit.loglikelihood_burn), 1)
    count, used = len(fit.llf_obs) - 1, len(fit.params)
    log_likelihood = (
        float(fit.llf_obs[skipped:].sum()) * count / max(len(fit.llf_obs) - skipped, 1)
    )
    spare = count - used - 1
    return (
        np.inf
        if spare <= 0
        else -2 * log_likelihood + 2 * used * (1 + (used + 1) / spare)
    )


def _best(fits: Iterable[tuple[Any, float]]) -> Any:
    candidates = [(value, n, candidate) for n, (candidate, value) in enumerate(fits)]
    candidates = [candidate for candidate in candidates if np.isfinite(candidate[0])]
    return (
        min(candidates, key=lambda candidate: candidate[:2])[2] if candidates else None
    )


def _quietly(fit: Callable[[], Any]) -> Any:
    """A fit without its warnings; None where the library fails."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return fit()
        except (np.linalg.LinAlgError, ValueError, IndexError):
            return None
