"""Attribution: terms add up, parts that do nothing get nothing, twins share alike."""

from itertools import permutations

import numpy as np
import pytest

from cszt_models import ScenarioError
from cszt_models.attribution.shapley import (
    JOINT,
    attribute,
    probabilities,
    shapley,
    subsets,
)
from cszt_models.project.plan import read_targets
from cszt_models.scenarios.scenario import Part, Scenario, baseline
from cszt_models.scenarios.settings import Setting
from cszt_models.targets.attainment import assess


@pytest.fixture(scope="module")
def headline(czt):
    return {n: t for n, t in read_targets(czt).items() if t.headline}


def scenario(**settings):
    parts = (Part(name, (one,)) for name, one in settings.items())
    return Scenario("a test", tuple(parts))


PUSH = {
    "output": Setting("growth", 1.0),
    "prices": Setting("price", -0.5),
    "ideas": Setting("rd_expenditure", 4.0),
}


@pytest.fixture(scope="module")
def told(fits_2021, headline):
    return attribute(fits_2021, headline, scenario(**PUSH))


def test_contributions_add_up_to_the_change(told):
    parts = told.table[list(told.parts)].sum(axis=1)
    np.testing.assert_allclose(parts, told.table["change"], rtol=0, atol=1e-12)
    assert (told.table["change"].abs() > 0.01).any()


def test_ends_are_the_assessments_of_baseline_and_scenario(told, fits_2021, headline):
    for column, one in (("baseline", baseline()), ("scenario", scenario(**PUSH))):
        expected = probabilities(assess(fits_2021, headline, one))
        assert told.table[column].to_dict() == expected
    assert JOINT in told.table.index


def test_it_is_the_mean_over_all_orders_in_which_parts_may_come(
    told, fits_2021, headline
):
    """An oracle from the definition by permutations, another formula than ours."""
    whole = scenario(**PUSH)
    orders = list(permutations(PUSH))
    mean = dict.fromkeys(PUSH, 0.0)
    for order in orders:
        for n, name in enumerate(order):
            before, after = (
                probabilities(assess(fits_2021, headline, whole.only(order[:k])))
                for k in (n, n + 1)
            )
            mean[name] += (after["gdp_2025"] - before["gdp_2025"]) / len(orders)
    found = told.table.loc["gdp_2025", list(PUSH)]
    np.testing.assert_allclose(found, list(mean.values()), rtol=0, atol=1e-12)


def test_a_part_that_cannot_move_a_target_gets_nothing_of_it(told):
    table = told.table
    assert table.loc["gdp_2025", "ideas"] == 0
    assert (table.loc["rd_intensity_2025", ["output", "prices"]] == 0).all()
    assert (table.loc["urbanization_2025", list(PUSH)] == 0).all()
    assert table.loc["gdp_2025", "output"] > 0 > table.loc["gdp_2025", "prices"]


def test_parts_that_do_the_same_share_alike(fits_2021, headline):
    halves = {
        n: Setting("growth", 0.5, (), y, y) for n, y in (("a", 2022), ("b", 2023))
    }
    found = attribute(fits_2021, headline, scenario(**halves)).table.loc["gdp_2025"]
    np.testing.assert_allclose(found["a"], found["b"], rtol=0, atol=1e-12)


def test_the_order_of_parts_changes_nothing(told, fits_2021, headline):
    turned = dict(reversed(PUSH.items()))
    other = attribute(fits_2021, headline, scenario(**turned)).table
    np.testing.assert_allclose(
        other[list(PUSH)], told.table[list(PUSH)], rtol=0, atol=1e-15
    )


def test_an_interaction_is_split_evenly():
    worth = {"": 0.0, "a": 0.0, "b": 0.0, "ab": 1.0}
    found = shapley(["a", "b"], lambda some: {"p": worth["".join(sorted(some))]})
    assert found == {"a": {"p": 0.5}, "b": {"p": 0.5}}
    assert len(subsets("abcd")) == 16


def test_the_baseline_has_no_parts_and_no_change(fits_2021, headline):
    found = attribute(fits_2021, headline, baseline())
    assert found.parts == ()
    assert (found.table["change"] == 0).all()


def test_more_parts_than_can_be_told_apart_are_refused(fits_2021, headline):
    many = {f"p{n}": Setting("growth", 0.1, (), 2022 + n, 2022 + n) for n in range(9)}
    with pytest.raises(ScenarioError, match="has 9 parts; contributions are computed"):
        attribute(fits_2021, headline, scenario(**many))
