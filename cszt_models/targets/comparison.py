"""Compare scenarios with common random numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from cszt_models.conditional.scenario_setup import Scene, scene
from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario
from cszt_models.targets.attainment import LEVEL, Assessment, assess_scene
from cszt_models.targets.coverage import target_regions
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    REGION,
    SECTOR_SHARES,
    URBANIZATION,
    YEAR,
)


@dataclass(frozen=True)
class Compared:
    """A scenario on one as-of date.

    ``figures`` are quantiles of its projection, see `outcomes`. Where the scenario is
    not possible on that date both it and ``assessment`` are empty, and ``reason`` says
    why.
    """

    scenario: Scenario
    assessment: Assessment | None
    figures: pd.DataFrame
    scene: Scene | None = None
    reason: str = ""


def compare(
    fits: Fits,
    targets: Mapping[str, Target],
    scenarios: Iterable[Scenario],
    *,
    joint: Sequence[str] = (),
    year: int | None = None,
) -> Iterator[Compared]:
    """Assess scenarios on one as-of date; one that is not possible has a reason.

    One after the other, and without what each is projected from, so that any number of
    them takes the memory of one.

    Parameters
    ----------
    fits, targets, scenarios
        Of one project.
    joint
        Ids of the joint probability; the headline targets if not given.
    year
        Of the figures; the plan's last year if it was not over, else the horizon.

    Raises
    ------
    DataError
        If a joint target is unknown or has no data.
    """
    regions = target_regions(fits.project, targets.values())
    outlook = build_outlook(fits, regions=regions, partial=True)
    for scenario in scenarios:
        try:
            compared = assess_scenario(
                fits, targets, scenario, joint=joint, year=year, outlook=outlook
            )
        except ScenarioError as error:
            yield Compared(scenario, None, pd.DataFrame(), None, str(error))
        else:
            yield replace(compared, scene=None)


def assess_scenario(
    fits: Fits,
    targets: Mapping[str, Target],
    scenario: Scenario,
    *,
    joint: Sequence[str] = (),
    year: int | None = None,
    regions: Sequence[str] = (),
    outlook: Outlook | None = None,
) -> Compared:
    """Assessment of one scenario, and quantiles of its projection.

    Parameters
    ----------
    fits, targets, scenario
        Of one project.
    joint, year
        As in `compare`.
    regions
        To be projected besides the members of groups and those the scenario names.
    outlook
        The fits' `Outlook`, if computed before.

    Raises
    ------
    ScenarioError
        If it is not possible on the fits' as-of date.
    """
    of_targets = target_regions(fits.project, targets.values())
    set_up = scene(fits, scenario, regions=[*of_targets, *regions], outlook=outlook)
    paths = project_paths(set_up.outlook, scenario)
    assessment = assess_scene(set_up, paths, targets, joint=joint)
    at = display_year(fits) if year is None else year
    return Compared(scenario, assessment, outcomes(paths, fits.project, at), set_up)


def display_year(fits: Fits) -> int:
    """The plan's last year while it is not over, afterwards the horizon."""
    last = fits.project.on(fits.as_of).plan.last_year
    return last if fits.as_of.year <= last else fits.project.horizon


def outcomes(paths: xr.Dataset, project: Project, year: int) -> pd.DataFrame:
    """Median and central interval of each region and indicator in a year.

    Parameters
    ----------
    paths, project
        From `project_paths`, and its project.
    year
        Of the values.

    Returns
    -------
    DataFrame
        region, indicator, year, unit, median, and low and high of the central interval
        of `attainment.LEVEL`; without what is not known.
    """
    tail, rows = (1 - LEVEL) / 2, []
    always = (GDP, GROWTH, POPULATION, URBANIZATION, *SECTOR_SHARES)
    for name in [n for n in (*always, *project.measures) if n in paths]:
        for region in paths[REGION].to_numpy():
            drawn = paths[name].sel({REGION: region, YEAR: year}).to_numpy()
            if np.isnan(drawn).any():
                continue
            low, median, high = np.quantile(drawn, [tail, 0.5, 1 - tail])
            rows.append((str(region), name, year, median, low, high))
    columns = ["region", "indicator", "year", "median", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    units = {name: about.unit for name, about in project.indicators.items()}
    return table.assign(unit=table["indicator"].map(units))
