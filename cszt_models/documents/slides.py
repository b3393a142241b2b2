"""Slides: PowerPoint files with charts that can be edited, and pictures elsewhere."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from cszt_models.documents.archive import saved
from cszt_models.documents.content import Chart, Content, Figure, Grid, Slide
from cszt_models.documents.pictures import png_of, size_of
from cszt_models.documents.slide_charts import GREY, draw_chart
from cszt_models.documents.widths import bind, shares, text_width

INCH = 914_400  # English Metric Units
WIDTH, HEIGHT = 13.333, 7.5  # inches
MARGIN, TOP, BOTTOM, CAPTION = 0.7, 1.55, 0.65, 1.2
FONTS = {"en": "Calibri", "zh": "Microsoft YaHei"}
INK = "1B1F24"
TABLE_SIZE, SMALLEST = 16, 9  # of the letters of tables, in points
CELL_MARGINS = 0.1  # above and below the text of a cell together, in inches
LEFT, GUTTER = 0.42, 0.04  # shares of the first slide's width: text, and space
ANSWER, ACCENT = 96, "0B5C95"  # size and colour of the answer
TITLE = 28  # points
CLEAR = 0.25  # above the note and the number of a slide, in inches


def as_pptx(content: Content, slides: Sequence[Slide]) -> bytes:
    """Slides as a PowerPoint file, the same bytes for the same content.

    Parameters
    ----------
    content
        Title, line below it, language and provenance of the file; not its blocks.
    slides
        In their order; the first bears the title of the file.

    Examples
    --------
    >>> as_pptx(Content("Targets"), [Slide("Targets", ("All are met.",))])[:2]
    b'PK'
    """
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for number, slide in enumerate(slides, start=1):
        _Painter(show, content, number, len(slides)).paint(slide)
    properties = show.core_properties
    properties.title, properties.author = content.title, ""
    properties.language = "zh-CN" if content.language == "zh" else "en-GB"
    return saved(show)


class _Painter:
    """A slide that is being painted."""

    def __init__(self, show: Any, content: Content, number: int, of: int) -> None:
        self.content, self.number, self.of = content, number, of
        self.slide = show.slides.add_slide(show.slide_layouts[5])  # title only
        self.font = FONTS[content.language]

    def paint(self, slide: Slide) -> None:
        """Everything on the slide, from top to bottom."""
        self.heading(slide.title)
        right = slide.chart or slide.figures or slide.grid
        whole = WIDTH - 2 * MARGIN
        space = HEIGHT - TOP - BOTTOM
        if self.number == 1:
            self.opening(slide)
        elif not right:
            self.sentences(slide.sentences, whole, 20)
        elif slide.figures:
            lines = self.sentences(slide.sentences, whole, 16)
            self.figures(slide.figures, TOP + lines, whole, space - lines)
        elif slide.sentences:
            self.sentences(slide.sentences, whole * 0.38, 20)
            self.part(slide, MARGIN + whole * 0.41, whole * 0.59, space)
        else:
            self.part(slide, MARGIN, whole, space)
        self.foot(slide.note)

    def heading(self, words: str) -> None:
        """Title of the slide, in the placeholder that outlines read."""
        shape = self.slide.shapes.title
        _place(shape, MARGIN, 0.45, WIDTH - 2 * MARGIN, 0.85)
        shape.text_frame.word_wrap = True
        size, room = TITLE, (WIDTH - 2 * MARGIN) * 72
        while size > 18 and text_width(words) * size * 0.6 > room:
            size -= 1
        self.write(shape.text_frame.paragraphs[0], words, size, bold=True)

    def opening(self, slide: Slide) -> None:
        """The first slide: what is asked, and the answer in large letters."""
        self.text([self.content.subtitle], TOP - 0.3, 0.5, 14, colour=GREY)
        whole = WIDTH - 2 * MARGIN
        width = whole * (LEFT if slide.chart else 1.0)
        top = TOP + 0.25
        if slide.answer:
            size = ANSWER if text_width(slide.answer) <= 6 else ANSWER // 2
            self.text([slide.answer], top, 1.6, size, width=width, colour=ACCENT)
            top += size / 72 + 0.45
            lines = [slide.of] if slide.of else []
            self.text(lines, top, 0.8, 20, width=width)
            top += self.height(lines, width, 20) + 0.15
        room, size = HEIGHT - BOTTOM - top, 20
        while size > SMALLEST and self.height(slide.sentences, width, size) > room:
            size -= 1
        self.text(slide.sentences, top, room, size, width=width)
        if slide.chart:
            left = MARGIN + whole * (LEFT + GUTTER)
            height = HEIGHT - TOP - BOTTOM - 0.3
            self.chart(slide.chart, left, whole * (1 - LEFT - GUTTER), height)

    def sentences(self, lines: Sequence[str], width: float, size: int) -> float:
        """Sentences at the left; the height that they take, in inches.

        Parameters
        ----------
        lines
            One paragraph each.
        width
            In inches.
        size
            Of the letters, in points; smaller where they would not fit.
        """
        if not lines:
            return 0.0
        room = HEIGHT - TOP - BOTTOM - CLEAR
        while size > 11 and self.height(lines, width, size) > room:
            size -= 1
        height = self.height(lines, width, size)
        self.text(lines, TOP, height, size, width=width)
        return height

    @staticmethod
    def height(lines: Sequence[str], width: float, size: int) -> float:
        """Height of sentences in inches, by the width of their letters."""
        row = width * 72 / (size * 0.55)
        rows = sum(1 + int(text_width(line) // row) for line in lines)
        return (rows * size * 1.25 + len(lines) * 8) / 72 + 0.1

    def part(self, slide: Slide, left: float, width: float, height: float) -> None:
        """Chart and table, the table below the chart.

        Parameters
        ----------
        slide
            Whose parts they are.
        left, width, height
            Of the room for them, in inches.
        """
        table = 0.42 * (len(slide.grid.rows) + 1) if slide.grid else 0.0
        if slide.chart:
            self.chart(slide.chart, left, width, height - table - 0.1)
        if slide.grid:
            top = TOP if not slide.chart else HEIGHT - BOTTOM - table
            self.grid(slide.grid, left, top, width, HEIGHT - BOTTOM - top)

    def chart(self, chart: Chart, left: float, width: float, height: float) -> None:
        """A chart of the office program, with its numbers.

        Parameters
        ----------
        chart
            The numbers.
        left, width, height
            Of the room for it, in inches.
        """
        box = [int(n * INCH) for n in (left, TOP, width, height)]
        _describe(draw_chart(self.slide, chart, box, self.font), chart.text)

    def grid(
        self, grid: Grid, left: float, top: float, width: float, room: float
    ) -> None:
        """A table of the office program, in letters with which it fits.

        Parameters
        ----------
        grid
            Its text.
        left, top, width, room
            Of the place for it, in inches; ``room`` is the height.
        """
        rows = [grid.columns, *grid.rows]
        sizes = range(TABLE_SIZE, SMALLEST - 1, -1)
        fits = (size for size in sizes if sum(_heights(grid, width, size)) <= room)
        size = next(fits, SMALLEST)
        heights, parts = _heights(grid, width, size), _parts(grid, width, size)
        box = [int(n * INCH) for n in (left, top, width, sum(heights))]
        frame = self.slide.shapes.add_table(len(rows), len(grid.columns), *box)
        _describe(frame, grid.caption)
        for row, height in zip(frame.table.rows, heights, strict=True):
            row.height = int(height * INCH)
        for column, share in zip(frame.table.columns, parts, strict=True):
            column.width = int(width * share * INCH)
        for line, cells in enumerate(rows):
            for place, words in enumerate(cells):
                cell = frame.table.cell(line, place)
                paragraph = cell.text_frame.paragraphs[0]
                self.write(paragraph, words, size, bold=not line)
                if place in grid.numbers:
                    from pptx.enum.text import PP_ALIGN

                    paragraph.alignment = PP_ALIGN.RIGHT
                _fill(cell, "EAF1F7" if not line else "FFFFFF")

    def figures(
        self, figures: Sequence[Figure], top: float, width: float, height: float
    ) -> None:
        """Pictures side by side, with their alternative texts.

        Parameters
        ----------
        figures
            From left to right.
        top, width, height
            Of the room for them, in inches.
        """
        each = width / len(figures)
        for place, figure in enumerate(figures):
            wide, high = size_of(figure.svg)
            scale = min((each - 0.2) / wide, (height - CAPTION) / high)
            shape = self.slide.shapes.add_picture(
                BytesIO(png_of(figure.svg)),
                int((MARGIN + place * each) * INCH),
                int(top * INCH),
                int(wide * scale * INCH),
                int(high * scale * INCH),
            )
            _describe(shape, figure.text)
            under, left = top + high * scale + 0.05, MARGIN + place * each
            self.text([figure.text], under, CAPTION, 12, width=each - 0.3, left=left)

    def text(
        self,
        lines: Sequence[str],
        top: float,
        height: float,
        size: int,
        *,
        left: float = MARGIN,
        width: float = WIDTH - 2 * MARGIN,
        colour: str = INK,
    ) -> None:
        """Paragraphs in a box.

        Parameters
        ----------
        lines
            One paragraph each.
        top, height, left, width
            Of the box, in inches.
        size
            Of the letters, in points.
        colour
            Of the letters.
        """
        box = self.slide.shapes.add_textbox(0, 0, 0, 0)
        _place(box, left, top, width, height)
        frame = box.text_frame
        frame.word_wrap = True
        for place, line in enumerate(lines):
            first = frame.paragraphs[0]
            paragraph = first if not place else frame.add_paragraph()
            self.write(paragraph, line, size, colour=colour)

    def foot(self, note: str) -> None:
        """Note at the foot, and the number of the slide."""
        top = HEIGHT - 0.5
        if note:
            self.text([note], top, 0.4, 10, width=WIDTH - 3, colour=GREY)
        box = self.slide.shapes.add_textbox(0, 0, 0, 0)
        _place(box, WIDTH - 1.6, top, 0.9, 0.4)
        from pptx.enum.text import PP_ALIGN

        paragraph = box.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        self.write(paragraph, f"{self.number} / {self.of}", 10, colour=GREY)

    def write(
        self,
        paragraph: Any,
        words: str,
        size: int,
        *,
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Text of a paragraph in the fonts of the language.

        Parameters
        ----------
        paragraph
            Of python-pptx.
        words
            Its text.
        size
            In points.
        bold, colour
            Of the letters.
        """
        from pptx.dml.color import RGBColor
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(size * 0.35)
        run = paragraph.add_run()
        run.text = bind(words)
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, self.font
        run.font.color.rgb = RGBColor.from_string(colour)
        _east_asian(run, self.font)


def _parts(grid: Grid, width: float, size: int) -> list[float]:
    """Shares of the columns of a table."""
    letters = int(width * 72 / (size * 0.6))
    columns, rows, numbers = grid.columns, grid.rows, grid.numbers
    return shares(columns, rows, capacity=letters, numbers=numbers)


def _heights(grid: Grid, width: float, size: int) -> list[float]:
    """Heights of the rows of a table in inches, by the width of their letters.

    Parameters
    ----------
    grid
        Its text.
    width
        Of the table, in inches.
    size
        Of the letters, in points.
    """
    columns = [
        (width * part - 0.2) * 72 / (size * 0.55) for part in _parts(grid, width, size)
    ]
    lines = [
        max(1 + int(text_width(c) // w) for c, w in zip(row, columns, strict=True))
        for row in (grid.columns, *grid.rows)
    ]
    return [(count * 1.2 + 0.35) * size / 72 + CELL_MARGINS for count in lines]


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top = int(left * INCH), int(top * INCH)
    shape.width, shape.height = int(width * INCH), int(height * INCH)


def _describe(shape: Any, words: str) -> None:
    """Alternative text of a picture, chart or table."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def _east_asian(run: Any, font: str) -> None:
    from pptx.oxml.ns import qn

    properties = run._r.get_or_add_rPr()
    properties.append(properties.makeelement(qn("a:ea"), {"typeface": font}))


def _fill(cell: Any, colour: str) -> None:
    from pptx.dml.color import RGBColor

    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(colour)
