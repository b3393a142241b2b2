"""CSV tables of a project: reading as text, checks of columns, and numbers."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import DataError, unknown

YEAR_RANGE = (1900, 2100)


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """A CSV file as text, with its line number as index.

    Raises
    ------
    DataError
        If it is missing, empty, not UTF-8, not a table, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(_numbered(csv.reader(file, strict=True)))
    except FileNotFoundError:
        raise DataError(f"{path} does not exist. Check the path.") from None
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise DataError(
            f"{path} is not a UTF-8 table with commas ({str(error).strip()[:120]}). "
            "Quote cells that hold commas and save it as UTF-8."
        ) from None
    names = f"Its first line must name {', '.join(columns)}."
    if not lines:
        raise DataError(f"{path} is empty. {names}")
    header = lines[0][1]
    missing = [column for column in columns if column not in header]
    if missing:
        raise DataError(f"{path} has no column {', '.join(missing)}. {names}")
    if len(set(header)) < len(header):
        raise DataError(f"{path} names a column twice. {names}")
    for line, cells in lines:
        if len(cells) != len(header):
            raise DataError(
                f"{path}, line {line}: {len(cells)} cells, the first line names "
                f"{len(header)}. Quote cells that hold commas."
            )
    index, rows = [n for n, _ in lines[1:]], [cells for _, cells in lines[1:]]
    return pd.DataFrame(rows, index=index, columns=header, dtype=str)


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Non-empty rows with the line on which they start."""
    start = 1
    for row in reader:
        if row:
            yield start, row
        start = reader.line_num + 1


class Refusals:
    """Checks of a frame's columns that raise for the first row that fails."""

    def __init__(self, path: Path, frame: pd.DataFrame) -> None:
        self.path, self.frame = path, frame

    def check(self, bad: pd.Series, column: str, fact: str, remedy: str) -> None:
        """Raise for the first row marked bad, with the count of the others.

        Parameters
        ----------
        bad
            Whether each row fails (row).
        column
            Column whose value the message names.
        fact
            Statement about the value.
        remedy
            What to do.

        Raises
        ------
        DataError
            Naming file, line and value.
        """
        if not bad.any():
            return
        line = bad.idxmax()
        value = str(self.frame.loc[line, column])
        more = int(bad.sum()) - 1
        also = f" ({more} more such row{'s' if more > 1 else ''})" if more else ""
        raise DataError(
            f"{self.path}, line {line}, {column} {value!r}: {fact}{also}. {remedy}"
        )

    def known(self, column: str, kind: str, names: Iterable[str]) -> None:
        """Raise for the first name that is not among the known ones.

        Parameters
        ----------
        column
            Column of names.
        kind
            What a name stands for, as in `unknown`.
        names
            Valid names.
        """
        names = list(names)
        bad = ~self.frame[column].isin(names)
        first = self.frame.loc[bad.idxmax(), column] if bad.any() else ""
        fact = unknown(kind, first, names).rstrip(".")
        self.check(bad, column, fact, "Correct the name, or add it to project.yaml.")


def numbers(
    frame: pd.DataFrame, refuse: Refusals, column: str, *, whole: bool = False
) -> pd.Series:
    """A column of text as numbers; ``whole`` for four-digit years.

    Parameters
    ----------
    frame
        Rows of text.
    refuse
        Checks of the file.
    column
        Column to convert.
    whole
        Whether values are years.

    Raises
    ------
    DataError
        Naming the first cell that is not such a number.
    """
    text = frame[column].str.strip()
    pattern = r"[0-9]{4}" if whole else r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?"
    bad = ~text.str.fullmatch(pattern)
    what = "is not a year like 2020" if whole else "is not a number like 123.4"
    refuse.check(bad, column, what, "Write it with plain digits.")
    parsed = text.astype(int if whole else float)
    if whole:
        refuse.check(
            ~parsed.between(*YEAR_RANGE),
            column,
            f"is outside {YEAR_RANGE[0]}-{YEAR_RANGE[1]}",
            "Correct the year.",
        )
    refuse.check(~np.isfinite(parsed), column, "is not finite", "Correct the value.")
    return parsed
