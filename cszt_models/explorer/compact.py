"""Compact draws: about a thousand of an outlook's, rounded for a browser.

Rounding happens before anything is computed, so Python and the browser evaluate one
definition on the same numbers.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from cszt_models.accounting import after_last
from cszt_models.attainment import outcome
from cszt_models.blocks import REVISION
from cszt_models.measures import Measure
from cszt_models.outlook import Outlook
from cszt_models.plan import Target
from cszt_models.projection import project_paths
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    REGION,
    URBAN_POPULATION,
    URBANIZATION,
    YEAR,
)

PRICE = "price"
MODELLED = (GDP, GROWTH, GROWTH_AVERAGE, POPULATION, URBANIZATION, URBAN_POPULATION)

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def compact(basis: Outlook, targets: Sequence[Target], draws: int) -> Outlook:
    """The outlook with fewer draws, as 32-bit numbers, and the revision among prices.

    Draws are taken at equal steps after putting them in the order of which targets they
    meet and, among those, of the first target's outcome. Baseline probabilities of
    the targets, alone and together, are then those of all draws to within a few.

    Parameters
    ----------
    targets
        Those whose probabilities are to be kept.
    draws
        How many; all if there are no more.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.outlook import outlook
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = cm.read_observations(project)
    >>> fits = cm.fit_blocks(figures, project, as_of=day, seed=1, draws=128)
    >>> gdp = cm.read_targets(project)["gdp_2025"]
    >>> compact(outlook(fits), [gdp], 32).cells.sizes["draw"]
    32
    """
    cells = basis.cells.assign({PRICE: basis.cells[PRICE] + basis.cells[REVISION]})
    cells = cells.assign({REVISION: xr.zeros_like(cells[REVISION])})
    cells = cells.isel({DRAW: _chosen(basis, targets, draws)})
    return replace(basis, cells=cells.astype(np.float32).astype(float))


def _chosen(
    basis: Outlook, targets: Sequence[Target], draws: int
) -> NDArray[np.int_]:
    """Places of the draws taken, in their own order."""
    size = basis.cells.sizes[DRAW]
    if size <= draws:
        return np.arange(size)
    paths = project_paths(basis, only={target.indicator for target in targets})
    found = [(target, outcome(paths, target)) for target in targets]
    told = [(target, drawn) for target, drawn in found if drawn is not None]
    if not told:
        return np.arange(draws)
    keys = [told[0][1], *(target.met_by(drawn) for target, drawn in told)]
    at = (np.arange(draws) + 0.5) * size / draws
    return np.sort(np.lexsort(keys)[at.astype(int)])


def usable_measures(
    basis: Outlook, targets: Iterable[Target]
) -> tuple[Measure, ...]:
    """Measures that the browser can project and some target is about."""
    asked = {target.indicator for target in targets}
    return tuple(
        measure
        for measure in basis.measures
        if measure.model == "ratio"
        and measure.weight in (GDP, POPULATION)
        and {measure.indicator, measure.part} & asked
    )


def projectable(basis: Outlook, target: Target) -> bool:
    """Whether the browser can project what a target is about."""
    measures = usable_measures(basis, [target])
    return target.indicator in MODELLED or bool(measures)


def packed(basis: Outlook, measures: Iterable[Measure]) -> dict[str, Any]:
    """Draws of a compact outlook that the browser needs, by name.

    Only places that are not published are held. ``places`` lists their region and year
    as positions; ``data`` their draws, one place after another. Growth, prices and
    population are in log points, shares on the logit scale; levels between two
    published ones (``…_gaps``) as they are.
    """
    gdp, rates = known(basis, GDP), known(basis, GROWTH)
    people = known(basis, POPULATION)
    found = {
        "growth": (GROWTH, np.isnan(rates)),
        "price": (PRICE, after_last(gdp)),
        "population": (POPULATION, after_last(people)),
        URBANIZATION: (URBANIZATION, np.isnan(known(basis, URBANIZATION))),
    }
    for measure in measures:
        name = measure.indicator
        found[name] = (name, np.isnan(known(basis, name)))
    cells = {
        name: _pack(_drawn(basis.cells, cell, len(basis.regions)), where)
        for name, (cell, where) in found.items()
    }
    levels = project_paths(basis, only={GDP, POPULATION})
    for name, told in ((GDP, gdp), (POPULATION, people)):
        gap = np.isnan(told) & ~after_last(told)
        cells[f"{name}_gaps"] = _pack(_drawn(levels, name, len(told)), gap)
    return cells


def known(basis: Outlook, name: str) -> Array:
    """Published values of the regions projected (region, year)."""
    return basis.published[name].to_numpy()[: len(basis.regions)]


def _drawn(held: xr.Dataset, name: str, regions: int) -> Array:
    drawn = held[name].transpose(DRAW, REGION, YEAR)
    return np.asarray(drawn.to_numpy()[:, :regions])


def _pack(drawn: Array, where: Mask) -> Mapping[str, Any]:
    """Draws (draw, region, year) at places (region, year), as base64 of 32-bit."""
    data = np.ascontiguousarray(drawn[:, where].T).astype("<f4")
    return {
        "places": np.argwhere(where).tolist(),
        "data": base64.b64encode(data.tobytes()).decode(),
    }
