"""Rows of the sheets: a project's files and scenarios as cells, and back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cszt_models.project.csv_tables import read_table
from cszt_models.project.project import OPTIONAL, Project
from cszt_models.scenarios.read_scenarios import PART_KEYS
from cszt_models.storage.files import load_yaml, yaml_text
from cszt_models.workbooks.layout import (
    KEYS,
    LEVER_KEYS,
    SEPARATOR,
    SHEETS,
    TABLES,
)

type Row = Sequence[Any]
LISTED = ("regions", "aggregates", "indicators")  # sections with sheets of their own
IN_SHEETS = ("id", "name", "data_date", "plan", "horizon", "as_of_dates", *LISTED)


def joined(names: Iterable[str]) -> str:
    """Names in one cell.

    Examples
    --------
    >>> joined(["a", "b"])
    'a; b'
    """
    return f"{SEPARATOR} ".join(names)


@dataclass(frozen=True)
class Table:
    """Columns of a sheet and its rows."""

    columns: tuple[str, ...]
    rows: list[Row]


def tables_of(project: Project, disabled: Collection[str] = ()) -> dict[str, Table]:
    """Columns and rows of every sheet for a project.

    Parameters
    ----------
    project
        The project, of which the files are read.
    disabled
        Scenarios that are left out.
    """
    content = load_yaml(project.folder / "project.yaml")
    scenarios = load_yaml(project.file("scenarios.yaml"))
    more = _yaml_rows("project.yaml", _rest(content))
    effects = scenarios.get("effects")
    more += _yaml_rows("scenarios.yaml", {"effects": effects} if effects else {})
    for name in OPTIONAL:
        path = project.folder / name
        if path.is_file() and name != "scenarios.yaml":
            lines = path.read_text("utf-8").splitlines()
            more += [(name, line) for line in lines]
    rows = {
        "project": _project_rows(content),
        "regions": _listed(content, "regions", "regions"),
        "groups": _listed(content, "aggregates", "groups"),
        "indicators": _listed(content, "indicators", "indicators"),
        **scenario_rows(scenarios, disabled),
        "more": more,
    }
    tables = {sheet: _table(project, file, sheet) for sheet, file in TABLES.items()}
    tables |= {sheet: Table(SHEETS[sheet], given) for sheet, given in rows.items()}
    return {sheet: tables[sheet] for sheet in SHEETS}


def _rest(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in IN_SHEETS}


def _yaml_rows(file: str, content: Mapping[str, Any]) -> list[Row]:
    if not content:
        return []
    return [(file, line) for line in yaml_text(content, width=110).splitlines()]


def _project_rows(content: Mapping[str, Any]) -> list[Row]:
    name, plan = content["name"], content.get("plan") or {}
    label = plan.get("name") or {}
    values = {
        "id": content["id"],
        "name_en": name["en"],
        "name_zh": name["zh"],
        "data_date": str(content["data_date"]),
        "plan_en": label.get("en"),
        "plan_zh": label.get("zh"),
        "first_year": plan.get("first_year"),
        "last_year": plan.get("last_year"),
        "plan_id": plan.get("id"),
        "plan_scope": joined(plan.get("scope") or ()),
        "plan_status": plan.get("status"),
        "plan_source": plan.get("source"),
        "horizon": content.get("horizon"),
        "as_of_dates": joined(map(str, content.get("as_of_dates") or ())),
    }
    return [(key, values[key], words) for key, words in KEYS.items()]


def _listed(content: Mapping[str, Any], section: str, sheet: str) -> list[Row]:
    """Entries of a section of project.yaml, in the columns of its sheet."""
    entries = content.get(section) or {}
    return [[name, *_cells(entries[name], SHEETS[sheet][1:])] for name in entries]


def _cells(entry: Mapping[str, Any], columns: Iterable[str]) -> list[Any]:
    """Values of an entry by column; a list in one cell, true as yes, false empty."""
    values = [entry.get(column) for column in columns]
    values = [joined(map(str, v)) if isinstance(v, list) else v for v in values]
    return [("yes" if v else None) if isinstance(v, bool) else v for v in values]


def _table(project: Project, file: str, sheet: str) -> Table:
    """Columns and rows of a CSV file, with what are numbers as numbers.

    Columns of the file that are not among those of the sheet come last.
    """
    frame = read_table(project.file(file), [])
    columns = (*SHEETS[sheet], *(c for c in frame if c not in SHEETS[sheet]))
    cells = [frame[c] if c in frame else [""] * len(frame) for c in columns]
    numeric = {n for n, c in enumerate(columns) if c in ("year", "since", "value")}
    rows: list[Row] = [
        [_number(cell) if n in numeric else cell for n, cell in enumerate(row)]
        for row in zip(*cells, strict=True)
    ]
    return Table(columns, rows)


def _number(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(text) if text.isdecimal() else value


def scenario_rows(
    content: Mapping[str, Any], disabled: Collection[str] = ()
) -> dict[str, list[Row]]:
    """Rows of the sheets of scenarios, parts, levers and conditions.

    Parameters
    ----------
    content
        Content of scenarios.yaml, of a project that was read.
    disabled
        Scenarios that are left out.
    """
    parts: Mapping[Any, Any] = content.get("parts") or {}
    scenarios: Mapping[Any, Any] = content.get("scenarios") or {}
    named = {name: s for name, s in scenarios.items() if str(name) not in disabled}
    return {
        "scenarios": [[name, *_scenario_cells(s)] for name, s in named.items()],
        "parts": [
            [name, *_cells(part, SHEETS["parts"][1:])] for name, part in parts.items()
        ],
        "levers": [
            [name, lever, *_cells(setting, ("value", "regions", *LEVER_KEYS))]
            for name, part in parts.items()
            for lever, given in part.items()
            if lever not in PART_KEYS
            for setting in _settings(given)
        ],
        "conditions": [
            [name, *_cells(_spanned(condition), SHEETS["conditions"][1:])]
            for name, part in parts.items()
            for condition in part.get("conditions") or ()
        ],
    }


def _scenario_cells(entry: Any) -> list[Any]:
    entry = {"parts": entry} if isinstance(entry, list) else entry
    why = {f"why_{key}": text for key, text in (entry.get("why") or {}).items()}
    return _cells({**entry, **why}, SHEETS["scenarios"][1:])


def _settings(given: Any) -> list[Mapping[str, Any]]:
    """A lever's settings as mappings; it may be a number, one mapping or several."""
    entries = given if isinstance(given, list) else [given]
    return [each if isinstance(each, dict) else {"value": each} for each in entries]


def _spanned(condition: Mapping[str, Any]) -> dict[str, Any]:
    """A condition with its first and last year, which may be one."""
    if "year" not in condition:
        return dict(condition)
    return {**condition, "from": condition["year"], "to": condition["year"]}
