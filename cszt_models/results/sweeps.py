"""Results of sweeps: probabilities in every case of a design."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.present.charts import sweeps as charts
from cszt_models.present.charts.base import finish
from cszt_models.present.tables.table import Table
from cszt_models.present.texts.charts import SWEEPS
from cszt_models.present.texts.results import title
from cszt_models.results.base import Results
from cszt_models.sweeps.counting.counter import JOINT
from cszt_models.sweeps.designs import Design
from cszt_models.sweeps.inputs import SweepInputs
from cszt_models.sweeps.scenario_discovery import Box, best_box, boxes
from cszt_models.sweeps.sensitivity_indices import (
    by_block,
    shapley_effects,
    sobol_effects,
)
from cszt_models.sweeps.sweep import Evaluator

MAX_ROWS = 12  # of a table for readers
BASE = 256  # cases of a Sobol sequence for each index


@dataclass(frozen=True)
class SweepResults(Results):
    """A design with the probabilities of every case."""

    design: Design
    inputs: SweepInputs
    frame: pd.DataFrame

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.frame)

    def __repr__(self) -> str:
        """Design and number of cases."""
        columns = ", ".join(column.name for column in self.design.columns)
        return f"<SweepResults of {self.design.name}: {len(self)} cases of {columns}>"

    def to_frame(self) -> pd.DataFrame:
        """The columns of the design, then ``p_<target>`` and ``mcse_<target>``."""
        return self.frame

    def labels(self, language: str = "en") -> dict[str, str]:
        """Names of levers and targets."""
        targets = {t.id: t.label.in_language(language) for t in self.inputs.targets}
        columns = {c.name: c.label.in_language(language) for c in self.design.columns}
        return targets | columns | {JOINT: SWEEPS[language]["all"]}

    def tables(self, language: str = "en") -> list[Table]:
        """Cases spread evenly over the design, at most twelve."""
        places = np.unique(np.linspace(0, len(self) - 1, MAX_ROWS).astype(int))
        rows = self.frame.iloc[places]
        labels = self.labels(language)
        cells = {}
        for name in rows.columns:
            key = str(name)
            if key.startswith("mcse_"):
                continue
            if key.startswith("p_"):
                cells[labels[key[2:]]] = [f"{100 * p:.1f}" for p in rows[name]]
            else:
                cells[labels[key]] = [
                    f"{v:g}" if isinstance(v, float) else str(v) for v in rows[name]
                ]
        name = title("cases", language, count=len(rows), all=len(self))
        data = pd.DataFrame(cells)
        return [Table(name, data, list(data.columns))]

    def to_dict(self) -> list[dict[str, Any]]:
        """A record for each case."""
        return self.frame.to_dict("records")

    def plot(
        self, language: str = "en", *, target: str = JOINT, x: str = "", y: str = ""
    ) -> Any:
        """Probability over two levers of the design, or over one.

        Parameters
        ----------
        target
            Id of a target, or ``joint``.
        x, y
            Columns of the design; its first two numeric ones if not given.
        """
        numeric = [column.name for column in self.design.columns if column.numeric]
        x = x or numeric[0]
        if len(numeric) < 2:
            return self._line(x, target, language)
        return charts.heat_map(
            self.frame,
            x,
            y or next(name for name in numeric if name != x),
            target=target,
            labels=self.labels(language),
            language=language,
        )

    def _line(self, x: str, target: str, language: str) -> Any:
        import altair as alt

        labels = self.labels(language)
        share = alt.Y(
            f"p_{target}:Q",
            title=labels[target],
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%"),
        )
        line = alt.Chart(self.frame).mark_line(point=True)
        return finish(line.encode(x=alt.X(f"{x}:Q", title=labels[x]), y=share), 13)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.inputs, self.design.columns)

    def tornado(self, target: str = JOINT, language: str = "en") -> Any:
        """How far each lever alone moves a probability, of a one-at-a-time design."""
        swings = charts.swings(self.frame, target=target)
        labels = self.labels(language)
        return charts.tornado(swings, target=target, labels=labels, language=language)

    def sensitivity(
        self,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        *,
        target: str = JOINT,
        base: int = BASE,
        seed: int | None = None,
    ) -> pd.DataFrame:
        """Shapley effects and Sobol indices of each lever on a probability.

        Parameters
        ----------
        ranges
            Lowest and highest value of each lever; those of the design if not given.
        base
            Cases of the Sobol sequence for each index, a power of two.
        seed
            Of the sequence; that of the draws if not given.

        Returns
        -------
        DataFrame
            lever; effect (Shapley), first and total (Sobol), each with its errors of
            design and draws.
        """
        if ranges is None:
            ranges = {
                column.name: (
                    float(self.frame[column.name].min()),
                    float(self.frame[column.name].max()),
                )
                for column in self.design.columns
                if column.numeric
            }
        function = by_block(self._evaluator.counter(), target)
        how = {"base": base, "seed": self.inputs.seed if seed is None else seed}
        effects = shapley_effects(function, ranges, **how)
        return effects.merge(sobol_effects(function, ranges, **how), on="lever")

    def discover(self, *, below: float, target: str = JOINT) -> tuple[Box, ...]:
        """Boxes of levers in which a probability is below a threshold (PRIM).

        Returns
        -------
        tuple of Box
            The box to report first, then those peeled, from all cases to the smallest.
        """
        names = [column.name for column in self.design.columns if column.numeric]
        cases = self.frame[names]
        failed = (self.frame[f"p_{target}"] < below).to_numpy()
        peeled = boxes(cases, failed)
        return (best_box(peeled, cases, failed), *peeled)
