"""Soak: sessions without end, kills at random moments, crowds, full disks and clocks.

Not part of the tests: it takes most of an hour. Every trial prints its seed, and ends
with a line of what was done; the first thing that is lost, wrong or not said in a
sentence ends it with status 1. Commands run in processes that are forked from one that
has imported the package, so that a kill meets their work and not their imports.

Example
-------
python scripts/soak.py --sessions 20 --kills 10 --only kills --seed 7
"""

import argparse
import io
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pandas as pd

ROOT = Path(__file__).parents[1]
AS_OF, DRAWS = "2021-06-30", "100"
INDICATORS = ("gdp_real_growth", "gdp_nominal")
WARM, GROWTH_MAX = 0.2, 1.05  # share of sessions before memory counts; and its growth
PATIENCE = 240.0  # seconds for one command
FUZZERS = (
    "tests/scenarios/test_fuzz.py",
    "tests/scenarios/test_read_scenarios.py",
    "tests/yearbooks/test_figures.py",
    "tests/project/test_figure_checks.py",
    "tests/project/test_project_folder.py",
    "tests/storage/test_store.py",
    "tests/storage/test_hashing.py",
)
DESIGN = (
    "targets: [gdp_2025]\n"
    "columns: {growth: {low: -2, high: 2, count: 41}, price: [-1, 0, 1]}\n"
)
TABLE = "region,year,{}\nchangsha,2020,4.0\n"


class Wrong(Exception):
    """What was lost or wrong."""


class Call(NamedTuple):
    """A command, its cache, and how it is disturbed."""

    words: tuple[str, ...]
    cache: Path
    output: Path
    file_size: int | None = None  # bytes that a file may have
    clock: float = 0.0  # seconds that the clock is off


def child(call: Call) -> None:
    """Run a command in this process, as from a shell."""
    os.environ["CSZT_CACHE"] = str(call.cache)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    printed = io.StringIO()
    if call.file_size is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (call.file_size, most))
    output = call.output.open("w")
    if call.clock:
        real = time.time
        time.time = lambda: real() + call.clock
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            work(call.words)
    finally:  # what is printed does not go to the full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        with output:
            output.write(printed.getvalue())


def work(words: tuple[str, ...]) -> None:
    """A command of cszt, or ``save FILE NAME``, which has none."""
    if words[0] == "save":
        from cszt_models.errors import ScenarioError
        from cszt_models.explorer.save import save_scenario

        try:
            save_scenario(Path(words[1]), words[2], {"growth": float(words[3])})
        except (ScenarioError, OSError) as error:
            print(error)
            raise SystemExit(2) from None
        return
    from cszt_models.cli import main

    sys.argv = ["cszt", *words]
    main()


class Ground:
    """A small project, and processes that work on it."""

    def __init__(self, folder: Path, commands: list[str] | None = None) -> None:
        self.commands = commands
        self.folder, self.project = folder, folder / "czt"
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["cszt_models.cli", "cszt_models.reports"])
        self.count = 0
        require(self.run("new", str(self.project), "--example", "czt"), 0)
        path = self.project / "observations.csv"
        path = path if path.exists() else next(self.project.rglob("observations.csv"))
        self.observations = path
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table[table["indicator"].isin(INDICATORS)].to_csv(path, index=False)
        self.design = folder / "design.yaml"
        self.design.write_text(DESIGN)

    def chosen(self) -> dict[str, "Trial"]:
        """Commands that are disturbed."""
        every = trials(self)
        return {name: every[name] for name in self.commands or every}

    def start(self, *words: str, cache: str = "cache", **how: Any) -> tuple[Any, Path]:
        """A process that runs a command, and the file of what it prints."""
        self.count += 1
        output = self.folder / f"output-{self.count}.txt"
        call = Call(words, self.folder / cache, output, **how)
        process = self.context.Process(target=child, args=(call,))
        process.start()
        return process, output

    def run(self, *words: str, **how: Any) -> tuple[int, str]:
        """Exit status and output of a command that nobody kills."""
        process, output = self.start(*words, **how)
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            raise Wrong(f"{' '.join(words)} did not end in {PATIENCE:.0f} s")
        text = output.read_text() if output.exists() else ""
        output.unlink(missing_ok=True)
        return process.exitcode, text

    def killed(self, *words: str, after: float, **how: Any) -> bool:
        """Start a command and kill it after a while; whether it was still at work."""
        process, output = self.start(*words, **how)
        process.join(after)
        alive = process.is_alive()
        process.kill()
        process.join()
        output.unlink(missing_ok=True)
        return alive


def require(result: tuple[int, str], *statuses: int) -> str:
    """The output of a command that ended with one of these statuses."""
    status, text = result
    if status not in statuses or "Traceback" in text:
        raise Wrong(f"status {status}: {text[-600:]}")
    return text


def answer(text: str) -> str:
    """What a command answers in JSON, without which fits it reused."""
    record = json.loads(text[text.index("{") :])
    record.pop("fits", None)
    return json.dumps(record, sort_keys=True)


def digest(path: Path) -> str:
    """Hash of a file, or of all files of a folder; empty if there is none."""
    if path.is_dir():
        parts = [p for p in sorted(path.rglob("*")) if p.is_file()]
        return sha256(b"".join(p.read_bytes() for p in parts)).hexdigest()
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def project_words(ground: Ground) -> tuple[str, ...]:
    """Options of every command that fits."""
    return "--project", str(ground.project), "--as-of", AS_OF, "--draws", DRAWS


class Trial(NamedTuple):
    """A command that is killed: its words, and what must be as before or complete.

    ``outcome`` gives what a complete run leaves; ``state`` what a killed one may leave,
    which is either that of before or that of a complete run.
    """

    words: tuple[str, ...]
    outcome: Callable[[str], str]
    state: Callable[[], str]
    clear: Callable[[], None]


def trials(ground: Ground) -> dict[str, Trial]:
    """Commands that are killed."""
    how, folder = project_words(ground), ground.folder
    page, runs = folder / "page.html", folder / "runs"
    scenarios, table = folder / "scenarios.yaml", folder / "table.csv"
    table.write_text(TABLE.format(INDICATORS[0]))
    observations = ground.observations.read_bytes()

    def clear_fits() -> None:
        shutil.rmtree(folder / "killed", ignore_errors=True)

    def restore() -> None:
        ground.observations.write_bytes(observations)

    imported = ("--released", "2021-03", "--source", "test", "--accept")
    return {
        "fit": Trial(("fit", *how, "--json"), answer, lambda: "", clear_fits),
        "sweep": Trial(
            ("sweep", str(ground.design), "--out", str(runs), *how, "--resume"),
            lambda _: frame_digest(runs),
            lambda: "",
            lambda: shutil.rmtree(runs, ignore_errors=True),
        ),
        "report": Trial(
            ("report", "--out", str(page), "--only", "brief", "--lang", "en", *how),
            lambda _: digest(page),
            lambda: digest(page),
            lambda: page.unlink(missing_ok=True),
        ),
        "import": Trial(
            ("import", str(table), "--into", str(ground.project), *imported),
            lambda _: digest(ground.observations),
            lambda: digest(ground.observations),
            restore,
        ),
        "save": Trial(
            ("save", str(scenarios), "fast", "1.5"),
            lambda _: digest(scenarios),
            lambda: digest(scenarios),
            lambda: scenarios.unlink(missing_ok=True),
        ),
    }


def frame_digest(folder: Path) -> str:
    """Hash of the cases of a sweep."""
    parts = sorted(folder.rglob("*.parquet"))
    frame = pd.concat([pd.read_parquet(part) for part in parts])
    return sha256(frame.to_csv(index=False).encode()).hexdigest()


def kills(ground: Ground, count: int, rng: random.Random) -> Iterator[str]:
    """Kill each command so many times; what stands must be whole, and work resumes."""
    for name, trial in ground.chosen().items():
        trial.clear()
        before = trial.state()
        start = time.perf_counter()
        complete = trial.outcome(require(ground.run(*trial.words, cache="killed"), 0))
        seconds = time.perf_counter() - start
        trial.clear()
        done = whole = 0
        while done < count:
            after = rng.uniform(0.0, 1.1 * seconds)
            done += ground.killed(*trial.words, cache="killed", after=after)
            if trial.state() not in {before, complete, ""}:
                raise Wrong(f"{name}: killed after {after:.2f} s, half of it is left")
            if done % 5 == 0 or done == count:
                text = require(ground.run(*trial.words, cache="killed"), 0)
                if trial.outcome(text) != complete:
                    raise Wrong(f"{name}: not resumed to what it would have been")
                whole += 1
                trial.clear()
        yield f"{name}: {done} kills, {whole} times resumed to the same bytes"


def crowd(ground: Ground, rounds: int, rng: random.Random) -> Iterator[str]:
    """Two to four processes on one cache and one folder, from nothing."""
    words = ("attain", *project_words(ground), "--json")
    expected = answer(require(ground.run(*words, cache="alone"), 0))
    for _ in range(rounds):
        shutil.rmtree(ground.folder / "crowd", ignore_errors=True)
        members = [
            ground.start(*words, cache="crowd") for _ in range(rng.randint(2, 4))
        ]
        for process, output in members:
            process.join(2 * PATIENCE)
            text = require((process.exitcode, output.read_text()), 0)
            if answer(text) != expected:
                raise Wrong("processes on one cache have different fits")
    yield f"{rounds} crowds of two to four processes on one cache: the same bytes"


def writers(ground: Ground, rounds: int, rng: random.Random) -> Iterator[str]:
    """A disk that is full at a random length, and folders that cannot be written."""
    for name, trial in ground.chosen().items():
        trial.clear()
        before = trial.state()
        refused = 0
        for _ in range(rounds):
            size = int(10 ** rng.uniform(1, 4))
            text = require(
                ground.run(*trial.words, cache="killed", file_size=size), 0, 2
            )
            refused += text.strip() != ""
            complete = trial.outcome(
                require(ground.run(*trial.words, cache="killed"), 0)
            )
            if trial.state() not in {before, complete}:
                raise Wrong(f"{name}: a full disk left half of a file")
            trial.clear()
        yield f"{name}: {rounds} full disks, the last good state each time"
    closed = ground.folder / "closed"
    closed.mkdir(exist_ok=True)
    closed.chmod(0o555)
    if os.geteuid() == 0:
        yield "read-only folders: left out, for root may write into them"
        return
    how = project_words(ground)
    for words in (
        ("report", "--out", str(closed / "page.html"), "--only", "brief", *how),
        ("sweep", str(ground.design), "--out", str(closed / "runs"), *how),
        ("save", str(closed / "scenarios.yaml"), "fast", "1.5"),
    ):
        text = require(ground.run(*words), 2)
        yield f"{words[0]} into a read-only folder: {text.strip().splitlines()[-1]}"
    require(ground.run("fit", *how, cache="closed"), 0)
    yield "fit with a read-only cache: fitted, nothing kept"


def clocks(ground: Ground, rounds: int, rng: random.Random) -> Iterator[str]:
    """Clocks that jump by years either way, and files of the future in the cache."""
    words = ("attain", *project_words(ground), "--json")
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


def sessions(ground: Ground, count: int, rng: random.Random) -> Iterator[str]:
    """Explorer sessions of random moves: memory of the process that answers."""
    import cszt_models as cm
    from cszt_models.explorer import explore
    from cszt_models.models.fits import fit_blocks
    from cszt_models.project.observations import read_observations

    project = cm.load_project()
    day = pd.Timestamp(AS_OF).date()
    fits = fit_blocks(
        read_observations(project), project, as_of=day, seed=1, draws=int(DRAWS)
    )
    levers = ("growth", "price", "population")
    sizes, asked, refused = [], 0, 0
    for number in range(count):
        panel = explore(fits, draws=100, save_to=ground.folder / "saved.yaml")
        for _ in range(rng.randint(3, 12)):
            setting = {"lever": rng.choice(levers), "value": rng.uniform(-3, 3)}
            setting |= {"regions": [], "ramp": rng.randint(0, 3), "decay": 0.0}
            setting |= {"first": rng.choice((None, 2022)), "last": None}
            setup = {"settings": [setting], "conditions": [], "effects": []}
            setup |= {"kind": "ask", "as_of": AS_OF}
            if rng.random() < 0.2:
                setup |= {"kind": "save", "name": f"s{number}"}
            answer = panel.reply(setup)
            asked += 1
            refused += "error" in answer
        panel.close()
        sizes.append(resident())
    start = sizes[int(WARM * count)]
    if sizes[-1] > GROWTH_MAX * start:
        raise Wrong(f"memory grew from {start:.0f} to {sizes[-1]:.0f} MB")
    yield (
        f"{count} sessions, {asked} messages ({refused} refused with a sentence): "
        f"{start:.0f} MB after {int(WARM * count)}, {sizes[-1]:.0f} MB at the end"
    )


def resident() -> float:
    """Memory of this process in MB."""
    import psutil

    return psutil.Process().memory_info().rss / 1e6


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
    "crowd": crowd,
    "writers": writers,
    "clocks": clocks,
    "fuzzers": fuzzers,
}


def main() -> None:
    """Run the stages and print what each did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=200, help="of the explorer")
    parser.add_argument("--kills", type=int, default=100, help="of each command")
    parser.add_argument("--rounds", type=int, default=5, help="of the other trials")
    parser.add_argument("--only", choices=STAGES, action="append", help="this stage")
    parser.add_argument("--command", action="append", help="of kills and writers")
    parser.add_argument("--seed", type=int, default=None, help="of all moves")
    given = parser.parse_args()
    seed = random.randrange(2**32) if given.seed is None else given.seed
    counts = {"sessions": given.sessions, "kills": given.kills}
    print(f"seed {seed}", flush=True)
    with TemporaryDirectory(prefix="soak-") as folder:
        Path(folder).chmod(0o755)
        ground = Ground(Path(folder), given.command)
        for name in given.only or STAGES:
            start = time.perf_counter()
            rng = random.Random(f"{seed} {name}")
            try:
                for line in STAGES[name](ground, counts.get(name, given.rounds), rng):
                    spent = time.perf_counter() - start
                    print(f"{name} [{spent:.0f} s]: {line}", flush=True)
            except Wrong as wrong:
                print(f"{name}: {wrong} (seed {seed})", flush=True)
                raise SystemExit(1) from None


if __name__ == "__main__":
    main()
