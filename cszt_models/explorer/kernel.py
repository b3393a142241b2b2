"""Answers: what the kernel tells a panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cszt_models.errors import DataError, ScenarioError, unknown
from cszt_models.explorer.exact import exact_record
from cszt_models.explorer.payload import effects_of, last_year
from cszt_models.explorer.save import as_part, save_scenario
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.scenarios.conditions import (
    About,
    Chance,
    Condition,
    Says,
    Value,
    Within,
)
from cszt_models.scenarios.cross_effects import Effect
from cszt_models.scenarios.scenario import Part, Scenario, baseline
from cszt_models.scenarios.settings import Setting

OWN = "explorer"  # name of a part that was made by hand

# A message of the panel, or what it keeps: settings, conditions and effects.
type Setup = Mapping[str, Any]


@dataclass(frozen=True)
class Answers:
    """Fits by as-of date with their outlooks, targets asked about, and effects."""

    fits: Mapping[str, Fits]
    outlooks: Mapping[str, Outlook]
    targets: Mapping[str, Target]
    effects: Mapping[str, Effect]

    def scenario(self, setup: Setup) -> Scenario:
        """The scenario of what is set in the panel.

        Raises
        ------
        ScenarioError
            If something is malformed, or an effect is unknown.
        """
        part = Part(
            OWN,
            tuple(_setting(one) for one in setup.get("settings", ())),
            tuple(_condition(one) for one in setup.get("conditions", ())),
            tuple(self._effect(name) for name in setup.get("effects", ())),
        )
        return baseline() if part.empty else Scenario(OWN, (part,))

    def _effect(self, name: str) -> Effect:
        if name not in self.effects:
            raise ScenarioError(unknown("effect", name, self.effects))
        return self.effects[name]

    def exact(self, as_of: str, setup: Setup) -> dict[str, Any]:
        """What all draws say of what is set, on an as-of date; see `exact_record`.

        Raises
        ------
        DataError
            If no fit is of that date.
        ScenarioError
            If what is set is not possible.
        """
        if as_of not in self.fits:
            raise DataError(unknown("as-of date", as_of, self.fits))
        fits, outlook = self.fits[as_of], self.outlooks[as_of]
        return exact_record(fits, outlook, self.targets, self.scenario(setup))

    def save(self, name: str, setup: Setup, path: Path) -> dict[str, Any]:
        """Write what is set as a part and a scenario, and say where.

        Raises
        ------
        ScenarioError
            If there is nothing to write or the name is taken.
        DataError
            If the file is not valid.
        """
        scenario = self.scenario(setup)
        new = save_scenario(path, name, as_part(scenario))
        said = {"saved": "saved" if new else "stands", "path": str(path)}
        return said | {"name": " ".join(name.split()), "hash": scenario.hash}


def answers(
    fits: Sequence[Fits], targets: Sequence[Target], scenarios: Mapping[str, Scenario]
) -> Answers:
    """The answers that fits can give on targets."""
    until = last_year(targets)
    return Answers(
        {one.as_of.isoformat(): one for one in fits},
        {one.as_of.isoformat(): build_outlook(one, until=until) for one in fits},
        {target.id: target for target in targets},
        {effect.name: effect for effect in effects_of(scenarios)},
    )


def _setting(one: Mapping[str, Any]) -> Setting:
    return Setting(**{**one, "regions": tuple(one["regions"])})


def _condition(one: Mapping[str, Any]) -> Condition:
    says = dict(one["says"])
    kind = says.pop("kind")
    made: Says
    if kind == "within":
        low = -np.inf if says["low"] is None else says["low"]
        made = Within(low, np.inf if says["high"] is None else says["high"])
    else:
        kinds: dict[str, type] = {"value": Value, "about": About, "chance": Chance}
        made = kinds[kind](**says)
    return Condition(
        one["indicator"],
        one["region"],
        one["first"],
        one["last"],
        one["average"],
        made,
    )
