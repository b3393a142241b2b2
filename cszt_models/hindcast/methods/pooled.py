r"""Pooled autoregression of a group of regions, with shrunk means and year shocks.

A rate, or the yearly change of a level, of region i in year t follows

.. math:: y_{it} = \mu + b_i + \phi y_{i,t-1} + c_t + e_{it}, \quad
    b_i \sim N(0, \tau_b^2), \; c_t \sim N(0, \tau_c^2), \; e_{it} \sim N(0, \sigma_i^2)

Variances are estimated by expectation-maximization; coefficients are drawn from their
Gaussian posterior given these, and years ahead simulated with shocks in common.

References
----------
Robinson, G. K. (1991). That BLUP is a good thing. *Statistical Science* 6(1), 15-32.
https://doi.org/10.1214/ss/1177011926.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cszt_models.hindcast.methods.panel_matrix import (
    panel_matrix,
    relative_sizes,
    widening,
)
from cszt_models.hindcast.methods.series import FLOOR, Array, Paths

ROUNDS = 60  # of expectation-maximization
MAX_SLOPE = 0.99  # of the autoregression; beyond 1 it would explode
COMMON = 2  # coefficients of all regions: mean and slope


class PanelAutoregression(NamedTuple):
    """Estimates: coefficients with covariance, and standard deviations of shocks.

    ``mean`` and ``cover`` are of (mu, phi, b of each region); ``sizes`` is (region).
    """

    mean: Array
    cover: Array
    year_size: float
    sizes: Array
    years: int


def pooled_autoregression(
    series: Mapping[str, Array],
    rate: bool,
    horizon: int,
    draws: int,
    rng: np.random.Generator,
) -> Paths:
    """AR(1) of all regions of a group together.

    Parameters
    ----------
    series : by region (year)
        Observed values; missing years are interpolated.
    rate
        Whether values are yearly rates, or levels.
    horizon
        Years ahead.
    """
    panel = panel_matrix(series)
    changes = panel.values if rate else np.diff(panel.values, axis=1)
    if changes.shape[1] < 1:
        changes = np.zeros((len(panel.regions), 1))
    changes = _with_start(changes)
    fit = estimate(changes)
    paths = _simulate(fit, changes, horizon, draws, rng)
    if not rate:
        paths = panel.values[:, -1, None] + np.cumsum(paths, axis=2)
    return {region: paths[:, n] for n, region in enumerate(panel.regions)}


def _with_start(changes: Array) -> Array:
    """Changes with the mean of the group where a region has none at the origin."""
    last = changes[:, -1]
    mean = np.nanmean(last) if np.isfinite(last).any() else 0.0
    return np.column_stack([changes[:, :-1], np.where(np.isfinite(last), last, mean)])


def estimate(changes: Array) -> PanelAutoregression:
    """Fit the autoregression to (region, year); NaN where there is no value.

    With fewer pairs of years than coefficients that are common, values are taken as
    independent around their mean.
    """
    count = len(changes)
    before, after = changes[:, :-1], changes[:, 1:]
    places, years = np.nonzero(np.isfinite(before) & np.isfinite(after))
    if len(places) <= COMMON:
        return _without_slope(changes)
    labels, year = np.unique(years, return_inverse=True)
    design = np.zeros((len(places), COMMON + count + len(labels)))
    rows = np.arange(len(places))
    design[:, 0] = 1.0
    design[:, 1] = before[places, years]
    design[rows, COMMON + places] = 1.0
    design[rows, COMMON + count + year] = 1.0
    target = after[places, years]
    groups = (slice(COMMON, COMMON + count), slice(COMMON + count, None))
    mean, cover, variances = _expectation_maximization(design, target, groups)
    errors = np.full((count, len(labels)), np.nan)
    errors[places, year] = target - design @ mean
    coefficients = slice(0, COMMON + count)
    return PanelAutoregression(
        mean[coefficients],
        cover[coefficients, coefficients],
        float(np.sqrt(variances[1])),
        np.sqrt(variances[2]) * relative_sizes(errors),
        len(labels),
    )


def _expectation_maximization(
    design: Array, target: Array, groups: tuple[slice, slice]
) -> tuple[Array, Array, Array]:
    """Posterior mean and covariance, with variances (region, year, error)."""
    products, right = design.T @ design, design.T @ target
    spread = max(float(target.var()), FLOOR)
    variances = np.array([0.1, 0.3, 0.6]) * spread
    penalty = np.zeros(len(products))
    # the common coefficients have a vague prior, in units of the data
    penalty[:COMMON] = FLOOR
    for _ in range(ROUNDS):
        for group, variance in zip(groups, variances, strict=False):
            penalty[group] = variances[2] / max(variance, FLOOR * spread)
        inverse = np.linalg.inv(products + np.diag(penalty))
        mean = inverse @ right
        cover = variances[2] * inverse
        errors = target - design @ mean
        used = len(mean) - float(penalty @ np.diagonal(inverse))
        error = float(errors @ errors) / max(len(target) - used, 1.0)
        effects = [
            float(np.square(mean[group]).mean() + np.diagonal(cover)[group].mean())
            for group in groups
        ]
        variances = np.maximum([*effects, error], FLOOR * spread)
    return mean, cover, variances


def _without_slope(changes: Array) -> PanelAutoregression:
    seen = changes[np.isfinite(changes)]
    mean = np.zeros(COMMON + len(changes))
    mean[0] = seen.mean() if len(seen) else 0.0
    size = float(seen.std()) if len(seen) > 1 else 1.0
    cover = np.zeros((len(mean), len(mean)))
    cover[0, 0] = size**2 / max(len(seen), 1)
    return PanelAutoregression(mean, cover, 0.0, np.full(len(changes), size), 1)


def _simulate(
    fit: PanelAutoregression,
    changes: Array,
    horizon: int,
    draws: int,
    rng: np.random.Generator,
) -> Array:
    """Changes (draw, region, ahead)."""
    values, vectors = np.linalg.eigh(fit.cover)
    root = vectors * np.sqrt(np.maximum(values, 0))
    wide = widening(fit.years - COMMON, draws, rng)[:, None]
    drawn = fit.mean + wide * (rng.standard_normal((draws, len(root))) @ root.T)
    slope = np.clip(drawn[:, 1:COMMON], -MAX_SLOPE, MAX_SLOPE)
    offsets = drawn[:, :1] + drawn[:, COMMON:]
    # where the slope was bounded, the mean level is kept
    offsets = offsets + (drawn[:, 1:COMMON] - slope) * np.nanmean(changes)
    paths = np.empty((draws, len(changes), horizon))
    last = np.broadcast_to(changes[:, -1], (draws, len(changes)))
    for h in range(horizon):
        common = fit.year_size * rng.standard_normal((draws, 1))
        noise = fit.sizes * rng.standard_normal((draws, len(changes)))
        last = offsets + slope * last + wide * (common + noise)
        paths[:, :, h] = last
    return paths
