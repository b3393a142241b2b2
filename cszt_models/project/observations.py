"""Observations: reading and validation, and vintages known on a date.

The frame has one row per published figure, with the columns of observations.csv and
``known_on``, the last day on which the release can have happened (a release dated
2021-03 counts from 31 March 2021, so that nothing leaks into an earlier date).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from cszt_models.errors import DataError
from cszt_models.project.csv_tables import Refusals, numbers, read_table
from cszt_models.project.days import last_day
from cszt_models.project.periods import (
    ESTIMATE,
    Period,
    Release,
    YearPart,
    read_period,
)
from cszt_models.project.project import Project
from cszt_models.project.schema import RANGES
from cszt_models.vocabulary import GDP, POPULATION, SECTORS

COLUMNS = (
    "region",
    "indicator",
    "year",
    "value",
    "unit",
    "basis",
    "status",
    "released",
    "source",
    "source_ref",
    "note",
)
PERIOD = "period"  # optional column: the part of the year, a year if empty or missing
STATUSES = (
    "preliminary",
    "revised",
    "census",
    "derived_by_source",
    "unknown",
    ESTIMATE,
)
MAX_SECTOR_GAP = 0.01  # share of GDP; `cszt check` lists smaller gaps
KEY = ["region", "indicator", "year", "basis"]
WITHIN_YEAR = ("growth", "level", "count")  # kinds of indicator with parts of a year


class Figure(NamedTuple):
    """One published figure, as the models read it."""

    region: str
    year: int
    value: float
    basis: str
    status: str


def figures(frame: pd.DataFrame) -> list[Figure]:
    """The rows of a frame as figures, in its order."""
    columns = (frame[name].tolist() for name in Figure._fields)
    return [Figure(*row) for row in zip(*columns, strict=True)]


def read_observations(project: Project) -> pd.DataFrame:
    """The project's observations, checked.

    Returns
    -------
    DataFrame
        One row per published figure in the file's order; ``year`` int, ``value`` float,
        ``known_on`` date; the index is the line in the file. Figures of part of a year,
        and estimates, are series of their own (``gdp_real_growth@Q1``).

    Raises
    ------
    DataError
        Naming file, line, value and remedy: a missing column, an unknown region,
        indicator, unit, basis or status, a year or value that is not a number, a share
        outside 0-100, a negative level, a release date that does not exist, a period
        that is no part of its year, a missing source, a row given twice, or sectors
        that do not sum to GDP.
    """
    path = project.file("observations.csv")
    frame = read_table(path, COLUMNS)
    refuse = Refusals(path, frame)
    refuse.known("region", "region", project.places)
    refuse.known("indicator", "indicator", project.indicators)
    refuse.known("basis", "basis", project.bases)
    refuse.known("status", "status", STATUSES)
    _check_units(frame, refuse, project)
    year = numbers(frame, refuse, "year", whole=True)
    value = numbers(frame, refuse, "value")
    _check_ranges(frame.assign(number=value), refuse, project)
    for column in ("source", "released"):
        refuse.check(
            frame[column].str.strip() == "",
            column,
            "is empty",
            "Every figure needs a source and a release date.",
        )
    frame = frame.assign(year=year, value=value, known_on=_known_on(frame, refuse))
    frame = frame.assign(indicator=_series(frame, refuse, project))
    refuse.check(
        frame.duplicated([*KEY, "released", "source", "source_ref"]),
        "indicator",
        "the same figure is given twice",
        "Remove one of the two rows.",
    )
    _check_sectors(frame, path)
    return frame


def _check_units(frame: pd.DataFrame, refuse: Refusals, project: Project) -> None:
    units = frame["indicator"].map(lambda name: project.indicators[name].unit)
    bad = frame["unit"] != units
    expected = units[bad].iloc[0] if bad.any() else ""
    refuse.check(
        bad,
        "unit",
        f"the indicator is measured in {expected!r}",
        "Convert the value, or correct the unit in project.yaml.",
    )


def _check_ranges(frame: pd.DataFrame, refuse: Refusals, project: Project) -> None:
    kind = frame["indicator"].map(lambda name: project.indicators[name].kind)
    value = frame["number"]
    refuse.check(
        frame["indicator"].isin([GDP, POPULATION]) & (value == 0),
        "value",
        "GDP and population of a place are above 0",
        "Check it in its source; leave out a figure that is not known.",
    )
    for name, limits in RANGES.items():
        bad = (kind == name) & ~limits.contains(value)
        refuse.check(bad, "value", limits.rule, "Check it in its source.")


def _series(frame: pd.DataFrame, refuse: Refusals, project: Project) -> pd.Series:
    """Series of each figure: its indicator, or a release of it within the year."""
    column = PERIOD if PERIOD in frame else "year"
    parts = _parts(frame, column, refuse)
    estimate = frame["status"] == ESTIMATE
    whole = parts.map(lambda part: part.span.whole).astype(bool)
    kind = frame["indicator"].map(lambda name: project.indicators[name].kind)
    refuse.check(
        ~whole & ~kind.isin(WITHIN_YEAR),
        column,
        "only growth and flows have a part of a year",
        "Leave the period empty, or give the growth on the same months a year before.",
    )
    refuse.check(
        parts.map(lambda part: part.sequential).astype(bool) & (kind != "growth"),
        column,
        "only growth is on the months before",
        "Leave out what follows the part of the year.",
    )
    refuse.check(
        ~whole & estimate,
        "status",
        "an estimate is of a whole year",
        "Write preliminary, or leave the period empty.",
    )
    rows = zip(frame["year"], parts, frame["known_on"], strict=True)
    early = [not p.span.whole and day < Period(year, p).end for year, p, day in rows]
    refuse.check(
        pd.Series(early, index=frame.index, dtype=bool),
        "released",
        "is before the end of the row's part of the year",
        "Correct the date or the period; what is said of months to come is a forecast.",
    )
    if (whole & ~estimate).all():
        return frame["indicator"]
    releases = map(Release, frame["indicator"], parts, estimate)
    names = [release.series for release in releases]
    return pd.Series(names, index=frame.index, dtype=object)


def _parts(frame: pd.DataFrame, column: str, refuse: Refusals) -> pd.Series:
    """Part of the year of each figure, as a `YearPart`."""
    texts = frame[column].astype(str).str.strip()
    both = list(zip(texts, frame["year"], strict=True))
    read = {pair: _part(*pair) for pair in set(both)}
    parts = pd.Series([read[pair] for pair in both], index=frame.index, dtype=object)
    refuse.check(
        parts.isna(),
        column,
        "is no part of the row's year",
        "Write 2026, 2026Q1, 2026H1, 2026Q1-Q3, 2026M01-10 or 2026Q2-on-Q1; empty is "
        "the year.",
    )
    return parts


def _part(text: str, year: int) -> YearPart | None:
    """A part of a year, None if it is no part of this one."""
    try:
        period = read_period(text or str(year))
    except ValueError:
        return None
    return period.part if period.year == year else None


def _known_on(frame: pd.DataFrame, refuse: Refusals) -> pd.Series:
    days: dict[str, date | None] = {}
    for text in frame["released"].unique():
        try:
            days[text] = last_day(text)
        except ValueError:
            days[text] = None
    last_days = frame["released"].map(days)
    refuse.check(
        last_days.isna(),
        "released",
        "is not a date that exists",
        "Write YYYY-MM-DD, YYYY-MM or YYYY.",
    )
    return last_days


def _check_sectors(frame: pd.DataFrame, path: Path) -> None:
    gaps = sector_gaps(frame)
    bad = gaps[gaps["gap"].abs() > (MAX_SECTOR_GAP * gaps["gdp"]).clip(lower=1.0)]
    if bad.empty:
        return
    row = bad.iloc[0]
    raise DataError(
        f"{path}: sectors of {row['region']} {row['year']} ({row['basis']}) sum to "
        f"{row['sectors']:g}, GDP is {row['gdp']:g}. "
        "Check the three sectors and the basis of GDP in their source; take GDP and "
        "its sectors from one table."
    )


def sector_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """Sum of the three sectors less GDP, where a basis has all three.

    Where a basis holds several GDP vintages the nearest one counts, for sectors are
    published with one of them; where it has none, as after a reclassification of
    sectors, the nearest of all bases.

    Returns
    -------
    DataFrame
        region, year, basis, sectors, gdp and gap, in the unit of GDP.
    """
    keys = ["region", "year", "basis"]
    sectors = frame[frame["indicator"].isin(SECTORS)]
    wide = sectors.pivot_table(index=keys, columns="indicator", values="value")
    if set(SECTORS) - set(wide.columns):
        return pd.DataFrame(columns=[*keys, "sectors", "gdp", "gap"])
    total = wide.dropna()[list(SECTORS)].sum(axis="columns").rename("sectors")
    gdp = frame.loc[frame["indicator"] == GDP, [*keys, "value"]]
    gdp = gdp.rename(columns={"value": "gdp"})
    both = gdp.merge(total.reset_index(), on=keys)
    elsewhere = total.drop(pd.MultiIndex.from_frame(both[keys]).unique())
    others = gdp.drop(columns="basis").merge(elsewhere.reset_index(), on=keys[:2])
    both = pd.concat([both, others], ignore_index=True)
    both["gap"] = both["sectors"] - both["gdp"]
    nearest = both["gap"].abs().groupby([both[k] for k in keys]).idxmin()
    return both.loc[nearest].reset_index(drop=True)


def as_of(frame: pd.DataFrame, on: date) -> pd.DataFrame:
    """Figures known on a date: the best vintage of each basis.

    Of the rows of one (region, indicator, year, basis) the last released counts; of
    several released together the one with the better class of source (``[1]`` before
    ``[5]``), then the one with more digits, then the first in the file.

    Raises
    ------
    DataError
        If nothing had been released by then.

    Examples
    --------
    >>> from datetime import date
    >>> from cszt_models import load_project
    >>> from cszt_models.project.observations import read_observations
    >>> known = as_of(read_observations(load_project()), date(2021, 6, 30))
    >>> int(known.query("indicator == 'gdp_nominal'").year.max())
    2020
    """
    if frame.empty:
        raise DataError(
            "observations.csv has no figure yet. Bring some in with `cszt import "
            "TABLE.xlsx --into DIR`; growth rates of one region are enough to start."
        )
    past = frame[frame["known_on"] <= on]
    if past.empty:
        first = frame["known_on"].min()
        raise DataError(
            f"nothing had been released by {on.isoformat()}. "
            f"The first release in the data is {first}; choose a later date."
        )
    grade = past["source"].str.extract(r"^\[(\d)\]", expand=False).fillna("9")
    digits = -past["value"].map(lambda value: len(f"{value:.10g}"))
    later = -past["known_on"].map(date.toordinal)
    order = past.assign(_later=later, _grade=grade, _digits=digits).sort_values(
        [*KEY, "_later", "_grade", "_digits"], kind="stable"
    )
    best = order.drop_duplicates(KEY).drop(columns=["_later", "_grade", "_digits"])
    return best.sort_index()


def latest(
    known: pd.DataFrame, indicator: str, bases: Sequence[str], *, by_basis: bool = False
) -> pd.DataFrame:
    """One row per region and year of an indicator, among the bases named.

    Parameters
    ----------
    known
        Rows known on a date, from `as_of`.
    indicator
        Id of the indicator.
    bases
        Bases that count, best first.
    by_basis
        True takes the best basis that has the year; False the last release, and among
        releases of one day the best basis.

    Returns
    -------
    DataFrame
        Rows of `known`, sorted by region and year.
    """
    rows = known[(known["indicator"] == indicator) & known["basis"].isin(bases)]
    rank = [list(bases).index(basis) for basis in rows["basis"]]
    later = [-day.toordinal() for day in rows["known_on"]]
    keys = (later, rank) if by_basis else (rank, later)  # the last one sorts first
    place = np.unique(rows["region"].to_numpy(dtype=object), return_inverse=True)[1]
    cells = np.stack([place, rows["year"].to_numpy()])
    order = np.lexsort((*keys, cells[1], cells[0]))
    best = np.diff(cells[:, order], axis=1, prepend=-1).any(axis=0)
    return rows.iloc[order[best]]
