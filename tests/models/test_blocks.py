"""Models: how the published figures become rows, checked by hand and by identities."""

from collections import Counter
from datetime import date

import numpy as np
import pytest
from scipy.special import logit

from cszt_models import DataError, load_project
from cszt_models.inference.fit import fit
from cszt_models.models.block import Block, build_panel
from cszt_models.models.fits import fit_blocks
from cszt_models.models.growth import log_growth, percent_growth
from cszt_models.models.panels import panels
from cszt_models.models.priors import read_priors
from cszt_models.project.observations import as_of
from cszt_models.structural.panel import Cell, Row, basis_offsets

TODAY, MID_2021 = date(2026, 11, 29), date(2021, 6, 30)


@pytest.fixture(scope="module")
def built(czt, observations):
    return {
        day: panels(as_of(observations, day), czt, day) for day in (TODAY, MID_2021)
    }


@pytest.fixture
def row(built):
    """The only row of a region and year of a block, as of a date."""

    def one(block, region, year, day=TODAY):
        place = (region, year)
        rows = [r for r in built[day][block].rows if (r.region, r.year) == place]
        assert len(rows) == 1
        return rows[0]

    return one


def cells(row):
    return {(c.region, c.year, c.loading): c.weight for c in row.cells}


def test_growth_in_log_points_is_the_log_of_the_index(row):
    found = row("growth", "zhuzhou", 2025)
    assert found.value == pytest.approx(100 * np.log(1.056), rel=1e-12)
    assert cells(found) == {("zhuzhou", 2025, "cells"): 1.0}


@pytest.mark.parametrize("percent", [-50.0, 0.0, 4.1, 300.0])
def test_percent_and_log_points_are_inverse(percent):
    assert percent_growth(log_growth(percent)) == pytest.approx(percent, abs=1e-12)


def test_growth_takes_the_last_release_of_all_judged_bases(row):
    """Changsha 2023: 4.8, a year later 4.6; Xiangtan 2020: of unknown vintage."""
    assert row("growth", "changsha", 2023).value == pytest.approx(100 * np.log(1.046))
    assert row("growth", "xiangtan", 2020).value == pytest.approx(100 * np.log(1.038))


def test_growth_of_the_group_weighs_its_members_by_gdp_of_the_year_before(row):
    """Zhuzhou's of 2024 as verified after the 5th economic census."""
    total = 15268.78 + 3876.2 + 2957.06
    expected = {
        ("changsha", 2025, "cells"): 15268.78 / total,
        ("zhuzhou", 2025, "cells"): 3876.2 / total,
        ("xiangtan", 2025, "cells"): 2957.06 / total,
    }
    found = row("growth", "czt", 2025)
    assert cells(found) == pytest.approx(expected, rel=1e-12)
    assert found.value == pytest.approx(100 * np.log(1.043), rel=1e-12)


def test_price_is_nominal_less_real_growth_on_one_basis(built):
    rows = built[TODAY]["price"].rows
    ours = {(r.region, r.year, r.basis): r for r in rows}
    first = ours["changsha", 2020, "as_first_published"]
    expected = 100 * np.log(12142.52 / 11574.22 / 1.04)
    assert first.value == pytest.approx(expected, rel=1e-10)
    assert cells(first) == {("changsha", 2020, "cells"): 1.0}
    back = ours["changsha", 2018, "revised_census4_2018"]
    expected = 100 * np.log(10405.6 / 10050.2 / 1.085)
    assert back.value == pytest.approx(expected, rel=1e-10)


def test_a_census_is_in_first_published_levels_and_in_no_back_cast(built, czt):
    """What a census adds is told once, in the year whose level first rests on it."""
    for row in built[TODAY]["price"].rows:
        years = {c.year for c in row.cells if c.loading == "cells"}
        jumps = years & {census.levels_from for census in czt.censuses}
        told = {c.year for c in row.cells if c.loading == "revision"}
        assert told == (jumps if row.basis == "as_first_published" else set())


def test_population_is_the_change_between_two_counts(row):
    """In mid-2021 only the censuses were known: ten years in one row."""
    found = row("population", "changsha", 2020, MID_2021)
    expected = 100 * np.log(1004.7914 / 704.0952)
    assert found.value == pytest.approx(expected, abs=1e-3)
    years = {("changsha", year, "cells"): 1.0 for year in range(2011, 2021)}
    assert cells(found) == years


@pytest.mark.parametrize("day", [TODAY, MID_2021])
def test_no_year_of_population_is_told_twice(day, built):
    told = Counter(
        (cell.region, cell.year)
        for row in built[day]["population"].rows
        for cell in row.cells
    )
    assert set(told.values()) == {1}


def test_population_of_the_years_after_the_census_is_told_year_by_year(row):
    for year in range(2021, 2026):
        found = row("population", "zhuzhou", year)
        assert cells(found) == {("zhuzhou", year, "cells"): 1.0}
    assert found.value == pytest.approx(100 * np.log(382.04 / 383.78), rel=1e-10)


def test_shares_and_ratios_are_on_the_logit_scale(row):
    assert row("urbanization", "changsha", 2025).value == pytest.approx(logit(0.8451))
    assert row("rd_intensity", "changsha", 2024).value == pytest.approx(logit(0.0335))


def test_a_rate_less_its_change_tells_the_year_before(row):
    found = row("urbanization", "changsha", 2024)
    assert found.value == pytest.approx(logit(0.8399))  # 84.51 less 0.52


def test_core_cities_are_in_every_block_and_the_last_year_is_the_horizon(built, czt):
    for found in built.values():
        for panel in found.values():
            assert set(czt.with_role("core")) <= set(panel.regions)
            assert panel.years[-1] == czt.horizon
            known = {cell.region for row in panel.rows for cell in row.cells}
            assert known <= set(panel.regions)


def test_every_row_is_a_number_of_a_year_that_was_over_by_then(built):
    for day, found in built.items():
        for panel in found.values():
            assert np.isfinite(panel.values).all()
            assert max(row.year for row in panel.rows) < day.year


def test_every_block_is_fitted_with_the_seed_given(built, fits_2021):
    for name in ("population", "urbanization"):
        alone = fit(built[MID_2021][name], as_of=MID_2021, seed=1, draws=1000)
        taken = alone.taking(fits_2021.taken[name])
        assert taken.scales.identical(fits_2021.blocks[name].scales)
        assert fits_2021.blocks[name].seed == fits_2021.seed == 1


def test_a_block_of_which_nothing_is_known_is_left_out_and_named(observations, czt):
    lost = observations[observations["indicator"] != "population_resident"]
    fits = fit_blocks(lost, czt, as_of=MID_2021, seed=1, draws=8)
    assert set(fits.left_out) == {"population"}
    reason = fits.left_out["population"]
    assert "nothing known by 2021-06-30 contains population" in reason
    assert "population" not in fits.blocks


def test_a_date_that_tells_no_block_says_what_is_needed(observations, czt):
    lost = observations[observations["indicator"] == "cpi_yoy"]
    with pytest.raises(DataError, match=r"is of a block of 'czt'.*gdp_real_growth"):
        fit_blocks(lost, czt, as_of=MID_2021, seed=1, draws=8)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("price:\n", "prise:\n", "no priors for price"),
        ("    shock:", "    walk:", "growth: no scale for shock"),
    ],
)
def test_a_prior_that_is_missing_is_named(old, new, words, edited, observations):
    project = load_project(edited("priors.yaml", old, new, after="\ngrowth:"))
    with pytest.raises(DataError, match=words):
        panels(as_of(observations, TODAY), project, TODAY)


@pytest.mark.parametrize(
    ("rows", "until", "estimate"),
    [
        (10, 2_000_000, "10 rows over 1,997,981 years take about 319,354 GB"),
        (60_000, 2030, "60,000 rows over 1. years take about 1.. GB"),
        (10, 10**15, "GB of memory, more than 8. Fit fewer regions"),
    ],
)
def test_size_is_checked_before_memory_is_asked_for(czt, rows, until, estimate):
    row = Row(0.1, (Cell("changsha", 2020),), "changsha", 2020, "nbs", "final")
    block = Block(czt, date(2021, 6, 30), until, read_priors(czt)["price"])
    with pytest.raises(DataError, match=estimate) as refused:
        build_panel(
            block,
            name="price",
            unit="1",
            rows=[row] * rows,
            components=("walk", "shock"),
            judged=(),
        )
    assert "horizon in project.yaml" in str(refused.value)


def test_draws_that_would_not_fit_in_memory_are_refused_before_work(
    observations, czt, monkeypatch
):
    started = []
    monkeypatch.setattr("cszt_models.inference.joint_fit._all_scales", started.append)
    with pytest.raises(
        DataError, match=r"draws of \d+ regions.* Ask for [\d,]+00 draws"
    ):
        fit_blocks(observations, czt, as_of=MID_2021, seed=1, draws=10_000_000)
    assert not started


def test_offsets_are_shared_by_rows_of_one_region_on_one_other_basis():
    places = [("a", "old"), ("a", "new"), ("b", "old"), ("a", "old"), ("a", "older")]
    rows = [Row(0.0, (), region, 2020, basis, "final") for region, basis in places]
    expected = np.diag([1.0, 0, 1, 1, 1])
    expected[0, 3] = expected[3, 0] = 1
    np.testing.assert_array_equal(basis_offsets(rows, ["new"]).toarray(), expected)
    assert basis_offsets([], ["new"]).shape == (0, 0)
