"""Answers in a copy of a workbook: new sheets, and marks beside what is wrong."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cszt_models.documents.archive import saved
from cszt_models.documents.sheets import Sheet, fill, put, put_text
from cszt_models.present.texts.workbooks import NOTES, SHEET_TITLES
from cszt_models.workbooks.layout import MESSAGES

_PLACE = re.compile(r", ([\w ]+)!([A-Z]+[0-9]+): ")
MARK = "FFD6D6"  # ground of a cell in which something is wrong


def with_answers(
    path: Path,
    answers: Mapping[str, Any],
    words: Sequence[str],
    notices: Sequence[str] = (),
    *,
    language: str,
) -> bytes:
    """A copy of a workbook with sheets of answers.

    Parameters
    ----------
    path
        The workbook, which stays as it is.
    answers
        Frames by the key of their title in `SHEET_TITLES`.
    words
        Sentences, one below the other.
    notices
        Sentences on what the workbook has that no answer depends on.
    language
        ``"en"`` or ``"zh"``.
    """
    import pandas as pd

    book = _copy(path)
    for key, frame in answers.items():
        title = SHEET_TITLES[key][language]
        page = _new(book, title)
        fill(page, Sheet(title, NOTES[key][language], frame))
    title = SHEET_TITLES["sentences"][language]
    frame = pd.DataFrame({title: list(words)})
    fill(_new(book, title), Sheet(title, "", frame))
    page = _new(book, MESSAGES)
    page.column_dimensions["A"].width = 110
    for row, text in enumerate((NOTES["fine"][language], *notices), start=1):
        put_text(page, row, 1, text)
    book.active = book.index(book[SHEET_TITLES["answers"][language]])
    return saved(book)


def with_message(path: Path, message: str) -> bytes:
    """A copy of a workbook with a sentence about what is wrong.

    It stands in the sheet `MESSAGES` with a link to the cell, which is coloured and
    bears the sentence as a comment.

    Parameters
    ----------
    path
        The workbook, which stays as it is.
    message
        Sentence that names sheet and cell.
    """
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = _copy(path)
    page = _new(book, MESSAGES)
    page.column_dimensions["A"].width = 110
    put_text(page, 1, 1, message)
    place = _PLACE.search(message)
    if place and place[1] in book.sheetnames:
        put(page, 2, 1, f"{place[1]}!{place[2]}")
        page.cell(2, 1).hyperlink = f"#'{place[1]}'!{place[2]}"
        cell = book[place[1]][place[2]]
        if hasattr(cell, "coordinate") and cell.__class__.__name__ == "Cell":
            cell.fill = PatternFill("solid", fgColor=MARK)
            cell.comment = Comment(message[place.end() :], "cszt")
    book.active = book.index(page)
    return saved(book)


def _copy(path: Path) -> Any:
    from openpyxl import load_workbook

    return load_workbook(path)


def _new(book: Any, title: str) -> Any:
    """A new last sheet; one of that name from an earlier run is replaced."""
    if title in book.sheetnames:
        del book[title]
    return book.create_sheet(title)
