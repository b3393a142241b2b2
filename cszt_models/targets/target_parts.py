"""Parts of a target in a projection: members of its region, or years up to its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from cszt_models.errors import DataError
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.projection.accounting import Array
from cszt_models.projection.outcomes import path
from cszt_models.targets.evidence import measure_of, members_of
from cszt_models.targets.required_growth import SHARES
from cszt_models.targets.splitting import LOG_RATES, PLAIN, Parts, power
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    REGION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
    YEAR,
)

SUMS = (GDP, POPULATION, URBAN_POPULATION, *SECTORS)


@dataclass(frozen=True)
class OpenPath:
    """Open years of a target of one year's level or share.

    ``draws`` (draw, year) in the target's unit, ``start`` the value of the year before
    the first, published or the median; ``shares`` whether it moves by points.
    """

    years: tuple[int, ...]
    draws: Array
    start: float
    shares: bool


def member_parts(fits: Fits, projection: xr.Dataset, target: Target) -> Parts:
    """Members of a target's region, with what makes their values add up.

    Sums add up as they are, ratios and means with the members' expected weights in the
    year, average growth with their GDP of the year before.

    Parameters
    ----------
    fits
        Of the projection.
    projection
        From `project_paths`, with the members, and their weights.
    target
        Of a group.

    Raises
    ------
    DataError
        If the region has no members, or a figure of one is not projected.
    """
    if not target.plain:
        raise DataError(
            f"target {target.id!r} is computed from several figures, so it has no "
            "parts that add up. Split a target of one of its quantities."
        )
    members = members_of(fits.project, target.region)
    if target.region not in fits.project.aggregates:
        raise DataError(
            f"target {target.id!r} is of {target.region}, which has no members to "
            "split it over. Split it over years, or choose a target of a group."
        )
    drawn = [_drawn(projection, target, name) for name in members]
    draws = np.column_stack(drawn)
    base = max(
        fits.project.plan_named(target.plan).first_year - 1,
        int(projection.indexes[YEAR][0]),
    )
    if target.indicator in (GROWTH, GROWTH_AVERAGE):
        base = (target.since or target.year) - 1
        weights = _expected(projection, GDP, members, base)
        scale = power(target.year - base)
        total = float(scale.forward(np.array([target.value]))[0])
        start = np.full(len(members), target.value)
        return Parts(members, draws, start, weights / weights.sum(), total, scale)
    start = _expected(projection, target.indicator, members, min(base, target.year))
    weights = np.ones(len(members))
    weight = _weight(fits, target)
    if weight is not None:
        if weight:
            weights = _expected(projection, weight, members, target.year)
        weights = weights / weights.sum()
    if np.isnan(start).any() or np.isnan(weights).any():
        raise _unknown(target, target.region)
    logs = not target.unit.startswith("percent") and bool((draws > 0).all())
    return Parts(members, draws, start, weights, target.value, PLAIN, logs)


def is_sum(fits: Fits, target: Target) -> bool:
    """Whether members' values add up to the target's as they are."""
    growth = target.indicator in (GROWTH, GROWTH_AVERAGE)
    return not growth and _weight(fits, target) is None


def _drawn(projection: xr.Dataset, target: Target, place: str) -> Array:
    """Draws of a member in the target's year."""
    by_year = path(projection, replace(target, region=place))
    if by_year is None or target.year not in by_year.indexes[YEAR]:
        raise _unknown(target, place)
    drawn = np.asarray(by_year.sel({YEAR: target.year}).to_numpy())
    if np.isnan(drawn).any():
        raise _unknown(target, place)
    return drawn


def _expected(
    projection: xr.Dataset, name: str, members: Sequence[str], year: int
) -> Array:
    """Means over draws of an indicator of the members (member) in a year."""
    where = {REGION: list(members), YEAR: year}
    return np.asarray(projection[name].sel(where).mean(DRAW).to_numpy(), dtype=float)


def _unknown(target: Target, place: str) -> DataError:
    return DataError(
        f"target {target.id!r} cannot be split: {target.indicator} of {place} is not "
        "known. Add a figure of it to observations.csv."
    )


def _weight(fits: Fits, target: Target) -> str | None:
    """Indicator that weighs members' values, "" for equal weights, None for a sum."""
    name = target.indicator
    if name in SUMS:
        return None
    if name == URBANIZATION:
        return POPULATION
    if name in SECTOR_SHARES:
        return GDP
    measure = measure_of(fits.project, name)
    if measure is None or name != measure.indicator or measure.group == "sum":
        return None
    return measure.weight or ""


def open_path(fits: Fits, projection: xr.Dataset, target: Target) -> OpenPath:
    """Years of a target's path that are not published, and where it starts.

    Parameters
    ----------
    fits
        Of the projection.
    projection
        From `project_paths`.
    target
        Of a level or share of one year.

    Raises
    ------
    DataError
        If no year is open, or nothing is projected.
    """
    by_year = path(projection, target)
    if by_year is None:
        raise _unknown(target, target.region)
    by_year = by_year.sel({YEAR: slice(None, target.year)})
    values = by_year.transpose(DRAW, YEAR).to_numpy()
    usable = ~np.isnan(values).any(axis=0)
    open_ = np.flatnonzero(usable & (np.ptp(values, axis=0) > 0))
    first = max(int(open_[0]), 1) if len(open_) else len(usable)
    if first >= len(usable) or not usable[first - 1 :].all():
        raise _no_year(target)
    kind = fits.project.indicators[target.indicator].kind
    years = tuple(int(year) for year in by_year.indexes[YEAR][first:])
    start = float(np.median(values[:, first - 1]))
    return OpenPath(years, values[:, first:], start, kind in SHARES)


def rate_parts(projection: xr.Dataset, target: Target) -> Parts:
    """Growth rates of the open years of a target of average growth.

    Parameters
    ----------
    projection
        From `project_paths`.
    target
        Of average growth; what is published of its years counts as it is.

    Raises
    ------
    DataError
        If no year is open, or nothing is projected.
    """
    years = slice(target.since, target.year)
    if GROWTH not in projection or target.region not in projection.indexes[REGION]:
        raise _unknown(target, target.region)
    rates = projection[GROWTH].sel({REGION: target.region, YEAR: years})
    draws = rates.transpose(DRAW, YEAR).to_numpy()
    count = target.year - int(target.since or target.year) + 1
    if draws.shape[1] != count or np.isnan(draws).any():
        raise _unknown(target, target.region)
    is_open = np.ptp(draws, axis=0) > 0
    if not is_open.any():
        raise _no_year(target)
    known = float(LOG_RATES.forward(draws[0, ~is_open]).sum())
    total = count * float(LOG_RATES.forward(np.array([target.value]))[0]) - known
    names = tuple(str(year) for year in rates.indexes[YEAR][is_open])
    left = draws[:, is_open]
    start = np.full(left.shape[1], target.value)
    return Parts(names, left, start, np.ones(left.shape[1]), total, LOG_RATES)


def _no_year(target: Target) -> DataError:
    return DataError(
        f"target {target.id!r} has no open year after a known one, so there is no path "
        "to split it over. Ask on an earlier date."
    )
