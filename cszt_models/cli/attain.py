"""``cszt attain``: probabilities that targets are met."""

from typing import Annotated, Any

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
    print_json,
    show,
)

EPILOG = (
    "Examples: `cszt attain --as-of 2021-06-30` · `cszt attain --over-time` · "
    "`cszt attain --target gdp_2025 --target urbanization_2025 --json`"
)


def attain(
    project: ProjectDir = None,
    as_of: AsOf = None,
    scenario: ScenarioName = "baseline",
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target", metavar="ID", help="Ask these jointly; default: headline."
        ),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Print every target of the plan.")
    ] = False,
    over_time: Annotated[
        bool, typer.Option("--over-time", help="Print every as-of date up to DATE.")
    ] = False,
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Probability that targets are met, one by one and together."""
    from cszt_models.present.tables.attainment import attain_record

    request = Request(project, as_of, scenario, seed, draws, no_store)
    days = request.days if over_time else [request.day]
    joint = request.target_ids(target) if target else []
    assessments = [request.chapter(day, joint).assessment for day in days]
    if as_json:
        records = [attain_record(each, request.project) for each in assessments]
        print_json(records if over_time else records[0])
        return
    for assessment in assessments:
        _print_assessment(assessment, joint, show_all=show_all)


def _print_assessment(assessment: Any, joint: list[str], *, show_all: bool) -> None:
    import pandas as pd

    from cszt_models.present.sentences import base as sentences
    from cszt_models.targets.coverage import NOTHING

    results = [
        result
        for result in assessment.targets
        if show_all or result.target.headline or result.target.id in joint
    ]
    rows = [
        {
            "target": result.target.id,
            "asks for": sentences.goal(result.target, "en"),
            "status": sentences.STATUS["en"][result.status],
            "probability": sentences.chance(result),
            "± (MC)": "" if not result.mcse else f"{100 * result.mcse:.1f}",
            "published or expected (80 %)": sentences.expected(result, "en"),
        }
        for result in results
    ]
    hashed = f"scenario {assessment.scenario.name} ({assessment.scenario.hash})"
    title = f"As known at {assessment.as_of}, {hashed}, seed {assessment.seed}"
    show(pd.DataFrame(rows), title, ("probability", "± (MC)"))
    for result in results:
        words = [sentences.rests_on(result), sentences.driven(result), result.reason]
        remarks = "; ".join(word for word in words if word not in ("", NOTHING))
        if remarks:
            print(f"{result.target.id}: {remarks}.")
    print(sentences.together(assessment))
    for effect in assessment.scenario.effects:
        print(f"A cross-effect acts: {effect}.")
