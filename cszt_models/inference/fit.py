"""Fits: frozen draws of one block, from one vintage of data and one seed."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError, DataError, unknown
from cszt_models.inference import marginal, nuts
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.likelihood import ScalePosterior
from cszt_models.structural.panel import Panel, Scale
from cszt_models.vocabulary import DRAW, REGION, YEAR

DRAWS = 4000
SEED = 1
VECTORS = 250  # scale vectors, each shared by every 250th draw
COMPONENT = "component"
LOG_PRIOR, LOG_LIKELIHOOD = "log_prior", "log_likelihood"
ENGINES = MARGINAL, NUTS = "marginal", "nuts"
_LOG = logging.getLogger(__name__)

type Diagnostics = marginal.Diagnostics | nuts.NutsDiagnostics


@dataclass(frozen=True)
class Fit:
    """Posterior of one block.

    ``scales`` (draw, component) are standard deviations in the block's unit and
    ``priors`` their priors in the same order; ``densities`` holds ``log_prior`` of the
    free log scales and ``log_likelihood`` of the rows given the scales (draw), and
    ``log_evidence`` is the log density of the rows over the prior of the free scales;
    ``cells`` holds a variable for each kind
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
    densities: xr.Dataset
    cells: xr.Dataset
    diagnostics: Diagnostics
    log_evidence: float
    note: str = ""

    def taking(self, chosen: NDArray[np.int_]) -> Fit:
        """The fit with the draws at these places (draw)."""
        at = {DRAW: chosen}
        return replace(
            self,
            scales=self.scales.isel(at),
            densities=self.densities.isel(at),
            cells=self.cells.isel(at),
        )


def seed_of(seed: int, name: str) -> np.random.SeedSequence:
    """Seed sequence of a block: independent between blocks, the same between runs."""
    return np.random.SeedSequence([seed, zlib.crc32(name.encode())])


def vector_count(draws: int) -> int:
    """Number of scale vectors that joint draws share in turn."""
    return min(VECTORS, draws)


@dataclass(frozen=True)
class ScaleFit:
    """Draws of one panel's scales (vector, component), from its own rows alone.

    ``log_prior`` and ``log_likelihood`` (vector) are the log densities of its free log
    scales, and of its rows given the scales; ``log_evidence`` is that of its rows over
    the prior of the free scales.
    """

    engine: str
    scales: NDArray[np.float64]
    log_prior: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    diagnostics: Diagnostics
    log_evidence: float
    note: str = ""


@ONE_THREAD
def fit_scales(
    panel: Panel, *, seed: int, vectors: int = VECTORS, engine: str = MARGINAL
) -> ScaleFit:
    """Fit the scales of a panel: the part that takes time.

    Parameters
    ----------
    panel
        The block's specification and rows.
    seed
        Required; the same seed gives the same draws, bit for bit with ``marginal`` and
        within Monte-Carlo error with ``nuts``.
    vectors
        Number of scale vectors drawn; joint draws share them in turn.
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
    start, note = _seeds(seed, panel.name)[0], ""
    if engine == MARGINAL:
        try:
            posterior = marginal.sample(panel, draws=vectors, seed=start)
        except ConvergenceError as error:
            engine, note = NUTS, f"the marginal engine failed its gate: {error}"
            _LOG.warning("falling back to nuts, which takes minutes; %s", note)
    if engine == NUTS:
        start = _seeds(seed, panel.name)[0]
        posterior = nuts.sample(panel, draws=vectors, seed=start)
    target = ScalePosterior(panel)
    prior = target.log_prior(np.log(posterior.scales[:, target.free]))
    return ScaleFit(
        engine=engine,
        scales=posterior.scales,
        log_prior=prior,
        log_likelihood=posterior.log_likelihood,
        diagnostics=posterior.diagnostics,
        log_evidence=posterior.log_evidence,
        note=note,
    )


def cell_rng(seed: int, name: str) -> np.random.Generator:
    """Generator of a block's cells: independent of that of its scales."""
    return np.random.default_rng(_seeds(seed, name)[1])


def _seeds(seed: int, name: str) -> list[np.random.SeedSequence]:
    """Seeds of a block's scales and of its cells."""
    return seed_of(seed, name).spawn(2)


def with_cells(
    panel: Panel,
    scales: ScaleFit,
    cells: Mapping[str, NDArray[np.float64]],
    *,
    as_of: date,
    seed: int,
) -> Fit:
    """A fit from its scales and its cells.

    Parameters
    ----------
    panel
        The block's specification and rows.
    scales
        Draws of its scales, which the cells share in turn.
    cells
        By kind (draw, region, year).
    """
    coords = {REGION: list(panel.regions), YEAR: panel.years}
    variables = {name: ((DRAW, REGION, YEAR), drawn) for name, drawn in cells.items()}
    names = [component.name for component in panel.components]
    draws = len(next(iter(cells.values())))
    shared = np.resize(scales.scales, (draws, len(names)))  # in turn, as the next
    densities = {
        name: (DRAW, np.resize(getattr(scales, name), draws))
        for name in (LOG_PRIOR, LOG_LIKELIHOOD)
    }
    return Fit(
        block=panel.name,
        unit=panel.unit,
        as_of=as_of,
        seed=seed,
        engine=scales.engine,
        rows=len(panel.rows),
        priors=tuple(component.scale for component in panel.components),
        scales=xr.DataArray(shared, {COMPONENT: names}, (DRAW, COMPONENT)),
        densities=xr.Dataset(densities),
        cells=xr.Dataset(variables, coords),
        diagnostics=scales.diagnostics,
        log_evidence=scales.log_evidence,
        note=scales.note,
    )


@ONE_THREAD
def fit(
    panel: Panel, *, as_of: date, seed: int, draws: int = DRAWS, engine: str = MARGINAL
) -> Fit:
    """Fit one panel by itself; `models.fit_blocks` fits those of a project together.

    Parameters
    ----------
    panel, seed, engine
        As of `fit_scales`, which also lists the errors.
    as_of
        Date of the observations, recorded in the fit.
    draws
        Joint draws of scales and cells.
    """
    scales = fit_scales(panel, seed=seed, vectors=vector_count(draws), engine=engine)
    rng = cell_rng(seed, panel.name)
    (cells,) = states.draw_cells([panel], [scales.scales], [rng], draws=draws)
    return with_cells(panel, scales, cells, as_of=as_of, seed=seed)
