"""The bundled figures agree with each other, and with sums made by hand elsewhere."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cszt_models.models.panels import panels
from cszt_models.project.computed import GroupFigures
from cszt_models.project.days import last_day
from cszt_models.project.observations import SECTORS, as_of, sector_gaps
from cszt_models.project.plan import read_targets
from cszt_models.project.urban_share import urban_shares
from cszt_models.projection.paths import project_paths

CITIES = ["changsha", "zhuzhou", "xiangtan"]
FIRST, RECLASSIFIED = "as_first_published", "sectors_2025"
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
    """With a loop, not the pivot of the check; any vintage of GDP on a basis counts.

    Where a basis has none, as for sectors classified anew, that of any basis counts.
    """
    found = 0
    gdp = observations[observations["indicator"] == "gdp_nominal"]
    for place, rows in observations.groupby(["region", "year", "basis"]):
        named = {n: own["value"] for n, own in rows.groupby("indicator")}
        if "gdp_nominal" not in named:
            there = (gdp["region"] == place[0]) & (gdp["year"] == place[1])
            named["gdp_nominal"] = gdp.loc[there, "value"]
        if set(SECTORS) <= set(named) and len(named["gdp_nominal"]):
            total = sum(named[sector].mean() for sector in SECTORS)
            assert (named["gdp_nominal"] - total).abs().min() <= 1.0
            found += 1
    assert found == len(sector_gaps(observations)) > 200


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


@pytest.mark.parametrize("name", ["derived.csv", "derived_2026.csv"])
def test_figures_of_the_group_are_the_derived_ones(name, observations, czt):
    """Sums, ratios and means of what the three cities publish, by hand elsewhere."""
    source = GroupFigures(as_of(observations, czt.data_date), czt)
    checked = set()
    for row in rows_of(pd.read_csv(facts(name)), region="czt"):
        judged = czt.bases_of(row.indicator).judged
        figure = source.computed(row.indicator, "czt", row.year)
        rates = row.indicator == "gdp_real_growth"  # by hand of first vintages alone
        if rates or figure is None or (judged and row.basis not in judged):
            continue
        bases = {term.figure.basis for term in figure.terms}
        if "population" in row.indicator and row.basis not in bases:
            continue
        assert figure.value == pytest.approx(
            row.value, abs=figure.high - figure.low + 0.006
        )
        checked.add(row.indicator)
    assert len(checked) >= {"derived.csv": 2, "derived_2026.csv": 8}[name]


def rows_in(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_bundled_figures_are_the_facts_but_for_the_decisions(czt):
    """Row by row, the columns that both files have; docs/data.md lists decisions."""
    rows = rows_in(czt.file("observations.csv"))
    stated = rows_in(facts("told_in_reports.csv"))
    given = rows_in(facts("observations_2026-11-29.csv"))
    changed = []
    for fact, row in zip(given, rows[: len(given)], strict=True):
        same = {column: fact[column] for column in row}
        if row != same:
            assert row == same | {"basis": row["basis"]}
            changed.append((row["region"], row["indicator"], row["year"], row["basis"]))
    others = [place for place in changed if place[3] != RECLASSIFIED]
    assert sorted(others) == [
        ("changsha", "rd_intensity", "2020", "year_or_before"),
        ("xiangtan", "rd_intensity", "2019", "report_estimate"),
    ]
    sectors = [place for place in changed if place[3] == RECLASSIFIED]
    assert {(name[:2], year) for _, name, year, _ in sectors} == {
        ("va", "2025"),
        ("sh", "2025"),
    }
    of_reports, of_outline = rows[len(given) :][:15], rows[len(given) + 15 :]
    for row in of_reports:
        assert row["basis"] in ("report_estimate", "report_repeat")
    assert [(row["region"], row["indicator"], row["year"]) for row in of_outline] == [
        ("china", "forest_cover", "2024"),
        ("china", "life_expectancy", "2025"),
        ("china", "pm25", "2025"),
        ("china", "rd_expenditure_growth", "2025"),
        ("china", "rd_intensity", "2025"),
        ("china", "urbanization_rate", "2025"),
    ]
    for row in of_reports + of_outline:
        assert any(
            row == {c: fact[c] for c in row} | {"basis": row["basis"]}
            for fact in stated
        )


def test_a_figure_of_a_report_is_an_estimate_until_the_bureau_publishes(observations):
    research = observations[observations["indicator"].str.startswith("rd_")]
    estimates = research[research["basis"] == "report_estimate"]
    repeats = research[research["basis"] == "report_repeat"]
    assert len(estimates) == 12
    assert len(repeats) == 5
    for row in estimates.itertuples():
        assert row.known_on < date(row.year + 1, 9, 1)
    for row in repeats.itertuples():
        assert row.known_on > date(row.year + 1, 9, 1)


def test_no_row_of_a_yearbook_counts_before_its_edition(observations):
    """A yearbook of year Y has data of Y - 1 and counts from the January after it."""
    edition = observations["source"].str.extract(r"年鉴(20\d\d)", expand=False)
    rows = observations[edition.notna()]
    years = edition.dropna().astype(int)
    assert len(rows) > 230
    assert (rows["year"] < years).all()
    assert (rows["known_on"] >= years.map(lambda y: date(y + 1, 1, 1))).all()


def test_what_is_released_later_changes_nothing_before(observations, czt):
    """At every as-of date: the same figures, and the same panels to the last bit."""
    for day in czt.as_of_dates:
        before = observations[observations["known_on"] <= day]
        assert len(before) < len(observations) or day == czt.as_of_dates[-1]
        whole, cut = as_of(observations, day), as_of(before, day)
        pd.testing.assert_frame_equal(whole, cut, check_exact=True)
        ours, theirs = panels(whole, czt, day), panels(cut, czt, day)
        assert list(ours) == list(theirs)
        for name, panel in ours.items():
            assert panel.rows == theirs[name].rows
            np.testing.assert_array_equal(panel.covers, theirs[name].covers)
