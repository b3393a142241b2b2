"""Results on a running year: what the rest of it must be, and what is due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from cszt_models.attribution.release_calendar import DueRelease
from cszt_models.attribution.year_needs import Need
from cszt_models.present.charts.base import finish
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences.releases import (
    release_name,
    span_phrase,
)
from cszt_models.present.tables.table import Table
from cszt_models.present.texts.within_year import word
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.results.base import Results, formatted


@dataclass(frozen=True)
class NeededResults(Results):
    """What the rest of a running year must be, by region and rate to reach."""

    project: Project
    as_of: str
    year: int
    needs: tuple[Need, ...]

    def __iter__(self) -> Iterator[Need]:
        """Needs, region after region."""
        return iter(self.needs)

    def __len__(self) -> int:
        """Number of needs."""
        return len(self.needs)

    def __repr__(self) -> str:
        """Year and number of needs."""
        return f"<NeededResults of {self.project.id} {self.year}: {len(self)}>"

    def to_frame(self) -> pd.DataFrame:
        """Row for each region and rate; percent, and shares of 1.

        Columns: region, year, months, to_date, weight, by_levels, target, reach, rest,
        expected, low, high, probability, pace, pace_expected; the last two, of each
        part to come on the one before, where growth of parts on those before is known.
        """
        rows = [
            {
                "region": need.to_date.region,
                "year": self.year,
                "months": need.to_date.span.last,
                "to_date": need.to_date.growth,
                "weight": need.to_date.weight,
                "by_levels": need.to_date.basis != "months",
                "target": need.target or None,
                "reach": need.reach,
                "rest": need.rest,
                "expected": need.expected,
                "low": need.low,
                "high": need.high,
                "probability": need.probability,
                "pace": need.pace,
                "pace_expected": need.pace_expected,
            }
            for need in self.needs
        ]
        return pd.DataFrame(rows)

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each region and rate."""
        keys = ("region", "to_date", "weight", "reach", "rest", "expected")
        paced = any(need.pace is not None for need in self.needs)
        ends = ("probability", "pace") if paced else ("probability",)
        heads = [word(key, language) for key in (*keys, *ends)]
        rows = [self._cells(need, language)[: len(heads)] for need in self.needs]
        name = word("needed", language, year=self.year, day=self.as_of)
        return [Table(name, pd.DataFrame(rows, columns=heads), heads[1:])]

    def _cells(self, need: Need, language: str) -> list[str]:
        part = span_phrase(need.to_date.span, language).removeprefix("the ")
        origin = need.target or (word("median", language) if need.is_median else "")
        if need.through is not None:
            origin = word("a_year_to", language, target=origin, last=need.through)
        between = word("to", language, low=_rate(need.low), high=_rate(need.high))
        if need.published is not None:
            origin, between = need.target, word("published", language)

        def rate(value: float, of: str = "") -> str:
            key = "rate_of" if of else "rate"
            return word(key, language, rate=_rate(value), of=of)

        return [
            self.project.places[need.to_date.region].in_language(language),
            rate(need.to_date.growth, part),
            word("rate", language, rate=f"{100 * need.to_date.weight:.0f}"),
            rate(need.reach, origin),
            rate(need.rest),
            rate(need.expected, between),
            numbers.percent(need.probability, language),
            "–" if need.pace is None else rate(need.pace),
        ]

    def sentences(self, language: str = "en") -> list[str]:
        """Each need in words; what two targets ask for alike is said once."""
        every = [self._sentence(need, language) for need in self.needs]
        return list(dict.fromkeys(every))

    def _sentence(self, need: Need, language: str) -> str:
        known, text = need.to_date, partial(word, language=language)
        part, rest = (span_phrase(s, language) for s in (known.span, known.rest))
        so_far = text(
            "so_far",
            place=self.project.places[known.region].in_language(language),
            grew=_moved(known.growth, language, past=True),
            part=part,
            year=known.year,
            share=f"{100 * known.weight:.0f}",
            basis=text(f"by_{known.basis}"),
        )
        goal = {
            "reach": f"{_rate(need.reach)} %",
            "rest": rest,
            "must": _moved(need.rest, language),
        }
        if language == "zh":
            goal["reach"] = _moved(need.reach, language)
        if need.published is not None:
            so_far += text(
                "year_is_known",
                grew=_moved(need.published, language, past=True),
                rest=rest,
                then=_moved(need.expected, language, past=True),
            )
            same = _rate(need.reach) == _rate(need.published)
            return so_far if same else so_far + text("had_to", **goal)
        expected, low, high = map(_rate, (need.expected, need.low, need.high))
        so_far += text("of_median" if need.is_median else "to_reach_it", **goal)
        so_far += text(
            "rest_expected",
            expected=expected,
            low=low,
            high=high,
            chance=numbers.percent(need.probability, language),
        )
        return (so_far + self._pace(need, language)).rstrip()

    def _pace(self, need: Need, language: str) -> str:
        """The steady growth of parts to come, if their levels are known."""
        if need.pace is None or need.pace_expected is None:
            return ""
        return word(
            f"pace_{need.to_date.part_length}",
            language,
            pace=_rate(need.pace),
            expected=_rate(need.pace_expected),
        )

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt needed --json``."""
        frame = self.to_frame()
        records = frame.astype(object).where(frame.notna(), None).to_dict("records")
        for record, need in zip(records, self.needs, strict=True):
            record["parts"] = [
                {"first": span.first, "last": span.last, "growth": value}
                for span, value in need.to_date.quarters
            ]
        head = {"project": self.project.id, "as_of": self.as_of, "year": self.year}
        return head | {"needed": records}

    def plot(self, language: str = "en") -> Any:
        """Expected growth of the rest with its interval, and what it must be."""
        import altair as alt

        frame = self.to_frame()
        names = [
            self.project.places[need.to_date.region].in_language(language)
            + f" · {need.reach:.1f} %"
            for need in self.needs
        ]
        frame = frame.assign(name=names)
        y = alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=300))
        axis = alt.Axis(title=word("axis_rest", language))
        scale = alt.Scale(zero=False)
        base = alt.Chart(frame).encode(y=y)
        bars = base.mark_bar(height=10, opacity=0.35).encode(
            x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q"
        )
        middle = base.mark_point(filled=True, size=60, opacity=1).encode(x="expected:Q")
        must = base.mark_tick(thickness=3, size=24, color="#b2182b").encode(x="rest:Q")
        return finish(bars + middle + must, 13)


def _rate(value: float) -> str:
    """A rate in percent, with one digit and a minus sign."""
    (text,) = formatted([value], "{:.1f}")
    return text


def _moved(value: float, language: str, *, past: bool = False) -> str:
    """Growth or fall by a rate in percent, as a verb."""
    rises = float(f"{value:.1f}") >= 0
    key = ("grew" if rises else "shrank") if past else ("grow" if rises else "shrink")
    return word(key, language, rate=_rate(abs(value)))


@dataclass(frozen=True)
class CalendarResults(Results):
    """Releases on a year that are due, and what each is worth."""

    project: Project
    as_of: str
    year: int
    releases: tuple[DueRelease, ...]
    targets: Mapping[str, Target]

    def __iter__(self) -> Iterator[DueRelease]:
        """Releases in order of time."""
        return iter(self.releases)

    def __len__(self) -> int:
        """Number of releases."""
        return len(self.releases)

    def __repr__(self) -> str:
        """Year and number of releases."""
        return f"<CalendarResults of {self.project.id} {self.year}: {len(self)}>"

    def to_frame(self) -> pd.DataFrame:
        """Row for each release; sd in percentage points, shrinkage a share of 1.

        Columns: due, usual, series, region, sd, sd_alone, sd_after, shrinkage.
        """
        rows = [
            {
                "due": pd.Timestamp(release.due),
                "usual": release.usual,
                "series": release.series,
                "region": release.region,
                "sd": release.sd,
                "sd_alone": release.sd_alone,
                "sd_after": release.sd_after,
                "shrinkage": release.shrinkage,
            }
            for release in self.releases
        ]
        columns = ["due", "usual", "series", "region", "sd", "sd_alone", "sd_after"]
        return pd.DataFrame(rows, columns=[*columns, "shrinkage"])

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each release, with the targets that ask about it."""
        keys = ["due", "release", "region", "alone", "after"]
        judged = any(release.targets for release in self.releases)
        heads = [word(key, language) for key in keys]
        heads += [word("targets", language)] if judged else []
        rows = [self._cells(release, language)[: len(heads)] for release in self]
        name = word("calendar", language, year=self.year, day=self.as_of)
        if not rows:
            return []
        return [Table(name, pd.DataFrame(rows, columns=heads), heads[3:])]

    def _cells(self, release: DueRelease, language: str) -> list[str]:
        day = release.due.isoformat()
        about = word("usual", language)
        targets = "; ".join(
            f"{name} {now:.3f} → {left:.3f}"
            for name, (_, now, left) in release.targets.items()
        )
        return [
            f"{about}{'' if language == 'zh' else ' '}{day}" if release.usual else day,
            release_name(release.series, self.project, language),
            self.project.places[release.region].in_language(language),
            f"{release.sd:.2f} → {release.sd_alone:.2f}",
            f"{release.sd_after:.2f}",
            targets or "–",
        ]

    def sentences(self, language: str = "en") -> list[str]:
        """The release that is worth most for each region, before the year's own."""
        if not self.releases:
            return [word("no_release", language, year=self.year, day=self.as_of)]
        best: dict[str, DueRelease] = {}
        for release in self.releases:
            if "@" not in release.series:
                continue
            other = best.get(release.region)
            if other is None or release.shrinkage > other.shrinkage:
                best[release.region] = release
        return [self._sentence(release, language) for release in best.values()]

    def _sentence(self, release: DueRelease, language: str) -> str:
        place = self.project.places[release.region].in_language(language)
        name = release_name(release.series, self.project, language)
        share, now, left = 100 * release.shrinkage, release.sd, release.sd_alone
        if language == "zh":
            return (
                f"{place}：{name}价值最大，使全年增速的标准差由{now:.2f}降至{left:.2f}"
                f"（降{share:.0f}%）。"
            )
        return (
            f"{place}: {name} is worth most; it takes the standard deviation of the "
            f"year's growth from {now:.2f} to {left:.2f} points ({share:.0f} % less)."
        )

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt calendar --json``."""
        records = [
            {
                "due": release.due.isoformat(),
                "usual": release.usual,
                "series": release.series,
                "region": release.region,
                "sd": release.sd,
                "sd_alone": release.sd_alone,
                "sd_after": release.sd_after,
                "shrinkage": release.shrinkage,
                "targets": {
                    name: {"probability": chance, "open": now, "open_expected": left}
                    for name, (chance, now, left) in release.targets.items()
                },
            }
            for release in self.releases
        ]
        head = {"project": self.project.id, "as_of": self.as_of, "year": self.year}
        return head | {"releases": records}

    def plot(self, language: str = "en") -> Any:
        """How the standard deviation of the year falls as releases come, by region."""
        import altair as alt

        frame = self.to_frame()
        frame = frame.assign(
            place=[
                self.project.places[name].in_language(language)
                for name in frame["region"]
            ],
            name=[release_name(s, self.project, language) for s in frame["series"]],
        )
        line = alt.Chart(frame).mark_line(interpolate="step-after", point=True)
        chart = line.encode(
            x=alt.X("due:T", title=word("axis_due", language)),
            y=alt.Y("sd_after:Q", title=word("axis_sd", language)),
            color=alt.Color("place:N", title=None),
            tooltip=["name:N", "due:T", alt.Tooltip("sd_after:Q", format=".2f")],
        )
        return finish(chart, 13)
