"""The command line ``cszt``: a module for each command.

Heavy libraries are imported inside the commands, so that ``cszt --help`` is quick.
Exit status: 0 done, 1 a defect of ours, 2 bad input, 3 a fit failed its gate, 130
interrupted.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from cszt_models.cli import (
    ask,
    book,
    check,
    desk,
    explain,
    hindcast,
    importing,
    lab,
    new,
    priors,
    report,
    reproduce,
    scenario,
    setting,
    sweep,
    within_year,
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

# Panels of the help, with their commands in the order in which help lists them.
PANELS: dict[str, tuple[tuple[Any, str], ...]] = {
    "Ask": tuple(ask.EXAMPLES.items()),
    "Explain": (*explain.EXAMPLES.items(), *within_year.EXAMPLES.items()),
    "What if": (
        *setting.EXAMPLES.items(),
        (ask.backcast, ask.BACKCAST_EPILOG),
        (sweep.sweep, sweep.EPILOG),
    ),
    "Data": (
        (new.new, new.EPILOG),
        (book.template, book.TEMPLATE_EPILOG),
        (book.run, book.RUN_EPILOG),
        (importing.import_, importing.EPILOG),
        (check.check, check.EPILOG),
        (report.export, report.EXPORT_EPILOG),
    ),
    "Record": (
        (report.report, report.EPILOG),
        (reproduce.reproduce, reproduce.EPILOG),
        (hindcast.hindcast, hindcast.EPILOG),
        (priors.priors, priors.EPILOG),
        (hindcast.score, hindcast.SCORE_EPILOG),
        (lab.lab, lab.EPILOG),
        (desk.desk, desk.EPILOG),
    ),
}
ALIASES = {  # words of version 0.1, understood for one release more
    "when": "timing",
    "split": "gap",
    "moves": "news",
    "plan": "consistency",
}

# Charts need jsonschema, which would import this for a second, if it is there, to
# check addresses that no chart has.
UNUSED = ("rfc3987_syntax",)

# Of typer's own copy of click, which gives only its subclasses a public name.
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]

for panel, commands in PANELS.items():
    for command, epilog in commands:
        name = command.__name__.rstrip("_").replace("_", "-")
        app.command(name, epilog=epilog, rich_help_panel=panel)(command)
        for old, new_name in ALIASES.items():
            if new_name == name:
                app.command(old, epilog=epilog, hidden=True)(command)
app.add_typer(scenario.app, rich_help_panel="What if")


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", help="Print the versions of package and data."
        ),
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
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    chinese = _language(sys.argv[1:]) == "zh"
    try:
        if chinese:  # else the command line prints its own errors, in English
            raise SystemExit(app(standalone_mode=False))
        app()
    except (DataError, ScenarioError) as error:
        _print_error(str(error), chinese)
        raise SystemExit(2) from None
    except ConvergenceError as error:
        _print_error(str(error), chinese)
        raise SystemExit(3) from None
    except OSError as error:
        from cszt_models.storage.files import DISK_FAULTS, not_written

        if error.errno not in DISK_FAULTS:
            raise
        _print_error(str(not_written(error.filename or "<stdout>", error)), chinese)
        raise SystemExit(2) from None
    except USAGE_ERROR as error:
        _print_error(error.format_message(), chinese)
        raise SystemExit(2) from None
    except (KeyboardInterrupt, typer.Abort):
        _print_error("interrupted.", chinese)
        raise SystemExit(130) from None


def _language(arguments: Sequence[str]) -> str:
    """Language that a command line asks for; the last one counts."""
    language = "en"
    for n, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            language = argument.removeprefix("--lang=")
        elif argument == "--lang" and n + 1 < len(arguments):
            language = arguments[n + 1]
    return language


def _print_error(message: str, chinese: bool) -> None:
    if chinese:
        from cszt_models.present.texts.errors import translated

        message = translated(message)
    print(f"cszt{'：' if chinese else ': '}{message}", file=sys.stderr)
