"""Read designs from YAML files, and their tables from CSV or Parquet."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import DataError, ScenarioError, unknown
from cszt_models.storage.files import load_yaml
from cszt_models.sweeps.columns import (
    KEYS,
    Context,
    DesignColumn,
    read_column,
    require_columns,
)
from cszt_models.sweeps.designs import (
    DESIGNS,
    FACTORIAL,
    MAX_CASES,
    TABLE,
    Design,
    Grid,
    case_table,
    unit_points,
)

VALUE_KEYS = ("values", "low", "high", "count")
ENTRIES = (
    "name",
    "design",
    "columns",
    "file",
    "cases",
    "as_of",
    "scenario",
    "engine",
    "seed",
    "draws",
    "targets",
)


def read_design(path: Path, context: Context, *, most: float = MAX_CASES) -> Design:
    """A design from its YAML file, checked.

    Parameters
    ----------
    most
        Number of cases above which a design is refused.

    Raises
    ------
    DataError
        If the file cannot be read, lacks an entry or has an unknown one, is empty or
        has too many cases.
    ScenarioError
        If a lever or another name is unknown, or a value is missing or out of range.
    """
    content = load_yaml(path)
    for key in content:
        if key not in ENTRIES:
            raise DataError(f"{path}: {unknown('entry', key, ENTRIES)}")
    kind = content.get("design", FACTORIAL)
    if kind not in DESIGNS:
        raise DataError(f"{path}: {unknown('design', kind, DESIGNS)}")
    name = str(content.get("name", path.stem))
    given = content.get("columns") or {}
    if not isinstance(given, dict):
        raise DataError(f"{path}: 'columns' must be a mapping of names.")
    entries = {str(key): _entry(str(key), value) for key, value in given.items()}
    fixed = {key: content[key] for key in ENTRIES[5:] if content.get(key) is not None}
    if kind == TABLE:
        table = read_table(path.parent / str(content.get("file", "")))
        return _from_table(name, entries, table, context, fixed)
    columns = tuple(read_column(n, value, context) for n, value in entries.items())
    require_columns(columns)
    if kind == FACTORIAL:
        counts = [_count(entries[c.name]) for c in columns]
        require_case_count(math.prod(counts), name, most)
        values = [_values(c, entries[c.name], context) for c in columns]
        return Design(name, columns, Grid(tuple(values)), fixed)
    cases, seed = content.get("cases"), content.get("seed", 1)
    for key, value in {"cases": cases, "seed": seed}.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise DataError(
                f"{path}: {key} is {value!r}. Write a whole number, such as 1024."
            )
    require_case_count(int(cases or 0), name, most)
    points = unit_points(kind, len(columns), int(cases or 0), seed)
    drawn = [
        _drawn(c, entries[c.name], p, context)
        for c, p in zip(columns, points.T, strict=True)
    ]
    table = pd.DataFrame(dict(zip(entries, drawn, strict=True)))
    return case_table(name, columns, table, context, fixed)


def require_case_count(cases: int, name: str, most: float) -> None:
    """Refuse more cases than a limit, before any is built.

    Parameters
    ----------
    name
        Of the design, for the error.
    most
        The limit.

    Raises
    ------
    DataError
        With the number of cases.
    """
    if cases > most:
        raise DataError(
            f"design {name!r} has {cases:,} cases, more than {most:,.0f}. Take fewer "
            "values, a Latin or Sobol design, or confirm with --yes."
        )


def _count(entry: Mapping[str, Any]) -> int:
    """Number of values of an entry, before they are built."""
    values, count = entry.get("values"), entry.get("count")
    if isinstance(values, list):
        return len(values)
    return count if isinstance(count, int) and count > 0 else 1


def _entry(name: str, given: Any) -> dict[str, Any]:
    """Entry of a column as a mapping: a list is its values, nothing its whole range."""
    entry = {} if given is None else given
    entry = {"values": entry} if isinstance(entry, list) else entry
    if not isinstance(entry, dict):
        raise ScenarioError(
            f"column {name!r} is {given!r}. Write a list of values, or low, high and "
            "count."
        )
    for key in entry:
        if key not in (*VALUE_KEYS, *KEYS):
            raise ScenarioError(
                f"column {name!r}: {unknown('key', key, VALUE_KEYS + KEYS)}"
            )
    return entry


def _values(
    column: DesignColumn, entry: Mapping[str, Any], context: Context
) -> np.ndarray:
    """Values of a column of a factorial: those listed, or evenly spaced ones."""
    values = entry.get("values")
    if values is None and column.kind in ("scenario", "engine", "switch"):
        values = list(column.choices) or [0, 1]
    if values is None:
        count = entry.get("count")
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise ScenarioError(
                f"column {column.name!r}: {count!r} values cannot be made. Give "
                "'count' a whole number of 1 or more, or list 'values'."
            )
        values = np.linspace(*_range(column, entry), count)
    if not len(values):
        raise DataError(f"column {column.name!r} has no value, so no case. Add some.")
    return column.checked(values, context)


def _range(column: DesignColumn, entry: Mapping[str, Any]) -> tuple[float, float]:
    """Lowest and highest value, checked with the values; the column's if not given."""
    bounds = entry.get("low", column.low), entry.get("high", column.high)
    for bound in bounds:
        if not isinstance(bound, int | float) or isinstance(bound, bool):
            raise ScenarioError(
                f"column {column.name!r}: {bound!r} is not a number. Write one."
            )
    return bounds


def _drawn(
    column: DesignColumn, entry: Mapping[str, Any], points: np.ndarray, context: Context
) -> np.ndarray:
    """Values at points between 0 and 1: of a range, or of what is listed."""
    if column.numeric and column.kind != "switch" and "values" not in entry:
        low, high = column.checked(_range(column, entry), context)
        return low + (high - low) * points
    values = _values(column, entry, context)
    return values[np.minimum((points * len(values)).astype(int), len(values) - 1)]


def _from_table(
    name: str,
    entries: Mapping[str, Any],
    table: pd.DataFrame,
    context: Context,
    fixed: Mapping[str, Any],
) -> Design:
    absent = [key for key in entries if key not in table.columns]
    if absent:
        raise DataError(
            f"design {name!r}: {unknown('column', absent[0], table.columns)} "
            "Add it to the file, or drop its entry."
        )
    columns = tuple(
        read_column(str(n), entries.get(str(n), {}), context) for n in table.columns
    )
    return case_table(name, columns, table, context, fixed)


def read_table(path: Path) -> pd.DataFrame:
    """A table from a CSV or Parquet file.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    read = pd.read_parquet if path.suffix == ".parquet" else pd.read_csv
    try:
        return read(path)
    except FileNotFoundError:
        raise DataError(f"{path} does not exist. Check 'file'.") from None
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            f"{path} cannot be read as a table ({reason}). Correct it."
        ) from None
