"""Industry: log-ratios are an isometry, shares sum to one, value added sums to GDP."""

import numpy as np
import pytest

from cszt_models.models import industry
from cszt_models.models.panels import panels
from cszt_models.project.observations import as_of
from cszt_models.projection.paths import project_paths
from cszt_models.vocabulary import SECTOR_SHARES, SECTORS


@pytest.fixture(scope="module")
def paths(fits_today):
    return project_paths(fits_today)


def test_contrasts_are_orthonormal_and_do_not_see_the_total():
    product = industry.CONTRASTS @ industry.CONTRASTS.T
    np.testing.assert_allclose(product, np.eye(2), atol=1e-15)
    np.testing.assert_allclose(industry.CONTRASTS.sum(axis=1), 0, atol=1e-15)


def test_log_ratios_are_those_of_the_definition():
    primary, secondary, tertiary = 0.08, 0.44, 0.48
    found = industry.log_ratios(np.array([primary, secondary, tertiary]))
    first = np.sqrt(2 / 3) * np.log(primary / np.sqrt(secondary * tertiary))
    second = np.sqrt(1 / 2) * np.log(secondary / tertiary)
    np.testing.assert_allclose(found, [first, second], rtol=1e-14)


def test_shares_come_back_from_their_log_ratios():
    drawn = np.random.default_rng(0).dirichlet([1.0, 5.0, 6.0], size=500)
    back = industry.shares(industry.log_ratios(drawn))
    np.testing.assert_allclose(back, drawn, rtol=1e-12)


def test_distance_of_log_ratios_is_that_of_centred_logs():
    one, other = np.random.default_rng(1).dirichlet([2.0, 3.0, 4.0], size=(2, 100))
    logs = [np.log(s) - np.log(s).mean(axis=1, keepdims=True) for s in (one, other)]
    apart = industry.log_ratios(one) - industry.log_ratios(other)
    np.testing.assert_allclose(
        np.linalg.norm(apart, axis=1), np.linalg.norm(logs[0] - logs[1], axis=1)
    )


def test_shares_sum_to_one_in_every_draw(paths):
    total = sum(paths[name] for name in SECTOR_SHARES)
    np.testing.assert_allclose(total, 100, rtol=1e-12)


def test_value_added_sums_to_gdp_in_every_draw(paths):
    total = sum(paths[name] for name in SECTORS)
    np.testing.assert_allclose(total, paths["gdp_nominal"], rtol=1e-12)


def test_shares_of_the_group_are_ratios_of_sums(paths, czt):
    members = list(czt.aggregates["czt"].members)
    own = paths.sel(region=members, year=2026)
    expected = 100 * own["va_tertiary"].sum("region") / own["gdp_nominal"].sum("region")
    found = paths["share_tertiary"].sel(region="czt", year=2026)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_published_shares_stand_as_published(paths):
    """Up to 2024; those of 2025 are of sectors as classified anew, which are others."""
    printed, levels = paths.sel(region="changsha"), np.array([485.03, 5457.05, 9326.7])
    for name, share in zip(SECTOR_SHARES, 100 * levels / levels.sum(), strict=True):
        np.testing.assert_allclose(printed[name].sel(year=2024), share, rtol=1e-12)
    assert printed["share_secondary"].sel(year=2025).std() > 0.1
    spread = paths["share_secondary"].sel(region="zhuzhou", year=2024)
    assert spread.std() > 0.1


def test_a_share_without_a_logarithm_is_left_out(observations):
    rows = observations[observations["indicator"].isin(SECTORS)].copy()
    one = (rows["region"] == "loudi") & (rows["year"] == 2010)
    before = len(industry.sector_shares(rows))
    rows.loc[one & (rows["indicator"] == "va_primary"), "value"] = 0.0
    assert len(industry.sector_shares(rows)) == before - 1


def test_a_census_shifts_the_shares_of_a_region_for_good(czt, observations):
    panel = panels(as_of(observations, czt.data_date), czt, czt.data_date)["balance"]
    (step,) = [c for c in panel.components if c.name == "census_step"]
    starts = [census.levels_from for census in czt.censuses]
    for n, year in enumerate(panel.years):
        for m, other in enumerate(panel.years):
            passed = sum(start <= min(year, other) for start in starts)
            assert step.shape[n, m] == passed
    assert step.over == "own"
