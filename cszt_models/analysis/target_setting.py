"""Setting targets: values at a stated chance, frontiers, splits, and decisions."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cszt_models.analysis.arguments import check_number
from cszt_models.analysis.base import Targets
from cszt_models.analysis.scenarios import ScenarioLike
from cszt_models.analysis.within_year import WithinYear
from cszt_models.results.decisions import DecisionResults
from cszt_models.results.setting import SettingResults
from cszt_models.results.splitting import SplitTargetResults
from cszt_models.scenarios.scenario import BASELINE
from cszt_models.targets.division import Over, require_over


@dataclass(frozen=True, repr=False)
class TargetSetting(WithinYear):
    """A fitted project, and the values that its targets could have."""

    def set(
        self,
        targets: Targets = None,
        probability: float = 0.7,
        scenario: ScenarioLike = BASELINE,
    ) -> SettingResults:
        """Values that targets would meet with a probability.

        Parameters
        ----------
        targets
            An id or several; the headline targets if not given. What they ask for does
            not matter.
        probability
            Between 0 and 1.
        scenario
            Under which the values are met.

        Raises
        ------
        DataError
            If the probability is not between 0 and 1, or a target has no data or is
            settled by a published figure.
        ScenarioError
            If the scenario is unknown or not possible on the date.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> analysis.set("gdp_2025", 0.7).to_frame()["unit"].unique().item()
        '1e8 yuan'
        """
        from cszt_models.analysis.setting import set_values

        check_number("probability", probability)
        return set_values(self.attain(self.answered(targets), scenario), probability)

    def frontier(
        self,
        first: str,
        second: str,
        probability: float = 0.6,
        scenario: ScenarioLike = BASELINE,
    ) -> pd.DataFrame:
        """Pairs of values of two targets that are met together with a probability.

        Parameters
        ----------
        first, second
            Ids.
        probability
            Of both together, between 0 and 1.
        scenario
            Under which the values are met.

        Raises
        ------
        DataError, ScenarioError
            As `set`.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> pairs = analysis.frontier("gdp_2025", "urbanization_2025", 0.6)
        >>> pairs.columns.tolist()
        ['gdp_2025', 'urbanization_2025', 'probability']
        """
        from cszt_models.analysis.setting import frontier_of

        check_number("probability", probability)
        attained = self.attain([first, second], scenario)
        return frontier_of(attained, first, second, probability)

    def split_target(
        self,
        targets: Targets = None,
        over: Over = "members",
        probability: float | None = None,
        scenario: ScenarioLike = BASELINE,
    ) -> SplitTargetResults:
        """Targets split over members or years, by each of three rules.

        Parameters
        ----------
        targets
            An id or several; the headline targets if not given.
        over
            ``"members"`` of the target's region or ``"years"`` up to its own.
        probability
            Of the value that is split, as `set` gives it; the plan's own value if not
            given.
        scenario
            Under which chances are.

        Raises
        ------
        DataError
            As `set`, and if a target has no members or no open year.
        ScenarioError
            If the scenario is unknown or not possible on the date.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> parts = analysis.split_target("gdp_2025")["equal"]
        >>> len(parts.names), round(float(parts.values.sum()), 6)
        (3, 25000.0)
        """
        from cszt_models.analysis.setting import split_targets

        require_over(over)
        if probability is not None:
            check_number("probability", probability)
        attained = self.attain(self.answered(targets), scenario)
        return split_targets(attained, over, probability)

    def decide(
        self, decision: Path | str | None = None, probability: float = 0.7
    ) -> DecisionResults:
        """Options compared by the costs of levers and the losses of misses.

        Levers are assumptions, not policies; costs and losses are the user's own.

        Parameters
        ----------
        decision
            Path of a file of costs and losses; ``decisions.yaml`` of the project if
            not given.
        probability
            Of all targets with losses together, that the cheapest mix has to give.

        Raises
        ------
        DataError
            If the file is absent or malformed, or a target is settled or has no data.
        ScenarioError
            If a lever or scenario is unknown, or not possible on the date.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> import cszt_models as cm
        >>> text = (
        ...     "{unit: points, source: an example, "
        ...     "levers: {growth: {cost: 60, most: 1.5}}, "
        ...     "losses: {gdp_2025: {form: proportional, loss: 0.05}}}"
        ... )
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "decisions.yaml")
        ...     _ = file.write_text(text, encoding="utf-8")
        ...     results = analysis.decide(file, 0.7)
        >>> results.evaluation.mix.probability >= 0.7
        True
        """
        from cszt_models.analysis.deciding import decide

        check_number("probability", probability)
        return decide(self, decision, probability)
