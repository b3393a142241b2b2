"""Analyses made from a project and a date."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cszt_models.errors import DataError
from cszt_models.inference.fit import DRAWS, MARGINAL, SEED
from cszt_models.inference.joint_fit import Step
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import as_of as cut
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_every_target, targets_of
from cszt_models.project.project import Project, load_project
from cszt_models.results.targets import ConsistencyResults
from cszt_models.results.targets import consistency as consistency_of
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.storage.store import Store

if TYPE_CHECKING:
    pass

from cszt_models.analysis.analysis import Analysis
from cszt_models.analysis.arguments import check_count
from cszt_models.analysis.base import Day, as_day


def analyse(
    project: Project | Path | str | None = None,
    as_of: Day = None,
    *,
    plan: str | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
    engine: str = MARGINAL,
    cache: bool = True,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Analysis:
    """Fit a project to what was known on a date.

    Parameters
    ----------
    project
        From `load_project`, or its folder; the bundled region if not given.
    as_of
        A date, or text like ``"2021-06-30"``; the date of the data if not given.
    plan
        Id of the plan that is asked about; the one in force on the date if not given.
    seed
        Of all draws; the same seed gives the same bits.
    draws
        Joint draws.
    engine
        ``marginal``, ``smc``, or ``nuts``, which takes minutes.
    cache
        Whether fits are looked for and kept in the user's cache folder.
    on_step
        Called after each part of the fit, from several threads.

    Raises
    ------
    DataError
        If the project cannot be read or has no such plan, nothing was known by then,
        or seed or draws are not whole numbers.
    ConvergenceError
        If a fit fails its gate.

    Examples
    --------
    >>> analyse(as_of="2021-06-30", draws=200)
    <Analysis of czt as of 2021-06-30: 200 draws, seed 1>
    """
    check_count("seed", seed, 0)
    check_count("draws", draws, 2)
    if not isinstance(project, Project | Path | str | None):
        raise DataError(
            f"project {project!r} is not a folder. Give its path, a project from "
            "load_project, or nothing for the bundled region."
        )
    if not isinstance(project, Project):
        project = load_project(None if project is None else Path(project))
    project = project if plan is None else project.select(plan)
    day = as_day(project, as_of)
    project = project.on(day)
    levers = read_levers(project)
    scenarios = read_scenarios(project, levers)
    targets = read_every_target(project)
    observations = read_observations(project)
    store = Store() if cache else None
    steps: dict[str, Step] = {}

    def remember(step: Step) -> None:
        steps[step.name] = step
        on_step(step)

    fits = fit_blocks(
        observations,
        project,
        as_of=day,
        seed=seed,
        draws=draws,
        engine=engine,
        store=store,
        on_step=remember,
    )
    return Analysis(
        fits, observations, targets, levers, scenarios, engine, store, steps
    )


def consistency(
    project: Project | Path | str | None = None,
    as_of: Day = None,
    *,
    plan: str | None = None,
) -> ConsistencyResults:
    """What pairs of a plan's targets imply for a third quantity; nothing is fitted.

    Parameters
    ----------
    project, as_of, plan
        As of `analyse`.

    Raises
    ------
    DataError
        If the project cannot be read.
    """
    if not isinstance(project, Project):
        project = load_project(None if project is None else Path(project))
    project = project if plan is None else project.select(plan)
    day = as_day(project, as_of)
    project = project.on(day)
    known = cut(read_observations(project), day)
    targets = targets_of(read_every_target(project), project.plan.id)
    return consistency_of(targets, project, known, day)
