r"""Comparison with the nearest state-space models of statsmodels, series by series.

The panel shares its scales between regions and gives them priors. The nearest model of
one series has the same parts, a movement that lasts and one that passes, and takes its
parameters by maximum likelihood from that series. Event years and
breaks of level are regressions with free coefficients instead of components.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cszt_models.blas import ONE_THREAD
from cszt_models.checks.predictive import RANGE, best_rows
from cszt_models.errors import ConvergenceError
from cszt_models.inference.fit import Fit
from cszt_models.structural import kernels
from cszt_models.structural.kernels import Matrix
from cszt_models.structural.panel import CELLS, Panel
from cszt_models.vocabulary import DRAW, REGION, YEAR

Array = NDArray[np.float64]
START = 0.5  # damping at which the search for the maximum begins


@dataclass(frozen=True)
class Sizes:
    """Standard deviations of a forecast from the last figure to its last year.

    ``lasting`` is the standard deviation, given the past, of what changes for good over
    these years; ``passing`` that of what is there in one year and gone the next;
    ``damping`` the share of a year's lasting change expected to go on in the next year.
    """

    lasting: float
    passing: float
    damping: float


@dataclass(frozen=True)
class Peer:
    """A fitted model of one series, in the unit of the series.

    ``path`` is its forecast by year: low, median and high (`RANGE`).
    """

    name: str
    figures: int
    sizes: Sizes
    path: pd.DataFrame


@ONE_THREAD
def sizes(panel: Panel, fit: Fit, *, since: int, until: int) -> Sizes:
    """Sizes of a panel's cell, at the posterior medians, after its last figure.

    Parameters
    ----------
    since
        Year of the last figure.
    """
    variances = np.square(fit.likeliest.scales.median(DRAW).to_numpy())
    start, end = (int(year - panel.years[0]) for year in (since, until))
    lasting = passing = change = carried = 0.0
    for part, variance in zip(panel.components, variances, strict=True):
        if part.over == "rows" or part.loading != CELLS:
            continue
        if not np.any(part.shape - np.diag(np.diagonal(part.shape))):
            passing += variance * part.shape[end, end]
            continue
        lasting += variance * _ahead(part.shape, start, end)
        steps = np.diff(np.diff(part.shape[end - 2 : end + 1, end - 2 : end + 1]).T)
        change += variance * steps[1, 1]
        carried += variance * steps[0, 1]
    return Sizes(
        float(np.sqrt(lasting)), float(np.sqrt(passing)), float(carried / change)
    )


def _ahead(kernel: Matrix, start: int, end: int) -> float:
    """Variance of year ``end`` given all years to ``start``, at unit scale."""
    past, reach = kernel[: start + 1, : start + 1], kernel[end, : start + 1]
    return float(
        kernel[end, end] - reach @ np.linalg.pinv(past, hermitian=True) @ reach
    )


def series(panel: Panel, region: str, bases: Sequence[str] = ()) -> pd.Series:
    """A region's rows by year, those of missing years not a number.

    Parameters
    ----------
    bases
        Bases that count; all if none is given. The best row of a year counts.
    """
    places = best_rows(panel)
    rows = [
        panel.rows[number] for number in places.loc[places[REGION] == region, "row"]
    ]
    chosen = {r.year: r.value for r in rows if not bases or r.basis in bases}
    years = pd.RangeIndex(min(chosen), max(chosen) + 1, name=YEAR)
    return pd.Series(chosen, dtype=float).reindex(years)


def local_level(known: pd.Series, *, until: int, events: Sequence[int] = ()) -> Peer:
    r"""Random walk plus noise, with a free coefficient for each event year.

    .. math:: y_t = \mu_t + \gamma_{e(t)} + \varepsilon_t, \quad
        \mu_t = \mu_{t-1} + \eta_t

    Parameters
    ----------
    known : (year)
        The series, NaN in missing years.
    until
        Last year of the forecast.
    """
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    years = _years(known, until)
    dummies = np.equal.outer(years, [e for e in events if e in known.index])
    model = UnobservedComponents(
        known.to_numpy(), "llevel", **_regression(dummies[: len(known)])
    )
    fitted = _fit(model, model.start_params)
    passing, change = np.sqrt(fitted.params[:2]).tolist()
    lasting = change * float(np.sqrt(_ahead(kernels.walk(years), len(known) - 1, -1)))
    path = _forecast(fitted, years, dummies[len(known) :])
    name = "random walk plus noise"
    return Peer(name, int(known.count()), Sizes(lasting, passing, 0.0), path)


def damped_trend(known: pd.Series, *, until: int, breaks: Sequence[int] = ()) -> Peer:
    r"""Damped trend plus noise, with a free shift from each break on: ARIMA(1,1,0).

    .. math:: y_t = \mu_t + \delta_{b(t)} + \varepsilon_t, \quad
        \Delta\mu_t = \phi \Delta\mu_{t-1} + \zeta_t

    Parameters
    ----------
    known : (year)
        The series, NaN in missing years.
    until
        Last year of the forecast.
    breaks
        First years of new levels.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    years = _years(known, until)
    inside = [b for b in breaks if known.index[0] < b <= known.index[-1]]
    shifts = np.greater_equal.outer(years, inside)
    model = SARIMAX(
        known.to_numpy(),
        order=(1, 1, 0),
        measurement_error=True,
        **_regression(shifts[: len(known)]),
    )
    size = float(known.diff().var() if known.diff().count() > 1 else known.var())
    start = [*np.zeros(len(inside)), START, size / 10, size]
    fitted = _fit(model, start)
    damping, noise, innovation = fitted.params[-3:].tolist()
    kernel = kernels.damped_trend(years, max(damping, 0.0))
    ahead = innovation / (1 - damping**2) * _ahead(kernel, len(known) - 1, -1)
    path = _forecast(fitted, years, shifts[len(known) :])
    estimate = Sizes(float(np.sqrt(ahead)), float(np.sqrt(noise)), damping)
    return Peer("damped trend plus noise", int(known.count()), estimate, path)


def _fit(model: Any, start: Sequence[float]) -> Any:
    """Maximum likelihood, by a search without gradients if the first does not end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is checked below
        for method in ("lbfgs", "powell"):
            fitted = model.fit(start, method=method, disp=False, maxiter=1000)
            if fitted.mle_retvals["converged"]:
                return fitted
    raise ConvergenceError(
        f"statsmodels found no maximum of the likelihood of {model.nobs} years. "
        "Choose a longer series, or fewer breaks."
    )


def _years(known: pd.Series, until: int) -> NDArray[np.int_]:
    """Years of the series and of the forecast."""
    return np.arange(known.index[0], until + 1)


def _regression(columns: Array) -> dict[str, Any]:
    return {"exog": columns.astype(float)} if columns.shape[1] else {}


def _forecast(fitted: Any, years: NDArray[np.int_], columns: Array) -> pd.DataFrame:
    prediction = fitted.get_forecast(len(columns), **_regression(columns))
    spread = np.outer(prediction.se_mean, stats.norm.ppf(RANGE))
    path = np.asarray(prediction.predicted_mean)[:, None] + spread
    ahead = pd.Index(years[-len(columns) :], name=YEAR)
    return pd.DataFrame(path, ahead, ["low", "median", "high"])
