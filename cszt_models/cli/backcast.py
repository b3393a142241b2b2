"""``cszt backcast`` and ``set``: what a probability takes, and what value has it."""

from typing import Annotated

import typer

from cszt_models.cli.request import Request, TargetIds, command

EPILOG = (
    "Examples: `cszt backcast gdp_2025 --as-of 2021-06-30 --prob 0.9` · "
    "`cszt backcast gdp_2025 urbanization_2025 rd_intensity_2025 --as-of 2021-06-30`"
)


@command(without=("engine",))
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


SET_EPILOG = (
    "Examples: `cszt set gdp_2025 --as-of 2021-06-30 --prob 0.7` · "
    "`cszt set urbanization_2025 --as-of 2021-06-30 --lang zh --csv`"
)


@command(without=("engine",))
def set_(
    request: Request,
    target: TargetIds = None,
    prob: Annotated[
        float, typer.Option("--prob", metavar="P", help="Chance that the value is met.")
    ] = 0.7,
) -> None:
    """Values that targets would meet with a stated probability."""
    from cszt_models.targets.setting import require_probability

    require_probability(prob)
    request.print(request.analysis(target).set(target, prob, request.scenario))
