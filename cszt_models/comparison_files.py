"""Comparisons kept in a store: scenarios side by side, without their draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cszt_models.attainment import Assessment, Attainment
from cszt_models.comparison import Compared, compare
from cszt_models.kept import asked_of, kept
from cszt_models.models import Fits
from cszt_models.plan import Target
from cszt_models.scenarios import Scenario
from cszt_models.sets import JointAttainment
from cszt_models.store import Store

type Row = dict[str, str | int | float]


@dataclass(frozen=True)
class Answer:
    """What is kept of a scenario; without targets it is not possible, for a reason."""

    targets: tuple[Attainment, ...]
    joint: JointAttainment | None
    figures: list[Row]
    reason: str


def kept_comparison(
    fits: Fits,
    targets: Mapping[str, Target],
    scenarios: Sequence[Scenario],
    *,
    store: Store | None = None,
) -> list[Compared]:
    """Scenarios on one as-of date from a store, or compared and kept there.

    As `comparison.compare`, but without what only draws tell: ``scene`` is empty, and
    so are ``met`` and ``plausibility`` of the assessments.

    Raises
    ------
    ScenarioError
        As `comparison.compare`.
    """
    answers = kept(
        "comparison",
        list[Answer],
        lambda: [_answer(one) for one in compare(fits, targets, scenarios)],
        store=store,
        inputs={
            **asked_of([fits], targets),
            "scenarios": [one.hash for one in scenarios],
            "conditions": [repr(one) for one in fits.conditions],
        },
    )
    told = zip(scenarios, answers, strict=True)
    return [_compared(fits, scenario, answer) for scenario, answer in told]


def _answer(one: Compared) -> Answer:
    told, rows = one.assessment, one.figures.to_dict("records")
    figures = [{str(name): value for name, value in row.items()} for row in rows]
    if told is None:
        return Answer((), None, figures, one.reason)
    return Answer(told.targets, told.joint, figures, one.reason)


def _compared(fits: Fits, scenario: Scenario, answer: Answer) -> Compared:
    if not answer.targets:
        return Compared(scenario, None, pd.DataFrame(), None, answer.reason)
    told = Assessment(
        as_of=fits.as_of,
        scenario=scenario,
        seed=fits.seed,
        draws=fits.draws,
        engine=next(iter(fits.blocks.values())).engine,
        targets=answer.targets,
        joint=answer.joint,
    )
    return Compared(scenario, told, pd.DataFrame(answer.figures), None)
