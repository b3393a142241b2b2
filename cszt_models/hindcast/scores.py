r"""Proper scoring rules for forecasts given as draws: CRPS, energy and log score.

All are negatively oriented: lower is better. Over draws x, x' and the outcome y,

.. math::
    \text{CRPS} = E|x - y| - \tfrac12 E|x - x'|, \qquad
    \text{energy} = E\|x - y\| - \tfrac12 E\|x - x'\|

in the unit of the outcome. The log score is :math:`-\ln \hat p(y)` with a Gaussian
kernel estimate of the density, which is finite for any outcome.

References
----------
Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and
estimation. *JASA* 102(477), 359-378. https://doi.org/10.1198/016214506000001437.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

Array = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.95)  # of the central intervals whose coverage is counted
_SMALLEST = 1e-6  # bandwidth of a forecast without spread


class Scored(NamedTuple):
    """Scores of forecasts (case): each field has one number for each."""

    crps: Array
    log_score: Array
    pit: Array
    inside: NDArray[
        np.bool_
    ]  # (case, level): whether the outcome lies in the central interval
    median: Array


def score(outcomes: Array, draws: Array) -> Scored:
    """Scores of univariate forecasts.

    Parameters
    ----------
    outcomes : (case)
    draws : (case, draw)

    Examples
    --------
    >>> found = score(np.array([0.0]), np.array([[-1.0, 1.0]]))
    >>> float(found.crps[0])  # E|x| = 1, E|x - x'| = 1
    0.5
    """
    import scoringrules

    tails = [(1 - level) / 2 for level in LEVELS]
    low = np.quantile(draws, tails, axis=1).T
    high = np.quantile(draws, [1 - tail for tail in tails], axis=1).T
    place = outcomes[:, None]
    below = (draws < place).mean(1) + (draws == place).mean(1) / 2
    return Scored(
        scoringrules.crps_ensemble(outcomes, draws, estimator="qd", backend="numpy"),
        _log_score(outcomes, draws),
        below,
        (low <= place) & (place <= high),
        np.median(draws, axis=1),
    )


def _log_score(outcomes: Array, draws: Array) -> Array:
    """Negative log of a Gaussian kernel density with Silverman's bandwidth."""
    count = draws.shape[1]
    quartiles = np.subtract(*np.quantile(draws, [0.75, 0.25], axis=1))
    spread = np.minimum(
        draws.std(1, ddof=1), np.where(quartiles > 0, quartiles, np.inf) / 1.34
    )
    width = np.maximum(1.06 * spread * count**-0.2, _SMALLEST)[:, None]
    z = (outcomes[:, None] - draws) / width
    density = logsumexp(-0.5 * np.square(z), axis=1) - np.log(
        count * np.sqrt(2 * np.pi)
    )
    return np.log(width[:, 0]) - density


def energy(outcomes: Array, draws: Array) -> Array:
    """Energy scores of multivariate forecasts.

    Each draw is compared with the one before it instead of with all others, which is
    unbiased because neighbouring draws are independent.

    Parameters
    ----------
    outcomes : (case, variable)
    draws : (case, draw, variable)
    """
    import scoringrules

    return scoringrules.es_ensemble(outcomes, draws, estimator="akr", backend="numpy")


def difference(
    scores: pd.DataFrame,
    *,
    block: int,
    seed: int,
    resamples: int = 2000,
    level: float = 0.9,
) -> pd.DataFrame:
    """Mean score of each method less the first's, with an interval over origins.

    Origins share their year shocks, so whole origins are drawn anew, and neighbouring
    ones together because their horizons overlap (circular block bootstrap).

    Parameters
    ----------
    scores : (origin, method)
        Mean score of each method at each origin.
    block
        Neighbouring origins drawn together.

    Returns
    -------
    DataFrame
        method, difference, low, high.

    References
    ----------
    Politis, D. N. and Romano, J. P. (1992). A circular block-resampling procedure for
    stationary data. In *Exploring the Limits of Bootstrap*, Wiley, 263-270.
    """
    gaps = scores.sub(scores.iloc[:, 0], axis="index").sort_index()
    rng, size = np.random.default_rng(seed), len(gaps)
    starts = rng.integers(size, size=(resamples, -(-size // block)))
    chosen = (starts[:, :, None] + np.arange(block)).reshape(resamples, -1) % size
    drawn = gaps.to_numpy()[chosen[:, :size]].mean(1)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {"method": gaps.columns, "difference": gaps.mean(), "low": low, "high": high}
    ).reset_index(drop=True)
