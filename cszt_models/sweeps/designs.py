"""Designs: tables of cases with named columns.

A design is a full factorial, a Latin hypercube, a scrambled Sobol sequence or a given
table. Cases of a factorial are computed from their number and take no memory.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import DataError
from cszt_models.storage.hashing import SHORT_DIGITS, content_hash
from cszt_models.sweeps.columns import (
    Context,
    DesignColumn,
    read_column,
    require_columns,
)

FACTORIAL, LATIN, SOBOL, TABLE = DESIGNS = ("factorial", "latin", "sobol", "table")
MAX_CASES = 10_000_000  # cases above which a confirmation is required


@dataclass(frozen=True)
class Grid:
    """Every combination of the values of columns; the last column varies fastest."""

    values: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        """Number of cases."""
        return math.prod(map(len, self.values))

    def rows(self, first: int, last: int) -> list[np.ndarray]:
        """Values of each column in the cases from first to before last."""
        left, columns = np.arange(first, last), []
        for values in reversed(self.values):
            columns.append(values[left % len(values)])
            left = left // len(values)
        return columns[::-1]


@dataclass(frozen=True)
class CaseTable:
    """Explicit cases: the values (case) of each column."""

    values: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.values[0]) if self.values else 0

    def rows(self, first: int, last: int) -> list[np.ndarray]:
        """Values of each column in the cases from first to before last."""
        return [values[first:last] for values in self.values]


@dataclass(frozen=True)
class Design:
    """Named columns and their cases; values always stay under their column's name.

    Parameters
    ----------
    fixed
        Entries that apply to every case: ``as_of``, ``scenario``, ``engine``,
        ``seed``, ``draws`` and ``targets``, where given.
    """

    name: str
    columns: tuple[DesignColumn, ...]
    cases: Grid | CaseTable
    fixed: Mapping[str, Any]

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.cases)

    def frame(self, first: int = 0, last: int | None = None) -> pd.DataFrame:
        """Cases from first to before last, a column for each of the design's."""
        rows = self.cases.rows(first, len(self) if last is None else last)
        names = [column.name for column in self.columns]
        return pd.DataFrame(dict(zip(names, rows, strict=True)))

    @cached_property
    def hash(self) -> str:
        """First 12 hex digits of SHA-256 over columns, values and what is fixed."""
        kind = "Grid" if isinstance(self.cases, Grid) else "Listed"
        values = {
            c.name: v for c, v in zip(self.columns, self.cases.values, strict=True)
        }
        order = [column.name for column in self.columns]
        settings = [column.setting for column in self.columns]
        content = [kind, order, settings, values, dict(self.fixed)]
        return content_hash(content)[:SHORT_DIGITS]


def full_factorial(values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Every combination of the values of named columns, as a table.

    Examples
    --------
    >>> full_factorial({"growth": [-1, 1], "price": [0, 1]})["growth"].tolist()
    [-1, -1, 1, 1]
    """
    grid = Grid(tuple(np.asarray(levels) for levels in values.values()))
    return pd.DataFrame(dict(zip(values, grid.rows(0, len(grid)), strict=True)))


def latin_hypercube(
    ranges: Mapping[str, tuple[float, float]], *, cases: int, seed: int
) -> pd.DataFrame:
    """Random cases of which each column is spread evenly over its range.

    Parameters
    ----------
    ranges
        Lowest and highest value by column.
    cases
        Number of cases.

    Examples
    --------
    >>> table = latin_hypercube({"growth": (0, 4)}, cases=4, seed=1)
    >>> sorted(int(value) for value in table["growth"])
    [0, 1, 2, 3]
    """
    return _scaled(ranges, unit_points(LATIN, len(ranges), cases, seed))


def sobol_sequence(
    ranges: Mapping[str, tuple[float, float]], *, cases: int, seed: int
) -> pd.DataFrame:
    """Cases of a scrambled Sobol sequence over named ranges.

    Parameters
    ----------
    ranges
        Lowest and highest value by column.
    cases
        Number of cases, a power of two.

    Raises
    ------
    DataError
        If the number of cases is not a power of two.
    """
    return _scaled(ranges, unit_points(SOBOL, len(ranges), cases, seed))


def one_at_a_time(ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """All levers at 0, then each alone at the ends of its range.

    Examples
    --------
    >>> one_at_a_time({"growth": (-1, 1), "price": (-2, 2)})["price"].tolist()
    [0.0, 0.0, 0.0, -2.0, 2.0]
    """
    table = pd.DataFrame(0.0, range(1 + 2 * len(ranges)), list(ranges))
    for n, (name, span) in enumerate(ranges.items()):
        table.loc[[1 + 2 * n, 2 + 2 * n], name] = span
    return table


def unit_points(kind: str, columns: int, cases: int, seed: int) -> np.ndarray:
    """Points (case, column) between 0 and 1 of a Latin hypercube or Sobol sequence.

    Parameters
    ----------
    kind
        ``latin`` or ``sobol``.

    Raises
    ------
    DataError
        If a Sobol sequence does not have a power of two cases.
    """
    from scipy.stats import qmc

    if kind == LATIN:
        return qmc.LatinHypercube(columns, rng=seed).random(cases)
    if cases < 1 or cases & (cases - 1):
        up = 1 << max(cases, 1).bit_length()
        raise DataError(
            f"a Sobol design has {cases} cases, which is no power of two, and so is "
            f"not balanced. Take {up // 2} or {up}."
        )
    return qmc.Sobol(columns, rng=seed).random(cases)


def _scaled(
    ranges: Mapping[str, tuple[float, float]], points: np.ndarray
) -> pd.DataFrame:
    spans = zip(ranges.items(), points.T, strict=True)
    return pd.DataFrame({n: low + (high - low) * p for (n, (low, high)), p in spans})


def design_of(table: pd.DataFrame, context: Context, **fixed: Any) -> Design:
    """A design from a table with named columns, checked.

    Parameters
    ----------
    fixed
        Entries that apply to every case, see `Design`.

    Raises
    ------
    ScenarioError, DataError
        If it is empty, a name is unknown, or a value is missing or out of range.
    """
    columns = tuple(read_column(str(name), {}, context) for name in table.columns)
    return case_table("table", columns, table, context, fixed)


def case_table(
    name: str,
    columns: tuple[DesignColumn, ...],
    table: pd.DataFrame,
    context: Context,
    fixed: Mapping[str, Any],
) -> Design:
    """A design of explicit cases, checked; see `design_of`.

    Parameters
    ----------
    name
        Of the design.
    table
        A row for each case, with the columns by name.

    Raises
    ------
    DataError, ScenarioError
        If a column is given twice, or there is no case.
    """
    names = [column.name for column in columns]
    if len(set(names)) < len(names):
        raise DataError(
            f"design {name!r}: a column is given twice among {', '.join(names)}. "
            "Drop one of them."
        )
    require_columns(columns)
    if not len(table):
        raise DataError(f"design {name!r} has no case. Add rows, or values.")
    values = tuple(c.checked(table[c.name].to_numpy(), context) for c in columns)
    return Design(name, columns, CaseTable(values), fixed)
