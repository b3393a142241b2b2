"""Sweeps of an analysis: a design in any form, evaluated in memory."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cszt_models.errors import ScenarioError
from cszt_models.models.priors import read_priors
from cszt_models.results.sweeps import SweepResults
from cszt_models.scenarios.scenario import Scenario, scenario_named
from cszt_models.sweeps.columns import AS_OF, Context
from cszt_models.sweeps.design_files import read_design
from cszt_models.sweeps.designs import Design, design_of
from cszt_models.sweeps.inputs import SweepInputs, with_data
from cszt_models.sweeps.sweep import sweep as evaluate

if TYPE_CHECKING:
    from cszt_models.analysis.base import FittedProject, Targets


def _named(scenarios: Mapping[str, Scenario], name: str) -> str:
    if not isinstance(name, str):
        raise ScenarioError(
            f"the scenario of a sweep is {name!r}, not a name. Give the name of one in "
            "scenarios.yaml, and levers as columns of the design."
        )
    return scenario_named(scenarios, name).name


def sweep(
    analysis: "FittedProject",
    design: Design | pd.DataFrame | Path | str,
    targets: "Targets",
    scenario: str,
    on_cases: Callable[[int, int], None],
) -> SweepResults:
    """Probabilities of targets in every case of a design; see `Analysis.sweep`.

    Parameters
    ----------
    design
        A table with named columns, a design, or the path of a YAML file.
    targets
        Ids; headline targets with data on every date of the design if none is named.
    scenario
        By name; holds in every case.
    on_cases
        Called with the number of cases done and that of all.

    Raises
    ------
    DataError, ScenarioError
        If the design or a name is not valid.
    """
    fits, project = analysis.fits, analysis.project
    scenarios = dict(analysis.scenarios)
    context = Context(project, analysis.levers, scenarios, read_priors(project))
    if isinstance(design, pd.DataFrame):
        design = design_of(design, context)
    elif not isinstance(design, Design | Path | str):
        raise ScenarioError(
            f"{design!r} is not a design. Give one of cm.design, a table with named "
            "columns, or the path of a YAML file."
        )
    elif not isinstance(design, Design):
        design = read_design(Path(design), context)
    inputs = SweepInputs(
        project,
        analysis.observations,
        context,
        tuple(analysis.targets[name] for name in analysis.answered(targets)),
        fits.as_of,
        fits.seed,
        fits.draws,
        _named(scenarios, scenario),
        analysis.engine,
        analysis.store,
    )
    if any(column.name == AS_OF for column in design.columns):
        inputs = with_data(inputs, design, named=targets is not None)
    return SweepResults(design, inputs, evaluate(design, inputs, on_cases=on_cases))
