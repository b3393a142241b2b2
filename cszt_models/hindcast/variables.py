r"""Quantities: what is forecast and scored, between the models' cells and the reader.

A quantity is an indicator (or three shares) with the blocks that model it. Cells are on
the models' scale; outcomes are what a reader knows: a rate in percent a year, or a
share in percent. A *rate* tells a year's change by itself; a *level* tells it by the
difference to the year before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cszt_models.errors import DataError, unknown
from cszt_models.models import growth, industry, population, price, urbanization
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBANIZATION,
)

Array = NDArray[np.float64]

DEFLATOR, SHARES, RD = "gdp_deflator", "sector_shares", "rd_intensity"


@dataclass(frozen=True)
class Quantity:
    """An indicator that is forecast and scored.

    Parameters
    ----------
    id
        Its name on the command line.
    blocks
        Those that model it.
    needs
        Indicators of which any, or for the deflator both, are read.
    parts
        What is scored of it: one series, or the three shares.
    rate
        Whether a cell tells the change of a year, or a level.
    outcome
        From cells (..., block) to what is scored (..., part).
    """

    id: str
    blocks: tuple[str, ...]
    needs: tuple[str, ...]
    parts: tuple[str, ...]
    rate: bool
    outcome: Callable[[Array], Array]

    def yearly(self, paths: Array, before: Array) -> Array:
        """Mean yearly change over a horizon.

        Parameters
        ----------
        paths : (..., ahead, part)
            Outcomes of every year of the horizon.
        before : (..., part)
            Outcome of the origin, which only a level needs.
        """
        if self.rate:
            return paths.mean(axis=-2)
        return (paths[..., -1, :] - before) / paths.shape[-2]


def _percent(cells: Array) -> Array:
    return np.asarray(growth.percent_growth(cells))


def _share(cells: Array) -> Array:
    return 100 * expit(cells)


def _sectors(cells: Array, which: slice = slice(None)) -> Array:
    return 100 * industry.shares(cells)[..., which]


def _one(
    id_: str, block: str, needs: tuple[str, ...], outcome: Callable[[Array], Array]
) -> Quantity:
    return Quantity(id_, (block,), needs, (id_,), outcome is _percent, outcome)


_COORDINATES = industry.AGRICULTURE, industry.BALANCE
_READ = *SECTOR_SHARES, *SECTORS

QUANTITIES: Mapping[str, Quantity] = {
    one.id: one
    for one in (
        _one(GROWTH, growth.NAME, (GROWTH,), _percent),
        _one(DEFLATOR, price.NAME, (GDP, GROWTH), _percent),
        _one(POPULATION, population.NAME, (POPULATION,), _percent),
        _one(URBANIZATION, urbanization.NAME, (URBANIZATION,), _share),
        _one(RD, RD, (RD,), _share),
        Quantity(SHARES, _COORDINATES, _READ, SECTOR_SHARES, False, _sectors),
        *(
            Quantity(
                name,
                _COORDINATES,
                _READ,
                (name,),
                False,
                partial(_sectors, which=slice(n, n + 1)),
            )
            for n, name in enumerate(SECTOR_SHARES)
        ),
    )
}


def quantity_named(name: str) -> Quantity:
    """The quantity with an id.

    Raises
    ------
    DataError
        If there is none.
    """
    if name not in QUANTITIES:
        raise DataError(unknown("indicator", name, QUANTITIES))
    return QUANTITIES[name]
