"""Forecasts: draws of the years after an origin, by the panel or by a peer."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cszt_models.hindcast.benchmarks import PEERS
from cszt_models.hindcast.information_set import View
from cszt_models.hindcast.variables import Quantity
from cszt_models.inference.fit import fit
from cszt_models.vocabulary import DRAW, REGION, YEAR

Array = NDArray[np.float64]

STRUCTURAL = "structural"
METHODS = (STRUCTURAL, "rw", "mean5", "ar1", "ets", "arima")
EXTRA = tuple(name for name in PEERS if name not in METHODS)


@dataclass(frozen=True)
class Forecast:
    """Draws of a group's years ahead.

    ``outcomes`` is (draw, region, ahead, part), as a reader knows the quantity, with
    ``regions`` in its order.
    """

    regions: tuple[str, ...]
    outcomes: Array


def seed_of_case(seed: int, view: View, method: str) -> int:
    """Seed of one forecast: independent of which others are made, and in which order.

    The methods of one view have their own.
    """
    text = f"{view.group}/{view.origin}/{method}"
    state = np.random.SeedSequence([seed, zlib.crc32(text.encode())])
    return int(state.generate_state(1)[0])


def forecast(
    view: View, quantity: Quantity, method: str, *, seed: int, draws: int
) -> Forecast:
    """Forecast a quantity from a view, and from nothing else.

    Peers forecast a rate in percent, as anyone would, and a share or level on the
    models' scale: the exponential of a Student t has no mean, and no CRPS.

    Parameters
    ----------
    method
        ``structural``, or one of the peers.
    draws
        Joint draws of all regions and years; peers treat regions as independent.

    Raises
    ------
    DataError
        If nothing in the view tells the quantity.
    ConvergenceError
        If the fit of a panel fails its gate.
    """
    start = seed_of_case(seed, view, method)
    if method == STRUCTURAL:
        return _by_panel(view, quantity, seed=start, draws=draws)
    rng = np.random.default_rng(start)
    series = view.series(quantity)
    if quantity.rate:
        series = {name: quantity.outcome(cells) for name, cells in series.items()}
    regions = tuple(series)
    drawn = np.empty((draws, len(regions), view.horizon, len(quantity.blocks)))
    for n in range(len(quantity.blocks)):
        own = {region: values[:, n] for region, values in series.items()}
        paths = PEERS[method](own, quantity.rate, view.horizon, draws, rng)
        drawn[..., n] = np.stack([paths[region] for region in regions], axis=1)
    return Forecast(regions, drawn if quantity.rate else quantity.outcome(drawn))


def _by_panel(view: View, quantity: Quantity, *, seed: int, draws: int) -> Forecast:
    years = range(view.origin + 1, view.project.horizon + 1)
    drawn = {}
    for block in quantity.blocks:
        fitted = fit(view.panel(block), as_of=view.as_of, seed=seed, draws=draws)
        cells = fitted.cells["cells"].sel({YEAR: list(years)})
        drawn[block] = cells.transpose(DRAW, REGION, YEAR)
    common = [
        name
        for name in view.regions
        if all(name in cells[REGION] for cells in drawn.values())
    ]
    parts = [cells.sel({REGION: common}).to_numpy() for cells in drawn.values()]
    return Forecast(tuple(common), quantity.outcome(np.stack(parts, axis=-1)))
