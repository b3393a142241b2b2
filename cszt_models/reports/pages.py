"""Pages: HTML text from material, one template for each kind of page."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cszt_models.errors import DataError, unknown
from cszt_models.present.sentences import base as sentences
from cszt_models.reports import charts as pictures
from cszt_models.reports import tables as contents
from cszt_models.reports.charts import Picture, headline
from cszt_models.reports.manifest import commit, versions
from cszt_models.reports.material import Material
from cszt_models.reports.sections import calibration, needed, reasons
from cszt_models.reports.translations import PAGES, TAGS, words

# Characters that turn the direction of text: shown by number, so that a name in the
# data cannot turn what follows it.
_TURNING = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
VISIBLE = {code: f"[U+{code:04X}]" for code in _TURNING}


@dataclass(frozen=True)
class Surroundings:
    """What a page of a site points to; a page that stands alone points nowhere.

    ``links`` have a file, a name and whether they are the page itself; ``other`` is the
    file in the other language; ``downloads`` have a file and a name.
    """

    links: Sequence[Mapping[str, Any]] = ()
    other: str = ""
    downloads: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Page:
    """One page: its HTML text, and the pictures on it."""

    text: str
    pictures: Sequence[Picture] = field(default=())


def page(
    material: Material,
    kind: str,
    *,
    language: str = "en",
    region: str = "",
    around: Surroundings | None = None,
) -> Page:
    """A page of one kind, in one language.

    Parameters
    ----------
    kind
        One of `words.PAGES`.
    region
        Whose page it is, for ``city``.
    around
        What it points to.

    Raises
    ------
    DataError
        If the kind of page or the region is unknown.
    ValueError
        If the language is neither ``"en"`` nor ``"zh"``.
    """
    said = words(language)
    if kind not in PAGES:
        raise DataError(unknown("page", kind, PAGES))
    if kind == "city" and region not in material.regions:
        raise DataError(unknown("region", region, material.regions))
    build: Callable[..., dict[str, Any]] = _BUILD[kind]
    own = (
        build(material, language, region)
        if kind == "city"
        else build(material, language)
    )
    drawn = own.pop("drawn", ())
    story, now = material.story, material.now.assessment
    around = around or Surroundings()
    context = {
        "title": sentences.plan_title(story.project, language),
        "page_name": PAGES[kind][language],
        "plan": story.project.plan.label.in_language(language),
        "as_of": now.as_of.isoformat(),
        "tag": TAGS[language],
        "language": language,
        "words": said,
        "project": story.project,
        "scenario": story.scenario,
        "data_hash": story.data_hash,
        "seed": now.seed,
        "draws": now.draws,
        "engine": now.engine,
        "versions": versions(),
        "commit": commit(),
        "links": around.links,
        "other": around.other,
        "downloads": around.downloads,
    }
    text = _environment().get_template(f"{kind}.html.j2").render(context | own)
    text = re.sub(r"(?<=[0-9]) %", "\N{NO-BREAK SPACE}%", text.translate(VISIBLE))
    return Page(text, tuple(drawn))


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("cszt_models"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _brief(material: Material, language: str) -> dict[str, Any]:
    history = pictures.over_time(material.story, language)
    return {
        "lead": contents.lead(material.story, language),
        "cards": contents.cards(material, language),
        "history": history,
        "needed": needed(material, language),
        "drawn": list(history.values()),
    }


def _full(material: Material, language: str) -> dict[str, Any]:
    story, now = material.story, material.now
    fans = [
        {
            "as_of": chapter.assessment.as_of.isoformat(),
            "pictures": pictures.target_fans(story, chapter, language),
        }
        for chapter in material.ends
    ]
    history = pictures.over_time(story, language)
    goals, known = headline(story), now.fits.known
    return {
        "lead": contents.lead(story, language),
        "cards": contents.cards(material, language),
        "history": history,
        "history_table": contents.history_table(story, language),
        "reasons": reasons(material, language),
        "fans": fans,
        "regions_table": contents.regions_table(material, language),
        "scenario_tables": [
            contents.scenario_table(one, goals, language) for one in material.compared
        ],
        "panel": material.panel(language),
        "targets_table": contents.targets_table(now.assessment, language),
        "gates_table": contents.gates_table(now, language),
        "sources_table": contents.sources_table(known, language),
        "source_count": known["source"].nunique(),
        "story": story,
        "senses": {target.sense for target in story.targets.values()},
        "block_count": len(now.fits.blocks),
        "drawn": [*history.values(), *(p for f in fans for p in f["pictures"])],
    }


def _scenarios(material: Material, language: str) -> dict[str, Any]:
    goals = headline(material.story)
    drawn = [pictures.scenarios(one, goals, language) for one in material.compared]
    return {
        "assumptions_table": contents.assumptions_table(material, language),
        "compared": [
            {
                "as_of": one.as_of.isoformat(),
                "picture": picture,
                "table": contents.scenario_table(one, goals, language),
            }
            for one, picture in zip(material.compared, drawn, strict=True)
        ],
        "drawn": drawn,
    }


def _city(material: Material, language: str, region: str) -> dict[str, Any]:
    project, chapter = material.story.project, material.regional
    fans = [
        pictures.fan(chapter, indicator, region, language=language)
        for indicator in contents.REGIONAL
        if indicator in chapter.projection
    ]
    figures = contents.region_figures(chapter.fits.known, project, region)
    label = project.places[region].in_language(language)
    return {
        "title": label,
        "page_name": sentences.plan_title(project, language),
        "cards": contents.region_cards(material, region, language),
        "fans": fans,
        "paths_table": contents.paths_table(chapter, region, language),
        "figures_table": contents.figures_table(figures, project, language),
        "figure_count": len(figures),
        "drawn": fans,
    }


def _data(material: Material, language: str) -> dict[str, Any]:
    known = material.now.fits.known
    return {
        "figures_table": contents.figures_table(
            known, material.story.project, language
        ),
        "sources_table": contents.sources_table(known, language),
    }


def _calibration(material: Material, language: str) -> dict[str, Any]:
    return {"sections": calibration(material, language)}


_BUILD: Mapping[str, Callable[..., dict[str, Any]]] = {
    "brief": _brief,
    "full": _full,
    "scenarios": _scenarios,
    "city": _city,
    "calibration": _calibration,
    "data": _data,
}
