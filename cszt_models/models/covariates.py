"""Covariates: what a yearly series contributes to each row of a panel."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.errors import DataError
from cszt_models.project.observations import latest
from cszt_models.project.project import Project
from cszt_models.structural.panel import CELLS, Panel


def published(
    known: pd.DataFrame, project: Project, indicator: str, region: str
) -> pd.Series:
    """Published values of an indicator and region by year, on judged bases.

    Parameters
    ----------
    known
        Observations of one as-of date.
    project
        With the bases of the indicator.
    indicator, region
        Ids.

    Raises
    ------
    DataError
        If none was known.
    """
    records = latest(known, indicator, project.bases_of(indicator).judged)
    records = records[records["region"] == region]
    if records.empty:
        raise DataError(
            f"no {indicator} of {region!r} was known. Choose another region or a later "
            "date."
        )
    return records.set_index("year")["value"].rename(indicator)


def in_rows(panel: Panel, yearly: pd.Series, *, lag: int = 0) -> NDArray[np.float64]:
    r"""Covariate (row) of a yearly series, per unit of its coefficient.

    .. math:: x_i = \sum_{c \in i} w_c\, x_{t(c) - \text{lag}}

    over the cells c of row i with their weights w: a coefficient of one adds
    :math:`x_{t - \text{lag}}` to every cell of year t.

    Parameters
    ----------
    panel
        With the rows.
    yearly
        Values by year; a dummy of an event is a series of zeros and ones.
    lag
        Years.

    Raises
    ------
    DataError
        If the series lacks years that rows need.
    """
    row_cells = [[c for c in row.cells if c.loading == CELLS] for row in panel.rows]
    years_needed = sorted({cell.year - lag for cells in row_cells for cell in cells})
    missing = [str(year) for year in years_needed if year not in yearly.index]
    if missing:
        raise DataError(
            f"{yearly.name or 'the series'} has no value of {', '.join(missing)}, and "
            f"rows of {panel.name} need it. Leave them out, or choose another series."
        )
    values = yearly.to_dict()
    return np.array(
        [
            sum(cell.weight * values[cell.year - lag] for cell in cells)
            for cells in row_cells
        ]
    )
