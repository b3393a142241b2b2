r"""News of new figures (observed less expected), and the shift of the cells they imply.

With :math:`y_o` the rows known before and :math:`y_n` the new ones, the news are
:math:`u = y_n - \mathrm{E}[y_n \mid y_o]`, and given the scales they move the cells by

.. math::
    \mathrm{E}[z \mid y_o, y_n] - \mathrm{E}[z \mid y_o]
    = \operatorname{cov}(z, y)\, K^{-1} \begin{pmatrix} 0 \\ u \end{pmatrix}

which is linear in u, so that groups of figures add up. The expectation is the mean of
all draws, scales and all, so that one number can be printed beside the figure.

References
----------
Bańbura, M. and Modugno, M. (2014). Maximum likelihood estimation of factor models on
datasets with arbitrary pattern of missing data. *Journal of Applied Econometrics*
29(1), 133-160. https://doi.org/10.1002/jae.2306.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cszt_models.blas import ONE_THREAD
from cszt_models.models import growth
from cszt_models.models.components import RELEASE_COMPONENTS
from cszt_models.models.fits import Fits
from cszt_models.models.indicators import cell_kinds
from cszt_models.models.update import aligned_scales
from cszt_models.models.within_year import is_release, release_scale
from cszt_models.project.periods import release_of
from cszt_models.project.project import Project
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.panel import Panel, Row

Array = NDArray[np.float64]

BASIS = "basis"  # component of level shifts between statistical bases
WEIGHT_DIGITS = 9
CHUNK = 50  # vectors of scales whose shifts are in memory at a time


@dataclass(frozen=True)
class News:
    """A row that is new or has another value, with its expectation.

    Both are on the scale of the block's rows; ``place`` is that of the row in the
    panel with the new figures, and ``cells`` how many cells it observes.
    """

    block: str
    region: str
    year: int
    basis: str
    expected: float
    value: float
    place: int
    cells: int = 1

    @property
    def surprise(self) -> float:
        """Value less expectation."""
        return self.value - self.expected


@ONE_THREAD
def news(before: Fits, after: Fits) -> tuple[News, ...]:
    """News of every row that is new or changed in the later fits.

    Rows of regions that enter a block are left out: nothing was expected of them.
    """
    panels = before.panels
    alphas: Mapping[str, Array] = {}
    if any(_release_places(after.panels[n]) for n in panels if n in after.panels):
        alphas = _alphas(before)
    return tuple(
        item
        for name, panel in after.panels.items()
        if name in panels
        for item in _of_panel(before, panel, alphas)
    )


def _release_places(panel: Panel) -> list[int]:
    """Rows with errors that releases of one year, kind or region share."""
    shared = [c.shape for c in panel.components if c.name in RELEASE_COMPONENTS]
    return np.flatnonzero(sum(shape.any(axis=1) for shape in shared)).tolist()


def _alphas(fits: Fits) -> dict[str, Array]:
    """Solutions K^-1 y (vector, row) of the rows of each panel, all solved together."""
    panels = fits.panels
    vectors = {name: fits.scale_vectors(name) for name in panels}
    residuals = [
        np.broadcast_to(panel.values, (1, fits.vectors, len(panel.rows)))
        for panel in panels.values()
    ]
    alphas, _ = states.solve(
        list(panels.values()),
        list(vectors.values()),
        residuals,
        fits.dependence.among(list(panels)),
    )
    return {name: alpha[0] for name, alpha in zip(panels, alphas, strict=True)}


def _release_errors(
    before: Fits, panel: Panel, alphas: Mapping[str, Array]
) -> dict[int, float]:
    """Expected errors of releases, given the rows known before, by place."""
    places = _release_places(panel)
    if not places or panel.name not in alphas:
        return {}
    at = {_place(row): n for n, row in enumerate(panel.rows)}
    old = before.panels[panel.name].rows
    both = [(at[_place(row)], n) for n, row in enumerate(old) if _place(row) in at]
    known, mine = (np.array(side, dtype=int) for side in zip(*both, strict=True))
    alpha = alphas[panel.name][:, mine]
    squares = np.square(aligned_scales(before, panel))
    expected = np.zeros(len(places))
    for n, component in enumerate(panel.components):
        if component.name in RELEASE_COMPONENTS:
            shape = component.shape[np.ix_(places, known)]
            expected += (squares[:, n, None] * (alpha @ shape.T)).mean(axis=0)
    return dict(zip(places, expected.tolist(), strict=True))


def _place(row: Row) -> tuple[object, ...]:
    """Where a row of growth or of a release stands, whatever its group's weights."""
    return row.region, row.year, row.basis


def _key(row: Row) -> tuple[object, ...]:
    """What makes a row the same; years after a release change what it leans on.

    Weights of a group's members are sums whose last digits depend on their order.
    """
    cells = () if release_of(row.basis) else row.cells
    rounded = [
        replace(cell, weight=round(float(cell.weight), WEIGHT_DIGITS)) for cell in cells
    ]
    return *_place(row), tuple(rounded)


def _of_panel(before: Fits, panel: Panel, alphas: Mapping[str, Array]) -> list[News]:
    name = panel.name
    old = before.panels[name]
    fitted = {
        kind: cells.mean("draw").to_numpy()
        for kind, cells in before.blocks[name].cells.items()
    }
    earlier = {_key(row): row.value for row in old.rows}
    means = {_key(row): _fitted(row, old, fitted) for row in old.rows}
    errors = _release_errors(before, panel, alphas)
    items = []
    for place, row in enumerate(panel.rows):
        value = earlier.get(_key(row))
        if value == row.value:
            continue
        if value is None:
            if any(cell.region not in old.regions for cell in row.cells):
                continue
            gaps = [
                earlier[_key(other)] - means[_key(other)]
                for other in _same_offset(panel, place)
                if _key(other) in earlier
            ]
            shared = errors.get(place, float(np.mean(gaps)) if gaps else 0.0)
            value = _fitted(row, old, fitted) + shared
        where = row.region, row.year, row.basis
        items.append(News(name, *where, value, row.value, place, len(row.cells)))
    return items


def _fitted(row: Row, panel: Panel, cells: Mapping[object, Array]) -> float:
    """The weighted sum of cells (region, year) that a row observes."""
    first = int(panel.years[0])
    return float(
        sum(
            cell.weight
            * cells[cell.loading][panel.regions.index(cell.region), cell.year - first]
            for cell in row.cells
            if cell.year >= first
        )
    )


def _same_offset(panel: Panel, place: int) -> list[Row]:
    """Rows that share the level shift of a row's basis, if it has one."""
    for component in panel.components:
        if component.name == BASIS:
            same = csr_array(component.shape)[[place]].nonzero()[1]
            return [panel.rows[n] for n in same if n != place]
    return []


def in_percent(item: News, project: Project) -> tuple[float, float] | None:
    """Expected and published in percent: growth on the year before, or a share.

    None where the row is no such number: a change over years, a level, a sector's
    coordinate, a group.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> project = load_project()
    >>> item = News("growth", project.with_role("core")[0], 2022, "", 7.23, 4.4, 0)
    >>> [round(x, 1) for x in in_percent(item, project)]
    [7.5, 4.5]
    """
    if is_release(item.basis, growth.GROWTH, project):
        loading, mean = release_scale(item.basis, growth.GROWTH, project)
        numbers = np.array([item.expected, item.value])
        expected, value = growth.percent_growth(loading * numbers + mean)
        return float(expected), float(value)
    kinds = cell_kinds(project).values()
    kind = next((k for k in kinds if k.block == item.block), None)
    if kind is None or kind.to_percent is None:
        return None
    if kind.rate and item.cells > 1 and item.block != growth.NAME:
        return None
    expected, value = kind.to_percent(np.array([item.expected, item.value]))
    return float(expected), float(value)


def shifts(
    after: Fits, groups: Sequence[Sequence[News]]
) -> Iterator[tuple[str, str, slice, Array]]:
    """Shift of the cells by the news of each group, for every vector of scales.

    Yields
    ------
    block, kind of cell, vectors, (group, vector, region, year)
        With the regions and years of the block's panel, for some of the vectors at a
        time: those of all would fill the memory.
    """
    for first in range(0, after.vectors, CHUNK):
        chunk = slice(first, min(first + CHUNK, after.vectors))
        scales = {n: after.scale_vectors(n)[chunk] for n in after.panels}
        solved = _solved(after, groups, scales, chunk)
        for (name, panel), *pulls in zip(after.panels.items(), *solved, strict=True):
            for kind, cells in _shifted(panel, scales[name], *pulls).items():
                yield name, kind, chunk, cells


@ONE_THREAD
def _solved(
    after: Fits,
    groups: Sequence[Sequence[News]],
    scales: Mapping[str, Array],
    chunk: slice,
) -> tuple[list[Array], list[Array]]:
    """What rows and other panels say of each panel, given the news of each group."""
    panels, size = after.panels, chunk.stop - chunk.start
    surprises = {
        name: np.zeros((len(groups), 1, len(panel.rows)))
        for name, panel in panels.items()
    }
    for number, group in enumerate(groups):
        for item in group:
            surprises[item.block][number, 0, item.place] = item.surprise
    residuals = [
        np.broadcast_to(by_row, (len(groups), size, by_row.shape[2]))
        for by_row in surprises.values()
    ]
    correlation = after.dependence.among(list(panels))
    correlation = correlation[chunk] if correlation.ndim == 3 else correlation
    return states.solve(
        list(panels.values()), list(scales.values()), residuals, correlation
    )


@ONE_THREAD
def _shifted(
    panel: Panel, scales: Array, alpha: Array, pull: Array
) -> dict[str, Array]:
    """Shifts (group, vector, region, year) by kind of cell."""
    groups, size = alpha.shape[:2]
    shape = groups * size, len(panel.regions), len(panel.years)
    moved = states.posterior_draws(
        panel,
        np.tile(scales, (groups, 1)),
        {kind: np.zeros(shape) for kind in panel.loadings},
        alpha.reshape(groups * size, -1),
        pull.reshape(groups * size, -1),
    )
    return {kind: c.reshape(groups, size, *shape[1:]) for kind, c in moved.items()}
