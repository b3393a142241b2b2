"""Targets set at a stated probability, from the draws of an attainment."""

from dataclasses import replace

import pandas as pd

from cszt_models.errors import DataError
from cszt_models.projection.outcomes import outcome
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.setting import SettingResults
from cszt_models.results.splitting import SplitTargetResults
from cszt_models.targets.attainment import groups_of
from cszt_models.targets.division import Over, divide
from cszt_models.targets.printed import printed_forms
from cszt_models.targets.setting import (
    EXPECTED,
    FLOOR,
    STRETCH,
    Draws,
    frontier,
    quantile_for,
    require_probability,
    rounded,
    value_for,
)


def set_values(attained: AttainmentResults, probability: float) -> SettingResults:
    """Values that the targets asked about would meet with a probability.

    Raises
    ------
    DataError
        If the probability is not between 0 and 1, or a target is settled.
    """
    require_probability(probability)
    outcomes, values, close, forms = {}, {}, {}, {}
    for name in attained.selection:
        draws, target = _draws(attained, name), attained.plan[name]
        groups = groups_of(attained.fits, [target])
        chances = dict.fromkeys((probability, FLOOR, EXPECTED, STRETCH))
        outcomes[name] = draws
        values[name] = {p: value_for(target, draws, p, groups) for p in chances}
        close[name] = rounded(values[name][probability], draws)
        forms[name] = printed_forms(values[name][probability], draws)
    return SettingResults(attained, probability, outcomes, values, close, forms)


def frontier_of(
    attained: AttainmentResults, first: str, second: str, probability: float
) -> pd.DataFrame:
    """Pairs of values of two targets that are met together with a probability.

    Parameters
    ----------
    attained
        Holds the draws of both.
    first, second
        Ids.
    probability
        Between 0 and 1.
    """
    plan = attained.plan
    draws = _draws(attained, first), _draws(attained, second)
    return frontier(plan[first], plan[second], draws, probability)


def split_targets(
    attained: AttainmentResults, over: Over, probability: float | None = None
) -> SplitTargetResults:
    """Targets asked about, split over members or years by every rule.

    Parameters
    ----------
    attained
        Holds the draws.
    over
        Members or years.
    probability
        Of the value to split; the plan's own value if not given.

    Raises
    ------
    DataError
        If a target is settled, has no members or no open year, or a part no data.
    """
    if probability is not None:
        require_probability(probability)
    divisions = []
    for name in attained.selection:
        draws, target = _draws(attained, name), attained.plan[name]
        if probability is not None:
            value = quantile_for(target, draws, probability)
            target = replace(target, value=value)
        divisions += divide(attained.fits, attained.paths, target, over)
    return SplitTargetResults(attained, tuple(divisions))


def _draws(attained: AttainmentResults, name: str) -> Draws:
    """Draws of what a target is about, while it is open.

    Raises
    ------
    DataError
        If it is settled or nothing is projected.
    """
    result = attained[name]
    draws = outcome(attained.paths, result.target)
    if result.status == "resolved" or draws is None:
        day = attained.assessment.as_of
        raise DataError(
            f"target {name!r} is settled by a published figure at {day}, so no other "
            "value has a chance. Ask on an earlier date, or of a later year."
        )
    return draws
