"""``cszt reproduce``: whether a report comes out the same again."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.request import Lang, NoStore, ProjectDir

EPILOG = "Example: `cszt reproduce reports/czt/manifest.json`"


def reproduce(
    manifest: Annotated[
        Path, typer.Argument(metavar="MANIFEST", help="manifest.json of a report.")
    ],
    project: ProjectDir = None,
    no_store: NoStore = False,
    lang: Lang = "en",
) -> None:
    """Make a report's numbers again, or name the first that differs (复现)."""
    from cszt_models import reports
    from cszt_models.analysis.history import history
    from cszt_models.analysis.library import library
    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line
    from cszt_models.progress import bar
    from cszt_models.project.project import load_project
    from cszt_models.reports.reproduce import (
        check_inputs,
        check_numbers,
        read_manifest,
    )

    require_language(lang)
    record = read_manifest(manifest)
    opened = load_project(project)
    known = library(opened).scenarios
    others = check_inputs(record, opened, known)
    if others:
        print(line("other_versions", lang, names=", ".join(others)))
    days = [date.fromisoformat(day) for day in record["as_of_dates"]]
    with bar("as-of dates", len(days)) as b:
        analyses = history(
            opened,
            days,
            seed=record["seed"],
            draws=record["draws"],
            cache=not no_store,
            on_date=b.step,
        )
        compared = {name: known[name] for name in record["scenario_hashes"]}
        report = reports.gather(
            analyses.attain(scenario=record["scenario"]),
            compared,
            store=analyses[-1].store,
        )
        count = check_numbers(record, report, manifest.parent)
    print(line("same_numbers", lang, count=count))
