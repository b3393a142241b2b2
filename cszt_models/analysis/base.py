"""A project fitted to what was known on a date, and the targets it meets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

import pandas as pd
import xarray as xr

from cszt_models.analysis.arguments import check_count, names_of
from cszt_models.analysis.posterior import with_units
from cszt_models.analysis.scenarios import ScenarioLike, resolve
from cszt_models.conditional.scenario_setup import Scene, scene
from cszt_models.errors import DataError, unknown
from cszt_models.inference.fit import MARGINAL
from cszt_models.inference.joint_fit import Step
from cszt_models.models.block import Block
from cszt_models.models.fits import Fits
from cszt_models.models.panels import builders
from cszt_models.models.priors import read_priors
from cszt_models.project.dates import as_of_date, check_date
from cszt_models.project.plan import Target, target_named, targets_of
from cszt_models.project.project import Project
from cszt_models.projection.outlook import Outlook, build_outlook, require_year
from cszt_models.projection.paths import project_paths
from cszt_models.results.attainment import AttainmentResults
from cszt_models.scenarios.levers import Lever
from cszt_models.scenarios.scenario import BASELINE, Scenario
from cszt_models.storage.store import Store
from cszt_models.structural.panel import Panel
from cszt_models.targets.attainment import assess_scene, with_sensitivity
from cszt_models.targets.coverage import of_fits, target_regions

if TYPE_CHECKING:
    from cszt_models.results.checks import CheckResults

type Day = str | date | None
type Targets = str | Iterable[str] | None


@dataclass(frozen=True)
class FittedProject:
    """A project fitted to what was known on a date, and its probabilities.

    Parameters
    ----------
    fits
        Fits of all blocks, drawn jointly.
    observations
        All figures of the project, later releases too.
    targets, levers, scenarios
        Of the project, by id or name; targets of all its plans.
    store
        Where fits and what takes long are looked for and kept; None for nowhere.
    """

    fits: Fits
    observations: pd.DataFrame = field(repr=False)
    targets: Mapping[str, Target] = field(repr=False)
    levers: Mapping[str, Lever] = field(repr=False)
    scenarios: Mapping[str, Scenario] = field(repr=False)
    engine: str = MARGINAL
    store: Store | None = field(default=None, repr=False)
    steps: Mapping[str, Step] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        """Project, date, seed and draws."""
        name, fits = type(self).__name__, self.fits
        return (
            f"<{name} of {self.project.id} as of {self.as_of}: {fits.draws} draws, "
            f"seed {fits.seed}>"
        )

    @property
    def project(self) -> Project:
        """The project."""
        return self.fits.project

    @property
    def as_of(self) -> date:
        """Only what was released by this date is used."""
        return self.fits.as_of

    def check(self, block: str) -> "CheckResults":
        """A block held against its data: priors, replicates, rows left out, a peer.

        Raises
        ------
        DataError
            If the block is not fitted.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.check("growth").block
        'growth'
        """
        from cszt_models.results.checks import CheckResults

        self._require_block(block)
        return CheckResults(self.fits, block)

    def _require_block(self, block: str) -> None:
        if block not in self.fits.panels:
            raise DataError(unknown("block", block, self.fits.panels))

    def panel(
        self,
        block: str,
        regions: Iterable[str] = (),
        years: tuple[int, int] | None = None,
    ) -> Panel:
        """Rows and components of a block, of all that was known or of a part.

        Parameters
        ----------
        block
            Name of a fitted block.
        regions
            Regions and groups whose figures count; all if none is given.
        years
            First and last year of the figures that count; all if not given.

        Raises
        ------
        DataError
            If the block is not fitted, or nothing is known of the part.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> panel = analysis.panel("growth", years=(2010, 2015))
        >>> len(panel.rows) < len(analysis.panel("growth").rows)
        True
        """
        self._require_block(block)
        known, project, names = self.fits.known, self.project, set(regions)
        if not names and years is None:
            return self.fits.panels[block]
        if names:
            known = known[known["region"].isin(names)]
        if years is not None:
            known = known[known["year"].between(*years)]
        priors = read_priors(project)[block]
        specification = Block(project, self.as_of, project.horizon, priors)
        return builders(project)[block](known, specification)

    def forecast(self) -> xr.Dataset:
        """Paths of every indicator (draw, region, year), with units in ``attrs``.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.forecast()["gdp_nominal"].attrs["units"]
        '1e8 yuan'
        """
        return self.project_paths()

    def project_paths(
        self, scenario: ScenarioLike = BASELINE, *, until: int | None = None
    ) -> xr.Dataset:
        """Paths of every indicator under a scenario (draw, region, year).

        Parameters
        ----------
        scenario
            A name, a value, or levers with their values: ``{"growth": 1.0}``.
        until
            Last year; the project's horizon if not given.

        Raises
        ------
        ScenarioError
            If the scenario is unknown or not possible on the date.
        DataError
            If the year is before the plan or beyond the project's horizon.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> int(analysis.project_paths({"growth": 1.0}, until=2025)["year"].max())
        2025
        """
        if until is not None:
            check_count("until", until, 1)
            require_year(self.project, until)
        set_up, chosen = self._scene(scenario)
        view = set_up.outlook if until is None else set_up.outlook.until(until)
        return with_units(project_paths(view, chosen), self.project)

    def attain(
        self, targets: Targets = None, scenario: ScenarioLike = BASELINE
    ) -> AttainmentResults:
        """Probability that targets are met, one by one and together.

        Parameters
        ----------
        targets
            An id or several; the headline targets if not given.

        Raises
        ------
        DataError
            If a target is unknown, or one that is named has no data.
        ScenarioError
            If the scenario is unknown or not possible on the date.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> 0 < analysis.attain("gdp_2025").joint.probability < 1
        True
        """
        view, selection = self.about(targets), self.selection(targets)
        set_up, chosen = view._scene(scenario)
        paths = project_paths(set_up.outlook, chosen)
        joint = [] if targets is None else selection
        assessment = assess_scene(set_up, paths, view.targets, joint=joint)
        assessment = with_sensitivity(assessment, set_up.fits, paths)
        return AttainmentResults(
            view.project,
            set_up.fits,
            assessment,
            tuple(selection),
            view._target_regions,
            paths,
        )

    def scenario(self, given: ScenarioLike) -> Scenario:
        """The scenario that a name, a value or a mapping of levers stands for.

        Raises
        ------
        ScenarioError
            If a scenario or a lever is unknown.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.scenario({"growth": 1.0}).hash == cm.scenario("x", growth=1).hash
        True
        """
        return resolve(given, self.scenarios, self.levers, self.project)

    def _scene(self, given: ScenarioLike) -> tuple[Scene, Scenario]:
        chosen = self.scenario(given)
        return scene(self.fits, chosen, regions=self._target_regions), chosen

    @property
    def _target_regions(self) -> tuple[str, ...]:
        return tuple(target_regions(self.project, self.targets.values()))

    def outlook(self, fits: Fits) -> Outlook:
        """Outlook of fits with the regions that the targets are about."""
        return build_outlook(fits, regions=self._target_regions, partial=True)

    def for_plan(self, name: str) -> Self:
        """The same with another plan of the project as the one that is asked about.

        Raises
        ------
        DataError
            If the project has no such plan.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.for_plan("2021-2025").project.plan.id
        '2021-2025'
        """
        project = self.project.select(name)
        return replace(self, fits=replace(self.fits, project=project))

    def about(self, targets: Targets) -> Self:
        """The same with the targets of one plan: of those named, else the one asked.

        Where the named ones are of several plans, those of all these stay.

        Raises
        ------
        DataError
            If a target is unknown, or the list is empty.
        """
        names = [] if targets is None else self.selection(targets)
        plans = list(dict.fromkeys(self.targets[name].plan for name in names))
        plans = plans or [self.project.plan.id]
        same = len(plans) > 1 or plans == [self.project.plan.id]
        view = self if same else self.for_plan(plans[0])
        return replace(view, targets=targets_of(self.targets, *plans))

    def answered(self, targets: Targets) -> list[str]:
        """Ids of targets as `selection`, of headline ones those that have data.

        All headline targets if none has, so that the answer says what they lack.

        Raises
        ------
        DataError
            As `selection`.
        """
        selection = self.selection(targets)
        if targets is not None:
            return selection
        ready = of_fits(self.fits)
        known = [name for name in selection if not ready.lacks(self.targets[name])]
        return known or selection

    def selection(self, targets: Targets) -> list[str]:
        """Ids of targets, each once; the headline ones if none is named.

        Raises
        ------
        DataError
            If a target is unknown, or the list is empty.
        """
        if targets is None:
            plan = targets_of(self.targets, self.project.plan.id)
            return [target.id for target in plan.values() if target.headline]
        names = names_of(targets)
        plan = dict(self.targets)
        return list(dict.fromkeys(target_named(plan, name).id for name in names))


def as_day(project: Project, given: Day) -> date:
    """An as-of date given as text, as a date, or not at all; see `as_of_date`.

    Raises
    ------
    DataError
        If it is none of these, or after the day of the data.
    """
    if isinstance(given, datetime):
        given = given.date()
    if isinstance(given, date):
        return check_date(project, given)
    return as_of_date(project, given if given is None else str(given))
