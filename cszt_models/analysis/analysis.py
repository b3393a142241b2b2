"""An analysis: fits of one project at one as-of date, and what can be asked of them.

Its methods delegate to the functions of the packages below, which stay public: `scene`,
`project_paths`, `assess_scene`, `timing`, `split`, `backcast`, `moves`, `sweep`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from cszt_models.analysis.arguments import check_earlier, check_number
from cszt_models.analysis.posterior import inference_data
from cszt_models.analysis.scenarios import ScenarioLike
from cszt_models.attribution import shortfall
from cszt_models.attribution.split import Projected
from cszt_models.errors import DataError
from cszt_models.models.fits import fit_blocks
from cszt_models.project.dates import dates_until
from cszt_models.results.fits import FitResults
from cszt_models.results.joint import JointResults
from cszt_models.results.news import NewsResults
from cszt_models.results.reference import ReferenceResults, reference
from cszt_models.results.targets import PLAN, GapResults, TimingResults, consistency
from cszt_models.scenarios.scenario import BASELINE
from cszt_models.targets.attainment import groups_of
from cszt_models.targets.coverage import first_year, of_fits
from cszt_models.targets.timing import timing

if TYPE_CHECKING:
    import pymc as pm

    from cszt_models.explorer.widget import Explorer
    from cszt_models.results.targets import ConsistencyResults
    from cszt_models.structural.panel import Panel

from cszt_models.analysis.base import Day, Targets, as_day
from cszt_models.analysis.moves import news
from cszt_models.analysis.reporting import write_report
from cszt_models.analysis.what_if import WhatIf


@dataclass(frozen=True, repr=False)
class Analysis(WhatIf):
    """A project fitted to what was known on a date; see `build.analyse`."""

    @cached_property
    def idata(self) -> xr.DataTree:
        """Posterior of every block as ArviZ reads it.

        ``posterior`` (chain, draw) holds the scales of each block, ``predictions``
        (chain, draw, region, year) its cells on the model's scale.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> sorted(analysis.idata.children)
        ['posterior', 'predictions']
        """
        return inference_data(self.fits)

    def at(self, as_of: Day) -> "Analysis":
        """The same analysis with what was known on another date.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.at("2022-06-30")
        <Analysis of czt as of 2022-06-30: 200 draws, seed 1>
        """
        day = as_day(self.project, as_of)
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
        """Gate of each block: k-hat or R-hat, effective size, and whether it passed.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> bool(analysis.diagnostics()["value"].max() < 0.7)
        True
        """
        return self.fit_results.diagnostics()

    @property
    def fit_results(self) -> FitResults:
        """Scales before and after the data, correlations, and the gate.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.fit_results.to_frame()["block"].iloc[0]
        'growth'
        """
        return FitResults(self.fits, self.steps)

    def joint(
        self, targets: Targets = None, scenario: ScenarioLike = BASELINE
    ) -> JointResults:
        """How targets hang together, and the order in which they are lost.

        Raises
        ------
        DataError, ScenarioError
            As `attain`.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.joint(["gdp_2025", "rd_intensity_2025"])
        <JointResults of gdp_2025, rd_intensity_2025>
        """
        return JointResults(self.attain(self.answered(targets), scenario))

    def reference(
        self, targets: Targets = None, scenario: ScenarioLike = BASELINE
    ) -> ReferenceResults:
        """Past targets like each target, and how often they were met.

        Outcomes of the archive that were stated after the as-of date do not count.

        Raises
        ------
        DataError, ScenarioError
            As `attain`.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.reference("gdp_2025").to_frame()["indicator"].item()
        'gdp_real_growth'
        """
        return reference(self.attain(targets, scenario))

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
            As `attain`, and if a value is not a number or given for several targets.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> 2021 < analysis.timing("gdp_2025")["gdp_2025"].quantile(0.5) < 2035
        True
        """
        selection = self.answered(targets)
        if value is not None:
            check_number("value", value)
        if value is not None and len(selection) != 1:
            raise DataError(
                f"the value {value:g} is given for {len(selection)} targets. Name one "
                "target."
            )
        attained = self.attain(selection, scenario)
        ready, timings = of_fits(attained.fits), []
        for name in selection:
            target = self.targets[name]
            target = target if value is None else replace(target, value=value)
            groups = groups_of(attained.fits, [target])
            first = first_year(ready, target)
            timings.append(timing(attained.paths, target, groups=groups, since=first))
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
            As `attain`, and if the date is not earlier.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.gap("gdp_2025").to_frame()["unit"].unique().item()
        '1e8 yuan'
        """
        selection, view = self.answered(targets), self.about(targets)
        attained = self.attain(selection, scenario)
        before, name = None, PLAN
        if against != PLAN:
            earlier = self._analysis(against)
            check_earlier(earlier.as_of, self.as_of)
            then = earlier.attain(selection, scenario)
            before = Projected(view.outlook(then.fits), then.paths)
            name = earlier.as_of.isoformat()
        now = Projected(view.outlook(attained.fits), attained.paths)
        splits = [
            shortfall.split(now, attained[target], view.targets, against=before)
            for target in selection
        ]
        return GapResults(attained, tuple(splits), name)

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

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.news("2022-06-30", "gdp_2025").moves[0].until.year
        2022
        """
        pair = sorted([self, self._analysis(other)], key=lambda each: each.as_of)
        return news(pair, targets, scenario)

    def consistency(self) -> "ConsistencyResults":
        """What pairs of the plan's targets imply for a third quantity.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> len(analysis.consistency().to_frame()) > 1
        True
        """
        plan = self.about(None).targets
        return consistency(plan, self.project, self.fits.known, self.as_of)

    def explore(
        self,
        *others: "Analysis | str | date",
        scenario: ScenarioLike = None,
        language: str = "en",
        save_to: Path | None = None,
    ) -> "Explorer":
        """A panel of sliders, probabilities and fans for a notebook.

        Parameters
        ----------
        others
            Analyses or dates to choose from besides this one.
        scenario
            Where it starts; the baseline if not given.
        language
            ``"en"`` or ``"zh"``.
        save_to
            File to which scenarios are saved; scenarios.yaml of the project if not
            given.

        Raises
        ------
        DataError
            If nothing can be projected.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> panel = analysis.explore(scenario="strong")
        >>> panel.scenario.hash == analysis.scenario("strong").hash
        True
        """
        from cszt_models.explorer import explore

        chosen = None if scenario is None else self.scenario(scenario)
        fits = [*(self._analysis(other).fits for other in others), self.fits]
        return explore(fits, scenario=chosen, language=language, save_to=save_to)

    def report(
        self,
        path: Path | str,
        *,
        language: str = "",
        only: Sequence[str] = (),
        to: str = "",
        scenario: ScenarioLike = BASELINE,
        compare: Sequence[str] | None = None,
    ) -> int:
        """Write pages: the probabilities at each of the project's dates, and why.

        The dates are the project's own until that of this analysis, as ``cszt report``.

        Parameters
        ----------
        path, language, only, to, scenario, compare
            As `History.report`.

        Raises
        ------
        DataError, ScenarioError, ConvergenceError
            As `History.report`, which says what is returned.

        Examples
        --------
        >>> from tempfile import mkdtemp
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.report(f"{mkdtemp()}/page.html", language="zh", compare=["strong"])
        1
        """
        days = dates_until(self.project, self.as_of)
        return write_report(
            [self if day == self.as_of else self.at(day) for day in days],
            path,
            language=language,
            only=only,
            to=to,
            scenario=scenario,
            compare=compare,
            on_page=lambda _: None,
        )

    def to_pymc(
        self, block: "str | Panel", *, mean: Callable[[], Any] | None = None
    ) -> "pm.Model":
        """One block as a PyMC model, to extend and to sample.

        Parameters
        ----------
        block
            Name of a block, or a part of its rows from `panel`.
        mean : () -> (row)
            Called inside the model, returns the mean of the rows; it may make random
            variables of its own.

        Raises
        ------
        DataError
            If the block is not fitted.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> [v.name for v in analysis.to_pymc("growth").free_RVs]
        ['scale']
        """
        from cszt_models.inference.nuts import to_pymc

        panel = self.panel(block) if isinstance(block, str) else block
        return to_pymc(panel, mean=mean)

    def _analysis(self, given: "Analysis | str | date") -> "Analysis":
        return given if isinstance(given, Analysis) else self.at(given)
