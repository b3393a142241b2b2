r"""Replayed targets: thresholds like those of a plan, for forecasts from past origins.

A plan asks for a mean yearly change over the horizon ("growth of at least x", "a share
of y by year T"). At an origin the thresholds x are the mean of the region's last
five years plus multiples k of the standard deviation of the group's yearly values
around their regions' means, the same for every method.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.evaluation.probabilities import decompose, recalibrated
from cszt_models.targets.scoring import brier_score, log_score

Array = NDArray[np.float64]

WINDOW = 5  # years before the origin
AMBITIONS = (
    -2.0,
    -1.0,
    -0.5,
    0.0,
    0.5,
)  # k, in standard deviations; plans mostly set less than the past mean
BINS = np.linspace(0, 1, 11)  # of probabilities in a reliability diagram
MIN_BIN_COUNT = 50  # cases below which the frequency of a bin is not shown
CERTAINTY_MARGIN = 0.005  # distance from 0 and 1 of probabilities in the log score


def goals(changes: Mapping[str, Array]) -> dict[str, Array]:
    """Thresholds x (ambition, part) of each region with five years behind it.

    Parameters
    ----------
    changes
        Yearly changes (year, part) of every region up to the origin.
    """
    recent = {
        region: values[-WINDOW:]
        for region, values in changes.items()
        if len(values) >= WINDOW and np.isfinite(values[-WINDOW:]).all()
    }
    if not recent:
        return {}
    apart = np.array([values - values.mean(0) for values in recent.values()])
    spread = np.sqrt(np.square(apart).sum((0, 1)) / (len(recent) * (WINDOW - 1)))
    return {
        region: values.mean(0) + np.multiply.outer(AMBITIONS, spread)
        for region, values in recent.items()
    }


def verification(replayed: pd.DataFrame) -> pd.DataFrame:
    """Brier and log score of attainment probabilities, by method.

    Parameters
    ----------
    replayed
        Rows of method, probability and met.

    Returns
    -------
    DataFrame
        method, n, brier, log_score, base_rate (share of goals met), brier_climate
        (of always forecasting that share, which nobody knew), and the CORP parts of the
        Brier score, miscalibration and discrimination.
    """
    bounded = replayed["probability"].clip(CERTAINTY_MARGIN, 1 - CERTAINTY_MARGIN)
    met = replayed["met"].astype(float)
    rows = replayed.assign(
        brier=brier_score(replayed["probability"], met),
        log_score=log_score(bounded, met),
        base_rate=met,
    )
    groups = rows.groupby("method", sort=False)
    table = groups[["brier", "log_score", "base_rate"]].mean()
    table.insert(0, "n", groups.size())
    table["brier_climate"] = table["base_rate"] * (1 - table["base_rate"])
    parts = {
        method: decompose(rows["probability"].to_numpy(), rows["met"].to_numpy(float))
        for method, rows in groups
    }
    table["miscalibration"] = [parts[name].miscalibration for name in table.index]
    table["discrimination"] = [parts[name].discrimination for name in table.index]
    return table.reset_index()


def reliability(replayed: pd.DataFrame) -> pd.DataFrame:
    """How often goals were met among those of like probability, by method.

    Returns
    -------
    DataFrame
        method, low and high (of the bin), n, origins (distinct years behind it),
        probability (mean forecast), frequency (share met), corp (mean of the isotonic
        regression of all cases in the bin) and gap (frequency less probability).
    """
    replayed = replayed.reset_index(drop=True)
    place = np.digitize(replayed["probability"], BINS[1:-1])
    rows = replayed.assign(low=BINS[place], met=replayed["met"].astype(float), corp=0.0)
    for _, cases in rows.groupby("method"):
        stated, met = cases["probability"].to_numpy(float), cases["met"].to_numpy()
        rows.loc[cases.index, "corp"] = recalibrated(stated, met)
    groups = rows.groupby(["method", "low"], sort=True)
    table = groups.agg(
        n=("met", "size"),
        origins=("origin", "nunique"),
        probability=("probability", "mean"),
        frequency=("met", "mean"),
        corp=("corp", "mean"),
    ).reset_index()
    table.insert(2, "high", table["low"] + BINS[1])
    return table.assign(gap=table["frequency"] - table["probability"])
