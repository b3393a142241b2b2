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

from cszt_models.models.components import REVISION
from cszt_models.project.measures import Measure
from cszt_models.project.plan import Target
from cszt_models.projection.accounting import after_last
from cszt_models.projection.outlook import Outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.cross_effects import Effect
from cszt_models.targets.attainment import outcome
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


def compact(outlook: Outlook, targets: Sequence[Target], draws: int) -> Outlook:
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
    >>> from cszt_models.projection.outlook import build_outlook
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = cm.read_observations(project)
    >>> fits = cm.fit_blocks(figures, project, as_of=day, seed=1, draws=128)
    >>> gdp = cm.read_targets(project)["gdp_2025"]
    >>> compact(build_outlook(fits), [gdp], 32).cells.sizes["draw"]
    32
    """
    cells = outlook.cells.assign(
        {PRICE: outlook.cells[PRICE] + outlook.cells[REVISION]}
    )
    cells = cells.assign({REVISION: xr.zeros_like(cells[REVISION])})
    chosen = _chosen(outlook, targets, draws)
    cells = cells.isel({DRAW: chosen}).astype(np.float32).astype(float)
    drop = None if outlook.drop is None else _rounded(outlook.drop[chosen])
    return replace(outlook, cells=cells, drop=drop)


def _rounded(values: Array) -> Array:
    return values.astype(np.float32).astype(float)


def _chosen(
    outlook: Outlook, targets: Sequence[Target], draws: int
) -> NDArray[np.int_]:
    """Places of the draws taken, in their own order."""
    size = outlook.cells.sizes[DRAW]
    if size <= draws:
        return np.arange(size)
    paths = project_paths(outlook, only={target.indicator for target in targets})
    found = [(target, outcome(paths, target)) for target in targets]
    told = [(target, drawn) for target, drawn in found if drawn is not None]
    if not told:
        return np.arange(draws)
    keys = [told[0][1], *(target.met_by(drawn) for target, drawn in told)]
    at = (np.arange(draws) + 0.5) * size / draws
    return np.sort(np.lexsort(keys)[at.astype(int)])


def usable_measures(outlook: Outlook, targets: Iterable[Target]) -> tuple[Measure, ...]:
    """Measures that the browser can project and some target is about."""
    asked = {target.indicator for target in targets}
    return tuple(
        measure
        for measure in outlook.measures
        if measure.model == "ratio"
        and measure.weight in (GDP, POPULATION)
        and {measure.indicator, measure.part} & asked
    )


def projectable(outlook: Outlook, target: Target) -> bool:
    """Whether the browser can project what a target is about."""
    measures = usable_measures(outlook, [target])
    return target.indicator in MODELLED or bool(measures)


def packed(
    outlook: Outlook, measures: Iterable[Measure], effects: Iterable[Effect] = ()
) -> dict[str, Any]:
    """Draws of a compact outlook that the browser needs.

    Only places that are not published are held. ``places`` lists their region and year
    as positions; ``data`` their draws, one place after another. ``cells`` are growth,
    prices and population in log points, and levels between two published ones
    (``…_gaps``) as they are; ``logits`` shares on that scale; ``drop`` what an event
    takes from growth, by region, and ``chances`` the order in which draws meet it, by
    year; ``elasticities`` those of cross-effects.
    """
    gdp, rates = known(outlook, GDP), known(outlook, GROWTH)
    people, regions = known(outlook, POPULATION), len(outlook.regions)
    found = {
        "growth": (GROWTH, np.isnan(rates)),
        "price": (PRICE, after_last(gdp)),
        "population": (POPULATION, after_last(people)),
    }
    cells = {
        name: _pack(_drawn(outlook.cells, cell, regions), where)
        for name, (cell, where) in found.items()
    }
    levels = project_paths(outlook, only={GDP, POPULATION})
    for name, told in ((GDP, gdp), (POPULATION, people)):
        gap = np.isnan(told) & ~after_last(told)
        cells[f"{name}_gaps"] = _pack(_drawn(levels, name, regions), gap)
    shares = [URBANIZATION, *(measure.indicator for measure in measures)]
    return {
        "cells": cells,
        "logits": {
            name: _pack(
                _drawn(outlook.cells, name, regions), np.isnan(known(outlook, name))
            )
            for name in shares
        },
        "drop": None if outlook.drop is None else [text(one) for one in outlook.drop.T],
        "elasticities": {
            one.name: text(one.elasticities(outlook.chances(f"effect {one.name}")))
            for one in effects
        },
        "chances": [_order(outlook, f"event {year}") for year in outlook.years],
    }


def _order(outlook: Outlook, name: str) -> str:
    """Places of the draws in the order of their chances, exact in 32 bits."""
    chances = outlook.chances(name)
    return text(np.rint(chances * len(chances) - 0.5))


def text(values: Array) -> str:
    """Numbers as base64 of little-endian 32-bit floats."""
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def known(outlook: Outlook, name: str) -> Array:
    """Published values of the regions projected (region, year)."""
    return outlook.published[name].to_numpy()[: len(outlook.regions)]


def _drawn(held: xr.Dataset, name: str, regions: int) -> Array:
    drawn = held[name].transpose(DRAW, REGION, YEAR)
    return np.asarray(drawn.to_numpy()[:, :regions])


def _pack(drawn: Array, where: Mask) -> Mapping[str, Any]:
    """Draws (draw, region, year) at places (region, year)."""
    data = np.ascontiguousarray(drawn[:, where].T)
    return {"places": np.argwhere(where).tolist(), "data": text(data)}
