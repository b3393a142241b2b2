"""Reading and validation of conditions in scenarios.yaml."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cszt_models.errors import ScenarioError, YearsError, unknown
from cszt_models.project.project import Project
from cszt_models.project.schema import RANGES
from cszt_models.scenarios.conditions import (
    About,
    Chance,
    Condition,
    Says,
    Value,
    Within,
)
from cszt_models.scenarios.levers import is_number
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
)

KEYS = (
    "indicator",
    "region",
    "year",
    "from",
    "to",
    "average",
    "value",
    "sd",
    "low",
    "high",
    "probability",
    "below",
    "above",
)
# What every project projects; its measures and their parts come besides.
PROJECTED = (
    GDP,
    GROWTH,
    POPULATION,
    URBANIZATION,
    URBAN_POPULATION,
    *SECTOR_SHARES,
    *SECTORS,
)


def read_conditions(entries: Any, project: Project, place: str) -> list[Condition]:
    """A list of conditions as it stands in scenarios.yaml; a repeated one counts once.

    Parameters
    ----------
    entries
        The list.
    project
        The project.
    place
        Where the list stands, for errors.

    Raises
    ------
    ScenarioError
        If it is no list, an entry is malformed, or two say what cannot both be.
    """
    if not isinstance(entries, list):
        raise ScenarioError(
            f"{place}: conditions are {entries!r}, not a list. Write one line for "
            "each, starting with '- '."
        )
    conditions = [
        read_condition(entry, project, f"{place}, condition {n}")
        for n, entry in enumerate(entries, start=1)
    ]
    conditions = list(dict.fromkeys(conditions))
    require_consistent(conditions, project, place)
    return conditions


def read_condition(entry: Any, project: Project, place: str) -> Condition:
    """One condition from its entry in scenarios.yaml.

    Parameters
    ----------
    entry
        ``indicator``, ``region``, ``year`` or ``from`` and ``to`` (with ``average:
        true`` for their average), and one of ``value``, ``value`` and ``sd``, ``low``
        and ``high`` (one of them suffices), ``probability`` and ``below`` or ``above``.
    place
        Where the entry stands, for errors.

    Raises
    ------
    ScenarioError
        If a key or name is unknown, or a value is missing or impossible.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> entry = {"indicator": "gdp_nominal", "region": "czt", "year": 2024}
    >>> read_condition({**entry, "value": 22128.3}, load_project(), "a part").says
    Value(value=22128.3)
    """
    if not isinstance(entry, dict):
        raise ScenarioError(
            f"{place} is {entry!r}, not a mapping. Write {{indicator: …, region: …, "
            "year: …, value: …}."
        )
    for key in entry:
        if key not in KEYS:
            raise ScenarioError(f"{place}: {unknown('key', key, KEYS)}")
    indicator = _named(entry, "indicator", projectable(project), place)
    region = _named(entry, "region", _places(project), place)
    first, last = _years(entry, project, place)
    average = entry.get("average", False)
    if not isinstance(average, bool):
        raise ScenarioError(
            f"{place}: average is {average!r}. Write true or false, or leave it out."
        )
    kind = project.indicators[indicator].kind
    says = _says(entry, RANGES[kind][:2], place)  # without the ends
    return Condition(indicator, region, first, last, average and first < last, says)


def projectable(project: Project) -> tuple[str, ...]:
    """Indicators of which a condition may speak: those projected."""
    measures = list(project.measures.values())
    parts = [m.part for m in measures if m.part]
    names = [*PROJECTED, *(m.indicator for m in measures), *parts]
    return tuple(name for name in names if name in project.indicators)


def require_consistent(
    conditions: list[Condition], project: Project, place: str
) -> None:
    """Raise if two conditions on the same quantity cannot both hold.

    Conditions on different quantities may contradict each other too; that shows only
    in the model.

    Parameters
    ----------
    conditions
        All conditions of a part or scenario.
    project
        The project.
    place
        Where they stand, for errors.

    Raises
    ------
    ScenarioError
        If their ranges do not overlap, naming both.
    """
    spans_of: dict[tuple[Any, ...], list[tuple[float, float, Condition]]] = {}
    for condition in conditions:
        low, high = _span(condition.says)
        spans = (
            [condition.years]
            if condition.average
            else [(year,) for year in condition.years]
        )
        for years in spans:
            seen = spans_of.setdefault(
                (condition.indicator, condition.region, years), []
            )
            for other_low, other_high, other in seen:
                if max(low, other_low) > min(high, other_high):
                    raise ScenarioError(
                        f"{place}: {condition.words(project)}, but "
                        f"{other.words(project)}. Drop one of the two."
                    )
            seen.append((low, high, condition))


def _span(says: Says) -> tuple[float, float]:
    """Range that a condition allows."""
    if isinstance(says, Value):
        return says.value, says.value
    if isinstance(says, Within):
        return says.low, says.high
    return -np.inf, np.inf


def _places(project: Project) -> list[str]:
    return [*project.with_role("core", "ring", "reference"), *project.aggregates]


def _named(entry: Mapping[str, Any], key: str, known: Any, place: str) -> str:
    if key not in entry:
        raise ScenarioError(f"{place}: no {key} is given. Add '{key}: …'.")
    if entry[key] not in known:
        raise ScenarioError(f"{place}: {unknown(key, entry[key], known)}")
    return str(entry[key])


def _years(entry: Mapping[str, Any], project: Project, place: str) -> tuple[int, int]:
    single = "year" in entry
    given = {key: entry[key] for key in ("year", "from", "to") if key in entry}
    if not given or (single and len(given) > 1) or (not single and len(given) < 2):
        text = ", ".join(f"{key} {value!r}" for key, value in given.items()) or "none"
        raise ScenarioError(
            f"{place}: its years are not clear ({text}). Write 'year: 2025', or 'from: "
            "2024' and 'to: 2025'."
        )
    for key, year in given.items():
        if not isinstance(year, int) or isinstance(year, bool):
            raise ScenarioError(
                f"{place}: {key} is {year!r}. Write a whole number like 2025."
            )
    first, last = (given["year"],) * 2 if single else (given["from"], given["to"])
    if first > last:
        raise ScenarioError(
            f"{place}: from {first} to {last} holds no year. Swap them."
        )
    earliest = project.first_year - 1
    if first < earliest or last > project.horizon:
        raise YearsError(
            f"{place}: {first if first < earliest else last} is not among the years "
            f"projected, {earliest} to {project.horizon}. Choose a year between."
        )
    return first, last


def _says(entry: Mapping[str, Any], limits: tuple[float, float], place: str) -> Says:
    """The condition proper, of the kind whose keys are given."""
    keys = frozenset(entry) & {*KEYS[KEYS.index("value") :]}
    numbers = {key: _number(entry[key], key, place) for key in sorted(keys)}
    for key in keys - {"sd", "probability"}:
        _require_possible(numbers[key], limits, key, place)
    if keys == {"value"}:
        return Value(numbers["value"])
    if keys == {"value", "sd"}:
        if not numbers["sd"] > 0:
            raise ScenarioError(
                f"{place}: sd is {numbers['sd']:g}. Write one above 0, or leave it out "
                "for an exact value."
            )
        return About(numbers["value"], numbers["sd"])
    if keys and keys <= {"low", "high"}:
        low, high = numbers.get("low", -np.inf), numbers.get("high", np.inf)
        if not low < high:
            raise ScenarioError(
                f"{place}: low {low:g} is not below high {high:g}. Swap them, or write "
                "'value: …' for an exact one."
            )
        return Within(low, high)
    if keys in ({"probability", "below"}, {"probability", "above"}):
        return _chance(numbers, place)
    raise ScenarioError(
        f"{place}: {', '.join(sorted(keys)) or 'nothing'} is said of it. Write one of: "
        "value; value and sd; low and high; probability and below or above."
    )


def _chance(numbers: Mapping[str, float], place: str) -> Chance:
    probability = numbers["probability"]
    if not 0 < probability < 1:
        raise ScenarioError(
            f"{place}: probability is {probability:g}. Write one between 0 and 1; what "
            "is certain is a range (low, high)."
        )
    if "above" in numbers:
        return Chance(1 - probability, numbers["above"])
    return Chance(probability, numbers["below"])


def _number(value: Any, key: str, place: str) -> float:
    if not is_number(value):
        raise ScenarioError(f"{place}: {key} is {value!r}. Write a finite number.")
    return float(value)


def _require_possible(
    value: float, limits: tuple[float, float], key: str, place: str
) -> None:
    low, high = limits
    if not low < value < high:
        text = f"above {low:g}" if high == np.inf else f"between {low:g} and {high:g}"
        raise ScenarioError(
            f"{place}: {key} is {value:g}, which the indicator cannot be: it is "
            f"{text}. "
            "Correct the number, or check its unit in project.yaml."
        )
