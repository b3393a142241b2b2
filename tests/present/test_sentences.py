"""Sentences on probabilities say no more than is true, and their parts add up."""

import re
from dataclasses import replace

import pytest

from cszt_models.attribution.contributions import Contribution, Move
from cszt_models.errors import DataError
from cszt_models.present.sentences import base
from cszt_models.present.sentences.revisions import why
from cszt_models.project.plan import read_targets
from cszt_models.targets.attainment import assess


@pytest.fixture(scope="module")
def subset(history):
    """Assessments of mid-2021 with another set of joint targets."""
    results = history.results[0]

    def of(*ids):
        plan = read_targets(results.project)
        return assess(results.fits, plan, joint=ids)

    return of


def test_two_of_three_headline_targets_are_not_all(subset, history):
    both = subset("gdp_2025", "urbanization_2025")
    assert base.together(both).startswith(
        "The probability of meeting both targets together"
    )
    assert base.together(both, "zh").startswith("所列两项目标同时实现的概率为")
    whole = history.results[0].assessment
    assert base.together(whole).startswith(
        "The probability of meeting all headline targets together"
    )
    assert whole.joint.probability < both.joint.probability


def test_one_target_has_no_sentence_on_all(subset):
    assert base.together(subset("gdp_2025")) == ""


def test_a_set_with_others_than_headline_targets_is_counted(subset):
    ids = "gdp_2025", "urbanization_2025", "urban_population_2025"
    assert base.together(subset(*ids)).startswith(
        "The probability of meeting the 3 targets together"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("before", [0.004, 0.42, 0.61, 0.995])
@pytest.mark.parametrize(
    "changes", [(0.82, -0.29), (-0.07, -0.06, -0.08), (-0.71, 0.19, 0.004), (0.3,)]
)
def test_points_as_printed_add_up(czt, history, language, before, changes):
    after = min(max(before + sum(changes), 0.0), 1.0)
    parts = [Contribution("revision", change, 0.0) for change in changes]
    moved = history.results[0].assessment.as_of, history.results[1].assessment.as_of
    move = Move("gdp_2025", *moved, before, after, tuple(parts))
    text = why(move, czt, read_targets(czt), language)
    printed = text.replace("\N{MINUS SIGN}", "-")
    found = re.findall(r"(?<![0-9-])[+-]\d+(?![0-9-])", printed)
    points = [int(sign) for sign in found]
    assert sum(points) == round(100 * after) - round(100 * before)


def test_the_subset_of_a_move_is_named(czt, history):
    moved = history.results[0].assessment.as_of, history.results[1].assessment.as_of
    parts = (Contribution("revision", -0.1, 0.0),)
    move = Move("joint", *moved, 0.5, 0.4, parts)
    name = base.joint_name(["a", "b"], ["a", "b", "c"])
    text = why(move, czt, {}, joint=name)
    assert "the probability of both targets together fell from 50 % to 40 %" in text


def test_a_missed_upper_limit_is_exceeded_rather_than_short(history):
    result = history.results[1].assessment.of("gdp_2025")
    limit = replace(result.target, sense="at_most", value=20_000.0)
    missed = replace(result, target=limit, shortfall=2_878.5)
    assert "14.4 % above the target of at most ¥2 trillion" in base.verdict(missed)
    assert "高14.4%" in base.verdict(missed, "zh")


def test_a_section_that_cannot_be_made_is_left_out_with_its_reason(
    history, monkeypatch
):
    from cszt_models.reports import sections
    from cszt_models.reports.report import gather

    def fails(*_):
        raise DataError("the weights of x are not known.")

    monkeypatch.setattr(
        sections, "REASONS", {"short": fails, "consistency": sections.consistent}
    )
    short, plan = sections.reasons(gather(history, {}), "en")
    assert short.sentences == ["Left out: the weights of x are not known."]
    assert plan.title == "Whether the targets fit each other"
