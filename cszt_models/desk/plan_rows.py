"""Rows that the desk adds to a project: targets, and corrected meanings of words."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

from cszt_models.project.changes import change
from cszt_models.project.plan import COLUMNS, read_targets
from cszt_models.project.project import Project, load_project
from cszt_models.yearbooks.headings import Heading
from cszt_models.yearbooks.mapping import (
    SKIP,
    read_correspondence,
    write_correspondence,
)


def add_target(project: Project, cells: Mapping[str, str]) -> None:
    """Add a target to targets.csv, which stays as it was if the row is not valid.

    Parameters
    ----------
    project
        The project.
    cells
        Of the row, by column; the unit is that of the indicator.

    Raises
    ------
    DataError
        If the row is not valid or the file cannot be written.
    """
    path = project.file("targets.csv")
    before = path.read_bytes()
    header = next(csv.reader(io.StringIO(before.decode("utf-8-sig"))), list(COLUMNS))
    indicator = project.indicators.get(cells.get("indicator", ""))
    unit = {"unit": indicator.unit} if indicator else {}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([{**cells, **unit}.get(column, "") for column in header])
    joined = b"" if before.endswith(b"\n") or not before else b"\n"
    content = before + joined + text.getvalue().encode()
    change(project, {path.name: content}, lambda f: read_targets(load_project(f)))


def correct(
    project: Project,
    headings: Mapping[str, tuple[str, str]],
    regions: Mapping[str, str],
) -> None:
    """Write corrected meanings into mapping.yaml.

    Parameters
    ----------
    project
        The project.
    headings
        Indicator (or ``skip``) and unit by the words of the table.
    regions
        Id (or ``skip``) by the name in the table.

    Raises
    ------
    DataError
        If mapping.yaml cannot be read or written.
    """
    known = read_correspondence(project)
    meanings = dict(known.headings)
    for words, (indicator, unit) in headings.items():
        before = meanings.get(words)
        read = before.read if before else None
        meanings[words] = None if indicator == SKIP else Heading(indicator, unit, read)
    places = {words: None if name == SKIP else name for words, name in regions.items()}
    changed = replace(known, headings=meanings, regions={**known.regions, **places})
    write_correspondence(project, changed)
