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

from cszt_models.blocks import Block, build_panel, row_of
from cszt_models.observations import figures
from cszt_models.structural import Cell, Panel
from cszt_models.vocabulary import (
    POPULATION,
    URBAN_POPULATION,
    URBANIZATION,
    URBANIZATION_CHANGE,
)

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
_KEY = ["region", "year", "basis"]


def panel(known: pd.DataFrame, block: Block) -> Panel:
    """The urbanization panel of what was known on a date.

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
        row_of(told, float(logit(told.value / 100)), (Cell(told.region, told.year),))
        for told in figures(shares)
        if 0 < told.value < 100
    ]
    return build_panel(
        block,
        name=NAME,
        unit=UNIT,
        rows=rows,
        components=COMPONENTS,
        judged=bases.judged,
    )


def urban_shares(known: pd.DataFrame) -> pd.DataFrame:
    """Urban shares in percent, one per region, year and basis.

    A printed rate counts before one computed from counts, and that before a rate less
    its printed change. Computed shares carry the release date of the later figure.

    Returns
    -------
    DataFrame
        region, year, basis, value (percent), status, known_on, how.
    """
    columns = [*_KEY, "value", "status", "known_on"]
    printed = known.loc[known["indicator"] == URBANIZATION, columns]
    found = pd.concat(
        [
            printed.assign(how="printed"),
            _from_counts(known)[columns].assign(how="counts"),
            _from_changes(known, printed)[columns].assign(how="change"),
        ]
    )
    found = found.drop_duplicates(_KEY, keep="first")
    return found.sort_values(["region", "year", "basis"], ignore_index=True)


def _from_counts(known: pd.DataFrame) -> pd.DataFrame:
    urban = known[known["indicator"] == URBAN_POPULATION]
    total = known[known["indicator"] == POPULATION]
    both = urban.merge(total[[*_KEY, "value", "known_on"]], on=_KEY)
    dates = both[["known_on_x", "known_on_y"]]
    return both.assign(
        value=100 * both["value_x"] / both["value_y"], known_on=dates.max(axis=1)
    )


def _from_changes(known: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    change = known.loc[known["indicator"] == URBANIZATION_CHANGE, [*_KEY, "value"]]
    both = printed.merge(change, on=_KEY, suffixes=("", "_change"))
    return both.assign(
        year=both["year"] - 1, value=both["value"] - both["value_change"]
    )
