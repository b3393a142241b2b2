"""``cszt import``: read a table into the observations of a project."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cszt_models.cli.request import Json, print_json, show

if TYPE_CHECKING:
    from cszt_models.yearbooks.figures import Changes

EPILOG = (
    "Example: `cszt import yearbook.xlsx --into hubei --released 2023-03 --source "
    "'[2] 湖北统计年鉴2022'` shows the proposed meanings of its words; `--accept` "
    "imports the figures."
)


def import_(
    table: Annotated[Path, typer.Argument(metavar="FILE", help=".xlsx, .csv or .tsv.")],
    into: Annotated[Path, typer.Option(metavar="DIR", help="Project folder.")],
    released: Annotated[
        str, typer.Option(metavar="DATE", help="When the table came out.")
    ] = "",
    source: Annotated[str, typer.Option(help="The document and its publisher.")] = "",
    sheet: Annotated[str | None, typer.Option(help="Worksheet of FILE.")] = None,
    region: Annotated[
        str, typer.Option(help="Name of the region, if the table is of one only.")
    ] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=TEXT", help="Only rows with this text in the column."
        ),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Leave this indicator out; again for more."),
    ] = None,
    basis: Annotated[
        str, typer.Option(metavar="NAME", help="Statistical basis.")
    ] = "as_first_published",
    status: Annotated[
        str, typer.Option(metavar="NAME", help="preliminary, revised, census, unknown.")
    ] = "unknown",
    accept: Annotated[
        bool, typer.Option("--accept", help="Import with the proposed meanings.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import the figures of a table into a project (导入表格)."""
    import pandas as pd

    from cszt_models.errors import DataError, unknown
    from cszt_models.project.observations import STATUSES, read_observations
    from cszt_models.project.project import load_project
    from cszt_models.yearbooks import figures as imports
    from cszt_models.yearbooks import mapping as correspondence
    from cszt_models.yearbooks.layout import layout_of, rows_where
    from cszt_models.yearbooks.spreadsheet import read_sheet

    project = load_project(into)
    known = correspondence.read_correspondence(project)
    table_sheet = rows_where(read_sheet(table, sheet), where or [])
    layout = layout_of(table_sheet, known.roles, region=region)
    proposal, proposals = correspondence.propose(layout, project, known)
    meaning = known.joined(proposal)
    if proposals:
        path = correspondence.write_correspondence(project, meaning)
        if not as_json:
            rows = pd.DataFrame(correspondence.proposal_records(proposals))
            show(rows, f"Proposed meanings of the words of {table.name}")
    if proposals and layout.unused and not as_json:
        print(f"Columns left out: {', '.join(c.key for c in layout.unused)}.")
    if proposals and not accept:
        print(
            f"Nothing is imported yet. Check and correct {path}; then run the same "
            "command with --accept."
        )
        return
    if not released or not source:
        lost = "--released" if not released else "--source"
        raise DataError(
            f"{lost} is missing. Give the release date (--released 2023-03) and "
            "the document (--source '[1] statistical yearbook 2022')."
        )
    if status not in STATUSES:
        raise DataError(f"{unknown('status', status, STATUSES)} Choose with --status.")
    release = imports.Release(released, source, basis, status)
    day = imports.check_release(project, release)
    all_figures = imports.figures_of(layout, meaning, project)
    figures = imports.without(all_figures, skip or [], project)
    added = imports.new_regions(layout, meaning, figures, project)
    changes = imports.changes(figures, read_observations(project), release, day)
    imports.bring(project, added, changes.added, release)
    if as_json:
        print_json(_record(changes) | {"regions": list(added)})
        return
    _print(changes, list(added), table.name, into)


def _record(changes: "Changes") -> dict[str, object]:
    return {
        "new": len(changes.new),
        "unchanged": changes.unchanged,
        "revised": [
            {
                "region": revision.figure.region,
                "indicator": revision.figure.indicator,
                "year": revision.figure.year,
                "before": revision.before,
                "value": revision.figure.value,
                "cell": revision.figure.place,
            }
            for revision in changes.revised
        ],
    }


def _print(changes: "Changes", regions: list[str], name: str, into: Path) -> None:
    import pandas as pd

    print(
        f"{name}: {len(changes.new)} new figures, {len(changes.revised)} revised, "
        f"{changes.unchanged} as known before."
    )
    if regions:
        print(f"New regions in project.yaml: {', '.join(regions)}.")
    if changes.revised:
        rows = [
            {
                "region": revision.figure.region,
                "indicator": revision.figure.indicator,
                "year": revision.figure.year,
                "before": f"{revision.before:g}",
                "now": f"{revision.figure.value:g}",
                "change": f"{revision.change:+g}",
                "cell": revision.figure.place,
            }
            for revision in changes.revised
        ]
        title = "Revised: the earlier figures stay as the earlier vintage"
        show(pd.DataFrame(rows), title, ("before", "now", "change"))
    print(f"Next: cszt check --project {into}")
