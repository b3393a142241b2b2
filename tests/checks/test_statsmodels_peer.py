"""Peers: statsmodels recovers what a series was made from; sizes have closed forms."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cszt_models import ConvergenceError
from cszt_models.checks import statsmodels_peer as nearest
from cszt_models.inference.fit import fit
from cszt_models.structural import kernels
from cszt_models.structural.panel import Component, Scale

LAST = 2000


def made(change, noise, damping, count=600, seed=1):
    """A damped trend with innovations of a size, plus noise, to the last year."""
    rng, pace, found, level = np.random.default_rng(seed), 0.0, [], 0.0
    for _ in range(count):
        pace = damping * pace + change * rng.standard_normal()
        level += pace
        found.append(level + noise * rng.standard_normal())
    return pd.Series(found, range(LAST - count + 1, LAST + 1))


def test_random_walk_plus_noise_is_recovered():
    peer = nearest.local_level(made(0.5, 0.8, 0.0), until=LAST + 4)
    assert peer.figures == 600
    assert peer.sizes.passing == pytest.approx(0.8, rel=0.12)
    assert peer.sizes.lasting == pytest.approx(0.5 * np.sqrt(4), rel=0.15)
    assert peer.path.index.tolist() == [LAST + 1, LAST + 2, LAST + 3, LAST + 4]
    width = (peer.path["high"] - peer.path["low"]) / (2 * stats.norm.ppf(0.95))
    # each further year adds the variance of one step
    steps = np.diff(np.square(width))
    np.testing.assert_allclose(steps, peer.sizes.lasting**2 / 4, rtol=1e-6)
    np.testing.assert_allclose(peer.path["median"].diff()[1:], 0, atol=1e-12)


def test_damped_trend_is_recovered():
    peer = nearest.damped_trend(made(0.5, 0.1, 0.8), until=LAST + 3)
    assert peer.sizes.damping == pytest.approx(0.8, abs=0.08)
    phi = peer.sizes.damping
    adds = [(1 - phi**n) / (1 - phi) for n in (1, 2, 3)]
    assert peer.sizes.lasting == pytest.approx(0.5 * np.linalg.norm(adds), rel=0.1)
    steps = peer.path["median"].diff()
    assert steps[LAST + 3] / steps[LAST + 2] == pytest.approx(phi, abs=0.02)


def test_an_event_year_does_not_tell_the_trend():
    plain = made(0.5, 0.8, 0.0, count=60)
    struck = plain.copy()
    struck[LAST - 3] -= 50.0
    events = [LAST - 3, 1500]  # the second is before the series
    first, again = (
        nearest.local_level(one, until=LAST + 2, events=events)
        for one in (plain, struck)
    )
    pd.testing.assert_frame_equal(first.path, again.path, rtol=1e-3)
    fooled = nearest.local_level(struck, until=LAST + 2)
    assert fooled.sizes.passing > 5 * again.sizes.passing


def test_a_break_does_not_tell_the_trend():
    plain = made(0.5, 0.1, 0.5, count=60)
    shifted = plain.copy()
    shifted.loc[LAST - 9 :] += 30.0
    breaks = [LAST - 9, 1500, LAST + 5]  # only the first is within the series
    first, again = (
        nearest.damped_trend(one, until=LAST + 2, breaks=breaks)
        for one in (plain, shifted)
    )
    np.testing.assert_allclose(again.path - 30, first.path, rtol=0.02, atol=0.02)
    assert again.sizes.damping == pytest.approx(first.sizes.damping, abs=0.02)


def test_missing_years_are_bridged():
    whole = made(0.5, 0.1, 0.8, count=200)
    holed = whole.copy()
    holed.loc[LAST - 40 : LAST - 30] = np.nan
    peer = nearest.damped_trend(holed, until=LAST + 2)
    assert peer.figures == 189
    expected = nearest.damped_trend(whole, until=LAST + 2).path
    np.testing.assert_allclose(peer.path, expected, atol=0.3)


def test_a_search_without_end_is_an_error():
    class Endless:
        nobs = 3

        def fit(self, start, **options):  # noqa: ARG002
            return type("Result", (), {"mle_retvals": {"converged": False}})

    with pytest.raises(ConvergenceError, match="no maximum of the likelihood of 3"):
        nearest._fit(Endless(), [])


def test_sizes_of_a_panel_have_closed_forms(small):
    years, phi = small.years, 0.8
    parts = (
        *small.components,
        Component("trend", Scale(0.3, 0.0), kernels.damped_trend(years, phi), "common"),
        Component("event", Scale(9.0, 0.0), kernels.event(years, [2003]), "common"),
    )
    fixed = tuple(replace(c, scale=Scale(c.scale.median, 0)) for c in parts)
    fitted = fit(
        replace(small, components=fixed), as_of=date(2020, 1, 1), seed=1, draws=4
    )
    found = nearest.sizes(small_with(small, fixed), fitted, since=2012, until=2015)
    # walk 0.5; shocks 0.7 and 0.4; changes of the trend have standard deviation 0.3
    adds = [(1 - phi**n) / (1 - phi) for n in (1, 2, 3)]
    ahead = 0.3**2 * (1 - phi**2) * np.square(adds).sum() + 3 * 0.5**2
    assert found.lasting == pytest.approx(np.sqrt(ahead), rel=1e-6)
    assert found.passing == pytest.approx(np.hypot(0.7, 0.4), rel=1e-9)
    carried = phi * 0.3**2 / (0.3**2 + 0.5**2)
    assert found.damping == pytest.approx(carried, rel=1e-9)


def small_with(panel, components):
    return replace(panel, components=components)


def test_a_series_is_the_best_row_of_each_year(small):
    found = nearest.series(small, "a")
    assert found.index.tolist() == list(range(2000, 2012))
    np.testing.assert_allclose(found, [r.value for r in small.rows[:12]])
    old = nearest.series(without_new(small, 2002), "a", ["new"])
    assert np.isnan(old[2002])
    assert nearest.series(without_new(small, 2002), "a")[2002] == old_value(small, 2002)


def without_new(panel, year):
    keep = [
        n
        for n, row in enumerate(panel.rows)
        if not (row.region == "a" and row.year == year and row.basis == "new")
    ]
    parts = [
        replace(c, shape=c.shape[np.ix_(keep, keep)]) if c.over == "rows" else c
        for c in panel.components
    ]
    rows = tuple(panel.rows[n] for n in keep)
    return replace(panel, rows=rows, components=tuple(parts))


def old_value(panel, year):
    return next(r.value for r in panel.rows if r.basis == "old" and r.year == year)
