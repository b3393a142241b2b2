r"""Brier and log scores of probabilities stated before targets were resolved.

With p the probability stated and y = 1 if the target was met, else 0,

.. math:: \text{Brier} = (p - y)^2, \qquad \text{log} = -\ln(y p + (1 - y)(1 - p))

Both are better when lower. A coin (p = 1/2) has 0.25 and 0.69. A probability of 0 or 1
from n draws is moved by half a draw, (np + 1/2) / (n + 1), as it claims no certainty.

References
----------
Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and
estimation. *JASA* 102(477), 359-378. https://doi.org/10.1198/016214506000001437.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.targets.attainment import Assessment

JOINT = "joint"
COIN = {"brier": 0.25, "log": float(np.log(2))}
COLUMNS = ["target", "as_of", "probability", "met", "brier", "log"]


def brier_score(probability: Any, met: Any) -> Any:
    """Squared difference of a probability and the outcome (1 if met)."""
    return (probability - met) ** 2


def log_score(probability: Any, met: Any) -> Any:
    """Negative log probability of the outcome; probabilities lie between 0 and 1."""
    return -np.log(np.where(met == 1, probability, 1 - probability))


def scores(assessments: Sequence[Assessment]) -> pd.DataFrame:
    """Scores of probabilities of targets that the last assessment resolves.

    Parameters
    ----------
    assessments
        Oldest first; dates on which a target was not yet resolved are scored.

    Returns
    -------
    DataFrame
        target (``joint`` for the joint, which is resolved as soon as one of its targets
        is missed, or all are met); as_of; probability; met; brier and log scores. Empty
        if nothing is resolved.
    """
    rows = []
    verdicts = _verdicts(assessments[-1]) if assessments else {}
    for target, met in verdicts.items():
        for assessment in assessments:
            if target in _verdicts(assessment):
                continue
            p = _stated(assessment, target)
            if p is None:
                continue
            moved = (assessment.draws * p + 0.5) / (assessment.draws + 1)
            rows.append(
                {
                    "target": target,
                    "as_of": pd.Timestamp(assessment.as_of),
                    "probability": p,
                    "met": met,
                    "brier": brier_score(p, met),
                    "log": float(log_score(moved, met)),
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def mean_scores(scored: pd.DataFrame) -> pd.DataFrame:
    """Mean scores of each target over its as-of dates, and those of a coin.

    Returns
    -------
    DataFrame
        target, dates (how many), met, brier, log; skill, the share of the coin's Brier
        score that is saved: 1 is perfect, below 0 worse than a coin.
    """
    grouped = scored.groupby("target", sort=False)
    means = grouped.agg(
        dates=("as_of", "size"),
        met=("met", "first"),
        brier=("brier", "mean"),
        log=("log", "mean"),
    ).reset_index()
    return means.assign(skill=1 - means["brier"] / COIN["brier"])


def _verdicts(assessment: Assessment) -> dict[str, bool]:
    """Targets that an assessment resolves, and whether they are met."""
    verdicts = {a.target.id: a.met for a in assessment.targets if a.met is not None}
    if assessment.joint is not None:
        parts = [verdicts.get(name) for name in assessment.joint.targets]
        if False in parts:
            return {**verdicts, JOINT: False}
        if all(parts):
            return {**verdicts, JOINT: True}
    return verdicts


def _stated(assessment: Assessment, target: str) -> float | None:
    if target == JOINT:
        return None if assessment.joint is None else assessment.joint.probability
    return next(
        (a.probability for a in assessment.targets if a.target.id == target), None
    )
