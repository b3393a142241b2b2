"""What the commands share: options, opening a project, and how tables are printed."""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from cszt_models.project.plan import Target
    from cszt_models.project.project import Project
    from cszt_models.scenarios.scenario import Scenario
    from cszt_models.storage.store import Store
    from cszt_models.targets.history import Chapter

SEED = 1
DRAWS = 4000

ProjectDir = Annotated[
    Path | None,
    typer.Option(
        "--project", metavar="DIR", help="Project folder; default: the bundled one."
    ),
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
TargetIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TARGET]...", help="Ids of targets; default: headline."),
]
ScenarioName = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="From scenarios.yaml.")
]


def open_project(folder: Path | None, as_of: str | None) -> "tuple[Project, date]":
    """The project in a folder, and the as-of date written as text."""
    from cszt_models.project.dates import as_of_date
    from cszt_models.project.project import load_project

    project = load_project(folder)
    return project, as_of_date(project, as_of)


def scenario_of(project: "Project", name: str) -> "Scenario":
    """The project's scenario with a name."""
    from cszt_models.scenarios.levers import read_levers
    from cszt_models.scenarios.read_scenarios import read_scenarios
    from cszt_models.scenarios.scenario import scenario_named

    return scenario_named(read_scenarios(project, read_levers(project)), name)


def store_of(no_store: bool) -> "Store | None":
    """The user's store of fits, or none."""
    from cszt_models.storage.store import Store

    return None if no_store else Store()


@dataclass(frozen=True)
class Question:
    """What commands about targets are asked: of which project, when, with which draws.

    ``as_of`` is the date as it was written, None for that of the data.
    """

    folder: Path | None
    as_of: str | None
    scenario: str
    seed: int
    draws: int
    no_store: bool

    @cached_property
    def project(self) -> "Project":
        """The project."""
        return open_project(self.folder, self.as_of)[0]

    @cached_property
    def day(self) -> "date":
        """The as-of date."""
        return open_project(self.folder, self.as_of)[1]

    @cached_property
    def targets(self) -> "dict[str, Target]":
        """The plan's targets by id."""
        from cszt_models.project.plan import read_targets

        return read_targets(self.project)

    def named(self, ids: list[str] | None) -> list[str]:
        """The targets with these ids; the headline ones if there are none."""
        from cszt_models.project.plan import target_named

        asked = ids or [t.id for t in self.targets.values() if t.headline]
        return list(dict.fromkeys(target_named(self.targets, one).id for one in asked))

    def chapter(self, day: "date", joint: list[str] | None = None) -> "Chapter":
        """Fits, projection and assessment of one as-of date."""
        from cszt_models.project.observations import read_observations
        from cszt_models.targets.history import chapter

        with working(f"fitting to what was known at {day}"):
            return chapter(
                read_observations(self.project),
                self.project,
                self.targets,
                scenario_of(self.project, self.scenario),
                as_of=day,
                seed=self.seed,
                draws=self.draws,
                joint=joint or [],
                store=store_of(self.no_store),
            )


def titled(text: str, told: "Chapter") -> str:
    """A table's title with the date, scenario and seed that it is of."""
    one = told.assessment
    scenario = f"scenario {one.scenario.name} ({one.scenario.hash})"
    return f"{text} as known at {one.as_of}, {scenario}, seed {one.seed}"


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
