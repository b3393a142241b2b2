r"""Projection: from the fits' joint draws to levels, shares and ratios, draw by draw.

What was published by the as-of date stands as published; what was not is drawn. Every
scenario sees the same draws, so two of them differ by their levers alone. Nominal GDP
of a region with last published level :math:`L_o` is

.. math::
    L_t = L_o \exp \sum_{s=o+1}^{t} (g_s + p_s + r_s) / 100

with real growth g, deflator p and census revision r, each in log points. Aggregates
are sums over their members, and their shares and growth ratios of sums. Where an
aggregate's own level is published, members not yet published are scaled so that they
sum to it: exact when one member is missing, proportional when several are.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.special import expit

from cszt_models.accounting import (
    Array,
    Mask,
    after_last,
    match_total,
    roll_forward,
    weighted_growth,
)
from cszt_models.blocks import REVISION
from cszt_models.errors import DataError, ScenarioError
from cszt_models.models import (
    Fits,
    growth,
    industry,
    intensity,
    population,
    price,
    urbanization,
)
from cszt_models.observations import latest
from cszt_models.project import Aggregate, Project
from cszt_models.scenarios import Scenario, baseline
from cszt_models.structural import CELLS
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    POPULATION,
    RD_EXPENDITURE,
    RD_INTENSITY,
    REGION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
    YEAR,
)

VARIABLES = (
    GDP,
    GROWTH,
    POPULATION,
    URBANIZATION,
    URBAN_POPULATION,
    RD_INTENSITY,
    RD_EXPENDITURE,
    *SECTOR_SHARES,
    *SECTORS,
)


@dataclass(frozen=True)
class Outlook:
    """What every scenario shares: draws of the cells, and what was published.

    ``cells`` holds growth, price, revision and population in log points, the logits of
    the urban share and of R&D intensity, and the two log-ratios of the sector shares
    (draw, region, year); ``published`` the known values by indicator (region, year),
    members and aggregates alike, not a number where unknown.
    """

    project: Project
    cells: xr.Dataset
    published: xr.Dataset

    @property
    def regions(self) -> list[str]:
        """The regions that are projected, without the aggregates."""
        return [str(name) for name in self.cells[REGION].to_numpy()]

    @property
    def years(self) -> NDArray[np.int_]:
        """The years projected, from the year before the plan."""
        return self.cells[YEAR].to_numpy()


def outlook(
    fits: Fits, *, until: int | None = None, regions: tuple[str, ...] = ()
) -> Outlook:
    """Trim the fits to the years and regions to project; done once for all scenarios.

    Parameters
    ----------
    fits
        The blocks' fits for one as-of date.
    until
        Last year, at most the project's horizon (the default).
    regions
        Regions besides the members of aggregates; they must be in every block.

    Raises
    ------
    DataError
        If ``until`` is outside the fitted years, or a region has no fit.
    """
    project = fits.project
    until = project.horizon if until is None else until
    first = project.plan.first_year - 1
    if not first < until <= project.horizon:
        raise DataError(
            f"cannot project until {until}: the fits reach from {first + 1} to "
            f"{project.horizon}. Choose a year between, or raise the horizon in "
            "project.yaml."
        )
    members = [m for a in project.aggregates.values() for m in a.members]
    wanted = list(dict.fromkeys([*members, *regions]))
    years = list(range(first, until + 1))
    kinds = {
        GROWTH: (growth.NAME, CELLS),
        "price": (price.NAME, CELLS),
        REVISION: (price.NAME, REVISION),
        POPULATION: (population.NAME, CELLS),
        URBANIZATION: (urbanization.NAME, CELLS),
        RD_INTENSITY: (intensity.NAME, CELLS),
        industry.AGRICULTURE: (industry.AGRICULTURE, CELLS),
        industry.BALANCE: (industry.BALANCE, CELLS),
    }
    cells = {}
    for name, (block, kind) in kinds.items():
        drawn = fits.blocks[block].cells[kind]
        absent = [r for r in wanted if r not in drawn[REGION]]
        if absent:
            raise DataError(
                f"{', '.join(absent)}: no {block} was known by {fits.as_of}. "
                "Add observations, or leave the region out."
            )
        cells[name] = drawn.sel({REGION: wanted, YEAR: years}).copy(deep=True)
    places = [*wanted, *project.aggregates]
    known = {
        name: _table(rows, places, years) for name, rows in published(fits).items()
    }
    _require_start(known, wanted, first)
    return Outlook(project, xr.Dataset(cells), xr.Dataset(known))


def _require_start(
    known: dict[str, xr.DataArray], regions: list[str], first: int
) -> None:
    for name in (GDP, POPULATION):
        table = known[name].sel({REGION: regions}).to_numpy()
        lost = [r for r, row in zip(regions, table, strict=True) if np.isnan(row).all()]
        if lost:
            raise DataError(
                f"{', '.join(lost)}: no {name} known since {first} to start from. "
                "Add a published level on a judged basis, or choose a later as-of date."
            )


def published(fits: Fits) -> dict[str, pd.DataFrame]:
    """Known values by indicator, one row per region and year, on the judged bases.

    GDP takes the last release of a year, whatever its basis: that is the level which
    later growth builds on.
    """
    project, known = fits.project, fits.known
    bases = project.comparability
    shares = urbanization.urban_shares(known)
    shares = shares.assign(indicator=URBANIZATION)
    sectors = industry.sector_shares(known)
    judged = bases[SECTORS[0]].judged
    told = {
        name: latest(sectors.assign(indicator=name, value=sectors[name]), name, judged)
        for name in SECTOR_SHARES
    }
    return told | {
        GDP: latest(known, GDP, bases[GDP].usable),
        GROWTH: latest(known, GROWTH, bases[GROWTH].judged),
        POPULATION: latest(known, POPULATION, bases[POPULATION].judged, by_basis=True),
        URBANIZATION: latest(
            shares, URBANIZATION, bases[URBANIZATION].judged, by_basis=True
        ),
        RD_INTENSITY: latest(known, RD_INTENSITY, bases[RD_INTENSITY].judged),
    }


def _table(rows: pd.DataFrame, places: list[str], years: list[int]) -> xr.DataArray:
    wide = rows.pivot_table(index="region", columns="year", values="value")
    wide = wide.reindex(index=places, columns=years).astype(float)
    return xr.DataArray(wide.to_numpy(), {REGION: places, YEAR: years}, (REGION, YEAR))


def project_paths(
    fits: Fits | Outlook,
    scenario: Scenario | None = None,
    *,
    until: int | None = None,
    only: Collection[str] = VARIABLES,
) -> xr.Dataset:
    """Joint draws of all indicators under a scenario (draw, region, year).

    Parameters
    ----------
    fits
        Fits of one as-of date, or an `outlook` of them when many scenarios follow.
    scenario
        Lever settings; the baseline if not given.
    until
        Last year; the project's horizon if not given.
    only
        Indicators wanted; what none of them needs is not computed.

    Returns
    -------
    Dataset
        The indicators of `VARIABLES` that are wanted or needed, for members and
        aggregates, from the year before the plan, in the project's units: percent for
        growth, shares and ratios.

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
    >>> cities = gdp.sel(region=["changsha", "zhuzhou", "xiangtan"]).sum("region")
    >>> bool(abs(cities - gdp.sel(region="czt")).sel(year=2025).max() < 1e-6)
    True
    """
    basis = outlook(fits, until=until) if isinstance(fits, Fits) else fits
    scenario = baseline() if scenario is None else scenario
    people = _population(basis, scenario)
    rates, levels = _gdp(basis, scenario)
    urban = _share(basis, scenario, URBANIZATION, "urbanization")
    ratio = _share(basis, scenario, RD_INTENSITY, "rd_intensity")
    own = {
        GDP: levels,
        GROWTH: rates,
        POPULATION: people,
        URBANIZATION: urban,
        URBAN_POPULATION: urban * people / 100,
        RD_INTENSITY: ratio,
        RD_EXPENDITURE: ratio * levels / 100,
    }
    if {*only} & {*SECTOR_SHARES, *SECTORS}:
        own |= _sectors(basis, levels)
    groups = [_aggregate(own, basis, g) for g in basis.project.aggregates.values()]
    joined = {
        name: (
            (DRAW, REGION, YEAR),
            np.concatenate([path, *[g[name][:, None] for g in groups]], axis=1),
        )
        for name, path in own.items()
    }
    return xr.Dataset(joined, basis.published.coords)


def lever_path(basis: Outlook, scenario: Scenario, moves: str, free: Mask) -> Array:
    """A lever's value in each region and year where it may act, else 0 (region, year).

    Parameters
    ----------
    moves
        The block, as in `scenarios.MOVES`.
    free : (region, year)
        True where nothing is published yet.

    Raises
    ------
    ScenarioError
        If a setting names a region that is not projected, where it would do nothing.
    """
    path = np.zeros(free.shape)
    for setting in scenario.settings.values():
        if setting.lever != moves:
            continue
        absent = [name for name in setting.regions if name not in basis.regions]
        if absent:
            raise ScenarioError(
                f"lever {moves!r} is set for {', '.join(absent)}, which no region "
                f"projected is called. Choose among {', '.join(basis.regions)}."
            )
        where = free.copy()
        if setting.regions:
            where &= np.isin(basis.regions, setting.regions)[:, None]
        if setting.first is not None:
            where &= basis.years >= setting.first
        if setting.last is not None:
            where &= basis.years <= setting.last
        path += setting.value * where
    return path


def _members(basis: Outlook, name: str) -> Array:
    return basis.published[name].to_numpy()[: len(basis.regions)]


def _gdp(basis: Outlook, scenario: Scenario) -> tuple[Array, Array]:
    """Real growth in percent and nominal GDP: published where known, else drawn."""
    told = _members(basis, GROWTH)
    lever = lever_path(basis, scenario, "growth", np.isnan(told))
    drawn = basis.cells[GROWTH].to_numpy() + lever
    real = np.where(np.isnan(told), drawn, growth.log_growth(told))
    known = _members(basis, GDP)
    prices = lever_path(basis, scenario, "price", after_last(known))
    prices = prices + basis.cells["price"].to_numpy() + basis.cells[REVISION].to_numpy()
    levels = roll_forward(known, real + prices)
    for group in basis.project.aggregates.values():
        at = [basis.regions.index(member) for member in group.members]
        total = basis.published[GDP].sel({REGION: group.id}).to_numpy()
        levels[:, at] = match_total(levels[:, at], known[at], total)
    return np.where(np.isnan(told), growth.percent_growth(real), told), levels


def _population(basis: Outlook, scenario: Scenario) -> Array:
    known = _members(basis, POPULATION)
    lever = lever_path(basis, scenario, "population", after_last(known))
    return roll_forward(known, basis.cells[POPULATION].to_numpy() + lever)


def _share(basis: Outlook, scenario: Scenario, name: str, moves: str) -> Array:
    """A share in percent; a lever adds points a year from the last published year."""
    known = _members(basis, name)
    lever = lever_path(basis, scenario, moves, after_last(known)).cumsum(axis=1)
    drawn = 100 * expit(basis.cells[name].to_numpy()) + lever
    return np.where(np.isnan(known), drawn.clip(0, 100), known)


def _sectors(basis: Outlook, levels: Array) -> dict[str, Array]:
    """Shares of the sectors in percent, and value added that sums to GDP."""
    names = (industry.AGRICULTURE, industry.BALANCE)
    ratios = np.stack([basis.cells[name].to_numpy() for name in names], axis=-1)
    drawn = np.moveaxis(100 * industry.shares(ratios), -1, 0)
    found = {}
    for name, added, path in zip(SECTOR_SHARES, SECTORS, drawn, strict=True):
        known = _members(basis, name)
        found[name] = np.where(np.isnan(known), path, known)
        found[added] = found[name] * levels / 100
    return found


def _aggregate(
    own: dict[str, Array], basis: Outlook, group: Aggregate
) -> dict[str, Array]:
    """Sums of members, ratios of sums, and what is published of the group itself."""
    at = [basis.regions.index(member) for member in group.members]
    sums = (GDP, POPULATION, URBAN_POPULATION, RD_EXPENDITURE)
    total = {name: own[name][:, at].sum(axis=1) for name in sums}
    total[URBANIZATION] = 100 * total[URBAN_POPULATION] / total[POPULATION]
    total[RD_INTENSITY] = 100 * total[RD_EXPENDITURE] / total[GDP]
    total[GROWTH] = weighted_growth(own[GROWTH][:, at], own[GDP][:, at])
    for name in basis.published:
        if name in own and name not in SECTOR_SHARES:
            official = basis.published[name].sel({REGION: group.id}).to_numpy()
            total[str(name)] = np.where(np.isnan(official), total[str(name)], official)
    if SECTORS[0] in own:
        parts = [own[name][:, at].sum(axis=1) for name in SECTORS]
        for share, added, part in zip(SECTOR_SHARES, SECTORS, parts, strict=True):
            total[share] = 100 * part / sum(parts)
            total[added] = total[share] * total[GDP] / 100
    return total
