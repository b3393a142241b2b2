"""Ground of the soak: a small project, and processes that work on it and are disturbed.

Commands run in processes that are forked from one that has imported the package, so
that a kill meets their work and not their imports.
"""

import ctypes
import io
import json
import multiprocessing
import os
import re
import resource
import signal
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

AS_OF, DRAWS = "2021-06-30", "100"
INDICATORS = ("gdp_real_growth", "gdp_nominal")
PATIENCE = 240.0  # seconds for one command
CAPABILITIES, DAC_OVERRIDE = 0x20080522, 1  # of Linux: version, and to ignore modes
DRAFT = ".part"
SEAL = re.compile(rb"\nsha256:([0-9a-f]{64})\n\Z")
IMPORTED = (
    "arviz_stats",
    "cszt_models.analysis.build",
    "cszt_models.analysis.history",
    "cszt_models.cli",
    "cszt_models.documents.interchange",
    "cszt_models.explorer.save",
    "cszt_models.present.tables.attainment",
    "cszt_models.project.plan",
    "cszt_models.reports",
    "cszt_models.sweeps.runs",
    "distributed",
    "great_tables",
    "h5netcdf",
    "pyarrow.parquet",
    "rich.console",
)
DESIGN = (
    "targets: [gdp_2025]\n"
    "columns:\n"
    "  uncertainty: {low: -0.5, high: 1, count: 31}\n"
    "  growth: {low: -2, high: 2, count: 41}\n"
)


class Wrong(Exception):
    """What was lost or wrong."""


class Call(NamedTuple):
    """A command, its cache, and how it is disturbed."""

    words: tuple[str, ...]
    cache: Path
    output: Path
    file_size: int | None = None  # bytes that a file may have
    clock: float = 0.0  # seconds that the clock is off
    bound: bool = False  # by the modes of files, also if root runs it


def child(call: Call) -> None:
    """Run a command in this process, as from a shell."""
    os.environ["CSZT_CACHE"] = str(call.cache)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    printed = io.StringIO()
    output = call.output.open("w")
    if call.bound and os.geteuid() == 0:
        obey_modes()
    if call.file_size is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (call.file_size, most))
    if call.clock:
        real = time.time
        time.time = lambda: real() + call.clock
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            work(call.words)
    except Exception as error:  # what a user would see as a traceback
        printed.write(f"Traceback: {error!r}")
        raise
    finally:  # what is printed does not go to the full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        with output:
            output.write(printed.getvalue())


def obey_modes() -> None:
    """Give up root's right to write where the modes of files forbid it (Linux)."""
    library = ctypes.CDLL(None, use_errno=True)
    head = (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, of 32 each
    if library.capget(head, sets):
        raise OSError(ctypes.get_errno(), "capget")
    for kind in (0, 1):
        sets[kind] &= ~(1 << DAC_OVERRIDE)
    if library.capset(head, sets):
        raise OSError(ctypes.get_errno(), "capset")


def work(words: tuple[str, ...]) -> None:
    """A command of cszt, or what only the explorer and the desk do: save and target."""
    if words[0] in ("save", "target"):
        from cszt_models.desk.plan_rows import add_target
        from cszt_models.errors import DataError, ScenarioError
        from cszt_models.explorer.save import save_scenario
        from cszt_models.project.project import load_project

        try:
            if words[0] == "save":
                save_scenario(Path(words[1]), words[2], {"growth": float(words[3])})
            else:
                add_target(load_project(words[1]), json.loads(words[2]))
        except (DataError, ScenarioError) as error:
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
        self.context.set_forkserver_preload([*IMPORTED])
        self.count = 0
        self.processes: list[Any] = []
        require(self.run("new", str(self.project), "--example", "czt"), 0)
        self.observations = self.project / "observations.csv"
        table = pd.read_csv(self.observations, dtype=str, keep_default_na=False)
        table = table[table["indicator"].isin(INDICATORS)]
        table.to_csv(self.observations, index=False)
        self.design = folder / "design.yaml"
        self.design.write_text(DESIGN)

    @property
    def options(self) -> tuple[str, ...]:
        """Options of every command that fits."""
        return "--project", str(self.project), "--as-of", AS_OF, "--draws", DRAWS

    def start(self, *words: str, cache: str = "cache", **how: Any) -> tuple[Any, Path]:
        """A process that runs a command, and the file of what it prints."""
        self.count += 1
        output = self.folder / f"output-{self.count}.txt"
        call = Call(words, self.folder / cache, output, **how)
        process = self.context.Process(target=child, args=(call,))
        process.start()
        self.processes = [p for p in self.processes if p.is_alive()] + [process]
        return process, output

    def close(self) -> None:
        """End what is still at work, before its folder goes."""
        for process in self.processes:
            process.kill()
            process.join()

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


def digests(*places: Path) -> dict[str, str]:
    """Hash of every file of these files and folders, but of drafts."""
    files = [
        path
        for place in places
        for path in ([place] if place.is_file() else sorted(place.rglob("*")))
        if path.is_file() and path.suffix != DRAFT
    ]
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}


def drafts(folder: Path) -> list[str]:
    """Names of what unfinished writers left."""
    return sorted(path.name for path in folder.rglob(f"*{DRAFT}"))


def require_sealed(folder: Path) -> None:
    """Every stored fit is whole."""
    for path in folder.rglob("*.nc"):
        content = path.read_bytes()
        seal = SEAL.search(content)
        if not seal or sha256(content[: seal.start()]).hexdigest() != seal[1].decode():
            raise Wrong(f"half of {path.name} is in the cache")
