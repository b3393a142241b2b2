"""Compute parts of a sweep on the workers of a dask.distributed scheduler.

Workers need the same version of this package and access to the project folder; they
return results, and only this process writes. The part of a worker that dies is computed
again by another one.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from cszt_models.errors import DataError
from cszt_models.sweeps.runs import Job
from cszt_models.sweeps.sweep import Evaluator

PARTS_PER_WORKER = 4  # parts in flight for each worker
TIMEOUT = "20s"  # to reach a scheduler

_EVALUATORS: dict[str, Evaluator] = {}  # of this worker, by job


def on_cluster(
    job: Job, parts: Iterable[int], *, scheduler: str
) -> Iterator[tuple[int, bytes]]:
    """Compute parts on a cluster.

    Parameters
    ----------
    scheduler
        Address such as ``tcp://host:8786``.

    Raises
    ------
    DataError
        If dask.distributed is not installed, nothing answers at the address, or
        workers die again and again.
    """
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise DataError(
            "--scheduler needs dask.distributed, which is not installed. "
            "Install cszt-models[cluster]."
        ) from None
    try:
        client = Client(scheduler, timeout=TIMEOUT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise DataError(
            f"no scheduler answers at {scheduler} ({type(error).__name__}). Check the "
            "address, or start one with 'dask scheduler'."
        ) from None
    with client:
        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        shared = client.scatter(job, broadcast=True, hash=False)

        def submit(part: int) -> Any:
            return client.submit(computed, shared, part, pure=False, retries=3)

        left = iter(parts)
        first = [submit(part) for part in islice(left, PARTS_PER_WORKER * workers)]
        running = as_completed(first, loop=client.loop)
        try:
            for future in running:
                yield future.result()
                future.release()
                for part in islice(left, 1):
                    running.add(submit(part))
        except KilledWorker as error:
            raise DataError(
                f"workers died again and again on one part ({error}). Look at their "
                "logs; parts that are done are kept, go on with --resume."
            ) from None


def computed(job: Job, part: int) -> tuple[int, bytes]:
    """Compute a part on a worker, which keeps the fits of the job."""
    key = str(sorted(job.manifest.items(), key=lambda pair: pair[0]))
    if key not in _EVALUATORS:
        _EVALUATORS.clear()
        _EVALUATORS[key] = Evaluator(job.study, job.design.columns)
    return part, job.computed(part, _EVALUATORS[key])
