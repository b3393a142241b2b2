"""What the pages of a report contain, computed once for every language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from markupsafe import Markup

from cszt_models.attribution.cached import cached_moves
from cszt_models.attribution.contributions import Move
from cszt_models.errors import DataError, ScenarioError
from cszt_models.explorer import panel_content
from cszt_models.explorer.html import fragment
from cszt_models.hindcast.record import HindcastRecord, read_record
from cszt_models.models.fits import Fits
from cszt_models.models.gate import require_gate
from cszt_models.project.plan import read_every_target, targets_of
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.history import HistoryResults
from cszt_models.results.running_year import RunningYearResults, running_year
from cszt_models.results.scenarios import ComparisonResults
from cszt_models.scenarios.scenario import BASELINE, Scenario, baseline
from cszt_models.storage.store import Store
from cszt_models.targets.attainment import assess
from cszt_models.targets.backcast import Backcast, backcast
from cszt_models.targets.cached import cached_comparison
from cszt_models.targets.coverage import target_regions
from cszt_models.vocabulary import REGION

EVEN = 0.5  # the probability to which a backcast brings the headline targets


@dataclass(frozen=True)
class Report:
    """What the pages are made of.

    ``scenarios`` are those compared, the baseline among them; ``store`` is where what
    takes long is looked for and kept; ``past`` is the last plan that is over, where the
    report is about a later one.
    """

    history: HistoryResults
    scenarios: Mapping[str, Scenario]
    store: Store | None = None
    past: HistoryResults | None = None

    @property
    def over(self) -> bool:
        """Whether all years of the plan are over."""
        return self.now.fits.as_of.year > self.history.project.plan.last_year

    @property
    def running(self) -> bool:
        """Whether the plan is one of several and has years that are not over."""
        return len(self.history.project.plans) > 1 and not self.over

    @property
    def telling(self) -> AttainmentResults:
        """Results of today for a plan that runs, else those of the first date.

        Once a plan is over and its outcomes are known, nothing is left to weigh.
        """
        return self.history.results[0] if self.over else self.now

    @cached_property
    def yearly(self) -> AttainmentResults | None:
        """The plans of this year alone, under the report's scenario, if there are."""
        project, now = self.history.project, self.now
        year = now.fits.as_of.year
        names = [
            plan.id
            for plan in project.plans.values()
            if plan.first_year == plan.last_year == year and plan.id != project.plan.id
        ]
        targets = targets_of(read_every_target(project), *names)
        if not targets:
            return None
        assessment = assess(now.fits, targets, self.history.scenario)
        return replace(now, assessment=assessment, selection=tuple(targets))

    @property
    def now(self) -> AttainmentResults:
        """The last as-of date."""
        return self.history.now

    @cached_property
    def running_year(self) -> RunningYearResults:
        """Growth of the running year in the places of the plan, as known now.

        Empty where no release on it is known.
        """
        now = self.now
        names = plan_places(now)
        return running_year(now.fits, now.paths, names, now.plan)

    @cached_property
    def outlook(self) -> Outlook:
        """The outlook of the last as-of date."""
        return build_outlook(self.now.fits)

    @cached_property
    def hindcasts(self) -> HindcastRecord | None:
        """The project's record of hindcasts, if it has one."""
        return read_record(self.history.project)

    @property
    def ends(self) -> tuple[AttainmentResults, ...]:
        """The first and the last as-of date, or the only one."""
        first, last = self.history.results[0], self.history.now
        return (first,) if first is last else (first, last)

    @cached_property
    def compared(self) -> tuple[ComparisonResults, ...]:
        """The scenarios on the first and on the last as-of date.

        Without dates on which no scenario can move a headline target: their outcomes
        are known, or their years over.
        """
        return tuple(
            self._comparison(results) for results in self.ends if _movable(results)
        )

    @property
    def settled_on(self) -> tuple[str, ...]:
        """Dates among the first and the last on which no scenario can move anything."""
        return tuple(
            results.assessment.as_of.isoformat()
            for results in self.ends
            if not _movable(results)
        )

    def _comparison(self, results: AttainmentResults) -> ComparisonResults:
        fits, plan = results.fits, results.answered
        scenarios = list(self.scenarios.values())
        compared = cached_comparison(fits, plan, scenarios, store=self.store)
        selection = tuple(name for name, target in plan.items() if target.headline)
        day, draws = fits.as_of.isoformat(), fits.draws
        return ComparisonResults(
            fits.project, day, fits.seed, draws, plan, selection, tuple(compared)
        )

    @cached_property
    def moves(self) -> list[Move]:
        """Why the headline probabilities moved from date to date."""
        plan = self.history.now.plan
        headline = {n: target for n, target in plan.items() if target.headline}
        fits = [results.fits for results in self.history.results]
        return cached_moves(fits, headline, self.history.scenario, store=self.store)

    @cached_property
    def _panel(self) -> dict[str, Any] | str:
        """Content of the what-if panel, or why there is none."""
        fits = [results.fits for results in self.history.results]
        try:
            return panel_content(fits, scenario=self.history.scenario)
        except (DataError, ScenarioError) as error:
            return str(error)

    @property
    def panel_reason(self) -> str:
        """Why there is no what-if panel; empty where there is one."""
        return self._panel if isinstance(self._panel, str) else ""

    def panel_lacks(self, language: str) -> list[str]:
        """Names of the headline targets with data that the what-if panel leaves out."""
        content = self._panel
        if isinstance(content, str):
            return []
        displayed = {target["id"] for target in content["targets"]}
        joint = self.now.assessment.joint
        left = [n for n in (joint.targets if joint else ()) if n not in displayed]
        return [self.history.now.plan[n].label.in_language(language) for n in left]

    def panel(self, language: str) -> Markup:
        """The what-if panel of every as-of date, as HTML.

        Its element has one name wherever it is made, so that the same inputs give the
        same page.
        """
        content = self._panel
        if isinstance(content, str):
            return Markup()
        start = {**content["start"], "language": language}
        text = fragment({**content, "start": start})
        return Markup(re.sub(r"\bcszt-[0-9a-f]{12}\b", "cszt-panel", text))

    @cached_property
    def backcast(self) -> Backcast | None:
        """What would bring the open headline targets together to `EVEN`.

        As known on the date of `telling`; None if every headline target was settled by
        then, or none has data.
        """
        first = self.telling
        targets = [
            result.target
            for result in first.assessment.targets
            if result.target.headline and result.status in ("projected", "nowcast")
        ]
        if not targets:
            return None
        return backcast(first.fits, targets, EVEN, scenario=self.history.scenario)

    @cached_property
    def regional(self) -> AttainmentResults:
        """The last as-of date with every region that can be projected."""
        fits, project = self.now.fits, self.history.project
        named = target_regions(project, self.history.now.plan.values())
        others = tuple(
            name for name in (*project.with_role("ring"), *named) if _fitted(fits, name)
        )
        paths = project_paths(
            build_outlook(fits, regions=others), self.history.scenario
        )
        return replace(self.now, projection=paths)

    @property
    def regions(self) -> list[str]:
        """Regions with a page: those projected, without the aggregates."""
        groups = self.history.project.aggregates
        names = [str(name) for name in self.regional.paths[REGION].to_numpy()]
        return [name for name in names if name not in groups]


def gather(
    history: HistoryResults,
    scenarios: Mapping[str, Scenario],
    *,
    store: Store | None = None,
    past: HistoryResults | None = None,
) -> Report:
    """A report on a history whose fits passed their gate.

    Parameters
    ----------
    history
        Probabilities at each as-of date.
    scenarios
        By name, to compare; the baseline always is among them.
    store
        Where what takes long is looked for and kept; without one all is computed.
    past
        Probabilities of the last plan that is over, for its own page.

    Raises
    ------
    ConvergenceError
        If a fit does not pass the gate of its engine.
    """
    for results in history.results:
        require_gate(results.fits)
    always = {BASELINE: baseline(), history.scenario.name: history.scenario}
    return Report(history, always | dict(scenarios), store, past)


def plan_places(now: AttainmentResults) -> list[str]:
    """Places of the plan: its scope, and those its targets are of, groups first."""
    project = now.project
    named = {*project.plan.scope, *(goal.region for goal in now.plan.values())}
    projected = [str(name) for name in now.paths[REGION].to_numpy()]
    groups = [name for name in project.aggregates if name in projected]
    return [*groups, *(n for n in projected if n in named and n not in groups)]


def _movable(results: AttainmentResults) -> bool:
    """Whether a headline target is open, in a year that is not over."""
    as_of = results.assessment.as_of
    return any(
        result.target.headline
        and result.status in ("projected", "nowcast")
        and result.target.year >= as_of.year
        for result in results.assessment.targets
    )


def _fitted(fits: Fits, region: str) -> bool:
    """Whether every block that is projected for all knows the region."""
    measures = fits.project.measures
    return all(
        region in fit.cells[REGION].to_numpy()
        for name, fit in fits.blocks.items()
        if name not in measures
    )
