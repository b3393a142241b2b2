"""Scenarios: compositions of named parts; the baseline has none."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import combinations, product
from typing import Any

from cszt_models.errors import ScenarioError, unknown
from cszt_models.project.schema import Label, Sourced
from cszt_models.scenarios.conditions import Condition
from cszt_models.scenarios.cross_effects import Effect
from cszt_models.scenarios.settings import Setting

BASELINE = "baseline"


@dataclass(frozen=True)
class Part(Sourced):
    """A piece of a scenario: settings, conditions and cross-effects of one idea.

    A part that refers to years which the project does not project sets nothing, and
    ``disabled`` says why.
    """

    name: str
    settings: tuple[Setting, ...] = ()
    conditions: tuple[Condition, ...] = ()
    effects: tuple[Effect, ...] = ()
    label: Label | None = None
    source: str = ""
    disabled: str = ""
    source_zh: str = ""

    @property
    def empty(self) -> bool:
        """Whether it sets nothing."""
        return not (self.settings or self.conditions or self.effects)


@dataclass(frozen=True, eq=False)
class Scenario(Sourced):
    """Parts that act together; equal if they set the same, whatever their names.

    Parameters
    ----------
    parts
        In any order. Settings of one lever that share a region and a year add up; files
        may not have such, see `compose`.
    label, why, source, source_zh
        For readers: name and reasoning in both languages, and where sizes are from.
    plan
        Id of the plan that it was written for; empty for any.
    """

    name: str
    parts: tuple[Part, ...] = ()
    label: Label | None = field(default=None, repr=False)
    why: Label | None = field(default=None, repr=False)
    source: str = field(default="", repr=False)
    plan: str = field(default="", repr=False)
    source_zh: str = field(default="", repr=False)

    @property
    def disabled(self) -> str:
        """Why it cannot be used, part by part; empty if it can."""
        reasons = [part.disabled for part in self.parts if part.disabled]
        return " ".join(dict.fromkeys(reasons))

    def serves(self, plan: str) -> bool:
        """Whether it was written for a plan, or for any."""
        return self.plan in ("", plan)

    def require_enabled(self) -> None:
        """Raise if a part of it is disabled.

        Raises
        ------
        ScenarioError
            With the reason.
        """
        if self.disabled:
            raise ScenarioError(f"scenario {self.name!r} is disabled: {self.disabled}")

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """Settings of all parts, in an order that does not depend on theirs."""
        settings = [setting for part in self.parts for setting in part.settings]
        return tuple(
            sorted(settings, key=lambda setting: json.dumps(_content(setting)))
        )

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Cross-effects that any part switches on, each once, by name."""
        effects = {
            effect.name: effect for part in self.parts for effect in part.effects
        }
        return tuple(effects[name] for name in sorted(effects))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Conditions of all parts, each once, in a fixed order."""
        conditions = {
            json.dumps(condition.content): condition
            for part in self.parts
            for condition in part.conditions
        }
        return tuple(conditions[text] for text in sorted(conditions))

    @cached_property
    def levers_alone(self) -> "Scenario":
        """The scenario without its conditions."""
        if not self.conditions:
            return self
        return replace(self, parts=tuple(replace(p, conditions=()) for p in self.parts))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions that settings name, each once; those of conditions need not move."""
        named = [name for setting in self.settings for name in setting.regions]
        return tuple(dict.fromkeys(named))

    @cached_property
    def hash(self) -> str:
        """First 12 hex digits of SHA-256 over what is set; names do not count."""
        content: list[Any] = [_content(setting) for setting in self.settings]
        content += [condition.content for condition in self.conditions]
        content += [[*asdict(e).values()][:6] for e in self.effects]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def __eq__(self, other: object) -> bool:
        """Whether both set the same."""
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        """Hash of what is set."""
        return hash(self.hash)

    def of(self, lever: str) -> tuple[Setting, ...]:
        """Settings of one lever."""
        return tuple(setting for setting in self.settings if setting.lever == lever)

    def with_lever(self, lever: str, value: float, **where: Any) -> "Scenario":
        """Copy with one lever set for the regions and years given.

        It replaces settings of that lever which share a region and a year with it.

        Parameters
        ----------
        lever
            Id of a lever; an unknown one raises in the projection.
        value
            In the lever's unit.
        where
            ``regions``, ``first``, ``last``, ``ramp`` and ``decay`` of `Setting`.

        Raises
        ------
        ScenarioError
            If the setting is malformed.

        Examples
        --------
        >>> faster = baseline().with_lever("growth", 0.5)
        >>> [str(setting) for setting in faster.settings]
        ['growth +0.5']
        >>> faster.with_lever("growth", 1.0).of("growth")[0].value
        1.0
        """
        setting = Setting(lever, value, **where)
        parts = [
            replace(
                part, settings=tuple(s for s in part.settings if not s.meets(setting))
            )
            for part in self.parts
        ]
        parts = [part for part in parts if not part.empty]
        name = str(setting)
        return Scenario(f"{self.name} + {name}", (*parts, Part(name, (setting,))))

    def only(self, parts: Iterable[str]) -> "Scenario":
        """Scenario of some of the parts, named after them."""
        names = set(parts)
        members = tuple(part for part in self.parts if part.name in names)
        name = " + ".join(part.name for part in members) or BASELINE
        return Scenario(name, members)


def _content(setting: Setting) -> list[Any]:
    return [*asdict(setting).values()]


def baseline() -> Scenario:
    """The scenario that sets nothing."""
    return Scenario(BASELINE)


def compose(name: str, parts: Mapping[str, Part], use: Iterable[str]) -> Scenario:
    """Scenario of the parts named in ``use``; their order does not matter.

    Parameters
    ----------
    name
        Name of the scenario.
    parts
        All parts by name.
    use
        Names of those to combine.

    Raises
    ------
    ScenarioError
        If a part is unknown or named twice, or two parts set the same lever for the
        same regions and years; both are named.

    Examples
    --------
    >>> parts = {"push": Part("push", (Setting("growth", 0.5),))}
    >>> compose("a push", parts, ["push"]) == baseline().with_lever("growth", 0.5)
    True
    """
    names = list(use)
    for part in names:
        if part not in parts:
            raise ScenarioError(f"scenario {name!r}: {unknown('part', part, parts)}")
        if names.count(part) > 1:
            raise ScenarioError(
                f"scenario {name!r} names part {part!r} twice. Name it once."
            )
    used = tuple(parts[part] for part in sorted(names))
    for part_a, part_b in combinations(used, 2):
        _require_apart(f"scenario {name!r}", part_a, part_b)
    return Scenario(name, used)


def _require_apart(place: str, part_a: Part, part_b: Part) -> None:
    for mine, theirs in product(part_a.settings, part_b.settings):
        if mine.meets(theirs):
            raise ScenarioError(
                f"{place}: lever {mine.lever!r} is set by both {part_a.name!r} "
                f"({mine.value:g}) and {part_b.name!r} ({theirs.value:g}) for the same "
                "regions and years. Drop it from one of them, or part the regions or "
                "years."
            )


def scenario_named(scenarios: Mapping[str, Scenario], name: str) -> Scenario:
    """The scenario with a name.

    Raises
    ------
    ScenarioError
        If there is none, with the nearest name.
    """
    if name not in scenarios:
        raise ScenarioError(unknown("scenario", name, scenarios))
    return scenarios[name]
