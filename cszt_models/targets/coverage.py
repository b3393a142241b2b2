"""Which targets the figures of a project determine, and which series others lack.

A block without figures is left out, and targets that depend on it have no data; the
series that would give them a probability are named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from cszt_models.models.fits import Fits
from cszt_models.models.indicators import CELL_KINDS, INDICATORS
from cszt_models.models.measure import MIN_FIGURES, enough, measure_rows
from cszt_models.models.panels import split_panels
from cszt_models.project.computed import GroupFigures
from cszt_models.project.measures import Measure
from cszt_models.project.observations import Figure, figures, latest
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.project.series import spans
from cszt_models.structural.panel import Row
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
)

NOTHING = "no figure known"
NO_NUMBER = "the plan prints no number"
# Series that a block needs.
SERIES: Mapping[str, str] = {kind.block: kind.series for kind in CELL_KINDS.values()}


@dataclass(frozen=True)
class Readiness:
    """What was known on a date, and which blocks have enough of it.

    ``left_out`` has the reason for each block that has not; ``measure_rows`` the rows
    of each measure, fitted or not; ``group_figures`` the published figures from which
    those of groups are computed.
    """

    project: Project
    known: pd.DataFrame
    blocks: tuple[str, ...]
    left_out: Mapping[str, str]
    measure_rows: Mapping[str, tuple[Row, ...]]
    group_figures: GroupFigures
    block_regions: Mapping[str, tuple[str, ...]]

    def lacks(self, target: Target) -> str:
        """Series that a target's probability lacks; empty if it has one.

        A sentence without its full stop.
        """
        if target.sense == "no_number":
            return NO_NUMBER
        if not target.plain:
            parts = map(self.lacks, single_parts(target))
            return next((lacking for lacking in parts if lacking), "")
        key = target.indicator, target.region, target.year
        if self.group_figures.computed(*key, target.since) is not None:
            return ""
        outside = outside_data(self, target)
        if outside and self.group_figures.figure(*key) is None:
            return outside
        measure = measure_of(self.project, target.indicator)
        if measure is not None:
            return _measure_lacks(self, target, measure)
        if target.indicator not in INDICATORS:
            return _unmodelled(self, target)
        return (
            _blocks_lack(self, target)
            or _regions_lack(self, target)
            or _starts_lack(self, target)
        )


def readiness(known: pd.DataFrame, project: Project, as_of: date) -> Readiness:
    """Readiness of the figures known on a date, without a fit.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    as_of
        Decides which events are known.

    Raises
    ------
    DataError
        If no block has a row, or priors are missing.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import as_of
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.project.plan import read_targets
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> ready = readiness(as_of(read_observations(project), day), project, day)
    >>> targets = read_targets(project)
    >>> ready.lacks(targets["gdp_2025"]), ready.lacks(targets["forest_cover_2025"])
    ('', 'no figure known')
    """
    built, left_out = split_panels(known, project, as_of)
    rows, groups = measure_rows(known, project), GroupFigures(known, project)
    regions = {name: panel.regions for name, panel in built.items()}
    return Readiness(project, known, tuple(built), left_out, rows, groups, regions)


def of_fits(fits: Fits) -> Readiness:
    """Readiness of the figures of fits."""
    return Readiness(
        fits.project,
        fits.known,
        tuple(fits.blocks),
        fits.left_out,
        fits.measure_rows,
        fits.group_figures,
        {name: panel.regions for name, panel in fits.panels.items()},
    )


def first_year(ready: Readiness, target: Target) -> int | None:
    """First year of any figure that informs a target, or None without one.

    Of its region or members; where none of them has a figure, of any place.
    """
    places = {target.region, *members_of(ready.project, target.region)}
    return ready.group_figures.first_year(
        _informing(ready.project, target.indicator), places
    )


@dataclass(frozen=True)
class Behind:
    """Number of figures that inform a target, and their first and last year."""

    count: int
    years: tuple[int, int]


def figures_behind(fits: Fits, target: Target) -> Behind:
    """Figures of a target's region or its members; releases of one year count once."""
    known, places = (
        fits.known,
        {target.region, *members_of(fits.project, target.region)},
    )
    informing = _informing(fits.project, target.of or target.indicator)
    rows = known[known["indicator"].isin(informing) & known["region"].isin(places)]
    rows = rows.drop_duplicates(["region", "indicator", "year"])
    if rows.empty:
        return Behind(0, (0, 0))
    return Behind(len(rows), (int(rows["year"].min()), int(rows["year"].max())))


def _informing(project: Project, indicator: str) -> list[str]:
    measure = measure_of(project, indicator)
    if measure is not None:
        fields = measure.indicator, measure.part, measure.growth, measure.whole
        return [name for name in fields if name]
    if indicator in (GDP, GROWTH, GROWTH_AVERAGE):
        return [GDP, GROWTH]
    if indicator in (*SECTORS, *SECTOR_SHARES):
        return [*SECTORS, *SECTOR_SHARES]
    if indicator in (URBANIZATION, URBAN_POPULATION):
        return [URBANIZATION, URBAN_POPULATION]
    return [indicator]


def outside_data(ready: Readiness, target: Target) -> str:
    """Why the model cannot speak of a target's year or value; empty if it can.

    Its year lies before the first figure, or its share stays at 0 or 100 percent, which
    has no log-odds.
    """
    if not target.plain:
        parts = (outside_data(ready, part) for part in single_parts(target))
        return next((reason for reason in parts if reason), "")
    first, year = first_year(ready, target), target.since or target.year
    if first is not None and year < first:
        return f"before the data: the first figure is of {first}"
    measure = measure_of(ready.project, target.indicator)
    share = ready.project.indicators[target.indicator].kind == "share"
    if not share or (measure is not None and measure.model != "ratio"):
        return ""
    figure = ready.group_figures.last_share(target.indicator, target.region)
    if figure is None or 0 < figure[1] < 100:
        return ""
    last, bound = figure
    return f"a share of exactly {bound:g} percent, as in {last}, is not modelled"


def single_parts(target: Target) -> list[Target]:
    """Goals for the indicators that a target's outcome is computed from."""
    return [
        replace(
            target,
            indicator=quantity.source,
            region=quantity.region,
            sense="at_least",
            of=None,
            reference=None,
        )
        for quantity in target.quantities
    ]


def target_regions(project: Project, targets: Iterable[Target]) -> tuple[str, ...]:
    """Regions that targets are about, besides members of groups and core ones.

    How a region informs the model (its role) does not decide whether a target of it is
    answered; of an area that no statistics cover, nothing is projected.
    """
    usual = {name for group in project.aggregates.values() for name in group.members}
    usual |= {*project.with_role("core", "area"), *project.aggregates}
    named = {q.region for target in targets for q in target.quantities}
    return tuple(name for name in project.regions if name in named - usual)


def measure_of(project: Project, indicator: str) -> Measure | None:
    """The measure that projects an indicator, itself or as its part."""
    for measure in project.measures.values():
        if indicator in (measure.indicator, measure.part):
            return measure
    return None


def blocks_of(project: Project, target: Target) -> tuple[str, ...]:
    """Blocks that what decides a target depends on for its regions."""
    if not target.plain:
        parts = (blocks_of(project, part) for part in single_parts(target))
        return tuple(dict.fromkeys(name for part in parts for name in part))
    if measure := measure_of(project, target.indicator):
        return (measure.indicator,)
    indicator = INDICATORS.get(target.indicator)
    if indicator is None:
        return ()
    group = target.region in project.aggregates
    return indicator.blocks + (indicator.group_blocks if group else ())


def members_of(project: Project, region: str) -> tuple[str, ...]:
    """Members of an aggregate; a region itself."""
    group = project.aggregates.get(region)
    return group.members if group else (region,)


def _blocks_lack(ready: Readiness, target: Target) -> str:
    indicator = INDICATORS[target.indicator]
    needed = indicator.blocks
    if target.region in ready.project.aggregates:
        needed += indicator.group_blocks
    lost = [SERIES[name] for name in needed if name not in ready.blocks]
    return f"needed: {'; '.join(dict.fromkeys(lost))}" if lost else ""


def _regions_lack(ready: Readiness, target: Target) -> str:
    """Members with too few figures to be in the blocks that a target needs."""
    needed = INDICATORS[target.indicator].blocks
    members = members_of(ready.project, target.region)
    for name in needed:
        lost = [m for m in members if m not in ready.block_regions.get(name, ())]
        if lost:
            places = ", ".join(ready.project.places[member].en for member in lost)
            return f"needed: {SERIES[name]} of {places}, in two years or more"
    return ""


def _starts_lack(ready: Readiness, target: Target) -> str:
    indicator = INDICATORS[target.indicator]
    needed = indicator.starts
    if target.region in ready.project.aggregates:
        needed += indicator.group_starts
    for name in needed:
        bases = ready.project.bases_of(name)
        usable = bases.usable if name == GDP else bases.judged
        known = set(latest(ready.known, name, usable)["region"])
        members = members_of(ready.project, target.region)
        lost = [
            ready.project.places[member].en for member in members if member not in known
        ]
        if lost:
            return f"no {name} on a judged basis known of {', '.join(lost)}"
    return ""


def _unmodelled(ready: Readiness, target: Target) -> str:
    members = members_of(ready.project, target.region)
    known = ready.known[ready.known["indicator"] == target.indicator]
    rows = known[known["region"].isin([target.region, *members])]
    if rows.empty:
        return NOTHING
    return f"no series to model; known: {_listed(figures(rows), ready.project)}"


def _measure_lacks(ready: Readiness, target: Target, measure: Measure) -> str:
    project, rows = ready.project, ready.measure_rows[measure.indicator]
    members = members_of(project, target.region)
    if not rows:
        return NOTHING
    listed = _listed(rows, project)
    names = ", ".join(project.places[name].en for name in members)
    if enough(rows, members):
        fitted = ready.block_regions.get(measure.indicator, ())
        if set(members) <= set(fitted):
            return _weight_lacks(ready, target, measure)
        return f"not projected for this region; known: {listed}"
    needed = f"needed: yearly figures of {names}"
    if any(row.region in members for row in rows):
        few = f"{len(rows)} figure{'s' if len(rows) > 1 else ''}"
        return f"{few}, at least {MIN_FIGURES} are needed; known: {listed}; {needed}"
    return f"no figure of the region or its members; known: {listed}; {needed}"


def _weight_lacks(ready: Readiness, target: Target, measure: Measure) -> str:
    """Series that a measure's weight lacks, where its value needs one."""
    grouped = target.region in ready.project.aggregates and measure.group == "mean"
    summed = measure.group == "sum" or target.indicator == measure.part
    if not measure.weight or not (grouped or summed):
        return ""
    needed = INDICATORS[measure.weight].blocks
    lost = [SERIES[name] for name in needed if name not in ready.blocks]
    return f"needed: {'; '.join(dict.fromkeys(lost))}" if lost else ""


def _listed(rows: Iterable[Row | Figure], project: Project) -> str:
    """Regions with the years of their figures, in the order given."""
    years: dict[str, set[int]] = {}
    for row in rows:
        years.setdefault(row.region, set()).add(row.year)
    return "; ".join(
        f"{project.places[name].en} {spans(sorted(region_years))}"
        for name, region_years in years.items()
    )
