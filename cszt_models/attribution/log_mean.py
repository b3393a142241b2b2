r"""Exact additive decomposition of differences of levels, shares and averages (LMDI).

A level :math:`L_i = \exp \sum_k x_{ik} / 100` differs from its reference by

.. math::
    L_i - L_i^* = \sum_k \Lambda(L_i, L_i^*) \frac{x_{ik} - x_{ik}^*}{100}, \qquad
    \Lambda(a, b) = \frac{a - b}{\ln a - \ln b}

with the logarithmic mean :math:`\Lambda` (the additive LMDI-I of Ang 2005), which
leaves no residual and does not depend on the order of the factors k. A mean of members
:math:`S = \sum_i w_i s_i` differs by the Shapley value of its two factors,

.. math::
    S - S^* = \sum_i \bar w_i (s_i - s_i^*) + \sum_i (\bar s_i - \bar S)(w_i - w_i^*)

with bars for the mean of outcome and reference. Subtracting :math:`\bar S` changes no
sum, since weights sum to one.

References
----------
Ang, B. W. (2005). The LMDI approach to decomposition analysis: a practical guide.
*Energy Policy* 33(7), 867-871. https://doi.org/10.1016/j.enpol.2003.10.010
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def log_mean(a: Array, b: Array) -> Array:
    """Logarithmic mean of positive numbers; their value where they are equal.

    Examples
    --------
    >>> log_mean(np.array([1.0, 4.0]), np.array([np.e, 4.0])).round(4).tolist()
    [1.7183, 4.0]
    """
    a, b = np.broadcast_arrays(a, b)
    apart = np.log(a / b)
    close = np.abs(apart) < 1e-8
    safe = np.where(close, 1.0, apart)
    # near equality the mean is the geometric one, to a relative 1e-17
    return np.where(close, np.sqrt(a * b), (a - b) / safe)


def product_terms(outcome: Array, reference: Array) -> Array:
    """Term of each factor and member in the difference of their levels.

    Parameters
    ----------
    outcome : (..., member, factor)
        Log factors in log points (100 times the log); a level is exp of their sum.
    reference : (member, factor)

    Returns
    -------
    (..., member, factor)
        In the level's unit; the sum over factors is a member's difference.
    """
    levels = [np.exp(x.sum(axis=-1) / 100) for x in (outcome, reference)]
    return log_mean(*levels)[..., None] * (outcome - reference) / 100


def mean_terms(
    outcome: tuple[Array, Array], reference: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Terms of members' values and weights in the difference of their weighted mean.

    Parameters
    ----------
    outcome, reference
        Values and weights (..., member); weights sum to one over the members.

    Returns
    -------
    values, weights : (..., member)
        Both together sum to the difference.
    """
    (s, w), (s0, w0) = outcome, reference
    centre = ((s * w).sum(axis=-1) + (s0 * w0).sum(axis=-1))[..., None] / 2
    return (w + w0) / 2 * (s - s0), ((s + s0) / 2 - centre) * (w - w0)


def average_growth_terms(terms: Array, outcome: Array, reference: Array) -> Array:
    """Terms of yearly growth turned into terms of the geometric mean over the years.

    Parameters
    ----------
    terms : (..., year, term)
        Sum to outcome less reference in each year, points.
    outcome, reference : (..., year)
        Growth in percent.

    Returns
    -------
    (..., year, term)
        Their sum over years and terms is the difference of the geometric means.
    """
    grown = [1 + rates / 100 for rates in (outcome, reference)]
    inner = log_mean(*grown)
    means = [np.exp(np.log(g).mean(axis=-1)) for g in grown]
    outer = log_mean(*means)[..., None] / inner / terms.shape[-2]
    return outer[..., None] * terms


def at_gap(terms: Array, gap: float) -> Array:
    """Terms of one gap, from terms that add up to the gap of each draw.

    Each term is the linear projection on the gap, over draws, at the given gap, so that
    terms of the median add up to the median. Where all draws have one gap, their
    mean.

    Parameters
    ----------
    terms : (draw, term)
    gap
        Sum of the terms.

    Examples
    --------
    >>> at_gap(np.array([[1.0, 1.0], [3.0, 2.0]]), 2.0).round(6).tolist()
    [1.0, 1.0]
    """
    gaps = terms.sum(axis=1)
    apart = gaps - gaps.mean()
    spread = float(apart @ apart)
    values = terms.mean(axis=0)
    if spread > (1e-9 * max(1.0, float(np.abs(gaps).max()))) ** 2 * len(gaps):
        values = values + (apart @ terms) / spread * (gap - gaps.mean())
    return np.asarray(values)
