"""Arguments that cannot be right end in a sentence."""

import pickle
from datetime import datetime

import pytest

import cszt_models as cm
from cszt_models.analysis.arguments import check_count, check_number, names_of
from cszt_models.analysis.base import as_day


@pytest.mark.parametrize("value", [0, 1, -5, 10.5, "100", None, True])
def test_a_number_of_draws_is_whole_and_of_two_or_more(value):
    with pytest.raises(cm.DataError, match=r"draws .* is not a whole number of 2"):
        cm.analyse(as_of="2021-06-30", draws=value)


@pytest.mark.parametrize("value", [-1, 1.5, "x", None])
def test_a_seed_is_a_whole_number(value):
    with pytest.raises(cm.DataError, match=r"seed .* is not a whole number of 0"):
        cm.analyse(as_of="2021-06-30", seed=value)


@pytest.mark.parametrize("value", ["0.7", None, float("nan"), float("inf")])
def test_a_number_is_finite(value):
    with pytest.raises(cm.DataError, match="is not a number"):
        check_number("probability", value)


def test_counts_of_numpy_are_whole_numbers():
    import numpy as np

    check_count("draws", np.int64(3), 1)


@pytest.mark.parametrize("value", [[], (), 3, [None], [3]])
def test_no_target_is_not_an_answer(value):
    with pytest.raises(cm.DataError, match="Give an id or a list of them"):
        names_of(value)


def test_a_time_of_day_is_its_date():
    project = cm.load_project()
    assert as_day(project, datetime(2021, 6, 30, 12)).isoformat() == "2021-06-30"
    with pytest.raises(cm.DataError, match="is not a date"):
        as_day(project, 3)


def test_a_history_has_dates():
    with pytest.raises(cm.DataError, match="no dates are given"):
        cm.history(dates=[])


@pytest.mark.parametrize("years", [2022.5, "2022", None, (), (2022,), (2022, 2023, 1)])
def test_years_of_a_condition_are_one_or_two(years):
    with pytest.raises(cm.ScenarioError, match="Write one like 2024, or the first"):
        cm.fix("gdp_real_growth", "changsha", years, 7.0)


@pytest.mark.parametrize("value", ["x", None, [1]])
def test_levers_are_numbers(value):
    with pytest.raises(cm.ScenarioError, match="is not a number"):
        cm.scenario("s", growth=value)


@pytest.fixture(scope="module")
def analysis():
    return cm.analyse(as_of="2021-06-30", draws=200)


NAN = float("nan")
ON = "gdp_real_growth", "changsha", 2024
CONDITIONS = {
    "sd below 0": (lambda: cm.about(*ON, 5, -1), "sd -1 is not above 0"),
    "sd 0": (lambda: cm.about(*ON, 5, 0), "sd 0 is not above 0"),
    "sd not known": (lambda: cm.about(*ON, 5, NAN), "sd nan is not a number"),
    "value as text": (lambda: cm.fix(*ON, "5"), "value '5' is not a number"),
    "no value": (lambda: cm.fix(*ON, None), "value None is not a number"),
    "chance 0": (
        lambda: cm.chance(*ON, below=4, probability=0),
        "probability 0 is not between 0 and 1",
    ),
    "chance in percent": (
        lambda: cm.chance(*ON, below=4, probability=20),
        "probability 20 is not between 0 and 1",
    ),
    "threshold": (
        lambda: cm.chance(*ON, below=NAN, probability=0.2),
        "below nan is not a number",
    ),
    "ends": (lambda: cm.between(*ON, 5, 4), "between 5 and 4 bounds nothing"),
    "no end": (lambda: cm.between(*ON), "between -inf and inf bounds nothing"),
    "text": (lambda: cm.scenario("x", conditions="abc"), "'abc' are not values of Con"),
    "settings": (lambda: cm.scenario("x", settings=["a"]), "are not values of Setting"),
}


@pytest.mark.parametrize(("make", "said"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_condition_that_says_nothing_is_a_sentence(make, said):
    with pytest.raises(cm.ScenarioError, match=said):
        make()


def test_one_condition_needs_no_brackets():
    one = cm.fix(*ON, 5.0)
    alone, listed = cm.scenario("x", conditions=one), cm.scenario("x", conditions=[one])
    assert alone == listed


@pytest.mark.parametrize(
    ("indicator", "region", "said"),
    [
        ("gdp_real_grwth", "changsha", "Did you mean 'gdp_real_growth'"),
        ("gdp_real_growth", "changsa", "Did you mean 'changsha'"),
    ],
)
def test_names_of_a_condition_are_those_of_the_project(
    indicator, region, said, analysis
):
    wrong = cm.scenario("x", conditions=cm.fix(indicator, region, 2024, 5.0))
    with pytest.raises(cm.ScenarioError, match=said):
        analysis.attain(scenario=wrong)


DESIGNS = {
    "a number": lambda: cm.design.factorial(growth=1),
    "text": lambda: cm.design.factorial(growth="abc"),
    "text in a range": lambda: cm.design.factorial(growth=("a", "b", 3)),
    "no values": lambda: cm.design.factorial(growth=[]),
    "missing": lambda: cm.design.factorial(growth=[1.0, NAN]),
    "down": lambda: cm.design.factorial(growth=(2, -2, 5)),
    "no column": cm.design.factorial,
    "three ends": lambda: cm.design.latin(8, seed=1, growth=(0, 1, 2)),
    "ends down": lambda: cm.design.sobol(8, seed=1, growth=(1, 0)),
    "ends as text": lambda: cm.design.alone(growth="ab"),
    "ragged": lambda: cm.design.table({"growth": [0, 1], "price": [0]}),
    "scalar": lambda: cm.design.table({"growth": 1}),
    "empty": lambda: cm.design.table({"growth": []}),
    "hole": lambda: cm.design.table({"growth": [0, NAN]}),
}


@pytest.mark.parametrize("make", DESIGNS.values(), ids=DESIGNS)
def test_a_design_without_cases_is_a_sentence(make):
    with pytest.raises(cm.ScenarioError, match=r"growth|no column|columns of the tab"):
        make()


@pytest.mark.parametrize(("cases", "seed"), [(2.5, 1), (-8, 1), (8, -1), (8, None)])
def test_sizes_and_seeds_of_designs_are_whole_numbers(cases, seed):
    with pytest.raises(cm.DataError, match="is not a whole number of"):
        cm.design.latin(cases, seed=seed, growth=(-1, 1))


@pytest.mark.parametrize("design", [None, 3, {"growth": [1]}])
def test_a_sweep_has_a_design(design, analysis):
    with pytest.raises(cm.ScenarioError, match="is not a design"):
        analysis.sweep(design)
    with pytest.raises(cm.ScenarioError, match="not a name"):
        analysis.sweep(cm.design.alone(growth=(-1, 1)), scenario={"growth": 1.0})


def test_one_scenario_is_compared_without_brackets(analysis):
    assert [c.scenario.name for c in analysis.compare("strong")] == [
        c.scenario.name for c in analysis.compare(["strong"])
    ]
    with pytest.raises(cm.ScenarioError, match="is not a list of scenarios"):
        analysis.compare(3)


@pytest.mark.parametrize(
    ("until", "said"),
    [("2025", "whole"), (2025.5, "whole"), (3000, "until 3000"), (1999, "until 1999")],
)
def test_paths_end_in_a_year_that_is_projected(until, said, analysis):
    with pytest.raises(cm.DataError, match=said):
        analysis.project_paths(until=until)


def test_a_project_is_a_folder():
    with pytest.raises(cm.DataError, match="project 3 is not a folder"):
        cm.analyse(3)


def test_results_name_the_nearest_id(analysis):
    with pytest.raises(cm.DataError, match="Did you mean 'gdp_2025'"):
        analysis.timing("gdp_2025")["gdp_2024"]
    with pytest.raises(cm.DataError, match="Did you mean 'strong'"):
        analysis.compare("strong")["strng"]


def test_results_can_be_sent_to_another_process(analysis):
    for found in (analysis.attain(), analysis.timing("gdp_2025")):
        there = pickle.loads(pickle.dumps(found))
        assert there.to_frame().equals(found.to_frame())


def test_a_report_is_that_of_the_command(analysis, tmp_path):
    page = tmp_path / "brief.html"
    assert analysis.report(page, only="brief", compare=[]) == 1
    past = cm.history(dates=["2021-06-30"], draws=200)
    assert past.report(tmp_path / "site", language="en", only=["brief"]) > 1
    assert "probabilit" in page.read_text("utf-8")
    names = {path.name for path in (tmp_path / "site").iterdir()}
    assert {"czt-brief.en.html", "manifest.json"} <= names


FORMS = {
    "language": ({"language": "fr"}, "'fr' is not a language here"),
    "page": ({"only": "breif"}, "Did you mean 'brief'"),
    "pages": ({"only": ["brief", "full"]}, "makes several pages"),
    "scenario": ({"compare": "strng"}, "Did you mean 'strong'"),
    "names": ({"only": 3}, "is not a list of names"),
}


@pytest.mark.parametrize(("words", "said"), FORMS.values(), ids=FORMS)
def test_a_report_that_cannot_be_is_a_sentence(words, said, analysis, tmp_path):
    with pytest.raises(ValueError, match=said):
        analysis.report(tmp_path / "page.html", **words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("against", ["2021-06-30", "2022-06-30"])
def test_a_gap_is_split_against_an_earlier_date(against, analysis):
    with pytest.raises(cm.DataError, match=f"{against} is not before 2021-06-30"):
        analysis.gap("gdp_2025", against=against)
