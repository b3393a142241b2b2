"""Arguments that cannot be right end in a sentence."""

from datetime import datetime

import pytest

import cszt_models as cm
from cszt_models.analysis.arguments import check_count, check_number, names_of
from cszt_models.analysis.base import as_day


@pytest.mark.parametrize("value", [0, -5, 10.5, "100", None, True])
def test_a_number_of_draws_is_whole_and_positive(value):
    with pytest.raises(cm.DataError, match=r"draws .* is not a whole number of 1"):
        cm.analyse(as_of="2021-06-30", draws=value)


@pytest.mark.parametrize("value", [-1, 1.5, "x", None])
def test_a_seed_is_a_whole_number(value):
    with pytest.raises(cm.DataError, match=r"seed .* is not a whole number of 0"):
        cm.analyse(as_of="2021-06-30", seed=value)


@pytest.mark.parametrize("value", ["0.7", None, float("nan"), float("inf")])
def test_a_number_is_finite(value):
    with pytest.raises(cm.DataError, match="is not a number"):
        check_number("probability", value)


def test_counts_of_numpy_are_whole_numbers():
    import numpy as np

    check_count("draws", np.int64(3), 1)


@pytest.mark.parametrize("value", [[], (), 3, [None], [3]])
def test_no_target_is_not_an_answer(value):
    with pytest.raises(cm.DataError, match="Give an id or a list of them"):
        names_of(value)


def test_a_time_of_day_is_its_date():
    project = cm.load_project()
    assert as_day(project, datetime(2021, 6, 30, 12)).isoformat() == "2021-06-30"
    with pytest.raises(cm.DataError, match="is not a date"):
        as_day(project, 3)


def test_a_history_has_dates():
    with pytest.raises(cm.DataError, match="no dates are given"):
        cm.history(dates=[])


@pytest.mark.parametrize("years", [2022.5, "2022", None, (), (2022,), (2022, 2023, 1)])
def test_years_of_a_condition_are_one_or_two(years):
    with pytest.raises(cm.ScenarioError, match="Write one like 2024, or the first"):
        cm.fix("gdp_real_growth", "changsha", years, 7.0)


@pytest.mark.parametrize("value", ["x", None, [1]])
def test_levers_are_numbers(value):
    with pytest.raises(cm.ScenarioError, match="is not a number"):
        cm.scenario("s", growth=value)
