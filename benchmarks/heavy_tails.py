"""Hindcast of 240 heavy-tailed regions in 27 groups from 6 origins, without a compiler.

The goal is two minutes on 2 cores and no case that fails. The panel is simulated: a
third of the groups have one or two regions, courses and shocks are Student t with two
degrees of freedom, of sizes that differ by region, and one figure in 500 has its
decimal point misplaced. Beside it growth of 48 states of the USA, of the examples.
Engines of the fits are counted: importance sampling alone does not serve all of them.

Example
-------
python benchmarks/heavy_tails.py
"""

import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import Case, run
from cszt_models.hindcast.forecast import seed_of_case
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.variables import variable_named
from cszt_models.inference.fit import fit_scales
from cszt_models.project.project import load_project
from cszt_models.vocabulary import GROWTH

REGIONS, GROUPS, YEARS = 240, 27, range(1998, 2020)
ORIGINS = (2004, 2006, 2008, 2010, 2012, 2014)
STATES = Path(__file__).parents[1] / "examples" / "us_states" / "panel.csv"
STATE_ORIGINS = (1976, 1978, 1980, 1982, 1984)
DEGREES = 2.0  # of freedom: no variance
MISPLACED = 0.002  # share of figures ten times too large
GOAL = 120.0  # seconds


def simulated(seed: int) -> pd.DataFrame:
    """Growth of regions in groups of very different sizes."""
    rng = np.random.default_rng(seed)
    sizes = 1 + rng.multinomial(REGIONS - GROUPS, rng.dirichlet(np.full(GROUPS, 0.7)))
    rows = []
    for group, size in enumerate(sizes):
        course = 2.0 + 1.2 * rng.standard_t(DEGREES, len(YEARS))
        for region in range(size):
            shocks = rng.standard_t(DEGREES, len(YEARS)) * rng.lognormal(0.0, 0.6)
            growth = course + rng.normal(0, 0.5) + shocks
            growth[rng.random(len(YEARS)) < MISPLACED] *= 10
            rows += [
                (f"{group}-{region}", year, GROWTH, value, group)
                for year, value in zip(YEARS, growth.clip(-40, 150), strict=True)
            ]
    columns = ["region", "year", "indicator", "value", "group"]
    return pd.DataFrame(rows, columns=columns)


def cases_of(path: Path, group: str, origins: tuple[int, ...]) -> list[Case]:
    """Cases of a panel file, as ``cszt hindcast --panel`` makes them."""
    panel = read_panel(path, group=group, confirmed=True)
    design = HindcastDesign(origins, 5, 1, ("structural",))
    return panel_cases(panel, load_project(), variable_named(GROWTH), design)


def engines(cases: list[Case]) -> Counter[str]:
    """How many fits are from which engine."""
    counts: Counter[str] = Counter()
    for case in cases:
        seed = seed_of_case(case.seed, case.information, case.method)
        counts[fit_scales(case.information.panel("growth"), seed=seed).engine] += 1
    return counts


def main() -> None:
    """Print seconds, failures and engines of both panels."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "panel.csv")
        simulated(1).to_csv(path, index=False)
        sources = {
            "simulated": cases_of(path, "group", ORIGINS),
            "US states": cases_of(STATES, "part", STATE_ORIGINS),
        }
        for name, cases in sources.items():
            start = time.perf_counter()
            scores = run(cases, folder=Path(folder, name), jobs=2)
            seconds = time.perf_counter() - start
            failed = int((scores["kind"] == "failed").sum())
            counted = ", ".join(f"{n} {e}" for e, n in engines(cases).items())
            print(
                f"{name:<10} {len(cases):>4} cases, {seconds:6.1f} s (goal {GOAL:.0f})"
            )
            print(f"{'':<10} {failed:>4} failed; fits: {counted}")


if __name__ == "__main__":
    main()
