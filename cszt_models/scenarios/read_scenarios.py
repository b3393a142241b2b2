"""Reading and validation of scenarios.yaml: parts, cross-effects and scenarios."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from cszt_models.errors import ScenarioError, YearsError, unknown
from cszt_models.project.project import Label, Project
from cszt_models.scenarios.cross_effects import Effect, read_effects
from cszt_models.scenarios.levers import Lever
from cszt_models.scenarios.read_conditions import read_conditions, require_consistent
from cszt_models.scenarios.scenario import BASELINE, Part, Scenario, baseline, compose
from cszt_models.scenarios.settings import read_settings
from cszt_models.storage.files import load_yaml

SECTIONS = ("effects", "parts", "scenarios")
PART_KEYS = (
    "conditions",
    "effects",
    "en",
    "zh",
    "source",
    "source_zh",
)  # others are levers
SCENARIO_KEYS = ("parts", "en", "zh", "why", "source", "source_zh", "plan")
SEE = "See the comment at the head of the bundled file."


def read_scenarios(
    project: Project, levers: Mapping[str, Lever]
) -> dict[str, Scenario]:
    """The project's scenarios by name; ``baseline`` is always among them.

    Raises
    ------
    ScenarioError
        If an effect, part or scenario is malformed, names something unknown, goes
        outside a lever's range, or two parts of a scenario set the same lever for the
        same regions and years.
    DataError
        If the file cannot be read.
    """
    path = project.file("scenarios.yaml")
    content = load_yaml(path)
    parts, entries = content.get("parts", {}), content.get("scenarios", {})
    if not isinstance(parts, dict) or not isinstance(entries, dict):
        raise ScenarioError(
            f"{path}: 'parts' and 'scenarios' must be mappings of names. {SEE}"
        )
    extra = sorted(str(key) for key in content if key not in SECTIONS)
    if extra:
        raise ScenarioError(f"{path}: {unknown('section', extra[0], SECTIONS)}")
    effects = read_effects(project, content.get("effects", {}), str(path))
    try:
        read = {
            str(name): _read_or_disabled(str(name), entry, levers, project, effects)
            for name, entry in parts.items()
        }
    except ScenarioError as error:
        raise ScenarioError(f"{path}, {error}") from None
    scenarios = {BASELINE: baseline()}
    for name, entry in entries.items():
        scenario = _scenario(str(name), entry, read, str(path))
        require_consistent(
            list(scenario.conditions), project, f"scenario {scenario.name!r}"
        )
        scenarios[scenario.name] = scenario
    if scenarios[BASELINE].parts:
        raise ScenarioError(
            f"{path}: scenario {BASELINE!r} has parts, but it is the one that sets "
            "nothing. Give the list another name."
        )
    return scenarios


def _read_or_disabled(
    name: str,
    entry: Any,
    levers: Mapping[str, Lever],
    project: Project,
    effects: Mapping[str, Effect],
) -> Part:
    """A part, or without settings and with the reason where its years are not open.

    Parameters
    ----------
    name, entry, levers, project, effects
        As in `read_part`.
    """
    try:
        part = read_part(name, entry, levers, project, effects)
    except YearsError as reason:
        place = f"part {name!r}"
        return Part(
            name,
            label=_label(entry, place),
            source=_text(entry, "source", place),
            source_zh=_text(entry, "source_zh", place),
            disabled=str(reason),
        )
    first, last = project.first_year, project.horizon
    for setting in part.settings:
        before = setting.last is not None and setting.last < first
        if before or (setting.first is not None and setting.first > last):
            fault = YearsError(
                f"part {name!r}: lever {setting.lever!r} acts in none of the years "
                f"projected, {first} to {last}. Choose years between."
            )
            return replace(
                part, settings=(), conditions=(), effects=(), disabled=str(fault)
            )
    return part


def read_part(
    name: str,
    entry: Any,
    levers: Mapping[str, Lever],
    project: Project,
    effects: Mapping[str, Effect] | None = None,
) -> Part:
    """One part: ``lever: value``, a mapping with regions and years, or a list of them.

    Parameters
    ----------
    name, entry
        Its name and content.
    levers
        Levers of the project by id.
    project
        The project.
    effects
        Cross-effects that it may switch on, by name.

    Raises
    ------
    ScenarioError
        If the part is malformed or names something unknown.
    """
    if not isinstance(entry, dict):
        raise ScenarioError(
            f"part {name!r} is {entry!r}, not a mapping of levers to values. "
            "Write 'lever: value'."
        )
    place = f"part {name!r}"
    given = {str(k): value for k, value in entry.items() if k not in PART_KEYS}
    settings = [
        setting
        for lever, value in given.items()
        for setting in read_settings(name, lever, value, levers, project)
    ]
    for first, second in combinations(settings, 2):
        if first.meets(second):
            raise ScenarioError(
                f"{place}: lever {first.lever!r} is set twice for the same regions "
                f"and years ({first}; {second}). Keep one of them, or give them "
                "different regions or years."
            )
    used = _names(entry.get("effects", []), place, "effects")
    known = effects or {}
    for effect in used:
        if effect not in known:
            raise ScenarioError(f"{place}: {unknown('effect', effect, known)}")
    return Part(
        name,
        tuple(settings),
        tuple(read_conditions(entry.get("conditions", []), project, place)),
        tuple(known[effect] for effect in dict.fromkeys(used)),
        _label(entry, place),
        _text(entry, "source", place),
        source_zh=_text(entry, "source_zh", place),
    )


def _scenario(name: str, entry: Any, parts: Mapping[str, Part], path: str) -> Scenario:
    """A list of parts, or a mapping with label, reasoning and source besides."""
    place = f"scenario {name!r}"
    if isinstance(entry, list):
        return compose(name, parts, [str(part) for part in entry])
    if not isinstance(entry, dict):
        raise ScenarioError(
            f"{path}: {place} is {entry!r}, not a list of parts. "
            "Write [part, part], or [] for the baseline."
        )
    extra = sorted(str(key) for key in entry if key not in SCENARIO_KEYS)
    if extra:
        raise ScenarioError(f"{place}: {unknown('key', extra[0], SCENARIO_KEYS)}")
    composed = compose(name, parts, _names(entry.get("parts", []), place, "parts"))
    why = entry.get("why")
    if why is not None and not isinstance(why, dict):
        raise ScenarioError(f"{place}: why {why!r} is not {{en, zh}}. Write both.")
    return Scenario(
        name,
        composed.parts,
        _label(entry, place),
        None if why is None else _label(why, f"{place}, why"),
        _text(entry, "source", place),
        _text(entry, "plan", place),
        _text(entry, "source_zh", place),
    )


def _names(given: Any, place: str, key: str) -> list[str]:
    if not isinstance(given, list):
        raise ScenarioError(f"{place}: {key} {given!r} is not a list. Write [a, b].")
    return [str(name) for name in given]


def _label(entry: Mapping[Any, Any], place: str) -> Label | None:
    """Text in both languages, or None."""
    en, zh = (_text(entry, language, place) for language in ("en", "zh"))
    if bool(en) != bool(zh):
        raise ScenarioError(
            f"{place}: {'zh' if en else 'en'} is missing beside {en or zh!r}. "
            "Write both languages, or neither."
        )
    return Label(en, zh) if en else None


def _text(entry: Mapping[Any, Any], key: str, place: str) -> str:
    text = entry.get(key, "")
    if not isinstance(text, str):
        raise ScenarioError(f"{place}: {key} {text!r} is not text. Put it in quotes.")
    return text.strip()
