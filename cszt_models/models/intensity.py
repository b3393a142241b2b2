r"""Intensity: ratios to GDP on the logit scale, here R&D spending over GDP.

A cell is :math:`\ln\frac{q}{1-q}` with q the ratio. A region without any figure is
known only through the others: its level has the spread that regions show among
themselves, and so its projection is wide.
"""

import pandas as pd
from scipy.special import logit

from cszt_models.blocks import Block, build_panel, row_of
from cszt_models.observations import figures, latest
from cszt_models.structural import Cell, Panel
from cszt_models.vocabulary import RD_INTENSITY

NAME = "rd_intensity"
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
