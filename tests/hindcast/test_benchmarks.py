"""Peers forecast what their textbook formulas say, with honest spread."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from cszt_models.errors import DataError
from cszt_models.hindcast.benchmarks import BENCHMARKS
from cszt_models.hindcast.methods.combinations import rank_mean
from cszt_models.hindcast.methods.panel_matrix import relative_sizes, shared_variance
from cszt_models.hindcast.methods.pooled import estimate
from cszt_models.hindcast.methods.series import filled
from cszt_models.hindcast.panel_file import read_panel

HORIZON, DRAWS = 5, 4000


@pytest.fixture(autouse=True)
def _one_thread():
    """As in a hindcast: threads cost more than they bring on a few numbers."""
    with threadpool_limits(1):
        yield


AHEAD = np.arange(1, HORIZON + 1)


def paths(method, series, *, rate=True, draws=DRAWS, seed=0):
    rng = np.random.default_rng(seed)
    return BENCHMARKS[method]({"a": np.asarray(series)}, rate, HORIZON, draws, rng)["a"]


def walk(count=60, drift=0.3, seed=3):
    return 5 + np.cumsum(drift + np.random.default_rng(seed).normal(size=count))


def test_the_random_walk_has_the_moments_of_its_formula():
    series = walk()
    steps = np.diff(series)
    n, s2 = len(steps), steps.var(ddof=1)
    drawn = paths("rw", series, draws=40_000)
    np.testing.assert_allclose(
        drawn.mean(0), series[-1] + AHEAD * steps.mean(), atol=0.08
    )
    expected = s2 * (AHEAD + AHEAD**2 / n) * (n - 1) / (n - 3)
    np.testing.assert_allclose(drawn.var(0), expected, rtol=0.04)


def test_the_five_year_mean_has_the_errors_it_made():
    rng = np.random.default_rng(4)
    series = rng.normal(10, 2, 3000)
    drawn = paths("mean5", series)
    np.testing.assert_allclose(drawn.mean(0), series[-5:].mean(), atol=0.15)
    # white noise of variance 4 against a mean of five: 4 (1 + 1/5) at any horizon,
    # and what two years share is the error of the mean
    cover = np.cov(drawn.T)
    np.testing.assert_allclose(cover.diagonal(), 4.8, rtol=0.1)
    assert cover[0, 4] == pytest.approx(0.8, abs=0.25)


def test_the_five_year_mean_of_a_level_is_its_slope():
    line = 3.0 + 2.0 * np.arange(12)
    drawn = paths("mean5", line, rate=False)
    np.testing.assert_allclose(drawn, line[-1] + 2 * AHEAD + 0 * drawn, atol=1e-3)


def test_the_autoregression_returns_to_its_mean():
    rng = np.random.default_rng(5)
    series = np.zeros(2000)
    for t in range(1, 2000):
        series[t] = 0.7 * series[t - 1] + rng.normal()
    series = np.append(series + 4, 12.0)
    drawn = paths("ar1", series, draws=20_000)
    np.testing.assert_allclose(drawn.mean(0), 4 + 8 * 0.7**AHEAD, atol=0.25)
    expected = (1 - 0.49**AHEAD) / (1 - 0.49)
    np.testing.assert_allclose(drawn.var(0), expected, rtol=0.1)


def test_a_walk_without_drift_stays_and_widens_with_the_root_of_the_horizon():
    series = walk(drift=0.0)
    drawn = paths("rw0", series, draws=40_000)
    np.testing.assert_allclose(drawn.mean(0), series[-1], atol=0.06)
    steps = np.diff(series)
    expected = AHEAD * np.square(steps).sum() / (len(steps) - 2)
    np.testing.assert_allclose(drawn.var(0), expected, rtol=0.05)


def test_the_theta_method_goes_on_with_half_of_the_trend():
    """Of a straight line: from its end, up to what smoothing still lags behind."""
    line = 3.0 + 2.0 * np.arange(30)
    drawn = paths("theta", line)
    np.testing.assert_allclose(np.diff(np.median(drawn, 0)), 1.0, atol=0.15)


def test_a_combination_has_the_spread_of_its_members():
    rng = np.random.default_rng(2)
    first, second = rng.normal(0, 1, (5000, 1)), rng.normal(4, 3, (5000, 1))
    both = rank_mean([first, second])
    assert both.mean() == pytest.approx(2, abs=0.1)
    assert both.std() == pytest.approx(2, rel=0.05)  # not the root of 10 over 2
    assert np.argmax(both) == np.argmax(first)


def panel(regions=10, years=24, *, slope=0.6, shock=0.5, seed=8):
    """Rates of regions around their means, with year shocks in common."""
    rng = np.random.default_rng(seed)
    means = rng.normal(5, 1, regions)
    values = np.empty((regions, years + HORIZON))
    values[:, 0] = means
    for t in range(1, years + HORIZON):
        noise = shock * rng.normal() + rng.normal(0, 0.7, regions)
        values[:, t] = means + slope * (values[:, t - 1] - means) + noise
    return values[:, :years], values[:, years:]


def test_the_pooled_autoregression_recovers_what_it_assumes():
    past, _ = panel(40, 120)
    fit = estimate(past)
    assert fit.mean[1] == pytest.approx(0.6, abs=0.05)
    assert fit.year_size == pytest.approx(0.5, abs=0.08)
    np.testing.assert_allclose(fit.sizes, 0.7, rtol=0.25)
    long_run = (fit.mean[0] + fit.mean[2:]) / (1 - fit.mean[1])
    assert np.corrcoef(long_run, past.mean(1))[0, 1] > 0.9


@pytest.mark.parametrize("method", ["par", "gridge"])
@pytest.mark.parametrize("rate", [True, False])
def test_pooled_methods_cover_panels_as_they_say(method, rate):
    inside, errors, walks = [], [], []
    for seed in range(8):
        past, later = panel(seed=seed)
        if not rate:
            past, later = np.split(np.cumsum(np.hstack([past, later]), 1), [24], 1)
        rng = np.random.default_rng(seed)
        series = {str(n): values for n, values in enumerate(past)}
        drawn = BENCHMARKS[method](series, rate, HORIZON, 400, rng)
        for n, values in enumerate(later):
            low, middle, high = np.quantile(drawn[str(n)], [0.1, 0.5, 0.9], axis=0)
            inside.append((low <= values) & (values <= high))
            errors.append(np.abs(middle - values))
            last = past[n, -1] + (0 if rate else past[n, -1] - past[n, -2]) * AHEAD
            walks.append(np.abs(last - values))
    assert 0.7 <= np.mean(inside) <= 0.92
    assert np.mean(errors) < 0.95 * np.mean(walks)


@pytest.mark.parametrize("method", ["par", "gridge"])
def test_pooled_draws_of_regions_share_the_shocks_of_a_year(method):
    past, _ = panel(shock=2.0)
    series = {str(n): values for n, values in enumerate(past)}
    drawn = BENCHMARKS[method](series, True, 2, 2000, np.random.default_rng(0))
    assert np.corrcoef(drawn["0"][:, 0], drawn["1"][:, 0])[0, 1] > 0.6


def test_regions_have_variances_of_their_size_shrunk_to_that_of_all():
    rng = np.random.default_rng(1)
    errors = rng.normal(size=(3, 40)) * np.array([[0.2], [1.0], [3.0]])
    sizes = relative_sizes(errors)
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[0] > 0.2 / np.sqrt(np.mean([0.04, 1, 9]))  # shrunk
    assert shared_variance(errors + rng.normal(0, 2, 40)) == pytest.approx(4, rel=0.5)
    assert shared_variance(errors[:1]) == 0


def test_a_series_that_ends_early_is_forecast_from_its_end():
    line = np.append(2.0 * np.arange(12), np.nan)
    drawn = paths("mean5", line, rate=False)
    np.testing.assert_allclose(drawn, 22 + 2 * (AHEAD + 1) + 0 * drawn, atol=1e-3)


@pytest.mark.parametrize("method", ["ets", "arima", "uc", "theta", "damped", "comb"])
def test_other_methods_cover_a_random_walk_as_they_say(method):
    """80 percent intervals of a few walks, in which a wrong variance would show."""
    inside = []
    for seed in range(8 if method in ("arima", "uc") else 20):
        series = walk(36, drift=0.0, seed=seed)
        drawn = paths(method, series[:30], draws=400, seed=seed)
        low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
        inside.append((low <= series[30:35]) & (series[30:35] <= high))
    assert 0.55 <= np.mean(inside) <= 0.98


@pytest.mark.parametrize("method", BENCHMARKS)
@pytest.mark.parametrize("count", [1, 3, 7])
def test_short_series_have_a_forecast(method, count):
    drawn = paths(method, [2.0, 2.5, 2.2, 3.0, 3.1, 2.9, 3.3][:count], draws=100)
    assert drawn.shape == (100, HORIZON)
    assert np.isfinite(drawn).all()


@pytest.mark.parametrize("method", ["rw", "mean5", "ar1"])
def test_the_same_seed_gives_the_same_draws(method):
    first, second = (paths(method, walk(12), seed=7) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, paths(method, walk(12), seed=8))


def test_missing_years_within_a_series_are_bridged():
    nan = np.nan
    np.testing.assert_array_equal(filled(np.array([nan, 1, nan, 3, nan])), [1, 2, 3])
    assert len(filled(np.array([nan, nan]))) == 0


HEADER = "region,year,indicator,value,province,flag\n"
GOOD = "a,2001,gdp_real_growth,7.1,east,\nb,2001,gdp_real_growth,6,west,\n"


def read(tmp_path, text, **options):
    path = tmp_path / "panel.csv"
    path.write_text(text, encoding="utf-8")
    return read_panel(path, **options)


def test_a_panel_file_is_read_with_its_groups(tmp_path):
    panel = read(tmp_path, HEADER + GOOD, group="province")
    assert panel.groups == {"a": "east", "b": "west"}
    assert panel.figures["value"].tolist() == [7.1, 6.0]
    assert set(read(tmp_path, HEADER + GOOD).groups.values()) == {"all"}


def test_flagged_rows_are_left_out_and_counted(tmp_path):
    bad = "a,2002,gdp_real_growth,50,east,extreme_index;suspect_index\n"
    kept = "b,2002,gdp_real_growth,-16,west,extreme_index\n"
    panel = read(tmp_path, HEADER + GOOD + bad + kept)
    assert panel.left_out == {"suspect": 1}
    assert len(panel.figures) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("region,year,value\na,2001,1\n", "Unknown column 'indicator'"),
        (HEADER + "a,2001.5,gdp_real_growth,7,e,\n", r"line 2: year .*2001.5"),
        (HEADER + "a,2001,gdp_real_growth,x,e,\n", r"line 2: value 'x' cannot"),
        (HEADER + GOOD + GOOD, "gdp_real_growth of a in 2001 is given twice"),
        (HEADER + "a,2001,x,1,east,\na,2002,x,1,west,\n", "region 'a' is in 2 groups"),
        ("", "cannot be read as a table"),
    ],
)
def test_a_panel_file_that_cannot_be_used_is_refused(text, words, tmp_path):
    with pytest.raises(DataError, match=words):
        read(tmp_path, text, group="province")


def test_a_panel_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read_panel(tmp_path / "none.csv")
