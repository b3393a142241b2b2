"""Tables of part of a year: which part a header names, and rows with their period."""

import pytest
from typer.testing import CliRunner

from cszt_models import load_project
from cszt_models.cli import app
from cszt_models.errors import DataError
from cszt_models.project.observations import read_observations
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.parts.tables import without_parts
from cszt_models.yearbooks.parts.wording import part_in
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
        ("2026年第3季度累计增速", "Q1-Q3"),
        ("2026 Q3 YTD", "Q1-Q3"),
        ("2026年9月累计同比（%）", "Q1-Q3"),
        ("2026年9月当月增速", "M09"),
        ("2026年9月环比", "M09-on-M08"),
        ("2026年1月—9月", "Q1-Q3"),
        ("2026年1一9月", "Q1-Q3"),
        ("2026.1-9增速", "Q1-Q3"),
        ("2026年Ⅱ季度", "Q2"),
        ("2026年前三个季度", "Q1-Q3"),
        ("2026年前9个月", "Q1-Q3"),
        ("2026年前十个月", "M01-10"),
        ("Third quarter 2026", "Q3"),
        ("First nine months of 2026", "Q1-Q3"),
        ("2026 1H", "H1"),
        ("3Q2026", "Q3"),
        ("2026M01-10", "M01-10"),
        ("2026Q2: percent change from preceding quarter", "Q2-on-Q1"),
    ],
)
def test_a_part_of_a_year_is_read_as_offices_write_it(text, code):
    rest, part = part_in(text)
    assert part.code == code
    assert ("2026" in text) == ("2026年" in rest)


NONE = [
    "2026年",
    "1-12月",
    "Q10",
    "1990",
    "H2O",
    "12.5",
    "",
    "2026年10月22日",
    "2026年9月",
]


@pytest.mark.parametrize("text", NONE)
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
    whole, part, _ = without_parts(sheet, "2021H1")
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


def table(tmp_path, *lines):
    """A sheet of these lines."""
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return read_sheet(path, None)


def test_whole_years_beside_a_part_are_left_out_and_named(tmp_path):
    columns = "地区,2025年增速,2026年前三季度增速", "北,5.0,5.2"
    whole, part, _ = without_parts(table(tmp_path, *columns))
    assert part.code == "Q1-Q3"
    assert whole.cells == (("地区", "", "2026年增速"), ("北", "", "5.2"))
    assert whole.notes == ("left out, as not of Q1-Q3: B1 '2025年增速'",)
    rows = "地区,时间,增速", "北,2025年,5.0", "北,2026年前三季度,5.2", "南,2025年,4"
    whole = without_parts(table(tmp_path, *rows)).sheet
    assert [line[2] for line in whole.cells] == ["增速", "", "5.2", ""]


def test_remarks_name_no_part(tmp_path):
    lines = "地区,2025年增速,备注", "北,5.0,一季度受疫情影响", "注：2026年一季度起,"
    assert without_parts(table(tmp_path, *lines)).part.span.whole


@pytest.mark.parametrize(
    ("second", "marks"),
    [("三季度", "当季,累计"), ("1-9月", "本月,累计"), ("三季度", "环比,同比")],
)
def test_a_mark_that_contradicts_its_header_is_refused(tmp_path, second, marks):
    lines = f"地区,2026年{second},", f",{marks}", "北,5.3,5.2"
    with pytest.raises(DataError, match="is of another period than '2026年"):
        without_parts(table(tmp_path, *lines))


def test_growth_at_annual_rates_is_refused(tmp_path):
    lines = ["percent change from preceding quarter", "State,2026Q2", "North,2.4"]
    assert without_parts(table(tmp_path, *lines)).part.code == "Q2-on-Q1"
    lines[0] += " at annual rates"
    with pytest.raises(DataError, match=r"A1: .* is at an annual rate"):
        without_parts(table(tmp_path, *lines))


def test_a_period_names_the_year_of_a_table_without_one(tmp_path):
    lines = "地区,增速", "北,5.2"
    assert without_parts(table(tmp_path, *lines), "2026年1-9月")[1:] == (
        part_in("1-9月")[1],
        2026,
    )
    assert without_parts(table(tmp_path, *lines), "Q1").year is None
    with pytest.raises(
        DataError, match=r"asks for H1, and table\.csv has figures of Q1"
    ):
        without_parts(table(tmp_path, "地区,2026Q1", "北,5.2"), "2026H1")


def imported(tmp_path, header, value, *options):
    """What ``cszt import`` says of a table of one figure."""
    path = tmp_path / "release.csv"
    path.write_text(f"地区,{header}\n北,{value}\n")
    folder = write(tmp_path, history())
    words = ["import", str(path), "--into", str(folder), "--source", "[1] bureau"]
    words += ["--basis", "first", "--accept", *options]
    if "--released" not in options:
        words += ["--released", "2021-10-20"]
    return CliRunner().invoke(app, words)


@pytest.mark.parametrize(
    ("header", "value", "options", "words"),
    [
        (
            "2021年1-9月GDP增速",
            4,
            ("--released", "2021-09-29"),
            "is of 2021Q1-Q3, after",
        ),
        ("2021年1-12月GDP增速", 4, (), "is of 2021, after the release"),
        ("2021年1-9月GDP增速", 52, (), "gdp_real_growth of north in 2021Q1-Q3 is 52;"),
        ("2021年三季度GDP环比增速", 101, ("--unit", "%"), "in 2021Q3-on-Q2 is 101"),
        ("2021年1-9月GDP增速", 4, ("--period", "2020Q1-Q3"), "asks for 2020, and"),
        ("2021年1-9月GDP增速", 4, ("--status", "estimate"), "is of a whole year"),
        ("2020年GDP增速预计数", 4, (), "import it with --status estimate"),
    ],
)
def test_a_release_that_cannot_be_is_refused(tmp_path, header, value, options, words):
    result = imported(tmp_path, header, value, *options)
    assert isinstance(result.exception, DataError)
    assert words in str(result.exception)


@pytest.mark.parametrize(
    ("header", "value", "options", "read"),
    [
        (
            "增速（%）",
            4,
            ("--period", "2021Q1-Q3", "--indicator", "gdp_real_growth"),
            4,
        ),
        ("2021年一季度GDP指数（上年同期=100）", 104, (), 4),
        ("2020年GDP增速预计数", 4, ("--status", "estimate"), 4),
    ],
)
def test_a_release_is_read_as_it_is_written(tmp_path, header, value, options, read):
    result = imported(tmp_path, header, value, *options)
    assert result.exit_code == 0, result.output
    (folder,) = {path.parent for path in tmp_path.rglob("project.yaml")}
    assert read_observations(load_project(folder))["value"].iloc[-1] == read


def test_what_is_left_out_of_a_table_is_said_in_the_language_asked_for(tmp_path):
    header, value = "2020年1-9月GDP增速,2021年1-9月GDP增速,2021年GDP增速", "5,4,6"
    options = "--period", "2021Q1-Q3", "--lang"
    english = imported(tmp_path, header, value, *options, "en").output
    assert "Note: left out, as not of Q1-Q3: D1 '2021年GDP增速'." in english
    assert "Figures of other years than 2021 left out: 2020." in english
    chinese = imported(tmp_path, header, value, *options, "zh").output
    assert "说明：不属于Q1-Q3，已跳过：D1 '2021年GDP增速'。" in chinese
    assert "2021年以外的数据未导入：2020。" in chinese
    revised = imported(tmp_path, "2020年1-9月GDP增速", 4.4).output
    assert "gdp_real_growth  2020Q1-Q3" in revised
    assert "+" in revised or "−" in revised
