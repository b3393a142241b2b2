"""Releases of tables: their figures as new observations or vintages of a project.

A value that repeats the known one adds nothing; a different one adds a vintage beside
the earlier.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from cszt_models.errors import DataError, unknown
from cszt_models.project.changes import change, with_regions
from cszt_models.project.days import last_day
from cszt_models.project.figure_checks import (
    CONFIRMED,
    background,
    doubtful_figures,
    observed_figures,
    require_plausible,
)
from cszt_models.project.figure_series import Doubt
from cszt_models.project.observations import WITHIN_YEAR, read_observations
from cszt_models.project.periods import (
    ESTIMATE,
    Period,
    Release,
    YearPart,
    indicator_of,
    release_of,
)
from cszt_models.project.project import Project, load_project
from cszt_models.vocabulary import GROWTH
from cszt_models.yearbooks.figures import Figure, same_value

REMEDY = (
    "Nothing is imported. Correct the cell; if its source does print it, name it with "
    "--confirm CELL."
)


@dataclass(frozen=True)
class Publication:
    """A publication: release date, source, and basis and status of its figures."""

    released: str
    source: str
    basis: str
    status: str


def as_releases(
    figures: Sequence[Figure], part: YearPart, status: str, project: Project
) -> list[Figure]:
    """Figures under the names of their series, where they are evidence within a year.

    Parameters
    ----------
    figures
        Of a table.
    part
        Of the year.
    status
        Of the publication.
    project
        With the kinds of its indicators.

    Raises
    ------
    DataError
        If an indicator has no parts of a year, or they are no estimates.
    """
    span, estimate = part.span, status == ESTIMATE
    if not span.whole and estimate:
        raise DataError(
            f"--status estimate is of a whole year, and the table is of {span.code}. "
            "Write --status preliminary."
        )
    for figure in figures:
        kind = project.indicators[figure.indicator].kind
        if not span.whole and kind not in WITHIN_YEAR:
            raise DataError(
                f"{figure.place} is {figure.indicator} of {span.code}, and only growth "
                "and flows have a part of a year. Leave it out with --skip "
                f"{figure.indicator}."
            )
        if part.sequential and kind != "growth":
            raise DataError(
                f"{figure.place} is {figure.indicator}, and only growth is on the "
                f"months before. Leave it out with --skip {figure.indicator}."
            )
    return [
        replace(figure, indicator=Release(figure.indicator, part, estimate).series)
        for figure in figures
    ]


@dataclass(frozen=True)
class Revision:
    """A figure that differs from the latest known value."""

    figure: Figure
    before: float

    @property
    def change(self) -> float:
        """New minus previous value, in the project's unit."""
        return self.figure.value - self.before


@dataclass(frozen=True)
class Changes:
    """New and revised figures of a publication, and the number of unchanged ones."""

    new: tuple[Figure, ...]
    revised: tuple[Revision, ...]
    unchanged: int

    @property
    def added(self) -> list[Figure]:
        """Figures to append to the observations."""
        return [*self.new, *(revision.figure for revision in self.revised)]


def check_publication(project: Project, publication: Publication) -> date:
    """Check a publication and return the last day of its release date.

    Raises
    ------
    DataError
        If the date does not exist or is later than the project's data date, the source
        is empty, or the basis is not one of the project's.
    """
    try:
        day = last_day(publication.released)
    except ValueError:
        raise DataError(
            f"--released {publication.released!r} is not a date that exists. Write "
            "YYYY-MM-DD, YYYY-MM or YYYY: when the table came out."
        ) from None
    if day > project.data_date:
        raise DataError(
            f"--released {publication.released} reaches to {day}, after data_date "
            f"{project.data_date} of project.yaml. Raise data_date or correct the date."
        )
    if not publication.source.strip():
        raise DataError("--source is empty. Name the document and who published it.")
    if publication.basis not in project.bases:
        words = unknown("basis", publication.basis, project.bases)
        raise DataError(f"{words} Choose one with --basis, or add it to project.yaml.")
    return day


def changes(
    figures: Iterable[Figure],
    observations: pd.DataFrame,
    publication: Publication,
    day: date,
) -> Changes:
    """Compare figures with the latest observations of the same basis.

    Parameters
    ----------
    figures : iterable of Figure
        Figures of the publication.
    observations : DataFrame
        All observations of the project, checked.
    publication : Publication
        Its basis selects the observations to compare with.
    day : date
        From `check_publication`; later observations are ignored.

    Raises
    ------
    DataError
        If a figure is of a year after the publication, or the same release date has
        another value already.
    """
    rows = observations[observations["basis"] == publication.basis]
    rows = rows[rows["known_on"] <= day].sort_values("known_on", kind="stable")
    keys = zip(rows["region"], rows["indicator"], rows["year"], strict=True)
    previous = dict(
        zip(keys, zip(rows["value"], rows["released"], strict=True), strict=True)
    )
    new, revised, unchanged = [], [], 0
    for figure in figures:
        if figure.year > day.year or _unfinished(figure, day):
            raise DataError(
                f"{figure.place} is of {when_of(figure)}, after the release on "
                f"{publication.released}: a forecast, not a figure. Correct "
                f"--released, or leave the year out with --skip {figure.year}."
            )
        if figure.key not in previous:
            new.append(figure)
            continue
        before, released = previous[figure.key]
        if same_value(before, figure.value):
            unchanged += 1
        elif released == publication.released:
            indicator = indicator_of(figure.indicator)
            cell = f"{figure.region} {indicator} {when_of(figure)}"
            raise DataError(
                f"{figure.place}: {cell} is {figure.value:g}, and {before:g} was "
                f"imported as released on {released}. If it came out later, say so "
                "with --released; if another source is kept, leave it out with --skip "
                f"{indicator}."
            )
        else:
            revised.append(Revision(figure, float(before)))
    return Changes(tuple(new), tuple(revised), unchanged)


def doubts_about(
    figures: Sequence[Figure],
    observations: pd.DataFrame,
    project: Project,
    publication: Publication,
    day: date,
    *,
    confirmed: Collection[str] = (),
) -> list[Doubt]:
    """Figures of a publication that are hard to believe, with their cells.

    Parameters
    ----------
    figures
        New or revised figures of the publication.
    observations
        All observations of the project, checked, which the figures are compared with.
    project
        Kinds of its indicators, its censuses and events.
    publication
        Its basis is that of the figures.
    day
        From `releases.check_publication`.
    confirmed
        Cells that are so, however odd.

    Raises
    ------
    DataError
        Naming the cells of figures that cannot be right.
    """
    if not figures:
        return []
    earlier = observed_figures(observations, project.file("observations.csv"))
    table = pd.DataFrame(
        {
            "region": [figure.region for figure in figures],
            "indicator": [figure.indicator for figure in figures],
            "year": [figure.year for figure in figures],
            "value": [figure.value for figure in figures],
            "place": [figure.place for figure in figures],
            "note": [CONFIRMED * is_confirmed(f, confirmed) for f in figures],
            "basis": publication.basis,
            "known_on": day,
        }
    )
    past = earlier[earlier["known_on"] <= day]
    both = pd.concat([past, table]) if len(past) else table
    cells = set(table["place"])
    doubts = doubtful_figures(both, background(project))
    return require_plausible(
        [d for d in doubts if d.place in cells], "the table", REMEDY
    )


def is_confirmed(figure: Figure, cells: Collection[str]) -> bool:
    """Whether a figure's cell is among those named, with or without file and sheet."""
    place = figure.place
    return any(place == cell or place.endswith(f" {cell}") for cell in cells if cell)


def append_figures(
    project: Project,
    regions: Mapping[str, tuple[str, str]],
    figures: Sequence[Figure],
    publication: Publication,
    *,
    confirmed: Collection[str] = (),
) -> None:
    """Write new regions and figures, or leave the project as it is if that fails.

    Parameters
    ----------
    project : Project
        Folder to write to.
    regions : mapping
        English and Chinese names of new regions by id.
    figures : sequence of Figure
        Figures to append.
    publication : Publication
        Publication of the figures.
    confirmed : collection of str
        Cells that are so, however odd; their rows say so in their note.

    Raises
    ------
    DataError
        If a file cannot be written, or the observations would not pass their checks.
    """
    contents = {}
    if regions:  # before the figures, which name them
        contents["project.yaml"] = with_regions(project, regions)
    contents["observations.csv"] = _with_figures(
        project, figures, publication, confirmed
    )
    change(project, contents, _check)


def _check(folder: Path) -> None:
    try:
        read_observations(load_project(folder))
    except DataError as error:
        raise DataError(f"with these figures {error} Nothing is imported.") from None


def when_of(figure: Figure) -> str:
    """Year of a figure, with its part."""
    return _period(figure) or str(figure.year)


def _unfinished(figure: Figure, day: date) -> bool:
    """Whether the months whose growth or sum a figure is were not over on a day."""
    series = release_of(figure.indicator) or Release(figure.indicator)
    whole = series.part.span.whole
    if whole and (series.estimate or figure.indicator != GROWTH):
        return False
    return Period(figure.year, series.part).end > day


def _period(figure: Figure) -> str:
    """Period of a figure as observations.csv writes it; empty for a year."""
    series = release_of(figure.indicator)
    code = series.part.code if series else ""
    return f"{figure.year}{code}" if code else ""


def _with_period(text: str) -> str:
    """A table of observations with an empty column ``period`` at the end."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for n, line in enumerate(csv.reader(io.StringIO(text))):
        if line:
            writer.writerow([*line, "" if n else "period"])
    return out.getvalue()


def _with_figures(
    project: Project,
    figures: Sequence[Figure],
    publication: Publication,
    confirmed: Collection[str],
) -> bytes:
    """observations.csv with figures appended."""
    text = project.file("observations.csv").read_text(encoding="utf-8-sig")
    columns = next(csv.reader([text.partition("\n")[0]]), [])
    if "period" not in columns and any(_period(figure) for figure in figures):
        text, columns = _with_period(text), [*columns, "period"]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    units = {name: figure.unit for name, figure in project.indicators.items()}
    for figure in figures:
        row = {
            "region": figure.region,
            "indicator": indicator_of(figure.indicator),
            "year": figure.year,
            "period": _period(figure),
            "value": f"{figure.value:.12g}",
            "unit": units[indicator_of(figure.indicator)],
            "basis": publication.basis,
            "status": publication.status,
            "released": publication.released,
            "source": publication.source,
            "source_ref": figure.place,
            "note": CONFIRMED * is_confirmed(figure, confirmed),
        }
        writer.writerow({name: row[name] for name in columns if name in row})
    whole = text if text.endswith("\n") or not text else f"{text}\n"
    return (whole + out.getvalue()).encode()
