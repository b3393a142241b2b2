"""An annex table of targets as an office attaches it: Word or Excel, one table."""

from pathlib import Path
from typing import Any

from cszt_models.documents.archive import saved
from cszt_models.documents.content import Block, Content, Paragraph, grid_of
from cszt_models.documents.sheets import put
from cszt_models.documents.widths import text_width
from cszt_models.errors import DataError
from cszt_models.present.tables.table import Table
from cszt_models.storage.files import write_whole

FONTS = {  # of title and of cells
    "en": ("Calibri", "Calibri"),
    "zh": ("黑体", "仿宋"),
}
TITLE_SIZE, SIZE, NOTE_SIZE = 16, 12, 10.5  # points
TITLE_HEIGHT, ROW_HEIGHT, NOTE_HEIGHT = 36, 24, 48
NARROWEST, WIDEST = 9, 34  # characters of a column


def write_annex(path: Path, table: Table, note: str, *, language: str = "en") -> None:
    """Write an annex as Word or Excel, by the ending of its path.

    Parameters
    ----------
    path
        Ends in ``.docx`` or ``.xlsx``.
    table
        With its title.
    note
        Below the table.
    language
        ``"en"`` or ``"zh"``.

    Raises
    ------
    DataError
        If the ending is another, or the file cannot be written.
    """
    makers = {".docx": annex_docx, ".xlsx": annex_xlsx}
    if path.suffix.lower() not in makers:
        raise DataError(
            f"{path} ends in neither .docx nor .xlsx. Name a Word document or an Excel "
            "sheet."
        )
    content = makers[path.suffix.lower()](table, note, language=language)
    try:
        write_whole(path, content)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.__class__.__name__}). Choose another "
            "place."
        ) from None


def annex_docx(table: Table, note: str, *, language: str = "en") -> bytes:
    """The annex as a Word document.

    Parameters
    ----------
    table, note, language
        As in `write_annex`.
    """
    from cszt_models.documents.word import as_docx

    grid = grid_of(Table("", table.frame, table.numbers))
    blocks: list[Block] = [grid, Paragraph(note, "note")]
    return as_docx(Content(table.title, language=language, blocks=blocks))


def annex_xlsx(table: Table, note: str, *, language: str = "en") -> bytes:
    """The annex as one printed page of Excel: title, framed table, note.

    Parameters
    ----------
    table, note, language
        As in `write_annex`.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    title_font, cell_font = FONTS[language]
    book = Workbook()
    page: Any = book.active
    page.title = {"en": "Annex", "zh": "附表"}[language]
    columns = [str(column) for column in table.frame.columns]
    lines = [columns, *table.frame.astype(str).to_numpy().tolist()]
    _put_across(page, 1, table.title, len(columns))
    page["A1"].font = Font(name=title_font, size=TITLE_SIZE, bold=language == "en")
    page["A1"].alignment = Alignment(horizontal="center", vertical="center")
    page.row_dimensions[1].height = TITLE_HEIGHT
    _put_lines(page, lines, [name in table.numbers for name in columns], cell_font)
    foot = len(lines) + 2
    _put_across(page, foot, note, len(columns))
    page.cell(foot, 1).font = Font(name=cell_font, size=NOTE_SIZE)
    page.cell(foot, 1).alignment = Alignment(vertical="top", wrap_text=True)
    page.row_dimensions[foot].height = NOTE_HEIGHT
    for column, cells in enumerate(zip(*lines, strict=True), start=1):
        widest = max(text_width(cell) for cell in cells)
        width = min(max(widest * 1.15 + 3, NARROWEST), WIDEST)
        page.column_dimensions[get_column_letter(column)].width = width
    _fit_on_paper(page)
    return saved(book)


def _put_across(page: Any, row: int, text: str, columns: int) -> None:
    put(page, row, 1, text)
    page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)


def _put_lines(
    page: Any, lines: list[list[str]], right: list[bool], font_name: str
) -> None:
    """The framed table from the second row on; the first of its lines is its head."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="000000")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    sides = ["right" if flush else "center" for flush in right]
    sides[0] = "right" if right[0] else "left"
    for row, cells in enumerate(lines, start=2):
        head = row == 2
        page.row_dimensions[row].height = ROW_HEIGHT * (1.5 if head else 1)
        for column, value in enumerate(cells, start=1):
            put(page, row, column, value)
            cell = page.cell(row, column)
            cell.border = frame
            cell.font = Font(name=font_name, size=SIZE, bold=head)
            across = "center" if head else sides[column - 1]
            cell.alignment = Alignment(
                horizontal=across,
                vertical="center",
                wrap_text=True,
                indent=0 if across == "center" else 1,
            )
            if head:
                cell.fill = PatternFill("solid", fgColor="F0F0F0")


def _fit_on_paper(page: Any) -> None:
    """A4 across, as wide as the page, with the head of the table on each."""
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    page.print_title_rows = "2:2"
