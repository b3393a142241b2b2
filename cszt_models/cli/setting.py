"""``cszt set``, ``split-target`` and ``decide``: values, their parts, their price."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.request import Request, TargetIds, command

MEMBERS = "members"


@command(without=("engine",), repeatable=True)
def set_(
    request: Request,
    target: TargetIds = None,
    prob: Annotated[
        float, typer.Option("--prob", metavar="P", help="Chance that the value is met.")
    ] = 0.7,
    annex: Annotated[
        Path | None,
        typer.Option(
            "--annex",
            metavar="FILE",
            help="Write floor, expected value and stretch to a .docx or .xlsx.",
        ),
    ] = None,
) -> None:
    """Values that targets would meet with a stated probability."""
    from cszt_models.present.texts.commands import line
    from cszt_models.targets.setting import require_probability

    require_probability(prob)
    results = request.analysis(target).set(target, prob, request.scenario)
    if annex is not None:
        results.save_annex(annex, request.lang)
        print(line("wrote", request.lang, path=annex), file=sys.stderr)
    request.print(results)


@command(without=("engine",), repeatable=True)
def split_target(
    request: Request,
    target: TargetIds = None,
    over: Annotated[
        str,
        typer.Option("--over", metavar="members|years", help="Into what it is split."),
    ] = MEMBERS,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule",
            metavar="equal|least|proportional",
            help="How it is split; default: all three.",
        ),
    ] = None,
    prob: Annotated[
        float | None,
        typer.Option(
            "--prob", metavar="P", help="Split the value met with this chance instead."
        ),
    ] = None,
) -> None:
    """Split targets over members or years: equal chance, least surprise, proportion."""
    from cszt_models.targets.division import require_over, require_rule
    from cszt_models.targets.setting import require_probability

    divided = require_over(over)
    if rule is not None:
        require_rule(rule)
    if prob is not None:
        require_probability(prob)
    analysis = request.analysis(target)
    results = analysis.split_target(target, divided, prob, request.scenario)
    request.print(results if rule is None else results.by(rule))


@command(without=("engine", "scenario"))
def decide(
    request: Request,
    decisions: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Costs and losses; default: decisions.yaml of the project.",
        ),
    ] = None,
    prob: Annotated[
        float,
        typer.Option(
            "--prob", metavar="P", help="Chance of all targets for the cheapest mix."
        ),
    ] = 0.7,
) -> None:
    """Compare mixes of levers by your costs and losses; levers are assumptions."""
    from cszt_models.targets.setting import require_probability

    require_probability(prob)
    request.print(request.analysis().decide(decisions, prob))


EXAMPLES = {
    set_: "Examples: `cszt set gdp_2025 --as-of 2021-06-30 --prob 0.7` · "
    "`cszt set --as-of 2021-06-30 --lang zh --annex annex.docx`",
    split_target: "Examples: `cszt split-target gdp_2025 --as-of 2021-06-30` · "
    "`cszt split-target growth_2021_2025 --as-of 2021-06-30 --over years --rule equal`",
    decide: "Example: `cszt decide decisions.yaml --as-of 2021-06-30 --prob 0.7`",
}
