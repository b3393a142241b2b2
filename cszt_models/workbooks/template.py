"""The workbook of a project: sheets to fill in, with lists to choose from."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cszt_models.documents.archive import saved
from cszt_models.documents.sheets import put, put_text
from cszt_models.present.texts.workbooks import README_LINES, Notice
from cszt_models.project.observations import STATUSES
from cszt_models.project.project import OPTIONAL, Project
from cszt_models.project.schema import RANGES
from cszt_models.scenarios.levers import Lever
from cszt_models.vocabulary import SENSES
from cszt_models.workbooks.layout import (
    CHOICES,
    HEADER_ROW,
    LISTS,
    MESSAGES,
    README,
    heading,
)
from cszt_models.workbooks.rows import Table, tables_of

ROLES = ("core", "ring", "reference", "area")
EMPTY_ROWS = 400  # below the last one, where lists can still be chosen from
WIDTHS: Mapping[str, int] = {"source": 34, "quote": 34, "text": 100, "source_ref": 20}


def as_workbook(
    project: Project,
    levers: Mapping[str, Lever],
    *,
    notices: Sequence[Notice] = (),
    disabled: Collection[str] = (),
) -> bytes:
    """A project as a workbook, the same bytes for the same files.

    Parameters
    ----------
    project
        The project.
    levers
        Its levers by name.
    notices
        Sentences on what the workbook does not hold, see `complete.workbook_of`.
    disabled
        Scenarios that are left out.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> from cszt_models.scenarios.levers import read_levers
    >>> as_workbook(load_project(), read_levers(load_project()))[:2]
    b'PK'
    """
    from openpyxl import Workbook

    book = Workbook()
    _text_page(book.active, README, [*README_LINES, *(n.texts for n in notices)])
    lists = _lists(project, levers)
    for name, table in tables_of(project, disabled).items():
        _fill(book.create_sheet(name), table, lists)
    page = book.create_sheet(LISTS)
    for column, (name, items) in enumerate(lists.items(), start=1):
        for row, item in enumerate((name, *items), start=1):
            put(page, row, column, item)
    if notices:
        _text_page(book.create_sheet(MESSAGES), MESSAGES, [n.texts for n in notices])
    return saved(book)


def _cell(value: Any) -> Any:
    """A value as spreadsheets keep it: numbers with more than 15 digits as text."""
    if isinstance(value, float) and float(f"{value:.15g}") != value:
        return repr(value)
    return None if value == "" else value


def _text_page(page: Any, title: str, lines: Sequence[Mapping[str, str]]) -> None:
    """Lines in both languages, side by side."""
    page.title = title
    page.column_dimensions["A"].width = page.column_dimensions["B"].width = 70
    for row, words in enumerate(lines, start=1):
        put_text(page, row, 1, words["en"])
        put_text(page, row, 2, words["zh"])


def _lists(project: Project, levers: Mapping[str, Lever]) -> dict[str, Sequence[str]]:
    return {
        "places": list(project.places),
        "indicators": list(project.indicators),
        "bases": list(project.bases),
        "statuses": STATUSES,
        "senses": list(SENSES),
        "roles": ROLES,
        "kinds": list(RANGES),
        "plans": list(project.plans),
        "levers": list(levers),
        "files": ["project.yaml", *OPTIONAL],
    }


def _fill(page: Any, table: Table, lists: Mapping[str, Sequence[str]]) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    ground = PatternFill("solid", fgColor="EAF1F7")
    for place, column in enumerate(table.columns, start=1):
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = WIDTHS.get(column, 16)
        put_text(page, HEADER_ROW, place, heading(column))
        cell = page.cell(HEADER_ROW, place)
        cell.font, cell.fill = Font(bold=True), ground
        choices = CHOICES.get(column)
        if choices and lists[choices]:
            source = get_column_letter(list(lists).index(choices) + 1)
            formula = f"{LISTS}!${source}$2:${source}${len(lists[choices]) + 1}"
            rule = DataValidation("list", formula1=formula, allow_blank=True)
            rule.errorStyle = "warning"
            rule.add(f"{letter}{HEADER_ROW + 1}:{letter}{len(table.rows) + EMPTY_ROWS}")
            page.add_data_validation(rule)
    page.freeze_panes = page.cell(HEADER_ROW + 1, 1)
    for row, cells in enumerate(table.rows, start=HEADER_ROW + 1):
        for place, value in enumerate(cells, start=1):
            put(page, row, place, _cell(value))
