"""Mixing of chains: R-hat and effective sizes of each scale, and their limits.

References
----------
Vehtari, A., Gelman, A., Simpson, D., Carpenter, B. and Bürkner, P.-C. (2021). Rank-
normalization, folding, and localization: an improved R-hat. *Bayesian Analysis* 16(2),
667-718. https://arxiv.org/abs/1903.08008.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

RHAT_MAX = 1.01  # Vehtari et al. 2021, section 4, as is the next
ESS_MIN = 400.0  # of the bulk and of the tails


class Mixing(NamedTuple):
    """How well the chains agree on one scale."""

    rhat: float
    ess_bulk: float
    ess_tail: float


def largest_rhat(scales: Mapping[str, Mixing]) -> float:
    """Largest R-hat; not a number if any is not."""
    return float(np.max([m.rhat for m in scales.values()], initial=1.0))


def smallest_size(scales: Mapping[str, Mixing], steps: int) -> float:
    """Smallest effective size, of bulk or tails, at most ``steps``; nan if any is."""
    sizes = [size for m in scales.values() for size in m[1:]]
    return float(np.min(sizes, initial=steps))


def agree(rhat: float, ess: float) -> bool:
    """Whether both are within their limits; not if they are no numbers."""
    return rhat <= RHAT_MAX and ess >= ESS_MIN


def worst(scales: Mapping[str, Mixing]) -> str:
    """R-hat and effective size beside their limits, with the scales that mix worst."""
    names, mixing = list(scales), list(scales.values())
    apart = int(np.argmax([m.rhat for m in mixing]))
    short = int(np.argmin([min(m[1:]) for m in mixing]))
    return (
        f"R-hat of {names[apart]!r} is {mixing[apart].rhat:.3f} (limit {RHAT_MAX}), "
        f"effective size of {names[short]!r} is {min(mixing[short][1:]):.0f} (at least "
        f"{ESS_MIN:.0f})"
    )
