"""Cells of a workbook file, with their addresses; formulas count by their values."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from cszt_models.errors import DataError, unknown
from cszt_models.present.texts.workbooks import SHEET_TITLES, Notice
from cszt_models.project import observations, plan
from cszt_models.workbooks.layout import (
    HEADER_ROW,
    LISTS,
    MESSAGES,
    NUMBERS,
    PLAIN,
    README,
    SHEETS,
    TABLES,
    column_named,
)

MAX_UNPACKED = 300_000_000  # bytes of a workbook's members
MAX_ROWS = 200_000
REQUIRED = ("project", "figures", "targets")  # sheets that no workbook may lack
OPTIONAL_COLUMNS = {
    *plan.OPTIONAL,
    *("why_en", "why_zh", "source_zh", "released_inferred", "within", "of"),
    observations.PERIOD,
}
_KNOWN_SHEETS = {
    *(README, LISTS, MESSAGES, *SHEETS),
    *(title for titles in SHEET_TITLES.values() for title in titles.values()),
}


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its number in the file, and cells by column."""

    row: int
    cells: Mapping[str, Any]

    def text(self, column: str) -> str:
        """A cell as text; empty where nothing stands."""
        return as_text(self.cells.get(column))


@dataclass(frozen=True)
class Book:
    """Sheets of a workbook: rows of each, and the letter of each column.

    ``notices`` are about what stands in the workbook and no answer depends on.
    """

    path: Path
    lines: Mapping[str, tuple[Line, ...]]
    letters: Mapping[str, Mapping[str, str]]
    notices: tuple[Notice, ...] = ()

    def place(self, sheet: str, row: int = HEADER_ROW, column: str = "") -> str:
        """Sheet and address of a cell; of the first column if none is named.

        Parameters
        ----------
        sheet
            Name of the sheet.
        row
            Its row, from 1.
        column
            Name of its column.
        """
        return f"{sheet}!{self.letters.get(sheet, {}).get(column, 'A')}{row}"

    def wrong(self, place: str, fact: str) -> DataError:
        """Error about a cell."""
        return DataError(f"{self.path.name}, {place}: {fact}")


def read_book(path: Path) -> Book:
    """The sheets of a workbook that `layout.SHEETS` names, and notices about others.

    Raises
    ------
    DataError
        If the file is no workbook, lacks a sheet or a column, or a cell has an error or
        a formula without a value.
    """
    book, values = _opened(path, data_only=False), _Values(path)
    lines: dict[str, tuple[Line, ...]] = {}
    letters: dict[str, dict[str, str]] = {}
    notices = [
        Notice("unread_sheet", {"sheet": name})
        for name in book.sheetnames
        if name not in _KNOWN_SHEETS
    ]
    for sheet, columns in SHEETS.items():
        if sheet not in book.sheetnames:
            if sheet in REQUIRED:
                names = unknown("sheet", sheet, book.sheetnames)
                raise DataError(
                    f"{path.name} has no sheet {sheet!r}. {names} Add it as in the "
                    "workbook of cszt template."
                )
            lines[sheet], letters[sheet] = (), {}
            continue
        reader = _Sheet(path.name, sheet, book[sheet], values)
        letters[sheet], others = reader.header(columns)
        notices += [
            Notice("unread_column", {"sheet": sheet, "column": name}) for name in others
        ]
        if sheet in TABLES:  # columns of the file that nothing reads stay in it
            letters[sheet] |= others
        lines[sheet] = tuple(reader.lines(letters[sheet]))
    return Book(path, lines, letters, tuple(notices))


def _opened(path: Path, *, data_only: bool) -> Any:
    from openpyxl import load_workbook

    try:
        with ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size <= MAX_UNPACKED:
            return load_workbook(path, data_only=data_only)
    except FileNotFoundError:
        raise DataError(f"{path} does not exist. Check the path.") from None
    except BadZipFile:
        size = 0
    except Exception as error:  # openpyxl raises whatever a damaged part leads to
        raise DataError(
            f"{path.name} cannot be read as a workbook ({type(error).__name__}). Open "
            "it in Excel or WPS and save it as .xlsx."
        ) from None
    if size:
        raise DataError(
            f"{path.name} is larger than any project. Delete what is not needed."
        )
    raise DataError(
        f"{path.name} is no .xlsx workbook. Save it as .xlsx in Excel or WPS."
    )


@dataclass(frozen=True)
class _Values:
    """Values of the formulas of a workbook, read if it has any."""

    path: Path

    @cached_property
    def _pages(self) -> Any:
        return _opened(self.path, data_only=True)

    def at(self, sheet: str, cell: str) -> Any:
        """The cell with the value of its formula."""
        return self._pages[sheet][cell]


@dataclass(frozen=True)
class _Sheet:
    """A sheet that is being read."""

    book: str
    name: str
    page: Any
    values: _Values

    def wrong(self, cell: str, fact: str) -> DataError:
        return DataError(f"{self.book}, {self.name}!{cell}: {fact}")

    def header(self, columns: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
        """Letter of each column, and of each other column that has a heading.

        Raises
        ------
        DataError
            If a column is missing or named twice.
        """
        letters: dict[str, str] = {}
        others: dict[str, str] = {}
        if self.page.max_row > MAX_ROWS:
            raise self.wrong(
                f"A{MAX_ROWS}", "there are too many rows. Delete the empty ones."
            )
        for cell in self.page[HEADER_ROW]:
            name = column_named(as_text(cell.value))
            if name in letters or name in others:
                raise self.wrong(
                    cell.coordinate,
                    f"column {name!r} is named twice. Delete one of the two.",
                )
            if name in columns:
                letters[name] = cell.column_letter
            elif name:
                others[name] = cell.column_letter
        for name in columns:
            if name not in letters and name not in OPTIONAL_COLUMNS:
                raise self.wrong(
                    f"A{HEADER_ROW}",
                    f"there is no column {name!r}. Write its name into the first row.",
                )
        return letters, others

    def lines(self, letters: Mapping[str, str]) -> Iterator[Line]:
        """Rows in which something stands."""
        from openpyxl.utils import column_index_from_string

        places = {name: column_index_from_string(a) - 1 for name, a in letters.items()}
        rows = self.page.iter_rows(min_row=HEADER_ROW + 1)
        for row in rows:
            cells = {name: self.value(row[n], name) for name, n in places.items()}
            if any(as_text(value) for value in cells.values()):
                yield Line(row[0].row, cells)

    def value(self, cell: Any, column: str) -> Any:
        """Value of a cell: text, a number or None.

        Raises
        ------
        DataError
            If it is an error or true or false, a formula has no value, or a number is
            shown as a percentage, a hundredth of what is read on the screen.
        """
        if cell.data_type == "f":
            cell = self.values.at(self.name, cell.coordinate)
            if cell.value is None:
                raise self.wrong(
                    cell.coordinate,
                    "the formula has no value. Open and save the file in Excel or WPS, "
                    "or write the value itself.",
                )
        value = cell.value
        if value is None:
            return None
        if cell.data_type == "e":
            raise self.wrong(
                cell.coordinate, f"{value} is an error. Write the value itself."
            )
        form = re.sub(r'"[^"]*"|\[[^]]*]|\\.', "", cell.number_format)
        if "%" in form and column in PLAIN and isinstance(value, int | float):
            raise self.wrong(
                cell.coordinate,
                f"{value:g} is shown as a percentage. Format the cell as a number, and "
                "write it in the unit of its row.",
            )
        if isinstance(value, datetime) and "d" not in form.lower():
            return f"{value:%Y-%m}"  # typed without a day, so it is the month's last
        if isinstance(value, bool):
            return "yes" if value else ""
        if column in NUMBERS and isinstance(value, str):
            return _number(value)
        return value


def _number(text: str) -> Any:
    """Text as a number where it is one, also in full-width digits."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        number = float(plain)
    except ValueError:
        return text.strip() or None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def as_text(value: Any) -> str:
    """A cell as the text of a CSV file.

    Examples
    --------
    >>> as_text(2025.0), as_text(None), as_text(date(2021, 3, 1)), as_text(" a ")
    ('2025', '', '2021-03-01', 'a')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
