"""Average growth that leads from the last figure to a target, without a model."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.projection.outcomes import outcome
from cszt_models.vocabulary import DRAW, GDP, GROWTH, GROWTH_AVERAGE, REGION, YEAR

# Kinds of indicator that move by points, not by percent.
SHARES = ("share", "ratio", "growth", "change")
# Kinds that are about one year alone, so that no path leads to them.
RATES = ("growth", "change")


@dataclass(frozen=True)
class RequiredGrowth:
    """Average change a year from ``since`` to the target's year that just meets it.

    ``start`` is the value of ``since`` in the target's unit: published, or the median
    of what is not; None of a growth rate or a change, which is about its year alone and
    is the ``rate``. ``rate`` is in percent a year, or in points a year if ``points``.
    ``expected`` is the median of the same average in the projection, and ``real`` what
    real growth has to average if prices move as expected (of GDP alone, else None).
    """

    target: str
    since: int
    year: int
    start: float | None
    published: bool
    rate: float
    expected: float
    points: bool
    real: float | None = None


def required_growth(
    fits: Fits, projection: xr.Dataset, target: Target
) -> RequiredGrowth | None:
    """Required average, or None where no year is left or nothing is projected.

    Parameters
    ----------
    fits, target
        Of one project.
    projection
        From `project_paths`, with real growth if the target is about GDP.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.project.plan import read_targets
    >>> from cszt_models.models.fits import fit_blocks
    >>> from cszt_models.projection.paths import project_paths
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures, plan = read_observations(project), read_targets(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=64)
    >>> result = required_growth(fits, project_paths(fits), plan["gdp_2025"])
    >>> result.since, result.start, round(result.rate, 2)
    (2020, 17591.47, 7.28)
    """
    drawn = outcome(projection, target) if target.plain else None
    if drawn is None or np.ptp(drawn) == 0:
        return None
    if target.indicator == GROWTH_AVERAGE:
        return _of_average(projection, target)
    kind = fits.project.indicators[target.indicator].kind
    if kind in RATES:
        return _of_rate(drawn, target, points=kind == "change")
    path = projection[target.indicator].sel({REGION: target.region})
    since, published = _start(path, target.year, fits.as_of.year - 1)
    years = target.year - since
    if years <= 0:
        return None
    first = path.sel({YEAR: since}).to_numpy()
    start = float(np.median(first))
    points = kind in SHARES
    rate = float(_average(start, target.value, years, points))
    expected = float(np.median(_average(first, drawn, years, points)))
    real = None
    if target.indicator == GDP and GROWTH in projection:
        rates = projection[GROWTH].sel({REGION: target.region})
        rates = rates.sel({YEAR: slice(since + 1, target.year)})
        logs = np.log1p(rates.transpose(DRAW, YEAR).to_numpy() / 100)
        volume = logs.mean(axis=1)
        prices = np.log(drawn / first) / years - volume
        real = float(100 * np.expm1(np.log1p(rate / 100) - np.median(prices)))
    return RequiredGrowth(
        target.id, since, target.year, start, published, rate, expected, points, real
    )


def _average(
    start: float | np.ndarray, end: float | np.ndarray, years: int, points: bool
) -> float | np.ndarray:
    """Average change a year in points, or in percent."""
    if points:
        return (end - start) / years
    return 100 * np.expm1(np.log(end / start) / years)


def _start(path: xr.DataArray, year: int, lived: int) -> tuple[int, bool]:
    """Last year before a target's with a published value, and whether there is one.

    Where none is published, the median of the last year that is over counts.
    """
    before = path.sel({YEAR: path[YEAR] < year})
    spread = (before.max(DRAW) - before.min(DRAW)).to_numpy()
    known_years = before[YEAR].to_numpy()[spread == 0]
    if len(known_years):
        return int(known_years[-1]), True
    first = int(before[YEAR].to_numpy()[0])
    return max(first, min(lived, year - 1)), False


def _of_rate(drawn: np.ndarray, target: Target, *, points: bool) -> RequiredGrowth:
    """The rate of one year that a target asks for, beside its median."""
    expected = float(np.median(drawn))
    return RequiredGrowth(
        target.id,
        target.year - 1,
        target.year,
        None,
        published=False,
        rate=float(target.value),
        expected=expected,
        points=points,
    )


def _of_average(projection: xr.Dataset, target: Target) -> RequiredGrowth | None:
    """Geometric mean that rates not yet published have to have."""
    years = slice(target.since, target.year)
    rates = projection[GROWTH].sel({REGION: target.region, YEAR: years})
    spread = (rates.max(DRAW) - rates.min(DRAW)).to_numpy()
    free = np.flatnonzero(spread > 0)
    first = int(free[0])
    logs = np.log1p(rates.transpose(DRAW, YEAR).to_numpy() / 100)
    realized = float(np.median(logs[:, :first].sum(axis=1))) if first else 0.0
    left = logs.shape[1] - first
    required = logs.shape[1] * np.log1p(target.value / 100)
    rate = 100 * np.expm1((required - realized) / left)
    expected = 100 * np.expm1(np.median(logs[:, first:].mean(axis=1)))
    since = int(rates[YEAR].to_numpy()[first]) - 1
    return RequiredGrowth(
        target.id,
        since,
        target.year,
        None,
        first > 0,
        float(rate),
        float(expected),
        points=False,
    )
