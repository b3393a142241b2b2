"""Pictures: charts as SVG inside a page, and as files beside it.

They are drawn in a thread of their own from the moment they are described, while the
page goes on being made: the library that draws does not hold the interpreter. It draws
one after the other, whoever asks. What two pages show is drawn once.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from markupsafe import Markup

from cszt_models.present.charts import base as figures
from cszt_models.present.charts import scenarios as scenario_figures
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences.numbers import scale
from cszt_models.present.sentences.scenarios import title
from cszt_models.present.tables import (
    attainment as tables,
)
from cszt_models.present.tables import (
    scenarios as scenario_tables,
)
from cszt_models.present.texts.pages import words
from cszt_models.project.plan import Target
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.history import HistoryResults
from cszt_models.results.scenarios import ComparisonResults
from cszt_models.vocabulary import GROWTH, GROWTH_AVERAGE, YEAR

HISTORY_FROM = 2010  # first year of published figures drawn beside a fan
BEYOND = 5  # years after the plan that a fan shows
ON_SLIDES: Mapping[str, int] = {"width": 330, "height": 300}
MAX_SHARED = 32  # pictures that are remembered for the next page
SIZES: Mapping[str, Mapping[str, Any]] = {
    "wide": {"width": 760, "height": 290},
    "narrow": {"width": 300, "height": 260, "beside": False},
    "paper": {"width": 150, "height": 105, "size": 9},
}


@dataclass(frozen=True)
class Picture:
    """A chart with the name of its file and the text that stands for it."""

    name: str
    chart: Any
    text: str

    def __post_init__(self) -> None:
        self._drawing  # noqa: B018  (it is begun here)

    @cached_property
    def _drawing(self) -> Future[str]:
        return _drawing(self.chart.to_json(validate=False))

    @property
    def svg(self) -> str:
        """The chart as SVG text."""
        return self._drawing.result()

    @cached_property
    def markup(self) -> Markup:
        """An SVG element with its text alternative, for a page."""
        start = self.svg.index("<svg") + len("<svg")
        opening = Markup('<svg role="img" aria-label="{}"').format(self.text)
        return opening + Markup(self.svg[start:])


@cache
def _painter() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="picture")


@lru_cache(MAX_SHARED)
def _drawing(specification: str) -> Future[str]:
    return _painter().submit(figures.svg_of, specification)


def over_time(history: HistoryResults, language: str) -> dict[str, Picture]:
    """Probability of the headline targets at each as-of date, for screens and paper.

    Empty where no target ever had data, or on one date alone: that is no history.
    """
    frame = history.to_frame()
    if frame["as_of"].nunique() < 2:
        return {}
    texts = words(language)
    labels = {t.id: t.label.in_language(language) for t in headline(history)}
    labels["joint"] = texts["joint"]
    return {
        name: Picture(
            f"probability-over-time-{name}",
            figures.probability_over_time(frame, labels, language=language, **size),
            texts["over_time"],
        )
        for name, size in SIZES.items()
    }


def headline(history: HistoryResults) -> list[Target]:
    """The plan's headline targets, in its order."""
    return [target for target in history.now.plan.values() if target.headline]


def _quantiles(results: AttainmentResults, indicator: str, region: str) -> Any:
    """Quantiles of an indicator by year, to some years after the plan."""
    quantiles = tables.fan(results.paths, indicator, region).dropna()
    return quantiles[quantiles["year"] <= results.project.plan.last_year + BEYOND]


def span_of(
    ends: Sequence[AttainmentResults], target: Target
) -> tuple[float, float] | None:
    """Ends of one axis for the fans of a target's indicator on several dates."""
    lows, highs = [target.value], [target.value]
    for results in ends:
        if target.indicator not in results.paths:
            continue
        quantiles = _quantiles(results, target.indicator, target.region)
        known = results.fits.series.of(target.indicator, target.region)
        values = known.loc[known["year"] >= HISTORY_FROM, "value"]
        lows += [quantiles["q5"].min(), values.min()]
        highs += [quantiles["q95"].max(), values.max()]
    low, high = float(np.nanmin(lows)), float(np.nanmax(highs))
    return (low, high) if low < high else None


def target_fans(
    history: HistoryResults,
    results: AttainmentResults,
    language: str,
    ends: Sequence[AttainmentResults] = (),
) -> list[Picture]:
    """Fans of the headline targets' indicators, as known on one date.

    Parameters
    ----------
    ends
        Dates whose fans are compared, and so have the same axes.
    """
    return [
        fan(
            results,
            target.indicator,
            target.region,
            language=language,
            goal=(target.year, target.value),
            span=span_of(ends, target) if ends else None,
        )
        for target in headline(history)
        if target.indicator != GROWTH_AVERAGE and target.indicator in results.paths
    ]


def plan_fans(history: HistoryResults, language: str, most: int) -> list[Picture]:
    """Fans of some headline targets to the last year of the plan, for slides.

    Of different indicators first; of an average growth the growth of each year, with
    the target as a level.

    Parameters
    ----------
    history
        All dates; the last one is drawn.
    most
        How many there are at most.
    """
    results, drawn = history.now, []
    fans: dict[tuple[str, str], Target] = {}
    for target in headline(history):
        average = target.indicator == GROWTH_AVERAGE
        indicator = GROWTH if average else target.indicator
        if indicator in results.paths and target.plain:
            fans.setdefault((indicator, target.region), target)
    for place, (indicator, region) in enumerate(fans):
        before = [name for name, _ in list(fans)[:place]]
        drawn.append((before.count(indicator), place, indicator, region))
    return [
        fan(
            results,
            indicator,
            region,
            language=language,
            goal=_goal(fans[indicator, region]),
            until=results.project.plan.last_year,
            size=ON_SLIDES,
        )
        for _, _, indicator, region in sorted(drawn)[:most]
    ]


def _goal(target: Target) -> tuple[int | None, float]:
    """Year and value of a target; an average has no year."""
    average = target.indicator == GROWTH_AVERAGE
    return (None if average else target.year), target.value


def fan(
    results: AttainmentResults,
    indicator: str,
    region: str,
    *,
    language: str,
    goal: tuple[int | None, float] | None = None,
    span: tuple[float, float] | None = None,
    until: int | None = None,
    size: Mapping[str, int] | None = None,
) -> Picture:
    """Published figures of an indicator and what was expected of the years ahead.

    Parameters
    ----------
    results
        Of one date.
    indicator, region
        Whose figures.
    language
        ``"en"`` or ``"zh"``.
    goal
        Year and value of the target.
    span
        Ends of the axis of values.
    until
        Last year, if not some years after the plan.
    size
        ``width`` and ``height`` of the frame, in points.
    """
    project = results.fits.project
    known = results.fits.series.of(indicator, region)
    quantity = project.indicators[indicator]
    label = quantity.label.in_language(language)
    label = label[0].upper() + label[1:]
    place = project.places[region].in_language(language)
    quantiles = _quantiles(results, indicator, region)
    if until is not None:
        quantiles = quantiles[quantiles[YEAR] <= until]
    as_of = results.assessment.as_of
    recent = known[known["year"] >= HISTORY_FROM]
    last = quantiles["q50"].iloc[0] if known.empty else known["value"].iloc[-1]
    factor, unit = scale(float(last), quantity.unit, language)
    chart = figures.fan_chart(
        quantiles.assign(
            **{name: quantiles[name] / factor for name in quantiles if name != YEAR}
        ),
        recent.assign(value=recent["value"] / factor),
        title=_stops(f"{label}, {place}", language) if goal else label,
        unit=unit,
        target=(goal[0], goal[1] / factor) if goal else None,
        span=(span[0] / factor, span[1] / factor) if span else None,
        language=language,
        **(size or {}),
    )
    outlook = _in_words(quantiles, known, quantity.unit, language)
    return Picture(
        f"fan-{indicator}-{region}-{as_of}",
        chart,
        _stops(f"{label}, {place}, {as_of}: {outlook}", language),
    )


def scenarios(
    compared: ComparisonResults, goals: Sequence[Target], language: str
) -> Picture:
    """Probabilities under each scenario beside those of the baseline.

    Parameters
    ----------
    compared
        Scenarios beside the baseline.
    goals
        Targets that are drawn, where they have an answer.
    language
        ``"en"`` or ``"zh"``.
    """
    texts, goals = words(language), compared.answered(goals)
    table = scenario_tables.side_by_side(compared.compared, [t.id for t in goals])
    names = {c.scenario.name: title(c.scenario, language) for c in compared}
    titles = {t.id: t.label.in_language(language) for t in goals}
    return Picture(
        f"scenarios-{compared.as_of}",
        scenario_figures.beside_baseline(
            table, names, titles | {"joint": texts["joint"]}, language=language
        ),
        _stops(f"{texts['scenarios']}, {texts['known_at']} {compared.as_of}", language),
    )


def _stops(text: str, language: str) -> str:
    """Punctuation of the language."""
    if language == "en":
        return text
    for mark, full in (
        (", ", "，"),
        (": ", "："),
        ("; ", "；"),
        (" (", "（"),
        (")", "）"),
    ):
        text = text.replace(mark, full)
    return text


def _in_words(quantiles: Any, known: Any, unit: str, language: str) -> str:
    """The last published figure, and the median with its 80 % interval at the end."""
    last, end = known.tail(1), quantiles.iloc[-1]
    parts = []
    for row in last.itertuples():
        amount = numbers.amount(row.value, unit, language)
        parts.append(f"{amount} ({row.year})")
    middle, low, high = (
        numbers.amount(end[q], unit, language) for q in ("q50", "q10", "q90")
    )
    dash = "至" if language == "zh" else " to "
    parts.append(f"{middle} ({low}{dash}{high}, {int(end[YEAR])})")
    return "; ".join(parts)
