"""Targets judge as they are printed; scenarios compose the same in any order."""

import re
from itertools import permutations

import numpy as np
import pytest

from cszt_models import DataError, ScenarioError, Target, load_project
from cszt_models.project.plan import read_targets, target_named
from cszt_models.project.project import Label
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_part, read_scenarios
from cszt_models.scenarios.scenario import Part, baseline, compose
from cszt_models.scenarios.settings import Setting

BELOW, AT, ABOVE = 79.999, 80.0, 80.001


def target(sense):
    label = Label("", "")
    return Target("t", "i", "r", 2025, None, sense, AT, "%", label, "q", "s", False, "")


@pytest.mark.parametrize(
    ("sense", "met", "shortfall"),
    [
        ("at_least", [False, True, True], [0.001, 0, 0]),
        ("exceeds", [False, False, True], [0.001, 0, 0]),
        ("at_most", [True, True, False], [0, 0, 0.001]),
        ("about", [False, True, True], [0.001, 0, 0]),
        ("equals", [False, True, False], [0.001, 0, 0.001]),
    ],
)
def test_each_sense_has_its_own_boundary(sense, met, shortfall):
    outcomes = [BELOW, AT, ABOVE]
    assert target(sense).met_by(outcomes).tolist() == met
    np.testing.assert_allclose(target(sense).shortfall(outcomes), shortfall, atol=1e-9)


@pytest.mark.parametrize("sense", ["at_least", "exceeds", "at_most", "about", "equals"])
def test_no_outcome_meets_no_target(sense):
    assert not target(sense).met_by(np.nan)


def test_the_plan_has_thirty_one_targets_with_their_words(czt):
    targets = read_targets(czt)
    assert len(targets) == 31
    assert all(t.quote.strip() and t.source.strip() for t in targets.values())
    headline = [t.id for t in targets.values() if t.headline]
    assert headline == ["gdp_2025", "urbanization_2025", "rd_intensity_2025"]


FACTS = {  # printed in the plan: number, sense and a part of the phrase
    "gdp_2025": (25_000.0, "at_least", "2.5万亿元以上"),
    "urbanization_2025": (80.0, "at_least", "80%"),
    "rd_intensity_2025": (3.0, "about", "3%左右"),
    "urban_income_2025": (68_000.0, "exceeds", "突破6.8万元"),
    "pm25_2025": (35.0, "at_most", "低于35"),
    "growth_2021_2025": (7.0, "at_least", "年均增长7%以上"),
}


@pytest.mark.parametrize("name", FACTS)
def test_a_target_is_the_one_that_is_printed(name, czt):
    found = read_targets(czt)[name]
    value, sense, words = FACTS[name]
    assert (found.value, found.sense) == (value, sense)
    assert words in found.quote


def test_growth_is_averaged_over_the_years_of_the_plan(czt):
    found = read_targets(czt)["growth_2021_2025"]
    assert (found.since, found.year) == (2021, 2025)


REFUSED = {
    "id": ("urbanization_2025", "is given twice"),
    "indicator": ("gdp_nominl", "Did you mean 'gdp_nominal'?"),
    "region": ("cztt", "Did you mean 'czt'?"),
    "sense": ("atleast", "Did you mean 'at_least'?"),
    "value": ("lots", "is not a number like 123.4"),
    "year": ("2025年", "is not a year like 2020"),
    "since": ("2026", "is after the target's year"),
    "unit": ("percent", "is not the unit of the indicator"),
    "quote": (" ", "is empty"),
    "source": ("", "is empty"),
    "headline": ("yes", "Known: 0, 1"),
}


@pytest.mark.parametrize("column", REFUSED)
def test_a_malformed_target_is_refused_with_line_and_value(column, with_cells):
    text, words = REFUSED[column]
    project = load_project(with_cells("targets.csv", 2, **{column: text}))
    line = 10 if column == "id" else 2  # the second of two is the one too many
    place = f"targets.csv, line {line}, {column} {text!r}: "
    with pytest.raises(DataError, match=re.escape(place)) as error:
        read_targets(project)
    assert words in str(error.value)


@pytest.mark.parametrize("column", ["id", "since", "quote"])
def test_a_missing_column_of_the_plan_is_named(column, edited):
    folder = edited("targets.csv", f"{column},", "x,")
    with pytest.raises(DataError, match=f"targets.csv has no column {column}"):
        read_targets(load_project(folder))


def test_an_unknown_target_is_named_with_the_nearest(czt):
    with pytest.raises(DataError, match=r"'gdp_2026'\. Did you mean 'gdp_2025'"):
        target_named(read_targets(czt), "gdp_2026")


def of(name, *settings):
    return Part(name, settings)


PARTS = {
    "grow": of("grow", Setting("growth", 1.0)),
    "print": of("print", Setting("price", 0.5, ("changsha",), 2024, 2026)),
    "move": of("move", Setting("population", -0.2), Setting("urbanization", 0.1)),
    "boom": of("boom", Setting("growth", 2.0)),
    "late": of("late", Setting("growth", 0.3, (), 2026)),
    "early": of("early", Setting("growth", 0.2, (), None, 2025)),
    "there": of("there", Setting("growth", 0.1, ("zhuzhou",), 2024)),
}


@pytest.mark.parametrize("use", list(permutations(["grow", "print", "move"])))
def test_order_of_parts_does_not_matter(use):
    found = compose("all", PARTS, use)
    assert {str(one) for one in found.settings} == {
        "growth +1",
        "price +0.5, changsha, 2024-2026",
        "population -0.2",
        "urbanization +0.1",
    }
    assert found == compose("other name", PARTS, ["grow", "print", "move"])
    assert found.hash == compose("other name", PARTS, ["grow", "print", "move"]).hash


@pytest.mark.parametrize("use", [["grow", "move", "boom"], ["boom", "grow"]])
def test_parts_that_set_the_same_lever_are_both_named(use):
    with pytest.raises(ScenarioError, match="lever 'growth' is set by both") as error:
        compose("clash", PARTS, use)
    assert {"'grow' (1)", "'boom' (2)"} <= set(
        re.findall(r"'\w+' \(\d\)", str(error.value))
    )


def test_one_lever_may_be_set_for_other_regions_or_years():
    assert len(compose("then", PARTS, ["early", "late"]).of("growth")) == 2
    for other in ("early", "late"):
        with pytest.raises(ScenarioError, match="for the same regions and years"):
            compose("clash", PARTS, [other, "there"])
    with pytest.raises(ScenarioError, match="names part 'late' twice"):
        compose("twice", PARTS, ["late", "late"])


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({}, {}, True),
        ({"regions": ("a",)}, {"regions": ("b",)}, False),
        ({"regions": ("a", "b")}, {"regions": ("b",)}, True),
        ({"regions": ("a",)}, {}, True),
        ({"last": 2024}, {"first": 2025}, False),
        ({"last": 2025}, {"first": 2025}, True),
        ({"first": 2025}, {"first": 2030}, True),
        ({"regions": ("a",), "last": 2024}, {"regions": ("a",), "first": 2025}, False),
    ],
)
def test_settings_meet_where_they_share_a_region_and_a_year(one, other, meet):
    first, second = (Setting("growth", 1.0, **where) for where in (one, other))
    assert first.meets(second) is meet
    assert second.meets(first) is meet
    assert not first.meets(Setting("price", 1.0, **other))


def test_an_unknown_part_is_named_with_the_nearest():
    with pytest.raises(
        ScenarioError, match=r"Unknown part 'grwo'\. Did you mean 'grow'"
    ):
        compose("typo", PARTS, ["grwo"])


def test_the_hash_tells_settings_apart_and_names_not():
    variants = [
        Setting("growth", 1.0),
        Setting("growth", 1.5),
        Setting("growth", 1.0, ("changsha",)),
        Setting("growth", 1.0, (), 2024),
        Setting("growth", 1.0, (), None, 2024),
        Setting("growth", 1.0, (), 2024, ramp=2),
        Setting("growth", 1.0, (), 2024, decay=0.5),
    ]
    found = {compose("x", {"p": of("p", one)}, ["p"]) for one in variants}
    assert len({*found, baseline()}) == 8
    assert len({one.hash for one in found}) == 7
    assert baseline().with_lever("growth", 1) == compose("x", PARTS, ["grow"])


def test_the_baseline_has_one_hash_that_does_not_change(czt):
    """Scripts and pages quote it; SHA-256 of an empty JSON list."""
    assert compose("nothing", PARTS, []).hash == baseline().hash == "4f53cda18c2b"
    assert read_scenarios(czt, read_levers(czt))["baseline"].hash == baseline().hash


def test_a_lever_set_again_replaces_and_leaves_the_first_scenario_alone():
    one = baseline().with_lever("growth", 0.5)
    two = one.with_lever("growth", 1.0)
    assert [s.value for s in (*one.settings, *two.settings)] == [0.5, 1.0]
    assert not baseline().settings


def test_a_lever_set_elsewhere_or_at_another_time_stays():
    early = baseline().with_lever("growth", 0.5, last=2024)
    both = early.with_lever("growth", 1.0, first=2025)
    assert sorted(setting.value for setting in both.settings) == [0.5, 1.0]
    again = both.with_lever("growth", 2.0, regions=("a",), first=2025)
    assert sorted(setting.value for setting in again.settings) == [0.5, 2.0]


def test_a_setting_rises_over_its_ramp_and_fades_by_its_decay():
    path = Setting("growth", 2.0, (), 2022, 2027, ramp=4, decay=0.5).path
    found = path(range(2020, 2030))
    assert found.tolist() == [0, 0, 0.5, 1.0, 1.5, 2.0, 1.0, 0.5, 0, 0]
    assert Setting("growth", 2.0).path([1999, 2030]).tolist() == [2.0, 2.0]
    fading = Setting("level", -4.0, first=2023, decay=0.25).path([2022, 2023, 2025])
    assert fading.tolist() == [0.0, -4.0, -2.25]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"ramp": 2}, "a ramp or decay has no year to start in"),
        ({"decay": 0.1}, "a ramp or decay has no year to start in"),
        ({"first": 2023, "ramp": -1}, "ramp -1 is not a number of years"),
        ({"first": 2023, "ramp": 1.5}, "ramp 1.5 is not a number of years"),
        ({"first": 2023, "decay": 1.1}, "decay 1.1 is not a share a year"),
        ({"first": 10**30}, "are not years"),
        ({"first": 2025, "last": 2024}, "from 2025 to 2024 holds no year"),
    ],
)
def test_a_setting_that_cannot_act_is_refused(where, words):
    with pytest.raises(ScenarioError, match=f"lever 'growth': .*{words}"):
        baseline().with_lever("growth", 1.0, **where)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", True, None])
def test_a_value_that_is_no_number_is_refused(value):
    with pytest.raises(ScenarioError, match="is not a number"):
        baseline().with_lever("growth", value)


def part(given, czt):
    return read_part("p", given, read_levers(czt), czt)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"grwth": 1}, "Unknown lever 'grwth'. Did you mean 'growth'?"),
        ({"growth": 5.01}, "lever 'growth' is 5.01; it takes a number from -5 to 5"),
        ({"growth": -6}, "it takes a number from -5 to 5"),
        ({"growth": float("nan")}, "lever 'growth' is nan"),
        ({"growth": "1"}, "lever 'growth' is '1'"),
        ({"growth": True}, "lever 'growth' is True"),
        ({"growth": None}, "lever 'growth' is None"),
        ({"growth": {}}, "lever 'growth' is None"),
        ({"growth": {"value": 1, "region": []}}, "Did you mean 'regions'?"),
        ({"growth": {"value": 1, "regions": "czt"}}, "regions 'czt' is not a list"),
        ({"growth": {"value": 1, "regions": ["chansha"]}}, "Did you mean 'changsha'?"),
        ({"growth": {"value": 1, "from": "2023"}}, "from '2023' to None are not years"),
        ({"growth": {"value": 1, "to": True}}, "from None to True are not years"),
        ({"growth": {"value": 1, "from": 2025, "to": 2022}}, "2025 to 2022"),
        ({"growth": {"value": 1, "ramp": 3}}, "part 'p', lever 'growth': a ramp"),
        ({"growth": {"value": 1, "from": 2023, "ramp": "3"}}, "ramp '3' is not"),
        ({"growth": {"value": 1, "from": 2023, "decay": 2}}, "decay 2 is not a share"),
        ({"growth": []}, "has an empty list of settings"),
        ({"growth": [1, 2]}, "part 'p': lever 'growth' is set twice"),
        ({"growth": 1, "en": "push"}, "zh is missing beside 'push'"),
        ({"growth": 1, "source": 3}, "source 3 is not text"),
        ({"growth": 1, "effects": ["x"]}, "Unknown effect 'x'"),
        (["growth"], "part 'p' is ['growth'], not a mapping"),
    ],
)
def test_a_malformed_part_is_refused(given, words, czt):
    with pytest.raises(ScenarioError, match=re.escape(words)):
        part(given, czt)


def test_the_ends_of_a_levers_range_are_inside(czt):
    assert part({"growth": 5}, czt).settings[0].value == 5.0
    assert part({"growth": -5}, czt).settings[0].value == -5.0


def test_a_group_stands_for_its_members_once(czt):
    given = {"value": 1, "regions": ["zhuzhou", "czt"], "from": 2023, "to": 2024}
    (found,) = part({"growth": given}, czt).settings
    assert found.regions == ("changsha", "xiangtan", "zhuzhou")
    assert (found.first, found.last) == (2023, 2024)


def test_a_part_may_set_one_lever_for_several_places(czt):
    given = [{"value": 1, "regions": ["zhuzhou"]}, {"value": 2, "regions": ["loudi"]}]
    found = part({"growth": given}, czt)
    assert [(s.value, s.regions) for s in found.settings] == [
        (1.0, ("zhuzhou",)),
        (2.0, ("loudi",)),
    ]


def test_the_order_of_regions_does_not_change_the_hash():
    one, other = (
        baseline().with_lever("growth", 1.0, regions=names)
        for names in (("changsha", "zhuzhou"), ("zhuzhou", "changsha"))
    )
    assert one.hash == other.hash
    assert one.hash != baseline().with_lever("growth", 1.0).hash


def test_a_target_for_an_average_needs_its_first_year(with_cells):
    folder = with_cells("targets.csv", 3, since="")
    with pytest.raises(DataError, match="needs the first year of the average"):
        read_targets(load_project(folder))
