"""Soak: sessions without end, kills at random moments, crowds, full disks and clocks.

Not part of the tests: it takes most of an hour. Every trial prints its seed, and ends
with a line of what was done; the first thing that is lost, wrong or not said in a
sentence ends it with status 1.

Example
-------
python scripts/soak.py --only kills --kills 50 --seed 7
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from soak_disks import disks, folders
from soak_ground import PATIENCE, Ground, Wrong, answer, digests, require
from soak_kills import kills
from soak_sessions import sessions

ROOT = Path(__file__).parents[1]
QUIET = "ignore::UserWarning:multiprocessing.resource_tracker"  # of those killed
FUZZERS = (
    "tests/scenarios/test_fuzz.py",
    "tests/scenarios/test_read_scenarios.py",
    "tests/yearbooks/test_figures.py",
    "tests/project/test_figure_checks.py",
    "tests/project/test_project_folder.py",
    "tests/storage/test_store.py",
    "tests/storage/test_hashing.py",
)


def crowds(ground: Ground, rounds: int, rng: random.Random) -> Iterator[str]:
    """Two to four processes on one cache and one folder, from nothing."""
    pages, runs = ground.folder / "crowd-pages", ground.folder / "crowd-runs"
    only = ("--only", "brief", "--lang", "en", "--compare", "strong")
    every = {
        "one cache": (("attain", *ground.options, "--json"), ()),
        "one report": (("report", "--out", str(pages), *only, *ground.options), pages),
        "one sweep": (
            ("sweep", str(ground.design), "--out", str(runs), *ground.options),
            runs / "sweep.parquet",
        ),
    }
    for name, (words, place) in every.items():
        resumed = (*words, "--resume") if name == "one sweep" else words
        places = [place] if place else []
        text = require(ground.run(*words, cache="alone"), 0)
        expected = answer(text) if not places else digests(*places)
        members = 0
        for _ in range(rounds):
            for left in (ground.folder / "crowd", pages, runs):
                shutil.rmtree(left, ignore_errors=True)
            crowd = [
                ground.start(*resumed, cache="crowd") for _ in range(rng.randint(2, 4))
            ]
            members += len(crowd)
            for process, output in crowd:
                process.join(2 * PATIENCE)
                alone = (2,) if name == "one sweep" else ()  # or told to wait
                text = require((process.exitcode, output.read_text()), 0, *alone)
                if process.exitcode and "another process" not in text:
                    raise Wrong(f"{name}: {text[-600:]}")
                output.unlink()
                if not places and answer(text) != expected:
                    raise Wrong("processes on one cache have different fits")
            if places and digests(*places) != expected:
                raise Wrong(f"processes on {name} leave other files than one alone")
        yield f"{name}: {rounds} crowds, {members} processes: the same bytes"


def clocks(ground: Ground, rounds: int, rng: random.Random) -> Iterator[str]:
    """Clocks that jump by years either way, and files of the future in the cache."""
    words = ("attain", *ground.options, "--json")
    expected = answer(require(ground.run(*words, cache="clock"), 0))
    for _ in range(rounds):
        jump = rng.uniform(-3e8, 3e8)
        for path in (ground.folder / "clock").rglob("*"):
            moved = time.time() + rng.uniform(-3e8, 3e8)
            os.utime(path, (moved, moved))
        text = require(ground.run(*words, cache="clock", clock=jump), 0)
        if answer(text) != expected:
            raise Wrong(f"a clock that is off by {jump:.0f} s changes a fit")
    yield f"{rounds} jumps of the clock by up to ten years: the same bytes"


def fuzzers(_ground: Ground, _count: int, rng: random.Random) -> Iterator[str]:
    """The fuzzers of the tests, with a seed of their own."""
    seed = rng.randrange(2**32)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [f"--hypothesis-seed={seed}", "-m", "slow or not slow", *FUZZERS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    if done.returncode:
        raise Wrong(f"fuzzers with seed {seed}: {done.stdout[-1500:]}")
    yield f"fuzzers with seed {seed}: {last}"


STAGES = {
    "sessions": sessions,
    "kills": kills,
    "crowds": crowds,
    "disks": disks,
    "folders": folders,
    "clocks": clocks,
    "fuzzers": fuzzers,
}


def main() -> None:
    """Run the stages and print what each did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=200, help="of the explorer")
    parser.add_argument("--kills", type=int, default=100, help="of each of 5 commands")
    parser.add_argument("--crowds", type=int, default=4, help="of each of 3 kinds")
    parser.add_argument(
        "--disks", type=int, default=1, help="full ones, at each writer"
    )
    parser.add_argument("--clocks", type=int, default=10, help="jumps of the clock")
    parser.add_argument("--only", choices=STAGES, action="append", help="this stage")
    parser.add_argument("--command", action="append", help="of kills and writers")
    parser.add_argument("--seed", type=int, default=None, help="of all moves")
    given = parser.parse_args()
    os.environ["PYTHONWARNINGS"] = QUIET
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # disks are unmounted
    seed = random.randrange(2**32) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    with TemporaryDirectory(prefix="soak-") as folder:
        Path(folder).chmod(0o755)
        ground = Ground(Path(folder), given.command)
        try:
            run(given, ground, seed)
        finally:
            ground.close()


def run(given: argparse.Namespace, ground: Ground, seed: int) -> None:
    """Run the stages that were chosen; the first thing that is wrong ends them."""
    counts = vars(given)
    for name in given.only or STAGES:
        start = time.perf_counter()
        rng = random.Random(f"{seed} {name}")
        try:
            for line in STAGES[name](ground, counts.get(name, 1), rng):
                spent = time.perf_counter() - start
                print(f"{name} [{spent:.0f} s]: {line}", flush=True)
        except Wrong as wrong:
            print(f"{name}: {wrong} (seed {seed})", flush=True)
            raise SystemExit(1) from None


if __name__ == "__main__":
    main()
