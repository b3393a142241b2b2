"""Columns of a table: their headers, years and roles."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cszt_models.errors import DataError
from cszt_models.vocabulary import GDP
from cszt_models.yearbooks.blocks import Block, is_figure
from cszt_models.yearbooks.cell_text import is_blank, plain
from cszt_models.yearbooks.headings import (
    GROWTH_ALONE,
    code_phrase,
    header_phrase,
    key_of,
    phrase_of,
)
from cszt_models.yearbooks.roles import (
    AREA_RANK,
    IGNORED,
    INDICATOR,
    LABEL,
    QUALIFIER,
    REGION,
    SCALE,
    UNIT,
    YEAR,
    role_of,
)
from cszt_models.yearbooks.spreadsheet import Sheet
from cszt_models.yearbooks.units import is_scale_word, split_unit, unit
from cszt_models.yearbooks.years import period, starts_like_year, year

# Words of a column that make other figures of the same indicator of its rows.
_QUALIFYING = re.compile(
    r"constantprice|chain|volume|realterms|percapita|人均|不变价|可比价|"
    r"^(?:fe)?males?$|^(?:men|women|urban|rural|男|女|城镇|农村|乡村)性?$"
)
MIN_WORDS = 3  # characters beside a year that make a header of their own


@dataclass(frozen=True)
class Column:
    """A column: phrases of its header from the top, the year in it, and its role.

    ``name`` is the lowest text of the header as written.
    """

    index: int
    key: str
    year: int | None
    role: str | None
    levels: tuple[str, ...] = ()
    name: str = ""


def columns_of(sheet: Sheet, block: Block, roles: Mapping[str, str]) -> list[Column]:
    """Columns of a table, each role at most once but for values and scales.

    Parameters
    ----------
    sheet : Sheet
        Cells as text.
    block : Block
        Rows of the header and of the data.
    roles : mapping
        Roles by plain header; they override the known words.

    Raises
    ------
    DataError
        If two columns have one role, or a header has a period that is not a year.
    """
    columns = [
        _column(sheet, block, index, texts, roles)
        for index, texts in enumerate(_stacks(sheet, block))
    ]
    columns = _with_label_roles(sheet, block, columns)
    columns = _with_growth(_with_scales(sheet, block, columns))
    for role in (REGION, YEAR, INDICATOR, UNIT):
        columns = _settled(sheet, block, columns, role, roles)
    if not any(c.role == INDICATOR for c in columns):
        columns = _indicator_among_qualifiers(sheet, block, columns)
    return columns


def _stacks(sheet: Sheet, block: Block) -> list[list[str]]:
    """Header texts of every column; those written once over several are repeated."""
    stacks: list[list[str]] = []
    before = [""] * len(block.headers)
    for index in range(sheet.width):
        texts = [sheet.text(row, index) for row in block.headers]
        lowest = max((n for n, text in enumerate(texts) if text), default=-1)
        new_above = False
        for level in range(lowest):
            if texts[level]:
                new_above = new_above or texts[level] != before[level]
            elif not new_above and role_of(plain(before[level])) is None:
                texts[level] = before[level]
        before = texts
        stacks.append(texts)
    return stacks


def _column(
    sheet: Sheet,
    block: Block,
    index: int,
    texts: Sequence[str],
    roles: Mapping[str, str],
) -> Column:
    written = [text for text in texts if text]
    key, when = key_of(written)
    named = [role_of(plain(text)) for text in written]
    kinds = [kind for kind in named if kind != UNIT] or named  # 单位 below 地区
    role = roles.get(key, kinds[-1] if named and all(named) else None)
    role = roles.get(plain(written[-1]), role) if written else role
    if key and role is None and when is None and (joint := role_of(key)):
        role = joint
    levels = tuple(dict.fromkeys(p for p, _ in map(header_phrase, written) if p))
    if role is None:
        for row in block.headers:
            _check_period(sheet, block, row, index)
    return Column(index, key, when, role, levels, written[-1] if written else "")


def _check_period(sheet: Sheet, block: Block, row: int, index: int) -> None:
    """Refuse a header of a column of figures whose period is not a calendar year."""
    text = sheet.text(row, index)
    if not text or year(text) is not None:
        return
    words, _ = header_phrase(text)
    short = starts_like_year(text) and len(words.strip("()[]")) < MIN_WORDS
    kind = period(text) or ("not a calendar year" if short else "")
    if kind and any(is_figure(sheet.text(r, index)) for r in block.rows):
        place = sheet.place(row, index)
        if kind == "a forecast":
            raise DataError(
                f"{place}: {text!r} is a forecast. If it is an estimate of a year just "
                "over, import it with --status estimate; else leave the column out "
                f"with --skip {text!r}."
            )
        raise DataError(
            f"{place}: {text!r} is {kind}, and only figures of calendar years are "
            f"read. Leave the column out with --skip {text!r}."
        )


def _texts(sheet: Sheet, block: Block, column: Column) -> list[str]:
    texts = [sheet.text(row, column.index) for row in block.rows]
    return [text for text in texts if not is_blank(text)]


def _with_label_roles(
    sheet: Sheet, block: Block, columns: list[Column]
) -> list[Column]:
    """Columns; those without a header get the role that only their cells can have."""
    taken = {column.role for column in columns}
    labelled = []
    for column in columns:
        texts = _texts(sheet, block, column)
        role = column.role
        if not column.key and column.year is None and texts and role is None:
            if column.index == 0 and texts in _row_numbers(len(texts)):
                role = IGNORED
            elif REGION not in taken and not any(
                is_figure(t) or year(t) for t in texts
            ):
                role = REGION
            elif YEAR not in taken and all(year(text) for text in texts):
                role = YEAR
            taken.add(role)
        elif column.index == 0 and role is None and column.year is None:
            named = texts and not any(is_figure(t) or year(t) for t in texts)
            if named and REGION not in taken and not phrase_of(column.levels):
                role = REGION
                taken.add(role)
        labelled.append(replace(column, role=role))
    return labelled


def _is_qualifying(texts: Iterable[str]) -> bool:
    """Whether texts tell parts or prices, so that they change what a figure is."""
    named = any(_QUALIFYING.search(plain(text)) for text in texts)
    return named and not any(map(is_figure, texts))


def _row_numbers(count: int) -> list[list[str]]:
    """Texts of rows numbered from 0 or 1, as programs save them."""
    return [[str(n) for n in range(first, first + count)] for first in (0, 1)]


def is_growth_alone(phrase: str) -> bool:
    """Whether a phrase names growth without saying of what."""
    words = (
        split_unit(phrase)[0]
        .replace("(按可比价格计算)", "")
        .replace("(按可比价计算)", "")
    )
    return words.replace("按可比价格计算", "").strip("(),") in GROWTH_ALONE


def _with_scales(sheet: Sheet, block: Block, columns: list[Column]) -> list[Column]:
    """Columns; unknown ones whose texts are powers of ten, or change the meaning."""
    completed = []
    for column in columns:
        texts = set(_texts(sheet, block, column)) if column.role is None else set()
        if texts and all(map(is_scale_word, texts)):
            column = replace(column, role=SCALE)
        elif column.index and _is_qualifying(texts):
            column = replace(column, role=QUALIFIER)
        completed.append(column)
    return completed


def _with_growth(columns: list[Column]) -> list[Column]:
    """Columns; growth without a subject beside GDP is the growth of GDP."""
    completed: list[Column] = []
    subject = None
    for column in columns:
        alone = len(column.levels) == 1 and is_growth_alone(column.levels[0])
        if not alone:
            subject = phrase_of(column.levels) if column.role is None else None
        elif subject and subject.indicator == GDP:
            levels = ("地区生产总值", *column.levels)
            column = replace(column, levels=levels, key="".join(levels))
        completed.append(column)
    return completed


def _settled(
    sheet: Sheet,
    block: Block,
    columns: list[Column],
    role: str,
    roles: Mapping[str, str],
) -> list[Column]:
    """Columns with one of a role at most; the others are ignored or second labels."""
    rivals = [column for column in columns if column.role == role]
    if len(rivals) < 2:
        return columns
    chosen = [column for column in rivals if roles.get(column.key) == role]
    filled = [column for column in rivals if _texts(sheet, block, column)]
    candidates = chosen or filled or rivals[:1]
    if len(candidates) > 1:
        candidates = _best(sheet, block, candidates, role)
    if len(candidates) > 1:
        raise DataError(
            f"{sheet.place(block.headers[-1], candidates[1].index)}: a second column "
            f"of {role}s, after column {candidates[0].key!r}. Set one of them to skip "
            "in mapping.yaml, under roles."
        )
    best = candidates[0]
    labels = _second_labels(sheet, block, rivals, best) if role == REGION else set()
    return [
        replace(c, role=LABEL if c.index in labels else IGNORED)
        if c in rivals and c != best
        else c
        for c in columns
    ]


def _best(
    sheet: Sheet, block: Block, rivals: Sequence[Column], role: str
) -> list[Column]:
    """The columns that cannot be told apart as the best of a role."""
    texts = {column.index: _texts(sheet, block, column) for column in rivals}
    if all(texts[c.index] == texts[rivals[0].index] for c in rivals):
        return [rivals[0]]
    if role == REGION:
        top = max(AREA_RANK.get(plain(c.name), 0) for c in rivals)
        finest = [c for c in rivals if AREA_RANK.get(plain(c.name), 0) == top]
        scripts = {_is_ascii(texts[c.index]) for c in finest}
        chinese = [c for c in finest if not _is_ascii(texts[c.index])]
        if len(finest) == 2 and len(scripts) == 2:
            return chinese
        codes = ("geo", "refarea", "location")
        named = [c for c in finest if plain(c.name) not in codes]
        return named if named and len(named) < len(finest) else finest
    tests: dict[str, Callable[[str], object]] = {
        INDICATOR: lambda t: phrase_of(key_of([t])[0]) or code_phrase(t, "yuan"),
        UNIT: unit,
        YEAR: year,
    }
    known = tests[role]
    counts = {
        c.index: sum(known(t) is not None for t in texts[c.index]) for c in rivals
    }
    most = max(counts.values())
    return [c for c in rivals if counts[c.index] == most][: 1 if most else None]


def _second_labels(
    sheet: Sheet, block: Block, rivals: Sequence[Column], best: Column
) -> set[int]:
    """Index of the column with the regions' names in the other language."""
    ascii_best = _is_ascii(_texts(sheet, block, best))
    rank = AREA_RANK.get(plain(best.name), 0)
    others = [
        c for c in rivals if c != best and AREA_RANK.get(plain(c.name), 0) == rank
    ]
    texts = {c.index: _texts(sheet, block, c) for c in others}
    return {n for n, t in texts.items() if t and _is_ascii(t) != ascii_best}


def _is_ascii(texts: Iterable[str]) -> bool:
    return all(text.isascii() for text in texts)


def _indicator_among_qualifiers(
    sheet: Sheet, block: Block, columns: list[Column]
) -> list[Column]:
    """Columns; a qualifying one whose texts are indicators becomes their column."""
    for column in columns:
        if column.role == QUALIFIER:
            texts = set(_texts(sheet, block, column))
            if texts and any(phrase_of(key_of([t])[0]) for t in texts):
                return [
                    replace(c, role=INDICATOR) if c == column else c for c in columns
                ]
    return columns
