"""Tables of part of a year: which of their cells are of which part."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from cszt_models.errors import DataError
from cszt_models.project.periods import ESTIMATE, WHOLE_YEAR, YearPart, read_period
from cszt_models.yearbooks.cell_text import plain
from cszt_models.yearbooks.parts.wording import (
    ALONE,
    SEQUENTIAL,
    TO_DATE,
    named_part,
    normal_text,
    part_in,
    part_of,
)
from cszt_models.yearbooks.roles import IGNORED, role_of
from cszt_models.yearbooks.spreadsheet import Sheet
from cszt_models.yearbooks.years import period as period_of
from cszt_models.yearbooks.years import split_year

_ANNUAL_RATE = re.compile(r"折年率|年率|annual(?:i[sz]ed)? rates?|annuali[sz]ed|saar")
_REMARK = re.compile(
    r"\W*(?:注|说明|备注|资料来源|数据来源|来源|notes?\b|sources?\b)", re.I
)


_FORECAST = re.compile(
    r"\(?(?:初步)?(?:预计|预测)(?:完成|数|值)?\)?|forecasts?|projected|projections?",
    re.I,
)


def without_forecasts(sheet: Sheet, status: str) -> Sheet:
    """A table of estimates without 预计 and the like, by which a year counts as none.

    Parameters
    ----------
    sheet
        As read.
    status
        Of the publication; only that of estimates changes the table.
    """
    if status != ESTIMATE:
        return sheet
    cells = tuple(
        tuple(
            _FORECAST.sub("", text) if period_of(text) == "a forecast" else text
            for text in line
        )
        for line in sheet.cells
    )
    return replace(sheet, cells=cells)


class OfPeriod(NamedTuple):
    """A table as if of whole years, and the part of the year that its figures are of.

    ``year`` is the only one that was asked for, if one was.
    """

    sheet: Sheet
    part: YearPart = WHOLE_YEAR
    year: int | None = None


def without_parts(sheet: Sheet, period: str = "") -> OfPeriod:
    """A table as if of whole years, and the part of the year that its figures are of.

    Parameters
    ----------
    sheet
        As read. Columns and rows of other parts than the chosen one, and of whole years
        beside it, are emptied; the notes of the table say so.
    period
        Like 2026Q1, or Q1 of any year; that of the table if not given.

    Raises
    ------
    DataError
        If the period is none, the table has figures of several parts or not of this
        one, or growth on the months before is at an annual rate.
    """
    year, requested = _requested(period)
    single = requested is not None and requested.span.first == requested.span.last
    cells = _cells_with(sheet, single)
    parts = {at: part for at, (_, part) in cells.items() if not part.span.whole}
    if _is_sequential(sheet):
        parts = {at: part_of(part.span, sequential=True) for at, part in parts.items()}
    chosen = _chosen(sheet, requested, parts)
    _check_marks(sheet, parts)
    if chosen.sequential:
        _check_rates(sheet)
    of_part = {at for at, part in parts.items() if part.span == chosen.span}
    if not chosen.sequential or chosen in parts.values():
        of_part = {at for at in of_part if parts[at] == chosen}
    lines = [list(line) for line in sheet.cells]
    for (r, c), (rest, _) in (_titles(sheet) | cells if requested else cells).items():
        lines[r][c] = rest
    others = [at for at in parts if at not in of_part]
    others += _years_beside(sheet, cells, of_part)
    for r, c in others:
        beside = sum(at[0] == r for at in cells)
        below = sum(at[1] == c for at in [*cells, *others])
        if below > max(beside, 1):  # parts stand below each other
            lines[r] = [""] * len(lines[r])
            continue
        for line in lines[r:]:
            if c < len(line):
                line[c] = ""
    notes = sheet.notes
    if others:
        named = ", ".join(f"{sheet.cell(*at)} {sheet.text(*at)!r}" for at in others[:6])
        more = " and more" if len(others) > 6 else ""
        notes += (f"left out, as not of {chosen.code or 'the year'}: {named}{more}",)
    whole = replace(sheet, cells=tuple(map(tuple, lines)), notes=notes)
    return OfPeriod(whole, chosen, year)


def _cells_with(
    sheet: Sheet, months: bool
) -> dict[tuple[int, int], tuple[str, YearPart]]:
    """Cells that name months, without remarks: their rest and their part."""
    full = [r for r, line in enumerate(sheet.cells) if _count(line) > 1]
    remarks = {
        c
        for line in sheet.cells
        for c, text in enumerate(line)
        if text and role_of(plain(text)) == IGNORED
    }
    cells: dict[tuple[int, int], tuple[str, YearPart]] = {}
    for r, line in enumerate(sheet.cells[: full[-1] + 1] if full else sheet.cells):
        texts = {
            c: text
            for c, text in enumerate(line)
            if text and c not in remarks and not _REMARK.match(text)
        }
        also = months or any(part_in(text) for text in texts.values())
        named = {c: named_part(text, also) for c, text in texts.items()}
        cells |= {(r, c): pair for c, pair in named.items() if pair}
    return cells


def _titles(sheet: Sheet) -> dict[tuple[int, int], tuple[str, YearPart]]:
    """Lines of one cell that name a month, of which the period says what it means."""
    return {
        (r, c): named
        for r, line in enumerate(sheet.cells)
        if _count(line) == 1
        for c, text in enumerate(line)
        for named in [named_part(text, months=True)]
        if named
    }


def _is_sequential(sheet: Sheet) -> bool:
    """Whether a title says that growth is on the months before."""
    return any(
        SEQUENTIAL.search(normal_text(text)) and not _REMARK.match(text)
        for line in sheet.cells
        if _count(line) == 1
        for text in line
    )


def _count(line: Sequence[str]) -> int:
    return sum(bool(text.strip()) for text in line)


def _years_beside(
    sheet: Sheet,
    cells: Collection[tuple[int, int]],
    of_part: Collection[tuple[int, int]],
) -> list[tuple[int, int]]:
    """Cells of whole years in the row or column of cells of the chosen part."""
    beside = []
    for r, c in of_part:
        column = [
            (n, c)
            for n in range(len(sheet.cells))
            if n != r and c < len(sheet.cells[n]) and _is_year(sheet.text(n, c))
        ]
        if any(at not in cells for at in column):
            beside += [at for at in column if at not in cells]
        elif not column and r + 1 < len(sheet.cells):
            row = [(r, n) for n in range(len(sheet.cells[r])) if (r, n) not in cells]
            beside += [at for at in row if _is_year(sheet.text(*at))]
    return list(dict.fromkeys(beside))


def _is_year(text: str) -> bool:
    """Whether a text names a year and no part of it."""
    return bool(text) and split_year(text)[1] is not None


def _requested(period: str) -> tuple[int | None, YearPart | None]:
    """Year and part of a period as the user writes it."""
    if not period:
        return None, None
    try:
        read = read_period(period)
    except ValueError:
        named = part_in(period, months=True)
        years = re.findall(r"(?:19|20)\d\d", named[0]) if named else []
        if named and (not named[0] or years):
            return (int(years[0]) if years else None), named[1]
        raise DataError(
            f"--period {period!r} is no part of a year. Write it like 2026Q1, "
            "2026H1, 2026Q1-Q3 or 2026M01-10."
        ) from None
    return read.year, read.part


def _chosen(
    sheet: Sheet,
    requested: YearPart | None,
    parts: Mapping[tuple[int, int], YearPart],
) -> YearPart:
    every = sorted(set(parts.values()))
    names = ", ".join(part.code for part in every)
    if requested is None and len(every) > 1:
        raise DataError(
            f"{sheet.path.name} has figures of several parts of a year ({names}). "
            "Import one of them at a time, with --period like 2026Q1."
        )
    if requested is None:
        return every[0] if every else WHOLE_YEAR
    named = {part for part in every if part.span == requested.span}
    if not every or requested.span.whole or requested in named:
        return requested
    if named and requested.sequential:  # the table does not say on what growth is
        return requested
    raise DataError(
        f"--period asks for {requested.code}, and {sheet.path.name} has figures of "
        f"{names}. Name one of these."
    )


def _check_marks(sheet: Sheet, parts: Mapping[tuple[int, int], YearPart]) -> None:
    """Refuse 累计, 当月 and 环比 without months beside another part of the year."""
    if not parts:
        return
    for r, line in enumerate(sheet.cells):
        for c, text in enumerate(line):
            if not text or (r, c) in parts or _count(line) < 2:
                continue
            before = [at for at in parts if at[0] <= r and at[1] <= c]
            to_date, alone = TO_DATE.search(text), ALONE.search(text)
            if not before or _REMARK.match(text):
                continue
            span, sequential = parts[max(before)]
            other = bool(to_date) and not span.to_date
            other |= bool(alone and not to_date) and span.to_date and span.last > 3
            if other or (SEQUENTIAL.search(normal_text(text)) and not sequential):
                raise DataError(
                    f"{sheet.place(r, c)}: {text!r} is of another period than "
                    f"{sheet.text(*max(before))!r}. Write all of it into this header, "
                    "like 2026年1-9月 or 2026年三季度环比, in a copy."
                )


def _check_rates(sheet: Sheet) -> None:
    """Refuse growth on the months before that is stated at annual rates."""
    for r, line in enumerate(sheet.cells):
        for c, text in enumerate(line):
            if text and _ANNUAL_RATE.search(normal_text(text)):
                raise DataError(
                    f"{sheet.place(r, c)}: {text!r} is at an annual rate, and growth "
                    "on the months before is read as it was. Take 100 ((1 + g/100)^"
                    "(1/4) - 1) of a quarter's rate g in a copy, and leave the words "
                    "out."
                )
