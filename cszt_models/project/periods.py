"""Parts of a year: the months that a figure covers, and series of releases.

A figure of part of a year, or an estimate of a year before its first official figure,
is evidence on the year and never its outcome. It belongs to a series of its own, whose
name is that of the indicator, ``@`` and the part: ``gdp_real_growth@Q1-Q3``.
"""

import re
from typing import NamedTuple

MONTHS = 12
ESTIMATE = "estimate"  # status, and part of a series, of a year before its figures
MARK = "@"
_QUARTERS = {"Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12)}
_NAMED = {**_QUARTERS, "H1": (1, 6), "H2": (7, 12), "Q1-Q3": (1, 9)}
_NAMES = {months: name for name, months in _NAMED.items()}
_SPAN = re.compile(r"M(0[1-9]|1[0-2])(?:-M?(0[1-9]|1[0-2]))?")
_QUARTER_SPAN = re.compile(r"Q([1-4])-Q?([1-4])")


class Span(NamedTuple):
    """First and last month of a part of a year, 1 to 12."""

    first: int
    last: int

    @property
    def whole(self) -> bool:
        """Whether it is the year from January to December."""
        return self == (1, MONTHS)

    @property
    def to_date(self) -> bool:
        """Whether it begins in January."""
        return self.first == 1

    @property
    def share(self) -> float:
        """Share of the year that it covers."""
        return (self.last - self.first + 1) / MONTHS

    @property
    def code(self) -> str:
        """Its short form: Q1, H1, Q1-Q3, M01-10, M05; empty for a year.

        Examples
        --------
        >>> Span(1, 9).code, Span(1, 10).code, Span(5, 5).code, Span(1, 12).code
        ('Q1-Q3', 'M01-10', 'M05', '')
        """
        if self.whole:
            return ""
        if self in _NAMES:
            return _NAMES[self]
        first = f"M{self.first:02d}"
        return first if self.first == self.last else f"{first}-{self.last:02d}"


YEAR_SPAN = Span(1, MONTHS)


def span_of(code: str) -> Span:
    """Months of a part of a year in its short form; all twelve for an empty one.

    Raises
    ------
    ValueError
        If the text is no such part.

    Examples
    --------
    >>> span_of("H1"), span_of("M01-10"), span_of("Q1-3")
    (Span(first=1, last=6), Span(first=1, last=10), Span(first=1, last=9))
    """
    if not code:
        return YEAR_SPAN
    if code in _NAMED:
        return Span(*_NAMED[code])
    quarters, months = _QUARTER_SPAN.fullmatch(code), _SPAN.fullmatch(code)
    first = last = 0
    if quarters:
        first, last = 3 * int(quarters[1]) - 2, 3 * int(quarters[2])
    elif months:
        first, last = int(months[1]), int(months[2] or months[1])
    if not 1 <= first <= last:
        raise ValueError(f"{code!r} is no part of a year")
    return Span(first, last)


def read_period(text: str) -> tuple[int, Span]:
    """Year and months of a period as observations.csv writes it.

    Raises
    ------
    ValueError
        If the text is no period.

    Examples
    --------
    >>> read_period("2026Q1")
    (2026, Span(first=1, last=3))
    >>> read_period("2026M01-09")[1].code
    'Q1-Q3'
    """
    if not re.fullmatch(r"[0-9]{4}.*", text):
        raise ValueError(f"{text!r} does not begin with a year")
    return int(text[:4]), span_of(text[4:])


class Release(NamedTuple):
    """A series of figures that are evidence on a year: what is released, and of when.

    ``estimate`` marks figures of a whole year that came before its official ones.
    """

    indicator: str
    span: Span = YEAR_SPAN
    estimate: bool = False

    @property
    def series(self) -> str:
        """Name of the series; that of the indicator for a year's official figures.

        Examples
        --------
        >>> Release("gdp_real_growth", Span(1, 3)).series
        'gdp_real_growth@Q1'
        """
        part = ESTIMATE if self.estimate else self.span.code
        return f"{self.indicator}{MARK}{part}" if part else self.indicator


def release_of(series: str) -> Release | None:
    """The release that a name of a series stands for; None for figures of years.

    Examples
    --------
    >>> release_of("gdp_real_growth@estimate").estimate, release_of("gdp_real_growth")
    (True, None)
    """
    indicator, mark, part = series.partition(MARK)
    if not mark:
        return None
    if part == ESTIMATE:
        return Release(indicator, estimate=True)
    try:
        return Release(indicator, span_of(part))
    except ValueError:
        return None


def indicator_of(series: str) -> str:
    """The indicator that a series of figures or of releases is about."""
    return series.partition(MARK)[0]
