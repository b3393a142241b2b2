r"""Values of a target at a stated probability, alone and for two targets together.

The value that a goal of "at least" meets with probability p is the quantile of the
outcome at 1 - p; of a goal of "at most" that at p. Its Monte-Carlo error is half the
distance between the values at :math:`p \pm` the error of p.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.errors import DataError
from cszt_models.project.plan import Target
from cszt_models.targets.monte_carlo import Groups, monte_carlo_error

Draws = NDArray[np.float64]

FLOOR, EXPECTED, STRETCH = 0.9, 0.5, 0.2  # probabilities of an annex of targets
POINTS = 25  # of a frontier
STEPS = {"percent per year": 0.5, "percent": 0.5}  # to which offices round
DIGITS = 3  # significant ones of a rounded level


@dataclass(frozen=True)
class SetValue:
    """A value with the probability that it is met.

    ``value`` and its Monte-Carlo error ``mcse`` are in the target's unit;
    ``probability`` is that of the draws for the value as it stands.
    """

    target: Target
    value: float
    mcse: float
    probability: float


def require_probability(probability: float) -> None:
    """Refuse a probability that no value has.

    Raises
    ------
    DataError
        If it is not between 0 and 1.
    """
    if not 0 < probability < 1:
        raise DataError(
            f"probability {probability:g} is not one that a value can have. Give one "
            "between 0 and 1, like 0.7."
        )


def quantile_for(target: Target, outcome: Draws, probability: float) -> float:
    """Value of the target that is met in a share of the draws.

    Parameters
    ----------
    target
        Its sense decides from which side the draws are counted.
    outcome : (draw)
        In the target's unit.
    probability
        Between 0 and 1.

    Raises
    ------
    DataError
        If the target asks for exactly a value, which has no such quantile.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> from cszt_models.project.plan import read_targets
    >>> gdp = read_targets(load_project())["gdp_2025"]
    >>> round(quantile_for(gdp, np.arange(101.0), 0.7), 6)
    30.0
    """
    if target.sense in ("equals", "no_number"):
        raise DataError(
            f"target {target.id!r} asks for exactly its value, which no quantile is. "
            "Ask of a target of at least or at most."
        )
    share = probability if target.falls else 1 - probability
    return float(np.quantile(outcome, share))


def value_for(
    target: Target,
    outcome: Draws,
    probability: float,
    groups: Sequence[Groups] = (),
) -> SetValue:
    """The value that is met with a probability, with its Monte-Carlo error.

    Parameters
    ----------
    target
        Its own value does not matter.
    outcome : (draw)
        In the target's unit.
    probability
        Between 0 and 1.
    groups
        Draws that are not independent; see `monte_carlo_error`.

    Raises
    ------
    DataError
        If no value has the probability.
    """
    require_probability(probability)
    value = quantile_for(target, outcome, probability)
    met = replace(target, value=value).met_by(outcome)
    error = monte_carlo_error(met, groups)
    low, high = (
        quantile_for(target, outcome, min(max(p, 1e-9), 1 - 1e-9))
        for p in (probability - error, probability + error)
    )
    return SetValue(target, value, abs(high - low) / 2, float(met.mean()))


def step_of(exact: SetValue) -> float:
    """Step to which an office rounds a value, in the target's unit."""
    step = STEPS.get(exact.target.unit)
    if step is None:
        size = math.floor(math.log10(abs(exact.value))) if exact.value else 0
        step = 10.0 ** (size + 1 - DIGITS)
    return step


def rounded(exact: SetValue, outcome: Draws) -> list[SetValue]:
    """The value as an office would print it, rounded down and up, with its chances.

    Parameters
    ----------
    exact
        From `value_for`.
    outcome : (draw)
        In the target's unit.
    """
    step = step_of(exact)
    values = {
        math.floor(exact.value / step) * step,
        math.ceil(exact.value / step) * step,
    }
    results = []
    for value in sorted(round(v, 10) for v in values):
        met = replace(exact.target, value=value).met_by(outcome)
        results.append(SetValue(exact.target, value, 0.0, float(met.mean())))
    return results


def frontier(
    first: Target,
    second: Target,
    outcomes: tuple[Draws, Draws],
    probability: float,
) -> pd.DataFrame:
    """Pairs of values that are met together with a probability.

    Parameters
    ----------
    first, second
        Targets; their own values do not matter.
    outcomes : (draw), (draw)
        Of both, in the order of the draws.
    probability
        Of both together, between 0 and 1.

    Returns
    -------
    DataFrame
        A column for each target's id, from the least asked of the first to the most,
        and ``probability``, the share of draws that meet both.

    Raises
    ------
    DataError
        If no value has the probability.
    """
    require_probability(probability)
    draws, others = outcomes
    rows = []
    for share in np.linspace(probability, 1, POINTS, endpoint=False)[::-1]:
        value = quantile_for(first, draws, float(share))
        inside = replace(first, value=value).met_by(draws)
        conditional = probability / inside.mean()
        if conditional >= 1:
            continue
        limit = quantile_for(second, others[inside], float(conditional))
        both = inside & replace(second, value=limit).met_by(others)
        rows.append((value, limit, float(both.mean())))
    return pd.DataFrame(rows, columns=[first.id, second.id, "probability"])
