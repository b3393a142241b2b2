"""Models: one file per block, each a transform, its rows and its components."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from cszt_models import dependence, states
from cszt_models.blocks import Block, read_priors
from cszt_models.dependence import Dependence
from cszt_models.errors import DataError
from cszt_models.fit import (
    DRAWS,
    MARGINAL,
    VECTORS,
    Fit,
    ScaleFit,
    cell_rng,
    fit_scales,
    with_cells,
)
from cszt_models.models import (
    growth,
    industry,
    intensity,
    population,
    price,
    urbanization,
)
from cszt_models.observations import as_of as cut
from cszt_models.project import Project
from cszt_models.structural import Panel

BLOCKS: Mapping[str, Callable[[pd.DataFrame, Block], Panel]] = {
    growth.NAME: growth.panel,
    price.NAME: price.panel,
    population.NAME: population.panel,
    urbanization.NAME: urbanization.panel,
    industry.AGRICULTURE: industry.agriculture,
    industry.BALANCE: industry.balance,
    intensity.NAME: intensity.panel,
}
_WORKERS = 2


@dataclass(frozen=True)
class Fits:
    """The fits of all blocks for one as-of date, their panels, what was known then."""

    project: Project
    as_of: date
    seed: int
    known: pd.DataFrame
    panels: Mapping[str, Panel]
    blocks: Mapping[str, Fit]
    dependence: Dependence
    chosen: NDArray[np.int_] | None = None  # draws taken to keep to totals, if not all

    @cached_property
    def scale_groups(self) -> tuple[NDArray[np.int_], ...]:
        """Groups (draw) of draws that are not independent of each other.

        Those that share the scales of all blocks; and those that are the same.
        """
        draw = np.arange(self.draws) if self.chosen is None else self.chosen
        pairs = draw % min(VECTORS, self.draws), draw
        return tuple(np.unique(pair, return_inverse=True)[1] for pair in pairs)

    @property
    def draws(self) -> int:
        """Number of joint draws."""
        return next(iter(self.blocks.values())).scales.sizes["draw"]


def panels(known: pd.DataFrame, project: Project, as_of: date) -> dict[str, Panel]:
    """The panel of every block, from what was known on a date.

    Raises
    ------
    DataError
        If a block has no row, or priors are missing.
    """
    priors = read_priors(project)
    missing = [name for name in BLOCKS if name not in priors]
    if missing:
        raise DataError(
            f"{project.file('priors.yaml')}: no priors for {', '.join(missing)}. "
            "Add them; the bundled project shows their shape."
        )
    return {
        name: build(known, Block(project, as_of, project.horizon, priors[name]))
        for name, build in BLOCKS.items()
    }


def fit_blocks(
    observations: pd.DataFrame,
    project: Project,
    *,
    as_of: date,
    seed: int,
    draws: int = DRAWS,
    engine: str = MARGINAL,
    on_fit: Callable[[str, ScaleFit], None] | None = None,
) -> Fits:
    """Fit every block to what was known on a date, and draw all of them jointly.

    The scales of each block come from its own rows; the innovations that blocks share
    are correlated as `dependence` estimates, and cells drawn given the rows of all.

    Parameters
    ----------
    observations
        All observations of the project; later releases are cut away here.
    engine
        ``marginal``, which falls back to ``nuts`` for a block that fails its gate, or
        ``nuts``, which takes minutes.
    on_fit
        Called with the name of each block and its scales when they are fitted, for
        progress.

    Raises
    ------
    DataError
        If nothing, or nothing of a block, was known by then.
    ConvergenceError
        If a fit fails its gate.

    Examples
    --------
    >>> from datetime import date
    >>> from cszt_models import load_project, read_observations
    >>> project = load_project()
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=date(2021, 6, 30), seed=1, draws=64)
    >>> fits.blocks["growth"].cells["cells"].dims
    ('draw', 'region', 'year')
    """
    known = cut(observations, as_of)
    built, vectors = panels(known, project, as_of), min(VECTORS, draws)

    def one(panel: Panel) -> ScaleFit:
        found = fit_scales(panel, seed=seed, vectors=vectors, engine=engine)
        if on_fit is not None:
            on_fit(panel.name, found)
        return found

    # Many small factorizations: one BLAS thread each is several times faster than two.
    # The longest goes first, so that both workers end together.
    with (
        threadpool_limits(limits=1, user_api="blas"),
        ThreadPoolExecutor(_WORKERS) as pool,
    ):
        order = sorted(built, key=lambda name: -len(built[name].rows))
        found = dict(zip(order, pool.map(one, map(built.get, order)), strict=True))
        centres = [np.exp(np.log(found[name].scales).mean(0)) for name in built]
        linked = dependence.estimate(list(built.values()), centres)
        cells = states.draw_cells(
            list(built.values()),
            [found[name].scales for name in built],
            [cell_rng(seed, name) for name in built],
            draws=draws,
            correlation=linked.correlation,
        )
    blocks = {
        name: with_cells(built[name], found[name], drawn, as_of=as_of, seed=seed)
        for name, drawn in zip(built, cells, strict=True)
    }
    chosen = intensity.within_totals(blocks[intensity.NAME], known, project)
    if chosen is not None:
        blocks = {name: fitted.taking(chosen) for name, fitted in blocks.items()}
    return Fits(project, as_of, seed, known, built, blocks, linked, chosen)
