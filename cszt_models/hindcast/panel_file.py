"""Read and check panel files: figures of any regions for a hindcast.

A file has the columns region, year, indicator and value, and may have one that groups
regions (province) and one of flags. Rows whose flag says that a value is not what its
label claims are left out, and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cszt_models.errors import DataError, unknown
from cszt_models.project.figure_checks import (
    CONFIRMED,
    Background,
    doubtful_figures,
    require_plausible,
)
from cszt_models.project.figure_series import Doubt
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBANIZATION,
)

COLUMNS = ("region", "year", "indicator", "value")
EVERYWHERE = "all"  # the group of a file without groups
YEARS = (1900, 2100)

# Flags that disable a value, by indicator: not the value of that region and year, or a
# level that the next year's is not to be compared with.
_LEVELS = ("suspect", "repeats_previous_year", "level_jump", "nominal_level_break")
_LABELS = ("year_label_off_by_one",)
_SHARES = ("sector_sum_off", "suspect", "repeats_previous_year", *_LABELS)
DISABLING: Mapping[str, tuple[str, ...]] = {
    GROWTH: ("suspect",),
    GDP: (*_LEVELS, *_LABELS),
    POPULATION: (
        "interpolated_by_source",
        "equals_registered_population",
        "level_break",
    ),
    URBANIZATION: ("interpolated_by_source",),
    **dict.fromkeys((*SECTORS, *SECTOR_SHARES), _SHARES),
}


@dataclass(frozen=True)
class PanelFile:
    """Figures of a file as the models read them, with the group of each region.

    ``figures`` has region, indicator, year, value, status and ``known_on``, the last
    day of the next year; ``left_out`` counts rows by flag; ``doubts`` are about figures
    that are hard to believe.
    """

    figures: pd.DataFrame
    groups: Mapping[str, str]
    left_out: Mapping[str, int]
    doubts: tuple[Doubt, ...] = ()


def read_panel(
    path: Path, *, group: str | None = None, confirmed: bool = False
) -> PanelFile:
    """Read and check a panel file (CSV, also compressed).

    Parameters
    ----------
    group
        Column that groups regions; without one all are fitted together.
    confirmed
        Whether figures are taken as printed, however odd; those with this word as
        flag always are.

    Raises
    ------
    DataError
        Naming the file, column or line: a column missing, a year or value that is no
        number, a region in two groups, a figure given twice, or one that cannot be
        right.
    """
    frame = _table(path, [*COLUMNS, *([group] if group else [])])
    _check_numbers(frame, path)
    frame = frame.assign(place=[f"line {n + 2}" for n in range(len(frame))])
    frame = frame[frame["value"].notna()]
    flags = _flags(frame)
    usable = frame[flags == ""]
    twice = usable.duplicated(["region", "indicator", "year"])
    if twice.any():
        row = usable[twice].iloc[0]
        raise DataError(
            f"{path}: {row['indicator']} of {row['region']} in {row['year']} is given "
            "twice. Keep one."
        )
    doubts = [] if confirmed else _doubts(usable, path)
    places = usable[group].astype(str) if group else EVERYWHERE
    usable = usable.assign(_group=places)
    spread = usable.groupby("region")["_group"].nunique()
    if (spread > 1).any():
        name = spread.idxmax()
        raise DataError(
            f"{path}: region {name!r} is in {spread.max()} groups of {group!r}. "
            "Give it one, or another id in each."
        )
    groups = usable.drop_duplicates("region").set_index("region")["_group"].to_dict()
    days = {year: date(year + 1, 12, 31) for year in usable["year"].unique()}
    figures = usable[[*COLUMNS]].assign(
        status="unknown", known_on=usable["year"].map(days), source=""
    )
    counts = flags[flags != ""].value_counts().sort_index().to_dict()
    figures = figures.sort_values(["indicator", "region", "year"], ignore_index=True)
    return PanelFile(figures, groups, counts, tuple(doubts))


def _doubts(usable: pd.DataFrame, path: Path) -> list[Doubt]:
    notes = usable["flag"].astype("string") if "flag" in usable else ""
    doubts = doubtful_figures(usable.assign(note=notes), Background())
    remedy = (
        f"Correct the cell, or leave its row out with the flag suspect. If its source "
        f"does print it, write {CONFIRMED} in the column flag."
    )
    return require_plausible(doubts, path, remedy)


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype={"region": str}, low_memory=False)
    except FileNotFoundError:
        raise DataError(f"{path} does not exist. Check the path.") from None
    except (UnicodeDecodeError, OSError, ValueError) as error:
        raise DataError(
            f"{path} cannot be read as a table ({error.__class__.__name__}). "
            "Save it as CSV in UTF-8."
        ) from None
    for name in columns:
        if name not in frame:
            raise DataError(f"{path}: {unknown('column', name, frame.columns)}")
    return frame


def _check_numbers(frame: pd.DataFrame, path: Path) -> None:
    """Years and values are numbers; an empty value is a figure that is missing."""
    for name in ("year", "value"):
        numbers = pd.to_numeric(frame[name], errors="coerce")
        bad = ~np.isfinite(numbers) & (frame[name].notna() | (name == "year"))
        if name == "year":
            bad |= (numbers % 1 != 0) | ~numbers.between(*YEARS)
        if bad.any():
            line = int(np.flatnonzero(bad)[0]) + 2
            raise DataError(
                f"{path}, line {line}: {name} {frame[name].iloc[line - 2]!r} cannot be "
                f"used. Give a {'year' if name == 'year' else 'finite number'}."
            )
    frame["year"] = frame["year"].astype(int)
    frame["value"] = frame["value"].astype(float)


def _flags(frame: pd.DataFrame) -> pd.Series:
    """The first disabling flag of each row, empty where there is none."""
    disabling = pd.Series("", frame.index)
    if "flag" not in frame:
        return disabling
    flags = frame["flag"].astype("string").fillna("")
    for indicator, bad in DISABLING.items():
        mine = frame["indicator"] == indicator
        for flag in reversed(bad):
            hit = mine & flags.str.contains(flag, regex=False)
            disabling = disabling.where(~hit, flag)
    return disabling
