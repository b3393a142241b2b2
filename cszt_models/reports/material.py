"""Material: all that the pages of one project say, computed once for every language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from cszt_models.attribution.cached import cached_moves
from cszt_models.attribution.contributions import Move
from cszt_models.errors import DataError, ScenarioError
from cszt_models.explorer import panel_content
from cszt_models.explorer.html import fragment
from cszt_models.models.fits import Fits
from cszt_models.models.gate import require_gate
from cszt_models.project.plan import Target
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import BASELINE, Scenario, baseline
from cszt_models.storage.store import Store
from cszt_models.targets.attainment import Assessment
from cszt_models.targets.backcast import Backcast, backcast
from cszt_models.targets.cached import cached_comparison
from cszt_models.targets.comparison import Compared
from cszt_models.targets.history import Chapter, Story
from cszt_models.vocabulary import REGION

EVEN = 0.5  # the probability to which a backcast brings the headline targets


@dataclass(frozen=True)
class SideBySide:
    """Scenarios on one as-of date, the baseline first."""

    as_of: date
    found: tuple[Compared, ...]

    @property
    def assessments(self) -> list[Assessment]:
        """Of those that are possible on that date."""
        return [one.assessment for one in self.found if one.assessment is not None]

    def answered(self, goals: Sequence[Target]) -> list[Target]:
        """Those of some targets that have data on that date."""
        told = {a.target.id for one in self.assessments for a in one.targets}
        return [target for target in goals if target.id in told]


@dataclass(frozen=True)
class Material:
    """What the pages are made of.

    ``scenarios`` are those compared, the baseline among them; ``store`` is where what
    takes long is looked for and kept.
    """

    story: Story
    scenarios: Mapping[str, Scenario]
    store: Store | None = None

    @property
    def now(self) -> Chapter:
        """The last as-of date."""
        return self.story.now

    @cached_property
    def outlook(self) -> Outlook:
        """The outlook of the last as-of date."""
        return build_outlook(self.now.fits)

    @property
    def ends(self) -> tuple[Chapter, ...]:
        """The first and the last as-of date, or the only one."""
        first, last = self.story.chapters[0], self.story.now
        return (first,) if first is last else (first, last)

    @cached_property
    def compared(self) -> tuple[SideBySide, ...]:
        """The scenarios on the first and on the last as-of date.

        Without dates on which no headline target has data.
        """
        listed = list(self.scenarios.values())
        return tuple(
            SideBySide(c.fits.as_of, tuple(self._compared(c, listed)))
            for c in self.ends
            if any(target.headline for target in c.known_targets.values())
        )

    def _compared(self, chapter: Chapter, listed: list[Scenario]) -> list[Compared]:
        return cached_comparison(
            chapter.fits, chapter.known_targets, listed, store=self.store
        )

    @cached_property
    def moves(self) -> list[Move]:
        """Why the headline probabilities moved from date to date."""
        plan = self.story.targets
        asked = {name: target for name, target in plan.items() if target.headline}
        fits = [chapter.fits for chapter in self.story.chapters]
        return cached_moves(fits, asked, self.story.scenario, store=self.store)

    @cached_property
    def _panel(self) -> dict[str, Any]:
        """Content of the what-if panel; empty where no headline target can be moved."""
        fits = [chapter.fits for chapter in self.ends]
        try:
            return panel_content(fits, scenario=self.story.scenario)
        except (DataError, ScenarioError):
            return {}

    def panel(self, language: str) -> Markup:
        """The what-if panel of the first and the last as-of date, as HTML.

        Its element has one name wherever it is made, so that the same inputs give the
        same page.
        """
        held = self._panel
        if not held:
            return Markup()
        start = {**held["start"], "language": language}
        text = fragment({**held, "start": start})
        return Markup(re.sub(r"\bcszt-[0-9a-f]{12}\b", "cszt-panel", text))

    @cached_property
    def backcast(self) -> Backcast | None:
        """What would bring the open headline targets together to `EVEN`, at first.

        None if every headline target was settled by then, or none has data.
        """
        first = self.story.chapters[0]
        asked = [
            result.target
            for result in first.assessment.targets
            if result.target.headline and result.status in ("projected", "nowcast")
        ]
        if not asked:
            return None
        return backcast(first.fits, asked, EVEN, scenario=self.story.scenario)

    @cached_property
    def regional(self) -> Chapter:
        """The last as-of date with every region that can be projected."""
        fits, project = self.now.fits, self.story.project
        others = tuple(
            name for name in project.with_role("ring") if _fitted(fits, name)
        )
        paths = project_paths(build_outlook(fits, regions=others), self.story.scenario)
        return Chapter(fits, paths, self.now.assessment)

    @property
    def regions(self) -> list[str]:
        """Regions with a page: those projected, without the aggregates."""
        groups = self.story.project.aggregates
        names = [str(name) for name in self.regional.projection[REGION].to_numpy()]
        return [name for name in names if name not in groups]


def gather(
    story: Story, scenarios: Mapping[str, Scenario], *, store: Store | None = None
) -> Material:
    """Material of a story whose fits can be trusted.

    Parameters
    ----------
    scenarios
        By name, to compare; the baseline always is among them.
    store
        Where what takes long is looked for and kept; without one all is computed.

    Raises
    ------
    ConvergenceError
        If a fit does not pass the gate of its engine.
    """
    for chapter in story.chapters:
        require_gate(chapter.fits)
    story_own = {story.scenario.name: story.scenario}
    first = {BASELINE: baseline()}
    return Material(story, first | story_own | dict(scenarios), store)


def _fitted(fits: Fits, region: str) -> bool:
    """Whether every block that is projected for all knows the region."""
    measures = fits.project.measures
    return all(
        region in fit.cells[REGION].to_numpy()
        for name, fit in fits.blocks.items()
        if name not in measures
    )
