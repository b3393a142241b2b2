"""Widths of columns of text, for tables that do not set them by themselves."""

import re
import unicodedata
from collections.abc import Sequence

ONE_LINE = 24  # characters up to which a cell would rather not be broken
MANY_LINES = 0.7  # power of further characters: longer texts get somewhat more
PADDING = 3  # characters of a cell's inner margins
_WORD = re.compile(r"[^ \t\n–—\u3000-\u9fff\uff00-\uffef]+")  # is not broken


def text_width(text: str) -> int:
    """Width of the longest line of a text, where a Chinese character counts as two.

    Examples
    --------
    >>> text_width("growth"), text_width("增速")
    (6, 4)
    """
    lines = text.split("\n")
    return max(
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
        for line in lines
    )


def shares(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, capacity: int = 96
) -> list[float]:
    """Share of a table's width for each column, by what its cells contain.

    Every column gets the width of its longest word; what is left is divided by how much
    text there is.

    Parameters
    ----------
    columns
        Headings.
    rows
        Cells of text.
    capacity
        Characters of a line as wide as the table.

    Examples
    --------
    >>> cells = ["yes", "much that is to be read about this and about that"]
    >>> [round(share, 2) for share in shares(["a", "b"], [cells])]
    [0.06, 0.94]
    """
    least, more = [], []
    for place, heading in enumerate(columns):
        cells = [heading, *(row[place] for row in rows)]
        words = [word for cell in cells for word in _WORD.findall(cell)]
        narrowest = max([text_width(word) for word in words], default=4)
        longest = max(text_width(cell.replace("\n", " ")) for cell in cells)
        beyond = max(longest - ONE_LINE, 0)
        natural = min(longest, ONE_LINE) + beyond**MANY_LINES
        least.append(narrowest + PADDING)
        more.append(max(natural - narrowest, 0.0))
    left = max(capacity - sum(least), 0) / (sum(more) or 1)
    widths = [low + left * extra for low, extra in zip(least, more, strict=True)]
    return [width / sum(widths) for width in widths]
