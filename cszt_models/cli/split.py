"""``cszt split``: what the gap between a target and its outcome is made of."""

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

EPILOG = (
    "Examples: `cszt split gdp_2025` · `cszt split gdp_2025 --against 2021-06-30` · "
    "`cszt split urbanization_2025 --json`"
)
PLAN = "plan"


def split(
    target: TargetIds = None,
    project: ProjectDir = None,
    as_of: AsOf = None,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="plan|DATE",
            help="The plan's own path, or what was expected on an as-of date.",
        ),
    ] = PLAN,
    scenario: ScenarioName = "baseline",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Split gaps into real growth, prices and revision, or other parts, by region."""
    from cszt_models import shortfall, target_sentences, target_tables
    from cszt_models.outlook import outlook
    from cszt_models.story import as_of_date

    asked = Question(project, as_of, scenario, seed, draws, no_store)
    chosen = asked.named(target)
    then, earlier = None, ""
    if against != PLAN:
        day = as_of_date(asked.project, against)
        then, earlier = asked.chapter(day), day.isoformat()
    told = asked.chapter(asked.day, chosen)
    sides = [
        None if one is None else shortfall.Projected(outlook(one.fits), one.projection)
        for one in (told, then)
    ]
    now, before = sides
    assert now is not None
    found = [
        shortfall.split(now, told.assessment.of(name), asked.targets, against=before)
        for name in chosen
    ]
    if as_json:
        head = target_tables.head(told.assessment, asked.project)
        records = [target_tables.split_record(s, earlier or PLAN) for s in found]
        print_json(head | {"targets": records})
        return
    for one in found:
        table = target_tables.split_table(one)
        labels = [target_sentences.component(str(key)) for key in table.index]
        columns = [
            asked.project.places[key].en if key in asked.project.places else str(key)
            for key in table.columns
        ]
        unit = target_sentences.unit_of(one.target, "en")
        digits = "{:+,.2f}" if unit == "points" else "{:+,.1f}"
        shown = table.map(lambda x, form=digits: form.format(x))
        shown = shown.replace(["-0.0", "-0.00"], ["+0.0", "+0.00"])
        shown = shown.set_axis(columns, axis=1)
        shown.insert(0, "component", labels)
        title = f"{one.target.label.en}, {unit}, against {earlier or 'the plan'},"
        show(shown, titled(title, told), tuple(columns))
        print(target_sentences.gap(one, asked.project, against=earlier) + "\n")
