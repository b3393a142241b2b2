r"""Conditional fits: the draws of all blocks given what a scenario takes for granted.

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
from cszt_models.conditional.linearization import View
from cszt_models.conditional.solution import NAME, Workings, work_out
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

ESS_MIN = 100.0  # draws of equal weight that tell as much as those left
VECTORS_MIN = 10.0  # the same of scale vectors
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
    ``effective_vectors`` vectors of scales; ``workings`` and ``weighing`` are None
    where no condition moves anything.
    """

    fits: Fits
    scenario: Scenario
    effective: float
    effective_vectors: float
    workings: Workings | None = None
    weighing: Weighing | None = None


@ONE_THREAD
def conditioned(
    fits: Fits, conditions: Sequence[Condition], scenario: Scenario | None = None
) -> Conditional:
    """Fits whose draws meet conditions once the levers of a scenario are set.

    Without conditions these are the fits themselves. Which draws are not independent
    stays known, so that Monte-Carlo errors count copies.

    Parameters
    ----------
    conditions
        In any order.
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
    >>> from cszt_models.scenarios.conditions import Value
    >>> project = cm.load_project()
    >>> fits = cm.fit_blocks(
    ...     cm.read_observations(project),
    ...     project,
    ...     as_of=date(2021, 6, 30),
    ...     seed=1,
    ...     draws=500,
    ... )
    >>> gdp = Condition("gdp_nominal", "czt", 2025, 2025, False, Value(25_000.0))
    >>> moved = conditioned(fits, [gdp])
    >>> paths = cm.project_paths(moved.fits, moved.scenario)
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
    view = View.of(fits, levers, full.conditions)
    _require_published(view)
    view = view.without(view.settled)
    if not view.asked:
        return same
    made = work_out(view)
    among = [name for name in made.blocks if name in fits.project.measures]
    measures = {name: _moved(made, name) for name in among}
    weighing = _weighed(made, measures)
    rng = fits.rng(f"{NAME} taken")
    chosen = resampled(weighing.final, rng, weighing.events)
    with ThreadPoolExecutor(WORKERS) as pool:
        taken = pool.map(
            lambda name: (measures.get(name) or _moved(made, name)).taking(chosen),
            made.blocks,
        )
        moved = dict(zip(made.blocks, taken, strict=True))
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
        effective_vectors=effective_size(_by_vector(made, weighing.final)),
        workings=made,
        weighing=weighing,
    )


def _require_published(view: View) -> None:
    """Refuse conditions on what is published that say anything else."""
    project = view.fits.project
    for n in np.flatnonzero(view.settled):
        one, told = view.asked[n], float(view.drawn[0, n])
        low, high, sd = one.bounds(project)
        near = SAME * max(1.0, abs(told)) + 5 * sd
        chance = isinstance(one.condition.says, Chance)
        if chance or not low - near <= told <= high + near:
            unit = project.indicators[one.condition.indicator].unit
            known = float(one.unscaled(np.array(told), project))
            raise ScenarioError(
                f"{one.condition.words(project)}, but by {view.fits.as_of} it was "
                f"published: {known:,.6g} {unit} in {one.years[-1]}. Drop the "
                "condition, or choose an earlier as-of date."
            )


def _moved(made: Workings, name: str) -> Fit:
    """A block's fit before published totals bound it, under the conditions."""
    fit = made.fits.drawn[name]
    cells = {
        kind: (fit.cells[kind].dims, drawn) for kind, drawn in made.cells(name).items()
    }
    return replace(fit, cells=xr.Dataset(cells, fit.cells.coords))


def _by_vector(made: Workings, weights: Array) -> Array:
    """Weights of the vectors of scales (vector)."""
    return np.bincount(made.vector, weights=weights, minlength=made.vectors)


def _weighed(made: Workings, blocks: dict[str, Fit]) -> Weighing:
    fits = made.fits
    exact = normalized(made.steps.sum(axis=1) + made.bend)
    _require_enough(made, exact)
    kept = np.ones(fits.draws, dtype=bool)
    for name in fits.project.measures:
        if name in blocks:
            kept &= keeps_totals(blocks[name], fits.known, fits.project)
    if exact @ kept < MIN_WITHIN_SHARE:
        raise ScenarioError(
            f"{_words(made)}: only {exact @ kept:.1%} of draws keep below published "
            f"totals (at least {MIN_WITHIN_SHARE:.0%}). Move the conditions towards "
            "what is expected."
        )
    bounded = exact * kept / (exact @ kept)
    final, events = _tilted(made, bounded)
    _require_enough(made, final)
    return Weighing(exact, bounded, final, events)


def _tilted(made: Workings, weights: Array) -> tuple[Array, NDArray[np.int_]]:
    """Weights under which chances have their probabilities, and which events occur."""
    view = made.view
    asked = view.asked[len(made.low) :]
    if not asked:
        return weights, np.zeros(len(weights), dtype=int)
    says = [q.condition.says for q in asked]
    project = view.fits.project
    ends = [
        float(q.scaled(one.below, project))
        for q, one in zip(asked, says, strict=True)
        if isinstance(one, Chance)
    ]
    asked_for = np.array([one.probability for one in says if isinstance(one, Chance)])
    events = view.values(made.outlook(made.arrived))[:, len(made.low) :] < ends
    found = tilted(weights, events, asked_for)
    if np.isnan(found).any():
        model = ", ".join(f"{p:.2g}" for p in weights @ events)
        words = "; ".join(q.condition.words(project) for q in asked)
        raise ScenarioError(
            f"{words}: no weights of the draws give these probabilities; the model's "
            f"own are {model}. Move them towards those, or fit with more draws."
        )
    return found, events @ (1 << np.arange(len(asked)))


def _require_enough(made: Workings, weights: Array) -> None:
    """Refuse weights that leave too few draws or scales, naming what costs most."""
    draws = effective_size(weights)
    vectors = effective_size(_by_vector(made, weights))
    most_draws, most_vectors = made.fits.draws / 2, made.vectors / 2
    least = min(ESS_MIN, most_draws), min(VECTORS_MIN, most_vectors)
    if draws >= least[0] and vectors >= least[1]:
        return
    raise ScenarioError(
        f"{_words(made)}: so far from what the model expects that the draws left are "
        f"worth {draws:.0f} independent ones (at least {least[0]:.0f}) and "
        f"{vectors:.0f} vectors of scales (at least {least[1]:.0f}). Move it towards "
        "what is expected, or fit with more draws."
    )


def _words(made: Workings) -> str:
    """The condition that leaves the fewest draws, in plain words."""
    asked = made.view.asked
    sizes = [effective_size(normalized(step)) for step in made.steps.T]
    bent = np.flatnonzero(~made.view.straight[: len(sizes)])
    if len(bent) and effective_size(normalized(made.bend)) < min(sizes):
        at = int(bent[0])
    else:
        at = int(np.argmin(sizes)) if sizes else len(asked) - 1
    return asked[at].condition.words(made.fits.project)
