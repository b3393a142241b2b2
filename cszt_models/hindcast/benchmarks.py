r"""Benchmark forecasts from a region's own series: random walk, mean, ARIMA and ETS.

Each method takes the series of a group's regions, a rate in percent or a level on the
models' scale, and returns joint draws of the years ahead. Rates are forecast as such;
of a level the random walk, exponential smoothing and ARIMA forecast the level, and the
last-five-year mean and AR(1) its yearly change, which is added up.

Predictive distributions include parameter uncertainty where a textbook gives it (random
walk, AR(1)), past errors of the same rule (five-year mean), and elsewhere
that of the error variance: a Student t with as many degrees of freedom as the fit left.
A series too short for a method falls back to the random walk.

References
----------
Hyndman, R. J. and Athanasopoulos, G. (2021). *Forecasting: Principles and Practice*,
3rd edition, chapters 5, 8 and 9 (drift, ETS, AICc). https://otexts.com/fpp3.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
type Paths = dict[str, Array]
type Benchmark = Callable[
    [Mapping[str, Array], bool, int, int, np.random.Generator], Paths
]

WINDOW = 5  # years of the mean
MIN_LENGTHS = {
    "ar1": 5,
    "ets": 6,
    "arima": 8,
    "uc": 8,
}  # values below which rw takes over
ORDERS = tuple(
    (p, d, q) for d in (0, 1) for p in range(3) for q in range(3) if p + q <= 2
)
_FLOOR = 1e-9  # of a standard deviation: a series that does not move


def filled(series: Array) -> Array:
    """A series without missing years at its ends, those between interpolated."""
    seen = np.flatnonzero(np.isfinite(series))
    if not len(seen):
        return np.empty(0)
    years = np.arange(seen[0], seen[-1] + 1)
    return np.interp(years, seen, series[seen])


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
    size = _sizes(np.square(steps - steps.mean()).sum(), count - 1, draws, rng)
    drift = steps.mean() + size * rng.standard_normal((draws, 1)) / np.sqrt(count)
    noise = size * rng.standard_normal((draws, horizon))
    start = series[-1] if len(series) else np.nan
    return start + np.cumsum(drift + noise, axis=1)


def _sizes(squares: float, degrees: int, draws: int, rng: np.random.Generator) -> Array:
    """Standard deviations (draw, 1) given a sum of squares, under Jeffreys' prior."""
    degrees = max(degrees, 1)
    sizes = np.sqrt(squares / rng.chisquare(degrees, (draws, 1)))
    return np.maximum(sizes, _FLOOR)


def _each(single: Callable[..., Array], name: str) -> Benchmark:
    """A method of single series as one of groups, or the random walk if too short."""

    def benchmark(
        series: Mapping[str, Array],
        rate: bool,
        horizon: int,
        draws: int,
        rng: np.random.Generator,
    ) -> Paths:
        paths = {}
        for region, values in series.items():
            observed = filled(values)
            short = len(observed) < MIN_LENGTHS.get(name, 0)
            method = random_walk if short else single
            if short or name != "ar1" or rate:
                paths[region] = method(observed, horizon, draws, rng)
            else:
                steps = method(np.diff(observed), horizon, draws, rng)
                paths[region] = observed[-1] + np.cumsum(steps, axis=1)
        return paths

    return benchmark


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
    cover = _second_moments(np.array(errors).reshape(-1, horizon))
    factor = np.linalg.cholesky(cover + _FLOOR * np.eye(horizon))
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


def _second_moments(errors: Array) -> Array:
    """Mean products of errors (ahead, ahead), completed to a covariance."""
    horizon = errors.shape[1]
    seen = np.isfinite(errors)
    counts = seen.T.astype(float) @ seen
    known = np.where(seen, errors, 0.0)
    with np.errstate(invalid="ignore"):
        moments = (known.T @ known) / counts
    sizes = np.sqrt(moments.diagonal())
    observed = np.flatnonzero(np.isfinite(sizes))
    if not len(observed):
        return np.eye(horizon)
    sizes = np.interp(np.arange(horizon), observed, sizes[observed])
    moments = np.where(np.isfinite(moments), moments, np.outer(sizes, sizes))
    values, vectors = np.linalg.eigh(moments)
    return (vectors * np.maximum(values, 0)) @ vectors.T


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
    size = _sizes(float(left @ left), len(left) - 2, draws, rng)
    root = np.linalg.cholesky(cover + _FLOOR * np.eye(2))
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
    series: Array, horizon: int, draws: int, rng: np.random.Generator
) -> Array:
    """Exponential smoothing with additive errors: no, a damped or a full trend.

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
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    kinds: Sequence[dict[str, Any]] = (
        {"trend": None},
        {"trend": "add", "damped_trend": True},
        {"trend": "add"},
    )

    def fit(kind: dict[str, Any]) -> Any:
        return _quietly(lambda: ETSModel(series, **kind).fit(disp=False))

    fits = [fit(kind) for kind in kinds]
    best = _best((fitted, float(fitted.aicc)) for fitted in fits if fitted is not None)
    if best is None:
        return random_walk(series, horizon, draws, rng)
    squares = float(np.square(best.resid).sum())
    left = len(series) - len(best.params)
    size = _sizes(squares, left, draws, rng)
    errors = (size * rng.standard_normal((draws, horizon))).T
    paths = best.simulate(
        horizon, anchor="end", repetitions=draws, random_errors=errors
    )
    return np.asarray(paths).reshape(horizon, draws).T


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
    from statsmodels.tsa.arima.model import ARIMA

    def fit(order: tuple[int, int, int]) -> Any:
        trend = "t" if order[1] else "c"
        return _quietly(lambda: ARIMA(series, order=order, trend=trend).fit())

    fits = [fit(order) for order in ORDERS]
    best = _best((fitted, _aicc(fitted)) for fitted in fits if fitted is not None)
    return _simulated(best, series, horizon, draws, rng)


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


BENCHMARKS: Mapping[str, Benchmark] = {
    "rw": _each(random_walk, "rw"),
    "mean5": five_year_mean,
    "ar1": _each(autoregression, "ar1"),
    "ets": _each(smoothing, "ets"),
    "arima": _each(arima, "arima"),
    "uc": _each(unobserved, "uc"),
}
