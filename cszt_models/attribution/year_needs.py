"""What the rest of a running year must be for the year to reach what targets ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from cszt_models.attribution.rest_of_year import ToDate, rest_growth, steady_pace
from cszt_models.models.fits import Fits
from cszt_models.project.observations import latest
from cszt_models.project.plan import Target
from cszt_models.targets.required_growth import required_growth
from cszt_models.vocabulary import DRAW, GDP, GROWTH, GROWTH_AVERAGE, REGION, YEAR

LEVEL = 0.8


@dataclass(frozen=True)
class Need:
    """What the rest of a year must be in a region for the year to reach a rate.

    ``reach`` and ``rest`` are in percent; ``target`` is the id of the target that asks
    for it, empty if it was given or, where ``is_median``, is the median of the year.
    ``expected`` is the median of the rest, with an interval of 80 percent;
    ``probability`` that of the year. ``published`` is growth of the year where it is
    known; the rest then grew by ``expected``. ``pace`` is the steady growth of each
    part to come on the one before, and ``pace_expected`` its median; both are None
    where levels of parts are not known. ``through`` is the last year of a target that
    asks for this rate as an average of years, or that of a level.
    """

    to_date: ToDate
    target: str
    reach: float
    rest: float
    expected: float
    low: float
    high: float
    probability: float
    pace: float | None = None
    pace_expected: float | None = None
    is_median: bool = False
    published: float | None = None
    through: int | None = None


def year_needs(
    fits: Fits,
    paths: xr.Dataset,
    known: Iterable[ToDate],
    targets: Mapping[str, Target],
    *,
    growth: float | None = None,
) -> tuple[Need, ...]:
    """Needs of regions of which growth to date is known.

    Parameters
    ----------
    fits
        Of one as-of date.
    paths
        With growth by draw, region and year, percent.
    known
        Growth to date of a running year, from `growth_to_date`.
    targets
        By id; those that ask for a rate of the year are answered.
    growth
        Of the year to reach, percent, instead of what targets ask for; without either
        the median.
    """
    needs = []
    for to_date in known:
        if to_date.region not in paths[GROWTH][REGION]:
            continue
        year, region = to_date.year, to_date.region
        cell = {REGION: region, YEAR: year}
        drawn = paths[GROWTH].sel(cell).transpose(DRAW).to_numpy()
        rates = {"": float(growth)} if growth is not None else {}
        rates = rates or rates_of_targets(fits, paths, year, region, targets)
        is_median = not rates
        official = published_growth(fits, region, year)
        middle = float(np.median(drawn)) if official is None else official
        rates = rates or {"": round(middle, 1)}
        for name, rate in rates.items():
            need = need_of(to_date, name, rate, drawn)
            target = targets.get(name)
            if target and target.indicator == GROWTH:
                met = float(np.mean(target.met_by(drawn)))
                need = replace(need, probability=met)
            elif target:
                need = replace(need, through=target.year)
            needs.append(replace(need, is_median=is_median, published=official))
    return tuple(needs)


def published_growth(fits: Fits, region: str, year: int) -> float | None:
    """Official growth of a year where it is known, percent.

    Parameters
    ----------
    fits
        Of one as-of date.
    region, year
        Whose growth it is.
    """
    rows = latest(fits.known, GROWTH, fits.project.bases_of(GROWTH).judged)
    rows = rows[(rows["region"] == region) & (rows["year"] == year)]
    return float(rows["value"].iloc[0]) if len(rows) else None


def rates_of_targets(
    fits: Fits,
    paths: xr.Dataset,
    year: int,
    region: str,
    targets: Mapping[str, Target],
) -> dict[str, float]:
    """Real growth of a year that targets of a region ask for, by target, percent.

    Parameters
    ----------
    fits, paths
        Of one as-of date.
    year, region
        Whose growth it is.
    targets
        By id.
    """
    rates = {}
    for name, target in targets.items():
        if target.region != region or target.year < year:
            continue
        if target.indicator == GROWTH and target.year == year and target.plain:
            rates[name] = float(target.value)
        if target.indicator in (GROWTH_AVERAGE, GDP):
            required = required_growth(fits, paths, target)
            if required is None or required.since != year - 1:
                continue
            rate = required.real if target.indicator == GDP else required.rate
            if rate is not None:
                rates[name] = float(rate)
    return rates


def need_of(to_date: ToDate, target: str, reach: float, growth: np.ndarray) -> Need:
    """Need of a region from draws of its year.

    Parameters
    ----------
    to_date
        Growth to date.
    target
        Id of the target that asks, or empty.
    reach
        Growth of the year, percent.
    growth
        (draw), of the year, percent.
    """
    known = to_date.growth, to_date.weight
    drawn = rest_growth(growth, *known)
    side = (1 - LEVEL) / 2
    low, middle, high = np.quantile(drawn, [side, 0.5, 1 - side])
    return Need(
        to_date,
        target,
        reach,
        float(rest_growth(reach, *known)),
        float(middle),
        float(low),
        float(high),
        float(np.mean(growth >= reach)),
        steady_pace(reach, to_date),
        steady_pace(float(np.median(growth)), to_date),
    )
