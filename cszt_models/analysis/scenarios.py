"""Scenarios and conditions written in Python, and looked up by name."""

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

from cszt_models.errors import ScenarioError, unknown
from cszt_models.project.project import Project
from cszt_models.scenarios.conditions import (
    About,
    Chance,
    Condition,
    Says,
    Value,
    Within,
)
from cszt_models.scenarios.cross_effects import Effect
from cszt_models.scenarios.levers import Lever
from cszt_models.scenarios.scenario import (
    BASELINE,
    Part,
    Scenario,
    baseline,
    scenario_named,
)
from cszt_models.scenarios.settings import Setting

# One year, or the first and the last of a span.
type Years = int | tuple[int, int]

# A scenario by name, as a value, or as levers with the values they are set to.
type ScenarioLike = str | Scenario | Mapping[str, float] | None


def scenario(
    name: str,
    *,
    conditions: Sequence[Condition] = (),
    settings: Sequence[Setting] = (),
    effects: Sequence[Effect] = (),
    **levers: float,
) -> Scenario:
    """A scenario of levers set everywhere from now on, settings and conditions.

    Parameters
    ----------
    name
        For tables; it does not count for the hash.
    conditions
        From `fix`, `about`, `between` and `chance`.
    settings
        Levers set for some regions or years only, see `Setting`.
    effects
        Cross-effects to switch on, of the project's scenarios.
    levers
        Values by the lever's id, in its unit.

    Examples
    --------
    >>> scenario("faster", growth=1.0, price=-0.5).hash
    '183a9d6174e9'
    """
    part = Part(
        name, (*_everywhere(levers), *settings), tuple(conditions), tuple(effects)
    )
    return Scenario(name, () if part.empty else (part,))


def _everywhere(levers: Mapping[str, object]) -> list[Setting]:
    """Settings of levers for all regions and years; their values must be numbers."""
    settings = []
    for lever, value in levers.items():
        if not isinstance(value, Real):
            raise ScenarioError(
                f"lever {lever!r}: value {value!r} is not a number. Write one like 0.5."
            )
        settings.append(Setting(lever, float(value)))
    return settings


def _condition(
    indicator: str, region: str, years: Years, says: Says, average: bool
) -> Condition:
    given: Any = years
    bounds = (given, given) if isinstance(given, Integral) else given
    sized = isinstance(bounds, Sequence) and len(bounds) == 2
    if not sized or not all(isinstance(year, Integral) for year in bounds):
        raise ScenarioError(
            f"a condition on {indicator}: {years!r} is not a year. Write one like "
            "2024, or the first and the last like (2024, 2026)."
        )
    first, last = map(int, bounds)
    if last < first:
        raise ScenarioError(
            f"a condition on {indicator} runs from {first} to {last}. Write the "
            "earlier year first."
        )
    return Condition(indicator, region, first, last, average, says)


def fix(
    indicator: str, region: str, years: Years, value: float, *, average: bool = False
) -> Condition:
    """An indicator takes a value exactly.

    Parameters
    ----------
    indicator, region
        Ids in project.yaml.
    years
        One year, or the first and the last of a span.
    value
        In the indicator's unit.
    average
        Whether the average over the years is meant, not each of them.

    Raises
    ------
    ScenarioError
        If the last year comes before the first.

    Examples
    --------
    >>> fix("gdp_real_growth", "china", 2024, 5.0).years
    (2024,)
    """
    return _condition(indicator, region, years, Value(value), average)


def about(
    indicator: str,
    region: str,
    years: Years,
    mean: float,
    sd: float,
    *,
    average: bool = False,
) -> Condition:
    """An indicator is normal around a mean, with a standard deviation, in its unit.

    Parameters
    ----------
    indicator, region, years, average
        As in `fix`.
    mean, sd
        In the indicator's unit.

    Raises
    ------
    ScenarioError
        If the last year comes before the first.

    Examples
    --------
    >>> about("gdp_real_growth", "china", 2024, 5.0, 0.5).says.sd
    0.5
    """
    return _condition(indicator, region, years, About(mean, sd), average)


def between(
    indicator: str,
    region: str,
    years: Years,
    low: float = -np.inf,
    high: float = np.inf,
    *,
    average: bool = False,
) -> Condition:
    """An indicator lies between two bounds, of which one may be left out.

    Parameters
    ----------
    indicator, region, years, average
        As in `fix`.
    low, high
        In the indicator's unit.

    Raises
    ------
    ScenarioError
        If the last year comes before the first.

    Examples
    --------
    >>> between("gdp_real_growth", "china", (2022, 2024), low=4.0).years
    (2022, 2023, 2024)
    """
    return _condition(indicator, region, years, Within(low, high), average)


def chance(
    indicator: str,
    region: str,
    years: Years,
    *,
    below: float,
    probability: float,
    average: bool = False,
) -> Condition:
    """An indicator is below a threshold with a probability.

    Parameters
    ----------
    indicator, region, years, average
        As in `fix`.
    below
        Threshold in the indicator's unit.
    probability
        Between 0 and 1, without the ends.

    Raises
    ------
    ScenarioError
        If the last year comes before the first.

    Examples
    --------
    >>> chance("gdp_real_growth", "china", 2024, below=4, probability=0.2).region
    'china'
    """
    return _condition(indicator, region, years, Chance(probability, below), average)


def resolve(
    given: ScenarioLike,
    scenarios: Mapping[str, Scenario],
    levers: Mapping[str, Lever],
    project: Project,
) -> Scenario:
    """The scenario that a name, a value or a mapping of levers stands for.

    Parameters
    ----------
    given
        The baseline if None.
    scenarios, levers
        By name and id, those that a name or a mapping may use.

    Raises
    ------
    ScenarioError
        If a scenario or a lever is unknown.
    """
    if given is None:
        return baseline()
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str):
        named = {BASELINE: baseline(), **scenarios}
        return scenario_named(named, given)
    if not isinstance(given, Mapping):
        raise ScenarioError(
            f"{given!r} is not a scenario. Give a name, a value of `scenario`, or "
            'levers with their values, like {"growth": 1.0}.'
        )
    for lever in given:
        if lever not in levers:
            raise ScenarioError(f"{project.id}: {unknown('lever', lever, levers)}")
    settings = _everywhere(given)
    words = ", ".join(f"{lever} {value:+g}" for lever, value in given.items())
    return scenario(words or BASELINE, settings=settings)
