"""Reading of CSV and Excel files into sheets of text cells with addresses.

The text of a merged cell is repeated in its range. Numbers in a percent format become
text with a percent sign: 0.05 displayed as 5 % is "5%".
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cszt_models.errors import DataError, unknown

ENCODINGS = ("utf-8-sig", "gb18030")  # the second: CSV saved by Chinese Excel
MAX_CELLS = 1_000_000  # of one sheet


@dataclass(frozen=True)
class Sheet:
    """Text cells (row, column); blank cells are empty.

    ``name`` is the worksheet's, empty for a text file; ``notes`` records how the file
    was read.
    """

    path: Path
    name: str
    cells: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.cells), default=0)

    def text(self, row: int, column: int) -> str:
        """Text of a cell; row and column count from 0."""
        line = self.cells[row]
        return line[column] if column < len(line) else ""

    def place(self, row: int, column: int) -> str:
        """File, worksheet and address of a cell, for messages."""
        name = f"{self.path.name}, {self.name} " if self.name else f"{self.path.name}, "
        return f"{name}{address(row, column)}"


def address(row: int, column: int) -> str:
    """A1 address of a cell; row and column count from 0.

    Examples
    --------
    >>> address(0, 0), address(9, 27)
    ('A1', 'AB10')
    """
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"


def read_sheet(path: Path, name: str | None = None) -> Sheet:
    """Read a file into a sheet.

    Parameters
    ----------
    name
        Worksheet of an Excel file; may be omitted if there is only one.

    Raises
    ------
    DataError
        If the file is missing, of another type or damaged, has several worksheets and
        none is named, or contains a formula without a stored value.
    """
    if not path.is_file():
        raise DataError(f"{path} does not exist. Check the path.")
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".txt"):
        return _read_text(path, "\t" if kind == ".tsv" else None)
    if kind in (".xlsx", ".xlsm"):
        return _read_excel(path, name)
    raise DataError(
        f"{path} ends in {kind or 'nothing'}, and only .xlsx, .csv and .tsv are read. "
        "Save it as .xlsx or .csv."
    )


def _read_text(path: Path, separator: str | None) -> Sheet:
    content = path.read_bytes()
    if b"\0" in content:
        raise DataError(f"{path} is no text. Save the table as .xlsx or as UTF-8 .csv.")
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        used = () if encoding == ENCODINGS[0] else (f"read as {encoding}",)
        break
    else:
        raise DataError(f"{path} is neither UTF-8 nor GB 18030. Save it as UTF-8.")
    first = text.partition("\n")[0]
    separator = separator or max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise DataError(f"{path} is not a table ({error}). Save it anew.") from None
    return Sheet(
        path, "", tuple(tuple(cell.strip() for cell in row) for row in rows), used
    )


def _read_excel(path: Path, name: str | None) -> Sheet:
    from openpyxl import load_workbook

    try:
        books = [load_workbook(path, data_only=value) for value in (True, False)]
    except Exception as error:  # openpyxl raises whatever the damaged file provokes
        raise DataError(
            f"{path} cannot be read as an Excel file ({error.__class__.__name__}). "
            "Open it in a spreadsheet program and save it anew as .xlsx."
        ) from None
    names = [sheet.title for sheet in books[0].worksheets]
    if name is None and len(names) != 1:
        raise DataError(
            f"{path} has {len(names)} sheets: {', '.join(names)}. "
            "Name one with --sheet."
        )
    if name is not None and name not in names:
        raise DataError(f"{path}: {unknown('sheet', name, names)}")
    values, formulas = (book[name or names[0]] for book in books)
    if values.max_row * values.max_column > MAX_CELLS:
        raise DataError(f"{path} has over {MAX_CELLS} cells. Save the table alone.")
    grid = [
        [
            _displayed_text(a, b, path)
            for a, b in zip(value_row, formula_row, strict=True)
        ]
        for value_row, formula_row in zip(
            values.iter_rows(), formulas.iter_rows(), strict=True
        )
    ]
    for merged in values.merged_cells.ranges:
        text = grid[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row - 1, merged.max_row):
            for column in range(merged.min_col - 1, merged.max_col):
                grid[row][column] = text
    return Sheet(path, values.title, tuple(tuple(row) for row in grid))


def _displayed_text(cell: Any, formula: Any, path: Path) -> str:
    """Text of a cell: numbers with all digits, percent formats with a percent sign."""
    value = cell.value
    if value is None:
        if formula.data_type == "f":
            raise DataError(
                f"{path.name}, {cell.parent.title} {cell.coordinate}: the value of the "
                "formula is not stored. Open the file, let it calculate, and save it."
            )
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    if "%" in str(cell.number_format):
        return f"{value * 100:.12g}%"
    return f"{value:.15g}"
