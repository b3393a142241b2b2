"""The nuts engine: the same model, the same posterior, its gate and its extensions."""

import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import arviz
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

from cszt_models import ConvergenceError, DataError
from cszt_models.inference import marginal, mixing, nuts
from cszt_models.inference.fit import fit, fit_scales, seed_of
from cszt_models.inference.mixing import Mixing
from cszt_models.inference.nuts import gate, to_pymc
from cszt_models.models.fits import fit_blocks
from cszt_models.models.priors import read_priors
from cszt_models.project.plan import read_targets
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
from cszt_models.targets.attainment import assess

YEARS = np.arange(2000, 2018)
LAST = 2014  # year with rows
FREE = ("walk", "shock", "basis")
EFFECT = 1.5  # of the covariate, in points
WIDE = 5.0  # prior standard deviation of the effect


def with_cells(engine, panel, *, draws, seed):
    """Scales by an engine, and cells given them."""
    scale_seed, cell_seed = seed.spawn(2)
    drawn = engine.sample(panel, draws=draws, seed=scale_seed)
    rng = np.random.default_rng(cell_seed)
    (cells,) = states.draw_cells([panel], [drawn.scales], [rng], draws=draws)
    return SimpleNamespace(**vars(drawn), cells=cells)


def sample(panel, *, draws, seed):
    return with_cells(nuts, panel, draws=draws, seed=seed)


def panel(values=None):
    """Two regions, walk and common shock; the first years again on an old basis."""
    places = [(r, int(y), "new") for r in "ab" for y in YEARS if y <= LAST]
    places += [("a", int(y), "old") for y in YEARS[:6]]
    values = np.zeros(len(places)) if values is None else values
    rows = tuple(
        Row(float(v), (Cell(r, y),), r, y, basis, "any")
        for (r, y, basis), v in zip(places, values, strict=True)
    )
    noise = measurement(rows, {"any": 1.0})
    components = (
        Component("level", Scale(3.0, 0.0), kernels.constant(YEARS), "own"),
        Component("walk", Scale(0.5, 0.6), kernels.walk(YEARS), "own"),
        Component("shock", Scale(0.7, 0.6), kernels.shock(YEARS), "common"),
        Component("basis", Scale(0.8, 0.7), basis_offsets(rows, ["new"]), "rows"),
        Component("measurement", Scale(0.3, 0.0), noise, "rows"),
    )
    return Panel("test", "points", ("a", "b"), YEARS, rows, components)


@pytest.fixture(scope="module")
def known(covariance_by_loops):
    """The panel with values drawn from its own model."""
    k = covariance_by_loops(panel(), [3.0, 0.4, 1.1, 1.0, 0.3])
    noise = np.random.default_rng(8).standard_normal(len(k))
    return panel(kernels.root(k) @ noise)


@pytest.fixture(scope="module")
def covariate(known):
    """A number for each row that moves from year to year."""
    return np.sin(2.1 * np.array([row.year for row in known.rows]))


@pytest.fixture(scope="module")
def posterior(known):
    return sample(known, draws=6000, seed=seed_of(1, "x"))


@pytest.fixture(scope="module")
def stored(posterior):
    """In place of `nuts.chains`: those of the posterior, without sampling again."""
    asked = []

    def chains(panel, model, *, draws, seed, progress):  # noqa: ARG001
        asked.append(draws)
        return posterior.chains

    chains.asked = asked
    return chains


def marginal_fits(known, count=12):
    """Posteriors of the other engine with different seeds, to tell its own error."""
    seeds = [seed_of(number, "marginal") for number in range(count)]
    return [with_cells(marginal, known, draws=4096, seed=seed) for seed in seeds]


def mean_and_error(estimates):
    """Mean of estimates from different seeds, and its standard error."""
    estimates = np.asarray(estimates)
    return estimates.mean(0), estimates.std(0, ddof=1) / np.sqrt(len(estimates))


def moments(tree):
    """Mean and sd of log scales by their chains, and the Monte-Carlo error of each."""
    logs = np.log(tree["posterior"]["scale"].to_dataset())
    error = [arviz.mcse(logs, method=name)["scale"] for name in ("mean", "sd")]
    found = logs["scale"].mean(("chain", "draw")), logs["scale"].std(("chain", "draw"))
    return np.array(found), np.array(error)


def scores(known, tree, fits):
    """Differences of both moments of every log scale in standard errors."""
    free = ScalePosterior(known).free
    logs = [np.log(one.scales[:, free]) for one in fits]
    others, spread = mean_and_error([[x.mean(0), x.std(0)] for x in logs])
    found, error = moments(tree)
    return (found - others) / np.hypot(error, spread)


def chains_of(*scales, divergent=0):
    """A tree as of the sampler, from (chain, draw) of each scale."""
    names = [f"s{n}" for n in range(len(scales))]
    drawn = xr.DataArray(
        np.stack(scales, axis=-1), {"component": names}, ("chain", "draw", "component")
    )
    diverging = np.zeros(scales[0].shape, dtype=bool)
    diverging.flat[:divergent] = True
    steps = xr.Dataset({"diverging": (("chain", "draw"), diverging)})
    groups = {"posterior": drawn.to_dataset(name="scale"), "sample_stats": steps}
    return xr.DataTree.from_dict(groups)


def good(seed):
    return np.random.default_rng(seed).lognormal(size=(4, 500))


def probabilities(assessment, field="probability"):
    """Of the projected headline targets and their joint, or the errors of these."""
    found = {
        one.target.id: getattr(one, field)
        for one in assessment.targets
        if one.status in ("projected", "nowcast")
    }
    return found | {"joint": getattr(assessment.joint, field)}


def log_densities(model, logs, *, jacobian):
    """Log density of the rows, and of the scales, at free log scales."""
    point = {"scale_log__": logs}
    return [
        float(
            model.compile_logp(vars=variables, jacobian=jacobian, mode="FAST_COMPILE")(
                point
            )
        )
        for variables in (model.observed_RVs, model.free_RVs)
    ]


def test_model_has_the_density_of_the_marginal_engine(known, covariance_by_loops):
    prior, model = ScalePosterior(known), to_pymc(known)
    for seed in range(4):
        logs = np.random.default_rng(seed).normal(prior.centre[prior.free], 0.8)
        scales = prior.scales(logs)
        rows, of_logs = log_densities(model, logs, jacobian=True)
        expected = log_likelihood(known, scales)
        np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-8)
        k = covariance_by_loops(known, scales)
        dense = stats.multivariate_normal(cov=k).logpdf(known.values)
        np.testing.assert_allclose(rows, dense, rtol=0, atol=1e-8)
        # The sampler moves in log scales, where the prior is normal; the density of the
        # scales themselves lacks the Jacobian of the logarithm.
        np.testing.assert_allclose(of_logs, prior.log_prior(logs), rtol=0, atol=1e-8)
        _, of_scales = log_densities(model, logs, jacobian=False)
        lognormal = stats.lognorm(prior.spread, scale=np.exp(prior.centre[prior.free]))
        expected = lognormal.logpdf(scales[prior.free]).sum()
        np.testing.assert_allclose(of_scales, expected, rtol=0, atol=1e-8)


def test_model_names_scales_and_rows(known):
    model = to_pymc(known)
    assert model.named_vars_to_dims == {"scale": ("component",), "values": ("row",)}
    assert tuple(model.coords["component"]) == FREE
    assert len(model.coords["row"]) == len(known.rows)


def test_both_engines_give_the_same_scales(known, posterior):
    z = scores(known, posterior.chains, marginal_fits(known))
    assert z.shape == (2, len(FREE))
    assert np.abs(z).max() < 4  # of six comparisons


def test_a_prior_that_differs_is_seen(known, posterior):
    """The comparison above would tell a median that is off by a tenth of a spread."""
    parts = [
        replace(c, scale=replace(c.scale, median=c.scale.median * np.exp(0.1 * 0.7)))
        if c.name == "basis"
        else c
        for c in known.components
    ]
    other = replace(known, components=tuple(parts))
    assert np.abs(scores(other, posterior.chains, marginal_fits(other))).max() > 4


def test_both_engines_give_the_same_cells(known, posterior):
    drawn = posterior.cells["cells"]
    fits = marginal_fits(known)
    means, spread = mean_and_error([one.cells["cells"].mean(0) for one in fits])
    error = drawn.std(0) / np.sqrt(posterior.diagnostics.ess)
    assert np.abs((drawn.mean(0) - means) / np.hypot(error, spread)).max() < 4.5
    ratios = drawn.std(0) / np.mean([one.cells["cells"].std(0) for one in fits], axis=0)
    np.testing.assert_allclose(ratios, 1, atol=0.08)  # 4.5/sqrt(2 * 1600)


def test_fixed_scales_stay_fixed(posterior):
    np.testing.assert_allclose(posterior.scales[:, 0], 3.0, rtol=1e-12)
    np.testing.assert_allclose(posterior.scales[:, 4], 0.3, rtol=1e-12)
    assert posterior.scales[:, 1:4].std(axis=0).min() > 0.05


def test_without_a_free_scale_there_is_nothing_to_sample(known, monkeypatch):
    monkeypatch.delattr(nuts, "chains")
    parts = [replace(c, scale=Scale(c.scale.median, 0)) for c in known.components]
    fixed = replace(known, components=tuple(parts))
    drawn = sample(fixed, draws=3000, seed=seed_of(0, "x"))
    np.testing.assert_allclose(
        drawn.scales, np.tile([3.0, 0.5, 0.7, 0.8, 0.3], (3000, 1)), rtol=1e-12
    )
    assert (drawn.diagnostics.rhat, drawn.diagnostics.ess) == (1.0, 3000)
    seed = seed_of(0, "x")
    other = with_cells(marginal, fixed, draws=3000, seed=seed).cells["cells"]
    error = np.hypot(other.std(0), drawn.cells["cells"].std(0)) / np.sqrt(3000)
    z = (drawn.cells["cells"].mean(0) - other.mean(0)) / error
    assert np.abs(z).max() < 4.5


@pytest.mark.parametrize("draws", [1, 7, 2000, 6000])
def test_there_are_as_many_draws_as_asked_for(known, stored, draws, monkeypatch):
    monkeypatch.setattr(nuts, "chains", stored)
    drawn = sample(known, draws=draws, seed=seed_of(2, "x"))
    assert drawn.scales.shape == (draws, 5)
    assert drawn.cells["cells"].shape == (draws, 2, len(YEARS))
    assert stored.asked[-1] == max(draws, 2000)
    # Each of a different step; a few steps of a chain end where they began.
    assert len(np.unique(drawn.scales, axis=0)) > 0.9 * draws


def test_draws_are_in_no_order_of_the_chains(posterior):
    first, second = np.split(np.log(posterior.scales[:, 1]), 2)
    steps = np.log(posterior.chains["posterior"]["scale"].to_numpy()[..., 0]).ravel()
    np.testing.assert_allclose(np.sort(np.r_[first, second]), np.sort(steps))
    assert not np.allclose(np.r_[first, second], steps)


def test_chains_are_named_for_arviz(posterior, tmp_path):
    table = arviz.summary(posterior.chains)
    assert list(table.index) == [f"scale[{name}]" for name in FREE]
    observed = posterior.chains["observed_data"]["values"]
    assert observed.dims == ("row",)
    of_a = observed.where(observed["region"] == "a", drop=True)
    assert list(of_a.where(of_a["basis"] == "old", drop=True)["year"]) == [*YEARS[:6]]
    posterior.chains.to_netcdf(tmp_path / "chains.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "chains.nc", engine="h5netcdf") as again:
        xr.testing.assert_equal(again["posterior"], posterior.chains["posterior"])


@pytest.fixture(scope="module")
def with_effect(known, covariate):
    """The panel moved by a covariate, its chains with a coefficient for it."""
    import pymc as pm

    values = known.values + EFFECT * covariate
    moved = panel(values)
    model = to_pymc(moved, mean=lambda: pm.Normal("effect", 0, WIDE) * covariate)
    return moved, nuts.chains(moved, model, draws=4000, seed=3)


def test_a_covariate_is_recovered(with_effect, covariate):
    """A coefficient with a normal prior is one more component of the rows."""
    moved, tree = with_effect
    effect = tree["posterior"]["effect"]
    assert abs(float(effect.mean()) - EFFECT) < 3 * float(effect.std())
    shape = np.outer(covariate, covariate)
    same = Component("effect", Scale(WIDE, 0.0), shape, "rows")
    other = replace(moved, components=(*moved.components, same))
    found = []
    for one in marginal_fits(other):
        solved = np.linalg.solve(other.covariance(one.scales[:500]), covariate)
        means = WIDE**2 * solved @ other.values
        variances = WIDE**2 - WIDE**4 * solved @ covariate
        found.append([means.mean(), np.sqrt(variances.mean() + means.var())])
    expected, spread = mean_and_error(found)
    error = [float(arviz.mcse(effect, method=name)) for name in ("mean", "sd")]
    z = (np.array([effect.mean(), effect.std()]) - expected) / np.hypot(error, spread)
    assert np.abs(z).max() < 4


def test_rows_given_the_others_have_their_conditional_density(with_effect):
    moved, tree = with_effect
    found = nuts.with_log_likelihood(moved, tree)["log_likelihood"]["values"]
    assert found.dims == ("chain", "draw", "row")
    scales = nuts.all_scales(moved, tree).reshape(4, 1000, -1)
    for chain, draw, row in ((0, 0, 0), (3, 999, 20), (1, 500, 35)):
        at = {"chain": chain, "draw": draw}
        residual = moved.values - tree["posterior"]["mean"].isel(at).to_numpy()
        k = moved.covariance(scales[chain, draw])
        joint = stats.multivariate_normal(cov=k).logpdf(residual)
        others = np.delete(np.arange(len(residual)), row)
        rest = stats.multivariate_normal(cov=k[np.ix_(others, others)])
        expected = joint - rest.logpdf(residual[others])
        np.testing.assert_allclose(found.isel(at | {"row": row}), expected, rtol=1e-8)


def test_arviz_prefers_the_model_with_a_covariate_that_matters(with_effect):
    moved, tree = with_effect
    plain = sample(moved, draws=100, seed=seed_of(1, "x")).chains
    trees = {"plain": plain, "effect": tree}
    ranked = arviz.compare(
        {name: nuts.with_log_likelihood(moved, one) for name, one in trees.items()}
    )
    assert list(ranked.index) == ["effect", "plain"]


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        (
            "RHAT_MAX",
            0.9,
            r"^test: R-hat of '(walk|shock|basis)' is 1\.0\d\d \(limit 0",
        ),
        ("ESS_MIN", 1e6, r"effective size of '(walk|shock|basis)' is \d+ \(at least 1"),
        ("DIVERGENT_MAX", 0.0, r"and 0 of 6000 steps diverge \(limit 0\.0\)\. Ask for"),
    ],
)
def test_the_gate_refuses(known, stored, limit, value, words, monkeypatch):
    monkeypatch.setattr(nuts, "chains", stored)
    place = nuts if hasattr(nuts, limit) else mixing
    monkeypatch.setattr(place, limit, value)
    with pytest.raises(ConvergenceError, match=words):
        fit(known, as_of=None, seed=1, draws=20, engine="nuts")


def test_the_gate_passes_chains_that_agree():
    found = gate("x", chains_of(good(1), good(2), divergent=1))
    assert found.divergences == 1
    assert found.steps == 2000
    assert all(isinstance(one, Mixing) for one in found.scales.values())
    assert found.rhat == max(one.rhat for one in found.scales.values())
    assert found.ess == min(min(one[1:]) for one in found.scales.values())


def test_the_gate_names_the_scale_on_which_chains_disagree():
    apart = good(1) * np.array([1, 1, 1, 4])[:, None]
    with pytest.raises(ConvergenceError, match=r"^x: R-hat of 's1' is 1\.\d+ .* 's1'"):
        gate("x", chains_of(good(2), apart, good(3)))


def test_the_gate_names_the_scale_that_moves_slowly():
    slow = np.repeat(good(1)[:, :50], 10, axis=1)
    with pytest.raises(ConvergenceError, match=r"effective size of 's0' is \d+ "):
        gate("x", chains_of(slow, good(2)))


def test_the_gate_refuses_divergent_steps():
    with pytest.raises(ConvergenceError, match="2 of 2000 steps diverge"):
        gate("x", chains_of(good(1), divergent=2))


def test_diagnostics_name_divergences_that_fail_the_gate():
    passed = gate("x", chains_of(good(1), good(2), divergent=1))
    failed = replace(passed, divergences=2)
    assert passed.passed
    assert not failed.passed
    assert "and 2 of 2000 steps diverge (limit 0.001)" in failed.failure


def test_diagnostics_of_fixed_scales_pass_whatever_the_draws():
    assert nuts.NutsDiagnostics({}, 0, 20).passed
    assert marginal.Diagnostics(0.0, 20, 0, 0).passed
    assert not marginal.Diagnostics(np.nan, 500.0, 512, 1).passed


def test_the_gate_refuses_a_scale_that_never_moves():
    with pytest.raises(ConvergenceError, match=r"^test: R-hat of 's1' is nan"):
        gate("test", chains_of(good(1), np.ones((4, 500))))


def test_rows_without_density_are_refused_before_sampling(known, monkeypatch):
    monkeypatch.delattr(nuts, "chains")
    impossible = panel(np.where(np.arange(len(known.rows)) == 3, 1e200, 0.0))
    with pytest.raises(ConvergenceError, match=r"^test: the rows have no density"):
        sample(impossible, draws=10, seed=seed_of(0, "x"))


def test_an_interrupt_is_not_taken_for_a_short_posterior(known, monkeypatch):
    import nutpie

    class Running:
        cancelled = False

        def wait(self):
            raise KeyboardInterrupt

        def cancel(self):
            self.cancelled = True

    running = Running()
    monkeypatch.setattr(nutpie, "compile_pymc_model", lambda model, backend: model)  # noqa: ARG005
    monkeypatch.setattr(nutpie, "sample", lambda compiled, **options: running)  # noqa: ARG005
    with pytest.raises(KeyboardInterrupt):
        nuts.chains(known, to_pymc(known), draws=100, seed=1)
    assert running.cancelled


def test_nuts_runs_on_request_alone(known, monkeypatch):
    monkeypatch.delattr(nuts, "sample")
    monkeypatch.setattr(marginal, "ESS_MIN", 1e9)
    monkeypatch.setattr(marginal, "ROUNDS", 1)
    assert fit(known, as_of=None, seed=1, draws=50).engine == "smc"


def test_marginal_that_passes_its_gate_needs_no_other(known, monkeypatch):
    monkeypatch.delattr(nuts, "sample")
    fitted = fit(known, as_of=None, seed=1, draws=50)
    assert (fitted.engine, fitted.note) == ("marginal", "")


def test_an_unknown_engine_is_told_the_nearest(known):
    with pytest.raises(DataError, match=r"engine 'nut'\. Did you mean 'nuts'"):
        fit(known, as_of=None, seed=1, engine="nut")


def test_the_sampler_is_imported_when_it_is_used():
    code = (
        "import sys, cszt_models.inference.fit; print('pymc' in sys.modules, "
        "'nutpie' in sys.modules, 'arviz' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"] * 3


@pytest.mark.slow
def test_both_engines_say_the_same_of_the_real_data(czt, observations, monkeypatch):
    """Every scale's mean and sd, and the headline probabilities, of all blocks."""
    day, samples, original = czt.data_date, {}, nuts.sample
    # of each block the first form alone: chains of all take an hour
    priors = {
        name: replace(
            block,
            forms=tuple(
                replace(form, weight=float(form is block.forms[0]))
                for form in block.forms
            ),
        )
        for name, block in read_priors(czt).items()
    }

    def recorded(panel, **options):
        samples[panel.name] = panel, original(panel, **options)
        return samples[panel.name][1]

    fits = [
        fit_blocks(observations, czt, as_of=day, seed=seed, priors=priors)
        for seed in range(16)
    ]
    with monkeypatch.context() as patch:
        patch.setattr(nuts, "sample", recorded)
        reference = fit_blocks(
            observations, czt, as_of=day, seed=1, engine="nuts", priors=priors
        )
    assert {one.engine for one in reference.blocks.values()} == {"nuts"}

    parts = []
    for block, (panel, posterior) in samples.items():
        free = ScalePosterior(panel).free
        own = [fit_scales(panel, seed=seed).scales for seed in range(16)]
        logs = [np.log(scales[:, free]) for scales in own]
        theirs = mean_and_error([[x.mean(0), x.std(0)] for x in logs])
        numbers = np.array([*theirs, *moments(posterior.chains)])
        scales = [f"{block} {scale}" for scale in posterior.diagnostics.scales]
        parts += [(f"mean of {s}", *numbers[:, 0, n]) for n, s in enumerate(scales)]
        parts += [(f"sd of {s}", *numbers[:, 1, n]) for n, s in enumerate(scales)]
    targets = {t.id: t for t in read_targets(czt).values() if t.headline}
    answers = [probabilities(assess(one, targets)) for one in fits]
    theirs = mean_and_error([list(one.values()) for one in answers])
    answer = assess(reference, targets)
    ours = [list(probabilities(answer, f).values()) for f in ("probability", "mcse")]
    parts += zip(answers[0], *theirs, *ours, strict=True)
    columns = ["of", "marginal", "error", "nuts", "mcse"]
    table = pd.DataFrame(parts, columns=columns).set_index("of")
    table["z"] = (table.nuts - table.marginal) / np.hypot(table.error, table.mcse)
    print(table.round(4).to_string())
    assert len(table) > 2 * len(samples)
    assert table.z.abs().max() < 4.5  # of about a hundred comparisons
