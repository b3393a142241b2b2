"""Probabilities and quantiles by year of a scenario, from all draws of a fit."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cszt_models.conditional.plausibility import plausibility
from cszt_models.conditional.scenario_setup import scene
from cszt_models.models.fits import Fits
from cszt_models.present.tables.attainment import QUANTILES
from cszt_models.project.plan import Target
from cszt_models.projection.outlook import Outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario
from cszt_models.targets.attainment import assess
from cszt_models.vocabulary import DRAW, REGION, YEAR

DIGITS = 7  # of a quantile: more than a screen shows


def exact_record(
    fits: Fits, outlook: Outlook, targets: Mapping[str, Target], scenario: Scenario
) -> dict[str, Any]:
    """Figures of a scenario that a panel shows, as plain values.

    Parameters
    ----------
    outlook
        Outlook of the fits up to the last year shown.

    Returns
    -------
    dict
        hash, as_of and draws; ``targets`` with probability and Monte-Carlo error;
        ``joint``; ``fans`` with quantiles by year; and ``plausibility`` of the
        conditions, if there are any.

    Raises
    ------
    ScenarioError
        If the scenario is not possible on the date of the fits.
    """
    set_up = scene(fits, scenario, outlook=outlook)
    assessment = assess(set_up.fits, targets, scenario, outlook=set_up.outlook)
    names = {name for target in targets.values() for name in target.sources}
    paths = project_paths(set_up.outlook, scenario, only=names)
    paths = paths.sel({YEAR: outlook.years})
    record = {
        "hash": scenario.hash,
        "as_of": fits.as_of.isoformat(),
        "draws": fits.draws,
        "targets": {
            result.target.id: {"probability": result.probability, "mcse": result.mcse}
            for result in assessment.targets
            if result.probability is not None
        },
        "joint": None,
        "fans": {name: _fan(paths, target) for name, target in targets.items()},
        "plausibility": None,
    }
    if assessment.joint is not None:
        joint = assessment.joint
        record["joint"] = {
            "probability": joint.probability,
            "mcse": joint.mcse,
            "if_independent": joint.if_independent,
            "binding": joint.binding,
        }
    if scenario.conditions:
        record["plausibility"] = plausibility(set_up.conditional).probability
    return record


def _path(target: Target) -> str:
    return target.quantity.source


def _fan(paths: Any, target: Target) -> list[list[float] | None]:
    """Quantiles of each year of a target's series; none where nothing is known."""
    drawn = paths[_path(target)].sel({REGION: target.region})
    drawn = drawn.transpose(DRAW, YEAR).to_numpy()
    table = np.quantile(drawn, QUANTILES, axis=0).T
    return [
        None if np.isnan(row).any() else [float(f"{x:.{DIGITS}g}") for x in row]
        for row in table
    ]
