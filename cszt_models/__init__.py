"""Regional scenario modelling with honest probabilities.

The package answers: given what was known on a date, how probable is it that a region
meets its plan's targets, one by one and together? Heavy libraries are imported when
they are first used, so that ``import cszt_models`` is quick.

Examples
--------
>>> import cszt_models as cm
>>> project = cm.load_project()
>>> project.id
'czt'
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "load_project": "project.project",
    "Project": "project.project",
    "Target": "project.plan",
    "analyse": "analysis.build",
    "Analysis": "analysis.analysis",
    "history": "analysis.history",
    "run_hindcast": "analysis.hindcast",
    "news": "analysis.moves",
    "scenario": "analysis.scenarios",
    "Scenario": "scenarios.scenario",
    "Setting": "scenarios.settings",
    "fix": "analysis.scenarios",
    "about": "analysis.scenarios",
    "between": "analysis.scenarios",
    "chance": "analysis.scenarios",
    "design": "analysis",
    "Store": "storage.store",
    "DataError": "errors",
    "ScenarioError": "errors",
    "ConvergenceError": "errors",
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'cszt_models' has no attribute {name!r}")
    if name == "design":
        return import_module("cszt_models.analysis.design")
    return getattr(import_module(f"cszt_models.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
