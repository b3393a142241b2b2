"""Designs of sweeps written in Python: factorial, Latin hypercube, Sobol or a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import ScenarioError
from cszt_models.sweeps.designs import (
    full_factorial,
    latin_hypercube,
    one_at_a_time,
    sobol_sequence,
)

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
        If a tuple does not have three entries.

    Examples
    --------
    >>> len(factorial(growth=(-2, 2, 41), price=[-1, 0, 1]))
    123
    """
    return full_factorial({name: _values(name, v) for name, v in columns.items()})


def latin(cases: int, *, seed: int, **ranges: tuple[float, float]) -> pd.DataFrame:
    """Random cases of which each column is spread evenly over its range.

    Parameters
    ----------
    cases
        Number of cases.
    ranges
        Lowest and highest value of each column.

    Examples
    --------
    >>> len(latin(8, seed=1, growth=(-1, 1)))
    8
    """
    return latin_hypercube(ranges, cases=cases, seed=seed)


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
        If the number of cases is not a power of two.

    Examples
    --------
    >>> len(sobol(8, seed=1, growth=(-1, 1)))
    8
    """
    return sobol_sequence(ranges, cases=cases, seed=seed)


def alone(**ranges: tuple[float, float]) -> pd.DataFrame:
    """All columns at 0, then each alone at the ends of its range.

    Examples
    --------
    >>> len(alone(growth=(-1, 1), price=(-1, 1)))
    5
    """
    return one_at_a_time(ranges)


def table(columns: Mapping[str, Sequence[Any]] | pd.DataFrame) -> pd.DataFrame:
    """Cases of your own, a row for each.

    Examples
    --------
    >>> table({"growth": [0, 1]}).shape
    (2, 1)
    """
    return pd.DataFrame(columns)


def _values(name: str, given: Sequence[Any]) -> Sequence[Any]:
    if not isinstance(given, tuple):
        return list(given)
    if len(given) != RANGE:
        raise ScenarioError(
            f"column {name!r} is {given!r}. Write (low, high, count), or a list of "
            "values."
        )
    low, high, count = given
    return [float(value) for value in np.linspace(low, high, int(count))]
