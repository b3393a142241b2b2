"""What commands share: common options, the analysis they ask for, and how they print.

`command` adds the options that most commands have to a function and hands them over as
one `Request`, so that a command names only what is its own.
"""

import inspect
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cszt_models.cli import answers
from cszt_models.cli.answers import as_csv, as_json

if TYPE_CHECKING:
    import pandas as pd

    from cszt_models.analysis.analysis import Analysis
    from cszt_models.analysis.history import History
    from cszt_models.inference.joint_fit import Step
    from cszt_models.project.project import Project
    from cszt_models.results.base import Results

SEED = 1
DRAWS = 4000
PIPED_WIDTH = 160  # characters of a line where stdout is no terminal


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
PlanId = Annotated[
    str | None,
    typer.Option(
        "--plan",
        metavar="ID",
        help="Ask about this plan of project.yaml; default: the one in force.",
    ),
]
ScenarioName = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="From scenarios.yaml.")
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, help="Seed of all draws.")
]
Draws = Annotated[
    int, typer.Option("--draws", metavar="N", min=100, max=100_000, help="Draws.")
]
Engine = Annotated[
    str,
    typer.Option("--engine", metavar="marginal|smc|nuts", help="How scales are drawn."),
]
NoStore = Annotated[
    bool,
    typer.Option(
        "--no-store", metavar="", help="Fit afresh: no stored fit is used or written."
    ),
]
Lang = Annotated[
    str,
    typer.Option("--lang", metavar="en|zh", help="Language of tables and sentences."),
]
Json = Annotated[
    bool, typer.Option("--json", metavar="", help="Print JSON instead of tables.")
]
Csv = Annotated[
    bool,
    typer.Option("--csv", metavar="", help="Print numbers as CSV instead of tables."),
]
TargetIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TARGET]...", help="Ids of targets; default: headline."),
]
TargetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target", metavar="ID", help="Ask these jointly; default: headline."
    ),
]


@dataclass(frozen=True)
class Request:
    """Options that commands share; files are read when they are first needed.

    ``as_of`` is text as it was typed, None for the date of the data.
    """

    project_dir: ProjectDir = None
    as_of: AsOf = None
    plan: PlanId = None
    scenario: ScenarioName = "baseline"
    seed: Seed = SEED
    draws: Draws = DRAWS
    engine: Engine = "marginal"
    no_store: NoStore = False
    lang: Lang = "en"
    as_json: Json = False
    as_csv: Csv = False

    @cached_property
    def project(self) -> "Project":
        """The project in the folder, about the plan that was asked for."""
        from cszt_models.project.project import load_project

        project = load_project(self.project_dir)
        return project if self.plan is None else project.select(self.plan)

    def project_about(self, targets: list[str] | None) -> "Project":
        """The project about the plan of the named targets, if they are of one plan.

        Raises
        ------
        DataError
            If a target is unknown.
        """
        from cszt_models.project.dates import as_of_date
        from cszt_models.project.plan import read_every_target, target_named

        project = self.project
        every = read_every_target(project) if targets else {}
        plans = {target_named(every, name).plan for name in targets or ()}
        if self.plan is None and len(plans) == 1:
            return project.select(plans.pop())
        return project.on(as_of_date(project, self.as_of))

    def check(self) -> None:
        """Refuse a language, folder or date that is not valid, before data are read.

        Raises
        ------
        DataError
            With the value and what to write instead.
        """
        from cszt_models.present.texts import require_language

        require_language(self.lang)
        if self.as_of is not None:
            from cszt_models.project.dates import as_of_date

            as_of_date(self.project, self.as_of)
        elif self.project_dir is not None:
            self.project  # noqa: B018  its folder is read and checked

    def require_names(self, targets: list[str] | None) -> None:
        """Refuse unknown targets and scenarios, before anything is fitted.

        Raises
        ------
        DataError, ScenarioError
            With the nearest name.
        """
        from cszt_models.analysis.library import library
        from cszt_models.present.texts import require_language
        from cszt_models.project.dates import as_of_date
        from cszt_models.project.plan import read_every_target, target_named
        from cszt_models.scenarios.scenario import BASELINE, scenario_named

        require_language(self.lang)
        as_of_date(self.project, self.as_of)
        plan = read_every_target(self.project) if targets else {}
        for name in targets or ():
            target_named(plan, name)
        if self.scenario != BASELINE:
            scenario_named(library(self.project).scenarios, self.scenario)

    def analysis(
        self,
        targets: list[str] | None = None,
        *,
        on_step: "Callable[[Step], None]" = lambda _: None,
    ) -> "Analysis":
        """The project fitted to what was known on the date.

        Parameters
        ----------
        targets
            Ids that will be asked about; unknown ones are refused before the fit.
        on_step
            Called after each part of the fit.
        """
        from cszt_models.analysis.build import analyse
        from cszt_models.models.panels import builders
        from cszt_models.progress import bar

        self.require_names(targets)
        project = self.project_about(targets)
        count = len(builders(project)) + 1  # blocks, and their joint draws
        day = self.as_of or "today"
        with bar(f"fitting to what was known on {day}", count) as b:

            def step(done: "Step") -> None:
                b.step(done)
                on_step(done)

            return analyse(
                project,
                self.as_of,
                seed=self.seed,
                draws=self.draws,
                engine=self.engine,
                cache=not self.no_store,
                on_step=step,
            )

    def history(
        self,
        targets: list[str] | None = None,
        *,
        since: str | None = None,
        ended: bool = False,
    ) -> "History":
        """Analyses of every as-of date up to that of the request.

        Parameters
        ----------
        targets
            Ids that will be asked about; unknown ones are refused before the fit.
        since
            First date, as text; the project's first if not given.
        ended
            Whether to ask about the last plan that is over, if no plan is named.
        """
        from cszt_models.analysis.history import history
        from cszt_models.progress import bar
        from cszt_models.project.dates import as_of_date, dates_until

        self.require_names(targets)
        project = self.project_about(targets)
        project = project.ended if ended else project
        days = dates_until(project, as_of_date(project, self.as_of))
        if since is not None:
            first = as_of_date(project, since)
            days = [first, *(day for day in days if day > first)]
        with bar("as-of dates", len(days)) as b:
            return history(
                project,
                days,
                plan=project.plan.id if ended else self.plan,
                seed=self.seed,
                draws=self.draws,
                cache=not self.no_store,
                on_date=b.step,
            )

    def print(self, results: "Results") -> None:
        """Print results as tables and sentences, or as JSON or CSV if so asked."""
        from cszt_models.present.texts import require_language

        require_language(self.lang)
        text = self.text(results)
        self.printed.append((results, text))
        print(text, end="")

    @cached_property
    def printed(self) -> "list[tuple[Results, str]]":
        """Results that were printed, with their texts."""
        return []

    def text(self, results: "Results") -> str:
        """Results in the form that was asked for."""
        if self.as_json:
            return as_json(results.to_dict())
        if self.as_csv:
            return as_csv(results.to_frame())
        return results.summary(self.lang).text(line_width()) + "\n"

    def question(self, command: str, options: Mapping[str, Any]) -> list[object]:
        """What determines an answer besides the project: numbers have no width."""
        shared = {option.name: getattr(self, option.name) for option in fields(self)}
        width = None if self.as_json or self.as_csv else line_width()
        return [command, shared, options, width]

    def other_forms(self, text: str) -> "Iterator[tuple[Request, str]]":
        """The same request in other forms, if its text is all that was printed."""
        from cszt_models.errors import DataError
        from cszt_models.present.texts.pages import LANGUAGES

        if [printed for _, printed in self.printed] != [text]:
            return
        table = replace(self, as_json=False, as_csv=False)
        forms = [replace(table, lang=language) for language in LANGUAGES]
        forms += [replace(table, as_json=True), replace(table, as_csv=True)]
        for form in forms:
            if form != self:
                with suppress(DataError):  # some results have no table of numbers
                    yield form, form.text(self.printed[0][0])


def command(
    *, without: tuple[str, ...] = (), repeatable: bool = False
) -> Callable[..., Any]:
    """Decorator: a function of a `Request` and its own options becomes a command.

    Parameters
    ----------
    without
        Fields of `Request` that the command has no option for.
    repeatable
        Whether the command only prints what its options and the project determine, so
        that it may print an answer again; a file that is named is written anew.
    """
    shared = [option for option in fields(Request) if option.name not in without]

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        options = list(inspect.signature(function).parameters.values())[1:]
        common = [
            inspect.Parameter(
                option.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default,
                annotation=option.type,
            )
            for option in shared
        ]
        options = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in options]

        @wraps(function)
        def run(**given: Any) -> None:
            values = {option.name: given.pop(option.name) for option in shared}
            request = Request(**values)
            request.check()
            answer = partial(function, request, **given)
            written = any(isinstance(value, Path) for value in given.values())
            if repeatable and not (request.no_store or written):
                name = function.__name__

                def others(text: str) -> Iterator[tuple[list[object], str]]:
                    for form, printed in request.other_forms(text):
                        yield form.question(name, given), printed

                question = request.question(name, given)
                answers.print_answer(answer, question, request.project_dir, others)
            else:
                answer()

        parameters = [*options, *common]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        del run.__wrapped__
        return run

    return decorate


def line_width() -> int:
    """Characters of a line: those of the terminal, more where stdout is piped."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH


def say(text: str) -> None:
    """Print text in lines that end between words."""
    from cszt_models.present.tables.fit_width import wrapped

    print(wrapped(text, line_width()))


def print_json(record: Any) -> None:
    """Print a record of plain values as JSON, which has no NaN or infinity."""
    print(as_json(record), end="")


def print_csv(frame: "pd.DataFrame") -> None:
    """Print a frame as CSV; an index with a name is a column."""
    print(as_csv(frame), end="")


def show(frame: "pd.DataFrame", title: str, right: tuple[str, ...] = ()) -> None:
    """Print a frame of text and numbers as a table.

    Parameters
    ----------
    frame
        As it is to be printed.
    title
        Above the table.
    right
        Columns aligned to the right.
    """
    from cszt_models.present.tables.table import Table

    print(Table(title, frame.astype(str), right).text(line_width()) + "\n")
