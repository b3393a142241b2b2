r"""Covariance: that of a panel's rows as independent parts and a few common paths.

Regions depend on each other through common components alone, and of these the rows see
only their paths over the years. So

.. math:: K = E + A G G' A'

with E block-diagonal, one part for the rows of each region (or of several, where a row
observes them together), A the weights of the common paths in the rows, and G the roots
of the common components times their scales. Errors that rows of several regions share
are paths too, with the root of their covariance as weights. Determinants and solutions
follow from small matrices (Woodbury's identity):

.. math::
    \ln|K| = \ln|E| + \ln|I + S|, \qquad S = G' A' E^{-1} A G, \qquad
    K^{-1} = E^{-1} - E^{-1} A G (I + S)^{-1} G' A' E^{-1}

A panel whose rows have no variance of their own, so that E is singular, is one part
without paths. Regions that are observed in the same years have equal parts: where they
are many, one root serves them all.

References
----------
Woodbury, M. A. (1950). Inverting modified matrices. *Memorandum Report 42*,
Statistical Research Group, Princeton.
"""

from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]
Places = NDArray[np.int_]

SHARED_MIN = 10  # equal parts that are worth solving together


class RowGroup(NamedTuple):
    """Rows that no own component ties to others, and what they see."""

    rows: Places
    covers: Array  # B of the components that are not common (component, row, row)
    paths: Array  # A, weights of the common paths (row, path)


class Solved(NamedTuple):
    """One part for several scale vectors, in units in which its E is the identity."""

    factor: Array  # L with L L' = E (vector, row, row)
    paths: Array  # L^-1 A (vector, row, path)
    right: Array  # L^-1 r (vector, row, column)


class Equations(NamedTuple):
    """What all parts say, for several scale vectors and right-hand sides r."""

    parts: list[Solved]
    log_det: Array  # ln|E| (vector)
    impulses: Array  # G (vector, path, innovation)
    information: Array  # S (vector, innovation, innovation)
    score: Array  # G' A' E^-1 r (vector, innovation, column)


class Covariance:
    """The covariance of a panel's rows, split once and solved for many scales.

    Attributes
    ----------
    links
        Kind and year of every common innovation that rows tell of and that other panels
        share; None for innovations of this panel alone. In the order of S. Empty if the
        panel is one part.

    Examples
    --------
    >>> from cszt_models.structural.kernels import shock, walk
    >>> from cszt_models.structural.panel import Cell, Component, Row, Scale
    >>> years, one = np.arange(2000, 2002), Scale(1.0, 0.0)
    >>> rows = tuple(Row(1.0, (Cell("a", y),), "a", y, "", "") for y in (2000, 2001))
    >>> common = Component("walk", one, walk(years), "common")
    >>> own = Component("shock", one, shock(years), "own")
    >>> panel = Panel("toy", "points", ("a",), years, rows, (common, own))
    >>> split = Covariance(panel)
    >>> equations = split.equations(np.ones((1, 2)), panel.values[None, :, None])
    >>> equations.information.round(12)  # a walk is 0 in its first year
    array([[[1.]]])
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.idiosyncratic = np.array(
            [not c.common for c in panel.components], dtype=bool
        )
        if not self._idiosyncratic_suffices():
            self.idiosyncratic[:] = True
        self._split_rows()
        self._split_paths()

    def _idiosyncratic_suffices(self) -> bool:
        """Whether E is positive definite at the prior medians."""
        medians = np.array([c.scale.median for c in self.panel.components])
        covers = self.panel.covers[self.idiosyncratic]
        try:
            np.linalg.cholesky(
                np.tensordot(np.square(medians[self.idiosyncratic]), covers, 1)
            )
        except np.linalg.LinAlgError:
            return False
        return True

    def _split_rows(self) -> None:
        covers = self.panel.covers[self.idiosyncratic]
        tied = csr_array((covers != 0).any(axis=0))
        count, label = csgraph.connected_components(tied, directed=False)
        members = [np.flatnonzero(label == n) for n in range(count)]
        self._rows = [(rows, covers[:, rows[:, None], rows]) for rows in members]

    def _split_paths(self) -> None:
        """The weights A, and G at unit scale, without paths and columns of zeros."""
        panel, years = self.panel, len(self.panel.years)
        kinds = {name: n * years for n, name in enumerate(panel.loadings)}
        sums = [panel.weights[name].sum(axis=1) for name in kinds]
        pooled = {
            n: factor
            for n, factor in enumerate(panel.roots)
            if panel.components[n].pooled and not self.idiosyncratic[n]
        }
        weights = np.concatenate(
            [np.empty((len(panel.rows), 0)), *sums, *pooled.values()], axis=1
        )
        columns, of = [np.empty((weights.shape[1], 0))], []
        links: list[tuple[str, int] | None] = []
        end = years * len(kinds)  # of the paths of cells; those of rows follow
        for n, component in enumerate(panel.components):
            if self.idiosyncratic[n]:
                continue
            factor = panel.roots[n]
            column = np.zeros((weights.shape[1], factor.shape[1]))
            if n in pooled:
                column[end : end + factor.shape[1]] = np.eye(factor.shape[1])
                end += factor.shape[1]
                links += [None for _ in factor.T]
            else:
                at = kinds[component.loading]
                column[at : at + years] = factor
                links += panel.links(component)
            columns.append(column)
            of += [n] * factor.shape[1]
        unit, seen = np.concatenate(columns, axis=1), weights.any(axis=0)
        unit, weights = unit[seen], weights[:, seen]
        observed = unit.any(axis=0)
        self.unit, self.of = unit[:, observed], np.array(of, dtype=int)[observed]
        self.links = [
            link
            for link, is_observed in zip(links, observed, strict=True)
            if is_observed
        ]
        self.parts = [RowGroup(rows, c, weights[rows]) for rows, c in self._rows]
        self._equal = _equal_parts(self.parts)

    def equations(self, scales: Array, right: Array) -> Equations:
        """What the rows say of the common innovations.

        Parameters
        ----------
        scales : (vector, component)
        right : (vector, row, column)
            Right-hand sides r.

        Raises
        ------
        numpy.linalg.LinAlgError
            If E is not positive definite in double precision for some scales.
        """
        squares = np.square(scales[:, self.idiosyncratic])
        solved: dict[int, Solved] = {}
        for places in self._equal:
            equal = [self.parts[n] for n in places]
            solved |= zip(places, _solved(equal, squares, right), strict=True)
        parts = [solved[n] for n in range(len(self.parts))]
        diagonal = [np.diagonal(part.factor, axis1=1, axis2=2) for part in parts]
        log_det = 2 * np.log(np.concatenate(diagonal, axis=1)).sum(1)
        weights, pulls = [], []
        for places in self._equal:
            seen = parts[places[0]].paths.swapaxes(1, 2)
            weights.append(len(places) * (seen @ parts[places[0]].paths))
            pulls.append(seen @ reduce(np.add, [parts[n].right for n in places]))
        impulses = self.unit * scales[:, None, self.of]
        turned = impulses.swapaxes(1, 2)
        return Equations(
            parts,
            log_det,
            impulses,
            turned @ np.sum(weights, axis=0) @ impulses,
            turned @ np.sum(pulls, axis=0),
        )

    def alpha(self, equations: Equations, innovations: Array) -> Array:
        r"""Solutions :math:`E^{-1} (r - A G u)` (vector, row, column).

        Parameters
        ----------
        innovations : (vector, innovation, column)
            u; with :math:`u = (I + S)^{-1} G' A' E^{-1} r` the solution is
            :math:`K^{-1} r`.
        """
        paths = equations.impulses @ innovations
        shape = (len(paths), len(self.panel.rows), paths.shape[2])
        solutions = np.empty(shape)
        for part, solved in zip(self.parts, equations.parts, strict=True):
            white = solved.right - solved.paths @ paths
            solutions[:, part.rows] = np.linalg.solve(
                solved.factor.swapaxes(1, 2), white
            )
        return solutions


def _equal_parts(parts: list[RowGroup]) -> list[list[int]]:
    """Places of parts that are solved together; alone if equal ones are few."""
    alike: dict[bytes, list[int]] = {}
    for n, part in enumerate(parts):
        alike.setdefault(part.covers.tobytes() + part.paths.tobytes(), []).append(n)
    many = [places for places in alike.values() if len(places) >= SHARED_MIN]
    together = {place for places in many for place in places}
    return [[n] for n in range(len(parts)) if n not in together] + many


def _solved(equal: list[RowGroup], squares: Array, right: Array) -> list[Solved]:
    """Equal parts, solved with the same root."""
    first, size = equal[0], equal[0].paths.shape[1]
    factor = np.linalg.cholesky(np.tensordot(squares, first.covers, 1))
    paths = np.broadcast_to(first.paths, (len(squares), *first.paths.shape))
    rights = [right[:, part.rows] for part in equal]
    both = np.concatenate([paths, *rights], axis=2)
    white = np.linalg.solve(factor, both)  # NumPy has no stacks of triangular systems
    columns, known = right.shape[2], white[..., :size]
    return [
        Solved(factor, known, white[..., start : start + columns])
        for start in (size + n * columns for n in range(len(equal)))
    ]
