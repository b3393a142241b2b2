"""Places: a tile for each, and the page of one: what is asked, known and expected."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup

from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import goals, numbers
from cszt_models.present.sentences import places as place_sentences
from cszt_models.present.tables import attainment as tables
from cszt_models.present.tables.html import grid
from cszt_models.present.texts.pages import words
from cszt_models.project.observations import latest
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.reports.cards import OPEN, headlines_of, tone
from cszt_models.reports.charts import headline
from cszt_models.reports.report import Report
from cszt_models.results.attainment import AttainmentResults
from cszt_models.targets.attainment import Attainment, attainment
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    REGION,
    SECTOR_SHARES,
    URBANIZATION,
    YEAR,
)

MAX_GRIDS = 2  # quantities with a grid of their own
MIN_PLACES = 3  # fewer stand in the table of targets
# Indicators of a place's page, where they are projected.
REGIONAL = (GDP, GROWTH, POPULATION, URBANIZATION, *SECTOR_SHARES)


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
    for target in open_goals(report):
        tiles = list(_tiles(report, target, language))
        if len(tiles) >= MIN_PLACES:
            aim = goals.goal(target, language)
            title = words(language)["places_title"].format(
                name=_quantity(report, target, language),
                aim=aim,
                year=_years(target, language),
            )
            grids.append({"title": title, "tiles": tiles})
    return grids[:MAX_GRIDS]


def open_goals(report: Report) -> list[Target]:
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
        result = _elsewhere(report, target, place)
        if result.probability is None:
            continue
        yield {
            "name": project.places[place].in_language(language),
            "figure": sentences.chance(result, language),
            "tone": tone(result),
            "text": sentences.expected(result, language),
            "planned": place in planned,
        }


def _elsewhere(report: Report, target: Target, place: str) -> Attainment:
    """Attainment of what a target asks in another place."""
    return attainment(
        report.regional.paths,
        replace(target, region=place),
        as_of=report.now.assessment.as_of,
    )


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


def place_lead(report: Report, region: str, language: str) -> str:
    """What is asked of a place and how probable it is, and on what that rests.

    Of a place without a headline target it is said how it stands to those of others.

    Parameters
    ----------
    report
        What pages are made of.
    region
        The place.
    language
        ``"en"`` or ``"zh"``.
    """
    project = report.history.project
    place, headlines = project.places[region], headlines_of(report, region)
    measured = []
    if all(result.status == "no_data" for result in headlines):
        results = [(t, _elsewhere(report, t, region)) for t in open_goals(report)]
        measured = [pair for pair in results if pair[1].probability is not None]
    figures = region_figures(report.regional.fits.known, project, region)
    lines = [
        place_sentences.aims(place, headlines, language),
        place_sentences.measured(measured, language),
        place_sentences.rests(place, figures["year"], language),
    ]
    return ("" if language == "zh" else " ").join(filter(None, lines))


def known_cards(report: Report, region: str, language: str) -> list[dict[str, Any]]:
    """A card for each main indicator: its last figure, and the plan's last year.

    Parameters
    ----------
    report
        What pages are made of.
    region
        The place.
    language
        ``"en"`` or ``"zh"``.
    """
    project, published = report.history.project, report.now.fits.series
    cards = []
    for indicator in (GDP, GROWTH, POPULATION, URBANIZATION):
        if indicator not in project.indicators:
            continue
        last = published.last(indicator, region)
        if last is None:
            continue
        quantity = project.indicators[indicator]
        label = quantity.label.in_language(language)
        cards.append(
            {
                "name": label[0].upper() + label[1:],
                "figure": numbers.as_published(last.value, quantity.unit, language),
                "of": "",
                "facts": _expected(report, indicator, region, language),
                "status": words(language)["of_year"].format(last.year),
                "tone": "none",
                "text": project.bases[last.basis].in_language(language),
            }
        )
    return cards


def _expected(
    report: Report, indicator: str, region: str, language: str
) -> list[tuple[str, str]]:
    """What is expected of an indicator in the plan's last year, if that is ahead."""
    results = report.regional
    year, unit = results.project.plan.last_year, results.project.indicators[indicator]
    if year <= results.fits.as_of.year or indicator not in results.paths:
        return []
    quantiles = tables.fan(results.paths, indicator, region).set_index(YEAR)
    if year not in quantiles.index or quantiles.loc[year].isna().any():
        return []
    row = quantiles.loc[year]
    ends = float(row["q10"]), float(row["q90"])
    span = numbers.amounts(float(row["q50"]), ends, unit.unit, language)
    label = words(language)["expected_in"].format(year=year)
    return [(label, numbers.interval(*span, language))]


def region_figures(known: pd.DataFrame, project: Project, region: str) -> pd.DataFrame:
    """The figures of one region on the bases a target is judged on, latest vintages.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    region
        The place.
    """
    regional = known[known["region"] == region]
    series = [
        latest(regional, indicator, bases.judged)
        for indicator, bases in project.comparability.items()
    ]
    nonempty = [rows for rows in series if len(rows)]
    return pd.concat(nonempty) if nonempty else regional.head(0)


def paths_table(results: AttainmentResults, region: str, language: str) -> Markup:
    """A region year by year: published figures, else the median and 80 % interval.

    Parameters
    ----------
    results
        With paths of indicators.
    region
        The place.
    language
        ``"en"`` or ``"zh"``.
    """
    project, texts = results.fits.project, words(language)
    indicators = [n for n in REGIONAL if n in results.paths]
    columns, units = {}, {}
    for indicator in indicators:
        unit = project.indicators[indicator].unit
        quantiles = tables.fan(results.paths, indicator, region).set_index(YEAR)
        size, units[indicator] = numbers.scale(
            float(quantiles["q50"].iloc[0]), unit, language
        )
        columns[indicator] = (quantiles / size).apply(
            _cell, axis=1, unit=unit, language=language, scaled=size != 1.0
        )
    frame = pd.DataFrame(columns).rename_axis("year").reset_index()
    frame["year"] = frame["year"].map(str)
    labels = {
        n: numbers.with_unit(
            project.indicators[n].label.in_language(language), units[n], language
        )
        for n in indicators
    }
    return grid(
        frame,
        name="paths",
        labels={"year": texts["year"], **labels},
        right=indicators,
        caption=texts["expected"],
        broad=True,
    )


def _cell(quantiles: pd.Series, unit: str, language: str, *, scaled: bool) -> str:
    """A published value, which all draws share, or the median with its interval."""
    low, middle, high = (quantiles[q] for q in ("q10", "q50", "q90"))
    if pd.isna(middle):
        return "–"
    digits = numbers.four_digits if scaled else partial(_fixed, unit=unit)
    if high - low <= 1e-9 * abs(middle):
        return numbers.minus(digits(middle))
    return numbers.interval(digits(middle), digits(low), digits(high), language)


def _fixed(value: float, unit: str) -> str:
    """A value with the digits of its column: one decimal in percents and shares.

    None in what is counted in thousands and more of its unit.
    """
    if unit.startswith("percent"):
        return f"{value:.1f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else numbers.number(value, unit)
