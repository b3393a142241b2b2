"""Levers and parts of a scenario given on the command line."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cszt_models.errors import ScenarioError

if TYPE_CHECKING:
    from cszt_models.project.project import Project
    from cszt_models.scenarios.levers import Lever
    from cszt_models.scenarios.scenario import Scenario


def with_part(
    scenario: "Scenario",
    text: str,
    levers: "Mapping[str, Lever]",
    project: "Project",
    library: "Mapping[str, Scenario]",
) -> "Scenario":
    """The scenario with another part.

    Parameters
    ----------
    scenario
        The scenario to add to.
    text
        A mapping in YAML: levers with their settings, conditions, effects.
    levers, project
        What the part may set, and where.
    library
        Scenarios of the project, whose cross-effects the part may switch on.

    Raises
    ------
    ScenarioError
        If the text is not such a mapping, the part is not valid or sets a lever that
        the scenario sets, or conditions contradict each other.
    """
    import yaml

    from cszt_models.scenarios.read_conditions import require_consistent
    from cszt_models.scenarios.read_scenarios import read_part
    from cszt_models.scenarios.scenario import compose

    try:
        entry = yaml.safe_load(text)
    except yaml.YAMLError:
        entry = None
    if not isinstance(entry, dict):
        raise ScenarioError(
            f"--part {text!r} is not a mapping in YAML. Write it as in scenarios.yaml, "
            "like '{growth: {value: 0.5, from: 2023}, price: -1}'."
        )
    effects = {e.name: e for other in library.values() for e in other.effects}
    parts = {part.name: part for part in scenario.parts}
    number = 1 + sum(name.startswith("--part ") for name in parts)
    name = f"--part {number}"
    parts[name] = read_part(name, entry, levers, project, effects)
    composed = compose(f"{scenario.name} + part", parts, parts)
    require_consistent(list(composed.conditions), project, "--part")
    return composed


def with_setting(
    scenario: "Scenario", text: str, levers: "Mapping[str, Lever]", project: "Project"
) -> "Scenario":
    """The scenario with a lever set as ``LEVER=VALUE[@REGION,...][:FROM-TO]``.

    Parameters
    ----------
    scenario
        The scenario to add to.
    text
        As it was typed.
    levers, project
        What may be set, and where.

    Raises
    ------
    ScenarioError
        If the text is not of that form, the lever is unknown or the value out of range.
    """
    from cszt_models.errors import unknown
    from cszt_models.scenarios.settings import read_regions, require_in_range

    lever, equals, rest = text.partition("=")
    rest, _, span = rest.partition(":")
    value, _, places = rest.partition("@")
    first, _, last = span.partition("-")
    try:
        if not equals:
            raise ValueError
        number = float(value)
        where: dict[str, Any] = {
            key: int(year) for key, year in (("first", first), ("last", last)) if year
        }
    except ValueError:
        raise ScenarioError(
            f"--set {text!r} is not LEVER=VALUE. Write it like growth=0.5, "
            "growth=0.5:2023-2025 for some years, or growth=0.5@REGION,REGION for "
            "some regions."
        ) from None
    if lever not in levers:
        raise ScenarioError(f"--set {text!r}: {unknown('lever', lever, levers)}")
    require_in_range(levers[lever], number, f"--set {text!r}")
    if places:
        where["regions"] = read_regions(f"--set {text!r}", places.split(","), project)
    return scenario.with_lever(lever, number, **where)
