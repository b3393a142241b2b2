"""Results on setting targets: values at a stated probability, and their annex."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import one_named
from cszt_models.present.charts.base import BAND, INK, TARGET, finish
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import numbers
from cszt_models.present.tables import targets as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.setting import SETTING
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.base import Results, heading
from cszt_models.targets.printed import PrintedForm
from cszt_models.targets.setting import (
    EXPECTED,
    FLOOR,
    STRETCH,
    Draws,
    SetValue,
    quantile_for,
    step_of,
)

GRID = np.linspace(0.02, 0.98, 49)  # probabilities of a chart


@dataclass(frozen=True)
class SettingResults(Results):
    """Values that targets meet with a probability, and their rounded forms.

    ``values`` holds for each target that of the probability asked and those of the
    floor, the expectation and the stretch; ``rounded`` the next rounded values, and
    ``forms`` what an office would print.
    """

    attained: AttainmentResults
    probability: float
    outcomes: dict[str, Draws]
    values: dict[str, dict[float, SetValue]]
    rounded: dict[str, list[SetValue]]
    forms: dict[str, list[PrintedForm]]

    def __getitem__(self, target: str) -> SetValue:
        """The value of the target with an id at the probability asked."""
        return one_named("target", self.values, target)[self.probability]

    def __repr__(self) -> str:
        """Targets and values."""
        values = [f"{name} {self[name].value:.5g}" for name in self.values]
        return f"<SettingResults at {self.probability:g}: {', '.join(values)}>"

    def to_frame(self) -> pd.DataFrame:
        """target, asked, value, mcse, probability, unit and whether it is rounded."""
        rows = []
        for name, by_chance in self.values.items():
            unit = self.attained.plan[name].unit
            entries = [(p, v, False) for p, v in by_chance.items()]
            entries += [(self.probability, v, True) for v in self.rounded[name]]
            for chance, value, is_rounded in entries:
                cells = (name, chance, value.value, value.mcse, value.probability, unit)
                rows.append((*cells, is_rounded))
        columns = ["target", "at", "value", "mcse", "probability", "unit", "rounded"]
        return pd.DataFrame(rows, columns=columns)

    def tables(self, language: str = "en") -> list[Table]:
        """Floor, expectation, stretch and the value asked, with rounded forms."""
        words = SETTING[language]
        rows = []
        for name, by_chance in self.values.items():
            target = self.attained.plan[name]
            label = sentences.name(target, language)
            for chance in (self.probability, FLOOR, EXPECTED, STRETCH):
                value = by_chance[chance]
                kind = words["asked"] if chance == self.probability else words[chance]
                rows.append(self._row(label, kind, value, language))
            for value in self.rounded[name]:
                rows.append(self._row(label, words["rounded"], value, language))
        keys = ("target", "value", "mcse_value", "probability")
        heads = [text(keys[0], language), words["kind"]]
        heads += [text(key, language) for key in keys[1:]]
        title = heading(self.attained.assessment, language, words["title"])
        frame = pd.DataFrame(rows, columns=heads).drop_duplicates()
        return [Table(title, frame, heads[2:]), self._printed(language)]

    def _printed(self, language: str) -> Table:
        """Forms in which an office would print the value asked, with their chances."""
        words, rows = SETTING[language], []
        for name, forms in self.forms.items():
            target = self.attained.plan[name]
            for form in forms:
                inside = form.inside
                share = "" if inside is None else numbers.percent(inside, language)
                cells = (
                    sentences.name(target, language),
                    words[form.wording].format(*_ends(form, target.unit, language)),
                    numbers.percent(form.probability, language),
                    share,
                )
                rows.append(cells)
        keys = ("form", "met", "inside")
        heads = [text("target", language), *(words[key] for key in keys)]
        return Table(words["printed"], pd.DataFrame(rows, columns=heads), heads[2:])

    def annex(self, language: str = "en") -> Table:
        """Floor, expected value and stretch of each target, as an annex prints them.

        The region stands in the title if it is the same for all.
        """
        words, rows = SETTING[language], []
        project = self.attained.project
        for name, by_chance in self.values.items():
            target = self.attained.plan[name]
            label = target.label.in_language(language)
            since = f"{target.since}–" if target.since else ""
            values = [
                _easier(by_chance[chance]) for chance in (FLOOR, EXPECTED, STRETCH)
            ]
            size, unit = numbers.scale(max(values), target.unit, language)
            rows.append(
                (
                    label[0].upper() + label[1:],
                    project.places[target.region].in_language(language),
                    f"{since}{target.year}",
                    unit,
                    *(_number(value / size) for value in [*values, target.value]),
                )
            )
        keys: list[Any] = ["region", "year", "unit", FLOOR, EXPECTED, STRETCH, "plan"]
        heads = [text("target", language), *(words[key] for key in keys)]
        frame, title = pd.DataFrame(rows, columns=heads), words["annex"]
        places = frame[words["region"]].unique()
        if len(places) == 1:
            frame = frame.drop(columns=words["region"])
            title = words["annex_of"].format(places[0])
        return Table(title, frame, heads[4:])

    def annex_note(self, language: str = "en") -> str:
        """What stands below the annex."""
        day = self.attained.assessment.as_of.isoformat()
        return SETTING[language]["note"].format(day=day)

    def save_annex(self, path: Path, language: str = "en") -> None:
        """Write the annex as a Word document or an Excel sheet, by the path's ending.

        Raises
        ------
        DataError
            If the ending is neither ``.docx`` nor ``.xlsx``, or it cannot be written.
        """
        from cszt_models.documents.annex import write_annex

        write_annex(
            path, self.annex(language), self.annex_note(language), language=language
        )

    def _row(
        self, label: str, kind: str, value: SetValue, language: str
    ) -> tuple[str, ...]:
        unit = value.target.unit
        error = numbers.amount(value.mcse, unit, language) if value.mcse else ""
        chance = numbers.percent(value.probability, language)
        return label, kind, numbers.amount(value.value, unit, language), error, chance

    def sentences(self, language: str = "en") -> list[str]:
        """Each value in words."""
        lines = []
        for name in self.values:
            target, value = self.attained.plan[name], self[name]
            amount = numbers.amount(value.value, target.unit, language)
            chance = numbers.percent(self.probability, language)
            label = sentences.name(target, language)
            lines.append(SETTING[language]["line"].format(label, amount, chance))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt set --json``."""
        head = tables.head(self.attained.assessment, self.attained.project)
        frame = self.to_frame()
        return head | {"probability": self.probability, "values": tables.rows(frame)}

    def plot(self, language: str = "en") -> Any:
        """Value against the chance that it is met, a panel for each target."""
        import altair as alt

        words, charts = SETTING[language], []
        share = alt.Y(
            "probability:Q",
            title=text("probability", language),
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%"),
        )
        for name, outcome in self.outcomes.items():
            target = self.attained.plan[name]
            values = [quantile_for(target, outcome, float(p)) for p in GRID]
            curve = pd.DataFrame({"value": values, "probability": GRID})
            point = pd.DataFrame(
                {"value": [self[name].value], "probability": [self.probability]}
            )
            size, unit = numbers.scale(self[name].value, target.unit, language)
            curve["value"] /= size
            point["value"] /= size
            axis = alt.X("value:Q", title=unit, scale=alt.Scale(zero=False, nice=False))
            line = alt.Chart(curve).mark_line(color=BAND, strokeWidth=2.4)
            dot = alt.Chart(point).mark_point(color=INK, filled=True, size=90)
            plan = alt.Chart(pd.DataFrame({"value": [target.value / size]}))
            rule = plan.mark_rule(color=TARGET, strokeDash=[4, 3])
            layered = (
                line.encode(x=axis, y=share)
                + rule.encode(x="value:Q")
                + dot.encode(x="value:Q", y="probability:Q")
            )
            title = alt.TitleParams(
                sentences.name(target, language), subtitle=words["chart"]
            )
            charts.append(layered.properties(width=300, height=220, title=title))
        return finish(alt.hconcat(*charts, spacing=28), 13)


def _easier(value: SetValue) -> float:
    """The value rounded to the side that is easier to meet."""
    step = step_of(value)
    side = math.ceil if value.target.sense == "at_most" else math.floor
    return round(side(round(value.value / step, 9)) * step, 10)


def _number(value: float) -> str:
    """A rounded number: no zeros after the point."""
    return numbers.minus(f"{value:,.10g}")


def _ends(form: PrintedForm, unit: str, language: str) -> tuple[str, str]:
    """Lower and upper end of a form; the lower one of a range without its unit."""
    if unit.startswith("percent"):
        mark = {"en": " %", "zh": "%"}[language]
        low, high = (numbers.minus(f"{end:g}") for end in (form.low, form.high))
        high += mark
        return (low if form.wording == "range" else f"{low}{mark}"), high
    low, high = (numbers.amount(end, unit, language) for end in (form.low, form.high))
    if form.wording == "range":
        low = numbers.without_unit(low, high)
    return low, high
