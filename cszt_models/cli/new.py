"""``cszt new``: a project folder to start from."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.request import Lang

EPILOG = (
    "Example: `cszt new hubei --zh 湖北 --first-year 2021 --last-year 2025`, then "
    " `cszt import TABLE.xlsx --into hubei` and a line for each target in "
    "hubei/targets.csv"
)


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    first_year: Annotated[
        int, typer.Option(help="First year of the plan.", show_default=False)
    ] = 0,
    last_year: Annotated[
        int, typer.Option(help="Last year of the plan.", show_default=False)
    ] = 0,
    en: Annotated[str | None, typer.Option(help="Name in English.")] = None,
    zh: Annotated[str | None, typer.Option(help="Name in Chinese.")] = None,
    project_id: Annotated[
        str | None, typer.Option("--id", help="Short name; default: the folder's.")
    ] = None,
    money: Annotated[
        str, typer.Option(help="Unit of GDP, like 'million EUR'.")
    ] = "1e8 yuan",
    people: Annotated[
        str, typer.Option(help="Unit of population, like 'persons'.")
    ] = "1e4 persons",
    example: Annotated[
        str, typer.Option(metavar="NAME", help="Copy an example: czt or us_states.")
    ] = "",
    lang: Lang = "en",
) -> None:
    """Make a project folder with commented files (新建项目)."""
    from cszt_models.errors import DataError
    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line
    from cszt_models.project.starter import Starter, copy_example, start

    require_language(lang)

    if example:
        for path in copy_example(example, folder):
            print(line("wrote", lang, path=path))
        print(line("next_check", lang, folder=folder))
        return
    if not first_year or not last_year:
        raise DataError(
            "the plan's years are missing. Give --first-year and --last-year, like "
            "--first-year 2021 --last-year 2025."
        )
    name = project_id or folder.resolve().name
    starter = Starter(
        id=name,
        en=en or zh or name,
        zh=zh or en or name,
        first_year=first_year,
        last_year=last_year,
        today=date.today(),
        money=money,
        people=people,
    )
    for path in start(folder, starter):
        print(line("wrote", lang, path=path))
    targets = folder / "targets.csv"
    print(line("next_import", lang, folder=folder, targets=targets))
