"""Changes: what a backcast moves, in the units that readers know, by city and year."""

import pandas as pd
import xarray as xr

from cszt_models.backcast import Backcast
from cszt_models.blocks import REVISION
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    POPULATION,
    URBANIZATION,
    YEAR,
)

PRICE = "price"
RATES = (GROWTH, PRICE, POPULATION)
COUNTS = 0.02  # of the largest effect: a kind of cell with less is not what it takes
COLUMNS = ["quantity", "region", "year", "unit", "before", "after", "change"]


def yearly(found: Backcast) -> pd.DataFrame:
    """Medians without and with the change, where it does something for the targets.

    Real growth, GDP prices and population are in percent on the year before, prices
    with what a census adds to levels; shares and measures are levels.

    Returns
    -------
    DataFrame
        quantity, region, year, unit, before, after and change, for the years from the
        first that moves to the last target's.
    """
    last = max(target.year for target in found.targets)
    parts = [_of_quantity(found, name, last) for name in quantities(found)]
    return pd.concat(parts) if parts else pd.DataFrame(columns=COLUMNS)


def averages(found: Backcast) -> pd.DataFrame:
    """The same as averages over the years that move, and the last value of levels.

    Returns
    -------
    DataFrame
        quantity, region, first and last year, unit, before, after, change.
    """
    rows = []
    for (quantity, region), own in yearly(found).groupby(
        ["quantity", "region"], sort=False
    ):
        first, last = int(own["year"].min()), int(own["year"].max())
        rate = quantity in RATES
        told = own[["before", "after"]].mean() if rate else own.iloc[-1]
        before, after = float(told["before"]), float(told["after"])
        rows.append(
            {
                "quantity": quantity,
                "region": region,
                "first": first if rate else last,
                "last": last,
                "unit": own["unit"].iloc[0],
                "before": before,
                "after": after,
                "change": after - before,
            }
        )
    columns = [c if c != "year" else "last" for c in COLUMNS]
    columns.insert(2, "first")
    return pd.DataFrame(rows, columns=columns)


def quantities(found: Backcast) -> list[str]:
    """Quantities whose change does something for a target."""
    size = abs(found.effects)
    most = size.max("kind")
    counts = (size >= COUNTS * most).where(most > 0, False).any("target")
    kinds = [str(kind) for kind in found.effects["kind"].to_numpy()[counts]]
    names = [PRICE if kind == REVISION else kind for kind in kinds]
    measures = [measure.indicator for measure in found.basis.measures]
    known = [*RATES, URBANIZATION, *measures]
    return [name for name in known if name in names]


def _of_quantity(found: Backcast, quantity: str, last: int) -> pd.DataFrame:
    before, after = (_path(p, quantity) for p in (found.before, found.after))
    changed = abs(after - before).max(DRAW)
    frame = xr.Dataset(
        {
            "before": before.median(DRAW),
            "after": after.median(DRAW),
            "moves": changed > 1e-9,
        }
    ).to_dataframe()
    frame = frame.reset_index()
    frame = frame[frame["moves"] & (frame["year"] <= last)]
    unit = (
        "percent per year"
        if quantity in RATES
        else found.basis.project.indicators[quantity].unit
    )
    change = frame["after"] - frame["before"]
    return frame.assign(quantity=quantity, unit=unit, change=change)[COLUMNS]


def _path(projection: xr.Dataset, quantity: str) -> xr.DataArray:
    """Draws of a quantity in readers' units (draw, region, year)."""
    if quantity == PRICE:
        nominal = projection[GDP] / projection[GDP].shift({YEAR: 1})
        return 100 * (nominal / (1 + projection[GROWTH] / 100) - 1)
    path = projection[quantity]
    if quantity == POPULATION:
        return 100 * (path / path.shift({YEAR: 1}) - 1)
    return path
