"""Reweighting: weighted draws as draws of equal weight, and how many they are worth."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int_]


def normalized(log_weights: Array) -> Array:
    """Weights (draw) that sum to one; all 0 if every log weight is minus infinity."""
    largest = log_weights.max(initial=-np.inf)
    if not np.isfinite(largest):
        return np.zeros_like(log_weights)
    weights = np.exp(log_weights - largest)
    return weights / weights.sum()


def effective_size(weights: Array) -> float:
    r"""How many draws of equal weight tell as much: :math:`(\sum w)^2 / \sum w^2`.

    Examples
    --------
    >>> effective_size(np.array([0.5, 0.5, 0.0]))
    2.0
    """
    squares = float(np.square(weights).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def resampled(
    weights: Array, rng: np.random.Generator, together: Places | None = None
) -> Places:
    """Places of the draws to take (draw), by their weights; equal ones change nothing.

    Systematic resampling: a draw of weight w is taken w n times, give or take one. A
    draw that is taken keeps its own place, and its copies fill those of the others, so
    that what a draw has in common with another scenario's stays where it is.

    Parameters
    ----------
    together : (draw)
        Numbers of groups of draws, each of which is taken by its own weight, give or
        take one draw.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> resampled(np.array([0.25, 0.25, 0.5, 0.0]), rng).tolist()
    [0, 1, 2, 2]
    """
    n = len(weights)
    order = np.arange(n) if together is None else np.argsort(together, kind="stable")
    edges = np.cumsum(weights[order]) / weights.sum() * n
    places = np.arange(n) + rng.random()
    taken = order[np.minimum(np.searchsorted(edges, places, side="right"), n - 1)]
    counts = np.bincount(taken, minlength=n)
    found = np.arange(n)
    found[counts == 0] = np.repeat(np.arange(n), np.maximum(counts - 1, 0))
    return found
