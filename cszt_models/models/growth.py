r"""Growth: real GDP growth as common trend, regional differences, shocks and events.

A cell is :math:`100\,\Delta\ln` real GDP as last published, so that its only
measurement error is rounding. A published rate of an aggregate is a row over its
members, weighted by the nominal GDP of the year before, so that the group's growth
informs that of a member whose rate is not yet known. Releases within the year are rows
of the cells of its years, with errors of their own.
"""

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr

from cszt_models.models.block import Block, build_panel, row_of
from cszt_models.models.sequential import without_implied
from cszt_models.models.within_year import (
    Evidence,
    release_components,
    released,
    rows_of,
    sizes_of,
)
from cszt_models.project.observations import Figure, figures, latest
from cszt_models.structural.panel import Cell, Panel, Row
from cszt_models.vocabulary import GDP, GROWTH

NAME = "growth"
WEIGHT_YEARS = 5  # before a year, whose weights of members may count
UNIT = "percentage points (100 x log change)"
COMPONENTS = (
    "level",
    "start",
    "course",
    "region_level",
    "region_cycle",
    "shock",
    "region_shock",
    "event",
    "region_event",
    "measurement",
)


def log_growth[Numbers: (float, np.ndarray, xr.DataArray)](percent: Numbers) -> Numbers:
    r"""Growth rate in percent as log points, :math:`100\,\ln(1 + g/100)`.

    Examples
    --------
    >>> round(float(log_growth(7.0)), 3)
    6.766
    """
    return 100 * np.log1p(percent / 100)  # type: ignore[return-value]


def percent_growth[Numbers: (float, np.ndarray, xr.DataArray)](
    logs: Numbers,
) -> Numbers:
    """Log points as a growth rate in percent: the inverse of `log_growth`."""
    return 100 * np.expm1(logs / 100)  # type: ignore[return-value]


def panel(known: pd.DataFrame, block: Block) -> Panel:
    """Growth panel of what was known on a date.

    Raises
    ------
    DataError
        If no growth rate was known.
    """
    judged = block.project.bases_of(GROWTH).judged
    rates = latest(known, GROWTH, judged)
    rows = [row for rate in figures(rates) for row in _rows(rate, known, block)]
    evidence = _evidence(known, block)
    if not evidence:
        return build_panel(
            block, name=NAME, unit=UNIT, rows=rows, components=COMPONENTS, judged=judged
        )
    of_rows = [row.year for row in rows]
    every = [*of_rows, *(item.figure.year for item in evidence)]
    last = min(max(every), block.until)  # beyond it nothing says how a year goes on
    years = range(min(of_rows or every), last + 1)
    events = block.project.events_known(block.as_of)
    evidence = without_implied(evidence, rows)
    sizes = sizes_of(rows, evidence, block.priors, events)
    rows += rows_of(evidence, block.priors, years, events, sizes)
    return build_panel(
        block,
        name=NAME,
        unit=UNIT,
        rows=rows,
        components=COMPONENTS,
        judged=judged,
        further=partial(
            release_components,
            indicator=GROWTH,
            priors=block.priors,
            years=years,
            events=events,
            sizes=sizes,
        ),
    )


def _evidence(known: pd.DataFrame, block: Block) -> list[Evidence]:
    """Releases within the year, as growth in log points."""
    evidence = []
    for figure, release, kind in released(known, GROWTH, block.project, block.priors):
        members = _members(figure, known, block)
        if members:
            rate = figure._replace(value=float(log_growth(figure.value)))
            evidence.append(Evidence(rate, release, kind, members))
    return evidence


def _members(rate: Figure, known: pd.DataFrame, block: Block) -> dict[str, float]:
    """Weights of the regions that a release observes; {} if a member has none."""
    if rate.region in block.project.aggregates:
        return last_weights(known, block, rate.region, rate.year)
    return {rate.region: 1.0} if rate.region in block.project.regions else {}


def _rows(rate: Figure, known: pd.DataFrame, block: Block) -> list[Row]:
    """One row, or none where the weights of an aggregate's members are not known."""
    weights = {rate.region: 1.0}
    if rate.region in block.project.aggregates:
        weights = member_weights(known, block, rate.region, rate.year - 1)
    if not weights:
        return []
    cells = tuple(Cell(name, rate.year, weight) for name, weight in weights.items())
    return [row_of(rate, float(log_growth(rate.value)), cells)]


def last_weights(
    known: pd.DataFrame, block: Block, aggregate: str, year: int
) -> dict[str, float]:
    """Shares of an aggregate's members in the last known year before a year.

    Growth of a first quarter comes before GDP of the year before may be known.

    Parameters
    ----------
    known, block
        Observations of one as-of date, and their project.
    aggregate, year
        Id of the aggregate, and year of the growth.
    """
    for before in range(year - 1, year - 1 - WEIGHT_YEARS, -1):
        weights = member_weights(known, block, aggregate, before)
        if weights:
            return weights
    return {}


def member_weights(
    known: pd.DataFrame, block: Block, aggregate: str, year: int
) -> dict[str, float]:
    """Shares of an aggregate's members in its nominal GDP; {} if not known.

    The last release of each member's level counts: a growth rate is published on the
    levels of its time.

    Parameters
    ----------
    known, block
        Observations of one as-of date, and their project.
    aggregate, year
        Id of the aggregate, and year of the levels.
    """
    members = block.project.aggregates[aggregate].members
    bases = block.project.bases_of(GDP).usable
    levels = latest(known, GDP, bases)
    levels = levels[levels["region"].isin(members) & (levels["year"] == year)]
    if len(levels) < len(members):
        return {}
    total = levels["value"].sum()
    return {level.region: level.value / total for level in figures(levels)}
