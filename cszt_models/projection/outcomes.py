r"""Outcomes of targets: what each sense computes from joint draws, year by year.

A quantity q is an indicator as it is projected, or the growth or change of another one:
over the year before, or over several years since a first one. Of quantities,

- a relation (in step with, above) is the difference of two of them,
- a cumulative goal is their sum over the years since the first,
- a cut is the fall since the year before the first, :math:`100\,(1 - q_t / q_0)`,

each within one draw, so that what moves both quantities moves no difference. What is
published runs through the same functions, as a projection with a single draw.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cszt_models.errors import DataError
from cszt_models.models.fits import Fits
from cszt_models.project.computed import Computed
from cszt_models.project.plan import Quantity, Target
from cszt_models.projection.accounting import running_average
from cszt_models.vocabulary import DRAW, GROWTH_AVERAGE, REGION, YEAR

Draws = NDArray[np.float64]
type Figures = Mapping[tuple[str, str, int], float]

SUMS = ("cumulative", "cumulative_at_most")


def path(projection: xr.Dataset, target: Target) -> xr.DataArray | None:
    """Draws by year of what decides a target, or None if it is not projected.

    Returns
    -------
    (draw, year) or None
        In the target's unit. Over several years, what holds from the first of them to
        each year; of a relation the difference to what it is compared with.
    """
    if target.sense == "no_number":
        return None
    if target.sense == "cut":
        return _cut(projection, target.quantity, target.since)
    if target.sense in SUMS:
        return _sum(projection, target.quantity, target.since)
    drawn = quantity_path(projection, target.quantity, target.since)
    if target.reference is None or drawn is None:
        return drawn
    other = quantity_path(projection, target.reference, target.since)
    return None if other is None else drawn - other


def quantity_path(
    projection: xr.Dataset, quantity: Quantity, since: int | None
) -> xr.DataArray | None:
    """Draws by year of a quantity, or None if it is not projected.

    Parameters
    ----------
    projection
        From `project_paths`.
    quantity
        An indicator of a place.
    since
        First year of an average, or of a growth or change over several years.

    Returns
    -------
    (draw, year) or None
        In the indicator's unit.
    """
    name = quantity.source
    if name not in projection or quantity.region not in projection.indexes[REGION]:
        return None
    # positions rather than labels, for speed over many scenarios
    place = projection.indexes[REGION].get_loc(quantity.region)
    draws = projection[name].variable.transpose(DRAW, YEAR, REGION)[:, :, place]
    years = projection.indexes[YEAR]
    if quantity.of:
        return _growth(draws.to_numpy(), years, since, quantity.difference)
    if quantity.indicator != GROWTH_AVERAGE:
        return xr.DataArray(draws, {YEAR: years})
    if since not in years:
        return None
    first = years.get_loc(since)
    averages = running_average(draws.to_numpy()[:, first:])
    return xr.DataArray(averages, {YEAR: years[first:]}, (DRAW, YEAR))


def _growth(
    levels: Draws, years: pd.Index, since: int | None, difference: bool
) -> xr.DataArray | None:
    """Growth in percent (a year, on average) or change of a level by year."""
    if since is None:
        before, after, years = levels[:, :-1], levels[:, 1:], years[1:]
        steps = np.ones(len(years))
    elif since - 1 not in years:
        return None
    else:
        first = years.get_loc(since)
        before, after = levels[:, first - 1 : first], levels[:, first:]
        years = years[first:]
        steps = np.arange(1.0, len(years) + 1)
    if difference:
        moved = after - before
    else:
        moved = 100 * ((after / before) ** (1 / steps) - 1)
    return xr.DataArray(moved, {YEAR: years}, (DRAW, YEAR))


def _cut(
    projection: xr.Dataset, quantity: Quantity, since: int | None
) -> xr.DataArray | None:
    """Fall in percent since the year before the first."""
    levels = quantity_path(projection, quantity, None)
    if levels is None or since is None or since - 1 not in levels.indexes[YEAR]:
        return None
    base = levels.sel({YEAR: since - 1}, drop=True)
    return 100 * (1 - levels.sel({YEAR: slice(since, None)}) / base)


def _sum(
    projection: xr.Dataset, quantity: Quantity, since: int | None
) -> xr.DataArray | None:
    """Sum of the years from the first on."""
    yearly = quantity_path(projection, quantity, None)
    if yearly is None or since is None or since not in yearly.indexes[YEAR]:
        return None
    return yearly.sel({YEAR: slice(since, None)}).cumsum(YEAR, skipna=False)


def outcome(projection: xr.Dataset, target: Target) -> Draws | None:
    """Draws of what decides a target in its year, or None if it is not projected.

    Parameters
    ----------
    projection
        From `project_paths`.

    Returns
    -------
    (draw) or None
        In the target's unit; None also where the place lacks the figures for it.

    Raises
    ------
    DataError
        If the target's year lies after the years projected.
    """
    by_year = path(projection, target)
    if by_year is None:
        return None
    years = projection.indexes[YEAR]
    if target.year > years[-1]:
        raise DataError(
            f"target {target.id!r} is for {target.year}, the projection reaches to "
            f"{years[-1]}. Choose a later horizon in project.yaml."
        )
    if target.year not in by_year.indexes[YEAR]:
        return None
    drawn = np.asarray(by_year.sel({YEAR: target.year}).to_numpy())
    return None if np.isnan(drawn).any() else drawn


def published_outcome(fits: Fits, target: Target) -> float | None:
    """Value that resolves a target, on the bases it is judged on.

    Published as such, or computed from published figures: of the group's members where
    their rounding leaves no doubt whether the target is met, and of all years and
    quantities that its sense needs.
    """
    if target.sense == "no_number":
        return None
    if not target.plain:
        return outcome_of_figures(fits.outcomes, target)
    key = target.indicator, target.region, target.year
    if key in fits.outcomes:
        return fits.outcomes[key]
    computed = computed_outcome(fits, target)
    if computed is None or too_close(target, computed):
        return None
    return computed.value


def outcome_of_figures(figures: Figures, target: Target) -> float | None:
    """Outcome of a sense that takes several figures, None unless all are there.

    Parameters
    ----------
    figures
        By indicator, region and year, in the indicators' units.
    """
    single = target.since is None or target.since == target.year
    if single and target.sense not in (*SUMS, "cut"):
        printed = [
            figures.get((quantity.indicator, quantity.region, target.year), np.nan)
            for quantity in target.quantities
        ]
        if not np.isnan(printed).any():
            return float(printed[0] - sum(printed[1:]))
    years = range((target.since or target.year) - 1, target.year + 1)
    places = sorted({quantity.region for quantity in target.quantities})
    tables = {
        name: (
            (DRAW, REGION, YEAR),
            [[[figures.get((name, r, y), np.nan) for y in years] for r in places]],
        )
        for name in sorted(target.sources)
    }
    drawn = outcome(xr.Dataset(tables, {REGION: places, YEAR: list(years)}), target)
    return None if drawn is None else float(drawn[0])


def computed_outcome(fits: Fits, target: Target) -> Computed | None:
    """Figure of a target's group computed from its members', if not published."""
    key = target.indicator, target.region, target.year
    if key in fits.outcomes or not target.plain:
        return None
    return fits.group_figures.computed(*key, target.since)


def too_close(target: Target, computed: Computed) -> bool:
    """Whether the rounding of the figures decides if the target is met."""
    met = target.met_by([computed.low, computed.value, computed.high])
    return bool(met.any() and not met.all())
