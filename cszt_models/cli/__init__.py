"""The command line ``cszt``: a module for each command.

Heavy libraries are imported inside the commands, so that ``cszt --help`` is quick.
Exit status: 0 done, 1 a defect of ours, 2 bad input, 3 a fit failed its gate, 130
interrupted.
"""

import sys
from typing import Annotated

import typer

from cszt_models.cli import (
    attain,
    backcast,
    check,
    fit,
    hindcast,
    importing,
    joint,
    moves,
    new,
    plan,
    report,
    scenario,
    scores,
    split,
    sweep,
    when,
)
from cszt_models.errors import ConvergenceError, DataError, ScenarioError

app = typer.Typer(
    name="cszt",
    help="How probable is it that a region meets its plan, given what was known when?",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

for module, command in (
    (new, new.new),
    (importing, importing.import_),
    (check, check.check),
    (fit, fit.fit),
    (attain, attain.attain),
    (joint, joint.joint),
    (when, when.when),
    (split, split.split),
    (scores, scores.scores),
    (plan, plan.plan),
    (backcast, backcast.backcast),
    (moves, moves.moves),
    (hindcast, hindcast.hindcast),
    (report, report.report),
    (sweep, sweep.sweep),
):
    name = command.__name__.rstrip("_")
    app.command(name, epilog=module.EPILOG)(command)
app.add_typer(scenario.app)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the versions of package and data."),
    ] = False,
) -> None:
    if version:
        from cszt_models import __version__
        from cszt_models.errors import DataError
        from cszt_models.project.project import data_hash, load_project

        print(f"cszt {__version__}")
        try:
            project = load_project()
        except DataError:
            print("no bundled project")
        else:
            compiled = f"{project.data_date}, hash {data_hash(project)}"
            print(f"data of {project.label.en}: compiled {compiled}")
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
