r"""Sizes of the paths within years, of each region and year, relative to those of all.

Steps and shocks of a region in the months of a year have the size :math:`s_i\, s_t`, so
that parts of neighbouring years, which share a base, still fit together where one year
is more restless than the other. Sizes are estimated in logs, so that one region in a
crisis does not make the year wide for all: n Gaussian errors give a log size with
variance of about 1 / (2 n). A region with few of them is taken as like the others. The
log size of years is a random walk, filtered from year to year; a running year has the
size of the last one whose errors are known.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from cszt_models.structural.disaggregation import Part, disaggregate

SHRINKAGE = 3.5  # errors that the size of all regions counts for: states of the USA
# differ by 0.38 (sd of log sizes), as scripts/derive_within_year.py measures
YEAR_STEP = 0.2  # sd of the step of a year's log size from the year before, measured
# there as well
LIMIT = 2.0  # steps by which one year can be unlike those before it
ROUNDING = 0.01  # variance that keeps errors apart, of one of a first half year

type Released = tuple[str, Part, float]  # region, part of a year, its growth
Array = NDArray[np.float64]


class PathSizes(NamedTuple):
    """Sizes of paths by region and by year, relative to those of all."""

    regions: Mapping[str, float]
    years: Mapping[int, float]

    def of_year(self, year: int) -> float:
        """Size of a year; of the last one known before it, for a running year."""
        before = [each for each in self.years if each <= year]
        return self.years[max(before)] if before else 1.0

    def of_years(self, years: range) -> dict[int, float]:
        """Sizes of years and of the one before them, on which their growth is based."""
        return {year: self.of_year(year) for year in range(years[0] - 1, years[-1] + 1)}


def path_sizes(
    growth: Mapping[tuple[str, int], float], releases: Sequence[Released]
) -> PathSizes:
    """Sizes of the errors of parts of years, by region and by year.

    Errors are those of the releases of years whose growth is known, and of parts that
    are predicted from years known.

    Parameters
    ----------
    growth
        Growth of years by region and year, log points.
    releases
        Growth of parts of years.

    Examples
    --------
    >>> steady = {("a", y): 5.0 for y in range(2000, 2010)}
    >>> shaky = {("b", y): 5.0 for y in range(2000, 2010)}
    >>> parts = [("a", Part(y, 1, 6), 5.1) for y in range(2002, 2008)]
    >>> parts += [("b", Part(y, 1, 6), 5.0 + 2 * (-1) ** y) for y in range(2002, 2008)]
    >>> sizes = path_sizes(steady | shaky, parts)
    >>> sizes.regions["a"] < 1 < sizes.regions["b"]
    True
    >>> calm = [("b", Part(y, 1, 6), 5.0) for y in range(2002, 2008)]
    >>> by_year = path_sizes(shaky, calm[:3] + parts[9:])
    >>> by_year.of_year(2004) < by_year.of_year(2007) == by_year.of_year(2009)
    True
    """
    errors = [
        (region, year, square)
        for region in sorted({name for name, _, _ in releases})
        for year, square in _squares(
            {year: value for (name, year), value in growth.items() if name == region},
            [(part, value) for name, part, value in releases if name == region],
        )
    ]
    regions = dict.fromkeys(sorted({name for name, _, _ in releases}), 1.0)
    if not any(square for _, _, square in errors):
        return PathSizes(regions, {})
    groups: dict[tuple[str, int], list[float]] = {}
    for region, year, square in errors:
        groups.setdefault((region, year), []).append(square)
    logs = {key: _log_size(squares) for key, squares in groups.items()}
    mean = np.mean(list(logs.values()))
    for region in regions:
        mine = [(logs[k] - mean, len(groups[k])) for k in logs if k[0] == region]
        count = sum(n for _, n in mine)
        if count:
            total = sum(n * log for log, n in mine) / (count + SHRINKAGE)
            regions[region] = float(np.exp(total))
    rest = {k: logs[k] - mean - np.log(regions[k[0]]) for k in logs}
    by_year = sorted(
        (year, rest[region, year], len(groups[region, year])) for region, year in rest
    )
    return PathSizes(regions, dict(_filtered(by_year)))


def _log_size(squares: Sequence[float]) -> float:
    """Log size of a Gaussian from squares of its draws, without bias."""
    half = len(squares) / 2
    mean = max(float(np.mean(squares)), ROUNDING**2)
    return (np.log(mean) - special.digamma(half) + np.log(half)) / 2


def _filtered(sizes: Sequence[tuple[int, float, int]]) -> Iterator[tuple[int, float]]:
    """Sizes of years from log sizes of regions with the errors that they count for.

    A year that is unlike those before it by more than `LIMIT` steps counts as if by
    these: it may be an event that nobody marked.
    """
    step = 2 * YEAR_STEP**2  # inverse of the errors that a step counts for
    level, count, last = 0.0, 1 / step, None
    for year, group in groupby(sizes, key=lambda each: each[0]):
        new = [(log, n) for _, log, n in group]
        apart = 1 if last is None else year - last
        errors = sum(n for _, n in new)
        before = 1 / (1 / count + apart * step)
        count = before + errors
        surprise = sum(n * log for log, n in new) / errors - level
        bound = LIMIT * YEAR_STEP * np.sqrt(apart)
        level += errors / count * min(max(surprise, -bound), bound)
        last = year
        yield year, float(np.exp(level))


def _squares(
    growth: Mapping[int, float], releases: Sequence[tuple[Part, float]]
) -> list[tuple[int, float]]:
    """Years and squares of the whitened errors of a region's releases."""
    growth = {year: value for year, value in growth.items() if np.isfinite(value)}
    years = [y for y in growth if y - 1 in growth or y + 1 in growth]
    if not years:
        return []
    first, last = min(years), max(years)
    if set(range(first, last + 1)) - set(growth):  # a gap: only what follows it
        gap = max(set(range(first, last + 1)) - set(growth))
        first = gap + 1
    usable = sorted(
        (part, value)
        for part, value in releases
        if first <= part.year <= last and np.isfinite(value)
    )
    if not usable:
        return []
    near = disaggregate([part for part, _ in usable], first, last)
    values = np.array([value for _, value in usable])
    errors = values - near.weights @ np.array([growth[year] for year in near.years])
    cover = near.covariance + ROUNDING * np.eye(len(errors))
    white: Array = np.linalg.solve(np.linalg.cholesky(cover), errors)
    years_of = [part.year for part, _ in usable]
    return list(zip(years_of, np.square(white).tolist(), strict=True))
