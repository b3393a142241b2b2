"""Shortfall: terms add up to the gap, and are those of a calculation by hand."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models import DataError
from cszt_models.attribution.shortfall import Projected, split
from cszt_models.present.sentences.targets import gap
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import Attainment, assess

NAMES = (
    "gdp_2025",
    "growth_2021_2025",
    "urban_population_2025",
    "urban_income_2025",
    "urbanization_2025",
    "rd_intensity_2025",
)


@pytest.fixture(scope="module")
def targets(czt):
    return read_targets(czt)


def projected(fits, scenario=None):
    outlook = build_outlook(fits)
    return Projected(outlook, project_paths(outlook, scenario))


@pytest.fixture(scope="module")
def then(fits_2021):
    return projected(fits_2021)


@pytest.fixture(scope="module")
def now(fits_today):
    return projected(fits_today)


@pytest.fixture(scope="module")
def in_2021(fits_2021, targets, then):
    return assess(fits_2021, targets, outlook=then.outlook)


@pytest.fixture(scope="module")
def today(fits_today, targets, now):
    return assess(fits_today, targets, outlook=now.outlook)


@pytest.mark.parametrize("name", NAMES)
def test_terms_add_up_against_the_plan_and_against_a_date(
    name, then, now, in_2021, today, targets
):
    splits = [
        split(then, in_2021.of(name), targets),
        split(now, today.of(name), targets),
        split(now, today.of(name), targets, against=then),
    ]
    for found in splits:
        assert found.terms["value"].sum() == pytest.approx(found.gap, abs=1e-9)
        for by in ("component", "region"):
            assert found.by(by).sum() == pytest.approx(found.gap, abs=1e-9)
    for found in splits[:2]:
        assert found.expected == pytest.approx(targets[name].value, rel=1e-12)


def test_gdp_in_2025_by_hand(now, today, targets):
    """Volume of Changsha: the logarithmic mean times growth short of 7 % a year."""
    found = split(now, today.of("gdp_2025"), targets)
    terms = found.terms.set_index(["component", "region"])["value"]
    paths = now.projection.sel(region="changsha")
    rates = paths["gdp_real_growth"].sel(year=slice(2021, 2025))
    assert (rates == rates.isel(draw=0)).all()  # all five are published
    volume = np.log1p(rates.isel(draw=0) / 100).sum().item() - 5 * np.log(1.07)
    outcome, planned = 15737.82, 12142.52 * 25_000 / 17_591.47
    weight = (outcome - planned) / np.log(outcome / planned)
    expected = weight * volume
    assert terms["volume", "changsha"] == pytest.approx(expected, rel=1e-9)
    assert terms["start"].abs().max() < 1e-6
    whole = found.by("region")["changsha"]
    assert whole == pytest.approx(outcome - planned, abs=1e-6)
    # it was growth, not prices, and the census helped
    sums = found.by("component")
    assert sums["volume"] < 4 * sums["price"] < 0 < sums["revision"]


def test_more_growth_is_volume_and_nothing_else(fits_2021, in_2021, targets, then):
    """A lever on growth moves volume; the other terms only by the weights."""
    faster = projected(fits_2021, baseline().with_lever("growth", 1.0))
    names = {"targets": targets, "scenario": baseline().with_lever("growth", 1.0)}
    moved = assess(fits_2021, **names, outlook=faster.outlook).of("gdp_2025")
    before = split(then, in_2021.of("gdp_2025"), targets).by("component")
    after = split(faster, moved, targets).by("component")
    change = after - before
    assert change["volume"] > 0.9 * change.sum() > 0
    assert abs(change["start"]) < 1e-6


def test_a_census_revision_is_a_term_of_its_own(fits_2021, in_2021, targets, then):
    cells = then.outlook.cells
    none = replace(then.outlook, cells=cells.assign(revision=0 * cells["revision"]))
    without = Projected(none, project_paths(none))
    result = assess(fits_2021, targets, outlook=none).of("gdp_2025")
    assert split(without, result, targets).by("component")["revision"] == 0.0
    assert split(then, in_2021.of("gdp_2025"), targets).by("component")["revision"]


def test_urban_population_follows_the_plans_own_pair(now, today, targets):
    """1,300 at 80 percent are 1,625 residents, fewer than in 2020."""
    found = split(now, today.of("urban_population_2025"), targets)
    sums = found.by("component")
    assert sums["whole"] > 0 > sums["ratio"]


def test_average_growth_is_split_by_year_and_region(now, today, targets):
    found = split(now, today.of("growth_2021_2025"), targets)
    years = found.by("component")
    assert list(years.index) == ["2021", "2022", "2023", "2024", "2025", "total"]
    assert abs(years["total"]) < 1e-3  # rounding of the figures it is computed from
    assert years["2021"] > 0 > years["2022"]


def test_against_the_same_date_nothing_but_skewness_is_left(then, in_2021, targets):
    found = split(then, in_2021.of("gdp_2025"), targets, against=then)
    assert abs(found.gap) < 0.02 * found.outcome


def test_an_average_over_cities_alike_has_no_weights(now, today, targets):
    result = today.of("pm25_2025")
    found = split(now, result, targets)
    assert found.by("component")["weight"] == 0.0


def test_what_cannot_be_split_is_said(then, now, today, targets):
    with pytest.raises(DataError, match="'forest_cover_2025' has no data"):
        split(now, today.of("forest_cover_2025"), targets)
    alone = {"gdp_2025": targets["gdp_2025"]}
    with pytest.raises(DataError, match="plan states no gdp_real_growth_avg of czt"):
        split(now, today.of("gdp_2025"), alone)
    assert split(now, today.of("gdp_2025"), alone, against=then).gap < 0
    air = today.of("good_air_2025")
    assert isinstance(air, Attainment)
    with pytest.raises(DataError, match="good_air_ratio was not projected on the date"):
        split(now, air, targets, against=then)


def test_the_sentence_names_the_largest_part_first(now, today, targets, czt):
    found = split(now, today.of("gdp_2025"), targets)
    said = gap(found, czt)
    assert "−¥212." in said  # 2,121.5, which draws of Xiangtan reach to 1e-12
    assert "billion against the plan's path (¥2.5 trillion)" in said
    assert said.index("real growth −") < said.index("prices −")
    assert said.index("Changsha −") < said.index("Zhuzhou −")
    assert "相差−2,121.5亿元" in gap(found, czt, language="zh")
