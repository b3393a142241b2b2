"""Numbers as readers write them: units, signs, and what is needed in one year."""

from dataclasses import replace

import pytest

from cszt_models.present.sentences import base, goals, numbers, sources
from cszt_models.present.sentences.backcast import on_average
from cszt_models.project.plan import read_targets
from cszt_models.targets.required_growth import RequiredGrowth


@pytest.fixture(scope="module")
def growth(czt):
    """A target of average growth."""
    return read_targets(czt)["growth_2021_2025"]


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (5_411_629.997, "5.412 trillion USD", "54,116.3亿美元"),
        (-597_874.0, "−597.9 billion USD", "−5,978.74亿美元"),
        (450.0, "450 million USD", "4.50亿美元"),
        (12.5, "12.50 million USD", "12.50百万美元"),
    ],
)
def test_millions_of_any_currency_become_what_readers_say(value, english, chinese):
    chinese = chinese.replace("5,978.74", "5,978.7")
    assert numbers.amount(value, "million USD", "en") == english
    assert numbers.amount(value, "million USD", "zh") == chinese


def test_a_currency_without_a_chinese_name_stands_as_it_is():
    assert numbers.amount(2e6, "million XOF", "zh") == "2,000,000million XOF"
    assert numbers.amount(2e6, "million XOF", "en") == "2 trillion XOF"


def test_an_interval_has_the_unit_of_its_middle():
    parts = numbers.amounts(1.2e6, (0.9e6, 1.5e6), "million USD", "en")
    assert parts == ("1.2 trillion USD", "0.9000", "1.500")


@pytest.mark.parametrize("unit", ["percent", "million USD", "1e8 yuan", "1e4 t", "km"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_minus_is_never_a_hyphen(unit, language):
    for value in (-1.157, -22_878.5):
        for text in (
            numbers.amount(value, unit, language),
            numbers.short(value, unit, language),
            goals.goal_amount(value, unit, language),
        ):
            assert "-" not in text
            assert "\N{MINUS SIGN}" in text


def test_a_computed_value_has_the_digits_of_its_unit(growth):
    goal = replace(growth, value=5.123456789)
    assert goals.goal(goal, "en") == "at least 5.12 % a year"
    assert goals.goal(replace(goal, value=5.125), "en") == "at least 5.125 % a year"


@pytest.mark.parametrize(
    ("since", "points", "english", "chinese"),
    [
        (2019, False, "growth of −3 % needed in 2020, 1.25 expected", "2020年需下降3%"),
        (2019, True, "−3 points needed in 2020", "2020年需降低3个百分点"),
        (2017, False, "−3 % a year needed in 2018–2020", "2018—2020年年均需下降3%"),
        (2017, True, "−3 points a year needed in 2018–2020", "年均需降低3个百分点"),
    ],
)
def test_what_one_year_needs_is_not_a_span(growth, since, points, english, chinese):
    needed = RequiredGrowth("g", since, 2020, None, False, -3.0, 1.25, points)
    assert english in on_average(needed, growth, "en")
    assert chinese in on_average(needed, growth, "zh")


def test_a_growth_rate_of_one_year_needs_what_its_target_asks(growth):
    needed = RequiredGrowth("g", 2019, 2020, None, False, -3.0, 1.25, False)
    goal = replace(growth, since=None, year=2020, unit="percent", value=-3.0)
    assert "at least −3 % needed in 2020, 1.25 expected" in on_average(needed, goal)
    assert "2020年需不低于−3%（预期1.25%）" in on_average(needed, goal, "zh")


def test_ids_of_targets_in_a_source_become_their_names(growth):
    named = sources.with_names("targets.csv, growth_2021_2025: 6.5", [growth], "en")
    assert named == f'targets.csv, "{base.name(growth, "en")}": 6.5'
    other = "growth_2021_2025_of_another"
    assert sources.with_names(other, [growth], "zh") == other


def test_a_label_that_has_its_year_is_the_whole_name(growth):
    label = replace(growth.label, en="growth of Washington in 2020", zh="2020年增速")
    goal = replace(growth, label=label, year=2020, since=None)
    assert base.name(goal, "en") == "Growth of Washington in 2020"
    assert base.name(goal, "zh") == "2020年增速"
    assert base.name(replace(goal, year=2021), "zh") == "2021年2020年增速"
