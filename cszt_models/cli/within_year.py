"""``cszt calendar`` and ``needed``: the running year."""

from typing import Annotated

import typer

from cszt_models.cli.request import Request, command

YearArgument = Annotated[
    int | None,
    typer.Argument(metavar="[YEAR]", help="Default: the year of the as-of date."),
]
RegionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="ID",
        help="Region or group; default: core, groups and all that have a target.",
    ),
]


@command(without=("engine", "scenario"), repeatable=True)
def calendar(
    request: Request, year: YearArgument = None, region: RegionOption = None
) -> None:
    """Releases on a year that are due, and what each is worth (发布日历)."""
    request.print(request.analysis().calendar(year, region))


@command(without=("engine", "scenario"), repeatable=True)
def needed(
    request: Request,
    year: YearArgument = None,
    growth: Annotated[
        float | None,
        typer.Option(
            "--growth", metavar="X", help="Growth of the year; default: the targets'."
        ),
    ] = None,
    region: RegionOption = None,
) -> None:
    """What the rest of a running year must be for the year to reach its targets."""
    request.print(request.analysis().needed(year, growth, region))


EXAMPLES = {
    calendar: "Examples: `cszt calendar 2026` · `cszt calendar 2026 --json`",
    needed: "Examples: `cszt needed 2026` · `cszt needed 2026 --growth 5`",
}
