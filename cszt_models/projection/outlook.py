"""Outlook: drawn cells and published values of one as-of date, for all scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import DataError
from cszt_models.inference.fit import seed_of
from cszt_models.models import growth
from cszt_models.models.fits import Fits
from cszt_models.models.indicators import INDICATORS, cell_kinds
from cszt_models.project.measures import Measure
from cszt_models.project.project import Project
from cszt_models.scenarios.conditions import Condition
from cszt_models.structural.panel import CELLS
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    REGION,
    YEAR,
)

# Indicators that are moved from a last published level, and the block that moves them.
LEVELS = {i.id: i.blocks[-1] for i in INDICATORS.values() if i.starts == (i.id,)}


@dataclass(frozen=True, eq=False, repr=False)
class Outlook:
    """Draws of the cells and published values that all scenarios share.

    ``cells`` holds growth, price, revision and population in log points, the logit of
    the urban share, the two log-ratios of the sector shares, and the project's measures
    on their scales (draw, region, year), as far as their blocks are fitted, not a
    number in regions that a block lacks; ``published`` the known values by
    indicator (region, year), members and aggregates alike, not a number where unknown.
    ``now`` is the year of the as-of date, from which on levers act; ``drop`` is what
    the largest event known took from growth, log points (draw, region), if there was
    one. Under ``conditions``, ``places`` (draw) are places among the unconditional
    draws, and ``centres`` the means of these by name (region, year).
    """

    project: Project
    cells: xr.Dataset
    published: xr.Dataset
    seed: int = 0
    now: int = 0
    drop: NDArray[np.float64] | None = None
    conditions: tuple[Condition, ...] = ()
    places: NDArray[np.int_] | None = None
    centres: Mapping[str, NDArray[np.float64]] | None = None

    def __repr__(self) -> str:
        return (
            f"Outlook({self.project.id}, {self.years[0]}-{self.years[-1]}, "
            f"regions={len(self.regions)}, draws={self.cells.sizes[DRAW]})"
        )

    @cached_property
    def regions(self) -> list[str]:
        """The regions that are projected, without the aggregates."""
        return [str(name) for name in self.cells[REGION].to_numpy()]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The project's measures that are projected."""
        measures = self.project.measures
        return tuple(m for name, m in measures.items() if name in self.cells)

    def has(self, *cells: str) -> bool:
        """Whether all of these cells are drawn."""
        return all(name in self.cells for name in cells)

    @property
    def years(self) -> NDArray[np.int_]:
        """The years projected, from the year before the plan or earlier."""
        return self.cells[YEAR].to_numpy()

    @property
    def ahead(self) -> NDArray[np.bool_]:
        """Years (year) that are not over, in which a lever may act."""
        return np.asarray(self.years >= self.now)

    def chances(self, name: str) -> NDArray[np.float64]:
        """Stratified uniform numbers (draw) in a random order, by name.

        They follow from the name, the seed and the draw's place alone, so that all
        scenarios see the same; under conditions, from the place it was first drawn at.
        """
        chances = _chances(self.seed, name, self.cells.sizes[DRAW])
        return chances if self.places is None else chances[self.places]

    def centre(self, name: str) -> NDArray[np.float64]:
        """Mean of the cells before any condition (region, year)."""
        if self.centres is None:
            return np.asarray(self.cells[name].to_numpy().mean(axis=0))
        return self.centres[name]

    @cached_property
    def spread(self) -> Mapping[str, NDArray[np.float64]]:
        """Standard deviation of the cells by name (region, year); 0 where not known."""
        return {
            str(name): np.nan_to_num(drawn.to_numpy().std(axis=0))
            for name, drawn in self.cells.items()
        }

    def until(self, year: int) -> "Outlook":
        """The outlook up to a year, or to the last one published if that is later.

        Later years are not needed for what a projection says of earlier ones, unless
        they are published: then levels between are bridged.
        """
        length = int((self.years <= max(year, self._last_published)).sum())
        if length == len(self.years):
            return self
        shortened = _SHORTENED.setdefault(self, {})
        if length not in shortened:
            centres = None
            if self.centres is not None:
                centres = {
                    name: centre[:, :length] for name, centre in self.centres.items()
                }
            # a copy, since arrays with gaps between the years are slow to work on
            cells = self.cells.isel({YEAR: slice(length)}).copy(deep=True)
            published = self.published.isel({YEAR: slice(length)})
            shortened[length] = replace(
                self, cells=cells, published=published, centres=centres
            )
        return shortened[length]

    @cached_property
    def _last_published(self) -> int:
        tables = [known.to_numpy() for known in self.published.values()]
        published_years = np.any(
            [~np.isnan(table).all(axis=0) for table in tables], axis=0
        )
        return int(self.years[published_years].max(initial=self.years[0]))


# Outlooks up to earlier years, by their number of years.
_SHORTENED: WeakKeyDictionary[Outlook, dict[int, Outlook]] = WeakKeyDictionary()


@lru_cache(maxsize=256)
def _chances(seed: int, name: str, draws: int) -> NDArray[np.float64]:
    """Stratified uniform numbers (draw), read-only."""
    order = np.random.default_rng(seed_of(seed, name)).permutation(draws)
    chances = (order + 0.5) / draws
    chances.flags.writeable = False
    return chances


def kinds(fits: Fits) -> dict[str, tuple[str, str]]:
    """Block and kind of cell of everything an outlook holds, by its name there."""
    return {
        name: (kind.block, kind.loading)
        for name, kind in cell_kinds(fits.project).items()
        # a project that names no census has no revisions
        if kind.block in fits.blocks and kind.loading in fits.blocks[kind.block].cells
    }


@ONE_THREAD
def build_outlook(
    fits: Fits,
    *,
    until: int | None = None,
    regions: tuple[str, ...] = (),
    partial: bool = False,
    published: Mapping[str, pd.DataFrame] | None = None,
) -> Outlook:
    """Outlook of the years and regions to project, once for all scenarios.

    Parameters
    ----------
    fits
        The blocks' fits for one as-of date.
    until
        Last year, at most the project's horizon (the default).
    regions
        Regions besides the core ones and the members of aggregates; they must be in
        every block that is fitted.
    partial
        Whether they may lack blocks or levels: what follows from those is then not a
        number.
    published
        The fits' ``published``, if computed before.

    Raises
    ------
    DataError
        If ``until`` is outside the fitted years, or one of ``regions`` has no fit or
        no level to start from.
    """
    project = fits.project
    until = project.horizon if until is None else until
    require_year(project, until)
    members = [m for a in project.aggregates.values() for m in a.members]
    usual = [*members, *project.with_role("core")]
    regions = tuple(name for name in regions if name not in usual)
    projected = list(dict.fromkeys([*usual, *regions]))
    published = fits.published if published is None else published
    needed = () if partial else regions
    _require_levels(fits, published, needed)
    years = list(range(_first_year(fits, published, projected), until + 1))
    cells = {}
    for name, (block, kind) in kinds(fits).items():
        drawn = fits.blocks[block].cells[kind]
        absent = [r for r in needed if r not in drawn[REGION]]
        if absent and name not in project.measures:
            raise DataError(
                f"{', '.join(absent)}: no {block} was known by {fits.as_of}. "
                "Add observations, or leave the region out."
            )
        cells[name] = drawn.reindex({REGION: projected, YEAR: years}).compute()
    places = [*projected, *project.aggregates]
    known = {name: _table(rows, places, years) for name, rows in published.items()}
    _require_totals(project, known[GDP])
    coords = {DRAW: np.arange(fits.draws), REGION: projected, YEAR: years}
    drawn_cells = xr.Dataset(cells, {} if cells else coords)
    now = fits.as_of.year
    outlook = Outlook(project, drawn_cells, xr.Dataset(known), fits.seed, now)
    return _anchored(outlook, fits, until)


def require_year(project: Project, until: int) -> None:
    """Raise if a year is outside those that fits of a project reach.

    Raises
    ------
    DataError
        Naming the years they reach.
    """
    if not project.first_year <= until <= project.horizon:
        raise DataError(
            f"cannot project until {until}: the fits reach from "
            f"{project.first_year} to {project.horizon}. Choose a year between, "
            "or raise the horizon in project.yaml."
        )


def _anchored(outlook: Outlook, fits: Fits, until: int) -> Outlook:
    """Outlook with the drop of events, and with places and means of first draws."""
    if fits.moved is None:
        drop = largest_drop(fits, outlook.regions)
        return replace(outlook, drop=drop, conditions=fits.conditions)
    first = replace(fits, blocks=fits.drawn, conditions=(), moved=None)
    before = build_outlook(
        first,
        until=until,
        regions=tuple(outlook.regions),
        partial=True,
        published=fits.published,
    )
    return replace(
        outlook,
        conditions=fits.conditions,
        drop=None if before.drop is None else before.drop[fits.moved],
        places=fits.moved,
        centres={str(name): before.centre(str(name)) for name in before.cells},
    )


def largest_drop(fits: Fits, regions: list[str]) -> NDArray[np.float64] | None:
    """Growth in the worst known event year less that of the two years before it.

    Log points (draw, region), or None if no event lowered growth. An event is known
    once the growth of its year was, wherever the fits reach back two years before it.
    """
    if growth.NAME not in fits.blocks:
        return None
    cells = fits.blocks[growth.NAME].cells[CELLS].reindex({REGION: regions}).compute()
    first, drops = int(cells[YEAR].min()), []
    for year in fits.project.events_known(fits.as_of):
        if year - 2 >= first and date(year, 12, 31) <= fits.as_of:
            before = cells.sel({YEAR: [year - 2, year - 1]}).mean(YEAR)
            drops.append((cells.sel({YEAR: year}) - before).to_numpy())
    worst = min(drops, key=np.nanmean, default=None)
    return worst if worst is not None and np.nanmean(worst) < 0 else None


def _first_year(
    fits: Fits, published: Mapping[str, pd.DataFrame], regions: list[str]
) -> int:
    """The year before the plan, or the earliest from which a level must be moved."""
    first = fits.project.first_year - 1
    for name, block in LEVELS.items():
        rows = published[name][published[name]["region"].isin(regions)]
        if block in fits.blocks and len(rows):
            first = min(first, int(rows.groupby("region")["year"].max().min()))
    return first


def _require_levels(
    fits: Fits, published: Mapping[str, pd.DataFrame], regions: tuple[str, ...]
) -> None:
    """Raise if named regions have no level to start from."""
    for name, block in LEVELS.items():
        lost = [r for r in regions if r not in set(published[name]["region"])]
        if lost and block in fits.blocks:
            raise DataError(
                f"{', '.join(lost)}: no {name} on a judged basis was known by "
                f"{fits.as_of} to start from. Add a published level, or choose a later "
                "as-of date."
            )


def _require_totals(project: Project, known: xr.DataArray) -> None:
    """Raise if a published total is not above the sum of its published members."""
    for group in project.aggregates.values():
        levels = known.sel({REGION: list(group.members)}).to_numpy()
        total = known.sel({REGION: group.id}).to_numpy()
        short = np.isnan(levels).any(axis=0) & (total <= np.nansum(levels, axis=0))
        if short.any():
            year = int(known[YEAR].to_numpy()[short][0])
            raise DataError(
                f"{project.file('observations.csv')}: {GDP} of {group.id} in {year} is "
                "not above the sum of its published members, so nothing is left for "
                "the others. Check the figures in their sources."
            )


def _table(rows: pd.DataFrame, places: list[str], years: list[int]) -> xr.DataArray:
    values = np.full((len(places), len(years)), np.nan)
    place = pd.Index(places).get_indexer(rows["region"])
    year = pd.Index(years).get_indexer(rows["year"])
    inside = (place >= 0) & (year >= 0)
    values[place[inside], year[inside]] = rows["value"].to_numpy()[inside]
    return xr.DataArray(values, {REGION: places, YEAR: years}, (REGION, YEAR))
