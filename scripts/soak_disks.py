"""Disks of the soak: full ones and folders that may not be written, at each writer."""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from soak_ground import Ground, Wrong, digests, drafts, require
from soak_kills import EARLIER, Trial

PAGE = 4096  # bytes that a disk in memory hands out at once
ROOM = 48_000_000  # bytes of the disk in memory
CACHE = "disk/cache"
TARGET = {
    "id": "gdp_more",
    "region": "czt",
    "indicator": "gdp_nominal",
    "year": "2025",
    "sense": "at_least",
    "value": "26000",
    "name_en": "more",
    "name_zh": "更多",
    "quote": "test",
    "source": "test",
    "headline": "0",
    "plan": "2021-2025",
}
YEARS = ("--first-year", "2021", "--last-year", "2025")
BRIEF = ("--only", "brief", "--lang", "en", "--compare", "strong")
IMPORTED = ("--released", "2021-03", "--source", "test", "--accept")
SCORED = ("--origins", "2016", "--horizon", "2", "--draws", "200", "--jobs", "1")
METHODS = ("--method", "rw", "--method", "mean5")
LEARNED = ("--method", "structural", "--method", "rw")


def writers(ground: Ground, folder: Path) -> dict[str, Trial]:
    """Commands that write, by what they write; ``folder`` has a copy of the project."""
    project = folder / "czt"
    how = ("--project", str(project), *ground.options[2:])
    out = {name: folder / name for name in ("pages", "runs", "cases", "fresh", "copy")}
    scenarios = folder / "scenarios.yaml"
    originals = {path.name: path.read_bytes() for path in ground.project.iterdir()}
    table = ground.folder / "table.csv"
    table.write_text("region,year,gdp_real_growth\nchangsha,2020,4.0\n")

    def restored() -> None:
        for path in [*project.iterdir(), *folder.glob("table*")]:
            if originals.get(path.name) != path.read_bytes():
                path.unlink()
        for name, content in originals.items():
            if not (project / name).exists():
                (project / name).write_bytes(content)

    def gone(*places: Path) -> Callable[[], None]:
        def reset() -> None:
            for place in places:
                shutil.rmtree(place, ignore_errors=True)
                if place.is_file():
                    place.unlink()

        return reset

    def file(*words: str, name: str) -> Trial:
        """A command whose last word is the file that it writes over an earlier one."""
        path = folder / name
        return Trial(
            (*words, str(path)), (path,), lambda: path.write_text("a") and None
        )

    runs = out["runs"]
    swept = ("sweep", str(ground.design), "--out", str(runs), *how, "--resume")
    scored = ("hindcast", *SCORED, "--project", str(project))
    return {
        "fit": Trial(
            ("fit", *how),
            (),
            gone(ground.folder / CACHE),
        ),
        "sweep": Trial(swept, (runs / "sweep.parquet",), gone(runs)),
        "sweep --iamc": file(*swept, "--iamc", name="cases.csv"),
        "report": Trial(
            ("report", "--out", str(out["pages"]), *BRIEF, *how),
            (out["pages"],),
            gone(out["pages"]),
        ),
        "report of a page": file("report", *BRIEF, *how, "--out", name="page.html"),
        "report in Word": file("report", *how, "--out", name="page.docx"),
        "export": file("export", *how, name="paths.csv"),
        "export --to parquet": file("export", *how, name="paths.parquet"),
        "hindcast": Trial(
            (*scored, *METHODS, "--out", str(out["cases"]), "--json"),
            (out["cases"],),
            gone(out["cases"]),
        ),
        "hindcast --record": Trial(
            (*scored, *LEARNED, "--record"), (project,), restored
        ),
        "import": Trial(
            ("import", str(table), "--into", str(project), *IMPORTED),
            (project,),
            restored,
        ),
        "save": Trial(
            ("save", str(scenarios), "fast", "1.5"),
            (scenarios,),
            lambda: scenarios.write_text(EARLIER) and None,
        ),
        "target": Trial(
            ("target", str(project), json.dumps(TARGET)), (project,), restored
        ),
        "priors": Trial(
            ("priors", "--project", str(project), "--force"),
            (project,),
            restored,
        ),
        "new": Trial(
            ("new", str(out["fresh"]), *YEARS),
            (out["fresh"],),
            gone(out["fresh"]),
        ),
        "new --example": Trial(
            ("new", str(out["copy"]), "--example", "czt"),
            (out["copy"],),
            gone(out["copy"]),
        ),
        "template": file(
            "template", "--project", str(project), "--xlsx", name="book.xlsx"
        ),
    }


@contextmanager
def disk_in_memory(folder: Path) -> Iterator[bool]:
    """A small disk at a folder, if this user may mount one."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    may = os.geteuid() == 0 and shutil.which("mount") is not None
    mounted = may and subprocess.run(command, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def full(folder: Path, free: int) -> Iterator[None]:
    """The disk in memory with so many bytes free."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(PAGE)) == PAGE:
                pass
        except OSError:
            pass
        file.truncate(max(0, file.tell() - free))
    try:
        yield
    finally:
        ballast.unlink()


def disks(ground: Ground, rounds: int, rng: random.Random) -> Iterator[str]:
    """A disk that is full at a random length, at each writer."""
    disk = ground.folder / "disk"
    with disk_in_memory(disk) as mounted:
        shutil.copytree(ground.project, disk / "czt")
        every = writers(ground, disk)
        for name in [name for name in every if name in (ground.commands or every)]:
            yield _on_full_disks(ground, name, every[name], rounds, rng, mounted)


def _on_full_disks(
    ground: Ground,
    name: str,
    trial: Trial,
    rounds: int,
    rng: random.Random,
    mounted: bool,
) -> str:
    disk = ground.folder / "disk"
    trial.reset()
    before = digests(*trial.places)
    require(ground.run(*trial.words, cache=CACHE), 0)
    complete = digests(*trial.places)
    refused, kinds, said = 0, (("length", "disk") if mounted else ("length",)), ""
    for number in range(rounds * len(kinds)):
        trial.reset()
        kind, size = kinds[number % len(kinds)], int(10 ** rng.uniform(0, 5))
        if kind == "disk":
            with full(disk, size // PAGE * PAGE):
                status, text = ground.run(*trial.words, cache=CACHE)
        else:
            status, text = ground.run(*trial.words, cache=CACHE, file_size=size)
        what = f"{name}, {kind} of {size} bytes"
        _require_sentence(what, status, text)
        if left := drafts(disk):
            raise Wrong(f"{what}: {', '.join(left)} left behind")
        found = digests(*trial.places)
        changed = [f for f in found if found[f] not in (before.get(f), complete.get(f))]
        lost = [file for file in before if file not in found]
        if (
            changed
            or lost
            or (status == 0 and found != complete and name != "hindcast")
        ):
            raise Wrong(f"{what}: status {status}, {changed + lost} are not as before")
        if status == 2:
            refused, said = refused + 1, text.strip().splitlines()[-1]
        require(ground.run(*trial.words, cache=CACHE), 0)
        if digests(*trial.places) != complete:
            raise Wrong(f"{what}: with room again, not what it would have been")
    trial.reset()
    short = said.replace(str(ground.folder), "")
    return f"{name}: {rounds * len(kinds)} full disks, {refused} refused: {short}"


def _require_sentence(what: str, status: int, text: str) -> None:
    """Done, or refused with a sentence of fact and one of remedy."""
    if status not in (0, 2) or "Traceback" in text:
        raise Wrong(f"{what}: status {status}: {text[-700:]}")
    last = " ".join(text.strip().splitlines()[-3:])
    if status == 2 and last.count(". ") + last.endswith(".") < 2:
        raise Wrong(f"{what}: not a fact and a remedy: {last}")


def folders(ground: Ground, _rounds: int, _rng: random.Random) -> Iterator[str]:
    """Folders that may not be written: for the project, the output and the cache."""
    bound = {"bound": True}
    for place, mode in (("closed", 0o555), ("opened", 0o755)):
        folder = ground.folder / place
        shutil.copytree(ground.project, folder / "czt")
        (folder / "cache").mkdir()
        for path in (folder, *folder.rglob("*")):
            path.chmod(mode if path.is_dir() else 0o644)
    every = writers(ground, ground.folder / "closed")
    before = digests(ground.folder / "closed")
    for name in [name for name in every if name in (ground.commands or every)]:
        words = every[name].words
        if name == "fit":
            continue
        status, text = ground.run(*words, cache="opened/cache", **bound)
        _require_sentence(f"{name} into a read-only folder", status, text)
        if status == 0:
            raise Wrong(f"{name} into a read-only folder: done, but where? {text}")
        said = text.strip().splitlines()[-1].replace(str(ground.folder), "")
        yield f"{name} into a read-only folder: {said}"
    yield from _closed_cache(ground, bound)
    if digests(ground.folder / "closed") != before or drafts(ground.folder):
        raise Wrong("a read-only folder was written")


def _closed_cache(ground: Ground, bound: dict[str, Any]) -> Iterator[str]:
    """Work goes on without a cache that can be written, and says so once."""
    every = writers(ground, ground.folder / "opened")
    scored = ("hindcast", *SCORED, *METHODS, "--project", str(ground.project))
    asked = {name: every[name].words for name in ("fit", "sweep", "report", "export")}
    for name, words in {**asked, "hindcast": scored}.items():
        if name not in (ground.commands or {**asked, "hindcast": scored}):
            continue
        text = require(ground.run(*words, cache="closed/cache", **bound), 0)
        if text.count("cannot be written") != 1:
            raise Wrong(f"{name} with a read-only cache says: {text[-500:]}")
        yield f"{name} with a read-only cache: done, nothing stored, said once"
