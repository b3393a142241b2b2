"""The structural panel: K is what its definition says, row by row and cell by cell."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models.structural import kernels
from cszt_models.structural.likelihood import leave_one_out_scores, odd_rows
from cszt_models.structural.panel import (
    Cell,
    Component,
    Panel,
    Row,
    Scale,
    basis_offsets,
    measurement,
    vintage_noise,
)

YEARS = np.arange(2000, 2008)
REGIONS = ("a", "b", "c")
JUDGED = ("first",)
SIZES = {"preliminary": 0.3, "revised": 0.1}
SCALES = np.array([2.0, 0.7, 1.1, 0.4, 0.9, 1.6, 0.5, 0.8, 1.3, 1.0])
CLOSE = {"rtol": 1e-12, "atol": 1e-12}  # sums of some hundred products


def row(value, region, year, *, basis="first", status="revised", cells=None):
    cells = (Cell(region, year),) if cells is None else tuple(cells)
    return Row(value, cells, region, year, basis, status)


ROWS = (
    row(1.0, "a", 2000, status="preliminary"),
    row(2.0, "a", 2001),
    row(2.1, "a", 2001, basis="old"),
    row(2.4, "a", 2003, basis="old"),
    row(0.5, "b", 2001, basis="old", status="preliminary"),
    row(0.7, "b", 2004, basis="older"),
    # an official figure of the group: a weighted sum of its members
    row(1.2, "group", 2004, cells=[Cell("a", 2004, 0.6), Cell("b", 2004, 0.4)]),
    # the change between two counts: cells of several years
    row(3.3, "c", 2005, cells=[Cell("c", y) for y in (2003, 2004, 2005)]),
    # a census: a cell of another kind beside the usual one
    row(1.9, "c", 2006, cells=[Cell("c", 2006), Cell("c", 2006, loading="revision")]),
    row(1.4, "b", 2006, cells=[Cell("b", 2006), Cell("b", 2006, loading="revision")]),
)


def panel(rows=ROWS, regions=REGIONS):
    unit = Scale(1.0, 0.5)
    census = kernels.event(YEARS, [2006])
    trend = kernels.damped_trend(YEARS, 0.8)
    components = (
        Component("level", unit, kernels.constant(YEARS), "common"),
        Component("region_level", unit, kernels.constant(YEARS), "own"),
        Component("trend", unit, trend, "common"),
        Component("region_walk", unit, kernels.walk(YEARS), "own"),
        Component("region_shock", unit, kernels.shock(YEARS), "own"),
        Component("revision", unit, census, "common", "revision"),
        Component("region_revision", unit, census, "own", "revision"),
        Component("basis", unit, basis_offsets(rows, JUDGED), "rows"),
        Component("vintage", unit, vintage_noise(rows, JUDGED), "rows"),
        Component("measurement", unit, measurement(rows, SIZES), "rows"),
    )
    return Panel("test", "points", regions, YEARS, tuple(rows), components)


def test_covariance_is_the_sum_over_rows_cells_and_components(covariance_by_loops):
    expected = covariance_by_loops(panel(), SCALES)
    np.testing.assert_allclose(panel().covariance(SCALES), expected, **CLOSE)


def test_covariance_is_linear_in_the_variances():
    one_by_one = [panel().covariance(row) for row in np.diag(SCALES)]
    np.testing.assert_allclose(panel().covariance(SCALES), sum(one_by_one), **CLOSE)


def test_a_stack_of_scales_gives_a_stack_of_covariances():
    stack = np.array([SCALES, 2 * SCALES])
    one, four = panel().covariance(stack)
    np.testing.assert_allclose(one, panel().covariance(SCALES), **CLOSE)
    np.testing.assert_allclose(four, 4 * one, **CLOSE)


@pytest.mark.parametrize("number", range(len(SCALES)))
def test_every_component_alone_is_a_covariance(number):
    cover = panel().covers[number]
    np.testing.assert_array_equal(cover, cover.T)
    assert np.linalg.eigvalsh(cover).min() > -1e-12


def test_an_aggregate_row_is_the_weighted_sum_of_its_members_rows():
    members = (row(0, "a", 2004), row(0, "b", 2004))
    cells = [Cell("a", 2004, 0.6), Cell("b", 2004, 0.4)]
    group = row(0, "group", 2004, cells=cells)
    other = row(0, "a", 2007)
    scales = SCALES * ([1.0] * 7 + [0.0] * 3)  # errors of rows do not add up
    k = panel([*members, group, other]).covariance(scales)
    np.testing.assert_allclose(k[2], 0.6 * k[0] + 0.4 * k[1], **CLOSE)


def test_the_order_of_rows_only_reorders_the_covariance():
    order = np.random.default_rng(7).permutation(len(ROWS))
    shuffled = panel([ROWS[n] for n in order]).covariance(SCALES)
    expected = panel().covariance(SCALES)[np.ix_(order, order)]
    np.testing.assert_allclose(shuffled, expected, **CLOSE)


def test_the_order_of_regions_does_not_matter_to_the_rows():
    turned = panel(regions=("c", "a", "b")).covariance(SCALES)
    np.testing.assert_allclose(turned, panel().covariance(SCALES), **CLOSE)


def test_the_order_of_regions_travels_with_the_cells():
    component = panel().components[3]  # each region's own walk
    cover = panel().cell_cover(component)
    turned = panel(regions=("c", "a", "b")).cell_cover(component)
    np.testing.assert_allclose(turned, cover[[2, 0, 1]], **CLOSE)


def test_a_missing_year_is_an_absent_row():
    kept = [n for n, r in enumerate(ROWS) if r.year != 2001]
    thinned = panel([ROWS[n] for n in kept]).covariance(SCALES)
    whole = panel().covariance(SCALES)
    np.testing.assert_allclose(thinned, whole[np.ix_(kept, kept)], **CLOSE)


def test_years_after_the_last_row_do_not_change_the_covariance_of_rows():
    longer = np.arange(2000, 2020)
    walks = [
        Panel("p", "", REGIONS, years, ROWS[:5], (component,))
        for years in (YEARS, longer)
        for component in [Component("w", Scale(1, 0), kernels.walk(years), "own")]
    ]
    one = np.ones(1)
    np.testing.assert_array_equal(walks[0].covariance(one), walks[1].covariance(one))


@pytest.mark.parametrize("number", range(7))
def test_cells_covary_with_a_row_as_a_row_of_that_cell_would(number):
    component = panel().components[number]
    cover = panel().cell_cover(component)
    for place, region in enumerate(REGIONS):
        for year in (2000, 2006, 2007):
            probe = row(
                0, region, year, cells=[Cell(region, year, 1, component.loading)]
            )
            expected = panel([*ROWS, probe]).covers[number][-1, :-1]
            found = cover[place, year - 2000]
            np.testing.assert_allclose(found, expected, **CLOSE)


def test_a_component_of_rows_is_in_no_cell():
    for component in panel().components[7:]:
        assert not panel().cell_cover(component).any()


def test_a_basis_shifts_all_rows_of_one_region_alike_and_no_others():
    found = {
        (ROWS[i].region, ROWS[i].basis, ROWS[j].region, ROWS[j].basis)
        for i, j in np.argwhere(basis_offsets(ROWS, JUDGED).toarray())
    }
    shifted = {("a", "old"), ("b", "old"), ("b", "older")}
    assert found == {(*place, *place) for place in shifted}
    assert basis_offsets(ROWS, JUDGED)[2, 3] == 1.0  # two years of one series


def test_a_basis_that_is_judged_has_neither_shift_nor_noise():
    judged = ("first", "old", "older")
    assert not basis_offsets(ROWS, judged).nnz
    assert not vintage_noise(ROWS, judged).nnz


def test_vintage_noise_is_new_in_every_row_that_is_not_judged():
    unjudged = [float(r.basis != "first") for r in ROWS]
    np.testing.assert_array_equal(
        vintage_noise(ROWS, JUDGED).toarray(), np.diag(unjudged)
    )


def test_measurement_error_has_the_size_of_the_rows_status():
    sizes = [SIZES[r.status] ** 2 for r in ROWS]
    np.testing.assert_allclose(
        measurement(ROWS, SIZES).toarray(), np.diag(sizes), **CLOSE
    )


def test_a_cell_named_twice_in_a_row_counts_twice():
    twice = row(0, "a", 2003, cells=[Cell("a", 2003, 0.25), Cell("a", 2003, 0.75)])
    once = row(0, "a", 2003)
    k = panel([twice, once]).covariance(SCALES * ([1.0] * 7 + [0.0] * 3))
    np.testing.assert_allclose(k, k[1, 1], **CLOSE)


def test_values_keep_the_order_of_the_rows():
    changed = (replace(ROWS[0], value=-5.0), *ROWS[1:])
    assert panel(changed).values.tolist() == [-5.0, *(r.value for r in ROWS[1:])]


@pytest.mark.parametrize(("median", "spread"), [(0, 1), (-1, 1), (1, -1), (np.nan, 1)])
def test_a_scale_that_is_not_positive_is_refused(median, spread):
    with pytest.raises(
        ValueError, match="a scale needs median > 0 and spread >= 0; got"
    ):
        Scale(median, spread)


def test_a_scale_without_spread_is_fixed():
    assert Scale(1.0, 0.0).fixed
    assert not Scale(1.0, 0.1).fixed


def test_a_tenfold_row_is_named_as_the_oddest(small):
    scales = np.array([component.scale.median for component in small.components])
    rows = list(small.rows)
    at = len(rows) // 2
    rows[at] = replace(rows[at], value=rows[at].value + 1000.0)
    wrong = replace(small, rows=tuple(rows))
    scores = leave_one_out_scores(wrong, scales)
    assert int(np.abs(scores).argmax()) == at
    cover = wrong.covariance(scales)
    others = np.arange(len(rows)) != at
    weights = np.linalg.solve(cover[np.ix_(others, others)], cover[others, at])
    miss = wrong.values[at] - weights @ wrong.values[others]
    spread = np.sqrt(cover[at, at] - weights @ cover[others, at])
    np.testing.assert_allclose(scores[at], miss / spread, rtol=1e-6)
    first = f"{rows[at].region} {rows[at].year} ("
    assert odd_rows(wrong).startswith(f"Its oddest figures are those of {first}")
