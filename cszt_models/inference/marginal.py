r"""The ``marginal`` engine: states integrated out, scales by importance sampling.

Given the scales everything is Gaussian, so the likelihood of the few scales is a dense
Gaussian density and the states follow by conditioning. The scales are sampled from a
Student t (a scrambled Sobol sequence) and weighted by Pareto-smoothed importance
sampling, whose shape k-hat says whether the weights can be trusted. A pilot round is
proposed around the mode, with the Fisher information as precision; the rounds that
count are proposed around the mean and covariance of the round before, for a scale that
may be zero has a long low tail of which the mode knows nothing. States come by
conditioning joint prior draws (Matheron's rule), which keeps every component's share
of a cell.

References
----------
Vehtari, A., Simpson, D., Gelman, A., Yao, Y. and Gabry, J. (2024). Pareto smoothed
importance sampling. *Journal of Machine Learning Research* 25(72).
https://arxiv.org/abs/1507.02646.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError
from cszt_models.inference.proposals import DEGREES, student_t
from cszt_models.inference.weights import effective_size, systematic
from cszt_models.structural.likelihood import (
    ScalePosterior,
    log_likelihood,
    odd_rows,
)
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

PILOT = 256  # scale vectors of the pilot; powers of two
PROPOSALS = 512  # of the first round that counts
KHAT_MAX = 0.7  # Vehtari et al. 2024, section 3.2.4
ESS_MIN = 100.0  # scale vectors effectively used
ROUNDS = 4  # tried after the pilot, each refitted to the last and twice as large


@dataclass(frozen=True)
class Diagnostics:
    """Whether the importance weights can be trusted."""

    khat: float
    ess: float
    proposals: int
    rounds: int

    @property
    def passed(self) -> bool:
        """Whether k-hat and effective size are within their limits."""
        if not self.proposals:  # all scales are fixed, and nothing was weighted
            return True
        return self.khat <= KHAT_MAX and self.ess >= ESS_MIN  # false if not a number

    @property
    def failure(self) -> str:
        """The figures beside their limits."""
        return (
            f"importance weights have k-hat {self.khat:.2f} (limit {KHAT_MAX}) and "
            f"effective size {self.ess:.0f} of {self.proposals} (at least "
            f"{ESS_MIN:.0f})"
        )


@dataclass(frozen=True)
class Posterior:
    """Draws of the scales (draw, component), fixed ones included.

    ``log_likelihood`` (draw) is that of the rows given the scales, and ``log_evidence``
    that of the rows over the prior of the free scales.
    """

    scales: Array
    log_likelihood: Array
    diagnostics: Diagnostics
    log_evidence: float


@ONE_THREAD
def sample(panel: Panel, *, draws: int, seed: np.random.SeedSequence) -> Posterior:
    """Draws from the posterior of a panel's scales; the same seed gives the same bits.

    Parameters
    ----------
    panel
        The specification with its observed rows.
    draws
        Number of draws, of which many share one vector of scales.
    seed
        Of this panel; other panels get others.

    Raises
    ------
    ConvergenceError
        If the weights fail the gate, naming the scale that moves most under them.
    """
    target = ScalePosterior(panel)
    if not target.free.any():
        fixed = target.scales(np.empty((draws, 0)))
        log_densities = np.full(draws, log_likelihood(panel, fixed[0]))
        evidence = float(log_densities[0])
        return Posterior(fixed, log_densities, Diagnostics(0.0, draws, 0, 0), evidence)
    proposal_seed, choice_seed = seed.spawn(2)
    weighted, diagnostics = _weighted(target, proposal_seed)
    rng = np.random.default_rng(choice_seed)
    chosen = rng.permutation(systematic(weighted.weights, draws, rng))
    scales = target.scales(weighted.points[chosen])
    log_densities = weighted.log_likelihood[chosen]
    return Posterior(scales, log_densities, diagnostics, weighted.log_evidence)


class _Weighted(NamedTuple):
    """Points (point, free) in log scales with what is known of each (point)."""

    points: Array
    weights: Array  # sum to 1
    log_likelihood: Array
    log_evidence: float  # log mean of the smoothed importance ratios


def _weighted(
    target: ScalePosterior, seed: np.random.SeedSequence
) -> tuple[_Weighted, Diagnostics]:
    from arviz_stats.base import array_stats
    from scipy.stats import multivariate_t, qmc

    centre = target.mode()
    spread = np.linalg.inv(target.information(centre))
    sobol = qmc.Sobol(len(centre) + 1, scramble=True, rng=np.random.default_rng(seed))
    for round_ in range(ROUNDS + 1):
        count = PROPOSALS * 2 ** (round_ - 1) if round_ else PILOT
        logs = student_t(sobol.random(count), centre, spread)
        proposal = multivariate_t(centre, spread, df=DEGREES)
        density = target(logs)
        ratios = density - proposal.logpdf(logs)
        # psislw is written for leave-one-out: it smooths the weights exp(-argument).
        # Weights that differ beyond double precision end as not a number: they fail.
        with np.errstate(all="ignore"):
            smooth, khat = array_stats.psislw(-ratios)
        weights = special.softmax(smooth)
        ess = effective_size(weights, total=1.0)
        diagnostics = Diagnostics(float(khat), ess, count, round_)
        if round_ and diagnostics.passed:
            log_densities = density - target.log_prior(logs)
            # no middling ratio is smoothed, and what is taken off it is off all
            middle = np.argsort(ratios)[count // 2]
            evidence = float(ratios[middle] - smooth[middle] - np.log(count))
            return _Weighted(logs, weights, log_densities, evidence), diagnostics
        if np.isnan(ess):
            break
        centre, spread = _refit(logs, weights, spread)
    raise ConvergenceError(_failure(target, centre, diagnostics))


def _refit(logs: Array, weights: Array, spread: Array) -> tuple[Array, Array]:
    centre = weights @ logs
    apart = logs - centre
    covariance = (weights * apart.T) @ apart
    return centre, covariance + 0.1 * spread


def _failure(target: ScalePosterior, centre: Array, diagnostics: Diagnostics) -> str:
    names = [c.name for c in target.panel.components if not c.scale.fixed]
    moved = np.abs(centre - target.centre[target.free]) / target.spread
    return (
        f"{target.panel.name}: {diagnostics.failure}; the scale furthest from its "
        f"prior is {names[int(moved.argmax())]!r}. {odd_rows(target.panel)} "
        "Check them with `cszt check`, or tighten the prior in priors.yaml."
    )
