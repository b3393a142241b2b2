"""Probabilities of targets that provinces really set, by the models and simple rules.

Each target of yearly growth is forecast as of its report, from growth up to the year
before (`cszt_models.hindcast`), by the structural panel and by simple methods. Draws
are rounded to a decimal, as growth is published. The panel of provinces is not part of
this repository; it holds final figures, not those known on the day. Probabilities go to
data/archive_probabilities.csv, which `cszt score` reads; docs/calibration.md shows it.

Example
-------
python scripts/score_archive.py ../shared/reference/china_provinces.csv data
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from cszt_models.archive.read import read_archive
from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.forecast import forecast
from cszt_models.hindcast.panel_file import PanelFile, read_panel
from cszt_models.hindcast.variables import variable_named
from cszt_models.project.project import load_project
from cszt_models.storage.files import write_whole
from cszt_models.vocabulary import GROWTH

SEED, DRAWS = 1, 2000
FIRST_YEAR = 1990  # of the panel: growth before the reforms is of another kind
YEARS = range(2001, 2023)  # the panel ends in 2022
METHODS = ("structural", "rw", "mean5", "ar1", "ets")
MIN_PAST = 2  # years of outcomes before a base rate is known
RULES = ("base_rate", "target")
NAMES = {
    "value": "target",
    "outcome": "growth",
    "met": "outcome",
}  # as `cszt score` reads
COLUMNS = (
    *("region", "year", "method", "target", "growth"),
    *("outcome", "probability", "median"),
)
FILE = "archive_probabilities.csv"
NOISE_SD = 1.0  # percentage points around a target, of the rule that it comes true


def province_targets() -> pd.DataFrame:
    """Targets of yearly growth of provinces with their first outcome."""
    archive = read_archive()
    chosen = (archive["indicator"] == GROWTH) & (archive["plan"] == "annual")
    chosen &= (archive["level"] == "province") & archive["met"].notna()
    rows = archive[chosen & archive["year"].isin(YEARS)]
    columns = ["region", "year", "value", "outcome", "met"]
    return rows[columns].sort_values(["year", "region"]).reset_index(drop=True)


def chances(targets: pd.DataFrame, path: Path) -> Iterator[pd.DataFrame]:
    """Probability of each target by each method, a year after another."""
    panel, variable = read_panel(path, group=None), variable_named(GROWTH)
    recent = panel.figures[panel.figures["year"] >= FIRST_YEAR]
    panel = PanelFile(**{**vars(panel), "figures": recent})
    origins = tuple(year - 1 for year in YEARS)
    design = HindcastDesign(origins, 1, SEED, METHODS)
    for case in panel_cases(panel, load_project(), variable, design):
        year = case.information.origin + 1
        due = targets[targets["year"] == year]
        drawn = forecast(
            case.information, variable, case.method, seed=SEED, draws=DRAWS
        )
        growth = np.round(drawn.outcomes[:, :, 0, 0], 1)
        place = [drawn.regions.index(name) for name in due["region"]]
        met = growth[:, place] >= due["value"].to_numpy() - 1e-9
        yield due.assign(
            method=case.method,
            probability=met.mean(0),
            median=np.median(growth[:, place], axis=0),
        )
        print(f"{year} {case.method}: {len(due)} targets", file=sys.stderr, flush=True)


def base_rate(targets: pd.DataFrame) -> pd.DataFrame:
    """Share of targets met in earlier years, the same for all of a year."""
    rows = []
    for year, due in targets.groupby("year"):
        past = targets[targets["year"] < year]["met"].astype(float)
        known = targets[targets["year"] < year]["year"].nunique() >= MIN_PAST
        rows.append(due.assign(probability=past.mean() if known else 0.5))
    return pd.concat(rows).assign(method="base_rate")


def target_is_outcome(targets: pd.DataFrame) -> pd.DataFrame:
    """Outcomes are the target plus the mean and spread of its past errors."""
    rows = []
    for year, due in targets.groupby("year"):
        past = targets[targets["year"] < year]
        errors = past["outcome"] - past["value"]
        known = past["year"].nunique() >= MIN_PAST
        mean, sd = (errors.mean(), errors.std()) if known else (0.0, NOISE_SD)
        rows.append(due.assign(probability=norm.sf(-0.05, mean, sd)))
    return pd.concat(rows).assign(method="target")


def main(path: Path, data: Path) -> None:
    """Write the probabilities of all methods."""
    targets = province_targets()
    parts = [*chances(targets, path), base_rate(targets), target_is_outcome(targets)]
    table = pd.concat(parts).rename(columns=NAMES).astype({"outcome": int})
    table = table.round({"probability": 4, "median": 2})[list(COLUMNS)]
    table["method"] = pd.Categorical(table["method"], [*METHODS, *RULES])
    table = table.sort_values(["method", "year", "region"])
    text = table.to_csv(index=False, lineterminator="\n")
    write_whole(data / FILE, text.encode("utf-8"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: score_archive.py PROVINCES.csv DATA")
    main(*map(Path, sys.argv[1:]))
