"""Run a sweep to a folder, part by part, so that it can be stopped and resumed.

A part is stored as soon as it is computed, by whichever worker. A run that was stopped
or killed loses only the parts in flight; ``resume`` computes those that are missing or
damaged. At the end the parts are joined in order into one file, which is therefore the
same, byte for byte, however often the run was stopped.
"""

import errno
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from io import BytesIO
from itertools import batched
from pathlib import Path
from typing import Any

import pandas as pd

from cszt_models import __version__
from cszt_models.blas import ONE_THREAD
from cszt_models.errors import DataError
from cszt_models.storage.hashing import SHORT_DIGITS, content_hash
from cszt_models.storage.store import LIBRARIES, code_hash
from cszt_models.sweeps.columns import REFITTED
from cszt_models.sweeps.designs import Design
from cszt_models.sweeps.inputs import SweepInputs
from cszt_models.sweeps.run_folder import RunFolder, sole_use
from cszt_models.sweeps.sweep import CHUNK, Evaluator

REFIT_PART_SIZE = 8  # cases in a part where each may need a fit of its own
PROJECTED_PART_SIZE = 256  # and where each needs constants of its own
NUMBER_BYTES = 8  # bytes
PARTS_PER_WORKER = 8  # parts in flight for each worker

# Runs parts and yields each number with its bytes, in any order.
type Runner = Callable[["Job", Iterable[int]], Iterator[tuple[int, bytes]]]


@dataclass(frozen=True)
class Job:
    """A design on inputs, cut into parts."""

    design: Design
    inputs: SweepInputs

    @cached_property
    def size(self) -> int:
        """Cases in a part: fewer where a case takes longer."""
        evaluator = Evaluator(self.inputs, self.design.columns)
        if evaluator.conditional:
            return REFIT_PART_SIZE
        most = PROJECTED_PART_SIZE if evaluator.projected else CHUNK
        fits = min(self._fit_count, len(self.design))
        if fits == 1:
            return most
        return min(most, REFIT_PART_SIZE * len(self.design) // fits)

    @property
    def _fit_count(self) -> int:
        """Number of fits that cases may need."""
        columns = zip(self.design.columns, self.design.cases.values, strict=True)
        refitted = [values for column, values in columns if column.kind in REFITTED]
        return math.prod(len(set(values.tolist())) for values in refitted)

    @property
    def parts(self) -> int:
        """Number of parts."""
        return -(-len(self.design) // self.size)

    def cases(self, part: int) -> pd.DataFrame:
        """Cases of a part."""
        first = part * self.size
        return self.design.frame(first, min(first + self.size, len(self.design)))

    def computed(self, part: int, evaluator: Evaluator) -> bytes:
        """A part as the bytes of a Parquet file."""
        cases = self.cases(part)
        whole = pd.concat([cases, evaluator.outcomes(cases)], axis=1)
        content = BytesIO()
        whole.to_parquet(content, index=False)
        return content.getvalue()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """All that determines the results; runs with the same may share a folder."""
        inputs = self.inputs
        names = [target.id for target in inputs.targets]
        how = {
            "design": self.design.name,
            "design_hash": self.design.hash,
            "cases": len(self.design),
            "part_size": self.size,
            "columns": [column.name for column in self.design.columns],
            "targets": names,
            "left_out": dict(inputs.left_out),
            "project": inputs.project.id,
            "data_hash": content_hash(_figures(inputs))[:SHORT_DIGITS],
            "as_of": inputs.as_of.isoformat(),
            "scenario": inputs.scenario,
            "scenario_hash": inputs.context.scenarios[inputs.scenario].hash,
            "engine": inputs.engine,
            "seed": inputs.seed,
            "draws": inputs.draws,
        }
        versions = {name: version(name) for name in (*LIBRARIES, "pandas", "pyarrow")}
        versions |= {"cszt_models": __version__, "code": code_hash()[:SHORT_DIGITS]}
        return how | {"versions": versions}


def _figures(inputs: SweepInputs) -> list[Any]:
    """All that decides the results besides the design: figures, levers, priors."""
    context = inputs.context
    records = inputs.observations.astype(str).to_dict("list")
    scenarios = {name: scenario.hash for name, scenario in context.scenarios.items()}
    return [
        records,
        inputs.targets,
        dict(context.levers),
        scenarios,
        dict(context.priors),
    ]


def run(
    job: Job,
    folder: Path,
    *,
    runner: Runner,
    resume: bool = False,
    on_part: Callable[[int, int], None] = lambda *_: None,
) -> Path:
    """Run a sweep to a folder, or go on where it was stopped.

    Parameters
    ----------
    runner
        Computes parts: `run_parts`, or `cluster.on_cluster`.
    resume
        Use the parts that are there. Without it, a folder with a sweep is refused.
    on_part
        Called with the number of cases done and of all, at the start and after parts.

    Returns
    -------
    Path
        ``sweep.parquet``, a row for each case; ``manifest.json`` stands beside it.

    Raises
    ------
    DataError
        If the folder cannot be written, has other files or another sweep, another
        process is at work in it, or the disk has not the room; finished parts stay.
        If none is finished, the folder is as it was.
    """
    with sole_use(folder):
        target = RunFolder(folder, job.manifest, job.parts)
        numbers = len(job.design.columns) + len(job.inputs.outcomes)
        total = len(job.design)
        if target.open(resume=resume, size=NUMBER_BYTES * numbers * total):
            on_part(total, total)
            return target.result
        try:
            missing = set(target.missing())
            count = total - sum(part_size(job, number) for number in missing)
            on_part(count, total)
            order = [number for number in _order(job) if number in missing]
            for number, content in runner(job, order) if order else ():
                target.save(number, content)
                count += part_size(job, number)
                on_part(count, total)
            return target.join()
        except Exception as error:
            target.give_back()
            if not isinstance(error, OSError):
                raise
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            why = "the disk is full" if full else (error.strerror or str(error))
            raise DataError(
                f"{folder}: {why}. Finished parts are stored; make room or choose "
                "another folder, and go on with --resume."
            ) from None


def part_size(job: Job, part: int) -> int:
    """Number of cases in a part."""
    return min(job.size, len(job.design) - part * job.size)


def _order(job: Job) -> Sequence[int]:
    """Parts in order, but those that need no further fit in front."""
    every = range(job.parts)
    if not {column.kind for column in job.design.columns} & {*REFITTED}:
        return every
    evaluator = Evaluator(job.inputs, job.design.columns)
    usual = evaluator.fit_key({})

    def others(part: int) -> int:
        heads = job.cases(part)[evaluator.heads].drop_duplicates().to_dict("records")
        return len({evaluator.fit_key(head) for head in heads} - {usual})

    return sorted(every, key=others)


def run_parts(job: Job, parts: Iterable[int], *, workers: int = 2) -> Iterator[Any]:
    """Compute parts on this machine, in threads that share fits.

    Parameters
    ----------
    parts
        Numbers of the parts to compute.
    workers
        Number of threads.

    Yields
    ------
    (part, bytes)
        As they are done.
    """
    evaluator = Evaluator(job.inputs, job.design.columns)

    def compute(part: int) -> tuple[int, bytes]:
        return part, job.computed(part, evaluator)

    pool = ThreadPoolExecutor(workers)
    try:
        with ONE_THREAD:
            # A few at a time, so that results never pile up before a slow disk.
            for window in batched(parts, PARTS_PER_WORKER * workers):
                running = {pool.submit(compute, part) for part in window}
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    while done:
                        yield done.pop().result()
    finally:  # what is at work when the run is stopped ends before its next fit
        evaluator.stop()
        pool.shutdown(wait=False, cancel_futures=True)
