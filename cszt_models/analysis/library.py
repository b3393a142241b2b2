"""The levers and scenarios of a project, read without fitting anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from cszt_models.project.project import Project
from cszt_models.scenarios.levers import Lever, read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Library:
    """Levers by id and scenarios by name."""

    levers: Mapping[str, Lever]
    scenarios: Mapping[str, Scenario]


def library(project: Project) -> Library:
    """Levers and scenarios of a project.

    Raises
    ------
    DataError, ScenarioError
        If a file cannot be read or is not valid.
    """
    levers = read_levers(project)
    return Library(levers, read_scenarios(project, levers))
