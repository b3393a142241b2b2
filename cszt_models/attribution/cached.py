"""Cache of moves of probabilities between as-of dates."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from cszt_models.attribution.contributions import Move
from cszt_models.attribution.revisions import moves
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.storage.store import Store
from cszt_models.targets.cached import cached, inputs_of


def cached_moves(
    fits: Sequence[Fits],
    targets: Mapping[str, Target],
    scenario: Scenario | None = None,
    *,
    store: Store | None = None,
    on_move: Callable[[date, date], None] = lambda *_: None,
) -> list[Move]:
    """Moves from a store, or computed and stored there; see `revisions.moves`.

    Parameters
    ----------
    fits, targets, scenario, on_move
        As in `revisions.moves`.
    store
        Without one nothing is stored.

    Raises
    ------
    ConvergenceError
        If a step cannot be computed.
    """
    scenario = baseline() if scenario is None else scenario
    return cached(
        "moves",
        list[Move],
        lambda: list(moves(fits, targets, scenario, on_move=on_move)),
        store=store,
        inputs={**inputs_of(fits, targets), "scenario": scenario.hash},
    )
