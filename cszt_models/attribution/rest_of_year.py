r"""Rest of a year: what growth must be in the months to come for the year to reach x.

With w the share of the months to date in GDP of the year before, growth of a year is
the weighted mean of growth to date y and of growth in the rest of it r, so that exactly

.. math:: r = \frac{x - w\, y}{1 - w}

The share comes from the published GDP of the year before and of its months to date, or
from growth of parts of both years on those before them, which gives their levels
without season; without either months count alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize

from cszt_models.models.fits import Fits
from cszt_models.project.observations import latest
from cszt_models.project.periods import MONTHS, Span, release_of
from cszt_models.vocabulary import GDP, GROWTH

Array = NDArray[np.float64]
type Basis = Literal["levels", "linked", "months"]
FASTEST = 1e3  # percent; no part of a year need grow faster on the one before


@dataclass(frozen=True)
class ToDate:
    """Growth of a region from January to a month, and what it weighs in the year.

    ``growth`` is in percent; ``weight`` is the share of these months in GDP of the year
    before, and ``basis`` what says so: published levels, levels linked from growth of
    parts of years on those before them, or nothing but the months. ``quarters`` are the
    growth rates of the parts between releases, oldest first, by their months. Where
    levels are linked, ``last`` is that of the last part, next to the year before.
    """

    region: str
    year: int
    span: Span
    growth: float
    weight: float
    basis: Basis
    quarters: tuple[tuple[Span, float], ...]
    last: float | None = None

    @property
    def rest(self) -> Span:
        """Months to come."""
        return Span(self.span.last + 1, MONTHS)

    @property
    def part_length(self) -> int:
        """Months of the last part between releases."""
        part, _ = self.quarters[-1]
        return part.last + 1 - part.first


def rest_growth(growth: Array | float, to_date: float, weight: float) -> Array:
    """Growth in the rest of a year, in percent, for growth of the year.

    Parameters
    ----------
    growth
        Of the year, percent.
    to_date
        Growth of the months to date, percent.
    weight
        Their share in the year before.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1.

    Examples
    --------
    >>> float(rest_growth(5.0, 4.0, 0.75))
    8.0
    """
    if not 0 <= weight < 1:
        raise ValueError(f"a weight must be in [0, 1); got {weight:g}.")
    return (np.asarray(growth) - weight * to_date) / (1 - weight)


def steady_pace(reach: float, known: ToDate) -> float | None:
    """Growth of each part to come on the one before for a rate of the year, percent.

    Steady, season taken out; None where levels of parts are not known, or where none
    would do.

    Parameters
    ----------
    reach
        Growth of the year, percent.
    known
        Growth to date.

    Examples
    --------
    Two quarters at the level of last year's mean, so that steady growth of the others
    makes them 5 percent larger than two of last year:

    >>> halves = ((Span(1, 3), 0.0), (Span(4, 6), 0.0))
    >>> known = ToDate("a", 2026, Span(1, 6), 0.0, 0.5, "linked", halves, 0.25)
    >>> pace = steady_pace(2.5, known)
    >>> round(pace, 3), round(0.25 * (1 + pace / 100) + 0.25 * (1 + pace / 100) ** 2, 3)
    (3.297, 0.525)
    """
    if known.last is None:
        return None
    parts = np.arange(1, (MONTHS - known.span.last) // known.part_length + 1)
    rest = 1 + reach / 100 - known.weight * (1 + known.growth / 100)
    steps = rest / known.last

    def excess(pace: float) -> float:
        return float(((1 + pace / 100) ** parts).sum() - steps)

    if not excess(-100) < 0 < excess(FASTEST):
        return None
    return float(optimize.brentq(excess, -100, FASTEST, xtol=1e-12))


def growth_to_date(fits: Fits, year: int, regions: Iterable[str]) -> tuple[ToDate, ...]:
    """The longest growth to date of each region that has one; empty if none has any.

    Parameters
    ----------
    fits
        Of one as-of date.
    year
        That is running.
    regions
        Regions and aggregates.
    """
    if GROWTH not in fits.project.comparability:
        return ()
    bases = fits.project.bases_of(GROWTH).judged
    rates: dict[str, dict[Span, float]] = {}
    steps: dict[str, dict[tuple[int, Span], float]] = {}
    for series in fits.known["indicator"].unique():
        release = release_of(series)
        if release is None or release.indicator != GROWTH or release.estimate:
            continue
        rows = latest(fits.known, series, bases)
        for row in rows.itertuples(index=False):
            of, value = int(row.year), float(row.value)
            if release.part.sequential:
                steps.setdefault(row.region, {})[of, release.part.span] = value
            elif of == year:
                rates.setdefault(row.region, {})[release.part.span] = value
    both = (
        (
            _to_date(fits, region, year, rates.get(region, {})),
            _linked(region, year, steps.get(region, {})),
        )
        for region in regions
    )
    longest = (max((x for x in pair if x), key=_end, default=None) for pair in both)
    return tuple(known for known in longest if known)


def _end(known: ToDate) -> int:
    return known.span.last


def _to_date(
    fits: Fits, region: str, year: int, rates: Mapping[Span, float]
) -> ToDate | None:
    """Growth to date as it was released, and on with that of parts that follow it."""
    to_date = {span.last: rate for span, rate in rates.items() if span.to_date}
    by_levels = dict.fromkeys(to_date, True)

    def share_of(before: int, end: int) -> tuple[float, bool]:
        """Share of the months to ``before`` in those to ``end``, and if levels say."""
        if not before:
            return 0.0, True
        early, late = (
            weight_to_date(fits, region, year, Span(1, last)) for last in (before, end)
        )
        alike = not (early[1] and late[1])
        return (before / end if alike else early[0] / late[0]), not alike

    for span in sorted(rates, key=lambda each: each.last):
        before = span.first - 1
        if before in to_date and span.last not in to_date:
            share, levels = share_of(before, span.last)
            to_date[span.last] = share * to_date[before] + (1 - share) * rates[span]
            by_levels[span.last] = levels and by_levels[before]
    if not to_date:
        return None
    parts = [
        (
            Span(before + 1, end),
            float(rest_growth(to_date[end], to_date.get(before, 0.0), share)),
        )
        for before, end in pairwise([0, *sorted(to_date)])
        for share, _ in [share_of(before, end)]
    ]
    last = max(to_date)
    weight, levels = weight_to_date(fits, region, year, Span(1, last))
    basis: Basis = "levels" if levels and by_levels[last] else "months"
    return ToDate(
        region, year, Span(1, last), to_date[last], weight, basis, tuple(parts)
    )


def _linked(
    region: str, year: int, steps: Mapping[tuple[int, Span], float]
) -> ToDate | None:
    """Growth to date from that of parts of two years, each on the one before it."""
    of_length = (_linked_parts(region, year, steps, length) for length in (1, 3, 6))
    return max((known for known in of_length if known), key=_end, default=None)


def _linked_parts(
    region: str, year: int, steps: Mapping[tuple[int, Span], float], length: int
) -> ToDate | None:
    firsts = range(1, MONTHS + 1, length)
    spans = [Span(first, first + length - 1) for first in firsts]
    order = [(of, span) for of in (year - 1, year) for span in spans][1:]
    chain = [1.0]
    for place in order:
        if place not in steps:
            break
        chain.append(chain[-1] * (1 + steps[place] / 100))
    count = len(chain) - len(spans)  # parts of the year that are known
    if not 0 < count < len(spans):
        return None
    levels = np.array(chain) / sum(chain[: len(spans)])
    before, now = levels[:count], levels[len(spans) :]
    growth = 100 * (now / before - 1)
    return ToDate(
        region,
        year,
        Span(1, count * length),
        float(100 * (now.sum() / before.sum() - 1)),
        float(before.sum()),
        "linked",
        tuple(zip(spans[:count], growth.tolist(), strict=True)),
        float(now[-1]),
    )


def weight_to_date(
    fits: Fits, region: str, year: int, span: Span
) -> tuple[float, bool]:
    """Share of the months to date in GDP of the year before, and if levels say so.

    Parameters
    ----------
    fits
        Of one as-of date.
    region
        Region or aggregate.
    year, span
        Months from January on of the year.
    """
    bases = fits.project.bases_of(GDP).usable if _has_gdp(fits) else ()
    whole = _level(fits.known, GDP, region, year - 1, bases)
    part = _level_to_date(fits.known, region, year - 1, span.last, bases)
    if whole and part and part < whole:
        return part / whole, True
    return span.share, False


def _level_to_date(
    known: pd.DataFrame, region: str, year: int, last: int, bases: Sequence[str]
) -> float | None:
    """GDP from January to a month: as published, or the sum of its parts."""
    series_of = {
        release.part.span: series
        for series in known["indicator"].unique()
        for release in [release_of(series)]
        if release and release.of_year(GDP) and not release.estimate
    }
    sums = {0: 0.0}
    for span in sorted(series_of, key=lambda each: (each.last, each.first)):
        level = _level(known, series_of[span], region, year, bases)
        if level is not None and span.first - 1 in sums and span.last not in sums:
            sums[span.last] = sums[span.first - 1] + level
    return sums.get(last)


def _has_gdp(fits: Fits) -> bool:
    return GDP in fits.project.comparability


def _level(
    known: pd.DataFrame, series: str, region: str, year: int, bases: Sequence[str]
) -> float | None:
    rows = latest(known, series, bases)
    rows = rows[(rows["region"] == region) & (rows["year"] == year)]
    return float(rows["value"].iloc[0]) if len(rows) else None
