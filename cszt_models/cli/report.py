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
from cszt_models.errors import DataError

EPILOG = (
    "Examples: `cszt report` · `cszt report --lang both --out reports/czt` · "
    "`cszt report --out page.html --only brief --lang zh`"
)
BOTH = "both"


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
    from cszt_models.analysis.history import history as analyse_dates
    from cszt_models.analysis.library import library
    from cszt_models.present.texts.commands import line
    from cszt_models.project.dates import as_of_date, dates_until
    from cszt_models.project.project import load_project
    from cszt_models.scenarios.scenario import scenario_named
    from cszt_models.storage.store import Store

    opened = load_project(project)
    days = dates_until(opened, as_of_date(opened, as_of))
    path = out or Path("reports") / opened.id
    alone = path.suffix == ".html"
    languages = _languages(lang, alone=alone)
    kinds = _kinds(only or [], alone=alone)
    reports.require_writable(path, folder=not alone)
    known = library(opened).scenarios
    chosen = scenario_named(known, scenario)
    compared = {name: scenario_named(known, name) for name in compare or known}
    store = None if no_store else Store()
    with Console(stderr=True).status("starting") as status:
        history = analyse_dates(
            opened,
            days,
            seed=seed,
            draws=draws,
            cache=not no_store,
            on_date=lambda day: status.update(f"fitting what was known at {day}"),
        )
        pages = reports.gather(history.attain(scenario=chosen), compared, store=store)
        status.update("drawing the pages")
        if alone:
            document = reports.page(pages, kinds[0], language=languages[0])
            reports.write(path, document.text.encode("utf-8"))
        else:
            files = reports.render_site(
                pages,
                languages=languages,
                only=kinds,
                on_page=lambda name: status.update(f"making {name}"),
            )
            reports.write_site(path, files)
    spoken = "zh" if languages == ["zh"] else "en"
    if alone:
        print(line("wrote", spoken, path=path))
    else:
        print(line("wrote_files", spoken, count=len(files), path=path))


def _languages(lang: str, *, alone: bool) -> list[str]:
    from cszt_models.reports import LANGUAGES

    known = [*LANGUAGES] if alone else [*LANGUAGES, BOTH]
    lang = lang or ("en" if alone else BOTH)
    if lang not in known:
        remedy = " or ".join(known)
        raise DataError(f"--lang {lang!r} is not a language here. Use {remedy}.")
    return [*LANGUAGES] if lang == BOTH else [lang]


def _kinds(only: list[str], *, alone: bool) -> list[str]:
    from cszt_models.errors import unknown
    from cszt_models.reports import PAGES

    for kind in only:
        if kind not in PAGES:
            raise DataError(f"--only {unknown('page', kind, PAGES)}")
    if not alone:
        return only
    kinds = only or ["full"]
    if len(kinds) > 1 or kinds == ["city"]:
        raise DataError(
            f"--only {', '.join(kinds)} makes several pages, which one file cannot "
            "hold. Give a folder as --out."
        )
    return kinds
