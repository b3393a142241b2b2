"""A group's figure computed from published figures of its members, with its rounding.

Sums, ratios of sums, weighted means and the average growth of a group follow from what
its members publish. Each figure is known to half the unit of its last digit; the
interval of the result adds up what the rounding of each figure can move it by.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.project.observations import Figure, figures
from cszt_models.project.project import Aggregate, Project
from cszt_models.project.urban_share import urban_shares
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    URBAN_POPULATION,
    URBANIZATION,
)

SUMS = (GDP, POPULATION, URBAN_POPULATION)
Values = NDArray[np.float64]
Key = tuple[str, str, int]


@dataclass(frozen=True)
class Term:
    """One published figure of a computation, known to within half a ``unit``."""

    indicator: str
    figure: Figure
    unit: float


@dataclass(frozen=True)
class Computed:
    """A computed figure: value, interval of its rounding, arithmetic and figures."""

    value: float
    low: float
    high: float
    arithmetic: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class _Expression:
    """A formula of the terms' values, and the same as text."""

    of: Callable[[Values], float]
    text: str

    def __add__(self, other: "_Expression") -> "_Expression":
        return _Expression(
            lambda x: self.of(x) + other.of(x), f"{self.text} + {other.text}"
        )

    def __mul__(self, other: "_Expression") -> "_Expression":
        return _Expression(
            lambda x: self.of(x) * other.of(x), f"{self.text} × {other.text}"
        )

    def __truediv__(self, other: "_Expression") -> "_Expression":
        text = f"({self.text}) / ({other.text})"
        return _Expression(lambda x: self.of(x) / other.of(x), text)

    def times(self, factor: float) -> "_Expression":
        """The expression times a constant."""
        if factor == 1:
            return self
        return _Expression(lambda x: factor * self.of(x), f"{factor:,g} × {self.text}")


class GroupFigures:
    """Published figures known on a date, from which figures of groups are computed.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    """

    def __init__(self, known: pd.DataFrame, project: Project) -> None:
        self.project = project
        self._figures: dict[Key, dict[str, Figure]] = {}
        self._units: dict[tuple[str, str], Counter[float]] = {}
        years = known.groupby(["indicator", "region"], observed=True)["year"].min()
        self._first: dict[tuple[str, str], int] = years.to_dict()
        self._last_shares = _last_shares(known, project)
        rows = zip(known["indicator"], figures(known), known["known_on"], strict=True)
        released: dict[Key, dict[str, tuple[date, Figure]]] = {}
        for indicator, figure, day in sorted(rows, key=itemgetter(2), reverse=True):
            key = indicator, figure.region, figure.year
            released.setdefault(key, {}).setdefault(figure.basis, (day, figure))
        for key, by_basis in sorted(released.items(), key=itemgetter(0)):
            judged = project.bases_of(key[0]).judged
            ranked = [by_basis[basis] for basis in judged if basis in by_basis]
            if ranked:  # the last release counts first, then the best basis
                last = max(ranked, key=itemgetter(0))
                ordered = [
                    last,
                    *(each for each in ranked if each is not last),
                ]
                self._figures[key] = {f.basis: f for _, f in ordered}
                units = self._units.setdefault(key[:2], Counter())
                units[last_digit(last[1].value)] += 1

    def computed(
        self, indicator: str, region: str, year: int, since: int | None = None
    ) -> Computed | None:
        """Figure of a group, or None unless all that it follows from is published.

        Parameters
        ----------
        indicator, region, year
            Ids and year; a region that is no group has none.
        since
            First year of an average over years.
        """
        group = self.project.aggregates.get(region)
        if group is None:
            return None
        sheet = _Sheet(self)
        expression = _group_expression(sheet, group, indicator, year, since)
        if expression is None:
            return None
        return sheet.result(expression)

    def figure(
        self, indicator: str, region: str, year: int, basis: str | None = None
    ) -> Figure | None:
        """Published figure on a judged basis: the last release, or that of a basis.

        Parameters
        ----------
        indicator, region, year
            Of the figure.
        basis
            Its statistical basis; that of the last release if None.
        """
        by_basis = self._figures.get((indicator, region, year), {})
        if basis is None:
            return next(iter(by_basis.values()), None)
        return by_basis.get(basis)

    def first_year(
        self, indicators: Collection[str], regions: Collection[str]
    ) -> int | None:
        """First year of any figure, on any basis; of all places if these have none.

        Parameters
        ----------
        indicators, regions
            Ids.
        """
        years = {key: year for key, year in self._first.items() if key[0] in indicators}
        there = [year for key, year in years.items() if key[1] in regions]
        return min(there or years.values(), default=None)

    def last_share(self, indicator: str, region: str) -> tuple[int, float] | None:
        """Year and percent of the last figure of a share, on any basis.

        Parameters
        ----------
        indicator, region
            Ids; an urban share is printed or computed.
        """
        return self._last_shares.get((indicator, region))

    def unit(self, indicator: str, figure: Figure) -> float:
        """Unit of a figure's last printed digit.

        A whole number in a series that has mostly decimals is known to those.
        """
        unit = last_digit(figure.value)
        usual = self._units[indicator, figure.region].most_common(1)[0][0]
        return min(unit, usual) if unit >= 1 else unit


def _last_shares(
    known: pd.DataFrame, project: Project
) -> dict[tuple[str, str], tuple[int, float]]:
    """Year and value of the last figure of each share and region."""
    kinds = project.indicators.items()
    shares = {name for name, indicator in kinds if indicator.kind == "share"}
    printed = known[known["indicator"].isin(shares - {URBANIZATION})]
    urban = urban_shares(known).assign(indicator=URBANIZATION)
    rows = pd.concat([printed, urban]).sort_values("year", kind="stable")
    keys = zip(rows["indicator"], rows["region"], strict=True)
    return dict(zip(keys, zip(rows["year"], rows["value"], strict=True), strict=True))


def last_digit(value: float) -> float:
    """Unit of the last digit that is not zero.

    Examples
    --------
    >>> last_digit(84.51), last_digit(168400.0)
    (0.01, 100.0)
    """
    exponent = Decimal(f"{value:.10g}").normalize().as_tuple().exponent
    return float(f"1e{exponent}")


class _Sheet:
    """The terms of one computation, in the order in which they are used."""

    def __init__(self, source: GroupFigures) -> None:
        self.source = source
        self.project = source.project
        self.terms: list[Term] = []

    def term(
        self, indicator: str, region: str, year: int, basis: str | None = None
    ) -> _Expression | None:
        """The expression of one published figure, None if there is none."""
        figure = self.source.figure(indicator, region, year, basis)
        if figure is None:
            return None
        term = Term(indicator, figure, self.source.unit(indicator, figure))
        if term not in self.terms:
            self.terms.append(term)
        place = self.terms.index(term)
        return _Expression(lambda x: float(x[place]), f"{figure.value:,.10g}")

    def result(self, expression: _Expression) -> Computed:
        """The computed figure, with each term moved by half its unit."""
        values = np.array([term.figure.value for term in self.terms])
        reach = 0.0
        for place, term in enumerate(self.terms):
            step = np.zeros(len(values))
            step[place] = term.unit / 2
            reach += (
                abs(expression.of(values + step) - expression.of(values - step)) / 2
            )
        value = expression.of(values)
        return Computed(
            value, value - reach, value + reach, expression.text, tuple(self.terms)
        )


def _group_expression(
    sheet: _Sheet, group: Aggregate, indicator: str, year: int, since: int | None
) -> _Expression | None:
    if indicator == GROWTH_AVERAGE and since is not None:
        return _average_growth(sheet, group, range(since, year + 1))
    if indicator == GROWTH:
        return _growth(sheet, group, year)
    if indicator in SUMS:
        return _sum(sheet, group, indicator, year)
    if indicator == URBANIZATION:
        return _ratio(sheet, group, URBAN_POPULATION, POPULATION, year, 100.0)
    composite = sheet.project.composites.get(indicator)
    if composite is not None:
        if composite.part is None or composite.weight is None:
            return _sum(sheet, group, indicator, year)
        factor = composite.factor
        return _ratio(sheet, group, composite.part, composite.weight, year, factor)
    measure = sheet.project.measures.get(indicator)
    if measure is None:
        return None
    if measure.group == "sum":
        return _sum(sheet, group, indicator, year)
    if measure.part and measure.weight:
        return _ratio(sheet, group, measure.part, measure.weight, year, 100.0)
    return _mean(sheet, group, indicator, measure.weight, year)


def _member(
    sheet: _Sheet, indicator: str, region: str, year: int, basis: str | None
) -> _Expression | None:
    """A member's figure, or its urban population from share and population."""
    printed = sheet.term(indicator, region, year, basis)
    if printed is not None or indicator != URBAN_POPULATION:
        return printed
    share = sheet.source.figure(URBANIZATION, region, year, basis)
    people = sheet.source.figure(POPULATION, region, year, basis)
    if share is None or people is None or share.basis != people.basis:
        return None
    left = sheet.term(POPULATION, region, year, people.basis)
    right = sheet.term(URBANIZATION, region, year, share.basis)
    assert left is not None
    assert right is not None
    return _Expression(
        lambda x: left.of(x) * right.of(x) / 100, f"{left.text} × {right.text} / 100"
    )


def _levels(
    sheet: _Sheet, group: Aggregate, indicators: Sequence[str], year: int
) -> list[list[_Expression]] | None:
    """Members' figures of several indicators on one basis, the best that has all."""
    for basis in sheet.project.bases_of(indicators[0]).judged:
        table = [
            [_member(sheet, name, member, year, basis) for member in group.members]
            for name in indicators
        ]
        if all(cell is not None for row in table for cell in row):
            return [[cell for cell in row if cell is not None] for row in table]
        sheet.terms.clear()
    return None


def _total(expressions: Sequence[_Expression]) -> _Expression:
    total = expressions[0]
    for expression in expressions[1:]:
        total = total + expression
    return total


def _sum(
    sheet: _Sheet, group: Aggregate, indicator: str, year: int
) -> _Expression | None:
    table = _levels(sheet, group, [indicator], year)
    return None if table is None else _total(table[0])


def _each(
    sheet: _Sheet, group: Aggregate, indicator: str, year: int
) -> list[_Expression] | None:
    """Members' figures, each on the judged basis that was released last."""
    row = [_member(sheet, indicator, name, year, None) for name in group.members]
    present = [cell for cell in row if cell is not None]
    return present if len(present) == len(row) else None


def _ratio(
    sheet: _Sheet, group: Aggregate, part: str, whole: str, year: int, factor: float
) -> _Expression | None:
    shared = set(sheet.project.bases_of(part).judged) & set(
        sheet.project.bases_of(whole).judged
    )
    if shared:
        table = _levels(sheet, group, [part, whole], year)
    else:
        rows = [_each(sheet, group, name, year) for name in (part, whole)]
        table = None if None in rows else [row for row in rows if row is not None]
    if table is None:
        return None
    return (_total(table[0]) / _total(table[1])).times(factor)


def _mean(
    sheet: _Sheet, group: Aggregate, indicator: str, weight: str | None, year: int
) -> _Expression | None:
    values = _each(sheet, group, indicator, year)
    if values is None:
        return None
    if weight is None:
        count = len(values)
        return _total(values) / _Expression(lambda _: float(count), str(count))
    weights = _each(sheet, group, weight, year)
    return None if weights is None else _weighted(values, weights)


def _weighted(
    values: Sequence[_Expression], weights: Sequence[_Expression]
) -> _Expression:
    products = [value * weight for value, weight in zip(values, weights, strict=True)]
    return _total(products) / _total(weights)


def _growth(sheet: _Sheet, group: Aggregate, year: int) -> _Expression | None:
    """Published growth of the group, or its members' weighted by earlier GDP."""
    printed = sheet.term(GROWTH, group.id, year)
    if printed is not None:
        return printed
    rates = _each(sheet, group, GROWTH, year)
    levels = _each(sheet, group, GDP, year - 1)
    if rates is None or levels is None:
        return None
    return _weighted(rates, levels)


def _average_growth(
    sheet: _Sheet, group: Aggregate, years: range
) -> _Expression | None:
    rates = [_growth(sheet, group, year) for year in years]
    yearly = [rate for rate in rates if rate is not None]
    if not yearly or len(yearly) < len(rates):
        return None

    def average(x: Values) -> float:
        logs = [np.log1p(rate.of(x) / 100) for rate in yearly]
        return float(100 * np.expm1(np.mean(logs)))

    text = " × ".join(f"(1 + ({rate.text}) / 100)" for rate in yearly)
    return _Expression(average, f"100 × ([{text}]^(1/{len(yearly)}) - 1)")
