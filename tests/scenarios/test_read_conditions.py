"""Conditions are read whole or refused with a fact and a remedy."""

import math

import pytest

from cszt_models.errors import ScenarioError
from cszt_models.projection.paths import VARIABLES
from cszt_models.scenarios.conditions import About, Chance, Condition, Value, Within
from cszt_models.scenarios.read_conditions import (
    projectable,
    read_condition,
    read_conditions,
    require_consistent,
)

HUNAN = {"indicator": "gdp_real_growth", "region": "hunan", "from": 2024, "to": 2025}
LEVEL = {"indicator": "gdp_nominal", "region": "czt", "year": 2024}


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"value": 5}, Value(5.0)),
        ({"value": 6, "sd": 0.5}, About(6.0, 0.5)),
        ({"low": 4, "high": 6}, Within(4.0, 6.0)),
        ({"low": 4}, Within(4.0, math.inf)),
        ({"high": 6}, Within(-math.inf, 6.0)),
        ({"probability": 0.3, "below": 4}, Chance(0.3, 4.0)),
        ({"probability": 0.3, "above": 4}, Chance(0.7, 4.0)),
    ],
)
def test_each_kind_is_read(says, expected, czt):
    found = read_condition({**HUNAN, **says}, czt, "a part")
    assert found == Condition("gdp_real_growth", "hunan", 2024, 2025, False, expected)


def test_the_average_of_one_year_is_that_year(czt):
    one = read_condition({**LEVEL, "average": True, "value": 1.0}, czt, "a part")
    assert not one.average


def test_a_repeated_condition_counts_once(czt):
    assert len(read_conditions([{**LEVEL, "value": 1.0}] * 2, czt, "a part")) == 1


def test_conditions_may_speak_of_all_that_is_projected(czt):
    assert set(VARIABLES) <= set(projectable(czt))
    assert {"rd_intensity", "rd_expenditure", "pm25"} <= set(projectable(czt))


FAULTS = [
    ("5 percent", "is '5 percent', not a mapping"),
    ({**LEVEL, "valeu": 1}, "Unknown key 'valeu'. Did you mean 'value'"),
    ({**LEVEL, 7: 1}, "Unknown key '7'"),
    ({**LEVEL, "indicator": "gdp_nominl", "value": 1}, "Did you mean 'gdp_nominal'"),
    ({**LEVEL, "indicator": ["gdp"], "value": 1}, "Unknown indicator"),
    ({**LEVEL, "indicator": "cpi_yoy", "value": 1}, "Unknown indicator 'cpi_yoy'"),
    ({"indicator": "gdp_nominal", "year": 2024, "value": 1}, "no region is given"),
    ({**LEVEL, "region": "green_heart", "value": 1}, "Unknown region 'green_heart'"),
    ({**LEVEL, "year": 2024.5, "value": 1}, "year is 2024.5. Write a whole"),
    ({**LEVEL, "year": True, "value": 1}, "year is True"),
    ({**LEVEL, "year": 2041, "value": 1}, "2041 is not among the years projected"),
    ({**LEVEL, "year": 2019, "value": 1}, "2019 is not among the years projected"),
    ({**LEVEL, "from": 2024, "value": 1}, "its years are not clear"),
    ({"indicator": "gdp_nominal", "region": "czt", "value": 1}, "not clear (none)"),
    ({**HUNAN, "from": 2026, "value": 1}, "from 2026 to 2025 holds no year"),
    ({**HUNAN, "average": "yes", "value": 1}, "average is 'yes'"),
    (LEVEL, "nothing is said of it"),
    ({**LEVEL, "value": 1, "low": 0.5}, "low, value is said of it"),
    ({**LEVEL, "probability": 0.3}, "probability is said of it"),
    ({**LEVEL, "sd": 3}, "sd is said of it"),
    ({**LEVEL, "value": "many"}, "value is 'many'. Write a finite number"),
    ({**LEVEL, "value": True}, "value is True. Write a finite number"),
    ({**LEVEL, "value": math.nan}, "value is nan"),
    ({**LEVEL, "low": -math.inf}, "low is -inf"),
    ({**LEVEL, "value": 10**400}, "Write a finite number"),
    ({**LEVEL, "value": -3}, "value is -3, which the indicator cannot be"),
    ({**HUNAN, "low": -100}, "low is -100, which the indicator cannot be"),
    ({**LEVEL, "value": 3, "sd": 0}, "sd is 0"),
    ({**LEVEL, "low": 3, "high": 3}, "low 3 is not below high 3"),
    ({**LEVEL, "probability": 1, "below": 3}, "probability is 1"),
    (
        {"indicator": "urbanization_rate", "region": "czt", "year": 2025, "high": 120},
        "it is between 0 and 100",
    ),
]


@pytest.mark.parametrize(("entry", "fault"), FAULTS, ids=[f for _, f in FAULTS])
def test_what_cannot_be_is_refused_with_a_remedy(entry, fault, czt):
    with pytest.raises(ScenarioError) as error:
        read_condition(entry, czt, "part 'p', condition 1")
    text = str(error.value)
    assert fault in text
    assert text.startswith("part 'p', condition 1")
    assert "\n" not in text


def test_conditions_are_a_list(czt):
    with pytest.raises(ScenarioError, match="not a list"):
        read_conditions({**LEVEL, "value": 1}, czt, "part 'p'")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Value(5.0), Value(5.1)),
        (Value(5.0), Within(6.0, 7.0)),
        (Within(1.0, 2.0), Within(3.0, 4.0)),
    ],
)
def test_two_that_cannot_both_hold_are_both_named(one, other, czt):
    both = [
        Condition("gdp_real_growth", "czt", 2024, 2026, False, one),
        Condition("gdp_real_growth", "czt", 2025, 2025, False, other),
    ]
    with pytest.raises(ScenarioError) as error:
        require_consistent(both, czt, "part 'p'")
    assert all(condition.words(czt) in str(error.value) for condition in both)


def test_other_years_places_and_averages_are_no_contradiction(czt):
    every = [
        Condition("gdp_real_growth", "czt", 2024, 2025, False, Value(5.0)),
        Condition("gdp_real_growth", "czt", 2026, 2026, False, Value(6.0)),
        Condition("gdp_real_growth", "hunan", 2024, 2024, False, Value(6.0)),
        Condition("gdp_real_growth", "czt", 2024, 2026, True, Value(5.3)),
        Condition("gdp_real_growth", "czt", 2024, 2024, False, About(9.0, 1.0)),
        Condition("gdp_real_growth", "czt", 2024, 2024, False, Within(4.0, 5.0)),
    ]
    assert require_consistent(every, czt, "part 'p'") is None


def test_content_tells_conditions_apart_and_integers_not():
    base = ("gdp_real_growth", "czt", 2024, 2025)
    every = [
        Condition(*base, average, says)
        for average in (False, True)
        for says in (Value(5.0), About(5.0, 1.0), Within(5.0, 6.0), Chance(0.3, 5.0))
    ]
    contents = [repr(one.content) for one in every]
    assert len(set(contents)) == len(every)
    assert Condition(*base, False, Value(5)).content == every[0].content


WORDS = [
    (Value(5.0), "in 2025 is 5 %", "为5%"),
    (About(6.0, 0.5), "is 6 ± 0.5 %", "为6±0.5%"),
    (Within(4.0, 6.0), "is between 4 and 6 %", "在4%与6%之间"),
    (Within(4.0, math.inf), "is at least 4 %", "不低于4%"),
    (Within(-math.inf, 6.0), "is at most 6 %", "不高于6%"),
    (Chance(0.3, 4.0), "is below 4 % with probability 0.3", "低于4%的概率为0.3"),
]


@pytest.mark.parametrize(("says", "english", "chinese"), WORDS)
def test_words(says, english, chinese, czt):
    one = Condition("gdp_real_growth", "czt", 2025, 2025, False, says)
    assert english in one.words(czt)
    assert chinese in one.words(czt, "zh")
    assert "长株潭2025年地区生产总值" in one.words(czt, "zh")


def test_words_of_an_average(czt):
    one = Condition("gdp_real_growth", "czt", 2021, 2025, True, Value(6.0))
    assert "on average over 2021–2025" in one.words(czt)
    assert "2021—2025年平均" in one.words(czt, "zh")
