"""Worth of a release before it is known: dense algebra, and simulated releases."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from cszt_models.structural.release_worth import (
    expected_open_variance,
    moments,
    open_variance,
    stage_moments,
)
from tests.delta import history, panel, row

BOUND = 6.5
SIMULATED = 20_000


@pytest.fixture(scope="module")
def due(tmp_path_factory):
    """A panel with releases not known yet in its last rows, and sizes of regions."""
    rows = [
        *history(),
        row("north", 2021, 6.0, period="2021Q1", on="2021-04-20"),
        row("north", 2021, 0.0, period="2021H1", on="2021-07-20"),
        row("north", 2021, 0.0, period="2021Q1-Q3", on="2021-10-20"),
    ]
    built = panel(tmp_path_factory.mktemp("due"), rows)
    components = tuple(replace(c, sized=c.over == "own") for c in built.components)
    built = replace(built, components=components, sizes=(0.6, 1.7))
    places = [
        n
        for series in ("gdp_real_growth@H1", "gdp_real_growth@Q1-Q3")
        for n, x in enumerate(built.rows)
        if x.basis == series and x.year == 2021
    ]
    scales = np.array([[c.scale.median for c in built.components]])
    return built, places, scales


def dense(built, places, scales):
    """Mean and covariance of the cell and the releases due, given the rows known."""
    at = built.regions.index("north"), 2021 - built.years[0]
    squares = np.square(scales[0])
    cell = sum(
        s * built.cell_cover(c)[at]
        for s, c in zip(squares, built.components, strict=True)
        if c.over != "rows"
    )
    prior = sum(
        s * c.shape[at[1], at[1]] * built.size_of(c)[at[0]] ** 2
        for s, c in zip(squares, built.components, strict=True)
        if c.over != "rows"
    )
    cover = built.covariance(scales[0])
    every = np.block([[np.atleast_2d(prior), cell[None]], [cell[:, None], cover]])
    known = np.setdiff1d(np.arange(len(built.rows)), places) + 1
    new = np.array([0, *(np.array(places) + 1)])
    gain = every[np.ix_(new, known)] @ np.linalg.inv(every[np.ix_(known, known)])
    mean = gain @ built.values[known - 1]
    return mean, every[np.ix_(new, new)] - gain @ every[np.ix_(known, new)]


def test_variances_are_those_of_the_dense_gaussian(due):
    built, places, scales = due
    known = moments(built, scales, places, {("north", 2021): 1.0})
    mean, cover = dense(built, places, scales)
    assert known.mean[0] == pytest.approx(mean[0], abs=1e-8)
    assert known.variance[0] == pytest.approx(cover[0, 0], abs=1e-8)
    for n in (1, 2):
        alone = cover[0, 0] - cover[0, n] ** 2 / cover[n, n]
        assert known.left[0, n - 1] == pytest.approx(alone, abs=1e-8)
    both = cover[0, 0] - cover[0, 1:] @ np.linalg.solve(cover[1:, 1:], cover[1:, 0])
    assert known.sequence[0, -1] == pytest.approx(both, abs=1e-8)


def test_the_worth_is_the_average_over_simulated_releases(due):
    """Draw the release, ask again each time, and average what is then open."""
    built, places, scales = due
    known = moments(built, scales, places, {("north", 2021): 1.0})
    mean, cover = dense(built, places, scales)
    rng = np.random.default_rng(3)
    for n in (1, 2):
        drawn = rng.normal(0, np.sqrt(cover[n, n]), SIMULATED)
        later = mean[0] + cover[0, n] / cover[n, n] * drawn
        spread = np.sqrt(cover[0, 0] - cover[0, n] ** 2 / cover[n, n])
        chance = special.ndtr((later - BOUND) / spread)
        left = chance * (1 - chance)
        expected = expected_open_variance(
            known.mean, known.variance, known.left[:, n - 1], BOUND
        )
        error = left.std() / np.sqrt(SIMULATED)
        assert abs(left.mean() - expected[0]) < 4 * error
        assert expected[0] < open_variance(known.mean, known.variance, BOUND)[0]


def test_stages_are_those_of_the_dense_gaussian(due):
    """One factor for all stages: rows known from the start, and two that come later."""
    built, places, scales = due
    stages = [places.index(n) + 1 if n in places else 0 for n in range(len(built.rows))]
    known = stage_moments(built, scales, stages, [{("north", 2021): 1.0}])
    for count in range(3):
        rows = [n for n in range(len(built.rows)) if n not in places[count:]]
        kept = replace(built, rows=tuple(built.rows[n] for n in rows))
        parts = [
            replace(c, shape=c.shape[np.ix_(rows, rows)]) if c.over == "rows" else c
            for c in built.components
        ]
        mean, cover = dense(replace(kept, components=tuple(parts)), [], scales)
        assert known.mean[0, count, 0] == pytest.approx(mean[0], abs=1e-8)
        assert known.variance[0, count, 0] == pytest.approx(cover[0, 0], abs=1e-8)


def test_a_cell_outside_the_panel_is_refused(due):
    built, places, scales = due
    with pytest.raises(ValueError, match="west 2021 is no cell"):
        moments(built, scales, places, {("west", 2021): 1.0})
