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
from cszt_models.inference.fit import cell_rng
from cszt_models.models.fits import Fits, linked_blocks, panels, within_totals
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
        If the linked panels cannot be solved together, or published totals contradict
        the draws.

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
    cells = states.draw_cells(
        list(built.values()),
        [fits.scale_vectors(name) for name in built],
        [cell_rng(fits.seed, name) for name in built],
        draws=fits.draws,
        correlation=fits.dependence.among(list(built)),
    )
    drawn = {
        name: replace(
            fits.drawn[name], rows=len(panel.rows), cells=_labelled(panel, block_cells)
        )
        for (name, panel), block_cells in zip(built.items(), cells, strict=True)
    }
    linked_names = linked_blocks(fits.project, built)
    blocks, taken = within_totals(dict(drawn), linked_names, known, fits.project)
    return replace(
        fits,
        as_of=as_of,
        known=known,
        panels=built,
        blocks=blocks,
        taken=taken,
        drawn=drawn,
    )


def _labelled(panel: Panel, cells: dict[str, NDArray[np.float64]]) -> xr.Dataset:
    coords = {REGION: list(panel.regions), YEAR: panel.years}
    return xr.Dataset(
        {name: ((DRAW, REGION, YEAR), drawn) for name, drawn in cells.items()}, coords
    )
