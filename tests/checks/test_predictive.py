"""Checks: replicates have the model's covariance, statistics are what they say."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from cszt_models.checks import predictive as checks
from cszt_models.inference.fit import Fit, fit
from cszt_models.models.panels import panels
from cszt_models.project.observations import as_of
from cszt_models.structural.panel import Scale

SIZES = [0.5, 0.6, 0.5, 0.4, 0.9, 0.1]


@pytest.fixture(scope="module")
def fitted(small):
    return fit(small, as_of=date(2020, 1, 1), seed=1, draws=1000)


def fit_of(priors, scales):
    names = {"component": [f"c{n}" for n in range(len(priors))]}
    drawn = xr.DataArray(scales, names, ("draw", "component"))
    of = {"block": "x", "unit": "points", "as_of": None, "seed": 0, "engine": "x"}
    empty = {"cells": xr.Dataset(), "densities": xr.Dataset(), "diagnostics": None}
    given = {"priors": tuple(priors), "scales": drawn, "log_evidence": 0.0}
    return Fit(**of, rows=0, **given, **empty)


def scores(drawn, expected):
    """Sample covariances of Gaussian rows in their standard errors."""
    found = drawn.T @ drawn / len(drawn)
    own = np.diagonal(expected)
    error = np.sqrt((np.outer(own, own) + expected**2) / len(drawn))
    return (found - expected) / error


def test_replicates_have_the_covariance_of_the_model(small, covariance_by_loops):
    scales = np.tile(SIZES, (20_000, 1))
    drawn = checks.replicate(small, scales, np.random.default_rng(3)).to_numpy()
    expected = covariance_by_loops(small, SIZES)
    assert np.abs(scores(drawn, expected)).max() < 5  # of about 900 entries
    np.testing.assert_allclose(small.covariance(np.array(SIZES)), expected, atol=1e-10)
    wrong = covariance_by_loops(small, [*SIZES[:2], 0.6, *SIZES[3:]])
    assert np.abs(scores(drawn, wrong)).max() > 5


def test_prior_predictive_averages_over_the_prior(small, covariance_by_loops):
    drawn = checks.prior_predictive(small, draws=40_000, seed=2).to_numpy()
    priors = [component.scale for component in small.components]
    # E sigma^2 = m^2 exp(2 s^2) for a lognormal scale
    sizes = [prior.median * np.exp(prior.spread**2) for prior in priors]
    expected = covariance_by_loops(small, sizes)
    found = drawn.T @ drawn / len(drawn)
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.04 * expected.max())
    means = drawn.mean(0) / np.sqrt(np.diagonal(expected) / len(drawn))
    assert np.abs(means).max() < 4.5


def test_posterior_predictive_has_the_scales_of_the_fit(small, fitted):
    drawn = checks.posterior_predictive(small, fitted, seed=1)
    assert drawn.sizes == {"draw": 1000, "row": len(small.rows)}
    expected = small.covariance(fitted.scales.to_numpy()).mean(0).diagonal()
    np.testing.assert_allclose(drawn.var("draw"), expected, rtol=0.25)


def test_same_seed_same_replicates(small):
    first, again, other = (
        checks.prior_predictive(small, draws=10, seed=seed) for seed in (1, 1, 2)
    )
    xr.testing.assert_identical(first, again)
    assert not np.allclose(first, other)


def test_replicates_can_be_put_at_the_level_of_the_rows(small):
    drawn = checks.prior_predictive(small, draws=10, seed=1)
    moved = checks.at_mean(small, drawn)
    np.testing.assert_allclose(moved.mean("row"), small.values.mean())
    apart = moved - drawn
    np.testing.assert_allclose(apart.std("row"), 0, atol=1e-12)


def test_the_best_row_of_a_place_tells_it(small):
    told = checks.best_rows(small)
    assert len(told) == 36  # the sum tells no single place
    chosen = [small.rows[number] for number in told["row"]]
    assert {row.basis for row in chosen} == {"new"}
    assert [(r.region, r.year) for r in chosen] == [
        *zip(told.region, told.year, strict=True)
    ]


def test_statistics_are_those_of_the_table_of_places(small):
    found = checks.statistics(small, small.values)
    rows = [r for r in small.rows if r.basis == "new" and len(r.cells) == 1]
    table = pd.DataFrame([(r.region, r.year, r.value) for r in rows])
    wide = table.pivot_table(index=1, columns=0, values=2)
    changes = wide.diff()
    each = changes[1:].to_numpy()
    spread = wide.std(axis=1)
    around = wide - wide.mean()
    apart = wide.sub(wide.mean(axis=1), axis=0)
    apart = (apart - apart.mean()).to_numpy()
    pairs = np.stack([around[:-1].to_numpy().ravel(), around[1:].to_numpy().ravel()])
    after = np.stack([changes[1:-1].to_numpy().ravel(), changes[2:].to_numpy().ravel()])
    expected = {
        "mean": wide.to_numpy().mean(),
        "spread between regions": spread.mean(),
        "widening": spread[6:].mean() / spread[:6].mean(),
        "change a year": each.mean(),
        "size of changes": np.sqrt((each**2).mean()),
        "persistence": np.corrcoef(pairs)[0, 1],
        "persistence of changes": np.corrcoef(after)[0, 1],
        "largest departure": np.abs(apart).max() / apart.std(),
    }
    assert found == pytest.approx(expected, rel=1e-10)
    assert set(checks.RATIOS) < set(found)


def test_statistics_are_of_each_draw(small):
    drawn = checks.prior_predictive(small, draws=5, seed=1).to_numpy()
    found = checks.statistics(small, drawn)
    alone = checks.statistics(small, drawn[3])
    assert {name: values[3] for name, values in found.items()} == pytest.approx(alone)


def test_missing_years_are_no_neighbours(small):
    gap = tuple(row for row in small.rows if row.year != 2005)
    parts = [c for c in small.components if c.over != "rows"]
    short = replace(small, rows=gap, components=tuple(parts))
    noise = 1e-3 * np.random.default_rng(1).standard_normal(len(gap))
    values = np.array([row.year for row in gap]) + noise
    found = checks.statistics(short, values)
    # with the gap as a step of two years both would be above one
    assert found["change a year"] == pytest.approx(1.0, abs=0.01)
    assert found["size of changes"] == pytest.approx(1.0, abs=0.01)


def test_rows_stand_beside_replicates(small):
    drawn = checks.prior_predictive(small, draws=400, seed=1)
    table = checks.compare_statistics(
        small, small.values, {"a": drawn, "b": drawn + 100}
    )
    mean = table[table["statistic"] == "mean"].set_index("of")
    assert mean.loc["a", "observed"] == mean.loc["b", "observed"]
    assert mean.loc["b", "below"] == 0.0
    np.testing.assert_allclose(mean.loc["b", "low"], mean.loc["a", "low"] + 100)
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()


def test_a_posterior_like_the_prior_has_told_nothing():
    prior, rng = Scale(0.5, 0.4), np.random.default_rng(1)
    logs = np.log(0.5) + 0.4 * rng.standard_normal((20_000, 2))
    logs[:, 1] -= 2 * 0.4
    table = checks.scales(
        fit_of([prior, prior, Scale(1, 0)], np.exp(np.c_[logs, logs[:, 0]]))
    )
    assert table["component"].tolist() == ["c0", "c1"]  # a fixed scale is not told
    np.testing.assert_allclose(table["prior_share"], [0.5, 0.0228], atol=0.01)
    np.testing.assert_allclose(table["narrowed"], 1, atol=0.02)
    np.testing.assert_allclose(
        table["prior_low"], 0.5 * np.exp(-1.2816 * 0.4), rtol=1e-3
    )
    np.testing.assert_allclose(table["low"][0], table["prior_low"][0], rtol=0.02)


def test_densities_are_of_the_logarithm_and_sum_to_one(fitted):
    table = checks.densities(fitted)
    assert set(table["component"]) == {"walk", "shock", "region_shock", "basis"}
    for _, curve in table.groupby(["component", "of"]):
        area = np.trapezoid(curve["density"], np.log(curve["value"]))
        assert area == pytest.approx(1, abs=0.01)


def test_priors_are_listed_with_their_sources(czt, fits_today, observations):
    known = as_of(observations, fits_today.as_of)
    table = checks.priors(panels(known, czt, fits_today.as_of)["growth"])
    cycle = table.set_index("component").loc["region_cycle"]
    assert cycle["of"] == "own"
    assert cycle["low"] < cycle["median"] < cycle["high"]
    assert (table["source"] != "").all()


def test_rows_and_cells_are_tables_of_places(small, fitted):
    rows = checks.by_basis(small, 2 * small.values)
    assert len(rows) == len(small.rows) - 1
    np.testing.assert_allclose(rows["value"], 2 * small.values[:-1])
    assert rows["basis"].value_counts().to_dict() == {"new": 36, "old": 5}
    bands = checks.bands(fitted.cells["cells"])
    assert len(bands) == 3 * 16
    assert (bands["low"] <= bands["high"]).all()
    one = bands.set_index(["region", "year"]).loc[("b", 2015)]
    drawn = fitted.cells["cells"].sel(region="b", year=2015)
    assert one["median"] == pytest.approx(float(drawn.median()))
