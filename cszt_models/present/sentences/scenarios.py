"""Scenario words: what scenarios set, in English and in Chinese, and as records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cszt_models.present.sentences.numbers import minus
from cszt_models.present.sentences.revisions import spaced
from cszt_models.project.project import Project
from cszt_models.scenarios.levers import Lever
from cszt_models.scenarios.scenario import BASELINE, Part, Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.vocabulary import UNITS_ZH

if TYPE_CHECKING:
    from cszt_models.conditional.plausibility import Plausibility


def title(scenario: Scenario, language: str = "en") -> str:
    """Label of a scenario, or its name where it has none."""
    if scenario.label:
        return scenario.label.in_language(language)
    unnamed = language == "zh" and scenario.name == BASELINE
    return "基准" if unnamed else scenario.name


def counted(unit: str, language: str) -> tuple[float, str]:
    """How many things one of a lever's unit is, and what they are called.

    Examples
    --------
    >>> counted("10 000 persons a year", "en"), counted("10 000 persons a year", "zh")
    ((10000.0, 'persons a year'), (1.0, '万人/年'))
    """
    if language == "zh" and unit in UNITS_ZH:
        return 1.0, UNITS_ZH[unit]
    unit = re.sub("^percent ", "% ", unit)
    size = re.fullmatch(r"(\d[\d ]*) (.+)", unit)
    if size is None:
        return 1.0, unit
    return float(size[1].replace(" ", "")), size[2]


def setting_words(
    setting: Setting, levers: Mapping[str, Lever], project: Project, language: str
) -> str:
    """A setting in words: what is moved, by how much, where and when.

    Parameters
    ----------
    setting
        Of a lever.
    levers, project
        With names of levers, units and regions.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> from cszt_models.scenarios.levers import read_levers
    >>> project = load_project()
    >>> one = Setting("growth", 0.5, ("china",), 2023, 2025)
    >>> setting_words(one, read_levers(project), project, "en")
    'real growth +0.5 percentage points a year, China, 2023–2025'
    >>> setting_words(one, read_levers(project), project, "zh")
    '实际增速 +0.5个百分点/年，全国，2023—2025年'
    """
    lever, zh = levers.get(setting.lever), language == "zh"
    name = lever.label.in_language(language) if lever else setting.lever
    factor, unit = counted(lever.unit, language) if lever else (1.0, "")
    size = minus(f"{setting.value * factor:+,.10g}")
    words = [spaced(name, size + _unit_after(setting.value * factor, unit, zh=zh))]
    if setting.regions:
        words.append(_where(setting.regions, project, language))
    if setting.first is not None or setting.last is not None:
        words.append(_when(setting, zh=zh))
    if setting.ramp > 1:
        words.append(
            f"{setting.ramp}年内逐步到位" if zh else f"whole after {setting.ramp} years"
        )
    if setting.decay:
        lost = f"{setting.decay:.0%}"
        words.append(f"此后每年减弱{lost}" if zh else f"then losing {lost} a year")
    return ("，" if zh else ", ").join(words)


def _unit_after(value: float, unit: str, *, zh: bool) -> str:
    """A lever's unit as it stands after a value: with a blank, and one of one."""
    if zh or not unit:
        return unit
    if abs(value) == 1:
        unit = unit.replace("percentage points", "percentage point", 1)
    return f" {unit}"


def _where(regions: Sequence[str], project: Project, language: str) -> str:
    """Names of regions; a group stands for its members where all are there."""
    left, named = list(regions), []
    for group in project.aggregates.values():
        if set(group.members) <= set(left):
            named.append(group.label.in_language(language))
            left = [name for name in left if name not in group.members]
    named += [project.regions[n].label.in_language(language) for n in left]
    return ("、" if language == "zh" else ", ").join(named)


def _when(setting: Setting, *, zh: bool) -> str:
    first, last = setting.first, setting.last
    if first is None:
        return f"至{last}年" if zh else f"to {last}"
    if last is None:
        return f"{first}年起" if zh else f"from {first}"
    if first == last:
        return f"{first}年" if zh else f"{first}"
    return f"{first}—{last}年" if zh else f"{first}–{last}"


def part_words(
    part: Part, levers: Mapping[str, Lever], project: Project, language: str = "en"
) -> list[str]:
    """What a part sets, takes for granted and switches on, a line for each.

    Parameters
    ----------
    part
        Of a scenario.
    levers, project
        With names of levers, units and regions.
    language
        ``"en"`` or ``"zh"``.
    """
    lines = [setting_words(s, levers, project, language) for s in part.settings]
    given, effect = ("假定", "效应") if language == "zh" else ("given", "effect")
    colon = "：" if language == "zh" else ": "
    lines += [f"{given}{colon}{c.words(project, language)}" for c in part.conditions]
    return lines + [f"{effect}{colon}{item}" for item in part.effects]


def scenario_record(
    scenario: Scenario, levers: Mapping[str, Lever], project: Project
) -> dict[str, Any]:
    """A scenario as ``--json`` prints it.

    Parameters
    ----------
    scenario
        With its parts.
    levers, project
        With names of levers, units and regions.
    """
    return {
        "name": scenario.name,
        "hash": scenario.hash,
        "label": asdict(scenario.label) if scenario.label else None,
        "why": asdict(scenario.why) if scenario.why else None,
        "source": scenario.source or None,
        "plan": scenario.plan or None,
        "disabled": scenario.disabled or None,
        "parts": [
            {
                "name": part.name,
                "source": part.source or None,
                "settings": [asdict(setting) for setting in part.settings],
                "conditions": [item.content for item in part.conditions],
                "effects": [asdict(effect) for effect in part.effects],
                "words": part_words(part, levers, project),
            }
            for part in scenario.parts
        ],
    }


def plausibility_words(
    likely: "Plausibility", project: Project, draws: int, language: str = "en"
) -> list[str]:
    """How far conditions lie from what the model expects, each and together.

    Parameters
    ----------
    likely
        Of the conditions.
    draws
        Number of draws, of which fewer are independent under the conditions.
    language
        ``"en"`` or ``"zh"``.
    """
    lines = []
    for condition in likely.conditions:
        words = condition.condition.words(project, language)
        median, low, high = (
            figure(value) for value in (condition.median, condition.low, condition.high)
        )
        alone = f"{condition.probability:.2f}"
        lines.append(
            f"{words}：预期{median}（{low}至{high}），单独看{alone}"
            if language == "zh"
            else f"{words}: expected {median} ({low} to {high}), alone {alone}"
        )
    together, left = f"{likely.probability:.2g}", f"{likely.effective:.0f}"
    lines.append(
        f"各条件同时成立的合理程度：{together}；此时{draws}个样本相当于{left}个独立样本。"
        if language == "zh"
        else f"Plausibility of the conditions together: {together}; under them {draws} "
        f"draws are worth {left} independent ones."
    )
    return lines


def figure(value: float) -> str:
    """A figure for readers: thousands whole, others with two digits."""
    if value != value:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"
