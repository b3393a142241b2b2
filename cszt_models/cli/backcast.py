"""``cszt backcast``: what it takes to bring targets to a probability."""

from typing import Annotated

import typer

from cszt_models.cli.request import Request, command

EPILOG = (
    "Examples: `cszt backcast gdp_2025 --as-of 2021-06-30 --prob 0.9` · "
    "`cszt backcast gdp_2025 urbanization_2025 rd_intensity_2025 --as-of 2021-06-30`"
)


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
