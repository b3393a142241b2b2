r"""The ``smc`` engine: scales by sequential Monte Carlo, from prior to posterior.

A population of scale vectors is drawn from the prior and led to the posterior through

.. math:: \pi_\beta(\sigma) \propto p(\sigma)\, p(y \mid \sigma)^\beta, \qquad
    0 = \beta_0 < \dots < \beta_T = 1

with steps of :math:`\beta` that leave the importance weights of each a fixed effective
size. After each step some vectors, chosen by weight, start chains of Metropolis moves
that keep :math:`\pi_\beta`, and all states of the chains are the next population
(waste-free). Moves are proposed alternately far and near: from a Student t fitted to
the population, and around the present state. Nothing rests on a mode or on a shape of
the posterior, so it serves panels on which the ``marginal`` engine fails its gate.
Independent runs are compared: what they disagree on is not known. The mean weights of
the steps multiply to the evidence.

References
----------
Del Moral, P., Doucet, A. and Jasra, A. (2006). Sequential Monte Carlo samplers.
*Journal of the Royal Statistical Society B* 68(3), 411-436.
Dau, H.-D. and Chopin, N. (2022). Waste-free sequential Monte Carlo. *Journal of the
Royal Statistical Society B* 84(1), 114-148. https://doi.org/10.1111/rssb.12475.
Margossian, C. C. et al. (2024). Nested R-hat: assessing the convergence of Markov
chain Monte Carlo when running many short chains. *Bayesian Analysis*.
https://doi.org/10.1214/24-BA1453.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError
from cszt_models.inference import mixing
from cszt_models.inference.mixing import Mixing
from cszt_models.inference.proposals import DEGREES, student_t
from cszt_models.inference.weights import effective_size, normalized, systematic
from cszt_models.structural.likelihood import ScalePosterior, odd_rows
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

RUNS = 4  # independent of each other, whose agreement is the gate
CHAINS = 64  # of each run, moved together
STEPS = 8  # of each chain at every temperature
LAST_STEPS = 32  # of each chain in the first round at the posterior itself
ROUNDS = 4  # tried, each from the population of the last and twice as long
ESS_SHARE = 0.5  # effective size of the weights of a step of beta
BETA_TOLERANCE = 1e-12
NEAR = 2.38  # over the root of the dimension: best size of near moves on a Gaussian
SHORT = 0.4  # and half of them are shorter, for shapes that are not


@dataclass(frozen=True)
class SmcDiagnostics:
    """Whether independent runs agree on the scales.

    ``temperatures`` is their largest number of steps from prior to posterior, and
    ``evidence_error`` the standard error of the log evidence, from its spread over
    runs.
    """

    scales: Mapping[str, Mixing]
    steps: int
    temperatures: int
    evidence_error: float

    @property
    def rhat(self) -> float:
        """Largest R-hat of the runs; not a number if any is not."""
        return mixing.largest_rhat(self.scales)

    @property
    def ess(self) -> float:
        """Smallest effective size, of bulk or tails; not a number if any is not."""
        return mixing.smallest_size(self.scales, self.steps)

    @property
    def passed(self) -> bool:
        """Whether R-hat and effective sizes are within their limits."""
        if not self.scales:  # all are fixed, and nothing was sampled
            return True
        return mixing.agree(self.rhat, self.ess)

    @property
    def failure(self) -> str:
        """The figures beside their limits, naming the scales that mix worst."""
        return mixing.worst(self.scales)


@dataclass(frozen=True)
class SmcPosterior:
    """Draws as of the ``marginal`` engine."""

    scales: Array
    log_likelihood: Array
    diagnostics: SmcDiagnostics
    log_evidence: float


@ONE_THREAD
def sample(panel: Panel, *, draws: int, seed: np.random.SeedSequence) -> SmcPosterior:
    """Draws of a panel's scales; the same seed gives the same bits.

    Parameters
    ----------
    panel
        The specification with its observed rows.
    draws
        Number of draws: different states of the chains, shuffled.
    seed
        Of this panel; other panels get others.

    Raises
    ------
    ConvergenceError
        If the rows have no density, or the runs fail the gate, naming the scales that
        mix worst.
    """
    target = ScalePosterior(panel)
    if not target.free.any():
        return _fixed(target, draws)
    choice_seed, *run_seeds = seed.spawn(1 + RUNS)
    rngs = [np.random.default_rng(run_seed) for run_seed in run_seeds]
    populations = [_tempered(target, rng) for rng in rngs]
    errors = np.array([population.log_evidence for population in populations])
    evidence = float(special.logsumexp(errors) - np.log(RUNS))
    chains, diagnostics = _settled(target, populations, rngs)
    spread = np.exp(errors - evidence).std(ddof=1) / np.sqrt(RUNS)
    diagnostics = replace(diagnostics, evidence_error=float(spread))
    if not diagnostics.passed:
        raise ConvergenceError(
            f"{panel.name}: independent runs disagree: {diagnostics.failure}. "
            f"{odd_rows(panel)} Check them with `cszt check`, tighten the prior in "
            "priors.yaml, or choose the engine nuts."
        )
    rng = np.random.default_rng(choice_seed)
    logs = np.concatenate([population.logs for population in chains])
    density = np.concatenate([population.log_likelihood for population in chains])
    chosen = rng.choice(len(logs), draws, replace=len(logs) < draws)
    scales = target.scales(logs[chosen])
    return SmcPosterior(scales, density[chosen], diagnostics, evidence)


def _fixed(target: ScalePosterior, draws: int) -> SmcPosterior:
    """The posterior of a panel without a free scale."""
    none = np.empty((draws, 0))
    density = np.full(draws, target.log_likelihood(none[0]))
    diagnostics = SmcDiagnostics({}, draws, 0, 0.0)
    return SmcPosterior(target.scales(none), density, diagnostics, float(density[0]))


class _Population(NamedTuple):
    """States of a run's chains at one temperature, one step after the other.

    ``log_evidence`` and ``temperatures`` are those of the way there.
    """

    logs: Array  # (state, free)
    log_likelihood: Array  # (state)
    log_evidence: float = 0.0
    temperatures: int = 0


class _Proposal(NamedTuple):
    """A Student t fitted to weighted states, and the root of their covariance."""

    centre: Array
    spread: Array
    root: Array

    @classmethod
    def of(cls, logs: Array, weights: Array) -> "_Proposal":
        centre = weights @ logs
        apart = logs - centre
        covariance = (weights * apart.T) @ apart
        return cls(centre, covariance, np.linalg.cholesky(covariance))

    def log_density(self, logs: Array) -> Array:
        """Up to a constant."""
        white = np.linalg.solve(self.root, (logs - self.centre).T)
        squares = np.square(white).sum(0) / DEGREES
        return -0.5 * (DEGREES + len(self.centre)) * np.log1p(squares)


def _tempered(target: ScalePosterior, rng: np.random.Generator) -> _Population:
    """A run's population at the posterior."""
    size = target.centre[target.free], target.spread
    logs = rng.normal(*size, (CHAINS * STEPS, len(target.spread)))
    population = _Population(logs, _log_likelihood(target, logs))
    if not np.isfinite(population.log_likelihood).any():
        raise ConvergenceError(
            f"{target.panel.name}: the rows have no density at scales that the priors "
            f"allow. Check the data for impossible values. {odd_rows(target.panel)}"
        )
    beta = 0.0
    while beta < 1:
        step = _step(population.log_likelihood, 1 - beta)
        weights = step * population.log_likelihood
        evidence = population.log_evidence + float(
            special.logsumexp(weights) - np.log(len(weights))
        )
        beta = 1.0 if step == 1 - beta else beta + step
        temperatures = population.temperatures + 1
        moved = _moved(target, population, normalized(weights), beta, rng)
        population = moved._replace(log_evidence=evidence, temperatures=temperatures)
    return population


def _log_likelihood(target: ScalePosterior, logs: Array) -> Array:
    """Of the rows (state); minus infinity where it is beyond double precision."""
    with np.errstate(over="ignore", invalid="ignore"):
        density = target.log_likelihood(logs)
    return np.where(np.isnan(density), -np.inf, density)


def _step(log_likelihood: Array, rest: float) -> float:
    """The step of beta, at most the rest, that keeps a share of the effective size."""
    known = log_likelihood[np.isfinite(log_likelihood)]

    def surplus(step: float) -> float:
        return effective_size(normalized(step * known)) - ESS_SHARE * len(known)

    if surplus(rest) >= 0:
        return rest
    from scipy import optimize  # slow to import, and not needed for stored fits

    return float(optimize.brentq(surplus, 0.0, rest, xtol=BETA_TOLERANCE))


def _moved(
    target: ScalePosterior,
    population: _Population,
    weights: Array,
    beta: float,
    rng: np.random.Generator,
    steps: int = STEPS,
) -> _Population:
    """Chains that keep the posterior at a temperature, from states chosen by weight."""
    proposal = _Proposal.of(population.logs, weights)
    at = systematic(weights, CHAINS, rng)
    logs, likelihood = population.logs[at], population.log_likelihood[at]
    prior, far = target.log_prior(logs), proposal.log_density(logs)
    size = NEAR / np.sqrt(len(proposal.centre))
    states: list[tuple[Array, Array]] = []
    for step in range(steps):
        uniform = rng.random((CHAINS, 2 + logs.shape[1]))
        if step % 2:
            sizes = np.where(uniform[:, :1] < 0.5, size, SHORT * size)
            normal = special.ndtri(np.clip(uniform[:, 2:], 1e-12, 1 - 1e-12))
            new = logs + sizes * (normal @ proposal.root.T)
        else:
            new = student_t(uniform[:, 1:], proposal.centre, proposal.spread)
        new_likelihood = _log_likelihood(target, new)
        new_prior, new_far = target.log_prior(new), proposal.log_density(new)
        ratio = beta * (new_likelihood - likelihood) + new_prior - prior
        ratio += 0.0 if step % 2 else far - new_far
        accepted = np.log(rng.random(CHAINS)) < ratio
        logs = np.where(accepted[:, None], new, logs)
        likelihood, prior, far = (
            np.where(accepted, *both)
            for both in (
                (new_likelihood, likelihood),
                (new_prior, prior),
                (new_far, far),
            )
        )
        states.append((logs, likelihood))
    moved, densities = zip(*states, strict=True)
    return population._replace(
        logs=np.concatenate(moved), log_likelihood=np.concatenate(densities)
    )


def _settled(
    target: ScalePosterior,
    populations: Sequence[_Population],
    rngs: Sequence[np.random.Generator],
) -> tuple[list[_Population], SmcDiagnostics]:
    """Chains of all runs at the posterior, longer until they pass the gate."""
    chains = list(populations)
    for round_ in range(ROUNDS):
        steps = LAST_STEPS * 2**round_
        for n, rng in enumerate(rngs):
            even = np.full(len(chains[n].logs), 1 / len(chains[n].logs))
            chains[n] = _moved(target, chains[n], even, 1.0, rng, steps)
        diagnostics = _gate(target, chains)
        if diagnostics.passed:
            break
    return chains, diagnostics


def _gate(target: ScalePosterior, chains: Sequence[_Population]) -> SmcDiagnostics:
    """R-hat of each scale over runs, and its effective sizes over all their chains."""
    from arviz_stats.base import array_stats

    names = [c.name for c in target.panel.components if not c.scale.fixed]
    logs = np.array([run.logs for run in chains])  # run, state, free
    steps = logs.reshape(RUNS, -1, CHAINS, len(names))
    scales = {}
    for n, name in enumerate(names):
        each = steps[..., n].swapaxes(1, 2).reshape(RUNS * CHAINS, -1)
        with np.errstate(all="ignore"):  # a scale that never moves is not a number
            scales[name] = Mixing(
                float(array_stats.rhat(logs[..., n])),
                float(array_stats.ess(each)),
                float(array_stats.ess(each, method="tail", prob=(0.05, 0.95))),
            )
    temperatures = max(run.temperatures for run in chains)
    return SmcDiagnostics(scales, logs[..., 0].size, temperatures, 0.0)
