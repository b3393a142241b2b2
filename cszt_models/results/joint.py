"""Results on targets together: pairs, the order of loss, and how many are met."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from cszt_models.present.charts import targets as charts
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences import targets as target_sentences
from cszt_models.present.tables import targets as tables
from cszt_models.present.tables.attainment import attain_record
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.results import title
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.base import Results, formatted, heading
from cszt_models.targets import joint
from cszt_models.targets.attainment import groups_of


@dataclass(frozen=True)
class JointResults(Results):
    """How targets hang together: pairs, the order of loss, and how many are met."""

    attained: AttainmentResults

    def __repr__(self) -> str:
        """The targets and their joint probability."""
        return f"<JointResults of {', '.join(self.attained.selection)}>"

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Dependence of each pair of targets; see `joint.pairs`."""
        return joint.pairs(self._met)

    @cached_property
    def order(self) -> pd.DataFrame:
        """Order in which targets are lost; see `joint.order_of_loss`."""
        return joint.order_of_loss(self._met)

    @cached_property
    def number_met(self) -> pd.DataFrame:
        """Probability of each number of targets met; see `joint.number_met`."""
        plan = self.attained.plan
        groups = groups_of(self.attained.fits, [plan[name] for name in self._met])
        return joint.number_met(self._met, groups)

    @property
    def _met(self) -> dict[str, Any]:
        met = self.attained.assessment.met
        return {name: met[name] for name in self.attained.selection if name in met}

    def _names(self, language: str) -> dict[str, str]:
        plan = self.attained.plan
        return {name: plan[name].label.in_language(language) for name in self._met}

    def to_frame(self) -> pd.DataFrame:
        """The order of loss: target, alone, joint (shares of 1)."""
        return self.order

    def tables(self, language: str = "en") -> list[Table]:
        """The order of loss, pairs, and the number of targets met."""
        counts = pd.DataFrame(
            {
                text("number_met", language): self.number_met["number"].astype(str),
                **self._percents(self.number_met, ["probability"], language),
                text("mcse", language): [
                    f"{100 * error:.1f}" for error in self.number_met["mcse"]
                ],
            }
        )
        of_counts = Table(title("count", language), counts, list(counts.columns))
        pairs = [self._pairs_table(language)] if len(self.pairs) else []
        return [self._order_table(language), *pairs, of_counts]

    def _order_table(self, language: str) -> Table:
        frame = self.order.rename(columns={"joint": "with_below"})
        order = pd.DataFrame(
            {
                text("target", language): frame["target"].map(self._names(language)),
                **self._percents(frame, ["alone", "with_below"], language),
            }
        )
        name = heading(self.attained.assessment, language, title("order", language))
        return Table(name, order, list(order.columns[1:]))

    def _pairs_table(self, language: str) -> Table:
        names = self._names(language)
        correlation = formatted(self.pairs["correlation"], "{:+.2f}")
        pairs = pd.DataFrame(
            {
                text("target", language): self.pairs["target"].map(names),
                text("other", language): self.pairs["other"].map(names),
                **self._percents(self.pairs, ["both", "if_independent"], language),
                text("correlation", language): [
                    "–" if "nan" in value else value for value in correlation
                ],
            }
        )
        return Table(title("pairs", language), pairs, list(pairs.columns[2:]))

    def _percents(
        self, frame: pd.DataFrame, columns: list[str], language: str
    ) -> dict[str, list[str]]:
        """Columns of probabilities, under the names that readers see."""
        return {
            text(name, language): [numbers.percent(p, language) for p in frame[name]]
            for name in columns
        }

    def sentences(self, language: str = "en") -> list[str]:
        """The order of loss in words."""
        words = target_sentences.order(self.order, self._names(language), language)
        return [words] if words else []

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt joint --json``."""
        attained = self.attained
        record = attain_record(attained.assessment, attained.project)
        frames = {
            "pairs": self.pairs,
            "order": self.order,
            "number_met": self.number_met,
        }
        return (
            tables.head(attained.assessment, attained.project)
            | {"joint": record["joint"]}
            | {name: tables.rows(frame) for name, frame in frames.items()}
        )

    def plot(self, language: str = "en") -> Any:
        """Targets from the one lost first, with what is left."""
        return charts.order_of_loss(
            self.order, self._names(language), language=language
        )
