"""Results on the plan itself: what pairs of its targets imply."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from cszt_models.present.charts.base import finish
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import targets as target_sentences
from cszt_models.present.tables import targets as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.results import title
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.results.base import Results
from cszt_models.targets.consistency import Implication


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

    def _cells(self, pair: Implication, language: str) -> list[str]:
        stated: Target | None = pair.stated
        value = sentences.amount(pair.implied, pair.unit, language)
        of_plan = sentences.amount(stated.value, pair.unit, language) if stated else "–"
        return [
            f"{pair.first.id} + {pair.second.id}",
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
            f"{pair.first.id} + {pair.second.id}"
            for pair in self.implications
            if pair.stated
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
