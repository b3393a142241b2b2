"""Results on a file of forecasts: scores in parts, calibration, and comparisons."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.evaluation import distributions, probabilities
from cszt_models.evaluation.comparison import differences
from cszt_models.evaluation.files import ForecastFile
from cszt_models.present.charts import evaluation as charts
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import require_language, text
from cszt_models.present.texts.results import EVALUATION
from cszt_models.results.base import Results, formatted

PIT_BINS = np.linspace(0, 1, 11)
COVERAGE = 0.8  # of the central interval that is counted, from draws


@dataclass(frozen=True)
class EvaluationResults(Results):
    """Scores of every method of a file of forecasts.

    Parameters
    ----------
    forecasts
        As `read_forecasts` returns them.
    seed
        Of bands and intervals.
    """

    forecasts: ForecastFile
    seed: int = 1

    def __repr__(self) -> str:
        """Kind, methods and number of rows."""
        methods = ", ".join(self.methods)
        return f"<EvaluationResults of {self.forecasts.kind}: {methods}>"

    @property
    def methods(self) -> list[str]:
        """Methods in the file's order."""
        return list(self.forecasts.rows["method"].unique())

    def _of(self, method: str) -> tuple[pd.DataFrame, np.ndarray]:
        place = (self.forecasts.rows["method"] == method).to_numpy()
        return self.forecasts.rows[place], self.forecasts.values[place]

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Score of every row, in parts where each row has them; unit of the outcome."""
        rows, values = self.forecasts.rows, self.forecasts.values
        outcome = rows["outcome"].to_numpy()
        if self.forecasts.kind == "probability":
            scores = pd.DataFrame({"score": np.square(values[:, 0] - outcome)})
        elif self.forecasts.kind == "quantiles":
            levels = self.forecasts.levels
            scores = distributions.interval_parts(outcome, levels, values)
        else:
            scores = distributions.crps_parts(outcome, values)
        return pd.concat([rows.reset_index(drop=True), scores], axis=1)

    def to_frame(self) -> pd.DataFrame:
        """A row for each method.

        Returns
        -------
        DataFrame
            n, years, score; of probabilities miscalibration, discrimination and
            uncertainty; of others spread, over and under, coverage of the widest pair
            of quantiles or the central 80 % of draws, and of draws the mean and
            variance of the PIT.
        """
        return pd.DataFrame([self._record(name) for name in self.methods])

    def _record(self, method: str) -> dict[str, Any]:
        rows, values = self._of(method)
        outcome = rows["outcome"].to_numpy()
        record: dict[str, Any] = {
            "method": method,
            "n": len(rows),
            "years": rows["year"].nunique(),
        }
        if self.forecasts.kind == "probability":
            return record | probabilities.decompose(values[:, 0], outcome)._asdict()
        scored = self.parts[self.parts["method"] == method]
        record |= scored[["score", *distributions.PARTS]].mean().to_dict()
        if self.forecasts.kind == "quantiles":
            low, high = values[:, 0], values[:, -1]
        else:
            tail = (1 - COVERAGE) / 2
            low, high = np.quantile(values, [tail, 1 - tail], axis=1)
            place = distributions.pit(outcome, values)
            record |= {"pit_mean": place.mean(), "pit_variance": place.var()}
        return record | {"coverage": ((low <= outcome) & (outcome <= high)).mean()}

    def differences(self) -> pd.DataFrame:
        """Score of each method less the first's; see `comparison.differences`."""
        return differences(self.parts, seed=self.seed)

    def reliability(self) -> pd.DataFrame:
        """CORP reliability curves by method; empty without probabilities."""
        return self._curves(
            lambda p, y: probabilities.reliability_curve(p, y, seed=self.seed)
        )

    def murphy(self) -> pd.DataFrame:
        """Murphy curves by method; empty without probabilities."""
        return self._curves(probabilities.murphy_curve)

    def _curves(self, curve: Any) -> pd.DataFrame:
        if self.forecasts.kind != "probability":
            return pd.DataFrame()
        frames = []
        for method in self.methods:
            rows, values = self._of(method)
            frame = curve(values[:, 0], rows["outcome"].to_numpy())
            frame.insert(0, "method", method)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def pit_histogram(self) -> pd.DataFrame:
        """method, low and high of a tenth, share of outcomes; empty without draws."""
        records = []
        for method in self.methods if self.forecasts.kind == "draws" else []:
            rows, values = self._of(method)
            place = distributions.pit(rows["outcome"].to_numpy(), values)
            shares = np.histogram(place, PIT_BINS)[0] / len(place)
            bins = zip(PIT_BINS[:-1], PIT_BINS[1:], shares, strict=True)
            records += [(method, *each) for each in bins]
        return pd.DataFrame(records, columns=["method", "low", "high", "share"])

    @cached_property
    def joint(self) -> pd.DataFrame:
        """Scores of vectors of equal length; empty without draws of several variables.

        Returns
        -------
        DataFrame
            method, n, energy, variogram, rank_mean and rank_variance (average ranks).
        """
        sizes = self.forecasts.rows.groupby(["method", "case"], sort=False).size()
        if self.forecasts.kind != "draws" or not sizes.min() == sizes.max() > 1:
            return pd.DataFrame()
        import scoringrules

        records = []
        for method in self.methods:
            rows, values = self._of(method)
            order = np.argsort(rows["case"].factorize()[0], kind="stable")
            shape = -1, int(sizes.iloc[0])
            outcome = rows["outcome"].to_numpy()[order].reshape(shape)
            draws = values[order].reshape(*shape, values.shape[1]).swapaxes(1, 2)
            ranks = distributions.average_ranks(outcome, draws)
            energy = scoringrules.es_ensemble(outcome, draws, backend="numpy")
            variogram = scoringrules.vs_ensemble(outcome, draws, backend="numpy")
            records.append(
                {
                    "method": method,
                    "n": len(outcome),
                    "energy": energy.mean(),
                    "variogram": variogram.mean(),
                    "rank_mean": ranks.mean(),
                    "rank_variance": ranks.var(),
                }
            )
        return pd.DataFrame(records)

    def tables(self, language: str = "en") -> list[Table]:
        """Scores by method, differences to the first, and scores of vectors."""
        titles = EVALUATION[language]
        frames = [(titles[self.forecasts.kind], self.to_frame())]
        if len(self.methods) > 1:
            title = titles["differences"].format(first=self.methods[0])
            frames.append((title, self.differences()))
        if len(self.joint):
            frames.append((titles["joint"], self.joint))
        return [_table(title, frame, language) for title, frame in frames]

    def sentences(self, language: str = "en") -> list[str]:
        """What counts as a case, and what calibrated ranks look like."""
        require_language(language)
        lines = [EVALUATION[language]["years"]]
        return [*lines, EVALUATION[language]["ranks"]] if len(self.joint) else lines

    def to_dict(self) -> dict[str, Any]:
        """Plain values of all tables and curves; None where there is no number."""
        frames = {
            "methods": self.to_frame(),
            "differences": self.differences(),
            "reliability": self.reliability(),
            "murphy": self.murphy(),
            "pit": self.pit_histogram(),
            "joint": self.joint,
        }
        return {"kind": self.forecasts.kind} | {
            name: frame.astype(object).where(frame.notna(), None).to_dict("records")
            for name, frame in frames.items()
        }

    def plot(self, language: str = "en") -> Any:
        """Reliability of probabilities; parts of the score of other forecasts."""
        require_language(language)
        if self.forecasts.kind == "probability":
            return charts.reliability(self.reliability(), language=language)
        return charts.parts(self.to_frame(), language=language)


def _table(title: str, frame: pd.DataFrame, language: str) -> Table:
    cells = frame.rename(columns={"method": text("method", language)})
    for name in frame.columns[1:]:
        form = "{:.0f}" if name in ("n", "years") else "{:.4f}"
        written = formatted(frame[name], form)
        cells[name] = ["–" if "nan" in each else each for each in written]
    return Table(title, cells, list(cells.columns[1:]))
