r"""Conditional fits: the draws of all blocks given the conditions of a scenario.

The joint distribution of scales, states and futures is conditioned: each vector of
scales weighs as much as before times the density of the conditions under it, and each
draw is moved as far as it must be, over regions, years and blocks together. Draws are
then taken by their weights, so that they count alike and go through `project_paths` as
others do. Conditions hold in what is projected, levers included.

References
----------
Waggoner, D. F. and Zha, T. (1999). Conditional forecasts in dynamic multivariate
models. *Review of Economics and Statistics* 81(4), 639-651.
https://doi.org/10.1162/003465399558508.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.conditional.linearization import Linearization
from cszt_models.conditional.solution import NAME, Solution, solve_conditions
from cszt_models.conditional.tilting import tilted
from cszt_models.errors import ScenarioError
from cszt_models.inference.fit import Fit
from cszt_models.inference.weights import effective_size, normalized, resampled
from cszt_models.models.fits import Fits
from cszt_models.models.measure import MIN_WITHIN_SHARE, keeps_totals
from cszt_models.scenarios.conditions import Chance, Condition
from cszt_models.scenarios.scenario import Part, Scenario, baseline
from cszt_models.structural.simulation_smoother import WORKERS

Array = NDArray[np.float64]

ESS_MIN = 100.0  # effective sample size of draws
VECTORS_MIN = 10.0  # effective sample size of scale vectors
SAME = 1e-6  # on the scale of a quantity: figures that are further apart differ


@dataclass(frozen=True)
class Weighing:
    """Weights of the draws (draw), each kind normalized to sum to one.

    ``exact`` are those of values, soft values and ranges, ``bounded`` those of draws
    that also keep below published totals, and ``final`` those under which chances have
    their probabilities besides. ``events`` (draw) numbers which of these occur.
    """

    exact: Array
    bounded: Array
    final: Array
    events: NDArray[np.int_]


@dataclass(frozen=True)
class Conditional:
    """Fits under conditions, and how many independent draws they are worth.

    ``scenario`` holds the levers and conditions; ``effective`` counts draws and
    ``effective_vectors`` vectors of scales; ``solution`` and ``weighing`` are None
    where no condition moves anything.
    """

    fits: Fits
    scenario: Scenario
    effective: float
    effective_vectors: float
    solution: Solution | None = None
    weighing: Weighing | None = None


@ONE_THREAD
def condition_fits(
    fits: Fits, conditions: Sequence[Condition], scenario: Scenario | None = None
) -> Conditional:
    """Fits whose draws meet conditions once the levers of a scenario are set.

    Without conditions these are the fits themselves. Which draws are not independent
    stays known, so that Monte-Carlo errors count copies.

    Parameters
    ----------
    fits, conditions
        Draws, and the conditions on them, in any order.
    scenario
        Lever settings; the baseline if not given. Conditions of its own do not count.

    Raises
    ------
    ScenarioError
        If a condition is about what is not modelled, contradicts what is published or
        another condition, or lies so far from what the model expects that too few
        draws are left.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.models.fits import fit_blocks
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.projection.paths import project_paths
    >>> from cszt_models.scenarios.conditions import Value
    >>> project = cm.load_project()
    >>> fits = fit_blocks(
    ...     read_observations(project),
    ...     project,
    ...     as_of=date(2021, 6, 30),
    ...     seed=1,
    ...     draws=500,
    ... )
    >>> gdp = Condition("gdp_nominal", "czt", 2025, 2025, False, Value(25_000.0))
    >>> moved = condition_fits(fits, [gdp])
    >>> paths = project_paths(moved.fits, moved.scenario)
    >>> path = paths["gdp_nominal"].sel(region="czt", year=2025)
    >>> bool(abs(path - 25_000).max() < 0.01)
    True
    """
    levers = baseline() if scenario is None else scenario.levers_alone
    vectors = fits.vectors
    if not conditions:
        return Conditional(fits, levers, fits.draws, vectors)
    part = Part(NAME, conditions=tuple(conditions))
    full = Scenario(levers.name, (*levers.parts, part))
    met = replace(fits, conditions=full.conditions)
    same = Conditional(met, full, fits.draws, vectors)
    view = Linearization.of(fits, levers, full.conditions)
    _require_published(view)
    view = view.without(view.settled)
    if not view.quantities:
        return same
    solution = solve_conditions(view)
    among = [name for name in solution.blocks if name in fits.project.measures]
    measures = {name: _moved(solution, name) for name in among}
    weighing = _weighed(solution, measures)
    rng = fits.rng(f"{NAME} taken")
    chosen = resampled(weighing.final, rng, weighing.events)
    with ThreadPoolExecutor(WORKERS) as pool:
        taken = pool.map(
            lambda name: (measures.get(name) or _moved(solution, name)).taking(chosen),
            solution.blocks,
        )
        moved = dict(zip(solution.blocks, taken, strict=True))
    linked = set(moved) & set(fits.dependence.panels)
    return replace(
        same,
        fits=replace(
            met,
            blocks={**fits.blocks, **moved},
            taken={**fits.taken, **dict.fromkeys(moved, chosen)},
            moved=chosen if linked else np.arange(fits.draws),
        ),
        effective=effective_size(weighing.final),
        effective_vectors=effective_size(_by_vector(solution, weighing.final)),
        solution=solution,
        weighing=weighing,
    )


def _require_published(view: Linearization) -> None:
    """Refuse conditions on what is published that say anything else."""
    project = view.fits.project
    for n in np.flatnonzero(view.settled):
        quantity, published = view.quantities[n], float(view.drawn[0, n])
        low, high, sd = quantity.bounds(project)
        near = SAME * max(1.0, abs(published)) + 5 * sd
        chance = isinstance(quantity.condition.says, Chance)
        if chance or not low - near <= published <= high + near:
            unit = project.indicators[quantity.condition.indicator].unit
            known = float(quantity.unscaled(np.array(published), project))
            raise ScenarioError(
                f"{quantity.condition.words(project)}, but by {view.fits.as_of} it was "
                f"published: {known:,.6g} {unit} in {quantity.years[-1]}. Drop the "
                "condition, or choose an earlier as-of date."
            )


def _moved(solution: Solution, name: str) -> Fit:
    """A block's fit before published totals bound it, under the conditions."""
    fit = solution.fits.drawn[name]
    cells = {
        kind: (fit.cells[kind].dims, drawn)
        for kind, drawn in solution.cells(name).items()
    }
    return replace(fit, cells=xr.Dataset(cells, fit.cells.coords))


def _by_vector(solution: Solution, weights: Array) -> Array:
    """Weights of the vectors of scales (vector)."""
    return np.bincount(solution.vector, weights=weights, minlength=solution.vectors)


def _weighed(solution: Solution, blocks: dict[str, Fit]) -> Weighing:
    fits = solution.fits
    exact = normalized(solution.steps.sum(axis=1) + solution.curvature)
    _require_enough(solution, exact)
    within = np.ones(fits.draws, dtype=bool)
    for name in fits.project.measures:
        if name in blocks:
            within &= keeps_totals(blocks[name], fits.known, fits.project)
    if exact @ within < MIN_WITHIN_SHARE:
        raise ScenarioError(
            f"{_words(solution)}: only {exact @ within:.1%} of draws keep below "
            f"published totals (at least {MIN_WITHIN_SHARE:.0%}). Move the conditions "
            "towards what is expected."
        )
    bounded = exact * within / (exact @ within)
    final, events = _tilted(solution, bounded)
    _require_enough(solution, final)
    return Weighing(exact, bounded, final, events)


def _tilted(solution: Solution, weights: Array) -> tuple[Array, NDArray[np.int_]]:
    """Weights under which chances have their probabilities, and which events occur."""
    view = solution.view
    chances = view.quantities[len(solution.low) :]
    if not chances:
        return weights, np.zeros(len(weights), dtype=int)
    says = [q.condition.says for q in chances]
    project = view.fits.project
    ends = [
        float(q.scaled(chance.below, project))
        for q, chance in zip(chances, says, strict=True)
        if isinstance(chance, Chance)
    ]
    probabilities = np.array(
        [chance.probability for chance in says if isinstance(chance, Chance)]
    )
    events = (
        view.values(solution.outlook(solution.arrived))[:, len(solution.low) :] < ends
    )
    tilted_weights = tilted(weights, events, probabilities)
    if np.isnan(tilted_weights).any():
        model = ", ".join(f"{p:.2g}" for p in weights @ events)
        words = "; ".join(q.condition.words(project) for q in chances)
        raise ScenarioError(
            f"{words}: no weights of the draws give these probabilities; the model's "
            f"own are {model}. Move them towards those, or fit with more draws."
        )
    return tilted_weights, events @ (1 << np.arange(len(chances)))


def _require_enough(solution: Solution, weights: Array) -> None:
    """Refuse weights that leave too few draws or scales, naming what costs most."""
    draws = effective_size(weights)
    vectors = effective_size(_by_vector(solution, weights))
    most_draws, most_vectors = solution.fits.draws / 2, solution.vectors / 2
    least = min(ESS_MIN, most_draws), min(VECTORS_MIN, most_vectors)
    if draws >= least[0] and vectors >= least[1]:
        return
    raise ScenarioError(
        f"{_words(solution)}: so far from what the model expects that the draws left "
        f"are worth {draws:.0f} independent ones (at least {least[0]:.0f}) "
        f"and {vectors:.0f} vectors of scales (at least {least[1]:.0f}). Move it "
        "towards what is expected, or fit with more draws."
    )


def _words(solution: Solution) -> str:
    """The condition that leaves the fewest draws, in plain words."""
    quantities = solution.view.quantities
    sizes = [effective_size(normalized(step)) for step in solution.steps.T]
    curved = np.flatnonzero(~solution.view.linear[: len(sizes)])
    if len(curved) and effective_size(normalized(solution.curvature)) < min(sizes):
        at = int(curved[0])
    else:
        at = int(np.argmin(sizes)) if sizes else len(quantities) - 1
    return quantities[at].condition.words(solution.fits.project)
