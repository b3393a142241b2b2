"""Probability that targets are met, one by one and together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.conditional.plausibility import Plausibility, plausibility
from cszt_models.conditional.scenario_setup import Scene, scene
from cszt_models.errors import DataError
from cszt_models.models.fits import Fits
from cszt_models.project.computed import Computed
from cszt_models.project.plan import Target, target_named
from cszt_models.projection.outcomes import (
    computed_outcome,
    outcome,
    published_outcome,
)
from cszt_models.projection.outlook import Outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.targets.coverage import (
    measure_of,
    of_fits,
    outside_data,
    target_regions,
)
from cszt_models.targets.evidence import (
    Evidence,
    FormProbability,
    evidence,
    missing_series,
    over_forms,
)
from cszt_models.targets.joint import JointAttainment, Met, joint_attainment
from cszt_models.targets.monte_carlo import Groups, monte_carlo_error
from cszt_models.targets.prior_sensitivity import Sensitivity, sensitivity
from cszt_models.vocabulary import Status

LEVEL = 0.8  # probability inside the interval that is reported

Draws = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """Central interval: the outcome lies inside with probability ``level``."""

    level: float
    low: float
    high: float


@dataclass(frozen=True)
class Bands:
    """Probabilities of falling below a range, within it (ends included) and above."""

    below: float
    within: float
    above: float


@dataclass(frozen=True)
class Attainment:
    """What is known of one target on one date.

    ``probability`` and ``mcse`` (its Monte-Carlo error) are shares of 1; ``median``,
    ``interval`` and ``shortfall`` (expected, 0 where met) are in the target's unit. A
    resolved target has ``published`` and ``met`` and a probability of 0 or 1; where the
    figure is computed from published figures of the members, ``computed`` is its
    arithmetic with the interval of its rounding. A value inside that interval is too
    close to call, and the target stays open. A target without data has none of them,
    and ``reason`` says what is missing. ``evidence`` lists the figures behind the
    probability of a measure; ``sensitivity`` is the prior sensitivity of a headline
    target, where computed; ``forms`` the probabilities under each form of the model.
    ``bands`` splits an open target that is a range, whose ``probability`` is that of
    reaching its floor.
    """

    target: Target
    status: Status
    probability: float | None = None
    mcse: float | None = None
    median: float | None = None
    interval: Interval | None = None
    shortfall: float | None = None
    published: float | None = None
    met: bool | None = None
    computed: Computed | None = None
    reason: str = ""
    evidence: Evidence | None = None
    sensitivity: Sensitivity | None = None
    forms: tuple[FormProbability, ...] = ()
    bands: Bands | None = None


@dataclass(frozen=True)
class Assessment:
    """All targets on one as-of date under one scenario.

    ``met`` holds for each target with data the draws (draw) in which it is met.
    ``plausibility`` is that of the scenario's conditions, None without any.
    """

    as_of: date
    scenario: Scenario
    seed: int
    draws: int
    engine: str
    targets: tuple[Attainment, ...]
    joint: JointAttainment | None
    met: Met = field(default_factory=dict, compare=False, repr=False)
    plausibility: Plausibility | None = None

    def of(self, target: str) -> Attainment:
        """The attainment of the target with an id."""
        return next(a for a in self.targets if a.target.id == target)


def attainment(
    projection: xr.Dataset,
    target: Target,
    *,
    as_of: date,
    published: float | None = None,
    groups: Sequence[Groups] = (),
) -> Attainment:
    """Attainment of one target from draws, or from its published outcome.

    Parameters
    ----------
    projection, target
        From `project_paths`, and of the same project.
    as_of
        Decides between a nowcast (the target's year is over) and a projection.
    published
        The published outcome, if there is one: it resolves the target.
    groups
        Draws that share their scales, see `monte_carlo_error`.

    Raises
    ------
    DataError
        If the target's year lies outside the projection.
    """
    draws = outcome(projection, target) if published is None else None
    return _attainment(target, draws, published, as_of, groups)


def _attainment(
    target: Target,
    draws: Draws | None,
    published: float | None,
    as_of: date,
    groups: Sequence[Groups],
) -> Attainment:
    """As `attainment`, from draws of what decides a target that is open."""
    if published is not None:
        met = bool(target.met_by(published))
        return Attainment(
            target=target,
            status="resolved",
            probability=float(met),
            mcse=0.0,
            median=published,
            shortfall=float(target.shortfall(published)),
            published=published,
            met=met,
        )
    if draws is None:
        return Attainment(target, "no_data", reason="no series to model")
    met_by = target.met_by(draws)
    tail = (1 - LEVEL) / 2
    low, median, high = np.quantile(draws, [tail, 0.5, 1 - tail])
    return Attainment(
        target=target,
        status="nowcast" if date(target.year, 12, 31) <= as_of else "projected",
        probability=float(met_by.mean()),
        mcse=monte_carlo_error(met_by, groups),
        median=float(median),
        interval=Interval(LEVEL, float(low), float(high)),
        shortfall=float(target.shortfall(draws).mean()),
        bands=_bands(target, draws),
    )


def _bands(target: Target, draws: Draws) -> Bands | None:
    if target.high is None:
        return None
    below, above = draws < target.value, draws > target.high
    shares = (below, ~(below | above), above)
    return Bands(*(float(share.mean()) for share in shares))


def assess(
    fits: Fits,
    targets: Mapping[str, Target],
    scenario: Scenario | None = None,
    *,
    joint: Sequence[str] = (),
    outlook: Outlook | None = None,
) -> Assessment:
    """Attainment of every target, and of some of them jointly.

    Parameters
    ----------
    fits
        Of one as-of date.
    targets
        The plan, from `read_targets`.
    scenario
        The baseline if not given.
    joint
        Ids of the joint probability; the headline targets if not given.
    outlook
        The fits' `Outlook`, if computed before.

    Raises
    ------
    DataError
        If a joint target is unknown or has no data.
    ScenarioError
        If the scenario is not possible on the fits' as-of date.
    """
    scenario = baseline() if scenario is None else scenario
    regions = target_regions(fits.project, targets.values())
    set_up = scene(fits, scenario, outlook=outlook, regions=regions)
    indicators = {name for target in targets.values() for name in target.sources}
    last = max((target.year for target in targets.values()), default=0)
    outlook = set_up.outlook
    outlook = outlook.until(last) if last <= outlook.years[-1] else outlook
    projection = project_paths(outlook, scenario, only=indicators)
    return assess_scene(set_up, projection, targets, joint=joint)


@ONE_THREAD
def assess_scene(
    set_up: Scene,
    projection: xr.Dataset,
    targets: Mapping[str, Target],
    *,
    joint: Sequence[str] = (),
) -> Assessment:
    """Attainment under a scenario that is set up and projected, as in `assess`.

    Parameters
    ----------
    set_up
        From `scene`.
    projection
        Of the scene's outlook, with the targets' indicators and years.
    targets, joint
        As in `assess`.

    Raises
    ------
    DataError
        If a joint target is unknown or has no data.
    """
    fits, conditional = set_up.fits, set_up.conditional
    joint_ids = list(joint) or [t.id for t in targets.values() if t.headline]
    attainments: dict[str, Attainment] = {}
    met: dict[str, NDArray[np.bool_]] = {}
    for target in targets.values():
        attainments[target.id], is_met = _answer(fits, projection, target)
        if is_met is not None:
            met[target.id] = is_met
    for name in joint_ids:
        result = attainments[target_named(dict(targets), name).id]
        if result.status == "no_data" and joint:
            raise DataError(
                f"target {name!r} has no data ({result.reason}), so no probability can "
                "include it. Leave it out, or add its series to observations.csv."
            )
    together = {name: met[name] for name in joint_ids if name in met}
    groups = groups_of(fits, [targets[name] for name in together])
    return Assessment(
        as_of=fits.as_of,
        scenario=set_up.scenario,
        seed=fits.seed,
        draws=fits.draws,
        engine=fits.engine,
        targets=tuple(attainments.values()),
        joint=joint_attainment(together, groups) if together else None,
        met=met,
        plausibility=plausibility(conditional)
        if conditional.scenario.conditions
        else None,
    )


def _answer(
    fits: Fits, projection: xr.Dataset, target: Target
) -> tuple[Attainment, NDArray[np.bool_] | None]:
    """Attainment of a target, and whether each draw meets it; None without data."""
    value = published_outcome(fits, target)
    drawn = outcome(projection, target) if value is None else None
    support = evidence(fits, target)
    result = _attainment(target, drawn, value, fits.as_of, groups_of(fits, [target]))
    if value is None:
        measured = any(measure_of(fits.project, name) for name in target.sources)
        outside = bool(outside_data(of_fits(fits), target))
        lacking = outside or (measured and support is None)
    else:
        lacking = False
    if lacking or result.status == "no_data":
        reason = missing_series(fits, target)
        return Attainment(target, "no_data", reason=reason), None
    met = target.met_by(np.full(fits.draws, value) if drawn is None else drawn)
    result = replace(
        result,
        evidence=support if value is None else None,
        computed=computed_outcome(fits, target),
        forms=over_forms(fits, target, met) if value is None else (),
    )
    return result, met


def with_sensitivity(
    assessment: Assessment, fits: Fits, projection: xr.Dataset
) -> Assessment:
    """Assessment with the prior sensitivity of its open headline targets.

    Parameters
    ----------
    assessment, fits
        Of one as-of date.
    projection
        That the assessment follows from.
    """
    joint_ids = set(assessment.joint.targets if assessment.joint else ())
    attainments = []
    for result in assessment.targets:
        target, prior_dependence = result.target, None
        of_interest = target.headline or target.id in joint_ids
        if of_interest and result.status in ("projected", "nowcast"):
            drawn = outcome(projection, target)
            prior_dependence = (
                None if drawn is None else sensitivity(fits, target, drawn)
            )
        attainments.append(replace(result, sensitivity=prior_dependence))
    return replace(assessment, targets=tuple(attainments))


def groups_of(fits: Fits, targets: Iterable[Target]) -> list[Groups]:
    """Groups of dependent draws of linked blocks and of the targets' measures."""
    project = fits.project
    indicators = {name for target in targets for name in target.sources}
    used = [measure_of(project, name) for name in indicators]
    names = {measure.indicator for measure in used if measure}
    apart = set(project.measures) - set(fits.dependence.panels) - names
    used_groups = [groups for name, groups in fits.groups.items() if name not in apart]
    distinct = {id(group): group for groups in used_groups for group in groups}
    return list(distinct.values())
