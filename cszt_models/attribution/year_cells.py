"""Cells of growth that a year of a region or of a group consists of."""

from cszt_models.models import growth
from cszt_models.models.block import Block
from cszt_models.models.fits import Fits
from cszt_models.models.priors import read_priors


def year_cells(fits: Fits, region: str, year: int) -> dict[tuple[str, int], float]:
    """Cells of a region's growth, or of an aggregate's by the last known weights.

    Empty where the block of growth knows neither the region nor members' weights.

    Parameters
    ----------
    fits
        With the block of growth.
    region
        Region or aggregate.
    year
        Of the growth.
    """
    panel, project = fits.panels[growth.NAME], fits.project
    if region in panel.regions:
        return {(region, year): 1.0}
    if region not in project.aggregates:
        return {}
    return {
        (member, year): weight
        for member, weight in growth.last_weights(
            fits.known, growth_block(fits), region, year
        ).items()
        if member in panel.regions
    }


def growth_block(fits: Fits) -> Block:
    """The block of growth of a project, as of the date of fits."""
    project = fits.project
    return Block(
        project, fits.as_of, project.horizon, read_priors(project)[growth.NAME]
    )
