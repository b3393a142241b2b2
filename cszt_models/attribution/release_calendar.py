"""Calendar: which releases on a year are due, when, and what each is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from cszt_models.attribution.year_cells import growth_block, year_cells
from cszt_models.errors import DataError
from cszt_models.models import growth
from cszt_models.models.fits import Fits
from cszt_models.models.update import aligned_scales
from cszt_models.models.within_year import kind_of, kinds
from cszt_models.project.periods import Release, Span, YearPart, release_of
from cszt_models.project.plan import Target
from cszt_models.structural.panel import Panel
from cszt_models.structural.release_worth import (
    VECTORS,
    Moments,
    expected_open_variance,
    moments,
    open_variance,
)
from cszt_models.vocabulary import GROWTH

# Days after the last month of a release on which statistical offices usually publish:
# growth of quarters in the third week after, a January estimate with the work report.
USUAL_DAYS = {(1, 3): 20, (1, 6): 18, (1, 9): 22}
ESTIMATE_DAYS, YEAR_DAYS = 25, 90
LATE_DAYS = 366  # after the end of a year
MIN_SERIES = 1  # earlier releases of a series from which its day is taken


@dataclass(frozen=True)
class DueRelease:
    """A release that is due, and what it is worth for growth of its region's year.

    ``usual`` marks a day that follows the usual calendar of offices, where the series
    has no earlier releases. ``sd`` is that of growth in percentage points before it,
    ``sd_alone`` with it alone, and ``sd_after`` with it and all that are due before.
    ``targets`` hold, for each target that asks about this growth, its probability, the
    variance p (1 - p) now, and what is expected to be left with this release alone.
    """

    due: date
    series: str
    region: str
    usual: bool
    sd: float
    sd_alone: float
    sd_after: float
    targets: Mapping[str, tuple[float, float, float]]

    @property
    def shrinkage(self) -> float:
        """Share of the standard deviation that the release alone takes away."""
        return 1 - self.sd_alone / self.sd


def release_calendar(
    fits: Fits,
    year: int,
    regions: Sequence[str],
    targets: Mapping[str, Target],
) -> tuple[DueRelease, ...]:
    """Releases on a year that are due after the as-of date, in order of time.

    Parameters
    ----------
    fits
        With the block of growth.
    year
        That is running, or is over and not published.
    regions
        Regions and aggregates whose releases are listed.
    targets
        By id; those on growth of the year in these regions are judged.

    Raises
    ------
    DataError
        If growth is not fitted, or the year is not projected.
    """
    require_year(fits, year)
    due = _due(fits, year, regions)
    if not due:
        return ()
    extended, places = _with_rows(fits, year, due)
    due = [each for each in due if (each.series, each.region) in places]
    scales = aligned_scales(fits, extended)
    scales = scales[:: max(1, len(scales) // VECTORS)]
    at = [places[each.series, each.region] for each in due]
    by_region = {
        region: moments(extended, scales, at, weights)
        for region in dict.fromkeys(each.region for each in due)
        for weights in [year_cells(fits, region, year)]
        if weights
    }
    relevant = [
        target
        for target in targets.values()
        if target.indicator == GROWTH
        and target.year == year
        and target.plain
        and target.sense != "equals"
    ]
    return tuple(
        DueRelease(
            *each,
            by_region[each.region].sd,
            float(by_region[each.region].sd_alone[n]),
            float(by_region[each.region].sd_sequence[n]),
            {
                target.id: _judged(by_region[each.region], n, target)
                for target in relevant
                if target.region == each.region
            },
        )
        for n, each in enumerate(due)
        if each.region in by_region
    )


def require_year(fits: Fits, year: int) -> None:
    """Check that growth of a year is projected.

    Raises
    ------
    DataError
        If growth is not fitted, or the year is not among those of its panel.
    """
    if growth.NAME not in fits.panels:
        raise DataError(
            f"growth is not fitted as of {fits.as_of}, so no release has a worth. "
            f"Add figures of {GROWTH}."
        )
    panel = fits.panels[growth.NAME]
    if not panel.years[0] < year <= panel.years[-1]:
        raise DataError(
            f"{year} is not a year of {panel.years[0] + 1} to {panel.years[-1]}, which "
            "the figures and the horizon cover. Ask about one of these."
        )


def _judged(known: Moments, n: int, target: Target) -> tuple[float, float, float]:
    """Probability of a target, p (1 - p) now, and what a release leaves of it."""
    bound = float(growth.log_growth(target.value))
    open_now = open_variance(known.mean, known.variance, bound)
    left = expected_open_variance(known.mean, known.variance, known.left[:, n], bound)
    above = special.ndtr((known.mean - bound) / np.sqrt(known.variance)).mean()
    chance = 1 - above if target.falls else above
    return float(chance), float(open_now.mean()), float(left.mean())


class _Due(NamedTuple):
    """A release that is due, and whether its day is the usual one."""

    day: date
    series: str
    region: str
    usual: bool


def _due(fits: Fits, year: int, regions: Sequence[str]) -> list[_Due]:
    """Releases on a year that are due, in order of time."""
    known = fits.known
    block = growth_block(fits)
    series = {
        name
        for name in known["indicator"].unique()
        for release in [release_of(name)]
        if release and kind_of(release, GROWTH) in kinds(block.priors)
    }
    usual = {Release(GROWTH, YearPart(Span(*months))).series for months in USUAL_DAYS}
    usual |= {Release(GROWTH, estimate=True).series, GROWTH}
    due = []
    for name in sorted(series | usual):
        for region in regions:
            rows = known[(known["indicator"] == name) & (known["region"] == region)]
            if (rows["year"] == year).any():
                continue
            past = rows[rows["year"] < year]
            if name not in usual and len(past) < MIN_SERIES:
                continue
            day, is_usual = _day(name, year, past)
            if day > fits.as_of:
                due.append(_Due(day, name, region, is_usual))
    known_years = known[(known["indicator"] == GROWTH) & (known["year"] == year)]
    ends = dict.fromkeys(known_years["region"], date.min)
    ends |= {each.region: each.day for each in due if each.series == GROWTH}
    due = [
        each
        for each in due
        if each.series == GROWTH or each.day < ends.get(each.region, date.max)
    ]
    order = {region: n for n, region in enumerate(regions)}
    return sorted(due, key=lambda each: (each.day, each.series, order[each.region]))


def _day(series: str, year: int, past: pd.DataFrame) -> tuple[date, bool]:
    """When a release on a year is due: as long after it as before, in the median.

    Figures that came more than a year after their year say nothing of its calendar.
    """
    lags = [
        (known_on - date(of_year, 12, 31)).days
        for known_on, of_year in zip(
            past["known_on"], past["year"].astype(int), strict=True
        )
    ]
    lags = [lag for lag in lags if lag <= LATE_DAYS]
    if (len(lags) >= MIN_SERIES and series != GROWTH) or len(lags) > 1:
        lag = int(np.median(lags[-5:]))
        return date(year, 12, 31) + timedelta(lag), False
    release = release_of(series)
    if release is None:
        return date(year, 12, 31) + timedelta(YEAR_DAYS), True
    if release.estimate:
        return date(year, 12, 31) + timedelta(ESTIMATE_DAYS), True
    last = release.part.span.last
    end = date(year, 12, 31) if last == 12 else date(year, last + 1, 1)
    return end + timedelta(USUAL_DAYS.get(release.part.span, 20)), True


def _with_rows(
    fits: Fits, year: int, due: Sequence[_Due]
) -> tuple[Panel, dict[tuple[str, str], int]]:
    """The panel with rows of the releases that are due, and the place of each."""
    project = fits.project
    basis = project.bases_of(GROWTH).judged[0]
    template = fits.known.iloc[0].to_dict()
    rows = [
        template
        | {
            "region": each.region,
            "indicator": each.series,
            "year": year,
            "value": np.nan,  # not known, and no part of a worth
            "basis": basis,
            "status": "preliminary",
            "known_on": each.day,
        }
        for each in due
    ]
    lines = range(-len(rows), 0)
    known = pd.concat([fits.known, pd.DataFrame(rows, index=lines)])
    extended = growth.panel(known, growth_block(fits))
    places = {
        (GROWTH if row.basis == basis else row.basis, row.region): n
        for n, row in enumerate(extended.rows)
        if row.year == year
    }
    return extended, {
        key: places[key]
        for key in ((each.series, each.region) for each in due)
        if key in places
    }
