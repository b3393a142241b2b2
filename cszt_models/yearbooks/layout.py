"""Location of headers, labels and values in a sheet.

Wide tables (years or indicators as columns) and long tables (one value per row) are
parsed alike: region, indicator, year and unit of a value come from the header of its
column and the labels of its row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from cszt_models.errors import DataError, unknown
from cszt_models.yearbooks.blocks import blocks_of
from cszt_models.yearbooks.cell_text import (
    COMMA,
    POINT,
    is_blank,
    number,
    plain,
    readings,
)
from cszt_models.yearbooks.columns import Column, columns_of
from cszt_models.yearbooks.headings import phrase_of
from cszt_models.yearbooks.roles import INDICATOR, REGION, YEAR, role_of
from cszt_models.yearbooks.spreadsheet import Sheet
from cszt_models.yearbooks.tables import Entry, Table
from cszt_models.yearbooks.units import cell_unit
from cszt_models.yearbooks.years import year_of_day

MAX_LISTED_TEXTS = 40  # of a column, in an error message


@dataclass(frozen=True)
class Layout:
    """All tables of a sheet; ``decimal`` is the decimal mark that the user named."""

    sheet: Sheet
    tables: tuple[Table, ...]
    mark: str = ""

    @property
    def unused(self) -> tuple[Column, ...]:
        """Columns with a header that are neither labels nor values."""
        return tuple(column for table in self.tables for column in table.unused)

    def entries(self) -> Iterator[tuple[Table, Entry]]:
        """Cells that may contain a value, with their table."""
        for table in self.tables:
            for entry in table.entries:
                yield table, entry

    def value(self, table: Table, entry: Entry) -> float | None:
        """The number in a cell by the decimal mark of its column; None if blank.

        Raises
        ------
        ValueError
            If it is not a number, or one that can be read in two ways.
        """
        text, _ = cell_unit(entry.text)
        if is_blank(text):
            return None
        if not self.sheet.is_written(entry.row, entry.column):
            return number(text)
        if mark := self.mark or table.decimal(entry.column):
            return number(text, mark)
        values = readings(text)
        if len(values) == 2 and len(set(values.values())) == 1:
            return values[POINT]
        if set(values) == {POINT} and self._mostly_points(table):
            return values[POINT]
        raise ValueError(f"{text!r} can be read in two ways")

    def _mostly_points(self, table: Table) -> bool:
        """Whether numbers with a decimal point outweigh those with a comma."""
        columns = [column.index for column in table.value_columns]
        written = [set(readings(t)) for c in columns for t in table.numerals(c)]
        points = written.count({POINT}) + sum(map(table.count_decimals, columns))
        return points > written.count({COMMA})

    @property
    def notes(self) -> list[str]:
        """How the sheet was read, for the user."""
        notes = list(self.sheet.notes)
        for table in self.tables:
            if not self.mark:
                notes += table.decimal_notes
            column = table.of_role(YEAR)
            if column:
                texts = (self.sheet.text(r, column.index) for r in table.block.rows)
                days = [text for text in texts if year_of_day(text)]
                if days:
                    notes.append(f"dates like {days[0]} are read as their year")
        return list(dict.fromkeys(notes))


def layout_of(
    sheet: Sheet,
    roles: Mapping[str, str] | None = None,
    *,
    region: str = "",
    header: tuple[int, int] | None = None,
    decimal: str = "",
) -> Layout:
    """Locate headers, labels and values in a sheet.

    Parameters
    ----------
    sheet : Sheet
        Cells as text (row, column).
    roles : mapping, optional
        Roles of columns by plain header; they override the known words.
    region : str, optional
        Name of the region of a table of one region.
    header : pair of int, optional
        First and last row of the header, from 0.
    decimal : str, optional
        Decimal mark of all numbers; determined for each column if omitted.

    Raises
    ------
    DataError
        If no row has a number, no header is above the numbers, two columns share a
        role, or the region cannot be determined.
    """
    tables = []
    for block in blocks_of(sheet, header):
        columns = tuple(columns_of(sheet, block, roles or {}))
        listed = any(c.role == REGION for c in columns)
        alone = region or ("" if listed else _region_of_title(block.title))
        across = not alone and _is_across(columns)
        if not alone and not across and not listed:
            raise DataError(
                f"{sheet.place(block.headers[-1], 0)}: no column of regions. Name its "
                "header in mapping.yaml under roles, or give the only region with "
                "--region."
            )
        tables.append(Table(sheet, block, columns, alone, across))
    return Layout(sheet, tuple(tables), decimal)


def _region_of_title(title: Sequence[str]) -> str:
    """Region that a line like 地区：北京市 names, or an empty text."""
    named = [text.replace("：", ":").partition(":") for text in title]
    places = [
        place.strip() for word, _, place in named if role_of(plain(word)) == REGION
    ]
    return places[0] if len(places) == 1 else ""


def _is_across(columns: Sequence[Column]) -> bool:
    """Whether regions are columns: no column of them, and headers that are names."""
    roles = {column.role for column in columns}
    free = [c for c in columns if c.role is None and c.key]
    names = [c for c in free if c.year is None and not phrase_of(c.levels)]
    labelled = YEAR in roles or INDICATOR in roles
    return REGION not in roles and labelled and bool(free) and len(names) == len(free)


def rows_where(layout: Layout, conditions: Sequence[str]) -> Layout:
    """The layout with the rows that meet all conditions.

    Parameters
    ----------
    layout : Layout
        Tables of a sheet.
    conditions : sequence of str
        Like ``province=Hubei``; the column is named as in the header.

    Raises
    ------
    DataError
        If a condition is malformed or names no column, or no row meets it.
    """
    for condition in conditions:
        tables = [_filtered(table, condition) for table in layout.tables]
        if not any(table.block.rows for table in tables):
            raise DataError(_nothing_meets(layout, condition))
        layout = replace(layout, tables=tuple(tables))
    return layout


def _filtered(table: Table, condition: str) -> Table:
    name, equals, text = condition.partition("=")
    column = _column_named(table, name)
    if not equals or column is None:
        names = ", ".join(c.name for c in table.columns if c.name) or "none"
        raise DataError(
            f"--where {condition!r} names no column of the header. Write COLUMN=TEXT "
            f"with one of {names}."
        )
    sheet, rows = table.sheet, table.block.rows
    matching = tuple(r for r in rows if sheet.text(r, column.index) == text.strip())
    return replace(table, block=replace(table.block, rows=matching))


def _column_named(table: Table, name: str) -> Column | None:
    named = [c for c in table.columns if c.name == name.strip()]
    named += [
        c for c in table.columns if plain(name) in (c.key, plain(c.name)) and c.key
    ]
    return named[0] if named else None


def _nothing_meets(layout: Layout, condition: str) -> str:
    name, _, text = condition.partition("=")
    texts: set[str] = set()
    for table in layout.tables:
        column = _column_named(table, name)
        if column:
            texts |= {table.sheet.text(r, column.index) for r in table.block.rows} - {
                ""
            }
    few = sorted(texts)
    if len(few) > MAX_LISTED_TEXTS:
        few = get_close_matches(text, few, n=5)
    fact = f"--where {condition!r}: no row agrees."
    return f"{fact} {unknown(name, text, few)} Check the text."
