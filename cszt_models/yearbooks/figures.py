"""Imports: figures of a spreadsheet as observations, with their cells and vintages.

A release that repeats what was known adds nothing; one that differs adds a vintage, and
the earlier figure stays. A figure that cannot be read is refused with its cell.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cszt_models.errors import DataError, unknown
from cszt_models.project.observations import COLUMNS, YEARS, last_day, read_observations
from cszt_models.project.project import Project, load_project
from cszt_models.storage.files import load_yaml, write_whole
from cszt_models.yearbooks.cell_text import is_percent, number, unit
from cszt_models.yearbooks.headings import INDEX, Heading
from cszt_models.yearbooks.layout import Entry, Layout
from cszt_models.yearbooks.mapping import Correspondence, region_key

SAME = 1e-9  # relative difference below which two figures are the same
KINDS: Mapping[str, tuple[float, float, str]] = {
    "share": (0.0, 100.0, "a share lies between 0 and 100 percent"),
    "level": (0.0, np.inf, "a level cannot be negative"),
    "count": (0.0, np.inf, "a count cannot be negative"),
    "growth": (-99.999, np.inf, "growth cannot be -100 percent or less"),
}


@dataclass(frozen=True)
class Release:
    """A publication: when it came out, who says so, and how its figures are marked."""

    released: str
    source: str
    basis: str
    status: str


@dataclass(frozen=True)
class Figure:
    """One figure of a table in the project's unit, and the cell that holds it."""

    region: str
    indicator: str
    year: int
    value: float
    place: str

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is a figure of."""
        return self.region, self.indicator, self.year


@dataclass(frozen=True)
class Revision:
    """A figure that differs from the one known before."""

    figure: Figure
    before: float

    @property
    def change(self) -> float:
        """Difference from the figure before, in its unit."""
        return self.figure.value - self.before


@dataclass(frozen=True)
class Changes:
    """What a release adds to what was known: new, revised and unchanged figures."""

    new: tuple[Figure, ...]
    revised: tuple[Revision, ...]
    unchanged: int

    @property
    def added(self) -> list[Figure]:
        """Figures that become observations."""
        return [*self.new, *(one.figure for one in self.revised)]


def check_release(project: Project, release: Release) -> date:
    """The last day on which a release may have happened.

    Raises
    ------
    DataError
        If the date does not exist or lies after the data's, the source is empty, or
        the basis is not one of the project's.
    """
    try:
        day = last_day(release.released)
    except ValueError:
        raise DataError(
            f"--released {release.released!r} is not a date that exists. Write "
            "YYYY-MM-DD, YYYY-MM or YYYY: when the table came out."
        ) from None
    if day > project.data_date:
        raise DataError(
            f"--released {release.released} reaches to {day}, after data_date "
            f"{project.data_date} of project.yaml. Raise data_date, or mend the date."
        )
    if not release.source.strip():
        raise DataError("--source is empty. Name the document and who published it.")
    if release.basis not in project.bases:
        words = unknown("basis", release.basis, project.bases)
        raise DataError(f"{words} Choose one with --basis, or add it to project.yaml.")
    return day


def figures_of(
    layout: Layout, meaning: Correspondence, project: Project
) -> list[Figure]:
    """The figures of a table in the project's units; blank cells are left out.

    Raises
    ------
    DataError
        Naming the cell: text in place of a number, no region, indicator, year or unit,
        a unit that does not convert, a value that is not possible, or one place and
        year given twice with different values.
    """
    found: dict[tuple[str, str, int], Figure] = {}
    for entry in layout.entries():
        figure = _figure(entry, layout, meaning, project)
        if figure is None:
            continue
        other = found.setdefault(figure.key, figure)
        if not _same(other.value, figure.value):
            raise DataError(
                f"{figure.place}: {' '.join(map(str, figure.key))} is {figure.value:g} "
                f"here and {other.value:g} in {other.place}. Take one of them away."
            )
    if not found:
        raise DataError(
            f"{layout.sheet.path.name}: no figure of a known indicator. Say in "
            "mapping.yaml what its headers mean."
        )
    return list(found.values())


def _figure(
    entry: Entry, layout: Layout, meaning: Correspondence, project: Project
) -> Figure | None:
    place = layout.sheet.place(entry.row, entry.column)
    heading = meaning.headings.get(entry.heading)
    if entry.heading and heading is None:
        return None
    name = region_key(entry.region)
    if name and meaning.regions.get(name) is None:
        return None
    try:
        value = number(entry.text)
    except ValueError:
        raise DataError(
            f"{place} is {entry.text!r}, which is no number, or one to be read in "
            "two ways. Write plain digits with a point, or leave the cell blank."
        ) from None
    if value is None:
        return None
    if heading is None or not name:
        lost = "the indicator" if heading is None else "the region"
        raise DataError(
            f"{place}: nothing tells {lost} of {entry.text}. Give its "
            f"{'column a header' if heading is None else 'row a name'}."
        )
    if entry.year is None or not YEARS[0] <= entry.year <= YEARS[1]:
        raise DataError(
            f"{place}: nothing tells the year of {entry.text}. Give its row or its "
            "header a year like 2020."
        )
    value = _converted(value, entry, heading, project, place)
    region = str(meaning.regions[name])
    return Figure(region, heading.indicator, entry.year, value, place)


def _converted(
    value: float, entry: Entry, heading: Heading, project: Project, place: str
) -> float:
    """A value in the unit of the project, checked for what is possible."""
    indicator = project.indicators[heading.indicator]
    written = entry.unit or heading.unit
    if not written:
        raise DataError(
            f"{place}: no unit is given for {entry.heading!r}. Write it in "
            f"mapping.yaml under headings, like {indicator.unit!r}."
        )
    found = value - 100 if written == INDEX and indicator.kind == "growth" else None
    have, want = unit(written), unit(indicator.unit)
    if found is None and written == indicator.unit:
        found = value
    if found is None and have and want and have.dimension == want.dimension:
        found = float(f"{value * (have.factor / want.factor):.12g}")
    if found is None:
        raise DataError(
            f"{place}: unit {written!r} of {entry.heading!r} does not convert to "
            f"{indicator.unit!r} of {indicator.id}. Mend it in mapping.yaml."
        )
    if is_percent(entry.text) and not (have and have.dimension == "percent"):
        raise DataError(
            f"{place} is {entry.text!r}, a percentage, where {written} are expected. "
            "Mend the cell, or the header's meaning in mapping.yaml."
        )
    low, high, rule = KINDS.get(indicator.kind, (-np.inf, np.inf, ""))
    if not low <= found <= high:
        raise DataError(f"{place} is {entry.text!r}: {rule}. Check it in its source.")
    return found


def without(
    figures: Iterable[Figure], left_out: Sequence[str], project: Project
) -> list[Figure]:
    """The figures but those of some indicators.

    Raises
    ------
    DataError
        If one of them is no indicator of the project.
    """
    for name in left_out:
        if name not in project.indicators:
            told = unknown("indicator", name, project.indicators)
            raise DataError(f"--skip: {told} Choose one of them.")
    return [figure for figure in figures if figure.indicator not in left_out]


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def changes(
    figures: Iterable[Figure], observations: pd.DataFrame, release: Release, day: date
) -> Changes:
    """What a release changes in what was known until its day, on its basis.

    Parameters
    ----------
    observations
        All observations of the project, checked.
    day
        From `check_release`.

    Raises
    ------
    DataError
        If a figure of the same release date is there with another value.
    """
    rows = observations[observations["basis"] == release.basis]
    rows = rows[rows["known_on"] <= day].sort_values("known_on", kind="stable")
    keys = zip(rows["region"], rows["indicator"], rows["year"], strict=True)
    told = dict(
        zip(keys, zip(rows["value"], rows["released"], strict=True), strict=True)
    )
    new, revised, unchanged = [], [], 0
    for figure in figures:
        if figure.key not in told:
            new.append(figure)
            continue
        before, released = told[figure.key]
        if _same(before, figure.value):
            unchanged += 1
        elif released == release.released:
            raise DataError(
                f"{figure.place}: {' '.join(map(str, figure.key))} is "
                f"{figure.value:g}, and {before:g} was imported as released on "
                f"{released}. If it came out later, say so with --released; if another "
                f"source is kept, leave it out with --skip {figure.indicator}."
            )
        else:
            revised.append(Revision(figure, float(before)))
    return Changes(tuple(new), tuple(revised), unchanged)


def new_regions(
    layout: Layout, meaning: Correspondence, figures: Sequence[Figure], project: Project
) -> dict[str, tuple[str, str]]:
    """Regions of the figures that project.yaml lacks: their names in English, Chinese.

    A table with a second name for each region tells both.
    """
    wanted = {figure.region for figure in figures} - set(project.places)
    found: dict[str, tuple[str, str]] = {}
    for entry in layout.entries():
        region = meaning.regions.get(region_key(entry.region))
        if region in wanted:
            name = entry.region.replace("_", " ").strip()
            name = name.title() if name.isascii() and name.islower() else name
            found.setdefault(str(region), (name, entry.label or name))
    return found


def bring(
    project: Project,
    regions: Mapping[str, tuple[str, str]],
    figures: Sequence[Figure],
    release: Release,
) -> None:
    """Write new regions and figures, or leave the project as it was.

    Raises
    ------
    DataError
        If they cannot be written, or the project would not be in order with them.
    """
    paths = [project.folder / "project.yaml", project.file("observations.csv")]
    before = {path: path.read_bytes() for path in paths}
    try:
        add_regions(project, regions)
        append(project, figures, release)
        read_observations(load_project(project.folder))
    except DataError as error:
        for path, content in before.items():
            write_whole(path, content)
        raise DataError(f"with these figures {error} Nothing is imported.") from None


def add_regions(project: Project, regions: Mapping[str, tuple[str, str]]) -> None:
    """Write new core regions into project.yaml, whose other lines stay as they are.

    Raises
    ------
    DataError
        If the section cannot be found in the text; the lines to add are printed.
    """
    if not regions:
        return
    path = project.folder / "project.yaml"
    lines = [
        f"  {json.dumps(name, ensure_ascii=False)}: {_names(*both)}"
        for name, both in regions.items()
    ]
    text = path.read_text(encoding="utf-8").split("\n")
    at = [n for n, line in enumerate(text) if line.startswith("regions:")]
    if len(at) == 1 and text[at[0]].partition("#")[0].strip() in (
        "regions:",
        "regions: {}",
    ):
        text[at[0]] = "regions:"
        text[at[0] + 1 : at[0] + 1] = lines
        before = path.read_bytes()
        write_whole(path, "\n".join(text).encode())
        if set(regions) <= set(load_yaml(path).get("regions") or {}):
            return
        write_whole(path, before)
    raise DataError(
        f"{path}: the new regions could not be added. Write under regions:\n"
        + "\n".join(lines)
    )


def _names(en: str, zh: str) -> str:
    words = (json.dumps(text, ensure_ascii=False) for text in (en, zh))
    return "{{en: {}, zh: {}, role: core}}".format(*words)


def append(project: Project, figures: Sequence[Figure], release: Release) -> Path:
    """Add figures to observations.csv, whole or not at all.

    Raises
    ------
    DataError
        If the file cannot be written, or its columns are in another order.
    """
    path = project.file("observations.csv")
    text = path.read_text(encoding="utf-8-sig")
    columns = next(csv.reader([text.partition("\n")[0]]), [])
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    units = {name: one.unit for name, one in project.indicators.items()}
    for one in figures:
        row = {
            "region": one.region,
            "indicator": one.indicator,
            "year": one.year,
            "value": f"{one.value:.12g}",
            "unit": units[one.indicator],
            "basis": release.basis,
            "status": release.status,
            "released": release.released,
            "source": release.source,
            "source_ref": one.place,
        }
        writer.writerow({name: row[name] for name in COLUMNS if name in row})
    whole = text if text.endswith("\n") or not text else f"{text}\n"
    try:
        write_whole(path, (whole + out.getvalue()).encode())
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}). Make it writable."
        ) from None
    return path
