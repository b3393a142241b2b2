"""The smc engine: the posterior of a grid, the same bits, and the gate."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models import ConvergenceError
from cszt_models.checks.simulation_based import (
    doubled_variance,
    faults,
    simulate,
    uniformity,
)
from cszt_models.inference import marginal, mixing, smc
from cszt_models.inference.fit import fit, fit_scales, seed_of
from cszt_models.inference.influence import influential_rows
from cszt_models.inference.mixing import Mixing
from cszt_models.structural.likelihood import ScalePosterior
from tests.inference.test_evidence import WALKS, panel, quadrature

SIMULATIONS = 40


@pytest.fixture(scope="module")
def known():
    return panel(WALKS["two"])


@pytest.fixture(scope="module")
def posterior(known):
    return smc.sample(known, draws=4000, seed=seed_of(1, "x"))


def moments(logs, weights=None):
    """Mean and standard deviation of every column."""
    mean = np.average(logs, axis=0, weights=weights)
    square = np.average(np.square(logs - mean), axis=0, weights=weights)
    return np.array([mean, np.sqrt(square)])


def test_scales_have_the_moments_of_a_grid(known, posterior):
    target = ScalePosterior(known)
    both = zip(target.centre, target.spread, strict=True)
    axes = [centre + spread * np.linspace(-6, 6, 81) for centre, spread in both]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 2)
    density = target(grid)
    mean, deviation = moments(grid, np.exp(density - density.max()))
    found = moments(np.log(posterior.scales))
    error = 1 / np.sqrt(posterior.diagnostics.ess)
    np.testing.assert_allclose((found[0] - mean) / deviation, 0, atol=4 * error)
    np.testing.assert_allclose(found[1] / deviation, 1, atol=4 * error)


def test_scales_are_those_of_the_marginal_engine(known, posterior):
    others = [
        moments(np.log(marginal.sample(known, draws=4096, seed=seed_of(n, "y")).scales))
        for n in range(4)
    ]
    deviation = np.mean(others, axis=0)[1]
    apart = (moments(np.log(posterior.scales)) - np.mean(others, axis=0)) / deviation
    # four fits of about 200 effective vectors, and one of at least 400
    assert np.abs(apart).max() < 4 * np.sqrt(1 / 800 + 1 / 400)


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_weights_of_the_steps_multiply_to_the_evidence(walk):
    known = panel(walk)
    found = smc.sample(known, draws=1, seed=seed_of(3, "x"))
    error = found.diagnostics.evidence_error
    assert 0 < error < 0.1
    assert abs(found.log_evidence - quadrature(known)) < 4 * error


def test_the_same_seed_gives_the_same_bits(known, posterior):
    again = smc.sample(known, draws=4000, seed=seed_of(1, "x"))
    assert again.scales.tobytes() == posterior.scales.tobytes()
    assert again.log_evidence == posterior.log_evidence
    assert again.diagnostics == posterior.diagnostics
    other = smc.sample(known, draws=4000, seed=seed_of(2, "x"))
    assert not np.array_equal(other.scales, again.scales)


def test_densities_are_those_of_the_draws(known, posterior):
    target = ScalePosterior(known)
    expected = target.log_likelihood(np.log(posterior.scales[:50]))
    np.testing.assert_allclose(posterior.log_likelihood[:50], expected, rtol=1e-12)


def test_runs_that_disagree_are_refused(known, monkeypatch):
    monkeypatch.setattr(mixing, "RHAT_MAX", 0.9)
    monkeypatch.setattr(smc, "ROUNDS", 1)
    words = r"^test: independent runs disagree: R-hat of '(walk|shock)' is 1\.0\d\d"
    with pytest.raises(ConvergenceError, match=words):
        smc.sample(known, draws=20, seed=seed_of(1, "x"))


def test_diagnostics_name_the_scales_that_mix_worst():
    scales = {"walk": Mixing(1.002, 500.0, 300.0), "shock": Mixing(1.2, 900.0, 900.0)}
    failed = smc.SmcDiagnostics(scales, 2000, 5, 0.1)
    assert not failed.passed
    assert (failed.rhat, failed.ess) == (1.2, 300.0)
    assert failed.failure == (
        "R-hat of 'shock' is 1.200 (limit 1.01), effective size of 'walk' is 300 "
        "(at least 400)"
    )
    assert not replace(failed, scales={"walk": Mixing(np.nan, 900.0, 900.0)}).passed


def test_values_beyond_double_precision_are_refused(known):
    rows = (replace(known.rows[0], value=1e200), *known.rows[1:])
    with pytest.raises(ConvergenceError, match=r"^test: the rows have no density at"):
        smc.sample(replace(known, rows=rows), draws=1, seed=seed_of(1, "x"))


def test_marginal_that_fails_its_gate_falls_back_and_says_so(
    known, monkeypatch, caplog
):
    monkeypatch.setattr(marginal, "ESS_MIN", 1e9)
    monkeypatch.setattr(marginal, "ROUNDS", 1)
    fitted = fit(known, as_of=None, seed=1, draws=50)
    assert fitted.engine == "smc"
    assert "marginal engine failed its gate: test: importance weights" in fitted.note
    assert "The figures that weigh most are those of a 20" in fitted.note
    assert "drawn by smc" in caplog.text
    asked = fit(known, as_of=None, seed=1, draws=50, engine="smc")
    assert asked.note == ""
    assert asked.scales.identical(fitted.scales)
    assert asked.cells.identical(fitted.cells)
    assert asked.log_evidence == fitted.log_evidence


def test_rows_that_weigh_most_move_the_scales_when_they_are_left_out(known):
    """First order in the row: of the right sign, and not far from a fit without it."""
    values = known.values.copy()
    values[4] = 8.0  # of a scale of one
    rows = [replace(r, value=v) for r, v in zip(known.rows, values, strict=True)]
    odd = replace(known, rows=tuple(rows))
    drawn = fit_scales(odd, seed=1, vectors=64).scales
    row, name, shift = influential_rows(odd, drawn)[0]
    assert row == 4
    without = replace(odd, rows=tuple(rows[:4] + rows[5:]))
    place = [c.name for c in known.components].index(name)
    logs = np.log(drawn[:, place])
    moved = np.log(fit_scales(without, seed=1, vectors=64).scales[:, place]).mean()
    assert (moved - logs.mean()) / logs.std() * shift > 0


@pytest.fixture
def short_chains(monkeypatch):
    """Fewer and shorter chains, for many fits: ranks need a hundred draws each."""
    for name, value in {"RUNS": 2, "CHAINS": 32, "LAST_STEPS": 16}.items():
        monkeypatch.setattr(smc, name, value)
    monkeypatch.setattr(mixing, "RHAT_MAX", 1.1)
    monkeypatch.setattr(mixing, "ESS_MIN", 100.0)


@pytest.mark.usefixtures("short_chains")
def test_ranks_of_a_right_model_are_uniform_and_of_a_planted_error_not():
    given = {"seed": 1, "numbers": range(SIMULATIONS), "engine": "smc"}
    right, wrong = (
        uniformity(simulate(panel(WALKS["one free scale"]), change=change, **given))
        for change in (None, doubled_variance)
    )
    assert faults(right) == []
    assert right["failed"].sum() == 0
    assert faults(wrong)
