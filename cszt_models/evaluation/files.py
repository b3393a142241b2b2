"""Reader of forecasts with outcomes: a CSV of probabilities, quantiles or draws.

Columns: ``outcome``; ``probability``, or quantiles ``q0.05``, ``q0.5`` …, or draws
``draw_1``, ``draw_2`` …; and if wanted ``method``, ``year`` (cases of a year count as
one) and ``case`` (rows of a case are the variables of one vector).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.errors import DataError

Array = NDArray[np.float64]
Kind = Literal["probability", "quantiles", "draws"]

QUANTILE, DRAW = re.compile(r"q(0?\.\d+)"), re.compile(r"draw_?\d+")


@dataclass(frozen=True)
class ForecastFile:
    """Forecasts of one kind with their outcomes.

    Parameters
    ----------
    kind
        Of the forecasts.
    rows
        method, year, case and outcome of each row.
    values : (row, value)
        Probability, quantiles in rising order of their level, or draws.
    levels
        Of quantiles; else empty.
    """

    kind: Kind
    rows: pd.DataFrame
    values: Array
    levels: Array


def read_forecasts(path: Path) -> ForecastFile:
    """Read and check a file of forecasts.

    Raises
    ------
    DataError
        If the file cannot be read, a column is missing, a value is no number, a
        probability or its outcome is out of range, quantiles cross, or methods are not
        of the same cases.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as CSV: {error}. Check it.") from None
    if "outcome" not in table:
        raise DataError(f"{path} has no column outcome. Add what came of each row.")
    kind, columns, levels = _columns(table, path)
    numbers = table[["outcome", *columns]].apply(pd.to_numeric, errors="coerce")
    if (bad := numbers.isna().any(axis=1)).any():
        raise DataError(
            f"{path} line {int(np.flatnonzero(bad)[0]) + 2}: a forecast or outcome is "
            "no number. Fill it in or remove the line."
        )
    named = {
        "method": table.get("method", pd.Series("forecast", table.index)).astype(str),
        "year": table.get("year", pd.Series(range(len(table)))),
        "case": table.get("case", pd.Series(range(len(table)))),
        "outcome": numbers["outcome"].astype(float),
    }
    rows = pd.DataFrame(named)
    if "year" not in table:  # a case is its own period, the same for all methods
        rows["year"] = rows.groupby("method").cumcount()
    values = numbers[columns].to_numpy(float)
    _check(kind, rows, values, path)
    return ForecastFile(kind, rows, values, levels)


def _columns(table: pd.DataFrame, path: Path) -> tuple[Kind, list[str], Array]:
    draws = [name for name in table if DRAW.fullmatch(name)]
    quantiles = {
        float(match[1]): name for name in table if (match := QUANTILE.fullmatch(name))
    }
    if "probability" in table:
        return "probability", ["probability"], np.empty(0)
    if quantiles:
        levels = sorted(quantiles)
        return "quantiles", [quantiles[level] for level in levels], np.array(levels)
    if len(draws) > 1:
        return "draws", draws, np.empty(0)
    raise DataError(
        f"{path} has no forecast. Add probability, quantiles (q0.05, q0.5 …) or draws "
        "(draw_1, draw_2 …)."
    )


def _check(kind: Kind, rows: pd.DataFrame, values: Array, path: Path) -> None:
    faults = {
        "a probability is not between 0 and 1": (kind == "probability")
        & ((values < 0) | (values > 1)).any(1),
        "the outcome of a probability is not 0 or 1": (kind == "probability")
        & ~rows["outcome"].isin([0, 1]).to_numpy(),
        "quantiles cross": (kind == "quantiles") & (np.diff(values) < 0).any(1),
    }
    for fault, wrong in faults.items():
        if wrong.any():
            line = int(np.flatnonzero(wrong)[0]) + 2
            raise DataError(f"{path} line {line}: {fault}. Correct it.")
    cases = {
        tuple(group.groupby("year").size().items())
        for _, group in rows.groupby("method")
    }
    if len(cases) > 1:
        raise DataError(
            f"{path}: methods are not of the same cases. Give each method every case."
        )
