"""Command line: ``cszt check | fit | attain | report``.

Heavy libraries are imported inside the commands, so that ``cszt --help`` is quick.
Exit status: 0 done, 1 a defect of ours, 2 bad input, 3 a fit failed its gate, 130
interrupted.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cszt_models.errors import ConvergenceError, DataError, ScenarioError

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from cszt_models.joint import Step
    from cszt_models.project import Project
    from cszt_models.scenarios import Scenario
    from cszt_models.store import Store

SEED = 1
DRAWS = 4000

app = typer.Typer(
    name="cszt",
    help="How probable is it that a region meets its plan, given what was known when?",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

ProjectDir = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Project folder; default: CZT."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Use only what was released by this date (YYYY-MM-DD); default: all.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all draws.")]
Draws = Annotated[int, typer.Option("--draws", min=100, max=100_000, help="Draws.")]
Engine = Annotated[
    str, typer.Option("--engine", metavar="marginal|nuts", help="How scales are drawn.")
]
NoStore = Annotated[
    bool, typer.Option("--no-store", help="Fit afresh: no stored fit is used or kept.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
ScenarioName = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="From scenarios.yaml.")
]


def _open(folder: Path | None, as_of: str | None) -> "tuple[Project, date]":
    from cszt_models.project import load_project
    from cszt_models.story import as_of_date

    project = load_project(folder)
    return project, as_of_date(project, as_of)


def _scenario(project: "Project", name: str) -> "Scenario":
    from cszt_models.scenarios import read_levers, read_scenarios, scenario_named

    return scenario_named(read_scenarios(project, read_levers(project)), name)


def _store(no_store: bool) -> "Store | None":
    from cszt_models.store import Store

    return None if no_store else Store()


def _print_json(record: Any) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))


def _show(frame: "pd.DataFrame", title: str, right: tuple[str, ...] = ()) -> None:
    """Print a frame of text and numbers as a table; full width when piped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for column in frame.columns:
        justify: Any = "right" if column in right else "left"
        table.add_column(str(column), justify=justify, overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table)


def _working(text: str) -> Any:
    """A spinner on stderr while work goes on; silent when stderr is not a terminal."""
    from rich.console import Console

    return Console(stderr=True).status(text)


@app.command(
    epilog="Example: `cszt check --as-of 2021-06-30` shows what was known in mid-2021."
)
def check(
    project: ProjectDir = None, as_of: AsOf = None, as_json: Json = False
) -> None:
    """Check a project: coverage, breaks, gaps and accounting identities."""
    from cszt_models.blocks import read_priors
    from cszt_models.observations import as_of as cut
    from cszt_models.observations import read_observations
    from cszt_models.plan import read_targets
    from cszt_models.scenarios import read_levers, read_scenarios
    from cszt_models.series import breaks, coverage, identities

    opened, day = _open(project, as_of)
    observations = read_observations(opened)
    known = cut(observations, day)
    released = observations[observations["known_on"] <= day]
    targets, priors = read_targets(opened), read_priors(opened)
    scenarios = read_scenarios(opened, read_levers(opened))
    tables = {
        "coverage": coverage(known),
        "breaks": breaks(known, opened),
        "identities": identities(released, opened),
    }
    summary = {
        "project": opened.id,
        "as_of": day.isoformat(),
        "observations": len(observations),
        "known": len(known),
        "targets": len(targets),
        "scenarios": list(scenarios),
        "blocks": list(priors),
    }
    if as_json:
        _print_json(
            summary | {name: t.to_dict("records") for name, t in tables.items()}
        )
        return
    print(
        f"{opened.label.en}: {summary['known']} of {summary['observations']} figures "
        f"known at {day}, {summary['targets']} targets, "
        f"{len(scenarios)} scenarios. The files are in order."
    )
    _print_check(tables)


def _print_check(tables: "dict[str, pd.DataFrame]") -> None:
    coverage_table = tables["coverage"].rename(columns={"vintages": "figures"})
    _show(coverage_table, "Coverage", ("first", "last", "years", "bases", "figures"))
    found = tables["breaks"]
    if len(found):
        size = found["difference"].abs()
        worst = found.loc[size.sort_values(ascending=False).index].head(15)
        worst = worst.assign(
            difference=[f"{value:+.1f} %" for value in worst["difference"]]
        )
        title = f"Breaks: one year on two bases ({len(found)} in all, largest first)"
        _show(worst, title, ("value", "other_value", "difference"))
    _show(tables["identities"], "Identities", ("checked", "passed", "tolerance"))


@app.command(
    epilog="Examples: `cszt fit --as-of 2021-06-30` · `cszt fit --engine nuts`"
)
def fit(
    project: ProjectDir = None,
    as_of: AsOf = None,
    engine: Engine = "marginal",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Fit all blocks, or reuse their fits; print scales before and after, and gate."""
    from cszt_models import tables
    from cszt_models.models import fit_blocks
    from cszt_models.observations import read_observations

    opened, day = _open(project, as_of)
    steps: dict[str, Step] = {}
    with _working(f"fitting to what was known at {day}") as status:

        def show(step: "Step") -> None:
            steps[step.name] = step
            status.console.print(f"{step.name:<18} {tables.origin(step)}", markup=False)

        fits = fit_blocks(
            read_observations(opened),
            opened,
            as_of=day,
            seed=seed,
            draws=draws,
            engine=engine,
            store=_store(no_store),
            on_step=show,
        )
    scales, gates = tables.scales(fits), tables.diagnostics(fits)
    pairs = tables.correlations(fits)
    if as_json:
        head = {"project": opened.id, "as_of": day.isoformat(), "seed": seed}
        _print_json(
            head
            | {"draws": draws, "scales": scales.to_dict("records")}
            | {"correlations": pairs.to_dict("records")}
            | {"gate": gates.to_dict("records")}
            | {"fits": [asdict(step) for step in steps.values()]}
        )
        return
    numbers = ("prior_median", "prior_spread", "median", "low", "high")
    shown = scales.assign(**{n: scales[n].map("{:.3g}".format) for n in numbers})
    _show(shown, f"Scales at {day} (80 % interval from low to high)", numbers)
    told = pairs[pairs["correlation"].abs() > pairs["sd"]]
    signs = {"correlation": "{:+.2f}".format, "sd": "{:.2f}".format}
    told = told.assign(**{name: told[name].map(form) for name, form in signs.items()})
    title = f"Correlated shocks: {len(told)} of {len(pairs)} pairs beyond their sd"
    _show(told, title, ("correlation", "sd"))
    gates = gates.assign(
        value=gates["value"].map("{:.3f}".format),
        ess=gates["ess"].map("{:.0f}".format),
        fit=[tables.origin(steps[name]) for name in gates["block"]],
    )
    title = (
        "Gate: k-hat at most 0.7 and 100 effective scale vectors, R-hat 1.01 and 400"
    )
    _show(gates, title, ("rows", "value", "ess", "of"))


@app.command(
    epilog="Examples: `cszt attain --as-of 2021-06-30` · `cszt attain --over-time` · "
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
    from cszt_models.observations import read_observations
    from cszt_models.plan import read_targets, target_named
    from cszt_models.story import chapter, dates_until
    from cszt_models.tables import attain_record

    opened, day = _open(project, as_of)
    chosen, targets = _scenario(opened, scenario), read_targets(opened)
    joint = [target_named(targets, name).id for name in target or []]
    observations = read_observations(opened)
    assessments = []
    for one in dates_until(opened, day) if over_time else [day]:
        with _working(f"fitting to what was known at {one}"):
            told = chapter(
                observations,
                opened,
                targets,
                chosen,
                as_of=one,
                seed=seed,
                draws=draws,
                joint=joint,
                store=_store(no_store),
            )
        assessments.append(told.assessment)
    if as_json:
        records = [attain_record(assessment, opened) for assessment in assessments]
        _print_json(records if over_time else records[0])
        return
    for assessment in assessments:
        _print_assessment(assessment, joint, show_all=show_all)


def _print_assessment(assessment: Any, joint: list[str], *, show_all: bool) -> None:
    import pandas as pd

    from cszt_models import sentences
    from cszt_models.evidence import NOTHING

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
    _show(pd.DataFrame(rows), title, ("probability", "± (MC)"))
    for result in shown:
        words = [sentences.rests_on(result), sentences.driven(result), result.reason]
        told = "; ".join(word for word in words if word not in ("", NOTHING))
        if told:
            print(f"{result.target.id}: {told}.")
    print(sentences.together(assessment))


@app.command(epilog="Example: `cszt report --out reports/czt.html --lang zh`")
def report(
    project: ProjectDir = None,
    as_of: AsOf = None,
    scenario: ScenarioName = "baseline",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Default: reports/<project>.html."),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|zh", help="Language of the page.")
    ] = "en",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
) -> None:
    """Write a self-contained HTML page with the probabilities, then and now."""
    from cszt_models import reports
    from cszt_models.story import dates_until, tell

    opened, day = _open(project, as_of)
    if lang not in reports.LANGUAGES:
        raise DataError(f"--lang {lang!r} is not a language of the page. Use en or zh.")
    path = out or Path("reports") / f"{opened.id}.html"
    reports.require_writable(path)
    chosen = _scenario(opened, scenario)
    with _working("starting") as status:
        story = tell(
            opened,
            chosen,
            dates=dates_until(opened, day),
            seed=seed,
            draws=draws,
            store=_store(no_store),
            on_chapter=lambda one: status.update(f"fitting what was known at {one}"),
        )
        status.update("drawing the page")
        reports.write(path, reports.render(story, language=lang))
    print(f"wrote {path}")


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.")
    ] = False,
) -> None:
    if version:
        from cszt_models import __version__

        print(f"cszt {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; errors become one line on stderr and an exit status."""
    try:
        app()
    except (DataError, ScenarioError) as error:
        print(f"cszt: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except ConvergenceError as error:
        print(f"cszt: {error}", file=sys.stderr)
        raise SystemExit(3) from None
    except KeyboardInterrupt:
        print("cszt: interrupted.", file=sys.stderr)
        raise SystemExit(130) from None
