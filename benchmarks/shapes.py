"""Time, memory, engine and gate of fits of the shapes that projects have.

The bundled project as it is, and panels simulated in the shape of those that may not be
shipped: 14 prefectures of a province; 31 provinces with two coordinates of sectors; 300
prefectures in 30 groups whose totals are published; 260 countries of 55 years; 240
European regions (NUTS-2) with heavy tails; 1,000 regions of 40 years. Each is fitted in
its own process, so that its peak of memory is its own. Seconds are of the processor,
for the clock of a shared machine says little; ratios are to the last release in
`record.csv`.

Example
-------
python benchmarks/shapes.py --shape "14 prefectures" --draws 1000
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

import cszt_models as cm
from cszt_models.inference.fit import Fit
from cszt_models.inference.joint_fit import Task, fit_jointly
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.structural import kernels
from cszt_models.structural.panel import (
    Cell,
    Component,
    Panel,
    Row,
    Scale,
    measurement,
)

RECORD = Path(__file__).parent / "record.csv"
LAST, HORIZON = 2024, 2035
DRAWS = 4000
ERROR = 0.05  # standard deviation of rounding
BYTES = 1024 if sys.platform != "darwin" else 1  # unit of the peak of memory


def simulated(
    name: str,
    regions: int,
    years: int,
    *,
    ragged: bool = False,
    groups: int = 0,
    degrees: float = np.inf,
) -> Panel:
    """A panel of growth: common path and shocks, levels, cycles and shocks of regions.

    Parameters
    ----------
    name
        Of the panel, which also seeds it.
    regions, years
        Their numbers.
    ragged
        Whether regions begin in different years.
    groups
        Number of groups of equal size whose mean is a row of each year; 0 for none.
    degrees
        Of freedom of the regions' shocks.
    """
    rng = np.random.default_rng([*name.encode()])
    known = np.arange(LAST + 1 - years, LAST + 1)
    common = (
        5 + np.cumsum(0.5 * rng.standard_normal(years)) + rng.standard_normal(years)
    )
    names = tuple(f"r{n}" for n in range(regions))
    values = np.empty((regions, years))
    for n in range(regions):
        cycle = np.zeros(years)
        for t in range(1, years):
            cycle[t] = 0.7 * cycle[t - 1] + 0.8 * rng.standard_normal()
        size = rng.lognormal(0.0, 0.5) if np.isfinite(degrees) else 1.0
        shocks = (
            rng.standard_t(degrees, years)
            if np.isfinite(degrees)
            else rng.standard_normal(years)
        )
        values[n] = common + rng.standard_normal() + cycle + size * shocks
    starts = rng.integers(0, years // 2, regions) if ragged else np.zeros(regions, int)
    rows = [
        Row(
            values[n, t],
            (Cell(names[n], int(known[t])),),
            names[n],
            int(known[t]),
            "",
            "",
        )
        for n in range(regions)
        for t in range(starts[n], years)
    ]
    members = np.array_split(np.arange(regions), groups) if groups else []
    rows += [
        Row(
            float(values[among, t].mean()),
            tuple(Cell(names[n], int(year), 1 / len(among)) for n in among),
            f"group {g}",
            int(year),
            "",
            "",
        )
        for g, among in enumerate(members)
        for t, year in enumerate(known)
    ]
    span, one = np.arange(known[0], HORIZON + 1), Scale(1.0, 0.6)
    components = (
        Component("level", Scale(5.0, 0.0), kernels.constant(span), "common"),
        Component("course", one, kernels.reverting(span, 0.8), "common", link="trend"),
        Component("shock", one, kernels.shock(span), "common", link="shock"),
        Component("region_level", one, kernels.constant(span), "own"),
        Component("region_cycle", one, kernels.stationary(span, 0.7), "own"),
        Component("region_shock", one, kernels.shock(span), "own"),
        Component("measurement", Scale(ERROR, 0), measurement(rows, {"": 1.0}), "rows"),
    )
    return Panel(name, "points", names, span, tuple(rows), components)


def joint(*panels: Panel) -> Callable[[int], dict[str, Fit]]:
    """Fits of panels that are linked, given the number of draws."""

    def work(draws: int) -> dict[str, Fit]:
        by_name = {panel.name: panel for panel in panels}
        day = date(LAST + 1, 6, 30)
        task = Task(by_name, tuple(by_name), day, 1, draws, "marginal")
        return dict(fit_jointly(task).blocks)

    return work


def bundled() -> Callable[[int], dict[str, Fit]]:
    """Fits of all blocks of the bundled project, given the number of draws."""
    project = cm.load_project()
    figures = read_observations(project)
    day = project.data_date

    def work(draws: int) -> dict[str, Fit]:
        return dict(fit_blocks(figures, project, as_of=day, seed=1, draws=draws).blocks)

    return work


SHAPES: dict[str, Callable[[], Callable[[int], dict[str, Fit]]]] = {
    "CZT, all blocks": bundled,
    "14 prefectures": lambda: joint(simulated("growth", 14, 25)),
    "31 provinces, sectors": lambda: joint(
        *(simulated(n, 31, 30) for n in ("growth", "agriculture", "balance"))
    ),
    "300 in 30 groups": lambda: joint(simulated("growth", 300, 22, groups=30)),
    "260 x 55": lambda: joint(simulated("growth", 260, 55, ragged=True)),
    "240 with heavy tails": lambda: joint(simulated("growth", 240, 25, degrees=2.0)),
    "1,000 x 40": lambda: joint(simulated("growth", 1000, 40)),
}


def measured(shape: str, draws: int) -> dict[str, object]:
    """Seconds, peak and engines of one shape, in this process."""
    work = SHAPES[shape]()
    clock, processor = time.perf_counter(), time.process_time()
    fits = work(draws)
    seconds = time.process_time() - processor
    engines = sorted({fit.engine for fit in fits.values()})
    return {
        "shape": shape,
        "rows": sum(fit.rows for fit in fits.values()),
        "draws": draws,
        "processor_s": round(seconds, 1),
        "clock_s": round(time.perf_counter() - clock, 1),
        "peak_gb": round(
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES / 1e9, 2
        ),
        "engine": "+".join(engines),
        "gate": "passed"
        if all(f.diagnostics.passed for f in fits.values())
        else "FAILED",
    }


def compared(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with ratios to the last release that recorded the same shape."""
    record = pd.read_csv(RECORD) if RECORD.exists() else pd.DataFrame()
    ratios = []
    for row in frame.itertuples():
        before = record[(record["shape"] == row.shape) & (record["draws"] == row.draws)]
        if before.empty:
            ratios.append((np.nan, np.nan))
            continue
        last = before.iloc[-1]
        ratios.append(
            (row.processor_s / last["processor_s"], row.peak_gb / last["peak_gb"])
        )
    return frame.assign(
        time_ratio=[round(a, 2) for a, _ in ratios],
        memory_ratio=[round(b, 2) for _, b in ratios],
    )


def main() -> None:
    """Print one table; with --record add it to the record of releases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--shape", choices=SHAPES, action="append", help="only this one"
    )
    parser.add_argument("--draws", type=int, default=DRAWS, help="joint draws")
    parser.add_argument("--record", metavar="RELEASE", help="add to record.csv as this")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        print(json.dumps(measured(given.shape[0], given.draws)))
        return
    rows = []
    for shape in given.shape or SHAPES:
        command = [sys.executable, __file__, "--alone", "--shape", shape]
        command += ["--draws", str(given.draws)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:  # the others are measured all the same
            last = done.stderr.strip().splitlines()[-1:]
            print(f"{shape}: not measured. {''.join(last)}", file=sys.stderr)
            continue
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    if not rows:
        raise SystemExit(1)
    frame = pd.DataFrame(rows)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, load {load:.1f}; ratios to benchmarks/record.csv")
    print(compared(frame).to_string(index=False))
    if given.record:
        frame = frame.assign(
            release=given.record, cores=os.cpu_count(), load=round(load, 1)
        )
        whole = pd.concat([pd.read_csv(RECORD), frame] if RECORD.exists() else [frame])
        whole = whole.drop_duplicates(["release", "shape", "draws"], keep="last")
        whole.to_csv(RECORD, index=False)


if __name__ == "__main__":
    main()
