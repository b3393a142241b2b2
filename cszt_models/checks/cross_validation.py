r"""Leave-one-out cross-validation: each row predicted from the others.

Given the scales the density of some rows g given all others is exact:

.. math::
    y_g \mid y_{-g} \sim N\bigl(y_g - Q_{gg}^{-1} \alpha_g,\; Q_{gg}^{-1}\bigr), \qquad
    Q = K^{-1}, \quad \alpha = Q y

which for one row is mean :math:`y_i - \alpha_i / Q_{ii}` and variance
:math:`1 / Q_{ii}`. The scales have seen the row; Pareto-smoothed weights take it out of
them again, and k-hat says whether they can (at most 0.7).

A row left out lies between its neighbours, later ones included: this measures fit, not
forecast accuracy.

References
----------
Bürkner, P.-C., Gabry, J. and Vehtari, A. (2021). Efficient leave-one-out cross-
validation for Bayesian non-factorized models. *Computational Statistics* 36, 1243-1261.
https://arxiv.org/abs/1810.10559.
"""

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy import special, stats

from cszt_models.blas import ONE_THREAD
from cszt_models.checks.predictive import RANGE, labelled
from cszt_models.inference import nuts
from cszt_models.structural.panel import Panel
from cszt_models.vocabulary import DRAW, REGION, YEAR

Array = NDArray[np.float64]

BINS = 10  # of the histogram of PIT values
LEVELS = (0.5, 0.8, 0.95, 0.9973)  # of central intervals; the last is three sd


@ONE_THREAD
def leave_one_out(panel: Panel, scales: Array) -> xr.Dataset:
    """Mean and sd (draw, row) of each row given all others and scales.

    Parameters
    ----------
    scales : (draw, component)
        One vector per draw.
    """
    mean, sd = np.empty((2, len(scales), len(panel.rows)))
    for number, scale in enumerate(scales):
        precision = np.linalg.inv(panel.covariance(scale))
        diagonal = precision.diagonal()
        mean[number] = panel.values - precision @ panel.values / diagonal
        sd[number] = 1 / np.sqrt(diagonal)
    return xr.Dataset({"mean": labelled(panel, mean), "sd": labelled(panel, sd)})


@ONE_THREAD
def left_out(panel: Panel, scales: Array) -> pd.DataFrame:
    """Leave-one-out predictive distribution of each row.

    Parameters
    ----------
    scales : (draw, component)
        Of the posterior; a vector that several draws share counts as often.

    Returns
    -------
    DataFrame
        region, year, basis, status, value; ``mean`` and ``sd`` of the prediction;
        ``pit``, the probability it gave to a smaller value, and ``z``, the normal
        quantile of it; and ``khat`` of the weights that take the row out of the scales.
    """
    distinct, count = np.unique(scales, axis=0, return_counts=True)
    given = leave_one_out(panel, distinct)
    mean, sd = given["mean"].to_numpy().T, given["sd"].to_numpy().T
    z = (panel.values[:, None] - mean) / sd
    weights, khat = _weights(stats.norm.logpdf(z) - np.log(sd * count))
    centre = (weights * mean).sum(1)
    variance = (weights * (sd**2 + (mean - centre[:, None]) ** 2)).sum(1)
    pit = (weights * stats.norm.cdf(z)).sum(1)
    places = given["mean"].isel({DRAW: 0}).to_dataframe("expected").reset_index()
    return places[[REGION, YEAR, "basis", "status"]].assign(
        value=panel.values,
        mean=centre,
        sd=np.sqrt(variance),
        pit=pit,
        z=stats.norm.ppf(pit),
        khat=khat,
    )


def _weights(logs: Array) -> tuple[Array, Array]:
    """Smoothed weights (row, draw) in inverse proportion to densities, and k-hat (row).

    Where all draws share one vector of scales there is nothing to weigh.
    """
    from arviz_stats.base import array_stats

    if logs.shape[1] == 1:
        return np.ones_like(logs), np.zeros(len(logs))
    smooth, khat = array_stats.psislw(logs)
    return special.softmax(smooth, axis=1), khat


def surprises(table: pd.DataFrame, count: int = 6) -> pd.DataFrame:
    """The rows with the largest leave-one-out residuals, the largest first.

    Parameters
    ----------
    table
        From `left_out`.
    """
    order = table["z"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].head(count).reset_index(drop=True)


@ONE_THREAD
def replicated_pit(panel: Panel, scales: Array, replicated: xr.DataArray) -> Array:
    """PIT (draw, row) of replicates left out row by row, with their own scales.

    The distribution of `left_out` under the model: values of neighbours are dependent,
    so bands for independent ones do not apply.

    Parameters
    ----------
    scales : (draw, component)
    replicated : (draw, row)
    """
    pit = np.empty(replicated.shape)
    for number, scale in enumerate(scales):
        precision = np.linalg.inv(panel.covariance(scale))
        z = precision @ replicated[number].to_numpy() / np.sqrt(precision.diagonal())
        pit[number] = stats.norm.cdf(z)
    return pit


def pit_histogram(pit: Array, replicated: Array) -> pd.DataFrame:
    """Shares of PIT values in equal bins, with the range (90 %) of replicates.

    Returns
    -------
    DataFrame
        left and right edge, share, low and high.
    """
    edges = np.linspace(0, 1, BINS + 1)
    each = [np.histogram(values, edges)[0] / len(values) for values in replicated]
    low, high = np.quantile(each, [RANGE[0], RANGE[-1]], axis=0)
    share = np.histogram(pit, edges)[0] / len(pit)
    return pd.DataFrame(
        {
            "left": edges[:-1],
            "right": edges[1:],
            "share": share,
            "low": low,
            "high": high,
        }
    )


def coverage(pit: Array, replicated: Array) -> pd.DataFrame:
    """Share of rows inside central intervals that have not seen them.

    Returns
    -------
    DataFrame
        level, share of rows inside, and the range (90 %) of the share in replicates.
    """
    rows = []
    for level in LEVELS:
        side = (1 - level) / 2
        inside = [
            ((values > side) & (values < 1 - side)).mean() for values in replicated
        ]
        share = ((pit > side) & (pit < 1 - side)).mean()
        rows.append((level, share, *np.quantile(inside, [RANGE[0], RANGE[-1]])))
    return pd.DataFrame(rows, columns=["level", "share", "low", "high"])


@ONE_THREAD
def with_years_left_out(panel: Panel, tree: xr.DataTree) -> xr.DataTree:
    """Chains with the log density of each year's rows given those of all other years.

    A row left out alone is predicted by the other regions of its year. A movement
    common to a year shows only if the whole year is left out. For ``arviz.loo`` and
    ``arviz.compare``, like the densities by row of `nuts.with_log_likelihood`. A row
    belongs to its last year.
    """
    posterior, drawn = tree["posterior"].dataset, nuts.all_scales(panel, tree)
    sample = posterior.sizes[nuts.CHAIN], posterior.sizes[nuts.DRAW]
    years, member = np.unique([row.year for row in panel.rows], return_inverse=True)
    groups = [np.flatnonzero(member == number) for number in range(len(years))]
    means = np.zeros((len(drawn), len(panel.rows)))
    if nuts.MEAN in posterior:
        means = posterior[nuts.MEAN].to_numpy().reshape(means.shape)
    densities = np.empty((len(drawn), len(years)))
    for number, scale in enumerate(drawn):
        precision = np.linalg.inv(panel.covariance(scale))
        alpha = precision @ (panel.values - means[number])
        densities[number] = [_log_density(precision, alpha, group) for group in groups]
    rows = xr.DataArray(
        densities.reshape(*sample, -1), {YEAR: years}, (nuts.CHAIN, nuts.DRAW, YEAR)
    )
    likelihood = xr.DataTree(rows.to_dataset(name=nuts.VALUES))
    return tree.assign(log_likelihood=likelihood)


def _log_density(precision: Array, alpha: Array, group: NDArray[np.int_]) -> float:
    """Log density of a group of rows given the others, from K^-1 and K^-1 y."""
    block = precision[np.ix_(group, group)]
    apart = np.linalg.solve(block, alpha[group])
    log_det = np.linalg.slogdet(block)[1]
    return 0.5 * float(log_det - len(group) * np.log(2 * np.pi) - apart @ block @ apart)
