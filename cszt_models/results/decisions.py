"""Results on decisions: options with costs, losses and regret, and prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cszt_models.decisions.evaluation import CHEAPEST, NOTHING, Evaluation
from cszt_models.decisions.problem import Decision
from cszt_models.present.charts.base import BAND, INK, finish
from cszt_models.present.sentences import numbers
from cszt_models.present.tables import targets as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts.decisions import DECISIONS
from cszt_models.project.project import Project
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.base import Results, formatted, heading
from cszt_models.scenarios.levers import Lever


@dataclass(frozen=True)
class DecisionResults(Results):
    """Options compared by the user's costs and losses, and the cheapest mix.

    Levers are assumptions, not policies; what is shown says so.

    Parameters
    ----------
    attained
        Probabilities in the first scenario, with nothing done.
    decision
        Costs and losses.
    evaluation
        Of the options.
    levers
        Of the project, by id.
    """

    attained: AttainmentResults
    decision: Decision
    evaluation: Evaluation
    levers: Mapping[str, Lever]

    def __repr__(self) -> str:
        """The cheapest mix and its cost."""
        mix = self.evaluation.mix
        return f"<DecisionResults: cheapest mix {mix.cost:.5g} for {mix.probability:g}>"

    @property
    def project(self) -> Project:
        """The project."""
        return self.attained.project

    def to_frame(self) -> pd.DataFrame:
        """A row for each option in each scenario; see `Evaluation.options`."""
        return self.evaluation.options

    def tables(self, language: str = "en") -> list[Table]:
        """Options in the first scenario, regret over scenarios, and prices."""
        words, unit = DECISIONS[language], self.decision.unit.in_language(language)
        comparison = self.evaluation
        first = comparison.options[comparison.options["scenario"] == self._scenarios[0]]
        worst = comparison.worst_regret()
        tail = numbers.percent(self.decision.tail, language)
        columns = {words["option"]: self._options(first["option"], language)}
        for name in self.decision.settings:
            columns[self.levers[name].label.in_language(language)] = [
                numbers.minus(f"{value:+.2f}") if value else "–"
                for value in first[name]
            ]
        columns |= {
            words["cost"]: formatted(first["cost"], "{:,.1f}"),
            words["loss"]: formatted(first["expected_loss"], "{:,.1f}"),
            words["cvar"].format(tail=tail): formatted(first["cvar"], "{:,.1f}"),
            words["total"]: formatted(first["total"], "{:,.1f}"),
            words["regret"]: formatted(worst[first["option"]], "{:,.1f}"),
            words["probability"]: self._percents(first["probability"], language),
        }
        frame = pd.DataFrame(columns)
        title = words["title"].format(unit=unit)
        title = heading(self.attained.assessment, language, title)
        result = [Table(title, frame, list(frame.columns[1:]))]
        if len(self._scenarios) > 1:
            result.append(self._regrets(language))
        prices = pd.DataFrame(
            {
                words["lever"]: [
                    self.levers[name].label.in_language(language)
                    for name in comparison.prices["lever"]
                ],
                words["price"]: [
                    words["never"] if pd.isna(price) else f"{price:,.1f}"
                    for price in comparison.prices["price"]
                ],
                words["points"]: formatted(comparison.prices["points"], "{:+.1f}"),
            }
        )
        name = words["prices"].format(unit=unit)
        return [*result, Table(name, prices, list(prices.columns[1:]))]

    @property
    def _scenarios(self) -> list[str]:
        return list(dict.fromkeys(self.evaluation.options["scenario"]))

    def _regrets(self, language: str) -> Table:
        words, unit = DECISIONS[language], self.decision.unit.in_language(language)
        wide = self.evaluation.options.pivot_table(
            index="option", columns="scenario", values="regret", sort=False
        )
        columns = {words["option"]: self._options(wide.index, language)}
        for name in self._scenarios:
            columns[name] = formatted(wide[name], "{:,.1f}")
        columns[words["worst"]] = formatted(wide.max(axis=1), "{:,.1f}")
        frame = pd.DataFrame(columns)
        title = words["regrets"].format(unit=unit)
        return Table(title, frame, list(frame.columns[1:]))

    def _options(self, names: Any, language: str) -> list[str]:
        words = DECISIONS[language]
        return [words[n] if n in (NOTHING, CHEAPEST) else str(n) for n in names]

    def _percents(self, values: Any, language: str) -> list[str]:
        return [numbers.percent(float(p), language) for p in values]

    def lead(self, language: str = "en") -> list[str]:
        """That levers are assumptions, and whose costs and losses these are."""
        words = DECISIONS[language]
        source = words["source"].format(source=self.decision.source)
        joint = " " if language == "en" else ""
        return [f"{words['levers']}{joint}{source}"]

    def sentences(self, language: str = "en") -> list[str]:
        """The cheapest mix in words."""
        words, mix = DECISIONS[language], self.evaluation.mix
        unit = self.decision.unit.in_language(language)
        aim, chance = self._percents(
            [self.evaluation.probability, mix.probability], language
        )
        if not mix.reached:
            return [words["short"].format(aim=aim, probability=chance)]
        if not mix.cost:
            return [words["idle"].format(probability=chance)]
        values = zip(self.decision.settings, mix.values, strict=True)
        marks = {"en": (", ", " "), "zh": ("、", "")}[language]
        parts = [
            f"{self.levers[name].label.in_language(language)}{marks[1]}"
            + numbers.minus(f"{value:+.2f}")
            for name, value in values
            if abs(value) >= 0.005
        ]
        cost = f"{mix.cost:,.1f}{marks[1]}{unit}"
        line = words["found"].format(
            aim=aim, cost=cost, mix=marks[0].join(parts), probability=chance
        )
        return [line]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt decide --json``."""
        mix, comparison = self.evaluation.mix, self.evaluation
        values = zip(self.decision.settings, mix.values.tolist(), strict=True)
        return tables.head(self.attained.assessment, self.project) | {
            "note": DECISIONS["en"]["levers"],
            "unit": self.decision.unit.en,
            "source": self.decision.source,
            "asked": comparison.probability,
            "cheapest": {
                "levers": dict(values),
                "cost": mix.cost,
                "probability": mix.probability,
                "reached": mix.reached,
            },
            "options": tables.rows(comparison.options),
            "prices": tables.rows(comparison.prices),
            "curve": tables.rows(comparison.curve),
        }

    def plot(self, language: str = "en") -> Any:
        """Least cost of each joint probability, with the one asked."""
        import altair as alt

        words, comparison = DECISIONS[language], self.evaluation
        axis = words["axis"].format(unit=self.decision.unit.in_language(language))
        x = alt.X(
            "probability:Q",
            title=words["chance"],
            axis=alt.Axis(format=".0%"),
            scale=alt.Scale(zero=False, nice=False),
        )
        line = alt.Chart(comparison.curve).mark_line(
            color=BAND, strokeWidth=2.4, point=True
        )
        marked = pd.DataFrame(
            {"probability": [comparison.mix.probability], "cost": [comparison.mix.cost]}
        )
        point = alt.Chart(marked).mark_point(color=INK, filled=True, size=110)
        y = alt.Y("cost:Q", title=axis)
        layered = line.encode(x=x, y=y) + point.encode(x=x, y=y)
        note = alt.TitleParams(words["chart"], subtitle=words["levers"])
        return finish(layered.properties(width=460, height=260, title=note), 13)
