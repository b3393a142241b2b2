"""Levers: quantities that a scenario shifts, with unit and admissible range.

A lever at 0 has no effect, so a scenario differs from the baseline only by its
settings. Besides those of `MOVES` each measure of the project, and the numerator of
each ratio, may be moved by the indicator's id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from numbers import Real
from typing import Any

from cszt_models.errors import ScenarioError, unknown
from cszt_models.project.project import Project
from cszt_models.project.schema import Label, Sourced
from cszt_models.storage.files import load_yaml

MAX_NUMBER = 1e300  # larger ones are read as infinite


class LeverName(StrEnum):
    """Levers that every project may have; those of measures bear their ids."""

    GROWTH = "growth"
    PRICE = "price"
    LEVEL = "level"
    POPULATION = "population"
    MIGRATION = "migration"
    URBANIZATION = "urbanization"
    INDUSTRY_FROM_SERVICES = "industry_from_services"
    INDUSTRY_FROM_AGRICULTURE = "industry_from_agriculture"
    SERVICES_FROM_AGRICULTURE = "services_from_agriculture"
    UNCERTAINTY = "uncertainty"
    EVENT_RISK = "event_risk"

    def __repr__(self) -> str:
        """The name in quotes, as messages show it."""
        return repr(str(self))


# Points of GDP a year from one sector to another: lever, source and sink, as positions
# in `vocabulary.SECTORS`.
TRANSFERS: Mapping[LeverName, tuple[int, int]] = {
    LeverName.INDUSTRY_FROM_SERVICES: (2, 1),
    LeverName.INDUSTRY_FROM_AGRICULTURE: (0, 1),
    LeverName.SERVICES_FROM_AGRICULTURE: (0, 2),
}

# What a lever may move in every project, and the scale on which it is added.
MOVES: Mapping[LeverName, str] = {
    LeverName.GROWTH: "real growth, percentage points a year (log points)",
    LeverName.PRICE: "GDP deflator, percentage points a year (log points)",
    LeverName.LEVEL: "level of real GDP, percent (log points)",
    LeverName.POPULATION: "resident population, percentage points a year (log points)",
    LeverName.MIGRATION: (
        "residents who move in, 10 000 persons a year for all regions together"
    ),
    LeverName.URBANIZATION: "urban share, percentage points a year",
    **dict.fromkeys(TRANSFERS, "sector shares, percentage points a year"),
    LeverName.UNCERTAINTY: "deviations of draws from their mean, percent",
    LeverName.EVENT_RISK: (
        "probability of an event like the largest of the project, percent a year"
    ),
}


@dataclass(frozen=True)
class Lever(Sourced):
    """Something policy or an analyst moves; ``source`` is that of its range."""

    id: str
    moves: str
    unit: str
    low: float
    high: float
    label: Label
    source: str
    source_zh: str = ""


def movable(project: Project) -> dict[str, str]:
    """Quantities that levers may move in a project, and the scale of the shift.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> movable(load_project())["rd_expenditure"]
    'rd_expenditure, percentage points of its growth a year (log points)'
    """
    growth = "percentage points of its growth a year (log points)"
    moves: dict[str, str] = {str(name): text for name, text in MOVES.items()}
    for name, measure in project.measures.items():
        ratio = measure.model == "ratio"
        moves[name] = f"{name}, {'percentage points a year' if ratio else growth}"
        if measure.part:
            moves[measure.part] = f"{measure.part}, {growth}"
    return moves


def read_levers(project: Project) -> dict[str, Lever]:
    """The project's levers by id.

    Raises
    ------
    ScenarioError
        If an entry lacks a field, moves something unknown, or its range is not
        ``[low, high]`` around 0.
    DataError
        If the file cannot be read.
    """
    path, known = project.file("levers.yaml"), movable(project)
    return {
        str(name): _lever(str(name), entry, f"{path}, {name}", known)
        for name, entry in load_yaml(path).items()
    }


def _lever(name: str, entry: Any, place: str, known: Mapping[str, str]) -> Lever:
    needed = ("moves", "unit", "range", "en", "zh", "source")
    if not isinstance(entry, dict) or [k for k in needed if k not in entry]:
        raise ScenarioError(f"{place}: a lever needs {', '.join(needed)}. Add them.")
    if str(entry["moves"]) not in known:
        raise ScenarioError(f"{place}: {unknown('moves', entry['moves'], known)}")
    if entry["moves"] != name:
        raise ScenarioError(
            f"{place}: moves {entry['moves']!r}, but settings are applied by the "
            "lever's name. Name the lever after what it moves."
        )
    bounds = entry["range"]
    if not (
        isinstance(bounds, list)
        and len(bounds) == 2
        and all(is_number(bound) for bound in bounds)
        and bounds[0] < bounds[1]
        and bounds[0] <= 0 <= bounds[1]
    ):
        raise ScenarioError(
            f"{place}: range {bounds!r} is not [low, high] around 0, where a lever "
            "does nothing. Write two numbers, the lower first."
        )
    low, high = bounds
    label = Label(str(entry["en"]), str(entry["zh"]))
    return Lever(
        name,
        entry["moves"],
        str(entry["unit"]),
        float(low),
        float(high),
        label,
        str(entry["source"]),
        str(entry.get("source_zh", "")),
    )


def is_number(value: Any) -> bool:
    """Whether a value from a file or a caller is a finite number, and not yes or no.

    Examples
    --------
    >>> is_number(0.5), is_number(float("nan")), is_number(True)
    (True, False, False)
    """
    number = isinstance(value, Real) and not isinstance(value, bool)
    return number and bool(abs(value) < MAX_NUMBER)
