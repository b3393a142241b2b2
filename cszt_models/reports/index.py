"""Index: a page that says who each page and file of a site is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from cszt_models.present.sentences import base as sentences
from cszt_models.present.texts.index import DOWNLOADS, FOLDERS, READERS, TITLES
from cszt_models.present.texts.pages import PAGES, TAGS
from cszt_models.reports.cards import lead
from cszt_models.reports.report import Report


@dataclass(frozen=True)
class Leaf:
    """A page of the site: its kind, language and, for one of a region, whose it is."""

    kind: str
    language: str
    region: str = ""

    def file(self, project: str) -> str:
        """Name of its file."""
        place = f"-{self.region}" if self.region else ""
        return f"{project}-{self.kind}{place}.{self.language}.html"


def index_page(report: Report, chosen: Sequence[Leaf], files: Sequence[str]) -> str:
    """A page that leads to the others, and to the files beside them.

    Parameters
    ----------
    chosen
        Pages of the site.
    files
        Names of the downloads.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    languages = dict.fromkeys(leaf.language for leaf in chosen)
    groups = [_group(report, chosen, files, language) for language in languages]
    environment = Environment(
        loader=PackageLoader("cszt_models"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("index.html.j2").render(groups=groups)


def _group(
    report: Report, chosen: Sequence[Leaf], files: Sequence[str], language: str
) -> dict[str, object]:
    """What the index says in one language."""
    project = report.history.project
    mine = [leaf for leaf in chosen if leaf.language == language]
    pages = [
        (
            leaf.file(project.id),
            PAGES[leaf.kind][language],
            READERS[leaf.kind][language],
        )
        for leaf in mine
        if not leaf.region
    ]
    places = [
        (leaf.file(project.id), project.places[leaf.region].in_language(language))
        for leaf in mine
        if leaf.region
    ]
    return {
        "tag": TAGS[language],
        "title": sentences.plan_title(project, language),
        "lead": lead(report.history, language),
        "as_of": report.now.assessment.as_of.isoformat(),
        "texts": {name: text[language] for name, text in TITLES.items()},
        "pages": pages,
        "places": places,
        "place_readers": READERS["city"][language],
        "downloads": described(files, language),
        "folders": [(name, text[language]) for name, text in FOLDERS.items()]
        if files
        else [],
    }


def described(files: Sequence[str], language: str) -> list[dict[str, str]]:
    """Downloads with what each is, without those in folders.

    Examples
    --------
    >>> described(["czt-numbers.json", "tables/targets.csv"], "en")[0]["file"]
    'czt-numbers.json'
    """
    names = [name for name in files if "/" not in name]
    return [
        {"file": name, "name": name, "about": _about(name, language)} for name in names
    ]


def _about(name: str, language: str) -> str:
    texts = [text for end, text in DOWNLOADS.items() if name.endswith(end)]
    return texts[0][language] if texts else ""
