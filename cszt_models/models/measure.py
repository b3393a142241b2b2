r"""Measures of a project: ratios on the logit scale, positive levels on the log scale.

A cell is :math:`\ln\frac{q}{1-q}` of a ratio q, and :math:`\ln q` of a level. The level
of a region without figures has the variance between regions. A group cannot exceed the
area that contains it, nor a published whole of its own.
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
from cszt_models.project.observations import Figure, figures, latest
from cszt_models.project.project import Aggregate, Project
from cszt_models.structural.panel import CELLS, Cell, Panel, Row
from cszt_models.vocabulary import DRAW, REGION, YEAR, YEAR_OR_BEFORE

MIN_WITHIN_SHARE = 0.1  # share of draws that must satisfy the totals
MIN_FIGURES = 3  # below it a level, a regional difference and a trend are confounded
COMPONENTS = (
    "level",
    "trend",
    "region_level",
    "region_trend",
    "shock",
    "region_shock",
    "basis",
    "vintage",
    "measurement",
)
_KEY = ["region", "year", "basis"]


def components(measure: Measure, project: Project) -> tuple[str, ...]:
    """Component names; ``basis`` and ``vintage`` only where a basis needs them."""
    bases = project.comparability[measure.indicator]
    absent = {"basis"} if not bases.shifted else set()
    absent |= {"vintage"} if not bases.reported else set()
    return tuple(name for name in COMPONENTS if name not in absent)


def panel(known: pd.DataFrame, block: Block, measure: Measure) -> Panel:
    """Panel of a measure, of what was known on a date.

    Parameters
    ----------
    known, block
        Observations of one as-of date; project and priors.
    measure
        Of the project.

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


def enough(rows: Sequence[Row], regions: Sequence[str]) -> bool:
    """Whether rows suffice for a probability: some at all, and some of these regions.

    Parameters
    ----------
    rows
        From `rows`.
    regions
        The region, or a group's members.
    """
    return len(rows) >= MIN_FIGURES and any(row.region in regions for row in rows)


def measure_rows(known: pd.DataFrame, project: Project) -> dict[str, tuple[Row, ...]]:
    """Rows of each measure of the project, fitted or not."""
    measures = project.measures.items()
    return {name: tuple(rows(known, project, measure)) for name, measure in measures}


def rows(known: pd.DataFrame, project: Project, measure: Measure) -> list[Row]:
    """Panel rows of a measure.

    The last release on a judged basis counts, and every other basis besides it. Ratios
    that are not printed come from their part and weight. Printed growth is a row of the
    difference between two years. A figure of this year or the one before is a row of
    the mean of both years: its shift and noise cover half the difference between them.
    A value outside the scale (a ratio of 0 or 100 percent, a level of 0) has no row.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    measure
        Of the project.
    """
    bases = project.comparability[measure.indicator]
    table = _figures(known, project, measure, measure.indicator)
    if measure.group == "sum" and measure.weight:
        table = _over(table, known, project, measure.weight)
    if measure.part and measure.weight:
        part = _figures(known, project, measure, measure.part)
        ratios = _over(part, known, project, measure.weight)
        ratios = ratios.assign(value=100 * ratios["value"])
        table = pd.concat([table, ratios])
        # a ratio on any judged basis is printed for all of them
        basis = table["basis"].where(table["basis"].isin(bases.shifted), "")
        table = table[~table.assign(basis=basis).duplicated(_KEY)]
    table = table[table["region"].isin(project.regions)]
    panel_rows = [
        row_of(figure, float(_cell(figure.value, measure)), _cells_of(figure))
        for figure in figures(table.sort_values(["region", "year"], kind="stable"))
        if 0 < figure.value < (100 if measure.model == "ratio" else np.inf)
    ]
    if measure.growth:
        rates = latest(known, measure.growth, bases.judged)
        panel_rows += _differences(rates[rates["region"].isin(project.regions)])
    return panel_rows


def _cells_of(figure: Figure) -> tuple[Cell, ...]:
    """Cell of a figure, or both years' cells where the year is in doubt."""
    region, year = figure.region, figure.year
    if figure.basis == YEAR_OR_BEFORE:
        return Cell(region, year - 1, weight=0.5), Cell(region, year, weight=0.5)
    return (Cell(region, year),)


def _figures(
    known: pd.DataFrame, project: Project, measure: Measure, indicator: str
) -> pd.DataFrame:
    """Figures on the bases of a measure; the last release of the judged ones."""
    bases = project.comparability[measure.indicator]
    other = known["basis"].isin(bases.shifted) & (known["indicator"] == indicator)
    judged = latest(known, indicator, bases.judged)
    return pd.concat([judged, known[other]]) if other.any() else judged


def _over(
    table: pd.DataFrame, known: pd.DataFrame, project: Project, weight: str
) -> pd.DataFrame:
    """Figures per unit of a weight, where the weight of the year is known."""
    whole = weights(known, project, weight)[["region", "year", "value"]]
    both = table.merge(whole, on=["region", "year"], suffixes=("", "_whole"))
    return both.assign(value=both["value"] / both["value_whole"])


def weights(known: pd.DataFrame, project: Project, weight: str) -> pd.DataFrame:
    """Last known values of a weight, one per region and year.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    weight
        Indicator id.
    """
    return latest(known, weight, project.bases_of(weight).usable)


def _differences(rates: pd.DataFrame) -> Iterator[Row]:
    for rate in figures(rates):
        before = Cell(rate.region, rate.year - 1, weight=-1.0)
        value = float(np.log1p(rate.value / 100))
        yield row_of(rate, value, (Cell(rate.region, rate.year), before))


def _cell(value: float, measure: Measure) -> float:
    return logit(value / 100) if measure.model == "ratio" else np.log(value)


def values(cells: xr.DataArray, measure: Measure) -> NDArray[np.float64]:
    """Cells on the natural scale: shares of 1, or levels (of a sum per weight)."""
    drawn = cells.to_numpy()
    return expit(drawn) if measure.model == "ratio" else np.exp(drawn)


@ONE_THREAD
def places_within_totals(
    fit: Fit, known: pd.DataFrame, project: Project
) -> NDArray[np.int_] | None:
    """Places of draws in which no group exceeds what it is part of, by resampling.

    R&D spending, say, of an aggregate is part of that of the reference region that
    contains it, wherever the latter and the members' weights are published; and income
    of urban residents is part of that of all. Draws that violate this are replaced by
    a uniform resample of the others, which is exact conditioning on the bound.

    Parameters
    ----------
    fit
        Of the measure.
    known, project
        Observations of one as-of date, and their project.

    Returns
    -------
    (draw) or None
        Place of the draw to take for each, or None if all satisfy the bound.

    Raises
    ------
    ConvergenceError
        If fewer than `MIN_WITHIN_SHARE` of draws satisfy the bound.
    """
    measure, within = project.measures[fit.block], keeps_totals(fit, known, project)
    if within.all():
        return None
    if within.mean() < MIN_WITHIN_SHARE:
        raise ConvergenceError(
            f"{fit.block}: only {within.mean():.1%} of draws agree with published "
            f"totals (at least {MIN_WITHIN_SHARE:.0%}). Check "
            f"{measure.total or measure.whole} and {measure.weight} in "
            "observations.csv."
        )
    rng = np.random.default_rng(seed_of(fit.seed, f"{fit.block} within totals"))
    chosen = np.arange(len(within))
    chosen[~within] = rng.choice(np.flatnonzero(within), size=int((~within).sum()))
    return chosen


def keeps_totals(fit: Fit, known: pd.DataFrame, project: Project) -> NDArray[np.bool_]:
    """Draws (draw) in which no group exceeds what it is part of.

    Parameters
    ----------
    fit, known, project
        As in `places_within_totals`.
    """
    measure = project.measures[fit.block]
    within = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for group in project.aggregates.values():
        if group.within is not None and measure.total and measure.weight:
            within &= _within(fit, known, group, project)
        if measure.whole:
            within &= _part_of_whole(fit, known, group, project)
    return within


def _within(
    fit: Fit, known: pd.DataFrame, group: Aggregate, project: Project
) -> NDArray[np.bool_]:
    """Draws (draw) in which a group is below the area in every known year."""
    measure = project.measures[fit.block]
    judged = project.comparability[measure.indicator].judged
    totals = latest(known, str(measure.total), judged)
    totals = totals[totals["region"] == group.within]
    wide = _of_members(known, project, measure.weight, group)
    members = fit.cells[CELLS].sel({REGION: list(group.members)})
    within = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for total in figures(totals):
        if total.year in wide.index and total.year in fit.cells[YEAR]:
            weight = wide.loc[total.year].to_numpy()
            levels = values(members.sel({YEAR: total.year}), measure)
            within &= levels @ weight <= total.value
    return within


def _part_of_whole(
    fit: Fit, known: pd.DataFrame, group: Aggregate, project: Project
) -> NDArray[np.bool_]:
    """Draws (draw) in which a group's value agrees with its published whole.

    Heads of the members are those of the nearest year in which all are known.
    """
    measure = project.measures[fit.block]
    judged = project.comparability[measure.indicator].judged
    wholes = latest(known, str(measure.whole), judged)
    wholes = wholes[
        (wholes["region"] == group.id) & wholes["year"].isin(fit.cells[YEAR].to_numpy())
    ]
    weight = _of_members(known, project, measure.weight, group)
    every = _of_members(known, project, measure.heads, group)
    years = weight.index.intersection(every.index)
    members = fit.cells[CELLS].sel({REGION: list(group.members)})
    within = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for whole in figures(wholes) if len(years) else ():
        near = min(years, key=lambda year: abs(year - whole.year))
        heads = weight.loc[near].to_numpy()
        total = values(members.sel({YEAR: whole.year}), measure) @ heads
        within &= total >= whole.value * heads.sum()
        within &= total <= whole.value * every.loc[near].sum()
    return within


def _of_members(
    known: pd.DataFrame, project: Project, weight: str | None, group: Aggregate
) -> pd.DataFrame:
    """A weight of a group's members (year, member), in the years that all have it."""
    levels = weights(known, project, str(weight))
    levels = levels[levels["region"].isin(group.members)]
    wide = levels.pivot_table(index="year", columns="region", values="value")
    return wide.reindex(columns=list(group.members)).dropna()
