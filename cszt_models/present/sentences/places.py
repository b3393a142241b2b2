"""Sentences on one place: what is asked of it, and how it stands to other targets."""

from collections.abc import Sequence

import pandas as pd

from cszt_models.present.sentences.base import chance, name
from cszt_models.present.sentences.goals import goal
from cszt_models.project.plan import Target
from cszt_models.project.project import Label
from cszt_models.targets.attainment import Attainment


def aims(place: Label, results: Sequence[Attainment], language: str) -> str:
    """What plans ask of a place, with the probability or verdict of each target.

    Parameters
    ----------
    results
        Of the headline targets of the place.
    """
    subject, zh = place.in_language(language), language == "zh"
    if not results:
        return (
            f"规划没有针对{subject}的主要目标。"
            if zh
            else f"The plan has no headline target for {subject}."
        )
    parts = [_with_odds(result, subject, language) for result in results]
    count = len(results)
    if zh:
        return f"规划对{subject}提出{count}项主要目标：{'；'.join(parts)}。"
    what = "target" if count == 1 else "targets"
    return f"The plan has {count} headline {what} for {subject}: {'; '.join(parts)}."


def _with_odds(result: Attainment, place: str, language: str) -> str:
    """A target without the name of its place, what it asks, and how probable it is."""
    aim, zh = goal(result.target, language), language == "zh"
    label = _inside(result.target, language)
    label = label.replace(place, "", 1) if zh else label.replace(f", {place}", "", 1)
    odds = chance(result, language)
    if result.status == "no_data":
        odds = "无数据" if zh else "no data"
    elif result.met is None:
        odds = f"实现概率{odds}" if zh else f"probability {odds}"
    return f"{label}：{aim}（{odds}）" if zh else f"{label}: {aim} ({odds})"


def _inside(target: Target, language: str) -> str:
    """Name of a target as it stands inside a sentence."""
    label = name(target, language)
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def measured(others: Sequence[tuple[Target, Attainment]], language: str) -> str:
    """How a place stands to targets of others; empty without any.

    Parameters
    ----------
    others
        Targets of other places, each with what it would be for this one.
    """
    if not others:
        return ""
    zh, parts = language == "zh", []
    for target, result in others:
        label, aim = _inside(target, language), goal(target, language)
        odds = chance(result, language)
        parts.append(
            f"达到{label}目标（{aim}）的概率为{odds}"
            if zh
            else f"{label} ({aim}) {odds}"
        )
    if zh:
        return f"以其他地区的目标衡量，{'；'.join(parts)}。"
    return f"Its probabilities by the targets of other places: {'; '.join(parts)}."


def rests(place: Label, years: pd.Series, language: str) -> str:
    """On what the outlook of a place rests, and what will change it first.

    Parameters
    ----------
    place
        Its name.
    years
        Of the figures of the place.
    language
        ``"en"`` or ``"zh"``.
    """
    if years.empty:
        return ""
    subject, count = place.in_language(language), len(years)
    first, last = int(years.min()), int(years.max())
    if language == "zh":
        return (
            f"以下展望依据{subject}{first}—{last}年的{count}个数据及各地的共同变动；"
            f"{last + 1}年的数据公布后将首先改变它。"
        )
    return (
        f"The outlook rests on {count} figures of {subject}, {first}–{last}, and on "
        f"what all places share; the figures of {last + 1} will change it first."
    )
