"""``cszt split``: the gap between a target and its outcome, by component."""

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
    Request,
    ScenarioName,
    Seed,
    TargetIds,
    print_json,
    show,
    titled,
)

if TYPE_CHECKING:
    from cszt_models.attribution.shortfall import Split
    from cszt_models.targets.attainment import Assessment

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
    from cszt_models.projection.outlook import build_outlook

    request = Request(project, as_of, scenario, seed, draws, no_store)
    chosen = request.target_ids(target)
    then, earlier = None, ""
    if against != PLAN:
        day = request.date_of(against)
        then, earlier = request.chapter(day), day.isoformat()
    chapter = request.chapter(request.day, chosen)
    sides = [
        None
        if side is None
        else shortfall.Projected(build_outlook(side.fits), side.projection)
        for side in (chapter, then)
    ]
    now, before = sides
    assert now is not None
    gaps = [
        shortfall.split(
            now, chapter.assessment.of(name), request.targets, against=before
        )
        for name in chosen
    ]
    if as_json:
        head = target_tables.head(chapter.assessment, request.project)
        records = [target_tables.split_record(gap, earlier or PLAN) for gap in gaps]
        print_json(head | {"targets": records})
        return
    for gap in gaps:
        _print(gap, request, chapter.assessment, earlier)


def _print(
    gap: "Split", request: Request, assessment: "Assessment", earlier: str
) -> None:
    from cszt_models.present.sentences import targets as target_sentences
    from cszt_models.present.tables import targets as target_tables

    table, places = target_tables.split_table(gap), request.project.places
    names = [places[key].en if key in places else str(key) for key in table.columns]
    unit = target_sentences.unit_of(gap.target, "en")
    digits = "{:+,.2f}" if unit == "points" else "{:+,.1f}"
    rows = table.map(lambda x: digits.format(x))
    rows = rows.replace(["-0.0", "-0.00"], ["+0.0", "+0.00"]).set_axis(names, axis=1)
    labels = [target_sentences.component(str(key)) for key in table.index]
    rows.insert(0, "component", labels)
    spread = [gap.spread.get(str(key)) for key in table.index]
    rows["± (sd)"] = ["" if x is None else digits.format(x)[1:] for x in spread]
    title = f"{gap.target.label.en}, {unit}, against {earlier or 'the plan'},"
    show(rows, titled(title, assessment), (*names, "± (sd)"))
    print(target_sentences.gap(gap, request.project, against=earlier) + "\n")
