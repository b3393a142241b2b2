"""Quantities that bend: where they ghk_draws, and what draws weigh then."""

import numpy as np
import pytest

from cszt_models.conditional.broyden import solve
from cszt_models.inference.weights import normalized

N = 20_000
AIM = 0.8


def bent(u, s):
    """A quantity whose slope in s differs from draw to draw."""
    return s + 0.2 * s * u + 0.1 * np.square(u) + 0.05 * np.power(s, 3)


def test_weights_are_those_of_the_exact_condition():
    """The moments of u given the quantity, against all draws that come near it."""
    rng = np.random.default_rng(0)
    u, start = rng.standard_normal((2, N))
    at, slopes = solve(
        lambda s: bent(u[:, None], s), start[:, None], np.full((N, 1), AIM), np.ones(1)
    )
    arrived = ~np.isnan(slopes)
    assert arrived.mean() > 0.99
    np.testing.assert_allclose(bent(u, at[:, 0])[arrived], AIM, atol=1e-7)
    logs = np.where(arrived, -0.5 * np.square(at[:, 0]) - slopes, -np.inf)
    weights = normalized(logs)
    many = rng.standard_normal((2, 4_000_000))
    near = np.abs(bent(*many) - AIM) < 0.01
    expected = many[0, near]
    for power in (1, 2, 3):
        error = np.std(expected**power) * np.sqrt(1 / near.sum() + 2 / N)
        assert abs(weights @ u**power - np.mean(expected**power)) < 4 * error
    plain = np.mean(u**2)  # what forgetting the weights would say
    assert abs(plain - np.mean(expected**2)) > 0.05


def test_two_quantities_arrive_together():
    rng = np.random.default_rng(1)
    u = rng.standard_normal(500)

    def both(s):
        return np.stack([bent(u, s[:, 0]), s[:, 1] + 0.1 * s[:, 0] * u], axis=1)

    aim = np.tile([0.5, -1.0], (500, 1))
    at, slopes = solve(both, np.zeros((500, 2)), aim, np.ones(2))
    arrived = ~np.isnan(slopes)
    assert arrived.mean() > 0.95
    np.testing.assert_allclose(both(at)[arrived], aim[arrived], atol=1e-7)
    own = 1 + 0.2 * u + 0.15 * np.square(at[:, 0])  # the slopes are triangular
    expected = np.log(np.abs(own[arrived]))
    np.testing.assert_allclose(slopes[arrived], expected, atol=1e-5)


def test_a_value_that_no_argument_gives_is_not_reached():
    at, slopes = solve(
        lambda s: np.tanh(s), np.zeros((2, 1)), np.array([[0.5], [1.5]]), np.ones(1)
    )
    assert at[0, 0] == pytest.approx(np.arctanh(0.5), abs=1e-7)
    assert np.isnan(slopes).tolist() == [False, True]
