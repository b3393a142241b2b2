"""A project as a workbook and back: the same scenarios, or the cell that is wrong."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cszt_models.cli import app
from cszt_models.errors import DataError
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.project.project import load_project
from cszt_models.scenarios.levers import read_levers
from cszt_models.workbooks.reading import unpacked
from cszt_models.workbooks.template import as_workbook
from tests.workbooks.damage import CAUSES, damaged, generated, outcome, small_project

SCENARIOS = generated(50)
SAMPLE = 14  # of the damages; `python -m tests.workbooks.damage 300` makes many


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return load_project(small_project(tmp_path_factory.mktemp("small") / "two"))


@pytest.fixture(scope="module")
def content(small):
    return as_workbook(small, read_levers(small), SCENARIOS)


@pytest.fixture
def book(content, tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    return path


def test_scenarios_keep_their_hashes_on_the_way_to_a_sheet_and_back(
    small, content, book, tmp_path
):
    project, scenarios, _ = unpacked(book, tmp_path / "out")
    hashes = {name: scenario.hash for name, scenario in SCENARIOS.items()}
    assert len(set(hashes.values())) > 40
    assert {name: scenarios[name].hash for name in hashes} == hashes
    again = as_workbook(
        project, read_levers(project), {name: scenarios[name] for name in hashes}
    )
    assert again == content
    before, after = (read_observations(each) for each in (small, project))
    assert before["value"].tolist() == after["value"].tolist()
    assert before["released"].tolist() == after["released"].tolist()
    assert read_targets(small) == read_targets(project)


def test_the_bundled_project_is_the_same_after_a_workbook(tmp_path):
    czt = load_project()
    path = tmp_path / "czt.xlsx"
    path.write_bytes(as_workbook(czt, read_levers(czt), {}))
    project, _, _ = unpacked(path, tmp_path / "out")
    assert project.comparability == czt.comparability
    assert project.measures == czt.measures
    assert project.plans == czt.plans
    assert list(read_targets(project)) == list(read_targets(czt))
    key = ["region", "indicator", "year", "value", "basis", "released"]
    frames = [read_observations(each)[key] for each in (czt, project)]
    assert frames[0].to_numpy().tolist() == frames[1].to_numpy().tolist()


def test_lists_to_choose_from_and_no_formula(content):
    pages = load_workbook(BytesIO(content))
    rules = pages["figures"].data_validations.dataValidation
    assert {str(rule.sqref)[0] for rule in rules} == {"A", "B", "F", "G"}
    assert pages["lists"]["A2"].value == "甲市"
    cells = [cell for page in pages for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("seed", range(SAMPLE))
def test_a_damaged_workbook_is_refused_with_its_cell(content, tmp_path, seed):
    (damage,) = list(damaged(content, 1, seed, first=seed * len(CAUSES) // SAMPLE))
    assert outcome(damage, tmp_path) in ("cell", "sheet", "read"), damage.cause


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"region,year\n"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path, raw):
    path = tmp_path / "book.xlsx"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"is no \.xlsx workbook"):
        unpacked(path, tmp_path / "out")


def test_a_sheet_or_column_that_is_missing_is_named(book, tmp_path):
    pages = load_workbook(book)
    pages["figures"]["B1"].value = "indicatr"
    pages.save(book)
    with pytest.raises(DataError, match=r"figures!A1: there is no column 'indicator'"):
        unpacked(book, tmp_path / "out")
    del pages["targets"]
    pages["figures"]["B1"].value = "indicator"
    pages.save(book)
    with pytest.raises(DataError, match="has no sheet 'targets'"):
        unpacked(book, tmp_path / "out")


def test_answers_come_in_new_sheets_and_mistakes_beside_their_cell(small, tmp_path):
    some = dict(list(SCENARIOS.items())[:2])
    path, hostile = tmp_path / "two.xlsx", '=HYPERLINK("x")'
    pages = load_workbook(BytesIO(as_workbook(small, read_levers(small), some)))
    pages["targets"]["I2"].value = hostile
    pages["targets"]["I2"].data_type = "s"
    pages.save(path)
    before = path.read_bytes()
    done = CliRunner().invoke(app, ["run", str(path), "--draws", "100"])
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == before
    answers = load_workbook(tmp_path / "two-answers.xlsx")
    rows = list(answers["answers"].iter_rows(min_row=4, values_only=True))
    place = rows[0].index("probability")
    assert [0 <= row[place] <= 1 for row in rows[1:]] == [True, True]
    cells = [c for page in answers for row in page.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    pages["figures"]["D3"].value = "much"
    pages.save(path)
    refused = CliRunner().invoke(app, ["run", str(path), "--draws", "100"])
    assert isinstance(refused.exception, DataError)
    marked = load_workbook(tmp_path / "two-answers.xlsx")
    assert "figures!D3: value 'much'" in marked["messages"]["A1"].value
    assert "is not a number" in marked["figures"]["D3"].comment.text
