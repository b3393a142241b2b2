"""Parts of a year: the months that a figure covers, and series of releases.

A figure of part of a year, or an estimate of a year before its first official figure,
is evidence on the year and never its outcome. It belongs to a series of its own, whose
name is that of the indicator, ``@`` and the part: ``gdp_real_growth@Q1-Q3``. A part
that is compared with the months right before it, season taken out, instead of the same
months a year before, says so: ``gdp_real_growth@Q2-on-Q1``.
"""

import re
from datetime import date
from typing import NamedTuple

from cszt_models.project.days import last_day

MONTHS = 12
ESTIMATE = "estimate"  # status, and part of a series, of a year before its figures
MARK = "@"
ON = "-on-"  # between a part of a year and the months right before it
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


def _span(code: str) -> Span:
    """Months of a part of a year in its short form; all twelve for an empty one."""
    if not code:
        return Span(1, MONTHS)
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


def base_of(span: Span) -> Span:
    """As many months right before a part of a year, if need be of the year before.

    Raises
    ------
    ValueError
        If those are months of two years.

    Examples
    --------
    >>> base_of(Span(1, 3)).code, base_of(Span(7, 9)).code
    ('Q4', 'Q2')
    """
    length = span.last + 1 - span.first
    last = (span.first - 2) % MONTHS + 1
    if length > last:
        raise ValueError(f"what is before {span.code!r} is no part of one year")
    return Span(last + 1 - length, last)


class YearPart(NamedTuple):
    """Months of a year; ``sequential`` if their growth is on the months before.

    Other growth is on the same months of the year before.
    """

    span: Span
    sequential: bool = False

    @property
    def code(self) -> str:
        """Its short form: Q1, Q2-on-Q1; empty for a year."""
        base = f"{ON}{base_of(self.span).code}" if self.sequential else ""
        return f"{self.span.code}{base}"

    @property
    def lag(self) -> int:
        """Months from the base of its growth to it."""
        return self.span.last + 1 - self.span.first if self.sequential else MONTHS


WHOLE_YEAR = YearPart(Span(1, MONTHS))


def read_part(code: str) -> YearPart:
    """A part of a year in its short form; the whole year for an empty one.

    Raises
    ------
    ValueError
        If the text is no such part.

    Examples
    --------
    >>> read_part("M01-10").span, read_part("Q1-3").span, read_part("H1").span
    (Span(first=1, last=10), Span(first=1, last=9), Span(first=1, last=6))
    >>> read_part("Q1-on-Q4").sequential, read_part("") == WHOLE_YEAR
    (True, True)
    """
    months, sequential, base = code.partition(ON)
    span = _span(months)
    if sequential and (span.whole or not base or base_of(span) != _span(base)):
        raise ValueError(f"{base!r} is not what is right before {months!r}")
    return YearPart(span, bool(sequential))


class Period(NamedTuple):
    """The year of a figure, and the part of it that the figure is of."""

    year: int
    part: YearPart

    @property
    def end(self) -> date:
        """Its last day.

        Examples
        --------
        >>> Period(2026, YearPart(Span(1, 9))).end
        datetime.date(2026, 9, 30)
        """
        return last_day(f"{self.year}-{self.part.span.last:02d}")


def read_period(text: str) -> Period:
    """Year and part of the year of a period as observations.csv writes it.

    Raises
    ------
    ValueError
        If the text is no period.

    Examples
    --------
    >>> period = read_period("2026Q1-on-Q4")
    >>> period.year, period.part.span, period.part.sequential
    (2026, Span(first=1, last=3), True)
    """
    if not re.fullmatch(r"[0-9]{4}.*", text):
        raise ValueError(f"{text!r} does not begin with a year")
    return Period(int(text[:4]), read_part(text[4:]))


class Release(NamedTuple):
    """A series of figures that are evidence on a year: what is released, and of when.

    ``estimate`` marks figures of a whole year that came before its official ones.
    """

    indicator: str
    part: YearPart = WHOLE_YEAR
    estimate: bool = False

    def of_year(self, indicator: str) -> bool:
        """Whether it is of an indicator, and on the year before as its years are."""
        return self.indicator == indicator and not self.part.sequential

    @property
    def series(self) -> str:
        """Name of the series; that of the indicator for a year's official figures.

        Examples
        --------
        >>> Release("gdp_real_growth", YearPart(Span(1, 3))).series
        'gdp_real_growth@Q1'
        >>> Release("gdp_real_growth", YearPart(Span(1, 3), sequential=True)).series
        'gdp_real_growth@Q1-on-Q4'
        """
        part = ESTIMATE if self.estimate else self.part.code
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
        return Release(indicator, read_part(part))
    except ValueError:
        return None


def indicator_of(series: str) -> str:
    """The indicator that a series of figures or of releases is about."""
    return series.partition(MARK)[0]
