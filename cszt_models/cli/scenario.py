"""``cszt scenario``: scenarios of a project, their settings and their effects."""

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cszt_models.cli.request import (
    Request,
    TargetOption,
    command,
    print_csv,
    print_json,
    say,
    show,
)
from cszt_models.cli.scenario_parts import with_part, with_setting
from cszt_models.errors import ScenarioError

if TYPE_CHECKING:
    from cszt_models.analysis.library import Library

app = typer.Typer(
    name="scenario",
    help="What if: scenarios of the project, what they set and what they change.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    epilog="Example: `cszt scenario compare deflation 'research push' "
    "--as-of 2021-06-30`",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="From scenarios.yaml.")]
LISTS = ("scenario", "seed", "draws", "engine", "no_store")
NO_FIT = (*LISTS, "as_csv")


def _library(request: Request) -> "Library":
    from cszt_models.analysis.library import library
    from cszt_models.present.texts import require_language

    require_language(request.lang)
    return library(request.project)


def _closed(request: Request) -> "dict[str, str]":
    """For each scenario why it does nothing on the date; empty where it acts."""
    from cszt_models.project.dates import as_of_date
    from cszt_models.project.observations import as_of as cut
    from cszt_models.project.observations import read_observations
    from cszt_models.scenarios.open_years import not_open

    project = request.project
    day = as_of_date(project, request.as_of)
    known = cut(read_observations(project), day)
    scenarios = _library(request).scenarios
    return {n: not_open(each, project, known) for n, each in scenarios.items()}


@app.command("list", epilog="Example: `cszt scenario list --lang zh`")
@command(without=LISTS, repeatable=True)
def list_(request: Request) -> None:
    """All scenarios of the project, with their parts, and why some do nothing now."""
    import pandas as pd

    from cszt_models.present.sentences import scenarios as words
    from cszt_models.present.texts import text
    from cszt_models.present.texts.errors import translated

    library, closed = _library(request), _closed(request)
    scenarios = [
        each
        for each in library.scenarios.values()
        if request.plan is None or each.serves(request.plan)
    ]
    if request.as_json:
        context = library.levers, request.project
        records = [words.scenario_record(each, *context) for each in scenarios]
        print_json(
            [{**each, "not_open": closed[each["name"]] or None} for each in records]
        )
        return
    keys = ("scenario", "hash", "what_it_is", "parts", "does_nothing")
    rows = [
        (
            scenario.name,
            scenario.hash,
            words.title(scenario, request.lang),
            ", ".join(part.name for part in scenario.parts),
            "".join(map(translated, re.split(r"(?<=\.) ", closed[scenario.name])))
            if request.lang == "zh"
            else closed[scenario.name],
        )
        for scenario in scenarios
    ]
    if request.as_csv:
        print_csv(pd.DataFrame(rows, columns=keys))
        return
    heads = [text(key, request.lang) for key in keys]
    title = {
        "en": f"{len(rows)} scenarios; `cszt scenario show NAME`",
        "zh": f"{len(rows)}个情景；详见 `cszt scenario show NAME`",
    }[request.lang]
    show(pd.DataFrame(rows, columns=heads), title)


@app.command("show", epilog="Example: `cszt scenario show 'hukou reform'`")
@command(without=NO_FIT, repeatable=True)
def show_(request: Request, name: Name) -> None:
    """What a scenario sets, why, and the sources of its sizes."""
    from cszt_models.present.sentences.scenarios import scenario_record
    from cszt_models.results.scenario_run import description
    from cszt_models.scenarios.scenario import scenario_named

    library = _library(request)
    scenario = scenario_named(library.scenarios, name)
    context = library.levers, request.project
    if request.as_json:
        print_json(scenario_record(scenario, *context))
        return
    say(description(scenario, *context, request.lang))


@app.command(
    epilog="Examples: `cszt scenario compare --as-of 2021-06-30` (all of them) · "
    "`cszt scenario compare 'plan path' deflation --as-of 2021-06-30 --json`"
)
@command(without=("scenario", "engine"), repeatable=True)
def compare(
    request: Request,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME...", help="Default: all scenarios."),
    ] = None,
    target: TargetOption = None,
) -> None:
    """Probabilities under several scenarios, side by side, from the same draws."""
    results = request.analysis(target).compare(names, target)
    for compared in results if names else ():
        if compared.reason:
            raise ScenarioError(
                f"scenario {compared.scenario.name!r}: {compared.reason}"
            )
    request.print(results)


@app.command(
    epilog="Examples: `cszt scenario run 'reform package' --as-of 2021-06-30` · "
    "`cszt scenario run baseline --set growth=0.5 --set price=-1:2024-2025 --as-of "
    "2021-06-30` · `cszt scenario run baseline --part '{conditions: [{indicator: "
    "gdp_nominal, region: czt, year: 2023, value: 21500}]}' --as-of 2021-06-30`"
)
@command(without=("scenario", "engine"), repeatable=True)
def run(
    request: Request,
    name: Name,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="LEVER=VALUE",
            help="Set a lever besides; `growth=0.5@REGION:2023-2025` for some "
            "regions and years.",
        ),
    ] = None,
    parts: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="YAML",
            help="Add a part, written as in scenarios.yaml.",
        ),
    ] = None,
    target: TargetOption = None,
) -> None:
    """What a scenario changes, in all and by each of its parts."""
    from cszt_models.scenarios.scenario import scenario_named

    library, project = _library(request), request.project
    scenario: Any = scenario_named(library.scenarios, name)
    for text in settings or []:
        scenario = with_setting(scenario, text, library.levers, project)
    for text in parts or []:
        known = library.scenarios
        scenario = with_part(scenario, text, library.levers, project, known)
    request.print(request.analysis(target).run(scenario, target))
