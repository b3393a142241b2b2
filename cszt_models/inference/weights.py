"""Weights of draws: normalization, effective sample size, systematic resampling."""

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


def effective_size(weights: Array, total: float | None = None) -> float:
    r"""Effective sample size (Kish): :math:`(\sum w)^2 / \sum w^2`, 0 of no weights.

    ``total`` is the sum of the weights, if it is known exactly.

    Examples
    --------
    >>> effective_size(np.array([0.5, 0.5, 0.0]))
    2.0
    """
    squares = float(np.square(weights).sum())
    total = float(weights.sum()) if total is None else total
    return 0.0 if squares == 0 else total**2 / squares


def systematic(weights: Array, draws: int, rng: np.random.Generator) -> Places:
    """Places by systematic resampling: weight w is taken w n times, give or take one.

    Parameters
    ----------
    weights : (place)
        Of any sum.
    draws
        Number of places to draw, in ascending order.
    rng
        Gives one uniform number.
    """
    edges = np.cumsum(weights) / weights.sum() * draws
    points = np.arange(draws) + rng.random()
    places = np.searchsorted(edges, points, side="right")
    return np.minimum(places, len(weights) - 1)


def resampled(
    weights: Array, rng: np.random.Generator, together: Places | None = None
) -> Places:
    """Places of the draws to take (draw), by their weights; equal ones change nothing.

    Systematic resampling. A draw that is taken keeps its place, and copies fill the
    places of draws that are not, so that scenarios share as many draws as possible.

    Parameters
    ----------
    weights : (draw)
    rng
        Gives one uniform number.
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
    counts = np.bincount(order[systematic(weights[order], n, rng)], minlength=n)
    places = np.arange(n)
    places[counts == 0] = np.repeat(np.arange(n), np.maximum(counts - 1, 0))
    return places
