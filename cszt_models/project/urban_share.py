"""Urban shares of the population, from printed rates, counts or changes."""

import pandas as pd

from cszt_models.vocabulary import (
    POPULATION,
    URBAN_POPULATION,
    URBANIZATION,
    URBANIZATION_CHANGE,
)

_KEY = ["region", "year", "basis"]


def urban_shares(known: pd.DataFrame) -> pd.DataFrame:
    """Urban shares in percent, one per region, year and basis.

    A printed rate counts before one computed from counts, and that before a rate less
    its printed change. Computed shares carry the release date of the later figure.

    Returns
    -------
    DataFrame
        region, year, basis, value (percent), status, known_on, how.
    """
    columns = [*_KEY, "value", "status", "known_on"]
    printed = known.loc[known["indicator"] == URBANIZATION, columns]
    shares = pd.concat(
        [
            printed.assign(how="printed"),
            _from_counts(known)[columns].assign(how="counts"),
            _from_changes(known, printed)[columns].assign(how="change"),
        ]
    )
    shares = shares.drop_duplicates(_KEY, keep="first")
    return shares.sort_values(["region", "year", "basis"], ignore_index=True)


def _from_counts(known: pd.DataFrame) -> pd.DataFrame:
    urban = known[known["indicator"] == URBAN_POPULATION]
    total = known[known["indicator"] == POPULATION]
    both = urban.merge(total[[*_KEY, "value", "known_on"]], on=_KEY)
    dates = both[["known_on_x", "known_on_y"]]
    return both.assign(
        value=100 * both["value_x"] / both["value_y"], known_on=dates.max(axis=1)
    )


def _from_changes(known: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    change = known.loc[known["indicator"] == URBANIZATION_CHANGE, [*_KEY, "value"]]
    both = printed.merge(change, on=_KEY, suffixes=("", "_change"))
    return both.assign(
        year=both["year"] - 1, value=both["value"] - both["value_change"]
    )
