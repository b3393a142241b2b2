"""Options of the commands, the project and fits they ask for, and printing."""

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

    from cszt_models.models.fits import Fits
    from cszt_models.project.plan import Target
    from cszt_models.project.project import Project
    from cszt_models.scenarios.levers import Lever
    from cszt_models.scenarios.scenario import Scenario
    from cszt_models.storage.store import Store
    from cszt_models.targets.attainment import Assessment
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
    bool,
    typer.Option("--no-store", help="Fit afresh: no stored fit is used or written."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
TargetIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TARGET]...", help="Ids of targets; default: headline."),
]
ScenarioName = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="From scenarios.yaml.")
]


@dataclass(frozen=True)
class Request:
    """A project and the as-of date, scenario, seed and draws that a command is given.

    Files are read when they are first needed. ``as_of`` is text as it was typed, None
    for the date of the data.
    """

    folder: Path | None
    as_of: str | None = None
    scenario_name: str = "baseline"
    seed: int = SEED
    draws: int = DRAWS
    no_store: bool = False

    @cached_property
    def project(self) -> "Project":
        """The project in the folder."""
        from cszt_models.project.project import load_project

        return load_project(self.folder)

    @cached_property
    def day(self) -> "date":
        """The as-of date."""
        return self.date_of(self.as_of)

    @cached_property
    def days(self) -> "list[date]":
        """The project's as-of dates up to that of the request, oldest first."""
        from cszt_models.project.dates import dates_until

        return dates_until(self.project, self.day)

    @cached_property
    def observations(self) -> "pd.DataFrame":
        """All observations of the project."""
        from cszt_models.project.observations import read_observations

        return read_observations(self.project)

    @cached_property
    def targets(self) -> "dict[str, Target]":
        """The plan's targets by id."""
        from cszt_models.project.plan import read_targets

        return read_targets(self.project)

    @cached_property
    def levers(self) -> "dict[str, Lever]":
        """The project's levers by id."""
        from cszt_models.scenarios.levers import read_levers

        return read_levers(self.project)

    @cached_property
    def scenarios(self) -> "dict[str, Scenario]":
        """The project's scenarios by name."""
        from cszt_models.scenarios.read_scenarios import read_scenarios

        return read_scenarios(self.project, self.levers)

    @cached_property
    def scenario(self) -> "Scenario":
        """The scenario of the request."""
        return self.scenario_named(self.scenario_name)

    @cached_property
    def store(self) -> "Store | None":
        """The user's store of fits, or none."""
        return store_of(self.no_store)

    def date_of(self, text: str | None) -> "date":
        """The as-of date written as text."""
        from cszt_models.project.dates import as_of_date

        return as_of_date(self.project, text)

    def scenario_named(self, name: str) -> "Scenario":
        """The project's scenario with a name."""
        from cszt_models.scenarios.scenario import scenario_named

        return scenario_named(self.scenarios, name)

    def target_ids(self, ids: list[str] | None) -> list[str]:
        """Ids of the targets named, each once; of the headline ones if none is."""
        from cszt_models.project.plan import target_named

        names = ids or [t.id for t in self.targets.values() if t.headline]
        return list(dict.fromkeys(target_named(self.targets, n).id for n in names))

    def fits(self, day: "date | None" = None, **options: Any) -> "Fits":
        """Fits on an as-of date, that of the request if none is given.

        ``options`` are further arguments of `fit_blocks`.
        """
        from cszt_models.models.fits import fit_blocks

        return fit_blocks(
            self.observations,
            self.project,
            as_of=day or self.day,
            seed=self.seed,
            draws=self.draws,
            store=self.store,
            **options,
        )

    def chapter(self, day: "date", joint: list[str] | None = None) -> "Chapter":
        """Fits, projection and assessment on an as-of date."""
        from cszt_models.targets.history import chapter

        with working(f"fitting to what was known at {day}"):
            return chapter(
                self.observations,
                self.project,
                self.targets,
                self.scenario,
                as_of=day,
                seed=self.seed,
                draws=self.draws,
                joint=joint or [],
                store=self.store,
            )


def store_of(no_store: bool) -> "Store | None":
    """The user's store of fits, or none."""
    from cszt_models.storage.store import Store

    return None if no_store else Store()


def titled(text: str, assessment: "Assessment") -> str:
    """A table's title with the date, scenario and seed of an assessment."""
    scenario = f"scenario {assessment.scenario.name} ({assessment.scenario.hash})"
    return f"{text} as known at {assessment.as_of}, {scenario}, seed {assessment.seed}"


def print_json(record: Any) -> None:
    """Print a record of plain values as JSON, which has no NaN or infinity."""
    print(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))


def show(frame: "pd.DataFrame", title: str, right: tuple[str, ...] = ()) -> None:
    """Print a frame as a table, 160 characters wide when piped.

    Parameters
    ----------
    frame
        Text and numbers as they are to be printed.
    title
        Above the table.
    right
        Columns aligned to the right.
    """
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
    """A spinner on stderr; silent when stderr is not a terminal."""
    from rich.console import Console

    return Console(stderr=True).status(text)
