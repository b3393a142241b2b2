"""Sector shares of value added, from printed shares or sector amounts."""

import pandas as pd

from cszt_models.vocabulary import SECTOR_SHARES, SECTORS

_KEY = ["region", "year", "basis"]


def sector_shares(known: pd.DataFrame) -> pd.DataFrame:
    """Shares of the three sectors in percent, by region, year and basis.

    Printed shares count before those computed from value added, which are shares of
    the sectors' own sum. Rows with a share of zero are left out: it has no logarithm.

    Returns
    -------
    DataFrame
        region, year, basis, status, known_on and the three shares in percent.
    """
    shares = pd.concat([_wide(known, SECTOR_SHARES), _wide(known, SECTORS)])
    shares = shares.drop_duplicates(_KEY, keep="first")
    parts = shares[list(SECTOR_SHARES)]
    total = parts.sum(axis="columns")
    shares = shares.assign(**parts.mul(100 / total, axis="index"))
    return shares[(parts > 0).all(axis="columns")].sort_values(_KEY, ignore_index=True)


def _wide(known: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Rows in which a region, year and basis has all three, under the shares' names."""
    rows = known[known["indicator"].isin(names)]
    values = rows.pivot_table(index=_KEY, columns="indicator", values="value")
    values = values.reindex(columns=list(names)).dropna()
    values.columns = list(SECTOR_SHARES)
    about = rows.groupby(_KEY).agg({"status": "first", "known_on": "max"})
    return values.join(about).reset_index()
