"""Comparison: scenarios beside the baseline, from the same draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from cszt_models.conditional.scenario_setup import Scene, scene
from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.projection.outlook import Outlook, outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario
from cszt_models.targets.attainment import LEVEL, Assessment, assess_scene
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

    ``figures`` are quantiles of what it makes of the region, see `outcomes`. Where the
    scenario is not possible on that date both it and ``assessment`` are empty, and
    ``reason`` says why.
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
) -> list[Compared]:
    """Assess scenarios on one as-of date; one that is not possible says why.

    Parameters
    ----------
    joint
        Ids whose joint probability is asked; the headline targets if not given.
    year
        Of the figures; the plan's last year if it was not over, else the horizon.

    Raises
    ------
    DataError
        If a joint target is unknown or has no data.
    """
    found, basis = [], outlook(fits)
    for one in scenarios:
        try:
            told = assessed(fits, targets, one, joint=joint, year=year, basis=basis)
            found.append(told)
        except ScenarioError as error:
            found.append(Compared(one, None, pd.DataFrame(), None, str(error)))
    return found


def assessed(
    fits: Fits,
    targets: Mapping[str, Target],
    scenario: Scenario,
    *,
    joint: Sequence[str] = (),
    year: int | None = None,
    regions: Sequence[str] = (),
    basis: Outlook | None = None,
) -> Compared:
    """One scenario, assessed and summed up.

    Parameters
    ----------
    joint, year
        As in `compare`.
    regions
        To be summed up besides the members of groups and those the scenario names.
    basis
        The fits' outlook, if it is at hand.

    Raises
    ------
    ScenarioError
        If it is not possible on the fits' as-of date.
    """
    set_up = scene(fits, scenario, regions=regions, basis=basis)
    paths = project_paths(set_up.basis, scenario)
    told = assess_scene(set_up, paths, targets, joint=joint)
    at = year_shown(fits) if year is None else year
    return Compared(scenario, told, outcomes(paths, fits.project, at), set_up)


def year_shown(fits: Fits) -> int:
    """The plan's last year while it is not over, afterwards the horizon."""
    last = fits.project.plan.last_year
    return last if fits.as_of.year <= last else fits.project.horizon


def outcomes(paths: xr.Dataset, project: Project, year: int) -> pd.DataFrame:
    """What a projection says of each region in a year.

    Returns
    -------
    DataFrame
        region, indicator, year, unit, median, and low and high of the central interval
        of `attainment.LEVEL`; without what is not known.
    """
    tail, rows = (1 - LEVEL) / 2, []
    always = (GDP, GROWTH, POPULATION, URBANIZATION, *SECTOR_SHARES)
    for name in [one for one in (*always, *project.measures) if one in paths]:
        for region in paths[REGION].to_numpy():
            drawn = paths[name].sel({REGION: region, YEAR: year}).to_numpy()
            if np.isnan(drawn).any():
                continue
            low, median, high = np.quantile(drawn, [tail, 0.5, 1 - tail])
            rows.append((str(region), name, year, median, low, high))
    columns = ["region", "indicator", "year", "median", "low", "high"]
    found = pd.DataFrame(rows, columns=columns)
    units = {name: one.unit for name, one in project.indicators.items()}
    return found.assign(unit=found["indicator"].map(units))
