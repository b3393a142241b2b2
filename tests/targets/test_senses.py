"""Senses as plans are written: functions of draws, against a count draw by draw."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import xarray as xr

from cszt_models.present.sentences import base, goals
from cszt_models.project.plan import Quantity, Target, read_every_target
from cszt_models.projection.outcomes import outcome, outcome_of_figures
from cszt_models.targets.attainment import attainment
from cszt_models.vocabulary import SENSES

YEARS = list(range(2025, 2031))
DAY = date(2026, 11, 29)
GROWTH, SPENT = "gdp_real_growth", "rd_expenditure"


@pytest.fixture(scope="module")
def paths() -> xr.Dataset:
    """Growth and spending of two places in 300 futures, correlated between places."""
    rng = np.random.default_rng(3)
    shape = (300, 2, len(YEARS))
    rates = 5 + rng.normal(size=(300, 1, len(YEARS))) + 0.4 * rng.normal(size=shape)
    spent = 500 * np.exp(np.cumsum(0.07 + 0.03 * rng.normal(size=shape), axis=2))
    dims = ("draw", "region", "year")
    return xr.Dataset(
        {GROWTH: (dims, rates), SPENT: (dims, spent)},
        {"region": ["city", "nation"], "year": YEARS},
    )


@pytest.fixture(scope="module")
def goal(czt) -> Target:
    """A goal to be replaced in part."""
    target = read_every_target(czt)["growth_changsha_2026_2030"]
    return replace(target, region="city")


def level(paths, name, draw, place, year) -> float:
    return float(paths[name].sel(region=place, year=year)[draw])


def average(paths, draw, place) -> float:
    factor = 1.0
    for year in YEARS[1:]:
        factor *= 1 + level(paths, GROWTH, draw, place, year) / 100
    return 100 * (factor ** (1 / 5) - 1)


def counted(paths, value) -> list[float]:
    return [value(draw) for draw in range(paths.sizes["draw"])]


def test_a_range_is_reached_from_its_floor_and_split_in_three(paths, goal):
    result = attainment(paths, goal, as_of=DAY)
    rates = counted(paths, lambda draw: average(paths, draw, "city"))
    below = sum(rate < 5 for rate in rates) / 300
    above = sum(rate > 5.5 for rate in rates) / 300
    found = result.bands
    np.testing.assert_allclose(
        [result.probability, found.below, found.within, found.above],
        [1 - below, below, 1 - below - above, above],
        rtol=0,
        atol=1e-12,
    )


def test_in_step_is_growth_no_slower_than_that_compared_with(paths, goal):
    spending = replace(
        goal,
        indicator="rd_expenditure_growth_avg",
        of=SPENT,
        sense="in_step",
        value=0.0,
        high=None,
        reference=Quantity("gdp_real_growth_avg", "city"),
    )

    def gap(draw: int) -> float:
        ratio = level(paths, SPENT, draw, "city", 2030) / level(
            paths, SPENT, draw, "city", 2025
        )
        return 100 * (ratio ** (1 / 5) - 1) - average(paths, draw, "city")

    gaps = counted(paths, gap)
    np.testing.assert_allclose(outcome(paths, spending), gaps, rtol=1e-9, atol=1e-9)
    result = attainment(paths, spending, as_of=DAY)
    assert result.probability == sum(each >= 0 for each in gaps) / 300
    assert 0 < result.probability < 1


def test_above_the_nation_is_judged_in_each_future(paths, goal):
    yearly = replace(
        goal,
        indicator=GROWTH,
        since=None,
        year=2027,
        sense="above_reference",
        value=0.0,
        high=None,
        reference=Quantity(GROWTH, "nation"),
    )
    gaps = counted(
        paths,
        lambda draw: (
            level(paths, GROWTH, draw, "city", 2027)
            - level(paths, GROWTH, draw, "nation", 2027)
        ),
    )
    result = attainment(paths, yearly, as_of=DAY)
    assert result.probability == sum(each > 0 for each in gaps) / 300
    apart = paths[GROWTH].sel(year=2027)
    alone = float((apart.sel(region="city") > apart.sel(region="nation").mean()).mean())
    assert result.probability != alone  # what both share is in neither's favour


def test_a_total_and_a_cut_take_every_year_and_the_base(paths, goal):
    total = replace(goal, indicator=SPENT, sense="cumulative", value=3_300.0, high=None)
    sums = counted(
        paths, lambda d: sum(level(paths, SPENT, d, "city", y) for y in YEARS[1:])
    )
    met = attainment(paths, total, as_of=DAY).probability
    assert met == sum(each >= 3_300 for each in sums) / 300
    ceiling = replace(total, sense="cumulative_at_most")
    assert attainment(paths, ceiling, as_of=DAY).probability == 1 - met
    cut = replace(goal, indicator=SPENT, sense="cut", value=-35.0, high=None)
    cuts = counted(
        paths,
        lambda d: (
            100
            * (
                1
                - level(paths, SPENT, d, "city", 2030)
                / level(paths, SPENT, d, "city", 2025)
            )
        ),
    )
    assert (
        attainment(paths, cut, as_of=DAY).probability
        == sum(each >= -35 for each in cuts) / 300
    )


def test_a_change_is_a_difference_and_a_growth_a_ratio(paths, goal):
    rise = replace(
        goal,
        indicator="urbanization_rate_change",
        of=GROWTH,
        difference=True,
        since=None,
        year=2026,
        high=None,
        sense="at_least",
    )
    steps = counted(
        paths,
        lambda d: (
            level(paths, GROWTH, d, "city", 2026)
            - level(paths, GROWTH, d, "city", 2025)
        ),
    )
    np.testing.assert_allclose(outcome(paths, rise), steps, rtol=0, atol=1e-12)


def test_published_figures_run_through_the_same_functions(goal):
    figures = {(SPENT, "city", year): 500 * 1.1 ** (year - 2025) for year in YEARS}
    growth = replace(
        goal, indicator="rd_expenditure_growth_avg", of=SPENT, sense="about", high=None
    )
    np.testing.assert_allclose(outcome_of_figures(figures, growth), 10, rtol=1e-12)
    del figures[SPENT, "city", 2025]
    assert outcome_of_figures(figures, growth) is None
    income = replace(
        goal,
        indicator="income_all_pc_growth",
        since=None,
        year=2026,
        of="income_all_pc",
        sense="in_step",
        high=None,
        value=0.0,
        reference=Quantity(GROWTH, "city"),
    )
    printed = {("income_all_pc_growth", "city", 2026): 4.5, (GROWTH, "city", 2026): 5.0}
    assert outcome_of_figures(printed, income) == -0.5


def test_a_goal_without_a_number_has_no_probability(paths, goal):
    none = replace(goal, sense="no_number", high=None)
    assert attainment(paths, none, as_of=DAY).status == "no_data"


def test_every_sense_is_a_phrase_in_both_languages(goal, czt):
    reference = Quantity(GROWTH, "city")
    named = replace(goal, compared_with=czt.indicators[GROWTH].label)
    phrases = set()
    for sense in SENSES:
        relation = sense in ("in_step", "above_reference")
        asked = replace(
            named,
            sense=sense,
            high=5.5 if sense == "between" else None,
            reference=reference if relation else None,
            compared_with=named.compared_with if relation else None,
        )
        for language in ("en", "zh"):
            phrase = goals.goal(asked, language)
            assert "{" not in phrase
            phrases.add(phrase)
            result = attainment(
                xr.Dataset(coords={"region": [], "year": YEARS}), asked, as_of=DAY
            )
            assert base.verdict(result, language)
    assert len(phrases) == 2 * len(SENSES)


def test_force_is_said_after_the_goal(goal):
    bound = replace(goal, force="binding")
    assert goals.with_force(bound, "en") == "5 to 5.5 % a year (binding)"
    assert goals.with_force(bound, "zh") == "年均5%—5.5%（约束性）"
