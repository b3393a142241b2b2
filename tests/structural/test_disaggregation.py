"""Growth over part of a year given the growth of years, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cszt_models.structural.disaggregation import (
    MARGIN,
    PASSING,
    WINTER,
    Part,
    disaggregate,
)

FIRST, LAST = 2000, 2010
DRIFT = 1e6  # variance of the drift per month, next to steps of variance 1


def growth(part):
    """Weights of monthly steps, then shocks, from January of FIRST - 1 on in a part."""
    months = np.arange(12 * (LAST + 2 - FIRST))
    passing = np.where(months % 12 < WINTER, *PASSING)
    steps, shocks = np.zeros(len(months)), np.zeros(len(months))
    for month in range(part.first, part.last + 1):
        at = 12 * (part.year - FIRST + 1) + month - 1
        steps += (months <= at) & (months > at - part.lag)
        shocks += passing * ((months == at) * 1.0 - (months == at - part.lag))
    return np.concatenate([steps, shocks]) / (part.last + 1 - part.first)


def parts(year):
    spans = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted)
    lags = st.sampled_from([1, 3, 6, 12])
    return st.builds(lambda span, lag: Part(year, *span, lag), spans, lags)


@settings(max_examples=25, deadline=None)
@given(parts(2005), st.lists(st.floats(0.5, 2.0), min_size=6, max_size=6))
def test_a_part_is_predicted_as_a_dense_gaussian_with_any_drift_predicts_it(
    part, sizes
):
    years = range(2005 - MARGIN, 2005 + MARGIN + 1)
    by_year = dict(zip(range(years[0] - 1, years[-1] + 1), sizes, strict=True))
    known = np.array([growth(Part(y, 1, 12)) for y in years])
    steps = np.arange(known.shape[1]) < known.shape[1] / 2
    every = np.repeat([by_year.get(y, 1.0) for y in range(FIRST - 1, LAST + 1)], 12)
    cover = np.diag(np.tile(every, 2) ** 2)
    prior = cover + DRIFT * np.outer(steps, steps)
    shared = growth(part) @ prior @ known.T
    weights = np.linalg.solve(known @ prior @ known.T, shared)
    exact = disaggregate([part], FIRST, LAST, by_year)
    np.testing.assert_allclose(exact.weights[0], weights, atol=2e-5)
    error = growth(part) - exact.weights[0] @ known
    equal = disaggregate([Part(2005, 1, 6)], FIRST, LAST).weights[0]
    half = growth(Part(2005, 1, 6)) - equal @ known
    variance = error @ cover @ error / (half @ half)
    np.testing.assert_allclose(exact.covariance[0, 0], variance, atol=1e-9)


def test_years_of_one_size_scale_the_errors_and_leave_the_weights():
    every = [Part(y, 1, q) for y in (2004, 2005) for q in (3, 6, 9)]
    one = disaggregate(every, FIRST, LAST)
    twice = disaggregate(every, FIRST, LAST, dict.fromkeys(range(FIRST - 1, 2011), 2.0))
    np.testing.assert_allclose(twice.weights, one.weights, atol=1e-12)
    np.testing.assert_allclose(twice.covariance, 4 * one.covariance, atol=1e-12)


def test_steady_growth_has_no_error():
    every = [Part(y, 1, q) for y in (FIRST, 2004, LAST) for q in (3, 6, 9, 10)]
    weights = disaggregate(every, FIRST, LAST).weights
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-12)


def test_quarters_on_those_before_add_up_to_the_last_on_the_year_before():
    quarters = [Part(2005, q, q + 2, 3) for q in (1, 4, 7, 10)]
    exact = disaggregate([*quarters, Part(2005, 10, 12)], FIRST, LAST)
    np.testing.assert_allclose(exact.weights[:4].sum(axis=1), 0.25, atol=1e-12)
    np.testing.assert_allclose(exact.weights[:4].sum(axis=0), exact.weights[4])
    gap = np.array([1, 1, 1, 1, -1])
    np.testing.assert_allclose(gap @ exact.covariance @ gap, 0.0, atol=1e-9)


def test_errors_fall_as_the_share_of_the_year_to_come():
    early = [Part(2005, 1, month) for month in range(1, 13)]
    spread = np.sqrt(np.diag(disaggregate(early, FIRST, LAST).covariance))
    assert (np.diff(spread) < 0).all()
    left = 2 * (1 - np.arange(1, 13) / 12)
    np.testing.assert_allclose(spread[4:], left[4:], atol=0.05)
    assert spread[2] > 1.05 * left[2]  # shocks of a first quarter are larger


def test_errors_of_neighbouring_years_share_a_base_and_oppose_each_other():
    both = disaggregate([Part(2005, 1, 6), Part(2006, 1, 6)], FIRST, LAST)
    assert both.covariance[0, 1] < -0.4


def test_quarters_average_to_the_year():
    quarters = [Part(2005, q, q + 2) for q in (1, 4, 7, 10)]
    exact = disaggregate(quarters, FIRST, LAST)
    mean = exact.weights.mean(axis=0)
    np.testing.assert_allclose(mean, np.equal(exact.years, 2005), atol=1e-12)
    np.testing.assert_allclose(exact.covariance.sum(), 0.0, atol=1e-9)


def test_a_part_of_another_year_is_refused():
    with pytest.raises(ValueError, match="2011 to 2011 are not of 2000 to 2010"):
        disaggregate([Part(2011, 1, 3)], FIRST, LAST)


def test_errors_of_steps_that_are_added_add_up():
    """Weights stay, and the errors are those of the steps, by brute force."""
    every = [Part(2004, 1, 9), Part(2005, 1, 3), Part(2005, 4, 6, 3), Part(2006, 1, 6)]
    exact = disaggregate(every, FIRST, LAST, {2005: float(np.hypot(0.8, 2.0))})
    usual = exact.covariance_of({2005: 0.8})
    added = exact.covariance_of({2005: 2.0}, others=0.0)
    np.testing.assert_allclose(exact.covariance, usual + added, atol=1e-12)
    known = np.array([growth(Part(year, 1, 12)) for year in exact.years])
    errors = np.array([growth(part) for part in every]) - exact.weights @ known
    of_year = np.repeat(np.arange(FIRST - 1, LAST + 1) == 2005, 12)
    half = growth(Part(2005, 1, 6)) - disaggregate(
        [Part(2005, 1, 6)], FIRST, LAST
    ).weights[0] @ np.array([growth(Part(y, 1, 12)) for y in range(2003, 2008)])
    expected = 4.0 * (errors * np.tile(of_year, 2)) @ errors.T / (half @ half)
    np.testing.assert_allclose(added, expected, atol=1e-9)
