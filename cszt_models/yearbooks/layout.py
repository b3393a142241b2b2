"""Layouts: where a table has its headers, regions, years and figures.

Tables are wide (years or indicators side by side) or long (one figure a row), and the
same reading serves both: every figure takes what the header of its column and the
labels of its row say of region, indicator, year and unit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from cszt_models.errors import DataError, unknown
from cszt_models.yearbooks.cell_text import BLANK, number, plain, split_unit, unit, year
from cszt_models.yearbooks.headings import (
    INDICATOR,
    LABEL,
    REGION,
    UNIT,
    VALUE,
    YEAR,
    heading_of,
    key_of,
    role_of,
)
from cszt_models.yearbooks.spreadsheet import Sheet

FEW = 40  # texts of a column that an error lists
NOTES = ("注", "资料来源", "数据来源", "来源", "说明", "note", "source")


@dataclass(frozen=True)
class Column:
    """A column of a table: its plain header, the year in it, and what it labels."""

    index: int
    key: str
    year: int | None
    role: str | None


@dataclass(frozen=True)
class Entry:
    """A cell with a figure, and what its column and row say of it, as written."""

    row: int
    column: int
    region: str
    label: str
    heading: str
    year: int | None
    unit: str
    text: str


@dataclass(frozen=True)
class Layout:
    """A table understood: columns with their roles, rows with figures.

    ``title_heading`` and ``title_unit`` are what lines above the table say of all of
    it; ``across`` is True where regions stand side by side.
    """

    sheet: Sheet
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    title: tuple[str, ...]
    alone: str = ""
    across: bool = False
    notes: tuple[str, ...] = field(default=())

    def of_role(self, role: str) -> Column | None:
        """The column with a role, or None."""
        return next((c for c in self.columns if c.role == role), None)

    @cached_property
    def title_key(self) -> tuple[str, int | None]:
        """Plain phrase and year of the title, from its line that names an indicator."""
        keys = [key_of([text]) for text in self.title]
        named = [key for key in keys if heading_of(key[0], ())]
        years = [key[1] for key in keys if key[1] is not None]
        phrase = named[0][0] if len(named) == 1 else ""
        return phrase, years[0] if len(set(years)) == 1 else None

    @cached_property
    def title_unit(self) -> str:
        """Unit that a line above the table gives, like 单位：亿元, or nothing."""
        for text in self.title:
            told = plain(text)
            for start in ("单位:", "(单位:", "unit:", "(unit:"):
                if told.startswith(start) and unit(
                    told.removeprefix(start).strip("()")
                ):
                    return told.removeprefix(start).strip("()")
        return split_unit(self.title_key[0])[1]

    @cached_property
    def holding(self) -> tuple[Column, ...]:
        """Columns that hold figures: of a long table those of values alone."""
        values = tuple(c for c in self.columns if c.role == VALUE)
        if values:
            return values
        listed = self.of_role(INDICATOR) is not None
        open_ = [c for c in self.columns if c.role is None]
        return tuple(c for c in open_ if not listed or c.year is not None)

    @cached_property
    def unused(self) -> tuple[Column, ...]:
        """Columns with a header that neither label rows nor hold figures."""
        return tuple(
            c
            for c in self.columns
            if c.role is None and c.key and c not in self.holding
        )

    def entries(self) -> Iterator[Entry]:
        """Every cell that may hold a figure, row by row."""
        named = {role: self.of_role(role) for role in (REGION, LABEL, YEAR, INDICATOR)}
        units = self.of_role(UNIT)
        for row in self.rows:
            told = {role: self._label(row, column) for role, column in named.items()}
            for column in self.holding:
                when = year(told[YEAR]) if named[YEAR] else column.year
                heading = column.key if column.role is None else ""
                if named[INDICATOR]:
                    heading = key_of([told[INDICATOR]])[0]
                place = self.alone or told[REGION]
                if self.across:
                    place, heading = column.key, ""
                yield Entry(
                    row,
                    column.index,
                    place,
                    told[LABEL],
                    heading or self.title_key[0],
                    when if named[YEAR] else when or self.title_key[1],
                    self.sheet.text(row, units.index) if units else "",
                    self.sheet.text(row, column.index),
                )

    def _label(self, row: int, column: Column | None) -> str:
        return self.sheet.text(row, column.index).strip() if column else ""


def layout_of(
    sheet: Sheet, roles: Mapping[str, str] | None = None, *, region: str = ""
) -> Layout:
    """Where a table has its headers, labels and figures.

    Parameters
    ----------
    roles
        Roles of columns by plain header, besides those that words tell.
    region
        Of a table of one region only, its name.

    Raises
    ------
    DataError
        If no row has a number, no header stands above them, two columns have one role,
        or nothing tells the region.
    """
    first = _first_row(sheet)
    headers, title = _header_rows(sheet, first)
    headers, first = _without_data(sheet, headers, first)
    columns = _columns(sheet, headers, roles or {})
    rows = [r for r in range(first, len(sheet.cells)) if not _is_note(sheet, r)]
    rows = [*_blank_rows(sheet, headers, first), *rows]
    columns = _with_labels(sheet, columns, rows)
    for role in (REGION, LABEL, YEAR, INDICATOR, VALUE, UNIT):
        twice = [c for c in columns if c.role == role]
        if len(twice) > 1 and role in (REGION, YEAR, INDICATOR):
            raise DataError(
                f"{sheet.place(headers[-1], twice[1].index)}: a second column of "
                f"{role}s, after column {twice[0].key!r}. Say in mapping.yaml, under "
                "roles, which one is to be left out (skip)."
            )
    told = [c for c in columns if c.role == REGION]
    dated = any(c.role == YEAR for c in columns)
    across = not told and not region and dated and len(columns) > 1
    if not told and not region and not across:
        raise DataError(
            f"{sheet.place(headers[-1], 0)}: no column of regions. Name its header in "
            "mapping.yaml under roles, or give the one region with --region."
        )
    return Layout(sheet, tuple(columns), tuple(rows), tuple(title), region, across)


def is_figure(text: str) -> bool:
    """Whether a cell is a number that is not a year."""
    try:
        return number(text) is not None and year(text) is None
    except ValueError:
        return False


def _texts(sheet: Sheet, row: int) -> list[str]:
    """Different texts of a row that are not blank."""
    told = [cell.strip() for cell in sheet.cells[row]]
    return list(dict.fromkeys(text for text in told if plain(text) not in BLANK))


def _first_row(sheet: Sheet) -> int:
    for row in range(len(sheet.cells)):
        if any(map(is_figure, sheet.cells[row])) and len(_texts(sheet, row)) > 1:
            return row
    raise DataError(
        f"{sheet.path.name}: no row has a label and a number. Check that the "
        "sheet holds the table."
    )


def _header_rows(sheet: Sheet, first: int) -> tuple[list[int], list[str]]:
    """Rows of the header, and the lines above it."""
    row = first - 1
    while row >= 0 and len(_texts(sheet, row)) < 2:
        row -= 1
    if row < 0:
        raise DataError(
            f"{sheet.place(first, 0)}: no header stands above the first row of "
            "numbers. Give every column a header."
        )
    rows: list[int] = []
    while row >= 0 and len(_texts(sheet, row)) > 1:
        if all(unit(t.removeprefix("单位：")) for t in _texts(sheet, row)[1:]) and rows:
            break
        rows.append(row)
        row -= 1
    title = [text for above in range(row + 1) for text in _texts(sheet, above)]
    return rows[::-1], title


def _without_data(
    sheet: Sheet, headers: list[int], first: int
) -> tuple[list[int], int]:
    """Headers and first row of data, if damaged rows of data look like headers."""
    top = headers[0]
    labels = [
        column
        for column in range(sheet.width)
        if role_of(plain(sheet.text(top, column))) in (YEAR, VALUE, INDICATOR)
    ]
    for n, row in enumerate(headers[1:], start=1):
        texts = [(sheet.text(top, c), sheet.text(row, c)) for c in labels]
        if any(below not in ("", above) for above, below in texts):
            return headers[:n], row
    return headers, first


def _columns(
    sheet: Sheet, headers: list[int], roles: Mapping[str, str]
) -> list[Column]:
    found, before = [], [""] * len(headers)
    for index in range(sheet.width):
        texts = [sheet.text(row, index) for row in headers]
        if texts[-1] and len(texts) > 1:  # a header over several columns, written once
            for level, text in enumerate(texts[:-1]):
                if not text and role_of(plain(before[level])) is None:
                    texts[level] = before[level]
        before = texts
        key, when = key_of(texts)
        role = roles.get(key, role_of(key))
        found.append(Column(index, key, when, role))
    return found


def _with_labels(sheet: Sheet, columns: list[Column], rows: list[int]) -> list[Column]:
    """Columns without a header word that can only hold regions, or years."""
    told = {column.role for column in columns}
    found = []
    for column in columns:
        texts = [sheet.text(row, column.index) for row in rows]
        texts = [text for text in texts if plain(text) not in BLANK]
        role = column.role
        if not column.key and column.year is None and texts and role is None:
            if REGION not in told and not any(is_figure(t) or year(t) for t in texts):
                role = REGION
            elif YEAR not in told and all(year(text) for text in texts):
                role = YEAR
            told.add(role)
        found.append(Column(column.index, column.key, column.year, role))
    return found


def _is_note(sheet: Sheet, row: int) -> bool:
    """Whether a row below the first figure holds none: blank, or a note."""
    texts = _texts(sheet, row)
    if not texts:
        return True
    note = plain(texts[0]).startswith(NOTES)
    return len(texts) == 1 and (note or not is_figure(texts[0]))


def _blank_rows(sheet: Sheet, headers: list[int], first: int) -> list[int]:
    """Rows between header and first figure that have a label and marks of no figure."""
    return [
        row
        for row in range(headers[-1] + 1, first)
        if len(_texts(sheet, row)) == 1 and len(set(sheet.cells[row])) > 1
    ]


def rows_where(sheet: Sheet, conditions: list[str]) -> Sheet:
    """The sheet with only the rows in which columns hold texts, and the first row.

    Parameters
    ----------
    conditions
        Like ``province=Hubei``; the column is named as in the first row. Rows that are
        left out are made blank, so that addresses stay.

    Raises
    ------
    DataError
        If a condition is malformed or names no column, or no row meets it.
    """
    kept = list(sheet.cells)
    for condition in conditions:
        name, equals, text = condition.partition("=")
        if not equals or name not in (kept[0] if kept else ()):
            first = ", ".join(kept[0]) if kept else "none"
            raise DataError(
                f"--where {condition!r} names no column of the first row. Write "
                f"COLUMN=TEXT with one of {first}."
            )
        at = kept[0].index(name)
        there = sorted({row[at] for row in kept[1:] if len(row) > at} - {""})
        kept = [
            row if n == 0 or (len(row) > at and row[at] == text) else ()
            for n, row in enumerate(kept)
        ]
        if not any(kept[1:]):
            few = there if len(there) <= FEW else get_close_matches(text, there, n=5)
            told = f"{unknown(name, text, few)} Check the text."
            raise DataError(f"--where {condition!r}: no row agrees. {told}")
    return Sheet(sheet.path, sheet.name, tuple(kept), sheet.notes)
