r"""Prices: the GDP deflator implied by published nominal GDP and real growth.

A cell is :math:`100\,\Delta\ln` deflator of the levels as first published, that is
nominal less real growth, so it contains the yearly verification of levels as well
as prices. Cells of kind ``revision`` hold what an economic census adds to the first
published level of a region in the census's first year; back-cast series are on one
level and have no such jump, but an offset and a noise of their own, because vintages of
one year disagree.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from cszt_models.models.block import Block, build_panel, row_of
from cszt_models.models.components import REVISION
from cszt_models.project.observations import Figure, figures, latest
from cszt_models.structural.panel import Cell, Panel, Row
from cszt_models.vocabulary import GDP, GROWTH

NAME = "price"
UNIT = "percentage points (100 x log change)"
COMPONENTS = (
    "level",
    "walk",
    "region_level",
    "shock",
    "region_shock",
    "revision",
    "region_revision",
    "basis",
    "vintage",
    "measurement",
)
MAX_GAP = 3  # years between two levels of one row


def panel(known: pd.DataFrame, block: Block) -> Panel:
    """Price panel of what was known on a date.

    Raises
    ------
    DataError
        If no two levels of one basis with the growth between them were known.
    """
    bases = block.project.bases_of(GDP)
    growth = latest(known, GROWTH, block.project.bases_of(GROWTH).judged)
    rates = growth.set_index(["region", "year"])["value"].to_dict()
    levels = known[known["indicator"] == GDP]
    levels = levels[levels["basis"].isin(bases.usable)]
    levels = levels[levels["region"].isin(block.project.regions)]
    rows = [
        row
        for _, series in levels.groupby(["region", "basis"], sort=True)
        for row in _deflators(figures(series.sort_values("year")), rates, block)
    ]
    return build_panel(
        block,
        name=NAME,
        unit=UNIT,
        rows=rows,
        components=COMPONENTS,
        judged=bases.judged,
    )


def _deflators(
    series: list[Figure], rates: dict[tuple[str, int], float], block: Block
) -> Iterator[Row]:
    """Deflator between neighbouring levels of one region on one basis."""
    judged = block.project.bases_of(GDP).judged
    jumps = {census.levels_from for census in block.project.censuses}
    for before, now in pairwise(series):
        years = range(before.year + 1, now.year + 1)
        growth = [rates.get((now.region, year)) for year in years]
        known_rates = [rate for rate in growth if rate is not None]
        if len(years) > MAX_GAP or len(known_rates) < len(years):
            continue
        real = sum(100 * np.log1p(rate / 100) for rate in known_rates)
        value = float(100 * np.log(now.value / before.value) - real)
        cells = [Cell(now.region, year) for year in years]
        if now.basis in judged:
            crossed = [year for year in years if year in jumps]
            cells += [Cell(now.region, year, loading=REVISION) for year in crossed]
        yield row_of(now, value, tuple(cells))
