"""The plan that runs, and the record of the last one: sections of pages."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import goals, numbers
from cszt_models.present.tables.html import grid
from cszt_models.present.texts.pages import words
from cszt_models.project.plan import Target
from cszt_models.reports.cards import last_figure
from cszt_models.reports.report import Report, plan_places
from cszt_models.reports.section import Section
from cszt_models.reports.sections import scored, shortfalls
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.history import HistoryResults
from cszt_models.targets.comparison import outcomes
from cszt_models.vocabulary import GDP, GROWTH, POPULATION, URBANIZATION, YEAR

LISTED = (GROWTH, GDP, POPULATION, URBANIZATION)  # besides what headline targets are of
IN_BRIEF = (GROWTH, GDP, URBANIZATION)  # of each place, on one sheet
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
    names = ("target", "probability", "asks", "latest")
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
    """A name after its place, unless it says it.

    Parameters
    ----------
    results
        With names of places.
    target
        Of the place.
    name
        Of the target.
    language
        ``"en"`` or ``"zh"``.
    """
    place = results.project.places[target.region].in_language(language)
    if place in name:
        return name
    return f"{place}：{name}" if language == "zh" else f"{place}: {name}"


def _latest(now: AttainmentResults, target: Target, language: str) -> str:
    """Last published figure of what a target is of, with its year."""
    project = now.project
    name, last = last_figure(now.fits, target)
    if last is None:
        return "–"
    value = numbers.as_published(last.value, project.indicators[name].unit, language)
    label = project.indicators[name].label.in_language(language)
    if language == "zh":
        return f"{last.year}年{label}{value}"
    return f"{label} {value} in {last.year}"


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
    years = [y for y in (year, year + 1) if y in now.paths[YEAR].to_numpy()]
    rows = [
        {"year": str(y)} | _row(now, row, language)
        for y in years
        for place in plan_places(now)
        for row in _of_place(outcomes(now.paths, now.project, y), place, NEAR)
    ]
    within = report.running_year
    note = "" if len(within) else within.sentences(language)[0]
    targets = this_year(report, language)
    tables = [*targets.tables, *_grids(rows, "near-years", title, language)]
    return Section(title, note, [targets.note] if targets.note else [], tables=tables)


def _label(yearly: AttainmentResults, target: Target, language: str) -> str:
    """Name of a target without its year, after its place."""
    label = target.label.in_language(language)
    return with_place(yearly, target, label[:1].upper() + label[1:], language)


def this_year(report: Report, language: str, region: str = "") -> Section:
    """The targets of this year's plans, with what is expected and how probable.

    Parameters
    ----------
    region
        Whose targets; those of every place if empty, with the odds of all together.
    """
    texts, yearly = words(language), report.yearly
    title = texts["this_year"].format(year=report.now.fits.as_of.year)
    if yearly is None:
        return Section(title)
    answered = [
        r
        for r in yearly.assessment.targets
        if r.status != "no_data" and region in ("", r.target.region)
    ]
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
    names = ("target", "probability", "asks", "outlook")
    table = grid(
        pd.DataFrame(rows),
        name="this-year",
        labels={name: texts[name] for name in names},
        right=["outlook", "probability"],
        caption=title,
    )
    if region:
        return Section(title, tables=[table])
    lines = [sentences.together(yearly.assessment, language)]
    lacking = len(yearly.assessment.targets) - len(answered)
    if lacking:
        lines.append(texts["yearly_lacking"].format(count=lacking))
    note = ("" if language == "zh" else " ").join(filter(None, lines))
    return Section(title, note, tables=[table])


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
    last = now.fits.series.last(name, place)
    latest = "–"
    if last is not None:
        value = numbers.as_published(last.value, unit, language)
        latest = numbers.aside(value, str(last.year), language)
    ends = float(row["low"]), float(row["high"])
    middle, low, high = numbers.amounts(float(row["median"]), ends, unit, language)
    fixed = np.isclose(row["low"], row["high"])
    return {
        "region": project.places[place].in_language(language),
        "indicator": project.indicators[name].label.in_language(language),
        "latest": latest,
        "median": middle if fixed else numbers.interval(middle, low, high, language),
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
    if rest := every - len(settled) - len(open_):
        lines.append(texts["unmodelled"].format(count=rest))
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
        _short_row(now, place, indicator, tables, language)
        for place in plan_places(now)
        for indicator in IN_BRIEF
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


def _short_row(
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
    last = now.fits.series.last(indicator, place)
    latest = "–"
    if last is not None:
        value = numbers.short(last.value, unit, language)
        latest = numbers.aside(value, str(last.year), language)
    label = quantity.label.in_language(language)
    row = {
        "region": project.places[place].in_language(language),
        "indicator": numbers.with_unit(
            label, numbers.short_unit(unit, language), language
        ),
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
    return middle if known else numbers.interval(middle, low, high, language)
