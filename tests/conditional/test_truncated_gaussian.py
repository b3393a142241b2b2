"""Truncated sums, weights and tilts against integrals and closed forms."""

import numpy as np
import pytest
from scipy import stats

from cszt_models.conditional.tilting import tilted
from cszt_models.conditional.truncated_gaussian import (
    ghk_draws,
    pulls,
    scores,
    semidefinite_root,
    truncated,
)
from cszt_models.inference.weights import effective_size, normalized, resampled

COVER = np.array([[2.0, 0.9, -0.3], [0.9, 1.0, 0.2], [-0.3, 0.2, 0.5]])
MEAN = np.array([1.0, -1.0, 0.5])
N = 40_000


def sums(n=N, seed=0):
    return np.random.default_rng(seed).multivariate_normal(MEAN, COVER, size=n)


def met(low, high, start=None):
    start = sums() if start is None else start
    n = len(start)
    root = np.broadcast_to(semidefinite_root(COVER), (n, 3, 3))
    mean = np.broadcast_to(MEAN, (n, 3))
    found, logs = ghk_draws(start, mean, root, np.array(low), np.array(high))
    return found, logs.sum(axis=1)


def test_a_root_gives_back_the_covariance():
    rng = np.random.default_rng(1)
    tall = rng.standard_normal((5, 4, 3))
    cover = tall @ tall.swapaxes(1, 2)  # of rank 3
    root = semidefinite_root(cover)
    np.testing.assert_allclose(root @ root.swapaxes(1, 2), cover, atol=1e-9)
    assert (root[:, 3, 3] == 0).all()


def test_pulls_solve_the_covariance():
    shift = np.random.default_rng(2).standard_normal((4, 3))
    root = np.broadcast_to(semidefinite_root(COVER), (4, 3, 3))
    np.testing.assert_allclose(pulls(root, shift) @ COVER, shift, atol=1e-12)
    back = np.einsum("djk,dk->dj", root, scores(root, shift))
    np.testing.assert_allclose(back, shift, atol=1e-12)


def test_values_have_the_density_of_values():
    inf = np.inf
    found, logs = met([0.5, -inf, 1.0], [0.5, inf, 1.0])
    np.testing.assert_array_equal(found[:, [0, 2]], np.tile([0.5, 1.0], (N, 1)))
    pair = np.ix_([0, 2], [0, 2])
    expected = stats.multivariate_normal(MEAN[[0, 2]], COVER[pair]).logpdf([0.5, 1.0])
    weights = np.exp(logs)
    assert weights.mean() == pytest.approx(np.exp(expected), rel=0.01)
    gain = np.linalg.solve(COVER[pair], [0.5 - MEAN[0], 1.0 - MEAN[2]])
    middle = MEAN[1] + COVER[1, [0, 2]] @ gain
    assert weights @ found[:, 1] / weights.sum() == pytest.approx(middle, abs=0.02)


def test_ranges_have_the_probability_and_moments_of_rejection():
    low, high = np.array([1.5, -np.inf, 0.8]), np.array([3.0, -1.2, np.inf])
    found, logs = met(low, high)
    assert ((found >= low) & (found <= high)).all()
    many = sums(2_000_000, seed=3)
    inside = many[((many >= low) & (many <= high)).all(axis=1)]
    weights = normalized(logs)
    share = len(inside) / len(many)
    error = np.sqrt(1 / effective_size(weights) + 1 / len(inside))
    assert np.exp(logs).mean() == pytest.approx(share, rel=4 * error)
    sd = inside.std(axis=0)
    z = (weights @ found - inside.mean(axis=0)) / (sd * error)
    assert np.abs(z).max() < 4
    spread = weights @ np.square(found - weights @ found)
    np.testing.assert_allclose(np.sqrt(spread), sd, rtol=0.05)


def test_a_range_of_everything_leaves_draws_where_they_are():
    start = sums(50)
    found, logs = met([-np.inf] * 3, [np.inf] * 3, start)
    np.testing.assert_allclose(found, start, atol=1e-9)
    np.testing.assert_allclose(logs, 0.0, atol=1e-12)


@pytest.mark.parametrize("far", [-30.0, 9.0, 30.0])
def test_far_tails_keep_their_digits(far):
    score = np.array([-2.0, 0.0, 3.0])
    bounds = np.full(3, far), np.full(3, far + 0.5)
    inside, mass = truncated(score, *bounds)
    assert ((inside >= bounds[0]) & (inside <= bounds[1])).all()
    assert (np.diff(inside) > 0).all()
    nearest = min(abs(far), abs(far + 0.5))
    expected = stats.norm.logsf(nearest) + np.log1p(
        -np.exp(stats.norm.logsf(nearest + 0.5) - stats.norm.logsf(nearest))
    )
    np.testing.assert_allclose(mass, expected, rtol=1e-9)


def test_what_follows_from_others_is_checked_and_weighs_nothing():
    both = np.array([[1.0, 2.0], [2.0, 4.0]])
    root = np.broadcast_to(semidefinite_root(both), (3, 2, 2))
    start, mean = np.array([[0.1, 0.2], [1.0, 2.0], [-1.0, -2.0]]), np.zeros((3, 2))
    for second, possible in ((1.0, True), (1.1, False)):
        value = np.array([0.5, second])
        found, logs = ghk_draws(start, mean, root, value, value)
        np.testing.assert_allclose(found, [[0.5, 1.0]] * 3)
        assert (np.isfinite(logs[:, 1]) == possible).all()


def test_equal_weights_change_nothing():
    rng = np.random.default_rng(0)
    for n in (7, 250, 4000):
        np.testing.assert_array_equal(resampled(np.full(n, 1 / n), rng), np.arange(n))


def test_draws_are_taken_by_their_weights_and_keep_their_places():
    rng = np.random.default_rng(4)
    weights = rng.exponential(size=2000)
    taken = resampled(weights, rng)
    counts = np.bincount(taken, minlength=2000)
    expected = weights / weights.sum() * 2000
    assert np.abs(counts - expected).max() < 1
    kept = counts > 0
    np.testing.assert_array_equal(taken[kept], np.flatnonzero(kept))


def test_tilts_have_the_probabilities_and_the_least_entropy():
    rng = np.random.default_rng(5)
    x = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=5000)
    events = x < [-0.5, 0.3]
    weights = normalized(rng.normal(size=5000) / 3)
    asked = np.array([0.6, 0.5])
    found = tilted(weights, events, asked)
    np.testing.assert_allclose(found @ events, asked, atol=1e-8)

    def entropy(new):
        return new @ np.log(new / weights)

    # Any other weights with these probabilities have more: move within the cells.
    for _ in range(20):
        other = found * np.exp(0.1 * rng.standard_normal(5000))
        cells = events @ [1, 2]
        for cell in range(4):
            at = cells == cell
            other[at] *= found[at].sum() / other[at].sum()
        assert entropy(other) > entropy(found)


def test_probabilities_that_no_weights_give_are_not_a_number():
    events = np.array([[True, True], [False, False], [True, True]])
    found = tilted(np.full(3, 1 / 3), events, np.array([0.2, 0.7]))
    assert np.isnan(found).all()
