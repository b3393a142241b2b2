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
    Question,
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
    """When targets are reached: at, by and kept from each year, or not by the end."""
    from cszt_models.present.sentences import (
        base as sentences,
    )
    from cszt_models.present.sentences import (
        targets as target_sentences,
    )
    from cszt_models.present.tables import targets as target_tables
    from cszt_models.targets.attainment import groups_of
    from cszt_models.targets.timing import timing

    asked = Question(project, as_of, scenario, seed, draws, no_store)
    chosen = asked.named(target)
    if value is not None and len(chosen) != 1:
        raise DataError(
            f"--value {value:g} is given for {len(chosen)} targets. Name one target."
        )
    told = asked.chapter(asked.day, chosen)
    found = []
    for name in chosen:
        goal = asked.targets[name]
        goal = goal if value is None else replace(goal, value=value)
        groups = groups_of(told.fits, [goal])
        found.append(timing(told.projection, goal, groups=groups))
    if as_json:
        head = target_tables.head(told.assessment, asked.project)
        records = [target_tables.timing_record(one) for one in found]
        print_json(head | {"targets": records})
        return
    for one in found:
        table = target_tables.open_years(one)
        shown = table[["year"]].assign(
            **{
                "at": table["at"].map(sentences.percent),
                "by": table["by"].map(sentences.percent),
                "kept from": table["sustained"].map(sentences.percent),
                "± (MC)": [f"{100 * error:.1f}" for error in table["mcse_by"]],
            }
        )
        asks = f"{sentences.name(one.target, 'en')}: {sentences.goal(one.target, 'en')}"
        show(shown, titled(asks, told), ("at", "by", "kept from", "± (MC)"))
        print(target_sentences.when(one) + "\n")
