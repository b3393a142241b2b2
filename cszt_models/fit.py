"""Fits: frozen draws of one block, from one vintage of data and one seed."""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import xarray as xr

from cszt_models.engines import marginal
from cszt_models.structural import Panel, Scale
from cszt_models.vocabulary import DRAW, REGION, YEAR

DRAWS = 4000
COMPONENT = "component"


@dataclass(frozen=True)
class Fit:
    """Posterior of one block.

    ``scales`` (draw, component) are standard deviations in the block's unit and
    ``priors`` their priors in the same order; ``cells`` holds a variable for each kind
    of cell (draw, region, year), past and future, on the judged basis.
    """

    block: str
    unit: str
    as_of: date
    seed: int
    engine: str
    rows: int
    priors: tuple[Scale, ...]
    scales: xr.DataArray
    cells: xr.Dataset
    diagnostics: marginal.Diagnostics


def seed_of(seed: int, name: str) -> np.random.SeedSequence:
    """Seed sequence of a block: independent between blocks, the same between runs."""
    return np.random.SeedSequence([seed, zlib.crc32(name.encode())])


def fit(panel: Panel, *, as_of: date, seed: int, draws: int = DRAWS) -> Fit:
    """Fit a panel with the ``marginal`` engine.

    Parameters
    ----------
    panel
        The block's specification and rows.
    seed
        Required; the same seed gives the same draws bit for bit.
    draws
        Joint draws; the draw index is shared by all blocks.

    Raises
    ------
    ConvergenceError
        If the fit fails the gate.
    """
    posterior = marginal.sample(panel, draws=draws, seed=seed_of(seed, panel.name))
    coords = {REGION: list(panel.regions), YEAR: panel.years}
    cells = {n: ((DRAW, REGION, YEAR), drawn) for n, drawn in posterior.cells.items()}
    names = [component.name for component in panel.components]
    return Fit(
        block=panel.name,
        unit=panel.unit,
        as_of=as_of,
        seed=seed,
        engine="marginal",
        rows=len(panel.rows),
        priors=tuple(component.scale for component in panel.components),
        scales=xr.DataArray(posterior.scales, {COMPONENT: names}, (DRAW, COMPONENT)),
        cells=xr.Dataset(cells, coords),
        diagnostics=posterior.diagnostics,
    )
