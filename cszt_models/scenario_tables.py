"""Scenario tables: frames, records and sentences made of scenarios and their results."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from cszt_models import sentences
from cszt_models.attribution import JOINT, Attribution, probabilities
from cszt_models.comparison import Compared
from cszt_models.levers import Lever
from cszt_models.project import Project
from cszt_models.scenarios import Part, Scenario
from cszt_models.settings import Setting

WORDS = {
    "en": {"joint": "all of them", "from": "from", "to": "to", "in": "in"},
    "zh": {"joint": "同时达成", "from": "自", "to": "至", "in": ""},
}


def title(scenario: Scenario, language: str = "en") -> str:
    """Label of a scenario, or its name where it has none."""
    return scenario.label.in_language(language) if scenario.label else scenario.name


def setting_words(
    setting: Setting, levers: Mapping[str, Lever], project: Project, language: str
) -> str:
    """A setting in words: what is moved, by how much, where and when.

    Examples
    --------
    >>> from cszt_models import load_project, read_levers
    >>> project = load_project()
    >>> one = Setting("growth", 0.5, ("changsha",), 2023, 2025)
    >>> setting_words(one, read_levers(project), project, "en")
    'real growth +0.5 percentage points a year, Changsha, 2023–2025'
    >>> setting_words(one, read_levers(project), project, "zh")
    '实际增速 +0.5（percentage points a year），长沙，2023—2025年'
    """
    lever, zh = levers.get(setting.lever), language == "zh"
    name = lever.label.in_language(language) if lever else setting.lever
    unit = lever.unit if lever else ""
    words = [f"{name} {setting.value:+g}{f'（{unit}）' if zh else f' {unit}'}".strip()]
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
    """What a part sets, takes for granted and switches on, a line for each."""
    told = [setting_words(s, levers, project, language) for s in part.settings]
    given, effect = ("假定", "效应") if language == "zh" else ("given", "effect")
    told += [f"{given}: {c.words(project, language)}" for c in part.conditions]
    return told + [f"{effect}: {one}" for one in part.effects]


def scenario_record(
    scenario: Scenario, levers: Mapping[str, Lever], project: Project
) -> dict[str, Any]:
    """A scenario as ``--json`` prints it."""
    return {
        "name": scenario.name,
        "hash": scenario.hash,
        "label": asdict(scenario.label) if scenario.label else None,
        "why": asdict(scenario.why) if scenario.why else None,
        "source": scenario.source or None,
        "parts": [
            {
                "name": part.name,
                "source": part.source or None,
                "settings": [asdict(setting) for setting in part.settings],
                "conditions": [one.content for one in part.conditions],
                "effects": [asdict(effect) for effect in part.effects],
                "words": part_words(part, levers, project),
            }
            for part in scenario.parts
        ],
    }


def changes(base: Compared, other: Compared) -> pd.DataFrame:
    """Probabilities under the baseline and a scenario, and the difference.

    Returns
    -------
    DataFrame
        target (``joint`` last), status, baseline, scenario, change (shares of 1), and
        mcse, the Monte-Carlo error of the scenario's; targets with data only.
    """
    if base.assessment is None or other.assessment is None:
        raise ValueError("a scenario that is not possible has no probabilities.")
    before, after = (probabilities(one.assessment) for one in (base, other))  # type: ignore[arg-type]
    told = other.assessment
    errors = {one.target.id: (one.status, one.mcse) for one in told.targets}
    joint = told.joint
    errors[JOINT] = ("projected", joint.mcse if joint else None)
    return pd.DataFrame(
        [
            {
                "target": name,
                "status": errors[name][0],
                "baseline": before[name],
                "scenario": after[name],
                "change": after[name] - before[name],
                "mcse": errors[name][1],
            }
            for name in after
        ]
    )


def side_by_side(compared: Sequence[Compared], targets: Sequence[str]) -> pd.DataFrame:
    """A row for each scenario: its hash and the probabilities of some targets.

    Returns
    -------
    DataFrame
        scenario, hash, a column for each target and ``joint`` (shares of 1, None where
        not possible), and reason.
    """
    rows = []
    for one in compared:
        told = {} if one.assessment is None else probabilities(one.assessment)
        found = {name: told.get(name) for name in (*targets, JOINT)}
        head = {"scenario": one.scenario.name, "hash": one.scenario.hash}
        rows.append(head | found | {"reason": one.reason})
    return pd.DataFrame(rows)


def attribution_frame(told: Attribution, names: Sequence[str]) -> pd.DataFrame:
    """Contributions in percentage points, a row for each part, a column per target.

    Parameters
    ----------
    names
        Targets to show, of those in the attribution.
    """
    table = told.table.loc[list(names)]
    found = 100 * table[[*told.parts, "change"]].T
    return found.rename_axis("part").reset_index().rename_axis(columns=None)


def target_name(name: str, project: Project, targets: Mapping[str, Any]) -> str:
    """A target's id, or words for the joint."""
    return WORDS["en"]["joint"] if name == JOINT else sentences.goal(targets[name], "en")
