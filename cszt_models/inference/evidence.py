r"""Evidence: density of the rows with the scales integrated out, from posterior draws.

.. math:: p(y) = \int p(y \mid \sigma)\, p(\sigma)\, d\sigma

It weighs forms of a model against each other: two forms with equal prior weights have
posterior weights in the ratio of their evidence.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from cszt_models.inference.proposals import DEGREES, student_t
from cszt_models.structural.likelihood import ScalePosterior

Array = NDArray[np.float64]

TOLERANCE = 1e-10  # of the log evidence, between two iterations
ITERATIONS_MAX = 1000


def bridge_sampling(
    target: ScalePosterior, logs: Array, *, ess: float, seed: np.random.SeedSequence
) -> float:
    r"""Log evidence by bridge sampling between the posterior and a Student t.

    The Student t is fitted to the first half of the draws; the second half and as many
    points of it enter the iteration of the optimal bridge,

    .. math::
        \hat p \leftarrow
        \frac{\tfrac1n \sum_j l_j / (s_1 l_j + s_2 \hat p)}
        {\tfrac1m \sum_i 1 / (s_1 l_i + s_2 \hat p)}

    with :math:`l` the unnormalized posterior density over that of the Student t, at its
    points in the numerator and at the draws in the denominator, and :math:`s_1, s_2`
    the shares of draws, by their effective number, and of points.

    Parameters
    ----------
    target
        Log density of the free log scales.
    logs : (draw, free)
        Draws from it, in any order.
    ess
        Their effective number.
    seed
        Of the points.

    Returns
    -------
    float
        Not a number if the iteration does not end.

    References
    ----------
    Meng, X.-L. and Wong, W. H. (1996). Simulating ratios of normalizing constants via
    a simple identity: a theoretical exploration. *Statistica Sinica* 6(4), 831-860.
    Gronau, Q. F. et al. (2017). A tutorial on bridge sampling. *Journal of Mathematical
    Psychology* 81, 80-97. https://doi.org/10.1016/j.jmp.2017.09.005.
    """
    from scipy.stats import multivariate_t

    fitted, used = logs[::2], logs[1::2]
    centre = fitted.mean(0)
    covariance = np.cov(fitted.T).reshape(len(centre), -1)
    spread = covariance * (DEGREES - 2) / DEGREES
    proposal = multivariate_t(centre, spread, df=DEGREES)
    rng = np.random.default_rng(seed)
    points = student_t(rng.random((len(used), 1 + len(centre))), centre, spread)
    at_draws, at_points = (
        target(where) - proposal.logpdf(where) for where in (used, points)
    )
    size = max(min(ess / 2, len(used)), 1.0)
    shares = np.log([size, len(points)]) - np.log(size + len(points))
    evidence = float(special.logsumexp(at_points) - np.log(len(points)))
    for _ in range(ITERATIONS_MAX):
        before, ground = evidence, shares[1] + evidence
        from_points = at_points - np.logaddexp(shares[0] + at_points, ground)
        from_draws = -np.logaddexp(shares[0] + at_draws, ground)
        evidence = float(
            special.logsumexp(from_points)
            - np.log(len(points))
            - special.logsumexp(from_draws)
            + np.log(len(used))
        )
        if abs(evidence - before) <= TOLERANCE:
            return evidence
    return np.nan
