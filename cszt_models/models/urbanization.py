r"""Urbanization: the urban share of residents on the logit scale, with a damped trend.

A cell is :math:`\ln\frac{p}{1-p}`, so a share stays between 0 and 1 and its rise slows
as it nears 1; the trend's yearly change dies out by itself, because extrapolated urban
shares are known to overshoot. Shares come as printed rates, as urban over total
population of one basis, and as a rate less its printed change on the year before.

References
----------
Bocquier, P. (2005). World Urbanization Prospects: an alternative to the UN model of
projection. *Demographic Research* 12, 197-236.
https://doi.org/10.4054/DemRes.2005.12.9.
"""

import pandas as pd
from scipy.special import logit

from cszt_models.models.block import Block, build_panel, row_of
from cszt_models.project.observations import figures
from cszt_models.project.urban_share import urban_shares
from cszt_models.structural.panel import Cell, Panel
from cszt_models.vocabulary import URBANIZATION

NAME = "urbanization"
UNIT = "logit of the urban share"
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


def panel(known: pd.DataFrame, block: Block) -> Panel:
    """Urbanization panel of what was known on a date.

    Raises
    ------
    DataError
        If no urban share was known.
    """
    bases = block.project.bases_of(URBANIZATION)
    shares = urban_shares(known)
    shares = shares[shares["basis"].isin(bases.usable)]
    shares = shares[shares["region"].isin(block.project.regions)]
    rows = [
        row_of(
            figure,
            float(logit(figure.value / 100)),
            (Cell(figure.region, figure.year),),
        )
        for figure in figures(shares)
        if 0 < figure.value < 100
    ]
    return build_panel(
        block,
        name=NAME,
        unit=UNIT,
        rows=rows,
        components=COMPONENTS,
        judged=bases.judged,
    )
