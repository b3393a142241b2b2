"""Tables written for a test, and what an import makes of them."""

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cszt_models import load_project
from cszt_models.errors import DataError
from cszt_models.project.project import Project
from cszt_models.project.starter import Starter, start
from cszt_models.yearbooks.cell_text import plain
from cszt_models.yearbooks.figures import figures_of
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.layout import layout_of, rows_where
from cszt_models.yearbooks.mapping import SKIP, Correspondence
from cszt_models.yearbooks.proposals import check_left_out, leave_out, propose

EURO = {"money": "million EUR", "people": "persons"}

type Values = dict[tuple[str, str, int], float]


def new_project(folder: Path, **units: str) -> Project:
    """An empty project; ``money`` and ``people`` are its units."""
    starter = Starter("lake", "Lake", "湖区", 2021, 2025, date(2026, 1, 31), **units)
    start(folder, starter)
    return load_project(folder)


def table(folder: Path, content: str, name: str = "t.csv") -> Path:
    """A text file with a table."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def grid(folder: Path, rows: list[list[Any]], name: str = "t.csv") -> Path:
    """A table of cells as a text file or a workbook."""
    path = folder / name
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",").writerows(
            rows
        )
    return path


def values(
    path: Path,
    project: Project,
    *,
    known: Correspondence | None = None,
    skip: tuple[str, ...] = (),
    where: tuple[str, ...] = (),
    indicator: str = "",
    unit: str = "",
    encoding: str = "",
    sheet: str | None = None,
    **how: Any,
) -> Values:
    """Figures that ``cszt import --accept`` adds, by region, indicator and year."""
    known = known or Correspondence()
    roles = {**known.roles, **dict.fromkeys(map(plain, skip), SKIP)}
    layout = layout_of(read_sheet(path, sheet, encoding=encoding), roles, **how)
    layout = rows_where(layout, where)
    meaning, entries = propose(
        layout, project, known, indicator=indicator, unit_text=unit
    )
    meaning, entries = leave_out(layout, meaning, entries, skip)
    check_left_out(entries)
    figures = figures_of(layout, meaning, project)
    return {f.key: f.value for f in figures if str(f.year) not in skip}


def refused(words: str, *args: Any, **how: Any) -> None:
    """Assert that an import is refused with these words."""
    with pytest.raises(DataError, match=re.escape(words)):
        values(*args, **how)
