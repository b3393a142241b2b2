"""``cszt attain``: how probable it is that targets are met."""

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
    ScenarioName,
    Seed,
    open_project,
    print_json,
    scenario_of,
    show,
    store_of,
    working,
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
    from cszt_models.project.dates import dates_until
    from cszt_models.project.observations import read_observations
    from cszt_models.project.plan import read_targets, target_named
    from cszt_models.targets.history import chapter

    opened, day = open_project(project, as_of)
    chosen, targets = scenario_of(opened, scenario), read_targets(opened)
    joint = [target_named(targets, name).id for name in target or []]
    observations = read_observations(opened)
    assessments = []
    for one in dates_until(opened, day) if over_time else [day]:
        with working(f"fitting to what was known at {one}"):
            told = chapter(
                observations,
                opened,
                targets,
                chosen,
                as_of=one,
                seed=seed,
                draws=draws,
                joint=joint,
                store=store_of(no_store),
            )
        assessments.append(told.assessment)
    if as_json:
        records = [attain_record(assessment, opened) for assessment in assessments]
        print_json(records if over_time else records[0])
        return
    for assessment in assessments:
        _print_assessment(assessment, joint, show_all=show_all)


def _print_assessment(assessment: Any, joint: list[str], *, show_all: bool) -> None:
    import pandas as pd

    from cszt_models.present.sentences import base as sentences
    from cszt_models.targets.coverage import NOTHING

    shown = [
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
        for result in shown
    ]
    hashed = f"scenario {assessment.scenario.name} ({assessment.scenario.hash})"
    title = f"As known at {assessment.as_of}, {hashed}, seed {assessment.seed}"
    show(pd.DataFrame(rows), title, ("probability", "± (MC)"))
    for result in shown:
        words = [sentences.rests_on(result), sentences.driven(result), result.reason]
        told = "; ".join(word for word in words if word not in ("", NOTHING))
        if told:
            print(f"{result.target.id}: {told}.")
    print(sentences.together(assessment))
    for effect in assessment.scenario.effects:
        print(f"A cross-effect acts: {effect}.")
