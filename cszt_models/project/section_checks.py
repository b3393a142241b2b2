"""Names and years of project.yaml, which refer to each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cszt_models.errors import DataError, unknown
from cszt_models.project.measures import MODELS, WEIGHTS, Measure
from cszt_models.project.schema import (
    ID,
    ID_RULE,
    Aggregate,
    Composite,
    Indicator,
    Plan,
)

if TYPE_CHECKING:
    from cszt_models.project.project import Project


@dataclass(frozen=True)
class Checks:
    """What validation by types cannot see."""

    path: Path
    project: "Project"
    content: Mapping[str, Any]
    sections: tuple[str, ...]

    def _fail(self, place: str, fact: str, remedy: str) -> DataError:
        where = f"{self.path}, {place}" if place else str(self.path)
        return DataError(f"{where}: {fact} {remedy}")

    def _names(self, names: Iterable[str], kind: str, known: Any, place: str) -> None:
        for name in names:
            if name not in known:
                raise self._fail(place, unknown(kind, name, known), "Correct the name.")

    def _ids(self) -> None:
        project = self.project
        sections = {
            "id": [project.id],
            "regions": project.regions,
            "aggregates": project.aggregates,
            "indicators": project.indicators,
        }
        for place, names in sections.items():
            for name in names:
                if not ID.fullmatch(name):
                    fact = f"{name!r} names files, so it may have {ID_RULE}."
                    raise self._fail(place, fact, "Choose another id.")

    def run(self) -> None:
        """Raise a `DataError` for the first fault."""
        project = self.project
        self._ids()
        for name, bases in project.comparability.items():
            place = f"comparability.{name}"
            self._names([name], "indicator", project.indicators, place)
            self._names(bases.usable, "basis", project.bases, place)
        self._names(self.content, "section", self.sections, "")
        for group in project.aggregates.values():
            self._aggregate(group)
        for measure in project.measures.values():
            self._measure(measure)
        for composite in project.composites.values():
            self._composite(composite)
        for plan in project.plans.values():
            self._plan(plan)
        several = "plans" in self.content  # else caveats of other plans stay unseen
        for caveat in project.caveats if several else ():
            self._names(caveat.plans, "plan", project.plans, "caveats")
        for indicator in project.indicators.values():
            self._indicator(indicator)

    def _indicator(self, indicator: Indicator) -> None:
        place = f"indicators.{indicator.id}"
        if indicator.of is None:
            return
        self._names([indicator.of], "indicator", self.project.indicators, place)
        if indicator.kind not in ("growth", "change"):
            fact = f"'of' stands with a growth or a change, not a {indicator.kind}."
            raise self._fail(place, fact, "Leave it out, or correct the kind.")

    def _plan(self, plan: Plan) -> None:
        several = "plans" in self.content
        place = f"plans.{plan.id}" if several else "plan"
        if several and "plan" in self.content:
            fact = "both 'plan' and 'plans' are given."
            raise self._fail("", fact, "Write the plan as one of the plans.")
        if not ID.fullmatch(plan.id):
            fact = f"{plan.id!r} names files, so it may have {ID_RULE}."
            raise self._fail(place, fact, "Choose another id.")
        self._names(plan.scope, "region", self.project.places, place)
        if plan.first_year > plan.last_year:
            fact = f"first_year {plan.first_year} is after last_year {plan.last_year}."
            raise self._fail(place, fact, "Swap them.")
        if self.project.horizon < plan.last_year:
            end = f"the plan's last year {plan.last_year}"
            fact = f"{self.project.horizon} is before {end}."
            raise self._fail("horizon", fact, "Choose a later year.")

    def _aggregate(self, group: Aggregate) -> None:
        place, regions = f"aggregates.{group.id}", self.project.regions
        members = list(group.members)
        self._names(members, "region", regions, place)
        if not members or len(set(members)) < len(members) or group.id in regions:
            raise self._fail(
                place,
                f"{group.id!r} of members {members} is no group of its own.",
                "Name each member once, and no group like a region.",
            )
        self._names([group.within] if group.within else [], "region", regions, place)

    def _composite(self, composite: Composite) -> None:
        name, place = composite.indicator, f"composites.{composite.indicator}"
        self._names([name], "indicator", self.project.indicators, place)
        known = ("part", "weight", "factor")
        self._names(self.content["composites"][name], "field", known, place)
        parts = [part for part in (composite.part, composite.weight) if part]
        if len(parts) == 1:
            fact = "part and weight belong together."
            raise self._fail(place, fact, "Give both or none.")
        comparable = self.project.comparability
        self._names(parts or [name], "comparable indicator", comparable, place)

    def _measure(self, measure: Measure) -> None:
        name, indicators = measure.indicator, self.project.indicators
        place, bases = f"measures.{name}", self.project.comparability
        self._names([name], "indicator", indicators, place)
        known = {field.name for field in fields(Measure)} - {"indicator"}
        self._names(self.content["measures"][name], "field", known, place)
        for key in ("weight", "heads", "part", "growth", "whole"):
            value = getattr(measure, key)
            choices = WEIGHTS if key in ("weight", "heads") else indicators
            self._names([] if value is None else [value], key, choices, place)
        fault, kind = measure.fault(), indicators[name].kind
        if kind not in MODELS[measure.model]:
            fault = f"an indicator of kind {kind!r} is no {measure.model}"
        needed = (name, measure.weight, measure.heads)
        lost = [key for key in needed if key and key not in bases]
        if lost or name in WEIGHTS:
            fault = f"comparability lacks {lost[0]}" if lost else "it is a weight"
        if fault:
            raise self._fail(place, f"{fault}.", "Correct the entry.")
