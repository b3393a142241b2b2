"""``cszt sweep``: probabilities of targets in all cases of a design."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cszt_models.cli.request import (
    DRAWS,
    SEED,
    AsOf,
    Json,
    Lang,
    NoStore,
    ProjectDir,
    print_json,
)

if TYPE_CHECKING:
    from cszt_models.sweeps.designs import Design
    from cszt_models.sweeps.inputs import SweepInputs

EPILOG = (
    "Examples: `cszt sweep grid.yaml --out runs/grid` · `cszt sweep grid.yaml --out "
    "runs/grid --resume` · `cszt sweep big.yaml --out runs/big --scheduler "
    "tls://head:8786`. A design: `columns: {growth: {low: -2, high: 2, count: 41}, "
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
) -> None:
    """Sweep levers, scenarios, dates, priors or engines, to a Parquet file.

    What is given here overrules what the design says.
    """
    from functools import partial

    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line
    from cszt_models.project.project import load_project
    from cszt_models.sweeps.design_files import read_design
    from cszt_models.sweeps.designs import MAX_CASES
    from cszt_models.sweeps.inputs import read_context
    from cszt_models.sweeps.runs import Job, run, run_parts

    require_language(lang)
    opened = load_project(project)
    context = read_context(opened)
    read = read_design(design, context, most=float("inf") if yes else MAX_CASES)
    given = {"as_of": as_of, "scenario": scenario, "seed": seed, "draws": draws}
    inputs = _study(opened, read, context, given, no_store=no_store)
    job = Job(read, inputs)
    runner: Any = partial(run_parts, workers=workers)
    if scheduler is not None:
        from cszt_models.sweeps.cluster import on_cluster

        runner = partial(on_cluster, scheduler=scheduler)
    with _progress(read.name) as on_part:
        try:
            path = run(job, out, runner=runner, resume=resume, on_part=on_part)
        except KeyboardInterrupt:
            typer.echo(line("resume", lang, folder=out), err=True)
            raise
    if iamc is not None:
        from cszt_models.sweeps.iamc import write_iamc

        write_iamc(path, iamc, inputs)
    if as_json:
        print_json(job.manifest | {"path": str(path)})
        return
    print(line("wrote_cases", lang, count=len(read), path=path))


def _study(
    project: Any,
    design: "Design",
    context: Any,
    given: dict[str, Any],
    *,
    no_store: bool,
) -> "SweepInputs":
    """The inputs: what is given on the command line, else what the design says."""
    from cszt_models.errors import DataError, unknown
    from cszt_models.inference.fit import ENGINES
    from cszt_models.project.dates import as_of_date
    from cszt_models.scenarios.scenario import BASELINE, scenario_named
    from cszt_models.storage.store import Store
    from cszt_models.sweeps.columns import ENGINE
    from cszt_models.sweeps.inputs import sweep_inputs

    fixed = {**design.fixed, **{k: v for k, v in given.items() if v is not None}}
    name = str(fixed.get("scenario", BASELINE))
    engine = str(fixed.get(ENGINE, ENGINES[0]))
    if engine not in ENGINES:
        raise DataError(unknown("engine", engine, ENGINES))
    day = fixed.get("as_of")
    return sweep_inputs(
        project,
        as_of=as_of_date(project, None if day is None else str(day)),
        seed=_whole("seed", fixed.get("seed", SEED), 0),
        draws=_whole("draws", fixed.get("draws", DRAWS), 100),
        targets=tuple(map(str, fixed.get("targets", ()))),
        context=context,
        scenario=scenario_named(context.scenarios, name).name,
        engine=engine,
        store=None if no_store else Store(),
    )


def _whole(name: str, value: Any, least: int) -> int:
    from cszt_models.errors import DataError

    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise DataError(
            f"the design's {name} is {value!r}. Write a whole number from {least}."
        )
    return value


class _progress:
    """A bar on stderr with rate and time left; silent when stderr is no terminal."""

    def __init__(self, name: str) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        console = Console(stderr=True)
        self.bar = Progress(
            TextColumn(name),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task(name, total=None, rate="")

    def __enter__(self) -> Callable[[int, int], None]:
        self.bar.start()
        return self.update

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def update(self, done: int, total: int) -> None:
        speed = self.bar.tasks[0].speed
        rate = f"{speed:,.0f} cases/s" if speed else ""
        self.bar.update(self.task, completed=done, total=total, rate=rate)
