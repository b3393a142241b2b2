"""``cszt split``: what the gap between a target and its outcome is made of."""

from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from cszt_models.attribution.shortfall import Split
    from cszt_models.targets.history import Chapter

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
    from cszt_models.attribution import shortfall
    from cszt_models.present.tables import targets as target_tables
    from cszt_models.project.dates import as_of_date
    from cszt_models.projection.outlook import build_outlook

    asked = Question(project, as_of, scenario, seed, draws, no_store)
    chosen = asked.named(target)
    then, earlier = None, ""
    if against != PLAN:
        day = as_of_date(asked.project, against)
        then, earlier = asked.chapter(day), day.isoformat()
    told = asked.chapter(asked.day, chosen)
    sides = [
        None
        if one is None
        else shortfall.Projected(build_outlook(one.fits), one.projection)
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
        _print(one, asked, told, earlier)


def _print(one: "Split", asked: Question, told: "Chapter", earlier: str) -> None:
    from cszt_models.present.sentences import targets as target_sentences
    from cszt_models.present.tables import targets as target_tables

    table, places = target_tables.split_table(one), asked.project.places
    names = [places[key].en if key in places else str(key) for key in table.columns]
    unit = target_sentences.unit_of(one.target, "en")
    digits = "{:+,.2f}" if unit == "points" else "{:+,.1f}"
    shown = table.map(lambda x: digits.format(x))
    shown = shown.replace(["-0.0", "-0.00"], ["+0.0", "+0.00"]).set_axis(names, axis=1)
    labels = [target_sentences.component(str(key)) for key in table.index]
    shown.insert(0, "component", labels)
    spread = [one.spread.get(str(key)) for key in table.index]
    shown["± (sd)"] = ["" if x is None else digits.format(x)[1:] for x in spread]
    title = f"{one.target.label.en}, {unit}, against {earlier or 'the plan'},"
    show(shown, titled(title, told), (*names, "± (sd)"))
    print(target_sentences.gap(one, asked.project, against=earlier) + "\n")
