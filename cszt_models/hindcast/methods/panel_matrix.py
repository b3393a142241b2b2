"""Series of a group as one matrix, and joint errors of pooled forecasts.

Errors of a year have a part that all regions share and a part of each region, whose
variances may differ: a region's is estimated together with that of the group.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cszt_models.hindcast.methods.series import FLOOR, Array, filled

PRIOR_YEARS = 8.0  # years of the group's variance added to those of a region
MIN_DEGREES = 3  # of a Student t whose forecasts have a variance


class PanelMatrix(NamedTuple):
    """Regions (region, year) up to the origin; NaN before a region's first year."""

    regions: tuple[str, ...]
    values: Array


def panel_matrix(series: Mapping[str, Array]) -> PanelMatrix:
    """Series with gaps interpolated, aligned at their last observed year."""
    observed = {region: filled(values) for region, values in series.items()}
    length = max(map(len, observed.values()), default=0)
    values = np.full((len(observed), length), np.nan)
    for row, past in zip(values, observed.values(), strict=True):
        row[length - len(past) :] = past
    return PanelMatrix(tuple(observed), values)


def relative_sizes(errors: Array) -> Array:
    """Size of each region's errors (region) relative to all, shrunk towards 1.

    Parameters
    ----------
    errors : (region, year)
        NaN where there is none.
    """
    seen = np.isfinite(errors)
    squares = np.where(seen, np.square(errors), 0.0)
    overall = squares.sum() / max(seen.sum(), 1)
    if overall <= FLOOR**2:
        return np.ones(len(errors))
    shrunk = (PRIOR_YEARS * overall + squares.sum(1)) / (PRIOR_YEARS + seen.sum(1))
    sizes: Array = np.sqrt(shrunk / overall)
    return sizes


def shared_variance(errors: Array) -> float:
    """Variance of what the errors (region, year) of a year share; 0 if of one region.

    The mean product of two regions' errors of a year.
    """
    seen = np.isfinite(errors)
    values = np.where(seen, errors, 0.0)
    counts = seen.sum(0)
    pairs = (counts * (counts - 1)).sum()
    products = (np.square(values.sum(0)) - np.square(values).sum(0)).sum()
    return max(float(products / pairs), 0.0) if pairs else 0.0


def widening(degrees: int, draws: int, rng: np.random.Generator) -> Array:
    """Factors (draw) that make a Gaussian a Student t.

    Parameters
    ----------
    degrees
        Of freedom; fewer than 3 count as 3.
    """
    degrees = max(degrees, MIN_DEGREES)
    factors: Array = np.sqrt(degrees / rng.chisquare(degrees, draws))
    return factors


def second_moments(errors: Array) -> Array:
    """Mean products of errors (ahead, ahead), completed to a covariance.

    Parameters
    ----------
    errors : (case, ahead)
        NaN where there is none; longer horizons than observed have the error variance
        of the longest.
    """
    horizon = errors.shape[1]
    seen = np.isfinite(errors)
    counts = seen.T.astype(float) @ seen
    known = np.where(seen, errors, 0.0)
    with np.errstate(invalid="ignore"):
        moments = (known.T @ known) / counts
    sizes = np.sqrt(moments.diagonal())
    observed = np.flatnonzero(np.isfinite(sizes))
    if not len(observed):
        return np.eye(horizon)
    sizes = np.interp(np.arange(horizon), observed, sizes[observed])
    moments = np.where(np.isfinite(moments), moments, np.outer(sizes, sizes))
    values, vectors = np.linalg.eigh(moments)
    return (vectors * np.maximum(values, 0)) @ vectors.T
