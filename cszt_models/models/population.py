r"""Population: growth of resident population between counts on one basis.

A cell is :math:`100\,\Delta\ln` year-end residents. A row is the change between two
neighbouring figures of one basis, however many years apart: two censuses give one row
over ten cells. A year covered by a better basis is not taken from a worse one.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from cszt_models.models.block import Block, build_panel, row_of
from cszt_models.project.observations import figures
from cszt_models.structural.panel import Cell, Panel, Row
from cszt_models.vocabulary import POPULATION

NAME = "population"
UNIT = "percentage points (100 x log change)"
COMPONENTS = (
    "level",
    "walk",
    "region_level",
    "region_walk",
    "shock",
    "region_shock",
    "measurement",
)


def panel(known: pd.DataFrame, block: Block) -> Panel:
    """Population panel of what was known on a date.

    Raises
    ------
    DataError
        If no two figures of one basis were known.
    """
    bases = block.project.bases_of(POPULATION)
    people = known[known["indicator"] == POPULATION]
    rows = [
        row
        for region in block.project.regions
        for row in _changes(people[people["region"] == region], bases.usable)
    ]
    return build_panel(
        block,
        name=NAME,
        unit=UNIT,
        rows=rows,
        components=COMPONENTS,
        judged=bases.usable,
    )


def _changes(people: pd.DataFrame, bases: tuple[str, ...]) -> Iterator[Row]:
    """Changes of one region, best basis first, no year twice."""
    covered: set[int] = set()
    for basis in bases:
        series = people[people["basis"] == basis].sort_values("year")
        for before, now in pairwise(figures(series)):
            years = set(range(before.year + 1, now.year + 1))
            if years & covered:
                continue
            covered |= years
            cells = tuple(Cell(now.region, year) for year in sorted(years))
            yield row_of(now, float(100 * np.log(now.value / before.value)), cells)
