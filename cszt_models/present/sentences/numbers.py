"""Formats of probabilities, numbers and units, in en and zh."""

from cszt_models.present.texts.sentences import UNIT

# Units in which English tables write large values, and how many of ours each is.
_LARGE = {"1e8 yuan": (1e4, "¥ trillion"), "1e4 persons": (100.0, "million")}


def percent(probability: float | None) -> str:
    """A probability for readers: whole percents, and never 0 or 100 from draws alone.

    Examples
    --------
    >>> percent(0.427), percent(0.0012), percent(0.9991), percent(None)
    ('43 %', 'under 1 %', 'over 99 %', '–')
    """
    if probability is None:
        return "–"
    if probability < 0.01:
        return "under 1 %"
    if probability > 0.99:
        return "over 99 %"
    return f"{100 * probability:.0f} %"


def in_language(text: str, language: str) -> str:
    """A `percent` text in the reader's language."""
    if language == "en":
        return text
    return (
        text.replace("under 1 %", "低于1%")
        .replace("over 99 %", "高于99%")
        .replace(" %", "%")
    )


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
    if value == round(value) or abs(value) >= 100_000:
        return f"{value:,.0f}"
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
    if language == "en" and value is not None and unit_name == "1e4 persons":
        return f"{value / 100:.4g} million"
    if language == "en" and value is not None and unit_name == "1e8 yuan":
        if value >= 1e4:
            return f"¥{value / 1e4:.4g} trillion"
        return f"¥{value / 10:,.4g} billion"
    text, written = number(value, unit_name), unit(unit_name, language)
    if language == "zh" and unit_name == "percent per year":
        return f"年均{text}%"
    if written.startswith("%"):
        return f"{text} {written}" if language == "en" else f"{text}{written}"
    if language == "zh":
        return f"{text}{written}"
    return f"{text} {written}"


def short_unit(name: str, language: str) -> str:
    """The unit of what `short` writes."""
    if language == "en" and name in _LARGE:
        return _LARGE[name][1]
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
    if language == "en" and name in _LARGE:
        return f"{value / _LARGE[name][0]:#.3g}"
    if name.startswith("percent"):
        return f"{value:.1f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else number(value, name)


def after(label: str, value: str) -> str:
    """A Chinese amount to stand after a label that may already say 年均."""
    return value.removeprefix("年均") if "年均" in label else value
