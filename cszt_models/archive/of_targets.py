"""Reference classes of the targets of a project, from what was known on a date."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from cszt_models.archive.read import read_archive
from cszt_models.archive.reference_class import (
    ReferenceClass,
    is_yearly,
    reference_class,
)
from cszt_models.project.plan import Target


def classes_of(
    targets: Iterable[Target], known: pd.DataFrame, *, as_of: date, seed: int = 1
) -> list[ReferenceClass]:
    """Past targets like each target, in their order.

    Parameters
    ----------
    targets
        Of a project.
    known
        Its figures that were known on the date.
    as_of
        The date; outcomes stated later do not count.
    seed
        Of the resampling of years.
    """
    archive = read_archive()
    levels = archive.groupby("region")["level"].first().to_dict()
    return [
        reference_class(
            target,
            archive,
            as_of=as_of,
            level=levels.get(target.region, "city"),
            last=_year_before(target, known),
            seed=seed,
        )
        for target in targets
    ]


def _year_before(target: Target, known: pd.DataFrame) -> float | None:
    """The figure of the year before a yearly target, where it is the archive's own."""
    if not is_yearly(target):
        return None
    place = (known["indicator"] == target.indicator) & (
        known["region"] == target.region
    )
    values = known[place & (known["year"] == target.year - 1)]["value"]
    return float(values.iloc[-1]) if len(values) else None
