"""Correspondence of a table's words with indicators, units, regions and column roles.

Proposed from the table, written to mapping.yaml of the project for the user to correct,
and applied to later releases of the table.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cszt_models.errors import DataError, unknown
from cszt_models.project.project import Project
from cszt_models.storage.files import load_yaml, write_whole
from cszt_models.yearbooks.cell_text import plain
from cszt_models.yearbooks.headings import ROLES, Heading, heading_of, nearest
from cszt_models.yearbooks.layout import Entry, Layout
from cszt_models.yearbooks.spreadsheet import address

NAME = "mapping.yaml"
SKIP = "skip"
TOTALS = (
    "全省",
    "全国",
    "全州",
    "全市",
    "全区",
    "合计",
    "总计",
    "平均",
    "total",
    "average",
)
ENDINGS = ("市", "省", "县", "地区", "自治州", "州", "盟", "区")
HEAD = """\
# Meaning of the words of imported tables. Check, correct and import again: entries
# in this file are used as they are. skip leaves out.
# 导入表格中词语的含义。请核对、修改后重新导入；skip 表示不导入。
# roles: header of a column -> region, label, year, indicator, value, unit or skip
# headings: header or indicator name -> indicator of project.yaml and its unit here
# regions: name in the table -> id of a region or group in project.yaml
"""


@dataclass(frozen=True)
class Correspondence:
    """Meanings by plain words; None marks words that are left out."""

    roles: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, Heading | None] = field(default_factory=dict)
    regions: Mapping[str, str | None] = field(default_factory=dict)

    def joined(self, other: "Correspondence") -> "Correspondence":
        """Entries of both; these take precedence over the other's."""
        return Correspondence(
            {**other.roles, **self.roles},
            {**other.headings, **self.headings},
            {**other.regions, **self.regions},
        )


@dataclass(frozen=True)
class Proposal:
    """A new entry of the mapping, with the first cell that uses its words."""

    words: str
    meaning: str
    cell: str
    note: str = ""


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
        if name not in ("roles", "headings", "regions"):
            known = ("roles", "headings", "regions")
            raise DataError(
                f"{path}: {unknown('section', name, known)} Correct the name."
            )
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
        if region is not None and not re.fullmatch(r"[\w-]+", region):
            raise DataError(
                f"{path}, regions.{words}: {region!r} is no id. Write letters, digits, "
                "- and _ only, or skip."
            )
    return Correspondence(roles, headings, regions)


def _section(content: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    entries = content.get(name) or {}
    if not isinstance(entries, dict):
        raise DataError(f"{path}: {name} is no mapping. Write 'words: meaning' lines.")
    return {str(words): entry for words, entry in entries.items()}


def _heading(entry: Any, place: str, project: Project) -> Heading | None:
    if entry == SKIP:
        return None
    if not isinstance(entry, dict) or set(entry) != {"indicator", "unit"}:
        raise DataError(
            f"{place}: {entry!r} is no heading. Write "
            "{indicator: gdp_nominal, unit: 亿元}, or skip."
        )
    if entry["indicator"] not in project.indicators:
        names = project.indicators
        raise DataError(f"{place}: {unknown('indicator', entry['indicator'], names)}")
    return Heading(entry["indicator"], str(entry["unit"] or ""))


def propose(
    layout: Layout, project: Project, known: Correspondence
) -> tuple[Correspondence, list[Proposal]]:
    """Meanings of the words of a table that the mapping lacks.

    Parameters
    ----------
    layout : Layout
        Table whose words are looked up.
    project : Project
        Its indicators, regions and aggregates are recognised by id and label.
    known : Correspondence
        Entries of mapping.yaml.

    Returns
    -------
    Correspondence, list of Proposal
        New entries only; the proposals in the order of the cells.
    """
    headings: dict[str, Heading | None] = {}
    regions: dict[str, str | None] = {}
    proposals: list[Proposal] = []
    for entry in layout.entries():
        cell = address(entry.row, entry.column)
        words = entry.heading
        if words and words not in known.headings and words not in headings:
            heading, note = _proposed(entry, layout, project)
            headings[words] = heading
            meaning = (
                f"{heading.indicator}, unit {heading.unit or '?'}" if heading else SKIP
            )
            proposals.append(Proposal(words, meaning, cell, note))
        name = region_key(entry.region)
        if name and name not in known.regions and name not in regions:
            region, note = _place(entry.region, project)
            regions[name] = region
            proposals.append(Proposal(entry.region, region or SKIP, cell, note))
    return Correspondence({}, headings, regions), proposals


def region_key(name: str) -> str:
    """Key of a region's name in the mapping."""
    return plain(name)


def _proposed(
    entry: Entry, layout: Layout, project: Project
) -> tuple[Heading | None, str]:
    heading = heading_of(entry.heading, project.indicators)
    if heading is None:
        return None, nearest(entry.heading) or "not recognised"
    if heading.indicator not in project.indicators:
        return None, f"project.yaml has no indicator {heading.indicator}"
    unit = heading.unit or entry.unit or layout.title_unit
    return Heading(heading.indicator, unit), "" if unit else "no unit given: write it"


def _place(name: str, project: Project) -> tuple[str | None, str]:
    """Id of the region or aggregate with a name, or a new id; and a note."""
    stem = _stem(name)
    for place, label in project.places.items():
        if stem in (_stem(place), _stem(label.en), _stem(label.zh)):
            return place, ""
    if plain(name) in TOTALS:
        return None, "a total: name a group of project.yaml if it is one"
    new_id = re.sub(r"[^\w-]+", "_", plain(name)).strip("_")
    if name.isascii():
        new_id = re.sub(r"[^a-z0-9-]+", "_", name.strip().lower()).strip("_")
    return new_id or None, "new region" if new_id else "no name"


def _stem(name: str) -> str:
    phrase = plain(name)
    for ending in ENDINGS:
        if phrase.endswith(ending) and len(phrase) > len(ending) + 1:
            return phrase.removesuffix(ending)
    return phrase


def write_correspondence(project: Project, correspondence: Correspondence) -> Path:
    """Write the project's mapping.yaml atomically and return its path.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    path = project.folder / NAME
    content = {
        "roles": dict(correspondence.roles),
        "headings": {
            words: SKIP
            if heading is None
            else {"indicator": heading.indicator, "unit": heading.unit}
            for words, heading in correspondence.headings.items()
        },
        "regions": {
            words: name or SKIP for words, name in correspondence.regions.items()
        },
    }
    text = yaml.safe_dump(
        content, allow_unicode=True, sort_keys=False, default_flow_style=None
    )
    try:
        write_whole(path, (HEAD + text).encode())
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}). Make the folder writable."
        ) from None
    return path


def proposal_records(proposals: Iterable[Proposal]) -> list[dict[str, str]]:
    """Proposals as records with the keys words, meaning, cell and note."""
    return [vars(proposal) for proposal in proposals]
