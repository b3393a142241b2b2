"""Units of measurement as statistical tables and project.yaml write them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cszt_models.yearbooks.cell_text import (
    CACHED_TEXTS,
    plain,
    readings,
    without_powers,
)

# Dimension and factor to the base unit; the dimension of money is its currency.
PEOPLE, SHARE, INDEX = "persons", "percent", "上年=100"
_CHINESE_SCALES = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6}
_CHINESE_SCALES |= {"千万": 7, "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12}
_SCALES = {"": 0, "unit": 0, "one": 0, "hundred": 2, "thousand": 3, "k": 3}
_SCALES |= {"million": 6, "mn": 6, "mio": 6, "m": 6, "billion": 9, "bn": 9, "mrd": 9}
_SCALES |= {"trillion": 12, "tn": 12, "hundredmillion": 8, "tenthousand": 4}
UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("%", "percent", "percentperyear", "pct", "百分点"), (SHARE, 1)),
    **dict.fromkeys(
        (
            "percentagepoints",
            "annual%",
            "百分比",
            "pc",
            "%peryear",
            "percentage",
            "%change",
            "percentchange",
            "%ofgdp",
            "percentofgdp",
            "%oftotal",
            "占比%",
        ),
        (SHARE, 1),
    ),
    **dict.fromkeys(("fraction", "1", "小数", "ratio", "proportion"), (SHARE, 100)),
    "‰": (SHARE, 0.1),
    **dict.fromkeys(("meur", "cpmeur"), ("eur", 1e6)),  # codes of Eurostat
    **dict.fromkeys(("nr", "nr.", "ps"), (PEOPLE, 1)),  # and of OECD
    INDEX: ("index", 1),
}
_CURRENCIES = {"yuan": "yuan", "rmb": "yuan", "cny": "yuan", "renminbi": "yuan"}
_CURRENCIES |= {"人民币": "yuan", "元": "yuan", "元人民币": "yuan"}
_CURRENCIES |= {name: name for name in ("eur", "usd", "gbp", "jpy", "chf", "inr")}
_CURRENCIES |= {"euro": "eur", "euros": "eur", "dollars": "usd", "€": "eur", "$": "usd"}
_CURRENCIES |= {
    "us$": "usd",
    "u.s.dollars": "usd",
    "usdollar": "usd",
    "usdollars": "usd",
    "美元": "usd",
}
_CURRENCIES |= {"欧元": "eur", "日元": "jpy", "英镑": "gbp"}
_COUNTED = {"persons", "people", "inhabitants", "residents", "heads", "person", "人"}
_INDEX = re.compile(
    r"(?:以)?(?:(?:上年|去年|前一年)(?:同期|同月|同季)?|previousyear|precedingyear|lastyear|"
    r"sameperiodof(?:the)?(?:previous|preceding|last)year)(?:=|为|:)100"
)
_ENGLISH = re.compile(
    r"(?P<digits>1[0,]*0|1e\d+)?\s*(?P<scale>hundred\s*million|ten\s*thousand|"
    r"(?:hundred|thousand|million|billion|trillion)s?|mn|mio|mrd|bn|tn|k)?"
    r"(?:\s+of)?\s*(?P<what>us\$|u\.?s\.?\s*dollars?|[a-z€$]+)"
)
_WITH_UNIT = re.compile(r"([+-]?[\d.,' ]*\d)\s*([^\d.,%％\s].*)")
_CHINESE = re.compile(
    r"(?P<digits>1[0,]*0|1e\d+)?(?P<scale>[十百千万亿]{0,2})(?P<what>[^\d十百千万亿]+)"
)


@dataclass(frozen=True)
class Unit:
    """A unit of measurement: its dimension, and its size in the base unit."""

    dimension: str
    factor: float


@lru_cache(CACHED_TEXTS)
def unit(text: str) -> Unit | None:
    """The unit that a text of a table or of project.yaml names; None if unknown.

    Examples
    --------
    >>> unit("million EUR"), unit("furlongs")
    (Unit(dimension='eur', factor=1000000.0), None)
    >>> unit("1e6 元")
    Unit(dimension='yuan', factor=1000000.0)
    """
    text = re.sub(r"[_\s]+", " ", without_powers(text)).strip()
    compact = plain(text).removeprefix("计量").removeprefix("单位:")
    compact = compact.removeprefix("unit:").strip(":")
    if compact in UNITS:
        return Unit(*UNITS[compact])
    if _INDEX.fullmatch(compact):
        return Unit(*UNITS[INDEX])
    spaced = unicodedata.normalize("NFKC", text).strip().lower()
    for form in (spaced, compact, re.sub("^(?:current|in)", "", compact)):
        for pattern in (_ENGLISH, _CHINESE):
            match = pattern.fullmatch(_scale_first(form))
            if match and (counted := _counted(match)):
                return counted
    return None


def _scale_first(form: str) -> str:
    """A form like "EUR million" with its scale in front."""
    swapped = re.fullmatch(
        r"([a-z€$]+|us\$)[\s,]*((?:1[0,]*0)?\s*(?:thousands?|millions?|billions?|mn|bn))",
        form,
    )
    return f"{swapped[2]} {swapped[1]}" if swapped else form


def _counted(match: re.Match[str]) -> Unit | None:
    scale = re.sub(r"\s", "", match["scale"] or "")
    powers = {**_SCALES, **_CHINESE_SCALES}
    power = powers.get(scale.removesuffix("s"), powers.get(scale))
    if power is None:
        return None
    factor = float((match["digits"] or "1").replace(",", "")) * 10.0**power
    what = re.sub(r"\s", "", match["what"])
    if factor <= 0:
        return None
    if what in _COUNTED:
        return Unit(PEOPLE, factor)
    return Unit(_CURRENCIES[what], factor) if what in _CURRENCIES else None


def scaled(text: str, factor: float) -> str:
    """A unit multiplied by a power of ten.

    Examples
    --------
    >>> scaled("Euro", 1e6), scaled("Euro", 1)
    ('1e6 Euro', 'Euro')
    """
    return text if factor == 1 else f"1e{round(len(f'{factor:.0f}') - 1)} {text}"


def scale_factor(text: str, *, exponent: bool) -> float | None:
    """Factor that a cell of a scale column names; None if it can be read in two ways.

    Parameters
    ----------
    text : str
        Like Millions, 6, 1000 or 万.
    exponent : bool
        Whether the column contains powers of ten, as UNIT_MULT of SDMX does.

    Examples
    --------
    >>> scale_factor("Millions", exponent=False), scale_factor("6", exponent=True)
    (1000000.0, 1000000.0)
    >>> scale_factor("1", exponent=False)
    """
    word = plain(text).removesuffix("s")
    powers = {**_SCALES, **_CHINESE_SCALES, "个": 0}
    if word and word in powers:
        return 10.0 ** powers[word]
    if re.fullmatch(r"1e\d+", word):
        return float(word)
    if not re.fullmatch(r"\d+(\.0+)?|1[0,]*0", word):
        return None
    value = float(word.replace(",", ""))
    if exponent:
        return 10.0**value if value <= 15 else None
    if word.replace(",", "").rstrip("0") == "1" and value >= 100:
        return value
    return 10.0**value if value in (0, 3, 6, 9, 12) else None


def is_scale_word(text: str) -> bool:
    """Whether a text is a word for a power of ten, not a number or a letter."""
    word = plain(text)
    spelled = len(word) > 1 or word in "千万亿"
    return (
        bool(word)
        and spelled
        and not word[0].isdigit()
        and (scale_factor(text, exponent=False) is not None)
    )


def loose_scale(text: str) -> float | None:
    """Scale that a line like "Figures in millions" gives, or None.

    Examples
    --------
    >>> loose_scale("Note: all values in millions"), loose_scale("Source: a yearbook")
    (1000000.0, None)
    """
    match = re.search(r"\bin\s+(thousand|million|billion|trillion)s?\b", text, re.I)
    return 10.0 ** _SCALES[match[1].lower()] if match else None


def split_unit(text: str) -> tuple[str, str]:
    """A plain header without its unit, and the text of the unit (may be empty).

    Examples
    --------
    >>> split_unit("地区生产总值(亿元)"), split_unit("gdp,millioneur")
    (('地区生产总值', '亿元'), ('gdp', 'millioneur'))
    """
    for bracket in re.finditer(r"[(\[【]([^()\[\]【】]*)[)\]】]", text):
        for part in (bracket[1], *re.split(r"[,;]", bracket[1])):
            if unit(part) is not None and not part.isdigit():
                rest = bracket[1].replace(part, "").strip(",;")
                inside = f"({rest})" if rest else ""
                return text.replace(bracket[0], inside).strip(",:/"), part
    for separator in (",", "/", ":", "-", "in"):
        head, mark, tail = text.rpartition(separator)
        if mark and head and unit(tail) is not None and not tail.isdigit():
            return head.rstrip(",:/-"), tail
    if text.endswith("%") and len(text) > 1:
        return text[:-1], "%"
    return text, ""


def units_of_line(text: str) -> list[str]:
    """Units that a line above a table states, like 单位：亿元、%.

    Examples
    --------
    >>> units_of_line("单位：亿元、%"), units_of_line("（上年=100）")
    (['亿元', '%'], ['上年=100'])
    """
    folded = unicodedata.normalize("NFKC", without_powers(text))
    match = re.search(
        r"(?:单\s*位|units?|unit of measure)\s*:\s*([^()\n]+)", folded, re.I
    )
    whole = match[1] if match else folded.strip(" ()[]【】")
    for parts in ([whole], re.split(r"[、,;/|]|\s+and\s+|[和及]", whole)):
        stated = [part.strip() for part in parts if part.strip()]
        if stated and all(unit(part) and not part.isdigit() for part in stated):
            return stated
    if match:
        return [p.strip() for p in re.split(r"[、,;/|]", whole) if unit(p)]
    return []


def cell_unit(text: str) -> tuple[str, str]:
    """Text of a number without a unit behind it, and the unit (may be empty).

    Examples
    --------
    >>> cell_unit("246.9万人"), cell_unit("5.2%"), cell_unit("5.2")
    (('246.9', '万人'), ('5.2%', ''), ('5.2', ''))
    """
    match = _WITH_UNIT.fullmatch(text)
    if match and unit(match[2]) is not None and readings(match[1]):
        return match[1], match[2]
    return text, ""
