"""Project folder: reading and validation of project.yaml, and paths of its files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cszt_models.errors import DataError, unknown
from cszt_models.project.measures import GROUPS, MODELS, WEIGHTS, Measure
from cszt_models.project.schema import (
    Aggregate,
    Census,
    Comparability,
    Event,
    Indicator,
    Label,
    Plan,
    Region,
)
from cszt_models.storage.files import load_yaml
from cszt_models.vocabulary import KINDS, ROLES, Role

FILES = (
    "project.yaml",
    "observations.csv",
    "targets.csv",
    "levers.yaml",
    "scenarios.yaml",
    "priors.yaml",
)
DEFAULT_BASIS = "as_first_published"  # of a project that names none
# Sections of project.yaml; those that may be left out are empty then.
SECTIONS = (
    "id",
    "name",
    "data_date",
    "horizon",
    "plan",
    "as_of_dates",
    "caveats",
    "regions",
    "aggregates",
    "events",
    "censuses",
    "bases",
    "comparability",
    "measures",
    "indicators",
)
# Files that a project may do without; the package's defaults then stand in.
OPTIONAL = ("levers.yaml", "scenarios.yaml", "priors.yaml")


@dataclass(frozen=True, repr=False)
class Project:
    """A project folder, read and checked."""

    folder: Path
    id: str
    label: Label
    data_date: date
    horizon: int
    plan: Plan
    as_of_dates: tuple[date, ...]
    regions: Mapping[str, Region]
    aggregates: Mapping[str, Aggregate]
    events: tuple[Event, ...]
    censuses: tuple[Census, ...]
    bases: Mapping[str, Label]
    comparability: Mapping[str, Comparability]
    indicators: Mapping[str, Indicator]
    measures: Mapping[str, Measure]
    caveats: tuple[Label, ...]

    def __repr__(self) -> str:
        plan = f"{self.plan.first_year}-{self.plan.last_year}"
        return f"Project({self.id!r}, regions={len(self.regions)}, plan={plan})"

    def file(self, name: str) -> Path:
        """Path of one of the project's files, or of the default where it has none."""
        path = self.folder / name
        return path if path.is_file() or name not in OPTIONAL else default(name)

    def bases_of(self, indicator: str) -> Comparability:
        """Bases whose figures of an indicator may be compared; none if not named."""
        return self.comparability.get(indicator, Comparability((), ()))

    @property
    def places(self) -> Mapping[str, Label]:
        """Labels of all regions and aggregates, by id."""
        regions = {name: region.label for name, region in self.regions.items()}
        return regions | {name: group.label for name, group in self.aggregates.items()}

    def with_role(self, *roles: Role) -> tuple[str, ...]:
        """Ids of the regions that have one of the roles, in the file's order."""
        return tuple(r.id for r in self.regions.values() if r.role in roles)

    def events_known(self, on: date) -> tuple[int, ...]:
        """Years of the events that were known on a date."""
        return tuple(e.year for e in self.events if e.known_from <= on)


def bundled() -> Path:
    """Folder of the bundled project: inside an installed package, or the checkout's.

    Returns
    -------
    Path
        ``cszt_models/data`` of a wheel, else ``data`` beside the package.
    """
    inside = Path(__file__).parents[1] / "data"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "data"


def default(name: str) -> Path:
    """Path of the package's default for one of the files in `OPTIONAL`.

    Its priors are those of Chinese prefectures and provinces.
    """
    return Path(__file__).parents[1] / "defaults" / name


def load_project(folder: Path | str | None = None) -> Project:
    """The project in a folder; without one, the bundled project.

    Raises
    ------
    DataError
        If the folder or one of its files is missing, or an entry of project.yaml is
        missing, of the wrong type, or names something unknown.

    Examples
    --------
    >>> project = load_project()
    >>> project.aggregates["czt"].members == project.with_role("core")
    True
    """
    folder = bundled() if folder is None else Path(folder)
    needed = [name for name in FILES if name not in OPTIONAL]
    if not folder.is_dir():
        raise DataError(
            f"project folder {folder} does not exist. Give a folder that holds "
            f"{', '.join(needed)}, or make one with cszt new."
        )
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise DataError(
            f"project folder {folder} lacks {', '.join(missing)}. "
            "Add the file, or start a folder with `cszt new DIR`."
        )
    return _Reader(folder / "project.yaml").project()


def data_hash(project: Project) -> str:
    """First 12 hex digits of SHA-256 over the project's files, in a fixed order."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(name.encode() + b"\0" + project.file(name).read_bytes())
    return digest.hexdigest()[:12]


class _Reader:
    """Reads project.yaml entry by entry, so that an error names its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = load_yaml(path)

    def fail(self, place: str, fact: str, remedy: str) -> DataError:
        where = f"{self.path}, {place}" if place else str(self.path)
        return DataError(f"{where}: {fact} {remedy}")

    def get(self, entry: Any, key: str, kind: type, place: str) -> Any:
        if not isinstance(entry, dict):
            raise self.fail(place, f"{entry!r} is not a mapping.", f"Give it a {key}.")
        if key not in entry:
            raise self.fail(place, f"no {key!r}.", f"Add '{key}: ...'.")
        value = entry[key]
        if not isinstance(value, kind) or isinstance(value, bool | datetime):
            raise self.fail(
                f"{place}{'.' if place else ''}{key}",
                f"{value!r} is {type(value).__name__}, not {kind.__name__}.",
                "Dates are YYYY-MM-DD and years whole numbers, without quotes.",
            )
        return value

    def section(self, key: str, kind: type) -> Any:
        content = self.get(self.content, key, kind, "")
        for name in content if kind is dict else ():
            if not isinstance(name, str):
                raise self.fail(key, f"{name!r} is no name.", "Put it in quotes.")
        return content

    def optional(self, key: str, kind: type) -> Any:
        """A section that may be left out: then it is empty."""
        return self.section(key, kind) if key in self.content else kind()

    def label(self, entry: Any, place: str) -> Label:
        return Label(
            self.get(entry, "en", str, place), self.get(entry, "zh", str, place)
        )

    def one_of(self, value: Any, kind: str, known: Any, place: str) -> Any:
        if not isinstance(value, str) or value not in known:
            raise self.fail(place, unknown(kind, value, known), "Correct the name.")
        return value

    def regions(self) -> dict[str, Region]:
        regions = {}
        for name, entry in self.section("regions", dict).items():
            place = f"regions.{name}"
            role = self.get(entry, "role", str, place)
            self.one_of(role, "role", ROLES, place)
            regions[name] = Region(name, self.label(entry, place), role)
        return regions

    def aggregates(self, regions: Mapping[str, Region]) -> dict[str, Aggregate]:
        aggregates = {}
        for name, entry in self.optional("aggregates", dict).items():
            place = f"aggregates.{name}"
            members = self.get(entry, "members", list, place)
            for member in members:
                self.one_of(member, "region", regions, place)
            if not members or len(set(members)) < len(members) or name in regions:
                raise self.fail(
                    place,
                    f"{name!r} of members {members} is no group of its own.",
                    "Name each member once, and no group like a region.",
                )
            within = entry.get("within")
            if within is not None:
                self.one_of(within, "region", regions, place)
            label = self.label(entry, place)
            aggregates[name] = Aggregate(name, label, tuple(members), within)
        return aggregates

    def indicators(self) -> dict[str, Indicator]:
        indicators = {}
        for name, entry in self.section("indicators", dict).items():
            place = f"indicators.{name}"
            kind = self.get(entry, "kind", str, place)
            self.one_of(kind, "kind", KINDS, place)
            unit = self.get(entry, "unit", str, place)
            indicators[name] = Indicator(name, self.label(entry, place), unit, kind)
        return indicators

    def comparability(self, indicators: Any, bases: Any) -> dict[str, Comparability]:
        comparability = {}
        if "comparability" not in self.content:
            every = Comparability(tuple(bases), ())
            return dict.fromkeys(indicators, every)
        for name, entry in self.section("comparability", dict).items():
            place = f"comparability.{name}"
            self.one_of(name, "indicator", indicators, place)
            lists = [self.get(entry, key, list, place) for key in ("judged", "offset")]
            for basis in [*lists[0], *lists[1]]:
                self.one_of(basis, "basis", bases, place)
            comparability[name] = Comparability(tuple(lists[0]), tuple(lists[1]))
        return comparability

    def measures(self, indicators: Any, bases: Any) -> dict[str, Measure]:
        known = {"model": MODELS, "group": GROUPS, "weight": WEIGHTS}
        known |= {"part": indicators, "growth": indicators}
        known |= {"whole": indicators, "heads": WEIGHTS, "linked": ("true", "false")}
        measures = {}
        for name, entry in self.optional("measures", dict).items():
            place = f"measures.{name}"
            self.one_of(name, "indicator", indicators, place)
            for key in ("model", "group"):
                self.get(entry, key, str, place)
            for key, value in entry.items():
                self.one_of(key, "field", known, place)
                text = str(value).lower() if isinstance(value, bool) else value
                self.one_of(text, key, known[key], place)
            measure = Measure(name, **entry)
            fault, kind = measure.fault(), indicators[name].kind
            if kind not in MODELS[measure.model]:
                fault = f"an indicator of kind {kind!r} is no {measure.model}"
            needed = (name, measure.weight, measure.heads)
            lost = [
                indicator
                for indicator in needed
                if indicator and indicator not in bases
            ]
            if lost or name in WEIGHTS:
                fault = f"comparability lacks {lost[0]}" if lost else "it is a weight"
            if fault:
                raise self.fail(place, f"{fault}.", "Correct the entry.")
            measures[name] = measure
        return measures

    def events(self) -> tuple[Event, ...]:
        return tuple(
            Event(
                self.get(entry, "year", int, f"events[{n}]"),
                self.get(entry, "known_from", date, f"events[{n}]"),
                self.label(entry.get("name"), f"events[{n}].name"),
            )
            for n, entry in enumerate(self.optional("events", list))
        )

    def censuses(self) -> tuple[Census, ...]:
        return tuple(
            Census(
                self.get(entry, "year", int, f"censuses[{n}]"),
                self.get(entry, "levels_from", int, f"censuses[{n}]"),
                self.label(entry.get("name"), f"censuses[{n}].name"),
            )
            for n, entry in enumerate(self.optional("censuses", list))
        )

    def plan(self) -> Plan:
        entry = self.section("plan", dict)
        years = [self.get(entry, k, int, "plan") for k in ("first_year", "last_year")]
        if years[0] > years[1]:
            fact = f"first_year {years[0]} is after last_year {years[1]}."
            raise self.fail("plan", fact, "Swap them.")
        return Plan(self.label(entry.get("name"), "plan.name"), *years)

    def horizon(self, plan: Plan) -> int:
        if "horizon" not in self.content:
            return plan.last_year
        horizon: int = self.section("horizon", int)
        if horizon < plan.last_year:
            fact = f"{horizon} is before the plan's last year {plan.last_year}."
            raise self.fail("horizon", fact, "Choose a later year.")
        return horizon

    def dates(self) -> tuple[date, ...]:
        dates = self.optional("as_of_dates", list)
        for entry in dates:
            self.get({"as_of_dates": entry}, "as_of_dates", date, "")
        return tuple(sorted(set(dates)))

    def project(self) -> Project:
        regions, indicators, plan = self.regions(), self.indicators(), self.plan()
        bases = {
            name: self.label(entry, f"bases.{name}")
            for name, entry in self.optional("bases", dict).items()
        } or {DEFAULT_BASIS: Label("as first published", "初次公布")}
        comparability = self.comparability(indicators, bases)
        for name in self.content:
            self.one_of(name, "section", SECTIONS, "")
        return Project(
            folder=self.path.parent,
            id=self.section("id", str),
            label=self.label(self.section("name", dict), "name"),
            data_date=self.section("data_date", date),
            horizon=self.horizon(plan),
            plan=plan,
            as_of_dates=self.dates(),
            regions=regions,
            aggregates=self.aggregates(regions),
            events=self.events(),
            censuses=self.censuses(),
            bases=bases,
            comparability=comparability,
            indicators=indicators,
            measures=self.measures(indicators, comparability),
            caveats=tuple(
                self.label(entry, f"caveats[{n}]")
                for n, entry in enumerate(self.optional("caveats", list))
            ),
        )
