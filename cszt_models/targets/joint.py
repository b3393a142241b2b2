"""Joint probabilities of sets of targets, from the draws in which each is met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.targets.monte_carlo import Groups, monte_carlo_error

Met = Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class JointAttainment:
    """Probability that every target of a set is met, in the same draw.

    ``if_independent`` is the product of the single probabilities; ``binding`` the
    target whose removal raises the joint probability most.
    """

    targets: tuple[str, ...]
    probability: float
    mcse: float
    if_independent: float
    binding: str | None


def joint_attainment(met: Met, groups: Sequence[Groups] = ()) -> JointAttainment:
    """Joint probability of a set of targets from the draws in which each is met.

    Parameters
    ----------
    met : id -> (draw)
        All with the same draw index.
    groups
        Draws that share their scales, see `monte_carlo_error`.

    Raises
    ------
    ValueError
        If the set is empty.

    Examples
    --------
    >>> draws = np.array([True, True, False, False])
    >>> both = joint_attainment({"a": draws, "b": draws})
    >>> both.probability, both.if_independent
    (0.5, 0.25)
    """
    if not met:
        raise ValueError("a joint probability needs at least one target.")
    table = np.array(list(met.values()))
    all_met = table.all(axis=0)
    without = [
        np.delete(table, n, axis=0).all(axis=0).mean() for n in range(len(table))
    ]
    lone = len(table) == 1 or bool(all_met.all())
    order = np.lexsort((table.mean(axis=1), -np.array(without)))
    return JointAttainment(
        targets=tuple(met),
        probability=float(all_met.mean()),
        mcse=monte_carlo_error(all_met, groups),
        if_independent=float(table.mean(axis=1).prod()),
        binding=None if lone else list(met)[int(order[0])],
    )


def pairs(met: Met) -> pd.DataFrame:
    """Dependence of each pair of targets.

    Returns
    -------
    DataFrame
        target, other; ``both``, the probability that both are met, and what it were if
        they were independent; ``correlation`` of being met (-1 to 1), not a number
        where one of them is certain.

    Examples
    --------
    >>> draws = np.array([True, True, False, False])
    >>> pairs({"a": draws, "b": ~draws})["correlation"].tolist()
    [-1.0]
    """
    rows = []
    for (name, first), (other, second) in combinations(met.items(), 2):
        p, q, both = first.mean(), second.mean(), (first & second).mean()
        spread = np.sqrt(p * (1 - p) * q * (1 - q))
        rows.append(
            {
                "target": name,
                "other": other,
                "both": float(both),
                "if_independent": float(p * q),
                "correlation": float((both - p * q) / spread) if spread else np.nan,
            }
        )
    columns = ["target", "other", "both", "if_independent", "correlation"]
    return pd.DataFrame(rows, columns=columns)


def order_of_loss(met: Met) -> pd.DataFrame:
    """Order in which targets are dropped: the binding one first, and so on.

    Each row gives up the target whose removal raises the joint probability of those
    left most; of equals the least likely. The last row is the one that is lost last.

    Returns
    -------
    DataFrame
        target; ``alone``, its own probability; ``joint``, the probability of it and all
        that are lost after it.

    Examples
    --------
    >>> draws = np.arange(10)
    >>> lost = order_of_loss({"easy": draws < 9, "hard": draws < 2})
    >>> lost[["target", "joint"]].values.tolist()
    [['hard', 0.2], ['easy', 0.9]]
    """
    left, rows = dict(met), []
    while left:
        joint = joint_attainment(left)
        target = joint.binding or min(left, key=lambda name: left[name].mean())
        alone = float(left[target].mean())
        rows.append({"target": target, "alone": alone, "joint": joint.probability})
        del left[target]
    return pd.DataFrame(rows, columns=["target", "alone", "joint"])


def number_met(met: Met, groups: Sequence[Groups] = ()) -> pd.DataFrame:
    """Distribution of the number of targets met.

    Returns
    -------
    DataFrame
        number, from 0 to all; its probability and Monte-Carlo error mcse.
    """
    count = np.sum(list(met.values()), axis=0)
    hits = [count == number for number in range(len(met) + 1)]
    return pd.DataFrame(
        {
            "number": range(len(met) + 1),
            "probability": [float(hit.mean()) for hit in hits],
            "mcse": [monte_carlo_error(hit, groups) for hit in hits],
        }
    )
