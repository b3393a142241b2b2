"""Calendar years in cells, headers and titles, and periods that are none."""

import re

from cszt_models.yearbooks.cell_text import plain

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
