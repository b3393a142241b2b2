"""Places of errors: the cell of a workbook that an error about a file came from."""

import re
from collections.abc import Iterator
from pathlib import Path

from cszt_models.errors import DataError
from cszt_models.project.csv_tables import read_table
from cszt_models.workbooks.cells import Book, Line
from cszt_models.workbooks.layout import SEPARATOR, SHEETS, TABLES

SHEET_OF = {file: sheet for sheet, file in TABLES.items()}
FILES = (*SHEET_OF, "project.yaml", "scenarios.yaml", "levers.yaml", "priors.yaml")
SECTIONS = {"regions": "regions", "aggregates": "groups", "indicators": "indicators"}
_LINE = re.compile(r"^, line (\d+)(?:, (\w+) )?")
_QUOTED = re.compile(r"'([^']+)'")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_WORD = re.compile(r"[\w-]+")


def located(error: Exception, book: Book, folder: Path) -> DataError:
    """The error with the cell that it is about instead of a line of a file.

    Parameters
    ----------
    error
        Error about a file of the folder.
    book
        Workbook that the files were made of.
    folder
        The folder.
    """
    message = str(error)
    for file in FILES:
        prefix = str(folder / file)
        if message.startswith(prefix):
            rest = message.removeprefix(prefix)
            place = _yaml_line(file, rest, book, folder) or _place(
                file, rest, book, folder
            )
            return book.wrong(place, _without_file(rest))
    message = message.replace(f"{folder}/", "")
    return book.wrong(_named(message, book), message)


def _yaml_line(file: str, rest: str, book: Book, folder: Path) -> str:
    """The row of the sheet `more` that an error about a line of YAML is about."""
    match = _LINE.match(rest)
    lines = [line for line in book.lines["more"] if line.text("file") == file]
    if not match or not lines:
        return ""
    above = len((folder / file).read_text("utf-8").splitlines()) - len(lines)
    number = int(match[1]) - above - 1
    return book.place("more", lines[min(number, len(lines) - 1)].row, "text")


def _without_file(rest: str) -> str:
    """The message without the name of the file and the line."""
    match = _LINE.match(rest)
    if match and match[2]:
        return rest[match.end(1) + len(", ") :]
    return rest[match.end() :].lstrip(":, ") if match else rest.lstrip(":, ")


def _place(file: str, rest: str, book: Book, folder: Path) -> str:
    if file in SHEET_OF:
        sheet, match = SHEET_OF[file], _LINE.match(rest)
        lines = list(read_table(folder / file, []).index) if match else []
        if match and int(match[1]) in lines:
            row = book.lines[sheet][lines.index(int(match[1]))].row
            return book.place(sheet, row, match[2] or "")
        return _in_sheets(rest, book, (sheet,)) or book.place(sheet)
    if file == "project.yaml":
        section = (_WORD.findall(rest) or [""])[0]
        if section in SECTIONS:
            sheet = SECTIONS[section]
            return _in_sheets(rest, book, (sheet,)) or book.place(sheet)
        return _in_sheets(rest, book, ("project", "more")) or book.place("project")
    return _named(rest, book)


def _named(message: str, book: Book) -> str:
    """The cell of what a message about scenarios names."""
    part = re.search(r"part '([^']+)'", message)
    scenario = re.search(r"scenario '([^']+)'", message)
    number = re.search(r"condition (\d+)", message)
    of_part = part if part and not message.startswith(", scenario") else None
    places = []
    if of_part:
        conditions = _where(book, "conditions", "part", of_part[1])
        if number and int(number[1]) <= len(conditions):
            return _cell(book, "conditions", [conditions[int(number[1]) - 1]], message)
        places = [
            ("levers", _where(book, "levers", "part", of_part[1])),
            ("parts", _where(book, "parts", "part", of_part[1])),
        ]
    if scenario:
        lines = _where(book, "scenarios", "scenario", scenario[1])
        places.append(("scenarios", lines))
    for sheet, lines in places:
        if lines:
            return _cell(book, sheet, lines, message)
    sheets = ("levers", "conditions", "parts", "scenarios", "more", "project")
    return _in_sheets(message, book, sheets) or book.place("scenarios")


def _where(book: Book, sheet: str, column: str, text: str) -> list[Line]:
    return [line for line in book.lines[sheet] if line.text(column) == text]


def _cell(book: Book, sheet: str, lines: list[Line], message: str) -> str:
    """Of some rows the one of which a message names most, and there the last cell."""
    named = _named_values(message)
    matches = [
        [c for c in SHEETS[sheet][1:] if _values(line.text(c)) & named]
        for line in lines
    ]
    best = max(range(len(lines)), key=lambda n: len(matches[n]))
    first = {"levers": "value", "conditions": "value"}.get(sheet, SHEETS[sheet][1])
    columns = [c for c in matches[best] if c != "lever"] or matches[best] or [first]
    kind = re.search(r"Unknown (\w+) ", message)
    for column in (kind[1], f"{kind[1]}s") if kind else ():
        if column in SHEETS[sheet]:
            return book.place(sheet, lines[best].row, column)
    words = [c for c in _WORD.findall(message) if c in columns]
    return book.place(sheet, lines[best].row, words[0] if words else columns[0])


def _named_values(message: str) -> set[object]:
    """What a message quotes, and its numbers, up to where it makes proposals."""
    fact = re.split(r" Did you mean| Known: |; it takes| Choose | Write ", message)[0]
    numbers = _NUMBER.findall(_QUOTED.sub(" ", fact))
    return {*_QUOTED.findall(fact), *map(float, numbers)}


def _values(text: str) -> set[object]:
    """Names in a cell, or its number."""
    names: set[object] = {name.strip() for name in text.split(SEPARATOR)} | {text}
    return (names | ({float(text)} if _NUMBER.fullmatch(text) else set())) - {""}


def _in_sheets(message: str, book: Book, sheets: tuple[str, ...]) -> str:
    """The first cell whose whole text a message quotes or names; empty if none."""
    for word in _words(message):
        for sheet in sheets:
            for line in book.lines[sheet]:
                for column in book.letters[sheet]:
                    if line.text(column) == word:
                        return book.place(sheet, line.row, column)
    return ""


def _words(message: str) -> Iterator[str]:
    yield from _QUOTED.findall(message)
    yield from (word for word in _WORD.findall(message) if len(word) > 1)
