"""Names of releases within the year, in English and in Chinese."""

from cszt_models.project.periods import Release, Span, base_of, release_of
from cszt_models.project.project import Project

_NAMED = {
    (1, 3): ("first-quarter", "一季度"),
    (4, 6): ("second-quarter", "二季度"),
    (7, 9): ("third-quarter", "三季度"),
    (10, 12): ("fourth-quarter", "四季度"),
    (1, 6): ("first-half", "上半年"),
    (7, 12): ("second-half", "下半年"),
    (1, 9): ("January–September", "前三季度"),
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def span_name(span: Span, language: str = "en") -> str:
    """A part of a year in words that stand before a noun.

    Examples
    --------
    >>> span_name(Span(1, 9)), span_name(Span(1, 10)), span_name(Span(1, 10), "zh")
    ('January–September', 'January–October', '1—10月')
    """
    if span in _NAMED:
        return _NAMED[span][language == "zh"]
    if language == "zh":
        first = f"{span.first}月"
        return first if span.first == span.last else f"{span.first}—{span.last}月"
    first = _MONTHS[span.first - 1]
    return first if span.first == span.last else f"{first}–{_MONTHS[span.last - 1]}"


def span_short(span: Span, language: str = "en") -> str:
    """A part of a year as short as a mark in a chart.

    Examples
    --------
    >>> span_short(Span(1, 9)), span_short(Span(1, 9), "zh")
    ('Q1–Q3', '前三季度')
    """
    if language == "zh":
        return span_name(span, language)
    return span.code.replace("-", "–")


def span_phrase(span: Span, language: str = "en") -> str:
    """A part of a year in words that stand by themselves.

    Examples
    --------
    >>> span_phrase(Span(4, 6)), span_phrase(Span(1, 9))
    ('the second quarter', 'January–September')
    """
    name = span_name(span, language)
    named = language != "zh" and "-" in name
    return f"the {name.replace('-', ' ')}" if named else name


def release_name(series: str, project: Project, language: str = "en") -> str:
    """What a series of releases is about: the part of the year, and the indicator.

    Parameters
    ----------
    series
        Like ``gdp_real_growth@Q1``.
    project
        With names of indicators.
    language
        ``"en"`` or ``"zh"``.
    """
    release = release_of(series) or Release(series)
    name = project.indicators[release.indicator].label.in_language(language)
    if release.estimate:
        return f"{name}预计数" if language == "zh" else f"estimated {name}"
    span, sequential = release.part
    if span.whole:
        return name
    part = span_name(span, language)
    if language == "zh":
        return f"{part}{'环比' if sequential else ''}{name}"
    base = f" on {span_phrase(base_of(span))}" if sequential else ""
    return f"{part} {name}{base}"
