r"""Industry: shares of three sectors in GDP as isometric log-ratios, which sum to one.

With :math:`p, s, t` the shares of primary, secondary and tertiary industry, the
coordinates are

.. math::
    z_1 = \sqrt{\tfrac23}\, \ln\frac{p}{\sqrt{s t}}, \qquad
    z_2 = \sqrt{\tfrac12}\, \ln\frac{s}{t}

Each is a block of its own: ``agriculture`` against the rest, and the ``balance`` of
industry and services. An economic census may shift a coordinate for good, from the
first year whose levels rest on it.

References
----------
Egozcue, J. J., Pawlowsky-Glahn, V., Mateu-Figueras, G. and Barcelo-Vidal, C. (2003).
Isometric logratio transformations for compositional data analysis. *Mathematical
Geology* 35(3), 279-300. https://doi.org/10.1023/A:1023818214614.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.models.block import Block, build_panel, row_of
from cszt_models.project.observations import Figure, figures
from cszt_models.project.sector_shares import sector_shares
from cszt_models.structural.panel import Cell, Panel
from cszt_models.vocabulary import SECTOR_SHARES, SECTORS

AGRICULTURE, BALANCE = "agriculture", "balance"
UNIT = "isometric log-ratio of sector shares"
COMPONENTS = (
    "level",
    "trend",
    "region_level",
    "region_trend",
    "shock",
    "region_shock",
    "census_step",
    "basis",
    "vintage",
    "measurement",
)

# Rows of the orthonormal contrast matrix: z = CONTRASTS @ ln(shares).
CONTRASTS = np.array(
    [
        np.sqrt(2 / 3) * np.array([1.0, -0.5, -0.5]),
        np.sqrt(1 / 2) * np.array([0.0, 1.0, -1.0]),
    ]
)

Array = NDArray[np.float64]


def log_ratios(shares: Array) -> Array:
    """Coordinates (..., 2) of shares (..., sector) of primary, secondary, tertiary.

    Shares may be in any unit: only their ratios count.

    Examples
    --------
    >>> log_ratios(np.array([1.0, 1.0, 1.0])).tolist()
    [0.0, 0.0]
    """
    return np.log(shares) @ CONTRASTS.T


def shares(ratios: Array) -> Array:
    """Shares (..., sector) that sum to one, from coordinates (..., 2).

    Examples
    --------
    >>> shares(log_ratios(np.array([0.05, 0.4, 0.55]))).round(12).tolist()
    [0.05, 0.4, 0.55]
    """
    parts = np.exp(ratios @ CONTRASTS)
    return parts / parts.sum(axis=-1, keepdims=True)


def agriculture(known: pd.DataFrame, block: Block) -> Panel:
    """Panel of the first coordinate, primary industry against the rest.

    Raises
    ------
    DataError
        If no region's three sectors were known.
    """
    return _panel(known, block, AGRICULTURE, 0)


def balance(known: pd.DataFrame, block: Block) -> Panel:
    """Panel of the second coordinate, secondary against tertiary industry.

    Raises
    ------
    DataError
        If no region's three sectors were known.
    """
    return _panel(known, block, BALANCE, 1)


def _panel(known: pd.DataFrame, block: Block, name: str, coordinate: int) -> Panel:
    bases = block.project.bases_of(SECTORS[0])
    table = sector_shares(known)
    table = table[table["basis"].isin(bases.usable)]
    table = table[table["region"].isin(block.project.regions)]
    ratios = log_ratios(table[list(SECTOR_SHARES)].to_numpy(float))[:, coordinate]
    rows = [
        row_of(figure, float(ratio), (Cell(figure.region, figure.year),))
        for figure, ratio in zip(_places(table), ratios, strict=True)
    ]
    return build_panel(
        block,
        name=name,
        unit=UNIT,
        rows=rows,
        components=COMPONENTS,
        judged=bases.judged,
    )


def _places(table: pd.DataFrame) -> list[Figure]:
    return figures(table.assign(value=0.0))
