"""Results of one scenario: what it sets, what it changes, and which part does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cszt_models.conditional.plausibility import shocks
from cszt_models.present.charts.scenarios import beside_baseline
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences import scenarios as scenario_sentences
from cszt_models.present.sentences.scenarios import figure
from cszt_models.present.tables import scenarios as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.results import DESCRIPTION, title
from cszt_models.project.project import Project
from cszt_models.results.base import Results, formatted
from cszt_models.results.scenarios import (
    JOINT,
    AttributionResults,
    ComparisonResults,
    compared_record,
)
from cszt_models.scenarios.levers import Lever
from cszt_models.targets.comparison import Compared


def description(
    scenario: Any, levers: Mapping[str, Lever], project: Project, language: str
) -> str:
    """What a scenario sets, why, and the sources of its sizes, as lines of text.

    Parameters
    ----------
    scenario
        A `Scenario`.
    levers, project
        Those that name what it sets.
    language
        ``"en"`` or ``"zh"``.
    """
    words = DESCRIPTION[language]
    name = scenario_sentences.title(scenario, language)
    lines = [f"{name} ({scenario.name}, {words[0]} {scenario.hash})"]
    if scenario.why:
        lines += ["", scenario.why.in_language(language)]
    for part in scenario.parts:
        label = part.label.in_language(language) if part.label else part.name
        lines += ["", f"{label}{words[2]}"]
        lines += [
            f"  {line}"
            for line in scenario_sentences.part_words(part, levers, project, language)
        ]
        source = part.source_in(language)
        lines += [f"  {words[1]}{source}"] if source else []
    if not scenario.parts:
        lines.append(words[3])
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class ScenarioResults(Results):
    """One scenario beside the baseline, in all and by each of its parts."""

    comparison: ComparisonResults
    attribution: AttributionResults | None
    levers: Mapping[str, Lever]

    def __repr__(self) -> str:
        """The scenario and the joint probability with and without it."""
        rows = self.to_frame().set_index("target")
        joint = rows.loc[JOINT] if JOINT in rows.index else rows.iloc[-1]
        name = self.result.scenario.name
        return (
            f"<ScenarioResults of {name}: {joint['baseline']:.3f} to "
            f"{joint['scenario']:.3f}>"
        )

    @property
    def baseline(self) -> Compared:
        """The baseline."""
        return self.comparison.compared[0]

    @property
    def result(self) -> Compared:
        """The scenario."""
        return self.comparison.compared[-1]

    def to_frame(self) -> pd.DataFrame:
        """target, status, baseline, scenario, change (shares of 1), mcse."""
        return tables.changes(self.baseline, self.result)

    def figures(self) -> pd.DataFrame:
        """Medians with and without the scenario where it moves them, with units."""
        keys = ["region", "indicator"]
        both = self.result.figures.merge(
            self.baseline.figures, "left", keys, suffixes=("", "_before")
        )
        apart = (both["median"] - both["median_before"]).abs() > 1e-9
        groups = self.comparison.project.aggregates.values()
        members = {member for group in groups for member in group.members}
        chosen = (apart | both["median_before"].isna()) & ~both["region"].isin(members)
        return both[chosen]

    def shocks(self, count: int = 8) -> pd.DataFrame:
        """Innovations that the conditions ask for, in prior standard deviations."""
        scene = self.result.scene
        if scene is None:
            return pd.DataFrame()
        return shocks(scene.conditional, most=count)

    def tables(self, language: str = "en") -> list[Table]:
        """Probabilities, contributions of parts, and medians that move."""
        labels = self.comparison.labels(language)
        moved = self.to_frame()
        moved = moved[moved["target"].isin(list(labels))]
        cells = {text("target", language): [labels[name] for name in moved["target"]]}
        for key in ("baseline", "scenario", "change", "mcse"):
            form = "{:+.1f}" if key == "change" else "{:.1f}"
            shares = 100 * moved[key].astype(float)
            cells[text(key, language)] = [
                cell.replace("nan", "–") for cell in formatted(shares, form)
            ]
        data = pd.DataFrame(cells)
        day, seed = self.comparison.as_of, self.comparison.seed
        name = title("run", language, day=day, seed=seed)
        result = [Table(name, data, list(data.columns[1:]))]
        if self.attribution is not None:
            result += self.attribution.tables(language)
        return result + self._medians(language)

    def _medians(self, language: str) -> list[Table]:
        rows, project = self.figures(), self.comparison.project
        if rows.empty:
            return []
        to = title("to", language)
        cells = {
            text("place", language): [
                project.places[name].in_language(language) for name in rows["region"]
            ],
            text("indicator", language): [
                project.indicators[name].label.in_language(language)
                for name in rows["indicator"]
            ],
            text("unit", language): [
                numbers.unit(name, language) for name in rows["unit"]
            ],
            text("baseline", language): [figure(v) for v in rows["median_before"]],
            text("scenario", language): [figure(v) for v in rows["median"]],
            text("interval", language): [
                f"{figure(low)}{to}{figure(high)}"
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
        }
        year = self.result.figures["year"].iloc[0]
        data = pd.DataFrame(cells)
        return [
            Table(title("medians", language, year=year), data, list(data.columns[3:]))
        ]

    def lead(self, language: str = "en") -> list[str]:
        """What the scenario sets, why, and the sources of its sizes."""
        project = self.comparison.project
        return [description(self.result.scenario, self.levers, project, language)]

    def sentences(self, language: str = "en") -> list[str]:
        """How plausible the scenario's conditions are, and targets that are settled."""
        project, lines = self.comparison.project, []
        assessment = self.result.assessment
        likely = assessment.plausibility if assessment else None
        if likely is not None:
            lines += scenario_sentences.plausibility_words(
                likely, project, self.comparison.draws, language
            )
        return lines + self.comparison.sentences(language)

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt scenario run --json``."""
        comparison, scenario = self.comparison, self.result.scenario
        assessment = self.result.assessment
        likely = assessment.plausibility if assessment else None
        shares = self.attribution
        return {
            "project": comparison.project.id,
            "as_of": comparison.as_of,
            "seed": comparison.seed,
            "draws": comparison.draws,
            "scenario": scenario_sentences.scenario_record(
                scenario, self.levers, comparison.project
            ),
            "baseline": compared_record(self.baseline, comparison.project),
            "result": compared_record(self.result, comparison.project),
            "changes": self.to_frame().to_dict("records"),
            "plausibility": None if likely is None else likely.probability,
            "attribution": None if shares is None else shares.to_dict(),
        }

    def plot(self, language: str = "en") -> Any:
        """The scenario as a point beside the baseline, a panel for each target."""
        names = {
            compared.scenario.name: scenario_sentences.title(
                compared.scenario, language
            )
            for compared in self.comparison
        }
        labels = self.comparison.labels(language)
        frame = self.comparison.to_frame()
        return beside_baseline(frame, names, labels, language=language)
