"""Results on years of attainment, on gaps, and on what targets imply together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cszt_models.attribution.split import Split
from cszt_models.errors import one_named
from cszt_models.present.charts import targets as charts
from cszt_models.present.charts.base import finish, stacked
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import goals, numbers
from cszt_models.present.sentences import targets as target_sentences
from cszt_models.present.tables import targets as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.results import title
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.base import Results, formatted, heading
from cszt_models.targets.consistency import Implication, implications
from cszt_models.targets.timing import Timing

PLAN = "plan"  # what a gap is measured against where no date is named


@dataclass(frozen=True)
class TimingResults(Results):
    """The year in which each target's value is reached."""

    attained: AttainmentResults
    timings: tuple[Timing, ...]

    def __getitem__(self, target: str) -> Timing:
        """Years of attainment of the target with an id."""
        return one_named("target", {t.target.id: t for t in self.timings}, target)

    def __iter__(self) -> Iterator[Timing]:
        """Years of attainment, a target after the other."""
        return iter(self.timings)

    def __repr__(self) -> str:
        """Targets and their median years."""
        years = [f"{t.target.id} {t.quantile(0.5) or 'later'}" for t in self.timings]
        return f"<TimingResults, median year: {', '.join(years)}>"

    def to_frame(self) -> pd.DataFrame:
        """target, year, at, by, sustained (shares of 1) and their errors."""
        frames = [t.table.assign(target=t.target.id) for t in self.timings]
        frame = pd.concat(frames, ignore_index=True)
        return frame[["target", *frame.columns.drop("target")]]

    def tables(self, language: str = "en") -> list[Table]:
        """Years by probability, a table for each target."""
        result = []
        for timing in self.timings:
            rows = tables.open_years(timing)
            cells = {text("year", language): list(rows["year"].astype(str))}
            for key in ("at", "by", "sustained"):
                cells[text(key, language)] = [
                    numbers.percent(p, language) for p in rows[key]
                ]
            cells[text("mcse", language)] = [f"{100 * e:.1f}" for e in rows["mcse_by"]]
            colon = ": " if language == "en" else "："
            subject = sentences.name(timing.target, language)
            goal = goals.goal(timing.target, language)
            title = heading(
                self.attained.assessment, language, f"{subject}{colon}{goal}"
            )
            frame = pd.DataFrame(cells)
            result.append(Table(title, frame, list(frame.columns)))
        return result

    def sentences(self, language: str = "en") -> list[str]:
        """When each value is reached, in words."""
        return [target_sentences.when(timing, language) for timing in self.timings]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt timing --json``."""
        attained = self.attained
        records = [tables.timing_record(timing) for timing in self.timings]
        head = tables.head(attained.assessment, attained.project)
        return head | {"targets": records}

    def plot(self, language: str = "en") -> Any:
        """Probability that each value is reached by a year, and kept from it on."""
        names = {
            timing.target.id: timing.target.label.in_language(language)
            for timing in self.timings
        }
        return charts.years_of_attainment(self.timings, names, language=language)


@dataclass(frozen=True)
class GapResults(Results):
    """The gap of each target to the plan, or to an earlier expectation, in terms.

    Parameters
    ----------
    against
        The as-of date of the expectation, or ``plan``.
    """

    attained: AttainmentResults
    splits: tuple[Split, ...]
    against: str = PLAN

    def __getitem__(self, target: str) -> Split:
        """The gap of the target with an id."""
        return {split.target.id: split for split in self.splits}[target]

    def __iter__(self) -> Iterator[Split]:
        """Gaps, a target after the other."""
        return iter(self.splits)

    def __repr__(self) -> str:
        """Targets and gaps."""
        gaps = [f"{split.target.id} {split.gap:+.4g}" for split in self.splits]
        return f"<GapResults against {self.against}: {', '.join(gaps)}>"

    @property
    def _date(self) -> str:
        return "" if self.against == PLAN else self.against

    def to_frame(self) -> pd.DataFrame:
        """target, component, region, value and unit; values add up to the gap."""
        frames = [
            split.terms.assign(target=split.target.id, unit=split.target.unit)
            for split in self.splits
        ]
        frame = pd.concat(frames, ignore_index=True)
        return frame[["target", *frame.columns.drop("target")]]

    def tables(self, language: str = "en") -> list[Table]:
        """Components by region, a table for each target."""
        project = self.attained.project
        result = []
        for split in self.splits:
            table = tables.split_table(split)
            unit = target_sentences.unit_of(split.target, language)
            points = split.target.unit.startswith("percent")
            form = "{:+,.2f}" if points else "{:+,.1f}"
            places = project.places
            columns = {
                text("component", language): [
                    text("sum", language)
                    if key == "sum"
                    else target_sentences.component(str(key), language)
                    for key in table.index
                ]
            }
            for key in table.columns:
                named = (
                    places[key].in_language(language)
                    if key in places
                    else text("sum", language)
                )
                columns[named] = formatted(table[key], form)
            spread = [split.spread.get(str(key)) for key in table.index]
            columns[text("sd", language)] = [
                "" if x is None else form.format(x)[1:] for x in spread
            ]
            frame = pd.DataFrame(columns)
            label = split.target.label.in_language(language)
            if language == "zh":
                against = f"与{self._date}的预期相比" if self._date else "与规划相比"
                subject = f"{label}（{unit}），{against}"
            else:
                against = self._date or "the plan"
                subject = f"{label}, {unit}, against {against}"
            title = heading(self.attained.assessment, language, subject)
            headed = list(frame.columns[1:])
            result.append(Table(title, frame, headed, subject=subject))
        return result

    def sentences(self, language: str = "en") -> list[str]:
        """Each gap and its terms in words."""
        project = self.attained.project
        return [
            target_sentences.gap(split, project, against=self._date, language=language)
            for split in self.splits
        ]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt gap --json``."""
        attained = self.attained
        records = [tables.split_record(split, self.against) for split in self.splits]
        head = tables.head(attained.assessment, attained.project)
        return head | {"targets": records}

    def plot(self, language: str = "en") -> Any:
        """Components of each gap, stacked by region."""
        places = {
            key: label.in_language(language)
            for key, label in self.attained.project.places.items()
        }
        bars = [
            charts.split_bars(
                split,
                places,
                title=sentences.name(split.target, language),
                language=language,
            )
            for split in self.splits
        ]
        return stacked(bars)


@dataclass(frozen=True)
class ConsistencyResults(Results):
    """What pairs of the plan's targets imply for a third quantity."""

    project: Project
    as_of: str
    implications: tuple[Implication, ...]

    def __repr__(self) -> str:
        """Number of pairs."""
        return f"<ConsistencyResults of {self.project.id}: {len(self.implications)}>"

    def to_frame(self) -> pd.DataFrame:
        """first, second, implies, value, unit, stated, stated_value, verdict."""
        records = [tables.implication_record(pair) for pair in self.implications]
        return pd.DataFrame(records).drop(columns=["en", "zh"], errors="ignore")

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each pair."""
        keys = ("targets", "imply", "value", "plan", "verdict")
        heads = [text(key, language) for key in keys]
        rows = [self._cells(pair, language) for pair in self.implications]
        name = title("consistency", language, day=self.as_of)
        return [Table(name, pd.DataFrame(rows, columns=heads), heads[2:4])]

    @staticmethod
    def _pair(pair: Implication, language: str) -> str:
        """Names of both targets of a pair."""
        both = (
            sentences.name(pair.first, language),
            sentences.name(pair.second, language),
        )
        return " + ".join(both)

    def _cells(self, pair: Implication, language: str) -> list[str]:
        stated: Target | None = pair.stated
        value = numbers.amount(pair.implied, pair.unit, language)
        of_plan = numbers.amount(stated.value, pair.unit, language) if stated else "–"
        return [
            self._pair(pair, language),
            pair.label.in_language(language),
            value,
            of_plan,
            text(pair.verdict, language) if stated else "–",
        ]

    def sentences(self, language: str = "en") -> list[str]:
        """Each pair in words."""
        return [target_sentences.implied(pair, language) for pair in self.implications]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt consistency --json``."""
        records = [tables.implication_record(pair) for pair in self.implications]
        head = {"project": self.project.id, "as_of": self.as_of}
        return head | {"implications": records}

    def plot(self, language: str = "en") -> Any:
        """What pairs imply as a share of what the plan states, a row for each pair."""
        import altair as alt

        names = [
            self._pair(pair, language) for pair in self.implications if pair.stated
        ]
        shares = [
            pair.implied / pair.stated.value
            for pair in self.implications
            if pair.stated
        ]
        frame = pd.DataFrame({"pair": names, "share": shares})
        axis = title("implied share", language)
        chart = (
            alt.Chart(frame)
            .mark_point(filled=True, size=90)
            .encode(
                x=alt.X("share:Q", title=axis, scale=alt.Scale(zero=False)),
                y=alt.Y("pair:N", title=None, axis=alt.Axis(labelLimit=400)),
            )
        )
        return finish(chart, 13)


def consistency(
    targets: Mapping[str, Target], project: Project, known: pd.DataFrame, as_of: date
) -> ConsistencyResults:
    """What pairs of targets imply for a third quantity, given what was known.

    Parameters
    ----------
    targets, project
        Of one plan, and its project.
    known, as_of
        Observations of a date, and the date.
    """
    pairs = implications(targets, project, known)
    return ConsistencyResults(project, as_of.isoformat(), tuple(pairs))
