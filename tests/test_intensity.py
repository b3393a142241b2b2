"""Intensity: a group spends no more on R&D than the area that contains it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from cszt_models.errors import ConvergenceError
from cszt_models.fit import fit
from cszt_models.models import intensity, panels

NAME = "rd_intensity"
CITIES = ["changsha", "zhuzhou", "xiangtan"]
GDP_2019 = np.array([11552.7, 3003.13, 2255.85])  # last release of each by mid-2021
HUNAN_2019 = 787.16  # R&D spending, first published


@pytest.fixture(scope="module")
def free(czt, fits_2021):
    """The block without the bound, from the seed of the fits."""
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


def test_draws_that_keep_the_bound_stay_and_the_others_are_of_them(free, fits_2021):
    bound = fits_2021.blocks[NAME]
    kept = np.ones(fits_2021.draws, dtype=bool)
    same = (bound.cells["cells"] == free.cells["cells"]).all(["region", "year"])
    kept = same.to_numpy()
    assert 0.5 < kept.mean() < 1
    allowed = {path.tobytes() for path in free.cells["cells"].to_numpy()[kept]}
    assert all(p.tobytes() in allowed for p in bound.cells["cells"].to_numpy()[~kept])


def test_scales_move_with_their_cells(free, fits_2021):
    bound = fits_2021.blocks[NAME]
    paired = {
        cell.tobytes(): scale.tobytes()
        for cell, scale in zip(
            free.cells["cells"].to_numpy(), free.scales.to_numpy(), strict=True
        )
    }
    for cell, scale in zip(
        bound.cells["cells"].to_numpy(), bound.scales.to_numpy(), strict=True
    ):
        assert paired[cell.tobytes()] == scale.tobytes()


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
