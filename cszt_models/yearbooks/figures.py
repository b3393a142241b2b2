"""Conversion of a parsed table to figures in the project's units, with their cells.

A value that cannot be parsed is an error that names its cell.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cszt_models.errors import DataError, unknown
from cszt_models.project.csv_tables import YEAR_RANGE
from cszt_models.project.project import Project
from cszt_models.project.schema import RANGES, Indicator
from cszt_models.yearbooks.cell_text import is_percent
from cszt_models.yearbooks.headings import Heading
from cszt_models.yearbooks.layout import Layout
from cszt_models.yearbooks.mapping import Correspondence
from cszt_models.yearbooks.places import QUESTION, clean_name, region_key
from cszt_models.yearbooks.tables import Entry, Table
from cszt_models.yearbooks.unit_choice import stated_unit
from cszt_models.yearbooks.units import INDEX, SHARE, cell_unit, unit

VALUE_RTOL = 1e-9  # relative difference below which two values are equal
INDEX_RANGE = (50.0, 200.0)  # of an index with the year before as base


@dataclass(frozen=True)
class Figure:
    """A value in the project's unit, with the cell it was read from."""

    region: str
    indicator: str
    year: int
    value: float
    place: str

    @property
    def key(self) -> tuple[str, str, int]:
        """Region, indicator and year."""
        return self.region, self.indicator, self.year


def figures_of(
    layout: Layout,
    meaning: Correspondence,
    project: Project,
    *,
    year: int | None = None,
) -> list[Figure]:
    """Figures of a table in the project's units, without blank cells.

    Parameters
    ----------
    layout : Layout
        Table to convert.
    meaning : Correspondence
        Meanings of its words.
    project : Project
        Defines indicators and units.
    year : int, optional
        That alone is read, and is that of figures without one.

    Raises
    ------
    DataError
        Naming the cell: not a number; region, indicator, year or unit cannot be
        determined; the unit does not convert; the value is impossible or belongs to
        several places; or one place and year has two values.
    """
    figures: dict[tuple[str, str, int], Figure] = {}
    shared, others = _shared_cells(layout), set[int]()
    for table, entry in layout.entries():
        if year is not None and entry.year is None and not entry.problem:
            entry = replace(entry, year=year)
        figure = _figure(layout, table, entry, meaning, project)
        if figure is None:
            continue
        if year is not None and figure.year != year:
            others.add(figure.year)
            continue
        if (entry.row, entry.column) in shared:
            raise DataError(
                f"{figure.place} is {entry.text!r}, merged over several places, years "
                "or indicators, so it belongs to none of them. Unmerge the cells in a "
                "copy, or leave the figure out."
            )
        other = figures.setdefault(figure.key, figure)
        if not same_value(other.value, figure.value):
            raise DataError(
                f"{figure.place}: {' '.join(map(str, figure.key))} is {figure.value:g} "
                f"here and {other.value:g} in {other.place}. Remove one of them, or "
                "choose rows with --where."
            )
    if others and not figures:
        years = ", ".join(map(str, sorted(others)))
        raise DataError(
            f"--period asks for {year}, and the figures of {layout.sheet.path.name} "
            f"are of {years}. Name the year of the table."
        )
    if not figures:
        raise DataError(
            f"{layout.sheet.path.name}: no figure of a known indicator. Give the "
            "meaning of its headers in mapping.yaml, or name it with --indicator."
        )
    return list(figures.values())


def _shared_cells(layout: Layout) -> set[tuple[int, int]]:
    """Merged cells that belong to more than one place, year or indicator."""
    owners = defaultdict(set)
    merged = layout.sheet.merged
    if merged:
        for _, entry in layout.entries():
            if first := merged.get((entry.row, entry.column)):
                owners[first].add((entry.region, entry.heading, entry.year))
    return {place for place, first in merged.items() if len(owners[first]) > 1}


def _figure(
    layout: Layout,
    table: Table,
    entry: Entry,
    meaning: Correspondence,
    project: Project,
) -> Figure | None:
    place = table.sheet.place(entry.row, entry.column)
    heading = meaning.headings.get(entry.heading)
    name = region_key(entry.region)
    region = meaning.regions.get(name)
    if (entry.heading and heading is None) or (name and region is None):
        return None
    if (entry.row, entry.column) in table.sheet.faults:
        raise DataError(f"{place}: {entry.problem}. Correct the cell.")
    try:
        value = layout.value(table, entry)
    except ValueError as error:
        raise DataError(_not_a_number(place, entry, str(error))) from None
    if value is None:
        return None
    if heading is None or region in (None, QUESTION):
        raise DataError(_no_owner(place, entry, heading, name))
    if entry.year is None or not YEAR_RANGE[0] <= entry.year <= YEAR_RANGE[1]:
        reason = f": {entry.problem}" if entry.problem else ""
        raise DataError(
            f"{place}: the year of {entry.text} cannot be determined{reason}. Give its "
            "row or its header a year like 2020."
        )
    if entry.problem:
        raise DataError(
            f"{place}: {entry.text} cannot be used: {entry.problem}. Choose rows with "
            "--where, or give the unit in mapping.yaml."
        )
    question = meaning.questions.get(entry.heading, "")
    value = _converted(value, table, entry, heading, project, question)
    return Figure(str(region), heading.indicator, entry.year, value, place)


def _not_a_number(place: str, entry: Entry, fact: str) -> str:
    if "two ways" in fact:
        return (
            f"{place} is {entry.text!r}, which can be read in two ways. Name the "
            "decimal mark with --decimal . or --decimal ,"
        )
    return (
        f"{place} is {entry.text!r}, which is not a number, or one to be read in two "
        "ways. Write plain digits with a point, or leave the cell blank."
    )


def _no_owner(place: str, entry: Entry, heading: Heading | None, name: str) -> str:
    if heading is None:
        return (
            f"{place}: the indicator of {entry.text} cannot be determined. Name it "
            "with --indicator, or give its column a header."
        )
    if name:
        return (
            f"{place}: {entry.region!r} may be several regions of project.yaml. Write "
            "which one in mapping.yaml, under regions."
        )
    return (
        f"{place}: the region of {entry.text} cannot be determined. Give its row a "
        "name, or leave it out with --where."
    )


def _converted(
    value: float,
    table: Table,
    entry: Entry,
    heading: Heading,
    project: Project,
    question: str,
) -> float:
    """A value in the project's unit, checked against the range of its kind."""
    indicator = project.indicators[heading.indicator]
    place = table.sheet.place(entry.row, entry.column)
    written = heading.unit or stated_unit(table, entry, entry.phrase, indicator)
    if written in ("", QUESTION):
        detail = f" ({question})" if question else ""
        raise DataError(
            f"{place} is {entry.text!r}: no unit is given for {entry.heading!r}"
            f"{detail}. Write it in mapping.yaml under headings, like "
            f"{indicator.unit!r}, or give --unit."
        )
    in_cell = cell_unit(entry.text)[1]
    if in_cell and unit(in_cell) != unit(written):
        raise DataError(
            f"{place} is {entry.text!r}, where {written} are expected. Correct the "
            "cell, or the unit in mapping.yaml."
        )
    if is_percent(entry.text):
        written = _percent_unit(place, entry, written)
    converted = _in_unit_of(value, written, indicator)
    if converted is None:
        raise DataError(
            f"{place}: unit {written!r} of {entry.heading!r} does not convert to "
            f"{indicator.unit!r} of {indicator.id}. Correct it in mapping.yaml."
        )
    if _is_index(written) and not INDEX_RANGE[0] <= value <= INDEX_RANGE[1]:
        rule = f"an index with {INDEX} lies between 50 and 200"
        raise DataError(f"{place} is {entry.text!r}: {rule}. Check its base.")
    limits = RANGES[indicator.kind]
    if not limits.contains(converted):
        raise DataError(
            f"{place} is {entry.text!r}: {limits.rule}. Check it in its source."
        )
    return converted


def _is_index(written: str) -> bool:
    measured = unit(written)
    return measured is not None and measured.dimension == "index"


def _percent_unit(place: str, entry: Entry, written: str) -> str:
    """Unit of a cell with a percent sign, whatever unit of shares its column has."""
    measured = unit(written)
    if measured is None or measured.dimension != SHARE:
        raise DataError(
            f"{place} is {entry.text!r}, a percentage, where {written} are expected. "
            "Correct the cell, or the header's meaning in mapping.yaml."
        )
    return "%"


def _in_unit_of(value: float, written: str, indicator: Indicator) -> float | None:
    """A value converted to the unit of an indicator; None if it does not convert."""
    if _is_index(written) and indicator.kind == "growth":
        return float(f"{value - 100:.12g}")
    if written == indicator.unit:
        return value
    source_unit, target_unit = unit(written), unit(indicator.unit)
    if source_unit is None or target_unit is None:
        return None
    if source_unit.dimension != target_unit.dimension:
        return None
    return float(f"{value * (source_unit.factor / target_unit.factor):.12g}")


def without(
    figures: Iterable[Figure], left_out: Sequence[str], project: Project
) -> list[Figure]:
    """Figures without those of some indicators.

    Parameters
    ----------
    figures : iterable of Figure
        Figures to filter.
    left_out : sequence of str
        Ids of indicators to drop.
    project : Project
        Defines the indicators.

    Raises
    ------
    DataError
        If an id is not an indicator of the project.
    """
    for name in left_out:
        if name not in project.indicators:
            sentence = unknown("indicator", name, project.indicators)
            raise DataError(f"--skip: {sentence} Choose one of them.")
    return [figure for figure in figures if figure.indicator not in left_out]


def same_value(a: float, b: float) -> bool:
    """Whether two values are equal but for rounding in the last digits."""
    return abs(a - b) <= VALUE_RTOL * max(abs(a), abs(b))


def new_regions(
    layout: Layout, meaning: Correspondence, figures: Sequence[Figure], project: Project
) -> dict[str, tuple[str, str]]:
    """English and Chinese names of the figures' regions that project.yaml lacks.

    Parameters
    ----------
    layout : Layout
        Table with the names; a label column gives the second name.
    meaning : Correspondence
        Ids of the regions by name.
    figures : sequence of Figure
        Figures to import.
    project : Project
        Regions and aggregates that exist already.
    """
    unlisted = {figure.region for figure in figures} - set(project.places)
    names: dict[str, tuple[str, str]] = {}
    for _, entry in layout.entries():
        region = meaning.regions.get(region_key(entry.region))
        if region in unlisted:
            first = clean_name(entry.region)
            second = clean_name(entry.label) or first
            pair = (first, second)
            if second.isascii() and not first.isascii():
                pair = (second, first)
            names.setdefault(str(region), pair)
    return names
