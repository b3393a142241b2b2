"""Sweep on a cluster: the same as `cszt sweep --scheduler`, with the workers started.

Without arguments of SLURM it starts two processes on this machine, which is how to try
a design out. On SLURM it asks for jobs through dask-jobqueue (`pip install
dask-jobqueue`, which this package does not bring). Workers need this package and sight
of the project folder; only this process writes, so `--resume` works as ever.

Examples
--------
python scripts/sweep_cluster.py design.yaml --out runs/design
python scripts/sweep_cluster.py design.yaml --out runs/big --slurm-queue cpu --jobs 9
"""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Any

import cszt_models as cm
from cszt_models.project.dates import as_of_date
from cszt_models.sweeps.cluster import on_cluster
from cszt_models.sweeps.design_files import read_design
from cszt_models.sweeps.inputs import read_context, sweep_inputs
from cszt_models.sweeps.runs import Job, run


def options() -> argparse.Namespace:
    """Options from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("design", type=Path, help="YAML file")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the results"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with a stopped run"
    )
    parser.add_argument(
        "--workers", type=int, default=2, help="processes, without SLURM"
    )
    parser.add_argument("--slurm-queue", help="partition to ask for jobs in")
    parser.add_argument("--jobs", type=int, default=10, help="SLURM jobs")
    return parser.parse_args()


def cluster_of(given: argparse.Namespace) -> Any:
    """Processes behind the loopback interface, or jobs on a trusted SLURM network."""
    if given.slurm_queue is None:
        from distributed import LocalCluster

        # One thread each: fits and counts run faster side by side than inside.
        return LocalCluster(
            n_workers=given.workers, threads_per_worker=1, dashboard_address=None
        )
    from dask_jobqueue import SLURMCluster

    cluster = SLURMCluster(
        queue=given.slurm_queue, cores=1, memory="4GB", walltime="02:00:00"
    )
    cluster.scale(jobs=given.jobs)
    return cluster


def main() -> None:
    """Start workers, run the design, stop the workers."""
    given = options()
    project = cm.load_project()
    context = read_context(project)
    design = read_design(given.design, context)
    fixed = design.fixed
    inputs = sweep_inputs(
        project,
        as_of=as_of_date(project, str(fixed["as_of"]) if "as_of" in fixed else None),
        seed=fixed.get("seed", 1),
        draws=fixed.get("draws", 4000),
        targets=fixed.get("targets", ()),
        context=context,
        store=cm.Store(),
    )
    with cluster_of(given) as cluster:
        runner = partial(on_cluster, scheduler=cluster.scheduler_address)
        path = run(Job(design, inputs), given.out, runner=runner, resume=given.resume)
    print(f"wrote {len(design)} cases to {path}")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        print(f"sweep_cluster: {error}", file=sys.stderr)
        raise SystemExit(2) from None
