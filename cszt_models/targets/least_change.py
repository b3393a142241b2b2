r"""Least change: the shortest move of a cloud of draws that gives a set a probability.

Let x be draws of cells with covariance :math:`\Sigma`, and A the set of x in which all
of some outcomes y are as wanted. A change d of the mean of x costs, in relative
entropy, half its squared length in the metric of x, so the least surprising one that
brings the probability of A to p is

.. math::
    \min_d\; d' \Sigma^{-1} d \quad \text{with} \quad P(x + d \in A) = p

The solution lies along :math:`\Sigma \nabla P = \operatorname{cov}(x, 1\{x + d \in
A\})`. Cells matter to A through the outcomes alone, so only weights of the outcomes are
sought, with Stein's lemma for what an outcome owes to the cells,
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

FARTHEST = 8.0  # standard deviations: a longer change is no change of this model
LENGTHS = (0.5, 1.0, 2.0, 4.0, FARTHEST)  # tried, until one is too long
TURNS = 6  # of the direction, where there are several outcomes
GAIN = 1e-3  # relative shortening of a change after which it is not turned again
HALVINGS = 20
NEAR = 1e-4  # standard deviations: steps nearer than this are one
_RIDGE = 1e-10  # of a correlation matrix, for cells that others tell exactly


@dataclass(frozen=True)
class Aim:
    """What is moved, and when it has arrived.

    Parameters
    ----------
    cells : (draw, cell)
        Departures from their means.
    outcomes
        Outcomes (draw, outcome) after a change (cell) of all draws.
    met
        From outcomes, the draws (draw) in which they are as wanted.
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
    """A change (cell) of given length, and the probabilities met on the way to it.

    If ``reached`` is False the change is zero, and ``lowest`` and ``highest`` are what
    changes of up to `FARTHEST` give.
    """

    change: Array
    distance: float
    reached: bool
    initial: float
    lowest: float
    highest: float


@ONE_THREAD
def least_change(aim: Aim, asked: float) -> Change:
    """The shortest change after which the probability is the one asked.

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
    >>> found = least_change(aim, 0.5)  # 0.6 and 0.8: the outcome's gradient
    >>> found.change.round(1), round(found.distance, 1)
    (array([0.6, 0.8]), 1.0)
    """
    still = np.zeros(aim.cells.shape[1])
    outcomes = aim.outcomes(still)
    initial = float(aim.met(outcomes).mean())
    nothing = Change(still, 0.0, initial == asked, initial, initial, initial)
    free = int((np.ptp(outcomes, axis=0) > 0).sum())
    if initial == asked or not free:
        return nothing
    side = 1.0 if asked > initial else -1.0
    along = side * _direction(aim, outcomes, _alike(aim, outcomes))
    found = _along(aim, along, asked, nothing)
    return _shortened(aim, found, asked) if found.reached and free > 1 else found


def _shortened(aim: Aim, best: Change, asked: float) -> Change:
    """A change as short as turning towards what its own outcomes tell makes it.

    A turn after which the same length no longer suffices went too far, and is halved.
    """
    share, wanted = 1.0, _wanted(aim, best, asked)
    for _ in range(TURNS):
        along = (1 - share) * best.change / best.distance + share * wanted
        along /= length(aim.cells, along)
        found = _along(aim, along, asked, best, (0.9 * best.distance, best.distance))
        if not found.reached or found.distance >= best.distance:
            share /= 2
            continue
        done = found.distance > (1 - GAIN) * best.distance
        best = replace(found, lowest=best.lowest, highest=best.highest)
        if done:
            break
        wanted = _wanted(aim, best, asked)
    return best


def _wanted(aim: Aim, found: Change, asked: float) -> Array:
    """Direction along which a change would lie if it were the shortest."""
    outcomes = aim.outcomes(found.change)
    side = 1.0 if asked > found.initial else -1.0
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
    """Weights that move every outcome as many of its deviations to its side."""
    inside = np.atleast_2d(np.cov(outcomes, rowvar=False, bias=True))
    asked = aim.sides * outcomes.std(axis=0)
    return np.asarray(np.linalg.pinv(inside, hermitian=True) @ asked)


def _weights(outcomes: Array, met: Mask) -> Array:
    """Beta: the regression of being met on the outcomes."""
    apart = outcomes - outcomes.mean(axis=0)
    size = apart.std(axis=0)
    size[size == 0] = 1.0
    found = np.linalg.lstsq(apart / size, met - met.mean(), rcond=None)[0]
    return np.asarray(found / size)


def _direction(aim: Aim, outcomes: Array, weights: Array) -> Array:
    """cov(x, y) beta (cell), of unit length in the metric of the cells."""
    apart = (outcomes - outcomes.mean(axis=0)) @ weights
    along = aim.cells.T @ apart / len(apart)
    return along / length(aim.cells, along)


def _along(
    aim: Aim,
    along: Array,
    asked: float,
    sofar: Change,
    lengths: Sequence[float] = LENGTHS,
) -> Change:
    """The step in a direction that gives the probability, the first of these beyond."""
    rising = asked > sofar.initial
    near, seen = 0.0, [sofar.initial]
    for far in lengths:
        seen.append(aim.chance(far * along))
        if seen[-1] == asked or (seen[-1] > asked) == rising:
            step = _halved(aim, along, (near, far), asked, rising=rising)
            return Change(step * along, step, True, sofar.initial, min(seen), max(seen))
        near = far
    still = np.zeros_like(along)
    return Change(still, 0.0, False, sofar.initial, min(seen), max(seen))


def _halved(
    aim: Aim, along: Array, ends: tuple[float, float], asked: float, *, rising: bool
) -> float:
    """The step between two whose probability is nearest to the one asked."""
    tried: dict[float, float] = {}
    near, far = ends
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        tried[middle] = aim.chance(middle * along)
        if tried[middle] == asked or far - near < NEAR:
            break
        if (tried[middle] < asked) == rising:
            near = middle
        else:
            far = middle
    return min(tried, key=lambda step: abs(tried[step] - asked))
