"""A new project's folder is accepted, overwrites nothing and says what is missing."""

from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from cszt_models import load_project
from cszt_models.cli import app
from cszt_models.errors import DataError
from cszt_models.models.panels import builders
from cszt_models.models.priors import read_priors
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.project.starter import Starter, copy_example, start
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios

LAKE = Starter("lake", "Lake: a", "湖“区”", 2021, 2025, date(2026, 1, 31))
TABLE = """地区,年份,地区生产总值增速(%)
黄石市,2018,7.8
黄石市,2019,8.1
黄石市,2020,-4.7
鄂州市,2018,8.0
鄂州市,2019,7.9
鄂州市,2020,-9.4
"""
HEADER = "id,indicator,region,since,year,sense,value,unit,name_en,name_zh,quote,source"
TARGETS = f"""{HEADER},headline,high,reference
growth_2030,gdp_real_growth,黄石市,,2030,at_least,6,percent,growth,增速,6,test,1,,
range_2030,gdp_real_growth_avg,黄石市,2026,2030,between,5,percent per year,a,,5,c,1,5.5,
ahead_2030,gdp_real_growth,黄石市,,2030,above_reference,,percent,a,b,6,c,1,,鄂州市
urban_2030,urbanization_rate,黄石市,,2030,at_least,70,percent,a,b,70,c,1,,
"""


def run(*words: object) -> str:
    """Output of a command that must succeed."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None, result.exception
    return result.output


def test_a_new_folder_is_a_project_with_every_default(tmp_path):
    start(tmp_path / "lake", LAKE)
    project = load_project(tmp_path / "lake")
    assert (project.label.en, project.label.zh) == ("Lake: a", "湖“区”")
    assert read_observations(project).empty
    assert read_targets(project) == {}
    assert set(builders(project)) <= set(read_priors(project))
    assert "growth" in read_levers(project)
    assert "baseline" in read_scenarios(project, read_levers(project))


def test_nothing_is_overwritten(tmp_path):
    start(tmp_path, LAKE)
    with pytest.raises(DataError, match=r"holds project.yaml.* nothing is overwritten"):
        start(tmp_path, LAKE)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"first_year": 2026}, "2026 to 2025"), ({"id": "a/b"}, "'a/b' is no id")],
)
def test_a_starter_that_makes_no_sense_is_refused(change, words, tmp_path):
    with pytest.raises(DataError, match=words):
        start(tmp_path, replace(LAKE, **change))


def test_growth_rates_of_two_cities_are_enough_to_start(tmp_path):
    folder, table = tmp_path / "lake", tmp_path / "table.csv"
    table.write_text(TABLE, "utf-8")
    run("new", folder, "--first-year", 2026, "--last-year", 2030)
    with pytest.raises(DataError, match="has no figure yet"):
        CliRunner().invoke(
            app, ["check", "--project", str(folder)], catch_exceptions=False
        )
    how = ("import", table, "--into", folder, "--released", "2021-03")
    how = (*how, "--source", "[9] made up for a test")
    assert "Nothing is imported yet" in run(*how)
    assert read_observations(load_project(folder)).empty
    assert "6 new figures" in run(*how, "--accept")
    assert "0 new figures, 0 revised, 6 as known" in run(*how)
    # three senses, and a headline target without data, which is no end
    (folder / "targets.csv").write_text(TARGETS, encoding="utf-8")
    told = run("check", "--project", folder)
    assert "3 of 4 have a probability" in told
    assert "population_resident of two years" in told
    where = ("--project", folder, "--draws", 100)
    told = run("attain", *where)
    assert "A, 2026–2030: below 5 % a year with" in told
    assert "the 3 of 4 headline targets with data is" in " ".join(told.split())
    page = tmp_path / "page.html"
    run("report", *where, "--out", page)
    assert "growth" in page.read_text("utf-8")


def test_the_bundled_project_is_copied_whole_and_is_the_users_own(tmp_path, czt):
    written = copy_example("czt", tmp_path / "mine")
    assert load_project(tmp_path / "mine").id == czt.id
    names = {path.name for path in czt.folder.iterdir() if path.is_file()}
    assert {path.name for path in written} == names
    for path in written:
        assert path.read_bytes() == (czt.folder / path.name).read_bytes()


def test_an_example_is_copied_and_opens(tmp_path):
    copy_example("us_states", tmp_path / "states")
    assert load_project(tmp_path / "states").id == "us_states"
    with pytest.raises(DataError, match="exists already"):
        copy_example("us_states", tmp_path / "states")
    with pytest.raises(DataError, match="Did you mean 'us_states'"):
        copy_example("us_state", tmp_path / "other")
