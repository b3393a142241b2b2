r"""Benchmark forecasts by name: methods of single series, combinations and pooled ones.

Each method takes the series of a group's regions, a rate in percent or a level on the
models' scale, and returns joint draws of the years ahead. Rates are forecast as such;
of a level most methods forecast the level, and the five-year mean, AR(1), the pooled
autoregression and the global ridge its yearly change, which is added up.

A series too short for a method falls back to the random walk. One that ends before the
origin is forecast from its end, and the years up to the origin are dropped.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from cszt_models.hindcast.methods.combinations import blend, theta, three_trends
from cszt_models.hindcast.methods.pooled import pooled_autoregression
from cszt_models.hindcast.methods.recent_mean import five_year_mean
from cszt_models.hindcast.methods.ridge import global_ridge
from cszt_models.hindcast.methods.series import (
    Array,
    Benchmark,
    Paths,
    filled,
    years_behind,
)
from cszt_models.hindcast.methods.univariate import (
    DAMPED,
    arima,
    autoregression,
    driftless_walk,
    random_walk,
    smoothing,
    unobserved,
)

MIN_LENGTHS = {
    "ar1": 5,
    "ets": 6,
    "theta": 6,
    "damped": 8,
    "comb": 6,
    "arima": 8,
    "blend": 8,
    "uc": 8,
}  # values below which rw takes over


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


def _from_its_end(benchmark: Benchmark) -> Benchmark:
    """A method that forecasts a series that ends early from where it ends."""

    def aligned(
        series: Mapping[str, Array],
        rate: bool,
        horizon: int,
        draws: int,
        rng: np.random.Generator,
    ) -> Paths:
        behind = {region: years_behind(values) for region, values in series.items()}
        longest = max(behind.values(), default=0)
        paths = benchmark(series, rate, horizon + longest, draws, rng)
        return {
            region: path[:, behind[region] : behind[region] + horizon]
            for region, path in paths.items()
        }

    return aligned


_METHODS: Mapping[str, Benchmark] = {
    "rw": _each(random_walk, "rw"),
    "mean5": five_year_mean,
    "ar1": _each(autoregression, "ar1"),
    "ets": _each(smoothing, "ets"),
    "arima": _each(arima, "arima"),
    "uc": _each(unobserved, "uc"),
    "rw0": _each(driftless_walk, "rw0"),
    "theta": _each(theta, "theta"),
    "damped": _each(partial(smoothing, kinds=(DAMPED,)), "damped"),
    "comb": _each(three_trends, "comb"),
    "blend": _each(blend, "blend"),
    "par": pooled_autoregression,
    "gridge": global_ridge,
    "par_all": pooled_autoregression,
    "gridge_all": global_ridge,
}
POOLED = ("par", "gridge")  # of the regions of a group together
EVERYWHERE = ("par_all", "gridge_all")  # of the regions of all groups together
BENCHMARKS: Mapping[str, Benchmark] = {
    name: _from_its_end(method) for name, method in _METHODS.items()
}
