"""Kernels equal the covariances of the processes they are named after."""

import numpy as np
import pytest

from cszt_models.structural.kernels import (
    constant,
    damped_trend,
    event,
    fading,
    reverting,
    root,
    shock,
    stationary,
    walk,
)

YEARS = np.arange(2000, 2013)
EXACT = {"rtol": 0, "atol": 1e-12}  # a dozen additions in double precision


def covariance_over_years(transition, noise, start, read):
    """Covariance of ``read @ state`` over YEARS, by the recursion of its moments.

    The variance follows P' = A P A' + Q, and later years covary through powers of A.
    """
    size, variance = len(YEARS), np.array(start, dtype=float)
    found = np.zeros((size, size))
    for s in range(size):
        covary = variance.copy()
        for t in range(s, size):
            found[s, t] = found[t, s] = read @ covary @ read
            covary = transition @ covary
        variance = transition @ variance @ transition.T + noise
    return found


def test_walk_is_the_random_walk_that_starts_at_zero():
    one = np.eye(1)
    expected = covariance_over_years(one, one, 0 * one, np.ones(1))
    np.testing.assert_allclose(walk(YEARS), expected, **EXACT)


@pytest.mark.parametrize("damping", [0.0, 0.5, 0.93])
def test_a_reverting_path_is_the_autoregression_that_starts_at_zero(damping):
    one = np.eye(1)
    expected = covariance_over_years(damping * one, one, 0 * one, np.ones(1))
    np.testing.assert_allclose(reverting(YEARS, damping), expected, **EXACT)


def test_a_path_that_keeps_all_is_the_walk_and_its_start_a_constant():
    np.testing.assert_allclose(reverting(YEARS, 1.0), walk(YEARS), **EXACT)
    np.testing.assert_allclose(fading(YEARS, 1.0), constant(YEARS), **EXACT)


def test_a_start_fades_by_the_same_share_every_year():
    one = np.eye(1)
    expected = covariance_over_years(0.9 * one, 0 * one, one, np.ones(1))
    np.testing.assert_allclose(fading(YEARS, 0.9), expected, **EXACT)


def test_a_start_of_the_right_size_makes_a_reverting_path_stationary():
    phi = 0.8
    both = reverting(YEARS, phi) + fading(YEARS, phi) / (1 - phi**2)
    np.testing.assert_allclose(both, stationary(YEARS, phi) / (1 - phi**2), **EXACT)


def test_walk_counts_the_years_that_are_skipped():
    np.testing.assert_array_equal(
        walk(np.array([2000, 2003, 2005])).diagonal(), [0, 3, 5]
    )


@pytest.mark.parametrize("damping", [0.0, 0.3, 0.85, 0.99])
def test_damped_trend_adds_up_a_stationary_autoregression(damping):
    transition = np.array([[1.0, damping], [0.0, damping]])  # level, change
    noise = (1 - damping**2) * np.ones((2, 2))
    start = np.diag([0.0, 1.0])
    expected = covariance_over_years(transition, noise, start, np.array([1.0, 0.0]))
    np.testing.assert_allclose(damped_trend(YEARS, damping), expected, **EXACT)


def test_damped_trend_without_persistence_is_the_walk():
    np.testing.assert_allclose(damped_trend(YEARS, 0.0), walk(YEARS), **EXACT)


def test_damped_trend_with_full_persistence_is_a_straight_line():
    since = YEARS - YEARS[0]
    line = np.outer(since, since)
    # The next term of the expansion in 1 - damping is below 12^3 (1 - damping).
    np.testing.assert_allclose(damped_trend(YEARS, 1 - 1e-9), line, rtol=0, atol=2e-6)


@pytest.mark.parametrize("horizon", [1, 3, 8])
def test_expected_gain_of_a_damped_trend_is_the_formula_of_its_docstring(horizon):
    damping, today = 0.8, 4
    kernel = damped_trend(YEARS, damping)
    change = (
        kernel[today] - kernel[today - 1]
    )  # covariance of today's change with levels
    gain = (change[today + horizon] - change[today]) / (
        change[today] - change[today - 1]
    )
    expected = damping * (1 - damping**horizon) / (1 - damping)
    np.testing.assert_allclose(gain, expected, rtol=1e-12)


def test_every_yearly_change_of_a_damped_trend_has_unit_variance():
    difference = np.diff(np.eye(len(YEARS)), axis=0)
    changes = difference @ damped_trend(YEARS, 0.6) @ difference.T
    np.testing.assert_allclose(changes.diagonal(), 1.0, **EXACT)


@pytest.mark.parametrize("damping", [-0.1, 1.0, 1.5])
def test_damping_outside_zero_to_one_is_refused(damping):
    with pytest.raises(
        ValueError, match=rf"damping must be in \[0, 1\); got {damping:g}"
    ):
        damped_trend(YEARS, damping)


@pytest.mark.parametrize("years", [[2000, 2002, 2003], [2002, 2001], [2000, 2000]])
def test_a_trend_over_years_that_do_not_follow_each_other_is_refused(years):
    with pytest.raises(ValueError, match="years must be consecutive"):
        damped_trend(np.array(years), 0.5)


def test_a_constant_is_the_same_in_all_years():
    path = root(constant(YEARS)) @ np.random.default_rng(0).standard_normal(len(YEARS))
    assert abs(path[0]) > 0.01
    # The root of a singular kernel carries the square root of rounding, 1e-16.
    np.testing.assert_allclose(path, path[0], rtol=0, atol=1e-6)


def test_shocks_of_two_years_have_nothing_in_common():
    np.testing.assert_array_equal(shock(YEARS), np.diag(np.ones(len(YEARS))))


def test_event_years_are_independent_and_others_are_untouched():
    kernel = event(YEARS, [2003, 2009, 1990])
    assert {(int(i), int(j)) for i, j in np.argwhere(kernel)} == {(3, 3), (9, 9)}
    np.testing.assert_array_equal(kernel.diagonal()[[3, 9]], 1.0)


def test_an_event_kernel_without_events_is_zero():
    assert not event(YEARS, []).any()


@pytest.mark.parametrize(
    "kernel",
    [
        walk(YEARS),
        constant(YEARS),
        event(YEARS, [2003]),
        damped_trend(YEARS, 0.9),
        fading(YEARS, 0.9),
        reverting(YEARS, 0.9),
        stationary(YEARS, 0.9),
    ],
    ids=[
        *("walk", "constant", "event", "damped_trend"),
        *("fading", "reverting", "stationary"),
    ],
)
def test_root_times_its_transpose_is_the_kernel(kernel):
    factor = root(kernel)
    np.testing.assert_allclose(factor @ factor.T, kernel, rtol=0, atol=1e-10)


def test_root_takes_a_rounding_error_below_zero_for_zero():
    kernel = np.diag([1.0, -1e-17])
    factor = root(kernel)
    assert np.isfinite(factor).all()
    np.testing.assert_allclose(factor @ factor.T, np.diag([1.0, 0.0]), **EXACT)
