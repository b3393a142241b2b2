"""Results on the growth of a running year, release by release."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xarray as xr

from cszt_models.attribution.rest_of_year import growth_to_date
from cszt_models.attribution.running_year import (
    LEVELS,
    Mark,
    Stage,
    YearFan,
    running_years,
    year_fans,
)
from cszt_models.attribution.year_needs import Need, year_needs
from cszt_models.models.fits import Fits
from cszt_models.present.charts.base import stacked
from cszt_models.present.charts.running_year import year_chart
from cszt_models.present.sentences.releases import release_name, span_short
from cszt_models.present.tables.table import Table
from cszt_models.present.texts.within_year import word
from cszt_models.project.periods import release_of
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.results.base import Results, formatted
from cszt_models.results.within_year import NeededResults
from cszt_models.vocabulary import GROWTH

MAX_OTHERS = 2  # releases of other places in a row that are named
QUANTILES = tuple(f"q{round(100 * level)}" for level in LEVELS)


@dataclass(frozen=True)
class RunningYearResults(Results):
    """Growth of a running year after each release on it, region by region.

    ``needed`` says what the rest of the year must be; both are empty where there is no
    release on the year.
    """

    project: Project
    as_of: str
    year: int
    fans: tuple[YearFan, ...]
    needed: NeededResults

    def __iter__(self) -> Iterator[YearFan]:
        """Regions, one after the other."""
        return iter(self.fans)

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.fans)

    def __repr__(self) -> str:
        """Year and number of regions."""
        return f"<RunningYearResults of {self.project.id} {self.year}: {len(self)}>"

    def to_frame(self) -> pd.DataFrame:
        """Row for each region and stage; percent.

        Columns: region, year, first, last, releases, due, q5, q10, q25, q50, q75, q90,
        q95.
        """
        rows = [
            {
                "region": fan.region,
                "year": fan.year,
                "first": pd.Timestamp(stage.first),
                "last": pd.Timestamp(stage.last),
                "releases": ", ".join(m.series for m in stage.releases),
                "due": stage.due,
                **dict(zip(QUANTILES, stage.quantiles, strict=True)),
            }
            for fan in self.fans
            for stage in fan.stages
        ]
        columns = ["region", "year", "first", "last", "releases", "due", *QUANTILES]
        return pd.DataFrame(rows, columns=columns)

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each region and stage that is not ahead; then what is needed."""
        keys = ("region", "day", "released", "year_growth")
        heads = [word(key, language) for key in keys]
        rows = [
            self._cells(fan, stage, language)
            for fan in self.fans
            for stage in fan.stages
            if not stage.due
        ]
        if not rows:
            return []
        name = f"{word('running', language, year=self.year)} ({self.as_of})"
        table = Table(name, pd.DataFrame(rows, columns=heads), heads[3:])
        return [table, *(self.needed.tables(language) if len(self.needed) else [])]

    def _cells(self, fan: YearFan, stage: Stage, language: str) -> list[str]:
        mine = [mark for mark in stage.releases if mark.region == fan.region]
        others = [mark for mark in stage.releases if mark.region != fan.region]
        if len(others) <= MAX_OTHERS:
            mine, others = list(stage.releases), []
        phrases = [self._mark_phrase(mark, fan, language) for mark in mine]
        if others:
            phrases.append(word("of_others", language, count=len(others)))
        between = "；" if language == "zh" else "; "
        return [
            self.project.places[fan.region].in_language(language),
            stage.first.isoformat(),
            between.join(phrases) or word("none_yet", language),
            _spread_words(stage, language),
        ]

    def _mark_phrase(self, mark: Mark, fan: YearFan, language: str) -> str:
        name = release_name(mark.series, self.project, language)
        (value,) = formatted([mark.value], "{:.1f}")
        place = self.project.places[mark.region].in_language(language)
        if language == "zh":
            where = "" if mark.region == fan.region else place
            return f"{where}{name}{value}%"
        where = "" if mark.region == fan.region else f" of {place}"
        return f"{name}{where} {value} %"

    def sentences(self, language: str = "en") -> list[str]:
        """How the year is expected to go, and what the rest must be, in words."""
        if not self.fans:
            return [word("no_part", language, year=self.year)]
        return [
            *(self._sentence(fan, language) for fan in self.fans),
            *self.needed.sentences(language),
        ]

    def _sentence(self, fan: YearFan, language: str) -> str:
        place = self.project.places[fan.region].in_language(language)
        before, now = fan.stages[0], fan.now
        last = fan.marks[-1]
        name = release_name(last.series, self.project, language)
        (value,) = formatted([last.value], "{:.1f}")
        start, end = (_spread_words(stage, language) for stage in (before, now))
        if language == "zh":
            return (
                f"{place}{fan.year}年增速：尚无年内数据时预期为{start}，截至{self.as_of}"
                f"为{end}；最近一项是{name}{value}%。"
            )
        return (
            f"Growth of {place} in {fan.year}: {start} before any release on the year, "
            f"{end} as known on {self.as_of}; the last release is {name}, {value} %."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values: stages with their releases and quantiles, and needs."""
        regions = [
            {
                "region": fan.region,
                "stages": [
                    {
                        "first": stage.first.isoformat(),
                        "last": stage.last.isoformat(),
                        "due": stage.due or None,
                        "releases": [
                            {
                                "series": mark.series,
                                "region": mark.region,
                                "value": mark.value,
                            }
                            for mark in stage.releases
                        ],
                        **dict(zip(QUANTILES, stage.quantiles, strict=True)),
                    }
                    for stage in fan.stages
                ],
            }
            for fan in self.fans
        ]
        return self.needed.to_dict() | {"regions": regions}

    def plot(self, language: str = "en") -> Any:
        """The fan of each region."""
        return stacked([self.chart(fan.region, language) for fan in self.fans])

    def chart(self, region: str, language: str = "en") -> Any:
        """The fan of one region with its releases, and the rate that the year needs.

        Parameters
        ----------
        region
            One of the results.
        language
            ``"en"`` or ``"zh"``.
        """
        (fan,) = (fan for fan in self.fans if fan.region == region)
        frame = self.to_frame()
        frame = frame[frame["region"] == region].assign(
            ahead=[bool(stage.due) for stage in fan.stages]
        )
        rates = [need.reach for need in self.needs_of(region) if need.target]
        return year_chart(
            frame,
            self._mark_frame(fan, language),
            title=self.project.places[region].in_language(language),
            rate=rates[0] if rates else None,
            language=language,
        )

    def needs_of(self, region: str) -> list[Need]:
        """What the rest of the year must be in a region, by target."""
        return [need for need in self.needed if need.to_date.region == region]

    def _mark_frame(self, fan: YearFan, language: str) -> pd.DataFrame:
        rows = []
        for mark in fan.marks:
            release = release_of(mark.series)
            of_growth = release is not None and release.of_year(GROWTH)
            kind, name = "other", ""
            if release is not None and of_growth:
                kind = "estimate" if release.estimate else "to_date"
                name = (
                    word("estimate", language)
                    if release.estimate
                    else span_short(release.part.span, language)
                )
            at = mark.value if of_growth else _median_on(fan, mark)
            rows.append((pd.Timestamp(mark.day), at, name, kind))
        return pd.DataFrame(rows, columns=["day", "value", "name", "kind"])


def _median_on(fan: YearFan, mark: Mark) -> float:
    """Median of the year from the day of a release on; where its tick stands."""
    stage = next(stage for stage in fan.stages if mark in stage.releases)
    return stage.quantiles[LEVELS.index(0.5)]


def _spread_words(stage: Stage, language: str) -> str:
    """Median of a stage with its interval of 80 percent."""
    values = [stage.quantiles[LEVELS.index(level)] for level in (0.5, 0.1, 0.9)]
    middle, low, high = formatted(values, "{:.1f}")
    if language == "zh":
        return f"{middle}%（{low}至{high}）"
    return f"{middle} % ({low} to {high})"


def running_year(
    fits: Fits,
    paths: xr.Dataset,
    regions: Sequence[str],
    targets: Mapping[str, Target],
    *,
    year: int | None = None,
) -> RunningYearResults:
    """The running year of fits: fans of its growth, and what the rest must be.

    Parameters
    ----------
    fits
        Of one as-of date.
    paths
        With growth by draw, region and year, percent.
    regions
        Regions and aggregates.
    targets
        By id, for what the rest must be.
    year
        That of the as-of date if not given, or the one before if there are releases on
        that alone.
    """
    years = running_years(fits) if year is None else [year]
    fans: tuple[YearFan, ...] = ()
    chosen = years[0] if years else fits.as_of.year
    for each in years:
        fans = year_fans(fits, paths, each, regions)
        if fans:
            chosen = each
            break
    day = fits.as_of.isoformat()
    known = growth_to_date(fits, chosen, [fan.region for fan in fans])
    needs = year_needs(fits, paths, known, targets)
    needed = NeededResults(fits.project, day, chosen, needs)
    return RunningYearResults(fits.project, day, chosen, fans, needed)
