"""Views: what a forecaster sees at a past origin, and what came afterwards.

A view holds figures up to its origin and nothing else; it cannot be made with a later
one. Forecasters are given a view and never the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.errors import DataError
from cszt_models.hindcast.variables import Quantity
from cszt_models.models.block import Block
from cszt_models.models.fits import builders
from cszt_models.models.priors import Priors
from cszt_models.project.project import Label, Project, Region
from cszt_models.structural.panel import CELLS, Panel, Row

Array = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """Figures known at an origin of the regions of one group.

    Parameters
    ----------
    project
        The group's regions, and how their figures are read; its horizon is the last
        year forecast.
    past
        The figures, as `as_of` returns them.
    origin
        Last year observed.
    as_of
        Day on which that is known.
    priors
        Of the blocks.

    Raises
    ------
    DataError
        If a figure is of a year after the origin, or was released after the day.
    """

    group: str
    project: Project
    past: pd.DataFrame
    origin: int
    as_of: date
    priors: Mapping[str, Priors]

    def __post_init__(self) -> None:
        late = self.past["year"] > self.origin
        late |= self.past["known_on"].map(lambda day: day > self.as_of)
        if late.any():
            row = self.past[late].iloc[0]
            raise DataError(
                f"{row['indicator']} of {row['region']} in {row['year']}, known on "
                f"{row['known_on']}, is seen from origin {self.origin} as of "
                f"{self.as_of}. Cut the figures at the origin."
            )

    @property
    def horizon(self) -> int:
        """Years ahead."""
        return self.project.horizon - self.origin

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that are forecast: not larger areas, which only inform the others."""
        return self.project.with_role("core") + self.project.with_role("ring")

    def panel(self, block: str) -> Panel:
        """A block's panel of the figures seen."""
        return self._panel(block, self.past)

    def _panel(self, block: str, figures: pd.DataFrame) -> Panel:
        place = Block(
            self.project, self.as_of, self.project.horizon, self.priors[block]
        )
        return builders(self.project)[block](figures, place)

    def series(self, quantity: Quantity) -> dict[str, Array]:
        """What each region's own figures tell, from its first year to the origin.

        Returns
        -------
        dict of (year, block)
            Cells on the models' scale; missing years are not a number. Regions without
            any figure are not in it.
        """
        found = cells_of([self.panel(block) for block in quantity.blocks], self.origin)
        return {name: found[name] for name in self.regions if name in found}

    def truth(self, quantity: Quantity, later: pd.DataFrame) -> Array:
        """Cells that came (region, ahead, block); not a number where none is known.

        Parameters
        ----------
        later
            Figures known in the end, of years before and after the origin.
        """
        figures = later[later["year"] <= self.project.horizon]
        shape = (len(self.regions), self.horizon, len(quantity.blocks))
        found = np.full(shape, np.nan)
        place = {name: n for n, name in enumerate(self.regions)}
        for n, block in enumerate(quantity.blocks):
            for row in self._panel(block, figures).rows:
                told = told_cell(row)
                if told and told[1] > self.origin and told[0] in place:
                    at = place[told[0]], told[1] - self.origin - 1, n
                    found[at] = row.value
        return found


def told_cell(row: Row) -> tuple[str, int] | None:
    """Region and year of the one cell that a row tells; None if it tells several."""
    if len(row.cells) != 1 or row.cells[0].loading != CELLS:
        return None
    return row.cells[0].region, row.cells[0].year


def cells_of(panels: list[Panel], last: int) -> dict[str, Array]:
    """Cells told by single rows (year, block) of each region, up to a last year."""
    found: dict[str, dict[tuple[int, int], float]] = {}
    for n, panel in enumerate(panels):
        for row in panel.rows:
            if told := told_cell(row):
                found.setdefault(told[0], {})[told[1], n] = row.value
    series = {}
    for region, values in found.items():
        first = min(year for year, _ in values)
        one = np.full((last - first + 1, len(panels)), np.nan)
        for (year, n), value in values.items():
            one[year - first, n] = value
        series[region] = one
    return series


def group_project(
    conventions: Project, group: str, regions: list[str], until: int
) -> Project:
    """A project's conventions with the regions of a group, all of them core."""
    places = {name: Region(name, Label(name, name), "core") for name in regions}
    return replace(conventions, id=group, regions=places, aggregates={}, horizon=until)
