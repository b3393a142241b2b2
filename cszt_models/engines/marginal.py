r"""The ``marginal`` engine: states integrated out, scales by importance sampling.

Given the scales everything is Gaussian, so the likelihood of the few scales is a dense
Gaussian density and the states follow by conditioning. The scales are sampled from a
Student t around their mode (a scrambled Sobol sequence, Fisher information as
precision) and weighted by Pareto-smoothed importance sampling, whose shape k-hat says
whether the weights can be trusted. States come by conditioning joint prior draws
(Matheron's rule), which keeps every component's share of a cell.

References
----------
Vehtari, A., Simpson, D., Gelman, A., Yao, Y. and Gabry, J. (2024). Pareto smoothed
importance sampling. *Journal of Machine Learning Research* 25(72).
https://arxiv.org/abs/1507.02646.
Wilson, J. et al. (2021). Pathwise conditioning of Gaussian processes. *Journal of
Machine Learning Research* 22(105). https://arxiv.org/abs/2011.04026.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, special
from scipy.stats import multivariate_t, qmc

from cszt_models.errors import ConvergenceError
from cszt_models.structural import Panel

Array = NDArray[np.float64]

PROPOSALS = 512  # scale vectors weighted in the first round; a power of two
DEGREES = 6.0  # of freedom of the proposal: heavier tails than the posterior's
KHAT_MAX = 0.7  # Vehtari et al. 2024, section 3.2.4
ESS_MIN = 100.0  # scale vectors effectively used
ROUNDS = 4  # proposals tried, each refitted to the last weights and twice as large
SEARCH = 5.0  # prior spreads from the median within which the mode is sought
_CHUNK = 4  # covariances built at once: more than these fall out of cache


@dataclass(frozen=True)
class Diagnostics:
    """Whether the importance weights can be trusted."""

    khat: float
    ess: float
    proposals: int
    rounds: int


@dataclass(frozen=True)
class Posterior:
    """Draws of scales (draw, component) and of cells by kind (draw, region, year)."""

    scales: Array
    cells: dict[str, Array]
    diagnostics: Diagnostics


def log_likelihood(panel: Panel, scales: Array) -> Array:
    r"""Log density of the observed rows for scales (..., component).

    .. math:: -\tfrac12 (n \ln 2\pi + \ln|K| + y' K^{-1} y)

    Minus infinity where K is not positive definite in double precision: scales so far
    apart that some row has no variance of its own left.
    """
    flat = np.reshape(scales, (-1, np.shape(scales)[-1]))
    parts = [
        _log_density(panel.values, panel.covariance(flat[start : start + _CHUNK]))
        for start in range(0, len(flat), _CHUNK)
    ]
    return np.concatenate(parts).reshape(np.shape(scales)[:-1])


def _log_density(values: Array, covariances: Array) -> Array:
    try:
        factors = np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        if len(covariances) == 1:
            return np.array([-np.inf])
        each = [_log_density(values, k[None]) for k in covariances]
        return np.concatenate(each)
    half_log_det = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(1)
    white = [
        linalg.solve_triangular(factor, values, lower=True, check_finite=False)
        for factor in factors
    ]
    size = 0.5 * len(values) * np.log(2 * np.pi)
    return -half_log_det - 0.5 * np.square(white).sum(1) - size


class ScalePosterior:
    """Log posterior of a panel's free log scales, with gradient and information."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        priors = [component.scale for component in panel.components]
        self.free = np.array([not prior.fixed for prior in priors])
        self.centre = np.log([prior.median for prior in priors])
        self.spread = np.array([prior.spread for prior in priors])[self.free]

    def scales(self, logs: Array) -> Array:
        """All scales (..., component) for free log scales (..., free)."""
        full = np.broadcast_to(self.centre, (*logs.shape[:-1], len(self.centre))).copy()
        full[..., self.free] = logs
        return np.exp(full)

    def log_prior(self, logs: Array) -> Array:
        """Log density of the free log scales."""
        z = (logs - self.centre[self.free]) / self.spread
        norm = np.log(self.spread) + 0.5 * np.log(2 * np.pi)
        return -(0.5 * np.square(z) + norm).sum(-1)

    def __call__(self, logs: Array) -> Array:
        """Log posterior density, up to the evidence."""
        return self.log_prior(logs) + log_likelihood(self.panel, self.scales(logs))

    def slope(self, logs: Array) -> tuple[float, Array]:
        """Negative log posterior and its gradient at one point."""
        scales, values = self.scales(logs), self.panel.values
        factor = linalg.cho_factor(self.panel.covariance(scales), lower=True)
        inverse = linalg.cho_solve(factor, np.eye(len(values)))
        alpha = inverse @ values
        covers = self.panel.covers[self.free]
        quadratic = np.einsum("i,kij,j->k", alpha, covers, alpha, optimize=True)
        trace = np.tensordot(covers, inverse, axes=((1, 2), (0, 1)))
        gradient = (quadratic - trace) * np.square(scales[self.free])
        gradient -= (logs - self.centre[self.free]) / self.spread**2
        log_det = 2 * np.log(np.diag(factor[0])).sum()
        size = len(values) * np.log(2 * np.pi)
        density = -0.5 * (log_det + values @ alpha + size)
        return -float(density + self.log_prior(logs)), -gradient

    def information(self, logs: Array) -> Array:
        """Fisher information of the free log scales plus the prior's precision."""
        scales = self.scales(logs)
        factor = linalg.cho_factor(self.panel.covariance(scales), lower=True)
        covers = self.panel.covers[self.free]
        solved = np.array([linalg.cho_solve(factor, cover) for cover in covers])
        solved *= np.square(scales[self.free])[:, None, None]
        fisher = 2 * np.einsum("aij,bji->ab", solved, solved, optimize=True)
        return fisher + np.diag(self.spread**-2.0)

    def mode(self) -> Array:
        """Free log scales of highest posterior density.

        Raises
        ------
        ConvergenceError
            If the search does not end, naming the panel.
        """
        start = self.centre[self.free]
        reach = SEARCH * self.spread
        found = optimize.minimize(
            self.slope,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds(start - reach, start + reach),
            options={"maxiter": 500},
        )
        if not np.isfinite(found.fun):
            raise ConvergenceError(
                f"{self.panel.name}: no mode of the scales was found "
                f"({found.message}). Check the data for impossible values."
            )
        return np.asarray(found.x, dtype=float)


def sample(panel: Panel, *, draws: int, seed: np.random.SeedSequence) -> Posterior:
    """Draws from the posterior of a panel; the same seed gives the same bits.

    Parameters
    ----------
    panel
        The specification with its observed rows.
    draws
        Joint draws of scales and cells.
    seed
        Of this panel; other panels get others.

    Raises
    ------
    ConvergenceError
        If the weights fail the gate, naming the scale that moves most under them.
    """
    proposal_seed, path_seed = seed.spawn(2)
    target = ScalePosterior(panel)
    rng = np.random.default_rng(path_seed)
    if target.free.any():
        logs, diagnostics = _sample_scales(target, draws, proposal_seed, rng)
    else:
        logs, diagnostics = np.empty((draws, 0)), Diagnostics(0.0, draws, 0, 0)
    scales = target.scales(logs)
    return Posterior(scales, condition_cells(panel, scales, rng), diagnostics)


def _sample_scales(
    target: ScalePosterior,
    draws: int,
    seed: np.random.SeedSequence,
    rng: np.random.Generator,
) -> tuple[Array, Diagnostics]:
    from arviz_stats.base import array_stats

    centre = target.mode()
    spread = np.linalg.inv(target.information(centre))
    sobol = qmc.Sobol(len(centre) + 1, scramble=True, rng=np.random.default_rng(seed))
    for round_ in range(1, ROUNDS + 1):
        count = PROPOSALS * 2 ** (round_ - 1)
        logs = student_t(sobol.random(count), centre, spread)
        proposal = multivariate_t(centre, spread, df=DEGREES)
        ratios = target(logs) - proposal.logpdf(logs)
        # psislw is written for leave-one-out: it smooths the weights exp(-argument).
        # Weights that differ beyond double precision end as not a number: they fail.
        with np.errstate(all="ignore"):
            smooth, khat = array_stats.psislw(-ratios)
        weights = special.softmax(smooth)
        ess = 1.0 / np.square(weights).sum()
        diagnostics = Diagnostics(float(khat), float(ess), count, round_)
        if khat <= KHAT_MAX and ess >= ESS_MIN:
            chosen = systematic(weights, draws, rng)
            return logs[rng.permutation(chosen)], diagnostics
        if np.isnan(ess):
            break
        centre, spread = _refit(logs, weights, spread)
    raise ConvergenceError(_failure(target, centre, diagnostics))


def student_t(uniform: Array, centre: Array, spread: Array) -> Array:
    """Student t points (point, dimension) from uniform ones (point, 1 + dimension)."""
    inside = np.clip(uniform, 1e-12, 1 - 1e-12)
    normal = special.ndtri(inside[:, 1:]) @ np.linalg.cholesky(spread).T
    chi2 = 2 * special.gammaincinv(DEGREES / 2, inside[:, :1])
    return centre + normal / np.sqrt(chi2 / DEGREES)


def _refit(logs: Array, weights: Array, spread: Array) -> tuple[Array, Array]:
    centre = weights @ logs
    apart = logs - centre
    found = (weights * apart.T) @ apart
    return centre, found + 0.1 * spread


def _failure(target: ScalePosterior, centre: Array, diagnostics: Diagnostics) -> str:
    names = [c.name for c in target.panel.components if not c.scale.fixed]
    moved = np.abs(centre - target.centre[target.free]) / target.spread
    return (
        f"{target.panel.name}: importance weights have k-hat {diagnostics.khat:.2f} "
        f"(limit {KHAT_MAX}) and effective size {diagnostics.ess:.0f} of "
        f"{diagnostics.proposals} (at least {ESS_MIN:.0f}); the scale furthest from "
        f"its prior is {names[int(moved.argmax())]!r}. "
        "Tighten its prior in priors.yaml or check the rows it explains."
    )


def systematic(
    weights: Array, draws: int, rng: np.random.Generator
) -> NDArray[np.int_]:
    """Indices drawn with the least noise that keeps them unbiased (systematic)."""
    places = (np.arange(draws) + rng.random()) / draws
    return np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)


def condition_cells(
    panel: Panel, scales: Array, rng: np.random.Generator
) -> dict[str, Array]:
    r"""Draws of the cells given rows and scales, by kind of cell.

    Matheron's rule: :math:`z + \operatorname{cov}(z, y) K^{-1} (y - y_z)` with z a
    prior draw and :math:`y_z` the rows it would have given.

    Parameters
    ----------
    scales : (draw, component)
        One vector per draw; draws that share one share its factorization.
    """
    draws, rows = len(scales), len(panel.rows)
    shape = (len(panel.regions), len(panel.years))
    cells = {name: np.zeros((draws, *shape)) for name in panel.loadings}
    predicted = np.zeros((draws, rows))
    for component, factor, scale in zip(
        panel.components, panel.roots(), scales.T, strict=True
    ):
        if component.over == "rows":
            noise = rng.standard_normal((draws, rows)) @ factor.T
            predicted += scale[:, None] * noise
            continue
        own = shape[0] if component.over == "own" else 1
        path = rng.standard_normal((draws, own, shape[1])) @ factor.T
        cells[component.loading] += scale[:, None, None] * path
    for name, drawn in cells.items():
        weights = panel.weights[name].reshape(rows, -1)
        predicted += drawn.reshape(draws, -1) @ weights.T
    alpha = _solve(panel, scales, panel.values - predicted)
    for component, scale in zip(panel.components, scales.T, strict=True):
        if component.over != "rows":
            cover = panel.cell_cover(component).reshape(-1, rows)
            correction = (np.square(scale)[:, None] * alpha) @ cover.T
            cells[component.loading] += correction.reshape(draws, *shape)
    return cells


def _solve(panel: Panel, scales: Array, residuals: Array) -> Array:
    """K^-1 r for each draw (draw, row), factorizing each distinct K once."""
    distinct, group = np.unique(scales, axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=len(distinct)))
    found = np.empty_like(residuals)
    members = np.split(order, ends[:-1])
    for start in range(0, len(distinct), _CHUNK):
        covers = panel.covariance(distinct[start : start + _CHUNK])
        for cover, drawn in zip(covers, members[start:], strict=False):
            factor = linalg.cho_factor(cover, lower=True, check_finite=False)
            solved = linalg.cho_solve(factor, residuals[drawn].T, check_finite=False)
            found[drawn] = solved.T
    return found
