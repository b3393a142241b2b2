"""Differences of scores between methods: Diebold-Mariano test over whole years.

Cases of a year share its shocks: scores are averaged by year, and years are the cases.

References
----------
Diebold, F. X. and Mariano, R. S. (1995). Comparing predictive accuracy. *JBES* 13(3).
Harvey, D., Leybourne, S. and Newbold, P. (1997). Testing the equality of prediction
mean squared errors. *International Journal of Forecasting* 13(2), 281-291.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Difference(NamedTuple):
    """Mean difference of scores, the corrected statistic and its two-sided p-value."""

    mean: float
    statistic: float
    p_value: float


def diebold_mariano(differences: Sequence[float] | Array, lags: int = 0) -> Difference:
    """Test that two methods score alike, with the small-sample correction.

    Parameters
    ----------
    differences
        Of scores in consecutive periods, one for each.
    lags
        Autocovariances that count: years ahead less one.

    Returns
    -------
    Difference
        NaN where fewer than three periods, or no variance, are left.

    Examples
    --------
    >>> result = diebold_mariano([1.0, 2.0, 3.0])
    >>> result.mean, round(result.statistic, 4)
    (2.0, 3.4641)
    """
    from scipy.stats import t

    gaps = np.asarray(differences, dtype=float)
    count, mean = len(gaps), float(np.mean(gaps))
    apart = gaps - mean
    lagged = [2 * (apart[k:] @ apart[: count - k]) for k in range(1, lags + 1)]
    variance = float((apart @ apart + sum(lagged)) / count**2)
    if count < 3 or variance <= 0:
        return Difference(mean, np.nan, np.nan)
    ahead = lags + 1
    correction = (count + 1 - 2 * ahead + ahead * (ahead - 1) / count) / count
    statistic = float(mean / np.sqrt(variance) * np.sqrt(correction))
    p_value = float(2 * t.sf(abs(statistic), count - 1))
    return Difference(mean, statistic, p_value)


def differences(
    scores: pd.DataFrame, *, seed: int = 1, resamples: int = 4000, level: float = 0.9
) -> pd.DataFrame:
    """Score of each method less the first's, by years resampled as a whole.

    Parameters
    ----------
    scores
        Columns method, year and score; every method has the same cases.
    seed
        Of the resampling.

    Returns
    -------
    DataFrame
        method, difference (mean over cases), low, high (interval), statistic and
        p_value (of Diebold and Mariano, years weighted alike).
    """
    table = scores.pivot_table(
        index="year", columns="method", values="score", sort=False
    )
    first = scores["method"].iloc[0]
    cases = scores[scores["method"] == first].groupby("year").size()
    count = cases.reindex(table.index).to_numpy()
    chosen = np.random.default_rng(seed).integers(
        len(table), size=(resamples, len(table))
    )
    tails = [(1 - level) / 2, (1 + level) / 2]
    rows = []
    for method in scores["method"].unique():
        if method == first:
            continue
        gaps = (table[method] - table[first]).to_numpy()
        drawn = (gaps * count)[chosen].sum(1) / count[chosen].sum(1)
        low, high = np.quantile(drawn, tails)
        test = diebold_mariano(gaps)
        rows.append(
            {
                "method": method,
                "difference": float((gaps * count).sum() / count.sum()),
                "low": float(low),
                "high": float(high),
                "statistic": test.statistic,
                "p_value": test.p_value,
            }
        )
    columns = ["method", "difference", "low", "high", "statistic", "p_value"]
    return pd.DataFrame(rows, columns=columns)
