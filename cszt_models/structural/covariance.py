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

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, eye_array

from cszt_models.structural.panel import Panel

Array = NDArray[np.float64]
Places = NDArray[np.int_]

TRIANGLE = 24  # rows of a triangular system solved at once
SHARED_MIN = 10  # equal parts that are worth solving together
MOST_NUMBERS = 8_000_000  # solved for at once


class RowGroup(NamedTuple):
    """Equal parts: rows that no own component ties to others, and what they see."""

    rows: Places  # (part, row)
    covers: Array  # B of the components that are not common (component, row, row)
    paths: Array  # A, weights of the common paths (row, path)


class Solved(NamedTuple):
    """Equal parts for several scale vectors, in units in which their E is identity."""

    factor: Array  # L with L L' = E (vector, row, row)
    paths: Array  # L^-1 A (vector, row, path)
    right: Array  # L^-1 r (vector, row, part, column)


@dataclass(frozen=True)
class Equations:
    """What all parts say, for several scale vectors and right-hand sides r."""

    groups: list[Solved]
    log_det: Array  # ln|E| (vector)
    impulses: Array  # G (vector, path, innovation)
    weights: Array  # A' E^-1 A (vector, path, path)
    pulled: Array  # A' E^-1 r (vector, path, column)

    @cached_property
    def information(self) -> Array:
        """S (vector, innovation, innovation)."""
        return self.impulses.swapaxes(1, 2) @ self.weights @ self.impulses

    @cached_property
    def inner(self) -> Array:
        """I + S (vector, innovation, innovation)."""
        return np.eye(self.information.shape[1]) + self.information

    @cached_property
    def score(self) -> Array:
        """G' A' E^-1 r (vector, innovation, column)."""
        return self.impulses.swapaxes(1, 2) @ self.pulled


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
        parts = self._split_rows()
        if not self._idiosyncratic_suffices(parts):
            self.idiosyncratic[:] = True
            parts = [(np.arange(len(panel.rows)), panel.covers)]
        weights = self._split_paths()
        self.groups = [
            RowGroup(np.array(rows), covers, paths)
            for rows, covers, paths in _equal_parts(parts, weights)
        ]

    def _split_rows(self) -> list[tuple[Places, Array]]:
        """Rows of each part, and their covers (component, row, row)."""
        panel, count = self.panel, len(self.panel.rows)
        covers = [
            panel.sparse_cover(component)
            for component, used in zip(
                panel.components, self.idiosyncratic, strict=True
            )
            if used
        ]
        tied = sum((cover != 0 for cover in covers), eye_array(count, format="csr"))
        parts, label = csgraph.connected_components(tied, directed=False)
        sizes = np.bincount(label, minlength=parts)
        order = np.argsort(label, kind="stable")
        starts = np.cumsum(sizes) - sizes
        within = np.empty(count, dtype=int)  # place of a row in its part
        within[order] = np.arange(count) - np.repeat(starts, sizes)
        ends = np.cumsum(np.square(sizes))
        flat = np.zeros((len(covers), ends[-1] if parts else 0))
        for n, cover in enumerate(covers):
            entries = cover.tocoo()
            i, j = entries.row, entries.col
            at = ends[label[i]] - sizes[label[i]] ** 2 + within[i] * sizes[label[i]]
            flat[n, at + within[j]] = entries.data
        return [
            (
                order[start : start + size],
                flat[:, end - size**2 : end].reshape(-1, size, size),
            )
            for start, size, end in zip(starts, sizes, ends, strict=True)
        ]

    def _idiosyncratic_suffices(self, parts: list[tuple[Places, Array]]) -> bool:
        """Whether E is positive definite at the prior medians."""
        medians = np.array([c.scale.median for c in self.panel.components])
        squares = np.square(medians[self.idiosyncratic])
        try:
            for _, covers in parts:
                np.linalg.cholesky(np.tensordot(squares, covers, 1))
        except np.linalg.LinAlgError:
            return False
        return True

    def _split_paths(self) -> Array:
        """The weights A (row, path); sets G at unit scale, without zeros of either."""
        panel, years = self.panel, len(self.panel.years)
        kinds = {name: n * years for n, name in enumerate(panel.loadings)}
        sums = [panel.path_weights[name] for name in kinds]
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
        return weights

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
        groups = [_solved(group, squares, right) for group in self.groups]
        log_det = np.zeros(len(scales))
        weights, pulls = [], []
        for group, solved in zip(self.groups, groups, strict=True):
            diagonal = np.diagonal(solved.factor, axis1=1, axis2=2)
            log_det += 2 * len(group.rows) * np.log(diagonal).sum(1)
            seen = solved.paths.swapaxes(1, 2)
            weights.append(len(group.rows) * (seen @ solved.paths))
            pulls.append(seen @ solved.right.sum(axis=2))
        return Equations(
            groups,
            log_det,
            self.unit * scales[:, None, self.of],
            np.sum(weights, axis=0),
            np.sum(pulls, axis=0),
        )

    def alpha(self, equations: Equations, paths: Array) -> Array:
        r"""Solutions :math:`E^{-1} (r - A x)` (vector, row, column).

        Parameters
        ----------
        equations
            With the right-hand sides r.
        paths : (vector, path, column)
            x; with :math:`x = G (I + S)^{-1} G' A' E^{-1} r` the solution is
            :math:`K^{-1} r`.
        """
        shape = (len(paths), len(self.panel.rows), paths.shape[2])
        solutions = np.empty(shape)
        for group, solved in zip(self.groups, equations.groups, strict=True):
            white = solved.right - (solved.paths @ paths)[:, :, None]
            flat = white.reshape(*white.shape[:2], -1)
            left = backward(solved.factor, flat)
            solutions[:, group.rows] = left.reshape(white.shape).swapaxes(1, 2)
        return solutions

    def solve(self, scales: Array, right: Array) -> Array:
        """K^-1 r (vector, row, column).

        Parameters
        ----------
        scales : (vector, component)
        right : (vector, row, column)
            Right-hand sides r.

        Raises
        ------
        numpy.linalg.LinAlgError
            As `equations`.
        """
        return self.solved(self.equations(scales, right))

    def solved(self, equations: Equations) -> Array:
        """K^-1 r (vector, row, column) of the right-hand sides of equations."""
        innovations = np.linalg.solve(equations.inner, equations.score)
        return self.alpha(equations, equations.impulses @ innovations)

    def chunk(self, most: int, columns: int = 1) -> int:
        """Number of scale vectors to treat at once: fewer where there are many rows.

        Parameters
        ----------
        most
            Of few rows.
        columns
            Of the right-hand sides.
        """
        numbers = len(self.panel.rows) * (len(self.unit) + columns)
        return max(1, min(most, MOST_NUMBERS // max(1, numbers)))


def _equal_parts(
    parts: list[tuple[Places, Array]], weights: Array
) -> list[tuple[list[Places], Array, Array]]:
    """Rows of parts that are solved together, covers and paths.

    A part is alone if those equal to it are few.
    """
    alike: dict[bytes, list[int]] = {}
    paths = [weights[rows] for rows, _ in parts]
    for n, ((_, covers), seen) in enumerate(zip(parts, paths, strict=True)):
        alike.setdefault(covers.tobytes() + seen.tobytes(), []).append(n)
    many = [places for places in alike.values() if len(places) >= SHARED_MIN]
    together = {place for places in many for place in places}
    every = [[n] for n in range(len(parts)) if n not in together] + many
    return [
        ([parts[n][0] for n in places], parts[places[0]][1], paths[places[0]])
        for places in every
    ]


def _solved(group: RowGroup, squares: Array, right: Array) -> Solved:
    """Equal parts, solved with the same root."""
    vectors, size = len(squares), group.paths.shape[1]
    factor = np.linalg.cholesky(np.tensordot(squares, group.covers, 1))
    paths = np.broadcast_to(group.paths, (vectors, *group.paths.shape))
    rights = right[:, group.rows].swapaxes(1, 2)
    both = np.concatenate([paths, rights.reshape(*paths.shape[:2], -1)], axis=2)
    white = forward(factor, both)
    return Solved(factor, white[..., :size], white[..., size:].reshape(rights.shape))


def forward(factor: Array, right: Array) -> Array:
    """L^-1 r for lower triangular L (..., row, row) and r (..., row, column).

    NumPy has no stacks of triangular systems: halves are solved one after the other.

    Examples
    --------
    >>> forward(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[2.0], [3.0]])).tolist()
    [[1.0], [2.0]]
    """
    size = factor.shape[-1]
    if size <= TRIANGLE:
        return np.linalg.solve(factor, right)
    half = size // 2
    first = forward(factor[..., :half, :half], right[..., :half, :])
    rest = right[..., half:, :] - factor[..., half:, :half] @ first
    second = forward(factor[..., half:, half:], rest)
    return np.concatenate([first, second], axis=-2)


def backward(factor: Array, right: Array) -> Array:
    """L'^-1 r for lower triangular L (..., row, row) and r (..., row, column)."""
    size = factor.shape[-1]
    if size <= TRIANGLE:
        return np.linalg.solve(factor.swapaxes(-1, -2), right)
    half = size // 2
    second = backward(factor[..., half:, half:], right[..., half:, :])
    above = factor[..., half:, :half].swapaxes(-1, -2) @ second
    first = backward(factor[..., :half, :half], right[..., :half, :] - above)
    return np.concatenate([first, second], axis=-2)
