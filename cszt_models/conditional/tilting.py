r"""Entropic tilting: weights nearest to given ones under probabilities of events.

The weights of least relative entropy to :math:`w` with :math:`\sum_i \tilde w_i a_{ik}
= p_k` for events a are

.. math:: \tilde w_i \propto w_i \exp \sum_k \lambda_k a_{ik}

References
----------
Meucci, A. (2008). Fully flexible views: theory and practice. *Risk* 21(10), 97-102.
Robertson, J. C., Tallman, E. W. and Whiteman, C. H. (2005). Forecasting using relative
entropy. *Journal of Money, Credit and Banking* 37(3), 383-401.
https://doi.org/10.1353/mcb.2005.0034.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

MISS_MAX = 1e-8  # of a probability
STEPS, STEP_MAX = 100, 2.0  # Newton's, of the slopes
STEEPEST = 100.0  # slope at which effectively no draws are left


def tilted(weights: Array, events: NDArray[np.bool_], probabilities: Array) -> Array:
    """Weights (draw) under which events have given probabilities.

    Parameters
    ----------
    weights : (draw)
        Sum to one.
    events : (draw, event)
    probabilities : (event)

    Returns
    -------
    (draw)
        All not a number if no weights give the events these probabilities.

    Examples
    --------
    >>> below = np.array([[True], [True], [False], [False]])
    >>> tilted(np.full(4, 0.25), below, np.array([0.8])).round(3).tolist()
    [0.4, 0.4, 0.1, 0.1]
    """
    with np.errstate(divide="ignore"):
        logs = np.log(weights)
    positive = np.isfinite(logs)
    apart = events[positive] - probabilities

    slopes, tilts = np.zeros(len(probabilities)), logs[positive]
    for _ in range(STEPS):
        now = special.softmax(tilts)
        miss = now @ apart
        if np.abs(miss).max() < MISS_MAX / 10 or np.abs(slopes).max() > STEEPEST:
            break
        curve = (now[:, None] * apart).T @ apart - np.outer(miss, miss)
        step = np.linalg.lstsq(curve, miss)[0]
        slopes -= step * min(1.0, STEP_MAX / max(np.abs(step).max(), STEP_MAX))
        tilts = logs[positive] + apart @ slopes
    new = np.zeros_like(weights)
    new[positive] = special.softmax(tilts)
    if np.abs(new @ events - probabilities).max() > MISS_MAX:
        return np.full_like(weights, np.nan)
    return new
