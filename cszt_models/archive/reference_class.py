"""Reference class of a target: past targets like it, and how often they were met.

A class starts from all targets of the same indicator and is narrowed by each criterion
in turn; a criterion that would leave fewer than `MIN_COUNT` targets or `MIN_YEARS`
years is dropped. Only outcomes stated by the as-of date count.

References
----------
Kahneman, D. and Tversky, A. (1979). Intuitive prediction: biases and corrective
procedures. *TIMS Studies in Management Science* 12, 313-327.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from cszt_models.archive.base_rates import (
    GAPS,
    Share,
    gap_of,
    hedge_of,
    share_met,
)
from cszt_models.archive.read import shortfall
from cszt_models.archive.schema import ANNUAL, FIVE_YEAR, YEARLY
from cszt_models.project.plan import Target
from cszt_models.vocabulary import GDP, GROWTH, GROWTH_AVERAGE

MIN_COUNT, MIN_YEARS = 20, 5  # of targets and of years in a class
RECENT = 10  # years before the as-of date
# Indicators of projects and those of the archive that stand for them.
INDICATORS_OF: Mapping[str, str] = {
    GDP: GROWTH,
    GROWTH_AVERAGE: GROWTH,
    "income_urban_pc": "income_urban_growth",
    "income_all_pc": "income_all_growth",
    "income_rural_pc": "income_rural_growth",
    "urban_new_jobs": "new_urban_jobs",
    "rd_expenditure": "rd_expenditure_growth",
}


@dataclass(frozen=True)
class ReferenceClass:
    """Past targets like one of a project, and their outcomes.

    Parameters
    ----------
    target
        Of the project.
    indicator
        Of the archive; "" where it has none.
    criteria
        That narrowed the class: plan, level, gap, hedge, recent; in order.
    rows
        Targets of the archive with a known outcome.
    share
        Share met, with a 90 % interval over years.
    """

    target: Target
    indicator: str
    criteria: tuple[str, ...]
    rows: pd.DataFrame = field(repr=False)
    share: Share

    @property
    def count(self) -> int:
        """Number of targets."""
        return len(self.rows)

    @property
    def regions(self) -> int:
        """Number of regions that set them."""
        return int(self.rows["region"].nunique())

    @property
    def years(self) -> int:
        """Number of years, the independent cases."""
        return int(self.rows["year"].nunique())

    @property
    def enough(self) -> bool:
        """Whether the class is large enough for its share to be used."""
        return self.count >= MIN_COUNT and self.years >= MIN_YEARS

    @property
    def stands_in(self) -> bool:
        """Whether the class is of another indicator than the target's own."""
        return self.indicator not in ("", self.target.indicator)

    @property
    def missed_by(self) -> tuple[float, float, float]:
        """Tenth, median and ninetieth percentile of misses, in ``unit``."""
        missed = self.rows[~self.rows["met"].astype(bool)]
        low, middle, high = shortfall(missed).quantile([0.1, 0.5, 0.9])
        return float(low), float(middle), float(high)

    @property
    def unit(self) -> str:
        """Unit of the class's numbers; "" without any."""
        return str(self.rows["unit"].iloc[0]) if self.count else ""


def reference_class(
    target: Target,
    archive: pd.DataFrame,
    *,
    as_of: date,
    level: str = "city",
    last: float | None = None,
    seed: int = 1,
) -> ReferenceClass:
    """Past targets like one of a project.

    Parameters
    ----------
    target
        Of the project.
    archive
        As `read_archive` returns it.
    as_of
        Outcomes stated later do not count.
    level
        Of the region that sets the target: nation, province or city.
    last
        Outcome of the year before the target, in its unit; the gap to it is no
        criterion where it is not given.
    seed
        Of the resampling of years.
    """
    known = archive.assign(gap=gap_of(archive), kind=hedge_of(archive))
    known = known[known["met"].notna() & _stated_by(known, as_of)]
    indicator = INDICATORS_OF.get(target.indicator, target.indicator)
    rows = known[known["indicator"] == indicator]
    if rows.empty:
        return ReferenceClass(target, "", (), rows, share_met(rows))
    plan = ANNUAL if is_yearly(target) else FIVE_YEAR
    tests = {
        "plan": rows["plan"] == plan,
        "level": rows["level"] == level,
        "gap": _same_gap(rows, target.value, last),
        "hedge": rows["kind"].isin(
            ["about"] if target.sense == "about" else ["or_more", "bare"]
        ),
        "recent": rows["year"] >= as_of.year - RECENT,
    }
    criteria = []
    for name, test in tests.items():
        narrowed = rows[test.reindex(rows.index)]
        if len(narrowed) >= MIN_COUNT and narrowed["year"].nunique() >= MIN_YEARS:
            narrows = len(narrowed) < len(rows)
            criteria += [name] if narrows or name == "plan" else []
            rows = narrowed
    return ReferenceClass(
        target, indicator, tuple(criteria), rows, share_met(rows, seed=seed)
    )


def is_yearly(target: Target) -> bool:
    """Whether a target is of a single year's rate or count, not of a plan's end."""
    return target.indicator in YEARLY and target.since in (None, target.year)


def _stated_by(rows: pd.DataFrame, day: date) -> pd.Series:
    """Whether outcomes were stated by a day; a year counts as its last day."""
    dates = rows["outcome_on"]
    full = dates + dates.str.len().map({4: "-12-31", 7: "-31"}).fillna("")
    return full <= day.isoformat()


def _same_gap(rows: pd.DataFrame, value: float, last: float | None) -> pd.Series:
    if last is None:
        return pd.Series(data=False, index=rows.index)
    (interval,) = pd.cut([value - last], list(GAPS), right=False)
    return rows["gap"] == interval
