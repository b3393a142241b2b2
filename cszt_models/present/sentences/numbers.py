"""Formats of probabilities, numbers and units, in en and zh."""

import re

from cszt_models.present.texts.sentences import UNIT

# Units for which English has larger ones, largest first: how many of ours each is.
ENGLISH_UNITS = {
    "1e8 yuan": ((1e4, "¥ trillion"), (10.0, "¥ billion")),
    "1e4 persons": ((100.0, "million"),),
}
_SCALED = re.compile(r"(1e\d+) \w+")  # units of ten thousand and more
_SIZES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
# Things that are counted, and money of one person: whole numbers from a hundred on.
_WHOLE = {"yuan", "persons", "firms", "piles", "clusters", "areas", "patents", "days"}


def percent(probability: float | None, language: str = "en") -> str:
    """A probability for readers: whole percents, and never 0 or 100 from draws alone.

    Examples
    --------
    >>> percent(0.427), percent(0.0012), percent(0.9991), percent(None)
    ('43 %', 'under 1 %', 'over 99 %', '–')
    >>> percent(0.427, "zh"), percent(0.0012, "zh")
    ('43%', '1%以下')
    """
    zh = language == "zh"
    if probability is None:
        return "–"
    if probability < 0.01:
        return "1%以下" if zh else "under 1 %"
    if probability > 0.99:
        return "99%以上" if zh else "over 99 %"
    return f"{100 * probability:.0f}{'' if zh else ' '}%"


def number(value: float | None, unit: str) -> str:
    """A value with as many digits as its unit deserves, without the unit.

    Examples
    --------
    >>> number(22878.5, "1e8 yuan"), number(79.637, "percent"), number(None, "yuan")
    ('22,878.5', '79.6', '–')
    """
    if value is None:
        return "–"
    if unit.startswith("percent"):
        return (
            f"{value:.2f}"
            if abs(value) < 10 and value != round(value)
            else (f"{value:.1f}" if value != round(value) else f"{value:g}")
        )
    whole = value == round(value) or abs(value) >= 100_000
    if whole or (unit in _WHOLE and abs(value) >= 100):
        return f"{value:,.0f}"
    if unit == "ug/m3":
        return f"{value:.1f}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:,.2f}"


def unit(name: str, language: str) -> str:
    """A unit as readers write it."""
    return UNIT[language].get(name, name)


def amount(value: float | None, unit_name: str, language: str) -> str:
    """A value with its unit; in English yuan and persons in millions and more.

    Examples
    --------
    >>> amount(22878.5, "1e8 yuan", "en"), amount(22878.5, "1e8 yuan", "zh")
    ('¥2.288 trillion', '22,878.5亿元')
    """
    if language == "en" and value is not None and unit_name in ENGLISH_UNITS:
        size, name = scale(value, unit_name, language)
        currency, _, word = name.rpartition(" ")
        return f"{currency}{value / size:,.4g} {word}"
    if language == "en" and value is not None and _SCALED.fullmatch(unit_name):
        return _in_millions(value, unit_name)
    text, written = number(value, unit_name), unit(unit_name, language)
    if language == "zh" and unit_name == "percent per year":
        return f"年均{text}%"
    if written.startswith("%"):
        return f"{text} {written}" if language == "en" else f"{text}{written}"
    if language == "zh":
        return f"{text}{written}"
    return f"{text} {written}".strip()


def amounts(
    middle: float, ends: tuple[float, float], unit_name: str, language: str
) -> tuple[str, str, str]:
    """A value with its unit, and the ends of its interval in that unit without it.

    Parameters
    ----------
    middle, ends
        In `unit_name`.
    unit_name
        As a project writes it.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> amounts(30455.4, (24280.7, 34490.6), "1e8 yuan", "en")
    ('¥3.046 trillion', '2.428', '3.449')
    >>> amounts(30455.4, (24280.7, 34490.6), "1e8 yuan", "zh")
    ('30,455.4亿元', '24,280.7', '34,490.6')
    >>> amounts(1742.9, (1700.9, 1800.6), "1e4 persons", "en")
    ('17.43 million', '17.01', '18.01')
    """
    written = amount(middle, unit_name, language)
    size, _ = scale(middle, unit_name, language)
    if size == 1.0:
        low, high = (number(value, unit_name) for value in ends)
    else:
        low, high = (four_digits(value / size) for value in ends)
    return written, low, high


def four_digits(value: float) -> str:
    """A value in a unit of the reader's with four digits.

    Examples
    --------
    >>> four_digits(17.0), four_digits(2428.07)
    ('17.00', '2,428')
    """
    return f"{value:#,.4g}".removesuffix(".")


def scale(value: float, unit_name: str, language: str) -> tuple[float, str]:
    """How many of a unit one of the reader's unit is, and what that is called.

    In English yuan and persons in millions and more, after the size of a value.

    Examples
    --------
    >>> scale(4689.6, "1e8 yuan", "en"), scale(15737.8, "1e8 yuan", "en")
    ((10.0, '¥ billion'), (10000.0, '¥ trillion'))
    >>> scale(4689.6, "1e8 yuan", "zh"), scale(81.2, "percent", "en")
    ((1.0, '亿元'), (1.0, '%'))
    """
    if language == "en" and unit_name in ENGLISH_UNITS:
        sizes = ENGLISH_UNITS[unit_name]
        return next((size for size in sizes if value >= size[0]), sizes[-1])
    return 1.0, unit(unit_name, language)


def _in_millions(value: float, unit_name: str) -> str:
    """A value in a unit of ten thousand things or more, by the words of English."""
    scale = unit_name.split()[0]
    things = value * float(scale)
    name = unit(f"1e8 {unit_name.removeprefix(scale).strip()}", "en")
    name = name.removeprefix("100 million ").removeprefix("1e8 ")
    for size, word in _SIZES:
        if abs(things) >= size:
            return f"{things / size:,.4g} {word} {name}"
    return f"{things:,.0f} {name}"


def as_published(value: float, unit_name: str, language: str) -> str:
    """A published value with its unit: shares and rates with the digits they came with.

    Examples
    --------
    >>> as_published(4.0, "percent", "en"), as_published(84.51, "percent", "zh")
    ('4.0 %', '84.51%')
    >>> as_published(22878.5, "1e8 yuan", "en")
    '¥2.288 trillion'
    """
    written = amount(value, unit_name, language)
    return written.replace(
        number(value, unit_name), published_number(value, unit_name), 1
    )


def published_number(value: float, unit_name: str) -> str:
    """A published value without its unit, with a true minus.

    Examples
    --------
    >>> published_number(4.8, "percent"), published_number(-0.3, "percent")
    ('4.8', '−0.3')
    """
    if not unit_name.startswith("percent"):
        return minus(number(value, unit_name))
    text = f"{value:.2f}"
    return minus(text[:-1] if text.endswith("0") else text)


def aside(text: str, more: str, language: str) -> str:
    """A text with more of it in the brackets of the language.

    Examples
    --------
    >>> aside("79.7", "2025", "en"), aside("79.7", "2025", "zh")
    ('79.7 (2025)', '79.7（2025）')
    """
    return f"{text}（{more}）" if language == "zh" else f"{text} ({more})"


def interval(middle: str, low: str, high: str, language: str) -> str:
    """A median with its interval; a sign before an end parts the ends by a word.

    Examples
    --------
    >>> interval("2.0", "1.0", "3.0", "en"), interval("2.0", "-1.0", "3.0", "zh")
    ('2.0 (1.0–3.0)', '2.0（−1.0至3.0）')
    """
    signed = any(text.startswith(("-", "\N{MINUS SIGN}")) for text in (low, high))
    word = {"en": " to ", "zh": "至"}[language] if signed else "–"
    return minus(aside(middle, f"{low}{word}{high}", language))


def minus(text: str) -> str:
    """A number's text with a true minus instead of a hyphen."""
    return text.replace("-", "\N{MINUS SIGN}")


def with_unit(label: str, written: str, language: str) -> str:
    """A heading with its unit; in Chinese within brackets that the label may have.

    Examples
    --------
    >>> with_unit("地区生产总值（现价）", "亿元", "zh"), with_unit("人口", "万人", "zh")
    ('地区生产总值（现价，亿元）', '人口（万人）')
    >>> with_unit("resident population", "million", "en")
    'resident population, million'
    """
    if not written:
        return label
    if language == "en":
        return f"{label}, {written}"
    return (
        f"{label[:-1]}，{written}）"
        if label.endswith("）")
        else f"{label}（{written}）"
    )


def short_unit(name: str, language: str) -> str:
    """The unit of what `short` writes."""
    if language == "en" and name in ENGLISH_UNITS:
        return ENGLISH_UNITS[name][0][1]
    written = unit(name, language)
    return "%" if written.startswith("%") else written


def short(value: float, name: str, language: str) -> str:
    """A value without its unit, short enough for a narrow column of a table.

    Examples
    --------
    >>> short(29760.0, "1e8 yuan", "en"), short(29760.0, "1e8 yuan", "zh")
    ('2.98', '29,760')
    >>> short(82.66, "percent", "en"), short(1114.0, "1e4 persons", "en")
    ('82.7', '11.1')
    """
    if language == "en" and name in ENGLISH_UNITS:
        return f"{value / ENGLISH_UNITS[name][0][0]:#.3g}"
    if name.startswith("percent"):
        return f"{value:.1f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else number(value, name)


def after(label: str, value: str) -> str:
    """A Chinese amount to stand after a label that may already say 年均."""
    return value.removeprefix("年均") if "年均" in label else value
