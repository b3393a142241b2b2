r"""Values that each pair of a plan's targets implies for a third indicator.

Two relations are read from the project: a ratio is its part over its whole, and nominal
GDP grows by real growth and prices,

.. math:: Y_T = Y_0 (1 + g)^n (1 + \pi)^n

The value implied by two targets is compared with the plan's own target of the third,
and with the last published figure. Floors do not contradict each other: the value
shows which of them are slack when the others are just met.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cszt_models.project.measures import Relation, relations
from cszt_models.project.plan import Target
from cszt_models.project.project import Label, Project
from cszt_models.project.series import LastFigure, PublishedSeries, published_series
from cszt_models.vocabulary import GDP, GROWTH_AVERAGE

PRICE_CHANGE = "price_change_avg"
PRICE_LABEL = Label("average change of GDP prices", "价格（平减指数）年均变动")
PRICE_UNIT = "percent per year"
SLACK = 1e-6  # relative difference below which what is implied is what is stated

type Verdict = Literal["agrees", "slack", "short", "only implied"]


@dataclass(frozen=True)
class Implication:
    """What two targets imply for a third quantity, if both are just met.

    Parameters
    ----------
    first, second
        The targets.
    indicator, label, unit
        The quantity that follows, and its unit.
    implied
        Its value.
    stated
        The plan's target of it, if there is one.
    start
        Level of GDP from which growth and prices are reckoned, and its year.
    known
        Last published figure of the quantity.
    """

    first: Target
    second: Target
    indicator: str
    label: Label
    unit: str
    implied: float
    stated: Target | None = None
    start: tuple[float, int] | None = None
    known: LastFigure | None = None

    @property
    def verdict(self) -> Verdict:
        """Comparison of the implied value with the plan's own.

        ``slack``: who just meets the two more than meets the third; ``short``: who just
        meets the two misses the third; ``agrees``: neither.
        """
        if self.stated is None:
            return "only implied"
        value = self.stated.value
        if abs(self.implied - value) <= SLACK * abs(value):
            return "agrees"
        return "slack" if bool(self.stated.met_by(self.implied)) else "short"


def implications(
    targets: Mapping[str, Target], project: Project, known: pd.DataFrame
) -> list[Implication]:
    """Implications of every pair of targets of one region and year.

    Parameters
    ----------
    targets
        From `read_targets`.
    project, known
        The targets' project, and what was known on a date, from `as_of`.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> from cszt_models.project.observations import as_of
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.project.plan import read_targets
    >>> czt = load_project()
    >>> known = as_of(read_observations(czt), czt.data_date)
    >>> pairs = implications(read_targets(czt), czt, known)
    >>> [(pair.indicator, round(pair.implied, 1)) for pair in pairs[:2]]
    [('population_resident', 1625.0), ('rd_expenditure', 750.0)]
    """
    places = {(t.region, t.year) for t in targets.values()}
    implied: list[Implication] = []
    for region, year in sorted(places):
        plan = {
            t.indicator: t
            for t in targets.values()
            if (t.region, t.year) == (region, year)
        }
        for relation in relations(project.measures.values()):
            implied += _third(relation, plan, project, known)
        implied += _prices(plan, project, known)
    return implied


def _third(
    relation: Relation,
    plan: Mapping[str, Target],
    project: Project,
    known: pd.DataFrame,
) -> Iterator[Implication]:
    """Implications of any two of ratio, part and whole for the third."""
    ratio, part, whole = (
        plan.get(name) for name in (relation.ratio, relation.part, relation.whole)
    )
    if part and ratio:
        value = 100 * part.value / ratio.value
        yield _implication(part, ratio, relation.whole, value, plan, project, known)
    if ratio and whole:
        value = ratio.value * whole.value / 100
        yield _implication(ratio, whole, relation.part, value, plan, project, known)
    if part and whole:
        value = 100 * part.value / whole.value
        yield _implication(part, whole, relation.ratio, value, plan, project, known)


def _implication(
    first: Target,
    second: Target,
    indicator: str,
    value: float,
    plan: Mapping[str, Target],
    project: Project,
    known: pd.DataFrame,
) -> Implication:
    of = project.indicators[indicator]
    published = PublishedSeries(known, project)
    judged = indicator in project.comparability
    return Implication(
        first,
        second,
        indicator,
        of.label,
        of.unit,
        value,
        stated=plan.get(indicator),
        known=published.last(indicator, first.region) if judged else None,
    )


def _prices(
    plan: Mapping[str, Target], project: Project, known: pd.DataFrame
) -> Iterator[Implication]:
    """The price path that a GDP target and one of average real growth imply."""
    gdp, growth = plan.get(GDP), plan.get(GROWTH_AVERAGE)
    if gdp is None or growth is None or growth.since is None:
        return
    levels = published_series(known, project, GDP, gdp.region).set_index("year")[
        "value"
    ]
    base = growth.since - 1
    if base not in levels.index:
        return
    start, years = float(levels[base]), gdp.year - base
    nominal = (gdp.value / start) ** (1 / years)
    value = 100 * (nominal / (1 + growth.value / 100) - 1)
    yield Implication(
        gdp,
        growth,
        PRICE_CHANGE,
        PRICE_LABEL,
        PRICE_UNIT,
        value,
        start=(start, base),
    )
