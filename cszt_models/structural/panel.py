r"""The structural panel: observations as sums over cells of Gaussian components.

A *cell* is the modelled quantity of one region in one year. Components add up in each
cell; a *row* observes a weighted sum of cells, plus an offset of its statistical basis
and a measurement error:

.. math::
    y = \sum_k \sigma_k\, A_k z_k + \varepsilon, \qquad
    K(\sigma) = \operatorname{cov} y = \sum_k \sigma_k^2 B_k, \qquad
    B_k = A_k (R_k \otimes T_k) A_k'

with :math:`T_k` the kernel over years, :math:`R_k` all ones for a component common to
the regions and the identity for one that each region has for itself. Every
:math:`B_k` is constant and built once; the few scales :math:`\sigma_k` are what is
estimated. A missing year is an absent row, another vintage one more row, an official
aggregate a row with several cells, a future year a cell without a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cszt_models.errors import DataError
from cszt_models.structural.kernels import Matrix, block_root, root

CELLS = "cells"
DENSE_MAX = 8e9  # bytes of the covariance of all rows, of all components together
Over = Literal["common", "own", "rows"]


@dataclass(frozen=True)
class Scale:
    r"""Prior of a component's standard deviation: :math:`\ln\sigma \sim N(\ln m, s^2)`.

    ``spread`` 0 fixes the scale at the median. ``source`` says where both come from.
    """

    median: float
    spread: float
    source: str = ""

    def __post_init__(self) -> None:
        if not self.median > 0 or not self.spread >= 0:
            raise ValueError(
                f"a scale needs median > 0 and spread >= 0; got {self.median:g} "
                f"and {self.spread:g}."
            )

    @property
    def fixed(self) -> bool:
        """Whether the scale is known rather than estimated."""
        return self.spread == 0


@dataclass(frozen=True)
class Component:
    """One source of variation.

    Parameters
    ----------
    name
        Its name in priors, diagnostics and draws.
    scale
        Prior of its standard deviation, in the panel's unit.
    shape
        Kernel over years (year, year) for ``common`` and ``own``; covariance over rows
        (row, row) for ``rows``, which may be sparse.
    over
        ``common`` to all regions, each region's ``own``, or attached to the ``rows``.
    loading
        The kind of cells it adds to; rows say how much of each kind they hold.
    link
        For ``common``: the kind of innovation that other panels share (a passing
        ``shock``, a lasting ``trend``); empty if it is of this panel alone.
    pooled
        For ``rows``: its errors are shared by rows of many regions and have few
        dimensions, so that they are solved for with the common paths.
    sized
        For ``own``: its standard deviation in a region is the scale times the
        region's size in `Panel.sizes`.
    """

    name: str
    scale: Scale
    shape: Matrix | sparse.csr_array
    over: Over
    loading: str = CELLS
    link: str = ""
    pooled: bool = False
    sized: bool = False

    @property
    def common(self) -> bool:
        """Whether rows of different regions share it."""
        return self.over == "common" or self.pooled


@dataclass(frozen=True)
class Cell:
    """One region in one year, with its weight in a row, and the kind of cell."""

    region: str
    year: int
    weight: float = 1.0
    loading: str = CELLS


@dataclass(frozen=True)
class Row:
    """An observed weighted sum of cells, on a basis and with a status.

    ``region`` and ``basis`` decide which offset applies; ``status`` the measurement
    error.
    """

    value: float
    cells: tuple[Cell, ...]
    region: str
    year: int
    basis: str
    status: str


@dataclass(frozen=True)
class Form:
    """One of the structures that a panel may have.

    Parameters
    ----------
    name
        In priors and tables.
    components
        Names of the components of the panel that this form has.
    weight
        Prior probability; those of all forms of a panel add up to one.
    """

    name: str
    components: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Panel:
    """A block's regions, consecutive years, observed rows and components.

    A panel with several ``forms`` has the components of all of them. A draw has one
    form: its scale of a component that the form lacks is 0.
    ``sizes`` are standard deviations of the regions' sized components, relative to the
    scales; empty if none is sized.
    Numbers are drawn for the years up to ``drawn_until`` before those of later ones, so
    that a later horizon leaves the draws of earlier years as they were.
    """

    name: str
    unit: str
    regions: tuple[str, ...]
    years: NDArray[np.int_]
    rows: tuple[Row, ...]
    components: tuple[Component, ...]
    forms: tuple[Form, ...] = ()
    drawn_until: int | None = None
    sizes: tuple[float, ...] = ()

    def size_of(self, component: Component) -> NDArray[np.float64]:
        """Relative standard deviation of a component (region), one where not sized."""
        if not (component.sized and self.sizes):
            return np.ones(len(self.regions))
        return np.array(self.sizes)

    def of_form(self, form: Form) -> "Panel":
        """The panel with the components of one form alone."""
        parts = tuple(c for c in self.components if c.name in form.components)
        name = f"{self.name}/{form.name}"
        return replace(self, name=name, components=parts, forms=())

    def places(self, form: Form) -> NDArray[np.int_]:
        """Places of a form's components among those of the panel."""
        names = [component.name for component in self.components]
        return np.flatnonzero([name in form.components for name in names])

    @property
    def values(self) -> NDArray[np.float64]:
        """Observed values (row)."""
        return np.array([row.value for row in self.rows], dtype=float)

    @property
    def loadings(self) -> tuple[str, ...]:
        """Kinds of cells that the components add to."""
        kinds = [c.loading for c in self.components if c.over != "rows"]
        return tuple(dict.fromkeys(kinds))

    @cached_property
    def design(self) -> Mapping[str, sparse.csr_array]:
        """Weights of the cells in each row (row, region x year), by kind of cell."""
        first, years = int(self.years[0]), len(self.years)
        place = {name: n * years - first for n, name in enumerate(self.regions)}
        entries: dict[str, list[tuple[int, int, float]]]
        entries = {loading: [] for loading in self.loadings}
        for n, row in enumerate(self.rows):
            for cell in row.cells:
                at = place[cell.region] + cell.year
                entries[cell.loading].append((n, at, cell.weight))
        shape = len(self.rows), len(self.regions) * years
        return {name: _sparse(listed, shape) for name, listed in entries.items()}

    @cached_property
    def weights(self) -> Mapping[str, NDArray[np.float64]]:
        """The design with zeros (row, region, year), for panels of few regions."""
        shape = (len(self.rows), len(self.regions), len(self.years))
        return {name: m.toarray().reshape(shape) for name, m in self.design.items()}

    @cached_property
    def path_weights(self) -> Mapping[str, NDArray[np.float64]]:
        """Weights of the years of a common path in each row (row, year), by kind."""
        years = len(self.years)
        summed = {}
        for name, matrix in self.design.items():
            entries = matrix.tocoo()
            summed[name] = np.zeros((len(self.rows), years))
            np.add.at(summed[name], (entries.row, entries.col % years), entries.data)
        return summed

    def links(self, component: Component) -> list[tuple[str, int] | None]:
        """Kind and year of each column of a component's root, None if not shared."""
        years = self.years[_kernel_root(component).any(axis=0)]
        return [(component.link, int(t)) if component.link else None for t in years]

    @cached_property
    def late_columns(self) -> tuple[int, ...]:
        """For each component the innovations of years after ``drawn_until``."""
        late = np.zeros(len(self.years), dtype=bool)
        if self.drawn_until is not None:
            late = self.years > self.drawn_until
        return tuple(
            0
            if component.over == "rows"
            else int((_kernel_root(component).any(axis=0) & late).sum())
            for component in self.components
        )

    def cell_cover(self, component: Component) -> NDArray[np.float64]:
        """Covariance of a component's cells with the rows at unit scale.

        Returns
        -------
        (region, year, row)
            Zeros for a component of the rows, which is in no cell.
        """
        regions, years, rows = len(self.regions), len(self.years), len(self.rows)
        if component.over == "rows":
            return np.zeros((regions, years, rows))
        weights = self.weights[component.loading]
        if component.over == "common":
            shared = component.shape @ weights.sum(axis=1).T
            return np.broadcast_to(shared, (regions, years, rows))
        cover = np.einsum("ts,nrs->rtn", component.shape, weights, optimize=True)
        return np.asarray(cover * np.square(self.size_of(component))[:, None, None])

    def sum_cover(
        self, component: Component, cells: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Covariance of a component's sum of cells with the rows, at unit scale (row).

        Parameters
        ----------
        component
            Of the panel.
        cells : (region, year)
            Weights of its cells in the sum.
        """
        if component.over == "rows":
            return np.zeros(len(self.rows))
        if component.over == "common":
            path = cells.sum(axis=0) @ component.shape
            return np.asarray(self.path_weights[component.loading] @ path)
        squares = np.square(self.size_of(component))[:, None]
        moved = (squares * cells) @ component.shape
        return np.asarray(self.design[component.loading] @ moved.ravel())

    def sparse_cover(self, component: Component) -> sparse.csr_array:
        """Covariance B of the rows at unit scale (row, row), without its zeros."""
        if component.over == "rows":
            return sparse.csr_array(component.shape)
        if component.over == "common":
            paths = self.path_weights[component.loading]
            product = sparse.csr_array(paths @ component.shape @ paths.T)
        else:
            design = self.design[component.loading]
            sizes = sparse.diags_array(np.square(self.size_of(component)))
            kernel = sparse.kron(sizes, component.shape, format="csr")
            product = (design @ kernel @ design.T).tocsr()
        product.eliminate_zeros()
        return (product + product.T) / 2

    def row_cover(self, component: Component) -> Matrix:
        """Covariance B of the rows at unit scale (row, row)."""
        return np.asarray(self.sparse_cover(component).toarray())

    @cached_property
    def covers(self) -> NDArray[np.float64]:
        """All B (component, row, row), for panels of few rows.

        Raises
        ------
        DataError
            If they would not fit in memory.
        """
        rows = len(self.rows)
        needed = 8.0 * len(self.components) * rows**2
        if needed > DENSE_MAX:
            raise DataError(
                f"{self.name}: this question needs the covariance of all {rows:,} rows "
                f"with each other, about {needed / 1e9:,.0f} GB of memory, more than "
                f"{DENSE_MAX / 1e9:.0f}. Ask it of fewer regions, or of fewer years."
            )
        covers = [self.row_cover(component) for component in self.components]
        return np.array(covers).reshape(-1, rows, rows)

    def covariance(self, scales: NDArray[np.float64]) -> NDArray[np.float64]:
        """K for scales (..., component): shape (..., row, row)."""
        return np.tensordot(np.square(scales), self.covers, axes=(-1, 0))

    @cached_property
    def roots(self) -> tuple[Matrix | sparse.csr_array, ...]:
        """For each component R with R R' its shape, one column for each innovation."""
        return tuple(_nonzero_columns(_root(c)) for c in self.components)


def _sparse(
    entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]
) -> sparse.csr_array:
    """A matrix from the row, column and value of its entries, which add up."""
    rows, columns, values = np.array(entries, dtype=float).reshape(-1, 3).T
    places = rows.astype(int), columns.astype(int)
    matrix = sparse.coo_array((values, places), shape=shape).tocsr()
    matrix.eliminate_zeros()
    return matrix


def _kernel_root(component: Component) -> Matrix:
    """Root of a component's kernel over years (year, year)."""
    return root(component.shape)


def _root(component: Component) -> Matrix | sparse.csr_array:
    if sparse.issparse(component.shape):
        return block_root(component.shape)
    return root(component.shape)


def _nonzero_columns(factor: Matrix | sparse.csr_array) -> Matrix | sparse.csr_array:
    if not sparse.issparse(factor):
        return factor[:, factor.any(axis=0)]
    return factor[:, np.unique(factor.nonzero()[1])]


def basis_offsets(rows: Sequence[Row], judged: Sequence[str]) -> sparse.csr_array:
    """Covariance (row, row) of level shifts: one for each region and unjudged basis.

    A row on a judged basis has no shift, so that future cells are on that basis.
    """
    numbers: dict[tuple[str, str], int] = {}
    places = [
        (n, numbers.setdefault((row.region, row.basis), len(numbers)))
        for n, row in enumerate(rows)
        if row.basis not in judged
    ]
    entries = [(n, code, 1.0) for n, code in places]
    shifts = _sparse(entries, (len(rows), len(numbers)))
    return (shifts @ shifts.T).tocsr()


def vintage_noise(rows: Sequence[Row], judged: Sequence[str]) -> sparse.csr_array:
    """Diagonal covariance (row, row): 1 for rows on a basis that is not judged.

    Vintages of one year disagree; those on a judged basis define the cells.
    """
    return _diagonal([float(row.basis not in judged) for row in rows])


def measurement(rows: Sequence[Row], sizes: Mapping[str, float]) -> sparse.csr_array:
    """Diagonal covariance (row, row) of measurement errors, with sizes by status."""
    return _diagonal([sizes[row.status] ** 2 for row in rows])


def _diagonal(values: Sequence[float]) -> sparse.csr_array:
    entries = [(n, n, value) for n, value in enumerate(values)]
    return _sparse(entries, (len(values), len(values)))
