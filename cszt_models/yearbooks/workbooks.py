"""Reading of Excel workbooks as they are displayed.

The text of a merged cell is repeated in its range; raised text is a footnote mark;
numbers are written as their number format shows them, with all digits.
"""

import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from cszt_models.errors import DataError, unknown
from cszt_models.yearbooks.number_formats import displayed, shows_year_alone
from cszt_models.yearbooks.spreadsheet import Sheet, address

MAX_CELLS = 1_000_000  # of a workbook, and of the rectangle that a sheet spans
MAX_BYTES = 400_000_000  # of a workbook's parts, unpacked
CHUNK = 1 << 20  # bytes
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
_MARKED = re.compile(r"\d\s*[.,，．、']\s*\d")  # a number with decimals or groups
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml$")

type Grid = list[list[str]]


def read(path: Path, name: str | None = None) -> Sheet:
    """Read a worksheet of an .xlsx or .xlsm file.

    Raises
    ------
    DataError
        If the file is damaged or too large, or the worksheet is not determined.
    """
    from openpyxl import load_workbook

    _check_size(path)
    try:
        books = [
            load_workbook(path, data_only=value, rich_text=value)
            for value in (True, False)
        ]
    except Exception as error:  # openpyxl raises whatever the damaged file provokes
        raise _damaged(path, error) from None
    worksheets = {sheet.title: sheet.sheet_state for sheet in books[0].worksheets}
    name, notes = _chosen(path, worksheets, name)
    values, formulas = (book[name] for book in books)
    if values.max_row * values.max_column > MAX_CELLS:
        raise DataError(
            f"{path}, {name} spans {values.max_row} rows and {values.max_column} "
            f"columns, over {MAX_CELLS} cells. Save the table alone."
        )
    grid, faults = _texts(values, formulas)
    ranges = [
        (r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1)
        for r in values.merged_cells.ranges
    ]
    merged = _spread(grid, ranges, faults)
    notes += _hidden(values)
    cells = tuple(tuple(row) for row in grid)
    numerals = frozenset(
        (cell.row - 1, cell.column - 1)
        for row in values.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and _MARKED.search(cell.value)
    )
    numerals |= {place for place, first in merged.items() if first in numerals}
    return Sheet(path, name, cells, tuple(notes), faults, merged, numerals)


def _texts(values: Any, formulas: Any) -> tuple[Grid, dict[tuple[int, int], str]]:
    """Text of each cell, and why some cells have none."""
    faults: dict[tuple[int, int], str] = {}
    grid: Grid = []
    for row in zip(values.iter_rows(), formulas.iter_rows(), strict=True):
        texts = []
        for cell, formula in zip(*row, strict=True):
            try:
                texts.append(_text(cell, formula))
            except ValueError as error:
                texts.append("")
                faults[cell.row - 1, cell.column - 1] = str(error)
        grid.append(texts)
    return grid, faults


def read_old(path: Path, name: str | None = None) -> Sheet:
    """Read a worksheet of an .xls file; its number formats are not read.

    Raises
    ------
    DataError
        If the file is damaged or too large, or the worksheet is not determined.
    """
    import python_calamine as calamine

    if path.stat().st_size > MAX_BYTES // 4:
        raise DataError(f"{path} is too large. Save the table alone as .csv.")
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        visible = calamine.SheetVisibleEnum.Visible
        worksheets = {
            sheet.name: "visible" if sheet.visible == visible else "hidden"
            for sheet in book.sheets_metadata
        }
        name, notes = _chosen(path, worksheets, name)
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        grid = [[_plain_text(value) for value in row] for row in rows]
        ranges = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    except DataError:
        raise
    except Exception as error:  # calamine raises whatever the damaged file provokes
        raise _damaged(path, error) from None
    merged = _spread(grid, ranges, {})
    notes.append("number formats and hidden rows of .xls are not read")
    numerals = frozenset(
        (r, c)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if isinstance(value, str) and _MARKED.search(value)
    )
    cells = tuple(tuple(row) for row in grid)
    return Sheet(path, name, cells, tuple(notes), {}, merged, numerals, formats=False)


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path} cannot be read as an Excel file ({error.__class__.__name__}). "
        "Open it in a spreadsheet program and save it anew as .xlsx."
    )


def _check_size(path: Path) -> None:
    """Count the cells of a workbook before openpyxl asks for their memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            too_large = _too_large(archive)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as e:
        raise _damaged(path, e) from None
    if too_large:
        raise DataError(f"{path} has over {MAX_CELLS} cells. Save the table alone.")


def _too_large(archive: zipfile.ZipFile) -> bool:
    """Whether the parts of a workbook have too many bytes, or its sheets cells."""
    parts, count = archive.infolist(), 1
    if sum(part.file_size for part in parts) > MAX_BYTES:
        return True
    for part in parts:
        if count <= MAX_CELLS and _SHEET_PART.match(part.filename):
            with archive.open(part) as file:
                count += sum(_cells_in(text) for text in _elements(file))
    return count > MAX_CELLS


def _elements(file: Any) -> Iterable[bytes]:
    """Chunks of a part of a workbook, cut before a tag."""
    rest = b""
    while chunk := file.read(CHUNK):
        rest += chunk
        cut = max(rest.rfind(b"<"), 0)
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


def _cells_in(text: bytes) -> int:
    """Number of cells in a chunk, with those of merged ranges."""
    merged = (_area(match[1].decode()) for match in _MERGED.finditer(text))
    return len(_CELL.findall(text)) + sum(merged)


def _area(ranged: str) -> int:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(ranged)
    return (right - left + 1) * (bottom - top + 1)


def _chosen(
    path: Path, worksheets: dict[str, str], name: str | None
) -> tuple[str, list[str]]:
    """The worksheet to read, and a note if hidden ones are passed over."""
    if name is not None and name not in worksheets:
        raise DataError(f"{path}: {unknown('sheet', name, worksheets)}")
    if name is not None:
        return name, []
    visible = [title for title, state in worksheets.items() if state == "visible"]
    if len(visible) != 1:
        raise DataError(
            f"{path} has {len(worksheets)} sheets: {', '.join(worksheets)}. "
            "Name one with --sheet."
        )
    others = [title for title in worksheets if title not in visible]
    return visible[0], [f"hidden sheets are not read: {', '.join(others)}"] * bool(
        others
    )


def _spread(
    grid: Grid,
    ranges: Iterable[tuple[int, int, int, int]],
    faults: dict[tuple[int, int], str],
) -> dict[tuple[int, int], tuple[int, int]]:
    """Repeat the text of merged cells in their ranges; the first cell of each."""
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in ranges:
        for row in range(top, min(bottom + 1, len(grid))):
            for column in range(left, min(right + 1, len(grid[row]))):
                grid[row][column] = grid[top][left]
                merged[row, column] = (top, left)
                if (top, left) in faults:
                    faults[row, column] = faults[top, left]
    return merged


def _text(cell: Any, formula: Any) -> str:
    """Text that a cell displays, without raised runs."""
    from openpyxl.cell.rich_text import CellRichText

    value = cell.value
    if value is None:
        if formula.data_type == "f":
            raise ValueError(
                "the value of its formula is not stored. Open the file, let it "
                "calculate, and save it"
            )
        return ""
    if isinstance(value, CellRichText):
        return _unraised(value)
    if isinstance(value, datetime) and shows_year_alone(str(cell.number_format)):
        return str(value.year)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return displayed(value, str(cell.number_format))
    return _plain_text(value)


def _unraised(runs: Any) -> str:
    """Text of runs without raised ones; an exponent after 10 stays one."""
    text = ""
    for run in runs:
        if isinstance(run, str):
            text += run
        elif run.font is None or run.font.vertAlign != "superscript":
            text += run.text
        elif re.search(r"(?<!\d)10$", text) and run.text.strip().isdigit():
            text += f"^{run.text.strip()}"
    return text.strip()


def _plain_text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return str(value).strip()


def _hidden(sheet: Any) -> list[str]:
    """Notes on rows and columns that the worksheet hides."""
    rows = [
        number
        for number, row in sheet.row_dimensions.items()
        if row.hidden and number <= sheet.max_row
    ]
    columns = {
        number
        for column in sheet.column_dimensions.values()
        if column.hidden
        for number in range(column.min, min(column.max, sheet.max_column) + 1)
    }
    named = [f"row {number}" for number in sorted(rows)]
    named += [f"column {address(0, n - 1)[:-1]}" for n in sorted(columns)]
    more = f" and {len(named) - 20} more" if len(named) > 20 else ""
    if not named:
        return []
    return [f"hidden in the sheet, but read: {', '.join(named[:20])}{more}"]
