"""``cszt import``: read a table into the observations of a project."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cszt_models.cli.check import print_doubts
from cszt_models.cli.request import Csv, Json, Lang, print_csv, print_json, show

if TYPE_CHECKING:
    import pandas as pd

    from cszt_models.yearbooks.layout import Layout
    from cszt_models.yearbooks.releases import Changes, Publication

EPILOG = (
    "Examples: `cszt import yearbook.xlsx --into hubei --released 2023-03 --source "
    "'[2] 湖北统计年鉴2022'` shows the proposed meanings of its words; `--accept` "
    "imports the figures · `cszt import q3.csv --into hubei --period 2026Q1-Q3 "
    "--released 2026-10-22 --source '[1] 湖北省统计局' --accept`"
)


def import_(
    table: Annotated[
        Path, typer.Argument(metavar="FILE", help=".xlsx, .xls, .csv or .tsv.")
    ],
    into: Annotated[Path, typer.Option(metavar="DIR", help="Project folder.")],
    released: Annotated[
        str, typer.Option(metavar="DATE", help="When the table came out.")
    ] = "",
    source: Annotated[str, typer.Option(help="The document and its publisher.")] = "",
    sheet: Annotated[str | None, typer.Option(help="Worksheet of FILE.")] = None,
    region: Annotated[
        str, typer.Option(help="Name of the region, if the table is of one only.")
    ] = "",
    indicator: Annotated[
        str,
        typer.Option(metavar="ID", help="Indicator, if no header or title names it."),
    ] = "",
    unit: Annotated[
        str, typer.Option(help="Unit of the figures, like 亿元 or fraction.")
    ] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=TEXT", help="Only rows with this text there."),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORDS",
            help="Leave out an indicator, header, region or year; unknown: all such.",
        ),
    ] = None,
    header_row: Annotated[
        str, typer.Option(metavar="N", help="Row of the header, or rows like 3-5.")
    ] = "",
    encoding: Annotated[
        str, typer.Option(help="Encoding of a text file, like cp1252.")
    ] = "",
    decimal: Annotated[
        str, typer.Option(metavar="MARK", help="Decimal mark of numbers: . or ,")
    ] = "",
    basis: Annotated[
        str, typer.Option(metavar="NAME", help="Statistical basis.")
    ] = "as_first_published",
    status: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="preliminary, revised, census, derived_by_source, unknown; estimate, "
            "of a year before its figures.",
        ),
    ] = "unknown",
    period: Annotated[
        str,
        typer.Option(
            metavar="PERIOD",
            help="Part of the year, like 2026Q1, or Q1 of any year; default: as "
            "headers say.",
        ),
    ] = "",
    confirm: Annotated[
        list[str] | None,
        typer.Option(metavar="CELL", help="This figure is so, however odd it looks."),
    ] = None,
    accept: Annotated[
        bool,
        typer.Option("--accept", metavar="", help="Import with the proposed meanings."),
    ] = False,
    lang: Lang = "en",
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Import the figures of a table into a project (导入表格)."""
    import pandas as pd

    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line
    from cszt_models.project.observations import read_observations
    from cszt_models.project.project import load_project
    from cszt_models.yearbooks import figures as conversion
    from cszt_models.yearbooks import mapping, proposals, releases
    from cszt_models.yearbooks.cell_text import plain
    from cszt_models.yearbooks.files import read_sheet
    from cszt_models.yearbooks.layout import layout_of, rows_where
    from cszt_models.yearbooks.parts.tables import without_forecasts, without_parts

    require_language(lang)
    project = load_project(into)
    known = mapping.read_correspondence(project)
    words = [name for name in skip or [] if name not in project.indicators]
    cells = read_sheet(table, sheet, encoding=encoding)
    read = without_parts(without_forecasts(cells, status), period)
    layout = layout_of(
        read.sheet,
        {**known.roles, **dict.fromkeys(map(plain, words), mapping.SKIP)},
        region=region,
        header=_rows(header_row),
        decimal=_decimal(decimal) or known.decimal,
    )
    layout = rows_where(layout, where or [])
    meaning, entries = proposals.propose(
        layout,
        project,
        known,
        indicator=indicator,
        unit_text=unit,
        part=read.part,
    )
    meaning, entries = proposals.leave_out(layout, meaning, entries, words)
    records = proposals.proposal_records(entries)
    if not (as_json or as_csv):
        _print_proposals(layout, records, table.name, lang)
    if accept:
        proposals.check_left_out(entries)
    if meaning != known:
        mapping.write_correspondence(project, meaning)
    if entries and not accept and as_csv:
        print_csv(pd.DataFrame(records))
        return
    if entries and not accept:
        print(line("not_imported", lang, path=into / mapping.NAME))
        return
    publication = _publication(released, source, basis, status)
    day = releases.check_publication(project, publication)
    all_figures = conversion.figures_of(layout, meaning, project, year=read.year)
    years = {entry.year for _, entry in layout.entries() if entry.year} - {read.year}
    if read.year and years and not (as_json or as_csv):
        names = ", ".join(map(str, sorted(years)))
        print(line("years_left_out", lang, year=read.year, years=names))
    ids = [name for name in skip or [] if name in project.indicators]
    figures = conversion.without(all_figures, ids, project)
    figures = [figure for figure in figures if str(figure.year) not in words]
    added = conversion.new_regions(layout, meaning, figures, project)
    figures = releases.as_releases(figures, read.part, publication.status, project)
    known_figures = read_observations(project)
    changes = releases.changes(figures, known_figures, publication, day)
    sure = confirm or []
    doubts = releases.doubts_about(
        changes.added, known_figures, project, publication, day, confirmed=sure
    )
    releases.append_figures(project, added, changes.added, publication, confirmed=sure)
    if as_json:
        record = _record(changes) | {"regions": list(added), "notes": layout.notes}
        print_json(record | {"doubts": [str(doubt) for doubt in doubts]})
        return
    if as_csv:
        print_csv(_revised(changes))
        return
    print_doubts(doubts, lang)
    _print(changes, list(added), table.name, into, lang)


def _rows(text: str) -> tuple[int, int] | None:
    """First and last header row from 0, of a text like 3 or 3-5."""
    from cszt_models.errors import DataError

    if not text:
        return None
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        raise DataError(f"--header-row {text!r} is no row. Write it like 3, or 3-5.")
    rows = int(first) - 1, int(last or first) - 1
    if not 0 <= rows[0] <= rows[1]:
        raise DataError(f"--header-row {text!r} is no row. Write it like 3, or 3-5.")
    return rows


def _decimal(text: str) -> str:
    from cszt_models.errors import DataError

    if text not in ("", ".", ","):
        raise DataError(f"--decimal {text!r} is no decimal mark. Write . or ,")
    return text


def _publication(released: str, source: str, basis: str, status: str) -> "Publication":
    from cszt_models.errors import DataError, unknown
    from cszt_models.project.observations import STATUSES
    from cszt_models.yearbooks.releases import Publication

    if not released or not source:
        lost = "--released" if not released else "--source"
        raise DataError(
            f"{lost} is missing. Give the release date (--released 2023-03) and "
            "the document (--source '[1] statistical yearbook 2022')."
        )
    if status not in STATUSES:
        raise DataError(f"{unknown('status', status, STATUSES)} Choose with --status.")
    return Publication(released, source, basis, status)


def _print_proposals(
    layout: "Layout", records: list[dict[str, str]], name: str, lang: str
) -> None:
    import pandas as pd

    from cszt_models.present.texts.commands import line
    from cszt_models.present.texts.errors import translated

    if records:
        show(pd.DataFrame(records), line("proposals", lang, name=name))
    for note in layout.notes:
        print(line("note", lang, note=translated(note) if lang == "zh" else note))
    if records and layout.unused:
        left_out = dict.fromkeys(column.key for column in layout.unused)
        print(line("columns_left_out", lang, names=", ".join(left_out)))


def _record(changes: "Changes") -> dict[str, object]:
    from cszt_models.yearbooks.releases import when_of

    return {
        "new": len(changes.new),
        "unchanged": changes.unchanged,
        "revised": [
            {
                "region": revision.figure.region,
                "indicator": revision.figure.indicator,
                "year": revision.figure.year,
                "period": when_of(revision.figure),
                "before": revision.before,
                "value": revision.figure.value,
                "cell": revision.figure.place,
            }
            for revision in changes.revised
        ],
    }


def _revised(changes: "Changes") -> "pd.DataFrame":
    """Figures that a table gives otherwise than those known before."""
    import pandas as pd

    from cszt_models.project.periods import indicator_of
    from cszt_models.yearbooks.releases import when_of

    columns = ["region", "indicator", "year", "before", "now", "change", "cell"]
    rows = [
        (
            revision.figure.region,
            indicator_of(revision.figure.indicator),
            when_of(revision.figure),
            revision.before,
            revision.figure.value,
            revision.change,
            revision.figure.place,
        )
        for revision in changes.revised
    ]
    return pd.DataFrame(rows, columns=columns)


def _print(
    changes: "Changes", regions: list[str], name: str, into: Path, lang: str
) -> None:
    from cszt_models.present.texts.commands import line

    new, revised = len(changes.new), len(changes.revised)
    same = changes.unchanged
    print(line("new_figures", lang, name=name, new=new, revised=revised, same=same))
    if regions:
        print(line("new_regions", lang, names=", ".join(regions)))
    if changes.revised:
        from cszt_models.results.base import formatted

        rows = _revised(changes)
        for name, form in (("before", "{:g}"), ("now", "{:g}"), ("change", "{:+g}")):
            rows[name] = formatted(rows[name], form)
        show(rows, line("revised", lang), ("before", "now", "change"))
    print(line("next_check", lang, folder=into))
