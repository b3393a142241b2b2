"""Intensity: a group spends no more on R&D than the area that contains it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.special import expit

from cszt_models.errors import ConvergenceError
from cszt_models.inference.fit import fit
from cszt_models.models import measure as measure_model
from cszt_models.models.fits import fit_blocks
from cszt_models.models.panels import panels

NAME = "rd_intensity"
CITIES = ["changsha", "zhuzhou", "xiangtan"]
GDP_2018 = np.array([11003.41, 2631.54, 2161.36])  # last release of each by 2019
HUNAN_2018 = 658.3  # R&D spending, first published


@pytest.fixture(scope="module")
def fits_2019(observations, czt):
    """Before the yearbook that has the spending of the cities."""
    return fit_blocks(observations, czt, as_of=date(2019, 12, 31), seed=1, draws=1000)


@pytest.fixture(scope="module")
def free(czt, fits_2019):
    """The block without the bound and without the others."""
    day = fits_2019.as_of
    panel = panels(fits_2019.known, czt, day)[NAME]
    return fit(panel, as_of=day, seed=fits_2019.seed, draws=fits_2019.draws)


def spending(fitted):
    """R&D spending of the three cities together in 2018 (draw)."""
    cells = fitted.cells["cells"].sel(region=CITIES, year=2018)
    return expit(cells).to_numpy() @ GDP_2018


def test_no_draw_spends_more_than_the_province_did(free, fits_2019):
    assert (spending(free) > HUNAN_2018).any()
    assert (spending(fits_2019.blocks[NAME]) <= HUNAN_2018).all()


def test_draws_that_keep_the_bound_stay_and_the_others_are_of_them(
    czt, free, fits_2019
):
    chosen = measure_model.places_within_totals(free, fits_2019.known, czt)
    kept = chosen == np.arange(free.scales.sizes["draw"])
    assert (spending(free)[kept] <= HUNAN_2018).all()
    assert 0.5 < kept.mean() < 1
    assert set(chosen[~kept]) <= set(np.flatnonzero(kept))
    assert len(set(chosen[~kept])) > 0.6 * (~kept).sum()


def test_all_blocks_take_the_same_draws(fits_2019):
    chosen = fits_2019.taken["growth"]
    moved = np.flatnonzero(chosen != np.arange(fits_2019.draws))
    assert len(moved) > 0
    linked = [name for name in fits_2019.blocks if name in fits_2019.dependence.panels]
    assert NAME in linked
    for fitted in map(fits_2019.blocks.get, linked):
        cells, scales = fitted.cells["cells"].to_numpy(), fitted.scales.to_numpy()
        np.testing.assert_array_equal(cells[moved], cells[chosen[moved]])
        np.testing.assert_array_equal(scales[moved], scales[chosen[moved]])


def test_a_project_that_names_no_larger_area_is_not_bounded(czt, free, fits_2019):
    alone = {"czt": replace(czt.aggregates["czt"], within=None)}
    project = replace(czt, aggregates=alone)
    assert measure_model.places_within_totals(free, fits_2019.known, project) is None


def test_totals_that_contradict_the_model_are_an_error(czt, free, fits_2019):
    known = fits_2019.known.copy()
    total = known.eval("region == 'hunan' and indicator == 'rd_expenditure'")
    known.loc[total, "value"] = 50.0
    with pytest.raises(ConvergenceError, match=r"rd_intensity: only 0\.0% of draws"):
        measure_model.places_within_totals(free, known, czt)
