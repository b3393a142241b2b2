"""Answers of the kernel to messages of the panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cszt_models.errors import DataError, ScenarioError, unknown
from cszt_models.explorer.exact import exact_record
from cszt_models.explorer.payload import effects_of, last_year, outlook_of
from cszt_models.explorer.save import as_part, save_scenario
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.projection.outlook import Outlook
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

PANEL_PART = "explorer"  # name of the part set in the panel

# Settings, conditions and effects of a message, or of the panel's state.
type Setup = Mapping[str, Any]


@dataclass(frozen=True)
class PanelKernel:
    """Fits and outlooks by as-of date, targets shown, and effects by name."""

    fits: Mapping[str, Fits]
    outlooks: Mapping[str, Outlook]
    targets: Mapping[str, Target]
    effects: Mapping[str, Effect]

    def scenario(self, setup: Setup) -> Scenario:
        """The scenario that is set in the panel.

        Raises
        ------
        ScenarioError
            If something is malformed, or an effect is unknown.
        """
        part = Part(
            PANEL_PART,
            tuple(_setting(record) for record in setup.get("settings", ())),
            tuple(_condition(record) for record in setup.get("conditions", ())),
            tuple(self._effect(name) for name in setup.get("effects", ())),
        )
        return baseline() if part.empty else Scenario(PANEL_PART, (part,))

    def _effect(self, name: str) -> Effect:
        if name not in self.effects:
            raise ScenarioError(unknown("effect", name, self.effects))
        return self.effects[name]

    def exact(self, as_of: str, setup: Setup) -> dict[str, Any]:
        """Figures of a setup from all draws on an as-of date; see `exact_record`.

        Raises
        ------
        DataError
            If no fit is of that date.
        ScenarioError
            If the setup is not possible.
        """
        if as_of not in self.fits:
            raise DataError(unknown("as-of date", as_of, self.fits))
        fits, outlook = self.fits[as_of], self.outlooks[as_of]
        return exact_record(fits, outlook, self.targets, self.scenario(setup))

    def save(self, name: str, setup: Setup, path: Path) -> dict[str, Any]:
        """Write a setup as a part and a scenario, and return where.

        Parameters
        ----------
        name
            Of the part and of the scenario.
        setup
            Settings, conditions and effects.
        path
            File of scenarios to add them to.

        Raises
        ------
        ScenarioError
            If there is nothing to write or the name is taken.
        DataError
            If the file is not valid.
        """
        scenario = self.scenario(setup)
        new = save_scenario(path, name, as_part(scenario))
        record = {"saved": "saved" if new else "stands", "path": str(path)}
        return record | {"name": " ".join(name.split()), "hash": scenario.hash}


def answers(
    fits: Sequence[Fits], targets: Sequence[Target], scenarios: Mapping[str, Scenario]
) -> PanelKernel:
    """Answers from fits about targets.

    Parameters
    ----------
    fits
        Of one project, one for each as-of date.
    targets
        Those that the panel shows.
    scenarios
        Of the project; their cross-effects may be switched on.
    """
    until = last_year(targets)
    return PanelKernel(
        {dated.as_of.isoformat(): dated for dated in fits},
        {
            dated.as_of.isoformat(): outlook_of(dated, targets, until=until)
            for dated in fits
        },
        {target.id: target for target in targets},
        {effect.name: effect for effect in effects_of(scenarios)},
    )


def _setting(record: Mapping[str, Any]) -> Setting:
    return Setting(**{**record, "regions": tuple(record["regions"])})


def _condition(record: Mapping[str, Any]) -> Condition:
    says = dict(record["says"])
    kind = says.pop("kind")
    statement: Says
    if kind == "within":
        low = -np.inf if says["low"] is None else says["low"]
        statement = Within(low, np.inf if says["high"] is None else says["high"])
    else:
        kinds: dict[str, type] = {"value": Value, "about": About, "chance": Chance}
        statement = kinds[kind](**says)
    return Condition(
        record["indicator"],
        record["region"],
        record["first"],
        record["last"],
        record["average"],
        statement,
    )
