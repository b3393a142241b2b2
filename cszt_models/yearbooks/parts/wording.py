"""Parts of a year as offices write them.

Parts are 一季度, 上半年, 前三季度, 1—9月, Q1, H1, Jan–Sep, with or without 累计.
环比 or "quarter on quarter" beside one marks growth on the months right before.
"""

import re
import unicodedata

from cszt_models.project.periods import MONTHS, Span, YearPart, base_of

_YEAR_BEFORE = r"(?P<year>(?:19|20)\d\d)\s*年?\s*[-_/.:]?\s*"
_NUMERALS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_NUMERALS |= {"十": 10, "十一": 11, "两": 2, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_ORDINALS = ("first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th")
_TO_TEN = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = ("", "", *_TO_TEN, "eleven")
_EARLY = ("jan", "feb", "mar", "apr", "may", "jun")
_NAMES = (*_EARLY, "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_NAMES)})[a-z]*\.?"
_TO = r"\s*(?:-|~|至|到|to|through)\s*"
_PARTS = (
    (
        re.compile(
            rf"前[三3]个?季度?|[1一]{_TO}[3三]个?季度|(?:q1{_TO}q?|前)3(?:q|季)?(?!\d|个|月)|"
            r"(?:first )?three quarters"
        ),
        (1, 9),
    ),
    (
        re.compile(
            rf"上半年|前[二两2]个?季度|[1一]{_TO}[2二]季度|(?<![a-z\d])h1(?![a-z\d])|"
            r"(?<!\d)1h(?![a-z])|(?:first|1st) half"
        ),
        (1, 6),
    ),
    (
        re.compile(
            r"下半年|(?<![a-z\d])h2(?![a-z\d])|(?<!\d)2h(?![a-z])|(?:second|2nd) half"
        ),
        (7, 12),
    ),
)
_QUARTER = re.compile(
    r"第?(?:([1-4一二三四])|(?<![a-z])(iv|i{1,3}))季度|(?<![a-z])q([1-4])(?![a-z\d])|"
    rf"(?<![\d.])([1-4])q(?=$|\W|(?:19|20)\d\d)|({'|'.join(_ORDINALS)})[ -]quarter"
)
_FIRST = re.compile(
    r"前(\d{1,2}|十一|[一二两三四五六七八九十])个?月|"
    rf"first ({'|'.join(_COUNTS[2:])}) months"
)
_CODE = re.compile(r"(?<=[12]\d\d\d)m(0[1-9]|1[0-2])(?:-m?(0[1-9]|1[0-2]))?(?!\d)")
_MONTHS = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\s*月(?:份)?)?{_TO}(\d{{1,2}})\s*月(?:份)?"
)
_DOTTED = re.compile(r"(?<=[12]\d\d\d\.)(1)-(1[0-2]|[2-9])(?!\d)")
_LATIN = re.compile(rf"(?<![a-z]){_MONTH}{_TO}{_MONTH}")
_SINGLE = re.compile(
    r"(?<![\d.])(1[0-2]|0?[1-9])月(?:份)?(?!末|底|初|\s*\d)|(?<![a-z])"
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_TRAILING_YEAR = re.compile(r"^\W*(?:of\s+)?((?:19|20)\d\d)(?!\d)")
TO_DATE = re.compile(r"累计|year[- ]to[- ]date|(?<![a-z])ytd(?![a-z])", re.I)
ALONE = re.compile(r"[当本单](?:月|季度?)")
SEQUENTIAL = re.compile(
    r"环比|(?<![a-z])(?:qoq|q/q|mom|m/m)(?![a-z])|(quarter|month)[- ]on[- ]\1|"
    r"(?:on|from|over) (?:the )?(?:previous|preceding|prior) (?:quarter|month|period)|"
    r"-on-[qmh]\d{1,2}(?:-\d\d)?"
)


def normal_text(text: str) -> str:
    """Text in NFKC and lower case, with one kind of dash."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub(r"(?<=\d)[ー一](?=\d{1,2}月)", "-", folded)
    return re.sub(r"[‐-―−—–]+", "-", folded)


def part_in(text: str, *, months: bool = False) -> tuple[str, YearPart] | None:
    """A text without the part of a year that it names, and the part; None if none.

    累计 and "to date" beside a quarter or a month mean the year up to its end.

    Parameters
    ----------
    text
        Of a cell.
    months
        Whether the name of a month alone is a part, without 累计, 当月 or 环比.

    Examples
    --------
    >>> rest, part = part_in("2026年1—9月地区生产总值增速")
    >>> rest, part.code
    ('2026年地区生产总值增速', 'Q1-Q3')
    >>> part_in("2026Q1")[1].code, part_in("2026年二季度环比")[1].code
    ('Q1', 'Q2-on-Q1')
    >>> part_in("2026年三季度累计")[1].code, part_in("Sep 2026", months=True)[1].code
    ('Q1-Q3', 'M09')
    >>> part_in("2026年") is None
    True
    """
    named = named_part(text, months)
    return named if named and not named[1].span.whole else None


def named_part(text: str, months: bool) -> tuple[str, YearPart] | None:
    """The same, of twelve months too."""
    normal = normal_text(text)
    phrase = SEQUENTIAL.sub("", normal)
    sequential = phrase != normal
    to_date = bool(TO_DATE.search(phrase))
    months = months or to_date or sequential or bool(ALONE.search(phrase))
    match, span = _match(phrase, months)
    if match is None or span is None:
        return None
    before, after = phrase[: match.start()], phrase[match.end() :]
    if to_date and not sequential:
        span, after = Span(1, span.last), after.removeprefix("末")
    known = re.search(rf"{_YEAR_BEFORE}$", before)
    trailing = None if known else _TRAILING_YEAR.search(after)
    if known:
        before = f"{before[: known.start()]}{known['year']}年"
    if trailing:
        before, after = f"{before}{trailing[1]}年", after[trailing.end() :]
    rest = ALONE.sub("", TO_DATE.sub("", before + after)).strip(" -_/,:")
    return rest, part_of(span, sequential=sequential)


def part_of(span: Span, *, sequential: bool) -> YearPart:
    """A part of a year, on the months before only where these are of one year."""
    try:
        base_of(span)
    except ValueError:
        sequential = False
    return YearPart(span, sequential)


def _match(phrase: str, months: bool) -> tuple[re.Match[str] | None, Span | None]:
    for pattern, ends in _PARTS:
        if match := pattern.search(phrase):
            return match, Span(*ends)
    if match := _FIRST.search(phrase):
        last = _number(match[1]) if match[1] else _COUNTS.index(match[2])
        return match, _span(1, last)
    for pattern in (_CODE, _DOTTED, _MONTHS):
        if match := pattern.search(phrase):
            return match, _span(int(match[1]), int(match[2] or match[1]))
    if match := _LATIN.search(phrase):
        first, last = (_NAMES.index(name) + 1 for name in match.groups())
        return match, _span(first, last)
    if match := _QUARTER.search(phrase):
        word = next(filter(None, match.groups()))
        ordinal = word in _ORDINALS
        quarter = _ORDINALS.index(word) % 4 + 1 if ordinal else _number(word)
        return match, Span(3 * quarter - 2, 3 * quarter)
    if months and (match := _SINGLE.search(phrase)):
        month = int(match[1]) if match[1] else _NAMES.index(match[2][:3]) + 1
        return match, Span(month, month)
    return None, None


def _number(word: str) -> int:
    return _NUMERALS.get(word) or int(word)


def _span(first: int, last: int) -> Span | None:
    return Span(first, last) if 1 <= first <= last <= MONTHS else None
