"""Blocks of a sheet: header rows, data rows and title of each table in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cszt_models.errors import DataError
from cszt_models.yearbooks.cell_text import is_blank, plain, readings
from cszt_models.yearbooks.roles import INDICATOR, LABEL, REGION, VALUE, YEAR, role_of
from cszt_models.yearbooks.spreadsheet import Sheet
from cszt_models.yearbooks.units import cell_unit, units_of_line
from cszt_models.yearbooks.years import year

NOTES = ("注", "资料来源", "数据来源", "来源", "说明", "note", "source")
MARKING = (REGION, LABEL, YEAR, INDICATOR, VALUE)  # roles whose words mark a header
CONTINUED = ("续", "continued")
NUMBERING = ("", "甲", "乙", "栏次", "序号", "列次")


@dataclass(frozen=True)
class Block:
    """A table of a sheet: rows of header, data and notes, and the lines above it."""

    headers: tuple[int, ...]
    rows: tuple[int, ...]
    title: tuple[str, ...]
    notes: tuple[int, ...] = ()


def is_figure(text: str) -> bool:
    """Whether a text is a number and not a year."""
    number = cell_unit(text)[0]
    return not is_blank(number) and bool(readings(number)) and year(text) is None


def row_texts(sheet: Sheet, row: int) -> list[str]:
    """Distinct texts of a row that are not blank."""
    texts = [cell.strip() for cell in sheet.cells[row]]
    return list(dict.fromkeys(text for text in texts if not is_blank(text)))


def blocks_of(sheet: Sheet, header: tuple[int, int] | None = None) -> list[Block]:
    """Tables of a sheet, from the top.

    Parameters
    ----------
    sheet : Sheet
        Cells as text.
    header : pair of int, optional
        First and last row of the first header, from 0; found by itself if omitted.

    Raises
    ------
    DataError
        If no row has a number, or no header is above the numbers.
    """
    blocks: list[Block] = []
    begin = 0
    while not blocks or _has_figures(sheet, begin):
        block, begin = _block(sheet, begin, header if not blocks else None)
        if blocks and all(
            plain(t).strip("()").startswith(CONTINUED) for t in block.title
        ):
            block = replace(block, title=(*blocks[-1].title, *block.title))
        blocks.append(block)
    return blocks


def _has_figures(sheet: Sheet, begin: int) -> bool:
    rows = range(begin, len(sheet.cells))
    return any(
        any(map(is_figure, sheet.cells[r])) and len(row_texts(sheet, r)) > 1
        for r in rows
    )


def _block(
    sheet: Sheet, begin: int, header: tuple[int, int] | None
) -> tuple[Block, int]:
    """The first block from a row on, and the row at which the next one begins."""
    if header:
        headers, start = list(range(header[0], header[1] + 1)), header[1] + 1
        if not begin <= header[0] <= header[1] < len(sheet.cells) - 1:
            raise DataError(
                f"--header-row {header[1] + 1}: {sheet.path.name} has "
                f"{len(sheet.cells)} rows. Give the row above the first figures."
            )
    else:
        headers, start = _header_rows(sheet, begin)
    columns = set(_marked(sheet, headers)) or {0}
    end = next(
        (
            r
            for r in range(start, len(sheet.cells))
            if _is_header(sheet, r, columns, headers)
        ),
        len(sheet.cells),
    )
    while end < len(sheet.cells) and end > start and len(row_texts(sheet, end - 1)) < 2:
        end -= 1  # lines above the next header are its title
    rows = tuple(r for r in range(start, end) if not _is_note(sheet, r))
    title = [text for row in range(begin, headers[0]) for text in row_texts(sheet, row)]
    title += [
        t
        for r in range(headers[0], start)
        if r not in headers
        for t in row_texts(sheet, r)
    ]
    notes = tuple(r for r in range(start, end) if r not in rows)
    return Block(tuple(headers), rows, tuple(title), notes), end


def _marked(sheet: Sheet, rows: Sequence[int]) -> Mapping[int, str]:
    """Columns of some rows whose cells are words of roles."""
    return {
        column: role
        for row in rows
        for column, text in enumerate(sheet.cells[row])
        if (role := role_of(plain(text))) in MARKING
    }


def _first_figures(sheet: Sheet, begin: int) -> int:
    faulty = {row for row, _ in sheet.faults}
    for row in range(begin, len(sheet.cells)):
        figures = row in faulty or any(map(is_figure, sheet.cells[row]))
        if figures and len(row_texts(sheet, row)) > 1 and not _is_numbering(sheet, row):
            return row
    for top in range(begin, len(sheet.cells)):  # data without a single number
        if columns := _marked(sheet, [top]):
            for row in range(top + 1, len(sheet.cells)):
                if _is_data(sheet, row, top, columns):
                    return row
    raise DataError(
        f"{sheet.path.name}: no row has a label and a number. Check that the "
        "sheet holds the table."
    )


def _is_numbering(sheet: Sheet, row: int) -> bool:
    """Whether a row numbers the columns: 甲, 1, 2, 3."""
    label, *rest = (plain(text) for text in sheet.cells[row])
    numbers = [text.strip("()") for text in rest if text]
    counted = [str(n) for n in range(1, len(numbers) + 1)]
    return label in NUMBERING and len(numbers) > 1 and numbers == counted


def _header_rows(sheet: Sheet, begin: int) -> tuple[list[int], int]:
    """Header rows of the first table from a row on, and its first data row."""
    first = _first_figures(sheet, begin)
    marked = [r for r in range(begin, len(sheet.cells)) if _marked(sheet, [r])]
    if marked and marked[0] > first:
        first = _first_figures(sheet, marked[0])
    if not marked or marked[0] > first:
        return _rows_above(sheet, begin, first), first
    top = marked[0]
    columns = _marked(sheet, [top])
    start = next(
        (r for r in range(top + 1, first) if _is_data(sheet, r, top, columns)), first
    )
    while top > begin and _names_columns(sheet, top - 1, columns):
        top -= 1
    rows = [
        r
        for r in range(top, start)
        if row_texts(sheet, r)
        and not _is_unit_line(sheet, r)
        and not _is_numbering(sheet, r)
    ]
    return rows, start


def _rows_above(sheet: Sheet, begin: int, first: int) -> list[int]:
    """Header rows above the first figures of a table without words of roles."""
    row = first - 1
    while row >= begin and (
        len(row_texts(sheet, row)) < 2 or _is_numbering(sheet, row)
    ):
        row -= 1
    if row < begin:
        raise DataError(
            f"{sheet.place(first, 0)}: no header is above the first row of "
            "numbers. Give every column a header, or name its row with --header-row."
        )
    rows: list[int] = []
    while row >= begin and len(row_texts(sheet, row)) > 1:
        if _is_unit_line(sheet, row):
            break
        rows.append(row)
        row -= 1
    return rows[::-1]


def _is_unit_line(sheet: Sheet, row: int) -> bool:
    """Whether a row states units for the whole table, in one cell."""
    texts = row_texts(sheet, row)
    return (
        len(texts) < 3
        and any(
            units_of_line(text)
            and (len(texts) == 1 or "单位" in text or "unit" in text.lower())
            for text in texts
        )
        and len({t for t in sheet.cells[row] if t}) < 3
    )


def _is_data(sheet: Sheet, row: int, top: int, columns: Mapping[int, str]) -> bool:
    """Whether a row below the top of a header has labels of its own."""
    for column in columns:
        text = sheet.text(row, column)
        if text and text != sheet.text(top, column) and role_of(plain(text)) is None:
            return not _is_numbering(sheet, row) and not _is_unit_line(sheet, row)
    return False


def _names_columns(sheet: Sheet, row: int, columns: Mapping[int, str]) -> bool:
    """Whether a row above the words of roles belongs to the header."""
    texts = row_texts(sheet, row)
    free = all(not sheet.text(row, column) for column in columns)
    return len(texts) > 1 and free and not _is_unit_line(sheet, row)


def _is_header(
    sheet: Sheet, row: int, columns: set[int], headers: Sequence[int]
) -> bool:
    """Whether a row below a table repeats its header or starts another table."""
    cells = sheet.cells[row]
    repeated = any(cells == sheet.cells[header] for header in headers)
    marked = any(role_of(plain(sheet.text(row, c))) in MARKING for c in columns)
    if not (repeated or marked) or len(row_texts(sheet, row)) < 2:
        return False
    return not any(map(is_figure, cells))


def _is_note(sheet: Sheet, row: int) -> bool:
    """Whether a row is blank, a note or a group's name."""
    texts = row_texts(sheet, row)
    if not texts:
        return True
    if plain(texts[0]).startswith(NOTES) and not any(map(is_figure, texts)):
        return True
    marks = {cell.strip() for cell in sheet.cells[row]} - {"", texts[0]}
    return len(texts) == 1 and not is_figure(texts[0]) and not marks
