"""Proposals: points of a multivariate Student t from uniform numbers."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

DEGREES = 6.0  # of freedom: heavier tails than the posterior's


def student_t(uniform: Array, centre: Array, spread: Array) -> Array:
    """Student t points (point, dimension) of `DEGREES` degrees of freedom.

    Parameters
    ----------
    uniform : (point, 1 + dimension)
        Uniform numbers.
    centre : (dimension)
    spread : (dimension, dimension)
        Scale matrix.
    """
    inside = np.clip(uniform, 1e-12, 1 - 1e-12)
    normal = special.ndtri(inside[:, 1:]) @ np.linalg.cholesky(spread).T
    chi2 = 2 * special.gammaincinv(DEGREES / 2, inside[:, :1])
    return centre + normal / np.sqrt(chi2 / DEGREES)
