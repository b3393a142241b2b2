"""The plan that runs, and the record of the last one: sections of pages."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import goals
from cszt_models.present.tables.html import grid
from cszt_models.present.texts.pages import words
from cszt_models.project.plan import Target
from cszt_models.project.series import published_series
from cszt_models.reports.report import Report, plan_places
from cszt_models.reports.section import Section
from cszt_models.reports.sections import scored, shortfalls
from cszt_models.results.attainment import AttainmentResults, HistoryResults
from cszt_models.targets.comparison import outcomes
from cszt_models.vocabulary import GDP, GROWTH, POPULATION, URBANIZATION, YEAR

LISTED = (GROWTH, GDP, POPULATION, URBANIZATION)  # besides what headline targets are of
NEAR = (GROWTH, URBANIZATION)  # of this year and the next


def standing(report: Report, language: str) -> Section:
    """Where the headline targets' quantities stand on the last published figure."""
    texts, now = words(language), report.now
    rows = []
    for target in report.history.headline:
        result = now.assessment.of(target.id)
        rows.append(
            {
                "target": _placed(report, target, language),
                "latest": _latest(now, target, language),
                "asks": goals.with_force(target, language),
                "probability": sentences.chance(result, language),
            }
        )
    if not rows:
        return Section(texts["standing"])
    names = ("target", "latest", "asks", "probability")
    table = grid(
        pd.DataFrame(rows),
        name="standing",
        labels={name: texts[name] for name in names},
        right=["probability"],
        caption=texts["standing"],
    )
    return Section(texts["standing"], tables=[table])


def _placed(report: Report, target: Target, language: str) -> str:
    """Name of a target with its place, where the plan is of several places."""
    name = sentences.name(target, language)
    if len({goal.region for goal in report.history.now.plan.values()}) < 2:
        return name
    return with_place(report.now, target, name, language)


def with_place(
    results: AttainmentResults, target: Target, name: str, language: str
) -> str:
    """A name after its place, unless it says it."""
    place = results.project.places[target.region].in_language(language)
    if place in name:
        return name
    return f"{place}：{name}" if language == "zh" else f"{place}: {name}"


def _latest(now: AttainmentResults, target: Target, language: str) -> str:
    """Last published figure of what a target is of, with its year."""
    project, name = now.project, target.quantity.source
    series = published_series(now.fits.known, project, name, target.region)
    if series.empty:
        return "–"
    last = series.sort_values("year").iloc[-1]
    value = sentences.amount(
        float(last["value"]), project.indicators[name].unit, language
    )
    label = project.indicators[name].label.in_language(language)
    year = int(last["year"])
    if language == "zh":
        return f"{year}年{label}{value}"
    return f"{label} {value} in {year}"


def last_year(report: Report, language: str) -> Section:
    """What the plan's last year looks like, place by place."""
    texts, now = words(language), report.now
    year = now.project.plan.last_year
    title = texts["plan_end"].format(year=year)
    if year <= now.fits.as_of.year:
        return Section(title)
    table = outcomes(now.paths, now.project, year)
    sources = {target.quantity.source for target in report.history.headline}
    listed = [
        name for name in table["indicator"].unique() if name in {*LISTED, *sources}
    ]
    rows = [
        _row(now, row, language)
        for place in plan_places(now)
        for row in _of_place(table, place, listed)
    ]
    note = texts["plan_end_note"]
    return Section(title, note, tables=_grids(rows, "plan-end", title, language))


def near_years(report: Report, language: str) -> Section:
    """The year and the next: the yearly plan, and what is expected of both."""
    texts, now = words(language), report.now
    year = now.fits.as_of.year
    title = texts["near"].format(year=year, next=year + 1)
    if year > now.project.plan.last_year:
        return Section(title)
    lines = []
    if report.yearly is not None:
        lines = [
            f"{_name_of(report.yearly, result.target, language)}{_colon(language)}"
            f"{sentences.verdict(result, language)}"
            for result in report.yearly.assessment.targets
            if result.status != "no_data"
        ]
        lacking = sum(r.status == "no_data" for r in report.yearly.assessment.targets)
        if lacking:
            lines.append(texts["yearly_lacking"].format(count=lacking))
        together = sentences.together(report.yearly.assessment, language)
        lines = [together, *lines] if together else lines
    years = [y for y in (year, year + 1) if y in now.paths[YEAR].to_numpy()]
    rows = [
        {"year": str(y)} | _row(now, row, language)
        for y in years
        for place in plan_places(now)
        for row in _of_place(outcomes(now.paths, now.project, y), place, NEAR)
    ]
    within = report.running_year
    note = "" if len(within) else within.sentences(language)[0]
    return Section(
        title, note, lines, tables=_grids(rows, "near-years", title, language)
    )


def _name_of(results: AttainmentResults, target: Target, language: str) -> str:
    name = sentences.name(target, language)
    return with_place(results, target, name, language)


def _colon(language: str) -> str:
    return "：" if language == "zh" else ": "


def _of_place(
    table: pd.DataFrame, place: str, indicators: Sequence[str]
) -> list[pd.Series]:
    rows = table[(table["region"] == place) & table["indicator"].isin(list(indicators))]
    return [row for _, row in rows.iterrows()]


def _row(now: AttainmentResults, row: pd.Series, language: str) -> dict[str, str]:
    """An indicator of a place: last published, and median with its interval."""
    project = now.project
    name, place = str(row["indicator"]), str(row["region"])
    unit = project.indicators[name].unit
    series = published_series(now.fits.known, project, name, place)
    latest = "–"
    if len(series):
        last = series.sort_values("year").iloc[-1]
        value = sentences.amount(float(last["value"]), unit, language)
        latest = f"{value} ({int(last['year'])})"
    middle = sentences.amount(float(row["median"]), unit, language)
    written = sentences.number if unit.startswith("percent") else sentences.amount
    how = () if unit.startswith("percent") else (language,)
    low, high = (written(float(row[key]), unit, *how) for key in ("low", "high"))
    fixed = np.isclose(row["low"], row["high"])
    return {
        "region": project.places[place].in_language(language),
        "indicator": project.indicators[name].label.in_language(language),
        "latest": latest,
        "median": middle if fixed else f"{middle} ({low}–{high})",
    }


def _grids(rows: list[dict[str, str]], name: str, caption: str, language: str) -> list:
    if not rows:
        return []
    texts, frame = words(language), pd.DataFrame(rows)
    return [
        grid(
            frame,
            name=name,
            labels={column: texts[column] for column in frame.columns},
            right=["latest", "median"],
            caption=caption,
        )
    ]


def verdicts(past: HistoryResults, language: str) -> list[str]:
    """How a plan that is over went, in sentences: counts, then what was expected."""
    texts, now = words(language), past.now.assessment
    settled = [result for result in now.targets if result.status == "resolved"]
    met = sum(bool(result.met) for result in settled)
    every = len(now.targets)
    lines = [texts["went"].format(met=met, settled=len(settled), every=every)]
    open_ = [result for result in now.targets if result.status == "nowcast"]
    if open_:
        lines.append(texts["unpublished"].format(count=len(open_)))
    if len(past) > 1:
        lines.append(sentences.looking_back(past.assessments[0], language))
    return [line for line in lines if line]


def plan_sections(report: Report, language: str) -> list[Section]:
    """The plan that runs: where it stands, its last year, this year and the next."""
    if not report.running:
        return []
    built = [build(report, language) for build in (standing, last_year, near_years)]
    return [section for section in built if not section.empty]


def record_sections(about: Report, language: str) -> list[Section]:
    """What was learned of a plan that is over, and where its gaps come from."""
    learned = Section(
        words(language)["learned"], sentences=verdicts(about.history, language)
    )
    built = [learned, shortfalls(about, language), scored(about, language)]
    return [section for section in built if not section.empty]
