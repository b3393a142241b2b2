"""Tables of hindcast scores: by horizon, overall, skill, calibration.

All are means over the rows that `hindcast.run` returns, in which every method has the
same regions, origins and years.
"""

import numpy as np
import pandas as pd

from cszt_models.hindcast.evaluate import (
    COVERAGES,
    ENERGY,
    FAILED,
    GOAL,
    MEAN,
    SHARES,
    YEAR,
)
from cszt_models.hindcast.scores import LEVELS, difference

NAMES = dict(
    zip(COVERAGES, (f"coverage{round(100 * level)}" for level in LEVELS), strict=True)
)
PIT_BINS = 10


def by_horizon(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of each method by years ahead.

    Returns
    -------
    DataFrame
        method, horizon, n, crps, log_score and the coverages of 50, 80 and 95 percent.
    """
    return _means(scores[scores["kind"] == YEAR], ["method", "horizon"])


def overall(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of each method over all years ahead, and of the mean over the horizon.

    Returns
    -------
    DataFrame
        method, n, crps, log_score, coverages; crps_mean_growth, of the mean yearly
        change over the horizon, with its coverages; energy, of all regions of a year;
        energy_shares, of a region's shares together. Not a number where there is none.
    """
    table = _means(scores[scores["kind"] == YEAR], ["method"])
    mean = _means(scores[scores["kind"] == MEAN], ["method"]).set_index("method")
    table["crps_mean_growth"] = table["method"].map(mean["crps"])
    for name in NAMES.values():
        table[f"{name}_mean_growth"] = table["method"].map(mean[name])
    for kind, name in ((ENERGY, "energy"), (SHARES, "energy_shares")):
        rows = scores[scores["kind"] == kind].groupby("method")["crps"].mean()
        table[name] = table["method"].map(rows)
    return table


def _means(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Mean scores by some keys, methods in their order of appearance."""
    groups = rows.groupby(keys, sort=False)
    columns = ["crps", "log_score", *COVERAGES]
    means = groups[columns].mean().rename(columns=NAMES)
    means.insert(0, "n", groups.size())
    order = {name: n for n, name in enumerate(rows["method"].unique())}
    means = means.reset_index()
    by = [keys[0], *keys[1:]]
    return means.sort_values(
        by, key=lambda c: c.map(order) if c.name == "method" else c, ignore_index=True
    )


def gains(scores: pd.DataFrame, *, seed: int, kind: str = YEAR) -> pd.DataFrame:
    """CRPS of every other method less that of the first, with 90 % intervals.

    Parameters
    ----------
    seed
        Of the bootstrap.
    kind
        Of the rows compared.

    Returns
    -------
    DataFrame
        method, ratio (the first method's CRPS over it), difference, low, high and the
        number of origins, which are all the independent cases there may be.
    """
    rows = scores[scores["kind"] == kind]
    methods = list(rows["method"].unique())
    means = rows.pivot_table(index="origin", columns="method", values="crps")[methods]
    block = int(min(rows["horizon"].max(), max(len(means) // 3, 1)))
    table = difference(means, block=block, seed=seed)
    whole = rows.groupby("method")["crps"].mean()
    table.insert(1, "ratio", [whole[methods[0]] / whole[name] for name in methods])
    return table.assign(origins=len(means)).iloc[1:].reset_index(drop=True)


def pit_histogram(scores: pd.DataFrame) -> pd.DataFrame:
    """Share of outcomes in each tenth of their forecast: all 0.1 if calibrated.

    Returns
    -------
    DataFrame
        method, low, high, n and share.
    """
    rows = scores[scores["kind"] == YEAR]
    edges = np.linspace(0, 1, PIT_BINS + 1)
    tables = []
    for method, group in rows.groupby("method", sort=False):
        n = np.histogram(group["pit"], edges)[0]
        about = {"method": method, "low": edges[:-1], "high": edges[1:], "n": n}
        tables.append(pd.DataFrame(about).assign(share=n / n.sum()))
    return pd.concat(tables, ignore_index=True)


def failures(scores: pd.DataFrame) -> pd.DataFrame:
    """Groups and origins that no method is scored on, for a fit failed its gate.

    Returns
    -------
    DataFrame
        group, origin, method and reason.
    """
    rows = scores[scores["kind"] == FAILED]
    return rows[["group", "origin", "method", "reason"]].reset_index(drop=True)


def replayed(scores: pd.DataFrame) -> pd.DataFrame:
    """Attainment probabilities of replayed targets, and whether they were met."""
    return scores[scores["kind"] == GOAL].reset_index(drop=True)
