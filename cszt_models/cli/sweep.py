"""``cszt sweep``: probabilities of targets in all cases of a design."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cszt_models.cli.request import (
    AsOf,
    Csv,
    Json,
    Lang,
    NoStore,
    PlanId,
    ProjectDir,
    line_width,
    print_csv,
    print_json,
)

MAX_PRINTED = 100_000  # cases from which no table is printed
EPILOG = (
    "Examples: `cszt sweep grid.yaml --out runs/grid` · `cszt sweep grid.yaml --out "
    "runs/grid --resume` · `cszt sweep big.yaml --out runs/big --scheduler "
    "tls://head:8786` · `cszt sweep grid.yaml --out runs/grid --csv`. A design: "
    "`columns: {growth: {low: -2, high: 2, count: 41}, "
    "price: [-1, 0, 1]}`; see docs/sweeps.md."
)


def sweep(
    design: Annotated[
        Path, typer.Argument(metavar="DESIGN.yaml", help="What is swept, and how.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="New or empty folder.")
    ],
    project: ProjectDir = None,
    as_of: AsOf = None,
    plan: PlanId = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME", help="In every case.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", min=0, help="Seed of all draws."),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", metavar="N", min=100, max=100_000, help="Draws."),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", metavar="", help="Go on where a run was stopped."),
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Of dask.distributed; must be trusted.",
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option("--workers", metavar="N", min=1, help="Threads on this machine."),
    ] = 2,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", metavar="", help="Begin also with ten million cases or more."
        ),
    ] = False,
    iamc: Annotated[
        Path | None,
        typer.Option("--iamc", metavar="FILE", help="Also as IAMC long table (CSV)."),
    ] = None,
    no_store: NoStore = False,
    lang: Lang = "en",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Sweep levers, scenarios, dates, priors or engines, to a Parquet file.

    What is given here overrules what the design says.
    """
    from functools import partial

    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line
    from cszt_models.progress import bar
    from cszt_models.project.project import load_project
    from cszt_models.storage.store import Store
    from cszt_models.sweeps.design_files import read_design
    from cszt_models.sweeps.designs import MAX_CASES
    from cszt_models.sweeps.inputs import design_inputs, read_context
    from cszt_models.sweeps.run_folder import MANIFEST
    from cszt_models.sweeps.runs import Job, run, run_parts

    require_language(lang)
    opened = load_project(project)
    opened = opened if plan is None else opened.select(plan)
    context = read_context(opened)
    read = read_design(design, context, most=float("inf") if yes else MAX_CASES)
    given = {"as_of": as_of, "scenario": scenario, "seed": seed, "draws": draws}
    store = None if no_store else Store()
    inputs = design_inputs(opened, read, context, given, store=store)
    if inputs.left_out:
        names = ("、" if lang == "zh" else ", ").join(inputs.left_out)
        count, every = len(inputs.targets), len(inputs.targets) + len(inputs.left_out)
        numbers = {"count": count, "every": every, "file": out / MANIFEST}
        typer.echo(line("swept_targets", lang, names=names, **numbers), err=True)
    job = Job(read, inputs)
    runner: Any = partial(run_parts, workers=workers)
    if scheduler is not None:
        from cszt_models.sweeps.cluster import on_cluster

        runner = partial(on_cluster, scheduler=scheduler)
    try:
        with bar(read.name) as steps:
            path = run(job, out, runner=runner, resume=resume, on_part=steps.at)
    except KeyboardInterrupt:
        typer.echo(line("resume", lang, folder=out), err=True)
        sys.stderr.flush()
        os._exit(130)  # at once: threads are in the middle of fits nobody waits for
    if iamc is not None:
        from cszt_models.sweeps.iamc import write_iamc

        write_iamc(path, iamc, inputs)
    if as_json:
        print_json(job.manifest | {"path": str(path)})
        return
    if as_csv:
        import pandas as pd

        print_csv(pd.read_parquet(path))
        return
    if len(read) <= MAX_PRINTED:
        import pandas as pd

        from cszt_models.results.sweeps import SweepResults

        frame = pd.read_parquet(path)
        for table in SweepResults(read, inputs, frame).tables(lang):
            print(table.text(line_width()) + "\n")
    print(line("wrote_cases", lang, count=len(read), path=path))
