"""Joint fits: the scales of each panel, then the cells of all panels together.

The scales of a panel follow from that panel alone and take the time, most of all with
``nuts``; joint draws follow from all. Each is kept in a store under its own key, so
that a fit that was stopped goes on where it was, and a changed figure costs the scales
of the blocks that it is observed in.
"""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.inference.fit import (
    NUTS,
    Fit,
    ScaleFit,
    cell_rng,
    fit_scales,
    vector_count,
    with_cells,
)
from cszt_models.inference.serialization import (
    joint_from_tree,
    joint_to_tree,
    scales_from_tree,
    scales_to_tree,
)
from cszt_models.storage.store import Store, key_of
from cszt_models.structural import (
    correlation as dependence,
)
from cszt_models.structural import (
    simulation_smoother as states,
)
from cszt_models.structural.correlation import Dependence
from cszt_models.structural.panel import Panel
from cszt_models.structural.size import require_draws

JOINT, DEPENDENCE = "joint", "dependence"  # names of a key, and of random numbers
LONG_SECONDS = 60.0  # of processor time, said before work starts
_WORKERS = 2
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """A part of a fit that is done: the scales of a block, or the ``joint`` draws.

    ``key`` is that of the store, whether there is one or not; ``reused`` says whether
    the part came from there.
    """

    name: str
    key: str
    reused: bool


@dataclass(frozen=True)
class Joint:
    """Fits by name of the block, drawn together, and what links their panels."""

    blocks: Mapping[str, Fit]
    dependence: Dependence


@dataclass(frozen=True)
class Task:
    """What is to be fitted, and how: all that decides the draws.

    Parameters
    ----------
    panels
        By name of the block.
    linked
        Names of the blocks whose innovations are correlated.
    draws
        Joint draws; the draw index is shared by all blocks.
    engine
        ``marginal``, which falls back to ``smc`` for a block that fails its gate,
        ``smc`` or ``nuts``.
    """

    panels: Mapping[str, Panel]
    linked: tuple[str, ...]
    as_of: date
    seed: int
    draws: int
    engine: str

    @property
    def vectors(self) -> int:
        """Scale vectors of each block, which the draws share in turn."""
        return vector_count(self.draws)

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Key of each block's scales."""
        how = {"seed": self.seed, "vectors": self.vectors, "engine": self.engine}
        return {n: key_of(n, panel=panel, **how) for n, panel in self.panels.items()}

    @property
    def key(self) -> str:
        """Key of the joint draws."""
        blocks, how = (
            list(self.keys.items()),
            {"as_of": self.as_of, "draws": self.draws},
        )
        return key_of(JOINT, blocks=blocks, linked=self.linked, **how)


@ONE_THREAD
def fit_jointly(
    task: Task,
    *,
    store: Store | None = None,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Joint:
    """Fits of all panels; the innovations of linked ones are correlated as estimated.

    Parameters
    ----------
    store
        Where parts are looked for, and kept as soon as they are done.
    on_step
        Called after each part, in any order and from several threads.

    Raises
    ------
    DataError
        If the engine is unknown, or the draws would not fit in memory.
    ConvergenceError
        If a fit fails its gate.
    """
    stored = _stored(task, store)
    if stored is not None:
        for name, key in task.keys.items():
            on_step(Step(name, key, reused=True))
        on_step(Step(JOINT, task.key, reused=True))
        return stored
    require_sizes(task)
    scales = _all_scales(task, store, on_step)
    drawn = _drawn(task, scales)
    if store is not None:
        store.save(task.key, joint_to_tree(drawn.blocks, drawn.dependence))
        # cells in their file leave the memory to the next date
        drawn = _stored(task, store) or drawn
    on_step(Step(JOINT, task.key, reused=False))
    return drawn


def _stored(task: Task, store: Store | None) -> Joint | None:
    """Joint draws from a store, if it has them; their cells stay in the file."""
    tree = None if store is None else store.load(task.key)
    return None if tree is None else Joint(*joint_from_tree(tree))


def require_sizes(task: Task) -> None:
    """Refuse a fit that would not fit in memory; log the estimate of a long one.

    Raises
    ------
    DataError
        With the estimate.
    """
    for panel in task.panels.values():
        estimate = require_draws(panel, task.draws)
        if estimate.seconds >= LONG_SECONDS and task.engine != NUTS:
            _LOG.warning(
                "%s: %s regions over %s years take about %.1f GB of memory and up to "
                "%.0f minutes.",
                panel.name,
                f"{len(panel.regions):,}",
                f"{len(panel.years):,}",
                estimate.memory / 1e9,
                estimate.seconds / 60,
            )


def _all_scales(
    task: Task, store: Store | None, on_step: Callable[[Step], None]
) -> dict[str, ScaleFit]:
    """Scales of each panel; the longest goes first, so that workers end together."""

    def fit_panel(name: str) -> ScaleFit:
        scale_fit, reused = _scales(task, name, store)
        on_step(Step(name, task.keys[name], reused))
        return scale_fit

    order = sorted(task.panels, key=lambda name: -len(task.panels[name].rows))
    with ThreadPoolExecutor(_WORKERS) as pool:
        return dict(zip(order, pool.map(fit_panel, order), strict=True))


def _scales(task: Task, name: str, store: Store | None) -> tuple[ScaleFit, bool]:
    """Scales of one panel, and whether they were kept."""
    panel, key = task.panels[name], task.keys[name]
    tree = None if store is None else store.load(key)
    if tree is not None:
        return scales_from_tree(tree), True
    scale_fit = fit_scales(
        panel, seed=task.seed, vectors=task.vectors, engine=task.engine
    )
    if store is not None:
        store.save(key, scales_to_tree(scale_fit, panel))
    return scale_fit, False


def _likeliest(panel: Panel, fit: ScaleFit) -> tuple[Panel, NDArray[np.float64]]:
    """The form of most vectors, and the means of its log scales as scales."""
    if fit.form is None:
        return panel, np.exp(np.log(fit.scales).mean(0))
    number = int(np.bincount(fit.form).argmax())
    form, vectors = panel.forms[number], np.flatnonzero(fit.form == number)
    scales = fit.scales[np.ix_(vectors, panel.places(form))]
    return replace(panel.of_form(form), name=panel.name), np.exp(np.log(scales).mean(0))


def _drawn(task: Task, scales: Mapping[str, ScaleFit]) -> Joint:
    """Fits with cells drawn given the rows of all panels."""
    likeliest = [_likeliest(task.panels[name], scales[name]) for name in task.linked]
    panels, centres = [panel for panel, _ in likeliest], [c for _, c in likeliest]
    rng = cell_rng(task.seed, DEPENDENCE)
    linked = dependence.estimate(panels, centres, vectors=task.vectors, rng=rng)
    cells = states.draw_cells(
        list(task.panels.values()),
        [scales[name].scales for name in task.panels],
        [cell_rng(task.seed, name) for name in task.panels],
        draws=task.draws,
        correlation=linked.among(list(task.panels)),
    )
    blocks = {
        name: with_cells(panel, scales[name], drawn, as_of=task.as_of, seed=task.seed)
        for (name, panel), drawn in zip(task.panels.items(), cells, strict=True)
    }
    return Joint(blocks, linked)
