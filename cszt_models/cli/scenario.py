"""``cszt scenario``: scenarios of a project, their settings and their effects."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

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
    Seed,
    print_json,
    show,
    working,
)
from cszt_models.cli.scenario_output import (
    attributed,
    compared_record,
    percents,
    print_outcomes,
    print_plausibility,
    print_scenario,
    print_settled,
)
from cszt_models.cli.scenario_parts import with_part
from cszt_models.errors import ScenarioError

if TYPE_CHECKING:
    from cszt_models.models.fits import Fits
    from cszt_models.project.project import Project
    from cszt_models.scenarios.levers import Lever
    from cszt_models.scenarios.scenario import Scenario
    from cszt_models.targets.comparison import Compared

app = typer.Typer(
    name="scenario",
    help="What if: scenarios of the project, what they set and what they change.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    epilog="Example: `cszt scenario compare deflation 'research push' "
    "--as-of 2021-06-30`",
)
Language = Annotated[
    str, typer.Option("--lang", metavar="en|zh", help="Language of labels and reasons.")
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="ID", help="Ask these; default: headline."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="From scenarios.yaml.")]


@app.command("list", epilog="Example: `cszt scenario list --lang zh`")
def list_(
    project: ProjectDir = None, lang: Language = "en", as_json: Json = False
) -> None:
    """All scenarios of the project, with their hash and parts."""
    import pandas as pd

    from cszt_models.present.sentences import scenarios as words

    _require_language(lang)
    request = Request(project)
    scenarios = request.scenarios.values()
    if as_json:
        levers, opened = request.levers, request.project
        print_json([words.scenario_record(s, levers, opened) for s in scenarios])
        return
    rows = [
        {
            "scenario": scenario.name,
            "hash": scenario.hash,
            "what it is": words.title(scenario, lang),
            "parts": ", ".join(part.name for part in scenario.parts),
        }
        for scenario in scenarios
    ]
    show(pd.DataFrame(rows), f"{len(rows)} scenarios; `cszt scenario show NAME`")


@app.command("show", epilog="Example: `cszt scenario show 'hukou reform'`")
def show_(
    name: Name,
    project: ProjectDir = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What a scenario sets, why, and the sources of its sizes."""
    from cszt_models.present.sentences import scenarios as words

    _require_language(lang)
    request = Request(project, scenario_name=name)
    context = request.levers, request.project
    if as_json:
        print_json(words.scenario_record(request.scenario, *context))
        return
    print_scenario(request.scenario, *context, lang)


@app.command(
    epilog="Examples: `cszt scenario compare --as-of 2021-06-30` (all of them) · "
    "`cszt scenario compare 'plan path' deflation --as-of 2021-06-30 --json`"
)
def compare(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME...", help="Default: all scenarios."),
    ] = None,
    project: ProjectDir = None,
    as_of: AsOf = None,
    target: Targets = None,
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Probabilities under several scenarios, side by side, from the same draws."""
    from cszt_models.present.tables import scenarios as tables
    from cszt_models.scenarios.scenario import BASELINE
    from cszt_models.targets.comparison import compare as compare_all

    request = Request(project, as_of, BASELINE, seed, draws, no_store)
    chosen = [request.scenario_named(name) for name in names or request.scenarios]
    if all(scenario.name != BASELINE for scenario in chosen):
        chosen = [request.scenario, *chosen]
    fits, joint = _fitted(request, target)
    with working("projecting"):
        results = compare_all(fits, request.targets, chosen, joint=joint)
    _require_possible([result for result in results if names and result.reason])
    columns = [*request.target_ids(joint), "joint"]
    table = tables.side_by_side(results, columns[:-1])
    if as_json:
        print_json(
            {
                "project": request.project.id,
                "as_of": fits.as_of.isoformat(),
                "seed": seed,
                "draws": draws,
                "scenarios": [compared_record(result) for result in results],
            }
        )
        return
    title = f"Probabilities as known at {fits.as_of}, seed {seed}"
    show(percents(table.drop(columns="reason"), columns), title, tuple(columns))
    for result in results:
        if result.reason:
            name = result.scenario.name
            print(f"{name}: not possible on this date. {result.reason}")
    print_settled(results[0])


@app.command(
    epilog="Examples: `cszt scenario run 'reform package' --as-of 2021-06-30` · "
    "`cszt scenario run baseline --set growth=0.5 --set price=-1:2024-2025 --as-of "
    "2021-06-30` · `cszt scenario run baseline --part '{conditions: [{indicator: "
    "gdp_nominal, region: czt, year: 2023, value: 21500}]}' --as-of 2021-06-30`"
)
def run(
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
    project: ProjectDir = None,
    as_of: AsOf = None,
    target: Targets = None,
    lang: Language = "en",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """What a scenario changes, in all and by each of its parts."""
    from cszt_models.attribution.shapley import attribute
    from cszt_models.present.sentences import scenarios as words
    from cszt_models.present.tables import scenarios as tables
    from cszt_models.projection.paths import projectable
    from cszt_models.scenarios.scenario import baseline
    from cszt_models.targets.comparison import assessed

    _require_language(lang)
    request = Request(project, as_of, name, seed, draws, no_store)
    opened, levers, scenario = request.project, request.levers, request.scenario
    for text in settings or []:
        scenario = _with_setting(scenario, text, levers, opened)
    for text in parts or []:
        scenario = with_part(scenario, text, levers, opened, request.scenarios)
    fits, joint = _fitted(request, target)
    plan, shares = request.targets, None
    with working("projecting"):
        result = assessed(fits, plan, scenario, joint=joint)
        also = projectable(fits, scenario)
        base = assessed(fits, plan, baseline(), joint=joint, regions=also)
        if len(scenario.parts) > 1:
            shares = attribute(fits, plan, scenario, joint=joint)
    likely = result.assessment.plausibility if result.assessment else None
    moved = tables.changes(base, result)
    if as_json:
        print_json(
            {
                "project": opened.id,
                "as_of": fits.as_of.isoformat(),
                "seed": seed,
                "draws": draws,
                "scenario": words.scenario_record(scenario, levers, opened),
                "baseline": compared_record(base),
                "result": compared_record(result),
                "changes": moved.to_dict("records"),
                "plausibility": None if likely is None else likely.probability,
                "attribution": None if shares is None else attributed(shares.table),
            }
        )
        return
    print_scenario(scenario, levers, opened, lang)
    ids = [*request.target_ids(joint), "joint"]
    table = moved[moved["target"].isin(ids)]
    columns = ("baseline", "scenario", "change", "mcse")
    title = f"Probabilities as known at {fits.as_of}, seed {seed}, percent"
    show(percents(table, columns), title, columns)
    if shares is not None:
        added = tables.attribution_frame(shares, ids)
        added[ids] = added[ids].map(lambda share: f"{share + 0.0:+.1f}")
        title = "What each part adds, percentage points (Shapley values; they add up)"
        show(added, title, tuple(ids))
    print_outcomes(base, result, opened, lang)
    if likely is not None:
        print_plausibility(likely, opened, draws, lang)
    print_settled(base)


def _require_language(lang: str) -> None:
    if lang not in ("en", "zh"):
        raise ScenarioError(f"--lang {lang!r} is not a language here. Use en or zh.")


def _fitted(request: Request, ids: list[str] | None) -> "tuple[Fits, list[str]]":
    """Fits on the as-of date, and the ids whose joint probability is computed."""
    joint = request.target_ids(ids) if ids else []
    with working(f"fitting to what was known at {request.day}"):
        return request.fits(), joint


def _with_setting(
    scenario: "Scenario", text: str, levers: "Mapping[str, Lever]", project: "Project"
) -> "Scenario":
    """The scenario with a lever set as ``LEVER=VALUE[@REGION,...][:FROM-TO]``."""
    from cszt_models.errors import unknown
    from cszt_models.scenarios.settings import read_regions, require_in_range

    lever, equals, rest = text.partition("=")
    rest, _, span = rest.partition(":")
    value, _, places = rest.partition("@")
    first, _, last = span.partition("-")
    try:
        if not equals:
            raise ValueError
        number = float(value)
        where: dict[str, Any] = {
            key: int(year) for key, year in (("first", first), ("last", last)) if year
        }
    except ValueError:
        raise ScenarioError(
            f"--set {text!r} is not LEVER=VALUE. Write it like growth=0.5, "
            "growth=0.5:2023-2025 for some years, or growth=0.5@REGION,REGION for "
            "some regions."
        ) from None
    if lever not in levers:
        raise ScenarioError(f"--set {text!r}: {unknown('lever', lever, levers)}")
    require_in_range(levers[lever], number, f"--set {text!r}")
    if places:
        where["regions"] = read_regions(f"--set {text!r}", places.split(","), project)
    return scenario.with_lever(lever, number, **where)


def _require_possible(lost: "list[Compared]") -> None:
    """Refuse scenarios that were named and are not possible on the date."""
    if lost:
        raise ScenarioError(f"scenario {lost[0].scenario.name!r}: {lost[0].reason}")
