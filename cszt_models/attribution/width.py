r"""What the width of a forecast of nominal GDP is made of.

The log of GDP in a year, less that of the last published level, is the sum of real
growth, prices and the revisions of censuses to come. The share of a part :math:`x_i` of
the variance of the sum :math:`s` is

.. math:: \frac{\operatorname{cov}(x_i, s)}{\operatorname{var}(s)}

so that the shares add up to 1; a part that offsets others has a negative one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from cszt_models.attribution.split import Projected
from cszt_models.models.indicators import REVISION
from cszt_models.project.project import Project
from cszt_models.project.series import PublishedSeries
from cszt_models.vocabulary import DRAW, GDP, GROWTH, REGION, YEAR

PARTS = ("volume", "price", "revision")
MIN_YEARS = 4  # published years of which a standard deviation says something
RECENT = 10  # years whose prices are compared with those of the draws

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Width:
    """Forecast of GDP in one year, and the shares of its variance.

    Parameters
    ----------
    low, median, high
        80 % interval and median, in the unit of GDP.
    shares
        By `PARTS`; they add up to 1.
    price_sd
        Standard deviation of one year's price change over draws, percentage points.
    """

    year: int
    low: float
    median: float
    high: float
    shares: Mapping[str, float]
    price_sd: float


def widths(projected: Projected, region: str, years: Sequence[int]) -> list[Width]:
    """Widths of the forecast of a region's GDP; without years that are published.

    Parameters
    ----------
    region
        A member or an aggregate.
    years
        Of the forecasts.
    """
    paths, outlook = projected.projection, projected.outlook
    if GDP not in paths or GROWTH not in paths or region not in paths.indexes[REGION]:
        return []
    at = {REGION: region}
    levels = paths[GDP].sel(at).transpose(DRAW, YEAR)
    rates = paths[GROWTH].sel(at).transpose(DRAW, YEAR)
    revised = _revisions(outlook.cells, outlook.project, paths, region)
    axis = [int(year) for year in levels[YEAR].to_numpy()]
    fixed = np.ptp(levels.to_numpy(), axis=0) <= 1e-9 * levels.to_numpy()[0]
    if not fixed.any():
        return []
    last = axis[int(np.flatnonzero(fixed)[-1])]
    return [
        _width(levels, rates, revised, last, year)
        for year in years
        if year in axis and year > last
    ]


def _width(
    levels: xr.DataArray, rates: xr.DataArray, revised: Array, last: int, year: int
) -> Width:
    """Width of one year, from the last published year on."""
    axis = levels.indexes[YEAR]
    start, end = axis.get_loc(last), axis.get_loc(year)
    between = slice(start + 1, end + 1)
    level = levels.to_numpy()
    nominal = np.log(level[:, end] / level[:, start])
    yearly = np.log1p(rates.to_numpy()[:, between] / 100)
    revision = revised[:, between].sum(axis=1) / 100
    volume = yearly.sum(axis=1)
    values = volume, nominal - volume - revision, revision
    parts = dict(zip(PARTS, values, strict=True))
    variance = float(np.var(nominal))
    shares = {
        name: float(np.cov(part, nominal, ddof=0)[0, 1]) / variance
        for name, part in parts.items()
    }
    low, median, high = np.quantile(level[:, end], [0.1, 0.5, 0.9])
    steps = np.diff(np.log(level[:, start : end + 1]), axis=1) - yearly
    prices = 100 * (steps - revised[:, between] / 100)
    return Width(
        year,
        float(low),
        float(median),
        float(high),
        shares,
        float(np.sqrt(np.mean(np.var(prices, axis=0)))),
    )


def _revisions(
    cells: xr.Dataset, project: Project, paths: xr.Dataset, region: str
) -> Array:
    """Revisions (draw, year) in log points; of an aggregate weighted by GDP."""
    count, years = paths.sizes[DRAW], paths.indexes[YEAR]
    if REVISION not in cells:
        return np.zeros((count, len(years)))
    group = project.aggregates.get(region)
    members = list(group.members) if group else [region]
    weights = paths[GDP].sel({REGION: members})
    weights = weights / weights.sum(REGION)
    drawn = cells[REVISION].reindex({REGION: members, YEAR: years}).fillna(0)
    summed = (drawn * weights).sum(REGION)
    return np.asarray(summed.transpose(DRAW, YEAR))


def observed_price_sd(published: PublishedSeries, region: str) -> float:
    """Standard deviation of the price changes of recent published years, points.

    Not a number where fewer than `MIN_YEARS` are known.

    Parameters
    ----------
    published
        Series known on a date.
    region
        A member or an aggregate.
    """
    gdp, rates = (
        published.of(name, region).set_index("year")["value"] for name in (GDP, GROWTH)
    )
    nominal = 100 * np.log(gdp / gdp.shift()).where(gdp.index.to_series().diff() == 1)
    prices = (nominal - 100 * np.log1p(rates / 100)).dropna().tail(RECENT)
    return float(prices.std()) if len(prices) >= MIN_YEARS else float("nan")
