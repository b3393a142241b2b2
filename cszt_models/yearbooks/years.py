"""Calendar years and parts of them in cells, headers and titles.

Parts are 一季度, 上半年, 前三季度, 1—9月, Q1, H1, Jan–Sep, with or without 累计.
环比 or "quarter on quarter" beside one marks growth on the months right before.
"""

import re
import unicodedata
from dataclasses import replace

from cszt_models.errors import DataError
from cszt_models.project.periods import MONTHS, WHOLE_YEAR, Span, YearPart, read_period
from cszt_models.yearbooks.cell_text import plain
from cszt_models.yearbooks.spreadsheet import Sheet

_YEAR_TOKEN = r"(?:fy)?((?:19|20)\d\d)(?:\.0+)?(?:年末|年底|年度|年)?(?:\[yr\d{4}\])?"
_STATUS = (
    r"(?:e|p|r|b|a|est|prov|prelim|provisional|preliminary|revised|estimate|estimated|"
    r"actual|初步|初步数|初步核算|初步核算数|快报|快报数|修订|修订数|估计|估计数|实际|实绩)"
)
_YEAR = re.compile(rf"{_YEAR_TOKEN}[-,]?(?:{_STATUS}|[(\[]{_STATUS}\.?[)\]])?\.?")
_DATE = re.compile(
    r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日)?(?:t?00:00(?::00)?)?"
)
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./]((?:19|20)\d\d)")
_YEAR_IN = re.compile(rf"(?<![\d.])(?<!\d[-/]){_YEAR_TOKEN}(?![\d%=])")
_RANGE = re.compile(r"(?:19|20)\d\d年?[-–—~～至到/](?:19|20)?\d\d(?!\d)年?(?:期间)?")
_FULL_YEAR = re.compile(r"全年|1-12月|1-4季度|一至四季度|12月31日|12月末|12月底")
_PERIODS = (
    (re.compile(r"q[1-4]|[1-4一二三四]季度|前三季|quarter"), "a quarter"),
    (re.compile(r"h[12](?!\d)|[上下]半年|半年"), "half a year"),
    (re.compile(r"\d{1,2}-\d{1,2}月|\d月|(?<=\d)m\d|month"), "months"),
    (re.compile(r"(?:19|20)\d\d[-/](?:0[1-9]|1[0-2])$"), "a month or a pair of years"),
    (_RANGE, "more than one year"),
    (
        re.compile(r"预计|预测|计划|规划|目标|forecast|projection|projected|f$"),
        "a forecast",
    ),
)
_YEAR_BEFORE = r"(?P<year>(?:19|20)\d\d)\s*年?\s*[-_/]?\s*"
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}
_EARLY = ("jan", "feb", "mar", "apr", "may", "jun")
_NAMES = (*_EARLY, "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_NAMES)})[a-z]*\.?"
_PARTS = (
    (re.compile(r"前三季度?|[1一]\s*[-至]\s*[3三]\s*季度|q1\s*[-~]\s*q?3"), (1, 9)),
    (re.compile(r"上半年|(?<![a-z\d])h1(?![a-z\d])|first half"), (1, 6)),
    (re.compile(r"下半年|(?<![a-z\d])h2(?![a-z\d])|second half"), (7, 12)),
)
_QUARTER = re.compile(r"第?([1-4一二三四])季度|(?<![a-z])q([1-4])(?![a-z\d])")
_MONTHS = re.compile(r"(?<!\d)(\d{1,2})\s*[-~至到]\s*(\d{1,2})\s*月(?:份)?")
_LATIN = re.compile(rf"{_MONTH}\s*(?:-|~|to)\s*{_MONTH}")
_TRAILING_YEAR = re.compile(r"^\W*((?:19|20)\d\d)(?!\d)")
_WORD = re.compile(r"累计|year to date|ytd", re.I)
_SEQUENTIAL = re.compile(
    r"环比|(?<![a-z])(?:qoq|q/q|mom|m/m)(?![a-z])|(quarter|month)[- ]on[- ]\1|"
    r"on (?:the )?(?:previous|preceding) (?:quarter|month)"
)


def year(text: str) -> int | None:
    """The calendar year in a cell that contains nothing else, or None.

    The first and the last day of a year stand for it.

    Examples
    --------
    >>> year("２０１９年"), year("2020p"), year("2018-01-01"), year("12019")
    (2019, 2020, 2018, None)
    """
    phrase = plain(text)
    match = _YEAR.fullmatch(phrase)
    return int(match[1]) if match else year_of_day(text)


def year_of_day(text: str) -> int | None:
    """The year of which a date is the first or last day, or None."""
    phrase = plain(text)
    date, day_first = _DATE.fullmatch(phrase), _DAY_FIRST.fullmatch(phrase)
    parts = date.groups() if date else day_first.groups()[::-1] if day_first else ()
    days = [int(part) for part in parts]
    return days[0] if days[1:] in ([1, 1], [12, 31]) else None


def period(text: str) -> str:
    """What a text is that begins like a year and is none; empty if it is no period.

    Examples
    --------
    >>> period("2019Q1"), period("2019/20"), period("2020年预计"), period("2020")
    ('a quarter', 'more than one year', 'a forecast', '')
    """
    phrase = _FULL_YEAR.sub("", plain(text))
    if year(text) is not None or not _YEAR_IN.search(phrase):
        return ""
    if _DATE.fullmatch(phrase) or _DAY_FIRST.fullmatch(phrase):
        return "a day within the year"
    return next((name for kind, name in _PERIODS if kind.search(phrase)), "")


def starts_like_year(text: str) -> bool:
    """Whether a text begins with a year, or is a period of one."""
    phrase = plain(text)
    return bool(re.match(r"(?:fy)?(?:19|20)\d\d(?!\d)", phrase)) or bool(
        _DAY_FIRST.fullmatch(phrase)
    )


def split_year(text: str) -> tuple[str, int | None]:
    """A plain header without its year, and the year (None unless exactly one).

    Examples
    --------
    >>> split_year("2019年地区生产总值(亿元)"), split_year("GDP")
    (('地区生产总值(亿元)', 2019), ('gdp', None))
    """
    phrase = plain(text)
    if (whole := year(text)) is not None:
        return "", whole
    if period(text) or _RANGE.search(phrase):
        return phrase, None
    years = _YEAR_IN.findall(phrase)
    if len(set(years)) != 1:
        return phrase, None
    rest = _YEAR_IN.sub("", phrase)
    rest = re.sub(rf"[(\[]{_STATUS}?[)\]]", "", rest)
    return rest.strip("-,:_"), int(years[0])


def without_range(text: str) -> str:
    """A plain title without a range of years in it."""
    return re.sub(rf"[(\[]?(?:{_RANGE.pattern})[)\]]?", "", plain(text))


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[‐-―−—–]+", "-", folded)


def part_in(text: str) -> tuple[str, YearPart] | None:
    """A text without the part of a year that it names, and the part; None if none.

    Examples
    --------
    >>> rest, part = part_in("2026年1—9月地区生产总值增速")
    >>> rest, part.code
    ('2026年地区生产总值增速', 'Q1-Q3')
    >>> part_in("2026Q1")[1].code, part_in("2026年二季度环比")[1].code
    ('Q1', 'Q2-on-Q1')
    >>> part_in("2026年") is None
    True
    """
    normal = _normal(text)
    phrase = _SEQUENTIAL.sub("", normal)
    months, span = _match(phrase)
    if months is None or span is None or span.whole:
        return None
    before, after = phrase[: months.start()], phrase[months.end() :]
    known = re.search(rf"{_YEAR_BEFORE}$", before)
    trailing = None if known else _TRAILING_YEAR.search(after)
    if known:
        before = f"{before[: known.start()]}{known['year']}年"
    if trailing:
        before, after = f"{before}{trailing[1]}年", after[trailing.end() :]
    rest = _WORD.sub("", before + after).strip(" -_/,")
    return rest, YearPart(span, sequential=phrase != normal)


def _match(phrase: str) -> tuple[re.Match[str] | None, Span | None]:
    for pattern, months in _PARTS:
        if match := pattern.search(phrase):
            return match, Span(*months)
    if match := _MONTHS.search(phrase):
        first, last = int(match[1]), int(match[2])
        valid = 1 <= first <= last <= MONTHS
        return match, Span(first, last) if valid else None
    if match := _LATIN.search(phrase):
        first, last = (_NAMES.index(name) + 1 for name in match.groups())
        return match, Span(first, last) if first <= last else None
    if match := _QUARTER.search(phrase):
        digit = match[1] or match[2]
        quarter = _NUMERALS.get(digit) or int(digit)
        return match, Span(3 * quarter - 2, 3 * quarter)
    return None, None


def without_parts(sheet: Sheet, period: str = "") -> tuple[Sheet, YearPart]:
    """A table as if of whole years, and the part of the year that its figures are of.

    Parameters
    ----------
    sheet
        As read. Columns of parts other than the chosen one are emptied.
    period
        Like 2026Q1; that of the table if not given.

    Raises
    ------
    DataError
        If the period is none, or the table has figures of several parts.
    """
    parts = {
        (r, c): named
        for r, line in enumerate(sheet.cells)
        for c, text in enumerate(line)
        for named in [part_in(text)]
        if named
    }
    chosen = _chosen(period, {part for _, part in parts.values()}, sheet)
    cells = [list(line) for line in sheet.cells]
    for (r, c), (rest, part) in parts.items():
        if part == chosen:
            cells[r][c] = rest
            continue
        beside = sum(at[0] == r for at in parts)
        if sum(at[1] == c for at in parts) > beside:  # parts stand below each other
            cells[r] = [""] * len(cells[r])
            continue
        for line in cells[r:]:
            if c < len(line):
                line[c] = ""
    return replace(sheet, cells=tuple(map(tuple, cells))), chosen


def _chosen(period: str, parts: set[YearPart], sheet: Sheet) -> YearPart:
    if period:
        try:
            return read_period(period).part
        except ValueError:
            raise DataError(
                f"--period {period!r} is no part of a year. Write it like 2026Q1, "
                "2026H1, 2026Q1-Q3 or 2026M01-10."
            ) from None
    if len(parts) > 1:
        names = ", ".join(part.code for part in sorted(parts))
        raise DataError(
            f"{sheet.path.name} has figures of several parts of a year ({names}). "
            "Import one of them at a time, with --period like 2026Q1."
        )
    return next(iter(parts), WHOLE_YEAR)
