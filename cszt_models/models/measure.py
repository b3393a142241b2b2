r"""Intensity: ratios and positive levels, the measures that a project names.

A cell is :math:`\ln\frac{q}{1-q}` of a ratio q, and :math:`\ln q` of a level. A region
without any figure is known only through the others: its level has the spread that
regions show among themselves, and so its projection is wide. A group cannot have more
than the area that contains it, and not more than a published whole of its own.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.special import expit, logit

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError
from cszt_models.inference.fit import Fit, seed_of
from cszt_models.models.block import Block, build_panel, row_of
from cszt_models.project.measures import Measure
from cszt_models.project.observations import figures, latest
from cszt_models.project.project import Aggregate, Project
from cszt_models.structural.panel import CELLS, Cell, Panel, Row
from cszt_models.vocabulary import DRAW, REGION, YEAR

MIN_KEPT = 0.1  # share of draws that must keep within the totals of the larger area
# One figure tells a level, two a difference in place or time, and only with a third is
# there something to tell them apart by.
MIN_FIGURES = 3
COMPONENTS = (
    "level",
    "trend",
    "region_level",
    "region_trend",
    "shock",
    "region_shock",
    "basis",
    "measurement",
)
_KEY = ["region", "year", "basis"]


def components(measure: Measure, project: Project) -> tuple[str, ...]:
    """Names of a measure's components: an offset only where another basis has one."""
    offset = project.comparability[measure.indicator].offset
    return tuple(name for name in COMPONENTS if offset or name != "basis")


def panel(known: pd.DataFrame, block: Block, measure: Measure) -> Panel:
    """The panel of a measure, of what was known on a date.

    Raises
    ------
    DataError
        If no figure was known, or a prior is missing.
    """
    scale = "logit" if measure.model == "ratio" else "log"
    per = f" per {measure.weight}" if measure.group == "sum" and measure.weight else ""
    return build_panel(
        block,
        name=measure.indicator,
        unit=f"{scale} of {measure.indicator}{per}",
        rows=rows(known, block.project, measure),
        components=components(measure, block.project),
        judged=block.project.comparability[measure.indicator].judged,
        least=1,
    )


def enough(told: Sequence[Row], regions: Sequence[str]) -> bool:
    """Whether rows suffice for a probability: some at all, and some of these regions.

    Parameters
    ----------
    told
        From `rows`.
    regions
        Those asked about; a group's members.
    """
    return len(told) >= MIN_FIGURES and any(row.region in regions for row in told)


def told(known: pd.DataFrame, project: Project) -> dict[str, tuple[Row, ...]]:
    """For each measure of the project, the rows that tell it, fitted or not."""
    measures = project.measures.items()
    return {name: tuple(rows(known, project, measure)) for name, measure in measures}


def rows(known: pd.DataFrame, project: Project, measure: Measure) -> list[Row]:
    """A row for each figure that tells a measure.

    The last release on a judged basis counts, and every other basis besides it. Ratios
    that are not printed come from their part and weight. Printed growth is a row of the
    difference between two years. A value outside the scale (a ratio of 0 or 100
    percent, a level of 0) has no place on it.
    """
    bases = project.comparability[measure.indicator]
    told = _figures(known, project, measure, measure.indicator)
    if measure.group == "sum" and measure.weight:
        told = _over(told, known, project, measure.weight)
    if measure.part and measure.weight:
        part = _figures(known, project, measure, measure.part)
        made = _over(part, known, project, measure.weight)
        made = made.assign(value=100 * made["value"])
        told = pd.concat([told, made])
        # a ratio on any judged basis is printed for all of them
        basis = told["basis"].where(told["basis"].isin(bases.offset), "")
        told = told[~told.assign(basis=basis).duplicated(_KEY)]
    told = told[told["region"].isin(project.regions)]
    found = [
        row_of(one, float(_cell(one.value, measure)), (Cell(one.region, one.year),))
        for one in figures(told.sort_values(["region", "year"], kind="stable"))
        if 0 < one.value < (100 if measure.model == "ratio" else np.inf)
    ]
    if measure.growth:
        rates = latest(known, measure.growth, bases.judged)
        found += _differences(rates[rates["region"].isin(project.regions)])
    return found


def _figures(
    known: pd.DataFrame, project: Project, measure: Measure, indicator: str
) -> pd.DataFrame:
    """Figures on the bases of a measure; the last release of the judged ones."""
    bases = project.comparability[measure.indicator]
    other = known["basis"].isin(bases.offset) & (known["indicator"] == indicator)
    judged = latest(known, indicator, bases.judged)
    return pd.concat([judged, known[other]]) if other.any() else judged


def _over(
    told: pd.DataFrame, known: pd.DataFrame, project: Project, weight: str
) -> pd.DataFrame:
    """Figures per unit of a weight, where the weight of the year is known."""
    whole = weights(known, project, weight)[["region", "year", "value"]]
    both = told.merge(whole, on=["region", "year"], suffixes=("", "_whole"))
    return both.assign(value=both["value"] / both["value_whole"])


def weights(known: pd.DataFrame, project: Project, weight: str) -> pd.DataFrame:
    """Last known values of a weight, one per region and year."""
    return latest(known, weight, project.bases_of(weight).usable)


def _differences(rates: pd.DataFrame) -> Iterator[Row]:
    for rate in figures(rates):
        before = Cell(rate.region, rate.year - 1, weight=-1.0)
        value = float(np.log1p(rate.value / 100))
        yield row_of(rate, value, (Cell(rate.region, rate.year), before))


def _cell(value: float, measure: Measure) -> float:
    return logit(value / 100) if measure.model == "ratio" else np.log(value)


def values(cells: xr.DataArray, measure: Measure) -> NDArray[np.float64]:
    """What cells stand for: shares of 1, or levels; of a sum, per unit of weight."""
    drawn = cells.to_numpy()
    return expit(drawn) if measure.model == "ratio" else np.exp(drawn)


@ONE_THREAD
def within_totals(
    fit: Fit, known: pd.DataFrame, project: Project
) -> NDArray[np.int_] | None:
    """Draws to take so that no group has more than what it is part of.

    R&D spending, say, of an aggregate is part of that of the reference region that
    contains it, wherever the latter and the members' weights are published; and income
    of urban residents is part of that of all. Draws that break this are replaced by
    ones that keep it, drawn again with equal chance, which is exact conditioning on the
    bound; blocks that are linked take the same draws.

    Returns
    -------
    (draw) or None
        Place of the draw to take for each, or None if all keep the bound.

    Raises
    ------
    ConvergenceError
        If fewer than one draw in ten keeps the bound: then the model and the totals
        contradict each other.
    """
    measure, kept = project.measures[fit.block], keeps_totals(fit, known, project)
    if kept.all():
        return None
    if kept.mean() < MIN_KEPT:
        raise ConvergenceError(
            f"{fit.block}: only {kept.mean():.1%} of draws agree with published totals "
            f"(at least {MIN_KEPT:.0%}). Check {measure.total or measure.whole} and "
            f"{measure.weight} in observations.csv."
        )
    rng = np.random.default_rng(seed_of(fit.seed, f"{fit.block} within totals"))
    chosen = np.arange(len(kept))
    chosen[~kept] = rng.choice(np.flatnonzero(kept), size=int((~kept).sum()))
    return chosen


def keeps_totals(fit: Fit, known: pd.DataFrame, project: Project) -> NDArray[np.bool_]:
    """Draws (draw) in which no group has more than what it is part of."""
    measure = project.measures[fit.block]
    kept = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for group in project.aggregates.values():
        if group.within is not None and measure.total and measure.weight:
            kept &= _within(fit, known, group, project)
        if measure.whole:
            kept &= _part_of_whole(fit, known, group, project)
    return kept


def _within(
    fit: Fit, known: pd.DataFrame, group: Aggregate, project: Project
) -> NDArray[np.bool_]:
    """Draws (draw) in which a group has less than the area in every known year."""
    measure = project.measures[fit.block]
    judged = project.comparability[measure.indicator].judged
    totals = latest(known, str(measure.total), judged)
    totals = totals[totals["region"] == group.within]
    wide = _of_members(known, project, measure.weight, group)
    members = fit.cells[CELLS].sel({REGION: list(group.members)})
    kept = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for total in figures(totals):
        if total.year in wide.index and total.year in fit.cells[YEAR]:
            weight = wide.loc[total.year].to_numpy()
            own = values(members.sel({YEAR: total.year}), measure)
            kept &= own @ weight <= total.value
    return kept


def _part_of_whole(
    fit: Fit, known: pd.DataFrame, group: Aggregate, project: Project
) -> NDArray[np.bool_]:
    """Draws (draw) in which a group's value agrees with its published whole.

    Heads of the members are those of the nearest year in which all are known.
    """
    measure = project.measures[fit.block]
    judged = project.comparability[measure.indicator].judged
    told = latest(known, str(measure.whole), judged)
    told = told[
        (told["region"] == group.id) & told["year"].isin(fit.cells[YEAR].to_numpy())
    ]
    own = _of_members(known, project, measure.weight, group)
    every = _of_members(known, project, measure.heads, group)
    years = own.index.intersection(every.index)
    members = fit.cells[CELLS].sel({REGION: list(group.members)})
    kept = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for whole in figures(told) if len(years) else ():
        near = min(years, key=lambda year: abs(year - whole.year))
        heads = own.loc[near].to_numpy()
        total = values(members.sel({YEAR: whole.year}), measure) @ heads
        kept &= total >= whole.value * heads.sum()
        kept &= total <= whole.value * every.loc[near].sum()
    return kept


def _of_members(
    known: pd.DataFrame, project: Project, weight: str | None, group: Aggregate
) -> pd.DataFrame:
    """A weight of a group's members (year, member), in the years that all have it."""
    levels = weights(known, project, str(weight))
    levels = levels[levels["region"].isin(group.members)]
    wide = levels.pivot_table(index="year", columns="region", values="value")
    return wide.reindex(columns=list(group.members)).dropna()
