r"""Sobol indices and Shapley effects of levers on a probability.

A probability p is a function of the levers :math:`x_1 \dots x_d`, each spread evenly
over its range. With :math:`c(u) = \operatorname{Var} E[p \mid x_u]` for a set u of
levers and V the variance of p, a first-order Sobol index is :math:`c(\{i\}) / V`, a
total one :math:`1 - c(\text{all but } i) / V`, and the Shapley effect

.. math::
    \phi_i = \frac{1}{V} \sum_{u \not\ni i} \frac{|u|!\,(d-|u|-1)!}{d!}
             \bigl(c(u \cup i) - c(u)\bigr)

which shares V out among the levers, interactions evenly: effects are not negative but
for error, and sum to one.

``design_error`` is due to the sampled cases and falls with their number;
``draws_error`` to the posterior draws on which p is counted, the same in all cases, by
a jackknife over blocks of draws that share no scales
(Efron and Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 11).

References
----------
Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output.
*Computer Physics Communications* 181(2), 259-270.
https://doi.org/10.1016/j.cpc.2009.09.018.

Owen, A. B. (2014). Sobol' indices and Shapley value. *SIAM/ASA Journal on Uncertainty
Quantification* 2(1), 245-251. https://doi.org/10.1137/130936233.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import DataError
from cszt_models.projection.accounting import Array
from cszt_models.sweeps.counting.counter import JOINT, CountedTarget, Counter
from cszt_models.sweeps.counting.criteria import test_of
from cszt_models.sweeps.counting.formula import Form
from cszt_models.targets.monte_carlo import Grouping

BLOCK_COUNT = 10  # of draws, for the jackknife
MAX_LEVERS = 10  # levers of which all 1024 sets are visited
MIN_RANGE = 1e-12  # a smaller range of a probability is rounding
FOLD_COUNT = 16  # of cases, for the error of the design

# Probability by block of draws (case, block) at settings (case, lever).
type ProbabilityFunction = Callable[[Array], Array]
type Ranges = Mapping[str, tuple[float, float]]


def by_block(
    counter: Counter, target: str, *, blocks: int = BLOCK_COUNT
) -> ProbabilityFunction:
    """Probability of a target, or of ``joint``, on each of some blocks of draws.

    Parameters
    ----------
    blocks
        Number of blocks; draws of one scale vector are in one block, so that blocks
        are independent.
    """
    groups = counter.groupings[0].groups
    parts = [np.flatnonzero(groups % blocks == n) for n in range(blocks)]
    counters = [_on_draws(counter, target, draws) for draws in parts]

    def probabilities(settings: Array) -> Array:
        shares = [
            block_counter.count(settings)[f"p_{target}"] for block_counter in counters
        ]
        return np.stack(shares, axis=1)

    return probabilities


def _on_draws(counter: Counter, target: str, draws: np.ndarray) -> Counter:
    """The counter of one target, or of the joint, on some of its draws."""
    names = counter.together if target == JOINT else (target,)
    counted = {name: _target_on(counter.targets[name], draws) for name in names}
    together = names if target == JOINT else ()
    groupings = tuple(_among(grouping, draws) for grouping in counter.groupings)
    return Counter(counted, together, groupings)


def _target_on(target_count: CountedTarget, draws: np.ndarray) -> CountedTarget:
    groupings = tuple(_among(grouping, draws) for grouping in target_count.groupings)
    test, judge = target_count.test, target_count.judge
    if test is not None:
        test = test_of(_form_on(test.form, draws))
    some = None if judge is None else (lambda cases: judge(cases)[:, draws])
    return replace(target_count, groupings=groupings, test=test, judge=some)


def _among(grouping: Grouping, draws: np.ndarray) -> Grouping:
    groups = np.unique(grouping.groups[draws], return_inverse=True)[1]
    return Grouping(groups, grouping.same)


def _form_on(form: Form, draws: np.ndarray) -> Form:
    def taken(total: Any) -> Any:
        shares = total.shares and replace(
            total.shares, values=total.shares.values[draws]
        )
        return replace(total, levels=total.levels[draws], shares=shares)

    tops, bottoms = map(taken, form.tops), map(taken, form.bottoms)
    return replace(form, tops=tuple(tops), bottoms=tuple(bottoms))


def sobol_effects(
    function: ProbabilityFunction, ranges: Ranges, *, base: int, seed: int
) -> pd.DataFrame:
    """First-order and total Sobol indices of each lever, by SALib.

    Parameters
    ----------
    base
        Points of the sequence, a power of two; times levers and 2 are cases.

    Returns
    -------
    DataFrame
        lever, ``first`` and ``total``, with ``_design_error`` (one standard error, by
        SALib's bootstrap) and ``_draws_error`` of each.
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sample

    _require_ranges(ranges)
    names = list(ranges)
    problem = {"num_vars": len(names), "names": names}
    problem |= {"bounds": [list(span) for span in ranges.values()]}
    cases = sample.sample(problem, base, calc_second_order=False, seed=seed)
    p = function(cases)

    def indices(values: Array) -> Any:
        return analysis.analyze(
            problem, values, calc_second_order=False, seed=seed, conf_level=0.6827
        )

    whole = indices(p.mean(axis=1))
    left = [indices(values) for values in _left_out(p)]
    table: dict[str, Any] = {"lever": names}
    for name, key in (("first", "S1"), ("total", "ST")):
        table[name] = whole[key]
        table[f"{name}_design_error"] = whole[f"{key}_conf"]
        table[f"{name}_draws_error"] = _jackknife([estimate[key] for estimate in left])
    return pd.DataFrame(table)


def shapley_effects(
    function: ProbabilityFunction, ranges: Ranges, *, base: int, seed: int
) -> pd.DataFrame:
    """Shapley effects of each lever: shares of the variance that sum to one.

    Parameters
    ----------
    base
        Pairs of random cases; times the number of sets of levers are cases.

    Returns
    -------
    DataFrame
        lever, ``effect``, ``design_error`` and ``draws_error``.

    Raises
    ------
    DataError
        If there are more levers than sets of them can be visited.
    """
    _require_ranges(ranges)
    names, count = list(ranges), len(ranges)
    if count > MAX_LEVERS:
        raise DataError(
            f"{count} levers have {2**count:,} sets, too many to visit. Take the "
            f"{MAX_LEVERS} with the largest total Sobol index."
        )
    from scipy.stats import qmc

    low, high = np.array(list(ranges.values())).T
    points = qmc.Sobol(2 * count, rng=seed).random(base)
    first, other = low + (high - low) * points.reshape(base, 2, count).swapaxes(0, 1)
    values = {}
    for size in range(count + 1):
        for chosen in combinations(range(count), size):
            mixed = other.copy()
            mixed[:, chosen] = first[:, chosen]
            values[chosen] = function(mixed)
    whole = {chosen: p.mean(axis=1) for chosen, p in values.items()}
    folds = np.arange(base) % FOLD_COUNT
    by_fold = [_shapley(whole, count, folds != n) for n in range(FOLD_COUNT)]
    every = np.ones(base, bool)
    blocks = range(next(iter(values.values())).shape[1])
    left = [
        _shapley(
            {u: np.delete(p, n, 1).mean(axis=1) for u, p in values.items()},
            count,
            every,
        )
        for n in blocks
    ]
    return pd.DataFrame(
        {
            "lever": names,
            "effect": _shapley(whole, count, every),
            "design_error": _jackknife(by_fold),
            "draws_error": _jackknife(left),
        }
    )


def _shapley(
    values: Mapping[tuple[int, ...], Array], count: int, used: np.ndarray
) -> Array:
    """Effects from probabilities of mixed cases, by the set taken from the first."""
    everything = tuple(range(count))
    p = values[everything][used]
    none = values[()][used]
    both = np.concatenate([p, none])
    centre = both.mean()
    explained = {
        chosen: ((p - centre) * (q[used] - none)).mean() for chosen, q in values.items()
    }
    if np.ptp(both) < MIN_RANGE or explained[everything] == 0:
        return np.zeros(count)
    effects = np.zeros(count)
    for lever in everything:
        for chosen in explained:
            if lever in chosen:
                continue
            size = len(chosen)
            weight = math.factorial(size) * math.factorial(count - size - 1)
            more = tuple(sorted((*chosen, lever)))
            gain = explained[more] - explained[chosen]
            effects[lever] += weight / math.factorial(count) * gain
    return effects / explained[everything]


def _require_ranges(ranges: Ranges) -> None:
    if not ranges:
        raise DataError("no lever is given. Name one with its range.")
    for name, (low, high) in ranges.items():
        if not low < high:
            raise DataError(
                f"lever {name!r}: {low:g} to {high:g} is no range. Put the lower first."
            )


def _left_out(p: Array) -> list[Array]:
    """Probabilities (case) with each block of draws left out in turn."""
    return [np.delete(p, n, axis=1).mean(axis=1) for n in range(p.shape[1])]


def _jackknife(estimates: list[Array]) -> Array:
    """Standard error from the values with each block left out."""
    table = np.array(estimates)
    n = len(table)
    return np.sqrt((n - 1) / n * np.square(table - table.mean(axis=0)).sum(axis=0))
