"""Commands that explain: ``news``, ``gap``, ``consistency``, ``scores``, ``fit``."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cszt_models.cli.ask import named
from cszt_models.cli.request import Request, TargetIds, TargetOption, command

if TYPE_CHECKING:
    from cszt_models.inference.joint_fit import Step

PLAN = "plan"


@command(without=("engine",), repeatable=True)
def news(
    request: Request,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="First date; default: all."),
    ] = None,
    ids: TargetIds = None,
    target: TargetOption = None,
) -> None:
    """Why each probability moved between as-of dates, in parts that add up."""
    target = named(ids, target)
    request.print(request.history(target, since=since).news(target, request.scenario))


@command(without=("engine",), repeatable=True)
def gap(
    request: Request,
    target: TargetIds = None,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="plan|DATE",
            help="The plan's own path, or what was expected on an as-of date.",
        ),
    ] = PLAN,
) -> None:
    """Split gaps into real growth, prices and revision, or other parts, by region."""
    if against != PLAN:  # a mistyped date is refused before anything is fitted
        from cszt_models.project.dates import as_of_date

        as_of_date(request.project, against)
    analysis = request.analysis(target)
    request.print(analysis.gap(target, request.scenario, against=against))


@command(without=("scenario", "seed", "draws", "engine", "no_store"), repeatable=True)
def consistency(request: Request) -> None:
    """What each pair of the plan's targets implies for a third quantity."""
    from cszt_models.analysis.build import consistency as of_plan

    request.print(of_plan(request.project, request.as_of))


@command(without=("engine",), repeatable=True)
def scores(request: Request) -> None:
    """Brier and log scores of the probabilities of targets that are now resolved."""
    request.print(request.history(ended=True).scores(request.scenario))


@command(without=("scenario",))
def fit(request: Request) -> None:
    """Fit all blocks, or reuse their fits; print scales before and after, and gate."""
    from cszt_models.present.tables.attainment import origin

    def tell(step: "Step") -> None:
        print(f"{step.name:<18} {origin(step)}", file=sys.stderr)

    request.print(request.analysis(on_step=tell).fit_results)


EXAMPLES = {
    news: "Examples: `cszt news` · `cszt news gdp_2025 --since 2022-06-30`",
    gap: "Examples: `cszt gap gdp_2025` · `cszt gap gdp_2025 --against 2021-06-30`",
    consistency: "Example: `cszt consistency` shows that 9,500 of 25,000 is 38 %, "
    "not 35 %.",
    scores: "Example: `cszt scores` scores what was computed of GDP before it came.",
    fit: "Examples: `cszt fit --as-of 2021-06-30` · `cszt fit --engine nuts`",
}
