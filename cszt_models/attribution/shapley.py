r"""Shapley values of a scenario's parts for the change of each probability.

The contribution of part i to the change of a probability p is its Shapley value over
the n parts:

.. math::
    \phi_i = \sum_{S \not\ni i} \frac{|S|! \, (n - |S| - 1)!}{n!}
    \bigl( p(S \cup \{i\}) - p(S) \bigr)

Every set of parts sees the same draws, so that differences are those of the parts
alone, and the terms add up to the whole change.

References
----------
Shapley, L. S. (1953). A value for n-person games. In *Contributions to the Theory of
Games II*, 307-317. https://doi.org/10.1515/9781400881970-018.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import pandas as pd

from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.scenarios.scenario import Scenario
from cszt_models.targets.attainment import Assessment, assess

JOINT = "joint"
MAX_PARTS = 8  # every set of them is projected once

type Worth = Callable[[frozenset[str]], Mapping[str, float]]


@dataclass(frozen=True)
class Attribution:
    """Contributions of a scenario's parts to the change of each probability.

    ``table`` has a row for each target and the joint, by name: ``baseline`` and
    ``scenario``, the probabilities (0 to 1), ``change``, and a column for each of
    ``parts``, which sum to the change.
    """

    scenario: Scenario
    parts: tuple[str, ...]
    table: pd.DataFrame


def attribute(
    fits: Fits,
    targets: Mapping[str, Target],
    scenario: Scenario,
    *,
    joint: Sequence[str] = (),
) -> Attribution:
    """Shapley value of each part for each target's and the joint probability.

    Parameters
    ----------
    fits, scenario
        Of one as-of date.
    targets
        The plan, or some of it; those without data are left out.
    joint
        Ids of the joint probability; the headline targets if not given.

    Raises
    ------
    ScenarioError
        If there are more than `MAX_PARTS` parts, or some cannot stand without others.
    """
    names = tuple(part.name for part in scenario.parts)
    if len(names) > MAX_PARTS:
        raise ScenarioError(
            f"scenario {scenario.name!r} has {len(names)} parts; contributions are "
            f"computed for at most {MAX_PARTS}. Put some parts together."
        )

    def value(parts: frozenset[str]) -> Mapping[str, float]:
        some = scenario.only(parts)
        return probabilities(assess(fits, targets, some, joint=joint))

    worth = {parts: value(parts) for parts in subsets(names)}
    terms = shapley(names, worth.__getitem__)
    before, after = worth[frozenset()], worth[frozenset(names)]
    table = pd.DataFrame({"baseline": before, "scenario": after})
    table["change"] = table["scenario"] - table["baseline"]
    for name in names:
        table[name] = pd.Series(terms[name])
    return Attribution(scenario, names, table.rename_axis("target"))


def probabilities(assessment: Assessment) -> dict[str, float]:
    """Probabilities of the targets with data, and the joint one, by name."""
    values = {
        result.target.id: result.probability
        for result in assessment.targets
        if result.probability is not None
    }
    if assessment.joint is not None:
        values[JOINT] = assessment.joint.probability
    return values


def subsets(names: Sequence[str]) -> list[frozenset[str]]:
    """All sets of some names, the empty one first.

    Examples
    --------
    >>> [sorted(subset) for subset in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    sizes = range(len(names) + 1)
    return [frozenset(some) for size in sizes for some in combinations(names, size)]


def shapley(names: Sequence[str], value: Worth) -> dict[str, dict[str, float]]:
    """Shapley value of each name for every quantity that ``value`` gives of a set.

    Examples
    --------
    >>> worth = lambda parts: {"p": {0: 0.0, 1: 0.1, 2: 0.6}[len(parts)]}
    >>> {n: round(v["p"], 12) for n, v in shapley(["a", "b"], worth).items()}
    {'a': 0.3, 'b': 0.3}
    """
    n, terms = len(names), {}
    for name in names:
        others = [other for other in names if other != name]
        total = dict.fromkeys(value(frozenset()), 0.0)
        for some in subsets(others):
            weight = factorial(len(some)) * factorial(n - len(some) - 1) / factorial(n)
            before, after = value(some), value(some | {name})
            for key in total:
                total[key] += weight * (after[key] - before[key])
        terms[name] = total
    return terms
