"""Solver: the rows of several panels, factored once and solved for many right sides.

It gives what `states.solve` gives. Scenarios of the same fits differ by what they ask,
not by the rows and scales, so that the factors of these are worth keeping.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from cszt_models.covariance import Covariance
from cszt_models.states import CHUNK, WORKERS, places_of, require_paths, sweep
from cszt_models.structural import Panel

Array = NDArray[np.float64]


class Solver:
    """Factors of panels' rows for given scales.

    Parameters
    ----------
    panels
    scales
        For each panel (vector, component).
    correlation : (panel, panel)
        R of the panels' linked innovations.

    Raises
    ------
    ValueError
        If a linked panel has rows without any variance of their own.
    """

    def __init__(
        self, panels: Sequence[Panel], scales: Sequence[Array], correlation: Array
    ) -> None:
        self.panels, self.scales = panels, scales
        self.correlation = correlation
        splits = [Covariance(panel) for panel in panels]
        require_paths(splits, correlation)
        self.places = places_of(panels, splits)
        with ThreadPoolExecutor(WORKERS) as pool:
            self.factors = list(pool.map(_Factors, splits, scales))

    def solve(
        self, residuals: Sequence[Array], tolerance: float
    ) -> tuple[list[Array], list[Array]]:
        """Alphas and pulls for residuals, as `states.solve` has them.

        Parameters
        ----------
        residuals
            For each panel (round, vector, row).
        tolerance
            Of innovations, whose variance is one.

        Raises
        ------
        ConvergenceError
            If the linked panels cannot be solved together.
        """
        alphas = [np.empty_like(residual) for residual in residuals]
        pulls = [
            np.zeros((*residual.shape[:2], len(at.all)))
            for residual, at in zip(residuals, self.places, strict=True)
        ]
        alone = np.array_equal(self.correlation, np.eye(len(self.panels)))

        def one(start: int) -> None:
            part = slice(start, start + CHUNK)
            rights = [r[:, part].transpose(1, 2, 0) for r in residuals]
            whites = [
                factors.whitened(part, right)
                for factors, right in zip(self.factors, rights, strict=True)
            ]
            owns = [
                factors.inverse[part] @ factors.told(part, white)
                for factors, white in zip(self.factors, whites, strict=True)
            ]
            gains = [factors.gain(part) for factors in self.factors]
            explained = (
                None
                if alone
                else sweep(owns, gains, self.places, self.correlation, tolerance)
            )
            for n, (factors, at) in enumerate(
                zip(self.factors, self.places, strict=True)
            ):
                pull = np.zeros_like(owns[n])
                if explained is not None:
                    pull[:, at.mine] = explained[n][:, at.told]
                    known = at.all >= 0
                    found = explained[n][:, at.all[known]]
                    pulls[n][:, part, known] = found.transpose(2, 0, 1)
                mean = owns[n] + factors.inverse[part] @ pull
                alpha = factors.alpha(part, whites[n], mean)
                alphas[n][:, part] = alpha.transpose(2, 0, 1)

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(one, range(0, len(self.scales[0]), CHUNK)))
        return alphas, pulls


class _Factors:
    """One panel's factors: of each part, and of its common innovations."""

    def __init__(self, split: Covariance, scales: Array) -> None:
        self.split = split
        rows = len(split.panel.rows)
        roots: list[list[Array]] = [[] for _ in split.parts]
        paths: list[list[Array]] = [[] for _ in split.parts]
        impulses, inverses = [], []
        for start in range(0, len(scales), CHUNK):
            some = scales[start : start + CHUNK]
            found = split.equations(some, np.zeros((len(some), rows, 0)))
            for n, part in enumerate(found.parts):
                roots[n].append(np.linalg.inv(part.factor))
                paths[n].append(part.paths)
            size = found.information.shape[1]
            inverses.append(np.linalg.inv(np.eye(size) + found.information))
            impulses.append(found.impulses)
        self.roots = [np.concatenate(root) for root in roots]
        self.paths = [np.concatenate(path) for path in paths]
        self.impulses = np.concatenate(impulses)
        self.inverse = np.concatenate(inverses)  # (I + S)^-1

    def whitened(self, part: slice, right: Array) -> list[Array]:
        """Right sides of each part in units in which its covariance is the identity."""
        return [
            root[part] @ right[:, one.rows]
            for root, one in zip(self.roots, self.split.parts, strict=True)
        ]

    def told(self, part: slice, whites: list[Array]) -> Array:
        """What the rows say of the common innovations."""
        pulled = np.sum(
            [
                path[part].swapaxes(1, 2) @ white
                for path, white in zip(self.paths, whites, strict=True)
            ],
            axis=0,
        )
        return np.asarray(self.impulses[part].swapaxes(1, 2) @ pulled)

    def gain(self, part: slice) -> Array:
        """(I + S)^-1 S."""
        inverse = self.inverse[part]
        return np.asarray(np.eye(inverse.shape[1]) - inverse)

    def alpha(self, part: slice, whites: list[Array], mean: Array) -> Array:
        """Solutions (vector, row, round) for the mean of the common innovations."""
        moved = self.impulses[part] @ mean
        found = np.empty((len(mean), len(self.split.panel.rows), mean.shape[2]))
        for root, path, white, one in zip(
            self.roots, self.paths, whites, self.split.parts, strict=True
        ):
            rest = white - path[part] @ moved
            found[:, one.rows] = root[part].swapaxes(1, 2) @ rest
        return found
