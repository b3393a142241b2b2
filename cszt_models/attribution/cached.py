"""Moves kept in a store: why probabilities moved."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from cszt_models.attribution.contributions import Move
from cszt_models.attribution.revisions import moves
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.storage.store import Store
from cszt_models.targets.cached import asked_of, kept


def kept_moves(
    fits: Sequence[Fits],
    targets: Mapping[str, Target],
    scenario: Scenario | None = None,
    *,
    store: Store | None = None,
    on_move: Callable[[date, date], None] = lambda *_: None,
) -> list[Move]:
    """Moves from a store, or computed and kept there; see `revisions.moves`.

    Raises
    ------
    ConvergenceError
        If a step cannot be computed.
    """
    scenario = baseline() if scenario is None else scenario
    return kept(
        "moves",
        list[Move],
        lambda: list(moves(fits, targets, scenario, on_move=on_move)),
        store=store,
        inputs={**asked_of(fits, targets), "scenario": scenario.hash},
    )
