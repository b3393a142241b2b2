"""``cszt moves``: changes of probabilities between as-of dates, by cause."""

from dataclasses import asdict
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
    ScenarioName,
    Seed,
    print_json,
    show,
    working,
)

if TYPE_CHECKING:
    from cszt_models.attribution.contributions import Move
    from cszt_models.project.plan import Target
    from cszt_models.project.project import Project

EPILOG = (
    "Examples: `cszt moves` · `cszt moves --target gdp_2025 --as-of 2023-06-30 --json`"
)


def moves(
    project: ProjectDir = None,
    as_of: AsOf = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="First date; default: all."),
    ] = None,
    scenario: ScenarioName = "baseline",
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target", metavar="ID", help="Ask these, and jointly; default: headline."
        ),
    ] = None,
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Why each probability moved between as-of dates, in parts that add up."""
    from cszt_models.attribution.revisions import moves as walk

    request = Request(project, as_of, scenario, seed, draws, no_store)
    opened, plan, chosen = request.project, request.targets, request.scenario
    joint = request.target_ids(target)
    days = request.days
    if since is not None:
        first = request.date_of(since)
        days = [first, *(day for day in days if day > first)]
    with working("starting") as status:
        fits = []
        for day in days:
            status.update(f"fitting to what was known at {day}")
            fits.append(request.fits(day))
        steps = walk(
            fits,
            {name: plan[name] for name in joint},
            chosen,
            joint=joint,
            on_move=lambda a, b: status.update(f"from {a} to {b}"),
        )
    if as_json:
        head = {"project": opened.id, "scenario": chosen.name, "seed": seed}
        head |= {"scenario_hash": chosen.hash, "draws": draws}
        print_json(head | {"moves": [_record(move, opened, plan) for move in steps]})
        return
    _print(steps, opened, plan)


def _record(
    move: "Move", project: "Project", plan: "dict[str, Target]"
) -> dict[str, Any]:
    from cszt_models.present.sentences.revisions import why

    parts = [asdict(part) for part in move.parts]
    return {
        "target": move.target,
        "since": move.since.isoformat(),
        "until": move.until.isoformat(),
        "before": move.before,
        "after": move.after,
        "change": move.change,
        "published": move.published,
        "sentence": {lang: why(move, project, plan, lang) for lang in ("en", "zh")},
        "parts": parts,
    }


def _print(steps: "list[Move]", project: "Project", plan: "dict[str, Target]") -> None:
    from cszt_models.attribution.contributions import KINDS, table
    from cszt_models.present.sentences.revisions import why

    for move in steps:
        print(why(move, project, plan))
    rows = table(steps)
    ends = {name: rows[name].map("{:.1%}".format) for name in ("before", "after")}
    points = {
        name: (100 * rows[name]).map("{:+.1f}".format) for name in ("change", *KINDS)
    }
    rows = rows.assign(**ends, **points)
    title = "Points of probability by what moved it; the kinds sum to the change"
    show(rows, title, ("before", "after", "change", *KINDS))
