"""Distribution of the year in which a target's value is reached, in three senses.

*At* a year the value is reached in that year; *by* a year it has been reached in that
year or an earlier one; *sustained* from a year it is reached in that year and in all
later ones to the horizon. What is left at the horizon is "not by then".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cszt_models.errors import DataError
from cszt_models.project.plan import Target
from cszt_models.projection.outcomes import path
from cszt_models.targets.monte_carlo import Groups, monte_carlo_error
from cszt_models.vocabulary import YEAR

type Definition = Literal["by", "sustained"]


@dataclass(frozen=True, eq=False)
class Timing:
    """Distribution of the year in which a target's value is reached.

    ``table`` has a row for each year, the first of which stands for all before it too:
    year; ``at``, ``by`` and ``sustained``, probabilities as the module defines them;
    ``mcse_by`` and ``mcse_sustained``, their Monte-Carlo errors.
    """

    target: Target
    table: pd.DataFrame

    @property
    def horizon(self) -> int:
        """The last year."""
        return int(self.table["year"].iloc[-1])

    def never(self, definition: Definition = "by") -> float:
        """Probability that the value is not reached by the horizon."""
        return 1.0 - float(self.table[definition].iloc[-1])

    def years(self, definition: Definition = "by") -> pd.Series:
        """Probability of each year as the one in which the value is reached.

        Returns
        -------
        Series
            By year; sums to 1 with `never`.
        """
        reached = self.table.set_index("year")[definition]
        return reached.diff().fillna(reached.iloc[0])

    def quantile(self, p: float, definition: Definition = "by") -> int | None:
        """First year by which the value is reached with probability ``p``, or None."""
        rows = self.table[self.table[definition] >= p]
        return None if rows.empty else int(rows["year"].iloc[0])


def reach_table(
    met: NDArray[np.bool_], years: Sequence[int], groups: Sequence[Groups] = ()
) -> pd.DataFrame:
    """Table of `Timing` from the years in which a value is reached.

    Parameters
    ----------
    met : (draw, year)
    years
        Of the columns.
    groups
        Draws that share their scales, see `monte_carlo_error`.

    Examples
    --------
    >>> there_and_back = np.array([[False, True, False], [False, False, True]])
    >>> table = reach_table(there_and_back, [2024, 2025, 2026])
    >>> table[["at", "by", "sustained"]].to_numpy().tolist()
    [[0.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.5, 1.0, 0.5]]
    """
    by = np.logical_or.accumulate(met, axis=1)
    sustained = np.logical_and.accumulate(met[:, ::-1], axis=1)[:, ::-1]
    table = {"year": list(years), "at": met.mean(axis=0)}
    for name, hit in (("by", by), ("sustained", sustained)):
        table[name] = hit.mean(axis=0)
        table[f"mcse_{name}"] = [monte_carlo_error(column, groups) for column in hit.T]
    return pd.DataFrame(table)


def timing(
    projection: xr.Dataset,
    target: Target,
    *,
    groups: Sequence[Groups] = (),
    since: int | None = None,
) -> Timing:
    """Year in which a target's value is reached, whatever the plan's own year.

    Years already published count with what was published.

    Parameters
    ----------
    projection
        From `project_paths`.
    target
        Of the same project.
    groups
        Draws that share their scales, from `attainment.groups_of`.
    since
        First year of the table, if it is not the first one projected: earlier ones
        have no figure.

    Raises
    ------
    DataError
        If the target is not projected.
    """
    drawn = path(projection, target)
    if drawn is not None:
        drawn = drawn.sel({YEAR: slice(since, None)})
        drawn = drawn.isel({YEAR: np.isfinite(drawn.to_numpy()).all(axis=0)})
    if drawn is None or not drawn.size:
        raise DataError(
            f"target {target.id!r}: {target.indicator} of {target.region} is not "
            "projected, so it has no year. Choose a target with data, or add its "
            "series to observations.csv."
        )
    years = [int(year) for year in drawn[YEAR].to_numpy()]
    return Timing(target, reach_table(target.met_by(drawn.to_numpy()), years, groups))
