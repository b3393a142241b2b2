r"""Disaggregation: what growth over part of a year says of the growth of whole years.

The log level of a month, less its season, is taken as a random walk and a shock that
has passed the month after; shocks of first quarters are larger than those of the rest
of the year, and steps and shocks of restless years larger than those of calm ones.
Growth over months a to b on the same months a year before, or on other months before
with the season taken out, and growth of a year on the year before, are all linear in
its steps and shocks, so that given the growth of all years the former is Gaussian:

.. math::
    y_{t,ab} = \sum_s w_s(a, b)\, c_{t+s} + e_{t,ab}, \qquad
    \operatorname{cov}(e_{t,ab}, e_{t',a'b'}) = \sigma^2 V

with weights that sum to 1 (to the share of a year that lies between the months, if they
are not a year apart), so that steady growth of any rate has no error, and V, in
closed form (the best linear unbiased prediction, with the drift unknown). Early parts
of a year lean on the year before, and away from the next one; errors of one year agree,
those of neighbouring years, which share a base, oppose each other; and their standard
deviation falls as the share of the year that is still to come, to 0 in December. Levels
of a year are taken as geometric means of its months.

References
----------
Litterman, R. B. (1983). A random walk, Markov model for the distribution of time
series. *Journal of Business & Economic Statistics* 1(2), 169-173 (the random walk
between temporal aggregates). https://doi.org/10.1080/07350015.1983.10509336.

Mariano, R. S. and Murasawa, Y. (2003). A new coincident index of business cycles based
on monthly and quarterly series. *Journal of Applied Econometrics* 18(4), 427-443
(growth of aggregates as weighted steps). https://doi.org/10.1002/jae.695.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MONTHS = 12
MARGIN = 2  # years beyond those of the parts whose growth counts
WINTER = 3  # months from January on whose passing shocks are the first of these
PASSING = (1.75, 0.75)  # sd of a month's passing shock next to that of a step, in first
# quarters and later; states of the USA to 2012, by scripts/derive_within_year.py
_UNIT = (1, 6)  # the half year whose error has unit variance
_EQUAL: Mapping[int, float] = MappingProxyType({})


class Part(NamedTuple):
    """Months ``first`` to ``last`` of a year; growth is on those ``lag`` before."""

    year: int
    first: int
    last: int
    lag: int = MONTHS


class Disaggregation(NamedTuple):
    """Weights of years in parts (part, year), and covariance of errors (part, part).

    The error of a first half year, given the growth of two years before and after it,
    has variance 1 where years are of size 1. ``errors`` (distinct part, month, shock)
    holds what each step and passing shock adds to them, ``spread`` (month, shock) the
    sizes of these, from the year before ``years`` on, and ``places`` (part) the places
    of parts among the distinct ones.
    """

    years: tuple[int, ...]
    weights: Array
    covariance: Array
    errors: Array
    spread: Array
    places: NDArray[np.int_]

    def covariance_of(self, sizes: Mapping[int, float], others: float = 1.0) -> Array:
        """Covariance of errors whose steps and shocks have other sizes.

        Parameters
        ----------
        sizes
            Of years.
        others
            Size of years that are not there.

        Examples
        --------
        Two fifths of the error of a first half year are of the year itself.

        >>> half = disaggregate([Part(2020, 1, 6)], 2015, 2025)
        >>> half.covariance_of({2020: 1.0}, others=0.0).round(2)
        array([[0.41]])
        """
        if not self.years:
            return self.covariance
        spread = _spread(range(self.years[0] - 1, self.years[-1] + 1), sizes, others)
        return _covariance(self.errors * (spread / self.spread), self.places)


NOTHING = Disaggregation((), *(np.empty((0, 0)),) * 4, np.empty(0, dtype=int))


def disaggregate(
    parts: Sequence[Part],
    first: int,
    last: int,
    sizes: Mapping[int, float] = _EQUAL,
) -> Disaggregation:
    """Growth over parts of years, given the growth of whole ones.

    Parameters
    ----------
    parts
        In any order; some may be the same.
    first, last
        Years whose growth may count; more than `MARGIN` years from a part do not.
    sizes
        Of the steps and shocks of years; 1 of those that are not there.

    Raises
    ------
    ValueError
        If a part lies in none of these years.

    Examples
    --------
    Growth of a first quarter lies between that of its year and of the year before.

    >>> quarter = disaggregate([Part(2020, 1, 3)], 2019, 2020)
    >>> quarter.years, quarter.weights.round(2)
    ((2019, 2020), array([[0.23, 0.77]]))

    If its year is restless, it says less of it.

    >>> disaggregate([Part(2020, 1, 3)], 2019, 2020, {2020: 3.0}).weights.round(2)
    array([[0.46, 0.54]])

    The error halves from the first half year to the first three quarters.

    >>> parts = [Part(2020, 1, 6), Part(2020, 1, 9), Part(2020, 1, 12)]
    >>> exact = disaggregate(parts, 2015, 2025)
    >>> (exact.covariance.diagonal() ** 0.5).round(2)
    array([1.  , 0.48, 0.  ])
    """
    if not parts:
        return NOTHING
    low = min(part.year for part in parts)
    high = max(part.year for part in parts)
    if not first <= low <= high <= last:
        raise ValueError(f"parts of {low} to {high} are not of {first} to {last}.")
    years = tuple(range(max(first, low - MARGIN), min(last, high + MARGIN) + 1))
    start = years[0] - 1
    distinct = list(dict.fromkeys(parts))
    weights = np.zeros((len(distinct), len(years)))
    errors = np.zeros((len(distinct), MONTHS * (years[-1] + 1 - start), 2))
    for n, part in enumerate(distinct):
        near = range(max(first, part.year - MARGIN), min(last, part.year + MARGIN) + 1)
        weight, error = _predict(part, near, sizes)
        weights[n, near[0] - years[0] : near[-1] + 1 - years[0]] = weight
        begin = MONTHS * (near[0] - years[0])
        errors[n, begin : begin + len(error)] = error
    places = np.array([distinct.index(part) for part in parts])
    spread = _spread(range(start, years[-1] + 1), sizes)
    covariance = _covariance(errors, places)
    return Disaggregation(years, weights[places], covariance, errors, spread, places)


def _covariance(errors: Array, places: NDArray[np.int_]) -> Array:
    """Covariance (part, part) of errors (distinct part, month, shock) at places."""
    covariance: Array = np.einsum("imk,jmk->ij", errors, errors) / _unit()
    return covariance[np.ix_(places, places)]


def _predict(
    part: Part, years: range, sizes: Mapping[int, float]
) -> tuple[Array, Array]:
    """Weights of years (year), and the part less its prediction (month, shock)."""
    spread = _spread(range(years[0] - 1, years[-1] + 1), sizes)
    known = np.array([_shocks(Part(y, 1, MONTHS), years, spread) for y in years])
    shocks = _shocks(part, years, spread)
    flat = known.reshape(len(known), -1)
    both = np.column_stack([flat @ shocks.ravel(), np.ones(len(years))])
    solved = np.linalg.solve(flat @ flat.T, both)
    weights = solved[:, 0] + solved[:, 1] / solved[:, 1].sum() * (
        part.lag / MONTHS - solved[:, 0].sum()
    )
    return weights, shocks - np.tensordot(weights, known, 1)


def _shocks(part: Part, years: range, spread: Array) -> Array:
    """What each monthly step, and passing shock, adds to the growth of a part."""
    levels = np.zeros(len(spread))
    end = MONTHS * (part.year + 1 - years[0]) + part.last
    begin = end - part.last + part.first - 1
    size = end - begin
    levels[begin:end] += 1 / size
    levels[begin - part.lag : end - part.lag] -= 1 / size
    return spread * np.column_stack([np.cumsum(levels[::-1])[::-1], levels])


def _spread(years: range, sizes: Mapping[int, float], others: float = 1.0) -> Array:
    """Standard deviations of the steps and passing shocks of months (month, shock)."""
    early, late = PASSING
    passing = np.repeat([early, late], [WINTER, MONTHS - WINTER])
    year = np.column_stack([np.ones(MONTHS), passing])
    return np.concatenate([sizes.get(each, others) * year for each in years])


@lru_cache(1)
def _unit() -> float:
    """Variance of the error of a first half year at unit steps."""
    error = _predict(Part(0, *_UNIT), range(-MARGIN, MARGIN + 1), _EQUAL)[1]
    return float(np.square(error).sum())
