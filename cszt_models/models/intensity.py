r"""Intensity: ratios to GDP on the logit scale, here R&D spending over GDP.

A cell is :math:`\ln\frac{q}{1-q}` with q the ratio. A region without any figure is
known only through the others: its level has the spread that regions show among
themselves, and so its projection is wide. A group cannot spend more than the area that
contains it, which bounds it from above.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from cszt_models.blocks import Block, build_panel, row_of
from cszt_models.errors import ConvergenceError
from cszt_models.fit import Fit, seed_of
from cszt_models.observations import figures, latest
from cszt_models.project import Aggregate, Project
from cszt_models.structural import CELLS, Cell, Panel
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    RD_EXPENDITURE,
    RD_INTENSITY,
    REGION,
    YEAR,
)

NAME = "rd_intensity"
MIN_KEPT = 0.1  # share of draws that must keep within the totals of the larger area
UNIT = "logit of the ratio to GDP"
COMPONENTS = (
    "level",
    "trend",
    "region_level",
    "region_trend",
    "shock",
    "region_shock",
    "measurement",
)


def panel(known: pd.DataFrame, block: Block) -> Panel:
    """The R&D intensity panel of what was known on a date.

    Raises
    ------
    DataError
        If no intensity was known.
    """
    judged = block.project.comparability[RD_INTENSITY].judged
    ratios = latest(known, RD_INTENSITY, judged)
    ratios = ratios[ratios["region"].isin(block.project.regions)]
    rows = [
        row_of(told, float(logit(told.value / 100)), (Cell(told.region, told.year),))
        for told in figures(ratios)
        if 0 < told.value < 100
    ]
    return build_panel(
        block, name=NAME, unit=UNIT, rows=rows, components=COMPONENTS, judged=judged
    )


def within_totals(
    fit: Fit, known: pd.DataFrame, project: Project
) -> NDArray[np.int_] | None:
    """Draws to take so that no group spends more than the larger area around it.

    R&D spending of an aggregate is part of that of the reference region that contains
    it, wherever the latter and the members' GDP are published. Draws that break this
    are replaced by ones that keep it, drawn again with equal chance, which is exact
    conditioning on the bound; all blocks take the same draws.

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
    kept = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for group in project.aggregates.values():
        if group.within is not None:
            kept &= _within(fit, known, group, project)
    if kept.all():
        return None
    if kept.mean() < MIN_KEPT:
        raise ConvergenceError(
            f"{fit.block}: only {kept.mean():.1%} of draws spend less than the area "
            f"around them (at least {MIN_KEPT:.0%}). Check R&D spending and GDP in "
            "observations.csv."
        )
    rng = np.random.default_rng(seed_of(fit.seed, f"{fit.block} within totals"))
    chosen = np.arange(len(kept))
    chosen[~kept] = rng.choice(np.flatnonzero(kept), size=int((~kept).sum()))
    return chosen


def _within(
    fit: Fit, known: pd.DataFrame, group: Aggregate, project: Project
) -> NDArray[np.bool_]:
    """Draws (draw) in which a group spends less than the area in every known year."""
    judged = project.comparability[RD_INTENSITY].judged
    totals = latest(known, RD_EXPENDITURE, judged)
    totals = totals[totals["region"] == group.within]
    levels = latest(known, GDP, project.comparability[GDP].usable)
    levels = levels[levels["region"].isin(group.members)]
    wide = levels.pivot_table(index="year", columns="region", values="value").dropna()
    ratios = expit(fit.cells[CELLS].sel({REGION: list(group.members)}))
    kept = np.ones(fit.cells.sizes[DRAW], dtype=bool)
    for total in figures(totals):
        if total.year in wide.index and total.year in fit.cells[YEAR]:
            gdp = wide.loc[total.year, list(group.members)].to_numpy()
            kept &= ratios.sel({YEAR: total.year}).to_numpy() @ gdp <= total.value
    return kept
