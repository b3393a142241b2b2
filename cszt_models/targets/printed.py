"""Forms in which an office would print a value, and the chance of each.

A bare number and a range ask for their lower end, and so does a number that is only
about (左右), as such targets are judged; beside this stands the chance that the outcome
lands where the words say: within half a step of the number, or inside the range.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cszt_models.targets.setting import Draws, SetValue, step_of

type Wording = Literal["bare", "about", "range"]


@dataclass(frozen=True)
class PrintedForm:
    """A printed value: ``low`` to ``high`` in the target's unit, and its chances.

    ``probability`` is that it is met, ``inside`` that the outcome lands there, None for
    a bare number; ``low`` equals ``high`` but for a range.
    """

    wording: Wording
    low: float
    high: float
    probability: float
    inside: float | None


def printed_forms(exact: SetValue, outcome: Draws) -> list[PrintedForm]:
    """A bare number, a number that is only about, and a range, near an exact value.

    The bare number is rounded to the side that is easier to meet, about to the nearest
    step; the range has one step and contains the exact value.

    Parameters
    ----------
    exact
        From `value_for`.
    outcome : (draw)
        In the target's unit.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> from cszt_models.project.plan import read_targets
    >>> from cszt_models.targets.setting import value_for
    >>> growth = read_targets(load_project())["growth_2021_2025"]
    >>> draws = np.random.default_rng(1).normal(5.5, 0.8, 4000)
    >>> forms = printed_forms(value_for(growth, draws, 0.7), draws)
    >>> [(form.wording, form.low, form.high) for form in forms]
    [('bare', 5.0, 5.0), ('about', 5.0, 5.0), ('range', 5.0, 5.5)]
    """
    target, step = exact.target, step_of(exact)
    falling = target.falls
    below, above = (
        round(float(edge(exact.value / step) * step), 10)
        for edge in (np.floor, np.ceil)
    )
    if below == above:
        above = round(below + step, 10)
    easy = above if falling else below
    nearest = round(float(np.round(exact.value / step) * step), 10)

    def met(value: float) -> float:
        return float(replace(target, value=value).met_by(outcome).mean())

    near = np.abs(outcome - nearest) <= step / 2
    within = (outcome >= below) & (outcome <= above)
    return [
        PrintedForm("bare", easy, easy, met(easy), None),
        PrintedForm("about", nearest, nearest, met(nearest), float(near.mean())),
        PrintedForm("range", below, above, met(easy), float(within.mean())),
    ]
