r"""Prior scales learned from a panel of one's own, by empirical Bayes over its groups.

Each group of regions is fitted by itself under wide priors. What its rows say of the
log of a scale is taken as Gaussian, :math:`l_g \pm v_g^{1/2}` (Laplace), and the true
logs as

.. math:: \theta_g \sim N(m, \tau^2), \qquad l_g \mid \theta_g \sim N(\theta_g, v_g)

The learned prior is that of another group: median :math:`e^{\hat m}`, spread
:math:`(\hat\tau^2 + \operatorname{var} \hat m)^{1/2}`. A scale of which no group says
anything keeps its prior, and so does a fixed one.

References
----------
DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. *Controlled
Clinical Trials* 7(3), 177-188. https://doi.org/10.1016/0197-2456(86)90046-2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cszt_models.models.priors import Priors
from cszt_models.structural.likelihood import ScalePosterior
from cszt_models.structural.panel import Panel, Scale

Array = NDArray[np.float64]

WIDE_SPREAD = 1.5  # of the log of a scale, under which a group is fitted
SPREADS = (0.3, 1.5)  # bounds of a learned spread
LONE_GROUP_SPREAD = 0.5  # tau where one group says nothing of differences
MIN_INFORMATION = 0.25  # of a group's rows, in units of the wide prior's


@dataclass(frozen=True)
class LearnedScale:
    """A component's prior before and after, and from how many groups and regions."""

    block: str
    component: str
    before: Scale
    after: Scale
    groups: int
    regions: int


@dataclass(frozen=True)
class GroupPanel:
    """A panel under wide priors; the `parts` of one group share its years' shocks."""

    panel: Panel
    parts: int = 1


def wide(priors: Priors) -> Priors:
    """The same medians with wide spreads, where a scale is not fixed."""
    scales = {
        name: scale if scale.fixed else replace(scale, spread=WIDE_SPREAD)
        for name, scale in priors.scales.items()
    }
    return replace(priors, scales=scales)


def learn_scales(
    block: str, panels: Sequence[GroupPanel], priors: Priors, source: str
) -> list[LearnedScale]:
    """Learned scales of a block, of components that at least one group informs.

    Parameters
    ----------
    block
        Its name.
    panels
        Of every group, built under `wide` priors.
    priors
        Before.
    source
        Of what figures they are learned.

    Raises
    ------
    ConvergenceError
        If no mode of a group's scales is found.
    """
    estimates: dict[str, list[tuple[float, float, int]]] = {}
    for group in panels:
        for name, (log, precision) in _group_estimates(group).items():
            regions = len(group.panel.regions)
            estimates.setdefault(name, []).append((log, precision, regions))
    learned = []
    for name, before in priors.scales.items():
        known = estimates.get(name)
        if not known:
            continue
        logs, precisions, counts = (np.array(x) for x in zip(*known, strict=True))
        median, spread = pooled(logs, precisions, np.log(before.median))
        after = Scale(
            float(f"{np.exp(median):.3g}"),
            float(f"{np.clip(spread, *SPREADS):.2g}"),
            f"{source}; before {before.median:g}, spread {before.spread:g}",
        )
        learned.append(
            LearnedScale(block, name, before, after, len(known), int(counts.sum()))
        )
    return learned


def _group_estimates(group: GroupPanel) -> dict[str, tuple[float, float]]:
    """What a group's rows say of each free log scale: value and precision.

    A component of several forms of a panel is estimated in that of most weight.
    """
    panel, estimates = group.panel, {}
    forms = sorted(panel.forms, key=lambda form: form.weight)
    for structure in [panel.of_form(form) for form in forms] or [panel]:
        estimates.update(_estimates(structure, group.parts))
    return estimates


def _estimates(panel: Panel, parts: int) -> dict[str, tuple[float, float]]:
    posterior = ScalePosterior(panel)
    mode = posterior.mode()
    precision = 1 / np.diagonal(np.linalg.inv(posterior.information(mode)))
    free = [component for component in panel.components if not component.scale.fixed]
    estimates = {}
    for n, component in enumerate(free):
        prior = component.scale.spread**-2
        rows = float(precision[n]) - prior
        if rows < MIN_INFORMATION * prior:
            continue
        centre = float(np.log(component.scale.median))
        log = centre + (float(mode[n]) - centre) * float(precision[n]) / rows
        shared = parts if component.common else 1
        estimates[component.name] = log, rows / shared
    return estimates


def pooled(logs: Array, precisions: Array, centre: float) -> tuple[float, float]:
    """Mean of the log of a scale over groups, and spread of that of another group.

    Parameters
    ----------
    logs, precisions : (group)
        What the rows of each group say.
    centre
        Of the wide prior of the mean.

    Examples
    --------
    >>> median, spread = pooled(np.zeros(4), np.full(4, 100.0), 0.0)
    >>> median, round(spread, 2)
    (0.0, 0.05)
    """
    if len(logs) > 1:
        mean = precisions @ logs / precisions.sum()
        excess = precisions @ np.square(logs - mean) - (len(logs) - 1)
        weight = precisions.sum() - precisions @ precisions / precisions.sum()
        between = max(float(excess / weight), 0.0)
    else:
        between = LONE_GROUP_SPREAD**2
    weights = 1 / (1 / precisions + between)
    whole = weights.sum() + WIDE_SPREAD**-2
    middle = (weights @ logs + centre * WIDE_SPREAD**-2) / whole
    return float(middle), float(np.sqrt(between + 1 / whole))


def with_learned(
    priors: Mapping[str, Priors], learned: Sequence[LearnedScale]
) -> dict[str, Priors]:
    """Priors of every block with learned scales in place of those before.

    Parameters
    ----------
    priors
        By block.
    learned
        Of any of its blocks.
    """
    result = dict(priors)
    for scale in learned:
        before = result[scale.block]
        scales = {**before.scales, scale.component: scale.after}
        result[scale.block] = replace(before, scales=scales)
    return result
