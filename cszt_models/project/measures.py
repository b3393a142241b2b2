r"""Measures: indicators that a project models each for itself, as its folder says.

A measure has a block of its own. Which figures tell it, on which scale it varies and
how a group's value follows from its members' is an entry of project.yaml, so that
another ratio or level needs no code. With q the value of a member i and w its weight,

.. math::
    q_G = \frac{\sum_i w_i q_i}{\sum_i w_i} \quad \text{(mean)}, \qquad
    Q_G = \sum_i Q_i, \quad q_i = Q_i / w_i \quad \text{(sum)}

A ratio of two indicators is a mean weighted by the lower one; a sum is modelled per
unit of its weight, because large and small regions compare by that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cszt_models.vocabulary import GDP, POPULATION, URBAN_POPULATION, URBANIZATION

Model = Literal["ratio", "level"]
Group = Literal["mean", "sum"]

# The model, and the kinds of indicator that it fits: a ratio lies between 0 and 100
# percent and varies on the logit scale, a level is above 0 and varies on the log scale.
MODELS = {"ratio": ("share",), "level": ("level", "count")}
GROUPS = ("mean", "sum")
WEIGHTS = (GDP, POPULATION, URBAN_POPULATION)  # what is projected for every region


@dataclass(frozen=True)
class Measure:
    """An indicator that is modelled for itself.

    Parameters
    ----------
    indicator
        Its id, also the name of its block and priors.
    model
        ``ratio`` (percent, logit) or ``level`` (above 0, log).
    group
        An aggregate's value is the ``mean`` or the ``sum`` of its members'.
    weight
        Indicator that weighs members, one of `WEIGHTS`; without one they count alike.
    part
        Indicator that a ratio is of its weight, in the weight's unit: the numerator. It
        tells ratios that are not printed, and follows from those projected.
    growth
        Indicator that holds the printed growth of a level on the year before, percent.
    whole, heads
        The same quantity of a larger population, and the indicator that counts it.
        Those whom the measure is about are the better off of them: a group's value is
        no less than that of the whole, and their total no more.
    linked
        Whether its common shocks are correlated with those of growth, prices and the
        other blocks, which a few figures cannot tell.
    """

    indicator: str
    model: Model
    group: Group
    weight: str | None = None
    part: str | None = None
    growth: str | None = None
    whole: str | None = None
    heads: str | None = None
    linked: bool = False

    @property
    def total(self) -> str | None:
        """Indicator of which a group has no more than the area that contains it."""
        return self.indicator if self.group == "sum" else self.part

    def fault(self) -> str | None:
        """What in the entry does not go together, or None."""
        if self.model == "ratio" and self.group == "sum":
            return "a ratio has no sum"
        if self.part and (self.model != "ratio" or not self.weight):
            return "only a ratio with a weight has a part"
        if self.growth and (self.model != "level" or self.group != "mean"):
            return "growth is read of a level with the group rule mean"
        if bool(self.whole) != bool(self.heads) or (self.whole and not self.weight):
            return "a whole needs heads and a weight besides"
        return None


@dataclass(frozen=True)
class Relation:
    """Three indicators of which ``part`` is ``ratio`` percent of ``whole``."""

    ratio: str
    part: str
    whole: str


def relations(measures: Iterable[Measure]) -> tuple[Relation, ...]:
    """What holds between indicators: of the urban share, and of ratios with a part.

    Examples
    --------
    >>> relations([])
    (Relation(ratio='urbanization_rate', part='population_urban', \
whole='population_resident'),)
    """
    urban = Relation(URBANIZATION, URBAN_POPULATION, POPULATION)
    found = [
        Relation(m.indicator, m.part, m.weight)
        for m in measures
        if m.model == "ratio" and m.part and m.weight
    ]
    return (urban, *found)
