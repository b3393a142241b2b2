"""``cszt priors``: prior scales learned from a project's own panel."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cszt_models.cli.request import Request, command
from cszt_models.errors import DataError

if TYPE_CHECKING:
    from cszt_models.project.project import Project

EPILOG = (
    "Example: `cszt priors --project states --panel states/panel.csv --origin 1980`, "
    "then `cszt hindcast --project states --panel states/panel.csv --origins "
    "1980,1983 --method structural --method learned` says what it changes"
)
FILE = "priors.yaml"


@command(without=("as_of", "scenario", "engine", "draws", "seed", "no_store"))
def priors(
    request: Request,
    panel: Annotated[
        Path | None,
        typer.Option(
            "--panel", metavar="FILE", help="Regions of a CSV; default: the project's."
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option("--group", metavar="COLUMN", help="Regions fitted together."),
    ] = None,
    origin: Annotated[
        int | None,
        typer.Option(
            "--origin",
            metavar="YEAR",
            help="Last year used; default: the year before the plan.",
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", metavar="", help="Replace a priors.yaml that exists."),
    ] = False,
) -> None:
    """Learn prior scales from the project's own panel, and write its priors.yaml.

    Only years up to the origin are used. Scales that the figures do not determine,
    fixed ones, damping and measurement errors stay as they are.
    """
    from cszt_models.analysis.learning import learn_priors, write_priors
    from cszt_models.present.texts.commands import line

    if panel is None and group:
        raise DataError("--group needs --panel: a project is one group. Drop it.")
    _check_target(request.project, force=force)
    results = learn_priors(panel, project=request.project, origin=origin, group=group)
    path = write_priors(request.project, results)
    request.print(results)
    print(line("wrote", request.lang, path=path), file=sys.stderr)


def _check_target(project: "Project", *, force: bool) -> None:
    from cszt_models.project.project import bundled

    if project.folder.resolve() == bundled().resolve():
        raise DataError(
            "cszt priors writes into the project, and the bundled one is not changed. "
            "Choose another with --project."
        )
    path = project.folder / FILE
    if path.exists() and not force:
        raise DataError(
            f"{path} exists and is not replaced. Add --force to replace it, or move it."
        )
