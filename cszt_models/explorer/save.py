"""Add a part and its scenario to a file of scenarios, leaving comments untouched."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from cszt_models.errors import ScenarioError
from cszt_models.project.project import bundled, default
from cszt_models.project.starter import examples
from cszt_models.scenarios.conditions import Condition
from cszt_models.scenarios.scenario import BASELINE, Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.storage.files import load_yaml, write_whole, writing

PARTS, SCENARIOS = "parts", "scenarios"
SCENARIOS_FILE = "scenarios.yaml"
HEAD = "# Scenarios saved from the explorer. See the project's scenarios.yaml.\n\n"


def save_scenario(path: Path, name: str, part: Mapping[str, Any]) -> bool:
    """Add a part, and a scenario of that part alone, under one name.

    Lines are added at the end of the file's two sections; no other line changes. The
    file is replaced in one step, or left as it was if anything fails.

    Parameters
    ----------
    path
        A file of the form of scenarios.yaml; created if it does not exist.
    name
        Of the part and of the scenario.
    part
        Levers with their settings, as in such a file.

    Returns
    -------
    bool
        False if the file contained both already, and is left as it was.

    Raises
    ------
    ScenarioError
        If the name is empty or taken by something else, there is nothing to save, the
        file is of the package, or its sections are not in block style.
    DataError
        If the file is not valid or cannot be written.
    """
    name = " ".join(name.split())
    if not name or not part:
        what = "settings" if name else "name"
        raise ScenarioError(
            f"there is no {what} to save. "
            + ("Move a lever first." if name else "Give the scenario a name.")
        )
    _require_own(path)
    start = path
    if not path.exists() and (path.parent / "project.yaml").exists():
        start = default(SCENARIOS_FILE)  # which the new file replaces
    content = load_yaml(start) if start.exists() else {}
    before = start.read_text(encoding="utf-8") if start.exists() else HEAD
    entries = {PARTS: dict(part), SCENARIOS: [name]}
    present = {key: (content.get(key) or {}).get(name) for key in entries}
    if present == entries:
        return False
    if name == BASELINE or any(value is not None for value in present.values()):
        raise ScenarioError(
            f"{path} already contains {name!r} with other settings. "
            "Choose another name, or change the file by hand."
        )
    after = before
    for key, entry in entries.items():
        after = _added(after, key, name, entry, path)
    merged = {
        **content,
        **{k: {**(content.get(k) or {}), name: entry} for k, entry in entries.items()},
    }
    if yaml.safe_load(after) != merged:
        raise ScenarioError(
            f"{path} is written in a way that lines cannot be added to. "
            "Put 'parts:' and 'scenarios:' on lines of their own, an entry on each "
            "line below."
        )
    with writing(path):
        write_whole(path, after.encode("utf-8"))
    return True


def _require_own(path: Path) -> None:
    """Refuse a file that came with the package: it is of every user and update."""
    package, place = Path(__file__).resolve().parents[1], path.resolve()
    folders = bundled().resolve(), examples().resolve(), package
    if any(place.is_relative_to(folder) for folder in folders):
        raise ScenarioError(
            f"{path} came with the package, so nothing is saved in it. Make a copy "
            "with `cszt new DIR --example czt` and open that."
        )


def as_part(scenario: Scenario) -> dict[str, Any]:
    """The settings of a scenario as a part of scenarios.yaml.

    Examples
    --------
    >>> from cszt_models.scenarios.scenario import baseline
    >>> as_part(baseline().with_lever("price", 1.0, regions=("a",), first=2023))
    {'price': {'value': 1.0, 'regions': ['a'], 'from': 2023}}
    """
    part: dict[str, Any] = {}
    for setting in scenario.settings:
        part.setdefault(setting.lever, []).append(_setting(setting))
    part = {
        k: entries if len(entries) > 1 else entries[0] for k, entries in part.items()
    }
    if scenario.conditions:
        part["conditions"] = [_condition(each) for each in scenario.conditions]
    if scenario.effects:
        part["effects"] = [effect.name for effect in scenario.effects]
    return part


def _setting(setting: Setting) -> dict[str, Any]:
    fields = {
        "value": setting.value,
        "regions": list(setting.regions),
        "from": setting.first,
        "to": setting.last,
        "ramp": setting.ramp,
        "decay": setting.decay,
    }
    return {key: value for key, value in fields.items() if value or key == "value"}


def _condition(condition: Condition) -> dict[str, Any]:
    years: dict[str, Any] = {"from": condition.first, "to": condition.last}
    if condition.first == condition.last:
        years = {"year": condition.first}
    elif condition.average:
        years["average"] = True
    says = {
        "value" if name == "mean" else name: value
        for name, value in asdict(condition.says).items()
        if np.isfinite(value)
    }
    return {
        "indicator": condition.indicator,
        "region": condition.region,
        **years,
        **says,
    }


def _added(text: str, section: str, name: str, entry: Any, path: Path) -> str:
    """The text with an entry at the end of a section, which is created if missing."""
    lines = text.splitlines()
    first = next(
        (n for n, x in enumerate(lines) if re.match(rf"{section}\s*:", x)), None
    )
    if first is None:
        return f"{text.rstrip()}\n\n{section}:\n  {_line(name, entry)}\n".lstrip("\n")
    rest = re.sub(r"\s#.*", "", lines[first].partition(":")[2]).strip()
    if rest == "{}":
        lines[first] = f"{section}:"
    elif rest:
        raise ScenarioError(
            f"{path}: {section!r} has its entries on one line, to which none can be "
            "added. Give each a line of its own."
        )
    end = first + 1
    for n in range(first + 1, len(lines)):
        if lines[n].strip() and not lines[n].startswith((" ", "\t", "#")):
            break
        if lines[n].startswith((" ", "\t")) and lines[n].strip():
            end = n + 1
    inside = [x for x in lines[first + 1 : end] if not x.lstrip().startswith("#")]
    indent = len(inside[0]) - len(inside[0].lstrip()) if inside else 2
    lines.insert(end, " " * indent + _line(name, entry))
    return "\n".join(lines) + "\n"


def _line(name: str, entry: Any) -> str:
    return f"{_flow(name)}: {_flow(entry)}"


def _flow(value: Any) -> str:
    """A value on one line, as YAML."""
    text = yaml.safe_dump(
        value,
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
    )
    return text.removesuffix("...\n").strip()
