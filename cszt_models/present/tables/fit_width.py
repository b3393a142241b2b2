"""Tables on narrow lines: words and ids stay whole, what is constant is said once."""

import re
from collections.abc import Collection, Sequence

import pandas as pd

GAP = 2  # blanks beside a column
# A word with the blank or dash after which a line may end; Chinese breaks anywhere.
_HAN = r"\u2e80-\u9fff\uff00-\uffef"
_WORDS = re.compile(rf"[{_HAN}]|[^\s–{_HAN}]*–|[^\s–{_HAN}]+(?: %)?")
_HEADING_BREAKS = re.compile(r"(?<=_)")


def display_width(text: str) -> int:
    """Columns of a terminal that a line of text takes; Chinese takes two a sign."""
    from rich.cells import cell_len

    return cell_len(text)


def natural_width(frame: pd.DataFrame) -> int:
    """Width of a table whose cells are not broken."""
    return sum(_widest(frame, column) + GAP for column in frame.columns)


def without_constants(
    frame: pd.DataFrame, whole: Collection[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The columns that differ from row to row, and what the others say.

    Parameters
    ----------
    frame
        Text in every cell.
    whole
        Columns that stay in any case.
    """
    if len(frame) < 2:
        return frame, []
    same = [
        column
        for column in frame.columns[1:]
        if column not in whole and (frame[column] == frame[column].iloc[0]).all()
    ]
    facts = [f"{column}: {frame[column].iloc[0]}" for column in same]
    return frame.drop(columns=same), [fact for fact in facts if fact.strip(": ")]


def fitted(
    frame: pd.DataFrame, width: int, whole: Collection[str]
) -> pd.DataFrame | None:
    r"""The frame with lines broken between words so that it has a width, if it can.

    Parameters
    ----------
    frame
        Text in every cell.
    width
        Characters of a line.
    whole
        Columns that are not broken.

    Examples
    --------
    >>> cells = pd.DataFrame({"id": ["gdp_2025"], "asks": ["at least 80 %"]})
    >>> fitted(cells, 22, ["id"])["asks"][0]
    'at least\n80 %'
    """
    columns = list(frame.columns)
    natural = [_widest(frame, column) for column in columns]
    least = [
        max(_longest_word(column, heading=True), widest)
        if column in whole
        else max(
            _longest_word(column, heading=True),
            *(_longest_word(cell) for cell in frame[column]),
        )
        for column, widest in zip(columns, natural, strict=True)
    ]
    spare = width - sum(least) - GAP * len(columns)
    if spare < 0:
        return None
    widths = _shared(least, natural, spare)
    broken = {
        broken_text(column, size, heading=True): [
            cell if column in whole else broken_text(cell, size)
            for cell in frame[column]
        ]
        for column, size in zip(columns, widths, strict=True)
    }
    return pd.DataFrame(broken)


def _shared(least: Sequence[int], natural: Sequence[int], spare: int) -> list[int]:
    """Widths between the least and the natural ones that share what is left."""
    widths = list(least)
    for _ in range(spare):
        wants = [n - w for n, w in zip(natural, widths, strict=True)]
        most = max(range(len(widths)), key=wants.__getitem__)
        if wants[most] <= 0:
            break
        widths[most] += 1
    return widths


def broken_text(text: str, width: int, *, heading: bool = False) -> str:
    """Text in lines of at most a width, broken at blanks, dashes and Chinese signs."""
    lines = [""]
    for word, blank in _words(text, heading=heading):
        joined = lines[-1] + (" " if blank and lines[-1] else "") + word
        if lines[-1] and display_width(joined) > width:
            lines.append(word)
        else:
            lines[-1] = joined
    return "\n".join(lines)


def _words(text: str, *, heading: bool) -> list[tuple[str, bool]]:
    """Words, each with whether a blank stands before it."""
    words = []
    for match in _WORDS.finditer(text):
        blank = match.start() > 0 and text[match.start() - 1].isspace()
        parts = _HEADING_BREAKS.split(match[0]) if heading else [match[0]]
        words += [
            (part, blank and n == 0) for n, part in enumerate(filter(None, parts))
        ]
    return words


def _longest_word(text: str, *, heading: bool = False) -> int:
    words = _words(text, heading=heading)
    return max((display_width(word) for word, _ in words), default=0)


def _widest(frame: pd.DataFrame, column: str) -> int:
    return max([display_width(column), *map(display_width, frame[column])])
