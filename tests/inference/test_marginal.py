"""The marginal engine against dense Gaussians and statsmodels' Kalman filter."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.tsa.statespace.mlemodel import MLEModel

from cszt_models.structural import kernels
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.likelihood import ScalePosterior, log_likelihood
from cszt_models.structural.panel import (
    Cell,
    Component,
    Panel,
    Row,
    Scale,
    basis_offsets,
    measurement,
)

YEARS = np.arange(2000, 2012)
DAMPING = 0.8
GAPS = {("a", 2003), ("a", 2004), ("b", 2000), ("b", 2007)}
SCALES = {  # of the panel with two regions and two bases, by component
    "level": 2.0,
    "region_level": 0.8,
    "trend": 0.5,
    "region_walk": 0.3,
    "shock": 0.6,
    "region_shock": 0.4,
    "basis": 1.5,
    "measurement": 0.2,
}
SIZES = {"any": 1.0, "exact": 0.0}  # of measurement errors, by status
SERIES = [("a", "judged"), ("b", "judged"), ("a", "old")]


def build(rows, *, years=YEARS, regions=("a", "b"), scales=SCALES, spread=0.5):
    """Panel of the named components, each scale with its own prior median."""
    shapes = {
        "level": (kernels.constant(years), "common"),
        "region_level": (kernels.constant(years), "own"),
        "trend": (kernels.damped_trend(years, DAMPING), "common"),
        "region_walk": (kernels.walk(years), "own"),
        "shock": (kernels.shock(years), "common"),
        "region_shock": (kernels.shock(years), "own"),
        "basis": (basis_offsets(rows, ["judged"]), "rows"),
        "measurement": (measurement(rows, SIZES), "rows"),
    }
    parts = [Component(n, Scale(s, spread), *shapes[n]) for n, s in scales.items()]
    return Panel("test", "points", regions, years, tuple(rows), tuple(parts))


def row(region, year, value, basis="judged", status="any"):
    return Row(value, (Cell(region, year),), region, year, basis, status)


def condition_cells(panel, scales, rng):
    """Draws of one panel's cells by kind, one for each vector of scales."""
    (cells,) = states.draw_cells([panel], [scales], [rng], draws=len(scales))
    return cells


def simulated(panel, k, seed):
    """The panel with values drawn from a covariance."""
    rng = np.random.default_rng(seed)
    values = kernels.root(k) @ rng.standard_normal(len(panel.rows))
    rows = [replace(r, value=float(v)) for r, v in zip(panel.rows, values, strict=True)]
    return replace(panel, rows=tuple(rows))


@pytest.fixture(scope="module")
def two_regions(covariance_by_loops):
    """Two regions with gaps and a second basis; nothing is known of the last years."""
    rows = [row(*s[:1], y, 0.0, s[1]) for s in SERIES for y in YEARS[:-3]]
    rows = [r for r in rows if (r.region, r.year) not in GAPS or r.basis == "old"]
    panel = build(rows)
    return simulated(panel, covariance_by_loops(panel, SCALES.values()), seed=3)


@pytest.fixture(scope="module")
def one_scale():
    """Forty independent values of one unknown scale: all is known in closed form."""
    years = np.arange(1980, 2020)
    rows = [row("a", y, 0.0) for y in years]
    panel = build(rows, years=years, regions=("a",), scales={"shock": 1.0}, spread=0.7)
    return simulated(panel, 1.8**2 * np.eye(len(rows)), seed=5)


def kalman(panel, scales):
    """The same model as a state space for statsmodels: one column for each series.

    State: level, two region levels, trend, its change, two region walks, common shock,
    two region shocks, offset. All but the first year's trend and walks start with their
    own variance, so the initial distribution is known and not diffuse.
    """
    s = {name: scales.get(name, 0.0) for name in SCALES}
    years, series = len(panel.years), [x for x in SERIES if x[0] in panel.regions]
    values = np.full((years, len(series)), np.nan)
    for r in panel.rows:
        at = r.cells[0].year - panel.years[0], series.index((r.region, r.basis))
        values[at] = r.value
    model = MLEModel(values, k_states=11)
    own = [[int(x == name) for name in "ab"] for x, _ in series]
    model["design"] = np.array(
        [
            [1, *here, 1, 0, *here, 1, *here, int(basis == "old")]
            for here, (_, basis) in zip(own, series, strict=True)
        ]
    )
    start = [s["level"], *2 * [s["region_level"]], 0, s["trend"], 0, 0, s["shock"]]
    start = np.square([*start, *2 * [s["region_shock"]], s["basis"]])
    moves, steps = np.eye(11), np.zeros((11, 11))
    moves[3:5, 4] = DAMPING
    moves[7:10] = 0.0
    steps[3:5, 3:5] = s["trend"] ** 2 * (1 - DAMPING**2)
    steps[5:7, 5:7] = s["region_walk"] ** 2 * np.eye(2)
    steps[7:10, 7:10] = np.diag(start[7:10])
    model["transition"], model["selection"], model["state_cov"] = (
        moves,
        np.eye(11),
        steps,
    )
    model["obs_cov"] = s["measurement"] ** 2 * np.eye(len(series))
    model.ssm.initialize_known(np.zeros(11), np.diag(start))
    model.ssm.tolerance = 0  # never stop updating the filter's variance
    return model


def test_likelihood_is_the_dense_gaussian_density(two_regions, covariance_by_loops):
    scales = np.array(list(SCALES.values()))
    k = covariance_by_loops(two_regions, scales)
    expected = stats.multivariate_normal(cov=k).logpdf(two_regions.values)
    np.testing.assert_allclose(log_likelihood(two_regions, scales), expected, atol=1e-8)


ONE = {"level": 2.0, "region_walk": 0.5, "shock": 0.7}
MODELS = {
    "local level": (["a"], ["judged"], ONE),
    "damped trend": (["a"], ["judged"], {"level": 1.0, "trend": 0.4, "shock": 0.3}),
    "two regions": (["a", "b"], ["judged"], {**SCALES, "basis": 0.0}),
    "two regions and two bases": (["a", "b"], ["judged", "old"], SCALES),
}


@pytest.mark.parametrize("model", MODELS)
def test_likelihood_is_that_of_a_kalman_filter(model, two_regions):
    regions, bases, scales = MODELS[model]
    rows = [r for r in two_regions.rows if r.region in regions and r.basis in bases]
    panel = build(rows, regions=tuple(regions), scales=dict.fromkeys(scales, 1.0))
    ours = log_likelihood(panel, np.array(list(scales.values())))
    np.testing.assert_allclose(
        ours, kalman(panel, scales).ssm.loglike(), rtol=0, atol=1e-8
    )


def test_likelihood_of_a_stack_is_that_of_each_scale_vector(two_regions):
    rng = np.random.default_rng(1)
    stack = np.array(list(SCALES.values())) * rng.uniform(0.5, 2, (7, 10, len(SCALES)))
    found = log_likelihood(two_regions, stack)
    one_by_one = [[float(log_likelihood(two_regions, s)) for s in row] for row in stack]
    np.testing.assert_allclose(found, one_by_one, rtol=1e-12)


def test_scales_that_leave_no_variance_have_no_likelihood_and_spoil_no_others(
    one_scale,
):
    found = log_likelihood(one_scale, np.array([[1.0], [0.0], [1.8]]))
    assert found[1] == -np.inf
    expected = stats.norm(scale=[[1.0], [1.8]]).logpdf(one_scale.values).sum(1)
    np.testing.assert_allclose(found[[0, 2]], expected, rtol=1e-12)


def test_slope_is_the_derivative_of_the_log_posterior(two_regions):
    target = ScalePosterior(two_regions)
    logs = target.centre + 0.3 * np.sin(np.arange(len(SCALES)))
    numeric = optimize.approx_fprime(logs, lambda x: float(-target(x)), 1e-6)
    value, gradient = target.slope(logs)
    np.testing.assert_allclose(value, -target(logs), rtol=1e-12)
    # Forward differences err by the step times the second derivative, here below 20.
    np.testing.assert_allclose(gradient, numeric, rtol=0, atol=2e-5)


def test_information_of_one_scale_is_twice_the_number_of_values(one_scale):
    target = ScalePosterior(one_scale)
    expected = [[2 * len(one_scale.rows) + 1 / 0.7**2]]
    np.testing.assert_allclose(
        target.information(np.array([0.4])), expected, rtol=1e-12
    )


def test_information_is_the_curvature_of_the_expected_log_likelihood(two_regions):
    target = ScalePosterior(two_regions)
    truth = two_regions.covariance(np.exp(target.centre))

    def expected_log_likelihood(logs):
        k = two_regions.covariance(np.exp(logs))
        return -0.5 * (np.linalg.slogdet(k)[1] + np.trace(np.linalg.solve(k, truth)))

    step = 1e-3 * np.eye(len(SCALES))
    numeric = [
        [
            sum(
                u * v * expected_log_likelihood(target.centre + u * a + v * b)
                for u in (1, -1)
                for v in (1, -1)
            )
            for a in step
        ]
        for b in step
    ]
    fisher = target.information(target.centre) - np.diag(target.spread**-2.0)
    # Central differences err by the step squared times fourth derivatives, near 100.
    np.testing.assert_allclose(fisher, -np.array(numeric) / 4e-6, rtol=0, atol=1e-3)


def test_mode_solves_the_equation_of_one_scale(one_scale):
    n, squares = len(one_scale.rows), np.square(one_scale.values).sum()
    expected = optimize.brentq(
        lambda x: -n + squares * np.exp(-2 * x) - x / 0.7**2, -5, 5, xtol=1e-12
    )
    # The search stops at a slope of 1e-5 and the curvature is about 80.
    np.testing.assert_allclose(ScalePosterior(one_scale).mode(), expected, atol=1e-5)


@pytest.fixture(scope="module")
def exact_cells(two_regions, covariance_by_loops):
    """Mean and covariance of all cells given the rows, by dense conditioning."""
    probes = [row(r, y, 0.0, status="exact") for r in "ab" for y in YEARS]
    joint = build([*two_regions.rows, *probes])
    k, n = covariance_by_loops(joint, SCALES.values()), len(two_regions.rows)
    gain = np.linalg.solve(k[:n, :n], k[:n, n:]).T
    return gain @ two_regions.values, k[n:, n:] - gain @ k[:n, n:]


def test_smoothed_cells_of_a_kalman_filter_are_the_dense_ones(two_regions, exact_cells):
    state = kalman(two_regions, SCALES).ssm.smooth().smoothed_state
    shared = state[0] + state[3] + state[7]
    cells = [shared + state[1 + n] + state[5 + n] + state[8 + n] for n in (0, 1)]
    np.testing.assert_allclose(np.concatenate(cells), exact_cells[0], rtol=0, atol=1e-8)


def test_drawn_cells_have_the_exact_conditional_moments(two_regions, exact_cells):
    draws = 20_000
    scales = np.tile(list(SCALES.values()), (draws, 1))
    drawn = condition_cells(two_regions, scales, np.random.default_rng(4))["cells"]
    flat = drawn.reshape(draws, -1)
    mean, cover = exact_cells
    error = np.sqrt(cover.diagonal() / draws)
    assert np.abs((flat.mean(axis=0) - mean) / error).max() < 4.5  # of 24 comparisons
    spread = np.outer(cover.diagonal(), cover.diagonal()) + cover**2
    error = np.sqrt(spread / draws)
    assert np.abs((np.cov(flat.T) - cover) / error).max() < 5  # of 300 comparisons


def test_each_draw_is_conditioned_under_its_own_scales(two_regions):
    small = np.array(list(SCALES.values()))
    large = small * np.where(np.array(list(SCALES)) == "measurement", 50.0, 1.0)
    mixed = np.where(np.arange(600)[:, None] % 3 == 0, large, small)
    both = condition_cells(two_regions, mixed, np.random.default_rng(0))["cells"]
    for scales, which in ((large, mixed[:, -1] > 1), (small, mixed[:, -1] < 1)):
        only = np.tile(scales, (600, 1))
        alone = condition_cells(two_regions, only, np.random.default_rng(0))["cells"]
        np.testing.assert_allclose(both[which], alone[which], rtol=0, atol=1e-9)


def test_rows_without_error_hold_in_every_draw():
    rows = [row("a", 2001, 1.5, status="exact"), row("b", 2005, -2.0, status="exact")]
    total = (Cell("a", 2008, 0.7), Cell("b", 2008, 0.3))
    rows.append(Row(4.0, total, "group", 2008, "judged", "exact"))
    scales = np.tile(list(SCALES.values()), (50, 1))
    drawn = condition_cells(build(rows), scales, np.random.default_rng(0))["cells"]
    np.testing.assert_allclose(drawn[:, 0, 1], 1.5, rtol=0, atol=1e-9)
    np.testing.assert_allclose(drawn[:, 1, 5], -2.0, rtol=0, atol=1e-9)
    summed = 0.7 * drawn[:, 0, 8] + 0.3 * drawn[:, 1, 8]
    np.testing.assert_allclose(summed, 4.0, rtol=0, atol=1e-9)
    assert drawn[:, 0, 8].std() > 0.1  # the split of the total stays open
