r"""Likelihood: density of a panel's rows given its scales, and the scales' posterior.

The states are integrated out exactly, so that the density is that of one dense Gaussian
whose covariance is linear in the squared scales.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError
from cszt_models.structural.covariance import Covariance
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

ODD_ROWS = 3  # named in a message
SEARCH = 5.0  # prior spreads from the median within which the mode is sought
_CHUNK = 32  # scale vectors at once: more than these fall out of cache


@ONE_THREAD
def log_likelihood(panel: Panel, scales: Array) -> Array:
    r"""Log density of the observed rows for scales (..., component).

    .. math:: -\tfrac12 (n \ln 2\pi + \ln|K| + y' K^{-1} y)

    Minus infinity where K is not positive definite in double precision: scales so far
    apart that some row has no variance of its own left.
    """
    return _log_densities(Covariance(panel), scales)


def _log_densities(split: Covariance, scales: Array) -> Array:
    flat = np.reshape(scales, (-1, np.shape(scales)[-1]))
    parts = [
        _log_density(split, flat[start : start + _CHUNK])
        for start in range(0, len(flat), _CHUNK)
    ]
    return np.concatenate(parts).reshape(np.shape(scales)[:-1])


@ONE_THREAD
def leave_one_out_scores(panel: Panel, scales: Array) -> Array:
    r"""Standardised error of each row predicted from all others (row).

    .. math:: \alpha_i / \sqrt{(K^{-1})_{ii}}, \qquad \alpha = K^{-1} y

    Parameters
    ----------
    panel
        Specification and rows.
    scales : (component)
        Standard deviations of its components.

    References
    ----------
    Rasmussen, C. E. and Williams, C. K. I. (2006). *Gaussian Processes for Machine
    Learning*, equation 5.12. MIT Press.
    """
    precision = linalg.pinvh(panel.covariance(scales))
    return np.asarray(precision @ panel.values / np.sqrt(np.diagonal(precision)))


@ONE_THREAD
def odd_rows(panel: Panel) -> str:
    """Sentence on the rows furthest from what the others lead to expect.

    By their leave-one-out scores with scales at the medians of their priors.
    """
    scales = np.array([component.scale.median for component in panel.components])
    scores = leave_one_out_scores(panel, scales)
    order = np.argsort(-np.abs(scores))[:ODD_ROWS]
    rows = [
        f"{panel.rows[n].region} {panel.rows[n].year} ({scores[n]:+.1f} sd)"
        for n in order
    ]
    return f"Its oddest figures are those of {', '.join(rows)}."


def _log_density(split: Covariance, scales: Array) -> Array:
    values = split.panel.values
    right = np.broadcast_to(values[:, None], (len(scales), len(values), 1))
    try:
        equations = split.equations(scales, right)
        inner = np.eye(equations.information.shape[1]) + equations.information
        factor = np.linalg.cholesky(inner)
    except np.linalg.LinAlgError:
        if len(scales) == 1:
            return np.array([-np.inf])
        return np.concatenate([_log_density(split, vector[None]) for vector in scales])
    log_det = equations.log_det + 2 * np.log(np.diagonal(factor, 0, 1, 2)).sum(1)
    idiosyncratic = sum(np.square(part.right).sum((1, 2)) for part in equations.parts)
    shared = np.square(np.linalg.solve(factor, equations.score)).sum((1, 2))
    return -0.5 * (len(values) * np.log(2 * np.pi) + log_det + idiosyncratic - shared)


def _gradient(split: Covariance, scales: Array) -> Array:
    r"""Gradient of the log density in all log scales (component).

    .. math::
        \sigma_k^2 (\alpha' B_k \alpha - \operatorname{tr} K^{-1} B_k), \qquad
        \alpha = K^{-1} y

    where only the blocks of :math:`K^{-1}` within parts and what paths see of it are
    needed.
    """
    values = split.panel.values
    equations = split.equations(scales[None], values[None, :, None])
    inner = np.eye(equations.information.shape[1]) + equations.information[0]
    mean = np.linalg.solve(inner, equations.score[0])
    alpha = split.alpha(equations, mean[None])[0, :, 0]
    shared = equations.impulses[0] @ np.linalg.solve(
        inner, equations.impulses[0].T
    )  # N
    change = np.zeros(len(scales))
    paths = len(split.unit)
    pull, weights = np.zeros(paths), np.zeros((paths, paths))  # A' alpha, A' E^-1 A
    for part, solved in zip(split.parts, equations.parts, strict=True):
        back = np.linalg.inv(solved.factor[0])
        to_paths = back.T @ solved.paths[0]  # E^-1 A
        inner_gradient = np.outer(alpha[part.rows], alpha[part.rows])
        inner_gradient -= back.T @ back - to_paths @ shared @ to_paths.T
        change[split.idiosyncratic] += np.tensordot(part.covers, inner_gradient, 2)
        pull += part.paths.T @ alpha[part.rows]
        weights += part.paths.T @ to_paths
    seen = np.outer(pull, pull) - (weights - weights @ shared @ weights)
    turned = split.unit.T @ seen @ split.unit
    np.add.at(change, split.of, turned.diagonal())
    return np.square(scales) * change


class ScalePosterior:
    """Log posterior of a panel's free log scales, with gradient and information."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        priors = [component.scale for component in panel.components]
        self.free = np.array([not prior.fixed for prior in priors])
        self.centre = np.log([prior.median for prior in priors])
        self.spread = np.array([prior.spread for prior in priors])[self.free]

    @cached_property
    def split(self) -> Covariance:
        """Covariance of the rows, which the prior alone does not need."""
        return Covariance(self.panel)

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

    @ONE_THREAD
    def log_likelihood(self, logs: Array) -> Array:
        """Log density of the observed rows for free log scales (..., free)."""
        return _log_densities(self.split, self.scales(logs))

    def __call__(self, logs: Array) -> Array:
        """Log posterior density, up to the evidence."""
        return self.log_prior(logs) + self.log_likelihood(logs)

    @ONE_THREAD
    def slope(self, logs: Array) -> tuple[float, Array]:
        """Negative log posterior and its gradient at one point."""
        scales = self.scales(logs)
        density = _log_density(self.split, scales[None])[0] + self.log_prior(logs)
        gradient = _gradient(self.split, scales)[self.free]
        gradient -= (logs - self.centre[self.free]) / self.spread**2
        return -float(density), -gradient

    @ONE_THREAD
    def information(self, logs: Array) -> Array:
        """Fisher information of the free log scales plus the prior's precision."""
        scales = self.scales(logs)
        factor = linalg.cho_factor(self.panel.covariance(scales), lower=True)
        covers = self.panel.covers[self.free]
        solved = np.array([linalg.cho_solve(factor, cover) for cover in covers])
        solved *= np.square(scales[self.free])[:, None, None]
        fisher = 2 * np.einsum("aij,bji->ab", solved, solved, optimize=True)
        return fisher + np.diag(self.spread**-2.0)

    @ONE_THREAD
    def mode(self) -> Array:
        """Free log scales of highest posterior density.

        Raises
        ------
        ConvergenceError
            If the search does not end, naming the panel.
        """
        from scipy import optimize  # slow to import, and not needed for stored fits

        start = self.centre[self.free]
        reach = SEARCH * self.spread
        optimum = optimize.minimize(
            self.slope,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds(start - reach, start + reach),
            options={"maxiter": 500},
        )
        if not np.isfinite(optimum.fun):
            raise ConvergenceError(
                f"{self.panel.name}: no mode of the scales was found "
                f"({optimum.message}). Check the data for impossible values."
            )
        return np.asarray(optimum.x, dtype=float)
