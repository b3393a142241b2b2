"""Reading of a workbook: its sheets as the files of a project folder.

The folder is then read as any other, so a workbook means what the files mean; errors
about a line of a file become errors about the cell that it came from.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from cszt_models.errors import DataError, ScenarioError, unknown
from cszt_models.project.days import last_day
from cszt_models.project.project import Project, load_project
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import Scenario
from cszt_models.storage.files import write_whole, yaml_text
from cszt_models.workbooks.cells import Book, Line, as_text, read_book
from cszt_models.workbooks.layout import (
    KEYS,
    LEVER_KEYS,
    PROSE,
    SAYS,
    SEPARATOR,
    SHEETS,
    TABLES,
    YEARS,
)
from cszt_models.workbooks.locate import located

MANY_PLANS = 2  # plans of a project of which one may be over
PLAN_KEYS = ("plan_en", "plan_zh", "first_year", "last_year")
PLAN_FIELDS = {"plan_id": "id", "plan_status": "status", "plan_source": "source"}
EMPTY_KEYS = ("horizon", "as_of_dates", "plan_scope", *PLAN_FIELDS)
EMPTY_COLUMNS = ("within", "of")  # of places and indicators
TEXTS = ("en", "zh", "source", "source_zh")  # of scenarios and parts
TRUE = {"yes", "true", "1", "是"}


def unpacked(path: Path, folder: Path) -> tuple[Project, dict[str, Scenario], Book]:
    """A workbook as a project in a folder, with its scenarios.

    Parameters
    ----------
    path
        The workbook.
    folder
        Where the project's files are written.

    Raises
    ------
    DataError
        Naming sheet and cell: whatever is wrong in the workbook.
    """
    book = read_book(path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files_of(book).items():
        write_whole(folder / name, text.encode())
    return *checked(folder, book), book


def checked(folder: Path, book: Book) -> tuple[Project, dict[str, Scenario]]:
    """Project and scenarios of a folder that was unpacked from a workbook.

    Raises
    ------
    DataError
        Naming sheet and cell.
    """
    from cszt_models.models.priors import read_priors
    from cszt_models.project.observations import read_observations
    from cszt_models.project.plan import read_targets

    try:
        project = load_project(folder)
        checks: list[Callable[[Project], object]] = [read_observations, read_targets]
        for check in (*checks, read_priors):
            check(project)
        scenarios = read_scenarios(project, read_levers(project))
        for scenario in scenarios.values() if len(project.plans) < MANY_PLANS else ():
            if scenario.disabled:
                raise ScenarioError(scenario.disabled)
        return project, scenarios
    except (DataError, ScenarioError) as error:
        raise located(error, book, folder) from None


def files_of(book: Book) -> dict[str, str]:
    """Content of each file of the project in a workbook.

    Raises
    ------
    DataError
        Naming the cell of what cannot be written.
    """
    more: dict[str, list[str]] = {}
    for line in book.lines["more"]:
        text = line.cells.get("text")
        more.setdefault(line.text("file"), []).append("" if text is None else str(text))
    files = {name: "\n".join(lines) + "\n" for name, lines in more.items()}
    for name in files:
        if name not in ("project.yaml", "scenarios.yaml", "levers.yaml", "priors.yaml"):
            row = next(li for li in book.lines["more"] if li.text("file") == name)
            raise book.wrong(
                book.place("more", row.row, "file"),
                f"{name!r} is no file of a project. Choose one of the list.",
            )
    return files | {
        "project.yaml": yaml_text(_project(book)) + files.get("project.yaml", ""),
        "scenarios.yaml": yaml_text(_scenarios(book)) + files.get("scenarios.yaml", ""),
        **{file: _table(book, sheet) for sheet, file in TABLES.items()},
    }


def _table(book: Book, sheet: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = list(book.letters[sheet])
    writer.writerow(columns)
    for line in book.lines[sheet]:
        writer.writerow([_csv_cell(line, name, sheet) for name in columns])
    return text.getvalue()


def _csv_cell(line: Line, column: str, sheet: str) -> str:
    """Text of a cell; names without the blanks around them, prose as it was typed."""
    value = line.cells.get(column)
    prose = column in PROSE or column not in SHEETS[sheet]
    return value if prose and isinstance(value, str) else line.text(column)


def _project(book: Book) -> dict[str, Any]:
    """Content of project.yaml that has sheets of its own."""
    values = {line.text("key"): line for line in book.lines["project"]}
    for key, line in values.items():
        if key not in KEYS:
            place = book.place("project", line.row, "key")
            raise book.wrong(place, unknown("key", key, KEYS))
    several = any(
        line.text("file") == "project.yaml"
        and str(line.cells["text"]).startswith("plans:")
        for line in book.lines["more"]
    )
    _require_filled(book, values, EMPTY_KEYS + (PLAN_KEYS if several else ()))

    def text(key: str) -> str:
        return values[key].text("value") if key in values else ""

    def whole(key: str) -> Any:
        value = values[key].cells.get("value")
        return value if isinstance(value, int) else text(key)

    def day(key: str, word: str) -> Any:
        try:
            return last_day(word)
        except ValueError:
            raise book.wrong(
                book.place("project", values[key].row, "value"),
                f"{word!r} is not a date. Write YYYY-MM-DD.",
            ) from None

    content: dict[str, Any] = {
        "id": text("id"),
        "name": {"en": text("name_en"), "zh": text("name_zh")},
        "data_date": day("data_date", text("data_date")),
        "as_of_dates": [day("as_of_dates", d) for d in _names(text("as_of_dates"))],
    }
    if not several:
        content["plan"] = {
            "name": {"en": text("plan_en"), "zh": text("plan_zh")},
            "first_year": whole("first_year"),
            "last_year": whole("last_year"),
            **{f: text(key) for key, f in PLAN_FIELDS.items() if text(key)},
            "scope": _names(text("plan_scope")),
        }
    if text("horizon"):
        content["horizon"] = whole("horizon")
    return content | {
        "regions": _entries(book, "regions"),
        "aggregates": _entries(book, "groups"),
        "indicators": _entries(book, "indicators"),
    }


def _require_filled(
    book: Book, values: Mapping[str, Line], may_be_empty: tuple[str, ...]
) -> None:
    """Refuse a sheet of the project that lacks a row, or a value."""
    for key in KEYS:
        if key in may_be_empty:
            continue
        if key not in values:
            raise book.wrong(
                book.place("project"), f"there is no row {key!r}. Add it to the sheet."
            )
        if not values[key].text("value"):
            place = book.place("project", values[key].row, "value")
            raise book.wrong(place, f"{key} is empty. Fill it in.")


def _names(text: str, known: Collection[str] = ()) -> list[str]:
    """Names of one cell; full-width marks part them too, unless a known name has one.

    Parameters
    ----------
    text
        Of the cell.
    known
        Names, of which some may contain such marks.

    Examples
    --------
    >>> _names("a；b、c; d", ["b、c"])
    ['a', 'b、c', 'd']
    """
    names, pieces = [], re.split(f"([{SEPARATOR}；、])", text)
    while pieces:
        spans = [n for n in range(1, len(pieces) + 1, 2)]
        full = [n for n in spans if "".join(pieces[:n]).strip() in known]
        end = max(full, default=1)
        names.append("".join(pieces[:end]).strip())
        pieces = pieces[end + 1 :]
    return [name for name in names if name]


def _entries(book: Book, sheet: str) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for line in book.lines[sheet]:
        name = _new(book, sheet, line, "id", entries)
        entry: dict[str, Any] = {c: line.text(c) for c in SHEETS[sheet][1:]}
        for column, text in entry.items():
            if not text and column not in EMPTY_COLUMNS:
                place = book.place(sheet, line.row, column)
                raise book.wrong(
                    place, f"the {column} of {name!r} is empty. Fill it in."
                )
        if sheet == "groups":
            entry["members"] = _names(entry["members"])
        entries[name] = {key: value for key, value in entry.items() if value}
    return entries


def _new(
    book: Book, sheet: str, line: Line, column: str, known: Mapping[str, Any]
) -> str:
    """Name that a line gives to what it defines.

    Raises
    ------
    DataError
        If it is empty, or given twice.
    """
    name = line.text(column)
    if name and name not in known:
        return name
    fault = f"{name!r} is given twice" if name else "the name is empty"
    place = book.place(sheet, line.row, column)
    raise book.wrong(place, f"{fault}. Give every row a name of its own.")


def _scenarios(book: Book) -> dict[str, Any]:
    """Content of scenarios.yaml."""
    parts: dict[str, Any] = {}
    for line in book.lines["parts"]:
        name = _new(book, "parts", line, "part", parts)
        texts = {key: line.text(key) for key in TEXTS}
        parts[name] = {key: value for key, value in texts.items() if value}
        if effects := _names(line.text("effects")):
            parts[name]["effects"] = effects
    for line in book.lines["levers"]:
        part, lever = _of_part(book, "levers", line, parts), line.text("lever")
        if lever in ("conditions", "effects", *TEXTS):
            lever = f"{lever} "  # is unknown as a lever, and no other key of a part
        setting = {"value": line.cells.get("value")} | _given(line, LEVER_KEYS)
        if line.text("regions"):
            setting["regions"] = _names(line.text("regions"))
        part.setdefault(lever, []).append(setting)
    for line in book.lines["conditions"]:
        part = _of_part(book, "conditions", line, parts)
        entry: dict[str, Any] = {k: line.text(k) for k in ("indicator", "region")}
        years = _given(line, ("from", "to"))
        if "to" not in years and "from" in years:
            years["to"] = years["from"]
        entry |= years | _given(line, SAYS)
        if line.text("average"):
            entry["average"] = line.text("average").lower() in TRUE
        part.setdefault("conditions", []).append(entry)
    scenarios: dict[str, Any] = {}
    for line in book.lines["scenarios"]:
        name = _new(book, "scenarios", line, "scenario", scenarios)
        texts = {key: line.text(key) for key in TEXTS}
        scenarios[name] = {"parts": _names(line.text("parts"), parts)}
        texts["plan"] = line.text("plan")
        scenarios[name] |= {key: value for key, value in texts.items() if value}
        why = {key: line.text(f"why_{key}") for key in ("en", "zh")}
        if any(why.values()):
            scenarios[name]["why"] = why
    return {"parts": parts, "scenarios": scenarios}


def _of_part(
    book: Book, sheet: str, line: Line, parts: dict[str, Any]
) -> dict[str, Any]:
    """The part that a line belongs to; one without a row of its own is made.

    Raises
    ------
    DataError
        If the line names none.
    """
    name = line.text("part")
    if not name:
        raise book.wrong(
            book.place(sheet, line.row, "part"), "no part is named. Name one."
        )
    entry: dict[str, Any] = parts.setdefault(name, {})
    return entry


def _given(line: Line, columns: tuple[str, ...]) -> dict[str, Any]:
    """Cells in which something stands, whole years as whole numbers."""
    given = {}
    for column in columns:
        value = line.cells.get(column)
        if value is None or as_text(value) == "":
            continue
        if column in YEARS and isinstance(value, float) and value.is_integer():
            value = int(value)
        plain = isinstance(value, int | float | str)
        given[column] = value if plain else as_text(value)
    return given
