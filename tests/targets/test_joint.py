"""Sets of targets: closed forms of the normal, and orders that can be said by hand."""

import numpy as np
import pytest
from scipy import stats

from cszt_models.targets.joint import joint_attainment, number_met, order_of_loss, pairs

DRAWS = 200_000
ERROR = 4 / np.sqrt(4 * DRAWS)  # four standard errors of a share, at most


@pytest.fixture(scope="module")
def normal():
    """Three standard normals; the first two have correlation 0.6."""
    spread = [[1.0, 0.6, 0.0], [0.6, 1.0, 0.0], [0.0, 0.0, 1.0]]
    return np.random.default_rng(1).multivariate_normal(np.zeros(3), spread, DRAWS)


def test_pairs_are_those_of_the_bivariate_normal(normal):
    """At the medians P(both) = 1/4 + asin(r) / 2 pi (Sheppard 1899)."""
    found = pairs({name: normal[:, n] >= 0 for n, name in enumerate("abc")})
    found = found.set_index(["target", "other"])
    both = 0.25 + np.arcsin(0.6) / (2 * np.pi)
    assert found.loc[("a", "b"), "both"] == pytest.approx(both, abs=ERROR)
    for pair in (("a", "c"), ("b", "c")):
        assert found.loc[pair, "both"] == pytest.approx(0.25, abs=ERROR)
        assert found.loc[pair, "correlation"] == pytest.approx(0, abs=4 * ERROR)
    phi = 2 * np.arcsin(0.6) / np.pi
    assert found.loc[("a", "b"), "correlation"] == pytest.approx(phi, abs=4 * ERROR)
    np.testing.assert_allclose(found["if_independent"], 0.25, rtol=0, atol=2 * ERROR)


def test_three_at_once_are_the_trivariate_normal(normal):
    found = joint_attainment({n: normal[:, k] >= 0.2 for k, n in enumerate("abc")})
    two = stats.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]]).cdf([-0.2, -0.2])
    assert found.probability == pytest.approx(two * stats.norm.sf(0.2), abs=ERROR)


def test_a_certain_target_has_no_correlation_with_others():
    sure, open_ = np.ones(8, dtype=bool), np.arange(8) < 4
    found = pairs({"sure": sure, "open": open_})
    assert found["both"].tolist() == found["if_independent"].tolist() == [0.5]
    assert np.isnan(found["correlation"]).all()


def test_a_lone_target_has_no_pairs_and_is_lost_last():
    met = {"only": np.arange(4) < 3}
    assert pairs(met).empty
    assert order_of_loss(met).to_numpy().tolist() == [["only", 0.75, 0.75]]


def test_targets_are_lost_from_the_one_that_binds_most():
    """Two unlikely ones met together outlast one that is met apart from them."""
    draws = np.arange(100)
    met = {"a": draws < 40, "b": draws < 41, "apart": draws >= 30, "sure": draws >= 0}
    for order in (list(met), list(met)[::-1]):
        found = order_of_loss({name: met[name] for name in order})
        assert found["target"].tolist() == ["apart", "a", "b", "sure"]
        np.testing.assert_allclose(found["joint"], [0.1, 0.4, 0.41, 1.0])
        np.testing.assert_allclose(found["alone"], [0.7, 0.4, 0.41, 1.0])


def test_the_joint_never_falls_as_targets_are_given_up():
    rng = np.random.default_rng(3)
    met = {name: rng.random(500) < rng.random() for name in "abcdef"}
    found = order_of_loss(met)
    assert sorted(found["target"]) == list("abcdef")
    assert found["joint"].is_monotonic_increasing
    assert found["joint"].iloc[0] == joint_attainment(met).probability


def test_the_number_met_is_binomial_for_independent_targets():
    rng = np.random.default_rng(4)
    met = {name: rng.random(DRAWS) < 0.3 for name in "abcd"}
    found = number_met(met)
    expected = stats.binom(4, 0.3).pmf(range(5))
    np.testing.assert_allclose(found["probability"], expected, rtol=0, atol=ERROR)
    assert found["probability"].sum() == pytest.approx(1.0, abs=1e-12)
    assert found["probability"].iloc[-1] == joint_attainment(met).probability
