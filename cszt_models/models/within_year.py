r"""Evidence within the year: rows of releases on part of a year, and of estimates.

Growth over part of a year on the same months a year before is a row of the cells of the
years around it, with the weights and errors of `structural.disaggregation`. An
indicator of which a project holds such releases is one too, divided by its loading, as
is an estimate of a year stated before its official figure:

.. math::
    \frac{y - m_k}{\beta_k} = \sum_s w_s\, c_{t+s} + e_t + e_{it} + o_k + o_{ik}
    + a_{kt} + \varepsilon

with the path of the year e, shared by all regions and of each; offsets o of the kind of
release k, and of each region's; an error a of the kind and year; and one of its own.
Releases of one year share e and a, so that the third one adds less than the first. An
indicator is off growth within a year as it is off it in whole years: of half a year by
as much again, along a path of its own (judged).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.models.components import RELEASE_COMPONENTS
from cszt_models.models.priors import (
    Priors,
    ReleasePriors,
    read_priors,
    release_priors,
)
from cszt_models.project.observations import Figure, figures, latest
from cszt_models.project.periods import (
    ESTIMATE,
    MONTHS,
    Release,
    indicator_of,
    release_of,
)
from cszt_models.project.project import Project
from cszt_models.structural.disaggregation import Part, disaggregate
from cszt_models.structural.panel import Cell, Component, Row
from cszt_models.structural.path_sizes import PathSizes, path_sizes
from cszt_models.vocabulary import GROWTH

Array = NDArray[np.float64]
BLOCKS = {GROWTH: "growth"}  # blocks that read releases, by indicator
TO_DATE = "to_date"  # kind of release: growth over part of a year
SEQUENTIAL = "sequential"  # the same on the months right before, season taken out
HALF = 0.5  # share of the year to which the own error of a kind refers


class Evidence(NamedTuple):
    """A release with what its row needs besides the value."""

    figure: Figure
    release: Release
    kind: str
    members: Mapping[str, float]  # weights of the regions whose cells it observes


def kind_of(release: Release, indicator: str) -> str:
    """Kind of a release for a block about an indicator, as priors name it.

    Parameters
    ----------
    release
        What is released.
    indicator
        That the block is about.

    Examples
    --------
    >>> kind_of(Release("gdp_real_growth", estimate=True), "gdp_real_growth")
    'estimate'
    """
    if release.part.sequential:  # that of other indicators is not read
        same = release.indicator == indicator
        return SEQUENTIAL if same else f"{release.indicator} {SEQUENTIAL}"
    if release.indicator != indicator:
        return release.indicator
    return ESTIMATE if release.estimate else TO_DATE


def kinds(priors: Priors) -> dict[str, ReleasePriors]:
    """Kinds of release that a block reads: the package's, and those of its project."""
    return {**release_priors().releases, **priors.releases}


def released(
    known: pd.DataFrame, indicator: str, project: Project, priors: Priors
) -> list[tuple[Figure, Release, str]]:
    """Figures within the year that are evidence on an indicator, and on what.

    An indicator of which there is a figure of part of a year counts with those of whole
    years too, which say how it goes with the block's own.

    Parameters
    ----------
    known, project
        Observations of one as-of date, and their project.
    indicator
        That the block is about.
    priors
        Of the block.
    """
    series = known["indicator"].unique()
    marked = {
        name: release for name in series for release in [release_of(name)] if release
    }
    read = kinds(priors)
    used = {n: r for n, r in marked.items() if kind_of(r, indicator) in read}
    others = {r.indicator for r in used.values()} - {indicator}
    used |= {name: Release(name) for name in others if name in series}
    evidence = []
    for name, release in sorted(used.items()):
        bases = _bases(release.indicator, project)
        kind = kind_of(release, indicator)
        rows = figures(latest(known, name, bases))
        evidence += [(figure, release, kind) for figure in rows]
    return evidence


def _bases(indicator: str, project: Project) -> Sequence[str]:
    if indicator in project.comparability:
        return project.bases_of(indicator).judged
    return tuple(project.bases)


def part_of(release: Release, year: int) -> Part:
    """Months of a year that a release covers, and how long before is their base."""
    return Part(year, *release.part.span, release.part.lag)


def sizes_of(
    rows: Iterable[Row],
    evidence: Iterable[Evidence],
    priors: Priors,
    events: Iterable[int],
) -> PathSizes:
    """Sizes of paths within years, from growth to date in years that are known.

    Parameters
    ----------
    rows
        Of whole years.
    evidence
        Releases, with growth in log points.
    priors
        Of the block.
    events
        Years outside the trend; they and the next say nothing of other years.
    """
    growth = {(row.region, row.year): row.value for row in rows}
    unlike = {event + after for event in events for after in (0, 1)}
    read, evidence = kinds(priors), list(evidence)
    to_date = {item.figure.region for item in evidence if item.kind == TO_DATE}
    parts = [
        (figure.region, part_of(release, figure.year), _value(figure, read[kind]))
        for figure, release, kind, _ in evidence
        if kind == (TO_DATE if figure.region in to_date else SEQUENTIAL)
        and figure.year not in unlike
    ]
    return path_sizes(growth, parts)


def _value(figure: Figure, spec: ReleasePriors) -> float:
    """A release on the scale of growth of the year."""
    return (figure.value - spec.mean) / spec.loading


def rows_of(
    evidence: Iterable[Evidence],
    priors: Priors,
    years: range,
    events: Collection[int],
    sizes: PathSizes,
) -> list[Row]:
    """A row for each release of the years.

    Parameters
    ----------
    evidence
        Releases, with growth in log points.
    priors
        Of the block.
    years
        Whose cells may count.
    events
        Years outside the trend, in which steps are larger.
    sizes
        Of the paths within years.
    """
    read, statuses = kinds(priors), list(priors.measurement)
    by_year = _restless(sizes.of_years(years), events, priors)
    rows = []
    for figure, release, kind, members in evidence:
        if figure.year not in years:
            continue
        spec, part = read[kind], part_of(release, figure.year)
        near = disaggregate([part], years[0], years[-1], by_year)
        cells = tuple(
            Cell(region, year, float(weight * member))
            for year, weight in zip(near.years, near.weights[0], strict=True)
            if abs(weight) > _ROUNDING
            for region, member in members.items()
        )
        value = _value(figure, spec)
        status = figure.status if figure.status in statuses else statuses[0]
        basis = f"{release.series}"
        rows.append(Row(value, cells, figure.region, figure.year, basis, status))
    return rows


_ROUNDING = 1e-9  # of the weight of a year


def release_components(
    rows: Sequence[Row],
    indicator: str,
    priors: Priors,
    years: range,
    events: Iterable[int],
    sizes: PathSizes,
) -> list[Component]:
    """Components of the rows of releases, without those that no row has.

    Parameters
    ----------
    rows
        All rows of the panel.
    indicator
        That the block is about.
    priors
        Of the block.
    years
        Whose cells may count.
    events
        Years outside the trend.
    sizes
        Of the paths within years.
    """
    shapes = _shapes(rows, indicator, priors, years, list(events), sizes)
    scales = {**release_priors().scales, **priors.scales}
    return [
        Component(name, scales[name], shapes[name], "rows", pooled=pooled)
        for name, pooled in RELEASE_COMPONENTS.items()
        if shapes[name].any()
    ]


def _shapes(
    rows: Sequence[Row],
    indicator: str,
    priors: Priors,
    years: range,
    events: Collection[int],
    sizes_of_paths: PathSizes,
) -> dict[str, Array]:
    """Covariances over rows, 0 where a row is no release.

    Steps that an event adds in its year are in the errors of neighbouring years too:
    growth of the year after has it as its base, and that of the year before does not
    lean on it.
    """
    read, series = kinds(priors), {row.basis for row in rows}
    of_series = {basis: _release(basis, indicator, read) for basis in series}
    releases = [of_series[row.basis] for row in rows]
    places = [n for n, release in enumerate(releases) if release]
    at = np.ix_(places, places)
    mine = [(rows[n], release) for n, release in enumerate(releases) if release]
    kind = np.array([kind_of(release, indicator) for _, release in mine])
    region = np.array([row.region for row, _ in mine])
    year = np.array([row.year for row, _ in mine])
    parts = [part_of(release, row.year) for row, release in mine]
    calm = sizes_of_paths.of_years(years)
    path = disaggregate(parts, years[0], years[-1], _restless(calm, events, priors))
    steps = path.covariance_of(calm)
    members = _members(mine, sizes_of_paths)
    same_kind, same_year = np.equal.outer(kind, kind), np.equal.outer(year, year)
    same_region = np.equal.outer(region, region)

    def sizes(field: str) -> Array:
        each = [getattr(read[k], field) / read[k].loading for k in kind]
        return np.multiply.outer(each, each) if len(each) else np.empty((0, 0))

    left = np.array(
        [
            (1 - release.part.span.share) / HALF if k == TO_DATE else 1.0
            for k, (_, release) in zip(kind, mine, strict=True)
        ]
    )
    single = np.isin(kind, [TO_DATE, SEQUENTIAL])  # whose errors are of one release
    alone = np.where(np.outer(single, single), np.eye(len(kind)), 1.0)
    same = same_kind & same_year & same_region
    apart = ~np.isin(kind, [TO_DATE, SEQUENTIAL, ESTIMATE])  # with a path of their own
    own_path = steps * np.outer(apart, apart) * (same_kind & same_region)
    both = {
        "year_path": steps,
        "event_path": path.covariance_of(dict.fromkeys(events, 1.0), others=0.0),
        "region_path": steps * members,
        "habit": sizes("habit") * same_kind,
        "region_habit": sizes("region") * (same_kind & same_region),
        "release_year": sizes("year") * (same_kind & same_year),
        "release": sizes("noise") * (same * alone * np.outer(left, left) + own_path),
    }
    shapes = {}
    for name, covariance in both.items():
        shapes[name] = np.zeros((len(rows), len(rows)))
        shapes[name][at] = covariance
    return shapes


def _restless(
    sizes: Mapping[int, float], events: Collection[int], priors: Priors
) -> dict[int, float]:
    """Sizes of years with the steps that events add in theirs."""
    scales = {**release_priors().scales, **priors.scales}
    usual = np.hypot(scales["year_path"].median, scales["region_path"].median)
    added = scales["event_path"].median / usual
    return {
        year: float(np.hypot(size, added)) if year in events else size
        for year, size in sizes.items()
    }


def _release(
    basis: str, indicator: str, read: Mapping[str, ReleasePriors]
) -> Release | None:
    """The release that the basis of a row names, if the block reads its kind."""
    release = release_of(basis)
    if (
        release is None
        and basis in read
        and basis not in (TO_DATE, SEQUENTIAL, ESTIMATE)
    ):
        release = Release(basis)  # a whole year of an indicator with parts of others
    return release if release and kind_of(release, indicator) in read else None


def is_release(basis: str, indicator: str, project: Project) -> bool:
    """Whether the basis of a row of a block names a series of releases.

    Parameters
    ----------
    basis
        Of a row.
    indicator
        That the block is about.
    project
        With the indicators that series may be of.
    """
    name = indicator_of(basis)
    return release_of(basis) is not None or (
        name != indicator and name in project.indicators
    )


def release_scale(basis: str, indicator: str, project: Project) -> tuple[float, float]:
    """Loading and mean by which rows of a series became growth of the year.

    Parameters
    ----------
    basis
        Of a row that is a release.
    indicator
        That the block is about.
    project
        With its priors.
    """
    block = read_priors(project)[BLOCKS[indicator]]
    spec = kinds(block)[kind_of(release_of(basis) or Release(basis), indicator)]
    return spec.loading, spec.mean


def _members(rows: Sequence[tuple[Row, Release]], sizes: PathSizes) -> Array:
    """Products of what two rows hold of the path of each region (row, row).

    A path has the size of its region, so that a group's is the sum of its members'.
    """
    names = sorted({cell.region for row, _ in rows for cell in row.cells})
    place = {name: n for n, name in enumerate(names)}
    weights = np.zeros((len(rows), len(names)))
    for n, (row, release) in enumerate(rows):
        for cell in row.cells:
            size = sizes.regions.get(cell.region, 1.0)
            weights[n, place[cell.region]] += size * cell.weight
        weights[n] *= MONTHS / release.part.lag  # cells of steady growth weigh lag / 12
    return weights @ weights.T
