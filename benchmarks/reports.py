"""Time and memory of an answer in a new form and of reports, as ratios in one run.

The peer is another checkout of the package, whose commands run in turn with ours, so
that both see the same machine; without one, ours is measured alone. Every command has a
process of its own and, for each checkout, a cache folder of its own. Seconds are of the
processor (user and system, those of helping processes included) and by the clock; the
memory is the peak of the largest process. Medians of the runs are printed.

Example
-------
python benchmarks/reports.py --against ../release --runs 3 --draws 200
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parents[1]
QUESTION = ("attain", "--as-of", "2021-06-30")
NEVER = "never"  # what is removed from a cache folder before a command
CASES = {  # arguments, and the part of the cache folder that is removed before
    "the same question, another form": ((*QUESTION, "--json"), "answers"),
    "all pages, fits stored": (("report", "--out", "pages"), NEVER),
    "all pages, nothing stored": (("report", "--out", "pages"), ""),
    "one page, nothing stored": (("report", "--out", "page.html"), ""),
}


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of the processor and by the clock, and megabytes."""

    processor: float
    clock: float
    memory: float


def run(checkout: Path, folder: Path, arguments: tuple[str, ...]) -> Cost:
    """Run a command of a checkout in a folder, which holds its cache."""
    code = "import sys; sys.argv[0] = 'cszt'; from cszt_models.cli import main; main()"
    settings = os.environ | {
        "PYTHONPATH": str(checkout.resolve()),
        "CSZT_CACHE": str(folder / "cache"),
    }
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # users compile a module once
    start = time.perf_counter()
    child = os.fork()
    if not child:
        os.chdir(folder)
        for stream in (1, 2):
            os.dup2(os.open(folder / "said.txt", os.O_WRONLY | os.O_CREAT), stream)
        os.execve(sys.executable, [sys.executable, "-c", code, *arguments], settings)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit((folder / "said.txt").read_text())
    clock = time.perf_counter() - start
    return Cost(used.ru_utime + used.ru_stime, clock, used.ru_maxrss / 1000)


def measured(
    name: str, checkouts: list[Path], folders: list[Path], runs: int, draws: int
) -> list[Cost]:
    """Median costs of a case, one for each checkout."""
    arguments, removed = CASES[name]
    arguments = (*arguments, "--draws", str(draws))
    costs: list[list[Cost]] = [[] for _ in checkouts]
    for n in range(runs + 1):
        for checkout, folder, each in zip(checkouts, folders, costs, strict=True):
            if n == 0 and removed == "":
                continue  # nothing is to be stored, so nothing is prepared
            shutil.rmtree(folder / "cache" / removed, ignore_errors=True)
            cost = run(checkout, folder, arguments)
            if n:
                each.append(cost)
    return [
        Cost(
            *(
                statistics.median(getattr(cost, part) for cost in each)
                for part in ("processor", "clock", "memory")
            )
        )
        for each in costs
    ]


def main() -> None:
    """Measure the chosen cases, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--only", action="append", choices=list(CASES))
    options = parser.parse_args()
    checkouts = [HERE] if options.against is None else [options.against, HERE]
    with TemporaryDirectory() as temporary:
        folders = [Path(temporary) / str(n) for n in range(len(checkouts))]
        for folder in folders:
            folder.mkdir()
        for name in options.only or CASES:
            costs = measured(name, checkouts, folders, options.runs, options.draws)
            ours = costs[-1]
            parts = [
                f"{cost.processor:.1f} s of the processor, {cost.clock:.1f} s by the "
                f"clock, {cost.memory:.0f} MB"
                for cost in costs
            ]
            ratio = ours.processor / costs[0].processor
            beside = f"; ratio {ratio:.2f}" if len(costs) > 1 else ""
            print(f"{name}: {' -> '.join(parts)}{beside}", flush=True)


if __name__ == "__main__":
    main()
