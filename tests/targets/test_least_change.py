"""Least change: closed forms for Gaussian draws, and no shorter way for sets."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal, norm

from cszt_models.targets.least_change import Aim, least_change, length

N = 20_000
ROOT = np.array([[1.0, 0.0, 0.0], [0.5, 0.8, 0.0], [-0.3, 0.4, 1.2]])
SIGMA = ROOT @ ROOT.T


@pytest.fixture(scope="module")
def cells() -> np.ndarray:
    """Gaussian draws with exactly the mean 0 and the covariance SIGMA."""
    white = np.random.default_rng(3).standard_normal((N, 3))
    white -= white.mean(axis=0)
    factor = np.linalg.cholesky(np.linalg.inv(white.T @ white / N))
    return white @ factor @ ROOT.T


def linear(cells, weights, bounds) -> Aim:
    """Outcomes linear in the cells, each to be above its bound."""
    weights = np.array(weights, dtype=float).T
    return Aim(
        cells,
        lambda change: (cells + change) @ weights,
        lambda outcomes: (outcomes > bounds).all(axis=1),
        np.ones(weights.shape[1]),
    )


@pytest.mark.parametrize("asked", [0.2, 0.5, 0.9])
def test_one_linear_outcome_has_the_closed_form(cells, asked):
    weights = np.array([1.0, 2.0, -1.0])
    size = np.sqrt(weights @ SIGMA @ weights)
    found = least_change(linear(cells, [weights], [1.5 * size]), asked)
    # along Sigma a, for exactly as many deviations of the outcome as its length says
    side = np.sign(asked - norm.sf(1.5))
    expected = side * found.distance * SIGMA @ weights / size
    np.testing.assert_allclose(found.change, expected, rtol=1e-6)
    assert length(cells, found.change) == pytest.approx(found.distance, rel=1e-6)
    # and as many as the quantiles of the normal distribution, within the draws' error
    density = norm.pdf(norm.ppf(asked))
    error = np.sqrt(asked * (1 - asked) / N) / density
    needed = 1.5 - norm.isf(asked)
    assert side * found.distance == pytest.approx(needed, abs=4 * error)


@pytest.mark.parametrize("asked", [0.3, 0.7])
def test_two_outcomes_have_the_shortest_change_of_the_bivariate_normal(cells, asked):
    weights = np.array([[1.0, 0.0, 0.0], [0.2, 0.1, 1.0]])
    inside = weights @ SIGMA @ weights.T
    bounds = np.array([1.0, 0.3]) * np.sqrt(inside.diagonal())
    found = least_change(linear(cells, weights, bounds), asked)

    def chance(shift) -> float:
        return float(multivariate_normal.cdf(shift - bounds, cov=inside))

    solved = minimize(
        lambda shift: shift @ np.linalg.solve(inside, shift),
        bounds,
        method="SLSQP",
        constraints={"type": "eq", "fun": lambda shift: chance(shift) - asked},
    )
    assert solved.success
    # a share of N draws errs by 0.003, and falls by a third for each deviation
    assert found.distance == pytest.approx(np.sqrt(solved.fun), abs=0.04)
    np.testing.assert_allclose(weights @ found.change, solved.x, atol=0.1)


def test_outcomes_that_are_sure_alike_are_not_moved_alike(cells):
    # the first outcome is met anyway, so the least change leaves it alone
    aim = linear(cells, [[1.0, 0, 0], [0, 0, 1.0]], [-6.0, 1.0])
    one = linear(cells, [[0, 0, 1.0]], [1.0])
    both, alone = least_change(aim, 0.8), least_change(one, 0.8)
    assert both.distance == pytest.approx(alone.distance, rel=0.01)


def test_no_other_direction_is_shorter(cells):
    bounds = np.array([1.0, 1.0])
    aim = linear(cells, [[1.0, 0.4, 0.0], [0.0, 1.0, -0.5]], bounds)
    found, rng = least_change(aim, 0.6), np.random.default_rng(0)
    assert aim.chance(found.change) == pytest.approx(0.6, abs=1 / N)
    for _ in range(200):
        other = found.change / found.distance + 0.3 * rng.standard_normal(3)
        other *= found.distance / length(cells, other)
        assert aim.chance(other) < 0.6 + 0.005


def test_the_way_does_not_depend_on_units(cells):
    sizes = np.array([1000.0, 1.0, 0.001])
    weights, bounds = np.array([[1.0, 2.0, -1.0], [0.0, 1.0, 1.0]]), [2.0, 1.0]
    one = least_change(linear(cells, weights, bounds), 0.5)
    other = least_change(linear(cells * sizes, weights / sizes, bounds), 0.5)
    assert other.distance == pytest.approx(one.distance, rel=1e-6)
    np.testing.assert_allclose(other.change / sizes, one.change, rtol=1e-5, atol=1e-8)


def test_less_of_an_outcome_is_sought_where_less_helps(cells):
    aim = Aim(
        cells,
        lambda change: (cells + change)[:, :1],
        lambda outcomes: outcomes[:, 0] < -1,
        -np.ones(1),
    )
    assert least_change(aim, 0.9).change[0] < -2


def test_a_bound_that_no_change_passes_is_said(cells):
    aim = Aim(
        cells,
        lambda change: np.minimum(cells + change, 1.0)[:, :1],
        lambda outcomes: (outcomes[:, 0] > 0.5) & (cells[:, 1] > 0),
        np.ones(1),
    )
    found = least_change(aim, 0.9)
    assert not found.reached
    assert not found.change.any()
    half = (cells[:, 1] > 0).mean()
    assert found.initial < 0.3
    assert found.highest == pytest.approx(half, abs=1e-12)


def test_outcomes_without_spread_cannot_be_moved(cells):
    still = Aim(
        cells,
        lambda _: np.ones((N, 1)),
        lambda outcomes: outcomes[:, 0] > 2,
        np.ones(1),
    )
    found = least_change(still, 0.5)
    assert (found.reached, found.initial, found.highest) == (False, 0.0, 0.0)
