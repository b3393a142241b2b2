"""Kills of the soak: commands that end at random moments, and are run again."""

import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from soak_ground import (
    INDICATORS,
    Ground,
    Wrong,
    answer,
    digests,
    require,
    require_sealed,
)

CHAIN = 4  # kills in a row at most, before the work is left to end
COLD = 0.3  # share of trials that begin with an empty cache
CACHE = "killed"
TABLE = "region,year,{}\nchangsha,2020,4.0\n"
EARLIER = "parts:\n  slow:\n    growth: -1\n\nscenarios:\n  slow: [slow]\n"


class Trial(NamedTuple):
    """A command that is disturbed: its words, and what it writes.

    ``reset`` brings back what was before; ``places`` are the files and folders that the
    command leaves, each file of which must be as before or complete at any moment;
    ``read`` gives the part of what is printed that must be the same again.
    """

    words: tuple[str, ...]
    places: tuple[Path, ...]
    reset: Callable[[], None]
    read: Callable[[str], str] = lambda _: ""


def trials(ground: Ground) -> dict[str, Trial]:
    """Commands that are killed."""
    how, folder = ground.options, ground.folder
    pages, runs = folder / "pages", folder / "runs"
    scenarios, table = folder / "scenarios.yaml", folder / "table.csv"
    table.write_text(TABLE.format(INDICATORS[0]))
    observations = ground.observations.read_bytes()
    mapping = ground.project / "mapping.yaml"

    def without(place: Path) -> Callable[[], None]:
        return lambda: shutil.rmtree(place, ignore_errors=True)

    def unimported() -> None:
        ground.observations.write_bytes(observations)
        mapping.unlink(missing_ok=True)

    def old_pages() -> None:
        shutil.rmtree(pages, ignore_errors=True)
        pages.mkdir()
        (pages / "manifest.json").write_text("{}\n")

    imported = ("--released", "2021-03", "--source", "test", "--accept")
    only = ("--only", "brief", "--lang", "en", "--compare", "strong")
    return {
        "fit": Trial(
            ("fit", *how, "--json"),
            (folder / CACHE,),
            without(folder / CACHE),
            answer,
        ),
        "sweep": Trial(
            ("sweep", str(ground.design), "--out", str(runs), *how, "--resume"),
            (runs / "sweep.parquet",),
            without(runs),
        ),
        "report": Trial(
            ("report", "--out", str(pages), *only, *how), (pages,), old_pages
        ),
        "import": Trial(
            ("import", str(table), "--into", str(ground.project), *imported),
            (ground.observations, ground.project / "project.yaml", mapping),
            unimported,
        ),
        "save": Trial(
            ("save", str(scenarios), "fast", "1.5"),
            (scenarios,),
            lambda: scenarios.write_text(EARLIER) and None,
        ),
    }


def chosen(ground: Ground) -> dict[str, Trial]:
    """The commands that were asked for."""
    every = trials(ground)
    return {name: every[name] for name in every if name in (ground.commands or every)}


def kills(ground: Ground, count: int, rng: random.Random) -> Iterator[str]:
    """Kill each command so many times; what stands must be whole, and work resumes."""
    for name, trial in chosen(ground).items():
        trial.reset()
        before = digests(*trial.places)
        require(ground.run(*trial.words, cache=CACHE), 0)  # fits are stored from here
        trial.reset()
        start = time.perf_counter()
        printed = trial.read(require(ground.run(*trial.words, cache=CACHE), 0))
        seconds = time.perf_counter() - start
        complete = digests(*trial.places)
        done = resumed = 0
        while done < count:
            trial.reset()
            if rng.random() < COLD:
                shutil.rmtree(ground.folder / CACHE, ignore_errors=True)
            for _ in range(min(rng.randint(1, CHAIN), count - done)):
                after = rng.uniform(0.0, 1.1 * seconds)
                done += ground.killed(*trial.words, cache=CACHE, after=after)
                require_whole(name, trial, before, complete)
            require_sealed(ground.folder / CACHE)
            text = require(ground.run(*trial.words, cache=CACHE), 0)
            if trial.read(text) != printed or digests(*trial.places) != complete:
                raise Wrong(f"{name}: not resumed to what it would have been")
            resumed += 1
        yield f"{name}: {done} kills, {resumed} times resumed to the same bytes"


def require_whole(
    name: str, trial: Trial, before: dict[str, str], complete: dict[str, str]
) -> None:
    """Every file is that of before or the complete one."""
    found = digests(*trial.places)
    for file, digest in found.items():
        if digest not in (before.get(file), complete.get(file)):
            raise Wrong(f"{name}: half of {file} is left")
    for file in before.keys() - found.keys():
        raise Wrong(f"{name}: {file} is lost")
    for place in trial.places:
        manifest = place.parent / "manifest.json"
        if place.name == "sweep.parquet" and manifest.exists():
            json.loads(manifest.read_text())
