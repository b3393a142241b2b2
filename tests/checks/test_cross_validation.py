"""Leaving out: exact given the scales, and as a fit without the row."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from cszt_models.checks import cross_validation as leaving_out
from cszt_models.checks import predictive as checks
from cszt_models.checks.simulation_based import with_values
from cszt_models.inference.fit import fit
from cszt_models.structural.panel import Scale

DAY = date(2020, 1, 1)


@pytest.fixture(scope="module")
def fitted(small):
    return fit(small, as_of=DAY, seed=1, draws=4000)


def some_scales(panel, count, seed):
    priors = [component.scale for component in panel.components]
    logs = np.random.default_rng(seed).standard_normal((count, len(priors)))
    medians, spreads = [p.median for p in priors], [p.spread for p in priors]
    return medians * np.exp(spreads * logs)


def conditional(k, values, group):
    """Mean and covariance of some rows given the others, by conditioning."""
    rest = np.setdiff1d(np.arange(len(values)), group)
    reach = k[np.ix_(group, rest)]
    gain = np.linalg.solve(k[np.ix_(rest, rest)], reach.T).T
    return gain @ values[rest], k[np.ix_(group, group)] - gain @ reach.T


def without(panel, number):
    """The panel without one row."""
    keep = np.arange(len(panel.rows)) != number
    parts = [
        replace(c, shape=c.shape[np.ix_(keep, keep)]) if c.over == "rows" else c
        for c in panel.components
    ]
    rows = tuple(row for n, row in enumerate(panel.rows) if keep[n])
    return replace(panel, rows=rows, components=tuple(parts))


def test_a_row_given_the_others_is_conditioned_on_them(small, covariance_by_loops):
    scales = some_scales(small, 3, seed=1)
    found = leaving_out.leave_one_out(small, scales)
    for draw, one in enumerate(scales):
        k = covariance_by_loops(small, one)
        for row in range(len(small.rows)):
            mean, variance = conditional(k, small.values, np.array([row]))
            at = found.isel(draw=draw, row=row)
            np.testing.assert_allclose(at["mean"], mean[0], rtol=1e-8, atol=1e-10)
            np.testing.assert_allclose(at["sd"], np.sqrt(variance[0, 0]), rtol=1e-8)


@pytest.mark.parametrize("row", [0, 20, 38, 41])
def test_a_row_left_out_is_as_in_a_fit_without_it(small, fitted, row):
    table = leaving_out.left_out(small, fitted.scales.to_numpy())
    again = fit(without(small, row), as_of=DAY, seed=2, draws=4000)
    given = leaving_out.leave_one_out(small, again.scales.to_numpy()).isel(row=row)
    mean, sd = given["mean"].to_numpy(), given["sd"].to_numpy()
    expected = stats.norm.cdf(small.values[row], mean, sd).mean()
    one = table.iloc[row]
    assert one["khat"] < 0.7
    assert one["pit"] == pytest.approx(expected, abs=0.03)
    assert one["mean"] == pytest.approx(mean.mean(), abs=0.05 * one["sd"])
    spread = np.sqrt((sd**2).mean() + mean.var())
    assert one["sd"] == pytest.approx(spread, rel=0.05)


def test_scales_that_have_seen_an_outlier_forget_it(small):
    """The weights matter: without them the outlier has widened its own interval."""
    values = small.values.copy()
    values[20] += 6.0
    moved = with_values(small, values)
    scales = fit(moved, as_of=DAY, seed=1, draws=4000).scales.to_numpy()
    table = leaving_out.left_out(moved, scales)
    naive = leaving_out.leave_one_out(moved, scales)["sd"].isel(row=20).mean()
    assert table.iloc[20]["sd"] < 0.9 * float(naive)
    assert leaving_out.surprises(table, 1).loc[0, "value"] == values[20]


def test_pit_is_uniform_if_the_model_is_true(small):
    scales = np.tile(some_scales(small, 1, seed=4), (3000, 1))
    drawn = checks.replicate(small, scales, np.random.default_rng(6))
    pit = leaving_out.replicated_pit(small, scales, drawn)
    values = [stats.kstest(column, "uniform").pvalue for column in pit.T]
    assert min(values) > 0.01 / len(values)
    wide = leaving_out.replicated_pit(small, 1.3 * scales, drawn)
    values = [stats.kstest(column, "uniform").pvalue for column in wide.T]
    assert max(values) < 0.01


def test_pit_of_replicates_is_that_of_rows(small):
    fixed = tuple(replace(c, scale=Scale(c.scale.median, 0)) for c in small.components)
    panel = replace(small, components=fixed)
    scales = np.array([[c.scale.median for c in fixed]])
    drawn = checks.replicate(panel, scales, np.random.default_rng(1))
    expected = leaving_out.left_out(with_values(panel, drawn[0].to_numpy()), scales)
    found = leaving_out.replicated_pit(panel, scales, drawn)
    np.testing.assert_allclose(found[0], expected["pit"], rtol=1e-8)
    np.testing.assert_allclose(stats.norm.cdf(expected["z"]), expected["pit"])


def test_histogram_and_coverage_tell_heavy_tails():
    rng = np.random.default_rng(1)
    uniform = rng.random((200, 300))
    # half of the rows calmer and a twentieth wilder than thought
    z = np.where(rng.random(300) < 0.05, 4.0, 0.4) * rng.standard_normal(300)
    heavy = stats.norm.cdf(z)
    shares = leaving_out.pit_histogram(heavy, uniform)
    assert shares["share"].sum() == pytest.approx(1)
    assert (shares["low"] < 0.1).all()
    assert (shares["high"] > 0.1).all()
    assert shares.loc[4, "share"] > shares.loc[4, "high"]
    table = leaving_out.coverage(heavy, uniform).set_index("level")
    assert table.loc[0.5, "share"] > table.loc[0.5, "high"]
    assert table.loc[0.9973, "share"] < table.loc[0.9973, "low"]
    fair = leaving_out.coverage(uniform[0], uniform)
    assert fair["share"].between(fair["low"] - 0.03, fair["high"] + 0.03).all()


@pytest.mark.parametrize("moved", [False, True])
def test_years_left_out_are_conditioned_on_the_others(
    small, covariance_by_loops, moved
):
    free = [not component.scale.fixed for component in small.components]
    names = [c.name for c in small.components if not c.scale.fixed]
    scales = some_scales(small, 4, seed=2)
    shape = (2, 2, len(names))
    drawn = xr.DataArray(
        scales[:, free].reshape(shape),
        {"component": names},
        ("chain", "draw", "component"),
    )
    posterior = xr.Dataset({"scale": drawn})
    means = np.zeros((2, 2, len(small.rows)))
    if moved:
        means = np.random.default_rng(3).standard_normal(means.shape)
        posterior["mean"] = (("chain", "draw", "row"), means)
    tree = xr.DataTree.from_dict({"posterior": posterior})
    found = leaving_out.with_years_left_out(small, tree)["log_likelihood"]["values"]
    assert found.dims == ("chain", "draw", "year")
    assert found["year"].to_numpy().tolist() == list(range(2000, 2013))
    years = np.array([row.year for row in small.rows])
    for number, one in enumerate(scales):
        k, at = covariance_by_loops(small, one), divmod(number, 2)
        for year in (2000, 2007, 2012):
            group = np.flatnonzero(years == year)
            residual = small.values - means[at]
            mean, cover = conditional(k, residual, group)
            density = stats.multivariate_normal(mean, cover).logpdf(residual[group])
            told = found.isel(chain=at[0], draw=at[1]).sel(year=year)
            np.testing.assert_allclose(told, density, rtol=1e-8)
