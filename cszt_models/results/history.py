"""Results on attainment at every date, and scores of what was said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from cszt_models.present.charts import base as charts
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences import targets as target_sentences
from cszt_models.present.tables import attainment as tables
from cszt_models.present.tables import targets as target_tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.results import title
from cszt_models.project.plan import Target
from cszt_models.project.project import Project, data_hash
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.base import Results
from cszt_models.scenarios.scenario import Scenario
from cszt_models.targets import scoring
from cszt_models.targets.attainment import Assessment


@dataclass(frozen=True)
class HistoryResults(Results):
    """Attainment at several as-of dates, oldest first; see `history_of`."""

    results: tuple[AttainmentResults, ...]

    def __getitem__(self, place: int) -> AttainmentResults:
        """Attainment at the date in a place, 0 the oldest and -1 the newest."""
        return self.results[place]

    def __iter__(self) -> Iterator[AttainmentResults]:
        """Attainment, oldest first."""
        return iter(self.results)

    def __len__(self) -> int:
        """Number of dates."""
        return len(self.results)

    def __repr__(self) -> str:
        """Project and dates."""
        first, last = self.assessments[0].as_of, self.assessments[-1].as_of
        return (
            f"<HistoryResults of {self.project.id}: {len(self)} dates from {first} to "
            f"{last}>"
        )

    @property
    def project(self) -> Project:
        """The project."""
        return self.results[-1].project

    @property
    def now(self) -> AttainmentResults:
        """The last date."""
        return self.results[-1]

    @property
    def assessments(self) -> list[Assessment]:
        """Assessments, oldest first."""
        return [result.assessment for result in self.results]

    @property
    def scenario(self) -> Scenario:
        """The scenario, the same at every date."""
        return self.now.assessment.scenario

    @cached_property
    def data_hash(self) -> str:
        """Hash of the project's files."""
        return data_hash(self.project)

    @property
    def headline(self) -> list[Target]:
        """Headline targets of the plan."""
        return [target for target in self.now.plan.values() if target.headline]

    def labels(self, language: str = "en") -> dict[str, str]:
        """Name of each target asked about, and of all together as ``joint``."""
        plan = self.now.plan
        names = {
            name: plan[name].label.in_language(language) for name in self.now.selection
        }
        return names | {"joint": text("joint", language)}

    def to_frame(self) -> pd.DataFrame:
        """as_of, target (``joint``: all asked), status, probability, mcse."""
        return tables.attainment_history(self.assessments)

    def tables(self, language: str = "en") -> list[Table]:
        """Dates by targets."""
        labels = self.labels(language)
        rows = []
        for result in self:
            cells = {text("as_of", language): result.assessment.as_of.isoformat()}
            for name in self.now.selection:
                cells[labels[name]] = sentences.chance(result[name], language)
            cells[labels["joint"]] = sentences.joint_chance(result.assessment, language)
            rows.append(cells)
        frame = pd.DataFrame(rows)
        title = sentences.plan_title(self.project, language)
        return [Table(title, frame, list(frame.columns[1:]), list(frame.columns[:1]))]

    def sentences(self, language: str = "en") -> list[str]:
        """All together now, and at first."""
        lines = [sentences.together(self.now.assessment, language)]
        if len(self) > 1:
            earlier, begins = self.assessments[:-1], self.project.plan.first_year
            lines.append(sentences.looking_back(earlier, begins, language))
        return [line for line in lines if line]

    def to_dict(self) -> list[dict[str, Any]]:
        """A record of ``cszt attain --json`` for each date."""
        return [result.to_dict() for result in self]

    def plot(self, language: str = "en") -> Any:
        """Probabilities over time, with two Monte-Carlo errors each way."""
        labels = self.labels(language)
        return charts.probability_over_time(self.to_frame(), labels, language=language)

    def scores(self) -> "ScoreResults":
        """Scores of what was computed for targets that the last date resolves."""
        return ScoreResults(self)


def history_of(results: Iterable[AttainmentResults]) -> HistoryResults:
    """Attainment at several as-of dates, oldest first.

    Only the last has its paths at hand; those of the others are projected again when
    they are asked for, so that dates do not fill the memory.
    """
    dated: list[AttainmentResults] = []
    for result in results:
        dated[-1:] = [last.without_paths() for last in dated[-1:]]
        dated.append(result)
    return HistoryResults(tuple(dated))


@dataclass(frozen=True)
class ScoreResults(Results):
    """Brier and log scores of the probabilities of targets that are now resolved."""

    history: HistoryResults

    def __repr__(self) -> str:
        """How much was scored."""
        frame = self.to_frame()
        targets = frame["target"].nunique()
        return f"<ScoreResults: {len(frame)} probabilities of {targets} targets>"

    def to_frame(self) -> pd.DataFrame:
        """target, as_of, probability, met, brier, log; lower scores are better."""
        return scoring.scores(self.history.assessments)

    def means(self) -> pd.DataFrame:
        """Mean scores of each target over its as-of dates, and those of a coin."""
        return scoring.mean_scores(self.to_frame())

    def _names(self, language: str) -> Mapping[str, str]:
        plan = self.history.now.plan.values()
        return {t.id: t.label.in_language(language) for t in plan} | {
            scoring.JOINT: title("all headline", language)
        }

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each probability that can be scored."""
        scored = self.to_frame()
        if scored.empty:
            return []
        verdicts = [title(key, language) for key in ("missed", "met")]
        columns: dict[str, Sequence[Any]] = {
            "target": list(scored["target"].map(self._names(language))),
            "as_of": [str(day.date()) for day in scored["as_of"]],
            "probability": [
                numbers.percent(p, language) for p in scored["probability"]
            ],
            "met": [verdicts[bool(met)] for met in scored["met"]],
            "brier": list(scored["brier"].map("{:.3f}".format)),
            "log": list(scored["log"].map("{:.3f}".format)),
        }
        frame = pd.DataFrame({text(k, language): v for k, v in columns.items()})
        right = [text(key, language) for key in ("probability", "brier", "log")]
        return [Table(title("scores", language), frame, right)]

    def sentences(self, language: str = "en") -> list[str]:
        """Mean scores of each target, beside a coin's."""
        means = self.means()
        if means.empty:
            day = self.history.now.assessment.as_of
            return [title("nothing resolved", language, day=day)]
        names = dict(self._names(language))
        return [
            target_sentences.mean_score(row, names, language)
            for _, row in means.iterrows()
        ]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt scores --json``."""
        scored = self.to_frame()
        dated = scored.assign(as_of=[str(day.date()) for day in scored["as_of"]])
        now = self.history.now
        return (
            target_tables.head(now.assessment, now.project)
            | {"coin": scoring.COIN, "scores": target_tables.rows(dated)}
            | {"means": target_tables.rows(self.means())}
        )

    def plot(self, language: str = "en") -> Any:
        """Probabilities over time of the targets that are resolved."""
        names = self._names(language)
        labels = {name: names[name] for name in self.to_frame()["target"].unique()}
        return charts.probability_over_time(
            self.history.to_frame(), labels, language=language
        )
