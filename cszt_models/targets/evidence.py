"""Evidence: which figures a target's probability rests on, and what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from cszt_models.models.fits import Fits
from cszt_models.models.measure import enough
from cszt_models.project.measures import Measure
from cszt_models.project.observations import latest
from cszt_models.project.plan import Target
from cszt_models.project.project import Label, Project
from cszt_models.structural.panel import Row
from cszt_models.targets.coverage import measure_of, members_of, of_fits

# Spread from which a prior scale says little: two to one for within a factor of e.
WIDE = 1.0
NOT_PROJECTED = "not projected for its region and years"


@dataclass(frozen=True)
class Told:
    """Years of one region's figures; ``differences`` if they are all growth rates."""

    region: Label
    years: tuple[int, ...]
    differences: bool


@dataclass(frozen=True)
class Evidence:
    """What the probability of a measure's target rests on.

    Parameters
    ----------
    figures
        Number of figures that tell the measure, in all regions.
    told
        Their years, the target's own region or members first.
    without
        The target's region, or members of it, of which there is no figure: they are
        known only through how far regions lie apart.
    whole, bounds
        What is published of the target's region and bounds the measure, and its years.
    wide
        Whether how far regions and years differ rests on wide priors, for want of
        reference data.
    """

    figures: int
    told: tuple[Told, ...]
    without: tuple[Label, ...]
    whole: Label | None
    bounds: tuple[int, ...]
    wide: bool


def evidence(fits: Fits, target: Target) -> Evidence | None:
    """What a measure's target rests on; None for other targets, and for too little.

    Too little are fewer than `MIN_FIGURES` figures, or none of the target's region or
    its members.
    """
    project = fits.project
    measure = measure_of(project, target.indicator)
    if measure is None or measure.indicator not in fits.blocks:
        return None
    rows = fits.told[measure.indicator]
    own = members_of(project, target.region)
    if not enough(rows, own):
        return None
    places = {row.region for row in rows}
    first = [name for name in own if name in places]
    others = [name for name in project.regions if name in places - set(own)]
    return Evidence(
        figures=len(rows),
        told=tuple(_told(rows, name, project) for name in [*first, *others]),
        without=tuple(project.places[name] for name in own if name not in places),
        whole=project.indicators[measure.whole].label if measure.whole else None,
        bounds=_bounds(fits, measure, target.region),
        wide=any(p.spread >= WIDE for p in fits.blocks[measure.indicator].priors),
    )


def _bounds(fits: Fits, measure: Measure, region: str) -> tuple[int, ...]:
    if measure.whole is None or region not in fits.project.aggregates:
        return ()
    judged = fits.project.comparability[measure.indicator].judged
    whole = latest(fits.known, measure.whole, judged)
    return tuple(sorted(whole.loc[whole["region"] == region, "year"].tolist()))


def _told(rows: Iterable[Row], region: str, project: Project) -> Told:
    own = [row for row in rows if row.region == region]
    years = tuple(sorted({row.year for row in own}))
    return Told(project.places[region], years, all(len(row.cells) > 1 for row in own))


def missing_series(fits: Fits, target: Target) -> str:
    """What is known where a target has no probability, and what one would take."""
    return of_fits(fits).lacks(target) or NOT_PROJECTED
