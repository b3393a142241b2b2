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
from cszt_models.structural.covariance import Covariance, Equations
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]

ODD_ROWS = 3  # named in a message
SEARCH = 5.0  # prior spreads from the median within which the mode is sought
_CHUNK = 64  # scale vectors at once: with fewer, threads wait for the interpreter


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
    size = split.chunk(_CHUNK)
    parts = [
        _log_density(split, flat[start : start + size])
        for start in range(0, len(flat), size)
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
    alpha, precision = leave_one_out(Covariance(panel), scales)
    return alpha / np.sqrt(precision)


@ONE_THREAD
def leave_one_out(split: Covariance, scales: Array) -> tuple[Array, Array]:
    r"""Both sides of a row given all others: :math:`\alpha` and its precision (row).

    Parameters
    ----------
    split
        Covariance of the rows.
    scales : (component)
        Standard deviations.
    """
    panel = split.panel
    try:
        equations = split.equations(scales[None], panel.values[None, :, None])
    except np.linalg.LinAlgError:  # a row without variance of its own left
        inverse = linalg.pinvh(panel.covariance(scales))
        return inverse @ panel.values, np.diagonal(inverse)
    alpha = split.solved(equations)
    impulses = equations.impulses[0]
    shared = impulses @ np.linalg.solve(equations.inner[0], impulses.T)
    precision = np.empty(len(panel.rows))
    for group, solved in zip(split.groups, equations.groups, strict=True):
        back = np.linalg.inv(solved.factor[0])
        to_paths = back.T @ solved.paths[0]
        diagonal = np.square(back).sum(0) - ((to_paths @ shared) * to_paths).sum(1)
        precision[group.rows] = diagonal
    return alpha[0, :, 0], precision


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
        return _density_of(split, split.equations(scales, right))
    except np.linalg.LinAlgError:
        if len(scales) == 1:
            return np.array([-np.inf])
        return np.concatenate([_log_density(split, vector[None]) for vector in scales])


def _density_of(split: Covariance, equations: Equations) -> Array:
    """Log density (vector) from equations whose right-hand side is the rows."""
    rows, factor = len(split.panel.rows), np.linalg.cholesky(equations.inner)
    log_det = equations.log_det + 2 * np.log(np.diagonal(factor, 0, 1, 2)).sum(1)
    idiosyncratic = sum(
        np.square(group.right).sum((1, 2, 3)) for group in equations.groups
    )
    shared = np.square(np.linalg.solve(factor, equations.score)).sum((1, 2))
    return -0.5 * (rows * np.log(2 * np.pi) + log_det + idiosyncratic - shared)


def _gradient(split: Covariance, scales: Array, equations: Equations) -> Array:
    r"""Gradient of the log density in all log scales (component).

    .. math::
        \sigma_k^2 (\alpha' B_k \alpha - \operatorname{tr} K^{-1} B_k), \qquad
        \alpha = K^{-1} y

    where only the blocks of :math:`K^{-1}` within parts and what paths see of it are
    needed. The equations are those of the density of the rows.
    """
    impulses = equations.impulses[0]
    alpha = split.solved(equations)[0, :, 0]
    shared = impulses @ np.linalg.solve(equations.inner[0], impulses.T)  # N
    change = np.zeros(len(scales))
    paths = len(split.unit)
    pull, weights = np.zeros(paths), np.zeros((paths, paths))  # A' alpha, A' E^-1 A
    for group, solved in zip(split.groups, equations.groups, strict=True):
        back, count = np.linalg.inv(solved.factor[0]), len(group.rows)
        to_paths = back.T @ solved.paths[0]  # E^-1 A
        pulled = alpha[group.rows]
        inner_gradient = back.T @ back - to_paths @ shared @ to_paths.T
        inner_gradient = pulled.T @ pulled - count * inner_gradient
        change[split.idiosyncratic] += np.tensordot(group.covers, inner_gradient, 2)
        pull += group.paths.T @ pulled.sum(axis=0)
        weights += count * (group.paths.T @ to_paths)
    seen = np.outer(pull, pull) - (weights - weights @ shared @ weights)
    turned = split.unit.T @ seen @ split.unit
    np.add.at(change, split.of, turned.diagonal())
    return np.square(scales) * change


def fisher_information(split: Covariance, scales: Array) -> Array:
    r"""Fisher information of all log scales (component, component).

    .. math::
        2 \sigma_k^2 \sigma_l^2 \operatorname{tr} K^{-1} B_k K^{-1} B_l

    from matrices of single parts and of paths. With D the inverse of E, which is
    block-diagonal, :math:`N = G (I + S)^{-1} G'` and :math:`C_k` of an own component,

    .. math::
        \operatorname{tr} K^{-1} C_k K^{-1} C_l = \operatorname{tr} D C_k D C_l -
        2 \operatorname{tr} N A' D C_k D C_l D A + \operatorname{tr} N Q_k N Q_l,
        \qquad Q_k = A' D C_k D A

    and the innovations of common components see :math:`(I + S)^{-1} S` of each other
    and :math:`(I + S)^{-1} G' Q_k G (I + S)^{-1}` of own ones.

    Parameters
    ----------
    split
        Covariance of the rows.
    scales : (component)
        Standard deviations.
    """
    rows, components = len(split.panel.rows), len(scales)
    equations = split.equations(scales[None], np.zeros((1, rows, 0)))
    impulses, information = equations.impulses[0], equations.information[0]
    inverse = np.linalg.inv(equations.inner[0])
    shared = impulses @ inverse @ impulses.T  # N
    places = np.flatnonzero(split.idiosyncratic)
    within = np.zeros((len(places), len(places)))
    seen = np.zeros((len(places), len(shared), len(shared)))  # Q
    for group, solved in zip(split.groups, equations.groups, strict=True):
        back = np.linalg.inv(solved.factor[0])
        to_paths = back.T @ solved.paths[0]  # D A
        turned = back.T @ back @ group.covers  # D C
        pulled = group.covers @ to_paths  # C D A
        twice = turned @ to_paths @ shared  # D C D A N
        less = np.einsum("kip,lip->kl", pulled, twice, optimize=True)
        both = np.einsum("kij,lji->kl", turned, turned, optimize=True)
        within += len(group.rows) * (both - less - less.T)
        seen += len(group.rows) * (to_paths.T @ pulled)
    mixed = seen @ shared
    within += np.einsum("kij,lji->kl", mixed, mixed, optimize=True)
    traces = np.zeros((components, components))
    traces[np.ix_(places, places)] = within * np.outer(*2 * [np.square(scales[places])])
    member = np.equal.outer(np.arange(components), split.of).astype(float)
    common = member @ np.square(inverse @ information) @ member.T
    turned = inverse @ impulses.T @ seen @ impulses @ inverse
    across = np.diagonal(turned, 0, 1, 2) @ member.T
    across *= np.square(scales[places])[:, None]
    traces += common
    traces[places] += across
    traces[:, places] += across.T
    return 2 * traces


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
        scales, values = self.scales(logs), self.panel.values
        equations = self.split.equations(scales[None], values[None, :, None])
        try:
            density = _density_of(self.split, equations)[0] + self.log_prior(logs)
        except np.linalg.LinAlgError:  # numbers beyond double precision
            density = -np.inf
        gradient = _gradient(self.split, scales, equations)[self.free]
        gradient -= (logs - self.centre[self.free]) / self.spread**2
        return -float(density), -gradient

    @ONE_THREAD
    def information(self, logs: Array) -> Array:
        """Fisher information of the free log scales plus the prior's precision."""
        fisher = fisher_information(self.split, self.scales(logs))
        return fisher[self.free][:, self.free] + np.diag(self.spread**-2.0)

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
