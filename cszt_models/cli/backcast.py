"""``cszt backcast``: what it would take to bring targets to a probability."""

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
    "Examples: `cszt backcast gdp_2025 --as-of 2021-06-30 --prob 0.9` · "
    "`cszt backcast gdp_2025 urbanization_2025 rd_intensity_2025 --as-of 2021-06-30`"
)


def backcast(
    target: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Targets, met together.")
    ],
    project: ProjectDir = None,
    as_of: AsOf = None,
    prob: Annotated[
        float, typer.Option("--prob", metavar="P", help="Probability to arrive at.")
    ] = 0.5,
    scenario: ScenarioName = "baseline",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """The least surprising change that brings targets to a probability."""
    from cszt_models.models.fits import fit_blocks
    from cszt_models.project.observations import read_observations
    from cszt_models.project.plan import read_targets, target_named
    from cszt_models.targets.backcast import backcast as search
    from cszt_models.targets.backcast import require_aim

    require_aim(prob)
    opened, day = open_project(project, as_of)
    chosen, plan = scenario_of(opened, scenario), read_targets(opened)
    asked = [target_named(plan, name) for name in target]
    with working(f"fitting to what was known at {day}") as status:
        fits = fit_blocks(
            read_observations(opened),
            opened,
            as_of=day,
            seed=seed,
            draws=draws,
            store=store_of(no_store),
        )
        status.update("searching the least surprising change")
        found = search(fits, asked, prob, scenario=chosen)
    if as_json:
        print_json({"project": opened.id} | _record(found))
        return
    _print(found)


def _record(found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from cszt_models.present.sentences.backcast import plausible, takes
    from cszt_models.targets.backcast import averages, yearly

    words = {
        name: {language: say(found, language) for language in ("en", "zh")}
        for name, say in (("words", plausible), ("sentence", takes))
    }
    effects = found.effects.to_dataframe("effect").reset_index()
    return {
        "as_of": found.as_of.isoformat(),
        "scenario": found.scenario.name,
        "scenario_hash": found.scenario.hash,
        "seed": found.seed,
        "draws": found.draws,
        "targets": [target.id for target in found.targets],
        "asked": found.requested,
        "initial": found.initial,
        "reached": found.reached,
        "probability": found.probability,
        "mcse": found.mcse,
        "lowest": found.lowest,
        "highest": found.highest,
        "distance": found.distance if found.reached else None,
        "plausibility": found.plausibility if found.reached else None,
        "words": words["words"] if found.reached else None,
        "sentence": words["sentence"],
        "averages": averages(found).to_dict("records"),
        "yearly": yearly(found).to_dict("records"),
        "effects": effects.to_dict("records"),
        "needed": [asdict(one) for one in found.needed],
    }


def _print(found: Any) -> None:
    from cszt_models.present.sentences.backcast import on_average, takes
    from cszt_models.present.sentences.base import unit
    from cszt_models.targets.backcast import averages

    project = found.outlook.project
    print(takes(found))
    labels = {name: one.label.en for name, one in project.indicators.items()}
    labels |= {"population_resident": "growth of residents", "price": "GDP prices"}
    table = averages(found)
    if len(table):
        years = [
            str(last) if first == last else f"{first}–{last}"
            for first, last in zip(table["first"], table["last"], strict=True)
        ]
        shown = table.assign(
            quantity=table["quantity"].map(labels),
            region=[project.places[name].en for name in table["region"]],
            years=years,
            unit=[unit(name, "en") for name in table["unit"]],
            expected=table["before"].map("{:.2f}".format),
            takes=table["after"].map("{:.2f}".format),
            change=table["change"].map("{:+.2f}".format),
        )
        columns = ["quantity", "region", "years", "unit", "expected", "takes", "change"]
        title = f"What it takes, on average (scenario {found.scenario.hash})"
        show(shown[columns], title, ("expected", "takes", "change"))
    plan = {target.id: target for target in found.targets}
    for one in found.needed:
        print(on_average(one, plan[one.target]))
