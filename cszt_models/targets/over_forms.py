r"""Range over forms: the probability of a target under each form of the model.

A draw carries the form of each block, so that the probability of a target under form m
is a share of the draws that have it,

.. math:: P(\text{met} \mid y, m) = \frac{\sum_i 1\{m_i = m\}\, 1\{i\ \text{meets}\}}
    {\sum_i 1\{m_i = m\}}

and the printed probability is their mean, weighted by the forms' posterior
probabilities.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.targets.coverage import blocks_of
from cszt_models.targets.monte_carlo import Groups, monte_carlo_error

MIN_VECTORS = 10  # scale vectors of a form, below which its share is not stated
ERRORS = 2.0  # Monte-Carlo errors of the difference that a range must exceed


class FormProbability(NamedTuple):
    """Probability of a target under one form of a block, with its Monte-Carlo error."""

    block: str
    form: str
    weight: float
    probability: float
    mcse: float


def over_forms(
    fits: Fits, target: Target, met: NDArray[np.bool_]
) -> tuple[FormProbability, ...]:
    """Probabilities of a target under each form of the blocks that it depends on.

    Parameters
    ----------
    fits
        Of one as-of date.
    target
        Of the same project.
    met : (draw)
        Whether the target is met.

    Returns
    -------
    tuple
        Empty if no block has several forms with `MIN_VECTORS` vectors. ``weight`` is
        the posterior probability of the form.
    """
    rows = []
    for name in blocks_of(fits.project, target):
        fit = fits.blocks.get(name)
        if fit is None or not fit.forms:
            continue
        form, groups = fit.form, fits.groups[name]
        shares = [
            FormProbability(
                name,
                weighted.name,
                weighted.posterior,
                float(met[at].mean()),
                monte_carlo_error(met[at], [_numbered(g[at]) for g in groups]),
            )
            for number, weighted in enumerate(fit.forms)
            for at in [np.flatnonzero(form == number)]
            if len(np.unique(groups[0][at])) >= MIN_VECTORS
        ]
        rows += shares if len(shares) > 1 else []
    return tuple(rows)


def _numbered(groups: Groups) -> Groups:
    """The same groups, numbered without gaps."""
    return np.unique(groups, return_inverse=True)[1]


def widest(
    forms: tuple[FormProbability, ...],
) -> tuple[FormProbability, FormProbability] | None:
    """Forms of lowest and of highest probability, of the block where they differ most.

    Returns
    -------
    tuple or None
        None if they differ by no more than twice the Monte-Carlo error.
    """
    pairs = []
    for block in dict.fromkeys(form.block for form in forms):
        among = [form for form in forms if form.block == block]
        ordered = sorted(among, key=lambda form: form.probability)
        pairs.append((ordered[0], ordered[-1]))
    apart = [
        (low, high)
        for low, high in pairs
        if high.probability - low.probability > ERRORS * np.hypot(low.mcse, high.mcse)
    ]
    if not apart:
        return None
    return max(apart, key=lambda pair: pair[1].probability - pair[0].probability)
