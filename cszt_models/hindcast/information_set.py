"""Information sets: the figures known to a forecaster at a past origin.

An information set contains figures up to its origin and cannot be constructed with a
later one. Forecasters receive an information set and never the outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.errors import DataError
from cszt_models.hindcast.variables import ForecastVariable
from cszt_models.models.block import Block
from cszt_models.models.components import REVISION
from cszt_models.models.panels import builders
from cszt_models.models.priors import Priors
from cszt_models.project.project import Label, Project, Region
from cszt_models.structural.panel import CELLS, Panel, Row

Array = NDArray[np.float64]


@dataclass(frozen=True)
class InformationSet:
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
    groups
        Of each region, where the set has the regions of several groups.

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
    groups: Mapping[str, str] | None = None

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

    def split(self) -> "list[InformationSet]":
        """The same figures, a set for each group."""
        if self.groups is None:
            return [self]
        members: dict[str, list[str]] = {}
        for region in self.regions:
            members.setdefault(self.groups[region], []).append(region)
        return [
            replace(self.of(regions), group=group)
            for group, regions in sorted(members.items())
        ]

    def of(self, regions: list[str]) -> "InformationSet":
        """The figures of some regions, as of one group."""
        places = {name: self.project.regions[name] for name in regions}
        return replace(
            self,
            project=replace(self.project, regions=places, aggregates={}),
            past=self.past[self.past["region"].isin(regions)],
            groups=None,
        )

    def panel(self, block: str) -> Panel:
        """A block's panel of the figures seen."""
        return self._panel(block, self.past)

    def _panel(self, block: str, figures: pd.DataFrame) -> Panel:
        place = Block(
            self.project, self.as_of, self.project.horizon, self.priors[block]
        )
        return builders(self.project)[block](figures, place)

    def series(self, variable: ForecastVariable) -> dict[str, Array]:
        """Each region's observed cells, from its first year to the origin.

        Returns
        -------
        dict of (year, block)
            Cells on the models' scale, NaN in missing years, of regions with figures.
        """
        panels = [self.panel(block) for block in variable.blocks]
        cells = cells_of(panels, self.origin, revised=variable.level)
        return {name: cells[name] for name in self.regions if name in cells}

    def truth(self, variable: ForecastVariable, later: pd.DataFrame) -> Array:
        """Outcomes (region, ahead, block) on the models' scale; NaN where unknown.

        Parameters
        ----------
        later
            Figures known in the end, of years before and after the origin.
        """
        figures = later[later["year"] <= self.project.horizon]
        shape = (len(self.regions), self.horizon, len(variable.blocks))
        cells = np.full(shape, np.nan)
        place = {name: n for n, name in enumerate(self.regions)}
        for n, block in enumerate(variable.blocks):
            for row in self._panel(block, figures).rows:
                cell = single_cell(row, revised=variable.level)
                if cell and cell[1] > self.origin and cell[0] in place:
                    at = place[cell[0]], cell[1] - self.origin - 1, n
                    cells[at] = row.value
        return cells


def single_cell(row: Row, *, revised: bool = False) -> tuple[str, int] | None:
    """Region and year of a row of a single cell; None for a sum of several.

    Parameters
    ----------
    row
        Of a panel.
    revised
        Whether what a census adds in that year may be part of the row.
    """
    cells = [c for c in row.cells if not (revised and c.loading == REVISION)]
    if len(cells) != 1 or cells[0].loading != CELLS:
        return None
    return cells[0].region, cells[0].year


def cells_of(
    panels: list[Panel], last: int, *, revised: bool = False
) -> dict[str, Array]:
    """Cells observed by themselves (year, block) of each region, to a last year.

    Parameters
    ----------
    panels
        Of the blocks.
    last
        Year.
    revised
        As for `single_cell`.
    """
    records: dict[str, dict[tuple[int, int], float]] = {}
    for n, panel in enumerate(panels):
        for row in panel.rows:
            if cell := single_cell(row, revised=revised):
                records.setdefault(cell[0], {})[cell[1], n] = row.value
    series = {}
    for region, values in records.items():
        first = min(year for year, _ in values)
        array = np.full((last - first + 1, len(panels)), np.nan)
        for (year, n), value in values.items():
            array[year - first, n] = value
        series[region] = array
    return series


def group_project(
    conventions: Project, group: str, regions: list[str], until: int
) -> Project:
    """A project's conventions with the regions of a group, all of them core.

    Parameters
    ----------
    group
        Id of the new project.
    until
        Its last year.
    """
    places = {name: Region(name, Label(name, name), "core") for name in regions}
    return replace(conventions, id=group, regions=places, aggregates={}, horizon=until)
