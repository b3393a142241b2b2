"""Vocabulary of table headers and titles: phrases that name an indicator and its unit.

Only whole phrases match: "GDP of the tertiary sector" is not GDP. An unknown phrase is
left to the user, with the nearest known one as a hint.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from cszt_models.project.schema import Indicator
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
)
from cszt_models.yearbooks.cell_text import plain
from cszt_models.yearbooks.roles import EMPTY_LEVELS, WORDS, words_of
from cszt_models.yearbooks.units import SHARE, split_unit, unit
from cszt_models.yearbooks.years import split_year, without_range

PERCENT = "percent"
ANY_INDEX = "index"  # unit implied by the word index: its base is not known
_COMPARABLE = re.compile(
    r"(?:按|以)?(?:可比|不变)价格?(?:计算)?|(?<=\()(?:real|volume)(?=\))"
)
# Levels of a stacked header in which the lower one names a part of the upper one.
_PART_OF = {
    GDP: {GROWTH, *SECTORS, *SECTOR_SHARES},
    POPULATION: {URBAN_POPULATION, URBANIZATION},
}
_PART_OF |= {URBAN_POPULATION: {URBANIZATION}}
# What a level is called when its unit is percent.
_RATES = {URBAN_POPULATION: URBANIZATION, "rd_expenditure": "rd_intensity"}
# Rates among the other indicators of words.yaml.
_PERCENT_ALONE = (URBANIZATION, "rd_intensity", "gdp_nominal_growth")
# Codes of SDMX for GDP; their unit says whether it is a level or growth.
_GDP_CODES = {"b1gq", "b1_gq", "b1gs13"}
_VOLUME_GROWTH = {"clvpchpre", "clvpchsm", "pchpre"}


# How the labels of a project are written otherwise.
_ABOVE_SCALE = ("规模以上", "规上", "规模")
_ENGLISH = re.compile(r"growthof(?P<stem>.+)|(?P<head>.+?)growth(?:rate)?")
_CHINESE = re.compile(
    rf"(?P<stem>.+?)(?:{'|'.join(sorted(words_of('growing'), key=len, reverse=True))})"
)
_ADDED = "增加值"


@dataclass(frozen=True)
class Heading:
    """Indicator of a column or row, and the unit of its figures.

    Attributes
    ----------
    unit
        As written; empty if it differs by row or is not given, ``?`` if it must be
        asked for.
    read
        The unit as it was found in the table; None if the user wrote the entry.
    """

    indicator: str
    unit: str
    read: str | None = None


@dataclass(frozen=True)
class Phrase:
    """What a header says: indicator, stated unit and the unit that its words imply."""

    indicator: str
    stated: str = ""
    implied: str = ""


def _known() -> dict[str, tuple[str, str]]:
    """Indicator and implied unit (may be empty) by plain phrase."""
    phrases: dict[str, tuple[str, str]] = {}
    for base in words_of("gdp"):
        phrases |= {base + tail: (GDP, "") for tail in ("", *words_of("levels"))}
        phrases |= {base + tail: (GROWTH, PERCENT) for tail in words_of("growing")}
        phrases |= {base + tail: (GROWTH, ANY_INDEX) for tail in words_of("index")}
    phrases |= dict.fromkeys(words_of("growth"), (GROWTH, PERCENT))
    for word, (added, share) in _BARE_SECTORS.items():
        phrases |= {word + tail: (added, "") for tail in words_of("added")}
        phrases |= {word + tail: (share, PERCENT) for tail in words_of("shares")}
    for indicator, names in WORDS["rates"].items():
        rates = {name + tail for name in names.split() for tail in words_of("growing")}
        phrases |= dict.fromkeys(rates, (indicator, PERCENT))
    for indicator, synonyms in WORDS["indicators"].items():
        implied = PERCENT if indicator in _PERCENT_ALONE else ""
        phrases |= dict.fromkeys(synonyms.split(), (indicator, implied))
    return phrases


# A sector alone is value added in money, and its share in percent.
_BARE_SECTORS = {
    word: (added, share)
    for added, share in zip(SECTORS, SECTOR_SHARES, strict=True)
    for word in WORDS["sectors"][added].split()
}
PHRASES: Mapping[str, tuple[str, str]] = _known()
NO_NAMES: Mapping[str, tuple[str, str]] = {}
GROWTH_ALONE = set(words_of("growing"))


def header_phrase(text: str) -> tuple[str, int | None]:
    """Plain phrase of a header cell and its year; a unit after _ goes in brackets.

    Examples
    --------
    >>> header_phrase("GDP_million_EUR"), header_phrase("2019年")
    (('gdp(millioneur)', None), ('', 2019))
    """
    parts = re.split(r"_+|\s+[-–—]\s+", text.strip())
    for n in range(1, len(parts)):
        tail = " ".join(parts[n:])
        scale = re.split(r"[\s/,(]", parts[n - 1])[-1]
        whole = unit(f"{scale} {tail}") is None  # else the unit begins before
        if whole and unit(tail) is not None and not tail.strip().isdigit():
            head, year = split_year("_".join(parts[:n]))
            return f"{head}({plain(tail)})", year
    phrase, year = split_year(text)
    bare = phrase.strip("()")
    if unit(bare) is not None and not bare.isdigit():
        phrase = f"({bare})"
    return phrase, year


def key_of(texts: Iterable[str]) -> tuple[str, int | None]:
    """Plain phrase of stacked header cells, and the year they name.

    Examples
    --------
    >>> key_of(["地区生产总值（亿元）", "2019年"])
    ('地区生产总值(亿元)', 2019)
    """
    phrases, years = [], set()
    for text in texts:
        phrase, year = header_phrase(text)
        if year is not None:
            years.add(year)
        if phrase and phrase not in phrases:
            phrases.append(phrase)
    return "".join(phrases), years.pop() if len(years) == 1 else None


def phrase_of(
    levels: str | Sequence[str], names: Mapping[str, tuple[str, str]] = NO_NAMES
) -> Phrase | None:
    """Indicator and unit that a header names, or None.

    Parameters
    ----------
    levels : str or sequence of str
        Plain phrases of the cells of a header, from the top.
    names : mapping, optional
        Indicator and implied unit by phrase; they come before the known phrases.

    Examples
    --------
    >>> phrase_of("地区生产总值(亿元)")
    Phrase(indicator='gdp_nominal', stated='亿元', implied='')
    >>> phrase_of(["地区生产总值(亿元)", "第三产业"]).indicator
    'va_tertiary'
    >>> phrase_of("财政收入(亿元)")
    """
    levels = [levels] if isinstance(levels, str) else list(levels)
    if len(levels) == 1 and (whole := _single(levels[0], names)):
        return whole
    split = [split_unit(level) for level in levels]
    words = [(w, u) for w, u in split if w not in EMPTY_LEVELS]
    units = [u for _, u in split if u]
    unique = list(dict.fromkeys(w for w, _ in words if w.strip("()")))
    joined = _single("".join(unique), names)
    if joined is None:
        joined = _lowest([_single(word, names, units) for word in unique])
    if joined is None:
        return None
    fitting = [u for u in units if not joined.implied or is_rate(u)]
    return Phrase(
        joined.indicator, joined.stated or (fitting or [""])[-1], joined.implied
    )


def is_rate(text: str) -> bool:
    """Whether a unit is that of a share or of an index."""
    measured = unit(text)
    return measured is not None and measured.dimension in (SHARE, "index")


def _lowest(levels: Sequence[Phrase | None]) -> Phrase | None:
    """The last level, if each is known and names a part of the one above."""
    phrases = [phrase for phrase in levels if phrase is not None]
    if not phrases or len(phrases) < len(levels):
        return None
    for upper, lower in pairwise(phrases):
        same = upper.indicator == lower.indicator
        if not same and lower.indicator not in _PART_OF.get(upper.indicator, ()):
            return None
    return phrases[-1]


def _single(
    key: str, names: Mapping[str, tuple[str, str]], units: Sequence[str] = ()
) -> Phrase | None:
    """What one plain phrase says."""
    comparable = re.sub(r"(?<=\()[,;]|[,;](?=\))", "", _COMPARABLE.sub("", key))
    comparable = comparable.replace("()", "").strip(",")
    candidates = [(key, ""), split_unit(key), split_unit(comparable)]
    candidates += [
        (key[:n], key[n:]) for n in range(2, len(key)) if _ends_in_unit(key, n)
    ]
    for phrase, stated in candidates:
        phrase = phrase.strip(",:")
        if phrase in _BARE_SECTORS and (stated or units):
            added, share = _BARE_SECTORS[phrase]
            rate = is_rate(stated or units[-1])
            return Phrase(share if rate else added, stated, PERCENT if rate else "")
        match = names.get(phrase) or PHRASES.get(phrase)
        if match and not (match[0] == GDP and phrase != key and comparable != key):
            if match[0] in _RATES and stated and is_rate(stated):
                return Phrase(_RATES[match[0]], stated, PERCENT)
            return Phrase(match[0], stated, match[1])
    odd = re.fullmatch(r"([^()]+)\(([^()]+)\)", key)  # unknown unit
    match = names.get(odd[1]) or PHRASES.get(odd[1]) if odd else None
    return (
        Phrase(match[0], odd[2], match[1])
        if odd and match and match[0] != GDP
        else None
    )


def _ends_in_unit(key: str, start: int) -> bool:
    return unit(key[start:]) is not None and not key[start:].isdigit()


def code_phrase(code: str, unit_code: str) -> Phrase | None:
    """Indicator of a code of SDMX for GDP and its unit, or None.

    Examples
    --------
    >>> code_phrase("B1GQ", "CLV_PCH_PRE").indicator
    'gdp_real_growth'
    """
    if plain(code) not in _GDP_CODES:
        return None
    if plain(unit_code) in _VOLUME_GROWTH:
        return Phrase(GROWTH, PERCENT, PERCENT)
    measured = unit(unit_code)
    if measured is None or measured.dimension in (SHARE, "index"):
        return None
    return Phrase(GDP)


def without_number(text: str) -> str:
    """A title without its number, like 3-2 or 表2."""
    return re.sub(
        r"^\s*(?:续?表|table)?\s*\d+(?:[-.]\d+)*[:.、]?\s+", "", text, flags=re.I
    )


def title_phrase(text: str) -> str:
    """Plain phrase of a title, without number, places, years and words like table.

    Examples
    --------
    >>> title_phrase("3-2  年末常住人口"), title_phrase("表2 各市GDP（2015-2020年）")
    ('年末常住人口', 'gdp')
    """
    text = re.sub(r"^(?:指标|指标名称|indicator)\s*[:：]", "", text.strip(), flags=re.I)
    phrase = without_range(split_year(without_number(text))[0])
    phrase = re.sub(r"(?:计量)?(?:单位|unit):.*$", "", phrase).rstrip("(")
    phrase = re.sub(
        r"^[(\[]?(?:续?表|table)?\s*\d*(?:[-.]\d+)*[:.、)\]]?(?=\D)", "", phrase
    )
    phrase = re.sub(
        r"^.*?[各分](?:设区市|市\(州\)|市州|市县|县市区|县区|区县|地区|省|市|县|区)",
        "",
        phrase,
    )
    phrase = re.sub(r"\((?:续|续表|continued)\)", "", phrase)
    phrase = re.sub(r"(?:情况|统计表|一览表|统计|表)$", "", phrase)
    return re.sub(r"(?:byregion|bycity|byprovince|byprefecture)$", "", phrase).strip(
        ",:-"
    )


def nearest(key: str) -> str:
    """A hint with the nearest known phrase, or an empty text."""
    if key in _BARE_SECTORS:
        return "value added or a share? its unit is missing"
    near = get_close_matches(split_unit(key)[0], PHRASES, n=1)
    return f"nearest known: {near[0]}" if near else ""


def label_phrases(
    indicators: Mapping[str, Indicator],
) -> dict[str, tuple[str, str]]:
    """Indicator and implied unit by plain id, label and variant of a label.

    A label of two indicators names neither; a variant gives way to ids, labels and the
    words of tables.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> names = label_phrases(load_project().indicators)
    >>> names["第一产业增加值增长"][0], names["foreigntradegrowth"][0]
    ('va_primary_real_growth', 'trade_growth')
    """
    labels: dict[str, set[str]] = {}
    variants: dict[str, set[str]] = {}
    for indicator in indicators.values():
        for language in ("en", "zh"):
            label = plain(indicator.label.in_language(language))
            labels.setdefault(label, set()).add(indicator.id)
            for variant in _variants(label, indicator):
                variants.setdefault(variant, set()).add(indicator.id)
    names = {
        phrase: (min(ids), _implied(indicators[min(ids)]))
        for phrase, ids in labels.items()
        if len(ids) == 1
    }
    for name in indicators:
        names |= dict.fromkeys((plain(name), key_of([name])[0]), (name, ""))
    return {
        phrase: (min(ids), _implied(indicators[min(ids)]))
        for phrase, ids in variants.items()
        if len(ids) == 1 and phrase not in PHRASES and phrase not in labels
    } | names


def _implied(indicator: Indicator) -> str:
    """Unit that the words of a label imply: percent of a rate."""
    return PERCENT if is_rate(indicator.unit) else ""


def _variants(label: str, indicator: Indicator) -> Iterator[str]:
    """Usual ways of writing a label, besides itself."""
    stems = {label}
    tails: tuple[str, ...] = ("",)
    if indicator.kind == "growth":
        named = _ENGLISH.fullmatch(label) or _CHINESE.fullmatch(label)
        if named is None:
            return
        stem = next(text for text in named.groups() if text)
        stems, tails = {stem, _other_value_added(stem)}, words_of("growing")
        yield from (f"growth{word}{stem}" for word in ("of", "in", "rateof"))
    for stem in stems:
        for name in _scales(stem):
            yield from (name + tail for tail in tails)


def _other_value_added(stem: str) -> str:
    """第一产业 for 第一产业增加值 and the other way round."""
    if stem.endswith(_ADDED):
        return stem.removesuffix(_ADDED)
    return stem + _ADDED if stem.endswith("产业") else stem


def _scales(text: str) -> set[str]:
    """A text with each word for firms above a scale."""
    used = next((word for word in _ABOVE_SCALE if word in text), None)
    return {text.replace(used, word) for word in _ABOVE_SCALE} if used else {text}
