"""Tables as readers see them: a title and cells of text, for terminal, page or file."""

import io
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from cszt_models.present.tables.fit_width import (
    WIDE,
    chunks,
    fitted,
    hung,
    natural_lines_width,
    natural_width,
    without_constants,
    wrapped,
)

MIN_WIDTH = 40


@dataclass(frozen=True)
class Table:
    """A title and a frame of text.

    Parameters
    ----------
    title
        One line that stands above the table.
    frame
        Text in every cell; the columns are headings in the reader's language.
    numbers
        Columns set flush right.
    whole
        Columns that are never broken over two lines, as of ids that are copied.
    subject
        What it shows, for a page that says the rest of the title elsewhere.
    """

    title: str
    frame: pd.DataFrame
    numbers: Collection[str] = ()
    whole: Collection[str] = ()
    subject: str = ""

    def text(self, width: int | None = None) -> str:
        """The table as lines of text.

        Parameters
        ----------
        width
            Characters of a line; that of the terminal or 160 if not given.

        Examples
        --------
        >>> table = Table("Growth", pd.DataFrame({"year": ["2021"], "%": ["7.7"]}))
        >>> "2021" in table.text(40)
        True
        """
        wide = WIDE if width is None else max(width, MIN_WIDTH)
        frame, facts = self._narrowed(wide)
        head = [wrapped(text, wide) for text in (self.title, *facts)]
        if frame.empty or natural_lines_width(frame) <= wide - 2:
            return "\n".join([*head, *self._grid(frame, wide)]).rstrip()
        lines = hung(frame, wide - 2, self.whole, self.numbers)
        if lines is None:
            parts = chunks(frame, wide - 2, self.whole)
            lines = [line for part in parts for line in self._grid(part, wide)]
        return "\n".join([*head, "", *lines]).rstrip()

    def _grid(self, frame: pd.DataFrame, wide: int) -> list[str]:
        """Lines of a frame beside each other, under their headings."""
        from rich import box
        from rich.console import Console
        from rich.table import Table as Grid
        from rich.text import Text

        grid = Grid(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for column in frame.columns:
            heading = str(column).replace("\n", " ")
            plain = str(column).replace("\n", "")
            flush = heading in self.numbers or plain in self.numbers
            grid.add_column(
                str(column),
                justify="right" if flush else "left",
                overflow="fold",
                no_wrap=heading in self.whole,
            )
        for row in frame.itertuples(index=False):
            grid.add_row(*(Text(str(cell)) for cell in row))
        page = io.StringIO()
        console = Console(file=page, width=wide, no_color=True, force_jupyter=False)
        console.print(grid)
        return [line.rstrip() for line in page.getvalue().splitlines()]

    def _narrowed(self, width: int) -> tuple[pd.DataFrame, list[str]]:
        """The frame as it fits a line, and in words the columns that it leaves out.

        Where the table is wider than a line, columns that are the same in every row are
        left out, and lines end between words.
        """
        frame = self.frame.astype(str).set_axis(map(str, self.frame.columns), axis=1)
        if frame.empty or natural_width(frame) <= width - 2:
            return frame, []
        frame, facts = without_constants(frame, self.whole)
        if natural_width(frame) <= width - 2:
            return frame, facts
        narrow = fitted(frame, width - 2, self.whole)
        return (frame if narrow is None else narrow), facts

    def _repr_html_(self) -> str:
        return self.html()

    def html(self) -> str:
        """The table as an HTML element, every cell escaped."""
        from great_tables import GT

        headings = [str(column) for column in self.frame.columns]
        frame = self.frame.set_axis(headings, axis=1)
        grid = GT(frame.astype(str)).tab_header(title=self.title)
        grid = grid.opt_align_table_header("left").cols_align("left", columns=headings)
        flush = [heading for heading in headings if heading in self.numbers]
        if flush:
            grid = grid.cols_align("right", columns=flush)
        return str(
            grid.tab_options(
                table_font_size="14px",
                table_margin_left="0",
                heading_title_font_size="15px",
                heading_title_font_weight="600",
                table_border_top_style="hidden",
                table_border_bottom_style="hidden",
                column_labels_font_weight="600",
                column_labels_border_bottom_color="#1b1f24",
                data_row_padding="5px",
            ).as_raw_html()
        )
