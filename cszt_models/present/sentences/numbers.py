"""Formats of probabilities, numbers and units, in en and zh."""

import re

from cszt_models.present.texts.sentences import CURRENCY_ZH, UNIT

# Units for which English has larger ones, largest first: how many of ours each is.
ENGLISH_UNITS = {
    "1e8 yuan": ((1e4, "¥ trillion"), (10.0, "¥ billion")),
    "1e4 persons": ((100.0, "million"),),
}
_MILLIONS = re.compile(r"million (\S.*)")
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
    >>> number(-1.157, "percent")
    '−1.16'
    """
    return "–" if value is None else minus(_digits(value, unit))


def _digits(value: float, unit: str) -> str:
    if unit.startswith("percent"):
        if value == round(value):
            return f"{value:g}"
        return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
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

    Parameters
    ----------
    value
        In the unit; None if not known.
    unit_name
        As a project writes it.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> amount(22878.5, "1e8 yuan", "en"), amount(22878.5, "1e8 yuan", "zh")
    ('¥2.288 trillion', '22,878.5亿元')
    >>> amount(5411630.0, "million USD", "en"), amount(5411630.0, "million USD", "zh")
    ('5.412 trillion USD', '54,116.3亿美元')
    """
    if value is not None and larger_units(unit_name, language):
        return _in_larger(value, unit_name, language)
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


def larger_units(name: str, language: str) -> tuple[tuple[float, str], ...]:
    """Units in which readers read values of a project's unit, the largest first.

    Each with how many of the project's it is; none where values stand as they are.

    Examples
    --------
    >>> larger_units("million EUR", "en")
    ((1000000.0, 'trillion EUR'), (1000.0, 'billion EUR'), (1.0, 'million EUR'))
    >>> larger_units("million EUR", "zh"), larger_units("percent", "en")
    (((100.0, '亿欧元'), (1.0, '百万欧元')), ())
    """
    if language == "en" and name in ENGLISH_UNITS:
        return ENGLISH_UNITS[name]
    millions = _MILLIONS.fullmatch(name)
    if millions is None:
        return ()
    things = millions[1]
    if language == "en":
        return tuple((size / 1e6, f"{word} {things}") for size, word in _SIZES)
    currency = CURRENCY_ZH.get(things.upper(), "")
    return ((100.0, f"亿{currency}"), (1.0, f"百万{currency}")) if currency else ()


def _in_larger(value: float, unit_name: str, language: str) -> str:
    """A value in the largest unit of the reader's that it fills."""
    size, name = scale(value, unit_name, language)
    if size == 1.0 or language == "zh":
        space = " " if language == "en" else ""
        return f"{number(value / size, unit_name)}{space}{name}"
    currency = "¥" if name.startswith("¥") else ""
    return minus(f"{currency}{value / size:,.4g} {name.removeprefix('¥ ')}")


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
    if size == 1.0 or language == "zh":
        low, high = (number(value / size, unit_name) for value in ends)
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
    return minus(f"{value:#,.4g}".removesuffix("."))


def scale(value: float, unit_name: str, language: str) -> tuple[float, str]:
    """How many of a unit one of the reader's unit is, and what that is called.

    In English yuan and persons in millions and more, after the size of a value.

    Parameters
    ----------
    value
        In the unit.
    unit_name
        As a project writes it.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> scale(4689.6, "1e8 yuan", "en"), scale(15737.8, "1e8 yuan", "en")
    ((10.0, '¥ billion'), (10000.0, '¥ trillion'))
    >>> scale(4689.6, "1e8 yuan", "zh"), scale(81.2, "percent", "en")
    ((1.0, '亿元'), (1.0, '%'))
    """
    if sizes := larger_units(unit_name, language):
        return next((size for size in sizes if abs(value) >= size[0]), sizes[-1])
    return 1.0, unit(unit_name, language)


def _in_millions(value: float, unit_name: str) -> str:
    """A value in a unit of ten thousand things or more, by the words of English."""
    scale = unit_name.split()[0]
    things = value * float(scale)
    name = unit(f"1e8 {unit_name.removeprefix(scale).strip()}", "en")
    name = name.removeprefix("100 million ").removeprefix("1e8 ")
    for size, word in _SIZES:
        if abs(things) >= size:
            return minus(f"{things / size:,.4g}") + f" {word} {name}"
    return minus(f"{things:,.0f}") + f" {name}"


def as_published(value: float, unit_name: str, language: str) -> str:
    """A published value with its unit: shares and rates with the digits they came with.

    Parameters
    ----------
    value
        In the unit.
    unit_name
        As a project writes it.
    language
        ``"en"`` or ``"zh"``.

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

    Parameters
    ----------
    text, more
        Before the brackets, and in them.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> aside("79.7", "2025", "en"), aside("79.7", "2025", "zh")
    ('79.7 (2025)', '79.7（2025）')
    """
    return f"{text}（{more}）" if language == "zh" else f"{text} ({more})"


def interval(middle: str, low: str, high: str, language: str) -> str:
    """A median with its interval; a sign before an end parts the ends by a word.

    Parameters
    ----------
    middle, low, high
        Median and ends, as text.
    language
        ``"en"`` or ``"zh"``.

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

    Parameters
    ----------
    label
        Of the heading.
    written
        The unit as readers write it; empty for none.
    language
        ``"en"`` or ``"zh"``.

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


def without_unit(amount: str, same: str) -> str:
    """An amount without its unit, if another one after it has the same unit.

    Examples
    --------
    >>> without_unit("5.26 trillion USD", "5.27 trillion USD")
    '5.26'
    >>> without_unit("990 billion USD", "1 trillion USD")
    '990 billion USD'
    >>> without_unit("9亿元", "10亿元")
    '9'
    """
    unit = amount.lstrip("¥+−0123456789.,")
    ends = bool(unit) and same.lstrip("¥+−0123456789.,") == unit
    return amount.removesuffix(unit).strip() if ends else amount


def short_unit(name: str, language: str) -> str:
    """The unit of what `short` writes."""
    if sizes := larger_units(name, language):
        return sizes[_column_size(sizes)][1]
    written = unit(name, language)
    return "%" if written.startswith("%") else written


def short(value: float, name: str, language: str) -> str:
    """A value without its unit, short enough for a narrow column of a table.

    Parameters
    ----------
    value
        In the unit.
    name
        Of the unit, as a project writes it.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> short(29760.0, "1e8 yuan", "en"), short(29760.0, "1e8 yuan", "zh")
    ('2.98', '29,760')
    >>> short(82.66, "percent", "en"), short(1114.0, "1e4 persons", "en")
    ('82.7', '11.1')
    """
    if sizes := larger_units(name, language):
        value /= sizes[_column_size(sizes)][0]
        if abs(value) < 999.5:
            return minus(f"{value:#.3g}".removesuffix("."))
    if name.startswith("percent"):
        return minus(f"{value:.1f}")
    return minus(f"{value:,.0f}") if abs(value) >= 1000 else number(value, name)


def _column_size(sizes: tuple[tuple[float, str], ...]) -> int:
    """Place of the unit of a column: the second largest where three are usual."""
    return max(len(sizes) - 2, 0)


def after(label: str, value: str) -> str:
    """A Chinese amount to stand after a label that may already say 年均."""
    return value.removeprefix("年均") if "年均" in label else value
