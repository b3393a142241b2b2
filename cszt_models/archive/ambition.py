"""How ambitious a target is: its place among changes of peers and among targets set.

Peers started from the same point: provinces with the same urban share, prefectures
with the same growth in the five years before. Their quantiles are derived from panels
that are not part of the package (`scripts/peer_changes.py`).
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from cszt_models.archive.reference_class import INDICATORS_OF
from cszt_models.archive.schema import FIVE_YEAR
from cszt_models.project.plan import Target
from cszt_models.vocabulary import GROWTH_AVERAGE

PATH = Path(__file__).parent / "peer_changes.csv"
MIN_TARGETS = 20


@dataclass(frozen=True)
class Ambition:
    """Place of an asked change, in shares of 1.

    Parameters
    ----------
    target
        Of the project.
    change
        That is asked: points a year of a share, or the average growth itself.
    peers
        Share of peers' changes that it exceeds; kept within what quantiles tell.
    regions, low, high
        Number of peers, and the starting points between which they lie.
    targets, count
        Share of five-year targets set before that it exceeds, and their number; None
        and 0 where the archive has too few.
    """

    target: Target
    change: float
    peers: float
    regions: int
    low: float
    high: float
    targets: float | None = None
    count: int = 0


@cache
def peer_changes() -> pd.DataFrame:
    """Quantiles of peers' changes by indicator and starting point, a row for each."""
    return pd.read_csv(PATH)


def ambition(
    target: Target, start: float, first: int, archive: pd.DataFrame, as_of: date
) -> Ambition | None:
    """Place of a target among peers and among targets set; None without peers.

    Parameters
    ----------
    target
        Of an urban share or of average growth, over four to six years.
    start
        The share in the first year, or the average growth before it.
    first
        Year from which the change runs.
    archive
        As `read_archive` returns it.
    as_of
        Targets announced later do not count.

    Examples
    --------
    >>> from cszt_models.archive.read import read_archive
    >>> from cszt_models.project.plan import read_targets
    >>> from cszt_models.project.project import load_project
    >>> target = read_targets(load_project())["growth_2021_2025"]
    >>> place = ambition(target, 7.5, 2020, read_archive(), date(2021, 6, 30))
    >>> place.low, place.high, 0.5 < place.peers < 1
    (6.0, 8.0, True)
    """
    rows = peer_changes()
    inside = (rows["low"] <= start) & (start < rows["high"])
    rows = rows[(rows["indicator"] == target.indicator) & inside]
    years = target.year - first
    if rows.empty or abs(years - int(rows["years"].iloc[0])) > 1:
        return None
    row = rows.iloc[0]
    growth = target.indicator == GROWTH_AVERAGE
    change = target.value if growth else (target.value - start) / years
    names = [name for name in rows.columns if name.startswith("q")]
    levels = np.array([float(name[1:]) for name in names])
    peers = float(np.interp(change, row[names].to_numpy(dtype=float), levels))
    chosen = archive[
        (archive["indicator"] == INDICATORS_OF.get(target.indicator))
        & (archive["plan"] == FIVE_YEAR)
        & (archive["since"] <= as_of.year)
    ]
    enough = growth and len(chosen) >= MIN_TARGETS
    return Ambition(
        target,
        change,
        peers,
        int(row["regions"]),
        float(row["low"]),
        float(row["high"]),
        float((chosen["value"] < target.value).mean()) if enough else None,
        len(chosen) if enough else 0,
    )
