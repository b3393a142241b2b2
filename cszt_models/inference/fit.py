"""Fits: frozen draws of one block, from one vintage of data and one seed."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import special

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError, DataError, unknown
from cszt_models.inference import marginal, nuts, smc
from cszt_models.inference.influence import heaviest_rows
from cszt_models.inference.weights import systematic
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.likelihood import ScalePosterior
from cszt_models.structural.panel import Panel, Scale
from cszt_models.vocabulary import DRAW, REGION, YEAR

DRAWS = 4000
SEED = 1
VECTORS = 250  # scale vectors, each shared by every 250th draw
COMPONENT = "component"
LOG_PRIOR, LOG_LIKELIHOOD, FORM = "log_prior", "log_likelihood", "form"
ENGINES = MARGINAL, SMC, NUTS = "marginal", "smc", "nuts"
_LOG = logging.getLogger(__name__)

type Diagnostics = marginal.Diagnostics | smc.SmcDiagnostics | nuts.NutsDiagnostics


class WeightedForm(NamedTuple):
    """A structure that a panel may have, with its probability before and given rows."""

    name: str
    prior: float
    posterior: float


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
    ``forms`` are the structures averaged over, of which ``densities`` says in ``form``
    (draw) which a draw has.
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
    forms: tuple[WeightedForm, ...] = ()

    @property
    def form(self) -> NDArray[np.int_]:
        """Place of each draw's form among ``forms`` (draw); zeros if there are none."""
        if not self.forms:
            return np.zeros(self.scales.sizes[DRAW], dtype=int)
        return self.densities[FORM].to_numpy()

    @property
    def likeliest(self) -> Fit:
        """The draws of the form that most draws have; the fit itself without forms."""
        if not self.forms:
            return self
        return self.taking(np.flatnonzero(self.form == np.bincount(self.form).argmax()))

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
    the prior of the free scales. A panel with several forms has the place of each
    vector's form in ``form`` (vector), and zeros for the scales that the form lacks.
    """

    engine: str
    scales: NDArray[np.float64]
    log_prior: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    diagnostics: Diagnostics
    log_evidence: float
    note: str = ""
    forms: tuple[WeightedForm, ...] = ()
    form: NDArray[np.int_] | None = None


@ONE_THREAD
def fit_scales(
    panel: Panel, *, seed: int, vectors: int = VECTORS, engine: str = MARGINAL
) -> ScaleFit:
    r"""Fit the scales of a panel: the part that takes time.

    Forms of a panel are fitted one by one, and vectors drawn from each in proportion to
    its posterior probability,

    .. math:: w_m \propto p(m)\, p(y \mid m)^{T / n}

    with n rows of T years: regions of a year share the errors that a form makes, so
    that years count and not rows. With one row a year it is Bayes' rule.

    Parameters
    ----------
    panel
        The block's specification and rows.
    seed
        Required; the same seed gives the same draws, within Monte-Carlo error with
        ``nuts`` and bit for bit with the others.
    vectors
        Number of scale vectors drawn; joint draws share them in turn.
    engine
        ``marginal``, which falls back to ``smc`` if it fails its gate, or one of these,
        or ``nuts``, which compiles for half a minute.

    Raises
    ------
    DataError
        If the engine is unknown.
    ConvergenceError
        If the fit fails the gate of the last engine tried.

    References
    ----------
    Bissiri, P. G., Holmes, C. C. and Walker, S. G. (2016). A general framework for
    updating belief distributions. *JRSS B* 78(5), 1103-1130 (likelihoods to a power).
    """
    if engine not in ENGINES:
        raise DataError(unknown("engine", engine, ENGINES))
    if panel.forms:
        return _over_forms(panel, seed=seed, vectors=vectors, engine=engine)
    return _fit_one_form(panel, seed=seed, vectors=vectors, engine=engine)


def _over_forms(panel: Panel, *, seed: int, vectors: int, engine: str) -> ScaleFit:
    """Vectors of all forms, in random order, as many of each as its weight asks for."""
    priors = np.array([form.weight for form in panel.forms])
    panels = [panel.of_form(form) for form in panel.forms]
    fits = [
        _fit_one_form(each, seed=seed, vectors=vectors, engine=engine)
        for each in panels
    ]
    evidence = np.array([fit.log_evidence for fit in fits])
    with np.errstate(divide="ignore"):
        log_priors = np.log(priors)
    weights = special.softmax(log_priors + _years_per_row(panel) * evidence)
    rng = np.random.default_rng(seed_of(seed, f"{panel.name}/{FORM}"))
    form = rng.permutation(systematic(weights, vectors, rng))
    scales = np.zeros((vectors, len(panel.components)))
    densities = np.zeros((2, vectors))
    for number, (structure, fit) in enumerate(zip(panel.forms, fits, strict=True)):
        at = np.flatnonzero(form == number)
        scales[np.ix_(at, panel.places(structure))] = fit.scales[: len(at)]
        # beside the mode, for densities of different numbers of scales
        log_prior = fit.log_prior[: len(at)] - _log_prior_mode(panels[number])
        log_prior += log_priors[number]
        densities[:, at] = log_prior, fit.log_likelihood[: len(at)]
    used = [fits[number] for number in np.unique(form)]
    worst = min(used, key=lambda fit: (fit.engine == MARGINAL, fit.diagnostics.ess))
    names = [structure.name for structure in panel.forms]
    return ScaleFit(
        engine=worst.engine,
        scales=scales,
        log_prior=densities[0],
        log_likelihood=densities[1],
        diagnostics=worst.diagnostics,
        log_evidence=float(special.logsumexp(evidence, b=priors)),
        note=worst.note,
        forms=tuple(map(WeightedForm, names, priors.tolist(), weights.tolist())),
        form=form,
    )


def _fit_one_form(panel: Panel, *, seed: int, vectors: int, engine: str) -> ScaleFit:
    """Scales of a panel without forms."""
    posterior: marginal.Posterior | smc.SmcPosterior | nuts.NutsPosterior
    start, note = _seeds(seed, panel.name)[0], ""
    if engine == MARGINAL:
        try:
            posterior = marginal.sample(panel, draws=vectors, seed=start)
        except ConvergenceError as error:
            engine, note = SMC, f"the marginal engine failed its gate: {error}"
    if engine != MARGINAL:
        start = _seeds(seed, panel.name)[0]
        sampler = smc.sample if engine == SMC else nuts.sample
        posterior = sampler(panel, draws=vectors, seed=start)
    if note:
        heaviest = heaviest_rows(panel, posterior.scales)
        note = f"{note} {heaviest}".strip()
        _LOG.warning("%s: drawn by smc, not marginal. %s", panel.name, heaviest)
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


def _years_per_row(panel: Panel) -> float:
    """Years with rows over rows."""
    return len({row.year for row in panel.rows}) / len(panel.rows)


def _log_prior_mode(panel: Panel) -> float:
    """Largest log prior density of a panel's free log scales."""
    target = ScalePosterior(panel)
    return float(target.log_prior(target.centre[target.free]))


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
    if scales.form is not None:
        densities[FORM] = DRAW, np.resize(scales.form, draws)
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
        forms=scales.forms,
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
