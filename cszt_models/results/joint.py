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
        names = self._names(language)

        def percent(values: pd.Series) -> list[str]:
            return [numbers.percent(p, language) for p in values]

        def head(key: str) -> str:
            return text(key, language)

        titles = [title(key, language) for key in ("order", "pairs", "count")]
        order = pd.DataFrame(
            {
                head("target"): list(self.order["target"].map(names)),
                head("alone"): percent(self.order["alone"]),
                head("with_below"): percent(self.order["joint"]),
            }
        )
        result = [
            Table(
                heading(self.attained.assessment, language, titles[0]),
                order,
                list(order.columns[1:]),
            )
        ]
        if len(self.pairs):
            correlation = formatted(self.pairs["correlation"], "{:+.2f}")
            pairs = pd.DataFrame(
                {
                    head("target"): list(self.pairs["target"].map(names)),
                    head("other"): list(self.pairs["other"].map(names)),
                    head("both"): percent(self.pairs["both"]),
                    head("if_independent"): percent(self.pairs["if_independent"]),
                    head("correlation"): [
                        "–" if "nan" in value else value for value in correlation
                    ],
                }
            )
            result.append(Table(titles[1], pairs, list(pairs.columns[2:])))
        counts = pd.DataFrame(
            {
                head("number_met"): list(self.number_met["number"].astype(str)),
                head("probability"): percent(self.number_met["probability"]),
                head("mcse"): [f"{100 * e:.1f}" for e in self.number_met["mcse"]],
            }
        )
        return [*result, Table(titles[2], counts, list(counts.columns))]

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
