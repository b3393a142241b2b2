r"""Quantities of conditions: their projected values, linearized in the cells.

A quantity is taken on a scale on which it is linear in the cells or nearly so: 100 ln
of a level, 100 ln(1 + g/100) of a growth rate, the logit of a share. Its value in a
draw is what the projection says, levers and published figures included; its slopes in
the cells are differences of that. Where value and slopes agree in every draw, it is a
weighted sum, and a condition on it exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import expit, logit

from cszt_models.conditional.caching import last_value
from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits
from cszt_models.project.project import Project
from cszt_models.projection.outlook import Outlook, build_outlook, kinds
from cszt_models.projection.paths import project_paths, projectable
from cszt_models.scenarios.conditions import About, Chance, Condition, Value, Within
from cszt_models.scenarios.levers import LeverName
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.structural.panel import Panel
from cszt_models.vocabulary import DRAW, REGION, YEAR

Array = NDArray[np.float64]

STEP = 0.1  # standard deviations by which a cell is moved to see what follows
SLOPE_MIN = 1e-9  # of the largest slope; below it is rounding
MAX_CURVATURE = 1e-7  # standard deviations by which a weighted sum may miss its value
# Levers that act on each draw differently.
BY_DRAW = (LeverName.UNCERTAINTY, LeverName.EVENT_RISK)
_BATCH = 2000  # cells moved at once


@dataclass(frozen=True)
class Quantity:
    """One indicator of one place in one year, or on average over some.

    ``condition`` is the one that restricts it.
    """

    condition: Condition
    years: tuple[int, ...]

    def scaled(self, value: float | Array, project: Project) -> Array:
        """A value on the scale of the quantity."""
        kind = project.indicators[self.condition.indicator].kind
        with np.errstate(divide="ignore", invalid="ignore"):
            if kind == "growth":
                return np.asarray(100 * np.log1p(np.asarray(value) / 100))
            if kind in ("level", "count"):
                return np.asarray(100 * np.log(value))
            if kind == "share":
                return np.asarray(logit(np.asarray(value) / 100))
        return np.asarray(value, dtype=float)

    def unscaled(self, value: Array, project: Project) -> Array:
        """A value in the indicator's unit: the inverse of `scaled`."""
        kind = project.indicators[self.condition.indicator].kind
        if kind == "growth":
            return np.asarray(100 * np.expm1(value / 100))
        if kind in ("level", "count"):
            return np.asarray(np.exp(value / 100))
        return np.asarray(100 * expit(value) if kind == "share" else value)

    def of(self, projection: xr.Dataset, project: Project) -> Array:
        """The quantity on its scale in each draw of a projection (draw).

        An average of growth rates is the geometric one.
        """
        path = projection[self.condition.indicator]
        years = path[YEAR].to_numpy()
        at = path[REGION].to_numpy().tolist().index(self.condition.region)
        drawn = path.to_numpy()[:, at, np.isin(years, self.years)]
        if project.indicators[self.condition.indicator].kind == "growth":
            return self.scaled(drawn, project).mean(axis=1)
        return self.scaled(drawn.mean(axis=1), project)

    def bounds(self, project: Project) -> tuple[float, float, float]:
        """Lowest and highest value on its scale, and the standard deviation there."""
        says = self.condition.says
        if isinstance(says, Within):
            return self._end(says.low, project), self._end(says.high, project), 0.0
        if isinstance(says, About):
            at = float(self.scaled(says.mean, project))
            step = 1e-4 * says.sd
            near = [says.mean - step, says.mean + step]
            ends = self.scaled(np.array(near), project)
            return at, at, float(says.sd * (ends[1] - ends[0]) / (2 * step))
        if isinstance(says, Value):
            at = float(self.scaled(says.value, project))
            return at, at, 0.0
        return -np.inf, np.inf, 0.0

    def _end(self, value: float, project: Project) -> float:
        return float(self.scaled(value, project)) if np.isfinite(value) else value


def quantities(conditions: Sequence[Condition]) -> list[Quantity]:
    """Quantities of conditions: values first, then ranges, then chances."""
    order = {Value: 0, About: 0, Within: 1, Chance: 2}
    ordered = [
        Quantity(condition, years)
        for condition in conditions
        for years in (
            [condition.years] if condition.average else [(y,) for y in condition.years]
        )
    ]
    return sorted(ordered, key=lambda q: order[type(q.condition.says)])


@dataclass(frozen=True)
class Linearization:
    """Quantities projected under the levers of a scenario, and their slopes in cells.

    ``outlook`` is the outlook of the fits before published totals bound them, with all
    regions that conditions name, up to their last year; ``scenario`` sets levers
    alone.
    """

    fits: Fits
    outlook: Outlook
    scenario: Scenario
    quantities: tuple[Quantity, ...]

    @classmethod
    def of(
        cls, fits: Fits, scenario: Scenario, conditions: Sequence[Condition]
    ) -> "Linearization":
        """Quantities of conditions, projected from fits under a scenario's levers.

        Parameters
        ----------
        fits, conditions
            Draws, and the conditions on them, in any order.
        scenario
            Lever settings; no conditions.

        Raises
        ------
        ScenarioError
            If a condition starts before the projection.
        """
        named = {c.region for c in conditions} - set(fits.project.aggregates)
        named |= set(projectable(fits, scenario))
        members = {m for g in fits.project.aggregates.values() for m in g.members}
        outlook = _unbounded_outlook(fits, tuple(sorted(named - members)))
        ordered = tuple(quantities(conditions))
        outlook = outlook.until(max(quantity.years[-1] for quantity in ordered))
        for quantity in ordered:
            if quantity.years[0] < outlook.years[0]:
                raise ScenarioError(
                    f"{quantity.condition.words(fits.project)}, but the projection "
                    f"starts in {outlook.years[0]}. Choose a later year."
                )
        return cls(fits, outlook, scenario, ordered)

    def values(
        self, cells: xr.Dataset | None = None, scenario: Scenario | None = None
    ) -> Array:
        """All quantities in each draw (draw, quantity), of other cells if given."""
        outlook = self.outlook if cells is None else replace(self.outlook, cells=cells)
        indicators = {quantity.condition.indicator for quantity in self.quantities}
        seen = project_paths(outlook, scenario or self.scenario, only=indicators)
        missing = [
            quantity
            for quantity in self.quantities
            if quantity.condition.indicator not in seen
        ]
        for quantity in missing:
            raise self._unknown_quantity(quantity)
        project = self.fits.project
        return np.stack(
            [quantity.of(seen, project) for quantity in self.quantities], axis=1
        )

    def _unknown_quantity(self, quantity: Quantity) -> ScenarioError:
        project, about = self.fits.project, quantity.condition
        label = project.indicators[about.indicator].label.en
        return ScenarioError(
            f"{about.words(project)}, but nothing known by {self.fits.as_of} shows "
            f"{label} of {project.places[about.region].en} in {quantity.years[0]}. "
            "Leave the condition out, or add observations."
        )

    @cached_property
    def drawn(self) -> Array:
        """All quantities in each draw (draw, quantity) before any condition.

        Raises
        ------
        ScenarioError
            If observations do not determine one of them.
        """
        values = self.values()
        for n, quantity in enumerate(self.quantities):
            if np.isnan(values[:, n]).any():
                raise self._unknown_quantity(quantity)
        return values

    @cached_property
    def centre(self) -> dict[str, Array]:
        """Mean of the cells by name in the outlook (region, year)."""
        return {str(n): self.outlook.centre(str(n)) for n in self.outlook.cells}

    @cached_property
    def common_levers(self) -> Scenario:
        """The scenario's levers without those that act on each draw differently."""
        settings = [s for s in self.scenario.settings if s.lever not in BY_DRAW]
        return Scenario("common", (Part("common", tuple(settings)),))

    @cached_property
    def slopes(self) -> dict[str, Array]:
        """Slopes of the quantities in the cells (quantity, region, year), by name."""
        shape = self.outlook.cells[next(iter(self.centre))].shape[1:]
        spread = self.outlook.spread
        places = [
            (name, r, t)
            for name in self.centre
            for r, t in zip(*np.nonzero(spread[name]), strict=True)
        ]
        origin = self.values(self._moved([], spread), self.common_levers)[0]
        slopes = {n: np.zeros((len(self.quantities), *shape)) for n in self.centre}
        for start in range(0, len(places), _BATCH):
            part = places[start : start + _BATCH]
            moved = self.values(self._moved(part, spread), self.common_levers)
            change = moved[1:] - origin
            for (name, r, t), difference in zip(part, change, strict=True):
                slopes[name][:, r, t] = difference / (STEP * spread[name][r, t])
        weight = {n: np.abs(slopes[n]) * spread[n] for n in slopes}
        largest = np.max([w.max(axis=(1, 2)) for w in weight.values()], axis=0)
        least = SLOPE_MIN * largest[:, None, None]
        return {n: np.where(weight[n] > least, slopes[n], 0.0) for n in slopes}

    def _moved(
        self, places: Sequence[tuple[str, int, int]], spread: Mapping[str, Array]
    ) -> xr.Dataset:
        """The mean cells, and after them as many copies with one cell moved each."""
        copies = {
            name: np.repeat(mean[None], len(places) + 1, axis=0)
            for name, mean in self.centre.items()
        }
        for n, (name, r, t) in enumerate(places, start=1):
            copies[name][n, r, t] += STEP * spread[name][r, t]
        return self.with_cells(copies)

    def with_cells(self, cells: Mapping[str, Array]) -> xr.Dataset:
        """Cells by name (draw, region, year) as the outlook holds them."""
        variables = {n: ((DRAW, REGION, YEAR), drawn) for n, drawn in cells.items()}
        return xr.Dataset(variables, self.outlook.cells.coords)

    @cached_property
    def sums(self) -> Array:
        """The weighted sums of cells in each draw (draw, quantity)."""
        sums = np.zeros_like(self.drawn)
        for name, slope in self.slopes.items():
            r, t = np.nonzero(slope.any(axis=0))
            if len(r):
                drawn = self.outlook.cells[name].to_numpy()[:, r, t]
                sums += drawn @ slope[:, r, t].T
        return sums

    @cached_property
    def offset(self) -> Array:
        """What quantities are beyond their weighted sums (quantity), in the middle."""
        return np.median(self.drawn - self.sums, axis=0)

    @cached_property
    def linear(self) -> NDArray[np.bool_]:
        """Which quantities are weighted sums of cells but for a constant (quantity)."""
        beyond = np.abs(self.drawn - self.sums - self.offset).max(axis=0)
        return beyond <= MAX_CURVATURE * self.drawn.std(axis=0)

    @cached_property
    def settled(self) -> NDArray[np.bool_]:
        """Which quantities no cell moves, because they are published (quantity)."""
        return ~np.any([s.any(axis=(1, 2)) for s in self.slopes.values()], axis=0)

    def without(self, gone: NDArray[np.bool_]) -> "Linearization":
        """The same without some quantities (quantity)."""
        remaining = tuple(
            q for q, out in zip(self.quantities, gone, strict=True) if not out
        )
        other = replace(self, quantities=remaining)
        if remaining:
            vars(other)["drawn"] = self.drawn[:, ~gone]
            vars(other)["slopes"] = {n: s[~gone] for n, s in self.slopes.items()}
        return other

    def part(self, cells: Mapping[str, Array], name: str) -> Array:
        """Cells of a block's kinds (..., region, year) in the places of the outlook.

        Zeros in regions that the block does not have.
        """
        block, kind = kinds(self.fits)[name]
        panel, drawn = self.fits.panels[block], cells[kind]
        regions, years = self.outlook.regions, self.outlook.years
        first = int(years[0] - panel.years[0])
        span = slice(first, first + len(years))
        placed = np.zeros((*drawn.shape[:-2], len(regions), len(years)))
        for n, region in enumerate(regions):
            if region in panel.regions:
                placed[..., n, :] = drawn[..., panel.regions.index(region), span]
        return placed

    def loads(self, panels: Mapping[str, Panel]) -> dict[str, dict[str, Array]]:
        """The slopes as weights of panels' cells, by block and kind of cell."""
        loads: dict[str, dict[str, Array]] = {name: {} for name in panels}
        regions, years = self.outlook.regions, self.outlook.years
        for name, (block, kind) in kinds(self.fits).items():
            slope = self.slopes[name]
            if block not in panels or not slope.any():
                continue
            panel = panels[block]
            weights = np.zeros((len(slope), len(panel.regions), len(panel.years)))
            mine = [n for n, region in enumerate(regions) if region in panel.regions]
            at = [panel.regions.index(regions[n]) for n in mine]
            first = int(years[0] - panel.years[0])
            weights[:, at, first : first + len(years)] = slope[:, mine]
            loads[block][kind] = weights
        return loads


@last_value
def _unbounded_outlook(fits: Fits, regions: tuple[str, ...]) -> Outlook:
    """Outlook of the draws before totals bound them, with more regions."""
    free = replace(fits, blocks=fits.drawn)
    outlook = build_outlook(
        free, regions=regions, partial=True, published=fits.published
    )
    centres = {str(name): outlook.centre(str(name)) for name in outlook.cells}
    return replace(outlook, centres=centres)
