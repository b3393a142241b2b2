"""Contributions of each step from older to newer figures to a probability."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from cszt_models.attribution.news import News
from cszt_models.models.indicators import CELL_KINDS, SECTOR_MIX
from cszt_models.models.within_year import is_release
from cszt_models.project.project import Project

JOINT = "joint"
SECTORS: str = SECTOR_MIX
RING: str = "ring"
ALL: str = "all"
StepKind = Literal[
    "basis", "revision", "expected", "observation", "published", "event", "scales"
]
KINDS: tuple[StepKind, ...] = (
    "basis",
    "revision",
    "expected",
    "observation",
    "published",
    "event",
    "scales",
)
_INDICATORS = {kind.block: kind.indicator for kind in CELL_KINDS.values()}
type Group = tuple[str, str]  # indicator and region


@dataclass(frozen=True)
class Contribution:
    """Contribution of one step to the change of a probability.

    ``indicator`` and ``region`` are those of new observations, a series of releases
    where they are within a year; GDP stands for prices, its level given real growth.
    ``figures`` is the number of figures, and ``mcse`` the Monte-Carlo error of the
    change.
    """

    kind: StepKind
    change: float
    mcse: float
    figures: int = 0
    indicator: str | None = None
    region: str | None = None
    news: tuple[News, ...] = ()


@dataclass(frozen=True)
class Move:
    """Change of the probability of a target, or of the ``joint``, between two dates.

    ``published`` is the target's outcome if the later date knew it and the earlier not.
    """

    target: str
    since: date
    until: date
    before: float
    after: float
    parts: tuple[Contribution, ...]
    published: float | None = None

    @property
    def change(self) -> float:
        """The probability after less that before: the sum of the parts."""
        return self.after - self.before

    def of_kind(self, *kinds: StepKind) -> float:
        """Sum of the parts of some kinds."""
        return sum(part.change for part in self.parts if part.kind in kinds)


def table(moves: Sequence[Move]) -> pd.DataFrame:
    """Moves with the sum of their parts of each kind.

    Returns
    -------
    DataFrame
        since, until, target, before, after, change, and a column for each of `KINDS`,
        which sum to the change.
    """
    rows = [
        {
            "since": move.since,
            "until": move.until,
            "target": move.target,
            "before": move.before,
            "after": move.after,
            "change": move.change,
        }
        | {kind: move.of_kind(kind) for kind in KINDS}
        for move in moves
    ]
    columns = ["since", "until", "target", "before", "after", "change", *KINDS]
    return pd.DataFrame(rows, columns=columns)


def classify_figures(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series:
    """Kind of every figure that is known after and was not before, by its line.

    Parameters
    ----------
    before, after
        What was known on two dates, from `observations.as_of`.

    Returns
    -------
    Series
        ``observation`` for a year of which nothing was known; else ``revision`` on a
        basis that the series had, and ``basis`` on one that it had not.
    """
    new = after[~after.index.isin(before.index)]
    series = ["region", "indicator"]
    years = set(before[[*series, "year"]].itertuples(index=False, name=None))
    bases = set(before[[*series, "basis"]].itertuples(index=False, name=None))
    kinds = []
    for row in new.itertuples():
        if (row.region, row.indicator, row.year) not in years:
            kinds.append("observation")
        elif (row.region, row.indicator, row.basis) in bases:
            kinds.append("revision")
        else:
            kinds.append("basis")
    return pd.Series(kinds, index=new.index, dtype=object)


def group_news(news: Sequence[News], project: Project) -> dict[Group, list[News]]:
    """News by indicator and region; the ring counts as one, and sectors of all do."""
    ring = project.with_role("ring")
    groups: dict[Group, list[News]] = {}
    for item in news:
        indicator = _INDICATORS.get(item.block, item.block)
        if is_release(item.basis, indicator, project):
            indicator = item.basis
        region = RING if item.region in ring else item.region
        region = ALL if indicator == SECTORS else region
        groups.setdefault((indicator, region), []).append(item)
    return groups
