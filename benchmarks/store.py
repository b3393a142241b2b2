"""Time of fits with and without a store, as ratios in one run.

The peer of what comes from the store is the fit that it saves, checked to be the same.

Example
-------
python benchmarks/store.py
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cszt_models as cm
from cszt_models.inference.joint_fit import JOINT, Joint, Task, fit_jointly
from cszt_models.models.panels import linked_blocks, panels
from cszt_models.project.observations import as_of, read_observations

RUNS = 5
DRAWS = 4000


def median_seconds(work: Callable[[], object], before: Callable[[], object]) -> float:
    """Median time of several runs after a warm-up, without what goes before each."""
    times = []
    for _ in range(1 + RUNS):
        before()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def nothing() -> None:
    """Leave all as it is."""


def same(first: Joint, other: Joint) -> bool:
    """Whether two fits hold the same draws."""
    pairs = [(first.blocks[name], other.blocks[name]) for name in first.blocks]
    return all(a.cells.identical(b.cells) for a, b in pairs)


def main() -> None:
    """Print the table."""
    project = cm.load_project()
    day = project.data_date
    built = panels(as_of(read_observations(project), day), project, day)
    linked = tuple(linked_blocks(project, built))

    def fit(store: cm.Store | None) -> Joint:
        task = Task(
            built, linked, day, seed=1, draws=DRAWS, engine="marginal"
        )  # keys anew
        return fit_jointly(task, store=store)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "fits")
        store = cm.Store(folder)

        def clear(part: str) -> None:
            shutil.rmtree(folder / part, ignore_errors=True)

        lines = {
            "fitted, no store": median_seconds(lambda: fit(None), nothing),
            "fitted and kept": median_seconds(lambda: fit(store), lambda: clear("")),
            "drawn from kept scales, and kept": median_seconds(
                lambda: fit(store), lambda: clear(JOINT)
            ),
            "from the store": median_seconds(lambda: fit(store), nothing),
        }
        if not same(fit(store), fit(None)):
            raise SystemExit("the store gives other draws. Find out why.")
        size = sum(path.stat().st_size for path in folder.glob("*/*"))
    print(f"{len(built)} blocks, {DRAWS} draws, {size / 1e6:.0f} MB; {RUNS} runs")
    for what, seconds in lines.items():
        ratio = lines["fitted, no store"] / seconds
        print(f"{what:<34}{seconds:8.3f} s{ratio:8.1f} times as fast as fitted")


if __name__ == "__main__":
    main()
