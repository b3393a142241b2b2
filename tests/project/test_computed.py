"""A group's figures computed from what its members publish, and their rounding."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models.present.sentences import base as say
from cszt_models.project.computed import GroupFigures, last_digit
from cszt_models.project.observations import as_of
from cszt_models.project.plan import read_targets
from cszt_models.project.project import load_project
from cszt_models.targets.attainment import assess

URBAN = {"changsha": 1072.14 * 84.51 / 100, "zhuzhou": 284.58, "xiangtan": 181.26}
PEOPLE = 1072.14 + 382.04 + 267.02
INCOME = {"changsha": 72117, "zhuzhou": 61297, "xiangtan": 53297}
HEADLINES = ["gdp_2025", "urbanization_2025", "rd_intensity_2025"]


@pytest.fixture(scope="module")
def source(observations, czt):
    return GroupFigures(as_of(observations, czt.data_date), czt)


@pytest.fixture(scope="module")
def today(fits_today, czt):
    return assess(fits_today, read_targets(czt))


def without(observations, czt, region, indicator):
    """Figures without those of a region and indicator."""
    drop = observations["region"].eq(region) & observations["indicator"].eq(indicator)
    return GroupFigures(as_of(observations[~drop], czt.data_date), czt)


def test_figures_of_2025_are_those_computed_by_hand(source):
    urban = sum(URBAN.values())
    income = sum(INCOME[city] * people for city, people in URBAN.items()) / urban
    spending = 1e4 * (1625.77 + 490.3 + 295.5) / PEOPLE
    by_hand = {
        "population_urban": urban,
        "urbanization_rate": 100 * urban / PEOPLE,
        "income_urban_pc": income,
        "fiscal_expenditure_pc": spending,
        "urban_new_jobs": 168400 + 65400 + 62600,
    }
    rounded = {name: round(number, 2) for name, number in by_hand.items()}
    assert rounded == {
        "population_urban": 1371.91,
        "urbanization_rate": 79.71,
        "income_urban_pc": 67386.01,
        "fiscal_expenditure_pc": 14010.98,
        "urban_new_jobs": 296400,
    }
    for name, number in by_hand.items():
        figure = source.computed(name, "czt", 2025)
        assert figure.value == pytest.approx(number, rel=1e-12)
        assert figure.low < number < figure.high


def test_average_growth_is_that_of_the_published_and_the_weighted_rates(source):
    weights = {
        2020: (12142.52, 3105.8, 2343.15),
        2021: (13270.7, 3420.26, 2548.35),
        2022: (13966.11, 3616.81, 2697.54),
    }
    rates = {2020: (7.5, 8.3, 7.8), 2021: (4.2, 4.5, 4.6), 2022: (4.6, 5.2, 5.1)}
    yearly = [np.average(rates[year], weights=weights[year]) for year in weights]
    average = 100 * (np.prod(1 + np.array([*yearly, 5.2, 4.3]) / 100) ** 0.2 - 1)
    figure = source.computed("gdp_real_growth_avg", "czt", 2025, since=2021)
    assert figure.value == pytest.approx(average, rel=1e-9)
    assert (figure.low, figure.high) == pytest.approx((5.19, 5.29), abs=0.006)


def test_the_arithmetic_can_be_evaluated_and_names_its_figures(source):
    figure = source.computed("urbanization_rate", "czt", 2025)
    text = figure.arithmetic.replace(",", "").replace("×", "*")
    assert eval(text) == pytest.approx(figure.value, rel=1e-12)
    places = {(t.indicator, t.figure.region, t.figure.value) for t in figure.terms}
    assert ("urbanization_rate", "changsha", 84.51) in places
    assert ("population_urban", "zhuzhou", 284.58) in places
    assert len(places) == 6
    assert {t.figure.basis for t in figure.terms} == {"post_2020_census"}


def test_the_interval_holds_every_figure_that_rounds_to_what_is_printed(source):
    figure = source.computed("urbanization_rate", "czt", 2025)
    rng = np.random.default_rng(0)
    wide = []
    for _ in range(200):
        share, *urban = rng.uniform(-0.005, 0.005, 3)
        people = rng.uniform(-0.005, 0.005, 3)
        top = (1072.14 + people[0]) * (84.51 + share) / 100 + 284.58 + 181.26
        wide.append(100 * (top + sum(urban)) / (PEOPLE + sum(people)))
    assert figure.low <= min(wide)
    assert max(wide) <= figure.high
    assert figure.high - figure.low < 2 * (max(wide) - min(wide))


@pytest.mark.parametrize(
    ("value", "unit"), [(84.51, 0.01), (5.2, 0.1), (61297.0, 1.0), (65400.0, 100.0)]
)
def test_a_figure_is_known_to_its_last_digit(value, unit):
    assert last_digit(value) == pytest.approx(unit)


def test_a_whole_number_is_known_to_the_decimals_of_its_series(source):
    growth = source.figure("gdp_real_growth", "changsha", 2024)
    assert growth.value == 5.0
    assert source.unit("gdp_real_growth", growth) == pytest.approx(0.1)
    jobs = source.figure("urban_new_jobs", "xiangtan", 2025)
    assert source.unit("urban_new_jobs", jobs) == pytest.approx(100)


def test_nothing_is_computed_while_a_member_is_missing(observations, czt):
    lacking = without(observations, czt, "xiangtan", "urban_new_jobs")
    assert lacking.computed("urban_new_jobs", "czt", 2025) is None
    lacking = without(observations, czt, "changsha", "urbanization_rate")
    assert lacking.computed("urbanization_rate", "czt", 2025) is None
    assert lacking.computed("urban_new_jobs", "czt", 2025).value == 296400


def test_members_on_different_bases_are_not_added_up(observations, czt):
    moved = observations.copy()
    place = moved.eval(
        "region == 'zhuzhou' and indicator == 'population_urban' and year == 2025"
    )
    moved.loc[place, "basis"] = "census_count"
    mixed = GroupFigures(as_of(moved, czt.data_date), czt)
    # the share on the same basis stands in for the count
    assert mixed.computed("population_urban", "czt", 2025).value == pytest.approx(
        sum(URBAN.values()), abs=0.02
    )
    share = moved.eval("region == 'zhuzhou' and indicator == 'urbanization_rate'")
    mixed = GroupFigures(as_of(moved[~share], czt.data_date), czt)
    assert mixed.computed("population_urban", "czt", 2025) is None


def test_a_region_that_is_no_group_has_no_computed_figure(source):
    assert source.computed("population_urban", "hunan", 2025) is None


def test_targets_are_resolved_by_what_members_publish(today):
    computed = {a.target.id: a for a in today.targets if a.computed}
    assert {name: a.met for name, a in computed.items()} == {
        "growth_2021_2025": False,
        "urban_population_2025": True,
        "urban_income_2025": False,
        "urbanization_2025": False,
        "public_spending_2025": False,
        "urban_jobs_2025": True,
    }
    for result in computed.values():
        assert result.status == "resolved"
        assert result.probability == float(result.met)
        assert result.published == result.computed.value
    assert today.of("gdp_2025").computed is None  # published as such
    assert today.joint.probability == 0


def test_a_value_inside_the_rounding_is_too_close_to_call(fits_today, czt):
    share = read_targets(czt)["urbanization_2025"]
    targets = {
        name: replace(share, id=name, value=value)
        for name, value in (("inside", 79.705), ("below", 79.70), ("above", 79.72))
    }
    results = assess(fits_today, targets, joint=["inside"])
    assert results.of("below").met is True
    assert results.of("above").met is False
    inside = results.of("inside")
    assert (inside.status, inside.met) == ("nowcast", None)
    assert inside.computed is not None
    assert say.verdict(inside).startswith("Too close to call")


def test_a_verdict_says_computed_and_shows_the_arithmetic(today):
    share = today.of("urbanization_2025")
    assert "was computed from published figures (100 × (" in say.verdict(share)
    assert "0.29 points short" in say.verdict(share)
    assert "据公布数推算" in say.verdict(share, "zh")
    assert "was published" in say.verdict(today.of("gdp_2025"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("urban_new_jobs: {}", "urban_new_job: {}", "urban_new_job"),
        ("part: fiscal_expenditure, weight: population_resident, ", "", "_pc"),
        ("weight: population_resident, factor: 10000.0}", "factor: 1.0}", "together"),
        ("urban_new_jobs: {}", "urban_new_jobs: {of: gdp_nominal}", "of"),
    ],
)
def test_a_wrong_composite_is_refused(old, new, words, edited):
    from cszt_models.errors import DataError

    with pytest.raises(DataError, match=words):
        load_project(edited("project.yaml", old, new))
