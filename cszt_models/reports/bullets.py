"""Bullets: every target as a row with a small picture of where it stands."""

import re
from collections.abc import Iterable
from math import isfinite

import pandas as pd
from markupsafe import Markup, escape

from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import evidence, goals
from cszt_models.present.sentences.goals import bands, with_force
from cszt_models.present.tables.html import grid
from cszt_models.present.texts.errors import translated
from cszt_models.present.texts.pages import words
from cszt_models.present.texts.sentences import STATUS
from cszt_models.project.project import Label
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.vocabulary import CEILINGS

WIDTH, HEIGHT = 240, 26  # of a bullet, in pixels of its own
ROOM = 1.15  # the axis reaches beyond the farthest value by this factor
LEAST = 0.02  # half an axis is at least this share of the target's value


def targets_table(assessment: Assessment, language: str) -> Markup:
    """Every target with data: the value asked for, the outlook beside it, the odds."""
    texts = words(language)
    rows = [
        {
            "target": _name(result, language),
            "asks": with_force(result.target, language),
            "bullet": bullet(result, language),
            "outlook": sentences.expected(result, language),
            "probability": _odds(result, language),
        }
        for result in assessment.targets
        if result.status != "no_data"
    ]
    names = ("target", "asks", "bullet", "outlook", "probability")
    return grid(
        pd.DataFrame(rows, columns=list(names), dtype=object),
        name="targets",
        labels={name: texts[name] for name in names},
        right=["probability"],
        caption=texts["every_target"],
    )


def unanswered_table(
    assessment: Assessment, language: str, places: Iterable[Label]
) -> Markup:
    """Targets without data, and what is missing of them.

    Parameters
    ----------
    places
        Of the project, for their names in the reasons.
    """
    known = list(places)
    texts = words(language)
    rows = [
        {
            "target": _name(result, language),
            "asks": goals.goal(result.target, language),
            "status": _badge(STATUS[language][result.status]),
            "missing": _reason(result.reason, known, language),
        }
        for result in unanswered(assessment)
    ]
    names = ["target", "asks", "status", "missing"]
    return grid(
        pd.DataFrame(rows, columns=names, dtype=object),
        name="unanswered",
        labels={name: texts[name] for name in names},
        caption=texts["unanswered"],
    )


def _reason(reason: str, places: Iterable[Label], language: str) -> str:
    """What is missing, with the names of places in the reader's language."""
    if language == "en":
        return reason
    text = translated(reason)
    for place in sorted(places, key=lambda label: -len(label.en)):
        text = re.sub(rf"\b{re.escape(place.en)} ?", place.zh, text)
    text = re.sub(r"(\d{4})-(\d{4})", r"\1—\2", text)
    return text.replace("; ", "；").replace(", ", "、").replace(": ", "：")


def unanswered(assessment: Assessment) -> list[Attainment]:
    """Targets without data."""
    return [result for result in assessment.targets if result.status == "no_data"]


def bullet(result: Attainment, language: str) -> Markup:
    """A target as a line in the middle, and beside it what is published or expected.

    Right of the line the target is met: for a target that must not be exceeded the axis
    is turned. Each has an axis of its own.
    """
    low, middle, high = _values(result)
    aim = result.target.value
    if not isfinite(aim):
        return Markup("")
    reach = ROOM * max(abs(value - aim) for value in (low, middle, high))
    reach = max(reach, LEAST * abs(aim)) or 1.0
    turned = -1 if result.target.sense in CEILINGS else 1
    places = sorted(_place(value, aim, reach, turned) for value in (low, high))
    centre = _place(middle, aim, reach, turned)
    kind = _kind(result)
    ends = {aim, aim if result.target.high is None else result.target.high}
    lines = "".join(
        f'<rect class="aim" x="{_place(end, aim, reach, turned) - 1:.0f}" width="2" '
        f'height="{HEIGHT}"/>'
        for end in sorted(ends)
    )
    title = escape(_in_words(result, language))
    mark = (
        f'<circle class="{kind}" cx="{centre:.1f}" cy="13" r="6"/>'
        if result.status == "resolved"
        else f'<rect class="band {kind}" x="{places[0]:.1f}" y="7" height="12" '
        f'width="{max(places[1] - places[0], 1):.1f}"/>'
        f'<rect class="{kind}" x="{centre - 1.5:.1f}" y="4" width="3" height="18"/>'
    )
    return Markup(
        f'<svg class="bullet" role="img" aria-label="{title}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><title>{title}</title>'
        f'<rect class="track" y="11" width="{WIDTH}" height="4"/>{mark}'
        f"{lines}</svg>"
    )


def _in_words(result: Attainment, language: str) -> str:
    name = sentences.name(result.target, language)
    aim = goals.goal(result.target, language)
    value = sentences.expected(result, language)
    if language == "zh":
        return f"{name}：{value}，目标{aim}"
    return f"{name}: {value}; target: {aim}"


def _values(result: Attainment) -> tuple[float, float, float]:
    """Ends of the interval and the middle; a published value is all three."""
    if result.published is not None:
        return (result.published,) * 3
    middle = result.target.value if result.median is None else result.median
    if result.interval is None:
        return middle, middle, middle
    return result.interval.low, middle, result.interval.high


def _place(value: float, aim: float, reach: float, turned: int) -> float:
    return WIDTH / 2 * (1 + turned * (value - aim) / reach)


def _kind(result: Attainment) -> str:
    """Class of a mark: met, missed, decided by the prior, or open."""
    if result.met is not None:
        return "met" if result.met else "lost"
    driven = result.sensitivity is not None and result.sensitivity.prior_driven
    return "faint" if driven else "open"


def _odds(result: Attainment, language: str) -> Markup:
    return Markup('<strong>{}</strong><span class="rests">{}</span>').format(
        sentences.chance(result, language), STATUS[language][result.status]
    )


def _badge(text: str) -> Markup:
    return Markup('<span class="badge">{}</span>').format(text)


def _name(result: Attainment, language: str) -> Markup:
    """Name of a target, what its probability rests on, and its words in the plan."""
    name = escape(sentences.name(result.target, language))
    if result.target.headline:
        name = Markup("<strong>{}</strong>").format(name)
    notes = [
        note(result, language)
        for note in (
            evidence.computed,
            bands,
            evidence.rests_on,
            evidence.driven,
            evidence.over_forms,
        )
    ]
    rests = ("；" if language == "zh" else "; ").join(filter(None, notes))
    quote = Markup('<span class="quote" lang="zh-CN">{}</span>')
    return Markup("").join(
        [
            name,
            quote.format(result.target.quote),
            _small(rests),
        ]
    )


def _small(text: str) -> Markup:
    return Markup('<span class="rests">{}</span>').format(text) if text else Markup()
