"""Hindcast of a large panel on a dask cluster of processes, beside this process alone.

A scheduler and its workers are started as anyone would, on the loopback interface. It
prints seconds, the bytes that a task ships, the memory of each process, and whether the
stored scores are the same bytes.

Example
-------
python benchmarks/hindcast_cluster.py --regions 300 --workers 2
"""

import argparse
import os
import pickle
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import Case, run
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.variables import variable_named
from cszt_models.project.project import load_project
from cszt_models.vocabulary import GROWTH

LAST, HORIZON, SEED = 2023, 5, 1
METHODS = ("structural", "rw", "mean5")
LOOPBACK = "127.0.0.1"
PATIENCE = 60.0  # seconds for a worker to come up


def simulated(regions: int, years: int) -> pd.DataFrame:
    """Growth of regions: a common fading course, offsets and noise."""
    rng = np.random.default_rng(SEED)
    known = np.arange(LAST + 1 - years, LAST + 1)
    course = 12 * 0.93 ** np.arange(years) + rng.normal(0, 0.8, years)
    values = course + rng.normal(0, 0.5, (regions, 1)) + rng.normal(0, 1, (regions, 1))
    values = values + rng.normal(0, 1, (regions, years))
    names = [f"r{n}" for n in range(regions)]
    table = pd.DataFrame(values, pd.Index(names, name="region"), known)
    return (
        table.melt(var_name="year", ignore_index=False, value_name="value")
        .reset_index()
        .assign(indicator=GROWTH)
    )


@contextmanager
def started(*words: str) -> Iterator[None]:
    """A process of dask that ends with the block."""
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as door:
        door.bind((LOOPBACK, 0))
        port: int = door.getsockname()[1]
        return port


def peak() -> float:
    """Largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def scores(cases: list[Case], folder: Path, scheduler: str | None) -> float:
    """Seconds of a run that stores the scores of its cases."""
    start = time.perf_counter()
    run(cases, folder=folder, scheduler=scheduler)
    return time.perf_counter() - start


def main() -> None:
    """Print what each way takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=300)
    parser.add_argument("--years", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    from distributed import Client

    with TemporaryDirectory() as name, ExitStack() as processes:
        folder = Path(name)
        simulated(given.regions, given.years).to_csv(folder / "panel.csv", index=False)
        panel = read_panel(folder / "panel.csv")
        origins = tuple(range(LAST - 11, LAST - HORIZON + 1))
        design = HindcastDesign(origins, HORIZON, SEED, METHODS)
        case_of = partial(panel_cases, panel, load_project(), variable_named(GROWTH))
        cases = case_of(design)
        port = free_port()
        address = f"tcp://{LOOPBACK}:{port}"
        at = ("--host", LOOPBACK)
        processes.enter_context(
            started("dask_scheduler", *at, "--port", str(port), "--no-dashboard")
        )
        for _ in range(given.workers):
            of_worker = ("--nthreads", "1", "--no-dashboard", "--local-directory", name)
            processes.enter_context(started("dask_worker", address, *at, *of_worker))
        with Client(address, set_as_default=False, timeout=PATIENCE) as client:
            client.wait_for_workers(given.workers, timeout=PATIENCE)
            on_cluster = scores(cases, folder / "cluster", address)
            memory = client.run(peak).values()
        here = scores(cases, folder / "here", None)
        names = sorted(path.name for path in (folder / "here").iterdir())
        same = names == sorted(path.name for path in (folder / "cluster").iterdir())
        same = same and all(
            (folder / "here" / n).read_bytes() == (folder / "cluster" / n).read_bytes()
            for n in names
        )
    once, task = len(pickle.dumps(cases)), len(pickle.dumps(0))
    print(f"{given.regions} regions, {given.years} years, {len(cases)} cases; ", end="")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{given.workers} workers  {on_cluster:6.1f} s, ", end="")
    print(", ".join(f"{each:.0f} MB" for each in memory), end="")
    print(f"; sent to each once {once / 1e6:.1f} MB, with a task {task} bytes")
    print(f"this process {here:5.1f} s, {peak():.0f} MB")
    print(f"stored scores: {'the same bytes' if same else 'DIFFERENT'}")
    raise SystemExit(not same)


if __name__ == "__main__":
    main()
