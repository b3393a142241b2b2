"""Priors learned from a panel have its size, and nothing of later years."""

import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from cszt_models.analysis.learning import learn_priors, write_priors
from cszt_models.cli import main
from cszt_models.errors import DataError
from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import run
from cszt_models.hindcast.learning import priors_before
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.variables import variable_named
from cszt_models.models.learned_priors import WIDE_SPREAD, pooled
from cszt_models.models.priors import read_priors
from cszt_models.project.project import default, load_project
from cszt_models.project.starter import copy_example
from cszt_models.vocabulary import GROWTH
from tests.hindcast.test_evaluate import table

ORIGIN = 2016


@pytest.fixture
def cszt(capsys, monkeypatch):
    """Run the command; its exit code and what it writes as errors."""

    def run_words(*words):
        monkeypatch.setattr(sys, "argv", ["cszt", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code or 0, capsys.readouterr().err

    return run_words


def panel_of(noise, *, until=2018, seed=5):
    """Three groups of four regions: growth with a common course and own shocks."""
    rng = np.random.default_rng(seed)
    rows = []
    for group in "abc":
        course = 8 + np.cumsum(rng.normal(0, 0.4, 19))
        for n in range(4):
            values = course + rng.normal(0, 0.5) + rng.normal(0, noise, 19)
            rows += [
                (f"{group}{n}", year, GROWTH, round(value, 2), group)
                for year, value in zip(range(2000, 2019), values, strict=True)
                if year <= until
            ]
    names = ["region", "year", "indicator", "value", "province"]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture(scope="module")
def learn(tmp_path_factory):
    """Scales learned from a panel, by component."""

    def learned(frame):
        path = tmp_path_factory.mktemp("panel") / "panel.csv"
        frame.to_csv(path, index=False)
        results = learn_priors(path, origin=ORIGIN, group="province")
        return results, {s.component: s for s in results.scales}

    return learned


@pytest.fixture(scope="module")
def calm(learn):
    return learn(panel_of(0.3))


def test_a_scale_has_the_size_of_the_panel(calm, learn):
    _, wild = learn(panel_of(2.4))
    shocks = calm[1]["region_shock"].after, wild["region_shock"].after
    assert shocks[0].median < 0.6
    assert 1.6 < shocks[1].median < 3.2
    assert wild["region_shock"].groups == 3
    assert wild["region_shock"].regions == 12
    assert "years to 2016" in shocks[0].source


def test_years_after_the_origin_are_not_read(calm, learn):
    frame = panel_of(0.3)
    late = frame["year"] > ORIGIN
    results, _ = learn(frame.assign(value=frame["value"].mask(late, -9.0)))
    pd.testing.assert_frame_equal(results.to_frame(), calm[0].to_frame())


def test_one_group_leaves_the_spread_between_groups_open():
    lone = pooled(np.array([1.0]), np.array([1e6]), 0.0)
    several = pooled(np.full(8, 1.0), np.full(8, 1e6), 0.0)
    assert lone[1] > 0.5 > several[1]


def test_the_spread_is_that_between_groups():
    logs = np.random.default_rng(0).normal(2, 0.8, 400)
    median, spread = pooled(logs, np.full(400, 25.0), 0.0)
    assert median == pytest.approx(2, abs=0.1)
    assert spread == pytest.approx(np.sqrt(0.64 - 0.04), abs=0.1)


def test_rows_that_say_little_leave_the_median_near_the_prior():
    weak = WIDE_SPREAD**-2
    assert pooled(np.array([2.0]), np.array([weak]), 0.0)[0] < 1


@pytest.fixture
def states(tmp_path):
    copy_example("us_states", tmp_path / "states")
    return load_project(tmp_path / "states")


def test_written_priors_are_read_and_relearned_from_the_default(states, calm):
    before = read_priors(states)
    path = write_priors(states, calm[0])
    assert path.parent == states.folder
    after = read_priors(states)
    learned = calm[1]["region_shock"].after
    assert after["growth"].scales["region_shock"] == learned
    assert after["population"] == before["population"]
    assert priors_before(states) == before


def test_a_file_that_cannot_be_read_back_leaves_the_last_one(states, calm, monkeypatch):
    path = states.folder / "priors.yaml"
    shutil.copy(default("priors.yaml"), path)
    last = path.read_bytes()
    monkeypatch.setattr(type(calm[0]), "document", lambda *_: "growth: 3\n")
    with pytest.raises(DataError, match="not a mapping"):
        write_priors(states, calm[0])
    assert path.read_bytes() == last


def test_the_command_writes_once_and_replaces_when_told(states, tmp_path, cszt):
    panel = tmp_path / "panel.csv"
    panel_of(0.3).to_csv(panel, index=False)
    words = ["priors", "--project", states.folder, "--panel", panel]
    words += ["--group", "province", "--origin", ORIGIN]
    assert cszt(*words)[0] == 0
    text = (states.folder / "priors.yaml").read_text("utf-8")
    assert "learned from 12 regions in 3 groups, years to 2016" in " ".join(
        text.split()
    )
    code, message = cszt(*words, "--lang", "zh")
    assert code == 2
    assert "不予替换" in message
    assert (states.folder / "priors.yaml").read_text("utf-8") == text
    assert cszt(*words, "--force")[0] == 0
    assert (states.folder / "priors.yaml").read_text("utf-8") == text


def test_the_bundled_priors_are_never_replaced(cszt):
    code, message = cszt("priors", "--force")
    assert code == 2
    assert "not changed" in message


def test_a_panel_without_enough_figures_is_refused(tmp_path, czt):
    panel = tmp_path / "panel.csv"
    panel_of(0.3, until=2001).head(8).to_csv(panel, index=False)
    with pytest.raises(DataError, match="determine a scale"):
        learn_priors(panel, project=czt, origin=ORIGIN)


def test_hindcasts_say_what_learned_priors_change(tmp_path, czt):
    """By group on the same cells, with priors from years before each origin."""
    path = tmp_path / "panel.csv"
    table().to_csv(path, index=False)
    read = read_panel(path, group="province")
    design = HindcastDesign((2014,), 2, 1, ("structural", "learned"), 200)
    cases = panel_cases(read, czt, variable_named(GROWTH), design)
    assert [case.method for case in cases].count("learned") == 1
    scores = run(cases)
    years = scores[scores["kind"] == "year"]
    keys = ["group", "region", "horizon", "outcome"]
    ours, learned = (
        years.loc[years["method"] == name, keys].reset_index(drop=True)
        for name in ("structural", "learned")
    )
    pd.testing.assert_frame_equal(ours, learned)
    assert not np.allclose(
        years.loc[years["method"] == "structural", "crps"],
        years.loc[years["method"] == "learned", "crps"],
    )
