"""Cases a second of a sweep, beside a loop of projections and the machine's limit.

All in one run, on the levers growth, price and population, the three headline targets
and their joint: the sweep of a grid; the same cases one by one through `project_paths`,
with equal results; the blocks in which draws are counted where levers move regions
differently, beside the matrix product that bounds them; and peak memory of runs to disk
of ten thousand and of a million cases.

Example
-------
python benchmarks/sweep.py
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import cszt_models as cm
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.sweeps.designs import Design, design_of, full_factorial
from cszt_models.sweeps.inputs import SweepInputs, read_context, sweep_inputs
from cszt_models.sweeps.runs import Job, run, run_parts
from cszt_models.sweeps.sweep import CHUNK, Evaluator
from cszt_models.targets.attainment import groups_of, outcome
from cszt_models.targets.monte_carlo import monte_carlo_error

DAY, DRAWS, SEED, WORKERS = date(2021, 6, 30), 4000, 1, 2
LOOPED = 30  # cases of the loop: it is that slow
RUNS = 3


def best(work: Callable[[], object]) -> float:
    """Shortest time of some runs, in seconds, after a warm-up."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def inputs() -> SweepInputs:
    """The headline targets as known in mid-2021."""
    project = cm.load_project()
    return sweep_inputs(project, as_of=DAY, seed=SEED, draws=DRAWS, store=cm.Store())


def grid(inputs: SweepInputs, side: int) -> Design:
    """A cubic grid of the three levers."""
    values = {
        "growth": np.linspace(-2, 2, side),
        "price": np.linspace(-2, 2, side),
        "population": np.linspace(-1, 1, side),
    }
    return design_of(full_factorial(values), read_context(inputs.project))


def apart(inputs: SweepInputs, cases: int) -> Design:
    """Random cases that move the cities differently: no shortcut holds."""
    rng = np.random.default_rng(0)
    names = ("growth@changsha", "price@zhuzhou", "population@changsha")
    table = pd.DataFrame({name: rng.uniform(-2, 2, cases) for name in names})
    return design_of(table, read_context(inputs.project))


def counted(evaluator: Evaluator, design: Design) -> pd.DataFrame:
    """All cases on two threads."""
    starts = range(0, len(design), CHUNK)

    def part(first: int) -> pd.DataFrame:
        cases = design.frame(first, min(first + CHUNK, len(design)))
        return evaluator.outcomes(cases)

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(WORKERS) as pool:
        return pd.concat(list(pool.map(part, starts)), ignore_index=True)


def looped(
    evaluator: Evaluator, inputs: SweepInputs, design: Design, at: np.ndarray
) -> pd.DataFrame:
    """The same, one labelled projection for each case."""
    fits, basis = evaluator.prepare({})
    indicators = {target.indicator for target in inputs.targets}
    groups = {target.id: groups_of(fits, [target]) for target in inputs.targets}
    groups["joint"] = groups_of(fits, inputs.targets)
    table, rows = design.frame(), []
    for n in at:
        settings = tuple(
            replace(c.setting, value=float(table[c.name][n])) for c in design.columns
        )
        scenario = Scenario("case", (Part("case", settings),))
        paths = project_paths(basis, scenario, only=indicators)
        met = {t.id: t.met_by(outcome(paths, t)) for t in inputs.targets}
        met["joint"] = np.logical_and.reduce(list(met.values()))
        row = {f"p_{name}": values.mean() for name, values in met.items()}
        errors = {n: monte_carlo_error(values, groups[n]) for n, values in met.items()}
        rows.append(row | {f"mcse_{name}": values for name, values in errors.items()})
    return pd.DataFrame(rows)


def require_equal(table: pd.DataFrame, loop: pd.DataFrame, at: np.ndarray) -> None:
    """End if the sweep and the loop differ."""
    rows = table.iloc[at].reset_index(drop=True)[list(loop)]
    gap = float((rows - loop).abs().max().max())
    if not gap < 1e-12:
        raise SystemExit(f"the sweep differs from the loop by {gap}. Find out why.")


def product_limit(terms: int) -> float:
    """Multiply-adds a second of a matrix product of that inner size on two threads."""
    rng = np.random.default_rng(0)
    cases, draws = rng.random((CHUNK // 256, terms)), rng.random((terms, DRAWS))
    space = [np.empty((len(cases), DRAWS)) for _ in range(WORKERS)]
    times = 200

    def work(output: np.ndarray) -> None:
        for _ in range(times):
            np.matmul(cases, draws, out=output)

    def both() -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(work, space))

    with threadpool_limits(1, "blas"):
        return WORKERS * times * cases.size * DRAWS / best(both)


def peak(side: int) -> dict[str, float]:
    """Peak memory and time of a run to disk in a process of its own."""
    command = [sys.executable, __file__, "--run", str(side)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def run_alone(side: int) -> None:
    """Run a grid to a folder and print peak memory and time."""
    import resource

    from cszt_models.sweeps.designs import Grid

    headline = inputs()
    wide = grid(headline, 2)
    values = [
        np.linspace(-2, 2, side),
        np.linspace(-2, 2, side),
        np.linspace(-1, 1, side),
    ]
    design = replace(wide, cases=Grid(tuple(values)))
    with tempfile.TemporaryDirectory() as folder:
        Evaluator(headline, design.columns).prepare({})
        start = time.perf_counter()
        run(
            Job(design, headline),
            Path(folder),
            runner=partial(run_parts, workers=WORKERS),
        )
        seconds = time.perf_counter() - start
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"mb": size, "seconds": seconds, "cases": len(design)}))


def main() -> None:
    """Print the tables."""
    headline = inputs()
    print(f"{DRAWS} draws, {WORKERS} threads, as known on {DAY}; best of {RUNS} runs")
    for name, design in (
        ("growth x price x population", grid(headline, 70)),
        ("cities moved apart", apart(headline, 30_000)),
    ):
        evaluator = Evaluator(headline, design.columns)
        seconds = best(partial(counted, evaluator, design))
        speed = len(design) / seconds
        at = np.linspace(0, len(design) - 1, LOOPED).astype(int)
        start = time.perf_counter()
        loop = looped(evaluator, headline, design, at)
        slow = LOOPED / (time.perf_counter() - start)
        require_equal(counted(evaluator, design), loop, at)
        print(
            f"{name:<30}{len(design):>9,} cases {speed:>12,.0f} cases/s, loop "
            f"{slow:6,.1f}: {speed / slow:10,.0f} times as fast, equal to 1e-12"
        )
    counter = evaluator.counter()
    terms = sum(run_.test.terms.powers.shape[0] for run_ in counter.targets.values())
    needed = terms * DRAWS * speed
    limit = product_limit(3)
    print(
        f"counting one by one: {needed / 1e9:.1f} of {limit / 1e9:.1f} billion "
        f"multiply-adds a second of a plain matrix product ({needed / limit:.0%}); the "
        "rest compares and counts draws, and sums them by group"
    )
    small, large = peak(22), peak(100)
    for run_ in (small, large):
        print(
            f"to disk: {run_['cases']:>9,} cases in {run_['seconds']:6.1f} s, peak "
            f"memory {run_['mb']:,.0f} MB"
        )
    print(f"peak memory of the larger: {large['mb'] / small['mb']:.2f} of the smaller")


if __name__ == "__main__":
    if "--run" in sys.argv:
        run_alone(int(sys.argv[sys.argv.index("--run") + 1]))
    else:
        main()
