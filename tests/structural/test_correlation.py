"""Dependence: joint draws are exact, correlations are recovered, zero is a product."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from cszt_models.inference.fit import cell_rng
from cszt_models.models.fits import fit_blocks
from cszt_models.models.priors import read_priors
from cszt_models.project.plan import read_targets
from cszt_models.structural import (
    correlation as dependence,
)
from cszt_models.structural import (
    covariance,
    kernels,
    prior_draws,
)
from cszt_models.structural import (
    simulation_smoother as states,
)
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale
from cszt_models.targets.attainment import assess

YEARS = np.arange(2000, 2012)
SCALES = np.array([1.5, 0.8, 0.5, 0.3])
R = np.array([[1.0, 0.7, -0.4], [0.7, 1.0, 0.1], [-0.4, 0.1, 1.0]])


def panel(name, first=2000, last=2009, *, trend="walk", years=YEARS, values=None):
    """Two regions with a common trend and shock, told of from first to last."""
    rows = tuple(
        Row(0.0, (Cell(r, y),), r, y, "", "") for r in "ab" for y in range(first, last)
    )
    if values is not None:
        rows = tuple(replace(r, value=v) for r, v in zip(rows, values, strict=True))
    shapes = {"walk": kernels.walk(years), "damped": kernels.damped_trend(years, 0.6)}
    components = (
        Component("trend", Scale(1.5, 0.5), shapes[trend], "common", link="trend"),
        Component(
            "shock", Scale(0.8, 0.5), kernels.shock(years), "common", link="shock"
        ),
        Component("own", Scale(0.5, 0.5), kernels.walk(years), "own"),
        Component("measurement", Scale(0.3, 0.0), np.eye(len(rows)), "rows"),
    )
    return Panel(name, "points", ("a", "b"), years, rows, components)


def three():
    """Panels of different spans, one over other years, with values of their own.

    In the first the regions have variances of their own.
    """
    rng = np.random.default_rng(3)
    spans = [(2000, 2010), (2003, 2008), (1999, 2012)]
    made = [
        panel("x", *spans[0]),
        panel("y", *spans[1], trend="damped"),
        panel("z", *spans[2], years=np.arange(1998, 2014)),
    ]
    components = tuple(replace(c, sized=c.over == "own") for c in made[0].components)
    made[0] = replace(made[0], components=components, sizes=(1.6, 0.7))
    return [
        replace(
            one,
            rows=tuple(
                replace(r, value=v) for r, v in zip(one.rows, told, strict=True)
            ),
        )
        for one in made
        for told in [2 * rng.standard_normal(len(one.rows))]
    ]


def everything(panels, correlation):
    """Dense mean and covariance of all cells given all rows, by brute force.

    All innovations of all components of all panels are stacked, with what each adds to
    every cell and row; those linked have the correlation of their panels.
    """
    to_cells, to_rows, who = [], [], []
    sizes = [len(p.regions) * len(p.years) for p in panels]
    counts = [len(p.rows) for p in panels]
    for n, one in enumerate(panels):
        for component, scale in zip(one.components, SCALES, strict=True):
            root = scale * np.linalg.cholesky(
                component.shape + 1e-14 * np.eye(len(component.shape))
            )
            for column in range(root.shape[1]):
                for region in range(2) if component.over == "own" else [None]:
                    cells = np.zeros((2, len(one.years)))
                    rows = np.zeros(counts[n])
                    if component.over == "rows":
                        rows = root[:, column]
                    else:
                        size = one.sizes[region] if component.sized else 1.0
                        cells[slice(None) if region is None else region] = (
                            size * root[:, column]
                        )
                        rows = one.design["cells"] @ cells.ravel()
                    to_cells.append(
                        np.r_[
                            np.zeros(sum(sizes[:n])),
                            cells.ravel(),
                            np.zeros(sum(sizes[n + 1 :])),
                        ]
                    )
                    to_rows.append(
                        np.r_[
                            np.zeros(sum(counts[:n])),
                            rows,
                            np.zeros(sum(counts[n + 1 :])),
                        ]
                    )
                    year = one.years[column] if component.link else None
                    who.append((component.link, year, n))
    to_cells, to_rows = np.array(to_cells).T, np.array(to_rows).T
    prior = np.eye(len(who))
    for i, (link, year, a) in enumerate(who):
        for j, (other, when, b) in enumerate(who):
            if link and link == other and year == when:
                prior[i, j] = correlation[a, b]
    k = to_rows @ prior @ to_rows.T
    gain = np.linalg.solve(k, to_rows @ prior @ to_cells.T).T
    values = np.concatenate([p.values for p in panels])
    cover = to_cells @ prior @ to_cells.T - gain @ to_rows @ prior @ to_cells.T
    return gain @ values, cover


def drawn(panels, correlation, draws):
    """All cells of all panels (draw, cell)."""
    found = states.draw_cells(
        panels,
        [np.tile(SCALES, (7, 1))] * len(panels),
        [cell_rng(4, one.name) for one in panels],
        draws=draws,
        correlation=correlation,
    )
    return np.concatenate([x["cells"].reshape(draws, -1) for x in found], axis=1)


@pytest.mark.parametrize("correlation", [np.eye(3), R], ids=["independent", "linked"])
def test_joint_draws_have_the_exact_moments(correlation):
    panels, draws = three(), 7_000
    mean, cover = everything(panels, correlation)
    found = drawn(panels, correlation, draws)
    sd = np.sqrt(cover.diagonal().clip(1e-12))
    z = (found.mean(axis=0) - mean) / (sd / np.sqrt(draws) + 1e-6)
    assert np.abs(z).max() < 4.5
    scale = np.outer(sd, sd) + 1e-6
    apart = (np.cov(found.T) - cover) / scale
    assert np.abs(apart).max() < 4.5 * np.sqrt(2 / draws)


@pytest.mark.parametrize("form", [0, 1], ids=["walk", "damped"])
def test_a_draw_of_a_form_has_the_moments_of_a_panel_with_that_form_alone(form):
    """Two trends of a panel are linked to those of others; a vector has one of them."""
    first, *others = three()
    other = panel("x", 2000, 2010, trend="damped").components[0]
    both = replace(
        first, components=(first.components[0], other, *first.components[1:])
    )
    vectors = np.tile(np.insert(SCALES, 0, 0.0), (8, 1))
    vectors[::2, :2] = SCALES[0], 0.0
    draws = 12_000
    found = states.draw_cells(
        [both, *others],
        [vectors, *[np.tile(SCALES, (8, 1))] * 2],
        [cell_rng(4, one.name) for one in (both, *others)],
        draws=draws,
        correlation=R,
    )
    cells = np.concatenate([x["cells"].reshape(draws, -1) for x in found], axis=1)
    alone = replace(
        both, components=tuple(np.delete(np.array(both.components, object), 1 - form))
    )
    mean, cover = everything([alone, *others], R)
    of_form = cells[form::2]
    sd = np.sqrt(cover.diagonal().clip(1e-12))
    z = (of_form.mean(axis=0) - mean) / (sd / np.sqrt(len(of_form)) + 1e-6)
    assert np.abs(z).max() < 4.5
    apart = (np.cov(of_form.T) - cover) / (np.outer(sd, sd) + 1e-6)
    assert np.abs(apart).max() < 4.5 * np.sqrt(2 / len(of_form))


def test_a_linked_panel_moves_with_the_rows_of_another():
    mean, _ = everything(three(), np.eye(3))
    linked, _ = everything(three(), R)
    assert np.abs(mean - linked).max() > 0.3  # else the test above would say nothing


def test_without_correlation_the_draws_are_those_of_each_panel_bit_for_bit():
    panels = three()
    together = drawn(panels, np.eye(3), 50)
    apart = [drawn([one], None, 50) for one in panels]
    np.testing.assert_array_equal(together, np.concatenate(apart, axis=1))


def test_the_same_seed_gives_the_same_bits_linked_or_not():
    np.testing.assert_array_equal(drawn(three(), R, 30), drawn(three(), R, 30))


def test_draws_are_cut_from_whole_rounds():
    many, few = drawn(three(), R, 21), drawn(three(), R, 20)
    np.testing.assert_array_equal(many[:20], few)


def test_draws_are_the_same_however_many_are_treated_at_once(monkeypatch):
    whole = drawn(three(), R, 600)
    monkeypatch.setattr(prior_draws, "BLOCK", 100)
    monkeypatch.setattr(covariance, "MOST_NUMBERS", 1)
    np.testing.assert_allclose(drawn(three(), R, 600), whole, rtol=0, atol=1e-12)


def simulated(correlation, seed, years=40):
    """Two panels whose innovations of one kind and year have a known correlation."""
    rng = np.random.default_rng(seed)
    span = np.arange(1980, 1980 + years)
    empty = [panel(name, 1980, 1980 + years, years=span, values=None) for name in "xy"]
    priors = [prior_draws.own_draws(one, SCALES[None], rng) for one in empty]
    root = np.linalg.cholesky([[1.0, correlation], [correlation, 1.0]])
    for kind in (0, 1):
        both = root @ np.array([prior.common[kind][0, 0] for prior in priors])
        for prior, mixed in zip(priors, both, strict=True):
            prior.common[kind][0, 0] = mixed
    found = []
    for one, prior in zip(empty, priors, strict=True):
        prior_draws.add_common(one, SCALES[None], prior)
        told = zip(one.rows, prior.rows[0], strict=True)
        found.append(
            replace(one, rows=tuple(replace(r, value=float(v)) for r, v in told))
        )
    return found


def estimated(panels, vectors=300):
    scales, rng = [SCALES for _ in panels], np.random.default_rng(1)
    return dependence.estimate(panels, scales, vectors=vectors, rng=rng)


@pytest.mark.parametrize("truth", [-0.6, 0.0, 0.8])
def test_a_known_correlation_is_recovered(truth):
    means, scores = [], []
    for seed in range(30):
        found = estimated(simulated(truth, seed))
        means.append(found.correlation[0, 1])
        scores.append((truth - found.correlation[0, 1]) / found.sd[0, 1])
    # Forty years of two kinds: an error of about 0.1 each, shrunk towards 0.
    assert np.mean(means) == pytest.approx(truth, abs=0.1)
    assert np.mean(np.abs(scores) < 1.64) > 0.75
    assert np.std(means) < 0.2


def test_the_likelihood_of_a_correlation_is_the_dense_one():
    panels = simulated(0.5, 1, years=8)
    pair = [dependence._whitened(one, SCALES) for one in panels]
    found = dependence.log_likelihood(*pair)
    values = np.concatenate([one.values for one in panels])
    expected = []
    for rho in dependence.GRID[::33]:
        k = np.zeros((len(values), len(values)))
        half = len(values) // 2
        for n, one in enumerate(panels):
            part = slice(n * half, (n + 1) * half)
            k[part, part] = one.covariance(SCALES)
        first = panels[0]
        common = [c for c in first.components if c.over == "common"]
        shared = sum(
            s**2 * first.row_cover(c) for c, s in zip(common, SCALES, strict=False)
        )
        k[:half, half:], k[half:, :half] = rho * shared, rho * shared
        expected.append(stats.multivariate_normal(cov=k).logpdf(values))
    zero = np.interp(0.0, dependence.GRID, found)
    at_zero = sum(
        stats.multivariate_normal(cov=one.covariance(SCALES)).logpdf(one.values)
        for one in panels
    )
    assert zero == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(found[::33], np.array(expected) - at_zero, atol=1e-7)


def test_no_data_shrink_the_correlation_to_nothing():
    short = [panel(name, 2000, 2001) for name in "xy"]
    found = estimated(short)
    assert abs(found.correlation[0, 1]) < 0.15
    assert found.sd[0, 1] == pytest.approx(1 / np.sqrt(5), abs=0.06)  # of Beta(2, 2)


def test_matrices_without_data_are_of_the_lkj_distribution():
    """Its margins are beta distributions on (-1, 1), for any number of panels."""
    pairs = {pair: np.zeros(199) for pair in combinations(range(7), 2)}
    found = dependence.draw_matrices(pairs, 7, 1500, np.random.default_rng(2))
    assert np.linalg.eigvalsh(found).min() > 0
    margin = stats.beta(4.5, 4.5, loc=-1, scale=2)
    for a, b in [(0, 1), (2, 5), (5, 6)]:
        jittered = found[:, a, b] + np.linspace(-0.005, 0.005, 1500)
        assert stats.kstest(jittered, margin.cdf).pvalue > 1e-3


def test_a_pair_is_drawn_given_what_all_say():
    """Two panels close to a third are close to each other, though no row says so."""
    close = -np.square(dependence.GRID - 0.9) / 0.001
    pairs = {(0, 1): close, (0, 2): close, (1, 2): np.zeros(199)}
    found = dependence.draw_matrices(pairs, 3, 500, np.random.default_rng(3))
    assert found[:, 1, 2].min() > 0.4
    alone = dependence.draw_matrices({(0, 1): close}, 3, 500, np.random.default_rng(3))
    assert alone[:, 0, 1].mean() == pytest.approx(0.9, abs=0.01)
    assert alone[:, 0, 1].std() == pytest.approx(np.sqrt(0.0005), rel=0.2)


def test_every_vector_has_a_matrix_and_unknown_panels_are_independent():
    found = estimated(simulated(0.5, 1, years=20), vectors=400)
    assert np.unique(found.drawn[:, 0, 1]).size > 20
    among = replace(found, drawn=found.drawn[:1]).among(["z", "y", "x"])
    rho = found.drawn[0, 0, 1]
    np.testing.assert_array_equal(among[0], [[1, 0, 0], [0, 1, rho], [0, rho, 1]])


def test_draws_have_the_correlation_of_their_vector():
    matrices = np.array([np.eye(3), R, *[(R + np.eye(3)) / 2] * 5])
    by_vector, linked = drawn(three(), matrices, 21), drawn(three(), R, 21)
    for vector, matrix in enumerate(matrices):
        alone = drawn(three(), matrix, 21)
        np.testing.assert_allclose(by_vector[vector::7], alone[vector::7], atol=1e-6)
    apart = np.abs(by_vector - linked).max(axis=1)
    assert (apart[1::7] < 1e-6).all()
    assert (apart[::7] > 1e-3).all()


def test_a_panel_of_exact_rows_cannot_be_linked():
    first = panel("x")
    bare = replace(first, components=first.components[:2], rows=first.rows[:5])
    with pytest.raises(ValueError, match="x: its rows have no variance of their own"):
        states.draw_cells(
            [bare, panel("y")],
            [SCALES[None, :2], SCALES[None]],
            [cell_rng(1, n) for n in "xy"],
            draws=2,
            correlation=R[:2, :2],
        )


def forced(monkeypatch, correlation):
    """Fits in which blocks have a correlation that is given, not estimated."""

    def estimate(panels, scales, *, vectors, rng):  # noqa: ARG001
        names = tuple(one.name for one in panels)
        matrix = np.eye(len(names))
        for (a, b), value in correlation.items():
            at = names.index(a), names.index(b)
            matrix[at], matrix[at[::-1]] = value, value
        drawn = np.tile(matrix, (vectors, 1, 1))
        return dependence.Dependence(names, drawn)

    monkeypatch.setattr(dependence, "estimate", estimate)


@pytest.mark.parametrize(
    ("correlation", "gain"),
    [({}, 0.0), ({("growth", "urbanization"): 0.9}, 1.0)],
    ids=["zero", "strong"],
)
def test_the_joint_of_independent_blocks_is_the_product(
    correlation, gain, monkeypatch, czt, observations
):
    forced(monkeypatch, correlation)
    priors = read_priors(czt)  # the trend of the first form alone is all linked
    forms = [
        replace(form, weight=float(form.name == "damped"))
        for form in priors["urbanization"].forms
    ]
    priors["urbanization"] = replace(priors["urbanization"], forms=tuple(forms))
    fits = fit_blocks(
        observations, czt, as_of=date(2023, 6, 30), seed=1, priors=priors, draws=1000
    )
    pair = ["growth_2021_2025", "urbanization_2025"]
    targets = read_targets(czt)
    # Growth near what is expected, so that neither target is nearly certain.
    easier = {"growth_2021_2025": replace(targets[pair[0]], value=6.0)}
    joint = assess(fits, targets | easier, joint=pair).joint
    excess = (joint.probability - joint.if_independent) / joint.mcse
    assert (excess > 4) if gain else (abs(excess) < 3)
