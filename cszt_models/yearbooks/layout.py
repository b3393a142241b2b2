"""Location of headers, labels and values in a sheet.

Wide tables (years or indicators as columns) and long tables (one value per row) are
parsed alike: region, indicator, year and unit of a value come from the header of its
column and the labels of its row.
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

MAX_LISTED_TEXTS = 40  # of a column, in an error message
NOTES = ("注", "资料来源", "数据来源", "来源", "说明", "note", "source")


@dataclass(frozen=True)
class Column:
    """A column: its plain header, the year in the header, and its role."""

    index: int
    key: str
    year: int | None
    role: str | None


@dataclass(frozen=True)
class Entry:
    """A cell that may contain a value, with the labels that apply to it."""

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
    """Columns with their roles and rows with values of a sheet.

    ``title`` has the lines above the table, ``alone`` the name of its only region;
    ``across`` is True if regions are columns.
    """

    sheet: Sheet
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    title: tuple[str, ...]
    alone: str = ""
    across: bool = False
    notes: tuple[str, ...] = field(default=())

    def of_role(self, role: str) -> Column | None:
        """The first column with a role, or None."""
        return next((c for c in self.columns if c.role == role), None)

    @cached_property
    def title_key(self) -> tuple[str, int | None]:
        """Phrase of the title line that names an indicator, and the title's year."""
        keys = [key_of([text]) for text in self.title]
        named = [key for key in keys if heading_of(key[0], ())]
        years = [key[1] for key in keys if key[1] is not None]
        phrase = named[0][0] if len(named) == 1 else ""
        return phrase, years[0] if len(set(years)) == 1 else None

    @cached_property
    def title_unit(self) -> str:
        """Unit in a line above the table, like 单位：亿元; empty if there is none."""
        for text in self.title:
            phrase = plain(text)
            for start in ("单位:", "(单位:", "unit:", "(unit:"):
                if phrase.startswith(start) and unit(
                    phrase.removeprefix(start).strip("()")
                ):
                    return phrase.removeprefix(start).strip("()")
        return split_unit(self.title_key[0])[1]

    @cached_property
    def value_columns(self) -> tuple[Column, ...]:
        """Columns that contain values; in a long table, those with the value role."""
        values = tuple(c for c in self.columns if c.role == VALUE)
        if values:
            return values
        listed = self.of_role(INDICATOR) is not None
        open_ = [c for c in self.columns if c.role is None]
        return tuple(c for c in open_ if not listed or c.year is not None)

    @cached_property
    def unused(self) -> tuple[Column, ...]:
        """Columns with a header that are neither labels nor values."""
        return tuple(
            c
            for c in self.columns
            if c.role is None and c.key and c not in self.value_columns
        )

    def entries(self) -> Iterator[Entry]:
        """Cells that may contain a value, row by row."""
        named = {role: self.of_role(role) for role in (REGION, LABEL, YEAR, INDICATOR)}
        units = self.of_role(UNIT)
        for row in self.rows:
            labels = {role: self._label(row, column) for role, column in named.items()}
            for column in self.value_columns:
                when = year(labels[YEAR]) if named[YEAR] else column.year
                heading = column.key if column.role is None else ""
                if named[INDICATOR]:
                    heading = key_of([labels[INDICATOR]])[0]
                place = self.alone or labels[REGION]
                if self.across:
                    place, heading = column.key, ""
                yield Entry(
                    row,
                    column.index,
                    place,
                    labels[LABEL],
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
    """Locate headers, labels and values in a sheet.

    Parameters
    ----------
    sheet : Sheet
        Cells as text (row, column).
    roles : mapping, optional
        Roles of columns by plain header; they override the known words.
    region : str, optional
        Name of the region of a table of one region.

    Raises
    ------
    DataError
        If no row has a number, no header is above the numbers, two columns share a
        role, or the region cannot be determined.
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
                f"{role}s, after column {twice[0].key!r}. Set one of them to skip in "
                "mapping.yaml, under roles."
            )
    region_columns = [c for c in columns if c.role == REGION]
    dated = any(c.role == YEAR for c in columns)
    across = not region_columns and not region and dated and len(columns) > 1
    if not region_columns and not region and not across:
        raise DataError(
            f"{sheet.place(headers[-1], 0)}: no column of regions. Name its header in "
            "mapping.yaml under roles, or give the only region with --region."
        )
    return Layout(sheet, tuple(columns), tuple(rows), tuple(title), region, across)


def is_figure(text: str) -> bool:
    """Whether a text is a number and not a year."""
    try:
        return number(text) is not None and year(text) is None
    except ValueError:
        return False


def _texts(sheet: Sheet, row: int) -> list[str]:
    """Distinct texts of a row that are not blank."""
    texts = [cell.strip() for cell in sheet.cells[row]]
    return list(dict.fromkeys(text for text in texts if plain(text) not in BLANK))


def _first_row(sheet: Sheet) -> int:
    for row in range(len(sheet.cells)):
        if any(map(is_figure, sheet.cells[row])) and len(_texts(sheet, row)) > 1:
            return row
    raise DataError(
        f"{sheet.path.name}: no row has a label and a number. Check that the "
        "sheet holds the table."
    )


def _header_rows(sheet: Sheet, first: int) -> tuple[list[int], list[str]]:
    """Header rows, and the texts above them."""
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
    """Header rows and first data row, if damaged data rows look like headers."""
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
    columns, before = [], [""] * len(headers)
    for index in range(sheet.width):
        texts = [sheet.text(row, index) for row in headers]
        if texts[-1] and len(texts) > 1:  # a header over several columns, written once
            for level, text in enumerate(texts[:-1]):
                if not text and role_of(plain(before[level])) is None:
                    texts[level] = before[level]
        before = texts
        key, when = key_of(texts)
        role = roles.get(key, role_of(key))
        columns.append(Column(index, key, when, role))
    return columns


def _with_labels(sheet: Sheet, columns: list[Column], rows: list[int]) -> list[Column]:
    """Columns; those without a header get the role that only their cells can have."""
    taken = {column.role for column in columns}
    labelled = []
    for column in columns:
        texts = [sheet.text(row, column.index) for row in rows]
        texts = [text for text in texts if plain(text) not in BLANK]
        role = column.role
        if not column.key and column.year is None and texts and role is None:
            if REGION not in taken and not any(is_figure(t) or year(t) for t in texts):
                role = REGION
            elif YEAR not in taken and all(year(text) for text in texts):
                role = YEAR
            taken.add(role)
        labelled.append(Column(column.index, column.key, column.year, role))
    return labelled


def _is_note(sheet: Sheet, row: int) -> bool:
    """Whether a row is blank or a note."""
    texts = _texts(sheet, row)
    if not texts:
        return True
    note = plain(texts[0]).startswith(NOTES)
    return len(texts) == 1 and (note or not is_figure(texts[0]))


def _blank_rows(sheet: Sheet, headers: list[int], first: int) -> list[int]:
    """Rows between header and first number with a label and blank marks."""
    return [
        row
        for row in range(headers[-1] + 1, first)
        if len(_texts(sheet, row)) == 1 and len(set(sheet.cells[row])) > 1
    ]


def rows_where(sheet: Sheet, conditions: list[str]) -> Sheet:
    """The sheet with its first row and the rows that meet all conditions.

    Other rows become blank, so that addresses stay.

    Parameters
    ----------
    conditions
        Like ``province=Hubei``; the column is named as in the first row.

    Raises
    ------
    DataError
        If a condition is malformed or names no column, or no row meets it.
    """
    rows = list(sheet.cells)
    for condition in conditions:
        name, equals, text = condition.partition("=")
        if not equals or name not in (rows[0] if rows else ()):
            first = ", ".join(rows[0]) if rows else "none"
            raise DataError(
                f"--where {condition!r} names no column of the first row. Write "
                f"COLUMN=TEXT with one of {first}."
            )
        at = rows[0].index(name)
        there = sorted({cells[at] for cells in rows[1:] if len(cells) > at} - {""})
        rows = [
            cells if n == 0 or (len(cells) > at and cells[at] == text) else ()
            for n, cells in enumerate(rows)
        ]
        if not any(rows[1:]):
            few = (
                there
                if len(there) <= MAX_LISTED_TEXTS
                else get_close_matches(text, there, n=5)
            )
            sentence = f"{unknown(name, text, few)} Check the text."
            raise DataError(f"--where {condition!r}: no row agrees. {sentence}")
    return Sheet(sheet.path, sheet.name, tuple(rows), sheet.notes)
