"""Base rates: how often targets of the archive were met, with intervals over years.

Regions share the shocks of a year, so whole years are resampled (bootstrap, 90 %). In a
group whose years are all met or all missed resampling shows no spread; its interval is
that of Jeffreys with years as cases.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cszt_models.archive.read import shortfall
from cszt_models.archive.schema import ANNUAL, LEVELS
from cszt_models.project.schema import Label
from cszt_models.vocabulary import GROWTH

LEVEL, RESAMPLES = 0.9, 4000
ERAS = (
    *((2000, 2002), (2003, 2007), (2008, 2012), (2013, 2019)),
    *((year, year) for year in range(2020, 2026)),
)
GAPS = (-np.inf, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, np.inf)  # percentage points
HEDGES: Mapping[str, Label] = {
    "about": Label("about (左右)", "左右"),
    "or_more": Label("or more (以上)", "以上"),
    "range": Label("range (区间)", "区间"),
    "bare": Label("a bare number", "未加修饰"),
    "other": Label("other words", "其他"),
}
FIRST_YEAR: Mapping[bool, Label] = {
    True: Label("first year of a plan", "规划首年"),
    False: Label("other years", "其他年份"),
}


class Share(NamedTuple):
    """Share of targets met, with its interval over years; NaN where unknown."""

    met: float
    low: float
    high: float


def share_met(rows: pd.DataFrame, *, seed: int = 1) -> Share:
    """Share of targets met, with a 90 % interval that resamples whole years.

    Parameters
    ----------
    rows
        Of the archive, all with a known outcome.
    seed
        Of the resampling.

    Examples
    --------
    >>> rows = pd.DataFrame({"year": [2008, 2009], "met": [True, True]})
    >>> share = share_met(rows)
    >>> share.met, round(share.low, 2), share.high
    (1.0, 0.55, 1.0)
    """
    if rows.empty:
        return Share(np.nan, np.nan, np.nan)
    years = rows.assign(met=rows["met"].astype(float)).groupby("year")["met"]
    met, count = years.sum().to_numpy(), years.size().to_numpy()
    share, size = float(met.sum() / count.sum()), len(count)
    tail = (1 - LEVEL) / 2
    if share in (0.0, 1.0):
        from scipy.stats import beta

        bound = float(beta.ppf(2 * tail, size + 0.5, 0.5))
        return Share(share, *((bound, 1.0) if share else (0.0, 1 - bound)))
    chosen = np.random.default_rng(seed).integers(size, size=(RESAMPLES, size))
    drawn = met[chosen].sum(1) / count[chosen].sum(1)
    low, high = np.quantile(drawn, [tail, 1 - tail]) if size > 1 else (np.nan, np.nan)
    return Share(share, float(low), float(high))


def last_outcomes(archive: pd.DataFrame) -> pd.Series:
    """Outcome of the year before of each yearly target, where the archive has it."""
    annual = archive[archive["plan"] == ANNUAL]
    keys = ["region", "indicator", "year"]
    before = annual[[*keys, "outcome"]].assign(year=annual["year"] + 1)
    merged = archive[keys].merge(before, on=keys, how="left")
    return pd.Series(merged["outcome"].to_numpy(), archive.index).where(
        archive["plan"] == ANNUAL
    )


def hedge_of(archive: pd.DataFrame) -> pd.Series:
    """Kind of hedge of each row, a key of `HEDGES`."""
    words = archive["hedge"]
    kinds = [
        (archive["sense"] == "between", "range"),
        (words.str.contains("左右"), "about"),
        (words.str.contains("以上|不低于|高于"), "or_more"),
        (words == "", "bare"),
    ]
    tests, names = zip(*kinds, strict=True)
    return pd.Series(np.select(tests, names, "other"), archive.index)


def era_of(years: pd.Series) -> pd.Series:
    """Era of each year as text, ``2003-2007``; years without one are missing."""
    names = {
        year: f"{first}-{last}" if first < last else str(first)
        for first, last in ERAS
        for year in range(first, last + 1)
    }
    return years.map(names)


def gap_of(archive: pd.DataFrame) -> pd.Series:
    """Class of the target less last year's outcome, an interval of `GAPS`."""
    return pd.cut(archive["value"] - last_outcomes(archive), list(GAPS), right=False)


GROUPINGS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "era": lambda rows: era_of(rows["year"]),
    "level": lambda rows: pd.Categorical(rows["level"], list(LEVELS)),
    "hedge": hedge_of,
    "first_year": lambda rows: rows["since"] % 5 == 1,
    "gap": gap_of,
}


def base_rates(
    archive: pd.DataFrame,
    by: str,
    *,
    indicator: str = GROWTH,
    plan: str = ANNUAL,
    seed: int = 1,
) -> pd.DataFrame:
    """How often targets were met in each group, and by how much missed.

    Parameters
    ----------
    archive
        As `read_archive` returns it.
    by
        A key of `GROUPINGS`: era, level, hedge, first_year (of a five-year plan) or gap
        (target less last year's outcome, percentage points).
    indicator, plan
        Whose targets are counted; those without an outcome are not.
    seed
        Of the resampling.

    Returns
    -------
    DataFrame
        group, n (targets), regions, years, met (share), low and high (90 % interval),
        missed_by (median miss of those missed, in the indicator's unit).
    """
    chosen = (archive["indicator"] == indicator) & (archive["plan"] == plan)
    rows = archive[chosen].copy()
    rows["group"] = GROUPINGS[by](rows)
    rows["miss"] = shortfall(rows)
    rows = rows[rows["met"].notna()]
    records = []
    for group, members in rows.groupby("group", observed=True):
        missed = members[~members["met"].astype(bool)]
        records.append(
            {
                "group": group,
                "n": len(members),
                "regions": members["region"].nunique(),
                "years": members["year"].nunique(),
                **share_met(members, seed=seed)._asdict(),
                "missed_by": missed["miss"].median(),
            }
        )
    return pd.DataFrame(records)


def group_name(group: object, by: str, language: str = "en") -> str:
    """Name of a group of `base_rates` for readers.

    Parameters
    ----------
    group, by
        From the table's column ``group``, and the grouping it is of.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> group_name(pd.Interval(0.0, 0.5, closed="left"), "gap")
    '0 to +0.5'
    """
    labels: Mapping[str, Mapping[Any, Label]] = {
        "level": LEVELS,
        "hedge": HEDGES,
        "first_year": FIRST_YEAR,
    }
    if by in labels:
        return labels[by][group].in_language(language)
    if not isinstance(group, pd.Interval):
        return str(group).replace("-", "–")
    low, high = (
        f"{edge:+g}".replace("-", "−") if edge else "0"
        for edge in (group.left, group.right)
    )
    if np.isinf(group.left):
        return {"en": f"below {high}", "zh": f"低于{high}"}[language]
    if np.isinf(group.right):
        return {"en": f"{low} and more", "zh": f"{low}及以上"}[language]
    return {"en": f"{low} to {high}", "zh": f"{low}至{high}"}[language]
