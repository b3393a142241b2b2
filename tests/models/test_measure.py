"""Intensity: a group spends no more on R&D than the area that contains it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from cszt_models.errors import ConvergenceError
from cszt_models.inference.fit import fit
from cszt_models.models import measure as intensity
from cszt_models.models.fits import panels

NAME = "rd_intensity"
CITIES = ["changsha", "zhuzhou", "xiangtan"]
GDP_2019 = np.array([11552.7, 3003.13, 2255.85])  # last release of each by mid-2021
HUNAN_2019 = 787.16  # R&D spending, first published


@pytest.fixture(scope="module")
def free(czt, fits_2021):
    """The block without the bound and without the others."""
    day = fits_2021.as_of
    panel = panels(fits_2021.known, czt, day)[NAME]
    return fit(panel, as_of=day, seed=fits_2021.seed, draws=fits_2021.draws)


def spending(fitted):
    """R&D spending of the three cities together in 2019 (draw)."""
    cells = fitted.cells["cells"].sel(region=CITIES, year=2019)
    return expit(cells).to_numpy() @ GDP_2019


def test_no_draw_spends_more_than_the_province_did(free, fits_2021):
    assert (spending(free) > HUNAN_2019).any()
    assert (spending(fits_2021.blocks[NAME]) <= HUNAN_2019).all()


def test_draws_that_keep_the_bound_stay_and_the_others_are_of_them(
    czt, free, fits_2021
):
    chosen = intensity.within_totals(free, fits_2021.known, czt)
    kept = chosen == np.arange(free.scales.sizes["draw"])
    assert (spending(free)[kept] <= HUNAN_2019).all()
    assert 0.5 < kept.mean() < 1
    assert set(chosen[~kept]) <= set(np.flatnonzero(kept))
    assert len(set(chosen[~kept])) > 0.6 * (~kept).sum()


def test_all_blocks_take_the_same_draws(fits_2021):
    chosen = fits_2021.taken["growth"]
    moved = np.flatnonzero(chosen != np.arange(fits_2021.draws))
    assert len(moved) > 0
    linked = [name for name in fits_2021.blocks if name in fits_2021.dependence.panels]
    assert NAME in linked
    for fitted in map(fits_2021.blocks.get, linked):
        cells, scales = fitted.cells["cells"].to_numpy(), fitted.scales.to_numpy()
        np.testing.assert_array_equal(cells[moved], cells[chosen[moved]])
        np.testing.assert_array_equal(scales[moved], scales[chosen[moved]])


def test_a_project_that_names_no_larger_area_is_not_bounded(czt, free, fits_2021):
    alone = {"czt": replace(czt.aggregates["czt"], within=None)}
    project = replace(czt, aggregates=alone)
    assert intensity.within_totals(free, fits_2021.known, project) is None


def test_totals_that_contradict_the_model_are_an_error(czt, free, fits_2021):
    known = fits_2021.known.copy()
    total = known.eval("region == 'hunan' and indicator == 'rd_expenditure'")
    known.loc[total, "value"] = 50.0
    with pytest.raises(ConvergenceError, match=r"rd_intensity: only 0\.0% of draws"):
        intensity.within_totals(free, known, czt)
