r"""Probabilities of events: Brier score in parts, CORP reliability, Murphy diagrams.

With p the probabilities, y the outcomes (0 or 1) and q the isotonic regression of y on
p, the mean Brier score S is split as

.. math:: S = \text{MCB} - \text{DSC} + \text{UNC}, \quad
    \text{MCB} = S(p) - S(q), \quad \text{DSC} = \text{UNC} - S(q)

where UNC is the score of the base rate. The elementary score at a threshold t is
\|y - t\| where t lies between p and y (min(p, y) <= t < max(p, y)), else 0; twice its
integral over t is the Brier score.

References
----------
Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for
probabilistic classifiers. *PNAS* 118(8). https://doi.org/10.1073/pnas.2016191118.
Ehm, W., Gneiting, T., Jordan, A. and Krüger, F. (2016). Of quantiles and expectiles:
consistent scoring functions, Choquet representations and forecast rankings. *JRSS B*
78(3), 505-562. https://doi.org/10.1111/rssb.12154.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

BAND, RESAMPLES = 0.9, 500
THRESHOLDS = np.linspace(0.0, 1.0, 101)


class Decomposition(NamedTuple):
    """Brier score in parts: miscalibration - discrimination + uncertainty."""

    miscalibration: float
    discrimination: float
    uncertainty: float
    score: float


def recalibrated(probability: Array, outcome: Array) -> Array:
    """Isotonic regression of outcomes on probabilities, equal ones pooled (case).

    Parameters
    ----------
    probability, outcome : (case)
        Forecasts of any real value, and what they are of.

    Examples
    --------
    >>> recalibrated(np.array([0.2, 0.4, 0.6]), np.array([0.0, 1.0, 0.0])).tolist()
    [0.0, 0.5, 0.5]
    """
    from scipy.optimize import isotonic_regression

    _, place, count = np.unique(probability, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=outcome) / count
    fitted: Array = isotonic_regression(means, weights=count).x[place]
    return fitted


def decompose(probability: Array, outcome: Array) -> Decomposition:
    """Mean Brier score with its CORP decomposition.

    Examples
    --------
    >>> decompose(np.array([-1.0, 1, 1, 2]), np.array([0.0, 0, 1, 1]))[:2]
    (0.625, 0.125)
    """
    calibrated = np.square(recalibrated(probability, outcome) - outcome).mean()
    score = np.square(probability - outcome).mean()
    uncertainty = np.square(outcome.mean() - outcome).mean()
    return Decomposition(
        float(score - calibrated),
        float(uncertainty - calibrated),
        float(uncertainty),
        float(score),
    )


def reliability_curve(
    probability: Array, outcome: Array, *, seed: int = 1
) -> pd.DataFrame:
    """CORP reliability diagram with consistency bands.

    Bands are of outcomes drawn with the stated probabilities, independently: where
    cases share shocks, true bands are wider.

    Parameters
    ----------
    probability, outcome : (case)
    seed
        Of the resampling.

    Returns
    -------
    DataFrame
        probability (each one stated), n, frequency (recalibrated), low and high (90 %
        consistency band, pointwise).
    """
    rng = np.random.default_rng(seed)
    stated, first = np.unique(probability, return_index=True)
    bounded = np.clip(probability, 0, 1)
    drawn = np.array(
        [
            recalibrated(probability, rng.binomial(1, bounded).astype(float))[first]
            for _ in range(RESAMPLES)
        ]
    )
    tail = (1 - BAND) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return pd.DataFrame(
        {
            "probability": stated,
            "n": np.unique(probability, return_counts=True)[1],
            "frequency": recalibrated(probability, outcome)[first],
            "low": low,
            "high": high,
        }
    )


def murphy_curve(
    probability: Array, outcome: Array, thresholds: Array = THRESHOLDS
) -> pd.DataFrame:
    """Mean elementary score at each threshold: lower is better.

    Parameters
    ----------
    probability, outcome : (case)
    thresholds
        Cost-loss ratios between 0 and 1.

    Returns
    -------
    DataFrame
        threshold, score.
    """
    low = np.minimum(probability, outcome)[:, None]
    high = np.maximum(probability, outcome)[:, None]
    between = (low <= thresholds) & (thresholds < high)
    scores = np.where(between, np.abs(outcome[:, None] - thresholds), 0.0).mean(0)
    return pd.DataFrame({"threshold": thresholds, "score": scores})
