"""Learn prior scales from figures up to an origin: a project's, or a panel file's.

Nothing after the origin is read, so that forecasts from it may be scored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from cszt_models.errors import DataError, NothingKnownError
from cszt_models.hindcast.information_set import InformationSet, group_project
from cszt_models.hindcast.panel_file import PanelFile
from cszt_models.models.learned_priors import (
    GroupPanel,
    LearnedScale,
    learn_scales,
    wide,
    with_learned,
)
from cszt_models.models.panels import builders
from cszt_models.models.priors import Priors, read_priors
from cszt_models.project.observations import as_of
from cszt_models.project.project import Project, default
from cszt_models.structural.panel import Panel

MAX_REGIONS = 16  # of a group that is fitted as a whole; larger ones in parts
FILE, LEARNED_FROM = "priors.yaml", "learned from"  # how such a source begins
MIN_ROWS = 12  # of a group's panel, below which it says nothing of scales


def learned_for(information: InformationSet, blocks: tuple[str, ...]) -> InformationSet:
    """An information set with priors learned from its own figures.

    Parameters
    ----------
    information
        Of one group, or of several that it names.
    blocks
        Of which scales are learned.
    """
    learned = [
        scale
        for block in blocks
        for scale in learn_scales(
            block,
            list(_panels(information, block)),
            information.priors[block],
            _source(information),
        )
    ]
    return replace(information, priors=with_learned(information.priors, learned))


def learn_from_panel(
    panel: PanelFile, project: Project, origin: int
) -> list[LearnedScale]:
    """Scales learned from a panel file, of every block that it has figures of.

    Parameters
    ----------
    panel
        Figures of any regions, perhaps in groups.
    project
        How they are read, with the priors before.
    origin
        Last year used.

    Raises
    ------
    DataError
        If no block has enough figures up to the origin.
    """
    figures = panel.figures.assign(
        basis=panel.figures["indicator"].map(project.judged_bases)
    )
    known = figures[(figures["year"] <= origin) & figures["basis"].notna()]
    regions = sorted(known["region"].unique())
    whole = group_project(project, project.id, regions, origin)
    several = len(set(panel.groups.values())) > 1
    information = InformationSet(
        project.id,
        whole,
        known,
        origin,
        date(origin + 1, 12, 31),
        priors_before(project),
        panel.groups if several else None,
    )
    return _learned(information, project)


def learn_from_project(
    observations: pd.DataFrame, project: Project, origin: int
) -> list[LearnedScale]:
    """Scales learned from a project's own figures, as one group.

    Parameters
    ----------
    observations
        All vintages; the last one of each figure up to the origin is used.
    project
        With the priors before.
    origin
        Last year used.

    Raises
    ------
    DataError
        If no block has enough figures up to the origin.
    """
    known = as_of(observations, project.data_date)
    known = known[known["year"] <= origin]
    information = InformationSet(
        project.id,
        replace(project, horizon=origin),
        known,
        origin,
        project.data_date,
        priors_before(project),
    )
    return _learned(information, project)


def priors_before(project: Project) -> dict[str, Priors]:
    """Priors of a project, with the default in place of a scale that was learned."""
    defaults = read_priors(replace(project, folder=default(FILE).parent))
    result = {}
    for block, priors in read_priors(project).items():
        standard = defaults[block].scales if block in defaults else {}
        scales = {
            name: standard.get(name, scale)
            if scale.source.startswith(LEARNED_FROM)
            else scale
            for name, scale in priors.scales.items()
        }
        result[block] = replace(priors, scales=scales)
    return result


def _learned(information: InformationSet, project: Project) -> list[LearnedScale]:
    source, scales = _source(information), []
    for block in builders(information.project):
        if block not in information.priors:
            continue
        panels = list(_panels(information, block))
        scales += learn_scales(block, panels, information.priors[block], source)
    if not scales:
        raise DataError(
            f"no block of {project.id} has figures up to {information.origin} that "
            "determine a scale. Choose a later year with --origin, or a larger panel "
            "with --panel."
        )
    return scales


def _source(information: InformationSet) -> str:
    count = len(information.past["region"].unique())
    groups = len(set((information.groups or {}).values())) or 1
    return (
        f"{LEARNED_FROM} {count} regions in {groups} group{'s' if groups > 1 else ''}, "
        f"years to {information.origin}"
    )


def _panels(information: InformationSet, block: str) -> Iterator[GroupPanel]:
    """Panels of a block for each group, or part of a large one, under wide priors."""
    priors: Mapping[str, Priors] = {
        **information.priors,
        block: wide(information.priors[block]),
    }
    for group in information.split():
        regions = [n for n in group.regions if n in set(group.past["region"])]
        parts = max(-(-len(regions) // MAX_REGIONS), 1)
        for n in range(parts):
            part = group if parts == 1 else group.of(regions[n::parts])
            panel = _panel(replace(part, priors=priors), block)
            if panel is not None and len(panel.rows) >= MIN_ROWS:
                yield GroupPanel(panel, parts)


def _panel(information: InformationSet, block: str) -> Panel | None:
    """A block's panel; None where nothing is known of it."""
    try:
        return information.panel(block)
    except NothingKnownError:
        return None
