"""Compute parts of a sweep on the workers of a dask.distributed scheduler.

Workers need access to the project folder; they return results, and only this process
writes. The part of a worker that dies is computed again by another one.
"""

from collections.abc import Iterable, Iterator

from cszt_models.cluster import map_on_cluster
from cszt_models.sweeps.runs import Job
from cszt_models.sweeps.sweep import Evaluator

_EVALUATORS: dict[str, Evaluator] = {}  # of this worker, by job


def on_cluster(
    job: Job, parts: Iterable[int], *, scheduler: str
) -> Iterator[tuple[int, bytes]]:
    """Compute parts on a cluster, see `cluster.map_on_cluster`.

    Parameters
    ----------
    scheduler
        Address of a trusted scheduler, such as ``tls://host:8786``.
    """
    return map_on_cluster(compute, parts, scheduler=scheduler, shared=job)


def compute(job: Job, part: int) -> tuple[int, bytes]:
    """Compute a part on a worker, which keeps the fits of the job."""
    key = str(sorted(job.manifest.items(), key=lambda pair: pair[0]))
    if key not in _EVALUATORS:
        _EVALUATORS.clear()
        _EVALUATORS[key] = Evaluator(job.inputs, job.design.columns)
    return part, job.computed(part, _EVALUATORS[key])
