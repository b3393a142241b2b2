r"""Formulas of target outcomes, draw by draw, as sums that levers move.

For settings :math:`v_1 \dots v_J` of the levers an outcome is

.. math::
    y = a \Bigl( \prod_f F_f \Big/ \prod_h H_h \Bigr)^{1/n} + b, \qquad
    F = \sum_r L_r \, \exp\Bigl(\sum_j k_{rj} v_j / 100\Bigr) \,
        \operatorname{clip}\Bigl(S_r \exp\Bigl(\sum_j q_{rj} v_j / 100\Bigr)
        + \sum_j m_{rj} v_j, 0, 100\Bigr)

with a level L and a share S in percent (without one the last factor is 1) of each draw
and region, and constants k, q and m of each region and lever. `closed_form` derives
them from an outlook.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cszt_models.project.plan import Target
from cszt_models.projection.accounting import Array


@dataclass(frozen=True)
class Shares:
    """Shares that multiply the terms of a sum; they stop at 0 and 100 percent.

    ``values`` (draw, region) in percent; ``powers`` and ``slopes`` (region, lever) in
    log points and in points per unit of the lever.
    """

    values: Array
    powers: Array
    slopes: Array

    def factors(self, settings: Array) -> Array:
        """Factors of the levers (case, region) at settings (case, lever)."""
        return np.exp(settings @ self.powers.T / 100)

    def steps(self, settings: Array) -> Array:
        """Points that the levers add (case, region)."""
        return settings @ self.slopes.T

    def bounded(self, settings: Array) -> NDArray[np.bool_]:
        """Whether the share of any draw and region stops at a bound (case)."""
        factors, steps = self.factors(settings), self.steps(settings)
        low = self.values.min(axis=0) * factors + steps
        high = self.values.max(axis=0) * factors + steps
        return ((low < 0) | (high > 100)).any(axis=1)


@dataclass(frozen=True)
class Sum:
    """A sum over regions of levels that levers move, each times a share or not.

    ``levels`` (draw, region); ``powers`` (region, lever) in log points per unit of the
    lever.
    """

    levels: Array
    powers: Array
    shares: Shares | None = None

    def factors(self, settings: Array) -> Array:
        """Factors of the levers (case, region) at settings (case, lever)."""
        return np.exp(settings @ self.powers.T / 100)

    def at(self, settings: Array) -> Array:
        """The sum (case, draw) at settings (case, lever)."""
        factors, shares = self.factors(settings), self.shares
        if shares is None:
            return factors @ self.levels.T
        grown, steps = shares.factors(settings), shares.steps(settings)
        total = np.zeros((len(settings), len(self.levels)))
        for n, (level, share) in enumerate(
            zip(self.levels.T, shares.values.T, strict=True)
        ):
            moved = np.clip(share * grown[:, n, None] + steps[:, n, None], 0, 100)
            total += factors[:, n, None] * level * moved
        return total

    def times(self, factor: Array) -> "Sum":
        """The sum with levels multiplied (draw, region)."""
        return replace(self, levels=self.levels * factor)


@dataclass(frozen=True)
class Form:
    """The formula of one target: scale (tops / bottoms) ** (1 / root) + shift.

    ``tops`` and ``bottoms`` are the sums that are multiplied.
    """

    target: Target
    tops: tuple[Sum, ...]
    bottoms: tuple[Sum, ...] = ()
    root: int = 1
    scale: float = 1.0
    shift: float = 0.0

    def at(self, settings: Array) -> Array:
        """Draws of the outcome (case, draw), in the target's unit."""
        value = self.tops[0].at(settings)
        for top in self.tops[1:]:
            value = value * top.at(settings)
        for bottom in self.bottoms:
            value = value / bottom.at(settings)
        if self.root > 1:
            value = value ** (1 / self.root)
        return self.scale * value + self.shift


@dataclass(frozen=True)
class ClosedForm:
    """Formulas of targets by id in the levers named, on the draws of one outlook.

    ``excluded`` has the reason for each target without a formula.
    """

    levers: tuple[str, ...]
    forms: Mapping[str, Form]
    excluded: Mapping[str, str]

    def settings(self, **levers: float) -> Array:
        """One case (1, lever) from lever values by name; those not given are 0."""
        return np.array([[float(levers.get(name, 0.0)) for name in self.levers]])
