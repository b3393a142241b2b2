"""Score the models and simple methods on reference panels of China.

The panels are not part of this repository; the scores derived from them are, in
data/hindcasts.csv and data/reliability.csv, with the forecasts from which no later year
was hidden left out by construction (`cszt_models.hindcast.information_set`). Cases are
kept in a folder, so that a run that was stopped goes on where it was.

Example
-------
python scripts/score_reference.py ../shared/reference data build/hindcasts
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import run
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.record import record_of, write_record
from cszt_models.hindcast.summary import failures
from cszt_models.hindcast.variables import variable_named
from cszt_models.project.project import load_project

HORIZON, SEED = 5, 1
# The model, what readers know, and the methods that are hardest to beat. The others of
# `benchmarks` are slower and beat these on no panel: see compare_peers.py.
METHODS = (
    *("structural", "rw", "mean5", "ar1", "ets", "rw0", "par", "gridge"),
    *("par_all", "gridge_all"),  # where there are groups
)


@dataclass(frozen=True)
class Panel:
    """A reference panel, the origins it allows, and the methods it can bear."""

    file: str
    origins: range
    group: str | None
    methods: tuple[str, ...]


PANELS = {
    "gdp_real_growth": Panel(
        "china_prefectures_growth.csv",
        range(2008, 2019),
        "province",
        METHODS,
    ),
    "urbanization_rate": Panel("china_provinces.csv", range(2008, 2019), None, METHODS),
    "rd_intensity": Panel("china_provinces.csv", range(2014, 2019), None, METHODS),
    "sector_shares": Panel(
        "china_prefectures_structure.csv.gz", range(2008, 2019), "province", METHODS
    ),
    "population_resident": Panel(
        "china_prefectures_population.csv", range(2014, 2020), "province", METHODS
    ),
    "gdp_level": Panel(
        "china_prefectures_growth.csv", range(2008, 2019), "province", METHODS
    ),
    "gdp_deflator": Panel(
        "china_prefectures_growth.csv", range(2008, 2019), "province", METHODS
    ),
}


def scored(name: str, panel: Panel, reference: Path, cases: Path) -> pd.DataFrame:
    """Scores of every case of a panel."""
    design = HindcastDesign(tuple(panel.origins), HORIZON, SEED, panel.methods)
    read = read_panel(reference / panel.file, group=panel.group, confirmed=True)
    listed = panel_cases(read, load_project(), variable_named(name), design)

    def tell(done: int, whole: int) -> None:
        if done % 50 == 0:
            print(f"{name}: {done} of {whole} cases", file=sys.stderr, flush=True)

    return run(listed, folder=cases, jobs=2, on_case=tell)


def main(reference: Path, data: Path, cases: Path, names: list[str]) -> None:
    """Score the panels named, all if none is, and renew their rows of both tables."""
    for name in names or PANELS:
        panel = PANELS[name]
        rows = scored(name, panel, reference, cases)
        for failure in failures(rows).itertuples():
            print(
                f"{name}: left out {failure.group} {failure.origin}: {failure.reason}"
            )
        about = {
            "indicator": name,
            "panel": panel.file,
            "origins": f"{panel.origins[0]}-{panel.origins[-1]}",
            "horizon": HORIZON,
        }
        write_record(data, record_of(rows, about, seed=SEED))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(
            "usage: score_reference.py REFERENCE DATA CASES [INDICATOR ...]"
        )
    main(*map(Path, sys.argv[1:4]), sys.argv[4:])
