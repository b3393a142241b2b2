r"""Broyden's method for conditions on quantities that are not linear in the cells.

Draws of all cells are split into the sums s and what does not depend on them, :math:`x
= u + D s`. A quantity :math:`q(u + D s)` is brought to its value t by solving for s in
each draw. With :math:`s_0` the sums that would be right if it were linear, a draw is
weighted by the true density over that of the way it was found,

.. math::
    \frac{N(s; m, G)}{N(s_0; m, G)} \left| \det \frac{\partial q}{\partial s}
    \right|^{-1}

which is constant for a linear quantity and nearly so for one that is nearly linear.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
type Function = Callable[[Array], Array]

STEPS = 30
MISS_MAX = 1e-8  # standard deviations that a quantity may be off
DIFFERENCE = 1e-4  # standard deviations, of a slope


def solve(
    values: Function, start: Array, aim: Array, spread: Array
) -> tuple[Array, Array]:
    """Arguments at which values are as aimed, in every draw, by Broyden's method.

    Parameters
    ----------
    values
        Values (draw, quantity) for arguments of the same shape, with slopes near one
        in their own argument and near zero in others'.
    start : (draw, quantity)
        Arguments to start from.
    aim : (draw, quantity)
        Values sought.
    spread : (quantity)
        Standard deviations, for tolerances and differences.

    Returns
    -------
    (draw, quantity), (draw)
        The arguments; and log of the absolute determinant of the slopes there, not a
        number in draws that do not arrive.

    Examples
    --------
    >>> at, slope = solve(np.exp, np.zeros((1, 1)), np.ones((1, 1)), np.ones(1))
    >>> bool(abs(at[0, 0]) < 1e-9), bool(abs(slope[0]) < 1e-3)
    (True, True)
    """
    at, size = start.copy(), start.shape[1]
    inverse = np.broadcast_to(np.eye(size), (len(start), size, size)).copy()
    miss = aim - values(at)
    for _ in range(STEPS):
        far = ~(np.abs(miss) <= MISS_MAX * spread).all(axis=1)
        if not far.any():
            break
        step = np.einsum("dij,dj->di", inverse, miss)
        step = np.where(far[:, None], np.clip(np.nan_to_num(step), *_reach(spread)), 0)
        at = at + step
        new = aim - values(at)
        inverse = _updated(inverse, step, miss - new, far)
        miss = new
    arrived = (np.abs(miss) <= MISS_MAX * spread).all(axis=1)
    slopes = np.empty((len(at), size, size))
    for n in range(size):
        step = np.zeros(size)
        step[n] = DIFFERENCE * spread[n]
        change = values(at + step) - values(at - step)
        slopes[:, :, n] = change / (2 * step[n])
    arrived &= np.isfinite(slopes).all(axis=(1, 2))
    logs = np.full(len(at), np.nan)
    logs[arrived] = np.linalg.slogdet(slopes[arrived])[1]
    return at, logs


def _reach(spread: Array) -> tuple[Array, Array]:
    """A step is no longer than five standard deviations."""
    return -5 * spread, 5 * spread


def _updated(
    inverse: Array, step: Array, change: Array, far: NDArray[np.bool_]
) -> Array:
    """Broyden's update of the inverse slopes for steps and the changes they made."""
    predicted = np.einsum("dij,dj->di", inverse, np.nan_to_num(change))
    back = np.einsum("di,dij->dj", step, inverse)
    scale = np.einsum("di,di->d", step, predicted)
    length = np.square(step).sum(axis=1)
    usable = far & (np.abs(scale) > 0.05 * length) & np.isfinite(change).all(axis=1)
    safe = np.where(usable, scale, 1.0)
    move = np.einsum("di,dj->dij", step - predicted, back) / safe[:, None, None]
    return inverse + np.where(usable[:, None, None], move, 0.0)
