"""Time of re-projections under levers, beside the fit that they save.

Headline targets and their joint at 4,000 draws, from one outlook. Targets of the plan
are those known in mid-2021, when none was published.

Example
-------
python benchmarks/scenarios.py
"""

import statistics
import time
from datetime import date

import cszt_models as cm
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import assess

RUNS = 21
CASES = {
    "baseline": [],
    "growth": [("growth", 0.5)],
    "eight levers": [
        ("growth", 0.5),
        ("price", -0.5),
        ("level", -1.0),
        ("migration", 5.0),
        ("urbanization", 0.2),
        ("rd_expenditure", 3.0),
        ("uncertainty", 20.0),
        ("event_risk", 3.8),
    ],
}


def main() -> None:
    """Print the table."""
    project = cm.load_project()
    targets = {n: t for n, t in read_targets(project).items() if t.headline}
    observations, day = read_observations(project), date(2021, 6, 30)
    start = time.perf_counter()
    fits = fit_blocks(observations, project, as_of=day, seed=1)
    refit = time.perf_counter() - start
    outlook = build_outlook(fits)
    print(f"draws {fits.draws}, medians of {RUNS} runs; one fit {refit:.2f} s")
    for name, levers in CASES.items():
        scenario = baseline()
        for lever, value in levers:
            scenario = scenario.with_lever(lever, value)
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            assess(fits, targets, scenario, outlook=outlook)
            times.append(time.perf_counter() - start)
        middle, least = statistics.median(times), min(times)
        print(
            f"{name:<14}{1000 * middle:8.1f} ms (best {1000 * least:.1f}), "
            f"a fit is {refit / middle:.0f} of them"
        )


if __name__ == "__main__":
    main()
