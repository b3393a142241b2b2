"""Pages: HTML text from report, one template for each kind of page."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cszt_models.errors import DataError, unknown
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import glance, hindcast, sources
from cszt_models.present.sentences import scenarios as scenario_words
from cszt_models.present.texts.pages import PAGES, TAGS, words
from cszt_models.reports import bullets, places
from cszt_models.reports import cards as first
from cszt_models.reports import charts as pictures
from cszt_models.reports import tables as contents
from cszt_models.reports.charts import Picture, headline
from cszt_models.reports.manifest import commit, versions
from cszt_models.reports.plan_sections import (
    brief_sections,
    plan_sections,
    record_sections,
    this_year,
)
from cszt_models.reports.report import Report
from cszt_models.reports.sections import calibration, needed, needed_key, reasons

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
    report: Report,
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
        One of `PAGES`.
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
    texts = words(language)
    if kind not in PAGES:
        raise DataError(unknown("page", kind, PAGES))
    if kind == "city" and region not in report.regions:
        raise DataError(unknown("region", region, report.regions))
    build: Callable[..., dict[str, Any]] = _BUILD[kind]
    parts = (
        build(report, language, region) if kind == "city" else build(report, language)
    )
    drawn = parts.pop("drawn", ())
    history, now = report.history, report.now.assessment
    around = around or Surroundings()
    context = {
        "title": sentences.plan_title(history.project, language),
        "page_name": PAGES[kind][language],
        "kind": kind,
        "plan": history.project.plan.label.in_language(language),
        "as_of": now.as_of.isoformat(),
        "tag": TAGS[language],
        "language": language,
        "words": texts,
        "project": history.project,
        "scenario": history.scenario,
        "scenario_title": scenario_words.title(history.scenario, language),
        "data_hash": history.data_hash,
        "seed": now.seed,
        "draws": now.draws,
        "engine": now.engine,
        "versions": versions(),
        "commit": commit(),
        "links": around.links,
        "other": around.other,
        "downloads": around.downloads,
    }
    text = _environment().get_template(f"{kind}.html.j2").render(context | parts)
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


def _brief(report: Report, language: str) -> dict[str, Any]:
    texts = words(language)
    over_time = pictures.over_time(report.history, language)
    return {
        "lead": first.lead(report.history, language),
        "cards": first.cards(report, language),
        "history": over_time,
        "lacking": first.lacking(report, language),
        "sections": brief_sections(report, language),
        "needed": needed(report, language),
        "needed_title": texts[needed_key(report)],
        "drawn": list(over_time.values()),
    }


def _full(report: Report, language: str) -> dict[str, Any]:
    history, now = report.history, report.now
    fans = [
        {
            "as_of": results.assessment.as_of.isoformat(),
            "pictures": pictures.target_fans(history, results, language, report.ends),
        }
        for results in report.ends
    ]
    over_time = pictures.over_time(history, language)
    goals, known = headline(history), now.fits.known
    has_priors = (history.project.folder / "priors.yaml").is_file()
    return {
        "lead": first.lead(history, language),
        "cards": first.cards(report, language),
        "history": over_time,
        "history_table": contents.history_table(history, language),
        "lacking": first.lacking(report, language),
        "sections": plan_sections(report, language),
        "reasons": reasons(report, language),
        "fans": fans,
        "place_grids": places.place_grids(report, language),
        "regions_table": contents.regions_table(report, language),
        "scenario_tables": [
            contents.scenario_table(comparison, goals, language)
            for comparison in report.compared[::-1]
        ],
        "settled_on": report.settled_on,
        "panel": report.panel(language),
        "panel_reason": report.panel_reason,
        "panel_lacks": report.panel_lacks(language),
        "unanswered_table": bullets.unanswered_table(
            now.assessment, language, history.project.places.values()
        ),
        "unanswered_count": len(bullets.unanswered(now.assessment)),
        "targets_table": bullets.targets_table(now.assessment, language),
        "gates_table": contents.gates_table(now, language),
        "sources_table": contents.sources_table(known, history.project, language),
        "source_count": known["source"].nunique(),
        "results": history,
        "senses": {target.sense for target in history.now.plan.values()},
        "caveats": history.project.plan_caveats,
        "block_count": len(now.fits.blocks),
        "priors_of": words(language)["own_priors" if has_priors else "default_priors"],
        "drawn": [*over_time.values(), *(p for f in fans for p in f["pictures"])],
    }


def _record(report: Report, language: str) -> dict[str, Any]:
    """The last plan that is over: how it went, and what was learned."""
    past = report.past
    if past is None:
        raise DataError(
            "the project has no plan that is over besides the one of this report. "
            "Leave the page out."
        )
    about = Report(past, {}, report.store)
    over_time = pictures.over_time(past, language)
    return {
        "title": sentences.plan_title(past.project, language),
        "plan": past.project.plan.label.in_language(language),
        "lead": first.lead(past, language),
        "cards": first.cards(about, language),
        "history": over_time,
        "sections": record_sections(about, language),
        "targets_table": bullets.targets_table(past.now.assessment, language),
        "caveats": past.project.plan_caveats,
        "drawn": [],
    }


def _scenarios(report: Report, language: str) -> dict[str, Any]:
    goals, latest = headline(report.history), report.compared[::-1]
    drawn = [pictures.scenarios(comparison, goals, language) for comparison in latest]
    return {
        "lead": _scenario_lead(report, language),
        "settled_on": report.settled_on,
        "assumptions_table": contents.assumptions_table(report, language),
        "compared": [
            {
                "as_of": comparison.as_of,
                "picture": picture,
                "table": contents.scenario_table(
                    comparison, goals, language, headed=False
                ),
            }
            for comparison, picture in zip(latest, drawn, strict=True)
        ],
        "drawn": drawn,
    }


def _scenario_lead(report: Report, language: str) -> str:
    """What scenarios change most, on the last date on which they change anything."""
    if not report.compared:
        return ""
    last = report.compared[-1]
    return glance.extremes(last, last.as_of, language)


def _city(report: Report, language: str, region: str) -> dict[str, Any]:
    project, results = report.history.project, report.regional
    fans = [
        pictures.fan(results, indicator, region, language=language)
        for indicator in places.REGIONAL
        if indicator in results.paths
    ]
    known = results.fits.known
    figures = places.region_figures(known, project, region)
    label = project.places[region].in_language(language)
    every = int((known["region"] == region).sum())
    line = words(language)["figures_of" if every == len(figures) else "figures_judged"]
    line = line.format(place=label, count=len(figures), every=every)
    yearly = this_year(report, language, region)
    return {
        "title": label,
        "page_name": sentences.plan_title(project, language),
        "lead": places.place_lead(report, region, language),
        "cards": first.cards_of(report, region, language),
        "known": places.known_cards(report, region, language),
        "yearly": None if yearly.empty else yearly,
        "fans": fans,
        "paths_table": places.paths_table(results, region, language),
        "figures_line": line,
        "figures_table": contents.figures_table(
            figures, project, language, name="figures", caption=line
        ),
        "drawn": fans,
    }


def _data(report: Report, language: str) -> dict[str, Any]:
    known = report.now.fits.known
    return {
        "lead": sources.in_short(known, language),
        "places": contents.figures_by_place(known, report.history.project, language),
        "sources_table": contents.sources_table(
            known, report.history.project, language
        ),
    }


def _calibration(report: Report, language: str) -> dict[str, Any]:
    record, project = report.hindcasts, report.history.project
    return {
        "lead": hindcast.in_short(record, project, language) if record else "",
        "sections": calibration(report, language),
    }


_BUILD: Mapping[str, Callable[..., dict[str, Any]]] = {
    "brief": _brief,
    "full": _full,
    "record": _record,
    "scenarios": _scenarios,
    "city": _city,
    "calibration": _calibration,
    "data": _data,
}
