"""Project folder: reading and validation of project.yaml, and paths of its files."""

import csv
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import StrictInt

from cszt_models.errors import DataError, unknown
from cszt_models.project.measures import Measure
from cszt_models.project.plans import current, in_force, last_ended, with_status
from cszt_models.project.schema import (
    Aggregate,
    Caveat,
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
from cszt_models.project.section_checks import Checks
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
    **{key: {} for key in ("aggregates", "bases", "comparability", "plans")},
    **{key: {} for key in ("measures", "composites", "sources")},
    **dict.fromkeys(("as_of_dates", "caveats", "censuses", "events"), ()),
    **dict.fromkeys(("horizon", "drawn_until"), 0),
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
    plans: Mapping[str, Plan]
    plan: Plan  # the one that is asked about, see `select`
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
    caveats: tuple[Caveat, ...]
    sources: Mapping[str, str]  # Chinese names of sources, by the source
    drawn_until: StrictInt = 0  # draws up to this year are those of a nearer horizon
    chosen_plan: str = ""  # by name; without one the date decides

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
    def first_year(self) -> int:
        """First year of any plan."""
        return min(plan.first_year for plan in self.plans.values())

    @property
    def last_year(self) -> int:
        """Last year of any plan."""
        return max(plan.last_year for plan in self.plans.values())

    def select(self, name: str) -> "Project":
        """The project with one of its plans as the one that is asked about.

        Raises
        ------
        DataError
            If it has no plan of that name, with the nearest one.

        Examples
        --------
        >>> load_project().select("2021-2025").plan.last_year
        2025
        """
        if name not in self.plans:
            raise DataError(
                f"{unknown('plan', name, self.plans)} Plans stand in project.yaml."
            )
        return replace(self, plan=self.plans[name], chosen_plan=name)

    def on(self, day: date) -> "Project":
        """The project with the plan that was in force on a date, unless one is chosen.

        A plan of a single year is asked about by name only, if there are longer ones.
        """
        if self.chosen_plan or day >= self.data_date:
            return self
        return replace(self, plan=in_force(self.plans, day.year))

    @property
    def ended(self) -> "Project":
        """The project with its last plan that is over, if the one asked about is not.

        Scores need outcomes; a plan chosen by name stays.
        """
        if self.chosen_plan:
            return self
        return replace(self, plan=last_ended(self.plans, self.plan))

    @property
    def plan_caveats(self) -> tuple[Caveat, ...]:
        """Caveats about the plan that is asked about, or about every plan."""
        return tuple(c for c in self.caveats if c.concerns(self.plan.id))

    def plan_named(self, name: str) -> Plan:
        """The plan with an id, or the one asked about if there is none such."""
        return self.plans.get(name, self.plan)

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
        plans=(plans := with_status(project.plans, project.plan, project.data_date)),
        plan=current(plans),
        as_of_dates=tuple(sorted(set(project.as_of_dates))),
        bases=bases,
        comparability=project.comparability if "comparability" in content else every,
    )
    if "horizon" not in content:
        project = replace(project, horizon=_last_year(project))
    Checks(path, project, content, SECTIONS).run()
    return project


def _last_year(project: Project) -> int:
    """Last year of all plans, or of the figures if they reach further.

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
    return max([project.last_year, *known])


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
    _extend(values, "plans", lambda _, entry: _label(entry))
    if isinstance(plans := values["plans"], dict) and plans:
        values["plans"] = {str(name): entry for name, entry in plans.items()}
        values["plan"] = next(iter(plans.values()))
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
