"""Contents: the tables and cards of the pages, in words and figures of one language."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences.scenarios import part_words, title
from cszt_models.present.sentences.sources import source_name, with_names
from cszt_models.present.tables import attainment as tables
from cszt_models.present.tables.html import grid
from cszt_models.present.texts.models import block_name
from cszt_models.present.texts.pages import words
from cszt_models.project.plan import Target, read_every_target
from cszt_models.project.project import Project
from cszt_models.project.series import LastFigure
from cszt_models.reports.report import Report
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.history import HistoryResults
from cszt_models.results.scenarios import ComparisonResults
from cszt_models.scenarios.levers import read_levers
from cszt_models.targets.comparison import Compared
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    URBANIZATION,
)


def history_table(history: HistoryResults, language: str) -> Markup:
    """Probability of each headline target at each as-of date, a column for each date.

    Without targets that never had data.
    """
    texts, frame = words(language), history.to_frame()
    labels = {
        target.id: target.label.in_language(language)
        for target in history.now.plan.values()
        if target.headline
    }
    labels["joint"] = texts["joint"]
    days = [day.date().isoformat() for day in sorted(frame["as_of"].unique())]
    known = frame.assign(day=frame["as_of"].dt.strftime("%Y-%m-%d"))
    shares = known.pivot_table("probability", "target", "day", dropna=False)
    shares = shares.reindex([name for name in labels if name in shares.index])
    rows = [
        {"target": labels[str(name)]}
        | {day: _share(row[day], language) for day in days}
        for name, row in shares.dropna(how="all").iterrows()
    ]
    return grid(
        pd.DataFrame(rows, columns=["target", *days]),
        name="history",
        labels={"target": texts["target"], **{day: day for day in days}},
        right=days,
        caption=texts["over_time"],
    )


def _share(probability: float, language: str) -> str:
    """A probability as text; a dash where there is none."""
    known = None if np.isnan(probability) else float(probability)
    return numbers.percent(known, language)


def regions_table(report: Report, language: str) -> Markup:
    """Latest published figures of each region and of the aggregates."""
    project, published = report.history.project, report.now.fits.series
    texts, places = words(language), [*project.aggregates, *report.regions]
    indicators = [
        n for n in (GDP, GROWTH, POPULATION, URBANIZATION) if n in project.indicators
    ]
    rows = [
        {"region": project.places[place].in_language(language)}
        | {
            name: _last_figure(published.last(name, place), project, name, language)
            for name in indicators
        }
        for place in places
    ]
    labels = {n: project.indicators[n].label.in_language(language) for n in indicators}
    return grid(
        pd.DataFrame(rows),
        name="regions",
        labels={"region": texts["region"], **labels},
        right=indicators,
        caption=texts["published"],
        broad=True,
    )


def _last_figure(
    last: LastFigure | None, project: Project, indicator: str, language: str
) -> str:
    if last is None:
        return "–"
    unit = project.indicators[indicator].unit
    value = numbers.as_published(last.value, unit, language)
    return numbers.aside(value, words(language)["of_year"].format(last.year), language)


def scenario_table(
    compared: ComparisonResults,
    goals: Sequence[Target],
    language: str,
    *,
    headed: bool = True,
) -> Markup:
    """Probabilities of the targets with data under each scenario on one date.

    Parameters
    ----------
    compared
        Scenarios on a date.
    goals
        Targets, of which those with data have a column.
    language
        ``"en"`` or ``"zh"``.
    headed
        Whether the date stands above; it is read out in any case.
    """
    texts, goals = words(language), compared.answered(goals)
    rows = [_scenario_row(scenario, goals, language) for scenario in compared.compared]
    labels = {t.id: t.label.in_language(language) for t in goals}
    return grid(
        pd.DataFrame(rows),
        name=f"scenarios-{compared.as_of}",
        labels={"scenario": texts["scenario"], **labels, "joint": texts["joint"]},
        right=[*labels, "joint"],
        caption=f"{texts['known_at']} {compared.as_of}",
        headed=headed,
    )


def _scenario_row(
    scenario: Compared, goals: Sequence[Target], language: str
) -> dict[str, str]:
    name = {"scenario": title(scenario.scenario, language)}
    assessment = scenario.assessment
    if assessment is None:
        lost = words(language)["contradicted"]
        return name | {t.id: "–" for t in goals} | {"joint": lost}
    chances = {t.id: sentences.chance(assessment.of(t.id), language) for t in goals}
    return name | chances | {"joint": sentences.joint_chance(assessment, language)}


def assumptions_table(report: Report, language: str) -> Markup:
    """What each scenario assumes, why it is worth a look, and where sizes are from."""
    project, texts = report.history.project, words(language)
    blank = "" if language == "zh" else " "
    levers, targets = read_levers(project), read_every_target(project)
    rows = []
    for scenario in report.scenarios.values():
        lines = [
            line
            for part in scenario.parts
            for line in part_words(part, levers, project, language)
        ]
        why = scenario.why.in_language(language) if scenario.why else ""
        parts = [part.source_in(language) for part in scenario.parts if part.source]
        sources = [
            with_names(each, targets.values(), language)
            for each in parts or [scenario.source_in(language)]
        ]
        rows.append(
            {
                "scenario": title(scenario, language),
                "assumes": ("；" if language == "zh" else "; ").join(lines)
                or texts["nothing"],
                "why": why,
                "source": blank.join(dict.fromkeys(sources)),
            }
        )
    names = ("scenario", "assumes", "why", "source")
    return grid(
        pd.DataFrame(rows),
        name="assumptions",
        labels={name: texts[name] for name in names},
        caption=texts["assumes"],
        broad=True,
    )


def telling_columns(split: pd.DataFrame) -> pd.DataFrame:
    """A table of a gap without the columns of places that say nothing.

    Those are a single place, whose values are the sum, and one without a part.

    Parameters
    ----------
    split
        Names of the parts, a column for each place, the sum and its deviation.

    Examples
    --------
    >>> rows = {"part": ["2026"], "A": ["−0.1"], "B": ["+0.0"], "sum": ["−0.1"]}
    >>> list(telling_columns(pd.DataFrame(rows | {"±": ["0.2"]})))
    ['part', 'sum', '±']
    """
    first, *places, total, deviation = split.columns
    signless = split.replace(r"^[+\u2212](?=0(\.0*)?$)", "", regex=True)
    moving = [name for name in places if signless[name].str.contains("[1-9]").any()]
    several = moving if len(moving) > 1 else []
    return signless[[first, *several, total, deviation]]


def gates_table(results: AttainmentResults, language: str) -> Markup:
    """The gate of each block's fit."""
    texts, gates = words(language), tables.diagnostics(results.fits)
    gates = gates.assign(
        block=[_block(results.project, name, language) for name in gates["block"]],
        rows=gates["rows"].map(str),
        value=gates["value"].map("{:.2f}".format).replace("-0.00", "0.00"),
        ess=gates["ess"].map("{:.0f}".format) + " / " + gates["of"].map(str),
    )
    names = ("block", "engine", "rows", "check", "value", "ess")
    return grid(
        gates,
        name="gates",
        labels={name: texts[name] for name in names},
        right=["rows", "value", "ess"],
        caption=f"{texts['known_at']} {results.assessment.as_of}",
    )


def _block(project: Project, name: str, language: str) -> str:
    """Name of a block; of one that the project defines that of its indicator."""
    named = block_name(name, language)
    if named == name and name in project.indicators:
        return project.indicators[name].label.in_language(language)
    return named


def sources_table(known: pd.DataFrame, project: Project, language: str) -> Markup:
    """Sources with the number of figures that each gave.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    language
        ``"en"`` or ``"zh"``.
    """
    texts, sources = words(language), tables.sources(known)
    cells = sources.assign(
        source=_sources(sources["source"], project, language),
        figures=sources["figures"].map(str),
        years=[
            f"{first}" if first == last else f"{first}–{last}"
            for first, last in zip(sources["first"], sources["last"], strict=True)
        ],
    )
    return grid(
        cells[["source", "figures", "years"]],
        name="sources",
        labels={name: texts[name] for name in ("source", "figures", "years")},
        right=["figures", "years"],
        caption=texts["all_sources"],
    )


def figures_table(
    known: pd.DataFrame, project: Project, language: str, *, name: str, caption: str
) -> Markup:
    """Figures of a place, each with the day of its release, its basis and source.

    Parameters
    ----------
    known
        Figures of one place.
    project
        For the words of indicators, bases and sources.
    language
        ``"en"`` or ``"zh"``.
    name
        Identifier of the table on its page.
    caption
        What it shows.
    """
    texts = words(language)
    labels = {name: quantity.label for name, quantity in project.indicators.items()}
    inferred = known.get("released_inferred", pd.Series("", index=known.index))
    cells = pd.DataFrame(
        {
            "indicator": known["indicator"].map(_labels(labels, language)),
            "year": known["year"].map(str),
            "value": [
                numbers.published_number(float(v), u)
                for v, u in zip(known["value"], known["unit"], strict=True)
            ],
            "unit": known["unit"].map(lambda unit: numbers.unit(unit, language)),
            "basis": known["basis"].map(_labels(project.bases, language)),
            "released": known["released"]
            + inferred.map(str).map({"1": "*"}).fillna(""),
            "source": _sources(known["source"], project, language),
        }
    )
    names = tuple(cells.columns)
    return grid(
        cells,
        name=name,
        labels={column: texts[column] for column in names},
        right=["year", "value"],
        caption=caption,
        broad=True,
    )


def figures_by_place(
    known: pd.DataFrame, project: Project, language: str
) -> list[tuple[str, Markup]]:
    """Every figure known, a table for each place under a line that counts them.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    language
        ``"en"`` or ``"zh"``.
    """
    texts = words(language)
    tables_ = []
    for place, label in project.places.items():
        figures = known[known["region"] == place]
        line = texts["figures_of"].format(
            place=label.in_language(language), count=len(figures)
        )
        if len(figures):
            name = f"figures-{place}"
            table = figures_table(figures, project, language, name=name, caption=line)
            tables_.append((line, table))
    return tables_


def _sources(sources: pd.Series, project: Project, language: str) -> pd.Series:
    return sources.map(lambda text: source_name(text, project.sources, language))


def _labels(labels: Mapping[str, Any], language: str) -> dict[str, str]:
    return {name: label.in_language(language) for name, label in labels.items()}
