"""Decisions of a fitted project, from a file of costs and losses."""

from pathlib import Path
from typing import TYPE_CHECKING

from cszt_models.decisions.evaluation import evaluate
from cszt_models.decisions.problem import FILE, read_decision
from cszt_models.errors import DataError
from cszt_models.results.decisions import DecisionResults
from cszt_models.targets.setting import require_probability

if TYPE_CHECKING:
    from cszt_models.analysis.base import FittedProject


def decide(
    analysis: "FittedProject", file: Path | str | None, probability: float
) -> DecisionResults:
    """Options compared, and the cheapest mix; see `TargetSetting.decide`.

    Parameters
    ----------
    analysis
        The fitted project.
    file
        Of costs and losses; that of the project if not given.
    probability
        Of all targets with losses together.

    Raises
    ------
    DataError, ScenarioError
        If the file, a name in it or the probability is not valid.
    """
    require_probability(probability)
    project, scenarios = analysis.project, dict(analysis.scenarios)
    path = project.folder / FILE if file is None else Path(file)
    if file is None and not path.exists():
        raise DataError(
            f"{path} does not exist, and costs and losses are yours to state. Write "
            "it as the documentation shows, or name a file."
        )
    decision = read_decision(
        path, project, analysis.targets, analysis.levers, scenarios
    )
    first = decision.scenarios[0]
    attained = analysis.attain(list(decision.losses), first)
    evaluation = evaluate(
        decision, analysis.fits, analysis.targets, scenarios, probability
    )
    return DecisionResults(attained, decision, evaluation, analysis.levers)
