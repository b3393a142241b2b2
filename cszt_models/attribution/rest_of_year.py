r"""Rest of a year: what growth must be in the months to come for the year to reach x.

With w the share of the months to date in GDP of the year before, growth of a year is
the weighted mean of growth to date y and of growth in the rest of it r, so that exactly

.. math:: r = \frac{x - w\, y}{1 - w}

The share comes from the published GDP of the year before and of its months to date;
without them months count alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.models.fits import Fits
from cszt_models.project.observations import latest
from cszt_models.project.periods import MONTHS, Release, Span, release_of
from cszt_models.vocabulary import GDP, GROWTH

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ToDate:
    """Growth of a region from January to a month, and what it weighs in the year.

    ``growth`` is in percent; ``weight`` is the share of these months in GDP of the year
    before, and ``by_levels`` whether published levels say so. ``quarters`` are the
    growth rates of the parts between releases, oldest first, by their months.
    """

    region: str
    year: int
    span: Span
    growth: float
    weight: float
    by_levels: bool
    quarters: tuple[tuple[Span, float], ...]

    @property
    def rest(self) -> Span:
        """Months to come."""
        return Span(self.span.last + 1, MONTHS)


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
    for series in fits.known["indicator"].unique():
        release = release_of(series)
        if release is None or not release.of_year(GROWTH) or release.estimate:
            continue
        rows = latest(fits.known, series, bases)
        rows = rows[rows["year"] == year]
        for region, value in zip(rows["region"], rows["value"], strict=True):
            rates.setdefault(region, {})[release.span] = float(value)
    return tuple(
        _to_date(fits, region, year, rates[region])
        for region in regions
        if any(span.to_date for span in rates.get(region, ()))
    )


def _to_date(fits: Fits, region: str, year: int, rates: dict[Span, float]) -> ToDate:
    span = max((span for span in rates if span.to_date), key=lambda each: each.last)
    weight, by_levels = weight_to_date(fits, region, year, span)
    ends = sorted({s.last for s in rates if s.to_date and s.last <= span.last})
    parts, before = [], 0
    for end in ends:
        part = Span(before + 1, end)
        value = rates[Span(1, end)]
        if before:
            early, _ = weight_to_date(fits, region, year, Span(1, before))
            late, _ = weight_to_date(fits, region, year, Span(1, end))
            value = float(rest_growth(value, rates[Span(1, before)], early / late))
        parts.append((part, value))
        before = end
    return ToDate(region, year, span, rates[span], weight, by_levels, tuple(parts))


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
    part = _level(fits.known, Release(GDP, span).series, region, year - 1, bases)
    if whole and part and part < whole:
        return part / whole, True
    return span.share, False


def _has_gdp(fits: Fits) -> bool:
    return GDP in fits.project.comparability


def _level(
    known: pd.DataFrame, series: str, region: str, year: int, bases: Sequence[str]
) -> float | None:
    rows = latest(known, series, bases)
    rows = rows[(rows["region"] == region) & (rows["year"] == year)]
    return float(rows["value"].iloc[0]) if len(rows) else None
