"""``cszt scenario``: what is in the library, what it sets, and what it changes."""

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
    Seed,
    open_project,
    print_json,
    show,
    store_of,
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
    from cszt_models.project.plan import Target
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

    opened, levers, scenarios = _library(project, lang)
    if as_json:
        print_json(
            [words.scenario_record(s, levers, opened) for s in scenarios.values()]
        )
        return
    rows = [
        {
            "scenario": one.name,
            "hash": one.hash,
            "what it is": words.title(one, lang),
            "parts": ", ".join(part.name for part in one.parts),
        }
        for one in scenarios.values()
    ]
    show(pd.DataFrame(rows), f"{len(rows)} scenarios; `cszt scenario show NAME`")


@app.command("show", epilog="Example: `cszt scenario show 'hukou reform'`")
def show_(
    name: Name,
    project: ProjectDir = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What one scenario sets, why, and where its sizes come from."""
    from cszt_models.present.sentences import scenarios as words
    from cszt_models.scenarios.scenario import scenario_named

    opened, levers, scenarios = _library(project, lang)
    one = scenario_named(scenarios, name)
    if as_json:
        print_json(words.scenario_record(one, levers, opened))
        return
    print_scenario(one, levers, opened, lang)


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
    from cszt_models.scenarios.scenario import BASELINE, scenario_named
    from cszt_models.targets.comparison import compare as compare_all

    opened, _, scenarios = _library(project, "en")
    asked = [scenario_named(scenarios, name) for name in names or scenarios]
    if all(one.name != BASELINE for one in asked):
        asked = [scenarios[BASELINE], *asked]
    fits, plan, joint = _fitted(opened, as_of, target, seed, draws, no_store)
    with working("projecting"):
        found = compare_all(fits, plan, asked, joint=joint)
    _require_possible([one for one in found if names and one.reason])
    shown = _shown(plan, joint)
    table = tables.side_by_side(found, shown)
    if as_json:
        print_json(
            {
                "project": opened.id,
                "as_of": fits.as_of.isoformat(),
                "seed": seed,
                "draws": draws,
                "scenarios": [compared_record(one) for one in found],
            }
        )
        return
    title = f"Probabilities as known at {fits.as_of}, seed {seed}"
    show(
        percents(table.drop(columns="reason"), [*shown, "joint"]),
        title,
        (*shown, "joint"),
    )
    for one in found:
        if one.reason:
            print(f"{one.scenario.name}: not possible on this date. {one.reason}")
    print_settled(found[0])


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
    """What one scenario changes, and which of its parts changes it."""
    from cszt_models.attribution.shapley import attribute
    from cszt_models.present.sentences import scenarios as words
    from cszt_models.present.tables import scenarios as tables
    from cszt_models.projection.paths import projectable
    from cszt_models.scenarios.scenario import baseline, scenario_named
    from cszt_models.targets.comparison import assessed

    opened, levers, scenarios = _library(project, lang)
    one = scenario_named(scenarios, name)
    for text in settings or []:
        one = _with_setting(one, text, levers, opened)
    for text in parts or []:
        one = with_part(one, text, levers, opened, scenarios)
    fits, plan, joint = _fitted(opened, as_of, target, seed, draws, no_store)
    with working("projecting"):
        found = assessed(fits, plan, one, joint=joint)
        also = projectable(fits, one)
        base = assessed(fits, plan, baseline(), joint=joint, regions=also)
        told = attribute(fits, plan, one, joint=joint) if len(one.parts) > 1 else None
    likely = found.assessment.plausibility if found.assessment else None
    moved = tables.changes(base, found)
    if as_json:
        print_json(
            {
                "project": opened.id,
                "as_of": fits.as_of.isoformat(),
                "seed": seed,
                "draws": draws,
                "scenario": words.scenario_record(one, levers, opened),
                "baseline": compared_record(base),
                "result": compared_record(found),
                "changes": moved.to_dict("records"),
                "plausibility": None if likely is None else likely.probability,
                "attribution": None if told is None else attributed(told.table),
            }
        )
        return
    print_scenario(one, levers, opened, lang)
    shown = [*_shown(plan, joint), "joint"]
    table = moved[moved["target"].isin(shown)]
    columns = ("baseline", "scenario", "change", "mcse")
    title = f"Probabilities as known at {fits.as_of}, seed {seed}, percent"
    show(percents(table, columns), title, columns)
    if told is not None:
        added = tables.attribution_frame(told, shown)
        added[shown] = added[shown].map(lambda share: f"{share + 0.0:+.1f}")
        title = "What each part adds, percentage points (Shapley values; they add up)"
        show(added, title, tuple(shown))
    print_outcomes(base, found, opened, lang)
    if likely is not None:
        print_plausibility(likely, opened, draws, lang)
    print_settled(base)


def _library(
    folder: Any, lang: str
) -> "tuple[Project, dict[str, Lever], dict[str, Scenario]]":
    """The project with its levers and scenarios."""
    from cszt_models.scenarios.levers import read_levers
    from cszt_models.scenarios.read_scenarios import read_scenarios

    if lang not in ("en", "zh"):
        raise ScenarioError(f"--lang {lang!r} is not a language here. Use en or zh.")
    opened, _ = open_project(folder, None)
    levers = read_levers(opened)
    return opened, levers, read_scenarios(opened, levers)


def _fitted(
    project: "Project",
    as_of: str | None,
    target: list[str] | None,
    seed: int,
    draws: int,
    no_store: bool,
) -> "tuple[Fits, dict[str, Target], list[str]]":
    """Fits on the as-of date, the plan, and the ids that are asked jointly."""
    from cszt_models.models.fits import fit_blocks
    from cszt_models.project.dates import as_of_date
    from cszt_models.project.observations import read_observations
    from cszt_models.project.plan import read_targets, target_named

    day, plan = as_of_date(project, as_of), read_targets(project)
    joint = [target_named(plan, name).id for name in target or []]
    with working(f"fitting to what was known at {day}"):
        fits = fit_blocks(
            read_observations(project),
            project,
            as_of=day,
            seed=seed,
            draws=draws,
            store=store_of(no_store),
        )
    return fits, plan, joint


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


def _shown(plan: "Mapping[str, Target]", joint: list[str]) -> list[str]:
    return joint or [one.id for one in plan.values() if one.headline]
