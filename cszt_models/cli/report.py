"""``cszt report``: self-contained HTML pages with downloads beside them."""

from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.request import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    NoStore,
    ProjectDir,
    ScenarioName,
    Seed,
)

EPILOG = (
    "Examples: `cszt report` · `cszt report --lang both --out reports/czt` · "
    "`cszt report --out page.html --only brief --lang zh`"
)


def report(
    project: ProjectDir = None,
    as_of: AsOf = None,
    scenario: ScenarioName = "baseline",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="A folder for all pages, or NAME.html for one; default: "
            "reports/ and the id of the project.",
        ),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|zh|both", help="Language of the pages.")
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="PAGE",
            help="brief, full, scenarios, city, calibration or data; again for more.",
        ),
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            metavar="NAME",
            help="Scenarios to compare; default: all of scenarios.yaml.",
        ),
    ] = None,
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
) -> None:
    """Write self-contained HTML pages: the probabilities, then and now, and why."""
    from rich.console import Console

    from cszt_models import reports
    from cszt_models.analysis.history import history
    from cszt_models.analysis.library import library
    from cszt_models.present.texts.commands import line
    from cszt_models.project.dates import as_of_date, dates_until
    from cszt_models.project.project import load_project
    from cszt_models.scenarios.scenario import scenario_named

    opened = load_project(project)
    days = dates_until(opened, as_of_date(opened, as_of))
    form = reports.form(out or Path("reports") / opened.id, lang, only or [])
    known = library(opened).scenarios
    for name in [scenario, *(compare or [])]:
        scenario_named(known, name)
    with Console(stderr=True).status("starting") as status:
        analyses = history(
            opened,
            days,
            seed=seed,
            draws=draws,
            cache=not no_store,
            on_date=lambda day: status.update(f"fitting what was known at {day}"),
        )
        written = analyses.report(
            form.path,
            language=lang,
            only=form.kinds,
            scenario=scenario,
            compare=compare,
            on_page=lambda name: status.update(f"making {name}"),
        )
    spoken = "zh" if form.languages == ("zh",) else "en"
    key = "wrote" if form.alone else "wrote_files"
    print(line(key, spoken, count=written, path=form.path))
