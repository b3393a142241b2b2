"""Spreadsheets: tables of numbers and text, each with what it holds.

Text stays text: a cell that begins like a formula is stored as a string, and characters
that a spreadsheet may not hold are shown by number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from math import ceil
from typing import Any

import pandas as pd

from cszt_models.documents.archive import saved
from cszt_models.documents.widths import text_width
from cszt_models.storage.files import FORMULA_STARTS, plain_text

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TITLE_ROWS = 4  # title, what it holds, an empty row, the header
WIDEST = 60  # of a column, in characters
LINE_HEIGHT = 15.0  # points
MARGIN = 6  # characters of a column that words leave empty at the ends of lines


@dataclass(frozen=True)
class Sheet:
    """A table with its name, what it holds, in which units, and from where."""

    name: str
    note: str
    frame: pd.DataFrame


def as_xlsx(listed: Sequence[Sheet], *, title: str, facts: Mapping[str, Any]) -> bytes:
    """A workbook: a sheet that says what it is, then one for each table.

    Parameters
    ----------
    listed
        Tables in their order.
    title
        First line of the first sheet.
    facts
        What the numbers follow from, for the first sheet.

    Examples
    --------
    >>> annex = Sheet("annex", "Targets.", pd.DataFrame({"target": ["=GDP"]}))
    >>> as_xlsx([annex], title="Annex", facts={"seed": 1})[:2]
    b'PK'
    """
    from openpyxl import Workbook

    book = Workbook()
    about = book.active
    about.title = "about"
    lines = [(title, ""), ("", ""), *facts.items(), ("", "")]
    lines += [(f"sheet {sheet.name!r}", sheet.note) for sheet in listed]
    for row, cells in enumerate(lines, start=1):
        for column, value in enumerate(cells, start=1):
            put(about, row, column, value)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 26, 100
    for sheet in listed:
        fill(book.create_sheet(sheet.name), sheet)
    return saved(book)


def fill(page: Any, sheet: Sheet) -> None:
    """Write a table into a worksheet of openpyxl, below its title and note."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    put(page, 1, 1, sheet.name)
    put(page, 2, 1, sheet.note)
    page["A1"].font = Font(bold=True, size=14)
    for column, name in enumerate(sheet.frame.columns, start=1):
        put(page, TITLE_ROWS, column, str(name))
        page.cell(TITLE_ROWS, column).font = Font(bold=True)
        longest = sheet.frame.iloc[:, column - 1].map(lambda v: len(str(v))).max()
        width = min(WIDEST, max(len(str(name)), 0 if pd.isna(longest) else longest))
        page.column_dimensions[get_column_letter(column)].width = width + 2
    for row, cells in enumerate(sheet.frame.itertuples(index=False), TITLE_ROWS + 1):
        for column, value in enumerate(cells, start=1):
            put(page, row, column, value)
    page.freeze_panes = page.cell(TITLE_ROWS + 1, 1)


def put(page: Any, row: int, column: int, value: Any) -> None:
    """Set a cell; text is never read as a formula, and what is missing stays empty.

    Parameters
    ----------
    page
        Worksheet of openpyxl.
    row, column
        Place of the cell, from 1.
    value
        Number, truth value or text.
    """
    value = value.item() if hasattr(value, "item") else value
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return
    cell = page.cell(row, column)
    if isinstance(value, bool | int | float):
        cell.value = value
        return
    cell.value = visible(str(value))
    cell.data_type = "s"
    cell.quotePrefix = str(value).startswith(FORMULA_STARTS)


def put_text(page: Any, row: int, column: int, text: str) -> None:
    """Set a cell to text in lines of its column's width, with the height they take.

    Parameters
    ----------
    page
        Worksheet of openpyxl, whose column has its width.
    row, column
        Place of the cell, from 1.
    text
        The text.
    """
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    put(page, row, column, text)
    width = page.column_dimensions[get_column_letter(column)].width - MARGIN
    lines = sum(ceil(text_width(line) / width) for line in text.split("\n"))
    page.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    size = page.row_dimensions[row]
    size.height = max(size.height or 0, LINE_HEIGHT * lines)


def visible(text: str) -> str:
    """Text with control characters, which files may not hold, shown by number.

    Examples
    --------
    >>> visible("a" + chr(7))
    'a[U+0007]'
    """
    return _CONTROL.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def as_csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV that a spreadsheet opens as text and numbers.

    Text that begins like a formula has an apostrophe before it.
    """
    text = StringIO()
    frame.map(plain_text).to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode("utf-8-sig")  # else Excel takes it for another code
