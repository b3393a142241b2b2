"""Published series of regions and aggregates, and tables of data quality.

An aggregate's figure is its own where published, else the sum (or ratio of sums) of its
members on one statistical basis; sums never mix bases.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from cszt_models.project.observations import sector_gaps
from cszt_models.project.periods import indicator_of
from cszt_models.project.project import Aggregate, Project
from cszt_models.project.urban_share import urban_shares
from cszt_models.vocabulary import (
    GDP,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
)

COLUMNS = ["year", "value", "basis", "how"]


class LastFigure(NamedTuple):
    """The last published figure of a series: value, year and statistical basis."""

    value: float
    year: int
    basis: str


@dataclass(frozen=True)
class PublishedSeries:
    """Published series of what was known on a date; each is computed once.

    A series is shared by all who ask for it, and is not to be changed.
    """

    known: pd.DataFrame
    project: Project
    _computed: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)

    def of(self, indicator: str, region: str) -> pd.DataFrame:
        """Published figures of an indicator and region, as of `published_series`."""
        key = indicator, region
        if key not in self._computed:
            self._computed[key] = (
                _sector_share([self.of(name, region) for name in SECTORS], indicator)
                if indicator in SECTOR_SHARES
                else published_series(self.known, self.project, *key)
            )
        return self._computed[key]

    def last(self, indicator: str, region: str) -> LastFigure | None:
        """The last published figure of an indicator and region, if there is any."""
        series = self.of(indicator, region)
        if series.empty:
            return None
        row = series.iloc[-1]
        return LastFigure(float(row["value"]), int(row["year"]), row["basis"])


def published_series(
    known: pd.DataFrame, project: Project, indicator: str, region: str
) -> pd.DataFrame:
    """Published figures of an indicator, one per year, on bases a target is judged on.

    In the order of years.

    Parameters
    ----------
    known
        Rows known on a date, from `as_of`.
    project
        The project.
    indicator, region
        Ids; the region may be an aggregate.

    Returns
    -------
    DataFrame
        year, value, basis and how: ``published``, ``sum of members`` or ``ratio of
        sums``; empty if nothing is known.
    """
    if indicator in SECTOR_SHARES:
        return PublishedSeries(known, project).of(indicator, region)
    judged = project.bases_of(indicator).judged
    rows = known[(known["indicator"] == indicator) & known["basis"].isin(judged)]
    published = rows[rows["region"] == region].assign(how="published")[COLUMNS]
    group = project.aggregates.get(region)
    summed = (
        aggregate_series(known, group, indicator)
        if group
        else pd.DataFrame(columns=COLUMNS)
    )
    summed = summed[summed["basis"].isin(judged)]
    if published.empty or summed.empty:
        both = summed if published.empty else published
    else:
        both = pd.concat([published, summed])
    rank = both["basis"].map(list(judged).index)
    both = both.assign(_rank=rank).sort_values(["year", "_rank"], kind="stable")
    both = both.drop_duplicates("year").drop(columns="_rank")
    return both.reset_index(drop=True)


def _sector_share(sectors: list[pd.DataFrame], share: str) -> pd.DataFrame:
    """A sector's share in percent, in the years in which all sectors are known."""
    parts = [sector.set_index("year") for sector in sectors]
    values = pd.concat([part["value"] for part in parts], axis=1, keys=SECTORS)
    values = values.dropna().sort_index()
    sector = parts[SECTOR_SHARES.index(share)].loc[values.index]
    ratio = 100 * values[SECTORS[SECTOR_SHARES.index(share)]] / values.sum(axis=1)
    return sector.assign(value=ratio).reset_index()[COLUMNS]


def aggregate_series(
    known: pd.DataFrame, group: Aggregate, indicator: str
) -> pd.DataFrame:
    """Sums of a group's members by year and basis; a ratio of sums for the urban share.

    Parameters
    ----------
    known
        Rows known on a date, from `as_of`.
    group
        The aggregate.
    indicator
        Id of the indicator.

    Returns
    -------
    DataFrame
        year, value, basis, how; only years in which every member is known.
    """
    if indicator == URBANIZATION:
        keys = ["region", "year", "basis"]
        people = known.loc[known["indicator"] == POPULATION, [*keys, "value"]]
        both = urban_shares(known).merge(people, on=keys, suffixes=("", "_all"))
        urban = both.assign(value=both["value"] * both["value_all"] / 100)
        top = _sums(urban.assign(indicator=URBAN_POPULATION), group, URBAN_POPULATION)
        whole = _sums(known, group, POPULATION)
        both = top.merge(whole, on=["year", "basis"], suffixes=("", "_all"))
        both = both.assign(value=100 * both["value"] / both["value_all"])
        return both.assign(how="ratio of sums")[COLUMNS]
    if indicator in (GDP, POPULATION, URBAN_POPULATION):
        return _sums(known, group, indicator).assign(how="sum of members")
    return pd.DataFrame(columns=COLUMNS)


def _sums(known: pd.DataFrame, group: Aggregate, indicator: str) -> pd.DataFrame:
    rows = known[
        (known["indicator"] == indicator) & known["region"].isin(group.members)
    ]
    keys = rows.groupby(["year", "basis"])["value"]
    sums = keys.agg(["sum", "size"]).reset_index()
    sums = sums[sums["size"] == len(group.members)]
    return sums.rename(columns={"sum": "value"})[["year", "value", "basis"]]


def coverage(known: pd.DataFrame) -> pd.DataFrame:
    """Years covered by each indicator and region, with the gaps between.

    Returns
    -------
    DataFrame
        indicator, region, first, last, years, bases, vintages and ``gaps``: the years
        between first and last without a figure, as text.
    """
    rows = []
    for (indicator, region), figures in known.groupby(
        ["indicator", "region"], sort=True
    ):
        years = sorted({int(year) for year in figures["year"]})
        missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
        rows.append(
            {
                "indicator": indicator,
                "region": region,
                "first": years[0],
                "last": years[-1],
                "years": len(years),
                "bases": figures["basis"].nunique(),
                "vintages": len(figures),
                "gaps": spans(missing),
            }
        )
    return pd.DataFrame(rows)


def spans(years: list[int]) -> str:
    """Years as text, neighbouring ones joined.

    Examples
    --------
    >>> spans([2001, 2002, 2003, 2007])
    '2001-2003, 2007'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def breaks(known: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Breaks of series: years published on two bases, and the difference.

    Returns
    -------
    DataFrame
        indicator, region, year, better and worse basis, their values, and the
        difference in percent of the better.
    """
    rows = []
    for indicator, bases in project.comparability.items():
        order = list(bases.usable)
        figures = known[(known["indicator"] == indicator) & known["basis"].isin(order)]
        figures = figures.assign(_rank=figures["basis"].map(order.index))
        for (region, year), vintages in figures.groupby(["region", "year"], sort=True):
            vintages = vintages.sort_values("_rank", kind="stable")
            best = vintages.iloc[0]
            rows += [
                {
                    "indicator": indicator,
                    "region": region,
                    "year": year,
                    "basis": best["basis"],
                    "value": best["value"],
                    "other_basis": other["basis"],
                    "other_value": other["value"],
                    "difference": 100 * (other["value"] / best["value"] - 1),
                }
                for _, other in vintages.iloc[1:].iterrows()
                if best["value"]
            ]
    return pd.DataFrame(rows)


def identities(released: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Accounting identities that the data should satisfy, with the worst case of each.

    Parameters
    ----------
    released
        All vintages released by a date: sectors are printed with one vintage of GDP.

    Returns
    -------
    DataFrame
        identity, checked, passed, tolerance and worst (the largest gap and its place).
    """
    known = released.drop_duplicates(
        ["region", "indicator", "year", "basis"], keep="last"
    )
    checks = [_identity("sectors sum to GDP", sector_gaps(released), 1.0)]
    for group in project.aggregates.values():
        official = known[
            (known["region"] == group.id) & known["indicator"].isin([GDP, POPULATION])
        ]
        for indicator, printed in official.groupby("indicator"):
            sums = aggregate_series(known, group, str(indicator))
            both = printed.merge(sums, on=["year", "basis"], suffixes=("", "_sum"))
            both = both.assign(gap=both["value_sum"] - both["value"])
            name = f"members of {group.id} sum to its {indicator}"
            checks.append(_identity(name, both, 0.1))
    keys = ["region", "year", "basis"]
    parts = [
        known.loc[known["indicator"] == name, [*keys, "value"]]
        for name in (URBANIZATION, POPULATION, URBAN_POPULATION)
    ]
    both = parts[0].merge(parts[1], on=keys).merge(parts[2], on=keys)
    product = both["value_x"] * both["value_y"] / 100
    # a rate printed to 0.1 point moves the product by 0.05 percent of the population
    gap = 100 * (product - both["value"]) / both["value_y"]
    name = "population x urban share = urban population, points"
    checks.append(_identity(name, both.assign(gap=gap), 0.1))
    return pd.DataFrame(checks)


def _identity(name: str, rows: pd.DataFrame, tolerance: float) -> dict[str, object]:
    gaps = rows["gap"].abs() if len(rows) else pd.Series(dtype=float)
    worst = ""
    if len(gaps):
        row = rows.loc[gaps.idxmax()]
        worst = f"{gaps.max():.2f} ({row['region']} {row['year']})"
    return {
        "identity": name,
        "checked": len(gaps),
        "passed": int((gaps <= tolerance + 1e-9).sum()),
        "tolerance": tolerance,
        "worst": worst,
    }


def any_share_at_bound(known: pd.DataFrame, project: Project) -> bool:
    """Whether a share is published that stays at 0 or 100, which has no log-odds.

    Such figures settle targets, and are no row of a block.
    """
    kinds = known["indicator"].map(
        lambda name: project.indicators[indicator_of(name)].kind
    )
    return bool(((kinds == "share") & known["value"].isin([0.0, 100.0])).any())


def on_bases_of_members(rows: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Rows less those of a group on another basis than a member's of the same year.

    Parameters
    ----------
    rows
        Figures of one indicator with region, year and basis.
    project
        Its groups.
    """
    other = pd.Series(False, index=rows.index)
    for group in project.aggregates.values():
        members = rows[rows["region"].isin(group.members)]
        pairs = rows[rows["region"] == group.id].merge(members, on="year")
        years = pairs.loc[pairs["basis_x"] != pairs["basis_y"], "year"]
        other |= (rows["region"] == group.id) & rows["year"].isin(years)
    return rows[~other]
