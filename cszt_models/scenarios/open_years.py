"""Whether a scenario still acts: without a fit, from the figures known on a date."""

from collections.abc import Mapping

import pandas as pd

from cszt_models.project.observations import latest
from cszt_models.project.project import Project
from cszt_models.scenarios.conditions import Condition
from cszt_models.scenarios.levers import LeverName
from cszt_models.scenarios.scenario import Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.vocabulary import GDP, GROWTH, POPULATION, URBANIZATION

# Indicators whose figures close the years of a lever; a measure's lever bears its name.
CLOSED_BY: Mapping[str, str] = {
    LeverName.GROWTH: GROWTH,
    LeverName.LEVEL: GROWTH,
    LeverName.EVENT_RISK: GROWTH,
    LeverName.PRICE: GDP,
    LeverName.POPULATION: POPULATION,
    LeverName.MIGRATION: POPULATION,
    LeverName.URBANIZATION: URBANIZATION,
}


def not_open(scenario: Scenario, project: Project, known: pd.DataFrame) -> str:
    """Why a scenario does nothing any more on a date; empty if it acts.

    Parameters
    ----------
    scenario, project
        The scenario, and the project that it is of.
    known
        Observations of the date.

    Examples
    --------
    >>> from datetime import date
    >>> from cszt_models import load_project
    >>> from cszt_models.project.observations import as_of, read_observations
    >>> from cszt_models.scenarios.scenario import baseline
    >>> project = load_project()
    >>> known = as_of(read_observations(project), project.data_date)
    >>> past = baseline().with_lever("growth", 1.0, first=2021, last=2023)
    >>> not_open(past, project, known)
    'growth 2021-2023: published to 2025.'
    >>> not_open(baseline().with_lever("growth", 1.0, first=2021), project, known)
    ''
    """
    if scenario.disabled:
        return scenario.disabled
    reasons = [_of_setting(each, project, known) for each in scenario.settings]
    reasons += [_of_condition(each, project, known) for each in scenario.conditions]
    return " ".join(dict.fromkeys(reason for reason in reasons if reason))


def _of_setting(setting: Setting, project: Project, known: pd.DataFrame) -> str:
    indicator = CLOSED_BY.get(setting.lever)
    if indicator is None or setting.last is None:
        return ""
    regions = setting.regions or project.with_role("core")
    return _reason(
        setting.lever,
        (setting.first, setting.last),
        _last_year(indicator, regions, project, known),
    )


def _of_condition(condition: Condition, project: Project, known: pd.DataFrame) -> str:
    last = _last_year(condition.indicator, (condition.region,), project, known)
    return _reason(condition.indicator, (condition.first, condition.last), last)


def _last_year(
    indicator: str, regions: tuple[str, ...], project: Project, known: pd.DataFrame
) -> int:
    """Last year published of all regions; 0 if one has no figure."""
    rows = latest(known, indicator, project.bases_of(indicator).judged)
    years = rows.groupby("region")["year"].max()
    return int(min((int(years.get(name, 0)) for name in regions), default=0))


def _reason(name: str, years: tuple[int | None, int], published: int) -> str:
    first, last = years
    if last > published:
        return ""
    span = f"{last}" if first == last else f"{first or ''}-{last}"
    return f"{name} {span}: published to {published}."
