"""What the commands share: options, opening a project, and how tables are printed."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from cszt_models.project import Project
    from cszt_models.scenarios import Scenario
    from cszt_models.store import Store

SEED = 1
DRAWS = 4000

ProjectDir = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Project folder; default: CZT."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Use only what was released by this date (YYYY-MM-DD); default: all.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all draws.")]
Draws = Annotated[int, typer.Option("--draws", min=100, max=100_000, help="Draws.")]
Engine = Annotated[
    str, typer.Option("--engine", metavar="marginal|nuts", help="How scales are drawn.")
]
NoStore = Annotated[
    bool, typer.Option("--no-store", help="Fit afresh: no stored fit is used or kept.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
ScenarioName = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="From scenarios.yaml.")
]


def open_project(folder: Path | None, as_of: str | None) -> "tuple[Project, date]":
    """The project in a folder, and the as-of date written as text."""
    from cszt_models.project import load_project
    from cszt_models.story import as_of_date

    project = load_project(folder)
    return project, as_of_date(project, as_of)


def scenario_of(project: "Project", name: str) -> "Scenario":
    """The project's scenario with a name."""
    from cszt_models.levers import read_levers
    from cszt_models.scenario_files import read_scenarios
    from cszt_models.scenarios import scenario_named

    return scenario_named(read_scenarios(project, read_levers(project)), name)


def store_of(no_store: bool) -> "Store | None":
    """The user's store of fits, or none."""
    from cszt_models.store import Store

    return None if no_store else Store()


def print_json(record: Any) -> None:
    """Print a record of plain values; a number that is none is a defect."""
    print(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))


def show(frame: "pd.DataFrame", title: str, right: tuple[str, ...] = ()) -> None:
    """Print a frame of text and numbers as a table; full width when piped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for column in frame.columns:
        justify: Any = "right" if column in right else "left"
        table.add_column(str(column), justify=justify, overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table)


def working(text: str) -> Any:
    """A spinner on stderr while work goes on; silent when stderr is not a terminal."""
    from rich.console import Console

    return Console(stderr=True).status(text)
