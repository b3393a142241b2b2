"""Sweep files: a sweep run to a folder, part by part, so that it can be stopped.

Cases are cut into parts of fixed places. A part is written whole under its own name as
soon as it is done, whoever computed it; a run that was stopped or killed has lost the
parts in flight and no more, and `resume` computes those that are missing. At the end
the parts are joined in order into one file, which is therefore the same, byte for byte,
however often the run was stopped and whoever computed what.
"""

import errno
import json
import math
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
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
from cszt_models.storage.files import DRAFT, whole_file, write_whole
from cszt_models.storage.hashing import SHORT_DIGITS, content_hash
from cszt_models.storage.store import LIBRARIES, code_hash
from cszt_models.sweeps.columns import REFITTED
from cszt_models.sweeps.designs import Design
from cszt_models.sweeps.study import Study
from cszt_models.sweeps.sweep import CHUNK, Evaluator

RESULT, MANIFEST, PARTS = "sweep.parquet", "manifest.json", "parts"
REFIT_PART_SIZE = 8  # cases in a part where each may need a fit of its own
PROJECTED_PART_SIZE = 256  # and where each needs constants of its own
NUMBER_BYTES = 8  # bytes
PARTS_PER_WORKER = 8  # parts in flight for each worker
DISK_FACTOR = 2.2  # parts and the file that they are joined to, and their heads

# Runs parts and yields each number with its bytes, in any order.
type Runner = Callable[["Job", Iterable[int]], Iterator[tuple[int, bytes]]]


@dataclass(frozen=True)
class Job:
    """A design on a study, cut into parts."""

    design: Design
    study: Study

    @cached_property
    def size(self) -> int:
        """Cases in a part: fewer where a case takes longer."""
        evaluator = Evaluator(self.study, self.design.columns)
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
        """What the results follow from; two runs with the same may be one."""
        study = self.study
        names = [target.id for target in study.targets]
        how = {
            "design": self.design.name,
            "design_hash": self.design.hash,
            "cases": len(self.design),
            "part_size": self.size,
            "columns": [column.name for column in self.design.columns],
            "targets": names,
            "project": study.project.id,
            "data_hash": content_hash(_figures(study))[:SHORT_DIGITS],
            "as_of": study.as_of.isoformat(),
            "scenario": study.scenario,
            "scenario_hash": study.context.scenarios[study.scenario].hash,
            "engine": study.engine,
            "seed": study.seed,
            "draws": study.draws,
        }
        versions = {name: version(name) for name in (*LIBRARIES, "pandas", "pyarrow")}
        versions |= {"cszt_models": __version__, "code": code_hash()[:SHORT_DIGITS]}
        return how | {"versions": versions}


def _figures(study: Study) -> list[Any]:
    """All that decides the results besides the design: figures, levers, priors."""
    context = study.context
    records = study.observations.astype(str).to_dict("list")
    scenarios = {name: scenario.hash for name, scenario in context.scenarios.items()}
    return [
        records,
        study.targets,
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
        Keep the parts that are there. Without it, a folder with parts is refused.
    on_part
        Called with the number of cases done and of all, at the start and after parts.

    Returns
    -------
    Path
        ``sweep.parquet``, a row for each case; ``manifest.json`` stands beside it.

    Raises
    ------
    DataError
        If the folder cannot be written or holds another sweep, or the disk has not the
        room; parts that are done are kept.
    """
    try:
        done = _opened(job, folder, resume)
        missing = [n for n in _order(job) if n not in done]
        count = sum(len_of(job, n) for n in done)
        on_part(count, len(job.design))
        for part, content in runner(job, missing) if missing else ():
            write_whole(folder / PARTS / _name(part), content)
            count += len_of(job, part)
            on_part(count, len(job.design))
        return _joined(job, folder)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full" if full else (error.strerror or str(error))
        raise DataError(
            f"{folder}: {why}. Parts that are done are kept; make room or choose "
            "another folder, and go on with --resume."
        ) from None


def len_of(job: Job, part: int) -> int:
    """Number of cases in a part."""
    return min(job.size, len(job.design) - part * job.size)


def _name(part: int) -> str:
    return f"part-{part:07d}.parquet"


def _order(job: Job) -> Sequence[int]:
    """Parts in order, but those that need no further fit in front."""
    every = range(job.parts)
    if not {column.kind for column in job.design.columns} & {*REFITTED}:
        return every
    evaluator = Evaluator(job.study, job.design.columns)
    usual = evaluator.fit_key({})

    def others(part: int) -> int:
        heads = job.cases(part)[evaluator.heads].drop_duplicates().to_dict("records")
        return len({evaluator.fit_key(head) for head in heads} - {usual})

    return sorted(every, key=others)


def _opened(job: Job, folder: Path, resume: bool) -> set[int]:
    """Numbers of the parts that are done, in a folder that is ready for the others."""
    manifest, path = job.manifest, folder / MANIFEST
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        before.pop("done", None)
        if not resume:
            raise DataError(
                f"{folder} holds a sweep already. Go on with --resume, or choose "
                "another folder."
            )
        if before != manifest:
            differ = [key for key in manifest if before.get(key) != manifest[key]]
            raise DataError(
                f"{folder} holds another sweep: {', '.join(differ)} differ. Choose "
                "another folder, or restore what was changed."
            )
    require_room(job, folder)
    (folder / PARTS).mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())
    for draft in folder.rglob(f"*{DRAFT}"):
        with suppress(OSError):
            draft.unlink()
    if (folder / RESULT).exists():
        return set(range(job.parts))
    return {n for n in range(job.parts) if _whole(folder / PARTS / _name(n))}


def _whole(path: Path) -> bool:
    """Whether a part is there and can be read."""
    import pyarrow.parquet as pq

    try:
        pq.read_metadata(path)
    except (OSError, ValueError):  # absent, or cut by a full disk
        return False
    return True


def require_room(job: Job, folder: Path) -> None:
    """Refuse a folder that cannot be written or has no room for the results.

    Raises
    ------
    DataError
        With the room needed and that there is.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / "writable", b"")
        (folder / "writable").unlink()
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written ({error.strerror}). Choose another folder."
        ) from None
    numbers = len(job.design.columns) + len(job.study.outcomes)
    needed = DISK_FACTOR * NUMBER_BYTES * numbers * len(job.design)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"{folder}: {len(job.design):,} cases take about {needed / 1e9:,.1f} GB, "
            f"and {free / 1e9:,.1f} GB are free. Make room, or take fewer cases."
        )


def _joined(job: Job, folder: Path) -> Path:
    """All parts in order as one file, a row group for each; then the parts go."""
    import pyarrow.parquet as pq

    path = folder / RESULT
    if not path.exists():
        first = pq.read_schema(folder / PARTS / _name(0))
        with whole_file(path) as file, pq.ParquetWriter(file, first) as writer:
            for part in range(job.parts):
                writer.write_table(pq.read_table(folder / PARTS / _name(part)))
    manifest = job.manifest | {"done": True}
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    write_whole(folder / MANIFEST, text.encode())
    shutil.rmtree(folder / PARTS, ignore_errors=True)
    return path


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
    from joblib import Parallel, delayed

    evaluator = Evaluator(job.study, job.design.columns)

    def compute(part: int) -> tuple[int, bytes]:
        return part, job.computed(part, evaluator)

    with ONE_THREAD:
        # A few at a time, so that results never pile up before a slow disk.
        for window in batched(parts, PARTS_PER_WORKER * workers):
            pool = Parallel(
                workers, backend="threading", return_as="generator_unordered"
            )
            yield from pool(delayed(compute)(part) for part in window)
