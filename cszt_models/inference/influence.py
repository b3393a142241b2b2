r"""Influence: the rows of a panel on which its scales rest most.

A row that is left out moves the posterior mean of a log scale :math:`\theta`, to first
order, by

.. math:: -\operatorname{cov}\bigl(\theta, \ln p(y_i \mid y_{-i}, \sigma)\bigr)

over draws, here in posterior standard deviations of that scale.

References
----------
Gustafson, P. (1996). Local sensitivity of posterior expectations. *Annals of
Statistics* 24(1), 174-195.
Peruggia, M. (1997). On the variability of case-deletion importance sampling weights in
the Bayesian linear model. *Journal of the American Statistical Association* 92(437).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.structural.covariance import Covariance
from cszt_models.structural.likelihood import leave_one_out
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

DRAWS_MAX = 64  # of which the moments are taken
NAMED = 3  # rows in a message


class Influence(NamedTuple):
    """A row, the scale that it moves most, and by how many standard deviations."""

    row: int
    component: str
    shift: float


@ONE_THREAD
def influential_rows(panel: Panel, scales: Array) -> list[Influence]:
    """Rows by what leaving them out does to the scales, the largest first.

    Parameters
    ----------
    panel
        Specification and rows.
    scales : (draw, component)
        Posterior draws of its scales.
    """
    logs = np.log(scales[:DRAWS_MAX])
    free = [n for n, c in enumerate(panel.components) if not c.scale.fixed]
    if not free or len(logs) < 2:
        return []
    split = Covariance(panel)
    densities = np.array([_conditional_densities(split, s) for s in np.exp(logs)])
    apart = logs[:, free] - logs[:, free].mean(0)
    deviations = apart.std(0, ddof=1)
    deviations[deviations == 0] = np.inf
    shifts = -(densities - densities.mean(0)).T @ apart / (len(logs) - 1) / deviations
    largest = np.abs(shifts).argmax(1)
    order = np.argsort(-np.abs(shifts).max(1), kind="stable")
    return [
        Influence(
            int(n),
            panel.components[free[largest[n]]].name,
            float(shifts[n, largest[n]]),
        )
        for n in order
    ]


def heaviest_rows(panel: Panel, scales: Array) -> str:
    """Sentence on the rows on which the scales rest most; empty if none is free.

    Parameters
    ----------
    panel
        Specification and rows.
    scales : (draw, component)
        Posterior draws of its scales.
    """
    rows = [
        f"{panel.rows[n].region} {panel.rows[n].year} (without it {name!r} moves "
        f"{shift:+.1f} sd)"
        for n, name, shift in influential_rows(panel, scales)[:NAMED]
    ]
    return (
        f"The figures that weigh most are those of {', '.join(rows)}." if rows else ""
    )


def _conditional_densities(split: Covariance, scales: Array) -> Array:
    """Log density of each row given all others (row)."""
    alpha, inverse = leave_one_out(split, scales)
    return np.asarray(0.5 * (np.log(inverse) - np.square(alpha) / inverse))
