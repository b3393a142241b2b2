"""Values that provinces would have announced by the rule of a chance of 0.7.

For each target of yearly growth in data/archive_probabilities.csv the structural panel
gives the value met with a probability of 0.7, as of the report's date, rounded down to
a decimal. data/archive_set_values.csv holds it beside what was announced and what came;
docs/archive.md shows how often such values would have been met.

Example
-------
python scripts/set_archive.py ../shared/reference/china_provinces.csv data
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from score_archive import DRAWS, FIRST_YEAR, SEED, YEARS, province_targets

from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.forecast import forecast
from cszt_models.hindcast.panel_file import PanelFile, read_panel
from cszt_models.hindcast.variables import variable_named
from cszt_models.project.project import load_project
from cszt_models.storage.files import write_whole
from cszt_models.vocabulary import GROWTH

CHANCE, METHOD, DECIMALS = 0.7, "structural", 1
FILE = "archive_set_values.csv"


def set_values(path: Path) -> Iterator[pd.DataFrame]:
    """Values at the chance for all provinces with a target, a year after another."""
    targets, panel = province_targets(), read_panel(path, group=None)
    recent = panel.figures[panel.figures["year"] >= FIRST_YEAR]
    panel = PanelFile(**{**vars(panel), "figures": recent})
    design = HindcastDesign(tuple(year - 1 for year in YEARS), 1, SEED, (METHOD,))
    variable = variable_named(GROWTH)
    for case in panel_cases(panel, load_project(), variable, design):
        year = case.information.origin + 1
        due = targets[targets["year"] == year]
        drawn = forecast(case.information, variable, METHOD, seed=SEED, draws=DRAWS)
        growth = drawn.outcomes[:, :, 0, 0]
        place = [drawn.regions.index(name) for name in due["region"]]
        exact = np.quantile(growth[:, place], 1 - CHANCE, axis=0)
        scale = 10**DECIMALS
        yield due.assign(set=np.floor(exact * scale) / scale)
        print(f"{year}: {len(due)} targets", file=sys.stderr, flush=True)


def main(path: Path, data: Path) -> None:
    """Write the values beside what was announced and what came."""
    table = pd.concat(set_values(path)).rename(
        columns={"value": "target", "outcome": "growth"}
    )
    columns = ["region", "year", "set", "target", "growth"]
    text = table[columns].to_csv(index=False, lineterminator="\n")
    write_whole(data / FILE, text.encode("utf-8"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: set_archive.py PROVINCES.csv DATA")
    main(*map(Path, sys.argv[1:]))
