"""``cszt backcast``: changes that bring targets to a given probability."""

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
    from cszt_models.targets.backcast import backcast as search
    from cszt_models.targets.backcast import require_aim

    require_aim(prob)
    request = Request(project, as_of, scenario, seed, draws, no_store)
    targets = [request.targets[name] for name in request.target_ids(target)]
    with working(f"fitting to what was known at {request.day}") as status:
        fits = request.fits()
        status.update("searching the least surprising change")
        result = search(fits, targets, prob, scenario=request.scenario)
    if as_json:
        print_json({"project": request.project.id} | _record(result))
        return
    _print(result)


def _record(result: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from cszt_models.present.sentences.backcast import plausible, takes
    from cszt_models.targets.backcast import averages, yearly

    words = {
        name: {language: say(result, language) for language in ("en", "zh")}
        for name, say in (("words", plausible), ("sentence", takes))
    }
    effects = result.effects.to_dataframe("effect").reset_index()
    return {
        "as_of": result.as_of.isoformat(),
        "scenario": result.scenario.name,
        "scenario_hash": result.scenario.hash,
        "seed": result.seed,
        "draws": result.draws,
        "targets": [target.id for target in result.targets],
        "asked": result.requested,
        "initial": result.initial,
        "reached": result.reached,
        "probability": result.probability,
        "mcse": result.mcse,
        "lowest": result.lowest,
        "highest": result.highest,
        "distance": result.distance if result.reached else None,
        "plausibility": result.plausibility if result.reached else None,
        "words": words["words"] if result.reached else None,
        "sentence": words["sentence"],
        "averages": averages(result).to_dict("records"),
        "yearly": yearly(result).to_dict("records"),
        "effects": effects.to_dict("records"),
        "needed": [asdict(growth) for growth in result.needed],
    }


def _print(result: Any) -> None:
    from cszt_models.present.sentences.backcast import on_average, takes
    from cszt_models.present.sentences.base import unit
    from cszt_models.targets.backcast import averages

    project = result.outlook.project
    print(takes(result))
    labels = {
        name: indicator.label.en for name, indicator in project.indicators.items()
    }
    labels |= {"population_resident": "growth of residents", "price": "GDP prices"}
    table = averages(result)
    if len(table):
        years = [
            str(last) if first == last else f"{first}–{last}"
            for first, last in zip(table["first"], table["last"], strict=True)
        ]
        rows = table.assign(
            quantity=table["quantity"].map(labels),
            region=[project.places[name].en for name in table["region"]],
            years=years,
            unit=[unit(name, "en") for name in table["unit"]],
            expected=table["before"].map("{:.2f}".format),
            takes=table["after"].map("{:.2f}".format),
            change=table["change"].map("{:+.2f}".format),
        )
        columns = ["quantity", "region", "years", "unit", "expected", "takes", "change"]
        title = f"What it takes, on average (scenario {result.scenario.hash})"
        show(rows[columns], title, ("expected", "takes", "change"))
    plan = {target.id: target for target in result.targets}
    for growth in result.needed:
        print(on_average(growth, plan[growth.target]))
