r"""Own variances: how unsettled each region's series is, relative to all.

Yearly changes of some regions' ratios vary more than those of others. With e what is
left of the changes of all regions after effects of regions and years, the variance of a
region relative to that of all is drawn towards one,

.. math::
    m_r^2 = \frac{\nu + \sum_t e_{rt}^2 / s^2}{\nu + n_r}, \qquad
    s^2 = \frac{1}{n} \sum_{rt} e_{rt}^2

which is the mean of the relative variance given its n changes, if before any change it
is :math:`\chi^2_\nu / \nu` in the inverse: a scale mixture of Gaussians with the
mixing variance at its posterior mean.

References
----------
West, M. (1987). On scale mixtures of normal distributions. *Biometrika* 74(3), 646-648.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cszt_models.structural.panel import Panel, Row

ROUNDING = 1e-20  # share of the squares of changes that is not told from nothing
SIZED = (
    "region_trend",
    "region_short_trend",
    "region_brief_trend",
    "region_shock",
)


def with_sizes(panel: Panel, freedom: float, judged: Sequence[str]) -> Panel:
    """A panel in which trends and shocks of each region have variances of their own.

    Parameters
    ----------
    panel
        Of a block.
    freedom
        Degrees of freedom of the prior; 0 leaves the panel as it is.
    judged
        Bases whose changes count.
    """
    changes = yearly_changes(panel.rows, panel.regions, judged)
    if not freedom or not changes:
        return panel
    squares = squared_sizes(changes)
    sums, counts = np.zeros(len(panel.regions)), np.zeros(len(panel.regions))
    places = [panel.regions.index(region) for region, _ in changes]
    np.add.at(sums, places, squares)
    np.add.at(counts, places, 1)
    sizes = np.sqrt((freedom + sums) / (freedom + counts))
    components = tuple(
        replace(component, sized=component.name in SIZED)
        for component in panel.components
    )
    return replace(panel, components=components, sizes=tuple(sizes.tolist()))


def yearly_changes(
    rows: Sequence[Row], regions: Sequence[str], judged: Sequence[str]
) -> dict[tuple[str, int], float]:
    """Changes on the year before, by region and year.

    Parameters
    ----------
    rows
        Of a block; those of one cell count.
    regions
        Whose changes are sought.
    judged
        Bases that count.
    """
    levels = {
        (row.region, row.year): row.value
        for row in rows
        if len(row.cells) == 1 and row.basis in judged and row.region in regions
    }
    return {
        (region, year): value - levels[region, year - 1]
        for (region, year), value in levels.items()
        if (region, year - 1) in levels
    }


def squared_sizes(
    changes: dict[tuple[str, int], float],
) -> NDArray[np.float64]:
    """Squares (change) of what effects of regions and years leave, of mean one.

    Zeros change nothing: all are one where effects explain every change.

    Parameters
    ----------
    changes
        From `yearly_changes`.

    Examples
    --------
    >>> calm = {("a", y): 1.0 + 0.1 * (-1) ** y for y in range(2000, 2006)}
    >>> wild = {("b", y): 1.0 - 0.9 * (-1) ** y for y in range(2000, 2006)}
    >>> squared_sizes(calm | wild).round(2).tolist() == [1.0] * 12  # two share one year
    True
    """
    places = [
        np.unique(names, return_inverse=True)[1] for names in zip(*changes, strict=True)
    ]
    region, year = places
    values = np.array([*changes.values()])
    seen = np.zeros((region.max() + 1, year.max() + 1))
    seen[region, year] = 1.0
    counts = seen.sum(axis=1)
    means = np.bincount(region, values) / counts
    # effects of years, from what deviates from the mean of its region
    normal = np.diag(seen.sum(axis=0)) - seen.T @ (seen / counts[:, None])
    right = np.bincount(year, values - means[region])
    of_year = np.linalg.lstsq(normal, right)[0]
    of_region = means - seen @ of_year / counts
    left = np.square(values - of_region[region] - of_year[year])
    mean = left.mean()
    return left / mean if mean > ROUNDING * np.square(values).mean() else left * 0 + 1
