r"""Figures that determine the probability of a measure's target, and missing series.

A draw carries the form of each block, so that the probability of a target under form m
is a share of the draws that have it,

.. math:: P(\text{met} \mid y, m) = \frac{\sum_i 1\{m_i = m\}\, 1\{i\ \text{meets}\}}
    {\sum_i 1\{m_i = m\}}

and the printed probability is their mean, weighted by the forms' posterior
probabilities.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.models.fits import Fits
from cszt_models.models.measure import enough
from cszt_models.project.measures import Measure
from cszt_models.project.observations import latest
from cszt_models.project.plan import Quantity, Target
from cszt_models.project.project import Label, Project
from cszt_models.structural.panel import Row
from cszt_models.targets.coverage import blocks_of, measure_of, members_of, of_fits
from cszt_models.targets.monte_carlo import Groups, monte_carlo_error

MIN_VECTORS = 10  # scale vectors of a form, below which its share is not stated
ERRORS = 2.0  # Monte-Carlo errors of the difference that a range must exceed

# Log standard deviation from which a prior scale counts as wide.
WIDE = 1.0
NOT_PROJECTED = "not projected for its region and years"


@dataclass(frozen=True)
class RegionYears:
    """Years of one region's figures; ``differences`` if they are all growth rates."""

    region: Label
    years: tuple[int, ...]
    differences: bool


@dataclass(frozen=True)
class Evidence:
    """Figures behind the probability of a measure's target.

    Parameters
    ----------
    figures
        Number of the measure's figures, in all regions.
    regions
        Their years, the target's own region or members first.
    without
        The target's region, or members of it, without figures: their levels have the
        variance between regions.
    whole, bounds
        Published quantity of the target's region that bounds the measure, and years.
    wide
        Whether a prior scale is wide, for lack of reference data.
    """

    figures: int
    regions: tuple[RegionYears, ...]
    without: tuple[Label, ...]
    whole: Label | None
    bounds: tuple[int, ...]
    wide: bool


def evidence(fits: Fits, target: Target) -> Evidence | None:
    """Evidence of a measure's target; None for other targets, and for too little.

    Too little are fewer than `MIN_FIGURES` figures, or none of the target's region or
    its members.
    """
    every = (_of_quantity(fits, quantity) for quantity in target.quantities)
    return next((support for support in every if support is not None), None)


def _of_quantity(fits: Fits, quantity: Quantity) -> Evidence | None:
    """Evidence of a measure of a place."""
    project = fits.project
    measure = measure_of(project, quantity.source)
    if measure is None or measure.indicator not in fits.blocks:
        return None
    rows = fits.measure_rows[measure.indicator]
    members = members_of(project, quantity.region)
    if not enough(rows, members):
        return None
    places = {row.region for row in rows}
    first = [name for name in members if name in places]
    others = [name for name in project.regions if name in places - set(members)]
    return Evidence(
        figures=len(rows),
        regions=tuple(_region_years(rows, name, project) for name in [*first, *others]),
        without=tuple(project.places[name] for name in members if name not in places),
        whole=project.indicators[measure.whole].label if measure.whole else None,
        bounds=_bounds(fits, measure, quantity.region),
        wide=any(p.spread >= WIDE for p in fits.blocks[measure.indicator].priors),
    )


def _bounds(fits: Fits, measure: Measure, region: str) -> tuple[int, ...]:
    if measure.whole is None or region not in fits.project.aggregates:
        return ()
    judged = fits.project.comparability[measure.indicator].judged
    whole = latest(fits.known, measure.whole, judged)
    return tuple(sorted(whole.loc[whole["region"] == region, "year"].tolist()))


def _region_years(rows: Iterable[Row], region: str, project: Project) -> RegionYears:
    region_rows = [row for row in rows if row.region == region]
    years = tuple(sorted({row.year for row in region_rows}))
    return RegionYears(
        project.places[region], years, all(len(row.cells) > 1 for row in region_rows)
    )


def missing_series(fits: Fits, target: Target) -> str:
    """Known figures where a target has no probability, and series it would need."""
    return of_fits(fits).lacks(target) or NOT_PROJECTED


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
