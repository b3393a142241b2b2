r"""Importance: how much each lever matters to a probability, over a range of all.

A probability p is a function of the levers :math:`x_1 \dots x_d`, each spread evenly
over its range. With :math:`c(u) = \operatorname{Var} E[p \mid x_u]` for a set u of
levers and V the variance of p, a first-order Sobol index is :math:`c(\{i\}) / V`, a
total one :math:`1 - c(\text{all but } i) / V`, and the Shapley effect

.. math::
    \phi_i = \frac{1}{V} \sum_{u \not\ni i} \frac{|u|!\,(d-|u|-1)!}{d!}
             \bigl(c(u \cup i) - c(u)\bigr)

which shares V out among the levers, interactions evenly: effects are not negative but
for error, and sum to one.

Two errors are told apart. ``design_error`` comes from the cases that were drawn, and
falls with their number. ``draws_error`` comes from the draws that p is counted on, the
same in all cases; it is that of a jackknife over blocks of draws that share no scales
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
from cszt_models.sweeps.counting.counter import JOINT, Counter, Question
from cszt_models.sweeps.counting.criteria import test_of
from cszt_models.sweeps.counting.formula import Form
from cszt_models.sweeps.counting.group_counts import Grouping

BLOCKS = 10  # of draws, for the jackknife
MOST = 10  # levers for which all sets of them are visited: 1024
STILL = 1e-12  # a probability that varies by less does not vary
FOLDS = 16  # of cases, for the error of the design

# Probability by block of draws (case, block) at settings (case, lever).
type Function = Callable[[Array], Array]
type Ranges = Mapping[str, tuple[float, float]]


def by_block(counter: Counter, target: str, *, blocks: int = BLOCKS) -> Function:
    """Probability of a target, or of ``joint``, on each of some blocks of draws.

    Draws of one scale vector are in one block, so that blocks are independent.
    """
    groups = counter.groupings[0].groups
    parts = [np.flatnonzero(groups % blocks == n) for n in range(blocks)]
    counters = [_on_draws(counter, target, draws) for draws in parts]

    def probabilities(settings: Array) -> Array:
        found = [one.count(settings)[f"p_{target}"] for one in counters]
        return np.stack(found, axis=1)

    return probabilities


def _on_draws(counter: Counter, target: str, draws: np.ndarray) -> Counter:
    """The counter of one target, or of the joint, on some of its draws."""
    names = counter.together if target == JOINT else (target,)
    questions = {name: _asked(counter.questions[name], draws) for name in names}
    together = names if target == JOINT else ()
    groupings = tuple(_among(one, draws) for one in counter.groupings)
    return Counter(questions, together, groupings)


def _asked(question: Question, draws: np.ndarray) -> Question:
    groupings = tuple(_among(one, draws) for one in question.groupings)
    test, judge = question.test, question.judge
    if test is not None:
        test = test_of(_form_on(test.form, draws))
    some = None if judge is None else (lambda cases: judge(cases)[:, draws])
    return replace(question, groupings=groupings, test=test, judge=some)


def _among(grouping: Grouping, draws: np.ndarray) -> Grouping:
    groups = np.unique(grouping.groups[draws], return_inverse=True)[1]
    return Grouping(groups, grouping.same)


def _form_on(form: Form, draws: np.ndarray) -> Form:
    def taken(one: Any) -> Any:
        shares = one.shares and replace(one.shares, values=one.shares.values[draws])
        return replace(one, levels=one.levels[draws], shares=shares)

    tops, bottoms = map(taken, form.tops), map(taken, form.bottoms)
    return replace(form, tops=tuple(tops), bottoms=tuple(bottoms))


def sobol_effects(
    function: Function, ranges: Ranges, *, base: int, seed: int
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
    found: dict[str, Any] = {"lever": names}
    for name, key in (("first", "S1"), ("total", "ST")):
        found[name] = whole[key]
        found[f"{name}_design_error"] = whole[f"{key}_conf"]
        found[f"{name}_draws_error"] = _jackknife([one[key] for one in left])
    return pd.DataFrame(found)


def shapley_effects(
    function: Function, ranges: Ranges, *, base: int, seed: int
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
    if count > MOST:
        raise DataError(
            f"{count} levers have {2**count:,} sets, too many to visit. Take the "
            f"{MOST} with the largest total Sobol index."
        )
    from scipy.stats import qmc

    low, high = np.array(list(ranges.values())).T
    points = qmc.Sobol(2 * count, rng=seed).random(base)
    one, other = low + (high - low) * points.reshape(base, 2, count).swapaxes(0, 1)
    values = {}
    for size in range(count + 1):
        for chosen in combinations(range(count), size):
            mixed = other.copy()
            mixed[:, chosen] = one[:, chosen]
            values[chosen] = function(mixed)
    whole = {chosen: p.mean(axis=1) for chosen, p in values.items()}
    folds = np.arange(base) % FOLDS
    by_fold = [_shapley(whole, count, folds != n) for n in range(FOLDS)]
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
    if np.ptp(both) < STILL or explained[everything] == 0:
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


def _jackknife(found: list[Array]) -> Array:
    """Standard error from the values with each block left out."""
    table = np.array(found)
    n = len(table)
    return np.sqrt((n - 1) / n * np.square(table - table.mean(axis=0)).sum(axis=0))
