"""Draws of the marginal engine: the right posterior, the same bits, and the gate."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from cszt_models import ConvergenceError
from cszt_models.inference import marginal
from cszt_models.inference.fit import fit, seed_of
from cszt_models.inference.proposals import DEGREES, student_t
from cszt_models.inference.weights import systematic
from cszt_models.models.panels import panels
from cszt_models.project.observations import as_of
from cszt_models.structural import kernels
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.likelihood import ScalePosterior
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale

YEARS = np.arange(1990, 2020)
AHEAD = 5  # years held out at the end
WALK, SHOCK = Scale(0.5, 0.6), Scale(0.7, 0.6)


def panel(values, *, regions=("a", "b"), years=YEARS):
    """Two walks with shocks, observed in the first years: values (region, year)."""
    rows = [
        Row(float(value), (Cell(region, int(year)),), region, int(year), "", "")
        for region, series in zip(regions, values, strict=True)
        for year, value in zip(years, series, strict=False)
    ]
    components = (
        Component("level", Scale(3.0, 0.0), kernels.constant(years), "own"),
        Component("walk", WALK, kernels.walk(years), "own"),
        Component("shock", SHOCK, kernels.shock(years), "own"),
    )
    return Panel("test", "points", regions, years, tuple(rows), components)


def sample(panel, *, draws, seed):
    """Scales by the engine, and cells given them."""
    scale_seed, cell_seed = seed.spawn(2)
    drawn = marginal.sample(panel, draws=draws, seed=scale_seed)
    rng = np.random.default_rng(cell_seed)
    (cells,) = states.draw_cells([panel], [drawn.scales], [rng], draws=draws)
    return SimpleNamespace(**vars(drawn), cells=cells)


def simulated(walk, shock, rng):
    """Values (region, year) of the panel's model, made by adding up, without K."""
    shape = (2, len(YEARS))
    steps = walk * rng.standard_normal(shape)
    steps[:, 0] = 3.0 * rng.standard_normal(2)
    return steps.cumsum(axis=1) + shock * rng.standard_normal(shape)


@pytest.fixture(scope="module")
def short():
    """Eight years of two regions: few enough that the posterior is far from normal."""
    return panel(simulated(0.5, 1.2, np.random.default_rng(11))[:, :8])


@pytest.fixture(scope="module")
def integral(short):
    """Mean and standard deviation of both log scales, summed over a fine grid."""
    target = ScalePosterior(short)
    axes = [c + 4.5 * np.linspace(-0.6, 0.6, 121) for c in target.centre[1:]]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    k = short.covariance(np.exp(np.insert(grid, 0, np.log(3.0), axis=1)))
    solved = np.linalg.solve(k, short.values[:, None])[..., 0]
    prior = stats.norm(target.centre[1:], 0.6).logpdf(grid).sum(axis=1)
    density = prior - 0.5 * np.linalg.slogdet(k)[1] - 0.5 * solved @ short.values
    weights = np.exp(density - density.max())
    mean = np.average(grid, axis=0, weights=weights)
    return mean, np.sqrt(np.average(np.square(grid - mean), axis=0, weights=weights))


@pytest.mark.parametrize("moved", [0.0, 0.5, -0.5], ids=lambda moved: f"moved {moved}")
def test_weighted_scales_have_the_moments_of_the_integral(
    short, integral, moved, monkeypatch
):
    """Wherever the proposal stands: weights make up for a centre that is off."""
    mode = ScalePosterior.mode
    monkeypatch.setattr(ScalePosterior, "mode", lambda target: mode(target) + moved)
    draws = [sample(short, draws=4096, seed=seed_of(s, "x")).scales for s in range(10)]
    logs = np.log(np.concatenate(draws))[:, 1:]
    mean, deviation = integral
    # Ten fits of about 200 effective scale vectors: an error of 1/sqrt(2000) = 0.022.
    np.testing.assert_allclose((logs.mean(axis=0) - mean) / deviation, 0, atol=0.06)
    np.testing.assert_allclose(logs.std(axis=0) / deviation, 1, atol=0.05)


def test_scales_and_forecasts_of_simulated_panels_are_covered():
    """Parameter recovery: scales drawn from the prior lie in their 80 % interval."""
    rng = np.random.default_rng(20)
    covered, narrower, forecast = [], [], []
    for number in range(30):
        truth = np.exp(np.log([0.5, 0.7]) + 0.6 * rng.standard_normal(2))
        values = simulated(*truth, rng)
        known = panel(values[:, :-AHEAD])
        drawn = sample(known, draws=400, seed=seed_of(number, "recovery"))
        logs = np.log(drawn.scales[:, 1:])
        low, high = np.quantile(logs, [0.1, 0.9], axis=0)
        covered.append((low < np.log(truth)) & (np.log(truth) < high))
        narrower.append(logs.std(axis=0) / 0.6)
        ahead = drawn.cells["cells"][:, :, -AHEAD:]
        low, high = np.quantile(ahead, [0.1, 0.9], axis=0)
        forecast.append(
            ((low < values[:, -AHEAD:]) & (values[:, -AHEAD:] < high)).mean()
        )
    # Thirty intervals of 80 %: 60 to 95 % is about two and a half standard errors.
    shares = np.mean(covered, axis=0)
    assert (shares > 0.6).all()
    assert (shares < 0.95).all()
    assert 0.7 < np.mean(forecast) < 0.9
    assert (np.mean(narrower, axis=0) < 0.6).all()  # fifty rows tell two scales


def test_the_same_seed_gives_the_same_bits(short):
    one, two = (sample(short, draws=50, seed=seed_of(3, "x")) for _ in range(2))
    np.testing.assert_array_equal(one.scales, two.scales)
    np.testing.assert_array_equal(one.cells["cells"], two.cells["cells"])
    assert one.diagnostics == two.diagnostics


def test_a_global_seed_has_no_influence(short):
    found = []
    for number in (1, 2):
        np.random.seed(number)  # noqa: NPY002 - the global state is the point
        found.append(sample(short, draws=5, seed=seed_of(3, "x")).cells["cells"])
    np.testing.assert_array_equal(*found)


def test_every_seed_and_every_block_draws_its_own_numbers(short):
    pairs = [(0, "x"), (1, "x"), (2, "x"), (0, "y")]
    found = [
        sample(short, draws=5, seed=seed_of(*pair)).cells["cells"] for pair in pairs
    ]
    assert len({cells.tobytes() for cells in found}) == len(pairs)


def test_zero_is_a_seed(short):
    one, two = (fit(short, as_of=None, seed=0, draws=20) for _ in range(2))
    assert one.cells.identical(two.cells)
    assert one.seed == 0


def test_a_pilot_finds_the_long_tail_of_a_scale_that_may_be_zero(czt, observations):
    """Around the mode alone a proposal is worth a third of a vector or less."""
    day = czt.data_date
    own = panels(as_of(observations, day), czt, day)["agriculture"]
    seeds = [seed_of(seed, "pilot") for seed in range(4)]
    told = [sample(own, draws=64, seed=seed).diagnostics for seed in seeds]
    assert all(one.rounds >= 1 for one in told)
    assert np.mean([one.ess / one.proposals for one in told]) > 0.4


def test_scales_that_are_fixed_need_no_proposals(short):
    parts = [replace(c, scale=Scale(c.scale.median, 0)) for c in short.components]
    known = replace(short, components=tuple(parts))
    drawn = sample(known, draws=20, seed=seed_of(0, "x"))
    np.testing.assert_allclose(drawn.scales, np.tile([3.0, 0.5, 0.7], (20, 1)))
    cells = drawn.cells["cells"]
    observed = np.tile(short.values, (20, 1)).reshape(20, 2, 8)
    np.testing.assert_allclose(cells[..., :8], observed, rtol=0, atol=1e-9)
    assert cells[..., 8:].std(axis=0).min() > 0.1
    other = sample(known, draws=20, seed=seed_of(1, "x")).cells["cells"]
    assert (other[..., 8:] != cells[..., 8:]).all()  # the paths have seeds of their own


@pytest.mark.parametrize(("limit", "value"), [("KHAT_MAX", -9.0), ("ESS_MIN", 1e9)])
def test_a_fit_that_fails_its_gate_names_block_and_scale(
    short, limit, value, monkeypatch
):
    monkeypatch.setattr(marginal, limit, value)
    words = (
        r"^test: importance weights have k-hat -?\d.*scale furthest .* '(walk|shock)'"
    )
    with pytest.raises(ConvergenceError, match=words):
        sample(short, seed=seed_of(1, "x"), draws=20)


def test_the_gate_judges_the_weights_that_are_used(short):
    drawn = sample(short, draws=40_000, seed=seed_of(1, "x"))
    _, times = np.unique(drawn.scales, axis=0, return_counts=True)
    used = 1 / np.square(times / times.sum()).sum()
    # Each weight is rounded to a whole number of draws, on average 80 per proposal.
    assert drawn.diagnostics.ess == pytest.approx(used, rel=0.01)


def test_the_scale_named_is_the_one_furthest_from_its_prior(monkeypatch):
    monkeypatch.setattr(marginal, "ESS_MIN", 1e9)
    rough = panel(np.random.default_rng(0).standard_normal((2, 25)) * 30.0)
    loud = panel(simulated(5.0, 0.7, np.random.default_rng(0)))
    named = []
    for known in (rough, loud):
        with pytest.raises(ConvergenceError, match="furthest from its prior") as error:
            sample(known, draws=5, seed=seed_of(0, "x"))
        named.append(str(error.value).split("its prior is ")[1].split(".")[0])
    assert named == ["'shock'", "'walk'"]


@pytest.mark.parametrize("draws", [1, 7, 512, 4000])
def test_systematic_draws_round_each_expected_number_up_or_down(draws):
    rng = np.random.default_rng(draws)
    weights = rng.dirichlet(np.full(100, 0.2))
    times = np.bincount(systematic(weights, draws, rng), minlength=100)
    assert times.sum() == draws
    assert (np.abs(times - draws * weights) < 1).all()


def test_systematic_draws_are_unbiased():
    rng, draws, repeats = np.random.default_rng(0), 7, 20_000
    weights = np.array([0.05, 0.15, 0.3, 0.1, 0.4])
    times = np.zeros(5)
    for _ in range(repeats):
        times += np.bincount(systematic(weights, draws, rng), minlength=5)
    # Each count is one of two neighbouring numbers: its deviation is at most 1/2.
    np.testing.assert_allclose(
        times / repeats, draws * weights, atol=5 * 0.5 / repeats**0.5
    )


def test_proposals_are_the_student_t_whose_density_divides_the_weights():
    spread = np.array([[1.0, 0.6], [0.6, 2.0]])
    uniform = qmc.Sobol(3, rng=np.random.default_rng(0)).random(2**14)
    points = student_t(uniform, np.array([1.0, -1.0]), spread)
    np.testing.assert_allclose(points.mean(axis=0), [1, -1], atol=0.01)
    expected = spread * DEGREES / (DEGREES - 2)
    np.testing.assert_allclose(np.cov(points.T), expected, atol=0.05)
    for side, scale in ((0, 1.0), (1, np.sqrt(2.0))):
        centred = (points[:, side] - (1.0, -1.0)[side]) / scale
        # A Sobol sequence fills quantiles better than chance: 1.36/sqrt(n) is 0.011.
        assert stats.kstest(centred, stats.t(DEGREES).cdf).statistic < 0.011
