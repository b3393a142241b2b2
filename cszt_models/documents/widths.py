"""Widths of columns of text, for tables that do not set them by themselves.

Numbers, units and intervals are never broken: columns of numbers have the width of
their longest line, and running text is bound where it may not end a line.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence

ONE_LINE = 24  # characters up to which a cell would rather not be broken
MANY_LINES = 0.7  # power of further characters: longer texts get somewhat more
PADDING = 2.5  # characters of a cell's inner margins
JOINER = "\N{WORD JOINER}"
FIXED = "\N{NO-BREAK SPACE}"
_WORD = re.compile(r"[^ \t\n–—\u3000-\u9fff\uff00-\uffef]+")  # is not broken
_DASH = re.compile(r"(?<=[\d%])([–—])(?=[\d¥+−])")
_UNIT = re.compile(
    r"(?<=\d) (?=%|(?:million|billion|trillion|points?|persons|percentage|sd|µg)\b)"
)
_ENDS = re.compile(r"(?<=\d) to (?=[¥+−]?\d)")
_BRACKET = re.compile(r" ?(?=（)| (?=\()")  # before an interval or a year


def bind(text: str) -> str:
    """A text in which no line ends within an interval, or between number and unit.

    Examples
    --------
    >>> bind("2.0 (1.0–3.0)") == f"2.0 (1.0{JOINER}–{JOINER}3.0)"
    True
    >>> bind("¥2.3 trillion, 5 %") == f"¥2.3{FIXED}trillion, 5{FIXED}%"
    True
    """
    text = _DASH.sub(rf"{JOINER}\1{JOINER}", text)
    return _ENDS.sub(f"{FIXED}to{FIXED}", _UNIT.sub(FIXED, text))


def text_width(text: str) -> int:
    """Width of the longest line of a text, where a Chinese character counts as two.

    Examples
    --------
    >>> text_width("growth"), text_width("增速")
    (6, 4)
    """
    lines = text.replace(JOINER, "").split("\n")
    return max(
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
        for line in lines
    )


def fold(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[int],
    *,
    capacity: float,
) -> list[list[str]]:
    r"""Cells of a table, with brackets on lines of their own if it has no room else.

    Parameters
    ----------
    columns
        Headings.
    rows
        Cells of text.
    numbers
        Places of the columns of numbers; brackets of others stay where they are.
    capacity
        Characters of a line as wide as the table.

    Examples
    --------
    >>> fold(["a", "b"], [["GDP", "24.1（22.9–25.3）"]], {1}, capacity=20)
    [['GDP', '24.1\n（22.9–25.3）']]
    """
    if needed(columns, rows, numbers) <= capacity:
        return [list(row) for row in rows]
    return [
        [
            _BRACKET.sub("\n", cell, count=1) if place in numbers else cell
            for place, cell in enumerate(row)
        ]
        for row in rows
    ]


def needed(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int]
) -> float:
    """Characters that a table takes at least, if nothing in it is to be broken.

    Parameters
    ----------
    columns
        Headings.
    rows
        Cells of text.
    numbers
        Places of the columns of numbers.
    """
    return sum(_narrowest(columns, rows, numbers))


def _narrowest(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int]
) -> list[float]:
    """Least width of each column: its longest number, or word and some text."""
    least = []
    for place, heading in enumerate(columns):
        cells = [row[place] for row in rows]
        words = [word for cell in (heading, *cells) for word in _WORD.findall(cell)]
        widths = [text_width(word) for word in words]
        lines = [text_width(cell) for cell in cells]
        if place not in numbers:
            lines = [min(width, ONE_LINE // 2) for width in lines]
        least.append(max([*widths, *lines], default=4) + PADDING)
    return least


def shares(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    capacity: float = 96,
    numbers: Collection[int] = (),
) -> list[float]:
    """Share of a table's width for each column, by what its cells contain.

    Every column gets the width of its longest word, and one of numbers that of its
    longest line; what is left is divided by how much text there is.

    Parameters
    ----------
    columns
        Headings.
    rows
        Cells of text.
    capacity
        Characters of a line as wide as the table.
    numbers
        Places of the columns of numbers.

    Examples
    --------
    >>> cells = ["yes", "much that is to be read about this and about that"]
    >>> [round(share, 2) for share in shares(["a", "b"], [cells])]
    [0.06, 0.94]
    """
    least = _narrowest(columns, rows, numbers)
    more = []
    for place, heading in enumerate(columns):
        cells = [heading, *(row[place] for row in rows)]
        longest = max(text_width(cell.replace("\n", " ")) for cell in cells)
        if place in numbers:
            longest = text_width("\n".join(cells))
        natural = min(longest, ONE_LINE) + max(longest - ONE_LINE, 0) ** MANY_LINES
        more.append(max(natural + PADDING - least[place], 0.0))
    left = max(capacity - sum(least), 0) / (sum(more) or 1)
    widths = [low + left * extra for low, extra in zip(least, more, strict=True)]
    return [width / sum(widths) for width in widths]
