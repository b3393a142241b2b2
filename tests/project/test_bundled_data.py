"""The bundled figures agree with each other, and with sums made by hand elsewhere."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cszt_models.project.observations import SECTORS, as_of, last_day, sector_gaps
from cszt_models.project.plan import read_targets
from cszt_models.project.urban_share import urban_shares
from cszt_models.projection.paths import project_paths

CITIES = ["changsha", "zhuzhou", "xiangtan"]
FIRST = "as_first_published"
FACTS = Path(__file__).parents[3] / "shared" / "facts"


def value(observations, region, indicator, year, basis):
    keys = ["region", "indicator", "year", "basis"]
    rows = observations.set_index(keys).sort_index()["value"]
    (found,) = rows.loc[[(region, indicator, year, basis)]]
    return found


@pytest.mark.parametrize("year", [2018, 2019, 2024])
def test_three_cities_sum_to_the_official_total_within_its_rounding(year, observations):
    parts = [value(observations, c, "gdp_nominal", year, FIRST) for c in CITIES]
    official = value(observations, "czt", "gdp_nominal", year, FIRST)
    # The total is printed to 0.1, the cities to 0.01; 2024 is 0.06 off.
    assert sum(parts) == pytest.approx(official, abs=0.07)


def test_sectors_sum_to_gdp_wherever_all_four_are_known(observations):
    """With a loop, not the pivot of the check; any vintage of GDP on a basis counts."""
    found = 0
    for _, rows in observations.groupby(["region", "year", "basis"]):
        named = {n: own["value"] for n, own in rows.groupby("indicator")}
        if {*SECTORS, "gdp_nominal"} <= set(named):
            total = sum(named[sector].mean() for sector in SECTORS)
            assert (named["gdp_nominal"] - total).abs().min() <= 1.0
            found += 1
    assert found == len(sector_gaps(observations)) > 150


def test_rate_times_population_is_urban_population_where_all_are_printed(observations):
    keys = ["region", "year", "basis"]
    names = ["urbanization_rate", "population_resident", "population_urban"]
    rows = observations[observations["indicator"].isin(names)]
    wide = rows.pivot_table(index=keys, columns="indicator", values="value").dropna()
    assert len(wide) >= 3
    product = wide["urbanization_rate"] * wide["population_resident"] / 100
    # A rate printed to 0.1 point of ten million people: 0.5 (1e4 persons).
    assert (product - wide["population_urban"]).abs().max() < 0.6


def test_every_target_has_an_indicator_with_a_unit_and_a_printed_year(czt):
    for target in read_targets(czt).values():
        assert czt.indicators[target.indicator].unit == target.unit
        assert target.year in (2023, 2025)


def test_no_release_is_dated_before_its_year_or_after_the_data(observations, czt):
    assert (
        observations["known_on"].map(lambda day: day.year) >= observations["year"]
    ).all()
    assert observations["known_on"].max() <= czt.data_date


def facts(name):
    """Path of a file of the facts, or a skip: they are outside the repository."""
    if not (FACTS / name).exists():
        pytest.skip(f"{FACTS / name} is not at hand")
    return FACTS / name


@pytest.fixture(scope="module")
def derived():
    """Sums and shares computed outside the package, each with its arithmetic."""
    return pd.read_csv(facts("derived.csv"), dtype={"released": str})


def rows_of(derived, **where):
    for column, name in where.items():
        derived = derived[derived[column] == name]
    assert len(derived)
    return derived.itertuples()


def test_sums_of_first_published_gdp_are_the_derived_ones(derived, observations):
    known = as_of(observations, max(observations["known_on"]))
    for row in rows_of(derived, region="czt", indicator="gdp_nominal"):
        parts = [value(known, c, "gdp_nominal", row.year, FIRST) for c in CITIES]
        assert sum(parts) == pytest.approx(row.value, abs=0.05)  # cities printed to 0.1


def test_sums_of_residents_are_the_derived_ones(derived, observations):
    known = as_of(observations, max(observations["known_on"]))
    for row in rows_of(derived, region="czt", indicator="population_resident"):
        parts = [value(known, c, row.indicator, row.year, row.basis) for c in CITIES]
        assert sum(parts) == pytest.approx(row.value, abs=0.006)


def test_urban_shares_are_the_derived_ones(derived, observations):
    """From counts, and from a rate less its change, for all cities."""
    checked = set()
    for row in rows_of(derived, indicator="urbanization_rate"):
        if row.region == "czt":
            continue
        shares = urban_shares(as_of(observations, last_day(row.released)))
        where = shares.eval("region == @row.region and year == @row.year")
        found = shares[where & (shares["basis"] == row.basis)]
        assert len(found) == 1
        # Derived to 0.01 point; Xiangtan 2021 over a total larger by 0.02 percent.
        assert found["value"].iloc[0] == pytest.approx(row.value, abs=0.016)
        checked.add(found["how"].iloc[0])
    assert checked == {"counts", "change"}


def test_projected_years_that_are_published_are_the_derived_ones(
    derived, fits_2021, fits_today
):
    """The projection's own sums and ratios of sums: years of one vintage only."""
    checks = [
        (fits_2021, "gdp_nominal", 2020, FIRST),
        (fits_2021, "population_resident", 2020, "census_count"),
        (fits_2021, "population_urban", 2020, "census_count"),
        (fits_2021, "urbanization_rate", 2020, "census_count"),
        (fits_today, "gdp_nominal", 2022, FIRST),
        (fits_today, "gdp_nominal", 2023, FIRST),
        (fits_today, "population_resident", 2021, "post_2020_census"),
        (fits_today, "population_resident", 2024, "post_2020_census"),
        (fits_today, "urbanization_rate", 2021, "post_2020_census"),
    ]
    for fits, name, year, basis in checks:
        where = {"region": "czt", "indicator": name, "year": year, "basis": basis}
        (row,) = rows_of(derived, **where)
        drawn = project_paths(fits)[name].sel(region="czt", year=year)
        assert float(drawn.std()) == pytest.approx(0, abs=1e-9)
        np.testing.assert_allclose(drawn, row.value, rtol=0, atol=0.05)


def test_the_bundled_figures_are_the_facts(czt):
    """Row by row, the columns that both files have."""
    both = []
    for path in (facts("observations.csv"), czt.file("observations.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            both.append(list(csv.DictReader(file)))
    for fact, row in zip(*both, strict=True):
        assert row == {column: fact[column] for column in row}
