"""Inputs of a sweep: a project, its targets and what holds in every case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from cszt_models.errors import DataError, unknown
from cszt_models.inference.fit import DRAWS, ENGINES, MARGINAL, SEED
from cszt_models.models.priors import Priors, read_priors
from cszt_models.project.dates import as_of_date
from cszt_models.project.observations import as_of as cut
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import Target, read_every_target, target_named, targets_of
from cszt_models.project.project import Project
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import BASELINE, scenario_named
from cszt_models.storage.store import Store
from cszt_models.sweeps.columns import AS_OF, ENGINE, Context, prior_place
from cszt_models.sweeps.counting.counter import JOINT
from cszt_models.sweeps.designs import Design
from cszt_models.targets.coverage import readiness


@dataclass(frozen=True)
class SweepInputs:
    """A project, its targets and the defaults for cases of a sweep.

    Parameters
    ----------
    targets
        Targets whose probabilities are computed, one by one and jointly.
    store
        Where fits are loaded from and saved.
    left_out
        Why headline targets are not among the targets, by id: date and missing series.
    """

    project: Project
    observations: pd.DataFrame
    context: Context
    targets: tuple[Target, ...]
    as_of: date
    seed: int
    draws: int = DRAWS
    scenario: str = BASELINE
    engine: str = MARGINAL
    store: Store | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Columns of the results, in order."""
        names = [*(target.id for target in self.targets), JOINT]
        return tuple(f"{kind}_{name}" for name in names for kind in ("p", "mcse"))


def read_context(project: Project) -> Context:
    """Levers, scenarios and priors of a project."""
    levers = read_levers(project)
    scenarios = read_scenarios(project, levers)
    return Context(project, levers, scenarios, read_priors(project))


def sweep_inputs(
    project: Project,
    *,
    as_of: date,
    seed: int,
    targets: Sequence[str] = (),
    context: Context | None = None,
    observations: pd.DataFrame | None = None,
    **how: Any,
) -> SweepInputs:
    """Inputs for a sweep of a project's headline targets, or of those named.

    Parameters
    ----------
    how
        ``draws``, ``scenario``, ``engine`` and ``store`` of a `SweepInputs`.

    Raises
    ------
    DataError
        If a target is unknown or a file cannot be read.
    """
    project, every = project.on(as_of), read_every_target(project)
    named = tuple(target_named(every, name) for name in targets)
    plan = targets_of(every, project.plan.id)
    headline = tuple(target for target in plan.values() if target.headline)
    if observations is None:
        observations = read_observations(project)
    context = read_context(project) if context is None else context
    return SweepInputs(
        project, observations, context, named or headline, as_of, seed, **how
    )


def design_inputs(
    project: Project,
    design: Design,
    context: Context,
    given: Mapping[str, Any],
    *,
    store: Store | None,
) -> SweepInputs:
    """Inputs of a design: the values given, else those that the design fixes.

    Parameters
    ----------
    given
        ``as_of``, ``scenario``, ``seed`` and ``draws``; None is as if it were absent.
    store
        Where fits are loaded from and saved.

    Raises
    ------
    DataError, ScenarioError
        If a value is not valid, or a name is unknown.
    """
    fixed = {**design.fixed, **{k: v for k, v in given.items() if v is not None}}
    engine = str(fixed.get(ENGINE, MARGINAL))
    if engine not in ENGINES:
        raise DataError(unknown("engine", engine, ENGINES))
    day = fixed.get("as_of")
    name = str(fixed.get("scenario", BASELINE))
    targets = tuple(map(str, fixed.get("targets", ())))
    inputs = sweep_inputs(
        project,
        as_of=as_of_date(project, None if day is None else str(day)),
        seed=_whole("seed", fixed.get("seed", SEED), 0),
        draws=_whole("draws", fixed.get("draws", DRAWS), 100),
        targets=targets,
        context=context,
        scenario=scenario_named(context.scenarios, name).name,
        engine=engine,
        store=store,
    )
    return with_data(inputs, design, named=bool(targets))


def with_data(inputs: SweepInputs, design: Design, *, named: bool) -> SweepInputs:
    """Inputs with the targets that have data on every date of a design.

    Parameters
    ----------
    inputs, design
        What is swept, and how.
    named
        Whether the user named the targets; then none is left out.

    Raises
    ------
    DataError
        If a named target has no data on one of the dates, no target has on all of
        them, or nothing was known on one.
    """
    lacking: dict[str, tuple[date, str]] = {}
    for day in _dates(inputs, design):
        ready = readiness(cut(inputs.observations, day), inputs.project, day)
        for target in inputs.targets:
            reason = ready.lacks(target)
            if reason and target.id not in lacking:
                lacking[target.id] = day, reason
    targets = tuple(t for t in inputs.targets if t.id not in lacking)
    if lacking and (named or not targets):
        name, (day, reason) = next(iter(lacking.items()))
        raise DataError(
            f"target {name!r} has no data at {day} ({reason}). Leave it out, or choose "
            "a later date."
        )
    left_out = {name: f"{day}: {reason}" for name, (day, reason) in lacking.items()}
    return replace(inputs, targets=targets, left_out=left_out)


def _dates(inputs: SweepInputs, design: Design) -> list[date]:
    """As-of dates of the cases of a design, in order."""
    for column, values in zip(design.columns, design.cases.values, strict=True):
        if column.name == AS_OF:
            return sorted({date.fromisoformat(str(value)) for value in values.tolist()})
    return [inputs.as_of]


def _whole(name: str, value: Any, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise DataError(
            f"the design's {name} is {value!r}. Write a whole number from {least}."
        )
    return value


@dataclass(frozen=True)
class FitKey:
    """As-of date, engine and prior factors, which determine the fits of a case."""

    as_of: date
    engine: str
    factors: tuple[tuple[str, float], ...] = ()


def scaled_priors(
    priors: Mapping[str, Priors], factors: Sequence[tuple[str, float]]
) -> dict[str, Priors]:
    """Priors with the medians of some scales multiplied.

    Parameters
    ----------
    factors
        Name of a column on a prior, and its factor.
    """
    scaled = dict(priors)
    for name, factor in factors:
        block, scale = prior_place(name)
        block_priors = scaled[block]
        moved = replace(
            block_priors.scales[scale],
            median=block_priors.scales[scale].median * factor,
        )
        scaled[block] = replace(
            block_priors, scales={**block_priors.scales, scale: moved}
        )
    return scaled
