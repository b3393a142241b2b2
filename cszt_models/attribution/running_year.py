"""The running year: growth as expected after each release on it, and until its end.

Stages before the last have the scales of the fits and the rows of growth known by then,
of which all are Gaussian; one factor of the covariance serves every stage. The last is
that of the draws. What other blocks add to its median is added to every stage. Ahead,
the fan narrows as releases that are due are expected to narrow it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import special

from cszt_models.attribution.release_calendar import release_calendar
from cszt_models.attribution.year_cells import year_cells
from cszt_models.models import growth
from cszt_models.models.fits import Fits
from cszt_models.models.within_year import is_release
from cszt_models.project.periods import indicator_of
from cszt_models.structural.release_worth import VECTORS, stage_moments
from cszt_models.vocabulary import DRAW, GROWTH, REGION, YEAR

Array = NDArray[np.float64]
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
MIDDLE = LEVELS.index(0.5)
_GRID = 199  # quantiles of each vector's Gaussian, for those of their mixture


class Mark(NamedTuple):
    """A release on the year: its day, series, region and value as published."""

    day: date
    series: str
    region: str
    value: float


@dataclass(frozen=True)
class Stage:
    """Growth of a year as expected from a day to another, percent.

    The last stage that is not ahead lasts to the first release that is due.
    ``releases`` came on the first day; ``quantiles`` are those of `LEVELS`; ``due`` is
    the series that is expected on the first day, of a stage that is still to come.
    """

    first: date
    last: date
    releases: tuple[Mark, ...]
    quantiles: tuple[float, ...]
    due: str = ""


@dataclass(frozen=True)
class YearFan:
    """Growth of a running year of a region, stage by stage."""

    region: str
    year: int
    stages: tuple[Stage, ...]

    @property
    def now(self) -> Stage:
        """The last stage that is not ahead."""
        return [stage for stage in self.stages if not stage.due][-1]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Releases of the region itself, in order of time."""
        every = (mark for stage in self.stages for mark in stage.releases)
        return tuple(mark for mark in every if mark.region == self.region)


def running_years(fits: Fits) -> list[int]:
    """Years on which there are releases and which may run, the last one first.

    Parameters
    ----------
    fits
        Of one as-of date.
    """
    if growth.NAME not in fits.panels:
        return []
    year = fits.as_of.year
    return [each for each in (year, year - 1) if _released(fits, each)]


def year_fans(
    fits: Fits, paths: xr.Dataset, year: int, regions: Sequence[str]
) -> tuple[YearFan, ...]:
    """Fans of the regions of whose running year there is a release.

    Parameters
    ----------
    fits
        Of one as-of date.
    paths
        With growth by draw, region and year, percent.
    year
        That is running.
    regions
        Regions and aggregates; those whose growth of the year is published are left
        out.
    """
    marks = _released(fits, year)
    panel = fits.panels.get(growth.NAME)
    if not marks or panel is None:
        return ()
    of_region = {mark.region for mark in marks.values()}
    open_ = {
        region: cells
        for region in regions
        if region in of_region
        and region in paths[GROWTH][REGION]
        and not _published(fits, region, year)
        and (cells := year_cells(fits, region, year))
    }
    if not open_:
        return ()
    days = sorted({mark.day for mark in marks.values()})
    place = {day: n for n, day in enumerate(days, 1)}
    stages = [place[marks[n].day] if n in marks else 0 for n in range(len(panel.rows))]
    vectors = fits.scale_vectors(growth.NAME)
    vectors = vectors[:: max(1, len(vectors) // VECTORS)]
    known = stage_moments(panel, vectors, stages, list(open_.values()))
    fans = []
    for n, region in enumerate(open_):
        drawn = paths[GROWTH].sel({REGION: region, YEAR: year}).transpose(DRAW)
        now = np.quantile(drawn.to_numpy(), LEVELS)
        rows = _mixture(known.mean[:, :, n], known.variance[:, :, n])
        rows += now[MIDDLE] - rows[-1, MIDDLE]
        rows[-1] = now
        ahead = _ahead(fits, region, year, now)
        end = ahead[0].first if ahead else max(fits.as_of, days[-1])
        past = _past(marks.values(), date(year, 1, 1), end, rows)
        fans.append(YearFan(region, year, (*past, *ahead)))
    return tuple(fans)


def _past(marks: Iterable[Mark], start: date, end: date, rows: Array) -> list[Stage]:
    """Stages from a day to another, a new one on each day of releases.

    Parameters
    ----------
    rows : (stage, level)
        Quantiles of each.
    """
    marks = list(marks)
    days = sorted({mark.day for mark in marks})
    releases = [(), *(tuple(m for m in marks if m.day == day) for day in days)]
    stages = zip([start, *days], [*days, end], releases, rows, strict=True)
    return [
        Stage(first, last, new, tuple(row.tolist())) for first, last, new, row in stages
    ]


def _released(fits: Fits, year: int) -> Mapping[int, Mark]:
    """Releases on a year, by the place of their row in the panel of growth."""
    known = fits.known[fits.known["year"] == year]
    last = known.sort_values("known_on").drop_duplicates(
        ["region", "indicator"], keep="last"
    )
    figures = {
        (row.indicator, row.region): (row.known_on, float(row.value))
        for row in last.itertuples()
    }
    return {
        n: Mark(figures[key][0], *key, figures[key][1])
        for n, row in enumerate(fits.panels[growth.NAME].rows)
        for key in [(row.basis, row.region)]
        if row.year == year
        and key in figures
        and is_release(row.basis, GROWTH, fits.project)
    }


def _published(fits: Fits, region: str, year: int) -> bool:
    """Whether official growth of the year is known."""
    known = fits.known
    same = (known["region"] == region) & (known["year"] == year)
    return bool((same & (known["indicator"] == GROWTH)).any())


def _mixture(mean: Array, variance: Array) -> Array:
    """Quantiles (stage, level) of mixtures of Gaussians (vector, stage), percent."""
    steps = special.ndtri((np.arange(_GRID) + 0.5) / _GRID)
    drawn = mean[..., None] + np.sqrt(variance)[..., None] * steps
    drawn = np.moveaxis(drawn, 1, 0).reshape(mean.shape[1], -1)
    return growth.percent_growth(np.quantile(drawn, LEVELS, axis=1).T)


def _ahead(fits: Fits, region: str, year: int, now: Array) -> list[Stage]:
    """Stages of releases of growth that are due, with the width expected of each."""
    if not fits.panels[growth.NAME].years[0] < year:
        return []
    due = [
        each
        for each in release_calendar(fits, year, [region], {})
        if each.series != GROWTH and indicator_of(each.series) == GROWTH
    ]
    ends = [*(each.due for each in due[1:]), date(year + 1, 3, 31)]
    return [
        Stage(
            each.due,
            max(end, each.due),
            (),
            tuple(
                (now[MIDDLE] + (now - now[MIDDLE]) * each.sd_after / each.sd).tolist()
            ),
            each.series,
        )
        for each, end in zip(due, ends, strict=True)
    ]
