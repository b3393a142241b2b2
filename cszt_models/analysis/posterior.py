"""Draws of an analysis as ArviZ and xarray users expect them."""

import numpy as np
import xarray as xr

from cszt_models.inference.fit import COMPONENT
from cszt_models.models.fits import Fits
from cszt_models.project.project import Project
from cszt_models.vocabulary import DRAW

CHAIN = "chain"


def inference_data(fits: Fits) -> xr.DataTree:
    """Estimated scales of every block as ``posterior``, its cells as ``predictions``.

    Joint draws share scale vectors in turn, so that ``posterior`` has one draw for each
    vector and ``predictions`` one for each joint draw; both have one chain. Names are
    ``<block>_scale`` (<block>_component) and ``<block>_<cell>`` (<block>_region, year).
    """
    posterior, predictions = {}, {}
    for name, fit in fits.blocks.items():
        free = [not prior.fixed for prior in fit.priors]
        vectors = fit.scales.isel({DRAW: slice(fits.vectors)})
        vectors = vectors.isel({COMPONENT: np.flatnonzero(free)})
        renamed = vectors.rename({COMPONENT: f"{name}_{COMPONENT}"})
        posterior[f"{name}_scale"] = renamed.assign_attrs(units=fit.unit)
        for kind, cells in fit.cells.items():
            places = {d: f"{name}_{d}" for d in cells.dims if d != DRAW}
            unit = {"units": fit.unit}
            predictions[f"{name}_{kind}"] = cells.rename(places).assign_attrs(unit)
    groups = {"posterior": posterior, "predictions": predictions}
    return xr.DataTree.from_dict(
        {name: _chained(xr.Dataset(variables)) for name, variables in groups.items()}
    )


def _chained(draws: xr.Dataset) -> xr.Dataset:
    count = draws.sizes[DRAW]
    draws = draws.compute()  # not left in a file, for programs that read them often
    return draws.assign_coords({DRAW: np.arange(count)}).expand_dims({CHAIN: [0]})


def with_units(paths: xr.Dataset, project: Project) -> xr.Dataset:
    """Paths whose variables carry ``units`` and ``long_name``, as plots show them."""
    named = paths.copy()
    for name, indicator in project.indicators.items():
        if name in named:
            named[name].attrs |= {
                "units": indicator.unit,
                "long_name": indicator.label.en,
            }
    return named
