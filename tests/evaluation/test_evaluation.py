"""Scores of files of forecasts against published and exact numbers, and other code."""

import json

import numpy as np
import pandas as pd
import pytest
import scoringrules
from typer.testing import CliRunner

from cszt_models import DataError
from cszt_models.cli import app
from cszt_models.evaluation import distributions, probabilities
from cszt_models.evaluation.comparison import diebold_mariano
from cszt_models.evaluation.files import read_forecasts
from cszt_models.results.evaluation import EvaluationResults

# Rounded uniform numbers, and the numbers of model-diagnostics 1.5.0 on them.
STATED = np.array(
    [
        *(0.63, 0.9, 0.78, 0.23, 0.3, 0.87, 0.01, 0.82, 0.8, 0.47, 0.3, 0.28, 0.25),
        *(0.45, 0.5, 0.55, 1.0, 0.79, 0.62, 0.99, 0.22, 0.16, 0.61, 0.04, 0.04, 0.51),
        *(0.47, 0.92, 0.63, 0.51, 0.5, 0.25, 0.01, 0.19, 0.69, 0.2, 0.37, 0.0, 0.83),
        0.15,
    ]
)
CAME_TRUE = np.array(list("1010010110001011110100000101010000100010"), dtype=float)
PARTS = (0.03779063492063489, 0.14054563492063496, 0.24, 0.137245)
ELEMENTARY = {0.105: 0.049875, 0.255: 0.095125, 0.505: 0.07525, 0.805: 0.068875}


def test_decomposition_is_that_of_the_published_example():
    """Of the documentation of `decompose` in model-diagnostics."""
    parts = probabilities.decompose(np.array([-1.0, 1, 1, 2]), np.array([0.0, 0, 1, 1]))
    assert parts == pytest.approx((0.625, 0.125, 0.25, 0.75), abs=1e-12)


def test_corp_and_murphy_agree_with_another_implementation():
    assert probabilities.decompose(STATED, CAME_TRUE) == pytest.approx(PARTS, abs=1e-10)
    thresholds = np.array(list(ELEMENTARY))
    curve = probabilities.murphy_curve(STATED, CAME_TRUE, thresholds)
    assert list(curve["score"]) == pytest.approx(list(ELEMENTARY.values()), abs=1e-10)


def test_twice_the_area_under_a_murphy_curve_is_the_brier_score():
    middle = (np.arange(100_000) + 0.5) / 100_000
    area = probabilities.murphy_curve(STATED, CAME_TRUE, middle)["score"].mean()
    assert 2 * area == pytest.approx(PARTS[3], abs=1e-6)


def test_bands_hold_calibrated_forecasts_and_not_others():
    rng = np.random.default_rng(3)
    stated = np.round(rng.uniform(size=2000), 1)
    came = (rng.uniform(size=2000) < stated).astype(float)
    curve = probabilities.reliability_curve(stated, came)
    assert curve["frequency"].between(curve["low"], curve["high"]).mean() >= 0.8
    wrong = probabilities.reliability_curve(stated, (stated > 0.5).astype(float))
    assert wrong["frequency"].between(wrong["low"], wrong["high"]).mean() < 0.5


@pytest.mark.parametrize("count", [7, 8])
def test_parts_add_up_to_the_scores_of_scoringrules(count):
    rng = np.random.default_rng(count)
    draws, outcome = rng.normal(size=(30, count)), rng.normal(size=30) * 2
    crps = scoringrules.crps_ensemble(outcome, draws, estimator="qd", backend="numpy")
    parts = distributions.crps_parts(outcome, draws)
    np.testing.assert_allclose(parts["score"], crps, atol=1e-12)
    assert (parts[["spread", "over", "under"]] >= 0).all(axis=None)


def test_interval_score_is_that_of_scoringrules():
    rng = np.random.default_rng(5)
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    quantiles = np.sort(rng.normal(size=(30, 5)), axis=1)
    outcome = 2 * rng.normal(size=30)
    parts = distributions.interval_parts(outcome, levels, quantiles)
    pairs = [
        alpha / 2 * scoringrules.interval_score(outcome, low, high, alpha)
        for alpha, low, high in (
            (0.1, quantiles[:, 0], quantiles[:, 4]),
            (0.5, quantiles[:, 1], quantiles[:, 3]),
        )
    ]
    expected = (sum(pairs) + np.abs(outcome - quantiles[:, 2]) / 2) / 2.5
    np.testing.assert_allclose(parts["score"], expected, atol=1e-12)


def test_ranks_of_vectors_are_flat_only_for_the_right_dependence():
    rng = np.random.default_rng(8)
    common = rng.normal(size=(800, 21, 1))
    joint = common + 0.1 * rng.normal(size=(800, 21, 3))
    right = distributions.average_ranks(joint[:, 0], joint[:, 1:])
    single = rng.normal(size=(800, 20, 3))
    wrong = distributions.average_ranks(joint[:, 0], single)
    assert right.var() == pytest.approx(1 / 12, abs=0.01)
    assert wrong.var() > 0.1


def test_diebold_mariano_by_hand():
    """Differences 1, 2, 3: t = 2 / sqrt(2/9) * sqrt(2/3) = 3.4641."""
    result = diebold_mariano([1.0, 2.0, 3.0])
    assert result.statistic == pytest.approx(np.sqrt(12))
    assert 0.07 < result.p_value < 0.08
    assert np.isnan(diebold_mariano([1.0, 1.0, 1.0]).statistic)


@pytest.fixture
def file(tmp_path):
    years = np.repeat(np.arange(20), 2)
    ours = pd.DataFrame(
        {"method": "ours", "year": years, "probability": STATED, "outcome": CAME_TRUE}
    )
    coin = ours.assign(method="coin", probability=0.5)
    path = tmp_path / "forecasts.csv"
    pd.concat([ours, coin]).to_csv(path, index=False)
    return path


def test_command_prints_scores_and_differences(file):
    result = CliRunner().invoke(app, ["score", str(file), "--json"])
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    ours, coin = record["methods"]
    assert ours["score"] == pytest.approx(PARTS[3])
    assert coin["score"] == 0.25
    (gap,) = record["differences"]
    assert gap["difference"] == pytest.approx(coin["score"] - ours["score"])
    assert gap["low"] <= gap["difference"] <= gap["high"]
    assert {row["method"] for row in record["murphy"]} == {"ours", "coin"}


@pytest.mark.parametrize("kind", ["quantiles", "draws"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_distributions_show_themselves(kind, language, tmp_path):
    rng = np.random.default_rng(2)
    values = np.sort(rng.normal(size=(40, 9)), axis=1)
    names = [f"q0.{n}" for n in range(1, 10)]
    if kind == "draws":
        names = [f"draw_{n}" for n in range(9)]
    table = pd.DataFrame(values, columns=names)
    table = table.assign(case=np.repeat(range(20), 2), outcome=rng.normal(size=40))
    path = tmp_path / "file.csv"
    table.to_csv(path, index=False)
    results = EvaluationResults(read_forecasts(path))
    assert results.plot(language).to_dict()
    assert len(str(results.summary(language)).splitlines()) > 3
    assert len(results.joint) == (kind == "draws")
    (row,) = results.to_dict()["methods"]
    assert row["score"] == pytest.approx(row["spread"] + row["over"] + row["under"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("probability\n0.5\n", "no column outcome"),
        ("outcome\n1\n", "has no forecast"),
        ("probability,outcome\n1.5,1\n", "line 2: a probability is not between"),
        ("probability,outcome\n0.5,1\n0.5,2\n", "line 3: the outcome of a probability"),
        ("q0.1,q0.9,outcome\n2,1,1\n", "quantiles cross"),
        ("probability,outcome\n0.5,\n", "line 2: a forecast or outcome is no number"),
        ("method,probability,outcome\na,0.5,1\na,0.5,1\nb,0.5,1\n", "same cases"),
    ],
)
def test_files_that_cannot_be_scored_are_refused(text, sentence, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=sentence):
        read_forecasts(path)
