"""Sequential growth: parts of a year on the months right before them, season taken out.

Growth of years and of all their parts on each other is more than levels need: of two
whole years with their parts, the step from one year to the next is known twice.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from cszt_models.models.within_year import Evidence
from cszt_models.project.periods import MONTHS
from cszt_models.structural.panel import Row


def without_implied(
    evidence: Sequence[Evidence], rows: Iterable[Row]
) -> list[Evidence]:
    """Releases without those that growth of years and other releases imply.

    If all parts of two years are known on those before them within each year, and
    growth of the second year is known, then so is growth of its first part on the last
    one of the year before. As a row it would have nearly no error, so that what levels
    in logs leave out would speak for years of which it says nothing.

    Parameters
    ----------
    evidence
        Releases.
    rows
        Of whole years; those without a value are due.
    """
    known = {(row.region, row.year) for row in rows if np.isfinite(row.value)}
    begins: dict[tuple[str, int, int], set[int]] = {}
    for figure, release, *_ in evidence:
        if release.part.sequential:
            place = figure.region, figure.year, release.part.lag
            begins.setdefault(place, set()).add(release.part.span.first)

    def linked(region: str, year: int, lag: int) -> bool:
        parts = set(range(lag + 1, MONTHS + 1, lag))
        return parts <= begins.get((region, year, lag), set())

    def implied(item: Evidence) -> bool:
        region, year, part = item.figure.region, item.figure.year, item.release.part
        across = part.sequential and part.span.first == 1
        linked_years = all(linked(region, y, part.lag) for y in (year - 1, year))
        return across and (region, year) in known and linked_years

    return [item for item in evidence if not implied(item)]
