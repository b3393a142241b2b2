"""Fit every block of a project to what was known on a date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.inference.fit import DRAWS, MARGINAL, Fit, seed_of, vector_count
from cszt_models.inference.joint_fit import Step, Task, fit_jointly
from cszt_models.models import industry, urbanization
from cszt_models.models.measure import measure_rows, places_within_totals
from cszt_models.models.panels import linked_blocks, split_panels
from cszt_models.models.priors import Priors
from cszt_models.project.computed import GroupFigures
from cszt_models.project.observations import as_of as cut
from cszt_models.project.observations import latest
from cszt_models.project.project import Project
from cszt_models.project.series import (
    PublishedSeries,
    on_bases_of_members,
)
from cszt_models.scenarios.conditions import Condition
from cszt_models.storage.store import Store
from cszt_models.structural.correlation import Dependence
from cszt_models.structural.panel import Panel, Row
from cszt_models.vocabulary import (
    DRAW,
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBANIZATION,
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Fits:
    """Joint draws of all blocks for one as-of date, with panels and known figures.

    ``taken`` holds for each block the places of its draws among those first drawn, of
    which some repeat others to keep below published totals; linked blocks share it.
    ``left_out`` says of each block of every project that is not fitted why.
    ``drawn`` holds the draws before totals bound them. Draws that meet the
    ``conditions`` of a scenario are moved, and ``moved`` says where each was among
    those first drawn.
    """

    project: Project
    as_of: date
    seed: int
    known: pd.DataFrame
    panels: Mapping[str, Panel]
    blocks: Mapping[str, Fit]
    dependence: Dependence
    taken: Mapping[str, NDArray[np.int_]]
    left_out: Mapping[str, str]
    drawn: Mapping[str, Fit]
    conditions: tuple[Condition, ...] = ()
    moved: NDArray[np.int_] | None = None
    draws_without_blocks: int = DRAWS

    def __repr__(self) -> str:
        return (
            f"Fits({self.project.id}, as_of={self.as_of}, seed={self.seed}, "
            f"draws={self.draws}, blocks={len(self.blocks)}, engine={self.engine!r})"
        )

    @property
    def draws(self) -> int:
        """Number of joint draws."""
        sizes = [int(fit.scales.sizes[DRAW]) for fit in self.blocks.values()]
        return sizes[0] if sizes else self.draws_without_blocks

    @property
    def vectors(self) -> int:
        """Number of scale vectors, which draws share in turn."""
        return vector_count(self.draws)

    @property
    def engine(self) -> str:
        """Engine of all blocks, or ``mixed`` with the names of those by others."""
        blocks: dict[str, list[str]] = {}
        for name, fit in self.blocks.items():
            blocks.setdefault(fit.engine, []).append(name)
        if len(blocks) < 2:
            return next(iter(blocks), MARGINAL)
        others = sorted(blocks.keys() - {MARGINAL}, reverse=True)
        return f"mixed ({'; '.join(f'{n}: {", ".join(blocks[n])}' for n in others)})"

    def rng(self, name: str) -> np.random.Generator:
        """Generator of a purpose, independent of those of other names."""
        return np.random.default_rng(seed_of(self.seed, name))

    def scale_vectors(self, block: str) -> NDArray[np.float64]:
        """Scale vectors (vector, component) of a block."""
        return self.drawn[block].scales.to_numpy()[: self.vectors]

    @cached_property
    def outcomes(self) -> Mapping[tuple[str, str, int], float]:
        """Published values that resolve targets, by indicator, region and year.

        On judged bases; an indicator without bases in project.yaml has none, for its
        definition may have changed since the plan.
        """
        return {
            (indicator, region, int(year)): float(value)
            for indicator, bases in self.project.comparability.items()
            for rows in [latest(self.known, indicator, bases.judged)]
            for region, year, value in zip(
                rows["region"], rows["year"], rows["value"], strict=True
            )
        }

    @cached_property
    def series(self) -> PublishedSeries:
        """Published series by indicator and region."""
        return PublishedSeries(self.known, self.project)

    @cached_property
    def group_figures(self) -> GroupFigures:
        """Published figures from which those of groups are computed."""
        return GroupFigures(self.known, self.project)

    @cached_property
    def groups(self) -> Mapping[str, tuple[NDArray[np.int_], ...]]:
        """For each block, groups (draw) of draws that are not independent.

        Those that share their scales, and those that are the same. Blocks that are
        linked have the same groups.
        """
        groups = {
            id(taken): tuple(
                np.unique(group, return_inverse=True)[1]
                for group in (taken % self.vectors, taken)
            )
            for taken in self.taken.values()
        }
        return {name: groups[id(taken)] for name, taken in self.taken.items()}

    @cached_property
    def measure_rows(self) -> Mapping[str, tuple[Row, ...]]:
        """Rows of each measure of the project, fitted or not."""
        return measure_rows(self.known, self.project)

    @cached_property
    def published(self) -> Mapping[str, pd.DataFrame]:
        """Known values by indicator, one row per region and year, on judged bases.

        GDP takes the last release of a year, whatever its basis: that is the level
        which later growth builds on.
        """
        project, known = self.project, self.known
        bases = project.bases_of
        people = latest(known, POPULATION, bases(POPULATION).judged, by_basis=True)
        shares = urbanization.urban_shares(known).assign(indicator=URBANIZATION)
        sectors = industry.sector_shares(known)
        judged = bases(SECTORS[0]).judged
        tables = {
            name: latest(
                sectors.assign(indicator=name, value=sectors[name]), name, judged
            )
            for name in SECTOR_SHARES
        }
        tables |= {
            name: latest(known, name, bases(name).judged)
            for name in project.measures
            if name in self.blocks
        }
        return tables | {
            GDP: latest(known, GDP, bases(GDP).usable),
            GROWTH: latest(known, GROWTH, bases(GROWTH).judged),
            POPULATION: on_bases_of_members(people, project),
            URBANIZATION: latest(
                shares, URBANIZATION, bases(URBANIZATION).judged, by_basis=True
            ),
        }


def fit_blocks(
    observations: pd.DataFrame,
    project: Project,
    *,
    as_of: date,
    seed: int,
    draws: int = DRAWS,
    engine: str = MARGINAL,
    store: Store | None = None,
    priors: Mapping[str, Priors] | None = None,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Fits:
    """Fit every block to what was known on a date, and draw all of them jointly.

    The scales of each block come from its own rows; the innovations that blocks share
    are correlated as `dependence` estimates, and cells drawn given the rows of all.

    Parameters
    ----------
    observations, project
        All observations of the project; later releases are cut away here.
    as_of, seed
        As-of date, and seed of all draws.
    draws
        Number of joint draws.
    engine
        ``marginal``, which falls back to ``smc`` for a block that fails its gate,
        ``smc``, or ``nuts``, which takes minutes.
    store
        Cache of fits; without one all is fitted afresh.
    priors
        By block, instead of those of the project's file.
    on_step
        Called after each block and after the joint draws, for progress; in any order
        and from several threads.

    Raises
    ------
    DataError
        If no block has a row.
    ConvergenceError
        If a fit fails its gate.

    Examples
    --------
    >>> from datetime import date
    >>> from cszt_models import load_project
    >>> from cszt_models.project.observations import read_observations
    >>> project = load_project()
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=date(2021, 6, 30), seed=1, draws=64)
    >>> fits.blocks["growth"].cells["cells"].dims
    ('draw', 'region', 'year')
    """
    known = cut(observations, as_of)
    built, left_out = split_panels(known, project, as_of, priors)
    linked = tuple(linked_blocks(project, built))
    task = Task(built, linked, as_of, seed, draws, engine)
    joint = fit_jointly(task, store=store, on_step=on_step)
    blocks, taken = within_totals(joint.blocks, known, project)
    return Fits(
        draws_without_blocks=draws,
        project=project,
        as_of=as_of,
        seed=seed,
        known=known,
        panels=built,
        blocks=blocks,
        dependence=joint.dependence,
        taken=taken,
        left_out=left_out,
        drawn=joint.blocks,
    )


def within_totals(
    drawn: Mapping[str, Fit], known: pd.DataFrame, project: Project
) -> tuple[dict[str, Fit], dict[str, NDArray[np.int_]]]:
    """Blocks with draws resampled to satisfy published totals, and their places.

    Linked blocks take the same draws, because a draw is one future.

    Parameters
    ----------
    drawn
        Fits by block, as first drawn.
    known, project
        Observations of one as-of date, and their project.
    """
    blocks, linked = dict(drawn), linked_blocks(project, drawn)
    every = np.arange(next((f.scales.sizes[DRAW] for f in drawn.values()), 0))
    taken = dict.fromkeys(drawn, every)
    for name in project.measures:
        if name not in blocks:
            continue
        chosen = places_within_totals(blocks[name], known, project)
        if chosen is None:
            continue
        together = linked if name in linked else [name]
        blocks |= {each: blocks[each].taking(chosen) for each in together}
        taken |= dict.fromkeys(together, taken[name][chosen])
    return blocks, taken
