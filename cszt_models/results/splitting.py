"""Results on targets that are split over members or years."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import one_named
from cszt_models.present.charts.base import INK, PALETTE, SHAPES, finish
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import goals, numbers
from cszt_models.present.tables import targets as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts.splitting import SPLITTING
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.base import Results, formatted, heading
from cszt_models.targets.division import Division
from cszt_models.targets.splitting import RULES, Rule


@dataclass(frozen=True)
class SplitTargetResults(Results):
    """Targets split by rules into parts that add up.

    Parameters
    ----------
    attained
        Of the targets, under the scenario.
    divisions
        A target after the other, and of each the rules asked for.
    """

    attained: AttainmentResults
    divisions: tuple[Division, ...]

    def __iter__(self) -> Iterator[Division]:
        """Divisions, a target after the other."""
        return iter(self.divisions)

    def __getitem__(self, rule: Rule) -> Division:
        """The first target's division by a rule."""
        return one_named("rule", {d.rule: d for d in reversed(self.divisions)}, rule)

    def __repr__(self) -> str:
        """Targets, and over what they are split."""
        names = dict.fromkeys(f"{d.target.id} over {d.over}" for d in self.divisions)
        return f"<SplitTargetResults: {', '.join(names)}>"

    def by(self, rule: str) -> "SplitTargetResults":
        """The divisions by one rule alone."""
        chosen = tuple(d for d in self.divisions if d.rule == rule)
        return replace(self, divisions=chosen)

    def to_frame(self) -> pd.DataFrame:
        """target, over, rule, part, start, expected, value, rounded, and so on.

        Returns
        -------
        DataFrame
            Values in ``unit``; chance and together (of all parts) are shares of 1,
            burden is in standard deviations, share that of the burden of all.
        """
        frames = [
            pd.DataFrame(
                {
                    "target": d.target.id,
                    "over": d.over,
                    "rule": d.rule,
                    "part": d.names,
                    "start": d.start,
                    "expected": d.expected,
                    "value": d.values,
                    "rounded": d.rounded,
                    "chance": d.chances,
                    "burden": d.burdens,
                    "share": d.shares,
                    "together": d.together,
                    "unit": d.target.unit,
                }
            )
            for d in self.divisions
        ]
        return pd.concat(frames, ignore_index=True)

    def tables(self, language: str = "en") -> list[Table]:
        """Parts with value, rounded value, chance and burden; a table for each rule."""
        return [self._table(division, language) for division in self.divisions]

    def _table(self, division: Division, language: str) -> Table:
        words, target = SPLITTING[language], division.target
        before = words["before" if division.over == "years" else "start"]
        chances = [numbers.percent(float(p), language) for p in division.chances]
        columns = {words[division.over]: self._labels(division, language)}
        if not np.isnan(division.start).any():
            columns[before] = self._amounts(division, division.start, language)
        columns |= {
            words["expected"]: self._amounts(division, division.expected, language),
            words["value"]: self._amounts(division, division.values, language),
            words["rounded"]: self._rounded(division, language),
            words["chance"]: chances,
            words["burden"]: formatted(division.burdens, "{:+.2f}"),
        }
        if not np.isnan(division.shares).any() and division.over == "members":
            columns[words["share"]] = [
                f"{100 * share:.0f}{_mark(language)}" for share in division.shares
            ]
        label, goal = sentences.name(target, language), goals.goal(target, language)
        name = words["title"].format(
            name=label,
            goal=numbers.after(label, goal),
            rule=words[division.rule],
        )
        title = heading(self.attained.assessment, language, name)
        frame = pd.DataFrame(columns)
        return Table(title, frame, list(frame.columns[1:]))

    def _labels(self, division: Division, language: str) -> list[str]:
        places = self.attained.project.places
        return [
            places[name].in_language(language) if name in places else name
            for name in division.names
        ]

    def _amounts(self, division: Division, values: Any, language: str) -> list[str]:
        unit = division.target.unit
        unit = "percent" if unit.startswith("percent") else unit
        return [numbers.amount(float(value), unit, language) for value in values]

    def _rounded(self, division: Division, language: str) -> list[str]:
        """Rounded values; those of shares and rates with their one decimal."""
        if division.target.unit.startswith("percent"):
            return [f"{value:.1f}{_mark(language)}" for value in division.rounded]
        return self._amounts(division, division.rounded, language)

    def sentences(self, language: str = "en") -> list[str]:
        """Chance of all parts together beside that of the whole, and how to read."""
        words, lines = SPLITTING[language], []
        for division in self.divisions:
            together, whole = (
                numbers.percent(p, language)
                for p in (division.together, division.whole)
            )
            lines.append(
                words["together"].format(
                    name=sentences.name(division.target, language),
                    rule=words[division.rule],
                    together=together,
                    whole=whole,
                )
            )
        notes = dict.fromkeys(
            "path" if d.over == "years" and not d.added else "sum"
            for d in self.divisions
        )
        return [*lines, *(words[note] for note in notes), words["burden_note"]]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt split-target --json``."""
        head = tables.head(self.attained.assessment, self.attained.project)
        return head | {"parts": tables.rows(self.to_frame())}

    def plot(self, language: str = "en") -> Any:
        """Burden of each part by rule, a panel for each target."""
        import altair as alt

        words, charts = SPLITTING[language], []
        names = [words[rule] for rule in RULES]
        for target in dict.fromkeys(d.target.id for d in self.divisions):
            chosen = [d for d in self.divisions if d.target.id == target]
            rows = pd.concat(
                pd.DataFrame(
                    {
                        "part": self._labels(d, language),
                        "burden": d.burdens,
                        "rule": words[d.rule],
                    }
                )
                for d in chosen
            )
            parts = self._labels(chosen[0], language)
            base = alt.Chart(rows).encode(
                y=alt.Y("part:N", sort=parts, title=None),
                x=alt.X("burden:Q", title=words["chart"]),
                color=alt.Color(
                    "rule:N", scale=alt.Scale(domain=names, range=list(PALETTE[:3]))
                ),
                shape=alt.Shape(
                    "rule:N", scale=alt.Scale(domain=names, range=list(SHAPES[:3]))
                ),
            )
            zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=INK)
            points = base.mark_point(filled=True, size=90, opacity=1)
            title = sentences.name(chosen[0].target, language)
            height = alt.Step(34)
            layered = (zero.encode(x="x:Q") + points).properties(
                width=420, height=height, title=title
            )
            charts.append(layered)
        return finish(alt.vconcat(*charts, spacing=24), 13)


def _mark(language: str) -> str:
    """The percent sign as it stands after a number."""
    return "%" if language == "zh" else " %"
