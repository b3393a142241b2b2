r"""Prior and posterior predictive checks of a panel.

Replicates are simulated rows :math:`y \sim N(0, K(\sigma))` with the scales from
their priors (prior predictive) or from the posterior (posterior predictive). Both have
new paths of every component, so they test the scales, not whether a path fitted to
the rows passes through them.

References
----------
Gelman, A., Meng, X.-L. and Stern, H. (1996). Posterior predictive assessment of model
fitness via realized discrepancies. *Statistica Sinica* 6, 733-807.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from cszt_models.blas import ONE_THREAD
from cszt_models.inference.fit import COMPONENT, Fit, seed_of
from cszt_models.structural.kernels import root
from cszt_models.structural.panel import Panel, Scale
from cszt_models.vocabulary import DRAW, REGION, YEAR

Array = NDArray[np.float64]

ROW = "row"
MIN_REGIONS = 3  # regions for a standard deviation
RATIOS = ("widening", "persistence", "persistence of changes", "largest departure")
RANGE = (0.05, 0.5, 0.95)  # quantiles shown of replicates and cells
POINTS = 200  # at which a density is drawn
DENSITY_SPREADS = 3.0  # spreads of a prior that its density is drawn for


def labelled(panel: Panel, values: Array) -> xr.DataArray:
    """Values (draw, row) with the place, basis and status of each row."""
    names = (REGION, YEAR, "basis", "status")
    labels = {name: (ROW, [getattr(row, name) for row in panel.rows]) for name in names}
    return xr.DataArray(values, labels, (DRAW, ROW))


@ONE_THREAD
def replicate(panel: Panel, scales: Array, rng: np.random.Generator) -> xr.DataArray:
    """Rows (draw, row) simulated with new paths.

    Parameters
    ----------
    scales : (draw, component)
        Standard deviations.
    """
    rows = np.zeros((len(scales), len(panel.rows)))
    for cover, scale in zip(panel.covers, scales.T, strict=True):
        rows += scale[:, None] * (rng.standard_normal(rows.shape) @ root(cover).T)
    return labelled(panel, rows)


def prior_predictive(panel: Panel, *, draws: int, seed: int) -> xr.DataArray:
    """Rows (draw, row) simulated with scales drawn from their priors.

    Parameters
    ----------
    draws
        Number of draws.
    """
    rng = np.random.default_rng(seed_of(seed, f"{panel.name} prior predictive"))
    priors = [component.scale for component in panel.components]
    medians, spreads = [p.median for p in priors], [p.spread for p in priors]
    logs = rng.normal(np.log(medians), spreads, (draws, len(priors)))
    return replicate(panel, np.exp(logs) * _present(panel, draws, rng), rng)


def _present(panel: Panel, draws: int, rng: np.random.Generator) -> Array:
    """Whether each draw's form has each component (draw, component), forms at random.

    All are present in a panel without forms.
    """
    if not panel.forms:
        return np.ones((draws, len(panel.components)))
    names = [component.name for component in panel.components]
    present = np.array([[n in form.components for n in names] for form in panel.forms])
    weights = [form.weight for form in panel.forms]
    return present[rng.choice(len(weights), size=draws, p=weights)].astype(float)


def posterior_predictive(panel: Panel, fit: Fit, *, seed: int) -> xr.DataArray:
    """Rows (draw, row) simulated with the posterior's scales and new paths.

    Parameters
    ----------
    fit
        Of the panel.
    """
    rng = np.random.default_rng(seed_of(seed, f"{panel.name} posterior predictive"))
    return replicate(panel, fit.scales.to_numpy(), rng)


def at_mean(panel: Panel, replicated: xr.DataArray) -> xr.DataArray:
    """Replicates (draw, row), each shifted so that its mean is that of the rows.

    The overall level is left wide on purpose. On a scale that bends, like that of a
    logit, replicates far from the rows say nothing of changes in points.
    """
    return replicated - replicated.mean(ROW) + panel.values.mean()


def best_rows(panel: Panel) -> pd.DataFrame:
    """The most precise row of each region and year that has one.

    It has the least variance of offset, vintage and error at the medians of the priors.
    Sums over several cells belong to no single place.

    Returns
    -------
    DataFrame
        region, year and the number of the row, sorted.
    """
    variance = sum(
        part.scale.median**2 * np.diagonal(cover)
        for part, cover in zip(panel.components, panel.covers, strict=True)
        if part.over == "rows"
    )
    variance = np.broadcast_to(variance, len(panel.rows))
    places = pd.DataFrame(
        {
            REGION: row.region,
            YEAR: row.year,
            ROW: number,
            "variance": variance[number],
        }
        for number, row in enumerate(panel.rows)
        if len(row.cells) == 1
    )
    order = places.sort_values([REGION, YEAR, "variance"], kind="stable")
    best = order.drop_duplicates([REGION, YEAR]).drop(columns="variance")
    return best.reset_index(drop=True)


def statistics(panel: Panel, rows: Array) -> Mapping[str, Array]:
    """Summary statistics of rows (..., row): a number for each draw.

    Neighbours are two consecutive years of one region, both observed.

    Parameters
    ----------
    rows : (..., row)
        In the unit of the statistics.

    Returns
    -------
    mapping of (...)
        ``mean`` of all places; ``spread between regions`` within a year, averaged over
        the years with three or more; its ``widening``, the spread in the later
        half of those years over that in the earlier half; ``change a year``, averaged,
        and the ``size of changes`` (root mean square); ``persistence``, the correlation
        of neighbouring years, each around the mean of its region; ``persistence of
        changes``; and the ``largest departure`` of a place from the means of its year
        and region, over the standard deviation of all.
    """
    places = best_rows(panel)
    values = np.asarray(rows)[..., places[ROW].to_numpy()]
    region, year = places[REGION].to_numpy(), places[YEAR].to_numpy()
    next_to = (region[1:] == region[:-1]) & (year[1:] == year[:-1] + 1)
    second = np.flatnonzero(next_to) + 1
    change = values[..., second] - values[..., second - 1]
    # two changes one after the other: the earlier one ends where the later one starts
    later = np.flatnonzero(np.isin(second - 1, second))
    around = values - _means(values, region)
    apart = values - _means(values, year)
    apart = apart - _means(apart, region)
    spreads = _spreads(values, year)
    half = spreads.shape[-1] // 2
    between = (
        {
            "spread between regions": spreads.mean(-1),
            "widening": spreads[..., -half:].mean(-1) / spreads[..., :half].mean(-1),
        }
        if half
        else {}
    )
    return {
        "mean": values.mean(-1),
        **between,
        "change a year": change.mean(-1),
        "size of changes": np.sqrt(np.square(change).mean(-1)),
        "persistence": _correlation(around[..., second - 1], around[..., second]),
        "persistence of changes": _correlation(
            change[..., later - 1], change[..., later]
        ),
        "largest departure": np.abs(apart).max(-1) / apart.std(-1),
    }


def _means(values: Array, group: NDArray) -> Array:
    """Mean of its group for each value (..., place)."""
    names, member = np.unique(group, return_inverse=True)
    share = np.equal.outer(member, np.arange(len(names))).astype(float)
    return (values @ (share / share.sum(0)))[..., member]


def _spreads(values: Array, group: NDArray) -> Array:
    """Standard deviation (..., group) within groups of `MIN_REGIONS` or more."""
    names, counts = np.unique(group, return_counts=True)
    large = names[counts >= MIN_REGIONS]
    spreads = np.empty((*values.shape[:-1], len(large)))
    for number, name in enumerate(large):
        spreads[..., number] = values[..., group == name].std(-1, ddof=1)
    return spreads


def _correlation(first: Array, second: Array) -> Array:
    first = first - first.mean(-1, keepdims=True)
    second = second - second.mean(-1, keepdims=True)
    product = (first * second).mean(-1)
    return product / np.sqrt(np.square(first).mean(-1) * np.square(second).mean(-1))


def compare_statistics(
    panel: Panel, observed: Array, replicated: Mapping[str, xr.DataArray]
) -> pd.DataFrame:
    """Statistics of the rows beside those of replicates.

    Parameters
    ----------
    observed : (row)
        And replicates (draw, row) by what they are of, all in one unit to be read.

    Returns
    -------
    DataFrame
        of, statistic, observed; low, median and high of the replicates (`RANGE`); and
        ``below``: the share of replicates below the observed, near 0 or 1 if the model
        would hardly produce it.
    """
    seen = statistics(panel, observed)
    rows = []
    for of, draws in replicated.items():
        for name, values in statistics(panel, draws.to_numpy()).items():
            low, median, high = np.quantile(values, RANGE)
            below = float((values < seen[name]).mean())
            rows.append((of, name, float(seen[name]), low, median, high, below))
    columns = ["of", "statistic", "observed", "low", "median", "high", "below"]
    return pd.DataFrame(rows, columns=columns)


def priors(panel: Panel) -> pd.DataFrame:
    """Components of a panel with their prior scales.

    Returns
    -------
    DataFrame
        component; ``of``, whether it is common to the regions, each region's own or of
        the rows; median and 80 % interval of its standard deviation; and the source.
    """
    rows = []
    for part in panel.components:
        low, median, high = _prior_quantiles(part.scale)
        rows.append((part.name, part.over, low, median, high, part.scale.source))
    columns = [COMPONENT, "of", "low", "median", "high", "source"]
    return pd.DataFrame(rows, columns=columns)


def _prior_quantiles(prior: Scale) -> Array:
    z = stats.norm.ppf([0.1, 0.5, 0.9])
    return np.asarray(prior.median * np.exp(prior.spread * z))


def scales(fit: Fit) -> pd.DataFrame:
    """Prior and posterior of every estimated scale.

    Returns
    -------
    DataFrame
        component; median, low and high (80 %) of the prior and of the posterior;
        ``prior_share``, the prior probability of a scale below the posterior's median;
        ``narrowed``, the posterior's standard deviation of the log over the prior's.
    """
    rows = []
    for name, prior, drawn in _estimated(fit):
        centre, logs = np.log(prior.median), np.log(drawn)
        low, median, high = _prior_quantiles(prior)
        after_low, after, after_high = np.quantile(drawn, [0.1, 0.5, 0.9])
        rows.append(
            {
                COMPONENT: name,
                "prior_low": low,
                "prior_median": median,
                "prior_high": high,
                "low": after_low,
                "median": after,
                "high": after_high,
                "prior_share": stats.norm.cdf(np.log(after), centre, prior.spread),
                "narrowed": logs.std() / prior.spread,
            }
        )
    return pd.DataFrame(rows)


def densities(fit: Fit) -> pd.DataFrame:
    """Prior and posterior density of the logarithm of every estimated scale.

    Returns
    -------
    DataFrame
        component, ``of`` (prior or posterior), value (of the scale) and density (of its
        natural logarithm), by a Gaussian kernel for the posterior.
    """
    tables = []
    for name, prior, drawn in _estimated(fit):
        centre, logs = np.log(prior.median), np.log(drawn)
        reach = DENSITY_SPREADS * np.array([-1, 1])
        sides = [*(centre + reach * prior.spread), *(logs.mean() + reach * logs.std())]
        at = np.linspace(min(sides), max(sides), POINTS)
        heights = {
            "prior": stats.norm.pdf(at, centre, prior.spread),
            "posterior": stats.gaussian_kde(logs)(at),
        }
        tables += [
            pd.DataFrame(
                {COMPONENT: name, "of": of, "value": np.exp(at), "density": height}
            )
            for of, height in heights.items()
        ]
    return pd.concat(tables, ignore_index=True)


def _estimated(fit: Fit) -> Iterator[tuple[str, Scale, Array]]:
    """Name, prior and draws of each scale that is not fixed."""
    names = fit.scales[COMPONENT].to_numpy().tolist()
    for name, prior, drawn in zip(
        names, fit.priors, fit.scales.to_numpy().T, strict=True
    ):
        positive = drawn[drawn > 0]  # 0 where the draw's form lacks the component
        if not prior.fixed and len(positive):
            yield name, prior, positive


def by_basis(panel: Panel, observed: Array) -> pd.DataFrame:
    """Rows of single cells with their place, basis and status.

    Parameters
    ----------
    observed : (row)
        Values in the unit to be read.

    Returns
    -------
    DataFrame
        region, year, value, basis, status.
    """
    rows = labelled(panel, observed[None])[0]
    single = [len(row.cells) == 1 for row in panel.rows]
    table = rows.isel({ROW: single}).to_dataframe("value").reset_index()
    return table[[REGION, YEAR, "value", "basis", "status"]]


def bands(cells: xr.DataArray) -> pd.DataFrame:
    """Quantiles (`RANGE`) of cells (draw, region, year) in a unit to be read.

    Returns
    -------
    DataFrame
        region, year, low, median, high.
    """
    quantiles = cells.quantile(list(RANGE), dim=DRAW).to_dataset(dim="quantile")
    table = quantiles.rename(dict(zip(RANGE, ("low", "median", "high"), strict=True)))
    return table.to_dataframe().reset_index()
