r"""Closed forms: a target's outcome as an explicit formula in the levers.

Levers act on levels as powers and on shares as steps, so no new projection is needed.
The formula is that of `formula.Form`; its constants of each draw and
region are taken from one projection of the baseline. Nominal GDP of a group is a sum of
levels, its urban share and R&D intensity a quotient of two sums, its growth over n
years a root of n quotients. A lever's power k is the number of years in which it acts
on the level of a region by the target's year, its slope m the same for a share.

What is published does not move: both count only years after the last published one.
Where the total of a group is published and one member is not, that member is what
remains, and only years after that one count. Where several are missing, they are scaled
by one factor, which cancels if the lever moved them alike by then; else there is no
formula, and `ClosedForm.excluded` has the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from cszt_models.blas import ONE_THREAD
from cszt_models.project.measures import Measure
from cszt_models.project.plan import Target
from cszt_models.projection.accounting import Array, Mask, after_last, steps_of
from cszt_models.projection.lever_paths import lever_path
from cszt_models.projection.outcomes import outcome
from cszt_models.projection.outlook import Outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.levers import TRANSFERS, LeverName
from cszt_models.scenarios.scenario import Part, Scenario, baseline
from cszt_models.scenarios.settings import Setting
from cszt_models.sweeps.counting.formula import ClosedForm, Form, Shares, Sum
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

MISSING = "no series to model"


class _NoForm(Exception):
    """Why a target has no formula."""


# Levers that are no power and no step; what they move is projected.
PROJECTED_LEVERS = (
    LeverName.MIGRATION,
    LeverName.UNCERTAINTY,
    LeverName.EVENT_RISK,
    *TRANSFERS,
)


def has_form(setting: Setting) -> bool:
    """Whether a lever acts as a power of a level or a step of a share."""
    return setting.lever not in PROJECTED_LEVERS


@ONE_THREAD
def closed_form(
    outlook: Outlook,
    targets: Sequence[Target],
    levers: Mapping[str, Setting],
    *,
    base: Scenario | None = None,
) -> ClosedForm:
    """Formulas of targets in levers, equal to `project_paths` at all settings.

    Parameters
    ----------
    outlook
        Shared by all cases.
    targets
        Targets; one that is not projected is excluded.
    levers
        By name, the setting that each moves; its value is not used.
    base
        Other settings, of levers without a formula.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.models.fits import fit_blocks
    >>> from cszt_models.project.plan import read_targets
    >>> from cszt_models.scenarios.scenario import baseline
    >>> from cszt_models.projection.paths import project_paths
    >>> from cszt_models.projection.outlook import build_outlook
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=64)
    >>> outlook, target = build_outlook(fits), read_targets(project)["gdp_2025"]
    >>> result = closed_form(outlook, [target], {"growth": Setting("growth", 1.0)})
    >>> formula = result.forms["gdp_2025"].at(result.settings(growth=0.5))[0]
    >>> faster = baseline().with_lever("growth", 0.5)
    >>> paths = project_paths(outlook, faster)["gdp_nominal"]
    >>> projected = paths.sel(region="czt", year=2025)
    >>> bool(np.allclose(formula, projected, rtol=1e-12, atol=0))
    True
    """
    names = {name for target in targets for name in target.sources}
    paths = project_paths(outlook, base, only=names)
    units = tuple(replace(setting, value=1.0) for setting in levers.values())
    source = _Source(outlook, paths, units, base or baseline())
    forms: dict[str, Form] = {}
    excluded: dict[str, str] = {}
    for target in targets:
        if outcome(paths, target) is None:
            excluded[target.id] = MISSING
            continue
        try:
            forms[target.id] = _form(source, target)
        except _NoForm as reason:
            excluded[target.id] = str(reason)
    return ClosedForm(tuple(levers), forms, excluded)


@dataclass(frozen=True)
class _Source:
    """Constants and powers of indicators by region and year."""

    outlook: Outlook
    paths: xr.Dataset
    levers: tuple[Setting, ...]
    base: Scenario

    def refuse(self, *levers: str) -> None:
        """Refuse levers that are no power and no step of the outcome."""
        for setting in self.levers:
            if setting.lever in levers:
                raise _NoForm(f"lever {setting.lever!r} is no power and no step of it")

    def members(self, place: str) -> list[int]:
        """Positions of a group's members, or of the region itself."""
        groups = self.outlook.project.aggregates
        names = groups[place].members if place in groups else (place,)
        return [self.outlook.regions.index(name) for name in names]

    def column(self, year: int) -> int:
        """Position of a year."""
        return int(year - self.outlook.years[0])

    def known(self, name: str) -> Array:
        """Published values of the regions projected (region, year)."""
        table = self.outlook.published[name].to_numpy()
        return np.asarray(table[: len(self.outlook.regions)])

    def official(self, name: str, place: str, year: int) -> float | None:
        """Published value of a group itself, or None."""
        published = self.outlook.published
        grouped = place in self.outlook.project.aggregates
        if not grouped or name not in published or name in SECTOR_SHARES:
            return None
        value = float(published[name].sel({REGION: place, YEAR: year}))
        return None if np.isnan(value) else value

    def drawn(self, name: str, place: str, year: int) -> Array:
        """Draws of the baseline (draw, region) of the members."""
        self.refuse(LeverName.UNCERTAINTY)
        drawn = self.paths[name].sel({YEAR: year}).transpose(DRAW, REGION).to_numpy()
        return np.asarray(drawn[:, self.members(place)])

    def acting(self, moves: str, free: Mask) -> Array:
        """Effect of a unit of each lever where it may act (region, year, lever)."""
        paths = [
            lever_path(
                self.outlook, Scenario("unit", (Part("unit", (setting,)),)), moves, free
            )
            for setting in self.levers
        ]
        return np.stack(paths, axis=-1) if paths else np.zeros((*free.shape, 0))

    def growing(self) -> Array:
        """Points by which levers move real growth (region, year, lever)."""
        self.refuse(LeverName.EVENT_RISK)
        causes = {effect.cause for effect in self.base.effects}
        self.refuse(*causes, *map(self._lever_of, causes), *map(self._part_of, causes))
        free = np.isnan(self.known(GROWTH)) & after_last(self.known(GDP))
        level = self.acting(LeverName.LEVEL, free)
        steps = steps_of(np.moveaxis(level, -1, 0), free)
        return self.acting(LeverName.GROWTH, free) + np.moveaxis(steps, 0, -1)

    def _part_of(self, name: str) -> str:
        """Lever on the numerator of a ratio."""
        measure = self.outlook.project.measures.get(name)
        return (measure.part if measure else None) or name

    def _lever_of(self, name: str) -> str:
        """Lever on a share."""
        return LeverName.URBANIZATION if name == URBANIZATION else name

    def powers(self, name: str, place: str, year: int) -> Array:
        """Log points by which a unit of each lever moves a level (region, lever)."""
        free = after_last(self.known(name))
        if name == POPULATION:
            self.refuse(LeverName.MIGRATION)
            if self.base.of(LeverName.MIGRATION):
                self.refuse(LeverName.POPULATION)
            moved = self.acting(LeverName.POPULATION, free).cumsum(axis=1)
        else:
            both = self.growing() + self.acting(LeverName.PRICE, free)
            moved = self._matched(both.cumsum(axis=1))
        return moved[self.members(place), self.column(year)]

    def factor(self, lever: str, name: str, place: str, year: int) -> Array:
        """Log points by which levers multiply unpublished values (region, lever)."""
        known = self.known(name)
        moved = self.acting(lever, after_last(known)).cumsum(axis=1)
        moved = np.where(np.isnan(known)[..., None], moved, 0.0)
        return moved[self.members(place), self.column(year)]

    def _matched(self, moved: Array) -> Array:
        """Powers of GDP where members are scaled to published totals."""
        known = self.known(GDP)
        for group in self.outlook.project.aggregates.values():
            at = self.members(group.id)
            total = self.outlook.published[GDP].sel({REGION: group.id}).to_numpy()
            for year in np.flatnonzero(~np.isnan(total)):
                missing = [m for m in at if np.isnan(known[m, year])]
                if missing and (np.ptp(moved[missing, year], axis=0) > 0).any():
                    raise _NoForm(
                        f"the published GDP of {group.id} in "
                        f"{self.outlook.years[year]} scales several regions that a "
                        "lever moves differently"
                    )
                # what moves a member in this year has no later figure to stop it
                moved[missing, year:] -= moved[missing, year][:, None]
        return moved

    def level(self, name: str, place: str, year: int) -> Sum:
        """GDP or a population of the members; urban residents are a share of all."""
        if name == URBAN_POPULATION:
            people = self.level(POPULATION, place, year)
            urban = self.share(URBANIZATION, place, year)
            return _shared(replace(people, levels=people.levels / 100), urban)
        return Sum(self.drawn(name, place, year), self.powers(name, place, year))

    def whole(self, name: str, place: str, year: int) -> Sum:
        """As `level`, but the published value of a group if there is one."""
        published = self.official(name, place, year)
        return (
            self.level(name, place, year)
            if published is None
            else self.constant(published)
        )

    def share(self, name: str, place: str, year: int) -> Shares:
        """A share of each member."""
        slopes = self.factor(self._lever_of(name), name, place, year)
        powers, part = np.zeros_like(slopes), self._part_of(name)
        if part != name:
            powers = self.factor(part, name, place, year)
        return Shares(self.drawn(name, place, year), powers, slopes)

    def constant(self, value: float | Array) -> Sum:
        """A number, or one for each draw, that no lever moves."""
        levels = np.broadcast_to(value, (self.paths.sizes[DRAW],))
        return Sum(levels[:, None].copy(), np.zeros((1, len(self.levers))))


def _form(source: _Source, target: Target) -> Form:
    if not target.plain:
        raise _NoForm(f"of sense {target.sense}")
    name, place, year = target.indicator, target.region, target.year
    published = source.official(name, place, year)
    if name == GROWTH_AVERAGE:
        since = year if target.since is None else target.since
        return _growth(source, target, range(since, year + 1))
    if published is not None:
        return Form(target, (source.constant(published),))
    if name == GROWTH:
        return _growth(source, target, range(year, year + 1))
    if name in (GDP, POPULATION):
        return Form(target, (source.level(name, place, year),))
    if name == URBANIZATION:
        urban = source.level(URBAN_POPULATION, place, year)
        people = source.level(POPULATION, place, year)
        return Form(target, (urban,), (people,), scale=100.0)
    if name == URBAN_POPULATION:
        return _part(source, target, URBANIZATION, POPULATION)
    if name in (*SECTOR_SHARES, *SECTORS):
        return _sector(source, target)
    measures = {m.indicator: m for m in source.outlook.measures}
    if name in measures:
        return _measure(source, target, measures[name])
    measure = next(m for m in measures.values() if m.part == name and m.weight)
    return _part(source, target, measure.indicator, str(measure.weight))


def _growth(source: _Source, target: Target, years: range) -> Form:
    """Growth over years: a group's is that of members weighted by the year before."""
    place, tops, bottoms = target.region, [], []
    for year in years:
        published = source.official(GROWTH, place, year)
        if published is not None:
            tops.append(source.constant(1 + published / 100))
            continue
        factor = 1 + source.drawn(GROWTH, place, year) / 100
        powers = source.growing()[source.members(place), source.column(year)]
        if place in source.outlook.project.aggregates:
            before = source.level(GDP, place, year - 1)
            tops.append(replace(before.times(factor), powers=before.powers + powers))
            bottoms.append(before)
        else:
            tops.append(Sum(factor, powers))
    return Form(target, tuple(tops), tuple(bottoms), len(years), 100.0, -100.0)


def _part(source: _Source, target: Target, ratio: str, whole: str) -> Form:
    """The part that a ratio is of a whole, such as urban residents of all."""
    place, year = target.region, target.year
    published = source.official(ratio, place, year)
    if published is not None:
        both = source.constant(published / 100), source.whole(whole, place, year)
        return Form(target, both)
    share = source.share(ratio, place, year)
    return Form(target, (_shared(source.level(whole, place, year), share),), scale=0.01)


def _shared(level: Sum, shares: Shares) -> Sum:
    if level.shares is not None:
        raise _NoForm("it is a share of urban residents, which are a share themselves")
    return replace(level, shares=shares)


def _sector(source: _Source, target: Target) -> Form:
    """A sector's share of the value added of all, or its value added."""
    place, year = target.region, target.year
    source.refuse(*TRANSFERS)
    gdp = source.level(GDP, place, year)
    shares = {n: source.drawn(n, place, year) for n in SECTOR_SHARES}
    sector = dict(zip(SECTORS, SECTOR_SHARES, strict=True)).get(target.indicator)
    top = gdp.times(shares[sector or target.indicator])
    bottom = gdp.times(np.sum(list(shares.values()), axis=0) / 100)
    if sector is None:
        return Form(target, (top,), (bottom,))
    whole = source.whole(GDP, place, year)
    if place not in source.outlook.project.aggregates:
        return Form(target, (top,), scale=0.01)
    return Form(target, (top, whole), (bottom,), scale=0.01)


def _measure(source: _Source, target: Target, measure: Measure) -> Form:
    """A measure of the project, of a region or by its rule for groups."""
    name, place, year = measure.indicator, target.region, target.year
    grouped = place in source.outlook.project.aggregates
    if measure.model == "ratio":
        share = source.share(name, place, year)
        if not (grouped and measure.weight):
            count = len(source.members(place))
            whole = Sum(np.ones_like(share.values), np.zeros_like(share.powers), share)
            return Form(target, (whole,), scale=1 / count)
        weight = source.level(measure.weight, place, year)
        return Form(target, (_shared(weight, share),), (weight,))
    if measure.group == "sum" and measure.weight:
        return Form(target, (_total(source, target, measure),))
    drawn = source.drawn(name, place, year)
    moved = source.factor(name, name, place, year)
    if not (grouped and measure.weight):
        return Form(target, (Sum(drawn, moved),), scale=1 / drawn.shape[1])
    weight = source.level(measure.weight, place, year)
    top = replace(weight.times(drawn), powers=weight.powers + moved)
    return Form(target, (top,), (weight,))


def _total(source: _Source, target: Target, measure: Measure) -> Sum:
    """A sum that is modelled per unit of its weight; published members stand."""
    place, year = target.region, target.year
    weight = source.level(str(measure.weight), place, year)
    at, column = source.members(place), source.column(year)
    published = source.known(measure.indicator)[at, column]
    if not np.isnan(published).all() and weight.shares is not None:
        raise _NoForm("some members are published, others a share of residents")
    weights = source.drawn(str(measure.weight), place, year)
    per_unit = source.drawn(measure.indicator, place, year) / weights
    levels = np.where(np.isnan(published), per_unit * weight.levels, published)
    moved = source.factor(measure.indicator, measure.indicator, place, year)
    powers = np.where(np.isnan(published)[:, None], weight.powers + moved, 0.0)
    return replace(weight, levels=levels, powers=powers)
