"""Places: a tile for each, with the chance that it would meet what a target asks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cszt_models.present.sentences import base as sentences
from cszt_models.present.texts.pages import words
from cszt_models.project.plan import Target
from cszt_models.reports.cards import OPEN, tone
from cszt_models.reports.charts import headline
from cszt_models.reports.report import Report
from cszt_models.targets.attainment import attainment
from cszt_models.vocabulary import REGION

MAX_GRIDS = 2  # quantities with a grid of their own
MIN_PLACES = 3  # fewer stand in the table of targets


def place_grids(report: Report, language: str) -> list[dict[str, Any]]:
    """For each of the first open headline quantities a tile for every place.

    Only rates and shares, which one value can be asked of in every place; the first
    target of a quantity gives the value.

    Returns
    -------
    list of dict
        title, and tiles with name, figure, tone, text and whether the plan asks it of
        that place.
    """
    grids = []
    for target in _goals(report):
        tiles = list(_tiles(report, target, language))
        if len(tiles) >= MIN_PLACES:
            aim = sentences.goal(target, language)
            title = words(language)["places_title"].format(
                name=_quantity(report, target, language),
                aim=aim,
                year=_years(target, language),
            )
            grids.append({"title": title, "tiles": tiles})
    return grids[:MAX_GRIDS]


def _goals(report: Report) -> list[Target]:
    """The first open headline target of each rate or share."""
    now = report.now.assessment
    first: dict[str, Target] = {}
    for target in headline(report.history):
        open_ = now.of(target.id).status in OPEN
        if open_ and target.plain and target.unit.startswith("percent"):
            first.setdefault(target.indicator, target)
    return list(first.values())


def _tiles(report: Report, target: Target, language: str) -> Any:
    """A tile for each place whose quantity is projected, groups first."""
    paths, project = report.regional.paths, report.history.project
    known = [str(name) for name in paths[REGION].to_numpy()]
    groups = [name for name in project.aggregates if name in known]
    planned = {
        other.region: other
        for other in headline(report.history)
        if other.indicator == target.indicator and other.value == target.value
    }
    for place in (*groups, *(name for name in known if name not in groups)):
        result = attainment(
            paths,
            replace(target, region=place),
            as_of=report.now.assessment.as_of,
        )
        if result.probability is None:
            continue
        yield {
            "name": project.places[place].in_language(language),
            "figure": sentences.chance(result, language),
            "tone": tone(result),
            "text": sentences.expected(result, language),
            "planned": place in planned,
        }


def _quantity(report: Report, target: Target, language: str) -> str:
    """Name of a target's quantity without its place."""
    project = report.history.project
    indicators: Mapping[str, Any] = project.indicators
    if target.indicator not in indicators:
        return target.label.in_language(language)
    label = str(indicators[target.indicator].label.in_language(language))
    return label[:1].upper() + label[1:]


def _years(target: Target, language: str) -> str:
    dash = "—" if language == "zh" else "–"
    return f"{target.since}{dash}{target.year}" if target.since else str(target.year)
