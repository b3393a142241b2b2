"""Decomposition: terms add up, and agree with what can be worked out by hand."""

import numpy as np
import pytest
from scipy import integrate

from cszt_models.attribution.log_mean import (
    at_gap,
    average_growth_terms,
    log_mean,
    mean_terms,
    product_terms,
)
from cszt_models.projection.accounting import running_average


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_the_log_mean_is_the_mean_of_the_exponential_path_between():
    """Lambda(a, b) is the integral of a^(1-u) b^u over u from 0 to 1."""
    for a, b in ((1.0, 7.0), (3.0, 0.2), (5.0, 5.0), (5.0, 5.0 + 1e-12)):
        path = integrate.quad(lambda u, a=a, b=b: a ** (1 - u) * b**u, 0, 1)[0]
        assert float(log_mean(np.array(a), np.array(b))) == pytest.approx(path)
        back = float(log_mean(np.array(b), np.array(a)))
        assert back == pytest.approx(path)


def test_terms_of_a_product_add_up_in_every_draw(rng):
    reference = np.array([[900.0, 30.0, 5.0], [700.0, 20.0, -3.0]])
    outcome = reference + rng.normal(0, 20, (50, 2, 3))
    terms = product_terms(outcome, reference)
    levels = [np.exp(x.sum(-1) / 100) for x in (outcome, reference)]
    np.testing.assert_allclose(terms.sum(-1), levels[0] - levels[1], rtol=0, atol=1e-9)


def test_a_factor_that_does_not_differ_adds_nothing_and_order_never_matters(rng):
    reference = rng.normal(200, 50, (3, 4))
    outcome = reference + np.array([0.0, 5.0, -2.0, 1.0])
    terms = product_terms(outcome, reference)
    assert (terms[:, 0] == 0).all()
    assert (terms[:, 1] > 0).all()
    assert (terms[:, 2] < 0).all()
    order = [2, 0, 3, 1]
    turned = product_terms(outcome[:, order], reference[:, order])
    np.testing.assert_allclose(turned, terms[:, order], rtol=1e-12)


def test_twice_the_volume_at_unchanged_prices_is_all_volume():
    reference = 100 * np.log([[50.0, 1.0, 1.0]])
    outcome = 100 * np.log([[[50.0, 2.0, 1.0]]])
    np.testing.assert_allclose(product_terms(outcome, reference)[0, 0], [0, 50, 0])


def test_values_and_weights_of_a_mean_add_up(rng):
    s, s0 = rng.uniform(50, 90, (40, 3)), rng.uniform(50, 90, 3)
    w, w0 = rng.dirichlet([3, 2, 1], 40), rng.dirichlet([3, 2, 1])
    values, weights = mean_terms((s, w), (s0, w0))
    gap = (s * w).sum(-1) - (s0 * w0).sum()
    np.testing.assert_allclose((values + weights).sum(-1), gap, rtol=0, atol=1e-12)
    back = mean_terms((s0, w0), (s, w))
    np.testing.assert_allclose(back[0], -values, rtol=0, atol=1e-12)
    np.testing.assert_allclose(back[1], -weights, rtol=0, atol=1e-12)


def test_only_weights_that_move_between_unlike_members_count():
    """Two members at 80 and 60; ten points of weight move to the higher one."""
    s = np.array([80.0, 60.0])
    values, weights = mean_terms((s, np.array([0.6, 0.4])), (s, np.array([0.5, 0.5])))
    assert values.tolist() == [0.0, 0.0]
    assert weights.sum() == pytest.approx(2.0)
    alike = mean_terms((s * 0 + 70, np.array([0.6, 0.4])), (s * 0 + 70, [0.5, 0.5]))
    np.testing.assert_allclose(alike[1], 0, rtol=0, atol=1e-12)


def test_yearly_terms_add_up_to_the_difference_of_average_growth(rng):
    outcome, reference = rng.normal(5, 2, (30, 5)), np.full(5, 7.0)
    parts = rng.normal(0, 1, (30, 5, 2))
    rest = (outcome - reference)[..., None] - parts.sum(-1, keepdims=True)
    terms = average_growth_terms(np.concatenate([parts, rest], -1), outcome, reference)
    gap = running_average(outcome)[:, -1] - 7.0
    np.testing.assert_allclose(terms.sum((-2, -1)), gap, rtol=0, atol=1e-12)


def test_terms_at_a_gap_add_up_to_it_and_are_the_normal_conditional_mean(rng):
    """Of two independent normals with variances 1 and 4, E[x | x + y = c] is c / 5."""
    drawn = rng.normal(0, [1, 2], (100_000, 2))
    found = at_gap(drawn, 10.0)
    assert found.sum() == pytest.approx(10.0, abs=1e-9)
    np.testing.assert_allclose(found, [2.0, 8.0], rtol=0, atol=0.1)


def test_one_gap_in_all_draws_takes_the_mean_of_each_term(rng):
    first = rng.normal(3, 1, 500)
    found = at_gap(np.column_stack([first, 7.0 - first]), 7.0)
    np.testing.assert_allclose(found, [first.mean(), 7 - first.mean()], rtol=1e-12)
