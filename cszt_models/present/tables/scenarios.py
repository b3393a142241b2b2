"""Scenario tables: frames made of scenarios beside the baseline."""

from collections.abc import Sequence

import pandas as pd

from cszt_models.attribution.shapley import JOINT, Attribution, probabilities
from cszt_models.targets.comparison import Compared


def changes(base: Compared, other: Compared) -> pd.DataFrame:
    """Probabilities under the baseline and a scenario, and the difference.

    Returns
    -------
    DataFrame
        target (``joint`` last), status, baseline, scenario, change (shares of 1), and
        mcse, the Monte-Carlo error of the scenario's; targets with data only.

    Raises
    ------
    ValueError
        If one of the two is not possible.
    """
    if base.assessment is None or other.assessment is None:
        raise ValueError("a scenario that is not possible has no probabilities.")
    assessment = other.assessment
    before, after = probabilities(base.assessment), probabilities(assessment)
    errors = {each.target.id: (each.status, each.mcse) for each in assessment.targets}
    joint = assessment.joint
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
    for scenario in compared:
        probability = (
            {} if scenario.assessment is None else probabilities(scenario.assessment)
        )
        cells = {name: probability.get(name) for name in (*targets, JOINT)}
        head = {"scenario": scenario.scenario.name, "hash": scenario.scenario.hash}
        rows.append(head | cells | {"reason": scenario.reason})
    return pd.DataFrame(rows)


def attribution_frame(attribution: Attribution, names: Sequence[str]) -> pd.DataFrame:
    """Contributions in percentage points, a row for each part, a column per target.

    Parameters
    ----------
    names
        Targets to show, of those in the attribution.
    """
    table = attribution.table.loc[list(names)]
    points = 100 * table[[*attribution.parts, "change"]].T
    return points.rename_axis("part").reset_index().rename_axis(columns=None)
