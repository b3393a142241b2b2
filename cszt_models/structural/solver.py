r"""Direct solver of the rows of linked panels, factored once for many right sides.

With :math:`K_b = E + A G G' A'` of each panel as `covariance` has it and C the
covariance of the common paths of all panels, which links them, let L be the root of E
and :math:`L^{-1} A = Q T` with orthonormal Q. Then with :math:`q = Q' L^{-1} r`

.. math::
    K^{-1} r = L'^{-1} (L^{-1} r - Q (q - v)), \qquad v = (I + T C T')^{-1} q

which is what `simulation_smoother.solve` finds. Scenarios of the same fits differ by
what they ask, not by the rows and scales, so that the factors of these are worth
keeping.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.structural.covariance import Covariance
from cszt_models.structural.linked_panels import (
    by_vector,
    link_count,
    mixed,
    places_of,
    require_paths,
)
from cszt_models.structural.panel import Panel
from cszt_models.structural.simulation_smoother import CHUNK, WORKERS

Array = NDArray[np.float64]


class Solver:
    """Factors of panels' rows for given scales.

    Parameters
    ----------
    panels
    scales
        For each panel (vector, component).
    correlation : (panel, panel) or (vector, panel, panel)
        R of the panels' linked innovations.

    Raises
    ------
    ValueError
        If a linked panel has rows without any variance of their own.
    """

    @ONE_THREAD
    def __init__(
        self, panels: Sequence[Panel], scales: Sequence[Array], correlation: Array
    ) -> None:
        self.panels, self.scales = panels, scales
        self.correlation = by_vector(correlation, len(scales[0]))
        splits = [Covariance(panel) for panel in panels]
        require_paths(splits, self.correlation)
        self._places = places_of(panels, splits)
        self._links = link_count(self._places)
        with ThreadPoolExecutor(WORKERS) as pool:
            self._factors = list(pool.map(_Factors, splits, scales))
            ends = np.cumsum([0, *(f.turn.shape[1] for f in self._factors)])
            self._spans = [slice(*ends) for ends in pairwise(ends.tolist())]
            starts = range(0, len(scales[0]), CHUNK)
            self._answer = np.concatenate(list(pool.map(self._answered, starts)))

    def _answered(self, start: int) -> Array:
        """(I + T C T')^-1 (vector, path, path) of some vectors."""
        part = slice(start, start + CHUNK)
        seen = [factors.seen[part] for factors in self._factors]  # T G
        linked = [
            at.summed(each[:, :, at.mine], self._links, axis=2)
            for at, each in zip(self._places, seen, strict=True)
        ]
        cover = np.zeros((len(seen[0]), *2 * (self._spans[-1].stop,)))
        for n, mine in enumerate(self._spans):
            cover[:, mine, mine] = seen[n] @ seen[n].swapaxes(1, 2)
            for m, other in enumerate(self._spans[:n]):
                both = np.intersect1d(
                    self._places[n].observed, self._places[m].observed
                )
                left, right = linked[n][:, :, both], linked[m][:, :, both]
                weight = self.correlation[part, n, m][:, None, None]
                shared = weight * left @ right.swapaxes(1, 2)
                cover[:, mine, other] = shared
                cover[:, other, mine] = shared.swapaxes(1, 2)
        root = np.linalg.inv(np.linalg.cholesky(cover + np.eye(cover.shape[1])))
        return np.asarray(root.swapaxes(1, 2) @ root)

    @ONE_THREAD
    def solve(self, residuals: Sequence[Array]) -> tuple[list[Array], list[Array]]:
        """Alphas and pulls for residuals.

        Parameters
        ----------
        residuals
            For each panel (vector, row, column).

        Returns
        -------
        list of (vector, row, column), list of (vector, innovation, column)
            Alpha; and the pull of other panels on the linked innovations.
        """
        vectors, _, columns = residuals[0].shape
        alphas = [np.empty_like(residual) for residual in residuals]
        pulls = [np.empty((vectors, len(at.all), columns)) for at in self._places]

        def solve_chunk(start: int) -> None:
            part = slice(start, start + CHUNK)
            whites = [
                factors.whitened(part, residual[part])
                for factors, residual in zip(self._factors, residuals, strict=True)
            ]
            projected = [
                factors.turn[part] @ white
                for factors, white in zip(self._factors, whites, strict=True)
            ]
            answer = self._answer[part] @ np.concatenate(projected, axis=1)
            for n, mine in enumerate(self._spans):
                rest = projected[n] - answer[:, mine]
                alphas[n][part] = self._factors[n].alpha(part, whites[n], rest)
            for n, pulled in enumerate(self._pulls(part, answer)):
                pulls[n][part] = pulled

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(solve_chunk, range(0, vectors, CHUNK)))
        return alphas, pulls

    def _pulls(self, part: slice, answer: Array) -> list[Array]:
        """What rows of other panels say of linked innovations."""
        # one more place, of innovations that no panel tells of
        shape = (len(self.panels), len(answer), self._links + 1, answer.shape[2])
        sums = np.zeros(shape)
        for n, (at, mine) in enumerate(zip(self._places, self._spans, strict=True)):
            seen = self._factors[n].seen[part][:, :, at.mine]
            columns = seen.swapaxes(1, 2) @ answer[:, mine]
            sums[n][:, : self._links] = at.summed(columns, self._links)
        others = self.correlation[part] - np.eye(len(self.panels))
        return [
            mixed(others[:, n], sums)[:, at.all] for n, at in enumerate(self._places)
        ]


class _Factors:
    """One panel's factors: of each part, and of its common paths.

    Attributes
    ----------
    roots
        Of each group of parts the inverse of L (vector, 1, row, row).
    turn : (vector, path, row)
        Q'.
    seen : (vector, path, innovation)
        T G.
    """

    def __init__(self, split: Covariance, scales: Array) -> None:
        self.split = split
        rows = len(split.panel.rows)
        roots: list[list[Array]] = [[] for _ in split.groups]
        turns, seen = [], []
        size = split.chunk(CHUNK)
        for start in range(0, len(scales), size):
            some = scales[start : start + size]
            equations = split.equations(some, np.zeros((len(some), rows, 0)))
            white = np.empty((len(some), rows, equations.impulses.shape[1]))
            for n, (group, solved) in enumerate(
                zip(split.groups, equations.groups, strict=True)
            ):
                roots[n].append(np.linalg.inv(solved.factor))
                white[:, group.rows] = solved.paths[:, None]
            turn, triangle = np.linalg.qr(white)
            turns.append(turn.swapaxes(1, 2))
            seen.append(triangle @ equations.impulses)
        self.roots = [np.concatenate(root)[:, None] for root in roots]
        self.turn, self.seen = np.concatenate(turns), np.concatenate(seen)

    def whitened(self, part: slice, right: Array) -> Array:
        """Right sides (vector, row, column) in units in which E is the identity."""
        white = np.empty_like(right)
        for root, group in zip(self.roots, self.split.groups, strict=True):
            white[:, group.rows] = root[part] @ right[:, group.rows]
        return white

    def alpha(self, part: slice, white: Array, rest: Array) -> Array:
        """Solutions (vector, row, column) for q - v (vector, path, column)."""
        left = white - self.turn[part].swapaxes(1, 2) @ rest
        for root, group in zip(self.roots, self.split.groups, strict=True):
            left[:, group.rows] = root[part].swapaxes(2, 3) @ left[:, group.rows]
        return left
