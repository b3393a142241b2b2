"""Why probabilities moved from one date to the next."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cszt_models.analysis.scenarios import ScenarioLike
from cszt_models.attribution import revisions
from cszt_models.results.news import NewsResults
from cszt_models.scenarios.scenario import BASELINE

if TYPE_CHECKING:
    pass

from cszt_models.analysis.base import FittedProject, Targets


def news(
    analyses: Sequence[FittedProject],
    targets: Targets = None,
    scenario: ScenarioLike = BASELINE,
    *,
    on_move: Callable[[date, date], None] = lambda *_: None,
) -> NewsResults:
    """Why probabilities moved from each analysis to the next.

    Parameters
    ----------
    analyses
        Of one project, oldest first.
    targets
        Ids; the headline targets if not given.

    Raises
    ------
    DataError, ScenarioError
        As `Analysis.attain`.
    """
    last = analyses[-1]
    selection, chosen = last.selection(targets), last.scenario(scenario)
    plan = {name: last.targets[name] for name in selection}
    fits = [analysis.fits for analysis in analyses]
    moves = revisions.moves(fits, plan, chosen, joint=selection, on_move=on_move)
    seed, draws = last.fits.seed, last.fits.draws
    plan_targets = last.about(targets).targets
    headlines = tuple(t.id for t in plan_targets.values() if t.headline)
    return NewsResults(last.project, plan, chosen, seed, draws, tuple(moves), headlines)
