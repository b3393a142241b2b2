r"""Split a target into parts that add up: by equal chance, least change or proportion.

Parts have values v, and contributions :math:`c_i = w_i f(v_i)` that sum to the total C
of the target: f is the identity for sums and weighted means, a power for average
growth of members, and a logarithm for growth rates of several years. Three rules:

- ``equal``: every part is met with the same chance p, the p at which the quantiles of
  the parts add up to C;
- ``least``: the least surprising values, those of the smallest shift of the draws in
  relative entropy: with the sum S, :math:`c_i = \mathrm{E} c_i + (C - \mathrm{E} S)
  \operatorname{cov}(c_i, S) / \operatorname{var}(S)`, the conditional mean of Gaussian
  c; for levels that are positive the same for their logs, subject to the sum;
- ``proportional``: contributions in the proportion of the start.

A path to a value in a later year has parts that do not add up but follow each other;
`path_values` applies the same rules to it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.project.plan import Target

Array = NDArray[np.float64]
type Rule = Literal["equal", "least", "proportional"]
RULES: tuple[Rule, ...] = ("equal", "least", "proportional")
HALVINGS = 200  # of the chance, to the last bit
MAX_STEPS, MAX_LOG_STEP = 200, 0.5  # of the search on logs


class Transform(NamedTuple):
    """A monotone scale on which values are weighed, and its inverse."""

    forward: Callable[[Array], Array]
    back: Callable[[Array], Array]


def identity(values: Array) -> Array:
    """Values as they are."""
    return np.asarray(values, dtype=float)


def power(years: int) -> Transform:
    """Factor over years of an average growth rate in percent.

    Examples
    --------
    >>> scale = power(2)
    >>> scale.forward(np.array([10.0])).round(4).tolist()
    [1.21]
    """
    return Transform(
        lambda rates: (1 + np.asarray(rates) / 100) ** years,
        lambda factors: 100 * (np.asarray(factors) ** (1 / years) - 1),
    )


PLAIN = Transform(identity, identity)
LOG_RATES = Transform(  # of growth in percent
    lambda rates: np.log1p(np.asarray(rates) / 100),
    lambda logs: 100 * np.expm1(logs),
)
LOGS = Transform(np.log, np.exp)


@dataclass(frozen=True)
class Parts:
    """Parts whose contributions add up to a total.

    Parameters
    ----------
    names
        Of the parts.
    draws : (draw, part)
        Values in the target's unit.
    start : (part)
        Values from which they start, in the same unit.
    weights : (part)
        Of the contributions.
    total
        Sum of the contributions where the target is just met.
    scale
        On which values are weighed.
    logs
        Whether values are levels above 0, whose logs are nearer to Gaussian.
    """

    names: tuple[str, ...]
    draws: Array
    start: Array
    weights: Array
    total: float
    scale: Transform = PLAIN
    logs: bool = False

    def contributions(self, values: Array) -> Array:
        """Contributions (..., part) of values (..., part)."""
        return self.weights * self.scale.forward(values)

    def values(self, contributions: Array) -> Array:
        """Values (..., part) of contributions (..., part)."""
        return self.scale.back(contributions / self.weights)

    def left(self, values: Array) -> float:
        """What values (part) lack of the total; 0 where they add up."""
        return self.total - float(self.contributions(values).sum())


def burden(target: Target, draws: Array, values: Array) -> Array:
    """How far parts lie beyond what is expected, in standard deviations (part).

    Parameters
    ----------
    target
        Its sense decides which side is hard.
    draws : (draw, part)
        In the target's unit.
    values : (part)
        Of the parts.
    """
    spread = draws.std(axis=0)
    distance = values - draws.mean(axis=0)
    side = -1.0 if target.falls else 1.0
    return np.divide(side * distance, spread, np.zeros_like(spread), where=spread > 0)


def split_values(parts: Parts, rule: Rule) -> Array:
    """Values of parts (part) whose contributions add up to the total.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal([60.0, 40.0], [3.0, 4.0], (4000, 2))
    >>> parts = Parts(("a", "b"), draws, np.array([50, 30]), np.ones(2), 107.0)
    >>> split_values(parts, "least").round()
    array([63., 44.])
    >>> split_values(parts, "equal").round()
    array([63., 44.])
    >>> split_values(parts, "proportional").round(1)
    array([66.9, 40.1])
    """
    if rule == "equal":
        return _equal(parts)
    if rule == "proportional":
        share = parts.contributions(parts.start)
        return parts.values(parts.total * share / share.sum())
    if parts.logs:
        return _least_in_logs(parts)
    drawn = parts.contributions(parts.draws)
    return parts.values(_conditional_mean(drawn, drawn.sum(axis=1), parts.total))


def _conditional_mean(drawn: Array, end: Array, value: float) -> Array:
    """Mean (part) of Gaussian draws (draw, part) where `end` (draw) is a value."""
    apart = end - end.mean()
    variance = float(apart @ apart)
    slope = drawn.T @ apart / variance if variance else np.zeros(drawn.shape[1])
    return np.asarray(drawn.mean(axis=0) + slope * (value - end.mean()))


def _least_in_logs(parts: Parts) -> Array:
    """Levels (part) whose logs are nearest to expected ones, and which add up.

    Steps of sequential quadratic programming, halved while they lead away.
    """
    logs = np.log(parts.draws)
    middle = logs.mean(axis=0)
    inside = np.atleast_2d(np.cov(logs, rowvar=False, bias=True))
    now = middle
    for _ in range(MAX_STEPS):
        slope = parts.weights * np.exp(now)
        along = inside @ slope
        size = float(slope @ along)
        if not size:
            break
        gap = parts.total - float(slope.sum())
        step = middle + along * (gap + slope @ (now - middle)) / size - now
        longest = float(np.abs(step).max())
        now = now + step * min(1.0, MAX_LOG_STEP / longest if longest else 1.0)
        if longest < np.finfo(float).eps:
            break
    values = np.exp(now)
    return np.asarray(values * parts.total / parts.contributions(values).sum())


def _equal(parts: Parts) -> Array:
    """Quantiles (part) at the share where they add up, exactly after one last step."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        values = np.quantile(parts.draws, middle, axis=0)
        if parts.left(values) > 0:
            low = middle
        else:
            high = middle
        if middle in (0.0, 1.0) or high - low < np.finfo(float).eps:
            break
    values = np.quantile(parts.draws, (low + high) / 2, axis=0)
    return _closed(parts, values)


def _closed(parts: Parts, values: Array) -> Array:
    """Values moved by equal numbers of standard deviations until they add up.

    What is left is rounding, or, where no draw goes as far, the way beyond all draws.
    """
    spread = parts.contributions(parts.draws).std(axis=0)
    share = spread / spread.sum() if spread.sum() else np.full(len(spread), 1.0)
    share = share / share.sum()
    reached = parts.contributions(values) + share * parts.left(values)
    return parts.values(reached)


def path_values(
    target: Target, draws: Array, start: float, rule: Rule, *, shares: bool
) -> Array:
    """Yearly values (year) of a path whose last is the target's.

    Parameters
    ----------
    target
        Of a level or share in the last year.
    draws : (draw, year)
        Of the open years up to the target's, in its unit.
    start
        Value of the year before the first.
    rule
        ``equal``: every year is met with the chance of the last; ``least``: the mean
        of the path that ends at the value; ``proportional``: the same change a year.
    shares
        Whether values move by points rather than by percent.
    """
    value, years = target.value, draws.shape[1]
    positive = not shares and start > 0 and value > 0 and bool((draws > 0).all())
    scale = LOGS if positive else PLAIN
    if rule == "proportional":
        ends = scale.forward(np.array([start, value]))
        path = scale.back(np.linspace(ends[0], ends[1], years + 1)[1:])
    elif rule == "least":
        drawn = scale.forward(draws)
        aim = float(scale.forward(np.array([value]))[0])
        path = scale.back(_conditional_mean(drawn, drawn[:, -1], aim))
    else:
        path = _equal_path(draws, value)
    return np.append(path[:-1], value)


def _equal_path(draws: Array, value: float) -> Array:
    """Quantiles (year) at the share of draws that end below a value.

    Beyond all draws, values as many standard deviations from the mean.
    """
    share = float((draws[:, -1] < value).mean())
    if 0 < share < 1:
        return np.asarray(np.quantile(draws, share, axis=0))
    middle, spread = draws.mean(axis=0), draws.std(axis=0)
    length = (value - middle[-1]) / spread[-1] if spread[-1] else 0.0
    return np.asarray(middle + length * spread)


def rounded_parts(
    target: Target, parts: Parts, values: Array, step: float, *, total: float | None
) -> Array:
    """Parts (part) rounded so that together they still meet the target.

    Parameters
    ----------
    target
        Its sense decides to which side.
    parts
        Of the target.
    values : (part)
        That add up.
    step
        To a multiple of which every part is rounded.
    total
        Sum of the parts, where they are a plain sum: the rounded ones have it too, or
        meet it by less than a step where it is no multiple of that; else parts are
        rounded so that the total is met and none of them could be given up a step.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> from cszt_models.project.plan import read_targets
    >>> gdp = read_targets(load_project())["gdp_2025"]
    >>> parts = Parts(("a", "b", "c"), np.ones((2, 3)), np.ones(3), np.ones(3), 100.0)
    >>> rounded_parts(gdp, parts, np.array([33.4, 33.3, 33.3]), 1.0, total=100.0)
    array([34., 33., 33.])
    >>> rounded_parts(gdp, parts, np.array([33.5, 33.4, 33.3]), 1.0, total=100.2)
    array([34., 34., 33.])
    """
    downwards = target.falls
    steps = values / step
    whole = np.ceil(steps - 1e-9) if downwards else np.floor(steps + 1e-9)
    rest = np.abs(steps - whole)
    move = -1 if downwards else 1
    if total is not None:
        count = math.ceil((total / step - whole.sum()) * move - 1e-9)
        order = np.argsort(-rest, kind="stable")
        for n in range(abs(count)):
            whole[order[n % len(order)]] += move * np.sign(count)
        return np.round(whole * step, 10)
    order = np.argsort(-rest, kind="stable")
    tolerance = 1e-9 * max(abs(parts.total), 1.0)
    turn = 0
    while move * parts.left(whole * step) > tolerance:
        whole[order[turn % len(order)]] += move
        turn += 1
    return whole * step
