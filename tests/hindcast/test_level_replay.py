"""Targets of GDP's level are replayed as growth and prices, with what a census adds."""

import numpy as np
import pandas as pd
import pytest

from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import evaluate
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.target_replay import reliability, verification
from cszt_models.hindcast.variables import GDP_LEVEL, variable_named
from cszt_models.vocabulary import GDP, GROWTH

ORIGIN, HORIZON = 2012, 4  # levels of 2014 rest on the third economic census
CENSUS_STEP = 0.06


def levels(seed=3):
    """Four regions with growth of 8 and prices of 3 percent, and a census in 2014."""
    rng = np.random.default_rng(seed)
    rows = []
    for region in "abcd":
        level = 100.0
        for year in range(2000, 2018):
            growth = 8 + rng.normal(0, 1)
            price = 0.03 + rng.normal(0, 0.01) + CENSUS_STEP * (year == 2014)
            level *= (1 + growth / 100) * np.exp(price)
            rows.append((region, year, GROWTH, round(growth, 4)))
            rows.append((region, year, GDP, round(level, 4)))
    return pd.DataFrame(rows, columns=["region", "year", "indicator", "value"])


@pytest.fixture(scope="module")
def scores(czt, tmp_path_factory):
    path = tmp_path_factory.mktemp("levels") / "panel.csv"
    levels().to_csv(path, index=False)
    read = read_panel(path, confirmed=True)
    methods = ("structural", "mean5")
    design = HindcastDesign((ORIGIN,), HORIZON, 1, methods, 250)
    cases = panel_cases(read, czt, variable_named(GDP_LEVEL), design)
    return pd.concat(map(evaluate, cases), ignore_index=True)


def test_the_outcome_is_the_growth_of_the_published_level(scores):
    """Across the year of a census, whose prices by themselves are not known."""
    known = levels().query("indicator == @GDP").set_index(["region", "year"])["value"]
    mean = scores[(scores["kind"] == "mean") & (scores["method"] == "structural")]
    assert len(mean) == 4
    for row in mean.itertuples():
        ratio = known[row.region, ORIGIN + HORIZON] / known[row.region, ORIGIN]
        assert row.outcome == pytest.approx(100 * np.log(ratio) / HORIZON, abs=1e-4)


def test_the_model_widens_in_the_year_of_a_census(scores):
    """By its step, which no method of the level's own past knows to come."""
    years = scores[(scores["kind"] == "year") & (scores["method"] == "structural")]
    gaps = (years["outcome"] - years["median"]).groupby(years["horizon"]).mean()
    assert gaps[2] > 3  # 2014
    assert years["inside95"].mean() > 0.6


def test_targets_of_the_level_are_replayed(scores):
    goals = scores[scores["kind"] == "goal"]
    assert goals.groupby("method").size().tolist() == [20, 20]
    assert goals["probability"].between(0, 1).all()


def replayed(probability, met):
    about = {"method": "structural", "origin": 2012}
    return pd.DataFrame({"probability": probability, "met": met}).assign(**about)


def test_the_brier_score_is_split_as_corp_does():
    rng = np.random.default_rng(1)
    probability = rng.uniform(size=800)
    met = rng.uniform(size=800) < probability**2
    (row,) = verification(replayed(probability, met)).to_dict("records")
    parts = row["miscalibration"] - row["discrimination"] + row["brier_climate"]
    assert row["brier"] == pytest.approx(parts, abs=1e-12)
    assert row["miscalibration"] > 0.01


def test_the_isotonic_share_of_a_bin_follows_the_truth():
    """And the index of the rows, which may repeat, does not matter."""
    rng = np.random.default_rng(2)
    probability = rng.uniform(size=6000)
    met = rng.uniform(size=6000) < probability**2
    rows = replayed(probability, met).set_axis([0] * 6000, axis=0)
    bins = reliability(rows)
    np.testing.assert_allclose(bins["corp"], bins["probability"] ** 2, atol=0.05)
    assert (np.diff(bins["corp"]) >= 0).all()
