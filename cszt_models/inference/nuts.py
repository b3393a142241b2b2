r"""The ``nuts`` engine: the panel as a PyMC model, sampled by Hamiltonian dynamics.

It checks the ``marginal`` engine, with the same components and priors, and is the model
that users extend. The first fit of a process compiles for
half a minute; 200 rows then take about a minute. The same seed gives the same posterior
within Monte-Carlo error, not the same bits: compiled arithmetic differs by machine.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError
from cszt_models.inference.evidence import bridge_sampling
from cszt_models.inference.mixing import (
    Mixing,
    agree,
    largest_rhat,
    smallest_size,
    worst,
)
from cszt_models.structural.likelihood import (
    Array,
    ScalePosterior,
    log_likelihood,
    odd_rows,
)
from cszt_models.structural.panel import Panel

if TYPE_CHECKING:
    import pymc as pm

CHAIN, DRAW, ROW, COMPONENT = "chain", "draw", "row", "component"
SCALE, MEAN, VALUES = "scale", "mean", "values"
CHAINS, CORES = 4, 2
TUNE = 500  # steps of each chain that adapt the sampler and are left out
STEPS_MIN = 2000  # of all chains together, so that the gate can be passed
DIVERGENT_MAX = 0.001  # share of steps
_ALONE = Lock()  # the compiler is not made for threads, and chains use all cores


@dataclass(frozen=True)
class NutsDiagnostics:
    """Whether the chains can be trusted: each free scale, and divergences of all."""

    scales: Mapping[str, Mixing]
    divergences: int
    steps: int

    @property
    def rhat(self) -> float:
        """Largest R-hat; not a number if any is not."""
        return largest_rhat(self.scales)

    @property
    def ess(self) -> float:
        """Smallest effective size, of bulk or tails; not a number if any is not."""
        return smallest_size(self.scales, self.steps)

    @property
    def passed(self) -> bool:
        """Whether R-hat, effective sizes and divergences are within their limits."""
        if not self.scales:  # all are fixed, and nothing was sampled
            return True
        return (
            agree(self.rhat, self.ess) and self.divergences < DIVERGENT_MAX * self.steps
        )

    @property
    def failure(self) -> str:
        """The figures beside their limits, naming the scales that mix worst."""
        return (
            f"{worst(self.scales)}, and {self.divergences} of {self.steps} steps "
            f"diverge (limit {DIVERGENT_MAX})"
        )


@dataclass(frozen=True)
class NutsPosterior:
    """Draws as of the ``marginal`` engine, and the chains they are from, for ArviZ."""

    scales: Array
    log_likelihood: Array
    diagnostics: NutsDiagnostics
    log_evidence: float
    chains: xr.DataTree


def to_pymc(panel: Panel, *, mean: Callable[[], Any] | None = None) -> pm.Model:
    r"""The panel as a PyMC model, to be inspected, extended and sampled.

    .. math::
        \ln\sigma_k \sim N(\ln m_k, s_k^2), \qquad
        y \sim N\bigl(\mu, \textstyle\sum_k \sigma_k^2 B_k\bigr)

    Parameters
    ----------
    mean : () -> (row)
        Called inside the model, returns :math:`\mu` in the panel's unit and may make
        random variables of its own: ``lambda: pm.Normal("effect", 0, 5) * covariate``.

    Returns
    -------
    pymc.Model
        ``scale`` (component), the free ones by name; fixed ones are constants.
        ``values`` (row), observed; ``mean`` (row), if one was given.
    """
    import pymc as pm
    import pytensor.tensor as pt

    prior, free = ScalePosterior(panel), ScalePosterior(panel).free
    names = [c.name for c in panel.components if not c.scale.fixed]
    covariance: Any = panel.covariance(np.where(free, 0.0, np.exp(prior.centre)))
    centre: Any = np.zeros(len(panel.rows))
    with pm.Model(coords={COMPONENT: names, ROW: range(len(panel.rows))}) as model:
        if free.any():
            medians, spreads = prior.centre[free], prior.spread
            scale = pm.LogNormal(SCALE, mu=medians, sigma=spreads, dims=COMPONENT)
            covariance = covariance + pt.tensordot(scale**2, panel.covers[free], 1)
        if mean is not None:
            centre = pm.Deterministic(MEAN, mean(), dims=ROW)
        pm.MvNormal(VALUES, mu=centre, cov=covariance, observed=panel.values, dims=ROW)
    return model


def chains(
    panel: Panel, model: pm.Model, *, draws: int, seed: int, progress: bool = False
) -> xr.DataTree:
    """Chains of a panel's model, or of one that extends it, for ArviZ; not judged.

    Parameters
    ----------
    panel, model
        Rows, and the model from `to_pymc`.
    draws
        Steps after tuning, of all chains together; rounded up to whole chains.
    seed, progress
        Of the sampler; whether to show a bar.

    Returns
    -------
    DataTree
        ``posterior`` and ``sample_stats`` (chain, draw); ``observed_data`` (row) with
        region, year, basis and status of each row.
    """
    import nutpie

    with _ALONE, ONE_THREAD, warnings.catch_warnings():
        # panels of many rows are too large a constant for numba to keep on disk
        warnings.filterwarnings("ignore", ".*Cannot cache compiled function")
        compiled = nutpie.compile_pymc_model(model, backend="numba")
        steps, display = -(-draws // CHAINS), {"progress_bar": progress}
        sizes = {"draws": steps, "tune": TUNE, "chains": CHAINS, "cores": CORES}
        options = {"seed": seed, "save_warmup": False, "blocking": False}
        running = nutpie.sample(compiled, **sizes, **options, **display)
        try:
            tree = running.wait()
        except BaseException:  # else an interrupt would return what there is by then
            running.cancel()
            raise
    names = ("region", "year", "basis", "status")
    labels = {name: (ROW, [getattr(row, name) for row in panel.rows]) for name in names}
    observed = xr.Dataset({VALUES: (ROW, panel.values)}, labels)
    return tree.assign(observed_data=xr.DataTree(observed))


def sample(
    panel: Panel, *, draws: int, seed: np.random.SeedSequence, progress: bool = False
) -> NutsPosterior:
    """Draws of a panel's scales: different steps of the chains, shuffled.

    Parameters
    ----------
    panel, draws
        Specification with rows, and number of draws.
    seed, progress
        Of this panel; whether to show a bar.

    Raises
    ------
    ConvergenceError
        If the chains fail the gate, naming the panel and the scale.
    """
    chain_seed, choice_seed, bridge_seed = seed.spawn(3)
    rng = np.random.default_rng(choice_seed)
    start = int(chain_seed.generate_state(1)[0])
    prior, tree = ScalePosterior(panel), xr.DataTree()
    scales, diagnostics = np.exp(prior.centre)[None], NutsDiagnostics({}, 0, draws)
    with np.errstate(over="ignore", invalid="ignore"):
        density = log_likelihood(panel, scales)
    if not np.isfinite(density):
        raise ConvergenceError(
            f"{panel.name}: the rows have no density at the medians of the scales. "
            f"Check the data for impossible values. {odd_rows(panel)}"
        )
    evidence = float(density[0])
    if prior.free.any():
        steps, model = max(draws, STEPS_MIN), to_pymc(panel)
        tree = chains(panel, model, draws=steps, seed=start, progress=progress)
        scales = all_scales(panel, tree)
        try:
            diagnostics = gate(panel.name, tree)
        except ConvergenceError as error:
            raise ConvergenceError(f"{error} {odd_rows(panel)}") from None
        logs, ess = np.log(scales[:, prior.free]), diagnostics.ess
        evidence = bridge_sampling(prior, logs, ess=ess, seed=bridge_seed)
    scales = scales[rng.choice(len(scales), draws, replace=len(scales) == 1)]
    log_densities = log_likelihood(panel, scales)
    return NutsPosterior(scales, log_densities, diagnostics, evidence, tree)


def gate(name: str, tree: xr.DataTree) -> NutsDiagnostics:
    """Diagnostics of chains that can be trusted.

    Raises
    ------
    ConvergenceError
        If they cannot, naming the panel and the scales that mix worst.
    """
    from arviz_stats import ess, rhat

    only = {"var_names": SCALE}
    with np.errstate(all="ignore"):  # a scale that never moves is not a number
        parts = [rhat(tree, **only), ess(tree, **only)]
        parts.append(ess(tree, method="tail", **only))
    mixing = map(Mixing, *(part[SCALE].to_numpy().tolist() for part in parts))
    names, divergent = tree["posterior"][COMPONENT], tree["sample_stats"]["diverging"]
    scales = dict(zip(names.to_numpy().tolist(), mixing, strict=True))
    diagnostics = NutsDiagnostics(scales, int(divergent.sum()), divergent.size)
    if diagnostics.passed:
        return diagnostics
    raise ConvergenceError(
        f"{name}: {diagnostics.failure}. Ask for more draws, or tighten the scale's "
        "prior in priors.yaml."
    )


def all_scales(panel: Panel, tree: xr.DataTree) -> Array:
    """Free and fixed scales of all chains, one after the other (step, component)."""
    prior, free = ScalePosterior(panel), tree["posterior"][SCALE].to_numpy()
    return prior.scales(np.log(free.reshape(-1, free.shape[-1])))


def with_log_likelihood(panel: Panel, tree: xr.DataTree) -> xr.DataTree:
    r"""The chains with the log density of each row given all others, for comparisons.

    These, not the joint likelihood, are what ``arviz.loo`` and ``arviz.compare`` need:

    .. math:: \ln p(y_i \mid y_{-i}) = \tfrac12 (\ln c_i - \ln 2\pi - \alpha_i^2/c_i),
        \quad \alpha = K^{-1} (y - \mu), \quad c = \operatorname{diag} K^{-1}

    References
    ----------
    Bürkner, P.-C., Gabry, J. and Vehtari, A. (2021). Efficient leave-one-out cross-
    validation for Bayesian non-factorized models. *Computational Statistics* 36,
    1243-1261. https://arxiv.org/abs/1810.10559.
    """
    posterior, scales = tree["posterior"].dataset, all_scales(panel, tree)
    shape = posterior.sizes[CHAIN], posterior.sizes[DRAW], len(panel.rows)
    means = posterior[MEAN].to_numpy() if MEAN in posterior else np.zeros(shape)
    residuals = panel.values - means.reshape(-1, len(panel.rows))
    for n, scale in enumerate(scales):
        inverse = np.linalg.inv(panel.covariance(scale))
        alpha, c = inverse @ residuals[n], inverse.diagonal()
        residuals[n] = 0.5 * (np.log(c) - np.log(2 * np.pi) - alpha**2 / c)
    rows = xr.DataArray(residuals.reshape(shape), dims=(CHAIN, DRAW, ROW))
    return tree.assign(log_likelihood=xr.DataTree(rows.to_dataset(name=VALUES)))
