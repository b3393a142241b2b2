"""Assess a project at each of its as-of dates, as reports show it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import xarray as xr

from cszt_models.conditional.scenario_setup import scene
from cszt_models.inference.fit import DRAWS
from cszt_models.models.fits import Fits, fit_blocks
from cszt_models.project.dates import check_date
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import Target, read_targets
from cszt_models.project.project import Project, data_hash
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.storage.store import Store
from cszt_models.targets.attainment import Assessment, assess_scene, with_sensitivity


@dataclass(frozen=True)
class Chapter:
    """One as-of date: fits, projection and assessment."""

    fits: Fits
    projection: xr.Dataset
    assessment: Assessment

    @property
    def known_targets(self) -> dict[str, Target]:
        """Targets with data, by id."""
        results = self.assessment.targets
        return {r.target.id: r.target for r in results if r.status != "no_data"}


@dataclass(frozen=True)
class Story:
    """A project at several as-of dates, oldest first."""

    project: Project
    targets: Mapping[str, Target]
    scenario: Scenario
    chapters: tuple[Chapter, ...]
    data_hash: str

    @property
    def now(self) -> Chapter:
        """The last as-of date."""
        return self.chapters[-1]

    @property
    def assessments(self) -> list[Assessment]:
        """Assessments, oldest first."""
        return [chapter.assessment for chapter in self.chapters]


def chapter(
    observations: pd.DataFrame,
    project: Project,
    targets: Mapping[str, Target],
    scenario: Scenario,
    *,
    as_of: date,
    seed: int,
    draws: int = DRAWS,
    joint: Sequence[str] = (),
    store: Store | None = None,
) -> Chapter:
    """Fit, or load from a store, project and assess one as-of date.

    Parameters
    ----------
    observations, project, targets, scenario
        All observations of the project, its plan, and the scenario.
    as_of, seed, draws, store
        As in `fit_blocks`.
    joint
        Ids of the joint probability; the headline targets if not given.

    Raises
    ------
    DataError
        If nothing was known by then.
    ConvergenceError
        If a fit fails its gate.
    """
    fits = fit_blocks(
        observations, project, as_of=as_of, seed=seed, draws=draws, store=store
    )
    set_up = scene(fits, scenario)
    projection = project_paths(set_up.outlook, scenario)
    assessment = assess_scene(set_up, projection, targets, joint=joint)
    complete = with_sensitivity(assessment, set_up.fits, projection)
    return Chapter(set_up.fits, projection, complete)


def assess_history(
    project: Project,
    scenario: Scenario | None = None,
    *,
    dates: Sequence[date],
    seed: int,
    draws: int = DRAWS,
    store: Store | None = None,
    on_chapter: Callable[[date], None] | None = None,
) -> Story:
    """Assess a project at several as-of dates.

    Parameters
    ----------
    project, scenario
        The baseline if no scenario is given.
    dates
        As-of dates, oldest first; see `dates_until`.
    seed, draws, store
        As in `fit_blocks`.
    on_chapter
        Called with each date before it is fitted, for progress.

    Raises
    ------
    DataError
        If the data cannot be read, or nothing was known on a date.
    ConvergenceError
        If a fit fails its gate.
    """
    observations, targets = read_observations(project), read_targets(project)
    scenario = baseline() if scenario is None else scenario
    chapters = []
    for day in dates:
        if on_chapter is not None:
            on_chapter(day)
        chapters.append(
            chapter(
                observations,
                project,
                targets,
                scenario,
                as_of=check_date(project, day),
                seed=seed,
                draws=draws,
                store=store,
            )
        )
    return Story(project, targets, scenario, tuple(chapters), data_hash(project))
