"""Rows of the sheets: a project's files and scenarios as cells, and back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import yaml

from cszt_models.project.csv_tables import read_table
from cszt_models.project.project import OPTIONAL, Project
from cszt_models.scenarios.conditions import About, Chance, Condition, Value, Within
from cszt_models.scenarios.scenario import BASELINE, Part, Scenario
from cszt_models.storage.files import load_yaml
from cszt_models.workbooks.layout import KEYS, SEPARATOR, SHEETS

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


def rows_of(
    project: Project, scenarios: Mapping[str, Scenario]
) -> dict[str, list[Row]]:
    """Rows of every sheet for a project.

    Parameters
    ----------
    project
        The project, of which the files are read.
    scenarios
        Its scenarios by name; the baseline is not written.
    """
    content = load_yaml(project.folder / "project.yaml")
    more = _yaml_rows("project.yaml", _rest(content))
    effects = load_yaml(project.file("scenarios.yaml")).get("effects")
    more += _yaml_rows("scenarios.yaml", {"effects": effects} if effects else {})
    for name in OPTIONAL:
        path = project.folder / name
        if path.is_file() and name != "scenarios.yaml":
            lines = path.read_text("utf-8").splitlines()
            more += [(name, line) for line in lines]
    return {
        "project": _project_rows(content),
        "regions": _listed(content, "regions", "regions"),
        "groups": _listed(content, "aggregates", "groups"),
        "indicators": _listed(content, "indicators", "indicators"),
        "figures": _table(project, "observations.csv", "figures"),
        "targets": _table(project, "targets.csv", "targets"),
        **scenario_rows(scenarios),
        "more": more,
    }


def _rest(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in IN_SHEETS}


def _yaml_rows(file: str, content: Mapping[str, Any]) -> list[Row]:
    if not content:
        return []
    text = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=110)
    return [(file, line) for line in text.splitlines()]


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
        "horizon": content.get("horizon"),
        "as_of_dates": joined(map(str, content.get("as_of_dates") or ())),
    }
    return [(key, values[key], words) for key, words in KEYS.items()]


def _listed(content: Mapping[str, Any], section: str, sheet: str) -> list[Row]:
    """Entries of a section of project.yaml, in the columns of its sheet."""
    return [
        [
            name,
            *(
                joined(value) if isinstance(value, list) else value
                for value in (entry.get(column) for column in SHEETS[sheet][1:])
            ),
        ]
        for name, entry in (content.get(section) or {}).items()
    ]


def _table(project: Project, file: str, sheet: str) -> list[Row]:
    """Rows of a CSV file, with what are numbers as numbers."""
    frame = read_table(project.file(file), [])
    columns = [frame[c] if c in frame else [""] * len(frame) for c in SHEETS[sheet]]
    numeric = {
        n for n, c in enumerate(SHEETS[sheet]) if c in ("year", "since", "value")
    }
    return [
        [_number(cell) if n in numeric else cell for n, cell in enumerate(row)]
        for row in zip(*columns, strict=True)
    ]


def _number(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(text) if text.isdecimal() else value


def scenario_rows(scenarios: Mapping[str, Scenario]) -> dict[str, list[Row]]:
    """Rows of the sheets of scenarios, parts, levers and conditions.

    A part that several scenarios share is written once; scenarios that are disabled,
    as of a plan that is over, are not written.
    """
    named = [s for s in scenarios.values() if s.name != BASELINE and not s.disabled]
    parts = {part.name: part for scenario in named for part in scenario.parts}
    return {
        "scenarios": [
            (
                scenario.name,
                joined(part.name for part in scenario.parts),
                *_label(scenario.label),
                *_label(scenario.why),
                scenario.source,
                scenario.source_zh or None,
            )
            for scenario in named
        ],
        "parts": [
            (
                part.name,
                *_label(part.label),
                part.source,
                joined(effect.name for effect in part.effects),
                part.source_zh or None,
            )
            for part in parts.values()
        ],
        "levers": [row for part in parts.values() for row in _setting_rows(part)],
        "conditions": [
            _condition_row(part.name, condition)
            for part in parts.values()
            for condition in part.conditions
        ],
    }


def _label(label: Any) -> tuple[Any, Any]:
    return (label.en, label.zh) if label else (None, None)


def _setting_rows(part: Part) -> list[Row]:
    return [
        (
            part.name,
            s.lever,
            s.value,
            joined(s.regions) or None,
            s.first,
            s.last,
            s.ramp or None,
            s.decay or None,
        )
        for s in part.settings
    ]


def _condition_row(part: str, condition: Condition) -> Row:
    says = dict.fromkeys(SHEETS["conditions"][6:])
    match condition.says:
        case Value(value):
            says["value"] = value
        case About(mean, sd):
            says |= {"value": mean, "sd": sd}
        case Within(low, high):
            bounds = {"low": low, "high": high}
            says |= {name: v for name, v in bounds.items() if np.isfinite(v)}
        case Chance(probability, below):
            says |= {"probability": probability, "below": below}
    place = condition.indicator, condition.region, condition.first, condition.last
    return (part, *place, "yes" if condition.average else None, *says.values())
