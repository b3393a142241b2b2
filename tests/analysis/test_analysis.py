"""An analysis gives what the functions below it give, and refuses what they refuse."""

from datetime import date

import numpy as np
import pytest

import cszt_models as cm
from cszt_models.analysis import design
from cszt_models.conditional.scenario_setup import scene
from cszt_models.errors import DataError, ScenarioError
from cszt_models.project.plan import read_targets
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import assess

HEADLINE = ["gdp_2025", "urbanization_2025", "rd_intensity_2025"]


@pytest.fixture(scope="module")
def analysis(czt):
    return cm.analyse(czt, as_of="2021-06-30", seed=1, draws=1000, cache=False)


def test_probabilities_are_those_of_the_functions(analysis, fits_2021, czt):
    results = analysis.attain()
    assessment = assess(fits_2021, read_targets(czt))
    for name in HEADLINE:
        assert results[name].probability == assessment.of(name).probability
    assert results.joint == assessment.joint


def test_a_date_may_be_text_or_a_date(czt, analysis):
    other = cm.analyse(czt, as_of=date(2021, 6, 30), draws=1000)
    assert other.as_of == analysis.as_of
    assert other.attain().joint == analysis.attain().joint


def test_a_scenario_may_be_a_name_a_value_or_levers(analysis):
    by_levers = analysis.attain(scenario={"growth": 1.0})
    by_value = analysis.attain(scenario=cm.scenario("faster", growth=1.0))
    assert by_levers["gdp_2025"] == by_value["gdp_2025"]
    assert by_levers["gdp_2025"].probability > analysis.attain()["gdp_2025"].probability
    named = analysis.attain(scenario="reform package")
    assert named.assessment.scenario.name == "reform package"


def test_an_empty_mapping_is_the_baseline(analysis):
    assert analysis.scenario({}) == baseline()
    assert analysis.scenario(None) == baseline()


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("reform packag", "Did you mean 'reform package'"),
        ({"growht": 1.0}, "Did you mean 'growth'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(analysis, scenario, words):
    with pytest.raises(ScenarioError, match=words):
        analysis.attain(scenario=scenario)


def test_an_unknown_target_is_refused_with_the_nearest(analysis):
    with pytest.raises(DataError, match="Did you mean 'gdp_2025'"):
        analysis.attain("gdp2025")


def test_targets_asked_about_are_the_joint_ones(analysis):
    results = analysis.attain(["gdp_2025", "urbanization_2025"])
    assert results.selection == ("gdp_2025", "urbanization_2025")
    assert results.joint.targets == ("gdp_2025", "urbanization_2025")


def test_conditions_written_in_python_hold_in_every_draw(analysis):
    scenario = cm.scenario(
        "as planned", conditions=[cm.fix("gdp_real_growth", "changsha", 2024, 5.0)]
    )
    paths = analysis.project_paths(scenario)
    growth = paths["gdp_real_growth"].sel(region="changsha", year=2024)
    np.testing.assert_allclose(growth, 5.0, atol=1e-6)


def test_a_span_written_backwards_is_refused():
    with pytest.raises(ScenarioError, match="from 2025 to 2024"):
        cm.between("gdp_real_growth", "hunan", (2025, 2024), low=4)


def test_paths_carry_units(analysis):
    forecast = analysis.forecast()
    assert forecast["gdp_nominal"].attrs["units"] == "1e8 yuan"
    assert forecast["urbanization_rate"].attrs["long_name"]


def test_paths_are_those_of_the_functions(analysis, fits_2021):
    expected = project_paths(scene(fits_2021, baseline()).outlook)
    paths = analysis.forecast()  # with the regions that targets name besides
    assert paths.sel(region=expected["region"].to_numpy()).equals(expected)


def test_idata_reads_as_arviz_expects(analysis):
    az = pytest.importorskip("arviz")
    summary = az.summary(analysis.idata, var_names=["growth_scale"], kind="stats")
    assert list(summary.index)
    assert set(analysis.idata.children) == {"posterior", "predictions"}
    assert analysis.idata["posterior"].sizes["chain"] == 1


def test_a_sweep_of_a_table_is_what_each_case_says(analysis):
    table = design.factorial(growth=(-1, 1, 3))
    results = analysis.sweep(table, targets="gdp_2025")
    for _, case in results.to_frame().iterrows():
        alone = analysis.attain("gdp_2025", {"growth": case["growth"]})
        assert case["p_gdp_2025"] == pytest.approx(alone["gdp_2025"].probability)


def test_a_range_needs_three_entries():
    with pytest.raises(ScenarioError, match=r"Write \(low, high, count\)"):
        design.factorial(growth=(-1, 1))


def test_an_unknown_block_is_refused(analysis):
    with pytest.raises(DataError, match="Did you mean 'growth'"):
        analysis.to_pymc("growht")


def test_a_history_answers_at_every_date(czt):
    history = cm.history(czt, ["2022-06-30", "2021-06-30"], seed=1, draws=200)
    results = history.attain()
    days = [str(result.assessment.as_of) for result in results]
    assert days == ["2021-06-30", "2022-06-30"]
    news = history.news("gdp_2025")
    move = next(iter(news))
    assert move.before == results[0]["gdp_2025"].probability
    assert move.after == pytest.approx(results[1]["gdp_2025"].probability)


def test_repr_is_one_short_line(analysis):
    assert len(repr(analysis)) < 100
    assert "\n" not in repr(analysis)


def test_a_panel_may_be_of_a_part(analysis):
    whole = analysis.panel("growth")
    part = analysis.panel("growth", ["changsha", "zhuzhou"], years=(2010, 2015))
    assert {row.region for row in part.rows} == {"changsha", "zhuzhou"}
    assert {row.year for row in part.rows} == set(range(2010, 2016))
    assert len(part.rows) < len(whole.rows)
    with pytest.raises(DataError, match="block"):
        analysis.check("grwth")


def test_a_fan_is_of_a_target_of_one_year(analysis):
    results = analysis.attain()
    assert "<svg" in results.fan("gdp_2025")._repr_svg_()
    with pytest.raises(DataError, match="no value of one year"):
        results.fan("growth_2021_2025")
