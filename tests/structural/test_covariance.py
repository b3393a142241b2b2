"""The split covariance: the same numbers as the dense one, whatever the panel."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from cszt_models.structural import kernels
from cszt_models.structural.covariance import Covariance
from cszt_models.structural.likelihood import (
    ScalePosterior,
    leave_one_out_scores,
    log_likelihood,
)
from cszt_models.structural.panel import (
    Cell,
    Component,
    Panel,
    Row,
    Scale,
    basis_offsets,
)

YEARS = np.arange(2000, 2010)
FREE = Scale(0.7, 0.5)
BOTH = ("shock", "level")


def panel(*, own=("shock",), over=("a", "b", "c"), together=True):
    """Regions with a common walk and shock; a row over two of them; an old basis."""
    rng = np.random.default_rng(5)
    places = [(r, int(y), "new") for r in over for y in YEARS[:8]]
    places += [("a", int(y), "old") for y in YEARS[:4]]
    rows = [Row(rng.normal(), (Cell(r, y),), r, y, b, "") for r, y, b in places]
    if together:
        both = Cell("a", 2003, 0.4), Cell("b", 2003, 0.6)
        rows.append(Row(rng.normal(), both, "ab", 2003, "new", ""))
    components = [
        Component("level", Scale(3.0, 0.0), kernels.constant(YEARS), "common"),
        Component("walk", FREE, kernels.walk(YEARS), "common", link="trend"),
        Component("shock", FREE, kernels.shock(YEARS), "common", link="shock"),
        Component("basis", FREE, basis_offsets(rows, ["new"]), "rows"),
        Component("measurement", Scale(0.2, 0.0), np.eye(len(rows)), "rows"),
    ]
    shapes = {"shock": kernels.shock(YEARS), "level": kernels.constant(YEARS)}
    components += [Component(f"own {n}", FREE, shapes[n], "own") for n in own]
    return Panel("test", "points", tuple(over), YEARS, tuple(rows), tuple(components))


PANELS = {
    "three regions": panel(),
    "one region": panel(over=("a",), together=False),
    "two own components": panel(own=BOTH),
    "no own component": panel(own=()),
    "many equal regions": panel(over=tuple("abcdefghijkl"), own=BOTH),
}


@pytest.fixture(params=PANELS, ids=list(PANELS))
def known(request):
    return PANELS[request.param]


def some_scales(known, count=5):
    rng = np.random.default_rng(1)
    return np.exp(0.5 * rng.standard_normal((count, len(known.components))))


def test_regions_are_parts_and_a_row_over_two_joins_them():
    sizes = [
        sorted(len(rows) for group in Covariance(known).groups for rows in group.rows)
        for known in (panel(own=BOTH, together=False), panel(own=BOTH))
    ]
    assert sizes == [[8, 8, 12], [8, 21]]
    taken = np.concatenate([g.rows.ravel() for g in Covariance(panel()).groups])
    assert sorted(taken) == list(range(29))


def test_equal_regions_have_one_root_where_they_are_many():
    split, scales = Covariance(PANELS["many equal regions"]), np.ones((2, 7))
    found = split.equations(scales, np.zeros((2, len(split.panel.rows), 1)))
    assert [len(group.rows) for group in split.groups] == [1, 10]  # a row joins two
    assert [solved.factor.shape for solved in found.groups] == [(2, 21, 21), (2, 8, 8)]


def test_likelihood_is_the_dense_one(known):
    scales = some_scales(known)
    dense = [
        multivariate_normal(cov=known.covariance(scale)).logpdf(known.values)
        for scale in scales
    ]
    np.testing.assert_allclose(log_likelihood(known, scales), dense, rtol=1e-10)


def test_solutions_are_the_dense_ones(known):
    scales, split = some_scales(known), Covariance(known)
    right = np.random.default_rng(2).standard_normal((5, len(known.rows), 3))
    found = split.equations(scales, right)
    inner = np.eye(found.information.shape[1]) + found.information
    innovations = np.linalg.solve(inner, found.score)
    alpha = split.alpha(found, found.impulses @ innovations)
    np.testing.assert_allclose(
        alpha, np.linalg.solve(known.covariance(scales), right), rtol=1e-7, atol=1e-9
    )


def test_slope_is_the_dense_derivative(known):
    target = ScalePosterior(known)
    logs = target.centre[target.free] + 0.3
    step = 1e-6 * np.eye(len(logs))
    dense = [
        multivariate_normal(cov=known.covariance(target.scales(x))).logpdf(known.values)
        + target.log_prior(x)
        for x in [*(logs + step), *(logs - step)]
    ]
    up, down = np.split(np.array(dense), 2)
    np.testing.assert_allclose(target.slope(logs)[1], (down - up) / 2e-6, rtol=1e-4)


def test_fisher_information_is_the_dense_one(known):
    target = ScalePosterior(known)
    logs = target.centre[target.free] + 0.3
    scales = target.scales(logs)
    inverse = np.linalg.inv(known.covariance(scales))
    turned = inverse @ (np.square(scales)[:, None, None] * known.covers)
    dense = 2 * np.einsum("kij,lji->kl", turned, turned)[target.free][:, target.free]
    np.testing.assert_allclose(
        target.information(logs), dense + np.diag(target.spread**-2.0), rtol=1e-8
    )


def test_scores_without_a_row_are_the_dense_ones(known):
    scales = some_scales(known)[0]
    precision = np.linalg.inv(known.covariance(scales))
    dense = precision @ known.values / np.sqrt(np.diagonal(precision))
    np.testing.assert_allclose(leave_one_out_scores(known, scales), dense, rtol=1e-7)


def test_without_variance_of_their_own_rows_are_one_part():
    bare = panel(own=(), together=False)
    parts = tuple(c for c in bare.components if c.over == "common")
    rows = bare.rows[:8]
    only = Panel("bare", "points", bare.regions, YEARS, rows, parts)
    split = Covariance(only)
    assert [group.rows.shape for group in split.groups] == [(1, 8)]
    assert split.links == []
    scale = np.ones((1, 3))
    expected = multivariate_normal(cov=only.covariance(scale[0])).logpdf(only.values)
    np.testing.assert_allclose(log_likelihood(only, scale), [expected], rtol=1e-9)
