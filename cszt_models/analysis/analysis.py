"""An analysis: fits of one project at one as-of date, and what can be asked of them.

Its methods delegate to the functions of the packages below, which stay public: `scene`,
`project_paths`, `assess_scene`, `timing`, `split`, `backcast`, `moves`, `sweep`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from cszt_models.analysis.posterior import inference_data, with_units
from cszt_models.analysis.scenarios import ScenarioLike, resolve
from cszt_models.attribution import revisions, shapley, shortfall
from cszt_models.conditional.scenario_setup import Scene, scene
from cszt_models.errors import DataError, unknown
from cszt_models.inference.fit import DRAWS, MARGINAL
from cszt_models.inference.joint_fit import Step
from cszt_models.models.fits import Fits, fit_blocks
from cszt_models.project.dates import as_of_date, check_date
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import Target, read_targets, target_named
from cszt_models.project.project import Project, load_project
from cszt_models.projection.outlook import outlook
from cszt_models.projection.paths import project_paths
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.fits import FitResults
from cszt_models.results.news import NewsResults
from cszt_models.results.scenarios import (
    AttributionResults,
    BackcastResults,
    ComparisonResults,
)
from cszt_models.results.sweeps import SweepResults
from cszt_models.results.targets import (
    PLAN,
    ConsistencyResults,
    GapResults,
    JointResults,
    TimingResults,
)
from cszt_models.scenarios.levers import Lever, read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import BASELINE, Scenario, baseline
from cszt_models.storage.store import Store
from cszt_models.targets.attainment import assess_scene, groups_of, with_sensitivity
from cszt_models.targets.backcast import backcast, require_aim
from cszt_models.targets.comparison import compare
from cszt_models.targets.consistency import implications
from cszt_models.targets.timing import timing

if TYPE_CHECKING:
    import pymc as pm

    from cszt_models.explorer.widget import Explorer
    from cszt_models.sweeps.designs import Design

type Day = str | date | None
type Targets = str | Iterable[str] | None


@dataclass(frozen=True)
class Analysis:
    """A project fitted to what was known on a date; see `analyse`.

    Parameters
    ----------
    fits
        Fits of all blocks, drawn jointly.
    observations
        All figures of the project, later releases too.
    targets, levers, scenarios
        Of the project, by id or name.
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
        return (
            f"<Analysis of {self.project.id} as of {self.as_of}: {self.fits.draws} "
            f"draws, seed {self.fits.seed}>"
        )

    @property
    def project(self) -> Project:
        """The project."""
        return self.fits.project

    @property
    def as_of(self) -> date:
        """Only what was released by this date is used."""
        return self.fits.as_of

    @cached_property
    def idata(self) -> xr.DataTree:
        """Posterior of every block as ArviZ reads it.

        ``posterior`` (chain, draw) holds the scales of each block, ``predictions``
        (chain, draw, region, year) its cells on the model's scale.
        """
        return inference_data(self.fits)

    def at(self, as_of: Day) -> "Analysis":
        """The same analysis with what was known on another date."""
        day = _day(self.project, as_of)
        fits = fit_blocks(
            self.observations,
            self.project,
            as_of=day,
            seed=self.fits.seed,
            draws=self.fits.draws,
            engine=self.engine,
            store=self.store,
        )
        return replace(self, fits=fits, steps={})

    def diagnostics(self) -> pd.DataFrame:
        """Gate of each block: k-hat or R-hat, effective size, and whether it passed."""
        return self.fit_results.diagnostics()

    @property
    def fit_results(self) -> FitResults:
        """Scales before and after the data, correlations, and the gate."""
        return FitResults(self.fits, self.steps)

    def forecast(self) -> xr.Dataset:
        """Paths of every indicator (draw, region, year), with units in ``attrs``."""
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
            If the year lies beyond the project's horizon.
        """
        set_up, chosen = self._scene(scenario)
        view = set_up.basis if until is None else set_up.basis.until(until)
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
        """
        selection = self._selection(targets)
        set_up, chosen = self._scene(scenario)
        paths = project_paths(set_up.basis, chosen)
        joint = [] if targets is None else selection
        assessment = assess_scene(set_up, paths, self.targets, joint=joint)
        assessment = with_sensitivity(assessment, set_up.fits, paths)
        return AttainmentResults(
            self.project, set_up.fits, paths, assessment, tuple(selection)
        )

    def joint(
        self, targets: Targets = None, scenario: ScenarioLike = BASELINE
    ) -> JointResults:
        """How targets hang together, and the order in which they are lost.

        Raises
        ------
        DataError, ScenarioError
            As `attain`.
        """
        return JointResults(self.attain(self._selection(targets), scenario))

    def timing(
        self,
        targets: Targets = None,
        scenario: ScenarioLike = BASELINE,
        *,
        value: float | None = None,
    ) -> TimingResults:
        """The year in which each target's value is reached.

        Parameters
        ----------
        value
            Asked instead of the target's own, of one target.

        Raises
        ------
        DataError
            As `attain`, and if a value is given for several targets.
        """
        selection = self._selection(targets)
        if value is not None and len(selection) != 1:
            raise DataError(
                f"the value {value:g} is given for {len(selection)} targets. Name one "
                "target."
            )
        attained = self.attain(selection, scenario)
        timings = []
        for name in selection:
            target = self.targets[name]
            target = target if value is None else replace(target, value=value)
            groups = groups_of(attained.fits, [target])
            timings.append(timing(attained.paths, target, groups=groups))
        return TimingResults(attained, tuple(timings))

    def gap(
        self,
        targets: Targets = None,
        scenario: ScenarioLike = BASELINE,
        *,
        against: "Analysis | str | date" = PLAN,
    ) -> GapResults:
        """The gap of each target, in volume, prices, revision and regions.

        Parameters
        ----------
        against
            ``"plan"``, or an earlier analysis or date whose expectation is compared.

        Raises
        ------
        DataError, ScenarioError
            As `attain`.
        """
        selection = self._selection(targets)
        attained = self.attain(selection, scenario)
        before, name = None, PLAN
        if against != PLAN:
            earlier = self._analysis(against)
            then = earlier.attain(scenario=scenario)
            before = shortfall.Projected(outlook(then.fits), then.paths)
            name = earlier.as_of.isoformat()
        now = shortfall.Projected(outlook(attained.fits), attained.paths)
        splits = [
            shortfall.split(now, attained[target], self.targets, against=before)
            for target in selection
        ]
        return GapResults(attained, tuple(splits), name)

    def backcast(
        self,
        targets: Targets = None,
        probability: float = 0.5,
        scenario: ScenarioLike = BASELINE,
    ) -> BackcastResults:
        """The least surprising change that brings targets together to a probability.

        Raises
        ------
        DataError
            If the probability is not between 0 and 1, or a target has no data.
        ScenarioError
            If the scenario is unknown or not possible on the date.
        """
        require_aim(probability)
        named = [self.targets[name] for name in self._selection(targets)]
        chosen = self._scenario(scenario)
        change = backcast(self.fits, named, probability, scenario=chosen)
        return BackcastResults(self.project, change)

    def news(
        self,
        other: "Analysis | str | date",
        targets: Targets = None,
        scenario: ScenarioLike = BASELINE,
    ) -> NewsResults:
        """Why probabilities moved from an earlier date to this one.

        Parameters
        ----------
        other
            An analysis or a date; of the two, the earlier one comes first.

        Raises
        ------
        DataError, ScenarioError
            As `attain`.
        """
        pair = sorted([self, self._analysis(other)], key=lambda one: one.as_of)
        return news(pair, targets, scenario)

    def compare(
        self,
        scenarios: Iterable[ScenarioLike] | None = None,
        targets: Targets = None,
    ) -> ComparisonResults:
        """Scenarios beside the baseline, from the same draws.

        Parameters
        ----------
        scenarios
            Names or values; all of the project's if not given.

        Raises
        ------
        DataError, ScenarioError
            As `attain`; a scenario that is not possible on the date says why instead.
        """
        selection = self._selection(targets)
        listed = self.scenarios.values() if scenarios is None else scenarios
        chosen = [self._scenario(given) for given in listed]
        if all(one.settings or one.conditions or one.effects for one in chosen):
            chosen = [baseline(), *chosen]
        joint = [] if targets is None else selection
        compared = compare(self.fits, self.targets, chosen, joint=joint)
        return ComparisonResults(
            self.project,
            self.as_of.isoformat(),
            self.fits.seed,
            self.fits.draws,
            self.targets,
            tuple(selection),
            tuple(compared),
        )

    def attribute(
        self, scenario: ScenarioLike, targets: Targets = None
    ) -> AttributionResults:
        """What each part of a scenario adds to each probability.

        Raises
        ------
        DataError, ScenarioError
            As `attain`, and if parts cannot stand without each other.
        """
        selection = self._selection(targets)
        joint = [] if targets is None else selection
        terms = shapley.attribute(
            self.fits, self.targets, self._scenario(scenario), joint=joint
        )
        return AttributionResults(self.project, self.targets, tuple(selection), terms)

    def consistency(self) -> ConsistencyResults:
        """What pairs of the plan's targets imply for a third quantity."""
        pairs = implications(self.targets, self.project, self.fits.known)
        return ConsistencyResults(self.project, self.as_of.isoformat(), tuple(pairs))

    def sweep(
        self,
        design: "Design | pd.DataFrame | Path | str",
        targets: Targets = None,
        scenario: str = BASELINE,
        *,
        on_cases: Callable[[int, int], None] = lambda *_: None,
    ) -> SweepResults:
        """Probabilities of targets in every case of a design.

        Parameters
        ----------
        design
            From `cm.design`, a table with named columns, or a YAML file.
        scenario
            By name; holds in every case.

        Raises
        ------
        DataError, ScenarioError
            If the design or a name is not valid.
        """
        from cszt_models.analysis.sweeping import sweep

        return sweep(self, design, self._selection(targets), scenario, on_cases)

    def explore(
        self,
        *,
        scenario: ScenarioLike = None,
        language: str = "en",
        save_to: Path | None = None,
    ) -> "Explorer":
        """A panel of sliders, probabilities and fans for a notebook.

        Raises
        ------
        DataError
            If nothing can be projected.
        """
        from cszt_models.explorer import explore

        chosen = None if scenario is None else self._scenario(scenario)
        return explore(self.fits, scenario=chosen, language=language, save_to=save_to)

    def to_pymc(self, block: str) -> "pm.Model":
        """One block as a PyMC model, to extend and to sample.

        Raises
        ------
        DataError
            If the block is not fitted.
        """
        from cszt_models.inference.nuts import to_pymc

        if block not in self.fits.panels:
            raise DataError(unknown("block", block, self.fits.panels))
        return to_pymc(self.fits.panels[block])

    def _scenario(self, given: ScenarioLike) -> Scenario:
        return resolve(given, self.scenarios, self.levers, self.project)

    def _scene(self, given: ScenarioLike) -> tuple[Scene, Scenario]:
        chosen = self._scenario(given)
        return scene(self.fits, chosen), chosen

    def _selection(self, targets: Targets) -> list[str]:
        if targets is None:
            return [target.id for target in self.targets.values() if target.headline]
        names = [targets] if isinstance(targets, str) else list(targets)
        plan = dict(self.targets)
        return list(dict.fromkeys(target_named(plan, name).id for name in names))

    def _analysis(self, given: "Analysis | str | date") -> "Analysis":
        return given if isinstance(given, Analysis) else self.at(given)


def analyse(
    project: Project | Path | str | None = None,
    as_of: Day = None,
    *,
    seed: int = 1,
    draws: int = DRAWS,
    engine: str = MARGINAL,
    cache: bool = True,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Analysis:
    """Fit a project to what was known on a date.

    Parameters
    ----------
    project
        From `load_project`, or its folder; the bundled region if not given.
    as_of
        A date, or text like ``"2021-06-30"``; the date of the data if not given.
    seed
        Of all draws; the same seed gives the same bits.
    draws
        Joint draws.
    engine
        ``marginal``, or ``nuts``, which takes minutes.
    cache
        Whether fits are looked for and kept in the user's cache folder.
    on_step
        Called after each part of the fit, from several threads.

    Raises
    ------
    DataError
        If the project cannot be read, or nothing was known by then.
    ConvergenceError
        If a fit fails its gate.

    Examples
    --------
    >>> analyse(as_of="2021-06-30", draws=200)
    <Analysis of czt as of 2021-06-30: 200 draws, seed 1>
    """
    if not isinstance(project, Project):
        project = load_project(None if project is None else Path(project))
    day = _day(project, as_of)
    levers = read_levers(project)
    scenarios, targets = read_scenarios(project, levers), read_targets(project)
    observations = read_observations(project)
    store = Store() if cache else None
    steps: dict[str, Step] = {}

    def remember(step: Step) -> None:
        steps[step.name] = step
        on_step(step)

    fits = fit_blocks(
        observations,
        project,
        as_of=day,
        seed=seed,
        draws=draws,
        engine=engine,
        store=store,
        on_step=remember,
    )
    return Analysis(
        fits, observations, targets, levers, scenarios, engine, store, steps
    )


def news(
    analyses: Sequence[Analysis],
    targets: Targets = None,
    scenario: ScenarioLike = BASELINE,
    *,
    on_move: Callable[[date, date], None] = lambda *_: None,
) -> NewsResults:
    """Why probabilities moved from each analysis to the next.

    Parameters
    ----------
    analyses
        Of one project, oldest first.
    targets
        Ids; the headline targets if not given.

    Raises
    ------
    DataError, ScenarioError
        As `Analysis.attain`.
    """
    last = analyses[-1]
    selection, chosen = last._selection(targets), last._scenario(scenario)
    plan = {name: last.targets[name] for name in selection}
    fits = [one.fits for one in analyses]
    moves = revisions.moves(fits, plan, chosen, joint=selection, on_move=on_move)
    seed, draws = last.fits.seed, last.fits.draws
    return NewsResults(last.project, plan, chosen, seed, draws, tuple(moves))


def _day(project: Project, given: Day) -> date:
    if isinstance(given, date):
        return check_date(project, given)
    return as_of_date(project, given)
