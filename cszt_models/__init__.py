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
    "Analysis": "analysis.analysis",
    "analyse": "analysis.build",
    "history": "analysis.history",
    "scenario": "analysis.scenarios",
    "fix": "analysis.scenarios",
    "about": "analysis.scenarios",
    "between": "analysis.scenarios",
    "chance": "analysis.scenarios",
    "load_project": "project.project",
    "read_observations": "project.observations",
    "as_of": "project.observations",
    "read_targets": "project.plan",
    "Target": "project.plan",
    "Scenario": "scenarios.scenario",
    "Part": "scenarios.scenario",
    "Setting": "scenarios.settings",
    "Lever": "scenarios.levers",
    "read_levers": "scenarios.levers",
    "read_scenarios": "scenarios.read_scenarios",
    "baseline": "scenarios.scenario",
    "compose": "scenarios.scenario",
    "Fit": "inference.fit",
    "Fits": "models.fits",
    "fit_blocks": "models.fits",
    "Store": "storage.store",
    "project_paths": "projection.paths",
    "scene": "conditional.scenario_setup",
    "sweep": "sweeps.sweep",
    "assess": "targets.attainment",
    "attribute": "attribution.shapley",
    "compare": "targets.comparison",
    "joint_attainment": "targets.joint",
    "DataError": "errors",
    "ScenarioError": "errors",
    "ConvergenceError": "errors",
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'cszt_models' has no attribute {name!r}")
    return getattr(import_module(f"cszt_models.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
