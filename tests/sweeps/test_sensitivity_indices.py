"""Effects of levers on a probability: known functions, and errors that cover."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from cszt_models import DataError
from cszt_models.project.plan import read_targets
from cszt_models.sweeps.counting.counter import CountedTarget, Counter
from cszt_models.sweeps.counting.criteria import test_of as simplest
from cszt_models.sweeps.counting.formula import Form, Sum
from cszt_models.sweeps.scenario_discovery import Box, best_box, boxes
from cszt_models.sweeps.sensitivity_indices import (
    by_block,
    shapley_effects,
    sobol_effects,
)
from cszt_models.targets.monte_carlo import Grouping

RANGES = {"a": (-1.0, 1.0), "b": (-1.0, 1.0), "c": (-1.0, 1.0)}


def exact(function):
    """A function without Monte-Carlo error, as ten equal blocks."""
    return lambda cases: np.repeat(function(*cases.T)[:, None], 10, axis=1)


def test_effects_of_a_sum_are_the_shares_of_its_variance():
    function = exact(lambda a, b, _: 3 * a + b)
    sobol = sobol_effects(function, RANGES, base=512, seed=1).set_index("lever")
    shapley = shapley_effects(function, RANGES, base=512, seed=1).set_index("lever")
    for found in (sobol["first"], sobol["total"], shapley["effect"]):
        np.testing.assert_allclose(found[["a", "b", "c"]], [0.9, 0.1, 0], atol=0.03)
    assert (shapley["draws_error"] < 1e-12).all()
    assert shapley["effect"].sum() == pytest.approx(1)


def test_what_does_not_move_has_no_effects():
    """Not even where rounding makes a constant differ by a bit."""
    function = exact(lambda a, *_: 0.3 + 1e-17 * np.sign(a))
    for found in (function, lambda cases: function(cases) * (1 + np.arange(10) / 7)):
        table = shapley_effects(found, RANGES, base=64, seed=1)
        assert (table[["effect", "design_error", "draws_error"]] == 0).all(axis=None)


def test_an_interaction_is_shared_evenly():
    """a b has no first-order effect, two total ones of 1, Shapley effects of 1/2."""
    function = exact(lambda a, b, _: a * b)
    sobol = sobol_effects(function, RANGES, base=1024, seed=1).set_index("lever")
    shapley = shapley_effects(function, RANGES, base=1024, seed=1).set_index("lever")
    np.testing.assert_allclose(sobol["first"], 0, atol=0.06)
    np.testing.assert_allclose(sobol["total"], [1, 1, 0], atol=0.06)
    np.testing.assert_allclose(shapley["effect"], [0.5, 0.5, 0], atol=0.06)


def test_design_error_covers_the_truth():
    function = exact(lambda a, b, c: 2 * a + b + b * c)
    truth = np.array([4 / 3, 1 / 3 + 1 / 18, 1 / 18]) / (5 / 3 + 1 / 9)
    inside = []
    for seed in range(20):
        found = shapley_effects(function, RANGES, base=256, seed=seed)
        inside.append(np.abs(found["effect"] - truth) < 2.5 * found["design_error"])
    assert np.mean(inside) > 0.85


@pytest.fixture(scope="module")
def lognormal(czt):
    """A level that is above the target in draws of a known distribution."""

    def counter(draws, seed):
        target = read_targets(czt)["gdp_2025"]
        levels = target.value * np.exp(
            np.random.default_rng(seed).normal(0, 0.1, (draws, 1))
        )
        form = Form(target, (Sum(levels, np.array([[5.0, 10.0, 0.0]])),))
        alone = (Grouping(np.arange(draws)),)
        return Counter({"x": CountedTarget(alone, simplest(form))}, ("x",), alone)

    return counter


def truth(cases):
    return norm.cdf((0.05 * cases[:, 0] + 0.1 * cases[:, 1]) / 0.1)


def test_draws_error_is_the_spread_over_other_draws(lognormal):
    """Of the two errors, that of the draws is what other draws would have given."""
    found, errors = [], []
    for seed in range(30):
        function = by_block(lognormal(200, seed), "x")
        table = shapley_effects(function, RANGES, base=128, seed=1)
        found.append(table["effect"][0])
        errors.append(table["draws_error"][0])
    spread = np.std(found, ddof=1)
    assert np.mean(errors) == pytest.approx(spread, rel=0.5)
    assert spread > 0.002


def test_effects_on_a_probability_are_those_of_its_formula(lognormal):
    counted = shapley_effects(
        by_block(lognormal(4000, 0), "x"), RANGES, base=512, seed=1
    )
    known = shapley_effects(
        exact(lambda *x: truth(np.stack(x, 1))), RANGES, base=512, seed=1
    )
    gap = np.abs(counted["effect"] - known["effect"])
    assert (gap < 3 * counted["draws_error"] + 1e-3).all()
    assert counted["effect"][1] > 0.7 > 0.3 > counted["effect"][0]


def test_blocks_of_draws_average_to_all(lognormal):
    counter = lognormal(1000, 3)
    cases = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    for name in ("x", "joint"):
        by_part = by_block(counter, name)(cases)
        assert by_part.shape == (50, 10)
        np.testing.assert_allclose(by_part.mean(1), counter.count(cases)[f"p_{name}"])


def test_ranges_that_are_none_are_refused():
    with pytest.raises(DataError, match="1 to 0 is no range"):
        sobol_effects(exact(lambda a: a), {"a": (1.0, 0.0)}, base=64, seed=1)
    many = {f"x{n}": (0.0, 1.0) for n in range(11)}
    with pytest.raises(DataError, match="11 levers have 2,048 sets"):
        shapley_effects(exact(lambda *x: x[0]), many, base=64, seed=1)


@pytest.fixture(scope="module")
def planted():
    """Cases that fail where a < -0.2 and b < 0.4, and a few elsewhere."""
    rng = np.random.default_rng(0)
    cases = pd.DataFrame(rng.uniform(-1, 1, (3000, 3)), columns=["a", "b", "c"])
    failed = ((cases["a"] < -0.2) & (cases["b"] < 0.4)).to_numpy()
    return cases, failed | (rng.random(3000) < 0.02)


def test_planted_box_is_found(planted):
    box = best_box(boxes(*planted), *planted, density=0.95)
    assert set(box.limits) == {"a", "b"}
    assert box.high["a"] == pytest.approx(-0.2, abs=0.06)
    assert box.high["b"] == pytest.approx(0.4, abs=0.06)
    assert box.low["a"] == box.low["b"] == -np.inf


def test_coverage_and_density_are_what_they_say(planted):
    cases, failed = planted
    for box in boxes(cases, failed):
        inside = box.holds(cases)
        assert box.cases == inside.sum()
        assert box.density == pytest.approx(failed[inside].mean())
        assert box.coverage == pytest.approx((failed & inside).sum() / failed.sum())
    sizes = [box.cases for box in boxes(cases, failed)]
    assert all(a > b for a, b in pairwise(sizes))


def test_order_of_columns_and_rows_does_not_matter(planted):
    cases, failed = planted
    order = np.random.default_rng(1).permutation(len(cases))
    other = cases[["c", "b", "a"]].iloc[order], failed[order]
    one, moved = boxes(cases, failed), boxes(*other)
    assert best_box(moved, *other).limits == best_box(one, cases, failed).limits


def test_an_idle_bound_is_let_go(planted):
    cases, failed = planted
    low, high = dict.fromkeys("abc", -np.inf), {"a": -0.2, "b": 0.4, "c": np.inf}
    inside = Box({**low, "a": -0.9, "c": -0.8}, high, 0.5, 0.99, 0)
    assert best_box([inside], cases, failed).limits == {
        "a": (-np.inf, -0.2),
        "b": (-np.inf, 0.4),
    }


def test_nothing_to_tell_is_said(planted):
    cases, _ = planted
    with pytest.raises(DataError, match="none of 3000 cases fail"):
        boxes(cases, np.zeros(len(cases), bool))
    with pytest.raises(DataError, match="all of 3000 cases fail"):
        boxes(cases, np.ones(len(cases), bool))


def test_box_in_words(planted):
    box = best_box(boxes(*planted), *planted)
    assert "实际增速 ≤ -0.1" in box.words({"a": "实际增速"}, "zh")
    assert box.words({}).startswith("a ≤ -0.")
