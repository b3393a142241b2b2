"""The first screen answers five questions of a reader, in both languages."""

import html
import re
from dataclasses import replace

import pytest

from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import glance, goals, numbers
from cszt_models.reports import cards
from cszt_models.reports.pages import page
from cszt_models.reports.places import place_grids
from cszt_models.reports.report import gather
from cszt_models.reports.tables import history_table
from cszt_models.results.history import HistoryResults
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.targets.prior_sensitivity import Sensitivity, Slope

IN_TILES = ("urbanization_2025", "rd_intensity_2025")
WORDS = {
    "en": (
        "Rests on: ",
        "Would change it: ",
        "Last known: ",
        "probability of reaching",
    ),
    "zh": ("依据：", "可能改变它的因素：", "最新数据：", "的概率"),
}


def first_screen(markup: str) -> str:
    """Text from the lead to the last card."""
    start = markup.index('<p class="lead">')
    end = markup.index("<h2>", markup.index('<div class="cards">'))
    text = html.unescape(re.sub(r"<[^>]*>", "", markup[start:end]))
    return text.replace("\N{NO-BREAK SPACE}", " ")


def texts_of_cards(report, language):
    """Text of each card, by id of its target."""
    targets = [t for t in report.history.now.plan.values() if t.headline]
    made = cards.cards(report, language)
    return dict(zip([t.id for t in targets], made, strict=True))


@pytest.fixture(scope="module")
def report(history, czt):
    scenarios = read_scenarios(czt, read_levers(czt))
    return gather(history, dict(list(scenarios.items())[:2]))


@pytest.fixture(scope="module")
def early(report):
    """A report of the first date alone, when all was open."""
    return gather(HistoryResults(report.history.results[:1]), report.scenarios)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_screen_answers_five_questions(report, language):
    text = first_screen(page(report, "brief", language=language).text)
    rests, change, _, _ = WORDS[language]
    for result in report.now.assessment.targets:
        if not result.target.headline:
            continue
        name = sentences.name(result.target, language)
        assert name in text
        assert goals.goal(result.target, language) in text, "what was asked"
        assert sentences.expected(result, language)[:4] in text, "what is known"
        assert sentences.chance(result, language) in text, "how probable"
    count = len(texts_of_cards(report, language))
    assert text.count(rests) == count, "on what it rests"
    assert text.count(change) == count, "what would change it"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_percentage_says_of_what_it_is(early, language):
    _, _, known, of = WORDS[language]
    for card in texts_of_cards(early, language).values():
        assert card["of"] == "" or of in card["of"]
        assert "%" not in card["figure"] or card["of"]
        labels = [label for label, _ in card["facts"]]
        assert len(labels) == (3 if card["of"] else 2)
        assert (known.strip("：: ") in labels) == bool(card["of"])


def test_what_a_scenario_takes_as_given_it_does_not_change(early, czt):
    asked = read_scenarios(czt, read_levers(czt))["plan path"]
    rate, level = (early.history.now.plan[n] for n in ("growth_2021_2025", "gdp_2025"))
    compared = early.compared[-1].compared
    assessment = early.now.assessment
    certain = replace(
        assessment,
        targets=tuple(replace(t, probability=1.0) for t in assessment.targets),
    )
    others = [*compared, replace(compared[0], scenario=asked, assessment=certain)]
    for target, named in ((rate, False), (level, True)):
        text = glance.would_change(assessment.of(target.id), others, "en")
        assert ("the plan's own path" in text) == named


def test_a_card_warns_where_such_probabilities_did_not_come_true(early):
    growth = early.now.assessment.of("growth_2021_2025")
    result = replace(growth, probability=0.35)
    facts = dict(cards._card(early, result, "en")["facts"])
    assert facts["Take with care"] == (
        "of 948 past cases with 30 to 40 %, 15 % came true"
    )
    sure = replace(growth, probability=0.95)
    assert "Take with care" not in dict(cards._card(early, sure, "en")["facts"])


def test_an_open_target_names_the_scenario_that_moves_it_most(early):
    compared = early.compared[-1].compared
    name = next(r.target.id for r in early.now.assessment.targets if r.target.headline)
    before = early.now.assessment.of(name).probability
    most = max(compared, key=lambda c: abs(c.assessment.of(name).probability - before))
    after = numbers.percent(most.assessment.of(name).probability)
    change = dict(texts_of_cards(early, "en")[name]["facts"])["Would change it"]
    assert after in change


def test_a_probability_of_the_prior_is_grey(early):
    result = next(r for r in early.now.assessment.targets if r.target.headline)
    slope = Slope("growth", 0.0, 0.0, 0.0, 0.0)
    driven = replace(result, sensitivity=Sensitivity((slope,), 0.6))
    assert cards.tone(driven) == "prior"
    free = replace(result, sensitivity=Sensitivity((slope,), 0.1))
    assert cards.tone(free) in ("low", "mid", "high")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lead_counts_all_headline_targets(report, language):
    lead = cards.lead(report.history, language)
    count = len(texts_of_cards(report, language))
    assert {"en": f"Of {count} headline", "zh": f"规划的{count}项"}[language] in lead


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_tile_has_the_probability_of_its_place(early, language):
    grids = place_grids(early, language)
    assert len(grids) == 2, "urbanization and the share of R&D"
    now, places = early.now.assessment, early.history.project.places
    for grid, name in zip(grids, IN_TILES, strict=True):
        (tile,) = [tile for tile in grid["tiles"] if tile["planned"]]
        assert tile["name"] == places["czt"].in_language(language)
        assert tile["figure"] == sentences.chance(now.of(name), language)
    first, every = grids[0]["tiles"], early.regions
    assert len(first) == len(every) + 1


def test_shares_over_time_are_columns(report):
    table = history_table(report.history, "en")
    for result in report.history.results:
        assert f">{result.assessment.as_of}</th>" in table
    early_chance = report.history.results[0].assessment.of("gdp_2025").probability
    assert numbers.percent(early_chance) in table
