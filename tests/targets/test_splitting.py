"""Splits of targets: exact sums, equal chances, least shifts, rounding that adds up."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models.analysis.setting import set_values, split_targets
from cszt_models.errors import DataError
from cszt_models.project.plan import read_targets
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.splitting import SplitTargetResults
from cszt_models.targets.division import divide
from cszt_models.targets.splitting import (
    LOG_RATES,
    PLAIN,
    RULES,
    Parts,
    path_values,
    power,
    rounded_parts,
    split_values,
)

MEMBERS = ("gdp_2025", "growth_2021_2025", "urbanization_2025", "pm25_2025")
YEARS = ("gdp_2025", "growth_2021_2025", "urban_income_2025")


@pytest.fixture(scope="module")
def plan(czt):
    return read_targets(czt)


@pytest.fixture(scope="module")
def attained(history) -> AttainmentResults:
    return history[0]


def random_parts(rng, scale=PLAIN, *, logs=False) -> Parts:
    """Parts of a random number, size, spread and correlation, and a random total."""
    count = int(rng.integers(2, 7))
    factor = rng.normal(size=(2000, 1)) * rng.uniform(0, 1)
    noise = factor + rng.normal(size=(2000, count))
    middle = rng.uniform(2, 10, count) * (1 if scale is not PLAIN else 10)
    draws = middle * np.exp(0.08 * noise) if logs else middle + 0.5 * noise
    weights = rng.uniform(0.5, 2, count)
    parts = Parts(tuple(map(str, range(count))), draws, middle, weights, 0, scale, logs)
    sums = parts.contributions(draws).sum(axis=1)
    return replace(parts, total=float(np.quantile(sums, rng.uniform(0.05, 0.95))))


@pytest.mark.parametrize(
    ("scale", "logs"),
    [(PLAIN, False), (PLAIN, True), (power(5), False), (LOG_RATES, False)],
    ids=["levels", "logs", "growth of members", "growth of years"],
)
def test_random_splits_add_up_and_equal_ones_equalise(scale, logs):
    rng = np.random.default_rng(7)
    for _ in range(50):
        parts = random_parts(rng, scale, logs=logs)
        for rule in RULES:
            values = split_values(parts, rule)
            assert abs(parts.left(values)) <= 1e-9 * abs(parts.total)
        chances = (parts.draws >= split_values(parts, "equal")).mean(axis=0)
        assert np.ptp(chances) < 0.01


def test_the_least_split_is_no_further_than_any_other_that_adds_up():
    rng = np.random.default_rng(3)
    for logs in (False, True):
        parts = random_parts(rng, logs=logs)
        seen = np.log(parts.draws) if logs else parts.draws
        inverse = np.linalg.inv(np.cov(seen, rowvar=False, bias=True))

        def distance(values, seen=seen, inverse=inverse, logs=logs):
            apart = (np.log(values) if logs else values) - seen.mean(axis=0)
            return apart @ inverse @ apart

        least = split_values(parts, "least")
        for _ in range(200):
            moved = least * (1 + 0.02 * rng.normal(size=len(least)))
            moved[-1] += parts.left(moved) / parts.weights[-1]
            assert distance(moved) >= distance(least) - 1e-9


def test_a_total_beyond_all_draws_is_shared_by_spread():
    draws = np.random.default_rng(1).normal([10, 20], [1, 2], (500, 2))
    parts = Parts(("a", "b"), draws, np.array([10.0, 20]), np.ones(2), 60.0)
    values = split_values(parts, "equal")
    assert values.sum() == pytest.approx(60, abs=1e-12)
    beyond = values - draws.max(axis=0)
    assert beyond[1] / beyond[0] == pytest.approx(2, rel=0.15)


def test_paths_end_at_the_value_and_years_have_the_chance_of_the_end(plan):
    rng = np.random.default_rng(2)
    draws = 100 * np.exp(np.cumsum(rng.normal(0.05, 0.03, (4000, 5)), axis=1))
    target = replace(plan["gdp_2025"], value=125.0)
    paths = {
        rule: path_values(target, draws, 100.0, rule, shares=False) for rule in RULES
    }
    assert {path[-1] for path in paths.values()} == {125.0}
    chances = (draws >= paths["equal"]).mean(axis=0)
    assert np.ptp(chances) < 0.01
    rates = np.diff(np.log(np.append(100.0, paths["proportional"])))
    np.testing.assert_allclose(rates, np.log(1.25) / 5, rtol=1e-12)
    # of a random walk with drift the mean of the bridge is a straight line of logs
    bridge = np.diff(np.log(np.append(100.0, paths["least"])))
    np.testing.assert_allclose(bridge, np.log(1.25) / 5, atol=0.002)


def test_rounded_parts_add_up(plan):
    rng = np.random.default_rng(5)
    for _ in range(100):
        parts = replace(random_parts(rng), total=float(rng.integers(200, 900)))
        parts = replace(parts, weights=np.ones(len(parts.names)))
        values = split_values(parts, "least")
        rounded = rounded_parts(plan["gdp_2025"], parts, values, 1.0, total=parts.total)
        assert rounded.sum() == pytest.approx(parts.total, abs=1e-9)
        assert np.abs(rounded - values).max() <= 1 + 1e-9


@pytest.mark.parametrize("sense", ["at_least", "at_most"])
def test_rounded_shares_meet_the_target_by_less_than_a_step(plan, sense):
    rng = np.random.default_rng(6)
    target = replace(plan["urbanization_2025"], sense=sense)
    for _ in range(50):
        parts = random_parts(rng)
        parts = replace(parts, weights=parts.weights / parts.weights.sum())
        sums = parts.contributions(parts.draws).sum(axis=1)
        parts = replace(parts, total=float(np.median(sums)))
        values = split_values(parts, "least")
        left = parts.left(rounded_parts(target, parts, values, 0.1, total=None))
        side = -1 if sense == "at_least" else 1
        assert -1e-9 <= side * left <= 0.1


@pytest.mark.parametrize("name", MEMBERS)
def test_members_of_a_project_add_up(attained, name):
    target = attained.plan[name]
    for division in divide(attained.fits, attained.paths, target):
        assert abs(division.left) <= 1e-9 * abs(target.value)
        assert division.together <= min(division.chances) + 1e-12
        if division.rule == "equal":
            assert np.ptp(division.chances) < 0.01
    if name == "gdp_2025":
        assert division.rounded.sum() == target.value
        assert division.names == ("changsha", "zhuzhou", "xiangtan")


@pytest.mark.parametrize("name", YEARS)
def test_years_of_a_project_lead_to_the_value(attained, name):
    target = attained.plan[name]
    for division in divide(attained.fits, attained.paths, target, "years"):
        assert abs(division.left) <= 1e-9 * abs(target.value)
        if name == "growth_2021_2025":
            factors = 1 + np.array([division.values, division.rounded]) / 100
            exact, rounded = 100 * (factors.prod(axis=1) ** (1 / 5) - 1)
            assert exact == pytest.approx(7, abs=1e-9)
            assert 7 - 1e-9 <= rounded < 7.1


def test_what_cannot_be_split_says_why(attained):
    fits, paths, plan = attained.fits, attained.paths, attained.plan
    of_one = replace(plan["gdp_2025"], region="changsha")
    with pytest.raises(DataError, match="no members to split it over"):
        divide(fits, paths, of_one)
    with pytest.raises(DataError, match="exactly its value"):
        divide(fits, paths, replace(plan["gdp_2025"], sense="equals"))
    with pytest.raises(DataError, match="no open year"):
        divide(fits, paths, replace(plan["gdp_2025"], year=2020), "years")
    with pytest.raises(DataError, match="Unknown division 'city'"):
        divide(fits, paths, plan["gdp_2025"], "city")
    with pytest.raises(DataError, match="energy_intensity_cut_vs_2019 of changsha"):
        divide(fits, paths, plan["energy_intensity_cut_2025"])


def test_results_on_splits_show_themselves(attained):
    fits, paths, plan = attained.fits, attained.paths, attained.plan
    divisions = divide(fits, paths, plan["gdp_2025"])
    divisions += divide(fits, paths, plan["growth_2021_2025"], "years")
    results = SplitTargetResults(attained, tuple(divisions))
    frame = results.to_frame()
    sums = frame[frame["over"] == "members"].groupby("rule")["value"].sum()
    np.testing.assert_allclose(sums, 25_000, rtol=1e-12)
    for language in ("en", "zh"):
        assert "52" in str(results.summary(language))
        assert results.plot(language).to_dict()
    assert len(results.by("equal").divisions) == 2
    assert results.to_dict()["parts"][0]["part"] == "changsha"


def test_a_value_set_at_a_chance_is_split(attained):
    asked = replace(attained, selection=("gdp_2025",))
    found = split_targets(asked, "members", 0.7)["equal"]
    value = set_values(asked, 0.7)["gdp_2025"].value
    assert found.values.sum() == pytest.approx(value, rel=1e-9)
    assert found.whole == pytest.approx(0.7, abs=0.002)
