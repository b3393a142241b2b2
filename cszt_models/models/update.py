"""Draw cells again, given other figures and the scales that fits have.

Scales take most of the time of a fit and hardly move with one more year. With them
fixed the update is exact conditioning, and with common random numbers two sets of
figures differ by their content alone.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.inference.fit import COMPONENT, Fit, cell_rng
from cszt_models.models.fits import Fits, within_totals
from cszt_models.models.panels import panels
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.panel import Panel
from cszt_models.vocabulary import DRAW, REGION, YEAR


@ONE_THREAD
def recondition(
    fits: Fits, known: pd.DataFrame, as_of: date, *, only: Collection[str] = ()
) -> Fits:
    """Fits with the same scales and random numbers, given other figures.

    Parameters
    ----------
    fits
        With scales and seed.
    known
        One vintage of each figure, as from `observations.as_of`.
    as_of
        Decides which events are known.
    only
        Measures besides the linked blocks; all that are fitted if not given.

    Raises
    ------
    DataError
        If nothing of a block is known.
    ConvergenceError
        If published totals contradict the draws.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.models.fits import fit_blocks
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=64)
    >>> again = recondition(fits, fits.known, day)
    >>> again.blocks["growth"].cells.equals(fits.blocks["growth"].cells)
    True
    """
    linked = set(fits.dependence.panels)
    selected = linked | (set(only) or set(fits.blocks))
    built = panels(known, fits.project, as_of)
    built = {n: panel for n, panel in built.items() if n in selected & set(fits.blocks)}
    scales = {name: aligned_scales(fits, panel) for name, panel in built.items()}
    cells = states.draw_cells(
        list(built.values()),
        list(scales.values()),
        [cell_rng(fits.seed, name) for name in built],
        draws=fits.draws,
        correlation=fits.dependence.among(list(built)),
    )
    drawn = {
        name: replace(
            _with_scales(fits.drawn[name], panel, scales[name]),
            rows=len(panel.rows),
            cells=_labelled(panel, block_cells),
        )
        for (name, panel), block_cells in zip(built.items(), cells, strict=True)
    }
    blocks, taken = within_totals(drawn, known, fits.project)
    return replace(
        fits,
        as_of=as_of,
        known=known,
        panels=built,
        blocks=blocks,
        taken=taken,
        drawn=drawn,
    )


def aligned_scales(fits: Fits, panel: Panel) -> NDArray[np.float64]:
    """Scale vectors (vector, component) of fits, for the components of a panel.

    Components that the fits had no rows for, as a first release within a year brings,
    have the scales of their priors.

    Parameters
    ----------
    fits
        With scale vectors of the block.
    panel
        Of the same block, with other rows.
    """
    names = fits.drawn[panel.name].scales[COMPONENT].to_numpy().tolist()
    vectors = fits.scale_vectors(panel.name)
    if names == [component.name for component in panel.components]:
        return vectors
    columns = []
    for component in panel.components:
        if component.name in names:
            columns.append(vectors[:, names.index(component.name)])
            continue
        prior = component.scale
        rng = fits.rng(f"{panel.name} {component.name}")
        steps = rng.standard_normal(len(vectors))
        columns.append(prior.median * np.exp(prior.spread * steps))
    return np.column_stack(columns)


def _with_scales(fit: Fit, panel: Panel, vectors: NDArray[np.float64]) -> Fit:
    """A fit with scales for the components of a panel."""
    names = [component.name for component in panel.components]
    if names == fit.scales[COMPONENT].to_numpy().tolist():
        return fit
    scales = np.resize(vectors, (fit.scales.sizes[DRAW], len(names)))
    return replace(
        fit,
        priors=tuple(component.scale for component in panel.components),
        scales=xr.DataArray(scales, {COMPONENT: names}, (DRAW, COMPONENT)),
    )


def _labelled(panel: Panel, cells: dict[str, NDArray[np.float64]]) -> xr.Dataset:
    coords = {REGION: list(panel.regions), YEAR: panel.years}
    return xr.Dataset(
        {name: ((DRAW, REGION, YEAR), drawn) for name, drawn in cells.items()}, coords
    )
