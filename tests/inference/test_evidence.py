"""Evidence of every engine against sums over a fine grid of scales."""

import numpy as np
import pytest
from scipy import special, stats

from cszt_models.inference import marginal
from cszt_models.inference.evidence import bridge_sampling
from cszt_models.inference.fit import fit, seed_of
from cszt_models.structural import kernels
from cszt_models.structural.likelihood import ScalePosterior
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale

YEARS = np.arange(2000, 2012)


def panel(walk):
    """One region of a few values, far from what the priors expect."""
    values = np.random.default_rng(3).standard_normal(9) * np.linspace(0.2, 3.0, 9)
    rows = tuple(
        Row(float(value), (Cell("a", int(year)),), "a", int(year), "", "")
        for value, year in zip(values, YEARS, strict=False)
    )
    components = (
        Component("walk", walk, kernels.walk(YEARS), "own"),
        Component("shock", Scale(0.7, 0.6), kernels.shock(YEARS), "own"),
    )
    return Panel("test", "points", ("a",), YEARS, rows, components)


def quadrature(known):
    """Log evidence by the trapezoidal rule, with dense densities of SciPy."""
    free = [c for c in known.components if not c.scale.fixed]
    axes = [
        np.log(c.scale.median) + c.scale.spread * np.linspace(-6, 6, 61) for c in free
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(free))
    medians = np.log([c.scale.median for c in known.components])
    scales = np.tile(medians, (len(grid), 1))
    scales[:, [not c.scale.fixed for c in known.components]] = grid
    density = [
        stats.multivariate_normal(cov=k).logpdf(known.values)
        for k in known.covariance(np.exp(scales))
    ]
    centres = np.log([c.scale.median for c in free])
    spreads = [c.scale.spread for c in free]
    prior = stats.norm(centres, spreads).logpdf(grid).sum(1)
    steps = np.log([axis[1] - axis[0] for axis in axes]).sum()
    return float(special.logsumexp(density + prior) + steps)


WALKS = {"one free scale": Scale(0.5, 0.0), "two": Scale(0.5, 0.8)}


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_smoothed_ratios_of_the_marginal_engine_average_to_the_evidence(walk):
    known = panel(walk)
    found = [
        marginal.sample(known, draws=1, seed=seed_of(n, "x")).log_evidence
        for n in range(4)
    ]
    # an effective size of 200 of 512 leaves an error of 0.05 for each of four
    np.testing.assert_allclose(np.mean(found), quadrature(known), atol=0.08)
    assert len(set(found)) == 4


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_bridge_sampling_of_posterior_draws_gives_the_evidence(walk):
    known = panel(walk)
    target = ScalePosterior(known)
    drawn = marginal.sample(known, draws=1000, seed=seed_of(1, "x"))
    logs = np.log(drawn.scales[:, target.free])
    found = bridge_sampling(
        target, logs, ess=drawn.diagnostics.ess, seed=seed_of(2, "")
    )
    np.testing.assert_allclose(found, quadrature(known), atol=0.08)


def test_the_evidence_of_fixed_scales_is_the_likelihood():
    known = panel(Scale(0.5, 0.0))
    shock = Component("shock", Scale(0.9, 0.0), kernels.shock(YEARS), "own")
    fixed = Panel("x", "", ("a",), YEARS, known.rows, (known.components[0], shock))
    expected = stats.multivariate_normal(
        cov=fixed.covariance(np.array([0.5, 0.9]))
    ).logpdf(fixed.values)
    for engine in ("marginal", "nuts"):
        found = fit(fixed, as_of=None, seed=1, draws=4, engine=engine).log_evidence
        np.testing.assert_allclose(found, expected, rtol=1e-10)
