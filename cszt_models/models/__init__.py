"""Models: one file per block, each a transform, its rows and its components."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from cszt_models.blocks import Block, read_priors
from cszt_models.errors import DataError
from cszt_models.fit import DRAWS, MARGINAL, Fit, fit
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
from cszt_models.structural import Panel, Row
from cszt_models.vocabulary import DRAW

type Builder = Callable[[pd.DataFrame, Block], Panel]

# Blocks of every project; `builders` adds those that a project names.
BLOCKS: Mapping[str, Builder] = {
    growth.NAME: growth.panel,
    price.NAME: price.panel,
    population.NAME: population.panel,
    urbanization.NAME: urbanization.panel,
    industry.AGRICULTURE: industry.agriculture,
    industry.BALANCE: industry.balance,
}
_WORKERS = 2


@dataclass(frozen=True)
class Fits:
    """The fits of all blocks for one as-of date, and what was known then."""

    project: Project
    as_of: date
    seed: int
    known: pd.DataFrame
    blocks: Mapping[str, Fit]

    @cached_property
    def scale_groups(self) -> Mapping[str, NDArray[np.int_]]:
        """For each block, the group (draw) of draws that share their scales."""
        return {
            name: np.unique(fitted.scales.to_numpy(), axis=0, return_inverse=True)[1]
            for name, fitted in self.blocks.items()
        }

    @cached_property
    def told(self) -> Mapping[str, tuple[Row, ...]]:
        """For each measure of the project, the rows that tell it, fitted or not."""
        return {
            name: tuple(intensity.rows(self.known, self.project, measure))
            for name, measure in self.project.measures.items()
        }

    @property
    def draws(self) -> int:
        """Number of joint draws."""
        return next(iter(self.blocks.values())).scales.sizes["draw"]


def builders(project: Project) -> dict[str, Builder]:
    """What builds the panel of each block of a project, by name."""
    measured = {
        name: partial(intensity.panel, measure=measure)
        for name, measure in project.measures.items()
    }
    return {**BLOCKS, **measured}


def panels(known: pd.DataFrame, project: Project, as_of: date) -> dict[str, Panel]:
    """The panel of every block, from what was known on a date.

    A measure of which too little is known of the core regions has none.

    Raises
    ------
    DataError
        If a block has no row, or priors are missing.
    """
    priors, built = read_priors(project), builders(project)
    missing = [name for name in built if name not in priors]
    if missing:
        raise DataError(
            f"{project.file('priors.yaml')}: no priors for {', '.join(missing)}. "
            "Add them; the bundled project shows their shape."
        )
    core = project.with_role("core")
    for name, measure in project.measures.items():
        if not intensity.enough(intensity.rows(known, project, measure), core):
            del built[name]
    return {
        name: build(known, Block(project, as_of, project.horizon, priors[name]))
        for name, build in built.items()
    }


def fit_blocks(
    observations: pd.DataFrame,
    project: Project,
    *,
    as_of: date,
    seed: int,
    draws: int = DRAWS,
    engine: str = MARGINAL,
    on_fit: Callable[[Fit], None] | None = None,
) -> Fits:
    """Fit every block to what was known on a date.

    Parameters
    ----------
    observations
        All observations of the project; later releases are cut away here.
    engine
        ``marginal``, which falls back to ``nuts`` for a block that fails its gate, or
        ``nuts``, which takes minutes.
    on_fit
        Called after each fit, for progress.

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
    built = panels(known, project, as_of)

    def one(panel: Panel) -> Fit:
        fitted = fit(panel, as_of=as_of, seed=seed, draws=draws, engine=engine)
        if on_fit is not None:
            on_fit(fitted)
        return fitted

    # Many small factorizations: one BLAS thread each is several times faster than two.
    with (
        threadpool_limits(limits=1, user_api="blas"),
        ThreadPoolExecutor(_WORKERS) as pool,
    ):
        fitted = list(pool.map(one, built.values()))
    blocks = dict(zip(built, fitted, strict=True))
    for name in project.measures:
        if name in blocks:
            blocks[name] = _within_totals(blocks[name], known, project)
    return Fits(project, as_of, seed, known, blocks)


def _within_totals(fitted: Fit, known: pd.DataFrame, project: Project) -> Fit:
    """A measure's fit with the draws that keep below the totals of larger areas."""
    chosen = intensity.within_totals(fitted, known, project)
    if chosen is None:
        return fitted
    at = {DRAW: chosen}
    return replace(fitted, scales=fitted.scales.isel(at), cells=fitted.cells.isel(at))
