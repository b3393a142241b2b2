"""Answers: what the kernel tells a panel, from all draws of the fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cszt_models.attainment import assess
from cszt_models.errors import DataError, unknown
from cszt_models.explorer.content import exact_record, last_year
from cszt_models.explorer.saving import as_part, save_scenario
from cszt_models.models import Fits
from cszt_models.outlook import Outlook, outlook
from cszt_models.plan import Target
from cszt_models.scenarios import Part, Scenario, baseline
from cszt_models.settings import Setting

OWN = "explorer"  # name of a part that was made by hand


@dataclass(frozen=True)
class Answers:
    """Fits by as-of date with their outlooks, and the targets asked about."""

    fits: Mapping[str, Fits]
    outlooks: Mapping[str, Outlook]
    targets: Mapping[str, Target]

    def scenario(self, settings: Sequence[Mapping[str, Any]]) -> Scenario:
        """The scenario of settings as the panel writes them.

        Raises
        ------
        ScenarioError
            If one is malformed, or two contradict each other.
        """
        made = tuple(
            Setting(**{**one, "regions": tuple(one["regions"])}) for one in settings
        )
        return Scenario(OWN, (Part(OWN, made),)) if made else baseline()

    def exact(
        self, as_of: str, settings: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Probabilities under settings on an as-of date, from all draws.

        Raises
        ------
        DataError
            If no fit is of that date.
        ScenarioError
            If a setting cannot be applied.
        """
        if as_of not in self.fits:
            raise DataError(unknown("as-of date", as_of, self.fits))
        told = assess(
            self.fits[as_of],
            self.targets,
            self.scenario(settings),
            basis=self.outlooks[as_of],
        )
        record = exact_record(told, self.fits[as_of].project)
        return record | {"as_of": as_of}

    def save(
        self, name: str, settings: Sequence[Mapping[str, Any]], path: Path
    ) -> dict[str, Any]:
        """Write settings as a part and a scenario, and say where.

        Raises
        ------
        ScenarioError
            If there is nothing to write or the name is taken.
        DataError
            If the file is not valid.
        """
        scenario = self.scenario(settings)
        new = save_scenario(path, name, as_part(scenario.settings))
        kind = "saved" if new else "same"
        return {"saved": kind, "name": name, "path": str(path), "hash": scenario.hash}


def answers(fits: Sequence[Fits], targets: Sequence[Target]) -> Answers:
    """The answers that fits can give on targets."""
    until = last_year(targets)
    return Answers(
        {one.as_of.isoformat(): one for one in fits},
        {one.as_of.isoformat(): outlook(one, until=until) for one in fits},
        {target.id: target for target in targets},
    )
