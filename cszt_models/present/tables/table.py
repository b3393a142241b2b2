"""Tables as readers see them: a title and cells of text, for terminal, page or file."""

import io
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

WIDE = 160  # characters of a line where no terminal sets a width
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
    """

    title: str
    frame: pd.DataFrame
    numbers: Collection[str] = ()
    whole: Collection[str] = ()

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
        from rich import box
        from rich.console import Console
        from rich.table import Table as Grid
        from rich.text import Text

        grid = Grid(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for column in self.frame.columns:
            heading = str(column)
            grid.add_column(
                heading,
                justify="right" if heading in self.numbers else "left",
                overflow="fold",
                no_wrap=heading in self.whole,
            )
        for row in self.frame.itertuples(index=False):
            grid.add_row(*(Text(str(cell)) for cell in row))
        page = io.StringIO()
        wide = WIDE if width is None else max(width, MIN_WIDTH)
        console = Console(file=page, width=wide, no_color=True, force_jupyter=False)
        console.print(grid)
        lines = (line.rstrip() for line in page.getvalue().splitlines())
        return "\n".join([self.title, *lines]).rstrip()

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
