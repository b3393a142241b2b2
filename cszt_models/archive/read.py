"""Loader of the archive: the table of targets with their outcomes, checked by row."""

import gzip
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from cszt_models.archive.schema import (
    CEILINGS,
    COLUMNS,
    INDICATORS,
    LEVELS,
    NUMBERS,
    PLANS,
    SENSES,
    STATUSES,
)
from cszt_models.errors import DataError

PATH = Path(__file__).parent / "targets.csv.gz"
TOLERANCE = 1e-9  # of printed decimals
KEY = ["region", "plan", "since", "year", "indicator"]


def read_archive(path: Path = PATH) -> pd.DataFrame:
    """Targets with their outcomes, a row for each.

    Returns
    -------
    DataFrame
        The columns of `schema.COLUMNS`, numbers in the row's ``unit``; ``met`` is
        boolean or missing. Columns without text are "", numbers NaN.

    Raises
    ------
    DataError
        If a column is missing, a code is unknown, a key is given twice, or ``met`` is
        not what value and outcome say.

    Examples
    --------
    >>> archive = read_archive()
    >>> len(archive), archive["region"].nunique() > 150
    (12658, True)
    """
    return _read(path).copy()


@cache
def _read(path: Path) -> pd.DataFrame:
    data = BytesIO(gzip.decompress(path.read_bytes()))
    text = pd.read_csv(data, dtype=str, keep_default_na=False)
    if missing := [name for name in COLUMNS if name not in text]:
        raise DataError(
            f"{path} has no column {missing[0]}. Build it with build_archive.py."
        )
    table = text.assign(
        **{name: pd.to_numeric(text[name]) for name in NUMBERS},
        since=text["since"].astype(int),
        year=text["year"].astype(int),
        met=text["met"].map({"1": True, "0": False}).astype("boolean"),
    )
    _check(table, path)
    table.attrs["units"] = dict(COLUMNS)
    return table


def _check(table: pd.DataFrame, path: Path) -> None:
    known = {
        "level": LEVELS,
        "plan": PLANS,
        "indicator": INDICATORS,
        "sense": SENSES,
        "outcome_status": (*STATUSES, ""),
    }
    for column, codes in known.items():
        if wrong := set(table[column]) - set(codes):
            raise DataError(
                f"{path}: {column} {min(wrong)!r} is unknown. Add it to the schema."
            )
    faults = {
        "is given twice": table.duplicated(KEY),
        "has no sentence or no address": (table["quote"] == "")
        | (table["source"] == ""),
        "is judged against its numbers": table["met"].notna()
        & (meets(table) != table["met"].fillna(value=False)),
        "has an outcome that is not judged": table["outcome"].notna()
        != table["met"].notna(),
    }
    for fault, rows in faults.items():
        if rows.any():
            row = table[rows].iloc[0]
            raise DataError(
                f"{path}: {row['indicator']} of {row['region']} in {row['year']} "
                f"{fault}. Correct the row."
            )


def meets(table: pd.DataFrame) -> pd.Series:
    """Whether outcomes meet their value, strictly; 左右 of a floor is a floor."""
    return (shortfall(table) <= TOLERANCE) & table["outcome"].notna()


def shortfall(table: pd.DataFrame) -> pd.Series:
    """How far outcomes miss their value, negative where they pass it; row's unit."""
    gap = table["value"] - table["outcome"]
    ceiling = (table["sense"] == "at_most") | table["indicator"].isin(CEILINGS)
    return pd.Series(np.where(ceiling, -gap, gap), table.index)
