r"""Projection: from the fits' joint draws to levels, shares and ratios, draw by draw.

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
from cszt_models.models import growth, industry
from cszt_models.models.components import REVISION
from cszt_models.models.fits import Fits
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
    drawn,
    growth_path,
    lever_path,
    moved_in,
    require_applicable,
    transferred,
)
from cszt_models.projection.outlook import Outlook, outlook
from cszt_models.scenarios.levers import POPULATION as PEOPLE
from cszt_models.scenarios.levers import PRICE, URBAN
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    POPULATION,
    REGION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
    YEAR,
)

PRICES = ("price", REVISION)  # cells that make nominal of real growth
# Indicators projected for every project; its measures and their parts come besides.
VARIABLES = (
    GDP,
    GROWTH,
    POPULATION,
    URBANIZATION,
    URBAN_POPULATION,
    *SECTOR_SHARES,
    *SECTORS,
)


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
        Fits of one as-of date, or an `outlook` of them when many scenarios follow.
    scenario
        Lever settings; the baseline if not given.
    until
        Last year, with fits; the project's horizon if not given.
    only
        Indicators wanted, all if not given; what none of them needs is not computed.

    Returns
    -------
    Dataset
        The indicators of `VARIABLES`, and the project's measures with their parts, that
        are wanted or needed, for members and aggregates, from the year before the plan,
        in the project's units: percent for growth, shares and ratios. An indicator
        whose blocks are not fitted is left out; one that a place lacks the figures for
        is not a number there.

    Raises
    ------
    DataError
        If the years cannot be projected.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> project = cm.load_project()
    >>> fits = cm.fit_blocks(
    ...     cm.read_observations(project),
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
    if isinstance(fits, Outlook) and until is not None:
        raise TypeError("an outlook has its years; give until to outlook().")
    if isinstance(fits, Outlook):
        basis = fits
    else:
        named = projectable(fits, scenario)
        basis = outlook(fits, until=until, regions=named, partial=True)
    require_applicable(basis, scenario)
    own: dict[str, Array] = {}
    weights = _members(basis, GDP)[None]
    if basis.has(GROWTH):
        own[GROWTH], weights = _gdp(basis, scenario)
    if basis.has(*PRICES):
        own[GDP] = weights
    if basis.has(POPULATION):
        own[POPULATION] = _population(basis, scenario)
    if basis.has(URBANIZATION):
        own[URBANIZATION] = _share(basis, scenario, URBANIZATION)
    if basis.has(POPULATION, URBANIZATION):
        own[URBAN_POPULATION] = own[URBANIZATION] * own[POPULATION] / 100
    sectors = only is None or {*only} & {*SECTOR_SHARES, *SECTORS}
    if sectors and basis.has(industry.AGRICULTURE, industry.BALANCE):
        own |= _sectors(basis, scenario, own.get(GDP))
    for measure in basis.measures:
        if only is None or {*only} & {measure.indicator, measure.part}:
            own |= _measured(basis, scenario, measure, own)
    groups = [
        _aggregate(own, weights, basis, group)
        for group in basis.project.aggregates.values()
    ]
    joined = {
        name: (
            (DRAW, REGION, YEAR),
            np.concatenate([path, *[g[name][:, None] for g in groups]], axis=1),
        )
        for name, path in own.items()
    }
    return xr.Dataset(joined, basis.published.coords)


def projectable(fits: Fits, scenario: Scenario) -> tuple[str, ...]:
    """Regions that a scenario names besides the members of groups, to be projected."""
    named = set(scenario.regions)
    return tuple(r for r in fits.project.with_role("core", "ring") if r in named)


def _members(basis: Outlook, name: str) -> Array:
    return basis.published[name].to_numpy()[: len(basis.regions)]


def _gdp(basis: Outlook, scenario: Scenario) -> tuple[Array, Array]:
    """Real growth in percent and nominal GDP: published where known, else drawn.

    Where prices are not modelled, GDP moves by real growth alone. Then it serves as the
    weights of a group's growth, and nothing else.
    """
    told = _members(basis, GROWTH)
    known = _members(basis, GDP)
    free = after_last(known)
    open_ = np.isnan(told) & free
    moved = growth_path(basis, scenario, _changes(basis, scenario), open_)
    cells = drawn(basis, scenario, GROWTH, open_) + moved
    real = np.where(np.isnan(told), cells, growth.log_growth(told))
    change = real
    if basis.has(*PRICES):
        prices = lever_path(basis, scenario, PRICE, free)
        for name in PRICES:
            prices = prices + drawn(basis, scenario, name, free)
        change = real + prices
    levels = roll_forward(known, change)
    for group in basis.project.aggregates.values():
        at = [basis.regions.index(member) for member in group.members]
        if np.isnan(known[at]).all(axis=1).any():
            continue  # a member has no level, so nothing tells what is left for others
        total = basis.published[GDP].sel({REGION: group.id}).to_numpy()
        levels[:, at] = match_total(levels[:, at], known[at], total)
    return np.where(np.isnan(told), growth.percent_growth(real), told), levels


def _changes(basis: Outlook, scenario: Scenario) -> dict[str, Array]:
    """Points by which levers move the causes of the scenario's cross-effects."""
    found = {}
    for name in {effect.cause for effect in scenario.effects}:
        if name not in basis.cells:
            raise ScenarioError(
                f"a cross-effect of {name} acts, but too little was known of it for a "
                "projection. Leave the effect out, or choose a later as-of date."
            )
        still = _share(basis, scenario, name, moved=False)
        found[name] = _share(basis, scenario, name) - still
    return found


def _population(basis: Outlook, scenario: Scenario) -> Array:
    known = _members(basis, POPULATION)
    free = after_last(known)
    lever = lever_path(basis, scenario, PEOPLE, free)
    people = roll_forward(known, drawn(basis, scenario, POPULATION, free) + lever)
    return moved_in(basis, scenario, people, free)


def _share(
    basis: Outlook, scenario: Scenario, name: str, *, moved: bool = True
) -> Array:
    """A share in percent; a lever adds points a year from the last published year.

    One on the numerator multiplies it by its additional growth since then.

    Parameters
    ----------
    moved
        Whether levers of the share and its numerator act.
    """
    known = _members(basis, name)
    free = after_last(known)
    share = 100 * expit(drawn(basis, scenario, name, free))
    if moved:
        measure = basis.project.measures.get(name)
        if measure is not None and measure.part:
            share = share * _factor(basis, scenario, measure.part, free)
        lever = URBAN if name == URBANIZATION else name
        share = share + lever_path(basis, scenario, lever, free).cumsum(axis=1)
    return np.where(np.isnan(known), share.clip(0, 100), known)


def _factor(basis: Outlook, scenario: Scenario, lever: str, free: Mask) -> Array:
    """What additional growth has made of one since the last published year."""
    return np.exp(lever_path(basis, scenario, lever, free).cumsum(axis=1) / 100)


def _sectors(
    basis: Outlook, scenario: Scenario, levels: Array | None
) -> dict[str, Array]:
    """Shares of the sectors in percent, and value added that sums to GDP if known."""
    known = np.stack([_members(basis, name) for name in SECTOR_SHARES])
    free = after_last(known[0])
    names = (industry.AGRICULTURE, industry.BALANCE)
    ratios = np.stack([drawn(basis, scenario, n, free) for n in names], axis=-1)
    paths = np.moveaxis(100 * industry.shares(ratios), -1, 0)
    paths = transferred(basis, scenario, paths, free)
    found = {}
    for n, (name, added) in enumerate(zip(SECTOR_SHARES, SECTORS, strict=True)):
        found[name] = np.where(np.isnan(known[n]), paths[n], known[n])
        if levels is not None:
            found[added] = found[name] * levels / 100
    return found


def _measured(
    basis: Outlook, scenario: Scenario, measure: Measure, own: dict[str, Array]
) -> dict[str, Array]:
    """A measure, published where known, and the part that it is of its weight."""
    name = measure.indicator
    if measure.model == "ratio":
        found = {name: _share(basis, scenario, name)}
        if measure.part and measure.weight in own:
            found[measure.part] = found[name] * own[measure.weight] / 100
        return found
    known = _members(basis, name)
    free = after_last(known)
    cells = basis.cells[name].copy(data=drawn(basis, scenario, name, free))
    path = values(cells, measure) * _factor(basis, scenario, name, free)
    if measure.group == "sum" and measure.weight:
        path = path * own.get(measure.weight, np.nan)
    return {name: np.where(np.isnan(known), path, known)}


def _of_group(
    measure: Measure, own: dict[str, Array], total: dict[str, Array], at: list[int]
) -> dict[str, Array]:
    """A group's measure from its members', the regions ``at`` these places.

    Parameters
    ----------
    total
        Sums of the weights over the members (draw, year).
    """
    name, part, weight = measure.indicator, measure.part, measure.weight
    if measure.group == "sum":
        return {name: own[name][:, at].sum(axis=1)}
    if not weight:
        return {name: own[name][:, at].mean(axis=1)}
    if weight not in own:
        return {name: np.full_like(own[name][:, 0], np.nan)}
    if part:
        summed = own[part][:, at].sum(axis=1)
        return {part: summed, name: 100 * summed / total[weight]}
    summed = (own[name][:, at] * own[weight][:, at]).sum(axis=1)
    return {name: summed / total[weight]}


def _aggregate(
    own: dict[str, Array], weights: Array, basis: Outlook, group: Aggregate
) -> dict[str, Array]:
    """Sums of members, ratios of sums, and what is published of the group itself.

    A ratio of sums of which one is not projected is not a number.
    """
    at = [basis.regions.index(member) for member in group.members]
    total = {
        name: own[name][:, at].sum(axis=1)
        for name in (GDP, POPULATION, URBAN_POPULATION)
        if name in own
    }
    if URBAN_POPULATION in own:
        total[URBANIZATION] = 100 * total[URBAN_POPULATION] / total[POPULATION]
    if GROWTH in own:
        total[GROWTH] = weighted_growth(own[GROWTH][:, at], weights[:, at])
    measures = [m for m in basis.measures if m.indicator in own]
    for measure in measures:
        total |= _of_group(measure, own, total, at)
    for name in basis.published:
        if name in own and name not in SECTOR_SHARES:
            official = basis.published[name].sel({REGION: group.id}).to_numpy()
            made = total.get(str(name), np.nan)
            full = np.broadcast_to(official, own[str(name)][:, 0].shape)
            total[str(name)] = np.where(np.isnan(official), made, full)
    ratios = [(m.indicator, m.part, m.weight) for m in measures if m.part and m.weight]
    for ratio, part, whole in [(URBANIZATION, URBAN_POPULATION, POPULATION), *ratios]:
        if part not in total:
            continue
        official = basis.published[ratio].sel({REGION: group.id}).to_numpy()
        made = total[ratio] * total[whole] / 100
        total[part] = np.where(np.isnan(official), total[part], made)
    if SECTORS[0] in own:
        parts = np.stack([own[name][:, at].sum(axis=1) for name in SECTORS])
        whole_gdp = parts.sum(axis=0)
        for n, (share, added) in enumerate(zip(SECTOR_SHARES, SECTORS, strict=True)):
            total[share] = 100 * parts[n] / whole_gdp
            total[added] = total[share] * total[GDP] / 100
    return {
        name: total.get(name, np.full_like(path[:, 0], np.nan))
        for name, path in own.items()
    }
