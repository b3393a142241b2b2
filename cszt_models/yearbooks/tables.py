"""Tables of a sheet: their columns, titles and entries.

Region, indicator, year and unit of a value come from the header of its column, the
labels of its row and the lines above the table.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from cszt_models.vocabulary import GDP
from cszt_models.yearbooks.blocks import Block, is_figure
from cszt_models.yearbooks.cell_text import (
    COMMA,
    POINT,
    decimal_marks,
    is_blank,
    plain,
    readings,
)
from cszt_models.yearbooks.columns import Column, is_growth_alone
from cszt_models.yearbooks.headings import (
    Phrase,
    code_phrase,
    is_rate,
    key_of,
    phrase_of,
    title_phrase,
    without_number,
)
from cszt_models.yearbooks.roles import (
    ANNUAL,
    EXPONENTS,
    FREQUENCY,
    INDICATOR,
    LABEL,
    NEUTRAL,
    QUALIFIER,
    REGION,
    SCALE,
    UNIT,
    VALUE,
    YEAR,
)
from cszt_models.yearbooks.spreadsheet import Sheet
from cszt_models.yearbooks.units import (
    cell_unit,
    loose_scale,
    scale_factor,
    scaled,
    split_unit,
    unit,
    units_of_line,
)
from cszt_models.yearbooks.years import period, split_year, without_range, year

_CONSTANT = re.compile(
    r"\(?(?:按|以)?(?:可比|不变)价|\(?(?:at|in)?constant(?:\d+)?prices"
)


@dataclass(frozen=True)
class Entry:
    """A cell that may contain a value, with the labels that apply to it.

    ``phrase`` is what the heading says, None if unknown; ``unit`` what a column of
    units states, with its scale; ``problem`` why the cell cannot be read.
    """

    row: int
    column: int
    region: str
    label: str
    heading: str
    phrase: Phrase | None
    year: int | None
    unit: str
    text: str
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A block of a sheet with its columns; ``alone`` names its only region.

    ``across`` is True if regions are columns.
    """

    sheet: Sheet
    block: Block
    columns: tuple[Column, ...]
    alone: str = ""
    across: bool = False

    def of_role(self, role: str) -> Column | None:
        """The first column with a role, or None."""
        return next((c for c in self.columns if c.role == role), None)

    @cached_property
    def title_key(self) -> str:
        """Phrase of the only title line that names an indicator, or an empty text."""
        keys = {title_phrase(text) for text in self.block.title}
        named = {key for key in keys if _phrase_of(key)}
        return named.pop() if len(named) == 1 else ""

    @cached_property
    def title_year(self) -> tuple[int | None, str]:
        """Year of the title, and why it has none."""
        years = {
            split_year(without_range(without_number(text)))[1]
            for text in self.block.title
        } - {None}
        odd = [text for text in self.block.title if period(text)]
        if odd and len(years) != 1:
            return None, f"the title {odd[0]!r} is of {period(odd[0])}, not of one year"
        return (years.pop() if len(years) == 1 else None), ""

    @cached_property
    def title_units(self) -> list[str]:
        """Units in lines above the table, like 单位：亿元、%."""
        stated = [unit for text in self.block.title for unit in units_of_line(text)]
        in_title = split_unit(self.title_key)[1]
        return list(dict.fromkeys([*stated, *([in_title] if in_title else [])]))

    @cached_property
    def loose_scales(self) -> set[float]:
        """Scales in lines above and below the table that name no unit."""
        first = [self.sheet.cells[r][:1] for r in self.block.notes]
        texts = [*self.block.title, *(text for cells in first for text in cells)]
        return {scale for text in texts if (scale := loose_scale(text))}

    @cached_property
    def value_columns(self) -> tuple[Column, ...]:
        """Columns that contain values; in a long table, those with the value role."""
        values = tuple(c for c in self.columns if c.role == VALUE)
        if values:
            return values
        listed = self.of_role(INDICATOR) is not None and not self.across
        free = [c for c in self.columns if c.role is None]
        return tuple(c for c in free if not listed or c.year is not None)

    @cached_property
    def unused(self) -> tuple[Column, ...]:
        """Columns with a header that are neither labels nor values."""
        free = [c for c in self.columns if c.role is None and c.key]
        return tuple(c for c in free if c not in self.value_columns)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Cells that may contain a value, row by row."""
        entries = []
        roles = (REGION, LABEL, YEAR, INDICATOR, UNIT, FREQUENCY)
        named = {role: self.of_role(role) for role in roles}
        subject = ""
        for row in self.block.rows:
            labels = {role: self._label(row, column) for role, column in named.items()}
            indicator = key_of([labels[INDICATOR]])[0] if labels[INDICATOR] else ""
            if is_growth_alone(indicator) and subject:
                indicator = f"地区生产总值{indicator}"
            elif indicator:
                phrase_of_row = _phrase_of(indicator)
                subject = (
                    indicator
                    if phrase_of_row and phrase_of_row.indicator == GDP
                    else ""
                )
            stated, problem = self._unit(row, labels[UNIT])
            problem = problem or self._frequency(
                row, labels[FREQUENCY], named[FREQUENCY]
            )
            for column in self.value_columns:
                heading, phrase = self._heading(row, column, indicator, labels[UNIT])
                when, reason = self._year(row, column, named[YEAR])
                place = column.name if self.across else labels[REGION]
                entry = Entry(
                    row,
                    column.index,
                    self.alone or place,
                    labels[LABEL],
                    heading,
                    phrase,
                    when,
                    stated,
                    self.sheet.text(row, column.index),
                    self.sheet.faults.get((row, column.index), "") or problem or reason,
                )
                entries.append(entry)
        return tuple(entries)

    def _label(self, row: int, column: Column | None) -> str:
        return self.sheet.text(row, column.index).strip() if column else ""

    def _heading(
        self, row: int, column: Column, indicator: str, unit_text: str
    ) -> tuple[str, Phrase | None]:
        """Key of the heading of a value, and what it says."""
        if self.of_role(INDICATOR):
            qualifiers = self._qualifiers(row)
            coded = code_phrase(indicator, unit_text)
            if coded or code_phrase(indicator, "yuan"):
                key = f"{indicator}({plain(unit_text)})"
                return key + qualifiers, None if qualifiers else coded
            key = indicator + qualifiers
            return self._nominal(*self._with_unit(key, (key,), unit_text))
        if column.role is None and not self.across and column.key:
            if qualifiers := self._qualifiers(row):
                return column.key + qualifiers, None
            key, phrase = self._with_unit(column.key, column.levels, unit_text)
            return self._nominal(key, phrase)
        qualifiers = self._qualifiers(row)
        key = self.title_key + qualifiers if self.title_key else ""
        return self._nominal(key, _phrase_of(key) if key else None)

    def _nominal(self, key: str, phrase: Phrase | None) -> tuple[str, Phrase | None]:
        """A heading, unless it is GDP of a table at constant prices."""
        lines = (plain(text) for text in self.block.title)
        if phrase and phrase.indicator == GDP and any(map(_CONSTANT.match, lines)):
            return f"{key},constantprices", None
        return key, phrase

    def _with_unit(
        self, key: str, levels: tuple[str, ...], text: str
    ) -> tuple[str, Phrase | None]:
        """What a heading says, if need be with its unit, like 第一产业 in 亿元."""
        phrase = _phrase_of(levels)
        rates = {is_rate(unit_) for unit_ in self.title_units}
        unit_text = text or (self.title_units[0] if len(rates) == 1 else "")
        if phrase is None and unit_text:
            bracket = f"({plain(unit_text)})"
            if (explained := _phrase_of((*levels, bracket))) is not None:
                return key + bracket, explained
        return key, phrase

    def _qualifiers(self, row: int) -> str:
        """Texts of qualifying columns that change what a figure means."""
        columns = [c for c in self.columns if c.role == QUALIFIER]
        texts = [plain(self.sheet.text(row, c.index)) for c in columns]
        neutral = [not t or t in NEUTRAL or is_blank(t) for t in texts]
        pairs = zip(texts, neutral, strict=True)
        return "".join(f",{text}" for text, is_neutral in pairs if not is_neutral)

    def _year(
        self, row: int, column: Column, years: Column | None
    ) -> tuple[int | None, str]:
        """Year of a value, and why it cannot be determined."""
        if years is None:
            if column.year is not None:
                return column.year, ""
            return self.title_year
        text = self.sheet.text(row, years.index)
        when = year(text)
        if when is not None or not text:
            return when, ""
        cell = self.sheet.cell(row, years.index)
        kind = period(text) or "not a calendar year"
        return None, f"{cell} {text!r} is {kind}, and only calendar years are read"

    def _unit(self, row: int, text: str) -> tuple[str, str]:
        """Unit that a row states, with its scale, and why it is ambiguous."""
        columns = [c for c in self.columns if c.role == SCALE]
        factors = set()
        for column in columns:
            scale = self.sheet.text(row, column.index)
            if is_blank(scale):
                others = (self.sheet.text(r, column.index) for r in self.block.rows)
                if all(map(is_blank, others)):
                    continue
                return (
                    text,
                    f"{self.sheet.cell(row, column.index)}, its scale, is blank",
                )
            factor = scale_factor(scale, exponent=column.key in EXPONENTS)
            if factor is None:
                cell = self.sheet.cell(row, column.index)
                return text, f"the scale {scale!r} in {cell} can be read in two ways"
            factors.add(factor)
        if len(factors) > 1:
            return text, f"its scales {' and '.join(f'{f:g}' for f in factors)} differ"
        factor = factors.pop() if factors else 1.0
        base = unit(text)
        if factor != 1 and base is not None and base.factor not in (1, 0.1):
            cell = self.sheet.cell(row, columns[0].index)
            return (
                text,
                f"{cell} scales the unit {text!r}, which has a scale of its own",
            )
        if factor != 1 and not text:
            return f"1e{len(f'{factor:.0f}') - 1}", ""
        return scaled(text, factor), ""

    def _frequency(self, row: int, text: str, column: Column | None) -> str:
        if column is None or not text or plain(text) in ANNUAL:
            return ""
        cell = self.sheet.cell(row, column.index)
        return f"its frequency in {cell} is {text!r}, and only annual figures are read"

    def decimal(self, column: int) -> str:
        """Decimal mark of a column; empty if it cannot be determined."""
        return self._decimals.get(column, "")

    @cached_property
    def _decimals(self) -> dict[int, str]:
        """Decimal marks of the value columns: by column, else by the whole table."""
        numbers = {c.index: self.numerals(c.index) for c in self.value_columns}
        certain = {
            mark
            for texts in numbers.values()
            for text in texts
            if len(values := readings(text)) == 1
            for mark in values
        }
        decimals = {}
        for column, texts in numbers.items():
            possible = decimal_marks(texts)
            if possible == {COMMA} and (POINT in certain or self._mixed(column)):
                possible = set()
            if len(possible) == 2 and len(certain) == 1:
                possible = certain
            if len(possible) == 2 and self.sheet.separator == COMMA:
                possible = {POINT}
            decimals[column] = next(iter(possible)) if len(possible) == 1 else ""
        return decimals

    @property
    def decimal_notes(self) -> list[str]:
        """Decimal marks that were determined by other numbers of the table."""
        names = {COMMA: "comma", POINT: "point"}
        notes = []
        for column in self.value_columns:
            mark = self.decimal(column.index)
            texts = self.numerals(column.index)
            open_ = [t for t in texts if len(set(readings(t).values())) == 2]
            marked = [t for t in texts if mark == COMMA and COMMA in t]
            if mark and (marked or (open_ and self.sheet.separator != COMMA)):
                example = (open_ or marked)[0]
                notes.append(
                    f"the {names[mark]} is the decimal mark, as in {example!r}"
                )
        return notes

    def _mixed(self, column: int) -> bool:
        """Whether a column of decimal commas also has numbers of a point."""
        rows = (r for r in self.block.rows if is_figure(self.sheet.text(r, column)))
        return self.sheet.separator == COMMA or any(
            not self.sheet.is_written(row, column) for row in rows
        )

    def count_decimals(self, column: int) -> int:
        """Number of decimal numbers of a column that are not written as text."""
        rows = (r for r in self.block.rows if not self.sheet.is_written(r, column))
        return sum(POINT in self.sheet.text(row, column) for row in rows)

    def numerals(self, column: int) -> list[str]:
        """Numbers of a column that are written as text, without units."""
        rows = (r for r in self.block.rows if self.sheet.is_written(r, column))
        texts = (cell_unit(self.sheet.text(row, column))[0] for row in rows)
        return [text for text in texts if is_figure(text)]


@cache
def _phrase_of(levels: str | tuple[str, ...]) -> Phrase | None:
    return phrase_of(levels)
