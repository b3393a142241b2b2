"""``attain``, ``joint``, ``timing``, ``backcast``: how probable targets are."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cszt_models.cli.request import (
    Request,
    TargetIds,
    TargetOption,
    command,
    print_json,
)

if TYPE_CHECKING:
    from cszt_models.results.attainment import AttainmentResults


def named(ids: list[str] | None, target: list[str] | None) -> list[str] | None:
    """Targets named as arguments and with ``--target``, None if there are none.

    Examples
    --------
    >>> named(["gdp_2025"], None), named(None, None)
    (['gdp_2025'], None)
    """
    return [*(ids or ()), *(target or ())] or None


@command(without=("engine",), repeatable=True)
def attain(
    request: Request,
    ids: TargetIds = None,
    target: TargetOption = None,
    show_all: Annotated[
        bool, typer.Option("--all", metavar="", help="Print every target of the plan.")
    ] = False,
    over_time: Annotated[
        bool,
        typer.Option(
            "--over-time", metavar="", help="Print every as-of date up to DATE."
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            metavar="",
            help="Print how often past targets like it were met.",
        ),
    ] = False,
) -> None:
    """Probability that targets are met, one by one and together."""
    target = named(ids, target)
    if over_time:
        request.print(request.history(target).attain(target, request.scenario))
        return
    results = request.analysis(target).attain(target, request.scenario)
    if show_all:
        results = replace(results, selection=tuple(results.plan))
    if explain:
        _print_explained(request, results)
    else:
        request.print(results)


def _print_explained(request: Request, results: "AttainmentResults") -> None:
    """Print probabilities, and reference classes of their targets beside them.

    What is printed differs between forms, so it is no text of one result.
    """
    from cszt_models.results.reference import reference

    classes = reference(results)
    if request.as_json:
        print_json(results.to_dict() | {"reference": classes.to_dict()["reference"]})
        return
    if not request.as_csv:
        print(request.text(results))
    print(request.text(classes), end="")


@command(without=("engine",), repeatable=True)
def joint(request: Request, target: TargetIds = None) -> None:
    """Dependence of a set of targets, and the order in which they are lost."""
    request.print(request.analysis(target).joint(target, request.scenario))


@command(without=("engine",), repeatable=True)
def timing(
    request: Request,
    target: TargetIds = None,
    value: Annotated[
        float | None,
        typer.Option("--value", metavar="X", help="Ask of this value instead."),
    ] = None,
) -> None:
    """Years in which targets are reached: at, by and kept from each year."""
    analysis = request.analysis(target)
    request.print(analysis.timing(target, request.scenario, value=value))


@command(without=("engine",), repeatable=True)
def backcast(
    request: Request,
    target: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Targets, met together.")
    ],
    prob: Annotated[
        float, typer.Option("--prob", metavar="P", help="Probability to arrive at.")
    ] = 0.5,
) -> None:
    """The least surprising change that brings targets to a probability."""
    from cszt_models.targets.backcast import require_aim

    require_aim(prob)
    request.print(request.analysis(target).backcast(target, prob, request.scenario))


BACKCAST_EPILOG = (
    "Examples: `cszt backcast gdp_2025 --as-of 2021-06-30 --prob 0.9` · "
    "`cszt backcast gdp_2025 urbanization_2025 rd_intensity_2025 --as-of 2021-06-30`"
)
EXAMPLES = {
    attain: "Examples: `cszt attain --as-of 2021-06-30` · `cszt attain --over-time` · "
    "`cszt attain --explain` · `cszt attain gdp_2025 urbanization_2025 --json`",
    joint: "Examples: `cszt joint --as-of 2021-06-30` · `cszt joint gdp_2025 "
    "urban_population_2025`",
    timing: "Examples: `cszt timing gdp_2025` · `cszt timing gdp_2025 --value 30000`",
}
