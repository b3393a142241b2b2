"""Timing: a random walk's first passage, and what must hold between definitions."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from cszt_models import DataError
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.timing import reach_table, timing

DRAWS = 100_000
ERROR = 4 / np.sqrt(4 * DRAWS)  # four standard errors of a share, at most
YEARS = range(2021, 2029)


@pytest.fixture(scope="module")
def walk():
    """Steps of plus or minus one, from 0 before the first year."""
    steps = np.random.default_rng(1).choice([-1, 1], (DRAWS, len(YEARS)))
    return steps.cumsum(axis=1)


@pytest.mark.parametrize("height", [1, 2, 3])
def test_a_walk_reaches_a_height_by_the_reflection_principle(walk, height):
    """P(max of n steps >= a) = P(S_n >= a) + P(S_n > a), Feller (1968), III.7."""
    found = reach_table(walk >= height, YEARS)
    n = np.arange(1, len(YEARS) + 1)
    at_least = stats.binom(n, 0.5).sf(np.ceil((n + height) / 2) - 1)
    above = stats.binom(n, 0.5).sf(np.floor((n + height) / 2))
    np.testing.assert_allclose(found["at"], at_least, rtol=0, atol=ERROR)
    np.testing.assert_allclose(found["by"], at_least + above, rtol=0, atol=ERROR)


def test_a_gaussian_walk_in_closed_form_for_two_years():
    """P(never in two years) is an orthant of the bivariate normal, correlation 0.71."""
    drawn = np.random.default_rng(2).normal(size=(DRAWS, 2)).cumsum(axis=1)
    found = reach_table(drawn >= 0.5, [2025, 2026])
    both = stats.multivariate_normal([0, 0], [[1, 1], [1, 2]])
    never = both.cdf([0.5, 0.5])
    assert found["by"].iloc[1] == pytest.approx(1 - never, abs=ERROR)
    sustained = both.cdf([-0.5, -0.5])  # above in both years, by symmetry
    assert found["sustained"].iloc[0] == pytest.approx(sustained, abs=ERROR)
    last = stats.norm(0, np.sqrt(2)).sf(0.5)
    assert found["sustained"].iloc[1] == pytest.approx(last, abs=ERROR)


def test_definitions_are_ordered_and_agree_at_the_horizon(walk):
    found = reach_table(walk >= 2, YEARS)
    assert (found["sustained"] <= found["at"]).all()
    assert (found["at"] <= found["by"]).all()
    assert found["by"].is_monotonic_increasing
    assert found["sustained"].is_monotonic_increasing
    assert found["sustained"].iloc[-1] == found["at"].iloc[-1]


def test_a_path_that_never_falls_is_reached_alike_under_all_definitions():
    met = np.arange(4) >= np.array([[0], [2], [3], [9]])
    found = reach_table(met, range(2021, 2025))
    for name in ("at", "by", "sustained"):
        assert found[name].tolist() == [0.25, 0.25, 0.5, 0.75]


@pytest.fixture(scope="module")
def targets(czt):
    return read_targets(czt)


@pytest.fixture(scope="module")
def outlook(fits_today):
    return build_outlook(fits_today)


@pytest.fixture(scope="module")
def gdp(outlook, targets):
    return timing(project_paths(outlook), targets["gdp_2025"])


def test_gdp_was_not_reached_by_2025_and_will_be_a_few_years_later(gdp, czt):
    at = gdp.table.set_index("year")
    assert (at.loc[:2025, ["at", "by", "sustained"]] == 0).all(axis=None)
    assert (at.loc[:2025, "mcse_by"] > 0).all()  # no draw is no proof
    assert gdp.horizon == czt.horizon == 2040
    assert 2026 <= gdp.quantile(0.5) <= 2029
    assert gdp.quantile(0.5, "sustained") >= gdp.quantile(0.5)
    assert gdp.quantile(1.1) is None


@pytest.mark.parametrize("definition", ["by", "sustained"])
def test_years_and_not_by_the_horizon_sum_to_one(gdp, definition):
    years = gdp.years(definition)
    assert (years >= 0).all()
    assert years.sum() + gdp.never(definition) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("name", ["gdp_2025", "growth_2021_2025", "urban_income_2025"])
def test_more_growth_is_never_later(outlook, targets, name):
    tables = [
        timing(
            project_paths(outlook, baseline().with_lever("growth", v)), targets[name]
        )
        for v in (0.0, 0.5, 1.5)
    ]
    for slow, fast in pairwise(tables):
        for column in ("at", "by", "sustained"):
            assert (fast.table[column] >= slow.table[column]).all()


def test_an_average_runs_from_its_first_year(outlook, targets):
    found = timing(project_paths(outlook), targets["growth_2021_2025"])
    assert found.table["year"].iloc[0] == 2021
    assert found.table["by"].iloc[0] == 1.0  # 7.5 percent in 2021, above seven
    assert found.table.set_index("year").loc[2025, "at"] == 0.0


def test_a_target_at_most_is_reached_from_above(outlook, targets):
    floor = replace(targets["gdp_2025"], sense="at_most")
    found = timing(project_paths(outlook), floor).table
    other = timing(project_paths(outlook), targets["gdp_2025"]).table
    np.testing.assert_allclose(found["at"], 1 - other["at"], rtol=0, atol=1e-12)


def test_a_target_without_data_is_named(outlook, targets):
    with pytest.raises(DataError, match="'forest_cover_2025': forest_cover of czt is"):
        timing(project_paths(outlook), targets["forest_cover_2025"])
