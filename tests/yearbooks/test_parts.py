"""Tables of part of a year: which part a header names, and rows with their period."""

import pytest
from typer.testing import CliRunner

from cszt_models import load_project
from cszt_models.cli import app
from cszt_models.errors import DataError
from cszt_models.project.observations import read_observations
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.years import part_in, without_parts
from tests.delta import history, write


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026年一季度", "Q1"),
        ("2026年第2季度", "Q2"),
        ("2026年上半年", "H1"),
        ("前三季度增速", "Q1-Q3"),
        ("2026年1—9月", "Q1-Q3"),
        ("1-10月累计（%）", "M01-10"),
        ("2026Q1", "Q1"),
        ("2026 H1", "H1"),
        ("Jan–Sep 2026", "Q1-Q3"),
        ("January to October", "M01-10"),
        ("2026年二季度环比增速", "Q2-on-Q1"),
        ("2026 Q1 growth, quarter on quarter", "Q1-on-Q4"),
    ],
)
def test_a_part_of_a_year_is_read_as_offices_write_it(text, code):
    rest, part = part_in(text)
    assert part.code == code
    assert ("2026" in text) == ("2026年" in rest)


@pytest.mark.parametrize("text", ["2026年", "1-12月", "Q10", "1990", "H2O", "12.5", ""])
def test_other_texts_name_none(text):
    assert part_in(text) is None


def test_one_of_several_parts_is_chosen(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("地区,2021年一季度,2021年上半年\n北,5.5,5.1\n")
    sheet = read_sheet(path, None)
    with pytest.raises(DataError, match=r"several parts of a year \(Q1, H1\)"):
        without_parts(sheet)
    with pytest.raises(DataError, match="--period '2021Q7' is no part"):
        without_parts(sheet, "2021Q7")
    whole, part = without_parts(sheet, "2021H1")
    assert part.code == "H1"
    assert whole.cells[0] == ("地区", "", "2021年")
    assert whole.cells[1] == ("北", "", "5.1")


def test_figures_are_imported_with_their_period(tmp_path):
    folder = write(tmp_path, history())
    table = tmp_path / "release.csv"
    table.write_text("地区,2021年1—9月地区生产总值增速（%）\n北,4.2\n南,5.9\n")
    words = ["import", str(table), "--into", str(folder), "--released", "2021-10-20"]
    words += ["--source", "[1] bureau", "--basis", "first", "--accept"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    figures = read_observations(load_project(folder))
    released = figures[figures["indicator"] == "gdp_real_growth@Q1-Q3"]
    released = released[released["year"] == 2021]
    assert released["value"].tolist() == [4.2, 5.9]
    assert released["period"].tolist() == ["2021Q1-Q3", "2021Q1-Q3"]
