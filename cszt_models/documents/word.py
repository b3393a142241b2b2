"""Word documents: headings, tables, captions, alternative texts and page numbers.

A Chinese document follows the usual form of official documents (公文): A4, 仿宋 with
first lines indented by two characters, headings in 黑体 and 楷体 that are numbered 一、
and （一）, and page numbers between dashes.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from cszt_models.documents import word_styles as styles
from cszt_models.documents.archive import saved
from cszt_models.documents.content import (
    Block,
    Cards,
    Content,
    Figure,
    Grid,
    Heading,
    Items,
    Paragraph,
)
from cszt_models.documents.pictures import png_of, size_of
from cszt_models.documents.widths import bind, fold, needed, shares
from cszt_models.documents.word_parts import (
    add_field,
    close_cells,
    keep_with_next,
    repeat_header,
    set_alternative,
    set_borders,
    set_language,
    shade,
)
from cszt_models.present.texts.documents import numeral, text

CARDS_IN_ROW = 3
CAPACITY = {"en": 96, "zh": 80}  # characters of a line of a table
# Sizes of its letters in points, of which the first at which no number breaks is taken.
SIZES = {
    "en": (8.5, 8, 7.5, 7),
    "zh": (10.5, 10, 9.5, 9, 8.5, 8, 7.5),
}
POINT = 12_700  # English Metric Units, in which Word measures
HALF_WIDTH = 0.47  # of a page, for small pictures that stand two in a row
SMALL = 420.0  # points of width up to which a picture is small


def as_docx(content: Content) -> bytes:
    """A document as a Word file, the same bytes for the same content.

    Parameters
    ----------
    content
        From `page_content.content_of` or `content.table_content`.

    Examples
    --------
    >>> content = Content("Targets", blocks=[Paragraph("All are met.")])
    >>> as_docx(content)[:2], as_docx(content) == as_docx(content)
    (b'PK', True)
    """
    from docx import Document

    document = Document()
    styles.apply_styles(document, content.language)
    writer = _Writer(document, content.language)
    writer.head(content)
    writer.blocks(content.blocks)
    writer.foot(content)
    document.core_properties.title = content.title
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.language = "zh-CN" if writer.chinese else "en-GB"
    return saved(document)


class _Writer:
    """A document that is being written, with the numbers of its parts."""

    def __init__(self, document: Any, language: str) -> None:
        self.document, self.language = document, language
        self.numbers = {"table": 0, "figure": 0}
        self.headings = [0, 0, 0]
        self.style_ids = {style.name: style.style_id for style in document.styles}

    def styled(self, paragraph: Any, style: str) -> Any:
        """Give a paragraph a style; python-docx would look through all for each."""
        paragraph._p.style = self.style_ids[style]
        return paragraph

    def say(self, words: str, style: str, place: Any = None) -> Any:
        """A paragraph of a style, in the text or in a cell of a table."""
        place = self.document if place is None else place
        return self.styled(place.add_paragraph(bind(words)), style)

    @property
    def chinese(self) -> bool:
        """Whether the document is Chinese."""
        return self.language == "zh"

    @property
    def width(self) -> int:
        """Width of the text on the page."""
        section = self.document.sections[0]
        space = section.page_width - section.left_margin - section.right_margin
        return int(space)

    def head(self, content: Content) -> None:
        """Title, the line below it, and the page number at the foot."""
        self.say(content.title, "Title")
        if content.subtitle:
            self.say(content.subtitle, "Subtitle")
        footer = self.document.sections[0].footer.paragraphs[0]
        before, after = text("page", self.language, page="\0").split("\0")
        footer.add_run(before)
        add_field(footer, "PAGE", "1")
        footer.add_run(after)
        set_language(self.document, "zh-CN" if self.chinese else "en-GB")

    def foot(self, content: Content) -> None:
        """Where the numbers are from."""
        for line in content.provenance:
            self.say(line, styles.SMALL)

    def blocks(self, blocks: Sequence[Block]) -> None:
        """All blocks; small pictures that follow each other stand two in a row."""
        pending: list[Figure] = []
        for block in blocks:
            if isinstance(block, Figure) and size_of(block.svg)[0] <= SMALL:
                pending.append(block)
                continue
            self.figure_rows(pending)
            pending = []
            self.block(block)
        self.figure_rows(pending)

    def block(self, block: Block) -> None:
        """One block."""
        match block:
            case Heading():
                self.heading(block)
            case Paragraph(words, "note"):
                self.say(words, styles.NOTE)
            case Paragraph(words, kind):
                name = styles.LEAD if kind == "lead" else "Normal"
                self.say(words, name)
            case Items(items):
                for item in items:
                    style = "Normal" if self.chinese else "List Bullet"
                    self.say(item, style)
            case Cards():
                self.cards(block)
            case Grid():
                self.grid(block)
            case Figure():
                paragraph = self.say("", styles.PICTURE)
                self.picture(paragraph, block, self.width)
                self.caption("figure", block.text)

    def heading(self, block: Heading) -> None:
        """A heading, numbered in a Chinese document."""
        level = min(block.level, 3)
        self.headings[level - 1] += 1
        self.headings[level:] = [0] * (3 - level)
        number = ""
        if self.chinese:
            count = numeral(self.headings[level - 1])
            number = (f"{count}、", f"（{count}）", f"{self.headings[2]}．")[level - 1]
        self.say(number + block.text, f"Heading {level}")

    def caption(self, kind: str, words: str, place: Any = None) -> Any:
        """A numbered caption, of which Word can make a list.

        Parameters
        ----------
        kind
            Whether it is that of a table or of a figure.
        words
            Its text.
        place
            Cell of a table in which it stands, if not in the text.
        """
        self.numbers[kind] += 1
        paragraph = self.say("", "Caption", place)
        word = text(kind, self.language)
        paragraph.add_run(word if self.chinese else f"{word} ")
        add_field(paragraph, f"SEQ {word} \\* ARABIC", str(self.numbers[kind]))
        paragraph.add_run(("　" if self.chinese else ". ") + bind(words))
        return paragraph

    def cards(self, block: Cards) -> None:
        """Cards in the cells of a table without a header, three in a row."""
        for start in range(0, len(block.cards), CARDS_IN_ROW):
            row = block.cards[start : start + CARDS_IN_ROW]
            table = self.document.add_table(1, len(row))
            close_cells(table)
            for cell, card in zip(table.rows[0].cells, row, strict=True):
                shade(cell, "F3F5F8")
                cell.paragraphs[0].text = bind(card.name)
                self.styled(cell.paragraphs[0], styles.CARD_NAME)
                self.say(card.figure, styles.CARD_FIGURE, cell)
                for line in filter(None, (card.of, card.text)):
                    self.say(line, styles.CARD_TEXT, cell)
            self.say("", styles.SPACE)

    def grid(self, block: Grid) -> None:
        """A table with its caption above it; the header is repeated on each page."""
        if block.caption:
            keep_with_next(self.caption("table", block.caption))
        table = self.document.add_table(1, len(block.columns))
        table.autofit = False
        set_borders(table)
        repeat_header(table.rows[0])
        for _ in block.rows:
            close_cells(table, table.add_row())
        size, rows, parts = self.fitting(block)
        widths = [int(self.width * share) for share in parts]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        cells = list(table._cells)  # python-docx builds it anew for each row
        for place, cell in enumerate(cells):
            line, column = divmod(place, len(block.columns))
            cell.width = widths[column]
            paragraph = cell.paragraphs[0]
            paragraph.text = bind(rows[line][column])
            self.styled(paragraph, styles.CELL if line else styles.CELL_HEAD)
            styles.shrink(paragraph, size)
            if column in block.numbers:
                paragraph.alignment = styles.right()
        self.say("", styles.SPACE)

    def fitting(self, block: Grid) -> tuple[float, list[list[str]], list[float]]:
        """Size of letters in which no number breaks, rows of text, shares of columns.

        The first row is the header; a size of 0 is that of the style.
        """
        sizes = SIZES[self.language]
        rooms = [CAPACITY[self.language] * sizes[0] / size for size in sizes]
        heads, numbers = block.columns, block.numbers
        rows = fold(heads, block.rows, numbers, capacity=rooms[0])
        need = needed(heads, rows, numbers)
        fits = (n for n, room in enumerate(rooms) if need <= room)
        place = next(fits, len(sizes) - 1)
        parts = shares(heads, rows, capacity=rooms[place], numbers=numbers)
        return (sizes[place] if place else 0), [list(heads), *rows], parts

    def figure_rows(self, figures: Sequence[Figure]) -> None:
        """Small pictures with their captions, two in a row."""
        for start in range(0, len(figures), 2):
            row = figures[start : start + 2]
            table = self.document.add_table(1, 2)
            close_cells(table)
            for cell, figure in zip(table.rows[0].cells, row, strict=False):
                self.styled(cell.paragraphs[0], styles.PICTURE)
                self.picture(cell.paragraphs[0], figure, int(self.width * HALF_WIDTH))
                self.caption("figure", figure.text, cell)

    def picture(self, paragraph: Any, figure: Figure, most: int) -> None:
        """A picture in a paragraph, as wide as it is drawn but no wider than the text.

        Parameters
        ----------
        paragraph
            Where it is put.
        figure
            The picture.
        most
            Its largest width.
        """
        width = min(int(size_of(figure.svg)[0] * POINT), most)
        run = paragraph.add_run()
        shape = run.add_picture(BytesIO(png_of(figure.svg)), width=width)
        set_alternative(shape, figure.text, self.numbers["figure"] + 1)
