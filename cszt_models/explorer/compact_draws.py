"""Subset of an outlook's draws, rounded to 32 bits for a browser.

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

from cszt_models.models.indicators import INDICATORS, PRICE, REVISION
from cszt_models.models.industry import AGRICULTURE
from cszt_models.project.measures import Measure
from cszt_models.project.plan import Target
from cszt_models.projection.accounting import after_last
from cszt_models.projection.outcomes import outcome
from cszt_models.projection.outlook import Outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.cross_effects import Effect
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    POPULATION,
    REGION,
    URBANIZATION,
    YEAR,
)

# Indicators that the browser projects: all without sectors.
MODELLED = [i.id for i in INDICATORS.values() if AGRICULTURE not in i.blocks]

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
        Those whose probabilities are preserved.
    draws
        How many; all if there are no more.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.models.fits import fit_blocks
    >>> from cszt_models.project.plan import read_targets
    >>> from cszt_models.projection.outlook import build_outlook
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=128)
    >>> gdp = read_targets(project)["gdp_2025"]
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


def absent(outlook: Outlook) -> list[str]:
    """Series that the browser moves and of which no block is fitted, as it names them.

    Growth is called ``growth``; prices go by GDP.
    """
    needed = {"growth": (GROWTH,), GDP: (PRICE,)}
    needed |= {name: (name,) for name in (POPULATION, URBANIZATION)}
    return [name for name, cells in needed.items() if not outlook.has(*cells)]


def completed(outlook: Outlook) -> Outlook:
    """The outlook with cells that are not numbers for blocks that are not fitted.

    Revisions that no census announces are 0. So the arithmetic of the browser has all
    that it names, and nothing follows from what is missing.
    """
    shape = [outlook.cells.sizes[name] for name in (DRAW, REGION, YEAR)]
    cells = {
        name: ((DRAW, REGION, YEAR), np.full(shape, value))
        for name, value in (
            *((name, np.nan) for name in (GROWTH, PRICE, POPULATION, URBANIZATION)),
            (REVISION, 0.0),
        )
        if not outlook.has(name)
    }
    return replace(outlook, cells=outlook.cells.assign(cells)) if cells else outlook


def _rounded(values: Array) -> Array:
    return values.astype(np.float32).astype(float)


def _chosen(
    outlook: Outlook, targets: Sequence[Target], draws: int
) -> NDArray[np.int_]:
    """Positions of the draws taken, ascending."""
    size = outlook.cells.sizes[DRAW]
    if size <= draws:
        return np.arange(size)
    paths = project_paths(outlook, only={target.quantity.source for target in targets})
    outcomes = [(target, outcome(paths, target)) for target in targets]
    known_outcomes = [
        (target, drawn) for target, drawn in outcomes if drawn is not None
    ]
    if not known_outcomes:
        return np.arange(draws)
    keys = [
        known_outcomes[0][1],
        *(target.met_by(drawn) for target, drawn in known_outcomes),
    ]
    at = (np.arange(draws) + 0.5) * size / draws
    return np.sort(np.lexsort(keys)[at.astype(int)])


def usable_measures(outlook: Outlook, targets: Iterable[Target]) -> tuple[Measure, ...]:
    """Measures that the browser can project and some target is about."""
    indicators = {target.indicator for target in targets}
    return tuple(
        measure
        for measure in outlook.measures
        if measure.model == "ratio"
        and measure.weight in (GDP, POPULATION)
        and {measure.indicator, measure.part} & indicators
    )


def known_places(outlook: Outlook) -> set[str]:
    """Regions and groups whose levels the browser can start from."""
    return {*outlook.regions, *outlook.project.aggregates}


def projectable(outlook: Outlook, target: Target) -> bool:
    """Whether the browser can project what a target is about."""
    if not target.plain or target.region not in known_places(outlook):
        return False
    measures = usable_measures(outlook, [target])
    return target.indicator in MODELLED or bool(measures)


def packed(
    outlook: Outlook, measures: Iterable[Measure], effects: Iterable[Effect] = ()
) -> dict[str, Any]:
    """Draws of a compact outlook that the browser needs, as base64.

    Only cells (region, year) without a published value are included: ``places`` lists
    their positions, ``data`` their draws, cell by cell.

    Parameters
    ----------
    outlook
        Compact outlook, see `compact`.
    measures
        Ratios whose shares are included.
    effects
        Cross-effects whose elasticities are included.

    Returns
    -------
    dict
        ``cells``: growth, prices and population in log points, and levels between two
        published ones (``…_gaps``); ``logits``: shares on the logit scale; ``drop``:
        effect of an event on growth by region, and ``chances``: ranks of the draws'
        chances of it, by year; ``elasticities`` of cross-effects.
    """
    gdp, rates = known(outlook, GDP), known(outlook, GROWTH)
    people, regions = known(outlook, POPULATION), len(outlook.regions)
    sources = {
        "growth": (GROWTH, np.isnan(rates)),
        "price": (PRICE, after_last(gdp)),
        "population": (POPULATION, after_last(people)),
    }
    cells = {
        name: _pack(_drawn(outlook.cells, cell, regions), where)
        for name, (cell, where) in sources.items()
    }
    levels = project_paths(outlook, only={GDP, POPULATION})
    for name, published in ((GDP, gdp), (POPULATION, people)):
        gap = np.isnan(published) & ~after_last(published)
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
        "drop": None
        if outlook.drop is None
        else [text(drop) for drop in outlook.drop.T],
        "elasticities": {
            effect.name: text(
                effect.elasticities(outlook.chances(f"effect {effect.name}"))
            )
            for effect in effects
        },
        "chances": [_order(outlook, f"event {year}") for year in outlook.years],
    }


def _order(outlook: Outlook, name: str) -> str:
    """Ranks of the draws by their chance, exact in 32 bits."""
    chances = outlook.chances(name)
    return text(np.rint(chances * len(chances) - 0.5))


def text(values: Array) -> str:
    """Numbers as base64 of little-endian 32-bit floats."""
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def known(outlook: Outlook, name: str) -> Array:
    """Published values of the regions projected (region, year)."""
    return outlook.published[name].to_numpy()[: len(outlook.regions)]


def _drawn(dataset: xr.Dataset, name: str, regions: int) -> Array:
    drawn = dataset[name].transpose(DRAW, REGION, YEAR)
    return np.asarray(drawn.to_numpy()[:, :regions])


def _pack(drawn: Array, where: Mask) -> Mapping[str, Any]:
    """Draws (draw, region, year) at places (region, year)."""
    data = np.ascontiguousarray(drawn[:, where].T)
    return {"places": np.argwhere(where).tolist(), "data": text(data)}
