"""A project as a workbook and back: the same scenarios, or the cell that is wrong."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cszt_models.cli import app
from cszt_models.errors import DataError
from cszt_models.project.observations import read_observations
from cszt_models.scenarios.levers import read_levers
from cszt_models.workbooks.complete import differing
from cszt_models.workbooks.reading import unpacked
from cszt_models.workbooks.template import as_workbook
from tests.workbooks.damage import (
    CAUSES,
    damaged,
    generated,
    outcome,
    with_scenarios,
    workbook,
)

SCENARIOS = generated(50)
SAMPLE = 14  # of the damages; `python -m tests.workbooks.damage 300` makes many


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return with_scenarios(tmp_path_factory.mktemp("small") / "two", SCENARIOS)


@pytest.fixture(scope="module")
def content(small):
    return as_workbook(small, read_levers(small))


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """The workbook with some of the scenarios, which is read sooner."""
    return workbook(tmp_path_factory.mktemp("few") / "two", generated(5))


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
    again = as_workbook(project, read_levers(project))
    assert again == content
    assert differing(small, project) == []


def test_lists_to_choose_from_and_no_formula(content):
    pages = load_workbook(BytesIO(content))
    rules = pages["figures"].data_validations.dataValidation
    assert {str(rule.sqref)[0] for rule in rules} == {"A", "B", "G", "H"}
    assert pages["lists"]["A2"].value == "甲市"
    cells = [cell for page in pages for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("seed", range(SAMPLE))
def test_a_damaged_workbook_is_refused_with_its_cell(few, tmp_path, seed):
    (damage,) = list(damaged(few, 1, seed, first=seed * len(CAUSES) // SAMPLE))
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


def test_a_cell_means_what_the_screen_shows(book, tmp_path):
    pages = load_workbook(book)
    page = pages["figures"]
    page["I2"].value, page["I2"].number_format = datetime(2021, 3, 1), "mmm-yy"
    page["I3"].value, page["I3"].number_format = datetime(2021, 3, 9), "yyyy-mm-dd"
    pages.save(book)
    project, _, _ = unpacked(book, tmp_path / "out")
    frame = read_observations(project)
    assert [*frame["known_on"][:2]] == [date(2021, 3, 31), date(2021, 3, 9)]
    page["E4"].value, page["E4"].number_format = 0.075, "0.0%"
    pages.save(book)
    with pytest.raises(DataError, match=r"figures!E4: 0\.075 is shown as a percentage"):
        unpacked(book, tmp_path / "out")


def test_answers_come_in_new_sheets_and_mistakes_beside_their_cell(tmp_path):
    some = dict(list(SCENARIOS.items())[:2])
    path, hostile = tmp_path / "two.xlsx", '=HYPERLINK("x")'
    pages = load_workbook(BytesIO(workbook(tmp_path / "some", some)))
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
    pages["figures"]["E3"].value = "much"
    pages.save(path)
    refused = CliRunner().invoke(app, ["run", str(path), "--draws", "100"])
    assert isinstance(refused.exception, DataError)
    marked = load_workbook(tmp_path / "two-answers.xlsx")
    assert "figures!E3: value 'much'" in marked["messages"]["A1"].value
    assert "is not a number" in marked["figures"]["E3"].comment.text
