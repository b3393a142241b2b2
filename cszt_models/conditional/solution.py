r"""Draws that satisfy conditions, with the log importance weight of each step.

Sums of cells are first drawn as if all quantities were linear in the cells
(`truncated_gaussian.ghk_draws`); nonlinear ones are then solved for (`broyden`). The
weights of a vector of scales average to the density of the conditions under it.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from cszt_models.conditional.broyden import solve
from cszt_models.conditional.caching import last_value
from cszt_models.conditional.linearization import Linearization
from cszt_models.conditional.truncated_gaussian import (
    ghk_draws,
    pulls,
    scores,
    semidefinite_root,
)
from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits
from cszt_models.projection.outlook import kinds
from cszt_models.scenarios.conditions import Chance
from cszt_models.structural.solver import Solver
from cszt_models.structural.sum_moments import SumMoments, no_sums, sum_moments

Array = NDArray[np.float64]

LOST_MAX = 0.1  # share of draws that may not arrive
NAME = "conditions"


@dataclass(frozen=True)
class Solution:
    """Draws that satisfy conditions, and their log weights.

    Chances, which only weigh draws, are not among the sums.

    Parameters
    ----------
    view
        The quantities, without those that are published.
    blocks
        Names of the blocks that move, in the order of ``moments``.
    moments
        Moments of the sums, and how cells move with them.
    root : (vector, sum, sum)
        Of their covariance, errors of soft conditions included.
    low, high, sd : (sum)
        Bounds and errors on the scale of the sums.
    starts, arrived : (draw, sum)
        Sums with their errors, before and after.
    steps : (draw, sum)
        Log weight of each condition, given those before it.
    curvature : (draw)
        Log weight for what is not linear.
    """

    view: Linearization
    blocks: tuple[str, ...]
    moments: SumMoments
    root: Array
    low: Array
    high: Array
    sd: Array
    starts: Array
    arrived: Array
    steps: Array
    curvature: Array

    @property
    def fits(self) -> Fits:
        """The fits before any condition."""
        return self.view.fits

    @property
    def vectors(self) -> int:
        """Number of scale vectors."""
        return len(self.root)

    @property
    def vector(self) -> NDArray[np.int_]:
        """The scale vector of each draw (draw)."""
        return np.arange(self.fits.draws) % self.vectors

    def pulls(self, arrived: Array) -> Array:
        """What moves the cells of each draw so that its sums are as given."""
        return pulls(self.root[self.vector], arrived - self.starts)

    @cached_property
    def pull(self) -> Array:
        """What moves the cells of each draw to where its sums must be."""
        return self.pulls(self.arrived)

    def cells(self, block: str) -> dict[str, Array]:
        """Cells of a block under the conditions (draw, region, year), by kind."""
        drawn = self.fits.drawn[block].cells
        moves = self.moments.cells[self.blocks.index(block)]
        cells = {str(kind): draws.to_numpy() for kind, draws in drawn.items()}
        for kind, moved in moves.items():
            shift = shifted(self.pull, moved)
            shift += cells[kind]
            cells[kind] = shift
        return cells

    def outlook(self, arrived: Array) -> xr.Dataset:
        """Cells of the view's outlook in which the sums are as given."""
        pull, moved = self.pulls(arrived), {}
        where = kinds(self.fits)
        for name, cells in self.view.outlook.cells.items():
            block, kind = where[str(name)]
            draws = cells.to_numpy()
            if block in self.blocks:
                moves = self.moments.cells[self.blocks.index(block)]
                if kind in moves:
                    draws = draws + shifted(pull, self.view.part(moves, str(name)))
            moved[str(name)] = draws
        return self.view.with_cells(moved)


def shifted(pull: Array, moves: Array) -> Array:
    """By how much cells move (draw, region, year).

    Parameters
    ----------
    pull : (draw, sum)
    moves : (vector, sum, region, year)
    """
    draws, (vectors, sums, *shape) = len(pull), moves.shape
    rounds = -(-draws // vectors)
    padded = np.zeros((rounds * vectors, sums))
    padded[:draws] = pull
    by_vector = padded.reshape(rounds, vectors, sums).swapaxes(0, 1)
    shifts = np.empty((rounds, vectors, int(np.prod(shape))))
    flat = moves.reshape(vectors, sums, -1)
    np.matmul(by_vector, flat, out=shifts.swapaxes(0, 1))
    return shifts.reshape(rounds * vectors, *shape)[:draws]


def solve_conditions(view: Linearization) -> Solution:
    """Draws that meet all conditions but chances, with what each weighs.

    Raises
    ------
    ScenarioError
        If conditions contradict each other or cannot be reached.
    """
    fits, project = view.fits, view.fits.project
    sums = sum(not isinstance(q.condition.says, Chance) for q in view.quantities)
    blocks = moved_blocks(view)
    moments = _moments(view, blocks, sums)
    ends = np.array([q.bounds(project) for q in view.quantities[:sums]]).reshape(-1, 3)
    low, high = (ends[:, :2] - view.offset[:sums, None]).T
    sd = ends[:, 2]
    root = semidefinite_root(moments.cover + np.diag(np.square(sd)))
    rng = fits.rng(NAME)
    starts = view.sums[:, :sums] + sd * rng.standard_normal((fits.draws, sums))
    at = np.arange(fits.draws) % len(root)
    arrived, steps = ghk_draws(starts, moments.mean[at], root[at], low, high)
    _require_possible(view, steps)
    curvature = np.zeros(fits.draws)
    solution = Solution(
        view,
        blocks,
        moments,
        root,
        low,
        high,
        sd,
        starts,
        arrived,
        steps,
        curvature,
    )
    return solution if view.linear[:sums].all() else _curved(solution)


def moved_blocks(view: Linearization) -> tuple[str, ...]:
    """Names of the blocks that conditions move: linked ones, and measures in them.

    An independent measure moves only with a condition on it.
    """
    fits = view.fits
    linked = set(fits.dependence.panels)
    direct = {name for name, loads in view.loads(fits.panels).items() if loads}
    moved = direct | linked if direct & linked else direct
    return tuple(name for name in fits.panels if name in moved)


def _moments(view: Linearization, blocks: tuple[str, ...], sums: int) -> SumMoments:
    fits = view.fits
    if not sums:
        return no_sums(fits.vectors, len(blocks))
    panels = {name: fits.panels[name] for name in blocks}
    loads = [
        {kind: load[:sums] for kind, load in block_loads.items()}
        for block_loads in view.loads(panels).values()
    ]
    solver = _solver(fits, blocks)
    return sum_moments(
        solver.panels, solver.scales, loads, solver.correlation, solver=solver
    )


@last_value
def _solver(fits: Fits, blocks: tuple[str, ...]) -> Solver:
    """Factors of the rows of some blocks."""
    correlation = fits.dependence.among(list(fits.panels))
    at = np.array([list(fits.panels).index(name) for name in blocks])
    scales = [fits.scale_vectors(name) for name in blocks]
    panels = [fits.panels[name] for name in blocks]
    return Solver(panels, scales, correlation[:, at[:, None], at])


def _require_possible(view: Linearization, steps: Array) -> None:
    """Refuse conditions that leave no draw, naming those that contradict each other."""
    project = view.fits.project
    for n in range(steps.shape[1]):
        if not np.isfinite(steps[:, n]).any():
            before = dict.fromkeys(q.condition for q in view.quantities[:n])
            others = "; ".join(c.words(project) for c in before)
            raise ScenarioError(
                f"{view.quantities[n].condition.words(project)}, which cannot hold "
                f"together with: {others or 'what is published'}. Drop one of them."
            )


def _curved(solution: Solution) -> Solution:
    """The solution with nonlinear quantities solved for by Broyden's method."""
    view, sums = solution.view, len(solution.low)
    curved = np.flatnonzero(~view.linear[:sums])
    variance = np.einsum("vkk->k", solution.moments.cover) / solution.vectors
    spread = np.sqrt(variance)[curved]
    at = solution.vector
    noise = np.square(solution.sd[curved])

    def values(sought: Array) -> Array:
        arrived = solution.arrived.copy()
        arrived[:, curved] = sought
        seen = view.values(solution.outlook(arrived))[:, curved] - view.offset[curved]
        errors = solution.starts[:, curved] - view.sums[:, curved]
        return seen + errors + noise * solution.pulls(arrived)[:, curved]

    aim = solution.arrived[:, curved]
    solved, slope = solve(values, aim, aim, np.sqrt(np.square(spread) + noise))
    lost = np.isnan(slope)
    if lost.mean() > LOST_MAX:
        words = dict.fromkeys(view.quantities[n].condition for n in curved)
        raise ScenarioError(
            f"{'; '.join(c.words(view.fits.project) for c in words)}: "
            f"{lost.mean():.0%} of draws cannot be brought there. Move the value "
            "towards what is expected, or condition on less."
        )
    arrived = solution.arrived.copy()
    arrived[:, curved] = np.where(lost[:, None], aim, solved)
    mean, root = solution.moments.mean[at], solution.root[at]
    before, after = (scores(root, s - mean) for s in (solution.arrived, arrived))
    change = 0.5 * (np.square(before) - np.square(after)).sum(axis=1)
    curvature = np.where(lost, -np.inf, change - slope)
    return replace(solution, arrived=arrived, curvature=curvature)
