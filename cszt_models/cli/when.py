"""``cszt when``: the year in which a target's value is reached."""

from dataclasses import replace
from typing import Annotated

import typer

from cszt_models.cli.options import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    Json,
    NoStore,
    ProjectDir,
    Request,
    ScenarioName,
    Seed,
    TargetIds,
    print_json,
    show,
    titled,
)
from cszt_models.errors import DataError

EPILOG = (
    "Examples: `cszt when` · `cszt when gdp_2025 --as-of 2021-06-30` · "
    "`cszt when gdp_2025 --value 30000`"
)


def when(
    target: TargetIds = None,
    project: ProjectDir = None,
    as_of: AsOf = None,
    scenario: ScenarioName = "baseline",
    value: Annotated[
        float | None,
        typer.Option("--value", metavar="X", help="Ask of this value instead."),
    ] = None,
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """When targets are reached: in, by and from each year on, or not by the end."""
    from cszt_models.present.sentences import (
        base as sentences,
    )
    from cszt_models.present.sentences import (
        targets as target_sentences,
    )
    from cszt_models.present.tables import targets as target_tables
    from cszt_models.targets.attainment import groups_of
    from cszt_models.targets.timing import timing

    request = Request(project, as_of, scenario, seed, draws, no_store)
    chosen = request.target_ids(target)
    if value is not None and len(chosen) != 1:
        raise DataError(
            f"--value {value:g} is given for {len(chosen)} targets. Name one target."
        )
    chapter = request.chapter(request.day, chosen)
    timings = []
    for name in chosen:
        goal = request.targets[name]
        goal = goal if value is None else replace(goal, value=value)
        groups = groups_of(chapter.fits, [goal])
        timings.append(timing(chapter.projection, goal, groups=groups))
    if as_json:
        head = target_tables.head(chapter.assessment, request.project)
        records = [target_tables.timing_record(result) for result in timings]
        print_json(head | {"targets": records})
        return
    for result in timings:
        table = target_tables.open_years(result)
        rows = table[["year"]].assign(
            **{
                "at": table["at"].map(sentences.percent),
                "by": table["by"].map(sentences.percent),
                "sustained from": table["sustained"].map(sentences.percent),
                "± (MC)": [f"{100 * error:.1f}" for error in table["mcse_by"]],
            }
        )
        goal = result.target
        title = f"{sentences.name(goal, 'en')}: {sentences.goal(goal, 'en')}"
        columns = ("at", "by", "sustained from", "± (MC)")
        show(rows, titled(title, chapter.assessment), columns)
        print(target_sentences.when(result) + "\n")
