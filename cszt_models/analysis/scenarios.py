"""Scenarios and conditions written in Python, and looked up by name."""

from collections.abc import Iterable, Mapping, Sequence
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
from cszt_models.scenarios.levers import Lever, is_number
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
        name,
        (*_everywhere(levers), *_all("settings", settings, Setting)),
        _all("conditions", conditions, Condition),
        _all("effects", effects, Effect),
    )
    return Scenario(name, () if part.empty else (part,))


def _all[T](name: str, given: Any, kind: type[T]) -> tuple[T, ...]:
    """The values given for an argument, or the single one; all of one kind."""
    values = (given,) if isinstance(given, kind) else given
    listed = isinstance(values, Iterable) and not isinstance(values, str)
    if not listed or not all(isinstance(value, kind) for value in values):
        raise ScenarioError(
            f"{name} {given!r} are not values of {kind.__name__}. Give a list of them, "
            "like [cm.fix(...)] for conditions."
        )
    return tuple(values)


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


def _check(indicator: str, **values: float) -> None:
    """Check that the values of a condition are numbers; none is infinite but bounds."""
    for name, value in values.items():
        open_end = name in ("low", "high") and value in (-np.inf, np.inf)
        if not is_number(value) and not open_end:
            raise ScenarioError(
                f"a condition on {indicator}: {name} {value!r} is not a number. Write "
                "one like 5.0."
            )


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
        If a value is not a number, or the last year comes before the first.

    Examples
    --------
    >>> fix("gdp_real_growth", "china", 2024, 5.0).years
    (2024,)
    """
    _check(indicator, value=value)
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
        If a value is not a number, the standard deviation not above 0, or the last year
        comes before the first.

    Examples
    --------
    >>> about("gdp_real_growth", "china", 2024, 5.0, 0.5).says.sd
    0.5
    """
    _check(indicator, mean=mean, sd=sd)
    if sd <= 0:
        raise ScenarioError(
            f"a condition on {indicator}: sd {sd!r} is not above 0. Write a standard "
            "deviation like 0.5, or use fix."
        )
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
        If the bounds are no numbers in order, or the last year comes before the first.

    Examples
    --------
    >>> between("gdp_real_growth", "china", (2022, 2024), low=4.0).years
    (2022, 2023, 2024)
    """
    _check(indicator, low=low, high=high)
    if low >= high or (np.isinf(low) and np.isinf(high)):
        raise ScenarioError(
            f"a condition on {indicator} between {low!r} and {high!r} bounds nothing. "
            "Write the lower end first, and at least one end."
        )
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
        If the threshold is not a number, the probability not between 0 and 1, or the
        last year comes before the first.

    Examples
    --------
    >>> chance("gdp_real_growth", "china", 2024, below=4, probability=0.2).region
    'china'
    """
    _check(indicator, below=below, probability=probability)
    if not 0 < probability < 1:
        raise ScenarioError(
            f"a condition on {indicator}: probability {probability!r} is not between "
            "0 and 1. Write one like 0.2."
        )
    return _condition(indicator, region, years, Chance(probability, below), average)


def require_names(condition: Condition, project: Project) -> None:
    """Raise if a condition names no indicator or place of a project.

    Raises
    ------
    ScenarioError
        With the nearest name.
    """
    for kind, name, known in (
        ("indicator", condition.indicator, project.indicators),
        ("region", condition.region, project.places),
    ):
        if name not in known:
            raise ScenarioError(f"{project.id}: {unknown(kind, str(name), known)}")


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
        for condition in given.conditions:
            require_names(condition, project)
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
