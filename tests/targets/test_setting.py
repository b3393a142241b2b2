"""Values at a stated probability: quantiles, their errors, and joint frontiers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import cszt_models as cm
from cszt_models.analysis.setting import frontier_of, set_values
from cszt_models.errors import DataError
from cszt_models.project.plan import read_targets
from cszt_models.targets.setting import frontier, quantile_for, rounded, value_for


@pytest.fixture(scope="module")
def gdp(czt):
    return read_targets(czt)["gdp_2025"]


@pytest.fixture(scope="module")
def draws():
    return np.random.default_rng(1).normal(100, 10, 20_000)


@pytest.mark.parametrize("probability", [0.05, 0.3, 0.5, 0.7, 0.95])
@pytest.mark.parametrize("sense", ["at_least", "exceeds", "about", "at_most"])
def test_the_value_is_met_as_often_as_asked(gdp, draws, sense, probability):
    target = replace(gdp, sense=sense)
    found = value_for(target, draws, probability)
    met = replace(target, value=found.value).met_by(draws).mean()
    assert met == found.probability == pytest.approx(probability, abs=1e-4)


def test_the_value_of_a_normal_is_its_quantile_within_the_error(gdp, draws):
    found = value_for(gdp, draws, 0.7)
    exact = stats.norm.ppf(0.3, 100, 10)
    assert abs(found.value - exact) < 4 * found.mcse
    # the error of a quantile: that of a share over the density
    density = stats.norm.pdf(exact, 100, 10)
    expected = np.sqrt(0.3 * 0.7 / len(draws)) / density
    assert found.mcse == pytest.approx(expected, rel=0.1)


def test_more_is_met_less_often(gdp, draws):
    values = [value_for(gdp, draws, p).value for p in (0.9, 0.5, 0.2)]
    assert values == sorted(values)
    lows = [
        value_for(replace(gdp, sense="at_most"), draws, p).value for p in (0.9, 0.2)
    ]
    assert lows[0] > lows[1]


def test_rounded_forms_enclose_the_value_and_say_their_chance(gdp, draws):
    growth = replace(gdp, unit="percent per year")
    outcome = draws / 20
    found = value_for(growth, outcome, 0.7)
    low, high = rounded(found, outcome)
    assert (low.value, high.value) == (4.5, 5.0)
    assert low.probability > 0.7 > high.probability
    assert low.probability == pytest.approx((outcome >= 4.5).mean())


def test_pairs_of_a_frontier_are_met_together_as_often_as_asked(gdp, draws):
    others = 0.6 * draws + np.random.default_rng(2).normal(0, 8, len(draws))
    second = replace(gdp, id="second")
    table = frontier(gdp, second, (draws, others), 0.6)
    assert len(table) > 10
    np.testing.assert_allclose(table["probability"], 0.6, atol=2e-4)
    assert table["gdp_2025"].is_monotonic_increasing
    assert table["second"].is_monotonic_decreasing
    for row in table.itertuples():
        brute = np.mean((draws >= row.gdp_2025) & (others >= row.second))
        assert brute == row.probability


@pytest.mark.parametrize("probability", [0, 1, -0.1, 70, float("nan")])
def test_a_probability_that_no_value_has_is_refused(gdp, draws, probability):
    with pytest.raises(DataError, match="between 0 and 1"):
        value_for(gdp, draws, probability)


def test_exactly_a_value_has_no_quantile(gdp, draws):
    with pytest.raises(DataError, match="exactly its value"):
        quantile_for(replace(gdp, sense="equals"), draws, 0.5)


def test_a_target_set_with_one_seed_is_met_as_often_with_another(czt):
    first, second = (
        cm.analyse(czt, "2021-06-30", seed=seed, draws=1000, cache=False)
        for seed in (1, 2)
    )
    found = first.set("urbanization_2025", 0.7)["urbanization_2025"]
    plan = dict(second.targets)
    plan["urbanization_2025"] = replace(plan["urbanization_2025"], value=found.value)
    again = replace(second, targets=plan).attain("urbanization_2025")
    result = again["urbanization_2025"]
    assert result.probability == pytest.approx(0.7, abs=6 * result.mcse)


def test_results_on_setting_show_themselves(history):
    asked = replace(history[0], selection=("gdp_2025",))
    results = set_values(asked, 0.7)
    frame = results.to_frame()
    assert set(frame["unit"]) == {"1e8 yuan"}
    for language in ("en", "zh"):
        assert "70" in str(results.summary(language))
        assert results.plot(language).to_dict()
    assert "\n" not in repr(results)
    pairs = frontier_of(asked, "gdp_2025", "urbanization_2025", 0.6)
    np.testing.assert_allclose(pairs["probability"], 0.6, atol=0.01)


def test_a_settled_target_is_refused(history):
    asked = replace(history.now, selection=("gdp_2025",))
    with pytest.raises(DataError, match="settled by a published figure"):
        set_values(asked, 0.7)
