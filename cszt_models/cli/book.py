"""``cszt template`` and ``cszt run``: a project as one workbook, and its answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cszt_models.cli.request import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    Lang,
    ProjectDir,
    Seed,
    print_json,
)

if TYPE_CHECKING:
    from cszt_models.analysis.analysis import Analysis

TEMPLATE_EPILOG = (
    "Examples: `cszt template --xlsx book.xlsx` · "
    "`cszt template --project hubei --xlsx hubei.xlsx`"
)
RUN_EPILOG = (
    "Examples: `cszt run book.xlsx` · `cszt run book.xlsx --lang zh --out answers.xlsx`"
)


def template(
    xlsx: Annotated[
        Path, typer.Option("--xlsx", metavar="BOOK.xlsx", help="Workbook to write.")
    ],
    project: ProjectDir = None,
    lang: Lang = "en",
) -> None:
    """Write a project as one workbook: figures, targets, scenarios (工作簿)."""
    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line
    from cszt_models.project.project import load_project
    from cszt_models.reports.site import require_writable, write
    from cszt_models.scenarios.levers import read_levers
    from cszt_models.workbooks.complete import workbook_of

    require_language(lang)
    require_writable(xlsx)
    opened = load_project(project)
    content, notices = workbook_of(opened, read_levers(opened))
    write(xlsx, content)
    print(line("wrote", lang, path=xlsx))
    for notice in notices:
        print(notice.text(lang))
    print(line("next_run", lang, path=xlsx))


def run(
    book: Annotated[
        Path, typer.Argument(metavar="BOOK.xlsx", help="Workbook to read.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="PATH", help="Copy to write; default: BOOK-answers.xlsx."
        ),
    ] = None,
    as_of: AsOf = None,
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    lang: Lang = "en",
    as_json: Annotated[
        bool, typer.Option("--json", metavar="", help="Print the answers as JSON too.")
    ] = False,
) -> None:
    """Answer a workbook in new sheets of a copy, or say what is wrong (运行工作簿)."""
    from cszt_models.analysis.build import analyse
    from cszt_models.errors import DataError
    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line
    from cszt_models.present.texts.errors import translated
    from cszt_models.progress import bar
    from cszt_models.project.dates import as_of_date
    from cszt_models.reports.site import require_writable, write
    from cszt_models.storage.files import temporary_folder
    from cszt_models.workbooks import answers
    from cszt_models.workbooks.reading import unpacked

    require_language(lang)
    target = out or book.with_name(f"{book.stem}-answers.xlsx")
    require_writable(target)
    with temporary_folder() as folder:
        try:
            project, scenarios, read = unpacked(book, folder / "project")
        except DataError as error:
            message = str(error)
            if "!" in message:
                shows = translated(message) if lang == "zh" else message
                write(target, answers.with_message(book, shows))
            raise
        as_of_date(project, as_of)
        with bar("fitting") as b:
            analysis = analyse(project, as_of, seed=seed, draws=draws, on_step=b.step)
        frames, words = answers_of(analysis, list(scenarios), lang)
        notices = [notice.text(lang) for notice in read.notices]
        content = answers.with_answers(book, frames, words, notices, language=lang)
        write(target, content)
        if as_json:
            print_json(analysis.attain().to_dict())
            return
    for sentence in (*words, *notices):
        print(sentence)
    print(line("wrote", lang, path=target))


def answers_of(
    analysis: "Analysis", scenarios: list[str], language: str
) -> tuple[dict[str, Any], list[str]]:
    """Frames and sentences that a workbook is answered with.

    Parameters
    ----------
    analysis
        Of the workbook's project.
    scenarios
        Names of those to compare.
    language
        ``"en"`` or ``"zh"``.
    """
    attained = analysis.attain()
    frames = {"answers": attained.to_frame().reset_index()}
    frames["scenarios"] = analysis.compare(scenarios).to_frame().reset_index()
    return frames, attained.sentences(language)
