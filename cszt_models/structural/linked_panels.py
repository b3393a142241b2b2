"""Panels with linked innovations: where the links are, and Gauss-Seidel sweeps."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.errors import ConvergenceError
from cszt_models.structural.covariance import Covariance, Equations
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]
Places = NDArray[np.int_]

SWEEPS = 200


def linked(panel: Panel) -> list[tuple[str, int]]:
    """Kind and year of every innovation that other panels share, told of or not."""
    labels = [link for c in panel.components if c.link for link in panel.links(c)]
    return [label for label in labels if label]


def require_paths(splits: Sequence[Covariance], correlation: Array) -> None:
    """Refuse a linked panel whose rows have no variance of their own.

    Raises
    ------
    ValueError
        Naming the panel.
    """
    for n, split in enumerate(splits):
        singular = split.idiosyncratic.all() and np.delete(correlation[n], n).any()
        if singular and any(c.link for c in split.panel.components):
            raise ValueError(
                f"{split.panel.name}: its rows have no variance of their own, so its "
                "innovations cannot be linked. Give it a measurement error."
            )


class LinkPlaces(NamedTuple):
    """Linked innovations of one panel: where they are among those of all panels."""

    mine: Places  # those that its rows hold, in its own equations
    observed: Places  # the same, among those that any panel holds
    all: Places  # all of `linked` there, -1 where no panel holds one

    def summed(self, columns: Array, size: int, axis: int = 1) -> Array:
        """Sums of the columns of `observed` that are of one innovation, 0 for others.

        Forms of a panel share innovations, and a vector has one form: the columns of
        the others are 0.

        Parameters
        ----------
        columns
            With those of ``mine`` along the axis.
        size
            Number of innovations that any panel holds.
        axis
            Of the columns, and in the result of the innovations.
        """
        shape = list(columns.shape)
        shape[axis] = size
        total = np.zeros(shape)
        to, of = np.moveaxis(total, axis, 0), np.moveaxis(columns, axis, 0)
        for place, column in zip(self.observed, of, strict=True):
            to[place] += column
        return total


def places_of(
    panels: Sequence[Panel], splits: Sequence[Covariance]
) -> list[LinkPlaces]:
    """Where linked innovations of each panel are among those of all."""
    labels = {link for split in splits for link in split.links if link}
    place = {label: n for n, label in enumerate(sorted(labels))}
    places = []
    for panel, split in zip(panels, splits, strict=True):
        mine = [n for n, link in enumerate(split.links) if link]
        observed = [place[link] for link in split.links if link]
        every = [place.get(link, -1) for link in linked(panel)]
        places.append(
            LinkPlaces(*(np.array(x, dtype=int) for x in (mine, observed, every)))
        )
    return places


def link_count(places: Sequence[LinkPlaces]) -> int:
    """Number of linked innovations that any panel's rows hold."""
    return 1 + max((int(at.observed.max(initial=-1)) for at in places), default=-1)


class PanelSide(NamedTuple):
    r"""One panel's equations for several scale vectors.

    ``mean`` is :math:`(I + S)^{-1} t`, what its rows alone say of its innovations, and
    ``gain`` is :math:`(I + S)^{-1} S = H' K_b^{-1} H`.
    """

    split: Covariance
    equations: Equations
    mean: Array  # (vector, innovation, round)
    gain: Array  # (vector, innovation, innovation)

    @classmethod
    def of(cls, split: Covariance, scales: Array, right: Array) -> "PanelSide":
        """Equations of a panel for scales (vector, component) and residuals.

        Parameters
        ----------
        split
            Covariance of the rows.
        scales
            (vector, component).
        right
            Residuals (vector, row, round).
        """
        equations = split.equations(scales, right)
        size = equations.information.shape[1]
        both = np.concatenate([equations.score, equations.information], axis=2)
        solved = np.linalg.solve(np.eye(size) + equations.information, both)
        rounds = right.shape[2]
        return cls(split, equations, solved[..., :rounds], solved[..., rounds:])

    def alpha(self, pull: Array) -> Array:
        """K^-1 (r - H pull) (vector, row, round)."""
        mean = self.mean + pull - self.gain @ pull
        return self.split.alpha(self.equations, mean)


def sweep(
    means: Sequence[Array],
    all_gains: Sequence[Array],
    places: Sequence[LinkPlaces],
    correlation: Array,
    tolerance: float,
) -> Array:
    r"""Pull of the other panels on each (panel, vector, innovation, round).

    With :math:`w_b = H_b' \alpha_b`, which is sought, and :math:`M_b = H_b' K_b^{-1}
    H_b`,

    .. math::
        w_b = H_b' K_b^{-1} r_b - M_b \sum_{a \ne b} R_{ba} w_a

    by Gauss-Seidel sweeps, which converge because K is positive definite.

    Parameters
    ----------
    means, all_gains
        For each panel those of `PanelSide`.
    places
        Of the linked innovations of each panel.
    correlation
        Between panels (panel, panel).
    tolerance
        Of innovations, whose variance is one.

    Raises
    ------
    ConvergenceError
        If the sweeps do not converge.
    """
    others = correlation - np.eye(len(means))
    size = link_count(places)
    vectors, _, rounds = means[0].shape
    answers = np.zeros((len(means), vectors, size, rounds))
    gains = [
        gain[:, at.mine[:, None], at.mine]
        for gain, at in zip(all_gains, places, strict=True)
    ]
    for _ in range(SWEEPS):
        change = 0.0
        for n, (mean, at) in enumerate(zip(means, places, strict=True)):
            pull = np.tensordot(others[n], answers, 1)[:, at.observed]
            answer = mean[:, at.mine] - gains[n] @ pull
            total = at.summed(answer, size)
            moved = np.abs(total - answers[n])
            change = max(change, float(moved.max(initial=0.0)))
            answers[n] = total
        if change < tolerance:
            return np.tensordot(others, answers, 1)
    raise ConvergenceError(
        f"joint draws of {len(means)} panels still move by {change:.1e} after "
        f"{SWEEPS} sweeps (limit {tolerance:g}). Weaken the correlation of their "
        "shocks."
    )
