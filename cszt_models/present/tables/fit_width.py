"""Tables on narrow lines: words and ids stay whole, what is constant is said once."""

import re
from collections.abc import Collection, Sequence

import pandas as pd

GAP = 2  # blanks beside a column
WIDE = 160  # characters of a line where no terminal sets a width
# A word with the blank or dash after which a line may end; Chinese breaks anywhere.
_HAN = r"\u2e80-\u9fff\uff00-\uffef"
_OPEN, _CLOSE = "（“《", "）”》，。、；："  # stay with the sign after, and before
_SIGN = rf"(?![{_OPEN}{_CLOSE}])[{_HAN}]"
_WORDS = re.compile(
    rf"[{_OPEN}]*(?:{_SIGN}|[^\s–{_HAN}]*–|[^\s–{_HAN}]+(?: %)?)[{_CLOSE}]*"
    rf"|[{_OPEN}{_CLOSE}]+"
)
_CHINESE = re.compile(rf"[{_HAN}]")
MAX_KEYS = 3  # columns that say what a row is about
MIN_CHINESE = 8  # columns of a Chinese cell below which it reads like a pillar
_HEADING_BREAKS = re.compile(r"(?<=_)")


def display_width(text: str) -> int:
    """Columns of a terminal that a line of text takes; Chinese takes two a sign."""
    from rich.cells import cell_len

    return cell_len(text)


def natural_width(frame: pd.DataFrame) -> int:
    """Width of a table whose cells are not broken."""
    return sum(_widest(frame, column) + GAP for column in frame.columns)


def natural_lines_width(frame: pd.DataFrame) -> int:
    """Width of a table whose cells and headings are lines already."""
    return sum(width + GAP for width in _line_widths(frame))


def _line_widths(frame: pd.DataFrame) -> list[int]:
    """Width of the longest line of each column, its heading among them."""
    return [
        max(
            display_width(line)
            for cell in (column, *frame[column])
            for line in str(cell).split("\n")
        )
        for column in frame.columns
    ]


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
    bare = [column for column in same if frame[column].iloc[0] == "–"]
    pairs = [(c, frame[c].iloc[0]) for c in same if c not in bare]
    facts = [f"{name}{_colon(name)}{value}" for name, value in pairs if name or value]
    if bare:
        mark = "；" if _CHINESE.search(bare[0]) else "; "
        facts.append(f"{mark.join(bare)}{_colon(bare[0])}–")
    return frame.drop(columns=same), facts


def _colon(name: str) -> str:
    return "：" if _CHINESE.search(name) else ": "


def wrapped(text: str, width: int | None) -> str:
    r"""Text whose lines end between words, each after the blanks that it begins with.

    Parameters
    ----------
    width
        Characters of a line; the text is as it is if None, or `WIDE` and more.

    Examples
    --------
    >>> wrapped("  one two three", 10)
    '  one two\n  three'
    """
    if width is None or width >= WIDE:
        return text
    lines = []
    for line in text.splitlines():
        start = line[: len(line) - len(line.lstrip())]
        for part in broken_text(line.strip(), width - len(start)).splitlines() or [""]:
            lines.append((start + part).rstrip())
    return "\n".join(lines)


def chunks(
    frame: pd.DataFrame, width: int, whole: Collection[str]
) -> list[pd.DataFrame]:
    """Parts of a frame that is too broad, each of a width and with the first columns.

    Those are as many as tell the rows apart, up to three.

    Parameters
    ----------
    frame, width, whole
        As of `fitted`.
    """
    columns = list(frame.columns)
    apart = [n for n in (1, 2) if not frame[columns[:n]].duplicated().any()]
    keys = columns[: apart[0] if apart else MAX_KEYS]
    parts: list[list[str]] = []
    for column in columns[len(keys) :]:
        longer = [*parts[-1], column] if parts else [column]
        if parts and fitted(frame[[*keys, *longer]], width, whole) is not None:
            parts[-1] = longer
        else:
            parts.append([column])
    result = []
    for names in parts:
        narrow = fitted(frame[[*keys, *names]], width, whole)
        result.append(frame[[*keys, *names]] if narrow is None else narrow)
    return result


def hung(
    frame: pd.DataFrame, width: int, whole: Collection[str], flush: Collection[str]
) -> list[str] | None:
    """Lines of a table whose first column stands above its rows, if the others fit.

    Rows that follow each other with the same first cell stand under it together.

    Parameters
    ----------
    frame, width, whole
        As of `fitted`.
    flush
        Columns set flush right.
    """
    first, *others = frame.columns
    rest = fitted(frame[others], width - GAP, whole) if others else None
    if rest is None:
        return None
    right = [column in flush for column in others]
    heads = [str(column).split("\n") for column in rest.columns]
    cells = [[str(cell).split("\n") for cell in row] for row in rest.to_numpy()]
    widths = _line_widths(rest)
    tall = max(map(len, heads))
    top = _row([[""] * (tall - len(head)) + head for head in heads], widths, right)
    lines = [f" {first}", *top, " " + "─" * (sum(widths) + GAP * len(widths))]
    last = None
    for label, row in zip(frame[first], cells, strict=True):
        if label != last:
            lines.append(f" {label}")
            last = label
        lines += _row(row, widths, right)
    return lines


def _row(
    cells: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[bool]
) -> list[str]:
    """Lines of one row, its cells beside each other."""
    lines = []
    for n in range(max(map(len, cells))):
        parts = []
        for cell, width, flush in zip(cells, widths, right, strict=True):
            text = cell[n] if n < len(cell) else ""
            blank = " " * (width - display_width(text))
            parts.append(blank + text if flush else text + blank)
        lines.append((" " * (GAP + 1) + (" " * GAP).join(parts)).rstrip())
    return lines


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
        max(_least(column, heading=True), widest)
        if column in whole
        else max(_least(column, heading=True), *map(_least, frame[column]))
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
    """Text in lines of at most a width, broken at blanks, dashes and Chinese signs.

    Parameters
    ----------
    text
        Of one cell.
    width
        Columns of a terminal; a Chinese sign takes two.
    heading
        Whether it may break where headings do besides.
    """
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


def _least(text: str, *, heading: bool = False) -> int:
    """Width that a text needs: its longest word, or some Chinese signs."""
    word = _longest_word(text, heading=heading)
    if _CHINESE.search(text):
        return max(word, min(display_width(text), MIN_CHINESE - 4 * heading))
    return word


def _widest(frame: pd.DataFrame, column: str) -> int:
    return max([display_width(column), *map(display_width, frame[column])])
