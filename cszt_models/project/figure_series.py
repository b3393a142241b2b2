"""Figures that lie far from their own neighbours and from other places of the year.

Changes between neighbouring figures are compared with their median over the series: two
large ones in opposite directions are a figure of its own, a single one is a break. A
growth rate is compared with the rates of the years around it. What most places share in
a year is no doubt about one of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.project.periods import ESTIMATE, MARK, indicator_of
from cszt_models.vocabulary import GDP, POPULATION, SECTORS, URBAN_POPULATION, Kind

PEOPLE = (POPULATION, URBAN_POPULATION)
GROSS_FACTOR = np.log(5.0)  # a unit, a digit or another place, rather than a change
UNIT_FACTOR = np.log(20.0)  # a percent taken for a fraction
LEVEL_STEPS = {  # smallest change in logs that is a break
    **dict.fromkeys(PEOPLE, 0.05),
    **dict.fromkeys((GDP, *SECTORS), np.log(1.4)),
}
OTHER_STEP = np.log(3.0)
SHARE_POINTS, GROSS_POINTS = 5.0, 25.0
SHARE_FACTOR = np.log(1.8)  # of a small share, where points say little
MIN_SHARE_POINTS = 0.3
RATE_POINTS, GROSS_RATE = 5.0, 30.0
MAX_RATE = 100.0  # percent a year
SPREADS = 8.0  # robust standard deviations of a series' own changes
MIN_PLACES = 3  # of which a median says what a year had in common
NEAR = 4  # years around a rate that it is compared with
CENSUS_QUESTION = "Is this a typo or a census? See `censuses` in project.yaml"
TYPO_QUESTION = "Is this a typo, or another unit or place?"
EVENT_QUESTION = "Is this a typo or an event? See `events` in project.yaml"


@dataclass(frozen=True)
class Doubt:
    """A figure that is hard to believe, where it stands, why, and what to ask.

    ``size`` orders doubts: how many times its limit a deviation is. A ``gross`` one
    cannot be a figure of its indicator and place.
    """

    region: str
    indicator: str
    year: int
    value: float
    place: str
    fact: str
    question: str
    size: float
    gross: bool = False

    def __str__(self) -> str:
        indicator, _, part = self.indicator.partition(MARK)
        when = f"{self.year} ({part})" if part == ESTIMATE else f"{self.year}{part}"
        cell = f"{indicator} of {self.region} in {when} is {self.value:g}"
        return f"{self.place}: {cell}; {self.fact}. {self.question}"


class Series(NamedTuple):
    """Figures of one place and indicator on one basis, by year."""

    region: str
    indicator: str
    years: NDArray[np.int_]
    values: NDArray[np.float64]
    places: tuple[str, ...]

    def doubt(self, at: int, fact: str, question: str, **how: Any) -> Doubt:
        """Doubt about the figure at a place of the series.

        Parameters
        ----------
        at
            Place in the series, from 0.
        fact, question
            Sentences of the doubt.
        how
            Further fields of `Doubt`.
        """
        value, year = float(self.values[at]), int(self.years[at])
        cell = self.region, self.indicator, year, value, self.places[at]
        return Doubt(*cell, fact, question, **how)


def series_of(frame: pd.DataFrame, indicator: str) -> list[Series]:
    """Series of an indicator by place and basis, one figure a year (the last row)."""
    rows = frame[frame["indicator"] == indicator]
    rows = rows.drop_duplicates(["region", "basis", "year"], keep="last")
    return [
        Series(
            str(region),
            indicator,
            part["year"].to_numpy(int),
            part["value"].to_numpy(float),
            tuple(part["place"]),
        )
        for (region, _), part in rows.sort_values("year", kind="stable").groupby(
            ["region", "basis"], sort=True
        )
    ]


def with_years(frame: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Growth of part of a year, and growth of the whole years of which it has none.

    Parameters
    ----------
    frame
        Figures of places, as `series_of` reads them.
    indicator
        Series of releases.
    """
    part = frame[frame["indicator"] == indicator]
    whole = frame[frame["indicator"] == indicator_of(indicator)]
    return pd.concat([whole.assign(indicator=indicator), part])


def jumps(series: list[Series], kind: Kind, explained: Iterable[int]) -> list[Doubt]:
    """Doubts about the series of one indicator.

    Parameters
    ----------
    series
        From `series_of`.
    kind
        Of the indicator.
    explained
        Years in which a break has a reason: of a census, or of an event.
    """
    years = set(explained)
    if kind in ("growth", "change"):
        return _rate_doubts(series, kind, years)
    changes = _share_changes if kind == "share" else _level_changes
    return _change_doubts(series, changes, years)


class _Change(NamedTuple):
    """Change to a figure from the one before it, beyond what the series has a year.

    ``size`` is in multiples of the smallest notable change, signed; ``factor`` is the
    change in logs (of a share: the larger of those of share and remainder), and
    ``points`` that of a share, else 0.
    """

    at: int
    year: int
    size: float
    factor: float
    points: float


def _level_changes(series: Series) -> list[_Change]:
    usable = np.flatnonzero(series.values > 0)
    if len(usable) < 2:
        return []
    logs = np.log(series.values[usable])
    gaps = np.diff(series.years[usable])
    excess, spread = _excess(np.diff(logs), gaps)
    least = LEVEL_STEPS.get(indicator_of(series.indicator), OTHER_STEP)
    limit = np.clip(SPREADS * spread, least, np.log(4.0)) * np.sqrt(gaps)
    return [
        _Change(int(at), int(series.years[at]), float(e / most), float(e), 0.0)
        for at, e, most in zip(usable[1:], excess, limit, strict=True)
    ]


def _share_changes(series: Series) -> list[_Change]:
    if len(series.values) < 2:
        return []
    gaps = np.diff(series.years)
    points, spread = _excess(np.diff(series.values), gaps)
    limit = np.clip(SPREADS * spread, SHARE_POINTS, 15.0) * np.sqrt(gaps)
    low = np.log(np.maximum(series.values, 0.01))
    factors = np.where(np.abs(points) > MIN_SHARE_POINTS, np.diff(low), 0.0)
    sizes = np.maximum(np.abs(points) / limit, np.abs(factors) / SHARE_FACTOR)
    return [
        _Change(n + 1, int(series.years[n + 1]), float(size), float(f), float(p))
        for n, (size, f, p) in enumerate(
            zip(np.sign(points) * sizes, factors, points, strict=True)
        )
    ]


def _excess(
    changes: NDArray[np.float64], gaps: NDArray[np.int_]
) -> tuple[NDArray[np.float64], float]:
    """Changes beyond the median a year, and their robust standard deviation."""
    usual = float(np.median(changes / gaps)) if len(changes) >= MIN_PLACES else 0.0
    excess = changes - usual * gaps
    return excess, 1.4826 * float(np.median(np.abs(excess)))


def _change_doubts(
    series: list[Series],
    changes_of: Callable[[Series], list[_Change]],
    explained: set[int],
) -> list[Doubt]:
    changes = [changes_of(each) for each in series]
    shared: dict[int, list[float]] = defaultdict(list)
    for change in (change for part in changes for change in part):
        shared[change.year].append(change.size)
    common = {
        year: float(np.median(sizes)) if len(sizes) >= MIN_PLACES else 0.0
        for year, sizes in shared.items()
    }
    doubts = [
        doubt
        for each, part in zip(series, changes, strict=True)
        for doubt in _of_series(each, part, common, explained)
    ]
    return [*doubts, *_of_years(series, changes, common, explained)]


def _of_series(
    series: Series,
    changes: list[_Change],
    common: dict[int, float],
    explained: set[int],
) -> Iterator[Doubt]:
    """Single figures that go and come back, and changes that stay."""
    pending: _Change | None = None
    for change in [*changes, None]:
        notable = change is not None and (
            abs(change.size) > 1 and abs(change.size - common[change.year]) > 1
        )
        if pending and notable and change and _returns(pending, change):
            yield _single(series, pending, change)
            pending = None
            continue
        if pending and (
            pending.year not in explained or _unbelievable(series, pending, changes)
        ):
            yield _break(series, pending, changes)
        pending = change if notable else None


def _returns(out: _Change, back: _Change) -> bool:
    """Whether the second change takes back most of the first one."""
    ratio = -back.size / out.size
    return 1 / 3 < ratio < 3


def _single(series: Series, out: _Change, back: _Change) -> Doubt:
    factor = min(abs(out.factor), abs(back.factor))
    points = min(abs(out.points), abs(back.points))
    before, after = series.values[out.at - 1], series.values[back.at]
    fact = f"the figures before and after are {before:g} and {after:g}"
    gross = factor > GROSS_FACTOR or points > GROSS_POINTS
    size = max(abs(out.size), abs(back.size))
    return series.doubt(out.at, fact, TYPO_QUESTION, size=size, gross=gross)


def _break(series: Series, change: _Change, changes: list[_Change]) -> Doubt:
    before = series.values[change.at - 1]
    fact = f"the figure before is {before:g}"
    if change is changes[0] and len(changes) > 1:
        fact = f"{fact}, the one after {series.values[changes[1].at]:g}"
    people = series.indicator in PEOPLE
    step = abs(change.factor) > np.log(3.0) and not people and not change.points
    question = CENSUS_QUESTION if not change.points else TYPO_QUESTION
    if step:
        question = (
            "Is this a typo, a census or a redenomination? See `censuses` and `bases` "
            "in project.yaml"
        )
    gross = _unbelievable(series, change, changes)
    return series.doubt(change.at, fact, question, size=abs(change.size), gross=gross)


def _unbelievable(series: Series, change: _Change, changes: list[_Change]) -> bool:
    """Whether a change that stays is too large for any break of a series.

    At an end of a series nothing shows that it stays, so a smaller one is.
    """
    factor = abs(change.factor)
    at_end = change in (changes[0], changes[-1]) and len(changes) >= MIN_PLACES
    if series.indicator in PEOPLE:
        return factor > GROSS_FACTOR
    if change.points:
        large = at_end and abs(change.points) > SHARE_POINTS
        return factor > (GROSS_FACTOR if large else UNIT_FACTOR)
    return at_end and series.indicator in LEVEL_STEPS and factor > GROSS_FACTOR


def _of_years(
    series: list[Series],
    changes: list[list[_Change]],
    common: dict[int, float],
    explained: set[int],
) -> Iterator[Doubt]:
    """Years in which most places have a break."""
    for year, size in sorted(common.items()):
        if abs(size) <= 1 or year in explained:
            continue
        moved = [
            (part, change)
            for part, own_changes in zip(series, changes, strict=True)
            for change in own_changes
            if change.year == year
        ]
        part, change = moved[0]
        yield part.doubt(
            change.at,
            f"the figure before is {part.values[change.at - 1]:g}, and most of "
            f"{len(moved)} places have such a break in this year",
            "Is this a redenomination, another unit or a census? See `bases` and "
            "`censuses` in project.yaml",
            size=abs(size),
        )


def _rate_doubts(series: list[Series], kind: Kind, explained: set[int]) -> list[Doubt]:
    by_year: dict[int, list[float]] = defaultdict(list)
    for part in series:
        for year, value in zip(part.years, part.values, strict=True):
            by_year[int(year)].append(float(value))
    doubts: list[Doubt] = []
    for part in series:
        doubts += _rates_of(part, by_year, explained, kind == "growth")
        if kind == "growth":
            doubts += _scale_doubt(part)
    return doubts


def _rates_of(
    series: Series, by_year: dict[int, list[float]], explained: set[int], growth: bool
) -> Iterator[Doubt]:
    years, values = series.years, series.values
    others = [np.abs(years - year) for year in years]
    usual = np.array(
        [
            np.median(values[(apart > 0) & (apart <= NEAR)])
            if ((apart > 0) & (apart <= NEAR)).any()
            else np.nan
            for apart in others
        ]
    )
    deviations = values - usual
    sizes = np.abs(deviations[np.isfinite(deviations)])
    spread = 1.4826 * float(np.median(sizes)) if len(sizes) > 1 else 0.0
    limit = max(RATE_POINTS, SPREADS / 2 * spread)
    for at, (year, value) in enumerate(zip(years.tolist(), values, strict=True)):
        same = by_year[year]
        apart = value - float(np.median(same)) if len(same) > MIN_PLACES else np.inf
        apart = abs(apart)
        deviation = abs(deviations[at]) if np.isfinite(deviations[at]) else 0.0
        beyond = growth and abs(value) > MAX_RATE
        wide = max(GROSS_RATE, SPREADS * spread)
        gross = growth and min(deviation, apart) > wide
        gross |= beyond and not (deviation < wide and len(values) > MIN_PLACES)
        if not gross and (year in explained or min(deviation, apart) <= limit):
            continue
        fact = f"the years around have about {usual[at]:g}"
        if not np.isfinite(usual[at]):
            fact = "growth above 100 percent a year"
        elif np.isfinite(apart):
            fact = f"{fact}, other places {np.median(same):.3g} in this year"
        question = TYPO_QUESTION if gross else EVENT_QUESTION
        size = max(deviation, abs(value) / MAX_RATE if beyond else 0) / limit
        yield series.doubt(at, fact, question, size=float(size), gross=bool(gross))


def _scale_doubt(series: Series) -> list[Doubt]:
    """Doubt about a series whose rates look like fractions or indices."""
    if len(series.values) < MIN_PLACES:
        return []
    middle = float(np.median(series.values))
    if 80 < middle < 130 and np.ptp(series.values) < 60:
        fact = f"the series is about {middle:g}"
        question = "Is this an index (100 = the year before)?"
        return [series.doubt(0, fact, question, size=10.0, gross=True)]
    if middle > 0 and np.abs(series.values).max() < 0.3:
        fact = f"no figure of the series exceeds {np.abs(series.values).max():g}"
        question = "Are these fractions rather than percent?"
        return [series.doubt(0, fact, question, size=2.0)]
    return []


def pairs(series: Series) -> Iterator[tuple[int, int]]:
    """Places of two figures of neighbouring years."""
    for before, now in pairwise(range(len(series.years))):
        if series.years[now] - series.years[before] == 1:
            yield before, now
