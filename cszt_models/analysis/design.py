"""Designs of sweeps written in Python: factorial, Latin hypercube, Sobol or a table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.analysis.arguments import check_count
from cszt_models.errors import ScenarioError
from cszt_models.scenarios.levers import is_number
from cszt_models.sweeps.designs import (
    full_factorial,
    latin_hypercube,
    one_at_a_time,
    sobol_sequence,
)

NO_COLUMN = "the design has no column. Give one, like growth=(-1, 1, 3)."
RANGE = 3  # entries of a range with a number of values: low, high, count


def factorial(**columns: Sequence[Any]) -> pd.DataFrame:
    """Every combination of the values of columns.

    Parameters
    ----------
    columns
        By name, as in a design file: a list of values, or a tuple ``(low, high,
        count)`` of evenly spaced ones. A name with ``@`` or ``:`` is passed in a
        mapping: ``factorial(**{"growth@china": [0, 1]})``.

    Raises
    ------
    ScenarioError
        If a column is neither three entries nor a list of values.

    Examples
    --------
    >>> len(factorial(growth=(-2, 2, 41), price=[-1, 0, 1]))
    123
    """
    if not columns:
        raise ScenarioError(NO_COLUMN)
    return full_factorial({name: _values(name, v) for name, v in columns.items()})


def latin(cases: int, *, seed: int, **ranges: tuple[float, float]) -> pd.DataFrame:
    """Random cases of which each column is spread evenly over its range.

    Parameters
    ----------
    cases
        Number of cases.
    ranges
        Lowest and highest value of each column.

    Raises
    ------
    DataError
        If the number of cases or the seed is not a whole number.
    ScenarioError
        If a range is not two numbers in order.

    Examples
    --------
    >>> len(latin(8, seed=1, growth=(-1, 1)))
    8
    """
    check_count("cases", cases, 1)
    check_count("seed", seed, 0)
    return latin_hypercube(_ranges(ranges), cases=cases, seed=seed)


def sobol(cases: int, *, seed: int, **ranges: tuple[float, float]) -> pd.DataFrame:
    """Cases of a scrambled Sobol sequence; a power of two of them.

    Parameters
    ----------
    cases
        Number of cases.
    ranges
        Lowest and highest value of each column.

    Raises
    ------
    DataError
        If the number of cases is not a power of two, or the seed not a whole number.
    ScenarioError
        If a range is not two numbers in order.

    Examples
    --------
    >>> len(sobol(8, seed=1, growth=(-1, 1)))
    8
    """
    check_count("cases", cases, 1)
    check_count("seed", seed, 0)
    return sobol_sequence(_ranges(ranges), cases=cases, seed=seed)


def alone(**ranges: tuple[float, float]) -> pd.DataFrame:
    """All columns at 0, then each alone at the ends of its range.

    Raises
    ------
    ScenarioError
        If a range is not two numbers in order.

    Examples
    --------
    >>> len(alone(growth=(-1, 1), price=(-1, 1)))
    5
    """
    return one_at_a_time(_ranges(ranges))


def table(columns: Mapping[str, Sequence[Any]] | pd.DataFrame) -> pd.DataFrame:
    """Cases of your own, a row for each.

    Raises
    ------
    ScenarioError
        If the columns are not lists of the same length, or hold nothing.

    Examples
    --------
    >>> table({"growth": [0, 1]}).shape
    (2, 1)
    """
    try:
        frame = pd.DataFrame(columns)
    except (ValueError, TypeError, AttributeError):
        frame = pd.DataFrame()
    if frame.empty or frame.isna().any(axis=None):
        raise ScenarioError(
            "the columns of the table are not lists of the same length with a value in "
            'every row. Write them like {"growth": [0, 1], "price": [0, -1]}.'
        )
    return frame


def _values(name: str, given: Any) -> Sequence[Any]:
    if isinstance(given, tuple) and len(given) == RANGE:
        low, high, count = given
        if is_number(low) and is_number(high) and low <= high:
            check_count("count", count, 1)
            return [float(value) for value in np.linspace(low, high, int(count))]
    elif isinstance(given, Iterable) and not isinstance(given, str | tuple):
        values = list(given)
        if values and not pd.Series(values).isna().any():
            return values
    raise ScenarioError(
        f"column {name!r} is {given!r}. Write (low, high, count), or a list of values."
    )


def _ranges(given: Mapping[str, Any]) -> Mapping[str, tuple[float, float]]:
    """Ranges of columns; each has two numbers, the lower first."""
    if not given:
        raise ScenarioError(NO_COLUMN)
    for name, ends in given.items():
        pair = isinstance(ends, tuple | list) and len(ends) == len(("low", "high"))
        if not pair or not all(map(is_number, ends)) or ends[0] >= ends[1]:
            raise ScenarioError(
                f"column {name!r} is {ends!r}. Write its lowest and highest value, "
                "like (-1, 1)."
            )
    return given
