r"""Quantiles and draws: CRPS and weighted interval score in parts, PIT, vector ranks.

Twice the mean pinball loss over the levels of symmetric quantiles is the weighted
interval score (WIS); over n sorted draws at levels :math:`(i - 1/2)/n` it is the CRPS
of the draws. Each pair of quantiles l, u at levels a/2 and 1 - a/2 contributes

.. math:: \tfrac{a}{2}(u - l) + (l - y)_+ + (y - u)_+

the spread, over-prediction (outcome below) and under-prediction (outcome above).

References
----------
Bracher, J., Ray, E. L., Gneiting, T. and Reich, N. G. (2021). Evaluating epidemic
forecasts in an interval format. *PLoS Computational Biology* 17(2).
https://doi.org/10.1371/journal.pcbi.1008618.
Thorarinsdottir, T. L., Scheuerer, M. and Heinz, C. (2016). Assessing the calibration of
high-dimensional ensemble forecasts using rank histograms. *JCGS* 25(1), 105-122.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from cszt_models.errors import DataError

Array = NDArray[np.float64]

PARTS = ("spread", "over", "under")


def interval_parts(outcomes: Array, levels: Array, quantiles: Array) -> pd.DataFrame:
    """Weighted interval score of each case, in its three parts.

    Parameters
    ----------
    outcomes : (case)
    levels : (level)
        Between 0 and 1, rising and symmetric about one half.
    quantiles : (case, level)
        Rising along levels.

    Returns
    -------
    DataFrame
        spread, over, under (unit of the outcome); they add up to score.

    Raises
    ------
    DataError
        If levels are not symmetric.

    Examples
    --------
    >>> levels, quantiles = np.array([0.25, 0.75]), np.array([[0.0, 2.0]])
    >>> interval_parts(np.array([3.0]), levels, quantiles).loc[0].tolist()
    [0.5, 0.0, 1.0, 1.5]
    """
    if not np.allclose(levels, 1 - levels[::-1]):
        raise DataError(
            f"levels {', '.join(f'{level:g}' for level in levels)} are not symmetric "
            "about 0.5. Give each level with its counterpart."
        )
    half, count = len(levels) // 2, len(levels)
    low, high = quantiles[:, :half], quantiles[:, ::-1][:, :half]
    place = outcomes[:, None]
    spread = (levels[:half] * (high - low)).sum(1)
    over = np.maximum(low - place, 0).sum(1)
    under = np.maximum(place - high, 0).sum(1)
    if count % 2:
        gap = (quantiles[:, half] - outcomes) / 2
        over, under = over + np.maximum(gap, 0), under + np.maximum(-gap, 0)
    parts = pd.DataFrame({"spread": spread, "over": over, "under": under}) * 2 / count
    return parts.assign(score=parts.sum(axis=1))


def crps_parts(outcomes: Array, draws: Array) -> pd.DataFrame:
    """CRPS of each case in its three parts, from draws.

    Parameters
    ----------
    outcomes : (case)
    draws : (case, draw)

    Returns
    -------
    DataFrame
        spread, over, under (unit of the outcome); they add up to score.
    """
    count = draws.shape[1]
    levels = (np.arange(count) + 0.5) / count
    return interval_parts(outcomes, levels, np.sort(draws, axis=1))


def pit(outcomes: Array, draws: Array) -> Array:
    """Probability integral transform: share of draws below, ties counted half (case).

    Parameters
    ----------
    outcomes : (case)
    draws : (case, draw)
    """
    place = outcomes[:, None]
    share: Array = (draws < place).mean(1) + (draws == place).mean(1) / 2
    return share


def average_ranks(outcomes: Array, draws: Array) -> Array:
    """Average rank of each outcome vector among its draws, as a share of 1 (case).

    Uniform where the joint forecast is calibrated.

    Parameters
    ----------
    outcomes : (case, variable)
    draws : (case, draw, variable)
    """
    pooled = np.concatenate([outcomes[:, None, :], draws], axis=1)
    means = rankdata(pooled, axis=1).mean(axis=2)
    ranks: Array = (rankdata(means, axis=1)[:, 0] - 0.5) / pooled.shape[1]
    return ranks
