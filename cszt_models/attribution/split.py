"""A gap with its terms, and what it is computed from."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from cszt_models.project.plan import Target
from cszt_models.projection.outlook import Outlook


@dataclass(frozen=True)
class Split:
    """A gap and its terms.

    ``expected`` is the reference and ``outcome`` the published value or the median, in
    the target's unit; ``terms`` has a row for each component and region (component,
    region, value) and sums to `gap`. ``spread`` is the standard deviation over draws of
    each component and of their ``sum``: how far published figures leave them open.
    """

    target: Target
    expected: float
    outcome: float
    terms: pd.DataFrame
    spread: Mapping[str, float]

    @property
    def gap(self) -> float:
        """Outcome less reference; negative where the outcome is lower."""
        return self.outcome - self.expected

    def by(self, column: str) -> pd.Series:
        """Sums of the terms by ``component`` or ``region``, in order of the rows."""
        return self.terms.groupby(column, sort=False)["value"].sum()


@dataclass(frozen=True)
class Projected:
    """One as-of date under one scenario: its outlook and the projection of it."""

    outlook: Outlook
    projection: xr.Dataset
