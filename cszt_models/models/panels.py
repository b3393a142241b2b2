"""Panels of all blocks of a project, from what was known on a date."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

import pandas as pd

from cszt_models.errors import DataError, NothingKnownError
from cszt_models.models import growth, industry, population, price, urbanization
from cszt_models.models import measure as measure_model
from cszt_models.models.block import Block
from cszt_models.models.priors import Priors, read_priors
from cszt_models.project.project import Project
from cszt_models.project.series import any_share_at_bound
from cszt_models.structural.panel import Panel
from cszt_models.vocabulary import GROWTH

type PanelBuilder = Callable[[pd.DataFrame, Block], Panel]


# Blocks of every project; `builders` adds those that a project names.
BLOCKS: Mapping[str, PanelBuilder] = {
    growth.NAME: growth.panel,
    price.NAME: price.panel,
    population.NAME: population.panel,
    urbanization.NAME: urbanization.panel,
    industry.AGRICULTURE: industry.agriculture,
    industry.BALANCE: industry.balance,
}


def builders(project: Project) -> dict[str, PanelBuilder]:
    """Functions that build the panels of a project, by block."""
    measured = {
        name: partial(measure_model.panel, measure=measure)
        for name, measure in project.measures.items()
    }
    return {**BLOCKS, **measured}


def panels(
    known: pd.DataFrame,
    project: Project,
    as_of: date,
    *,
    priors: Mapping[str, Priors] | None = None,
) -> dict[str, Panel]:
    """Panels of all blocks of which something was known on a date.

    A measure of which too little is known of the core regions has none.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    as_of
        Decides which events are known.
    priors
        By block, instead of those of the project's file.

    Raises
    ------
    DataError
        If priors are missing, or no block has a row and no share stays at its bound.
    """
    return split_panels(known, project, as_of, priors)[0]


def split_panels(
    known: pd.DataFrame,
    project: Project,
    as_of: date,
    priors: Mapping[str, Priors] | None = None,
) -> tuple[dict[str, Panel], dict[str, str]]:
    """Panels by block, and the reason for each block that has none.

    Parameters
    ----------
    known, project, as_of, priors
        As in `panels`.

    Raises
    ------
    DataError
        As `panels`.
    """
    priors = read_priors(project) if priors is None else priors
    build = builders(project)
    missing = [name for name in build if name not in priors]
    if missing:
        raise DataError(
            f"{project.file('priors.yaml')}: no priors for {', '.join(missing)}. "
            "Add them; the bundled project shows their shape."
        )
    core = project.with_role("core")
    for name, measure in project.measures.items():
        if not measure_model.enough(measure_model.rows(known, project, measure), core):
            del build[name]
    panels: dict[str, Panel] = {}
    left_out: dict[str, str] = {}
    for name, panel_of in build.items():
        try:
            block = Block(project, as_of, project.horizon, priors[name])
            panels[name] = panel_of(known, block)
        except NothingKnownError as reason:
            left_out[name] = str(reason)
    if not panels and not any_share_at_bound(known, project):
        raise DataError(
            f"no figure known by {as_of} is of a block of {project.id!r}, so there "
            f"is nothing to fit: {project.file('observations.csv')} needs figures of "
            f"{GROWTH}, or of another modelled indicator, in two years or more."
        )
    return panels, left_out


def linked_blocks(project: Project, names: Iterable[str]) -> list[str]:
    """Blocks with correlated innovations: all but measures that are not linked."""
    measures = project.measures
    return [name for name in names if name not in measures or measures[name].linked]
