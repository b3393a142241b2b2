r"""Plausibility: how far conditions lie from what the model expects, and the shocks.

For values, exact or soft, it is the probability that the model's own future lies at
least as far out, :math:`P(\chi^2_r \ge d^2)` with d the Mahalanobis distance of the
values and r the number of independent conditions, averaged over the vectors of scales.
For ranges it is the probability of being within them, given the values. A scenario of
both has the product. Chances do not say what happens, so they have the divergence of
the draws' weights from those before.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from cszt_models.blas import ONE_THREAD
from cszt_models.conditional.conditional_fit import Conditional
from cszt_models.conditional.linearization import Quantity
from cszt_models.conditional.solution import Solution
from cszt_models.conditional.truncated_gaussian import pulls, scores
from cszt_models.scenarios.conditions import Chance, Condition, Within
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

LEVEL = 0.8  # probability inside the interval that is reported
MAX_SHOCKS = 10  # shocks


@dataclass(frozen=True)
class ConditionSummary:
    """One condition in one year, or on average, and the model's own distribution.

    ``median``, ``low`` and ``high`` (80 percent lie between) are those of the draws
    before any condition, in the indicator's unit. ``probability`` is that of lying at
    least as far out as a value, of being within a range, or the model's own of a
    chance, each taken by itself.
    """

    condition: Condition
    years: tuple[int, ...]
    median: float
    low: float
    high: float
    probability: float


@dataclass(frozen=True)
class Plausibility:
    """How plausible the conditions of a scenario are together.

    ``probability`` is ``values`` times ``ranges``, each 1 where there are none;
    ``divergence`` is that of the chances (nats), 0 where there are none. ``effective``
    and ``effective_vectors`` say how many independent draws and scales are left.
    """

    probability: float
    values: float
    ranges: float
    divergence: float
    conditions: tuple[ConditionSummary, ...]
    effective: float
    effective_vectors: float


@ONE_THREAD
def plausibility(conditional: Conditional) -> Plausibility:
    """How far the conditions of conditional fits lie from what the model expects.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.models.fits import fit_blocks
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.conditional.conditional_fit import condition_fits
    >>> from cszt_models.scenarios.conditions import Value
    >>> project = cm.load_project()
    >>> fits = fit_blocks(
    ...     read_observations(project),
    ...     project,
    ...     as_of=date(2021, 6, 30),
    ...     seed=1,
    ...     draws=500,
    ... )
    >>> whole = project.with_role("reference")[0]  # the province
    >>> near, far = (
    ...     Condition("gdp_real_growth", whole, 2025, 2025, False, Value(rate))
    ...     for rate in (6.0, 0.0)
    ... )
    >>> one, two = (plausibility(condition_fits(fits, [c])) for c in (near, far))
    >>> one.probability > 0.5 > two.probability
    True
    """
    sizes = conditional.effective, conditional.effective_vectors
    solution, weighing = conditional.solution, conditional.weighing
    if solution is None or weighing is None:
        return Plausibility(1.0, 1.0, 1.0, 0.0, (), *sizes)
    values, ranges = _values(solution), _ranges(solution)
    positive = weighing.final > 0
    ratio = np.log(weighing.final[positive] / weighing.bounded[positive])
    conditions = tuple(
        _alone(solution, n) for n in range(len(solution.view.quantities))
    )
    return Plausibility(
        values * ranges,
        values,
        ranges,
        max(float(weighing.final[positive] @ ratio), 0.0),
        conditions,
        *sizes,
    )


def _exact(solution: Solution) -> int:
    """How many sums have a value; they come first."""
    return int((solution.low == solution.high).sum())


def _values(solution: Solution) -> float:
    count = _exact(solution)
    if not count:
        return 1.0
    root = solution.root[:, :count, :count]
    apart = scores(root, solution.low[:count] - solution.moments.mean[:, :count])
    rank = (np.diagonal(root, axis1=1, axis2=2) > 0).sum(axis=1)
    tail = special.chdtrc(np.maximum(rank, 1), np.square(apart).sum(axis=1))
    return float(tail.mean())


def _ranges(solution: Solution) -> float:
    count = _exact(solution)
    if count == len(solution.low):
        return 1.0
    exact = solution.steps[:, :count].sum(axis=1)
    every = solution.steps.sum(axis=1) + solution.curvature
    if solution.view.linear[count : len(solution.low)].all():
        exact = exact + solution.curvature
    share = special.logsumexp(every) - special.logsumexp(exact)
    return float(min(np.exp(share), 1.0))


def _alone(solution: Solution, n: int) -> ConditionSummary:
    view, quantity = solution.view, solution.view.quantities[n]
    project = view.fits.project
    places = view.fits.taken[solution.blocks[0]]  # the draws that keep published totals
    drawn = view.drawn[places, n]
    tail = (1 - LEVEL) / 2
    ends = quantity.unscaled(np.quantile(drawn, [tail, 0.5, 1 - tail]), project)
    low, median, high = (float(end) for end in ends)
    probability = _chance(solution, n, drawn, quantity)
    return ConditionSummary(
        quantity.condition, quantity.years, median, low, high, probability
    )


def _chance(solution: Solution, n: int, drawn: Array, quantity: Quantity) -> float:
    """Probability of one condition by itself: exact, or by draws if not linear."""
    says, project = quantity.condition.says, solution.fits.project
    if isinstance(says, Chance):
        return float((drawn < quantity.scaled(says.below, project)).mean())
    low, high, sd = quantity.bounds(project)
    if not solution.view.linear[n]:
        if isinstance(says, Within):
            return float(((drawn >= low) & (drawn <= high)).mean())
        places = solution.fits.taken[solution.blocks[0]]
        near = (
            drawn
            + (solution.starts - solution.view.sums[:, : len(solution.low)])[places, n]
        )
        below = (near < low).mean()
        return float(np.clip(2 * min(below, 1 - below), 1 / len(drawn), 1.0))
    spread = np.sqrt(solution.moments.cover[:, n, n] + sd**2)
    ends = [
        (end - solution.moments.mean[:, n]) / spread
        for end in (solution.low[n], solution.high[n])
    ]
    if isinstance(says, Within):
        return float((special.ndtr(ends[1]) - special.ndtr(ends[0])).mean())
    return float(2 * special.ndtr(-np.abs(ends[0])).mean())


@ONE_THREAD
def shocks(conditional: Conditional, most: int = MAX_SHOCKS) -> pd.DataFrame:
    """The innovations that the conditions ask for, largest first.

    Returns
    -------
    DataFrame
        block, component, region (empty if common to all), year (missing for what does
        not change, a level) and size: what the conditions add to the innovation that is
        expected otherwise, in its prior standard deviations.
    """
    columns = ["block", "component", "region", "year", "size"]
    solution, weighing = conditional.solution, conditional.weighing
    if solution is None or weighing is None or not len(solution.low):
        return pd.DataFrame(columns=columns)
    weights, pull = _mean_pull(solution, weighing.bounded)
    rows = [
        row
        for n, name in enumerate(solution.blocks)
        for row in _of_block(solution, n, solution.fits.panels[name], weights, pull)
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})
    order = table["size"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order[:most]].reset_index(drop=True)


def _mean_pull(solution: Solution, weights: Array) -> tuple[Array, Array]:
    """Weight of each vector of scales, and what pulls its cells on average.

    Returns
    -------
    (vector), (vector, sum)
    """
    size = np.bincount(solution.vector, weights=weights, minlength=solution.vectors)
    summed = np.zeros((solution.vectors, len(solution.low)))
    np.add.at(summed, solution.vector, weights[:, None] * solution.arrived)
    some = size > 0
    shift = np.zeros_like(summed)
    shift[some] = summed[some] / size[some, None] - solution.moments.mean[some]
    return size, pulls(solution.root, shift)


def _of_block(
    solution: Solution, n: int, panel: Panel, weights: Array, pull: Array
) -> list[tuple[str, str, str, int | None, float]]:
    """Mean change of every innovation of a block, with its names."""
    scales = solution.fits.drawn[panel.name].scales.to_numpy()[: solution.vectors]
    alpha, linked = (
        (moments[n] @ pull[..., None])[..., 0]
        for moments in (solution.moments.alphas, solution.moments.pulls)
    )
    shape = (solution.vectors, len(panel.regions), len(panel.years))
    owed = {k: (d.T @ alpha.T).T.reshape(shape) for k, d in panel.design.items()}
    idiosyncratic = dict(owed)
    for kind, load in solution.moments.loads[n].items():
        idiosyncratic[kind] = owed[kind] + np.tensordot(pull, load, 1)
    rows, start = [], 0
    for k, (component, factor) in enumerate(
        zip(panel.components, panel.roots, strict=True)
    ):
        if component.over == "rows":
            continue
        kind, scale = component.loading, scales[:, k, None, None]
        if component.over == "common":
            change = scale * (owed[kind].sum(axis=1, keepdims=True) @ factor)
            change += pull[:, None] @ solution.moments.numbers[n][component.name]
        else:
            size = scale * panel.size_of(component)[:, None]
            change = size * (idiosyncratic[kind] @ factor)
        if component.link:
            end = start + factor.shape[1]
            change = change + linked[:, None, start:end]
            start = end
        present = scale != 0  # the vector's form has the component
        mean = np.tensordot(weights, change * present, 1)
        names = panel.regions if component.over == "own" else ("",)
        first = [int(panel.years[column.argmax()]) for column in (factor != 0).T]
        years: list[int | None] = [*first] if len(first) > 1 else [None] * len(first)
        rows += [
            (panel.name, component.name, region, year, float(mean[r, c]))
            for r, region in enumerate(names)
            for c, year in enumerate(years)
        ]
    return rows
