r"""Measures: further indicators with a model block each, declared in project.yaml.

An entry states the figures that inform the block, its scale, and how a group's value
follows from its members'. With q the value of a member i and w its weight,

.. math::
    q_G = \frac{\sum_i w_i q_i}{\sum_i w_i} \quad \text{(mean)}, \qquad
    Q_G = \sum_i Q_i, \quad q_i = Q_i / w_i \quad \text{(sum)}

A ratio of two indicators is a mean weighted by the lower one; a sum is modelled per
unit of its weight, because large and small regions compare by that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import StrictBool

from cszt_models.vocabulary import GDP, POPULATION, URBAN_POPULATION, URBANIZATION

Model = Literal["ratio", "level"]
Group = Literal["mean", "sum"]

# The model, and the kinds of indicator that it fits: a ratio lies between 0 and 100
# percent and varies on the logit scale, a level is above 0 and varies on the log scale.
MODELS = {"ratio": ("share",), "level": ("level", "count")}
WEIGHTS = (GDP, POPULATION, URBAN_POPULATION)  # what is projected for every region


@dataclass(frozen=True)
class Measure:
    """An indicator with a block of its own.

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
        Numerator of a ratio, in the unit of its weight. Ratios that are not printed are
        computed from it, and it is computed from projected ratios.
    growth
        Indicator of the printed year-on-year growth of a level, percent.
    whole, heads
        The same quantity of a larger population, and the indicator of its size. The
        members of the measure are the better off: their value is at least that of the
        whole, and their total at most.
    linked
        Whether its common shocks are correlated with those of the other blocks, which
        needs more than a few figures.
    """

    indicator: str
    model: Model
    group: Group
    weight: str | None = None
    part: str | None = None
    growth: str | None = None
    whole: str | None = None
    heads: str | None = None
    linked: StrictBool = False

    @property
    def total(self) -> str | None:
        """Indicator whose group total is at most that of the containing area."""
        return self.indicator if self.group == "sum" else self.part

    def fault(self) -> str | None:
        """Contradiction between fields of the entry, or None."""
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
    """Identities between indicators: the urban share, and ratios with a part.

    Examples
    --------
    >>> relations([])
    (Relation(ratio='urbanization_rate', part='population_urban', \
whole='population_resident'),)
    """
    urban = Relation(URBANIZATION, URBAN_POPULATION, POPULATION)
    ratios = [
        Relation(m.indicator, m.part, m.weight)
        for m in measures
        if m.model == "ratio" and m.part and m.weight
    ]
    return (urban, *ratios)
