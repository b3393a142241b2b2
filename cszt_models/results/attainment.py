"""Results on attainment: probabilities on one date."""

from collections.abc import Iterator
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
from cszt_models.present.sentences import evidence, goals, numbers
from cszt_models.present.tables import attainment as tables
from cszt_models.present.tables import targets as target_tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.errors import translated
from cszt_models.present.texts.sentences import STATUS
from cszt_models.project.plan import Target, target_named
from cszt_models.project.project import Project
from cszt_models.projection.paths import project_paths
from cszt_models.results.base import Results, heading
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
                text("name", language): sentences.name(result.target, language),
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
        right = text("probability", language), text("mcse", language)
        title = heading(self.assessment, language)
        return [Table(title, pd.DataFrame(rows), right, (text("target", language),))]

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
                label = sentences.name(result.target, language)
                lines.append(f"{label}{colon}{mark.join(notes)}{stop}")
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
            unit=numbers.unit(goal.unit, language),
            target=(goal.year, goal.value),
            language=language,
            width=560,
        )

    def plot(self, language: str = "en") -> Any:
        """Probability of each target, with two Monte-Carlo errors each way."""
        names = {r.target.id: sentences.name(r.target, language) for r in self}
        return attainment_charts.probabilities(self.assessment, names, language)
