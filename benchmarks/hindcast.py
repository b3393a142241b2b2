"""Hindcast of 150 cities from 6 origins by the panel, on simulated provinces.

The goal is a minute on 2 cores. Beside it the same cases by a random walk, which is
what reading, scoring and keeping take.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import run
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.variables import variable_named
from cszt_models.project.project import load_project
from cszt_models.vocabulary import GROWTH

PROVINCES, CITIES, YEARS = 15, 10, range(2000, 2024)
ORIGINS = (2008, 2010, 2012, 2014, 2016, 2018)
GOAL = 60.0  # seconds


def simulated(seed: int) -> pd.DataFrame:
    """Growth of cities: a fading course of each province, offsets, cycles and noise."""
    rng = np.random.default_rng(seed)
    rows = []
    for province in range(PROVINCES):
        course = 12 * 0.93 ** np.arange(len(YEARS)) + rng.normal(0, 0.8, len(YEARS))
        for city in range(CITIES):
            growth = course + rng.normal(0, 0.5) + rng.normal(0, 1, len(YEARS))
            rows += [
                (f"{province}-{city}", year, GROWTH, value, province)
                for year, value in zip(YEARS, growth, strict=True)
            ]
    columns = ["region", "year", "indicator", "value", "province"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Print seconds for each method."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "panel.csv")
        simulated(1).to_csv(path, index=False)
        panel = read_panel(path, group="province")
        for method in ("rw", "structural"):
            design = HindcastDesign(ORIGINS, 5, 1, (method,))
            cases = panel_cases(panel, load_project(), variable_named(GROWTH), design)
            start = time.perf_counter()
            run(cases, folder=Path(folder, method), jobs=2)
            seconds = time.perf_counter() - start
            print(f"{method:<11} {len(cases)} cases, {seconds:5.1f} s", end="")
            print(f" (goal {GOAL:.0f} s)" if method == "structural" else "")


if __name__ == "__main__":
    main()
