"""Story: a project assessed at each of its as-of dates, as reports show it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import xarray as xr

from cszt_models.attainment import Assessment, assess_scene, with_sensitivity
from cszt_models.errors import DataError
from cszt_models.fit import DRAWS
from cszt_models.models import Fits, fit_blocks
from cszt_models.observations import last_day, read_observations
from cszt_models.plan import Target, read_targets
from cszt_models.project import Project, data_hash
from cszt_models.projection import project_paths
from cszt_models.scenarios import Scenario, baseline
from cszt_models.scenes import scene
from cszt_models.store import Store


@dataclass(frozen=True)
class Chapter:
    """One as-of date: fits, projection and assessment."""

    fits: Fits
    projection: xr.Dataset
    assessment: Assessment

    @property
    def told(self) -> dict[str, Target]:
        """Targets of which something is known, by id."""
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


def as_of_date(project: Project, text: str | None) -> date:
    """An as-of date written as YYYY-MM-DD; without one, that of the data.

    YYYY-MM and YYYY mean the last day of the month or year.

    Raises
    ------
    DataError
        If it is not a date, or after the day on which the data were compiled.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> as_of_date(load_project(), "2021-06")
    datetime.date(2021, 6, 30)
    """
    if text is None:
        return project.data_date
    try:
        on = last_day(text)
    except ValueError:
        raise DataError(
            f"as-of date {text!r} is not a date. Write it as YYYY-MM-DD, like "
            "2021-06-30."
        ) from None
    return check_date(project, on)


def check_date(project: Project, on: date) -> date:
    """The date, if the project's data reach it.

    Raises
    ------
    DataError
        If it is after the day on which the data were compiled.
    """
    if on > project.data_date:
        raise DataError(
            f"as-of date {on} is after {project.data_date}, the day the data were "
            "compiled. Choose that day or an earlier one, or add newer releases and "
            "raise data_date in project.yaml."
        )
    return on


def dates_until(project: Project, last: date) -> list[date]:
    """The project's as-of dates before a last one, and the last one."""
    return [*(day for day in project.as_of_dates if day < last), last]


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
    """Fit, or take from a store, project and assess one as-of date.

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
    projection = project_paths(set_up.basis, scenario)
    assessment = assess_scene(set_up, projection, targets, joint=joint)
    told = with_sensitivity(assessment, set_up.fits, projection)
    return Chapter(set_up.fits, projection, told)


def tell(
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
    dates
        As-of dates, oldest first; see `dates_until`.
    store
        Where fits are looked for and kept; without one all is fitted afresh.
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
