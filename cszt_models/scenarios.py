"""Scenarios: named lever settings, put together in any order; the baseline is empty."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from cszt_models.errors import ScenarioError, unknown
from cszt_models.files import load_yaml
from cszt_models.project import Label, Project

BASELINE = "baseline"

# What a lever may move: the block and the scale on which it is added.
MOVES = {
    "growth": "real growth, percentage points a year (log points)",
    "price": "GDP deflator, percentage points a year (log points)",
    "population": "resident population, percentage points a year (log points)",
    "urbanization": "urban share, percentage points a year",
    "rd_intensity": "R&D share of GDP, percentage points a year",
}


@dataclass(frozen=True)
class Lever:
    """Something policy or an analyst moves; ``source`` is that of its range."""

    id: str
    moves: str
    unit: str
    low: float
    high: float
    label: Label
    source: str


@dataclass(frozen=True)
class Setting:
    """A lever's value for some regions (none: all) and years (None: no bound)."""

    lever: str
    value: float
    regions: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Scenario:
    """Named lever settings; two scenarios with one hash give the same numbers."""

    name: str
    settings: Mapping[str, Setting]

    @property
    def hash(self) -> str:
        """First 12 hex digits of SHA-256 over the settings; the name does not count."""
        content = [
            asdict(setting) | {"regions": sorted(set(setting.regions))}
            for _, setting in sorted(self.settings.items())
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def with_lever(self, lever: str, value: float, **where: Any) -> "Scenario":
        """Copy with one lever set, or replaced, for the regions and years given.

        Raises
        ------
        ScenarioError
            If no lever has that name.

        Examples
        --------
        >>> baseline().with_lever("growth", 0.5).settings["growth"].value
        0.5
        """
        if lever not in MOVES:
            raise ScenarioError(f"{unknown('lever', lever, MOVES)} Choose one of them.")
        setting = Setting(lever, float(value), **where)
        return Scenario(
            f"{self.name} + {lever} {value:+g}",
            MappingProxyType({**self.settings, lever: setting}),
        )


def baseline() -> Scenario:
    """The scenario that sets nothing."""
    return Scenario(BASELINE, MappingProxyType({}))


def read_levers(project: Project) -> dict[str, Lever]:
    """The project's levers by id.

    Raises
    ------
    ScenarioError
        If an entry lacks a field, moves something unknown, or its range is not
        ``[low, high]``.
    DataError
        If the file cannot be read.
    """
    path = project.file("levers.yaml")
    return {
        str(name): _lever(str(name), entry, f"{path}, {name}")
        for name, entry in load_yaml(path).items()
    }


def _lever(name: str, entry: Any, place: str) -> Lever:
    needed = ("moves", "unit", "range", "en", "zh", "source")
    if not isinstance(entry, dict) or [k for k in needed if k not in entry]:
        raise ScenarioError(f"{place}: a lever needs {', '.join(needed)}. Add them.")
    if str(entry["moves"]) not in MOVES:
        raise ScenarioError(f"{place}: {unknown('moves', entry['moves'], MOVES)}")
    if entry["moves"] != name:
        raise ScenarioError(
            f"{place}: moves {entry['moves']!r}, but settings are applied by the "
            "lever's name. Name the lever after what it moves."
        )
    bounds = entry["range"]
    if not (
        isinstance(bounds, list)
        and len(bounds) == 2
        and all(_is_number(bound) for bound in bounds)
        and bounds[0] < bounds[1]
    ):
        raise ScenarioError(
            f"{place}: range {bounds!r} is not [low, high]. "
            "Write two numbers, the lower first."
        )
    low, high = bounds
    label = Label(str(entry["en"]), str(entry["zh"]))
    unit, source = str(entry["unit"]), str(entry["source"])
    return Lever(name, entry["moves"], unit, float(low), float(high), label, source)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def read_scenarios(
    project: Project, levers: Mapping[str, Lever]
) -> dict[str, Scenario]:
    """The project's scenarios by name; ``baseline`` is always among them.

    Raises
    ------
    ScenarioError
        If a part or scenario is malformed, names something unknown, goes outside a
        lever's range, or two parts of a scenario set the same lever.
    """
    path = project.file("scenarios.yaml")
    content = load_yaml(path)
    parts, lists = content.get("parts", {}), content.get("scenarios", {})
    if not isinstance(parts, dict) or not isinstance(lists, dict):
        raise ScenarioError(
            f"{path}: 'parts' and 'scenarios' must be mappings of names. "
            "See the comment at the head of the bundled file."
        )
    read = {
        str(name): read_part(str(name), entry, levers, project)
        for name, entry in parts.items()
    }
    found = {BASELINE: baseline()}
    for name, use in lists.items():
        if not isinstance(use, list):
            raise ScenarioError(
                f"{path}: scenario {name!r} is {use!r}, not a list of parts. "
                "Write [part, part], or [] for the baseline."
            )
        found[str(name)] = compose(str(name), read, [str(part) for part in use])
    if found[BASELINE].settings:
        raise ScenarioError(
            f"{path}: scenario {BASELINE!r} has parts, but it is the one that sets "
            "nothing. Give the list another name."
        )
    return found


def read_part(
    name: str, entry: Any, levers: Mapping[str, Lever], project: Project
) -> dict[str, Setting]:
    """Settings of one part: ``lever: value`` or a mapping with regions, from and to.

    Raises
    ------
    ScenarioError
        If the part is malformed or names something unknown.
    """
    if not isinstance(entry, dict):
        raise ScenarioError(
            f"part {name!r} is {entry!r}, not a mapping of levers to values. "
            "Write 'lever: value'."
        )
    return {
        str(lever): read_setting(name, str(lever), given, levers, project)
        for lever, given in entry.items()
    }


def read_setting(
    part: str, lever: str, given: Any, levers: Mapping[str, Lever], project: Project
) -> Setting:
    """One lever's setting, checked against its range and the project's regions.

    Raises
    ------
    ScenarioError
        If the lever, a key or a region is unknown, or the value is out of range.
    """
    if lever not in levers:
        raise ScenarioError(f"part {part!r}: {unknown('lever', lever, levers)}")
    fields: dict[Any, Any] = given if isinstance(given, dict) else {"value": given}
    extra = set(fields) - {"value", "regions", "from", "to"}
    if extra:
        keys = ("value", "regions", "from", "to")
        raise ScenarioError(
            f"part {part!r}, lever {lever!r}: "
            f"{unknown('key', sorted(map(str, extra))[0], keys)}"
        )
    value: Any = fields.get("value")
    low, high = levers[lever].low, levers[lever].high
    if not _is_number(value) or not low <= value <= high:
        raise ScenarioError(
            f"part {part!r}: lever {lever!r} is {value!r}; "
            f"it takes a number from {low:g} to {high:g} ({levers[lever].unit}). "
            "Choose one in the range, or widen it in levers.yaml with a source."
        )
    regions = _regions(part, fields.get("regions", []), project)
    years = [fields.get(key) for key in ("from", "to")]
    if any(y is not None and (not isinstance(y, int) or y is True) for y in years):
        raise ScenarioError(
            f"part {part!r}, lever {lever!r}: from {years[0]!r} to {years[1]!r} "
            "are not years. Write whole numbers like 2023."
        )
    first, last = years
    if first is not None and last is not None and first > last:
        raise ScenarioError(
            f"part {part!r}, lever {lever!r}: from {first} to {last} holds no year. "
            "Swap them."
        )
    return Setting(lever, float(value), regions, first, last)


def _regions(part: str, named: Any, project: Project) -> tuple[str, ...]:
    if not isinstance(named, list):
        raise ScenarioError(
            f"part {part!r}: regions {named!r} is not a list. Write [a, b]."
        )
    found: list[str] = []
    for name in map(str, named):
        if name in project.aggregates:
            found += project.aggregates[name].members
        elif name in project.regions:
            found.append(name)
        else:
            raise ScenarioError(
                f"part {part!r}: {unknown('region', name, project.places)}"
            )
    return tuple(dict.fromkeys(found))


def compose(
    name: str, parts: Mapping[str, Mapping[str, Setting]], use: Iterable[str]
) -> Scenario:
    """Merge the parts named in ``use``; their order cannot matter.

    Raises
    ------
    ScenarioError
        If a part is unknown, or two parts set the same lever; both are named.
    """
    settings: dict[str, Setting] = {}
    origin: dict[str, str] = {}
    for part in use:
        if part not in parts:
            raise ScenarioError(f"scenario {name!r}: {unknown('part', part, parts)}")
        for lever, setting in parts[part].items():
            if lever in settings:
                raise ScenarioError(
                    f"scenario {name!r}: lever {lever!r} is set by both "
                    f"{origin[lever]!r} ({settings[lever].value:g}) and {part!r} "
                    f"({setting.value:g}). Drop it from one of them."
                )
            settings[lever], origin[lever] = setting, part
    return Scenario(name, MappingProxyType(settings))


def scenario_named(scenarios: Mapping[str, Scenario], name: str) -> Scenario:
    """The scenario with a name.

    Raises
    ------
    ScenarioError
        If there is none, with the nearest name.
    """
    if name not in scenarios:
        raise ScenarioError(unknown("scenario", name, scenarios))
    return scenarios[name]
