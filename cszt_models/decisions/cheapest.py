"""The mix of levers of least cost at which a probability is reached.

Each lever costs a constant per unit and moves from 0 up to a bound. A mix is a
direction, the shares of levers in spending, and a length, the spending. For a direction
the least spending that reaches the probability is found by a scan and bisection; it is
minimized over directions on a lattice, and from the best of these by the simplex method
of Nelder and Mead (`scipy.optimize`). The probability counts draws, and is exact.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from cszt_models.projection.accounting import Array

SCAN = 24  # lengths of a direction tried before it is halved
HALVINGS = 20
LATTICE = {1: 1, 2: 40, 3: 12, 4: 7}  # steps of shares, by number of levers
COARSE = 4  # steps of shares, of more levers
STARTS = 3  # directions from which the search goes on
TOLERANCE = 1e-4  # of shares
MAX_TURNS = 25  # of the simplex, for each lever

type Chance = Callable[[Array], Array]


@dataclass(frozen=True)
class Mix:
    """Values of levers (lever), what they cost, and the probability that they give.

    ``reached`` is False where no mix gives the probability asked; then the mix is the
    one of highest probability among those tried.
    """

    values: Array
    cost: float
    probability: float
    reached: bool


def cheapest_mix(
    chance: Chance, costs: Array, bounds: Array, probability: float
) -> Mix:
    """The mix of least cost that gives at least a probability.

    Parameters
    ----------
    chance
        Probability (case) of settings (case, lever).
    costs : (lever)
        Of a unit of each, above 0.
    bounds : (lever)
        Furthest value of each, on either side of 0.
    probability
        To be reached.

    Examples
    --------
    >>> def chance(settings):  # the second lever is half as strong, at a third
    ...     return np.clip(0.4 + settings @ np.array([0.2, 0.1]), 0, 1)
    >>> mix = cheapest_mix(chance, np.array([3.0, 1.0]), np.array([2.0, 1.0]), 0.6)
    >>> mix.values.round(3), round(mix.cost, 3)
    (array([0.5, 1. ]), 2.5)
    """
    problem = _Problem(chance, costs, bounds, probability)
    unmoved = float(chance(np.zeros((1, len(costs))))[0])
    if unmoved >= probability:
        return Mix(np.zeros(len(costs)), 0.0, unmoved, True)
    shares = lattice(len(costs))
    lengths, chances = problem.scan(shares)
    enough = chances >= probability
    if not enough.any():
        row, column = np.unravel_index(np.argmax(chances), chances.shape)
        mix = problem.mix(shares[row], float(lengths[column]))
        return replace(mix, reached=False)
    rough = np.where(enough.any(axis=1), lengths[enough.argmax(axis=1)], np.inf)
    best = shares[np.argsort(rough, kind="stable")[:STARTS]]
    spent = problem.spending(best)
    if len(costs) > 1:
        refined = problem.refined(best[int(np.argmin(spent))])
        best = np.vstack([best, refined])
        spent = np.append(spent, problem.spending(refined[None]))
    n = int(np.argmin(spent))
    return problem.mix(best[n], float(spent[n]))


def cost_curve(
    chance: Chance, costs: Array, bounds: Array, points: int
) -> tuple[Array, Array]:
    """Probabilities (point), and the least cost of each among the mixes of a lattice.

    Parameters
    ----------
    chance
        Probability (case) of settings (case, lever).
    costs, bounds : (lever)
        As in `cheapest_mix`.
    points
        At most; the first is that of doing nothing.
    """
    problem = _Problem(chance, costs, bounds, 1.0)
    shares = lattice(len(costs))
    lengths, chances = problem.scan(shares)
    tried = problem.values(
        np.repeat(shares, len(lengths), axis=0), np.tile(lengths, len(shares))
    )
    spent = np.append(0.0, np.abs(tried) @ costs)
    unmoved = chance(np.zeros((1, len(costs))))
    reached = np.append(unmoved, chances.ravel())
    order = np.lexsort((-reached, spent))
    best = np.maximum.accumulate(reached[order])
    rising = np.flatnonzero(np.diff(best, prepend=-1.0) > 0)
    aims = np.linspace(best[0], best[-1], points)
    chosen = rising[np.unique(np.searchsorted(best[rising], aims))]
    return best[chosen], spent[order][chosen]


def lattice(count: int) -> Array:
    """Shares (direction, lever) of spending on a regular lattice.

    Examples
    --------
    >>> lattice(2)[[0, 10, 40]].tolist()
    [[0.0, 1.0], [0.25, 0.75], [1.0, 0.0]]
    """
    steps = LATTICE.get(count, COARSE)
    if count == 1:
        return np.ones((1, 1))
    places = combinations(range(steps + count - 1), count - 1)
    bars = np.array(list(places), dtype=int).reshape(-1, count - 1)
    ends = np.full((len(bars), 1), steps + count - 1)
    edges = np.hstack([np.full((len(bars), 1), -1), bars, ends])
    return np.asarray((np.diff(edges, axis=1) - 1) / steps)


@dataclass(frozen=True)
class _Problem:
    chance: Chance
    costs: Array
    bounds: Array
    probability: float

    def values(self, shares: Array, spending: Array) -> Array:
        """Values (case, lever): each lever takes its share, up to its bound.

        What a bounded lever leaves goes to the others in their proportion.
        """
        most = self.costs * np.abs(self.bounds)
        given = np.zeros(shares.shape)
        for _ in range(shares.shape[1]):
            left = spending - given.sum(axis=1)
            free = np.where(given < most * (1 - 1e-12), shares, 0.0)
            total = free.sum(axis=1)
            part = np.divide(
                free, total[:, None], np.zeros_like(free), where=total[:, None] > 0
            )
            given = np.minimum(given + left[:, None] * part, most)
        return given / self.costs * np.sign(self.bounds)

    def scan(self, shares: Array) -> tuple[Array, Array]:
        """Spendings tried (length), and probabilities there (direction, length)."""
        most = float((self.costs * np.abs(self.bounds)).sum())
        lengths = np.linspace(0, most, SCAN + 1)[1:]
        cases = np.repeat(shares, SCAN, axis=0)
        tried = self.values(cases, np.tile(lengths, len(shares)))
        return lengths, self.chance(tried).reshape(len(shares), SCAN)

    def spending(self, shares: Array) -> Array:
        """Least spending of each direction (case) that reaches the probability.

        Infinite where none does.
        """
        lengths, chances = self.scan(shares)
        enough = chances >= self.probability
        high = lengths[enough.argmax(axis=1)]
        low = high - lengths[0]
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            reached = self.chance(self.values(shares, middle)) >= self.probability
            high, low = np.where(reached, middle, high), np.where(reached, low, middle)
        return np.where(enough.any(axis=1), high, np.inf)

    def refined(self, start: Array) -> Array:
        """Shares near a start at which spending is least."""
        from scipy.optimize import minimize

        def spent(free: Array) -> float:
            shares = _shares(free)
            value = float(self.spending(shares[None])[0])
            return value if np.isfinite(value) else 1e9 * float(self.costs.max())

        size = len(start) - 1
        simplex = np.vstack([start[:-1], start[:-1] + 0.05 * np.eye(size)])
        options = {
            "initial_simplex": simplex,
            "xatol": TOLERANCE,
            "fatol": 0.0,
            "maxiter": MAX_TURNS * size,
        }
        result = minimize(spent, start[:-1], method="Nelder-Mead", options=options)
        return _shares(result.x)

    def mix(self, shares: Array, spending: float) -> Mix:
        """The mix of a direction and a spending."""
        values = self.values(shares[None], np.array([spending]))
        cost = float(np.abs(values[0]) @ self.costs)
        return Mix(values[0], cost, float(self.chance(values)[0]), True)


def _shares(free: Array) -> Array:
    """Shares that sum to 1 of all but the last, cut off at 0."""
    shares = np.clip(np.append(free, 1 - free.sum()), 0, None)
    return np.asarray(shares / shares.sum())
