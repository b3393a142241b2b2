"""Split the gap between a target's outcome and a reference into additive terms.

The outcome is the published value, or the median of what is projected. The reference is
the plan's own path, or what was expected on an earlier as-of date. Terms are by member
and component, and add up to the gap exactly (see `log_mean`):

- GDP: ``start`` (the level of the year before the plan, as known), ``volume`` (real
  growth), ``revision`` (what an economic census adds to published levels) and
  ``price``, the rest: the deflator between published levels, with the yearly
  verification of levels as well;
- what is a ratio of a whole, or is modelled per unit of one: ``start``, ``whole`` and
  ``ratio``; other sums: ``start`` and ``change``;
- a mean: ``member`` (what the members' values do) and ``weight`` (that members of
  another kind weigh more);
- average growth: the years, by member;
- ``total``, where the published figure of the group is not that of its members.

The plan's path starts from the levels or values known for the year before the plan, the
same for every member. Real growth is the plan's target of average growth, prices what
its GDP target then leaves, revision none, for no plan can know of it. A ratio or its
whole follow from the plan's other target of the two. A mean reaches its target by equal
points in every member if it is a share, by one factor if it is a level, at the weights
of the year before. Expectations on a date are means over draws, of logs for levels, so
that their sum lies a little below the mean of the level.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.attribution.log_mean import (
    at_gap,
    average_growth_terms,
    mean_terms,
    product_terms,
)
from cszt_models.attribution.split import Projected, Split
from cszt_models.errors import DataError
from cszt_models.models.components import REVISION
from cszt_models.models.growth import log_growth
from cszt_models.project.measures import relations
from cszt_models.project.plan import Target
from cszt_models.projection.outcomes import outcome
from cszt_models.targets.attainment import Attainment
from cszt_models.targets.evidence import measure_of, members_of
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    REGION,
    URBANIZATION,
    YEAR,
)

Array = NDArray[np.float64]
TOTAL, SUM = "total", "sum"
NEGLIGIBLE = 1e-9  # share of the outcome below which a gap of sums is rounding


@dataclass(frozen=True)
class _Problem:
    """A target, the members of its region, and the plan that it belongs to."""

    target: Target
    members: tuple[str, ...]
    base: int
    plan: Mapping[str, Target]

    def draws(self, now: Projected, name: str, year: int | slice) -> Array:
        """Draws of an indicator of the members (draw, member[, year])."""
        if name not in now.projection:
            raise DataError(
                f"target {self.target.id!r} cannot be split: {name} is not projected. "
                "Add figures of it, and of what it follows from."
            )
        where = {REGION: list(self.members), YEAR: year}
        projected = now.projection.indexes[YEAR]
        if not isinstance(year, slice) and year not in projected:
            raise DataError(
                f"target {self.target.id!r} cannot be split: {year} is not among the "
                f"years projected, {projected[0]} to {projected[-1]}. Choose another."
            )
        values = now.projection[name].sel(where).transpose(DRAW, REGION, ...)
        drawn = np.asarray(values.to_numpy())
        if np.isnan(drawn).any():
            places = ", ".join(self.members)
            raise DataError(
                f"target {self.target.id!r} cannot be split: {name} of {places} is not "
                "known. Add a figure of each to observations.csv."
            )
        return drawn

    def stated(self, indicator: str) -> float | None:
        """The plan's value of another indicator of the region in that year."""
        target = self.target
        for other in self.plan.values():
            if (other.indicator, other.region, other.year) == (
                indicator,
                target.region,
                target.year,
            ) and other.since in (None, self.base + 1):
                return other.value
        return None

    def needed(self, indicator: str) -> DataError:
        target = self.target
        return DataError(
            f"target {target.id!r}: the plan states no {indicator} of {target.region} "
            f"in {target.year}, so its own path of the parts is not known. Split "
            "against an as-of date instead."
        )


def split(
    now: Projected,
    result: Attainment,
    plan: Mapping[str, Target],
    *,
    against: Projected | None = None,
) -> Split:
    """Split the gap of one target.

    Parameters
    ----------
    now
        Outlook and projection of the as-of date of the outcome.
    result
        The target's attainment on that date.
    plan
        All targets, from `read_targets`.
    against
        An earlier date whose expectation is the reference; the plan's path without.

    Raises
    ------
    DataError
        If the target has no data, or the plan does not state its parts.
    """
    target, project, median = result.target, now.outlook.project, result.median
    if median is None:
        raise DataError(
            f"target {target.id!r} has no data ({result.reason}), so there is no gap "
            "to split. Choose another, or add its series to observations.csv."
        )
    problem = _Problem(
        target,
        members_of(project, target.region),
        project.plan_named(target.plan).first_year - 1,
        plan,
    )
    kind = _kind(now, target)
    if against is not None and outcome(against.projection, target) is None:
        raise DataError(
            f"target {target.id!r}: {target.indicator} was not projected on the date "
            "that it is split against. Choose a later one."
        )
    labels, terms, expected = kind(problem, now, against)
    if not np.isfinite(terms).all():
        raise DataError(
            f"target {target.id!r} cannot be split: the weights of "
            f"{', '.join(problem.members)} are not known. Add figures of what its "
            "values are weighted by, as population of an urban share."
        )
    drawn = outcome(now.projection, target)
    if drawn is None:
        raise DataError(
            f"target {target.id!r} is published and not projected, so it has no parts. "
            "Choose another, or add its series to observations.csv."
        )
    rest, total = drawn - expected - terms.sum(axis=1), (TOTAL, target.region)
    if np.abs(rest).max() > NEGLIGIBLE * np.abs(drawn).max():
        labels, terms = [*labels, total], np.column_stack([terms, rest])
    values = at_gap(terms, median - expected)
    left = median - expected - values.sum()
    if abs(left) > NEGLIGIBLE * abs(median):  # rounding of what it is computed of
        labels, terms = [*labels, total], np.column_stack([terms, rest])
        values = np.append(values, left)
    frame = pd.DataFrame(labels, columns=["component", "region"]).assign(value=values)
    return Split(target, expected, median, frame, _spread(terms, frame["component"]))


def _spread(terms: Array, components: pd.Series) -> dict[str, float]:
    """Standard deviation of each component's sum over draws, and of all together.

    Parameters
    ----------
    terms : (draw, term)
    components
        Of each term.
    """
    by_component = pd.DataFrame(terms.T).groupby(components, sort=False).sum()
    by_component.loc[SUM] = by_component.sum()
    sds = by_component.std(axis=1, ddof=0)
    return {str(component): float(sd) for component, sd in sds.items()}


type _Labels = list[tuple[str, str]]
type _LabelledTerms = tuple[_Labels, Array, float]
type _Method = Callable[[_Problem, Projected, Projected | None], _LabelledTerms]


def _kind(now: Projected, target: Target) -> _Method:
    if not target.plain:
        raise DataError(
            f"target {target.id!r} is computed from several figures, so its gap has no "
            "parts. Split a target of one of its quantities."
        )
    if target.indicator == GROWTH_AVERAGE:
        return _average
    if target.indicator == GROWTH:
        raise DataError(
            f"target {target.id!r} is the growth of one year, which has no parts. "
            "Split an average over years, or a level."
        )
    measure = measure_of(now.outlook.project, target.indicator)
    mean = measure is not None and measure.group == "mean"
    if target.indicator == URBANIZATION or (
        mean and measure is not None and measure.indicator == target.indicator
    ):
        return _mean
    return _product


def _labels(components: list[str], problem: _Problem) -> _Labels:
    """Member by member, its components."""
    return [(name, member) for member in problem.members for name in components]


def _flat(terms: Array) -> Array:
    return terms.reshape(len(terms), -1)


def _product(
    problem: _Problem, now: Projected, against: Projected | None
) -> _LabelledTerms:
    """Terms of a sum over members, each a product of factors."""
    names, drawn = _factors(problem, now)
    if against is None:
        reference = _planned(problem, now, names, drawn.mean(axis=0))
    else:
        reference = _factors(problem, against)[1].mean(axis=0)
    expected = float(np.exp(reference.sum(axis=-1) / 100).sum())
    return _labels(names, problem), _flat(product_terms(drawn, reference)), expected


def _factors(problem: _Problem, now: Projected) -> tuple[list[str], Array]:
    """Names and log points (draw, member, factor) of what makes up a level."""
    name, base, year = problem.target.indicator, problem.base, problem.target.year
    start, end = (100 * np.log(problem.draws(now, name, y)) for y in (base, year))
    if name == GDP:
        years = slice(base + 1, year)
        real = log_growth(problem.draws(now, GROWTH, years)).sum(axis=-1)
        census = np.zeros(real.shape)
        if now.outlook.has(REVISION):  # of a project that names a census
            cells = now.outlook.cells[REVISION].sel({YEAR: years})
            cells = cells.sel({REGION: list(problem.members)})
            census = cells.transpose(DRAW, REGION, YEAR).to_numpy().sum(axis=-1)
        parts = {"volume": real, "price": end - start - real - census}
        parts["revision"] = census
    elif (whole := _whole(problem, now)) is not None:
        weights = [np.log(problem.draws(now, whole, y)) for y in (base, year)]
        moved = 100 * (weights[1] - weights[0])
        parts = {"whole": moved, "ratio": end - start - moved}
    else:
        parts = {"change": end - start}
    factors = {"start": start, **parts}
    return list(factors), np.stack(list(factors.values()), axis=-1)


def _whole(problem: _Problem, now: Projected) -> str | None:
    """The indicator of which the target's is a part, or per unit of which it varies."""
    measures = now.outlook.project.measures
    for relation in relations(measures.values()):
        if relation.part == problem.target.indicator:
            return relation.whole
    measure = measures.get(problem.target.indicator)
    return measure.weight if measure else None


def _planned(
    problem: _Problem, now: Projected, names: list[str], centre: Array
) -> Array:
    """The plan's factors (member, factor), from the levels of the year before it."""
    target = problem.target
    level = float(np.exp(centre[:, names.index("start")] / 100).sum())
    change = {"change": 100 * np.log(target.value / level)}
    if target.indicator == GDP:
        rate = problem.stated(GROWTH_AVERAGE)
        if rate is None:
            raise problem.needed(GROWTH_AVERAGE)
        real = (target.year - problem.base) * float(log_growth(rate))
        change = {"volume": real, "price": change["change"] - real, "revision": 0.0}
    elif (whole := _whole(problem, now)) is not None:
        moved = 100 * np.log(_planned_whole(problem, now, whole))
        change = {"whole": moved, "ratio": change["change"] - moved}
    planned = centre.copy()
    for name, value in change.items():
        planned[:, names.index(name)] = value
    return planned


def _planned_whole(problem: _Problem, now: Projected, whole: str) -> float:
    """Factor by which the plan lets the whole change since the year before it."""
    start = float(problem.draws(now, whole, problem.base).mean(axis=0).sum())
    stated = problem.stated(whole)
    if stated is not None:
        return stated / start
    for relation in relations(now.outlook.project.measures.values()):
        if relation.part == problem.target.indicator:
            share = problem.stated(relation.ratio)
            if share is None:
                raise problem.needed(f"{relation.ratio} or {whole}")
            return 100 * problem.target.value / share / start
    raise problem.needed(whole)


def _mean(
    problem: _Problem, now: Projected, against: Projected | None
) -> _LabelledTerms:
    """Terms of a weighted mean over members."""
    drawn = _values(problem, now, problem.target.year)
    if against is None:
        s, w = (x.mean(axis=0) for x in _values(problem, now, problem.base))
        w = w / w.sum()
        level, value = float((s * w).sum()), problem.target.value
        measure = measure_of(now.outlook.project, problem.target.indicator)
        share = measure is None or measure.model == "ratio"
        reference = (s + value - level if share else s * value / level, w)
    else:
        s, w = (x.mean(axis=0) for x in _values(problem, against, problem.target.year))
        reference = (s, w / w.sum())
    expected = float((reference[0] * reference[1]).sum())
    terms = np.stack(mean_terms(drawn, reference), axis=-1)
    return _labels(["member", "weight"], problem), _flat(terms), expected


def _values(problem: _Problem, now: Projected, year: int) -> tuple[Array, Array]:
    """Members' values and their weights, which sum to one (draw, member)."""
    measure = measure_of(now.outlook.project, problem.target.indicator)
    values = problem.draws(now, problem.target.indicator, year)
    weight = POPULATION if measure is None else measure.weight
    if weight is None:
        return values, np.full(values.shape, 1 / values.shape[1])
    sizes = problem.draws(now, weight, year)
    return values, sizes / sizes.sum(axis=1, keepdims=True)


def _average(
    problem: _Problem, now: Projected, against: Projected | None
) -> _LabelledTerms:
    """Terms of average growth by year and member, and of published rates beside them.

    A member's term of a year is its growth and what its weight adds.
    """
    rates, weights, group = _yearly(problem, now)
    if against is None:
        planned = np.full(rates.shape[1:], problem.target.value)
        reference = (planned, weights.mean(axis=0))
    else:
        earlier = _yearly(problem, against)
        reference = (earlier[0].mean(axis=0), earlier[1].mean(axis=0))
    hoped = (reference[0] * reference[1]).sum(axis=-1)
    of_growth, of_weights = mean_terms((rates, weights), reference)
    inside = of_growth + of_weights
    beside = group - hoped - inside.sum(axis=-1)
    both = np.concatenate([inside, beside[..., None]], axis=-1)
    terms = average_growth_terms(both, group, hoped)
    years = range(problem.base + 1, problem.target.year + 1)
    labels = [
        (str(year), place)
        for year in years
        for place in (*problem.members, problem.target.region)
    ]
    expected = 100 * float(np.expm1(np.log1p(hoped / 100).mean()))
    relevant = np.abs(_flat(terms)).max(axis=0) > NEGLIGIBLE
    relevant_labels = [
        label for label, keep in zip(labels, relevant, strict=True) if keep
    ]
    return relevant_labels, _flat(terms)[:, relevant], expected


def _yearly(problem: _Problem, now: Projected) -> tuple[Array, Array, Array]:
    """Members' growth and weights (draw, year, member), the group's (draw, year)."""
    years = slice(problem.base + 1, problem.target.year)
    rates = np.swapaxes(problem.draws(now, GROWTH, years), 1, 2)
    levels = np.ones_like(rates)
    if len(problem.members) > 1:
        before = problem.draws(now, GDP, slice(problem.base, problem.target.year - 1))
        levels = np.swapaxes(before, 1, 2)
    group_rates = now.projection[GROWTH].sel(
        {REGION: problem.target.region, YEAR: years}
    )
    group = np.asarray(group_rates.transpose(DRAW, YEAR).to_numpy())
    return rates, levels / levels.sum(axis=-1, keepdims=True), group
