"""The brief: the plan that runs in tables that leave room for all on one sheet."""

import numpy as np
import pandas as pd

from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import goals, numbers
from cszt_models.present.tables.html import grid
from cszt_models.present.texts.pages import words
from cszt_models.project.plan import Target
from cszt_models.project.series import published_series
from cszt_models.reports.plan_sections import with_place
from cszt_models.reports.report import Report, plan_places
from cszt_models.reports.section import Section
from cszt_models.results.attainment import AttainmentResults
from cszt_models.targets.comparison import outcomes
from cszt_models.vocabulary import GDP, GROWTH, URBANIZATION, YEAR

INDICATORS = (GROWTH, GDP, URBANIZATION)  # of each place


def brief_sections(report: Report, language: str) -> list[Section]:
    """From today to the plan's last year, and the plan of this year.

    None of a plan that is over.
    """
    if not report.running:
        return []
    built = [build(report, language) for build in (ahead, this_year)]
    return [section for section in built if not section.empty]


def ahead(report: Report, language: str) -> Section:
    """What is expected of this year, the next and the plan's last, place by place."""
    texts, now = words(language), report.now
    last, drawn = now.project.plan.last_year, now.paths[YEAR].to_numpy()
    today = now.fits.as_of.year
    years = [y for y in dict.fromkeys((today, today + 1, last)) if y <= last]
    years = [year for year in years if year in drawn]
    title = texts["ahead"].format(year=last)
    tables = {year: outcomes(now.paths, now.project, year) for year in years}
    rows = [
        _row(now, place, indicator, tables, language)
        for place in plan_places(now)
        for indicator in INDICATORS
        if any(len(_cells(table, place, indicator)) for table in tables.values())
    ]
    if not rows:
        return Section(title)
    labels = {name: texts[name] for name in ("region", "indicator", "latest")}
    table = grid(
        pd.DataFrame(rows),
        name="ahead",
        labels=labels | {str(year): str(year) for year in years},
        right=["latest", *(str(year) for year in years)],
        caption=title,
    )
    return Section(title, texts["plan_end_note"], tables=[table])


def _cells(table: pd.DataFrame, place: str, indicator: str) -> pd.DataFrame:
    return table[(table["region"] == place) & (table["indicator"] == indicator)]


def _row(
    now: AttainmentResults,
    place: str,
    indicator: str,
    tables: dict[int, pd.DataFrame],
    language: str,
) -> dict[str, str]:
    """An indicator of a place: last figure, then median and interval of each year."""
    project = now.project
    quantity = project.indicators[indicator]
    unit = quantity.unit
    series = published_series(now.fits.known, project, indicator, place)
    latest = "–"
    if len(series):
        last = series.sort_values("year").iloc[-1]
        value = numbers.short(float(last["value"]), unit, language)
        latest = f"{value} ({int(last['year'])})"
    label = quantity.label.in_language(language)
    mark = {"en": "{} ({})", "zh": "{}（{}）"}[language]
    row = {
        "region": project.places[place].in_language(language),
        "indicator": mark.format(label, numbers.short_unit(unit, language)),
        "latest": latest,
    }
    for year, table in tables.items():
        cells = _cells(table, place, indicator)
        row[str(year)] = _interval(cells.iloc[0], unit, language) if len(cells) else "–"
    return row


def _interval(cell: pd.Series, unit: str, language: str) -> str:
    """Median with its interval, without the unit; the median alone if it is known."""
    middle, low, high = (
        numbers.short(float(cell[name]), unit, language)
        for name in ("median", "low", "high")
    )
    known = np.isclose(cell["low"], cell["high"])
    return middle if known else f"{middle} ({low}–{high})"


def _label(yearly: AttainmentResults, target: Target, language: str) -> str:
    """Name of a target without its year, after its place."""
    label = target.label.in_language(language)
    return with_place(yearly, target, label[:1].upper() + label[1:], language)


def this_year(report: Report, language: str) -> Section:
    """The targets of this year's plans, with what is expected and how probable."""
    texts, yearly = words(language), report.yearly
    title = texts["this_year"].format(year=report.now.fits.as_of.year)
    if yearly is None:
        return Section(title)
    answered = [r for r in yearly.assessment.targets if r.status != "no_data"]
    rows = [
        {
            "target": _label(yearly, result.target, language),
            "asks": goals.goal(result.target, language),
            "outlook": sentences.expected(result, language),
            "probability": sentences.chance(result, language),
        }
        for result in answered
    ]
    if not rows:
        return Section(title)
    names = ("target", "asks", "outlook", "probability")
    table = grid(
        pd.DataFrame(rows),
        name="this-year",
        labels={name: texts[name] for name in names},
        right=["outlook", "probability"],
        caption=title,
    )
    lines = [sentences.together(yearly.assessment, language)]
    lacking = len(yearly.assessment.targets) - len(answered)
    if lacking:
        lines.append(texts["yearly_lacking"].format(count=lacking))
    note = ("" if language == "zh" else " ").join(filter(None, lines))
    return Section(title, note, tables=[table])
