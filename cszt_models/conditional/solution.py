r"""Workings: how draws are brought to where conditions want them, and what they weigh.

Sums of cells first go where they would have to be if all quantities were linear
(`arrival`); quantities that are not are then brought to their values (`approach`). Each
draw keeps a log weight of every step, and the weights of a vector of scales average to
the density of the conditions under it.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from cszt_models.conditional.broyden import approach
from cszt_models.conditional.caching import last_value
from cszt_models.conditional.linearization import View
from cszt_models.conditional.truncated_gaussian import (
    arrive,
    pulls,
    scores,
    semidefinite_root,
)
from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits
from cszt_models.projection.outlook import kinds
from cszt_models.scenarios.conditions import Chance
from cszt_models.structural.solver import Solver
from cszt_models.structural.sum_moments import Reach, nothing, reach

Array = NDArray[np.float64]

LOST_MAX = 0.1  # share of draws that may not arrive
NAME = "conditions"


@dataclass(frozen=True)
class Workings:
    """Draws on the way to their conditions.

    Chances, which only weigh draws, are not among the sums.

    Parameters
    ----------
    view
        The quantities asked, without those that are published.
    blocks
        Names of the blocks that move, in the order of ``reach``.
    reach
        Moments of the sums, and how cells move with them.
    root : (vector, sum, sum)
        Of their covariance, errors of soft conditions included.
    low, high, sd : (sum)
        Bounds and errors on the scale of the sums.
    starts, arrived : (draw, sum)
        Sums with their errors, before and after.
    steps : (draw, sum)
        Log weight of each condition, given those before it.
    bend : (draw)
        Log weight for what is not linear.
    """

    view: View
    blocks: tuple[str, ...]
    reach: Reach
    root: Array
    low: Array
    high: Array
    sd: Array
    starts: Array
    arrived: Array
    steps: Array
    bend: Array

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
        moves = self.reach.cells[self.blocks.index(block)]
        found = {str(kind): cells.to_numpy() for kind, cells in drawn.items()}
        for kind, moved in moves.items():
            shift = shifted(self.pull, moved)
            shift += found[kind]
            found[kind] = shift
        return found

    def outlook(self, arrived: Array) -> xr.Dataset:
        """Cells of the view's outlook in which the sums are as given."""
        pull, found = self.pulls(arrived), {}
        where = kinds(self.fits)
        for name, cells in self.view.outlook.cells.items():
            block, kind = where[str(name)]
            held = cells.to_numpy()
            if block in self.blocks:
                moves = self.reach.cells[self.blocks.index(block)]
                if kind in moves:
                    held = held + shifted(pull, self.view.part(moves, str(name)))
            found[str(name)] = held
        return self.view.with_cells(found)


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
    found = np.empty((rounds, vectors, int(np.prod(shape))))
    flat = moves.reshape(vectors, sums, -1)
    np.matmul(by_vector, flat, out=found.swapaxes(0, 1))
    return found.reshape(rounds * vectors, *shape)[:draws]


def work_out(view: View) -> Workings:
    """Draws that meet all conditions but chances, with what each weighs.

    Raises
    ------
    ScenarioError
        If conditions contradict each other or cannot be reached.
    """
    fits, project = view.fits, view.fits.project
    sums = sum(not isinstance(q.condition.says, Chance) for q in view.asked)
    blocks = touched(view)
    told = _reach(view, blocks, sums)
    ends = np.array([q.bounds(project) for q in view.asked[:sums]]).reshape(-1, 3)
    low, high = (ends[:, :2] - view.offset[:sums, None]).T
    sd = ends[:, 2]
    root = semidefinite_root(told.cover + np.diag(np.square(sd)))
    rng = fits.rng(NAME)
    starts = view.sums[:, :sums] + sd * rng.standard_normal((fits.draws, sums))
    at = np.arange(fits.draws) % len(root)
    arrived, steps = arrive(starts, told.mean[at], root[at], low, high)
    _require_possible(view, steps)
    bend = np.zeros(fits.draws)
    found = Workings(
        view, blocks, told, root, low, high, sd, starts, arrived, steps, bend
    )
    return found if view.straight[:sums].all() else _bent(found)


def touched(view: View) -> tuple[str, ...]:
    """Blocks that conditions move: those that are linked, and measures spoken of.

    A measure that stands apart is left alone unless a condition speaks of it.
    """
    fits = view.fits
    linked = set(fits.dependence.panels)
    direct = {name for name, held in view.loads(fits.panels).items() if held}
    moved = direct | linked if direct & linked else direct
    return tuple(name for name in fits.panels if name in moved)


def _reach(view: View, blocks: tuple[str, ...], sums: int) -> Reach:
    fits = view.fits
    if not sums:
        return nothing(fits.vectors, len(blocks))
    panels = {name: fits.panels[name] for name in blocks}
    loads = [
        {kind: held[:sums] for kind, held in one.items()}
        for one in view.loads(panels).values()
    ]
    solver = _solver(fits, blocks)
    return reach(solver.panels, solver.scales, loads, solver.correlation, solver=solver)


@last_value
def _solver(fits: Fits, blocks: tuple[str, ...]) -> Solver:
    """Factors of the rows of some blocks."""
    correlation = fits.dependence.among(list(fits.panels))
    at = [list(fits.panels).index(name) for name in blocks]
    scales = [fits.scale_vectors(name) for name in blocks]
    panels = [fits.panels[name] for name in blocks]
    return Solver(panels, scales, correlation[np.ix_(at, at)])


def _require_possible(view: View, steps: Array) -> None:
    """Refuse conditions that leave no draw, naming those that contradict each other."""
    project = view.fits.project
    for n in range(steps.shape[1]):
        if not np.isfinite(steps[:, n]).any():
            before = dict.fromkeys(q.condition for q in view.asked[:n])
            others = "; ".join(c.words(project) for c in before)
            raise ScenarioError(
                f"{view.asked[n].condition.words(project)}, which cannot hold together "
                f"with: {others or 'what is published'}. Drop one of them."
            )


def _bent(made: Workings) -> Workings:
    """The same with quantities that are not linear where they must be."""
    view, sums = made.view, len(made.low)
    bent = np.flatnonzero(~view.straight[:sums])
    spread = np.sqrt(np.einsum("vkk->k", made.reach.cover) / made.vectors)[bent]
    at = made.vector
    noise = np.square(made.sd[bent])

    def values(sought: Array) -> Array:
        arrived = made.arrived.copy()
        arrived[:, bent] = sought
        seen = view.values(made.outlook(arrived))[:, bent] - view.offset[bent]
        errors = made.starts[:, bent] - view.sums[:, bent]
        return seen + errors + noise * made.pulls(arrived)[:, bent]

    aim = made.arrived[:, bent]
    found, slope = approach(values, aim, aim, np.sqrt(np.square(spread) + noise))
    lost = np.isnan(slope)
    if lost.mean() > LOST_MAX:
        words = dict.fromkeys(view.asked[n].condition for n in bent)
        raise ScenarioError(
            f"{'; '.join(c.words(view.fits.project) for c in words)}: "
            f"{lost.mean():.0%} of draws cannot be brought there. Move the value "
            "towards what is expected, or condition on less."
        )
    arrived = made.arrived.copy()
    arrived[:, bent] = np.where(lost[:, None], aim, found)
    mean, root = made.reach.mean[at], made.root[at]
    before, after = (scores(root, s - mean) for s in (made.arrived, arrived))
    change = 0.5 * (np.square(before) - np.square(after)).sum(axis=1)
    bend = np.where(lost, -np.inf, change - slope)
    return replace(made, arrived=arrived, bend=bend)
