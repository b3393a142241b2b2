"""Panels with linked innovations: where the links are, and what they pull."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cszt_models.structural.covariance import Covariance, Equations
from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]
Places = NDArray[np.int_]


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
        others = np.delete(correlation[:, n], n, axis=1)
        singular = split.idiosyncratic.all() and others.any()
        if singular and any(c.link for c in split.panel.components):
            raise ValueError(
                f"{split.panel.name}: its rows have no variance of their own, so its "
                "innovations cannot be linked. Give it a measurement error."
            )


def by_vector(correlation: Array, vectors: int) -> Array:
    """R for each scale vector (vector, panel, panel), of one matrix or of as many."""
    return np.broadcast_to(correlation, (vectors, *correlation.shape[-2:]))


def mixed(weights: Array, answers: Array) -> Array:
    """Sums over panels (vector, innovation, round), weighted for each vector.

    Parameters
    ----------
    weights : (vector, panel)
    answers : (panel, vector, innovation, round)
    """
    return np.einsum("vm,mvir->vir", weights, answers)


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
        both = np.concatenate([equations.score, equations.information], axis=2)
        solved = np.linalg.solve(equations.inner, both)
        rounds = right.shape[2]
        return cls(split, equations, solved[..., :rounds], solved[..., rounds:])

    def alpha(self, pull: Array) -> Array:
        """K^-1 (r - H pull) (vector, row, round)."""
        mean = self.mean + pull - self.gain @ pull
        return self.split.alpha(self.equations, mean)


def pulls(
    means: Sequence[Array],
    gains: Sequence[Array],
    places: Sequence[LinkPlaces],
    correlation: Array,
) -> Array:
    r"""Pull of the other panels on each (panel, vector, innovation, round).

    With :math:`w_b = H_b' \alpha_b`, which is sought, and :math:`M_b = H_b' K_b^{-1}
    H_b`,

    .. math::
        w_b + M_b \sum_{a \ne b} R_{ba} w_a = H_b' K_b^{-1} r_b

    one system for each vector, of the panels that are correlated with any other.

    Parameters
    ----------
    means, gains
        For each panel those of `PanelSide`.
    places
        Of the linked innovations of each panel.
    correlation
        Between panels (vector, panel, panel).
    """
    others = correlation - np.eye(len(means))
    size, (vectors, _, rounds) = link_count(places), means[0].shape
    answers = np.zeros((len(means), vectors, size, rounds))
    among = np.flatnonzero(others.any(axis=(0, 2))).tolist()
    system = np.zeros((vectors, len(among), size, len(among), size))
    right = np.zeros((vectors, len(among), size, rounds))
    for place, n in enumerate(among):
        mine = places[n].mine
        columns = places[n].summed(gains[n][:, mine[:, None], mine], size, axis=1)
        gain = places[n].summed(columns, size, axis=2)
        weights = others[:, n, among]
        system[:, place] = gain[:, :, None] * weights[:, None, :, None]
        system[:, place, :, place] += np.eye(size)
        right[:, place] = places[n].summed(means[n][:, mine], size)
    flat = system.reshape(vectors, len(among) * size, -1)
    solved = np.linalg.solve(flat, right.reshape(vectors, len(among) * size, -1))
    answers[among] = np.moveaxis(solved.reshape(right.shape), 1, 0)
    return np.array([mixed(weights, answers) for weights in others.swapaxes(0, 1)])
