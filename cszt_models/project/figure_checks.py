"""Plausibility of published figures: which of them are hard to believe, and why.

One check for imports, ``cszt check`` and panels of hindcasts. A figure is compared with
the range of its indicator, its own neighbours, other places of the year, its parts, and
nominal with real growth.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.errors import DataError
from cszt_models.project.figure_series import (
    CENSUS_QUESTION,
    Doubt,
    Series,
    jumps,
    pairs,
    series_of,
    with_years,
)
from cszt_models.project.measures import Relation, relations
from cszt_models.project.periods import indicator_of, release_of
from cszt_models.project.project import Project
from cszt_models.project.schema import RANGES
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
    URBANIZATION_CHANGE,
    Kind,
)

MAX_PRICE = 8.0  # log points of nominal over real growth in a year
PRICE_APART = 5.0  # from the usual of the place and of the year, log points
MIN_PRICES = 3  # of which a median says what is usual
SHARE_GAP, GROSS_SHARE_GAP = 1.0, 10.0  # points between a share and its parts
RATIO_GAP = 0.1  # share of a ratio between it and its parts
CONFIRMED = "confirmed"  # in the note of a figure that is so, however odd
LISTED = 12  # doubts in a message
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys((GDP, *SECTORS), "level"),
    **dict.fromkeys((POPULATION, URBAN_POPULATION), "count"),
    **dict.fromkeys((URBANIZATION, *SECTOR_SHARES), "share"),
    GROWTH: "growth",
    URBANIZATION_CHANGE: "change",
}


@dataclass(frozen=True)
class Background:
    """What figures are compared with besides each other.

    ``kinds`` are those of indicators; ``relations`` say which share is a part of which
    whole; ``censuses`` are years whose levels have a reason to jump, and ``events``
    years whose growth has.
    """

    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)
    relations: tuple[Relation, ...] = relations(())
    censuses: Collection[int] = ()
    events: Collection[int] = ()


def background(project: Project) -> Background:
    """Kinds, relations, censuses and events of a project."""
    return Background(
        {name: indicator.kind for name, indicator in project.indicators.items()},
        relations(project.measures.values()),
        {
            year
            for census in project.censuses
            for year in (census.year, census.levels_from)
        },
        {year for event in project.events for year in (event.year, event.year + 1)},
    )


def doubtful_figures(figures: pd.DataFrame, against: Background) -> list[Doubt]:
    """Figures that are hard to believe, gross ones first, then by size.

    Parameters
    ----------
    figures
        region, indicator, year, value (in the indicator's unit) and ``place``, the cell
        or line named to the reader; ``basis``, ``known_on`` and ``note`` if there are
        any. Of several releases the last is compared; figures whose note contains
        `CONFIRMED` are left out of the answer.
    against
        From `background`, or the default for the indicators of every project.

    Returns
    -------
    list of Doubt
        One for each figure, the grossest.
    """
    frame = _latest(figures)
    doubts = [
        *_impossible(frame, against.kinds),
        *_jumps(frame, against),
        *_fractions(frame),
        *_shares(frame, against.relations),
        *_sector_sums(frame),
        *_prices(frame, against),
    ]
    confirmed = frame[frame["note"].str.contains(CONFIRMED, case=False)]
    sure = set(confirmed["place"])
    best: dict[tuple[Any, ...], Doubt] = {}
    for doubt in sorted(doubts, key=_rank):
        key = doubt.region, doubt.indicator, doubt.year
        if doubt.place not in sure:
            best.setdefault(key, doubt)
    return list(best.values())


def _rank(doubt: Doubt) -> tuple[Any, ...]:
    return (not doubt.gross, -doubt.size, doubt.region, doubt.indicator, doubt.year)


REMEDY = (
    f"Correct the cell. If its source does print it, write '{CONFIRMED}' and why in "
    "the note of its row in observations.csv."
)


def require_plausible(
    doubts: Iterable[Doubt], subject: Path | str, remedy: str = REMEDY
) -> list[Doubt]:
    """The doubts, if none is gross.

    Parameters
    ----------
    doubts
        From `doubtful_figures`.
    subject
        File that has the figures.
    remedy
        What to do about gross ones.

    Raises
    ------
    DataError
        Naming the cells of the gross ones, and what to ask of each.
    """
    doubts = list(doubts)
    gross = [doubt for doubt in doubts if doubt.gross]
    if not gross:
        return doubts
    more = f"\n  and {len(gross) - LISTED} more" if len(gross) > LISTED else ""
    cells = "".join(f"\n  {doubt}" for doubt in gross[:LISTED])
    count = "a figure that" if len(gross) == 1 else f"{len(gross)} figures that"
    raise DataError(f"{subject} has {count} cannot be right:{cells}{more}\n{remedy}")


def observed_figures(observations: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Observations with the file and line of each as ``place``."""
    lines = [f"{path.name}, line {line}" for line in observations.index]
    return observations.assign(place=lines)


def _latest(figures: pd.DataFrame) -> pd.DataFrame:
    frame = figures.reset_index(drop=True)
    for column in ("basis", "note"):
        if column not in frame:
            frame = frame.assign(**{column: ""})
    if "known_on" in frame:
        frame = frame.sort_values("known_on", kind="stable")
    keys = ["region", "indicator", "basis", "year"]
    return frame.drop_duplicates(keys, keep="last").fillna({"note": "", "basis": ""})


def _row_doubt(row: Any, fact: str, question: str, **how: Any) -> Doubt:
    cell = row["region"], row["indicator"], int(row["year"]), float(row["value"])
    return Doubt(*cell, row["place"], fact, question, **how)


def _impossible(frame: pd.DataFrame, kinds: Mapping[str, Kind]) -> Iterator[Doubt]:
    for indicator, rows in frame.groupby("indicator", sort=True):
        kind = kinds.get(indicator_of(str(indicator)))
        if kind is None:
            continue
        limits = RANGES[kind]
        for _, row in rows[~limits.contains(rows["value"])].iterrows():
            question = "Check it in its source"
            yield _row_doubt(row, limits.rule, question, size=100.0, gross=True)


def _jumps(frame: pd.DataFrame, against: Background) -> Iterator[Doubt]:
    for indicator in sorted(frame["indicator"].unique()):
        kind = against.kinds.get(indicator_of(indicator))
        if kind is None:
            continue
        years = against.events if kind == "growth" else against.censuses
        release = release_of(indicator)
        if kind != "growth" or release is None or release.part.sequential:
            yield from jumps(series_of(frame, indicator), kind, years)
            continue
        mine = set(frame.loc[frame["indicator"] == indicator, "place"])
        beside = with_years(frame, indicator)
        every = jumps(series_of(beside, indicator), kind, years)
        yield from (doubt for doubt in every if doubt.place in mine)


def _fractions(frame: pd.DataFrame) -> Iterator[Doubt]:
    """Shares of 1 percent or less of what is a large share everywhere."""
    rows = frame[frame["indicator"].isin((URBANIZATION, *SECTOR_SHARES[1:]))]
    small = rows[(rows["value"] > 0) & (rows["value"] <= 1)]
    for _, row in small.iterrows():
        fact, question = (
            "no place has a share of 1 percent or less",
            "Is it a fraction?",
        )
        yield _row_doubt(row, fact, question, size=20.0, gross=True)


def _shares(frame: pd.DataFrame, related: tuple[Relation, ...]) -> Iterator[Doubt]:
    """Shares beside what their parts give."""
    keys = ["region", "year", "basis"]
    for relation in related:
        names = relation.ratio, relation.part, relation.whole
        ratio, part, whole = (
            frame[frame["indicator"] == name].drop_duplicates(keys) for name in names
        )
        both = ratio.merge(part[[*keys, "value"]], on=keys, suffixes=("", "_part"))
        both = both.merge(whole[[*keys, "value"]], on=keys, suffixes=("", "_whole"))
        both = both[both["value_whole"] > 0]
        implied = 100 * both["value_part"] / both["value_whole"]
        gap = (both["value"] - implied).abs()
        limit = np.maximum(SHARE_GAP, RATIO_GAP * both["value"])
        if relation.ratio == URBANIZATION:
            limit = limit * 0 + SHARE_GAP
        for at in np.flatnonzero(gap > limit):
            row, share = both.iloc[at], implied.iloc[at]
            fact = f"{relation.part} over {relation.whole} is {share:.3g} percent"
            gross = bool(gap.iloc[at] > GROSS_SHARE_GAP)
            size = float(gap.iloc[at] / SHARE_GAP)
            question = "Which of the three is wrong?"
            yield _row_doubt(row, fact, question, size=size, gross=gross)


def _sector_sums(frame: pd.DataFrame) -> Iterator[Doubt]:
    rows = frame[frame["indicator"].isin(SECTOR_SHARES)]
    keys = ["region", "year", "basis"]
    wide = rows.pivot_table(index=keys, columns="indicator", values="value")
    if set(SECTOR_SHARES) - set(wide.columns):
        return
    sums = wide.dropna().sum(axis="columns")
    first = rows[rows["indicator"] == SECTOR_SHARES[0]].set_index(keys)
    for key, total in sums[(sums - 100).abs() > SHARE_GAP].items():
        row = first.loc[[key]].reset_index().iloc[0]
        fact = f"the three sector shares sum to {total:.4g} percent"
        gross, size = abs(total - 100) > GROSS_SHARE_GAP, abs(total - 100) / SHARE_GAP
        question = "Which of the three is wrong?"
        yield _row_doubt(row, fact, question, size=size, gross=bool(gross))


def _implied_prices(frame: pd.DataFrame) -> list[tuple[Series, int, float]]:
    """Each GDP figure as a series and a place in it, and prices it implies, percent."""
    rates = frame[frame["indicator"] == GROWTH].drop_duplicates(["region", "year"])
    real = {
        (region, int(year)): 100 * np.log1p(max(value, -99.0) / 100)
        for region, year, value in zip(
            rates["region"], rates["year"], rates["value"], strict=True
        )
    }
    return [
        (series, now, 100 * np.log(series.values[now] / series.values[before]) - rate)
        for series in series_of(frame, GDP)
        for before, now in pairs(series)
        if min(series.values[before], series.values[now]) > 0
        for rate in [real.get((series.region, int(series.years[now])))]
        if rate is not None
    ]


def _apart(table: pd.DataFrame, key: str) -> pd.Series:
    """Distance of prices from the median of their region or year; inf of too few."""
    grouped = table.groupby(key)["price"]
    distance = (table["price"] - grouped.transform("median")).abs()
    return distance.where(grouped.transform("size") >= MIN_PRICES, np.inf)


def _prices(frame: pd.DataFrame, against: Background) -> Iterator[Doubt]:
    """Nominal growth beside real growth: prices that the two imply."""
    implied = _implied_prices(frame)
    if not implied:
        return
    table = pd.DataFrame(
        {
            "region": [series.region for series, _, _ in implied],
            "year": [int(series.years[now]) for series, now, _ in implied],
            "price": [price for _, _, price in implied],
        }
    )
    apart = np.minimum(_apart(table, "region"), _apart(table, "year"))
    odd = table["price"].abs() > MAX_PRICE
    odd |= apart.where(np.isfinite(apart), 0.0) > MAX_PRICE
    for at in np.flatnonzero(odd & (apart > PRICE_APART)):
        series, now, price = implied[at]
        if int(series.years[now]) in against.censuses:
            continue
        nominal = 100 * (series.values[now] / series.values[now - 1] - 1)
        rate = 100 * np.expm1((100 * np.log1p(nominal / 100) - price) / 100)
        fact = (
            f"nominal growth {nominal:.3g} percent and real growth {rate:.3g} percent "
            f"imply prices of {price:+.3g} percent"
        )
        size = float(abs(price) / MAX_PRICE)
        yield series.doubt(now, fact, CENSUS_QUESTION, size=size)
