"""Sentences on checks follow their rules."""

import pandas as pd
import pytest

from cszt_models.checks.statsmodels_peer import Peer, Sizes
from cszt_models.present.sentences import checks as check_sentences


def path(low, median, high):
    return pd.DataFrame(
        {"low": [low], "median": [median], "high": [high]},
        pd.Index([2030], name="year"),
    )


def peer(lasting, passing, damping, figures=20):
    return Peer("x", figures, Sizes(lasting, passing, damping), path(0, 0, 0))


def test_scales_at_odds_with_their_prior_are_named():
    table = pd.DataFrame(
        {
            "component": ["walk", "shock", "basis"],
            "prior_median": [1.0, 1.0, 1.0],
            "median": [0.3, 1.0, 4.0],
            "prior_share": [0.01, 0.5, 0.98],
            "narrowed": [0.2, 0.95, 0.5],
        }
    )
    said = check_sentences.scales(table)
    first = "Best determined is walk: its uncertainty is 20% of the prior's."
    assert said.startswith(first)
    assert "The data hardly determine shock." in said
    assert "walk is smaller than the prior expected: 0.3 against 1" in said
    assert "basis is larger than the prior expected: 4 against 1, with a prior" in said
    assert "probability of 2.0% to lie so far out" in said
    calm = check_sentences.scales(table.iloc[[1]])
    assert calm.endswith("No scale lies where its prior gave less than 5 %.")


def test_statistics_outside_their_replicates_are_named():
    table = pd.DataFrame(
        [("p", "mean", 1.0, 0.0, 2.0), ("p", "spread", 5.0, 0.0, 2.0)],
        columns=["of", "statistic", "observed", "low", "high"],
    )
    said = check_sentences.replicates(table, "p")
    assert said == (
        "1 of 2 statistics lie within 90 % of the p's replicates. "
        "Outside: spread (5; replicates 0 to 2)."
    )
    inside = check_sentences.replicates(table.iloc[:1], "p")
    assert inside == "All 1 statistics lie within 90 % of the p's replicates."


@pytest.mark.parametrize(
    ("middle", "far", "heavy"),
    [(0.6, 0.98, True), (0.5, 0.98, False), (0.6, 0.999, False)],
)
def test_heavy_tails_need_both_ends(middle, far, heavy):
    table = pd.DataFrame(
        [(0.5, middle, 0.4, 0.55), (0.8, 0.7, 0.75, 0.85), (0.9973, far, 0.99, 1.0)],
        columns=["level", "share", "low", "high"],
    )
    said = check_sentences.coverage(table)
    assert ("heavier tails" in said) is heavy
    assert (
        "70% lie in their 80% interval, fewer than replicates do (75% to 85%)" in said
    )
    word = "more than" if middle > 0.55 else "as"
    assert f"{middle:.0%} lie in their 50% interval, {word} replicates do" in said


OURS = Sizes(lasting=2.0, passing=0.5, damping=0.3)


def test_a_narrower_forecast_is_explained_by_its_sizes():
    theirs = peer(lasting=1.0, passing=0.0, damping=0.0)
    said = check_sentences.peer(theirs, [path(1, 4, 7), path(-1, 5, 9)], OURS, unit="%")
    assert (
        "For 2030 statsmodels expects 4.0 % (90 %: 1.0 to 7.0), the panel 5.0" in said
    )
    assert "Its median is 1.0 lower, its interval 0.6 times as wide." in said
    assert "the panel keeps more of the recent pace" in said
    assert "estimated as none" in said
    assert said.endswith("The smaller lasting change makes its interval narrower.")


def test_a_narrower_forecast_of_larger_sizes_has_another_reason():
    theirs = peer(lasting=2.5, passing=0.5, damping=0.3)
    said = check_sentences.peer(theirs, [path(1, 4, 7), path(-1, 4, 9)], OURS, unit="%")
    assert said.endswith("the panel's has their uncertainty in it.")
    assert "estimated as none" not in said
    assert "recent pace" not in said


def test_a_wider_forecast_is_explained_by_its_sizes():
    theirs = peer(lasting=4.0, passing=0.5, damping=0.9)
    paths = [path(-9, 6, 19), path(-1, 4, 9)]
    said = check_sentences.peer(theirs, paths, OURS, unit="%")
    assert "Its median is 2.0 higher, its interval 2.8 times as wide." in said
    assert "it keeps more of the recent pace" in said
    assert said.endswith("The larger lasting change makes its interval wider.")


def test_alike_forecasts_are_called_so():
    theirs = peer(lasting=2.0, passing=0.5, damping=0.3)
    said = check_sentences.peer(theirs, [path(0, 4, 8), path(-1, 4, 8)], OURS, unit="%")
    assert "its interval about as wide." in said
    assert said.endswith("the panel at 2 and 0.5.")
