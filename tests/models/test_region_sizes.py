"""Own variances of regions: recovered, drawn towards one, and without effect if off."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models.models.region_sizes import SIZED, with_sizes, yearly_changes
from cszt_models.structural.kernels import constant, shock
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale

YEARS = np.arange(2000, 2020)
ONE = Scale(1.0, 0.0)


def panel(sds, basis="judged", years=YEARS):
    """Regions whose yearly values differ by effects of years and noise of their own."""
    rng = np.random.default_rng(1)
    names = tuple(f"r{n}" for n in range(len(sds)))
    together = rng.standard_normal(len(years)).cumsum()
    rows = tuple(
        Row(float(both + sd * noise), (Cell(name, int(y)),), name, int(y), basis, "")
        for name, sd in zip(names, sds, strict=True)
        for y, both, noise in zip(
            years, together, rng.standard_normal(len(years)).cumsum(), strict=True
        )
    )
    components = (
        Component("region_level", ONE, constant(years), "own"),
        Component("region_shock", ONE, shock(years), "own"),
    )
    return Panel("toy", "points", names, years, rows, components)


def test_sizes_are_those_of_the_changes():
    sds = np.array([0.2] * 6 + [1.0] * 6)
    found = with_sizes(panel(sds), 2.0, ["judged"])
    sizes = np.array(found.sizes)
    assert 2 < sizes[6:].mean() / sizes[:6].mean() < 5  # drawn to one
    assert np.mean(np.square(sizes)) == pytest.approx(1, abs=0.1)
    assert [c.sized for c in found.components] == [False, True]
    assert {"region_level", "shock"}.isdisjoint(SIZED)


def test_a_strong_prior_draws_sizes_to_one_and_none_leaves_the_panel():
    rough = panel([0.2, 0.2, 1.0, 1.0])
    weak, strong = (with_sizes(rough, nu, ["judged"]).sizes for nu in (2.0, 2000.0))
    assert max(abs(np.log(strong))) < 0.02 < max(abs(np.log(weak)))
    assert with_sizes(rough, 0.0, ["judged"]) is rough


@pytest.mark.parametrize("basis", ["other", "judged"])
def test_changes_are_of_neighbouring_years_on_a_judged_basis(basis):
    few = panel([1.0, 1.0], basis=basis)
    gap = replace(few, rows=tuple(r for r in few.rows if r.year != 2010))
    changes = yearly_changes(gap.rows, ("r0",), ["judged"])
    expected = [y for y in YEARS[1:] if y not in (2010, 2011)]
    assert [y for _, y in changes] == (expected if basis == "judged" else [])
    assert {region for region, _ in changes} <= {"r0"}


def test_a_region_without_changes_has_the_size_of_all():
    some = panel([0.5, 1.0, 2.0])
    bare = replace(some, rows=tuple(r for r in some.rows if r.region != "r2"))
    assert with_sizes(bare, 2.2, ["judged"]).sizes[2] == 1.0


def test_own_variances_are_in_the_covariance_of_rows_and_cells():
    found = with_sizes(panel([0.3, 1.5]), 2.0, ["judged"])
    _, noise = found.components
    squares = np.repeat(np.square(found.sizes), len(YEARS))
    np.testing.assert_allclose(np.diag(found.row_cover(noise)), squares)
    plain = replace(found, sizes=())
    np.testing.assert_array_equal(np.diag(plain.row_cover(noise)), 1.0)
