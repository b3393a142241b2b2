"""``report`` and ``export``: pages, office documents, and files for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.request import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    NoStore,
    PlanId,
    ProjectDir,
    Request,
    ScenarioName,
    Seed,
    command,
    print_json,
)

EPILOG = (
    "Examples: `cszt report` · `cszt report --lang both --out reports/czt` · "
    "`cszt report --out page.html --only brief --lang zh` · "
    "`cszt report --to docx --lang zh` · `cszt report --out six-slides.pptx`"
)
EXPORT_EPILOG = (
    "Examples: `cszt export paths.csv` (IAMC) · `cszt export paths.csv --to sdmx` · "
    "`cszt export paths.parquet --compare strong`"
)


def report(
    project: ProjectDir = None,
    as_of: AsOf = None,
    plan: PlanId = None,
    scenario: ScenarioName = "baseline",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="A folder for all pages, or a file such as NAME.html or NAME.docx for "
            "one; default: reports/ and the id of the project.",
        ),
    ] = None,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORM",
            help="html, docx (Word), pptx (six slides), xlsx or pdf; default: by the "
            "ending of --out, else html.",
        ),
    ] = "",
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|zh|both", help="Language of the pages.")
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="PAGE",
            help="brief, full, record, scenarios, city, calibration or data; again "
            "for more.",
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
    """Write pages or documents: the probabilities, then and now, and why (报告)."""
    from rich.console import Console

    from cszt_models import reports
    from cszt_models.analysis.history import history
    from cszt_models.analysis.library import library
    from cszt_models.present.texts.commands import line
    from cszt_models.project.dates import as_of_date, dates_until
    from cszt_models.project.project import load_project
    from cszt_models.scenarios.scenario import scenario_named

    opened = load_project(project)
    opened = opened if plan is None else opened.select(plan)
    opened = opened.on(as_of_date(opened, as_of))
    days = dates_until(opened, as_of_date(opened, as_of))
    form = reports.form(out or Path("reports") / opened.id, lang, only or [], to)
    known = library(opened).scenarios
    for name in [scenario, *(compare or [])]:
        scenario_named(known, name)
    with Console(stderr=True).status("starting") as status:
        analyses = history(
            opened,
            days,
            plan=plan,
            seed=seed,
            draws=draws,
            cache=not no_store,
            on_date=lambda day: status.update(f"fitting what was known on {day}"),
        )
        written = analyses.report(
            form.path,
            language=lang,
            only=only or [],
            to=to,
            scenario=scenario,
            compare=compare,
            on_page=lambda name: status.update(f"making {name}"),
        )
    spoken = "zh" if form.languages == ("zh",) else "en"
    key = "wrote" if form.alone else "wrote_files"
    print(line(key, spoken, count=written, path=form.path))


@command(without=("engine", "as_csv"))
def export(
    request: Request,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="NAME.csv or NAME.parquet.")
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORM",
            help="iamc, sdmx or parquet; default: by the ending of FILE, else iamc.",
        ),
    ] = "",
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare", metavar="NAME", help="A scenario beside it; again for more."
        ),
    ] = None,
) -> None:
    """Write paths and probabilities for pyam, SDMX tools or R (导出)."""
    from cszt_models.documents.interchange import form_of
    from cszt_models.present.texts.commands import line
    from cszt_models.scenarios.scenario import scenario_named

    form = form_of(path, to)
    analysis = request.analysis()
    for name in compare or ():
        scenario_named(analysis.scenarios, name)
    scenarios = list(dict.fromkeys([request.scenario, *(compare or ())]))
    rows = analysis.export(path, scenarios, to=form)
    if request.as_json:
        record = {"path": str(path), "form": form, "rows": rows}
        print_json(record | {"scenarios": scenarios})
    else:
        print(line("wrote_rows", request.lang, count=rows, path=path))
