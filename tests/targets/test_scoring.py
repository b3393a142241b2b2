"""Resolution: scores of stated probabilities, by hand and against scoringrules."""

from datetime import date

import numpy as np
import pytest
import scoringrules

from cszt_models import Target
from cszt_models.project.project import Label
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.targets.joint import JointAttainment
from cszt_models.targets.scoring import COIN, mean_scores, scores

DRAWS = 1000


def target(name):
    where = (name, "x", "here", 2025, None, "at_least", 1.0, "%")
    return Target(*where, Label("", ""), "words", "source", True, "")


def assessment(year, stated, joint, met=None):
    """Probabilities stated on a date; targets in ``met`` are resolved."""
    met = met or {}
    found = tuple(
        Attainment(
            target(name),
            "resolved" if name in met else "projected",
            probability=float(met[name]) if name in met else p,
            met=met.get(name),
        )
        for name, p in stated.items()
    )
    together = JointAttainment(tuple(stated), joint, 0.0, joint, None)
    who = (date(year, 6, 30), baseline(), 1, DRAWS, "marginal")
    return Assessment(*who, found, together)


@pytest.fixture
def told():
    """One target is missed and one met; both were open in two years, one in three."""
    return [
        assessment(2021, {"a": 0.6, "b": 0.9}, 0.5),
        assessment(2022, {"a": 0.2, "b": 1.0}, 0.2),
        assessment(2023, {"a": 0.0, "b": 0.7}, 0.0, {"a": False}),
        assessment(2024, {"a": 0.0, "b": 1.0}, 0.0, {"a": False, "b": True}),
    ]


def test_scores_are_those_of_scoringrules_and_only_of_open_dates(told):
    found = scores(told).set_index(["target", "as_of"])
    assert found.loc["a", "probability"].tolist() == [0.6, 0.2]
    assert found.loc["b", "probability"].tolist() == [0.9, 1.0, 0.7]
    for name, met in (("a", 0), ("b", 1)):
        own = found.loc[name]
        brier = scoringrules.brier_score(np.full(len(own), met), own["probability"])
        np.testing.assert_allclose(own["brier"], brier, rtol=0, atol=1e-12)
    logs = -np.log([1 - 600.5 / 1001, 1 - 200.5 / 1001])
    np.testing.assert_allclose(found.loc["a", "log"], logs, rtol=1e-12)


def test_a_probability_of_one_from_draws_does_not_score_infinity(told):
    certain = scores(told).query("target == 'b' and probability == 1.0")
    assert 0 < certain["log"].item() < 1e-3


def test_the_joint_is_settled_when_one_of_it_is_missed(told):
    joint = scores(told).query("target == 'joint'")
    assert joint["probability"].tolist() == [0.5, 0.2]
    assert not joint["met"].any()


def test_the_joint_is_met_only_when_all_are():
    open_, half, all_ = (
        assessment(2021, {"a": 0.6, "b": 0.9}, 0.5),
        assessment(2022, {"a": 1.0, "b": 0.9}, 0.9, {"a": True}),
        assessment(2023, {"a": 1.0, "b": 1.0}, 1.0, {"a": True, "b": True}),
    )
    assert "joint" not in set(scores([open_, half])["target"])
    joint = scores([open_, half, all_]).query("target == 'joint'")
    assert joint["probability"].tolist() == [0.5, 0.9]
    assert joint["met"].all()


def test_means_and_the_coin(told):
    found = mean_scores(scores(told)).set_index("target")
    assert found.loc["a", "brier"] == pytest.approx((0.36 + 0.04) / 2)
    assert found.loc["a", "skill"] == pytest.approx(1 - 0.2 / 0.25)
    assert (found.loc["a", "dates"], bool(found.loc["a", "met"])) == (2, False)
    coin = scores([assessment(2021, {"a": 0.5}, 0.5), told[-1]])
    of_a = coin[coin["target"] == "a"]
    assert of_a["brier"].item() == COIN["brier"]
    assert of_a["log"].item() == pytest.approx(COIN["log"], rel=1e-12)


def test_nothing_resolved_has_no_scores():
    open_ = [assessment(year, {"a": 0.6}, 0.6) for year in (2021, 2022)]
    assert scores(open_).empty
    assert scores([]).empty
    assert mean_scores(scores(open_)).empty
