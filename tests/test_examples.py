"""The example of US states: built from the wheel it names, asked and answered."""

import json
import runpy
import shutil
from pathlib import Path

import numpy as np
import pytest
from linearmodels.datasets import munnell

from cszt_models import (
    assess,
    fit_blocks,
    load_project,
    read_observations,
    read_targets,
)
from cszt_models.hindcast import run
from cszt_models.origins import Design, panel_cases
from cszt_models.outcomes import quantity_named
from cszt_models.panel_file import read_panel

FOLDER = Path(__file__).parents[1] / "examples" / "us_states"


@pytest.fixture(scope="module")
def states():
    return load_project(FOLDER)


def test_its_figures_are_those_that_its_script_builds(tmp_path):
    shutil.copy(FOLDER / "project.yaml", tmp_path)
    for name in ("observations.csv", "targets.csv"):
        shutil.copy(FOLDER / name, tmp_path)
    runpy.run_path(str(FOLDER / "build.py"))["main"](tmp_path)
    for name in ("observations.csv", "panel.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_growth_is_the_change_of_product_in_the_source(states):
    levels = munnell.load().query("STATE == 'OHIO'").set_index("YR")["GSP"]
    own = read_observations(states).query("region == 'ohio' and year == 1980")
    growth = 100 * (levels[1980] / levels[1979] - 1)
    np.testing.assert_allclose(own["value"], growth, atol=5e-5)


def test_its_plan_is_said_to_be_constructed(states):
    assert "constructed" in states.plan.label.en
    targets = read_targets(states).values()
    assert all("constructed" in target.source for target in targets)


def test_growth_alone_answers_every_target_of_its_plan(states):
    fits = fit_blocks(
        read_observations(states), states, as_of=states.data_date, seed=1, draws=200
    )
    found = assess(fits, read_targets(states))
    assert {one.status for one in found.targets} == {"projected"}
    assert list(fits.blocks) == ["growth"]
    assert all(0.05 < one.probability < 0.95 for one in found.targets)
    json.dumps([one.probability for one in found.targets], allow_nan=False)


def test_its_panel_is_hindcast_by_its_own_project(states):
    panel = read_panel(FOLDER / "panel.csv")
    growth = quantity_named("gdp_real_growth")
    cases = panel_cases(panel, states, growth, Design((1980,), 2, 1, ("mean5",), 200))
    scores = run(cases, folder=None, jobs=1)
    assert sorted(scores["horizon"].unique()) == [1, 2]
    assert scores["region"].nunique() == 48
