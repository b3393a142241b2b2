r"""Losses of missed targets, and what is expected of them at large and at worst.

With a shortfall u (0 where the target is met) and an excess e (0 where it is missed),
both in the target's unit, a loss is

.. math::
    a\,u \;\text{(proportional)}, \qquad a\,1\{u > 0\} \;\text{(step)}, \qquad
    a\,u - b\,e \;\text{(asymmetric)}

in the unit of costs; b is what each unit beyond the target is worth, which may be less
than what one below it costs, or negative where it does harm.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cszt_models.project.plan import Target
from cszt_models.projection.accounting import Array


@dataclass(frozen=True)
class Loss:
    """Loss of one target.

    Parameters
    ----------
    form
        Of the loss; see the module.
    loss
        Per unit of shortfall, or of a miss at all, in the unit of costs.
    beyond
        Worth of each unit beyond the target, of an asymmetric loss.
    """

    form: Literal["proportional", "step", "asymmetric"]
    loss: float
    beyond: float = 0.0

    def of(self, target: Target, outcome: Array) -> Array:
        """Loss of each draw (draw).

        Examples
        --------
        >>> from cszt_models import load_project
        >>> from cszt_models.project.plan import read_targets
        >>> gdp = read_targets(load_project())["gdp_2025"]
        >>> draws = np.array([24_000.0, 25_000.0, 26_000.0])
        >>> Loss("asymmetric", 0.05, 0.01).of(gdp, draws).tolist()
        [50.0, 0.0, -10.0]
        """
        short: Array = target.shortfall(outcome)
        if self.form == "step":
            return np.where(target.met_by(outcome), 0.0, self.loss)
        if self.form == "proportional":
            return np.asarray(self.loss * short)
        side = -1.0 if target.sense == "at_most" else 1.0
        excess = np.maximum(side * (np.asarray(outcome) - target.value), 0.0)
        return np.asarray(self.loss * short - self.beyond * excess)


def tail_mean(losses: Array, share: float) -> float:
    """Mean of the worst share of losses (CVaR).

    Where the share is no whole number of draws, the last one counts in part.

    Parameters
    ----------
    losses : (draw)
        In the unit of costs.
    share
        Of draws, above 0 and at most 1.

    References
    ----------
    Rockafellar, R. T. and Uryasev, S. (2000). Optimization of conditional
    value-at-risk. *Journal of Risk* 2(3), 21-41. https://doi.org/10.21314/JOR.2000.038.

    Examples
    --------
    >>> tail_mean(np.array([0.0, 0.0, 10.0, 30.0]), 0.5)
    20.0
    """
    worst = np.sort(losses)[::-1]
    left = share * len(worst)
    weights = np.clip(left - np.arange(len(worst)), 0.0, 1.0)
    return float(weights @ worst / left)
