r"""Minimum relative-entropy shift of draws that gives an event a probability.

Let x be draws of cells with covariance :math:`\Sigma`, and A the set of x in which all
of some outcomes y lie in their region. A change d of the mean of x costs, in relative
entropy, half its squared length in the metric of x, so the least surprising one that
brings the probability of A to p is

.. math::
    \min_d\; d' \Sigma^{-1} d \quad \text{with} \quad P(x + d \in A) = p

The solution lies along :math:`\Sigma \nabla P = \operatorname{cov}(x, 1\{x + d \in
A\})`. Cells matter to A through the outcomes alone, so only weights of the outcomes are
sought, with Stein's lemma
:math:`\operatorname{cov}(x, y) = \Sigma\, \mathrm{E} \nabla y`:

.. math::
    d = s\, \operatorname{cov}(x, y)\, \beta, \qquad
    \operatorname{cov}(y)\, \beta = \operatorname{cov}(y, 1\{x + d \in A\})

All of it is exact where x is Gaussian and y linear in it. Elsewhere it is the solution
among the directions that the draws' own covariances name, and the probability is not
approximated: it is that of the draws moved by d. One outcome leaves only s to be found.

References
----------
Robertson, J. C., Tallman, E. W. and Whiteman, C. H. (2005). Forecasting using relative
entropy. *Journal of Money, Credit and Banking* 37(3), 383-401.
Stein, C. M. (1981). Estimation of the mean of a multivariate normal distribution.
*Annals of Statistics* 9(6), 1135-1151. https://doi.org/10.1214/aos/1176345632.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MAX_LENGTH = 8.0  # standard deviations
LENGTHS = (0.5, 1.0, 2.0, 4.0, MAX_LENGTH)  # brackets of the line search
MAX_TURNS = 6  # of the direction, with several outcomes
MIN_GAIN = 1e-3  # relative shortening below which turning stops
MAX_HALVINGS = 20
STEP_TOLERANCE = 1e-4  # standard deviations
_RIDGE = 1e-10  # of a correlation matrix, for collinear cells


@dataclass(frozen=True)
class Aim:
    """Cells to shift, their outcomes, and the event.

    Parameters
    ----------
    cells : (draw, cell)
        Departures from their means.
    outcomes
        Outcomes (draw, outcome) after a change (cell) of all draws.
    met
        From outcomes, the draws (draw) in the event.
    sides : (outcome)
        1 where more of an outcome helps, -1 where less does.
    """

    cells: Array
    outcomes: Callable[[Array], Array]
    met: Callable[[Array], Mask]
    sides: Array

    def chance(self, change: Array) -> float:
        """Probability after a change."""
        return float(self.met(self.outcomes(change)).mean())


@dataclass(frozen=True)
class Change:
    """A change (cell) of given length, and the range of probabilities tried.

    If ``reached`` is False the change is zero, and ``lowest`` and ``highest`` are what
    changes of up to `MAX_LENGTH` give.
    """

    change: Array
    distance: float
    reached: bool
    initial: float
    lowest: float
    highest: float


@ONE_THREAD
def least_change(aim: Aim, probability: float) -> Change:
    """Shortest change that gives a probability.

    Examples
    --------
    >>> x = np.random.default_rng(1).standard_normal((4000, 2))
    >>> weights = np.array([3.0, 4.0])
    >>> aim = Aim(
    ...     x - x.mean(axis=0),
    ...     lambda change: ((x + change) @ weights)[:, None],
    ...     lambda outcomes: outcomes[:, 0] > 5,
    ...     np.ones(1),
    ... )
    >>> move = least_change(aim, 0.5)  # 0.6 and 0.8: the outcome's gradient
    >>> move.change.round(1), round(move.distance, 1)
    (array([0.6, 0.8]), 1.0)
    """
    unchanged = np.zeros(aim.cells.shape[1])
    outcomes = aim.outcomes(unchanged)
    initial = float(aim.met(outcomes).mean())
    nothing = Change(unchanged, 0.0, initial == probability, initial, initial, initial)
    free = int((np.ptp(outcomes, axis=0) > 0).sum())
    if initial == probability or not free:
        return nothing
    side = 1.0 if probability > initial else -1.0
    along = side * _direction(aim, outcomes, _alike(aim, outcomes))
    move = _along(aim, along, probability, nothing)
    return _shortened(aim, move, probability) if move.reached and free > 1 else move


def _shortened(aim: Aim, best: Change, probability: float) -> Change:
    """Shorten a change by fixed-point turns of its direction, with step halving."""
    share, direction = 1.0, _shortest_direction(aim, best, probability)
    for _ in range(MAX_TURNS):
        along = (1 - share) * best.change / best.distance + share * direction
        along /= length(aim.cells, along)
        move = _along(
            aim, along, probability, best, (0.9 * best.distance, best.distance)
        )
        if not move.reached or move.distance >= best.distance:
            share /= 2
            continue
        done = move.distance > (1 - MIN_GAIN) * best.distance
        best = replace(move, lowest=best.lowest, highest=best.highest)
        if done:
            break
        direction = _shortest_direction(aim, best, probability)
    return best


def _shortest_direction(aim: Aim, move: Change, probability: float) -> Array:
    """Direction (cell) that the optimality condition gives at a change."""
    outcomes = aim.outcomes(move.change)
    side = 1.0 if probability > move.initial else -1.0
    return side * _direction(aim, outcomes, _weights(outcomes, aim.met(outcomes)))


def length(cells: Array, change: Array) -> float:
    """Mahalanobis norm of a change (cell) in the covariance of cells (draw, cell)."""
    spread = cells.std(axis=0)
    used = spread > 1e-9 * spread.max(initial=0.0)
    white = cells[:, used] / spread[used]
    inside = white.T @ white / len(white) + _RIDGE * np.eye(int(used.sum()))
    step = change[used] / spread[used]
    return float(np.sqrt(step @ np.linalg.solve(inside, step)))


def _alike(aim: Aim, outcomes: Array) -> Array:
    """Weights (outcome) of equal standardized shifts of all outcomes."""
    inside = np.atleast_2d(np.cov(outcomes, rowvar=False, bias=True))
    shifts = aim.sides * outcomes.std(axis=0)
    return np.asarray(np.linalg.pinv(inside, hermitian=True) @ shifts)


def _weights(outcomes: Array, met: Mask) -> Array:
    """Regression coefficients (outcome) of the event on the outcomes."""
    apart = outcomes - outcomes.mean(axis=0)
    size = apart.std(axis=0)
    size[size == 0] = 1.0
    coefficients = np.linalg.lstsq(apart / size, met - met.mean(), rcond=None)[0]
    return np.asarray(coefficients / size)


def _direction(aim: Aim, outcomes: Array, weights: Array) -> Array:
    """cov(x, y) beta (cell), of unit length in the metric of the cells."""
    apart = (outcomes - outcomes.mean(axis=0)) @ weights
    along = aim.cells.T @ apart / len(apart)
    return along / length(aim.cells, along)


def _along(
    aim: Aim,
    along: Array,
    probability: float,
    sofar: Change,
    lengths: Sequence[float] = LENGTHS,
) -> Change:
    """Line search in a direction: the first bracket, then bisection."""
    rising = probability > sofar.initial
    near, seen = 0.0, [sofar.initial]
    for far in lengths:
        seen.append(aim.chance(far * along))
        if seen[-1] == probability or (seen[-1] > probability) == rising:
            step = _halved(aim, along, (near, far), probability, rising=rising)
            return Change(step * along, step, True, sofar.initial, min(seen), max(seen))
        near = far
    unchanged = np.zeros_like(along)
    return Change(unchanged, 0.0, False, sofar.initial, min(seen), max(seen))


def _halved(
    aim: Aim,
    along: Array,
    ends: tuple[float, float],
    probability: float,
    *,
    rising: bool,
) -> float:
    """Step between two whose probability is nearest, by bisection."""
    tried: dict[float, float] = {}
    near, far = ends
    for _ in range(MAX_HALVINGS):
        middle = (near + far) / 2
        tried[middle] = aim.chance(middle * along)
        if tried[middle] == probability or far - near < STEP_TOLERANCE:
            break
        if (tried[middle] < probability) == rising:
            near = middle
        else:
            far = middle
    return min(tried, key=lambda step: abs(tried[step] - probability))
