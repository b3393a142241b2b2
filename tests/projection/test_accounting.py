"""Accounting: levels, totals and averages against loops and arithmetic by hand."""

import numpy as np
import pytest

from cszt_models.projection.accounting import (
    after_last,
    match_total,
    roll_forward,
    running_average,
    weighted_growth,
)

NAN = np.nan
KNOWN = np.array(
    [
        [100.0, 104.0, 109.0, NAN, NAN, NAN],
        [50.0, NAN, NAN, NAN, NAN, NAN],
        [20.0, 21.0, 22.0, 23.0, 24.0, 25.0],
    ]
)
DRAWS = 40


@pytest.fixture(scope="module")
def change():
    return np.random.default_rng(1).normal(5.0, 3.0, (DRAWS, *KNOWN.shape))


def test_years_after_the_last_known_are_counted_by_hand():
    gap = np.vstack([KNOWN, [NAN, 5.0, NAN, 6.0, NAN, NAN], [NAN] * 6])
    free = [[2, 3, 4, 5][1:], [1, 2, 3, 4, 5], [], [4, 5], [0, 1, 2, 3, 4, 5]]
    assert [list(np.flatnonzero(row)) for row in after_last(gap)] == free


def test_levels_rolled_forward_are_those_of_a_loop_over_draws_and_years(change):
    expected = np.empty_like(change)
    for draw in range(DRAWS):
        for region, levels in enumerate(KNOWN):
            level = NAN
            for year, known in enumerate(levels):
                level *= np.exp(change[draw, region, year] / 100)
                level = level if np.isnan(known) else known
                expected[draw, region, year] = level
    np.testing.assert_allclose(roll_forward(KNOWN, change), expected, rtol=1e-13)


def test_published_levels_stand_whatever_is_drawn(change):
    wild = np.where(np.isnan(KNOWN), change, 1e6)
    found = roll_forward(KNOWN, wild)
    stands = np.broadcast_to(~np.isnan(KNOWN), found.shape)
    np.testing.assert_array_equal(found[stands], np.tile(KNOWN[stands[0]], DRAWS))


def test_no_change_keeps_the_last_published_level(change):
    found = roll_forward(KNOWN, 0 * change)
    np.testing.assert_array_equal(
        found[:, :, -1], np.tile([109.0, 50.0, 25.0], (DRAWS, 1))
    )


TOTAL = np.array([NAN, NAN, 200.0, NAN, 260.0, NAN])


def test_one_missing_member_is_the_exact_residual(change):
    levels = roll_forward(KNOWN, change)
    matched = match_total(levels, KNOWN, TOTAL)
    # 2: 200 - 109 - 22, the only member not published that year
    np.testing.assert_allclose(matched[:, 1, 2], 69.0, rtol=1e-13)
    np.testing.assert_allclose(matched[:, :, [2, 4]].sum(axis=1), [[200, 260]] * DRAWS)


def test_several_missing_members_keep_their_proportion(change):
    levels = roll_forward(KNOWN, change)
    only = np.where(np.arange(6) == 4, TOTAL, NAN)
    matched = match_total(levels, KNOWN, only)
    found, drawn = matched[:, :2, 4], levels[:, :2, 4]
    np.testing.assert_allclose(found[:, 0] / found[:, 1], drawn[:, 0] / drawn[:, 1])
    np.testing.assert_allclose(matched[:, :, 4].sum(axis=1), 260.0)


def test_later_years_grow_from_the_matched_level_as_drawn(change):
    levels = roll_forward(KNOWN, change)
    matched = match_total(levels, KNOWN, TOTAL)
    growth, drawn = (
        matched[:, :, 5] / matched[:, :, 4],
        levels[:, :, 5] / levels[:, :, 4],
    )
    np.testing.assert_allclose(growth, drawn, rtol=1e-12)


def test_matching_leaves_published_members_and_earlier_years_alone(change):
    levels = roll_forward(KNOWN, change)
    before = levels.copy()
    matched = match_total(levels, KNOWN, TOTAL)
    np.testing.assert_array_equal(levels, before)  # the argument is not changed
    np.testing.assert_array_equal(matched[:, :, :2], levels[:, :, :2])
    np.testing.assert_array_equal(matched[:, 2], levels[:, 2])
    np.testing.assert_array_equal(matched[:, 0, :3], levels[:, 0, :3])


def test_a_total_of_published_members_changes_nothing(change):
    levels = roll_forward(KNOWN, change)
    first = np.array([180.0, NAN, NAN, NAN, NAN, NAN])
    np.testing.assert_array_equal(match_total(levels, KNOWN, first), levels)
    np.testing.assert_array_equal(match_total(levels, KNOWN, NAN * first), levels)


def test_growth_of_a_group_is_the_growth_of_its_sum():
    rng = np.random.default_rng(2)
    rates = rng.normal(6, 4, (DRAWS, 3, 6))
    levels = 100 * np.cumprod(1 + rates / 100, axis=2) * [[[1.0], [5.0], [0.2]]]
    total = levels.sum(axis=1)
    expected = 100 * (total[:, 1:] / total[:, :-1] - 1)
    found = weighted_growth(rates, levels)
    np.testing.assert_allclose(found[:, 1:], expected, rtol=1e-10)
    assert np.isnan(found[:, 0]).all()  # the first year has no year before


def test_growth_of_a_group_weighs_with_the_year_before():
    levels = np.array([[[300.0, 1.0], [100.0, 9.0]]])
    rates = np.array([[[NAN, 8.0], [NAN, 4.0]]])
    np.testing.assert_allclose(weighted_growth(rates, levels)[0, 1], 7.0, rtol=1e-14)


def test_average_growth_is_the_root_of_the_product():
    by_hand = (1.078 * 1.045 * 1.049 * 1.052 * 1.043) ** (1 / 5)
    found = running_average(np.array([[7.8, 4.5, 4.9, 5.2, 4.3], [7.0] * 5]))[:, -1]
    np.testing.assert_allclose(found, [100 * by_hand - 100, 7.0], rtol=1e-12)


def test_a_gap_is_bridged_between_the_levels_around_it():
    """Equal changes leave the geometric path; any changes arrive at the next level."""
    known = np.array([[100.0, np.nan, np.nan, 133.1, np.nan]])
    flat = np.zeros((1, 1, 5))
    path = roll_forward(known, flat)[0, 0]
    np.testing.assert_allclose(path, [100, 110, 121, 133.1, 133.1], rtol=1e-12)
    rough = np.array([[[0.0, 50.0, -20.0, 3.0, 10.0]]])
    path = np.log(roll_forward(known, rough)[0, 0])
    left = np.log(1.331) - 0.33  # what the changes miss, spread over three years
    np.testing.assert_allclose(path[1], np.log(100) + 0.5 + left / 3, rtol=1e-12)
    np.testing.assert_allclose(path[2], np.log(100) + 0.3 + 2 * left / 3, rtol=1e-12)
    np.testing.assert_allclose(path[3:], np.log(133.1) + np.array([0, 0.1]))


def test_before_the_first_level_changes_are_taken_backwards():
    known = np.array([[np.nan, np.nan, 200.0]])
    change = np.array([[[7.0, 10.0, 20.0]]])
    path = roll_forward(known, change)[0, 0]
    np.testing.assert_allclose(path, 200 * np.exp([-0.3, -0.2, 0.0]), rtol=1e-12)


def test_a_total_moves_a_region_only_until_it_is_published_again():
    known = np.array([[10.0, 11.0, 12.0, np.nan], [5.0, np.nan, 7.0, np.nan]])
    levels = roll_forward(known, np.zeros((3, 2, 4)))
    total = np.array([np.nan, 18.0, np.nan, np.nan])
    found = match_total(levels, known, total)
    np.testing.assert_allclose(found[:, 1, 1], 18.0 - 11.0)
    np.testing.assert_array_equal(found[:, 1, 2:], levels[:, 1, 2:])
    np.testing.assert_array_equal(found[:, 0], levels[:, 0])
