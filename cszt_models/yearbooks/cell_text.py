"""Normalization of the text of cells, and the numbers that a text can be.

Ambiguous text is an error, never a guess.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

BLANK = {"", "-", "--", "—", "——", "–", "…", "……", "...", "..", ".", "/", "na", "n/a"}
BLANK |= {"nan", "null", "none", "无", "缺", "空缺", "暂无", "x", "#n/a", ":"}
POINT, COMMA = ".", ","
CACHED_TEXTS = 50_000  # a table repeats most of its texts
# Footnote marks; removed before NFKC normalization, which would turn circled and
# superscript digits into plain digits.
MARKS = re.compile(
    r"[①-⑳⑴-⒇❶-❿*†‡§¹²³⁰⁴-⁹ᵃ-ᶻ]+|(?<=.)[\[(（【](?:注|note )?\s*\d{1,2}[\])）】]$"
)
_POWER = re.compile(r"(?<!\d)10(?:\^|\*\*)?([⁰¹²³⁴-⁹]+|(?<=\^)\d+|(?<=\*\*)\d+)")
_FLAG = re.compile(r"(?<=\d)\s+[bcdefimnprsuz]{1,4}$")  # Eurostat: "12.3 bp"
_MISSING = re.compile(r":\s*[a-z]{0,4}")  # Eurostat: ": c"
_GROUPED = r"[+-]?[1-9]\d{0,2}(?:%s\d{3})+"


def without_powers(text: str) -> str:
    """Text with powers of ten like 10⁸ or 10^8 written as 1e8."""
    return _POWER.sub(lambda m: f"1e{unicodedata.normalize('NFKC', m[1])}", text)


@lru_cache(CACHED_TEXTS)
def plain(text: str) -> str:
    """Text in NFKC and lower case, without footnote marks, spaces and underscores.

    Examples
    --------
    >>> plain("　地区生产总值（亿元）①"), plain("GDP Growth*"), plain("10⁸ yuan")
    ('地区生产总值(亿元)', 'gdpgrowth', '1e8yuan')
    """
    unmarked = MARKS.sub("", without_powers(text.strip()))
    unmarked = unicodedata.normalize("NFKC", unmarked)
    return re.sub(r"[\s_]+", "", unmarked).lower()


def is_blank(text: str) -> bool:
    """Whether a cell is empty or has a mark for a missing value."""
    phrase = plain(text)
    return phrase in BLANK or bool(_MISSING.fullmatch(phrase))


def is_percent(text: str) -> bool:
    """Whether the text contains a percent sign."""
    return "%" in unicodedata.normalize("NFKC", text)


@lru_cache(CACHED_TEXTS)
def readings(text: str) -> Mapping[str, float]:
    """Values of a number by the decimal mark assumed; empty if it is not a number.

    Examples
    --------
    >>> readings("1.234"), readings("1234,5"), readings("987")
    ({'.': 1.234, ',': 1234.0}, {',': 1234.5}, {'.': 987.0, ',': 987.0})
    """
    digits = unicodedata.normalize("NFKC", MARKS.sub("", text.strip())).strip()
    digits = _FLAG.sub("", digits.replace("−", "-").replace("、", ","))
    digits = digits.removesuffix("%").strip()
    if re.fullmatch(_GROUPED % r"[\s'’]" + r"([.,]\d*)?", digits):
        digits = re.sub(r"[\s'’]", "", digits)
    if re.fullmatch(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+", digits):
        return {POINT: float(digits)}
    values = {}
    for decimal, thousands in ((POINT, COMMA), (COMMA, POINT)):
        whole = rf"(?:[+-]?\d*|{_GROUPED % re.escape(thousands)})"
        if re.search(r"\d", digits) and re.fullmatch(
            rf"{whole}(?:{re.escape(decimal)}\d*)?", digits
        ):
            values[decimal] = float(
                digits.replace(thousands, "").replace(decimal, POINT)
            )
    return values


def number(text: str, decimal: str = POINT) -> float | None:
    """The number in a cell, without percent sign and footnote mark; None if blank.

    Raises
    ------
    ValueError
        If the text is not a number with this decimal mark.

    Examples
    --------
    >>> number("１，２３４.５*"), number("5.2%"), number("…")
    (1234.5, 5.2, None)
    """
    if is_blank(text):
        return None
    values = readings(text)
    if decimal not in values:
        raise ValueError(f"{text!r} is not a number")
    return values[decimal]


def decimal_marks(texts: Iterable[str]) -> set[str]:
    """Decimal marks with which all numbers among the texts agree.

    Empty if the numbers contradict each other. 12.345 beside 987 is taken as twelve
    thousand: with three decimals in one, the other would have some.
    """
    marks, groups, whole = {POINT, COMMA}, False, []
    for text in texts:
        values = readings(text)
        if not values:
            continue
        marks &= set(values)
        groups = groups or len(set(values.values())) == 2
        if len(values) == 2 and len(set(values.values())) == 1:
            whole.append(abs(values[POINT]))
    if len(marks) == 2 and groups and any(100 <= value < 1000 for value in whole):
        used = {mark for text in texts for mark in (POINT, COMMA) if mark in text}
        if max(whole) < 1000 and len(used) == 1:
            return {COMMA if used == {POINT} else POINT}
    return marks if groups or len(marks) < 2 else {POINT}
