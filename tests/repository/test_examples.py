"""The example of US states: built from the wheel it names, asked and answered."""

import html
import json
import re
import runpy
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from linearmodels.datasets import munnell

from cszt_models import load_project
from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import run
from cszt_models.hindcast.forecast import METHODS
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.record import read_record
from cszt_models.hindcast.variables import variable_named
from cszt_models.models.fits import fit_blocks
from cszt_models.present.sentences import hindcast as hindcast_sentences
from cszt_models.present.texts.pages import words
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.reports import pages as reports
from cszt_models.reports.report import gather
from cszt_models.results.history import HistoryResults
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.targets.attainment import assess
from tests.conftest import attained

FOLDER = Path(__file__).parents[2] / "examples" / "us_states"


OF_CHINA = (
    r"Chin(?:a|ese)|yuan|¥|provinc|prefecture|\bcit(?:y|ies)\b|亿元|万人|省|中国|各市"
)


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


@pytest.fixture(scope="module")
def told(states):
    """Its report's report, from few draws."""
    fits = fit_blocks(
        read_observations(states), states, as_of=states.data_date, seed=1, draws=200
    )
    return gather(
        HistoryResults((attained(fits),)), read_scenarios(states, read_levers(states))
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_report_speaks_of_states_and_not_of_china(language, told, states):
    """But where it says that the prior scales come from there."""
    page = reports.page(told, "full", language=language).text
    text = re.sub(r"(?s)<script.*?</script>|<style.*?</style>|<[^>]+>", " ", page)
    text = html.unescape(text)
    origin = words(language)["default_priors"]
    assert origin in text
    text = text.replace(origin, "")
    for caveat in states.caveats:
        text = text.replace(caveat.in_language(language), "")
    assert re.findall(f".{{20}}(?:{OF_CHINA}).{{20}}", text) == []
    assert "cannot be split" not in text
    assert words(language)["over_time"] not in text  # one date is no history


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_report_tells_its_hindcast(language, told, states):
    page = reports.page(told, "calibration", language=language).text
    record = read_record(states)
    assert {"structural", "rw", "mean5"} <= set(record.scores["method"]) <= set(METHODS)
    said = hindcast_sentences.compared(record, states, "gdp_real_growth", language)
    assert said in page.replace("\N{NO-BREAK SPACE}", " ")


def test_a_project_without_a_record_says_so_on_its_page(told, tmp_path):
    for path in told.history.project.folder.glob("*.*"):
        if path.name != "hindcasts.csv":
            shutil.copy(path, tmp_path)
    elsewhere = replace(told.history.project, folder=tmp_path)
    now = replace(told.now, project=elsewhere)
    bare = replace(told, history=HistoryResults((now,)))
    assert "--record" in reports.page(bare, "calibration").text


def test_its_panel_is_hindcast_by_its_own_project(states):
    panel = read_panel(FOLDER / "panel.csv")
    growth = variable_named("gdp_real_growth")
    cases = panel_cases(
        panel, states, growth, HindcastDesign((1980,), 2, 1, ("mean5",), 200)
    )
    scores = run(cases, folder=None, jobs=1)
    assert sorted(scores["horizon"].unique()) == [1, 2]
    assert scores["region"].nunique() == 48
