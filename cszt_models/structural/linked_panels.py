"""Panels with linked innovations: where the links are, and what they pull."""

from collections.abc import Sequence
from itertools import pairwise
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
    r"""One panel's innovations as its rows alone know them, for several scale vectors.

    Rows see no more innovations than there are paths: with :math:`G' = Q T` and
    orthonormal Q they are :math:`Q' u`. Of these ``mean`` is what the rows say,
    :math:`(I + T W T')^{-1} T p` with W and p the weights and pulled paths of the
    equations, and ``gain`` is :math:`(I + T W T')^{-1} T W T' = T A' K_b^{-1} A T'`.
    """

    split: Covariance
    equations: Equations
    turn: Array  # Q (vector, innovation, seen)
    root: Array  # T (vector, seen, path)
    mean: Array  # (vector, seen, round)
    gain: Array  # (vector, seen, seen)

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
        turn, root = np.linalg.qr(equations.impulses.swapaxes(1, 2))
        information = root @ equations.weights @ root.swapaxes(1, 2)
        both = np.concatenate([root @ equations.pulled, information], axis=2)
        solved = np.linalg.solve(np.eye(information.shape[1]) + information, both)
        rounds = right.shape[2]
        mean, gain = solved[..., :rounds], solved[..., rounds:]
        return cls(split, equations, turn, root, mean, gain)

    def linked(self, places: LinkPlaces, size: int) -> Array:
        """Q' of the linked innovations (vector, seen, innovation).

        Parameters
        ----------
        places
            Of the panel's linked innovations.
        size
            Number of innovations that any panel holds.
        """
        columns = self.turn[:, places.mine].swapaxes(1, 2)
        return places.summed(columns, size, axis=2)

    def alpha(self, pull: Array) -> Array:
        """K^-1 (r - A T' pull) (vector, row, round)."""
        mean = self.mean + pull - self.gain @ pull
        return self.split.alpha(self.equations, self.root.swapaxes(1, 2) @ mean)


def pulls(
    sides: Sequence[PanelSide], linked: Sequence[Array], correlation: Array
) -> Array:
    r"""Pull of the other panels on each (panel, vector, innovation, round).

    With :math:`H_b` the impulses of linked innovations in the rows of a panel,
    :math:`w_b = H_b' \alpha_b`, which is sought, follows from

    .. math::
        w_b + H_b' K_b^{-1} H_b \sum_{a \ne b} R_{ba} w_a = H_b' K_b^{-1} r_b

    As rows see :math:`Q' u` alone, :math:`w_b = Q_b z_b` with fewer unknowns z: one
    system for each vector, of the panels that are correlated with any other.

    Parameters
    ----------
    sides, linked
        Of each panel, and its `PanelSide.linked`.
    correlation
        Between panels (vector, panel, panel).
    """
    others = correlation - np.eye(len(sides))
    vectors, _, rounds = sides[0].mean.shape
    answers = np.zeros((len(sides), vectors, linked[0].shape[2], rounds))
    among = np.flatnonzero(others.any(axis=(0, 2))).tolist()
    ends = np.cumsum([0, *(linked[n].shape[1] for n in among)]).tolist()
    spans = [slice(*span) for span in pairwise(ends)]
    system = np.tile(np.eye(ends[-1]), (vectors, 1, 1))
    for n, mine in zip(among, spans, strict=True):
        for m, other in zip(among, spans, strict=True):
            shared = linked[n] @ linked[m].swapaxes(1, 2)
            weight = others[:, n, m][:, None, None]
            system[:, mine, other] += sides[n].gain @ (weight * shared)
    right = [sides[n].mean for n in among]
    if among:
        solved = np.linalg.solve(system, np.concatenate(right, axis=1))
        for n, mine in zip(among, spans, strict=True):
            answers[n] = linked[n].swapaxes(1, 2) @ solved[:, mine]
    return np.array([mixed(weights, answers) for weights in others.swapaxes(0, 1)])
