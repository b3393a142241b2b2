"""Project folder: reading and validation of project.yaml, and paths of its files."""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import StrictInt

from cszt_models.errors import DataError, unknown
from cszt_models.project.measures import MODELS, WEIGHTS, Measure
from cszt_models.project.schema import (
    ID,
    ID_RULE,
    Aggregate,
    Census,
    Comparability,
    Composite,
    Day,
    Event,
    Indicator,
    Label,
    Plan,
    Region,
)
from cszt_models.storage.files import load_yaml
from cszt_models.storage.validation import validated
from cszt_models.vocabulary import SECTORS, Role

FILES = (
    "project.yaml",
    "observations.csv",
    "targets.csv",
    "levers.yaml",
    "scenarios.yaml",
    "priors.yaml",
)
DEFAULT_BASIS = "as_first_published"  # of a project that names none
OPTIONAL_SECTIONS: Mapping[str, Any] = {
    **{key: {} for key in ("aggregates", "bases", "comparability")},
    **{key: {} for key in ("measures", "composites")},
    **dict.fromkeys(("as_of_dates", "caveats", "censuses", "events"), ()),
    "horizon": 0,
}
REQUIRED_SECTIONS = ("id", "name", "data_date", "plan", "regions", "indicators")
SECTIONS = (*REQUIRED_SECTIONS, *OPTIONAL_SECTIONS)
# Files that a project may do without; the package's defaults then stand in.
OPTIONAL = ("levers.yaml", "scenarios.yaml", "priors.yaml")


@dataclass(frozen=True, repr=False)
class Project:
    """A project folder, read and checked."""

    folder: Path
    id: str
    label: Label
    data_date: Day
    horizon: StrictInt
    plan: Plan
    as_of_dates: tuple[Day, ...]
    regions: Mapping[str, Region]
    aggregates: Mapping[str, Aggregate]
    events: tuple[Event, ...]
    censuses: tuple[Census, ...]
    bases: Mapping[str, Label]
    comparability: Mapping[str, Comparability]
    indicators: Mapping[str, Indicator]
    measures: Mapping[str, Measure]
    composites: Mapping[str, Composite]
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
    def judged_bases(self) -> Mapping[str, str]:
        """The basis on which figures of an indicator are judged; printed shares too."""
        named = {name: bases.judged[0] for name, bases in self.comparability.items()}
        sectors = named.get(SECTORS[0])  # a project may know growth alone
        shares = {f"share_{n[3:]}": sectors for n in SECTORS} if sectors else {}
        return shares | named

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
    return _read(folder / "project.yaml")


def data_hash(project: Project) -> str:
    """First 12 hex digits of SHA-256 over the project's files, in a fixed order."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(name.encode() + b"\0" + project.file(name).read_bytes())
    return digest.hexdigest()[:12]


def _read(path: Path) -> Project:
    content = load_yaml(path)
    project = validated(Project, _values(content, path.parent), path)
    bases = project.bases or {DEFAULT_BASIS: Label("as first published", "初次公布")}
    every = dict.fromkeys(project.indicators, Comparability(tuple(bases), ()))
    project = replace(
        project,
        as_of_dates=tuple(sorted(set(project.as_of_dates))),
        bases=bases,
        comparability=project.comparability if "comparability" in content else every,
        horizon=project.horizon if "horizon" in content else _last_year(project),
    )
    _Checks(path, project, content).run()
    return project


def _last_year(project: Project) -> int:
    """Last year of the plan, or of the figures if they reach further.

    A year after the day of the data is a mistake, which the horizon then shows.
    """
    path = project.folder / "observations.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts = [row.get("year") or "" for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error):
        texts = []  # refused with the line where the figures are read
    years = [int(text) for text in texts if re.fullmatch(r"[0-9]{4}", text)]
    known = [year for year in years if year <= project.data_date.year]
    return max([project.plan.last_year, *known])


def _values(content: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Values of the fields of `Project`, still to be validated."""
    values: dict[Any, Any] = {**OPTIONAL_SECTIONS, **content, "folder": folder}
    for key in ("regions", "aggregates", "indicators"):
        _extend(values, key, lambda name, entry: {"id": name, "label": entry})
    for key in ("measures", "composites"):
        _extend(values, key, lambda name, _: {"indicator": name})
    for key in ("events", "censuses"):
        _extend(values, key, lambda _, entry: _label(entry))
    if isinstance(plan := values.get("plan"), dict):
        values["plan"] = plan | _label(plan)
    return values | _label(values)


def _label(entry: dict[str, Any]) -> dict[str, Any]:
    return {"label": entry["name"]} if "name" in entry else {}


def _extend(values: dict[Any, Any], key: str, more: Callable[..., Any]) -> None:
    """Add fields to each entry of a section that is a mapping."""
    match values.get(key):
        case dict() as section:
            values[key] = {n: _joined(e, n, more) for n, e in section.items()}
        case list() as section:
            values[key] = [_joined(e, n, more) for n, e in enumerate(section)]


def _joined(entry: Any, name: Any, more: Callable[..., Any]) -> Any:
    return entry | more(name, entry) if isinstance(entry, dict) else entry


@dataclass(frozen=True)
class _Checks:
    """Names and years in project.yaml, which refer to each other."""

    path: Path
    project: Project
    content: Mapping[str, Any]

    def fail(self, place: str, fact: str, remedy: str) -> DataError:
        where = f"{self.path}, {place}" if place else str(self.path)
        return DataError(f"{where}: {fact} {remedy}")

    def names(self, names: Iterable[str], kind: str, known: Any, place: str) -> None:
        for name in names:
            if name not in known:
                raise self.fail(place, unknown(kind, name, known), "Correct the name.")

    def ids(self) -> None:
        project = self.project
        sections = {
            "id": [project.id],
            "regions": project.regions,
            "aggregates": project.aggregates,
            "indicators": project.indicators,
        }
        for place, names in sections.items():
            for name in names:
                if not ID.fullmatch(name):
                    fact = f"{name!r} names files, so it may have {ID_RULE}."
                    raise self.fail(place, fact, "Choose another id.")

    def run(self) -> None:
        project = self.project
        self.ids()
        for name, bases in project.comparability.items():
            place = f"comparability.{name}"
            self.names([name], "indicator", project.indicators, place)
            self.names(bases.usable, "basis", project.bases, place)
        self.names(self.content, "section", SECTIONS, "")
        for group in project.aggregates.values():
            self.aggregate(group)
        for measure in project.measures.values():
            self.measure(measure)
        for composite in project.composites.values():
            self.composite(composite)
        plan = project.plan
        if plan.first_year > plan.last_year:
            fact = f"first_year {plan.first_year} is after last_year {plan.last_year}."
            raise self.fail("plan", fact, "Swap them.")
        if project.horizon < plan.last_year:
            end = f"the plan's last year {plan.last_year}"
            fact = f"{project.horizon} is before {end}."
            raise self.fail("horizon", fact, "Choose a later year.")

    def aggregate(self, group: Aggregate) -> None:
        place, regions = f"aggregates.{group.id}", self.project.regions
        members = list(group.members)
        self.names(members, "region", regions, place)
        if not members or len(set(members)) < len(members) or group.id in regions:
            raise self.fail(
                place,
                f"{group.id!r} of members {members} is no group of its own.",
                "Name each member once, and no group like a region.",
            )
        self.names([group.within] if group.within else [], "region", regions, place)

    def composite(self, composite: Composite) -> None:
        name, place = composite.indicator, f"composites.{composite.indicator}"
        self.names([name], "indicator", self.project.indicators, place)
        known = ("part", "weight", "factor")
        self.names(self.content["composites"][name], "field", known, place)
        parts = [part for part in (composite.part, composite.weight) if part]
        if len(parts) == 1:
            fact = "part and weight belong together."
            raise self.fail(place, fact, "Give both or none.")
        comparable = self.project.comparability
        self.names(parts or [name], "comparable indicator", comparable, place)

    def measure(self, measure: Measure) -> None:
        name, indicators = measure.indicator, self.project.indicators
        place, bases = f"measures.{name}", self.project.comparability
        self.names([name], "indicator", indicators, place)
        known = {field.name for field in fields(Measure)} - {"indicator"}
        self.names(self.content["measures"][name], "field", known, place)
        for key in ("weight", "heads", "part", "growth", "whole"):
            value = getattr(measure, key)
            choices = WEIGHTS if key in ("weight", "heads") else indicators
            self.names([] if value is None else [value], key, choices, place)
        fault, kind = measure.fault(), indicators[name].kind
        if kind not in MODELS[measure.model]:
            fault = f"an indicator of kind {kind!r} is no {measure.model}"
        needed = (name, measure.weight, measure.heads)
        lost = [key for key in needed if key and key not in bases]
        if lost or name in WEIGHTS:
            fault = f"comparability lacks {lost[0]}" if lost else "it is a weight"
        if fault:
            raise self.fail(place, f"{fault}.", "Correct the entry.")
