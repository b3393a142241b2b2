"""Cells: numbers, years and units as they are written in statistical tables.

What can be read in two ways is refused rather than guessed.
"""

import re
import unicodedata
from dataclasses import dataclass

BLANK = {"", "-", "--", "—", "——", "–", "…", "……", "...", "..", ".", "/", "na", "n/a"}
BLANK |= {"nan", "null", "none", "无", "缺", "空缺", "暂无", "x", "#n/a"}
# Marks of footnotes; taken away before full-width forms are made plain, which would
# make digits of circled and raised ones.
MARKS = re.compile(
    r"[①-⑳⑴-⒇❶-❿*†‡§¹²³⁰⁴-⁹ᵃ-ᶻ]+|(?<=.)[\[(（【](?:注|note )?\s*\d{1,2}[\])）】]$"
)
_YEAR = re.compile(r"(?:fy)?\s*((?:19|20)\d\d)(?:\.0+)?\s*(?:年|年度|年末|e|p)?", re.I)
_YEAR_IN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年末|年度|年)?(?!\d)")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+")

# Unit: dimension and factor to its base. The dimension of money is its currency.
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
    """What is measured, and how many of its base one of the unit is."""

    dimension: str
    factor: float


def plain(text: str) -> str:
    """Text without footnote marks and spaces, full-width forms made plain, lower case.

    Examples
    --------
    >>> plain("　地区生产总值（亿元）①"), plain("GDP Growth*")
    ('地区生产总值(亿元)', 'gdpgrowth')
    """
    told = MARKS.sub("", text.strip())
    told = unicodedata.normalize("NFKC", told)
    return re.sub(r"[\s_]+", "", told).lower()


def number(text: str) -> float | None:
    """A number in a cell, without a percent sign or mark; None of a blank one.

    Raises
    ------
    ValueError
        If it is no number, or one that can be read in two ways.

    Examples
    --------
    >>> number("１，２３４.５*"), number("5.2%"), number("…")
    (1234.5, 5.2, None)
    """
    told = MARKS.sub("", text.strip())
    told = unicodedata.normalize("NFKC", told).strip().replace("−", "-")
    told = told.replace("、", ",").replace("\N{NO-BREAK SPACE}", " ")
    if told.lower() in BLANK:
        return None
    told = told.removesuffix("%").strip()
    if re.fullmatch(r"[+-]?\d{1,3}( \d{3})+(\.\d*)?", told):
        told = told.replace(" ", "")
    if re.fullmatch(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+", told):
        return float(told)
    if not _NUMBER.fullmatch(told):
        raise ValueError(f"{text!r} is no number")
    return float(told.replace(",", ""))


def is_percent(text: str) -> bool:
    """Whether a cell carries a percent sign of its own."""
    return "%" in unicodedata.normalize("NFKC", text)


def year(text: str) -> int | None:
    """The year that a cell is, or None if it is anything else.

    Examples
    --------
    >>> year("２０１９年"), year("2019.0"), year("12019")
    (2019, 2019, None)
    """
    found = _YEAR.fullmatch(plain(text))
    return int(found[1]) if found else None


def split_year(text: str) -> tuple[str, int | None]:
    """A header without the year in it, and the year.

    Examples
    --------
    >>> split_year("2019年地区生产总值(亿元)"), split_year("GDP")
    (('地区生产总值(亿元)', 2019), ('gdp', None))
    """
    told = plain(text)
    found = _YEAR_IN.findall(told)
    if len(set(found)) != 1:
        return told, None
    return _YEAR_IN.sub("", told), int(found[0])


def split_unit(text: str) -> tuple[str, str]:
    """A plain header without the unit in it, and the unit's text, which may be empty.

    Examples
    --------
    >>> split_unit("地区生产总值(亿元)"), split_unit("gdp,millioneur")
    (('地区生产总值', '亿元'), ('gdp', 'millioneur'))
    """
    for found in re.finditer(r"[(\[【]([^()\[\]【】]*)[)\]】]", text):
        if unit(found[1]) is not None:
            return text.replace(found[0], "").strip(",:/"), found[1]
    head, comma, tail = text.replace("/", ",").rpartition(",")
    if comma and head and unit(tail) is not None:
        return head, tail
    if text.endswith("%") and len(text) > 1:
        return text[:-1], "%"
    return text, ""


def unit(text: str) -> Unit | None:
    """A unit as it is written in a table or in project.yaml, or None if not known.

    Examples
    --------
    >>> unit("million EUR"), unit("furlongs")
    (Unit(dimension='eur', factor=1000000.0), None)
    """
    told = plain(text).removeprefix("单位:").removeprefix("unit:").strip(":")
    if told in UNITS:
        return Unit(*UNITS[told])
    spaced = unicodedata.normalize("NFKC", text).strip().lower()
    for form in (spaced, told):
        found = _ENGLISH.fullmatch(form)
        if found:
            break
        reverse = re.fullmatch(
            r"([a-z€$]+)[\s,]*(thousand|million|billion|mn|bn)", form
        )
        found = _ENGLISH.fullmatch(f"{reverse[2]} {reverse[1]}") if reverse else None
        if found:
            break
    if not found:
        return None
    digits = (found["digits"] or "1").replace(",", "")
    scale = (found["scale"] or "").removesuffix("s")
    factor = float(digits) * _SCALES[_SHORT.get(scale, scale)]
    what = found["what"]
    if what in _COUNTED:
        return Unit(PEOPLE, factor)
    return Unit(_CURRENCIES[what], factor) if what in _CURRENCIES else None
