"""Time of questions about all targets once projected, as ratios in one run.

The peer of the joint probability is the projection that it follows.

Example
-------
python benchmarks/targets.py
"""

import statistics
import time
from collections.abc import Callable

import cszt_models as cm
from cszt_models.attribution import shortfall
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.targets import joint as sets
from cszt_models.targets import timing
from cszt_models.targets.attainment import assess, groups_of, outcome

RUNS = 21


def median_milliseconds(work: Callable[[], object]) -> float:
    """Median processor time of several runs after a warm-up: other work counts less."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    """Print the table."""
    project = cm.load_project()
    observations, day = read_observations(project), project.data_date
    plan, store = read_targets(project), cm.Store()
    fits = fit_blocks(observations, project, as_of=day, seed=1, store=store)
    outlook = build_outlook(fits)
    paths = project_paths(outlook)
    assessment = assess(fits, plan, outlook=outlook)
    targets = [plan[name] for name in assessment.met]
    groups = groups_of(fits, targets)
    drawn = {t.id: outcome(paths, t) for t in targets}
    met = {t.id: t.met_by(drawn[t.id]) for t in targets}

    def projected() -> None:
        project_paths(outlook, only={t.indicator for t in targets})

    def together() -> None:
        met_by_target = {t.id: t.met_by(outcome(paths, t)) for t in targets}
        sets.joint_attainment(met_by_target, groups)

    def split() -> None:
        now = shortfall.Projected(outlook, paths)
        shortfall.split(now, assessment.of("gdp_2025"), plan)

    rows = {
        "projection of all targets": projected,
        "joint of all, from the projection": together,
        "  of which from met draws": lambda: sets.joint_attainment(met, groups),
        "order in which they are lost": lambda: sets.order_of_loss(met),
        "years of attainment of one": lambda: timing.timing(paths, targets[0]),
        "split of GDP": split,
    }
    print(
        f"{len(targets)} targets, {fits.draws} draws; "
        f"processor time, median of {RUNS} runs"
    )
    times = {name: median_milliseconds(work) for name, work in rows.items()}
    for name, taken in times.items():
        print(f"{name:<36}{taken:9.2f} ms")
    ratio = times["projection of all targets"]
    ratio /= times["joint of all, from the projection"]
    print(f"{'projection / joint':<36}{ratio:9.1f}")


if __name__ == "__main__":
    main()
