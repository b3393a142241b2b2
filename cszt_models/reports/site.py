"""Site: the pages of a project as files, with downloads and a manifest beside them."""

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cszt_models.documents.sheets import as_csv, as_xlsx
from cszt_models.errors import DataError, unknown
from cszt_models.present.charts.raster import Rasterizer
from cszt_models.present.sentences import base as sentences
from cszt_models.present.tables import attainment as tables
from cszt_models.present.texts.pages import LANGUAGES, PAGES
from cszt_models.reports.charts import Picture
from cszt_models.reports.index import Leaf, described, index_page
from cszt_models.reports.manifest import manifest
from cszt_models.reports.pages import Page, Surroundings, page
from cszt_models.reports.report import Report
from cszt_models.reports.workbook import sheets
from cszt_models.storage.files import write_whole

MANIFEST = "manifest.json"
BOTH = "both"


def leaves(
    report: Report, languages: Sequence[str], only: Collection[str] = ()
) -> list[Leaf]:
    """The pages of a site.

    Parameters
    ----------
    only
        Kinds of pages wanted, all if none is named.

    Raises
    ------
    DataError
        If a kind of page is unknown.
    """
    strange = [kind for kind in only if kind not in PAGES]
    if strange:
        raise DataError(f"{unknown('page', strange[0], PAGES)} Choose among them.")
    kinds = [kind for kind in PAGES if not only or kind in only]
    return [
        Leaf(kind, language, region)
        for language in languages
        for kind in kinds
        if kind != "record" or report.past is not None
        for region in (report.regions if kind == "city" else [""])
    ]


def render_site(
    report: Report,
    *,
    languages: Sequence[str] = LANGUAGES,
    only: Collection[str] = (),
    on_page: Callable[[str], None] = lambda _: None,
) -> dict[str, bytes]:
    """Content of every file of a site, by its path in the folder.

    Parameters
    ----------
    only
        Kinds of pages wanted, all if none is named; without all there are no downloads.
    on_page
        Called with the name of each file before it is made, for progress.

    Raises
    ------
    DataError
        If a kind of page is unknown.
    ValueError, LookupError
        If no page can be made; a page that cannot is else left out.
    """
    chosen = leaves(report, languages, only)
    files: dict[str, bytes] = {}
    if not only:
        on_page("downloads")
        files |= downloads(report)
    offered = sorted(files)
    with Rasterizer() as rasterizer:
        drawn: dict[str, Drawn] = {}
        for leaf, document in _pages(report, chosen, offered, on_page):
            files[leaf.file(report.history.project.id)] = document.text.encode("utf-8")
            if not only:
                drawn |= {
                    f"figures/{picture.name}.{leaf.language}": Drawn(
                        picture, rasterizer.submit(partial(getattr, picture, "svg"))
                    )
                    for picture in document.pictures
                }
        if not only:
            on_page("figures")
            for name, (picture, image) in drawn.items():
                files[f"{name}.svg"] = picture.svg.encode("utf-8")
                files[f"{name}.png"] = image.result()
            files["index.html"] = index_page(report, chosen, offered).encode("utf-8")
    files[MANIFEST] = as_json(manifest(report, files))
    return files


class Drawn(NamedTuple):
    """A picture, and its PNG image as soon as it is made."""

    picture: Picture
    image: Future[bytes]


def _pages(
    report: Report,
    chosen: list[Leaf],
    offered: Sequence[str],
    on_page: Callable[[str], None],
) -> Iterator[tuple[Leaf, Page]]:
    """Pages one by one; those that cannot be made are taken from the chosen."""
    failures: list[Exception] = []
    for leaf in list(chosen):
        name = leaf.file(report.history.project.id)
        on_page(name)
        try:
            yield leaf, _page(report, leaf, chosen, downloads=offered)
        except (ValueError, LookupError) as error:  # the other chosen are kept
            failures.append(error)
            chosen.remove(leaf)
            on_page(f"{name} is left out: {error}")
    if failures and not chosen:
        raise failures[0]


def _page(
    report: Report, leaf: Leaf, chosen: Sequence[Leaf], downloads: Sequence[str]
) -> Page:
    project = report.history.project
    mine = [other for other in chosen if other.language == leaf.language]
    links = [
        {
            "file": other.file(project.id),
            "name": project.places[other.region].in_language(other.language)
            if other.region
            else PAGES[other.kind][other.language],
            "current": other == leaf,
        }
        for other in mine
    ]
    twins = [
        other.file(project.id)
        for other in chosen
        if (other.kind, other.region) == (leaf.kind, leaf.region) and other != leaf
    ]
    files = described(downloads, leaf.language)
    around = Surroundings(links, twins[0] if twins else "", files)
    return page(
        report, leaf.kind, language=leaf.language, region=leaf.region, around=around
    )


def downloads(report: Report) -> dict[str, bytes]:
    """Workbook, CSV tables, numbers and scenarios of a report, by file name."""
    project, tables_ = report.history.project, sheets(report)
    files = {
        f"{project.id}-tables.xlsx": workbook(report),
        f"{project.id}-numbers.json": as_json(numbers(report)),
        f"{project.id}-scenarios.yaml": project.file("scenarios.yaml").read_bytes(),
    }
    csv = {
        f"tables/{sheet.name.replace(' ', '-')}.csv": sheet.frame for sheet in tables_
    }
    return files | {name: as_csv(frame) for name, frame in csv.items()}


def workbook(report: Report) -> bytes:
    """The tables of a report as a spreadsheet file."""
    history, now = report.history, report.now.assessment
    facts = {
        "as of": now.as_of.isoformat(),
        "scenario": f"{history.scenario.name} ({history.scenario.hash})",
        "seed": now.seed,
        "draws": now.draws,
        "data": history.data_hash,
    }
    title = sentences.plan_title(history.project, "en")
    return as_xlsx(sheets(report), title=title, facts=facts)


def numbers(report: Report) -> dict[str, Any]:
    """Every probability of the report: by as-of date, and by scenario."""
    history = report.history
    return {
        "over_time": [
            tables.attain_record(assessment, history.project)
            for assessment in history.assessments
        ],
        "scenarios": [
            tables.attain_record(assessment, history.project)
            for compared in report.compared
            for assessment in compared.assessments
        ],
    }


def as_json(record: Mapping[str, Any]) -> bytes:
    """A record as a file of JSON, without NaN or infinity."""
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in a folder that is made if need be.

    Raises
    ------
    DataError
        If the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}). Choose another place."
        ) from None


def write_site(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a site; the manifest last, when all others are there.

    Raises
    ------
    DataError
        If the folder cannot be written.
    """
    for name in sorted(files, key=lambda name: (name == MANIFEST, name)):
        write(folder / name, files[name])


@dataclass(frozen=True)
class Form:
    """What a report is written as: one page in a file, or a folder of pages."""

    path: Path
    languages: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether it is one page."""
        return self.path.suffix == ".html"

    def write(self, report: Report, on_page: Callable[[str], None]) -> int:
        """Write the report, each file whole or not at all; the number of files.

        Raises
        ------
        DataError
            If they cannot be written.
        """
        if self.alone:
            document = page(report, self.kinds[0], language=self.languages[0])
            write(self.path, document.text.encode("utf-8"))
            return 1
        files = render_site(
            report, languages=self.languages, only=self.kinds, on_page=on_page
        )
        write_site(self.path, files)
        return len(files)


def form(path: Path, language: str = "", only: Sequence[str] = ()) -> Form:
    """The form of a report, checked before any work is done for it.

    Parameters
    ----------
    path
        A folder for all pages, or NAME.html for one.
    language
        ``"en"``, ``"zh"`` or ``"both"``; a folder has both if not given, a page ``en``.
    only
        Kinds of pages; all if none is given, the full page in a file.

    Raises
    ------
    DataError
        If the path cannot be written, the language or a page is unknown, or one file
        would hold several pages.
    """
    path = Path(path)
    alone = path.suffix == ".html"
    known = [*LANGUAGES] if alone else [*LANGUAGES, BOTH]
    language = language or ("en" if alone else BOTH)
    if language not in known:
        raise DataError(
            f"{language!r} is not a language here. Use {' or '.join(known)}."
        )
    for kind in only:
        if kind not in PAGES:
            raise DataError(unknown("page", kind, PAGES))
    kinds = tuple(only) or (("full",) if alone else ())
    if alone and (len(kinds) > 1 or kinds == ("city",)):
        raise DataError(
            f"{', '.join(kinds)} makes several pages, which one file cannot hold. "
            "Give a folder instead."
        )
    require_writable(path, folder=not alone)
    return Form(path, tuple(LANGUAGES) if language == BOTH else (language,), kinds)


def require_writable(path: Path, *, folder: bool = False) -> None:
    """Refuse a place that could not be written, before any work is done for it.

    Parameters
    ----------
    folder
        Whether the path is to be a folder rather than a file.

    Raises
    ------
    DataError
        If the path is of the other kind, or what holds it cannot be written.
    """
    if folder and path.exists() and not path.is_dir():
        raise DataError(f"{path} is a file. Give a folder, or a name ending in .html.")
    if not folder and path.is_dir():
        raise DataError(f"{path} is a folder. Give a file name, like page.html.")
    holds = next(part for part in (path / "x").absolute().parents if part.exists())
    holds = holds if holds.is_dir() and folder else path.absolute().parent
    while not holds.exists():
        holds = holds.parent
    if not holds.is_dir() or not os.access(holds, os.W_OK):
        raise DataError(f"{holds} cannot be written to. Choose another place.")
