"""Changes of drawn cells by a scenario's levers, in open years that are not over."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cszt_models.errors import ScenarioError, unknown
from cszt_models.models.indicators import SECTOR_MIX, cell_kinds
from cszt_models.projection.accounting import Array, Mask, steps_of
from cszt_models.projection.outlook import Outlook
from cszt_models.scenarios.levers import TRANSFERS, LeverName, movable
from cszt_models.scenarios.scenario import Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.vocabulary import GDP, GROWTH, REGION, SECTOR_SHARES


def require_applicable(outlook: Outlook, scenario: Scenario) -> None:
    """Raise if a part of a scenario would have no effect.

    Raises
    ------
    ScenarioError
        If a setting moves what the project does not know, names a region that is not
        projected or acts in published years or after the horizon alone, an event is
        asked for and none was known, or the draws do not meet the scenario's
        conditions.
    """
    scenario.require_enabled()
    if scenario.conditions != outlook.conditions:
        required, met = len(scenario.conditions), len(outlook.conditions)
        raise ScenarioError(
            f"scenario {scenario.name!r} has {required} conditions and the draws meet "
            f"{met} others. Take the fits and outlook of `scenario_setup.scene` for it."
        )
    if not scenario.settings:
        return
    known = movable(outlook.project)
    kinds = cell_kinds(outlook.project).values()
    moved = {lever: kind.name for kind in kinds for lever in kind.levers}
    for setting in scenario.settings:
        lever = setting.lever
        if lever not in known:
            raise ScenarioError(f"{unknown('lever', lever, known)} Choose one of them.")
        absent = [name for name in setting.regions if name not in outlook.regions]
        if absent:
            raise ScenarioError(
                f"lever {lever!r} is set for {', '.join(absent)}, which no region "
                f"projected is called. Choose among {', '.join(outlook.regions)}."
            )
        cells = moved.get(lever, lever)
        if cells not in outlook.cells and lever != LeverName.UNCERTAINTY:
            raise ScenarioError(
                f"lever {lever!r} is set, but no known figure is of {cells}, so it "
                "would do nothing. Leave it out, or add figures of it."
            )
        if lever == LeverName.EVENT_RISK and outlook.drop is None:
            raise ScenarioError(
                f"lever {lever!r} is set, but no event that lowered growth was known "
                "on that date. Choose a later as-of date."
            )
        require_open(outlook, setting)


def require_open(outlook: Outlook, setting: Setting) -> None:
    """Raise if a setting acts in no year that is projected and not yet published.

    Raises
    ------
    ScenarioError
        Naming its years and those that are open.
    """
    years, horizon = outlook.years, outlook.project.horizon
    later = np.arange(int(years[-1]) + 1, horizon + 1)
    acting = replace(setting, value=1.0)
    if setting.value == 0 or acting.path(later).any():
        return
    free = _free_years(outlook, setting)
    if (acting.path(years) * free).any():
        return
    first, last = setting.first, setting.last
    acts = f"from {first} on" if first else f"until {last or horizon}"
    if first and last:
        acts = f"in {first}" if first == last else f"from {first} to {last}"
    remedy = f"Choose years up to the horizon {horizon} that are not published."
    if free.any():
        until = max(int(years[free][-1]), horizon)
        remedy = f"Choose years among those open, {years[free][0]} to {until}."
    raise ScenarioError(
        f"lever {setting.lever!r} acts {acts}, where no year is both projected and "
        f"still open, so it would do nothing. {remedy}"
    )


def _free_years(outlook: Outlook, setting: Setting) -> NDArray[np.bool_]:
    """Years (year), not over, in which something a setting moves is not published."""
    names = list(setting.regions or outlook.regions)
    kinds = cell_kinds(outlook.project).values()
    moved = {lever: kind.indicator for kind in kinds for lever in kind.levers}
    indicator = moved.get(setting.lever, GROWTH)
    indicator = SECTOR_SHARES[0] if indicator == SECTOR_MIX else indicator
    tables = [indicator, GDP] if indicator == GROWTH else [indicator]
    unknown_cells = [
        np.isnan(outlook.published[name].sel({REGION: names}).to_numpy())
        for name in tables
        if name in outlook.published
    ]
    if not unknown_cells:
        return outlook.ahead
    return np.asarray(np.all(unknown_cells, axis=0).any(axis=0)) & outlook.ahead


def lever_path(outlook: Outlook, scenario: Scenario, lever: str, free: Mask) -> Array:
    """Value of a lever (region, year) where it may act, else 0.

    That is in years that are not over on the as-of date: nobody reforms the past.

    Parameters
    ----------
    outlook, scenario
        Regions and years, and the settings.
    lever
        Its id.
    free : (region, year)
        True where nothing is published yet.
    """
    path = np.zeros(free.shape)
    for setting in scenario.of(lever):
        path += _where(outlook, setting) * setting.path(outlook.years)
    return path * free * outlook.ahead


def _where(outlook: Outlook, setting: Setting) -> NDArray[np.float64]:
    """1 in the regions of a setting, else 0 (region, 1)."""
    named = np.isin(outlook.regions, setting.regions) | (not setting.regions)
    return named[:, None].astype(float)


def spread_cells(outlook: Outlook, scenario: Scenario, name: str, free: Mask) -> Array:
    """Cells (draw, region, year) with the uncertainty lever applied.

    Parameters
    ----------
    outlook, scenario
        Draws, and the settings.
    name
        Of the cells.
    free : (region, year)
        True where nothing is published yet.
    """
    cells = outlook.cells[name].to_numpy()
    more = lever_path(outlook, scenario, LeverName.UNCERTAINTY, free) / 100
    if not more.any():
        return cells
    return cells + more * (cells - outlook.centre(name))


def growth_path(
    outlook: Outlook, scenario: Scenario, changes: Mapping[str, Array], free: Mask
) -> Array:
    """Log points (draw or 1, region, year) that levers and effects add to growth.

    Parameters
    ----------
    outlook, scenario
        Draws, and the settings.
    changes : cause -> (draw, region, year)
        Points by which the scenario moves the causes of its cross-effects.
    free : (region, year)
        True where neither growth nor the level is published.
    """
    path = lever_path(outlook, scenario, LeverName.GROWTH, free)
    level = lever_path(outlook, scenario, LeverName.LEVEL, free)
    for effect in scenario.effects:
        size = effect.elasticities(outlook.chances(f"effect {effect.name}"))
        moved = size[:, None, None] * changes[effect.cause] * free
        if effect.on == LeverName.LEVEL:
            level = level + moved
        else:
            path = path + moved
    if level.any():
        path = path + steps_of(level, free)
    return path + event_path(outlook, scenario, free)


def event_path(outlook: Outlook, scenario: Scenario, free: Mask) -> Array:
    """Log points of growth that events take away (draw, region, year), or nothing.

    In a draw and year either all regions where it is possible meet the event or none
    does. A higher risk adds events to those of a lower one.

    Parameters
    ----------
    outlook, scenario
        Draws, and the settings.
    free : (region, year)
        True where neither growth nor the level is published.
    """
    risk = lever_path(outlook, scenario, LeverName.EVENT_RISK, free) / 100
    if outlook.drop is None or not risk.any():
        return np.zeros((1, *free.shape))
    chances = np.stack([outlook.chances(f"event {y}") for y in outlook.years], axis=-1)
    return (chances[:, None, :] < risk) * outlook.drop[:, :, None]


def add_migrants(
    outlook: Outlook, scenario: Scenario, people: Array, free: Mask
) -> Array:
    """Population (draw, region, year) with those who move in, and their growth since.

    A setting's persons are shared among its regions by the last published population;
    without regions, among the members of the project's groups.

    Parameters
    ----------
    outlook, scenario
        Draws, and the settings.
    people : (draw, region, year)
        Population before the lever, persons as in the project.
    free : (region, year)
        True after the last published year.

    Raises
    ------
    ScenarioError
        If more would move out than live in a region.
    """
    weights = people[0, np.arange(free.shape[0]), np.argmax(free, axis=1) - 1]
    arrived = np.zeros(free.shape)
    for setting in scenario.of(LeverName.MIGRATION):
        groups = outlook.project.aggregates.values()
        names = setting.regions or [m for group in groups for m in group.members]
        share = weights * np.isin(outlook.regions, names)
        arrived += (share / share.sum())[:, None] * setting.path(outlook.years)
    arrived *= outlook.ahead
    if not (arrived * free).any():
        return people
    population = people * (1 + np.cumsum(arrived * free / people, axis=2))
    if (population <= 0).any():
        at = int(np.nonzero((population <= 0).any(axis=(0, 2)))[0][0])
        raise ScenarioError(
            f"lever {LeverName.MIGRATION!r} moves more people out of "
            f"{outlook.regions[at]} than live there. "
            "Choose a smaller number or fewer years."
        )
    return population


def transfer_shares(
    outlook: Outlook, scenario: Scenario, shares: Array, free: Mask
) -> Array:
    """Sector shares in percent (sector, draw, region, year) after points are moved.

    A share that would fall below 0 stops there, and the others are scaled so that all
    sum to 100 as before.

    Parameters
    ----------
    outlook, scenario
        Draws, and the settings.
    shares : (sector, draw, region, year)
        Percent.
    free : (region, year)
        True where nothing is published yet.
    """
    net = np.zeros((len(shares), *free.shape))
    for lever, (source, sink) in TRANSFERS.items():
        moved = lever_path(outlook, scenario, lever, free).cumsum(axis=1)
        net[source] -= moved
        net[sink] += moved
    if not net.any():
        return shares
    clipped = np.clip(shares + net[:, None], 0, None)
    return 100 * clipped / clipped.sum(axis=0)
