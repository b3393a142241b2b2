r"""Project joint draws to levels, shares and ratios, draw by draw.

What was published by the as-of date stands as published; what was not is drawn. Every
scenario sees the same draws, so two of them differ by their levers alone. Nominal GDP
of a region with last published level :math:`L_o` is

.. math::
    L_t = L_o \exp \sum_{s=o+1}^{t} (g_s + p_s + r_s) / 100

with real growth g, deflator p and census revision r, each in log points. Aggregates
are sums over their members, and their shares and growth ratios of sums. Where an
aggregate's own level is published, members not yet published are scaled so that they
sum to it: exact when one member is missing, proportional when several are. The
project's measures follow: a ratio gives its part, a sum is its level times the weight.
"""

from collections.abc import Collection

import numpy as np
import xarray as xr
from scipy.special import expit

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ScenarioError
from cszt_models.models import growth, industry, price
from cszt_models.models.fits import Fits
from cszt_models.models.indicators import INDICATORS, cells_of_block
from cszt_models.models.measure import values
from cszt_models.project.measures import Measure
from cszt_models.project.project import Aggregate
from cszt_models.projection.accounting import (
    Array,
    Mask,
    after_last,
    match_total,
    roll_forward,
    weighted_growth,
)
from cszt_models.projection.lever_paths import (
    add_migrants,
    growth_path,
    lever_path,
    require_applicable,
    spread_cells,
    transfer_shares,
)
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.scenarios.levers import LeverName
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    REGION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
    YEAR,
)

# Cells that make nominal of real growth.
PRICE_CELLS = tuple(kind.name for kind in cells_of_block(price.NAME))
# Indicators projected for every project; its measures and their parts come besides.
VARIABLES = tuple(name for name in INDICATORS if name != GROWTH_AVERAGE)


@ONE_THREAD
def project_paths(
    fits: Fits | Outlook,
    scenario: Scenario | None = None,
    *,
    until: int | None = None,
    only: Collection[str] | None = None,
) -> xr.Dataset:
    """Joint draws of all indicators under a scenario (draw, region, year).

    Parameters
    ----------
    fits
        Fits of one as-of date, or an `Outlook` of them when many scenarios follow.
    scenario
        Lever settings; the baseline if not given.
    until
        Last year, with fits; the project's horizon if not given.
    only
        Indicators to compute, with what they need; all if not given.

    Returns
    -------
    Dataset
        The indicators of `VARIABLES`, and the project's measures with their parts, for
        members and aggregates, from the year before the plan, in the project's units:
        percent for growth, shares and ratios. An indicator whose blocks are not fitted
        is left out; where a place lacks figures it is not a number.

    Raises
    ------
    DataError
        If the years cannot be projected.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.models.fits import fit_blocks
    >>> from cszt_models.project.observations import read_observations
    >>> project = cm.load_project()
    >>> fits = fit_blocks(
    ...     read_observations(project),
    ...     project,
    ...     as_of=date(2021, 6, 30),
    ...     seed=1,
    ...     draws=64,
    ... )
    >>> gdp = project_paths(fits)["gdp_nominal"]
    >>> core = list(project.with_role("core"))
    >>> cities = gdp.sel(region=core).sum("region")
    >>> bool(abs(cities - gdp.sel(region="czt")).sel(year=2025).max() < 1e-6)
    True
    """
    scenario = baseline() if scenario is None else scenario
    outlook = _outlook(fits, scenario, until)
    require_applicable(outlook, scenario)
    paths, weights = _of_regions(outlook, scenario, only)
    groups = [
        _aggregate(paths, weights, outlook, group)
        for group in outlook.project.aggregates.values()
    ]
    joined = {
        name: (
            (DRAW, REGION, YEAR),
            np.concatenate([path, *[g[name][:, None] for g in groups]], axis=1),
        )
        for name, path in paths.items()
    }
    return xr.Dataset(joined, outlook.published.coords)


def _outlook(fits: Fits | Outlook, scenario: Scenario, until: int | None) -> Outlook:
    if not isinstance(fits, Outlook):
        named = projectable(fits, scenario)
        return build_outlook(fits, until=until, regions=named, partial=True)
    if until is not None:
        raise TypeError("an outlook has its years; give until to build_outlook().")
    return fits


def _of_regions(
    outlook: Outlook, scenario: Scenario, only: Collection[str] | None
) -> tuple[dict[str, Array], Array]:
    """Indicators of the members, and levels that weigh their growth in a group's."""
    paths: dict[str, Array] = {}
    weights = _members(outlook, GDP)[None]
    if outlook.has(GROWTH):
        paths[GROWTH], weights = _gdp(outlook, scenario)
    if outlook.has(*PRICE_CELLS):
        paths[GDP] = weights
    if outlook.has(POPULATION):
        paths[POPULATION] = _population(outlook, scenario)
    if outlook.has(URBANIZATION):
        paths[URBANIZATION] = _share(outlook, scenario, URBANIZATION)
    if outlook.has(POPULATION, URBANIZATION):
        paths[URBAN_POPULATION] = paths[URBANIZATION] * paths[POPULATION] / 100
    sectors = only is None or {*only} & {*SECTOR_SHARES, *SECTORS}
    if sectors and outlook.has(industry.AGRICULTURE, industry.BALANCE):
        paths |= _sectors(outlook, scenario, paths.get(GDP))
    for measure in outlook.measures:
        if only is None or {*only} & {measure.indicator, measure.part}:
            paths |= _measured(outlook, scenario, measure, paths)
    return paths, weights


def projectable(fits: Fits, scenario: Scenario) -> tuple[str, ...]:
    """Regions that a scenario names besides the members of groups, to be projected."""
    named = set(scenario.regions)
    return tuple(r for r in fits.project.with_role("core", "ring") if r in named)


def _members(outlook: Outlook, name: str) -> Array:
    return outlook.published[name].to_numpy()[: len(outlook.regions)]


def _official(outlook: Outlook, name: str, group: Aggregate) -> Array:
    """Published figures of the group itself (year)."""
    return outlook.published[name].sel({REGION: group.id}).to_numpy()


def _gdp(outlook: Outlook, scenario: Scenario) -> tuple[Array, Array]:
    """Real growth in percent and nominal GDP: published where known, else drawn.

    Where prices are not modelled, GDP moves by real growth alone. Then it serves as the
    weights of a group's growth, and nothing else.
    """
    rates = _members(outlook, GROWTH)
    known = _members(outlook, GDP)
    free = after_last(known)
    open_ = np.isnan(rates) & free
    moved = growth_path(outlook, scenario, _changes(outlook, scenario), open_)
    cells = spread_cells(outlook, scenario, GROWTH, open_) + moved
    real = np.where(np.isnan(rates), cells, growth.log_growth(rates))
    change = real
    if outlook.has(*PRICE_CELLS):
        prices = lever_path(outlook, scenario, LeverName.PRICE, free)
        for name in PRICE_CELLS:
            prices = prices + spread_cells(outlook, scenario, name, free)
        change = real + prices
    levels = roll_forward(known, change)
    for group in outlook.project.aggregates.values():
        at = [outlook.regions.index(member) for member in group.members]
        if np.isnan(known[at]).all(axis=1).any():
            continue  # without a member's level the rest of the total is not known
        total = _official(outlook, GDP, group)
        levels[:, at] = match_total(levels[:, at], known[at], total)
    return np.where(np.isnan(rates), growth.percent_growth(real), rates), levels


def _changes(outlook: Outlook, scenario: Scenario) -> dict[str, Array]:
    """Points by which levers move the causes of the scenario's cross-effects."""
    changes = {}
    for name in {effect.cause for effect in scenario.effects}:
        if name not in outlook.cells:
            raise ScenarioError(
                f"a cross-effect of {name} acts, but too little was known of it for a "
                "projection. Leave the effect out, or choose a later as-of date."
            )
        unmoved = _share(outlook, scenario, name, moved=False)
        changes[name] = _share(outlook, scenario, name) - unmoved
    return changes


def _population(outlook: Outlook, scenario: Scenario) -> Array:
    known = _members(outlook, POPULATION)
    free = after_last(known)
    lever = lever_path(outlook, scenario, LeverName.POPULATION, free)
    people = roll_forward(
        known, spread_cells(outlook, scenario, POPULATION, free) + lever
    )
    return add_migrants(outlook, scenario, people, free)


def _share(
    outlook: Outlook, scenario: Scenario, name: str, *, moved: bool = True
) -> Array:
    """A share in percent; a lever adds points a year from the last published year.

    One on the numerator multiplies it by its additional growth since then.

    Parameters
    ----------
    moved
        Whether levers of the share and its numerator act.
    """
    known = _members(outlook, name)
    free = after_last(known)
    share = 100 * expit(spread_cells(outlook, scenario, name, free))
    if moved:
        measure = outlook.project.measures.get(name)
        if measure is not None and measure.part:
            share = share * _factor(outlook, scenario, measure.part, free)
        lever = LeverName.URBANIZATION if name == URBANIZATION else name
        share = share + lever_path(outlook, scenario, lever, free).cumsum(axis=1)
    return np.where(np.isnan(known), share.clip(0, 100), known)


def _factor(outlook: Outlook, scenario: Scenario, lever: str, free: Mask) -> Array:
    """Factor of a lever's additional growth since the last published year."""
    return np.exp(lever_path(outlook, scenario, lever, free).cumsum(axis=1) / 100)


def _sectors(
    outlook: Outlook, scenario: Scenario, levels: Array | None
) -> dict[str, Array]:
    """Shares of the sectors in percent, and value added that sums to GDP if known."""
    known = np.stack([_members(outlook, name) for name in SECTOR_SHARES])
    free = after_last(known[0])
    names = (industry.AGRICULTURE, industry.BALANCE)
    ratios = np.stack(
        [spread_cells(outlook, scenario, n, free) for n in names], axis=-1
    )
    paths = np.moveaxis(100 * industry.shares(ratios), -1, 0)
    paths = transfer_shares(outlook, scenario, paths, free)
    sectors = {}
    for n, (name, added) in enumerate(zip(SECTOR_SHARES, SECTORS, strict=True)):
        sectors[name] = np.where(np.isnan(known[n]), paths[n], known[n])
        if levels is not None:
            sectors[added] = sectors[name] * levels / 100
    return sectors


def _measured(
    outlook: Outlook, scenario: Scenario, measure: Measure, paths: dict[str, Array]
) -> dict[str, Array]:
    """A measure, published where known, and the part that it is of its weight."""
    name = measure.indicator
    if measure.model == "ratio":
        measured = {name: _share(outlook, scenario, name)}
        if measure.part and measure.weight in paths:
            measured[measure.part] = measured[name] * paths[measure.weight] / 100
        return measured
    known = _members(outlook, name)
    free = after_last(known)
    cells = outlook.cells[name].copy(data=spread_cells(outlook, scenario, name, free))
    path = values(cells, measure) * _factor(outlook, scenario, name, free)
    if measure.group == "sum" and measure.weight:
        path = path * paths.get(measure.weight, np.nan)
    return {name: np.where(np.isnan(known), path, known)}


def _of_group(
    measure: Measure, paths: dict[str, Array], total: dict[str, Array], at: list[int]
) -> dict[str, Array]:
    """A group's measure from its members', the regions ``at`` these places.

    Parameters
    ----------
    total
        Sums of the weights over the members (draw, year).
    """
    name, part, weight = measure.indicator, measure.part, measure.weight
    if measure.group == "sum":
        return {name: paths[name][:, at].sum(axis=1)}
    if not weight:
        return {name: paths[name][:, at].mean(axis=1)}
    if weight not in paths:
        return {name: np.full_like(paths[name][:, 0], np.nan)}
    if part:
        summed = paths[part][:, at].sum(axis=1)
        return {part: summed, name: 100 * summed / total[weight]}
    summed = (paths[name][:, at] * paths[weight][:, at]).sum(axis=1)
    return {name: summed / total[weight]}


def _aggregate(
    paths: dict[str, Array], weights: Array, outlook: Outlook, group: Aggregate
) -> dict[str, Array]:
    """Sums of members, ratios of sums, and what is published of the group itself.

    A ratio of sums of which one is not projected is not a number.
    """
    at = [outlook.regions.index(member) for member in group.members]
    total = {
        name: paths[name][:, at].sum(axis=1)
        for name in (GDP, POPULATION, URBAN_POPULATION)
        if name in paths
    }
    if URBAN_POPULATION in paths:
        total[URBANIZATION] = 100 * total[URBAN_POPULATION] / total[POPULATION]
    if GROWTH in paths:
        total[GROWTH] = weighted_growth(paths[GROWTH][:, at], weights[:, at])
    measures = [m for m in outlook.measures if m.indicator in paths]
    for measure in measures:
        total |= _of_group(measure, paths, total, at)
    modelled = [str(name) for name in outlook.published if name in paths]
    for name in (name for name in modelled if name not in SECTOR_SHARES):
        official, computed = _official(outlook, name, group), total.get(name, np.nan)
        full = np.broadcast_to(official, paths[name][:, 0].shape)
        total[name] = np.where(np.isnan(official), computed, full)
    ratios = [(m.indicator, m.part, m.weight) for m in measures if m.part and m.weight]
    for ratio, part, whole in [(URBANIZATION, URBAN_POPULATION, POPULATION), *ratios]:
        if part in total:
            official = _official(outlook, ratio, group)
            computed = total[ratio] * total[whole] / 100
            total[part] = np.where(np.isnan(official), total[part], computed)
    if SECTORS[0] in paths:
        total |= _sectors_of_group(paths, total[GDP], at)
    return {
        name: total.get(name, np.full_like(path[:, 0], np.nan))
        for name, path in paths.items()
    }


def _sectors_of_group(
    paths: dict[str, Array], gdp: Array, at: list[int]
) -> dict[str, Array]:
    """Shares of the sectors of the regions ``at`` these places, and value added."""
    parts = np.stack([paths[name][:, at].sum(axis=1) for name in SECTORS])
    shares = 100 * parts / parts.sum(axis=0)
    of_sectors = dict(zip(SECTOR_SHARES, shares, strict=True))
    added = {n: x * gdp / 100 for n, x in zip(SECTORS, shares, strict=True)}
    return of_sectors | added
