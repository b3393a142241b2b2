"""Reading and validation of decisions.yaml: costs, losses, options and scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cszt_models.decisions.losses import Loss
from cszt_models.errors import DataError, ScenarioError, unknown
from cszt_models.project.plan import Target, target_named
from cszt_models.project.project import Label, Project
from cszt_models.scenarios.levers import Lever
from cszt_models.scenarios.scenario import BASELINE, Scenario, scenario_named
from cszt_models.scenarios.settings import Setting, read_regions, require_in_range
from cszt_models.storage.files import load_yaml
from cszt_models.storage.validation import validated

FILE = "decisions.yaml"
KEYS = ("unit", "source", "levers", "losses", "options", "scenarios", "tail")


@dataclass(frozen=True)
class Priced:
    """A lever with its cost.

    Parameters
    ----------
    cost
        Of one unit of the lever, in the unit of costs.
    most
        Furthest value considered; below 0 for a lever that is moved down.
    regions, first, last
        Where and when it acts; everywhere and in all open years if not given.
    """

    cost: float
    most: float
    regions: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class _File:
    """Content of a decisions.yaml."""

    unit: Label
    source: str
    levers: dict[str, Priced]
    losses: dict[str, Loss]
    options: dict[str, dict[str, float]] = field(default_factory=dict)
    scenarios: tuple[str, ...] = (BASELINE,)
    tail: float = 0.1


@dataclass(frozen=True)
class Decision:
    """Costs of levers and losses of misses, as the user judges them.

    Parameters
    ----------
    unit
        Of costs and losses.
    source
        Who judged them, or where they are from.
    settings
        A unit of each lever with its regions and years, by name.
    costs, most
        Of a unit of each, and the furthest value considered.
    losses
        By id of the target.
    options
        Mixes to compare, by name; values of levers by name.
    scenarios
        Names of those over which regret is taken.
    tail
        Share of the worst draws that CVaR averages.
    """

    unit: Label
    source: str
    settings: Mapping[str, Setting]
    costs: Mapping[str, float]
    most: Mapping[str, float]
    losses: Mapping[str, Loss]
    options: Mapping[str, Mapping[str, float]]
    scenarios: tuple[str, ...]
    tail: float

    def cost(self, values: Mapping[str, float]) -> float:
        """Cost of a mix of levers."""
        return sum(self.costs[name] * abs(value) for name, value in values.items())


def read_decision(
    path: Path,
    project: Project,
    targets: Mapping[str, Target],
    levers: Mapping[str, Lever],
    scenarios: Mapping[str, Scenario],
) -> Decision:
    """A file of costs and losses, checked.

    Parameters
    ----------
    path
        Of the file.
    project
        Whose regions are known.
    targets, levers, scenarios
        Of the project, by id or name.

    Raises
    ------
    DataError
        If the file is absent or malformed, a number is not valid, or a target is
        unknown.
    ScenarioError
        If a lever or scenario is unknown, or a value outside the lever's range.
    """
    content = load_yaml(path)
    if extra := sorted(set(map(str, content)) - set(KEYS)):
        raise DataError(f"{path}: {unknown('section', extra[0], KEYS)}")
    file = validated(_File, _as_fields(content), path)
    _require_numbers(file, path)
    settings = {
        name: _setting(name, priced, project, levers, path)
        for name, priced in file.levers.items()
    }
    for name in file.losses:
        target_named(dict(targets), name)
    for name in file.scenarios:
        scenario_named(scenarios, name)
    for option, values in file.options.items():
        place = f"{path}, options.{option}"
        for name, value in values.items():
            if name not in settings:
                raise ScenarioError(f"{place}: {unknown('lever', name, settings)}")
            require_in_range(levers[name], value, place)
    return Decision(
        file.unit,
        file.source,
        settings,
        {name: priced.cost for name, priced in file.levers.items()},
        {name: priced.most for name, priced in file.levers.items()},
        file.losses,
        file.options,
        tuple(dict.fromkeys(file.scenarios)),
        file.tail,
    )


def _as_fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """Content with a unit in both languages, and levers with names of fields."""
    named, renamed = dict(content), {"from": "first", "to": "last"}
    unit, levers = named.get("unit"), named.get("levers")
    if isinstance(unit, str):
        named["unit"] = {"en": unit, "zh": unit}
    if isinstance(levers, dict):
        named["levers"] = {
            name: {renamed.get(key, key): value for key, value in entry.items()}
            if isinstance(entry, dict)
            else entry
            for name, entry in levers.items()
        }
    return named


def _setting(
    name: str, priced: Priced, project: Project, levers: Mapping[str, Lever], path: Path
) -> Setting:
    """One unit of a lever with its regions and years."""
    if name not in levers:
        raise ScenarioError(f"{path}: {unknown('lever', name, levers)}")
    require_in_range(levers[name], priced.most, str(path))
    regions = read_regions(str(path), list(priced.regions), project)
    return Setting(name, 1.0, regions, priced.first, priced.last)


def _require_numbers(file: _File, path: Path) -> None:
    for name, priced in file.levers.items():
        if not priced.cost > 0 or not priced.most:
            raise DataError(
                f"{path}, levers.{name}: cost {priced.cost:g} and most "
                f"{priced.most:g} leave nothing to weigh. Write a cost above 0 and a "
                "furthest value other than 0."
            )
    for name, loss in file.losses.items():
        if loss.loss < 0:
            raise DataError(
                f"{path}, losses.{name}: loss {loss.loss:g} is a gain. Write what a "
                "miss costs, 0 or more."
            )
    if not file.levers or not file.losses:
        raise DataError(
            f"{path} has no {'losses' if file.levers else 'levers'}. Write at least "
            "one lever with its cost and one target with its loss."
        )
    if not 0 < file.tail <= 1:
        raise DataError(
            f"{path}, tail: {file.tail:g} is no share of draws. Write one like 0.1."
        )
