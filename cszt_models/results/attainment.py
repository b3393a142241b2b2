"""Results on attainment: probabilities on one date, at every date, and their scores."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd
import xarray as xr

from cszt_models.conditional.scenario_setup import scene
from cszt_models.errors import DataError
from cszt_models.models.fits import Fits
from cszt_models.present.charts import attainment as attainment_charts
from cszt_models.present.charts import base as charts
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import evidence, goals
from cszt_models.present.sentences import targets as target_sentences
from cszt_models.present.tables import attainment as tables
from cszt_models.present.tables import targets as target_tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.errors import translated
from cszt_models.present.texts.results import title
from cszt_models.present.texts.sentences import STATUS
from cszt_models.project.plan import Target, target_named
from cszt_models.project.project import Project, data_hash
from cszt_models.projection.paths import project_paths
from cszt_models.results.base import Results, heading
from cszt_models.scenarios.scenario import Scenario
from cszt_models.targets import scoring
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.targets.coverage import NOTHING
from cszt_models.targets.joint import JointAttainment

QUESTION = ("indicator", "region", "year", "sense", "value", "unit")


@dataclass(frozen=True)
class AttainmentResults(Results):
    """Probability that each target is met, and that those asked are met together.

    Parameters
    ----------
    fits
        Fits that meet the scenario's conditions.
    assessment
        All targets of the plan.
    selection
        Ids of the targets that tables and sentences are about, in order.
    regions
        To be projected besides the core ones, where data allow.
    projection
        Projection of the fits under the scenario (draw, region, year), if at hand.

    Examples
    --------
    >>> import cszt_models as cm
    >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
    >>> results = analysis.attain()
    >>> 0 < results["gdp_2025"].probability < 1
    True
    >>> results.to_frame().loc["gdp_2025", "unit"]
    '1e8 yuan'
    """

    project: Project
    fits: Fits
    assessment: Assessment
    selection: tuple[str, ...]
    regions: tuple[str, ...]
    projection: xr.Dataset | None = None

    @cached_property
    def paths(self) -> xr.Dataset:
        """Paths of every indicator under the scenario (draw, region, year)."""
        if self.projection is not None:
            return self.projection
        scenario = self.assessment.scenario
        set_up = scene(self.fits, scenario, regions=self.regions)
        return project_paths(set_up.outlook, scenario)

    def without_paths(self) -> "AttainmentResults":
        """The same, whose paths take no memory until they are asked for."""
        return replace(self, projection=None)

    def __getitem__(self, target: str) -> Attainment:
        """What is known of the target with an id."""
        target_named({a.target.id: a.target for a in self.assessment.targets}, target)
        return self.assessment.of(target)

    def __iter__(self) -> Iterator[Attainment]:
        """The targets asked about, in order."""
        return (self.assessment.of(name) for name in self.selection)

    def __len__(self) -> int:
        """Number of targets asked about."""
        return len(self.selection)

    def __repr__(self) -> str:
        """Date, scenario and the joint probability."""
        a = self.assessment
        joint = "none" if a.joint is None else f"{a.joint.probability:.3f}"
        return (
            f"<AttainmentResults of {self.project.id} as of {a.as_of}, scenario "
            f"{a.scenario.name}: {len(self)} targets, joint probability {joint}>"
        )

    @property
    def joint(self) -> JointAttainment | None:
        """Joint probability of the targets asked about; None where none has data."""
        return self.assessment.joint

    @property
    def plan(self) -> dict[str, Target]:
        """Every target of the plan by id."""
        return {result.target.id: result.target for result in self.assessment.targets}

    @property
    def answered(self) -> dict[str, Target]:
        """Targets of which something is known, by id."""
        known = [r.target for r in self.assessment.targets if r.status != "no_data"]
        return {target.id: target for target in known}

    def to_frame(self) -> pd.DataFrame:
        """A row for each target, by id; probabilities are shares of 1.

        Returns
        -------
        DataFrame
            indicator, region, year, sense, value, unit (of value, median, low, high,
            shortfall and published), status, probability, mcse, median, low and high
            (80 % interval), shortfall, published, met.
        """
        rows = []
        for result in self.assessment.targets:
            target, interval = result.target, result.interval
            rows.append(
                {
                    "target": target.id,
                    **{name: getattr(target, name) for name in QUESTION},
                    "status": result.status,
                    "probability": result.probability,
                    "mcse": result.mcse,
                    "median": result.median,
                    "low": interval.low if interval else None,
                    "high": interval.high if interval else None,
                    "shortfall": result.shortfall,
                    "published": result.published,
                    "met": result.met,
                }
            )
        frame = pd.DataFrame(rows).set_index("target")
        frame.attrs |= target_tables.head(self.assessment, self.project)
        return frame

    def tables(self, language: str = "en") -> list[Table]:
        """Targets with what they ask, their status, probability and outlook."""
        rows = [
            {
                text("target", language): result.target.id,
                text("asks", language): goals.with_force(result.target, language),
                text("status", language): STATUS[language][result.status],
                text("probability", language): sentences.chance(result, language),
                text("mcse", language): (
                    f"{100 * result.mcse:.1f}" if result.mcse else ""
                ),
                text("outlook", language): sentences.expected(result, language),
            }
            for result in self
        ]
        numbers = text("probability", language), text("mcse", language)
        title = heading(self.assessment, language)
        return [Table(title, pd.DataFrame(rows), numbers, (text("target", language),))]

    def sentences(self, language: str = "en") -> list[str]:
        """What each probability rests on, then all of them together."""
        mark, stop = ("; ", ".") if language == "en" else ("；", "。")
        colon = ": " if language == "en" else "："
        lines = []
        for result in self:
            reason = "" if result.reason == NOTHING else result.reason
            notes = [
                evidence.rests_on(result, language),
                evidence.driven(result, language),
                evidence.over_forms(result, language),
                goals.bands(result, language),
                reason if language == "en" else translated(reason),
            ]
            notes = [note for note in notes if note]
            if notes:
                lines.append(f"{result.target.id}{colon}{mark.join(notes)}{stop}")
        lines.append(sentences.together(self.assessment, language))
        for effect in self.assessment.scenario.effects:
            acts = "A cross-effect acts: " if language == "en" else "交叉效应生效："
            lines.append(f"{acts}{effect}{stop}")
        return [line for line in lines if line]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt attain --json``."""
        return tables.attain_record(self.assessment, self.project)

    def fan(self, target: str, language: str = "en") -> Any:
        """Published figures, fan of the paths and the target, to the target's year.

        Raises
        ------
        DataError
            If the target is unknown, or is of an average over years.
        """
        goal = self[target].target
        if goal.indicator not in self.paths:
            raise DataError(f"{target} is no value of one year. Choose another target.")
        where = goal.indicator, goal.region
        fan = tables.fan(self.paths, *where)
        return charts.fan_chart(
            fan[fan["year"] <= goal.year],
            self.fits.series.of(*where),
            title=sentences.name(goal, language),
            unit=sentences.unit(goal.unit, language),
            target=(goal.year, goal.value),
            language=language,
            width=560,
        )

    def plot(self, language: str = "en") -> Any:
        """Probability of each target, with two Monte-Carlo errors each way."""
        names = {r.target.id: sentences.name(r.target, language) for r in self}
        return attainment_charts.probabilities(self.assessment, names, language)


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
            lines.append(sentences.looking_back(self.assessments[0], language))
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
                sentences.in_language(sentences.percent(p), language)
                for p in scored["probability"]
            ],
            "met": [verdicts[bool(met)] for met in scored["met"]],
            "brier": list(scored["brier"].map("{:.3f}".format)),
            "log": list(scored["log"].map("{:.3f}".format)),
        }
        frame = pd.DataFrame({text(k, language): v for k, v in columns.items()})
        numbers = [text(key, language) for key in ("probability", "brier", "log")]
        return [Table(title("scores", language), frame, numbers)]

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
