"""Forms in which a report is written: pages, Word, slides, spreadsheet, PDF.

All are made of the same pages and results, so their numbers are equal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cszt_models.documents.page_content import content_of
from cszt_models.errors import DataError, unknown
from cszt_models.present.texts.pages import LANGUAGES, PAGES
from cszt_models.reports import site
from cszt_models.reports.pages import page
from cszt_models.reports.report import Report
from cszt_models.reports.site import BOTH, Form, require_writable, workbook, write
from cszt_models.reports.slides import slides

KINDS: Mapping[str, tuple[str, ...]] = {  # of pages, if none is named
    "docx": ("brief", "full"),
    "pdf": ("brief", "full"),
    "pptx": (),
    "xlsx": (),
}
HTML = "html"
FORMS = (*KINDS, HTML)


@dataclass(frozen=True)
class DocumentForm:
    """Office documents: one file, or a folder of them.

    ``to`` is the ending of the files; ``kinds`` are those of the pages, none for slides
    and workbooks.
    """

    path: Path
    to: str
    languages: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether it is one file."""
        return self.path.suffix == f".{self.to}"

    def files(self, report: Report) -> dict[Path, tuple[str, str]]:
        """Path of each file, with its kind of page and its language."""
        project = report.history.project.id
        if self.to == "xlsx":
            name = f"{project}-tables.xlsx"
            return {self.path if self.alone else self.path / name: ("", "en")}
        kinds = self.kinds or ("slides",)
        return {
            self.path
            if self.alone
            else self.path / f"{project}-{kind}.{language}.{self.to}": (kind, language)
            for language in self.languages
            for kind in kinds
        }

    def write(self, report: Report, on_page: Callable[[str], None]) -> int:
        """Write the documents, each file whole or not at all; the number of files.

        Raises
        ------
        DataError
            If one cannot be written, or no browser prints a PDF.
        """
        files = self.files(report)
        for path, (kind, language) in files.items():
            on_page(path.name)
            write(path, document(report, self.to, kind=kind, language=language))
        return len(files)


def document(report: Report, to: str, *, kind: str, language: str) -> bytes:
    """A report as a document.

    Parameters
    ----------
    report
        The report.
    to
        One of `FORMS`.
    kind
        Of its page; of no account for slides and workbooks.
    language
        ``"en"`` or ``"zh"``; of no account for workbooks.

    Raises
    ------
    DataError
        If the kind of page is unknown, or no browser prints a PDF.
    """
    if to == "xlsx":
        return workbook(report)
    if to == "pptx":
        from cszt_models.documents.slides import as_pptx

        return as_pptx(*slides(report, language))
    text = page(report, kind, language=language).text
    if to == HTML:
        return text.encode("utf-8")
    if to == "pdf":
        from cszt_models.documents.pdf import as_pdf

        return as_pdf(text, one_sheet=kind == "brief")
    from cszt_models.documents.word import as_docx

    return as_docx(content_of(text))


def form(
    path: Path, language: str = "", only: Sequence[str] = (), to: str = ""
) -> Form | DocumentForm:
    """The form of a report, checked before any work is done for it.

    Parameters
    ----------
    path
        A folder, or a file such as NAME.docx for one document.
    language
        ``"en"``, ``"zh"`` or ``"both"``; a folder has both if not given, a file ``en``.
    only
        Kinds of pages; all if none is given, the full page in a file.
    to
        One of `FORMS`; by the ending of the file, else pages, if not given.

    Raises
    ------
    DataError
        If the form, the language or a page is unknown, the path cannot be written, or
        one file would hold several documents.
    """
    path = Path(path)
    ending = path.suffix.removeprefix(".")
    if to and to not in FORMS:
        raise DataError(f"{unknown('form', to, FORMS)} Choose one of them.")
    if to and ending in FORMS and ending != to:
        raise DataError(
            f"{path} does not end in .{to}. Give a name that does, or a folder."
        )
    to = to or (ending if ending in FORMS else HTML)
    if to == HTML:
        return site.form(path, language, only)
    alone = ending == to
    language = language or ("en" if alone else BOTH)
    known = [*LANGUAGES] if alone else [*LANGUAGES, BOTH]
    if language not in known:
        raise DataError(
            f"{language!r} is not a language here. Use {' or '.join(known)}."
        )
    kinds = _kinds(to, only, alone=alone)
    if to == "pdf":
        from cszt_models.documents.pdf import browser

        browser()
    require_writable(path, folder=not alone)
    languages = tuple(LANGUAGES) if language == BOTH else (language,)
    return DocumentForm(path, to, languages, kinds)


def _kinds(to: str, only: Sequence[str], *, alone: bool) -> tuple[str, ...]:
    """Kinds of pages of a form.

    Raises
    ------
    DataError
        If one is unknown, the form has none, or one file would hold several.
    """
    for kind in only:
        if kind not in PAGES:
            raise DataError(unknown("page", kind, PAGES))
    if only and not KINDS[to]:
        raise DataError(
            f"--only {only[0]}: a .{to} file is not made of pages. Leave --only out."
        )
    if "city" in only:
        raise DataError(
            "pages of regions are written as HTML only. Leave out --only city, or --to."
        )
    kinds = tuple(only) or (KINDS[to][-1:] if alone else KINDS[to])
    if alone and len(kinds) > 1:
        raise DataError(
            f"{', '.join(kinds)} makes several pages, which one file cannot hold. "
            "Give a folder instead."
        )
    return kinds
