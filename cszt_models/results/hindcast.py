"""Results of hindcasts: scores of forecasts from past origins, and their record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from cszt_models.hindcast import summary
from cszt_models.hindcast.evaluate import YEAR
from cszt_models.hindcast.record import HindcastRecord, read_record
from cszt_models.hindcast.target_replay import reliability, verification
from cszt_models.present.charts.base import stacked
from cszt_models.present.charts.hindcast import pit_chart, reliability_chart
from cszt_models.present.sentences import hindcast as sentences
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import require_language, text
from cszt_models.present.texts.results import HINDCAST, NO_RECORD, RECORD, REMARKS
from cszt_models.project.figure_series import Doubt
from cszt_models.project.project import Project
from cszt_models.results.base import Results, formatted

BY_HORIZON = ("method", "horizon", "n", "crps", "coverage80", "coverage95")
MAX_DOUBTS = 10  # in the remarks
OVERALL = ("method", "n", "crps", "crps_mean_growth", "coverage80", "coverage95")


@dataclass(frozen=True)
class HindcastResults(Results):
    """Scores of every case: a method at an origin for a group of regions.

    ``flagged`` counts rows of the panel left out by flag; ``doubts`` are about figures
    of it that are hard to believe.
    """

    indicator: str
    cases: pd.DataFrame
    seed: int
    flagged: Mapping[str, int] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()

    def __repr__(self) -> str:
        """Indicator, methods and number of scores."""
        methods = ", ".join(self.cases["method"].dropna().unique())
        count = len(self.cases)
        return f"<HindcastResults of {self.indicator}: {methods}; {count} scores>"

    def to_frame(self) -> pd.DataFrame:
        """method, n, crps, crps_mean_growth, coverage80, coverage95 over all years."""
        return summary.overall(self.cases)

    def by_horizon(self) -> pd.DataFrame:
        """method, horizon, n, crps, coverage80, coverage95."""
        return summary.by_horizon(self.cases)

    def gains(self) -> pd.DataFrame:
        """CRPS of the other methods against the first, with 90 % intervals."""
        return summary.gains(self.cases, seed=self.seed)

    def failures(self) -> pd.DataFrame:
        """Groups and origins that no method is scored on, with the reason."""
        return summary.failures(self.cases)

    def remarks(self, language: str = "en") -> list[str]:
        """Rows of the file and cases that were left out, with the reason."""
        words = REMARKS[language]
        lines = [
            words[0].format(count=count, flag=flag)
            for flag, count in self.flagged.items()
        ]
        lines += [words[1].format(doubt=doubt) for doubt in self.doubts[:MAX_DOUBTS]]
        return lines + [
            words[2].format(group=case.group, origin=case.origin, reason=case.reason)
            for case in self.failures().itertuples()
        ]

    def tables(self, language: str = "en") -> list[Table]:
        """Scores by method, gains over other methods, and replayed targets."""
        overall, titles = self.to_frame(), HINDCAST[language]
        origins = self.cases.loc[self.cases["kind"] == YEAR, "origin"].nunique()
        wide = self.by_horizon().pivot_table(
            index="method", columns="horizon", values="crps", sort=False
        )
        wide.columns = [f"CRPS +{h}" for h in wide.columns]
        both = overall.merge(wide.reset_index(), on="method")
        cells: dict[str, list[str]] = {
            text("method", language): list(both["method"]),
            text("n", language): list(both["n"].astype(str)),
        }
        for name in ("crps", "crps_mean_growth", "coverage80", "coverage95"):
            heading = "CRPS" if name == "crps" else text(name, language)
            form = "{:.0%}" if name.startswith("coverage") else "{:.3f}"
            cells[heading] = [form.format(value) for value in both[name]]
        for name in wide.columns:
            cells[name] = [f"{value:.3f}" for value in both[name]]
        data = pd.DataFrame(cells)
        title = titles["scores"].format(name=self.indicator, origins=origins)
        result = [Table(title, data, list(data.columns[1:]))]
        if len(overall) > 1:
            gains = self.gains()
            gains["ratio"] = formatted(gains["ratio"], "{:.3f}")
            for name in ("difference", "low", "high"):
                gains[name] = formatted(gains[name], "{:+.3f}")
            title = titles["gains"].format(first=overall["method"].iloc[0])
            result.append(Table(title, gains, list(gains.columns[1:])))
        return result + self._replayed(overall["method"].iloc[0], language)

    def _replayed(self, first: str, language: str) -> list[Table]:
        goals = summary.replayed(self.cases)
        if goals.empty:
            return []
        table = verification(goals)
        for column in table.columns[2:]:
            table[column] = formatted(table[column], "{:.3f}")
        bins = reliability(goals[goals["method"] == first])
        for column in ("low", "high", "probability", "frequency", "corp", "gap"):
            bins[column] = formatted(bins[column], "{:.2f}")
        titles = HINDCAST[language]
        return [
            Table(titles["replayed"], table, list(table.columns[1:])),
            Table(titles["reliability"], bins, list(bins.columns[1:])),
        ]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt hindcast --json``."""
        return {
            "by_horizon": _records(self.by_horizon(), BY_HORIZON),
            "overall": _records(self.to_frame(), OVERALL),
        }

    def plot(self, language: str = "en") -> Any:
        """Shares of outcomes in each tenth of their forecast, a panel by method."""
        require_language(language)
        names = {name: name for name in self.to_frame()["method"]}
        return pit_chart(summary.pit_histogram(self.cases), names)


def _records(table: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Plain records with the columns of the contract; None where there is no number."""
    rows = table[list(columns)].astype(object)
    return rows.where(table[list(columns)].notna(), None).to_dict("records")


@dataclass(frozen=True)
class RecordResults(Results):
    """What a project's folder records of hindcasts on many regions.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> RecordResults(load_project()).to_frame()["method"].nunique() > 1
    True
    """

    project: Project

    def __repr__(self) -> str:
        """The project and the indicators scored."""
        names = [] if self.record is None else self.record.indicators
        return f"<RecordResults of {self.project.id}: {', '.join(names) or 'none'}>"

    @cached_property
    def record(self) -> HindcastRecord | None:
        """Scores and reliability, or None if the folder has none."""
        return read_record(self.project)

    def to_frame(self) -> pd.DataFrame:
        """indicator, method, n, crps, coverage80, coverage95, ratio and brier."""
        return pd.DataFrame() if self.record is None else self.record.scores

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each indicator and method."""
        if self.record is None:
            return []
        frame = sentences.scores_table(self.record, self.project, language)
        frame = frame.rename(columns={"crps": "CRPS"})
        numbers = list(frame.columns[2:])
        return [Table(RECORD[language], frame, numbers)]

    def sentences(self, language: str = "en") -> list[str]:
        """Wins and losses, and where stated probabilities were wrong."""
        record, project = self.record, self.project
        if record is None:
            return [NO_RECORD[language]]
        lines = [
            say(record, project, name, language)
            for say in (sentences.compared, sentences.off)
            for name in record.indicators
        ]
        return [line for line in lines if line]

    def to_dict(self) -> list[dict[str, Any]]:
        """A record for each indicator and method."""
        return self.to_frame().to_dict("records")

    def plot(self, language: str = "en") -> Any:
        """Stated probabilities against how often they came true, by indicator."""
        record = self.record
        names = [] if record is None else record.replayed
        return stacked(
            [
                reliability_chart(
                    record,
                    name,
                    title=sentences.quantity(name, self.project, language),
                    language=language,
                )
                for name in names
                if record is not None
            ],
            columns=2,
        )
