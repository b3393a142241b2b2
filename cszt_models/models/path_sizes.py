"""Sizes of the paths within years of each region, relative to those of all."""

from collections.abc import Mapping, Sequence

import numpy as np

from cszt_models.structural.disaggregation import Part, disaggregate

SHRINKAGE = 3.5  # errors that the size of all regions counts for: states of the USA
# differ by 0.38 (sd of log sizes), as scripts/derive_within_year.py measures
ROUNDING = 0.01  # variance that keeps errors apart, of one of a first half year

type Released = tuple[str, Part, float]  # region, part of a year, its growth


def path_sizes(
    growth: Mapping[tuple[str, int], float], releases: Sequence[Released]
) -> dict[str, float]:
    """Size of each region's errors of parts of years, relative to that of all.

    Errors are those of the releases of years whose growth is known, and of parts that
    are predicted from years known; a region with few of them is taken as like the
    others.

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
    >>> sizes["a"] < 1 < sizes["b"]
    True
    """
    squares = {
        region: _squares(
            {year: value for (name, year), value in growth.items() if name == region},
            [(part, value) for name, part, value in releases if name == region],
        )
        for region in sorted({name for name, _, _ in releases})
    }
    every = np.concatenate([np.empty(0), *squares.values()])
    if not every.any():
        return dict.fromkeys(squares, 1.0)
    return {
        region: float(
            np.sqrt(
                (square.sum() / every.mean() + SHRINKAGE) / (len(square) + SHRINKAGE)
            )
        )
        for region, square in squares.items()
    }


def _squares(
    growth: Mapping[int, float], releases: Sequence[tuple[Part, float]]
) -> np.ndarray:
    """Squares of the whitened errors of a region's releases."""
    growth = {year: value for year, value in growth.items() if np.isfinite(value)}
    years = [y for y in growth if y - 1 in growth or y + 1 in growth]
    if not years:
        return np.empty(0)
    first, last = min(years), max(years)
    if set(range(first, last + 1)) - set(growth):  # a gap: only what follows it
        gap = max(set(range(first, last + 1)) - set(growth))
        first = gap + 1
    usable = [
        (part, value)
        for part, value in releases
        if first <= part.year <= last and np.isfinite(value)
    ]
    if not usable:
        return np.empty(0)
    near = disaggregate([part for part, _ in usable], first, last)
    values = np.array([value for _, value in usable])
    errors = values - near.weights @ np.array([growth[year] for year in near.years])
    cover = near.covariance + ROUNDING * np.eye(len(errors))
    return np.square(np.linalg.solve(np.linalg.cholesky(cover), errors))
