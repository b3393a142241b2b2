"""Parsing of numbers, years and units as statistical tables write them.

Ambiguous text is an error, never a guess.
"""

import re
import unicodedata
from dataclasses import dataclass

BLANK = {"", "-", "--", "—", "——", "–", "…", "……", "...", "..", ".", "/", "na", "n/a"}
BLANK |= {"nan", "null", "none", "无", "缺", "空缺", "暂无", "x", "#n/a"}
# Footnote marks; removed before NFKC normalization, which would turn circled and
# superscript digits into plain digits.
MARKS = re.compile(
    r"[①-⑳⑴-⒇❶-❿*†‡§¹²³⁰⁴-⁹ᵃ-ᶻ]+|(?<=.)[\[(（【](?:注|note )?\s*\d{1,2}[\])）】]$"
)
_YEAR = re.compile(r"(?:fy)?\s*((?:19|20)\d\d)(?:\.0+)?\s*(?:年|年度|年末|e|p)?", re.I)
_YEAR_IN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年末|年度|年)?(?!\d)")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+")

# Dimension and factor to the base unit; the dimension of money is its currency.
PEOPLE, SHARE = "persons", "percent"
_SCALES = {"": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
UNITS: dict[str, tuple[str, float]] = {
    "元": ("yuan", 1),
    "千元": ("yuan", 1e3),
    "万元": ("yuan", 1e4),
    "百万元": ("yuan", 1e6),
    "千万元": ("yuan", 1e7),
    "亿元": ("yuan", 1e8),
    "万亿元": ("yuan", 1e12),
    "人": (PEOPLE, 1),
    "千人": (PEOPLE, 1e3),
    "万人": (PEOPLE, 1e4),
    "百万人": (PEOPLE, 1e6),
    "亿人": (PEOPLE, 1e8),
    "%": (SHARE, 1),
    "percent": (SHARE, 1),
    "percentperyear": (SHARE, 1),
    "pct": (SHARE, 1),
    "百分点": (SHARE, 1),
    "percentagepoints": (SHARE, 1),
    "‰": (SHARE, 0.1),
    "上年=100": ("index", 1),
    "previousyear=100": ("index", 1),
}
_CURRENCIES = {"yuan": "yuan", "rmb": "yuan", "cny": "yuan"}
_CURRENCIES |= {name: name for name in ("eur", "usd", "gbp", "jpy", "chf", "inr")}
_CURRENCIES |= {"euro": "eur", "euros": "eur", "dollars": "usd", "€": "eur", "$": "usd"}
_COUNTED = {"persons", "people", "inhabitants", "residents", "heads"}
_ENGLISH = re.compile(
    r"(?:(?P<digits>1?0[0,]*|1e\d+)?\s*)(?P<scale>thousands?|millions?|billions?|"
    r"trillions?|mn|bn|k)?\s*(?P<what>[a-z€$]+)"
)
_SHORT = {"mn": "million", "bn": "billion", "k": "thousand"}


@dataclass(frozen=True)
class Unit:
    """A unit of measurement: its dimension, and its size in the base unit."""

    dimension: str
    factor: float


def plain(text: str) -> str:
    """Text in NFKC and lower case, without footnote marks, spaces and underscores.

    Examples
    --------
    >>> plain("　地区生产总值（亿元）①"), plain("GDP Growth*")
    ('地区生产总值(亿元)', 'gdpgrowth')
    """
    unmarked = MARKS.sub("", text.strip())
    unmarked = unicodedata.normalize("NFKC", unmarked)
    return re.sub(r"[\s_]+", "", unmarked).lower()


def number(text: str) -> float | None:
    """The number in a cell, without percent sign and footnote mark; None if blank.

    Raises
    ------
    ValueError
        If the text is not a number, or an ambiguous one.

    Examples
    --------
    >>> number("１，２３４.５*"), number("5.2%"), number("…")
    (1234.5, 5.2, None)
    """
    digits = MARKS.sub("", text.strip())
    digits = unicodedata.normalize("NFKC", digits).strip().replace("−", "-")
    digits = digits.replace("、", ",").replace("\N{NO-BREAK SPACE}", " ")
    if digits.lower() in BLANK:
        return None
    digits = digits.removesuffix("%").strip()
    if re.fullmatch(r"[+-]?\d{1,3}( \d{3})+(\.\d*)?", digits):
        digits = digits.replace(" ", "")
    if re.fullmatch(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+", digits):
        return float(digits)
    if not _NUMBER.fullmatch(digits):
        raise ValueError(f"{text!r} is no number")
    return float(digits.replace(",", ""))


def is_percent(text: str) -> bool:
    """Whether the text contains a percent sign."""
    return "%" in unicodedata.normalize("NFKC", text)


def year(text: str) -> int | None:
    """The year in a cell that contains nothing else, or None.

    Examples
    --------
    >>> year("２０１９年"), year("2019.0"), year("12019")
    (2019, 2019, None)
    """
    match = _YEAR.fullmatch(plain(text))
    return int(match[1]) if match else None


def split_year(text: str) -> tuple[str, int | None]:
    """A plain header without its year, and the year (None unless exactly one).

    Examples
    --------
    >>> split_year("2019年地区生产总值(亿元)"), split_year("GDP")
    (('地区生产总值(亿元)', 2019), ('gdp', None))
    """
    phrase = plain(text)
    years = _YEAR_IN.findall(phrase)
    if len(set(years)) != 1:
        return phrase, None
    return _YEAR_IN.sub("", phrase), int(years[0])


def split_unit(text: str) -> tuple[str, str]:
    """A plain header without its unit, and the text of the unit (may be empty).

    Examples
    --------
    >>> split_unit("地区生产总值(亿元)"), split_unit("gdp,millioneur")
    (('地区生产总值', '亿元'), ('gdp', 'millioneur'))
    """
    for bracket in re.finditer(r"[(\[【]([^()\[\]【】]*)[)\]】]", text):
        if unit(bracket[1]) is not None:
            return text.replace(bracket[0], "").strip(",:/"), bracket[1]
    head, comma, tail = text.replace("/", ",").rpartition(",")
    if comma and head and unit(tail) is not None:
        return head, tail
    if text.endswith("%") and len(text) > 1:
        return text[:-1], "%"
    return text, ""


def unit(text: str) -> Unit | None:
    """The unit that a text of a table or of project.yaml names; None if unknown.

    Examples
    --------
    >>> unit("million EUR"), unit("furlongs")
    (Unit(dimension='eur', factor=1000000.0), None)
    """
    compact = plain(text).removeprefix("单位:").removeprefix("unit:").strip(":")
    if compact in UNITS:
        return Unit(*UNITS[compact])
    spaced = unicodedata.normalize("NFKC", text).strip().lower()
    for form in (spaced, compact):
        match = _ENGLISH.fullmatch(form)
        if match:
            break
        reverse = re.fullmatch(
            r"([a-z€$]+)[\s,]*(thousand|million|billion|mn|bn)", form
        )
        match = _ENGLISH.fullmatch(f"{reverse[2]} {reverse[1]}") if reverse else None
        if match:
            break
    if not match:
        return None
    digits = (match["digits"] or "1").replace(",", "")
    scale = (match["scale"] or "").removesuffix("s")
    factor = float(digits) * _SCALES[_SHORT.get(scale, scale)]
    what = match["what"]
    if what in _COUNTED:
        return Unit(PEOPLE, factor)
    return Unit(_CURRENCIES[what], factor) if what in _CURRENCIES else None
