"""``cszt hindcast`` and ``cszt score``: scores of our forecasts, and of anyone's."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cszt_models.cli.request import Request, command
from cszt_models.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from cszt_models.project.project import Project

EPILOG = (
    "Examples: `cszt hindcast --origins 2015,2018` · `cszt hindcast "
    "--panel cities.csv --origins 2008-2018 --group province --json`"
)
SCORE_EPILOG = (
    "Columns: outcome; probability, or quantiles (q0.1 q0.5 q0.9), or draws (draw_1 "
    "draw_2 …); if wanted method, year and case. Example: `cszt score forecasts.csv "
    "--json`"
)
FOLDER = "hindcasts"


@command(without=("as_of", "scenario", "engine", "draws"))
def hindcast(
    request: Request,
    panel: Annotated[
        Path | None,
        typer.Option(
            "--panel", metavar="FILE", help="Regions of a CSV; default: the project's."
        ),
    ] = None,
    indicator: Annotated[
        str, typer.Option("--indicator", metavar="ID", help="What is forecast.")
    ] = "gdp_real_growth",
    origins: Annotated[
        str, typer.Option("--origins", metavar="YEARS", help="2008,2010 or 2008-2018.")
    ] = "2012-2020",
    horizon: Annotated[
        int, typer.Option("--horizon", metavar="N", min=1, max=30, help="Years ahead.")
    ] = 5,
    group: Annotated[
        str | None,
        typer.Option("--group", metavar="COLUMN", help="Regions fitted together."),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            "--method", metavar="NAME", help="Only this, repeatable; uc is one more."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where cases are stored; default: the user's cache.",
        ),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", metavar="N", min=-1, help="Processes; -1 is one a core."
        ),
    ] = -1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Of dask.distributed; must be trusted.",
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            "--draws", metavar="N", min=200, max=20_000, help="Draws of each case."
        ),
    ] = 1000,
    record: Annotated[
        bool,
        typer.Option("--record", metavar="", help="Store the scores for the reports."),
    ] = False,
) -> None:
    """Forecast from past origins, by the panel and by simple methods, and score both.

    Each case (a method at an origin for a group) is stored, so that an interrupted run
    goes on where it stopped.
    """
    from cszt_models.analysis.hindcast import run_hindcast
    from cszt_models.hindcast.forecast import METHODS
    from cszt_models.progress import bar
    from cszt_models.reports.site import require_writable
    from cszt_models.storage.store import cache_folder

    if out is not None and not request.no_store:
        require_writable(out, folder=True)
    if panel is None and group:
        raise DataError("--group needs --panel: a project is one group. Drop it.")
    years = _years(origins)
    project = request.project
    _check_record(project, record)
    with bar("forecasting") as progress:
        results = run_hindcast(
            panel,
            indicator,
            origins=years,
            horizon=horizon,
            methods=tuple(method or METHODS),
            group=group,
            project=project,
            draws=draws,
            seed=request.seed,
            jobs=jobs,
            scheduler=scheduler,
            folder=None if request.no_store else out or cache_folder() / FOLDER,
            on_case=progress.at,
        )
    for sentence in results.remarks():
        print(sentence, file=sys.stderr)
    if record:
        about = {"indicator": indicator, "panel": panel.name if panel else "project"}
        about |= {"origins": origins, "horizon": str(horizon)}
        _write_record(project, results.cases, about, request.seed, request.lang)
    request.print(results)


def _check_record(project: "Project", record: bool) -> None:
    from cszt_models.project.project import bundled
    from cszt_models.reports.site import require_writable

    if record and project.folder.resolve() == bundled().resolve():
        raise DataError(
            "--record writes into the project, and the bundled one is not changed. "
            "Choose another with --project."
        )
    if record:
        require_writable(project.folder, folder=True)


def _write_record(
    project: "Project",
    scores: "pd.DataFrame",
    about: dict[str, str],
    seed: int,
    language: str,
) -> None:
    from cszt_models.hindcast.record import record_of, write_record
    from cszt_models.present.texts.commands import line

    for path in write_record(project.folder, record_of(scores, about, seed=seed)):
        print(line("wrote", language, path=path), file=sys.stderr)


def _years(text: str) -> tuple[int, ...]:
    """Years written as a list, with ranges: ``2008,2010-2012``."""
    years: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            raise DataError(
                f"--origins {text!r} is not a list of years. Write 2008,2010 or "
                "2008-2018."
            )
        years += range(int(first), int(last or first) + 1)
    return tuple(sorted(set(years)))


@command(
    without=("project_dir", "as_of", "plan", "scenario", "draws", "engine", "no_store"),
)
def score(
    request: Request,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV of forecasts.")],
) -> None:
    """Score probabilities, quantiles or draws of a file against their outcomes."""
    from cszt_models.evaluation.files import read_forecasts
    from cszt_models.results.evaluation import EvaluationResults

    request.print(EvaluationResults(read_forecasts(file), request.seed))
