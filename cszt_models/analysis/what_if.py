"""What if: scenarios, sweeps and backcasts of a fitted project."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cszt_models.analysis.arguments import check_number
from cszt_models.analysis.base import Targets
from cszt_models.analysis.scenarios import ScenarioLike
from cszt_models.analysis.target_setting import TargetSetting
from cszt_models.attribution import shapley
from cszt_models.errors import ScenarioError
from cszt_models.projection.paths import projectable
from cszt_models.results.scenario_run import ScenarioResults
from cszt_models.results.scenarios import (
    AttributionResults,
    BackcastResults,
    ComparisonResults,
)
from cszt_models.results.sweeps import SweepResults
from cszt_models.scenarios.scenario import BASELINE, Scenario, baseline
from cszt_models.targets.backcast import backcast, require_aim
from cszt_models.targets.comparison import Compared, assess_scenario, compare

if TYPE_CHECKING:
    from cszt_models.sweeps.designs import Design


@dataclass(frozen=True, repr=False)
class WhatIf(TargetSetting):
    """A fitted project, and what changes its probabilities."""

    def backcast(
        self,
        targets: Targets = None,
        probability: float = 0.5,
        scenario: ScenarioLike = BASELINE,
    ) -> BackcastResults:
        """The least surprising change that brings targets together to a probability.

        Parameters
        ----------
        targets
            An id or several; the headline targets if not given.
        probability
            To arrive at, between 0 and 1.
        scenario
            On which the change comes.

        Raises
        ------
        DataError
            If the probability is not between 0 and 1, or a target has no data.
        ScenarioError
            If the scenario is unknown or not possible on the date.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> 0.85 < analysis.backcast("gdp_2025", 0.9).probability < 0.95
        True
        """
        check_number("probability", probability)
        require_aim(probability)
        named = [self.targets[name] for name in self.answered(targets)]
        chosen = self.scenario(scenario)
        change = backcast(self.fits, named, probability, scenario=chosen)
        return BackcastResults(self.project, change)

    def compare(
        self,
        scenarios: ScenarioLike | Iterable[ScenarioLike] = None,
        targets: Targets = None,
    ) -> ComparisonResults:
        """Scenarios beside the baseline, from the same draws.

        Parameters
        ----------
        scenarios
            One or several names or values; all of the project's if not given.

        Raises
        ------
        DataError, ScenarioError
            As `attain`; a scenario that is not possible on the date says why instead.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.compare([{"growth": 1.0}])
        <ComparisonResults of czt as of 2021-06-30: 2 scenarios>
        """
        selection = self.selection(targets)
        if scenarios is None:
            plan = self.about(targets).project.plan.id
            scenarios = [s for s in self.scenarios.values() if s.serves(plan)]
        elif isinstance(scenarios, str | Scenario | Mapping):
            scenarios = [scenarios]
        elif not isinstance(scenarios, Iterable):
            raise ScenarioError(
                f"{scenarios!r} is not a list of scenarios. Give names or values in "
                'brackets, like ["strong"].'
            )
        chosen = [self.scenario(given) for given in scenarios]
        if all(s.settings or s.conditions or s.effects for s in chosen):
            chosen = [baseline(), *chosen]
        joint = [] if targets is None else selection
        view = self.about(targets)
        compared = list(compare(view.fits, view.targets, chosen, joint=joint))
        return view._comparison(selection, compared)

    def attribute(
        self, scenario: ScenarioLike, targets: Targets = None
    ) -> AttributionResults:
        """What each part of a scenario adds to each probability.

        Raises
        ------
        DataError, ScenarioError
            As `attain`, and if parts cannot stand without each other.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> both = cm.scenario("both", growth=1.0, price=1.0)
        >>> analysis.attribute(both, "gdp_2025").to_frame().columns.tolist()
        ['part', 'gdp_2025', 'joint']
        """
        selection = self.selection(targets)
        joint = [] if targets is None else selection
        view = self.about(targets)
        terms = shapley.attribute(
            self.fits, view.targets, self.scenario(scenario), joint=joint
        )
        return AttributionResults(view.project, self.targets, tuple(selection), terms)

    def run(self, scenario: ScenarioLike, targets: Targets = None) -> ScenarioResults:
        """What one scenario changes, in all and by each of its parts.

        Raises
        ------
        DataError, ScenarioError
            As `attain`, and if the scenario is not possible on the date.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> frame = analysis.run({"growth": 1.0}, "gdp_2025").to_frame()
        >>> bool((frame["change"] > 0).any())
        True
        """
        selection, chosen = self.selection(targets), self.scenario(scenario)
        joint = [] if targets is None else selection
        view = self.about(targets)
        plan = view.targets
        result = assess_scenario(self.fits, plan, chosen, joint=joint)
        also = projectable(self.fits, chosen)
        base = assess_scenario(self.fits, plan, baseline(), joint=joint, regions=also)
        shares = self.attribute(chosen, targets) if len(chosen.parts) > 1 else None
        comparison = view._comparison(selection, [base, result])
        return ScenarioResults(comparison, shares, self.levers)

    def export(
        self,
        path: Path | str,
        scenarios: ScenarioLike | Iterable[ScenarioLike] = BASELINE,
        *,
        to: str = "",
    ) -> int:
        """Write paths and probabilities as a file for other programs; its rows.

        Parameters
        ----------
        path
            A CSV or Parquet file.
        scenarios
            One or several names or values.
        to
            ``"iamc"``, ``"sdmx"`` (with its structure in a file beside it) or
            ``"parquet"``; by the ending of the file, IAMC for CSV, if not given.

        Raises
        ------
        DataError
            If the form is unknown or not that of the file's ending, or the file cannot
            be written.
        ScenarioError
            If a scenario is unknown or not possible on the date.

        Examples
        --------
        >>> from tempfile import mkdtemp
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.export(f"{mkdtemp()}/paths.parquet", ["baseline"]) > 1000
        True
        """
        from cszt_models.analysis.reporting import write_long_table

        if scenarios is None or isinstance(scenarios, str | Scenario | Mapping):
            scenarios = [scenarios]
        return write_long_table(self, Path(path), to, list(scenarios))

    def _comparison(
        self, selection: Sequence[str], compared: Sequence[Compared]
    ) -> ComparisonResults:
        return ComparisonResults(
            self.project,
            self.as_of.isoformat(),
            self.fits.seed,
            self.fits.draws,
            self.targets,
            tuple(selection),
            tuple(compared),
        )

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

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.sweep(cm.design.factorial(growth=(-1, 1, 3)))
        <SweepResults of table: 3 cases of growth>
        """
        from cszt_models.analysis.sweeping import sweep

        return sweep(self, design, targets, scenario, on_cases)
