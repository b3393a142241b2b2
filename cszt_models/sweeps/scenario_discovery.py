"""Scenario discovery: ranges of levers in which the plan fails, by PRIM.

The patient rule induction method peels a box from one side at a time, always the one
whose loss leaves the highest share of failing cases. The ``coverage`` of a box is the
share of all failing cases inside it, its ``density`` the share of cases inside that
fail; the more of one, the less of the other.

References
----------
Friedman, J. H. and Fisher, N. I. (1999). Bump hunting in high-dimensional data.
*Statistics and Computing* 9(2), 123-143. https://doi.org/10.1023/A:1008894516817.

Bryant, B. P. and Lempert, R. J. (2010). Thinking inside the box. *Technological
Forecasting and Social Change* 77(1), 34-49.
https://doi.org/10.1016/j.techfore.2009.08.002.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cszt_models.errors import DataError

PEELED_SHARE = 0.05  # share of the cases inside that a step takes away
MIN_SHARE = 0.02  # share of all cases that stay inside
DENSITY = 0.9  # that the selected box should reach


@dataclass(frozen=True)
class Box:
    """Ranges of levers; a bound that does not cut anything off is infinite."""

    low: Mapping[str, float]
    high: Mapping[str, float]
    coverage: float
    density: float
    cases: int

    @property
    def limits(self) -> dict[str, tuple[float, float]]:
        """Ranges of the levers that are bounded, by name."""
        return {
            name: (low, self.high[name])
            for name, low in self.low.items()
            if np.isfinite(low) or np.isfinite(self.high[name])
        }

    def holds(self, cases: pd.DataFrame) -> np.ndarray:
        """Whether each case lies inside."""
        inside = np.ones(len(cases), bool)
        for name, (low, high) in self.limits.items():
            inside &= (cases[name] >= low).to_numpy() & (cases[name] <= high).to_numpy()
        return inside

    def words(self, labels: Mapping[str, str], language: str = "en") -> str:
        """Ranges, coverage and density in a sentence.

        Examples
        --------
        >>> box = Box({"growth": -np.inf}, {"growth": 0.4}, 0.8, 0.95, 40)
        >>> box.words({"growth": "real growth"})
        'real growth ≤ +0.40: 95% of cases there fail, and 80% of all that fail'
        """
        parts = []
        for name, (low, high) in self.limits.items():
            label = labels.get(name, name)
            if not np.isfinite(low):
                parts.append(f"{label} ≤ {high:+.2f}")
            elif not np.isfinite(high):
                parts.append(f"{label} ≥ {low:+.2f}")
            else:
                parts.append(f"{low:+.2f} ≤ {label} ≤ {high:+.2f}")
        if language == "zh":
            where = "，".join(parts) or "全部情形"
            return (
                f"{where}：其中{self.density:.0%}的情形不达标，"
                f"占全部不达标情形的{self.coverage:.0%}"
            )
        where = " and ".join(parts) or "everywhere"
        return (
            f"{where}: {self.density:.0%} of cases there fail, "
            f"and {self.coverage:.0%} of all that fail"
        )


def boxes(cases: pd.DataFrame, failed: np.ndarray) -> list[Box]:
    """Boxes from all cases to the smallest, each peeled from the one before.

    Parameters
    ----------
    cases
        Levers by name, a row for each case.
    failed : (case)
        Whether each case fails, such as ``sweep["p_joint"] < 0.5``.

    Raises
    ------
    DataError
        If no case fails, or all do.
    """
    failed = np.asarray(failed, bool)
    if not failed.any() or failed.all():
        what = "all" if failed.all() else "none"
        raise DataError(
            f"{what} of {len(failed)} cases fail, so no range separates them. "
            "Choose another probability, or wider ranges."
        )
    table = cases[sorted(cases.columns)]  # so that the order of columns cannot matter
    values = table.to_numpy(float)
    low, high = np.full(values.shape[1], -np.inf), np.full(values.shape[1], np.inf)
    trajectory = [_box(table, failed, low, high)]
    while True:
        step = _peeled(values, failed, low, high)
        if step is None:
            return trajectory
        low, high = step
        trajectory.append(_box(table, failed, low, high))
        if trajectory[-1].density == 1:
            return trajectory


def best_box(
    trajectory: list[Box],
    cases: pd.DataFrame,
    failed: np.ndarray,
    density: float = DENSITY,
) -> Box:
    """The box with most coverage among those dense enough, else the densest.

    Bounds that do not raise the density, up to the one required, are removed.

    Parameters
    ----------
    trajectory
        From `boxes`, of the same cases.
    cases : (case, column)
        Values of the columns.
    failed : (case)
        What boxes hold.
    density
        Share of failed cases from which a box is dense enough.
    """
    dense = [box for box in trajectory if box.density >= density]
    best = max(trajectory, key=lambda box: (box.density, box.coverage))
    if dense:
        best = max(dense, key=lambda box: box.coverage)
    table, hit = cases[sorted(cases.columns)], np.asarray(failed, bool)
    min_density = min(density, best.density)
    while True:
        wider = [
            box for box in _released(best, table, hit) if box.density >= min_density
        ]
        if not wider:
            return best
        best = max(wider, key=lambda box: (box.coverage, box.density))


def _released(box: Box, table: pd.DataFrame, failed: np.ndarray) -> list[Box]:
    """The box without each of its bounds."""
    sides = []
    for n, name in enumerate(table.columns):
        for side, bound in enumerate((box.low[name], box.high[name])):
            if np.isfinite(bound):
                bounds = [np.array([*box.low.values()]), np.array([*box.high.values()])]
                bounds[side][n] = (-np.inf, np.inf)[side]
                sides.append(_box(table, failed, *bounds))
    return sides


def _inside(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return ((values >= low) & (values <= high)).all(axis=1)


def _box(
    table: pd.DataFrame, failed: np.ndarray, low: np.ndarray, high: np.ndarray
) -> Box:
    inside = _inside(table.to_numpy(float), low, high)
    names, hit = list(table.columns), int((failed & inside).sum())
    return Box(
        dict(zip(names, low.tolist(), strict=True)),
        dict(zip(names, high.tolist(), strict=True)),
        hit / int(failed.sum()),
        hit / int(inside.sum()),
        int(inside.sum()),
    )


def _peeled(
    values: np.ndarray, failed: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Bounds after the best step, or None if the box would be too small."""
    inside = _inside(values, low, high)
    best, chosen = (-1.0, -1), None
    for column in range(values.shape[1]):
        distinct = np.unique(values[inside, column])
        if len(distinct) < 2:
            continue
        for side in (0, 1):
            bounds = low.copy(), high.copy()
            at = np.quantile(
                values[inside, column], PEELED_SHARE if side == 0 else 1 - PEELED_SHARE
            )
            if side == 0:
                bounds[0][column] = (
                    distinct[distinct > at][0]
                    if (distinct > at).any()
                    else distinct[-1]
                )
            else:
                bounds[1][column] = (
                    distinct[distinct < at][-1]
                    if (distinct < at).any()
                    else distinct[0]
                )
            remaining = _inside(values, *bounds)
            if (
                remaining.sum() < MIN_SHARE * len(values)
                or remaining.sum() == inside.sum()
            ):
                continue
            score = float(failed[remaining].mean()), int(remaining.sum())
            if score > best:
                best, chosen = score, bounds
    return chosen
