"""Sums of cells given the rows: as brute force and statsmodels' smoother have them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from cszt_models.conditional.solution import shifted
from cszt_models.conditional.truncated_gaussian import (
    ghk_draws,
    pulls,
    semidefinite_root,
)
from cszt_models.inference.fit import cell_rng
from cszt_models.models.components import CATALOGUE
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.kernels import damped_trend
from cszt_models.structural.panel import Cell, Row
from cszt_models.structural.solver import Solver
from cszt_models.structural.sum_moments import sum_moments
from tests.structural import test_kalman as kalman
from tests.structural.test_correlation import SCALES, R, everything, three

# Weights of cells in the sums: panel, region, year, weight. Past, future, averages over
# years and regions, and a sum that spans two panels.
SUMS = [
    [(0, 0, 11, 1.0)],
    [(0, 0, 11, 0.5), (0, 1, 11, 0.5)],
    [(1, 1, year, 0.25) for year in (8, 9, 10, 11)],
    [(2, 0, 15, 1.0), (1, 0, 10, -1.0)],
    [(0, 0, 3, 1.0)],
]


def loads_of(panels, sums=SUMS):
    found = [
        {"cells": np.zeros((len(sums), len(p.regions), len(p.years)))} for p in panels
    ]
    for n, cells in enumerate(sums):
        for panel, region, year, weight in cells:
            found[panel]["cells"][n, region, year] += weight
    return found


def flat(loads):
    return np.concatenate([x["cells"].reshape(len(x["cells"]), -1) for x in loads], 1)


@pytest.mark.parametrize("correlation", [np.eye(3), R], ids=["independent", "linked"])
def test_sums_are_those_of_brute_force(correlation):
    panels = three()
    loads = loads_of(panels)
    found = sum_moments(panels, [np.tile(SCALES, (2, 1))] * 3, loads, correlation)
    mean, cover = everything(panels, correlation)
    weights = flat(loads)
    for v in range(2):
        np.testing.assert_allclose(found.mean[v], weights @ mean, rtol=0, atol=1e-8)
        np.testing.assert_allclose(
            found.cover[v], weights @ cover @ weights.T, rtol=0, atol=1e-8
        )
        moves = np.concatenate(
            [x["cells"][v].reshape(len(weights), -1) for x in found.cells], axis=1
        )
        np.testing.assert_allclose(moves, weights @ cover, rtol=0, atol=1e-8)


def test_sums_of_a_form_are_those_of_a_panel_with_that_form_alone():
    """The first panel has two linked trends; a vector has one, and a correlation."""
    first, *others = three()
    damped = replace(first.components[0], shape=damped_trend(first.years, 0.6))
    walk, *rest = first.components
    both = replace(first, components=(walk, damped, *rest))
    vectors = np.array([np.insert(SCALES, 1, 0.0), np.insert(SCALES, 0, 0.0)])
    loads = loads_of([both, *others])
    scales = [vectors, *[np.tile(SCALES, (2, 1))] * 2]
    matrices = np.array([R, (R + np.eye(3)) / 2])
    found = sum_moments([both, *others], scales, loads, matrices)
    for v, trend in enumerate((walk, damped)):
        alone = replace(first, components=(trend, *rest))
        mean, cover = everything([alone, *others], matrices[v])
        weights = flat(loads)
        np.testing.assert_allclose(found.mean[v], weights @ mean, rtol=0, atol=1e-8)
        np.testing.assert_allclose(
            found.cover[v], weights @ cover @ weights.T, rtol=0, atol=1e-8
        )


@pytest.mark.parametrize("noise", [1.0, 1e-4], ids=["noisy rows", "exact rows"])
def test_solver_finds_what_one_system_finds(noise):
    """Alphas and pulls of linked panels, some innovations of which no row tells."""
    panels, rng = three(), np.random.default_rng(5)
    sizes = SCALES * [1.0, 1.0, 1.0, noise]
    scales = [sizes * np.exp(0.3 * rng.standard_normal((3, 4))) for _ in panels]
    right = [rng.standard_normal((3, len(panel.rows), 2)) for panel in panels]
    close = [[1.0, 0.99, 0.1], [0.99, 1.0, 0.1], [0.1, 0.1, 1.0]]  # solved directly
    matrices = np.array([np.eye(3), R, close])
    found = Solver(panels, scales, matrices).solve(right)
    solved = states.solve(
        panels, scales, [one.transpose(2, 0, 1) for one in right], matrices
    )
    for ours, theirs in zip(found, solved, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            near = 1e-9 * np.abs(other).max()
            np.testing.assert_allclose(one, other.transpose(1, 2, 0), rtol=0, atol=near)


def test_moved_draws_are_those_of_dense_conditioning():
    """Five pins over panels, regions and years: the same move to every draw."""
    panels, draws = three(), 6
    loads = loads_of(panels)
    scales = [np.tile(SCALES, (2, 1))] * 3
    found = sum_moments(panels, scales, loads, R)
    start = np.concatenate(
        [
            cells["cells"].reshape(draws, -1)
            for cells in states.draw_cells(
                panels,
                scales,
                [cell_rng(1, panel.name) for panel in panels],
                draws=draws,
                correlation=R,
            )
        ],
        axis=1,
    )
    _, cover = everything(panels, R)
    weights, pins = flat(loads), np.array([1.0, -0.5, 0.3, 2.0, 0.1])
    gain = np.linalg.solve(weights @ cover @ weights.T, weights @ cover).T
    expected = start + (pins - start @ weights.T) @ gain.T
    at = np.arange(draws) % 2
    root = semidefinite_root(found.cover)[at]
    arrived, logs = ghk_draws(start @ weights.T, found.mean[at], root, pins, pins)
    pull = pulls(root, arrived - start @ weights.T)
    moved = np.concatenate(
        [shifted(pull, cells["cells"]).reshape(draws, -1) for cells in found.cells],
        axis=1,
    )
    np.testing.assert_allclose(start + moved, expected, rtol=0, atol=1e-8)
    np.testing.assert_allclose((start + moved) @ weights.T, [pins] * draws, atol=1e-9)
    mean, _ = everything(panels, R)
    density = stats.multivariate_normal(weights @ mean, weights @ cover @ weights.T)
    np.testing.assert_allclose(logs.sum(axis=1), density.logpdf(pins), atol=1e-7)


def test_a_soft_pin_is_a_row_with_that_error():
    """Conditioning with an error is what one more row with that error would do."""
    base = three()[0]
    year = int(base.years[11])
    pinned = Row(0.7, (Cell("b", year),), "b", year, "", "")
    noise = np.diag([*np.ones(len(base.rows)), (0.25 / SCALES[3]) ** 2])
    components = (
        *base.components[:3],
        replace(base.components[3], shape=noise),
    )
    longer = replace(base, rows=(*base.rows, pinned), components=components)
    mean, cover = everything([longer], np.eye(1))
    loads = loads_of([base], [[(0, 1, 11, 1.0)]])
    found = sum_moments([base], [SCALES[None]], loads, np.eye(1))
    before, spread = everything([base], np.eye(1))
    moves = found.cells[0]["cells"][0].reshape(1, -1)
    total = found.cover[0] + 0.25**2
    after = before + moves.T @ np.linalg.solve(total, 0.7 - found.mean[0])
    np.testing.assert_allclose(after, mean, rtol=0, atol=1e-8)
    left = spread - moves.T @ np.linalg.solve(total, moves)
    np.testing.assert_allclose(left, cover, rtol=0, atol=1e-8)


def test_pins_are_those_of_the_smoother():
    """Every component, two bases, missing years; pins in the past and the future.

    statsmodels' smoother sees them as one more exact series of each region.
    """
    pins = {("a", 2002): 0.4, ("a", 2011): -1.5, ("b", 2010): 2.0, ("b", 2011): 0.7}
    known = kalman.panel(set(CATALOGUE))
    scales = np.array([[kalman.SCALE[c.name] for c in known.components]])
    sums = [[(["a", "b"].index(r), y - kalman.YEARS[0])] for r, y in pins]
    load = np.zeros((len(pins), 2, len(kalman.YEARS)))
    for n, ((region, year),) in enumerate(sums):
        load[n, region, year] = 1.0
    found = sum_moments([known], [scales], [{"cells": load}], np.eye(1))
    plain = kalman.state_space(known)
    design = kalman.new_basis(plain)
    exact = kalman.with_exact_series(plain, design, pins)
    moves, values = found.cells[0]["cells"][0], np.array([*pins.values()])
    smooth, bare = exact.ssm.smooth(), plain.ssm.smooth()
    weights = np.linalg.solve(found.cover[0], values - found.mean[0])
    mean = design @ bare.smoothed_state + np.tensordot(weights, moves, 1)
    np.testing.assert_allclose(mean, design @ smooth.smoothed_state, rtol=0, atol=1e-8)
    before, after = (
        np.einsum("ri,ijt,rj->rt", design, one.smoothed_state_cov, design)
        for one in (bare, smooth)
    )
    flat_moves = moves.reshape(len(pins), -1)
    told = np.einsum(
        "ij,ij->j", flat_moves, np.linalg.solve(found.cover[0], flat_moves)
    )
    np.testing.assert_allclose(before - told.reshape(2, -1), after, rtol=0, atol=1e-8)
    density = stats.multivariate_normal(found.mean[0], found.cover[0]).logpdf(values)
    assert density == pytest.approx(exact.ssm.loglike() - plain.ssm.loglike(), abs=1e-8)
