"""A workbook holds all that a project's folder holds, or says what it does not."""

import pandas as pd
import pytest

from cszt_models import analyse, load_project
from cszt_models.scenarios.levers import read_levers
from cszt_models.storage.files import load_yaml
from cszt_models.workbooks.complete import differing, workbook_of
from cszt_models.workbooks.reading import unpacked
from cszt_models.workbooks.template import as_workbook
from tests import delta

FURTHER = """
drawn_until: 2023
as_of_dates: [2021-06-30]
caveats:
- {en: "yes: a remark", zh: 注, plans: [2021-2022]}
events:
- {year: 2020, known_from: 2021-01-19, name: {en: an event, zh: 事件}}
censuses:
- {year: 2023, levels_from: 2024, name: {en: a census, zh: 普查}}
composites:
  gdp_real_growth: {factor: 2.0}
sources:
  "[1] a table ": 表
"""
PLAN = "last_year: 2022, id: five, scope: [north, both], status: past, source: a paper}"
SCENARIOS = """
parts:
  "push; slow、后": {growth: [{value: 0.1, regions: [both], from: 2022, ramp: 2}]}
  unused: {growth: 0.5, en: a, zh: 一, source: s, source_zh: 源}
  past: {growth: {value: 1, from: 1990, to: 1991}}
  given:
    conditions:
    - {indicator: gdp_real_growth, region: both, year: 2022, probability: 0.3, above: 5}
scenarios:
  both: {parts: [given, "push; slow、后"], why: {en: a, zh: 一}, plan: "2021-2022"}
  over: [past]
"""
TARGETS = """\
id,indicator,region,since,year,sense,value,unit,name_en,name_zh,quote,source,headline,note,high,mine
level,gdp_nominal,north,,2022,at_least,120.0,1e8 yuan,a,一,"two
lines",made up,1,,,x
growth,gdp_real_growth,north,,2022,between,5,percent,a,一,"a, b ",made up,1,,6,y
"""


def odd_project(folder):
    """The small project with something of all that its files may hold."""
    rows = delta.history()
    rows += [
        delta.row("south", 2021, "9.10", period="2021Q2-on-Q1", on="2021-08"),
        delta.row("south", 2021, "8", status="estimate", on="2021-12", note="=1+1 "),
        delta.row(
            "south", 2020, "50.0", indicator="gdp_nominal", source="[1] a table "
        ),
    ]
    folder = delta.write(folder, rows, FURTHER)
    path = folder / "project.yaml"
    text = path.read_text("utf-8").replace("last_year: 2022}", PLAN)
    text = text.replace("retail, zh: 零售, unit: percent", "r, zh: 零, unit: '1e8'")
    text = text.replace("en: revenue,", "of: gdp_nominal, en: revenue,")
    path.write_text(text, "utf-8")
    (folder / "targets.csv").write_text(TARGETS, "utf-8")
    (folder / "scenarios.yaml").write_text(SCENARIOS, "utf-8")
    (folder / "notes.txt").write_text("mine", "utf-8")
    return load_project(folder)


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    return odd_project(tmp_path_factory.mktemp("odd"))


def read_back(content, folder):
    (folder / "book.xlsx").write_bytes(content)
    project, _, book = unpacked(folder / "book.xlsx", folder / "out")
    return project, [notice.text("en") for notice in book.notices]


def table(project, name):
    """A table of a project, numbers as such, without empty columns."""
    frame = pd.read_csv(project.file(name), dtype=str, keep_default_na=False)
    frame["value"] = pd.to_numeric(frame["value"]).astype(float)
    return frame.loc[:, (frame != "").any()].sort_index(axis="columns")


def require_same(project, other):
    lost = [key for key in differing(project, other) if key[1] != "over"]
    assert lost == []
    for name in ("observations.csv", "targets.csv"):
        pd.testing.assert_frame_equal(table(project, name), table(other, name))
    before, after = (load_yaml(each.file("project.yaml")) for each in (project, other))
    assert before == {key: value for key, value in after.items() if key in before}


def answers(project):
    analysis = analyse(project, seed=1, draws=64, cache=False)
    return analysis.attain().to_dict()


def test_the_bundled_project_is_the_same_in_every_field_after_a_workbook(tmp_path):
    czt = load_project()
    other, notices = read_back(as_workbook(czt, read_levers(czt)), tmp_path)
    require_same(czt, other)
    assert notices == ["No answer depends on the column facts_id of the sheet targets."]


def test_an_odd_project_is_the_same_and_what_is_left_out_is_said(odd, tmp_path):
    content, left_out = workbook_of(odd, read_levers(odd))
    other, notices = read_back(content, tmp_path)
    require_same(odd, other)
    assert notices == ["No answer depends on the column mine of the sheet targets."]
    assert [notice.key for notice in left_out] == ["files", "disabled"]
    assert "notes.txt" in left_out[0].text("en")
    assert "'over'。part" not in left_out[1].text("zh")
    before, after = answers(odd), answers(other)
    assert 0 < before["targets"][1]["probability"] < 1
    assert after == before
