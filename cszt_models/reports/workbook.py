"""Workbook: the tables of a report for a spreadsheet, every one with its units.

Text stays text: a cell that begins like a formula is stored as a string, and characters
that a spreadsheet may not hold are shown by number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import pandas as pd

from cszt_models.present.sentences import evidence
from cszt_models.present.tables import attainment as tables
from cszt_models.reports.report import Report
from cszt_models.storage.files import FORMULA_STARTS, plain_text

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TITLE_ROWS = 4  # title, what it holds, an empty row, the header
WIDEST = 60  # of a column, in characters


@dataclass(frozen=True)
class Sheet:
    """A table with its name, what it holds, in which units, and from where."""

    name: str
    note: str
    frame: pd.DataFrame


def sheets(report: Report) -> list[Sheet]:
    """Every table of a report, one to a sheet."""
    history, now = report.history, report.now
    known = now.fits.known.drop(columns="known_on")
    return [
        Sheet(
            "targets",
            "Every target on the last as-of date; probabilities are shares of 1, "
            "values in the unit of their row; low and high are the 80 % interval.",
            _targets(report),
        ),
        Sheet(
            "over time",
            "Probability of each target, and of the headline targets together, from "
            "what was known at each date; mcse is the Monte-Carlo error.",
            _dated(tables.attainment_history(history.assessments)),
        ),
        Sheet(
            "scenarios",
            "Probability of each target under each scenario, on the first and the last "
            "as-of date, with the hash of the scenario.",
            _scenarios(report),
        ),
        Sheet(
            "paths",
            "Quantiles of each projected indicator by region and year, in the unit "
            "given; years with one value in all columns are published.",
            _paths(report),
        ),
        Sheet(
            "figures",
            "Every figure that was known, as published, with basis, date and source.",
            known,
        ),
        Sheet("sources", "Sources of the figures.", tables.sources(known)),
        Sheet("gate", "Whether each fit can be trusted.", tables.diagnostics(now.fits)),
        Sheet("scales", "Prior and posterior of every scale.", tables.scales(now.fits)),
    ]


def _targets(report: Report) -> pd.DataFrame:
    record = tables.attain_record(report.now.assessment, report.history.project)
    frame = pd.json_normalize(record["targets"]).rename(
        columns={"interval.low": "low", "interval.high": "high"}
    )
    results = report.now.assessment.targets
    return frame.drop(columns=["interval", "interval.level"], errors="ignore").assign(
        name=[r.target.label.en for r in results],
        name_zh=[r.target.label.zh for r in results],
        quote=[r.target.quote for r in results],
        source=[r.target.source for r in results],
        rests_on=[evidence.rests_on(r) for r in results],
        reason=[r.reason for r in results],
    )


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(as_of=frame["as_of"].dt.strftime("%Y-%m-%d"))


def _scenarios(report: Report) -> pd.DataFrame:
    frames = [
        _dated(tables.attainment_history([assessment])).assign(
            scenario=assessment.scenario.name, hash=assessment.scenario.hash
        )
        for compared in report.compared
        for assessment in compared.assessments
    ]
    return pd.concat(frames, ignore_index=True)


def _paths(report: Report) -> pd.DataFrame:
    project, paths = report.history.project, report.regional.paths
    frames = []
    for indicator in map(str, paths):
        for region in map(str, paths["region"].to_numpy()):
            quantiles = tables.fan(paths, indicator, region).dropna()
            unit = project.indicators[indicator].unit
            frames.append(
                quantiles.assign(indicator=indicator, region=region, unit=unit)
            )
    frame = pd.concat(frames, ignore_index=True)
    first = ["indicator", "region", "year", "unit"]
    return frame[[*first, *(c for c in frame if c not in first)]]


def as_xlsx(listed: Sequence[Sheet], *, title: str, facts: Mapping[str, Any]) -> bytes:
    """A workbook: a sheet that says what it is, then one for each table.

    Parameters
    ----------
    facts
        What the numbers follow from, for the first sheet.
    """
    from openpyxl import Workbook

    book = Workbook()
    about = book.active
    about.title = "about"
    lines = [(title, ""), ("", ""), *facts.items(), ("", "")]
    lines += [(f"sheet {sheet.name!r}", sheet.note) for sheet in listed]
    for row, cells in enumerate(lines, start=1):
        for column, value in enumerate(cells, start=1):
            _put(about, row, column, value)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 26, 100
    for sheet in listed:
        _fill(book.create_sheet(sheet.name), sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    _put(page, 1, 1, sheet.name)
    _put(page, 2, 1, sheet.note)
    page["A1"].font = Font(bold=True, size=14)
    for column, name in enumerate(sheet.frame.columns, start=1):
        _put(page, TITLE_ROWS, column, str(name))
        page.cell(TITLE_ROWS, column).font = Font(bold=True)
        longest = sheet.frame.iloc[:, column - 1].map(lambda v: len(str(v))).max()
        width = min(WIDEST, max(len(str(name)), 0 if pd.isna(longest) else longest))
        page.column_dimensions[get_column_letter(column)].width = width + 2
    for row, cells in enumerate(sheet.frame.itertuples(index=False), TITLE_ROWS + 1):
        for column, value in enumerate(cells, start=1):
            _put(page, row, column, value)
    page.freeze_panes = page.cell(TITLE_ROWS + 1, 1)


def _put(page: Any, row: int, column: int, value: Any) -> None:
    """Set a cell; text is never read as a formula, and what is missing stays empty."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return
    cell = page.cell(row, column)
    if isinstance(value, bool | int | float):
        cell.value = value
        return
    cell.value = visible(str(value))
    cell.data_type = "s"
    cell.quotePrefix = str(value).startswith(FORMULA_STARTS)


def visible(text: str) -> str:
    """Text with control characters, which files may not hold, shown by number.

    Examples
    --------
    >>> visible("a" + chr(7))
    'a[U+0007]'
    """
    return _CONTROL.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def as_csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV that a spreadsheet opens as text and numbers.

    Text that begins like a formula has an apostrophe before it.
    """
    text = StringIO()
    frame.map(plain_text).to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode("utf-8-sig")  # else Excel takes it for another code
