"""Scores equal their closed forms, and replays their sums by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from cszt_models.hindcast.scores import difference, energy, score
from cszt_models.hindcast.target_replay import (
    AMBITIONS,
    goals,
    reliability,
    verification,
)

MEAN, SD, COUNT = 2.0, 1.5, 20_000


@pytest.fixture(scope="module")
def draws():
    """Quantiles of a normal distribution: draws without Monte-Carlo error."""
    return MEAN + SD * norm.ppf((np.arange(COUNT) + 0.5) / COUNT)[None]


@pytest.mark.parametrize("outcome", [-3.0, 1.0, 2.0, 6.0])
def test_crps_is_that_of_the_normal(outcome, draws):
    z = (outcome - MEAN) / SD
    expected = SD * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    found = score(np.array([outcome]), draws)
    assert found.crps[0] == pytest.approx(expected, abs=1e-3)
    assert found.pit[0] == pytest.approx(norm.cdf(z), abs=1e-4)
    assert found.median[0] == pytest.approx(MEAN, abs=1e-3)


@pytest.mark.parametrize("outcome", [1.0, 2.0, 5.0])
def test_log_score_is_near_that_of_the_normal(outcome, draws):
    expected = -norm.logpdf(outcome, MEAN, SD)
    found = score(np.array([outcome]), draws).log_score[0]
    assert found == pytest.approx(expected, abs=0.04)


def test_log_score_is_finite_far_outside(draws):
    near, far = score(np.array([50.0, 500.0]), np.repeat(draws, 2, 0)).log_score
    assert np.isfinite([near, far]).all()
    assert far > near > 100


def test_intervals_cover_what_lies_within_them(draws):
    edge = norm.ppf(0.9)  # of the central 80 percent
    outcomes = MEAN + SD * np.array([0.0, edge - 0.01, edge + 0.01, 3.0])
    inside = score(outcomes, np.repeat(draws, 4, 0)).inside
    assert inside.tolist() == [
        [True, True, True],
        [False, True, True],
        [False, False, True],
        [False, False, False],
    ]


def test_energy_of_one_variable_is_the_crps():
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(3, 4000))
    outcomes = np.array([-1.0, 0.0, 2.0])
    crps = score(outcomes, drawn).crps
    found = energy(outcomes[:, None], drawn[:, :, None])
    np.testing.assert_allclose(found, crps, atol=0.03)


def test_energy_rewards_the_right_correlation():
    rng = np.random.default_rng(1)
    truth = rng.normal(size=(400, 1)) + np.zeros((400, 2))
    shared = rng.normal(size=(400, 300, 1)) + np.zeros((400, 300, 2))
    apart = rng.normal(size=(400, 300, 2))
    assert energy(truth, shared).mean() < energy(truth, apart).mean() - 0.01


def test_a_difference_of_whole_origins_has_their_spread():
    gap = np.array([1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0])
    scores = pd.DataFrame({"ours": np.ones(8), "theirs": 1 + gap, "same": np.ones(8)})
    table = difference(scores, block=1, seed=0, resamples=4000).set_index("method")
    assert table.loc["theirs", "difference"] == 2
    width = 1.645 / np.sqrt(8)  # standard deviation 1 over 8 origins
    assert table.loc["theirs", "high"] == pytest.approx(2 + width, abs=0.15)
    assert table.loc["same", ["low", "high"]].tolist() == [0, 0]
    # blocks of two hold one of each, so that every resample has the same mean
    paired = difference(scores, block=2, seed=0).set_index("method")
    assert paired.loc["theirs", ["low", "high"]].tolist() == [2, 2]


def test_goals_are_the_mean_of_five_years_and_multiples_of_their_spread():
    a = np.array([[100.0], [1.0], [2.0], [3.0], [4.0], [5.0]])  # the first is too old
    found = goals({"a": a, "b": a + 1, "short": a[:3]})
    assert set(found) == {"a", "b"}
    spread = np.sqrt(10 / 4)
    expected = 3 + np.array(AMBITIONS) * spread
    np.testing.assert_allclose(found["a"][:, 0], expected)
    np.testing.assert_allclose(found["b"], found["a"] + 1)
    assert goals({"short": a[:3]}) == {}


REPLAYED = pd.DataFrame(
    {
        "method": ["m"] * 4,
        "origin": [2000, 2000, 2001, 2001],
        "probability": [0.05, 0.95, 0.95, 0.0],
        "met": [0.0, 1.0, 0.0, 0.0],
    }
)


def test_brier_and_log_score_by_hand():
    row = verification(REPLAYED).iloc[0]
    assert row["brier"] == pytest.approx((0.05**2 * 2 + 0.95**2) / 4)
    expected = -(2 * np.log(0.95) + np.log(0.05) + np.log(0.995)) / 4
    assert row["log_score"] == pytest.approx(expected)
    assert row["base_rate"] == 0.25
    assert row["brier_climate"] == 0.25 * 0.75


def test_reliability_counts_goals_and_the_years_behind_them():
    table = reliability(REPLAYED)
    assert table["low"].tolist() == [0.0, 0.9]
    assert table["n"].tolist() == [2, 2]
    assert table["origins"].tolist() == [2, 2]
    assert table["frequency"].tolist() == [0.0, 0.5]
    np.testing.assert_allclose(table["gap"], [-0.025, -0.45])
