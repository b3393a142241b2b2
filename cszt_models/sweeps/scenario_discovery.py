"""Discovery: where in the space of levers the plan fails, as ranges a reader can say.

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

PEELED = 0.05  # share of the cases inside that a step takes away
LEAST = 0.02  # share of all cases that stay inside
DENSITY = 0.9  # wanted of the box that is told


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
        If no case fails, or all do: then there is nothing to tell.
    """
    failed = np.asarray(failed, bool)
    if not failed.any() or failed.all():
        what = "all" if failed.all() else "none"
        raise DataError(
            f"{what} of {len(failed)} cases fail, so there is nothing to tell apart. "
            "Choose another probability, or wider ranges."
        )
    table = cases[sorted(cases.columns)]  # so that the order of columns cannot matter
    values = table.to_numpy(float)
    low, high = np.full(values.shape[1], -np.inf), np.full(values.shape[1], np.inf)
    found = [_box(table, failed, low, high)]
    while True:
        step = _peeled(values, failed, low, high)
        if step is None:
            return found
        low, high = step
        found.append(_box(table, failed, low, high))
        if found[-1].density == 1:
            return found


def told(
    found: list[Box], cases: pd.DataFrame, failed: np.ndarray, density: float = DENSITY
) -> Box:
    """The box to tell: most coverage among those dense enough, else the densest.

    A bound without which the box is as dense as wanted, or as it was, is let go: a step
    that paid early may be idle in the end.

    Parameters
    ----------
    found
        From `boxes`, of the same cases.
    """
    dense = [box for box in found if box.density >= density]
    best = max(found, key=lambda box: (box.density, box.coverage))
    if dense:
        best = max(dense, key=lambda box: box.coverage)
    table, hit = cases[sorted(cases.columns)], np.asarray(failed, bool)
    wanted = min(density, best.density)
    while True:
        wider = [box for box in _released(best, table, hit) if box.density >= wanted]
        if not wider:
            return best
        best = max(wider, key=lambda box: (box.coverage, box.density))


def _released(box: Box, table: pd.DataFrame, failed: np.ndarray) -> list[Box]:
    """The box without each of its bounds."""
    sides = []
    for n, name in enumerate(table.columns):
        for side, held in enumerate((box.low[name], box.high[name])):
            if np.isfinite(held):
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
        own = np.unique(values[inside, column])
        if len(own) < 2:
            continue
        for side in (0, 1):
            bounds = low.copy(), high.copy()
            at = np.quantile(
                values[inside, column], PEELED if side == 0 else 1 - PEELED
            )
            if side == 0:
                bounds[0][column] = own[own > at][0] if (own > at).any() else own[-1]
            else:
                bounds[1][column] = own[own < at][-1] if (own < at).any() else own[0]
            kept = _inside(values, *bounds)
            if kept.sum() < LEAST * len(values) or kept.sum() == inside.sum():
                continue
            score = float(failed[kept].mean()), int(kept.sum())
            if score > best:
                best, chosen = score, bounds
    return chosen
