"""Cases of a hindcast, from a panel file or a project folder.

Figures are truncated at an origin here and nowhere else. Figures of a panel file count
as known at the end of the next year; those of a project on their day of release.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from cszt_models.errors import DataError, unknown
from cszt_models.hindcast.benchmarks import BENCHMARKS, EVERYWHERE
from cszt_models.hindcast.evaluate import DRAWS, Case
from cszt_models.hindcast.forecast import LEARNED, METHODS, STRUCTURAL
from cszt_models.hindcast.information_set import InformationSet, group_project
from cszt_models.hindcast.panel_file import EVERYWHERE as ALL
from cszt_models.hindcast.panel_file import PanelFile
from cszt_models.hindcast.vague_priors import blind_priors
from cszt_models.hindcast.variables import ForecastVariable
from cszt_models.models.priors import Priors, read_priors
from cszt_models.project.observations import as_of
from cszt_models.project.project import Project

RELEASE = 6, 30  # month and day of the next year by which a year's figures are out
MIN_YEARS = 4  # a region with fewer figures up to an origin is not forecast
MAX_HORIZON = 30  # years ahead
OF_ALL_GROUPS = (*EVERYWHERE, LEARNED)


@dataclass(frozen=True)
class HindcastDesign:
    """Settings of a hindcast: origins, years ahead, methods, seed and draws."""

    origins: tuple[int, ...]
    horizon: int
    seed: int
    methods: tuple[str, ...] = METHODS
    draws: int = DRAWS

    def __post_init__(self) -> None:
        known = (STRUCTURAL, LEARNED, *BENCHMARKS)
        for method in self.methods:
            if method not in known:
                raise DataError(unknown("method", method, known))
        if not 1 <= self.horizon <= MAX_HORIZON:
            raise DataError(
                f"a horizon of {self.horizon} years cannot be scored. "
                f"Give 1 to {MAX_HORIZON}."
            )
        if not self.origins or not self.methods:
            raise DataError(
                "a hindcast needs an origin and a method. Name one of each."
            )


def panel_cases(
    panel: PanelFile,
    conventions: Project,
    variable: ForecastVariable,
    design: HindcastDesign,
) -> list[Case]:
    """Cases of a panel file: every group, origin and method.

    Parameters
    ----------
    conventions
        How figures are read (bases, events, censuses), with its fixed scales and
        dampings; the others are blind, see `blind_priors`.

    Raises
    ------
    DataError
        If the file has no figure of the variable, or no origin has enough years before
        it and one after.
    """
    figures = panel.figures[panel.figures["indicator"].isin(variable.needs)]
    if figures.empty:
        raise DataError(
            f"the file has no {' or '.join(variable.needs)}. "
            f"It has {', '.join(sorted(panel.figures['indicator'].unique()))}."
        )
    bases = conventions.judged_bases
    figures = figures.assign(basis=figures["indicator"].map(bases))
    priors = blind_priors(read_priors(conventions), variable.blocks)
    groups = figures["region"].map(panel.groups)
    together = len(groups.unique()) > 1
    within = _within_groups(design)
    across = [n for n in design.methods if n in OF_ALL_GROUPS] if together else []
    within = [name for name in within if name not in across]
    cases = []
    for group, group_figures in figures.groupby(groups, sort=True):
        for origin in sorted(set(design.origins)):
            seen = _information(
                str(group), group_figures, origin, conventions, priors, design
            )
            if seen:
                cases += _cases(seen, group_figures, variable, design, within)
    for origin in sorted(set(design.origins)) if across else ():
        seen = _information(ALL, figures, origin, conventions, priors, design)
        if seen:
            seen = replace(seen, groups=panel.groups)
            cases += _cases(seen, figures, variable, design, across)
    return _require_cases(cases, figures, design)


def _within_groups(design: HindcastDesign) -> list[str]:
    """Methods of single groups: of one group the others say the same again."""
    within = [name for name in design.methods if name not in EVERYWHERE]
    return within or list(design.methods)


def _information(
    group: str,
    figures: pd.DataFrame,
    origin: int,
    conventions: Project,
    priors: Mapping[str, Priors],
    design: HindcastDesign,
) -> InformationSet | None:
    """Figures known at an origin; None if they are too few, or none came later."""
    past = figures[figures["year"] <= origin]
    regions = _seen(past)
    if not regions or not (figures["year"] > origin).any():
        return None
    project = group_project(conventions, group, regions, origin + design.horizon)
    known = past[past["region"].isin(regions)]
    return InformationSet(
        group, project, known, origin, date(origin + 1, 12, 31), priors
    )


def project_cases(
    observations: pd.DataFrame,
    project: Project,
    variable: ForecastVariable,
    design: HindcastDesign,
) -> list[Case]:
    """Cases of a project folder, each with the figures known in mid-year.

    Figures are those released by the end of June after the origin, in the vintage of
    that day; outcomes are of the last vintage. Priors are those of the project.

    Parameters
    ----------
    observations
        All vintages of the project's figures.
    design
        Origins, years ahead, methods, seed and draws.

    Raises
    ------
    DataError
        If no origin has enough years before it and one after.
    """
    priors, cases = read_priors(project), []
    later = as_of(observations, project.data_date)
    later = later[later["indicator"].isin(_read(project, variable))]
    for origin in sorted(set(design.origins)):
        day = date(origin + 1, *RELEASE)
        released = observations[observations["known_on"] <= day]
        if released.empty or not (later["year"] > origin).any():
            continue
        known = as_of(released, day)
        known = known[known["indicator"].isin(_read(project, variable))]
        known = known[known["year"] <= origin]
        if len(known) < MIN_YEARS:
            continue
        ahead = replace(project, horizon=origin + design.horizon)
        information = InformationSet(project.id, ahead, known, origin, day, priors)
        cases += _cases(information, later, variable, design, _within_groups(design))
    return _require_cases(cases, later, design)


def _cases(
    information: InformationSet,
    later: pd.DataFrame,
    variable: ForecastVariable,
    design: HindcastDesign,
    methods: Sequence[str],
) -> list[Case]:
    return [
        Case(information, later, variable.id, method, design.seed, design.draws)
        for method in methods
    ]


def _require_cases(
    cases: list[Case], figures: pd.DataFrame, design: HindcastDesign
) -> list[Case]:
    if not cases:
        years = f"{figures['year'].min()} to {figures['year'].max()}"
        raise DataError(
            f"no group has {MIN_YEARS} years up to an origin "
            f"({', '.join(map(str, design.origins))}) and one after it. Figures go "
            f"from {years}."
        )
    return cases


def _seen(past: pd.DataFrame) -> list[str]:
    """Regions with enough figures of one indicator."""
    counts = past.groupby(["region", "indicator"]).size().groupby("region").max()
    return sorted(counts[counts >= MIN_YEARS].index)


def _read(project: Project, variable: ForecastVariable) -> list[str]:
    """Indicators that a project's panels of a variable read."""
    names = list(variable.needs)
    for name in variable.needs:
        names += [f"{name}_change"] if f"{name}_change" in project.indicators else []
        measure = project.measures.get(name)
        if measure:
            others = measure.part, measure.weight, measure.growth
            names += [other for other in others if other]
    if "urbanization_rate" in names:
        names += ["population_urban", "population_resident"]
    return [*names, "gdp_nominal"]
