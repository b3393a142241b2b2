"""Fits: frozen draws of one block, from one vintage of data and one seed."""

import logging
import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import xarray as xr

from cszt_models.engines import marginal, nuts
from cszt_models.errors import ConvergenceError, DataError, unknown
from cszt_models.structural import Panel, Scale
from cszt_models.vocabulary import DRAW, REGION, YEAR

DRAWS = 4000
COMPONENT = "component"
ENGINES = MARGINAL, NUTS = "marginal", "nuts"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fit:
    """Posterior of one block.

    ``scales`` (draw, component) are standard deviations in the block's unit and
    ``priors`` their priors in the same order; ``cells`` holds a variable for each kind
    of cell (draw, region, year), past and future, on the judged basis. ``engine`` is
    the one that the draws are from; ``note`` says why, if it is not the one asked for.
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
    diagnostics: marginal.Diagnostics | nuts.NutsDiagnostics
    note: str = ""


def seed_of(seed: int, name: str) -> np.random.SeedSequence:
    """Seed sequence of a block: independent between blocks, the same between runs."""
    return np.random.SeedSequence([seed, zlib.crc32(name.encode())])


def fit(
    panel: Panel, *, as_of: date, seed: int, draws: int = DRAWS, engine: str = MARGINAL
) -> Fit:
    """Fit a panel.

    Parameters
    ----------
    panel
        The block's specification and rows.
    seed
        Required; the same seed gives the same draws, bit for bit with ``marginal`` and
        within Monte-Carlo error with ``nuts``.
    draws
        Joint draws; the draw index is shared by all blocks.
    engine
        ``marginal``, which falls back to ``nuts`` if it fails its gate, or ``nuts``.

    Raises
    ------
    DataError
        If the engine is unknown.
    ConvergenceError
        If the fit fails the gate of ``nuts``.
    """
    if engine not in ENGINES:
        raise DataError(unknown("engine", engine, ENGINES))
    posterior: marginal.Posterior | nuts.NutsPosterior
    start, note = seed_of(seed, panel.name), ""
    if engine == MARGINAL:
        try:
            posterior = marginal.sample(panel, draws=draws, seed=start)
        except ConvergenceError as error:
            engine, note = NUTS, f"the marginal engine failed its gate: {error}"
            _LOG.warning("falling back to nuts, which takes minutes; %s", note)
    if engine == NUTS:
        posterior = nuts.sample(panel, draws=draws, seed=seed_of(seed, panel.name))
    coords = {REGION: list(panel.regions), YEAR: panel.years}
    cells = {n: ((DRAW, REGION, YEAR), drawn) for n, drawn in posterior.cells.items()}
    names = [component.name for component in panel.components]
    return Fit(
        block=panel.name,
        unit=panel.unit,
        as_of=as_of,
        seed=seed,
        engine=engine,
        rows=len(panel.rows),
        priors=tuple(component.scale for component in panel.components),
        scales=xr.DataArray(posterior.scales, {COMPONENT: names}, (DRAW, COMPONENT)),
        cells=xr.Dataset(cells, coords),
        diagnostics=posterior.diagnostics,
        note=note,
    )
