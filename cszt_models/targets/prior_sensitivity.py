r"""Prior sensitivity of a probability: unobserved variance and power-scaling slopes.

Unobserved variance is the posterior variance of a region's lasting level that its rows
leave, in the last year it has a row (or any region has); it is compared with the
forecast variance of the target's year. A region whose rows tell of that very year, such
as growth of a part of it, has none.

Power-scaling raises the prior of one block's scales, or the likelihood of its rows, to
a power :math:`a`. At :math:`a = 1` the slope of the probability P of a target is a
covariance over the draws, so that nothing is fitted again:

.. math::
    \frac{\partial P}{\partial \log_2 a}
    = \ln 2 \; \operatorname{cov}(1_{\mathrm{met}}, \ln p)

with :math:`\ln p` the log prior or the log likelihood of a draw's scales: the change of
the probability when the prior, or the data, count twice. Damping, the fixed scales and
the structure of the models are not part of it.

A probability is called driven by the prior where more than a third of the variance
is unobserved, or where a prior of scales moves it by more than 5 points and more than
any data do, both beyond twice the Monte-Carlo error.

References
----------
Kallioinen, N., Paananen, T., Bürkner, P.-C. and Vehtari, A. (2024). Detecting and
diagnosing prior and likelihood sensitivity with power-scaling. *Statistics and
Computing* 34, 57. https://doi.org/10.1007/s11222-023-10366-5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.inference.fit import LOG_LIKELIHOOD, LOG_PRIOR
from cszt_models.models.fits import Fits
from cszt_models.models.indicators import INDICATORS
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.structural.covariance import Covariance
from cszt_models.structural.panel import CELLS, Panel
from cszt_models.targets.coverage import measure_of, members_of
from cszt_models.vocabulary import DRAW, REGION, YEAR

MOVED = 0.05  # change of a probability, when a prior counts twice, that is worth saying
ERRORS = (
    2.0  # Monte-Carlo errors by which a change must exceed what it is compared with
)
UNOBSERVED_MAX = 1 / 3  # share of the variance forecast, above which priors decide

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """Change of a probability when one block's prior, or its data, count twice.

    ``prior_mcse`` and ``data_mcse`` are Monte-Carlo errors of the two.
    """

    block: str
    prior: float
    prior_mcse: float
    data: float
    data_mcse: float


@dataclass(frozen=True)
class Sensitivity:
    """Prior sensitivity of the probability of one target.

    ``slopes`` has the block whose prior moves it most first; ``unobserved`` is the
    largest share, over the target's blocks, of forecast variance that is unobserved.
    """

    slopes: tuple[Slope, ...]
    unobserved: float

    @property
    def prior_driven(self) -> bool:
        """Whether priors rather than figures decide the probability."""
        return self.unobserved > UNOBSERVED_MAX or self._moved_by_priors

    @property
    def _moved_by_priors(self) -> bool:
        """Whether a prior moves it by `MOVED`, and more than data, beyond error."""
        data = max(self.slopes, key=lambda slope: abs(slope.data))
        return any(
            abs(slope.prior) - MOVED > ERRORS * slope.prior_mcse
            and abs(slope.prior) - abs(data.data)
            > ERRORS * float(np.hypot(slope.prior_mcse, data.data_mcse))
            for slope in self.slopes
        )


@ONE_THREAD
def sensitivity(fits: Fits, target: Target, outcome: Array) -> Sensitivity:
    """Prior sensitivity of the probability of a target that is not resolved.

    Parameters
    ----------
    fits, target
        Of the same project.
    outcome : (draw)
        Draws of the quantity that the target is about, in its unit.

    Examples
    --------
    Of R&D spending, figures of all three cities were known in mid-2021:

    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.models.fits import fit_blocks
    >>> from cszt_models.project.plan import read_targets
    >>> from cszt_models.projection.paths import project_paths
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=64)
    >>> target = read_targets(project)["rd_intensity_2025"]
    >>> paths = project_paths(fits)["rd_intensity"]
    >>> drawn = paths.sel(region="czt", year=2025).to_numpy()
    >>> sensitivity(fits, target, drawn).prior_driven
    False
    """
    shares = [
        _unobserved_share(fits, block, regions, target.year, outcome)
        for quantity in target.quantities
        for regions in [members_of(fits.project, quantity.region)]
        for block in _blocks(fits.project, quantity.source)
    ]
    return Sensitivity(slopes(fits, target.met_by(outcome)), max(shares))


def _blocks(project: Project, indicator: str) -> tuple[str, ...]:
    """Blocks that an indicator depends on, without those of a measure's weight."""
    measure = measure_of(project, indicator)
    return (measure.indicator,) if measure else INDICATORS[indicator].blocks


def _unobserved_share(
    fits: Fits, block: str, regions: Sequence[str], year: int, outcome: Array
) -> float:
    """Unobserved share of the variance of cells, weighted by their effect."""
    cells = fits.blocks[block].cells[CELLS].sel({REGION: list(regions), YEAR: year})
    centred = (cells - cells.mean(DRAW)).transpose(DRAW, REGION).to_numpy()
    moved = np.linalg.lstsq(centred, outcome - outcome.mean())[0]
    panel = fits.panels[block]
    observed = {
        cell.region for row in panel.rows for cell in row.cells if cell.year == year
    }
    left = unobserved_variance(panel, _centre(fits, block), regions)
    left[[name in observed for name in regions]] = 0.0
    variance = moved**2 @ centred.var(axis=0)
    return float(moved**2 @ left / variance) if variance > 0 else 0.0


@ONE_THREAD
def unobserved_variance(panel: Panel, scales: Array, regions: Sequence[str]) -> Array:
    """Posterior variance (region) of regions' lasting levels, given the rows.

    Parameters
    ----------
    panel
        Of one block.
    scales : (component)
        On the panel's scale.
    regions
        Each counts in the last year it has a row, or any region has.

    Examples
    --------
    A region without rows keeps all of it:

    >>> from cszt_models.structural.kernels import constant, shock
    >>> from cszt_models.structural.panel import Cell, Component, Row, Scale
    >>> years, one = np.arange(2000, 2002), Scale(1.0, 0.0)
    >>> rows = (Row(1.0, (Cell("a", 2001),), "a", 2001, "", ""),)
    >>> level = Component("level", one, constant(years), "own")
    >>> noise = Component("shock", one, shock(years), "own")
    >>> panel = Panel("toy", "points", ("a", "b"), years, rows, (level, noise))
    >>> unobserved_variance(panel, np.array([2.0, 1.0]), ["a", "b"]).round(6)
    array([0.8, 4. ])
    """
    cells = [cell for row in panel.rows for cell in row.cells]
    priors = np.zeros(len(regions))
    covers = np.zeros((len(panel.rows), len(regions)))
    for n, name in enumerate(regions):
        years = [c.year for c in cells if c.region == name] or [c.year for c in cells]
        at = panel.regions.index(name), max(years) - int(panel.years[0])
        cell = np.zeros((len(panel.regions), len(panel.years)))
        cell[at] = 1.0
        for component, scale in zip(panel.components, scales, strict=True):
            if component.over == "rows" or component.loading != CELLS:
                continue
            if np.tril(component.shape, -1).any():  # lasting
                size = panel.size_of(component)[at[0]]
                covers[:, n] += scale**2 * panel.sum_cover(component, cell)
                priors[n] += (scale * size) ** 2 * component.shape[at[1], at[1]]
    solved = Covariance(panel).solve(scales[None], covers[None])[0]
    return np.asarray(priors - (covers * solved).sum(axis=0))


@ONE_THREAD
def slopes(fits: Fits, met: NDArray[np.bool_]) -> tuple[Slope, ...]:
    """Power-scaling slopes of P(met) in every block's prior and likelihood."""
    rows = []
    for name, fitted in fits.blocks.items():
        vectors = fits.groups[name][0]
        shares = _means(met.astype(float), vectors)
        sizes = np.bincount(vectors).astype(float)
        means = {
            kind: _means(fitted.densities[kind].to_numpy(), vectors)
            for kind in (LOG_PRIOR, LOG_LIKELIHOOD)
        }
        prior, data = (_slope(shares, means[kind], sizes) for kind in means)
        rows.append(Slope(name, *prior, *data))
    return tuple(sorted(rows, key=lambda slope: -abs(slope.prior)))


def _centre(fits: Fits, block: str) -> Array:
    """Posterior mean of the log scales of a block's likeliest form, as scales.

    A component that the form lacks has 0.
    """
    scales = fits.blocks[block].likeliest.scales.to_numpy()
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(np.log(scales).mean(axis=0)))


def table(sensitivities: Mapping[str, Sensitivity]) -> list[dict[str, object]]:
    """Records by target and block, for a frame or JSON."""
    return [
        {
            "target": name,
            **vars(slope),
            "untold": result.unobserved,
            "prior_driven": result.prior_driven,
        }
        for name, result in sensitivities.items()
        for slope in result.slopes
    ]


def _means(values: Array, groups: NDArray[np.int_]) -> Array:
    """Mean in every group."""
    return np.bincount(groups, weights=values) / np.bincount(groups)


def _slope(shares: Array, logs: Array, sizes: Array) -> tuple[float, float]:
    """Covariance times ln 2, and its standard error over scale vectors."""
    weights = sizes / sizes.sum()
    products = (shares - weights @ shares) * (logs - weights @ logs)
    mean = weights @ products
    error = np.sqrt(np.square(weights) @ np.square(products - mean))
    return float(np.log(2) * mean), float(np.log(2) * error)
