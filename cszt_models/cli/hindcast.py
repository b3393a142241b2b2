"""``cszt hindcast``: scores of forecasts from past origins."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cszt_models.cli.options import (
    SEED,
    Json,
    NoStore,
    ProjectDir,
    Request,
    Seed,
    print_json,
    show,
)
from cszt_models.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from cszt_models.project.project import Project

EPILOG = (
    "Examples: `cszt hindcast --origins 2015,2018` · `cszt hindcast "
    "--panel cities.csv --origins 2008-2018 --group province --json`"
)
FOLDER = "hindcasts"


def hindcast(
    project: ProjectDir = None,
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
        int, typer.Option("--horizon", min=1, max=30, help="Years ahead.")
    ] = 5,
    group: Annotated[
        str | None,
        typer.Option("--group", metavar="COLUMN", help="Regions fitted together."),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option("--method", metavar="NAME", help="Only these; uc is one more."),
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
        int, typer.Option("--jobs", min=-1, help="Processes; -1 is one a core.")
    ] = -1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Of dask.distributed; must be trusted.",
        ),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=200, max=20_000)] = 1000,
    seed: Seed = SEED,
    no_store: NoStore = False,
    record: Annotated[
        bool, typer.Option("--record", help="Store the scores for the reports.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Forecast from past origins, by the panel and by simple methods, and score both.

    Each case (a method at an origin for a group) is stored, so that an interrupted run
    goes on where it stopped.
    """
    from cszt_models.hindcast import summary as tables
    from cszt_models.hindcast.cases import HindcastDesign, panel_cases, project_cases
    from cszt_models.hindcast.evaluate import run
    from cszt_models.hindcast.forecast import METHODS
    from cszt_models.hindcast.panel_file import read_panel
    from cszt_models.hindcast.variables import variable_named
    from cszt_models.progress import bar
    from cszt_models.storage.store import cache_folder

    quantity = variable_named(indicator)
    design = HindcastDesign(
        _years(origins), horizon, seed, tuple(method or METHODS), draws
    )
    request = Request(project)
    opened = request.project
    _check_record(opened, record)
    if panel is None:
        if group:
            raise DataError("--group needs --panel: a project is one group. Drop it.")
        cases = project_cases(request.observations, opened, quantity, design)
    else:
        read = read_panel(panel, group=group)
        _print_left_out(read.left_out)
        cases = panel_cases(read, opened, quantity, design)
    folder = None if no_store else out or cache_folder() / FOLDER
    with bar("forecasting", len(cases)) as progress:
        scores = run(
            cases, folder=folder, jobs=jobs, scheduler=scheduler, on_case=progress.at
        )
    _print_failures(tables.failures(scores))
    if record:
        of = panel.name if panel else "project"
        about = {"indicator": indicator, "panel": of, "origins": origins}
        _write_record(opened, scores, about | {"horizon": str(horizon)}, seed)
    horizons, whole = tables.by_horizon(scores), tables.overall(scores)
    if as_json:
        print_json(
            {"by_horizon": _records(horizons, BY_HORIZON)}
            | {"overall": _records(whole, OVERALL)}
        )
        return
    _print(quantity.id, horizons, whole, scores, seed)


def _check_record(project: "Project", record: bool) -> None:
    from cszt_models.project.project import bundled

    if record and project.folder.resolve() == bundled().resolve():
        raise DataError(
            "--record writes into the project, and the bundled one is not changed. "
            "Choose another with --project."
        )


def _write_record(
    project: "Project", scores: "pd.DataFrame", about: dict[str, str], seed: int
) -> None:
    from cszt_models.hindcast.record import record_of, write_record

    for path in write_record(project.folder, record_of(scores, about, seed=seed)):
        print(f"wrote {path}", file=sys.stderr)


BY_HORIZON = ("method", "horizon", "n", "crps", "coverage80", "coverage95")
OVERALL = ("method", "n", "crps", "crps_mean_growth", "coverage80", "coverage95")


def _records(table: "pd.DataFrame", columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Plain records with the columns of the contract; None where there is no number."""
    rows = table[list(columns)].astype(object)
    return rows.where(table[list(columns)].notna(), None).to_dict("records")


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


def _print_left_out(counts: Any) -> None:
    for flag, count in counts.items():
        print(f"left out {count} rows flagged {flag}", file=sys.stderr)


def _print_failures(failures: Any) -> None:
    for case in failures.itertuples():
        print(
            f"{case.group}, origin {case.origin}, is left out for every method: "
            f"{case.reason}",
            file=sys.stderr,
        )


def _print(
    name: str,
    horizons: "pd.DataFrame",
    whole: "pd.DataFrame",
    scores: "pd.DataFrame",
    seed: int,
) -> None:
    from cszt_models.hindcast import summary as tables
    from cszt_models.hindcast.evaluate import YEAR
    from cszt_models.hindcast.target_replay import reliability, verification

    origins = scores.loc[scores["kind"] == YEAR, "origin"].nunique()
    title = f"{name}: scores over {origins} origins (lower is better)"
    wide = horizons.pivot_table(
        index="method", columns="horizon", values="crps", sort=False
    )
    wide.columns = [f"crps +{h}" for h in wide.columns]
    both = whole.merge(wide.reset_index(), on="method")
    columns = [
        "method",
        "n",
        "crps",
        "crps_mean_growth",
        "coverage80",
        "coverage95",
        *wide.columns,
    ]
    rows = both[columns].astype(object)
    for column in columns[2:]:
        form = "{:.0%}" if column.startswith("coverage") else "{:.3f}"
        rows[column] = [form.format(value) for value in both[column]]
    show(rows, title, tuple(columns[1:]))
    if len(whole) > 1:
        gain = tables.gains(scores, seed=seed)
        first = whole["method"].iloc[0]
        gain["ratio"] = gain["ratio"].map("{:.3f}".format)
        for column in ("difference", "low", "high"):
            gain[column] = gain[column].map("{:+.3f}".format)
        show(
            gain,
            f"CRPS of {first}: ratio and difference, 90 % over whole origins",
            tuple(gain.columns[1:]),
        )
    goals = tables.replayed(scores)
    if len(goals):
        table = verification(goals)
        for column in table.columns[2:]:
            table[column] = table[column].map("{:.3f}".format)
        show(table, "Targets of past plans replayed", tuple(table.columns[1:]))
        bins = reliability(goals[goals["method"] == whole["method"].iloc[0]])
        for column in ("low", "high", "probability", "frequency", "gap"):
            bins[column] = bins[column].map("{:.2f}".format)
        show(bins, "Reliability of attainment probabilities", tuple(bins.columns[1:]))
