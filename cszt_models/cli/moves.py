"""``cszt moves``: why probabilities moved from one as-of date to the next."""

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
    ScenarioName,
    Seed,
    open_project,
    print_json,
    scenario_of,
    show,
    store_of,
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
    from cszt_models.models.fits import fit_blocks
    from cszt_models.project.dates import as_of_date, dates_until
    from cszt_models.project.observations import read_observations
    from cszt_models.project.plan import read_targets, target_named

    opened, day = open_project(project, as_of)
    chosen, plan = scenario_of(opened, scenario), read_targets(opened)
    headline = [one.id for one in plan.values() if one.headline]
    joint = [target_named(plan, name).id for name in target or headline]
    dates = dates_until(opened, day)
    if since is not None:
        first = as_of_date(opened, since)
        dates = [first, *(one for one in dates if one > first)]
    observations = read_observations(opened)
    with working("starting") as status:
        fits = []
        for one in dates:
            status.update(f"fitting to what was known at {one}")
            fits.append(
                fit_blocks(
                    observations,
                    opened,
                    as_of=one,
                    seed=seed,
                    draws=draws,
                    store=store_of(no_store),
                )
            )
        found = walk(
            fits,
            {name: plan[name] for name in joint},
            chosen,
            joint=joint,
            on_move=lambda a, b: status.update(f"from {a} to {b}"),
        )
    if as_json:
        head = {"project": opened.id, "scenario": chosen.name, "seed": seed}
        head |= {"scenario_hash": chosen.hash, "draws": draws}
        print_json(head | {"moves": [_record(one, opened, plan) for one in found]})
        return
    _print(found, opened, plan)


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


def _print(found: "list[Move]", project: "Project", plan: "dict[str, Target]") -> None:
    from cszt_models.attribution.contributions import KINDS, table
    from cszt_models.present.sentences.revisions import why

    for move in found:
        print(why(move, project, plan))
    rows = table(found)
    ends = {name: rows[name].map("{:.1%}".format) for name in ("before", "after")}
    points = {
        name: (100 * rows[name]).map("{:+.1f}".format) for name in ("change", *KINDS)
    }
    shown = rows.assign(**ends, **points)
    title = "Points of probability by what moved it; the kinds sum to the change"
    show(shown, title, ("before", "after", "change", *KINDS))
