"""Correspondence of a table's words with indicators, units, regions and column roles.

Proposed from the table, written to mapping.yaml of the project for the user to correct,
and applied to later releases of the table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cszt_models.errors import DataError, unknown
from cszt_models.project.project import Project
from cszt_models.storage.files import load_yaml, write_whole, writing
from cszt_models.yearbooks.headings import Heading
from cszt_models.yearbooks.places import QUESTION
from cszt_models.yearbooks.roles import ROLES

NAME = "mapping.yaml"
SKIP = "skip"
SECTIONS = ("roles", "headings", "regions", "decimal")
HEAD = """\
# Meaning of the words of imported tables. Check, correct and import again: entries
# in this file are used as they are. skip leaves out, ? must be answered.
# 导入表格中词语的含义。请核对、修改后重新导入；skip 表示不导入，? 须填写。
# roles: header of a column -> region, label, year, indicator, value, unit, scale, skip
# headings: header or indicator name -> indicator of project.yaml and its unit here;
#   read is the unit as found in the table, unit is the one that is used
# regions: name in the table -> id of a region or group in project.yaml
"""


@dataclass(frozen=True)
class Correspondence:
    """Meanings by plain words; None marks words that are left out.

    ``questions`` has what a heading with the unit ``?`` leaves open.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, Heading | None] = field(default_factory=dict)
    regions: Mapping[str, str | None] = field(default_factory=dict)
    decimal: str = ""
    questions: Mapping[str, str] = field(default_factory=dict, compare=False)


def read_correspondence(project: Project) -> Correspondence:
    """The project's mapping.yaml; empty if the file does not exist.

    Raises
    ------
    DataError
        If an entry is malformed, or names an indicator that project.yaml lacks.
    """
    path = project.folder / NAME
    if not path.exists():
        return Correspondence()
    content = load_yaml(path)
    for name in content:
        if name not in SECTIONS:
            words = unknown("section", name, SECTIONS)
            raise DataError(f"{path}: {words} Correct the name.")
    roles = _section(content, "roles", path)
    for words, role in roles.items():
        if role not in (*ROLES, SKIP):
            words_known = unknown("role", role, (*ROLES, SKIP))
            raise DataError(f"{path}, roles.{words}: {words_known}")
    headings = {
        words: _heading(entry, f"{path}, headings.{words}", project)
        for words, entry in _section(content, "headings", path).items()
    }
    regions = {
        words: None if entry == SKIP else str(entry)
        for words, entry in _section(content, "regions", path).items()
    }
    for words, region in regions.items():
        if region not in (None, QUESTION) and not re.fullmatch(r"[\w-]+", str(region)):
            raise DataError(
                f"{path}, regions.{words}: {region!r} is no id. Write letters, digits, "
                "- and _ only, or skip."
            )
    decimal = content.get("decimal") or ""
    if decimal not in ("", ".", ","):
        raise DataError(f"{path}: decimal is {decimal!r}. Write '.' or ','.")
    return Correspondence(roles, headings, regions, decimal)


def _section(content: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    entries = content.get(name) or {}
    if not isinstance(entries, dict):
        raise DataError(f"{path}: {name} is no mapping. Write 'words: meaning' lines.")
    return {str(words): entry for words, entry in entries.items()}


def _heading(entry: Any, place: str, project: Project) -> Heading | None:
    if entry == SKIP:
        return None
    if not isinstance(entry, dict) or set(entry) - {"read"} != {"indicator", "unit"}:
        raise DataError(
            f"{place}: {entry!r} is no heading. Write "
            "{indicator: gdp_nominal, unit: 亿元}, or skip."
        )
    if entry["indicator"] not in project.indicators:
        names = project.indicators
        raise DataError(f"{place}: {unknown('indicator', entry['indicator'], names)}")
    read = str(entry["read"] or "") if "read" in entry else None
    return Heading(entry["indicator"], _text(entry["unit"]), read)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def write_correspondence(project: Project, correspondence: Correspondence) -> Path:
    """Write the project's mapping.yaml atomically and return its path.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    path = project.folder / NAME
    content: dict[str, Any] = {
        "roles": dict(correspondence.roles),
        "headings": {
            words: _entry(heading)
            for words, heading in correspondence.headings.items()
            if words
        },
        "regions": {
            words: name or SKIP for words, name in correspondence.regions.items()
        },
    }
    if correspondence.decimal:
        content["decimal"] = correspondence.decimal
    text = yaml.safe_dump(
        content, allow_unicode=True, sort_keys=False, default_flow_style=None, width=200
    )
    with writing(path):
        write_whole(path, (HEAD + text).encode())
    return path


def _entry(heading: Heading | None) -> dict[str, str] | str:
    if heading is None:
        return SKIP
    read = {} if heading.read is None else {"read": heading.read}
    return {"indicator": heading.indicator, **read, "unit": heading.unit}
