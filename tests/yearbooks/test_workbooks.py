"""What a workbook shows is the figure."""

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from cszt_models.errors import DataError
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.layout import layout_of
from tests.yearbooks.reading import grid, refused, values


def workbook(tmp_path, *cells: tuple[float, str], header: str = "GDP增速（%）"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["地区", "年份", header])
    for n, (value, number_format) in enumerate(cells, start=2):
        sheet.append([f"{'甲乙丙丁戊己庚辛'[n - 2]}市", 2019, value])
        sheet.cell(n, 3).number_format = number_format
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def test_what_a_number_format_shows_is_the_figure(project, tmp_path):
    formats = [
        (5.2, '0.0"%"'),
        (4.8, r"0.0\%"),
        (0.061, "0.0%"),
        (3.3, "0.0!%"),
        (-2.5, "0.0_);(0.0)"),
        (6.5, '[<0]-0.0"%";0.0"%"'),
        (7.1, '0.0" *"'),
    ]
    found = values(workbook(tmp_path, *formats), project)
    assert list(found.values()) == [5.2, 4.8, 6.1, 3.3, -2.5, 6.5, 7.1]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ((5.2, '"约"0.0'), "C2 is '约5.2'"),
        ((5.2, ";;;"), "C2: its number format shows ''"),
        ((52, '0"0"'), "C2: its number format adds digits"),
        ((52000, r"0\.0,"), "C2: its number format writes text between"),
        ((-5.2, "0.0;0.0"), "C2: its number format hides the sign"),
        ((5.2, '0.0"亿元"'), "C2 is '5.2亿元', where % are expected"),
    ],
)
def test_a_number_format_that_shows_something_else_is_refused(
    cell, words, project, tmp_path
):
    refused(words, workbook(tmp_path, cell), project)


@pytest.mark.parametrize(
    ("cell", "header", "expected"),
    [
        ((12345678, "#,##0,"), "常住人口（千人）", 1234.5678),
        ((246.9, '0.0"万人"'), "常住人口", 246.9),
        ((2469000, '0"人"'), "常住人口", 246.9),
        ((246.9, "[$-804]0.0"), "常住人口（万人）", 246.9),
    ],
)
def test_scales_and_units_of_number_formats_are_read(
    cell, header, expected, project, tmp_path
):
    found = values(workbook(tmp_path, cell, header=header), project)
    assert list(found.values()) == [expected]


def test_raised_runs_are_marks_and_powers_stay(project, tmp_path):
    raised = InlineFont(vertAlign="superscript")
    book = openpyxl.Workbook()
    header = CellRichText("GDP (10", TextBlock(raised, "8"), " yuan)")
    book.active.append(["地区", "年份", header])
    figure = CellRichText("1330.1", TextBlock(raised, "2"))
    book.active.append([CellRichText("甲市", TextBlock(raised, "1)")), 2019, figure])
    book.save(tmp_path / "t.xlsx")
    found = values(tmp_path / "t.xlsx", project)
    assert found == {("甲市", "gdp_nominal", 2019): 1330.1}


def test_a_figure_merged_over_places_belongs_to_none(project, tmp_path):
    path = grid(
        tmp_path,
        [["地区", "年份", "GDP(亿元)"], ["甲市", 2019, 880], ["乙市", 2019, None]],
        "t.xlsx",
    )
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("C2:C3")
    book.save(path)
    refused("t.xlsx, Sheet C2 is '880', merged over several places", path, project)


def test_hidden_rows_columns_and_sheets_are_said(project, tmp_path):
    path = grid(
        tmp_path,
        [["地区", "年份", "GDP(亿元)"], ["甲市", 2019, 880], ["乙市", 2019, 770]],
        "t.xlsx",
    )
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.create_sheet("old").sheet_state = "hidden"
    book.save(path)
    notes = layout_of(read_sheet(path)).notes
    assert notes == [
        "hidden sheets are not read: old",
        "hidden in the sheet, but read: row 3, column B",
    ]
    assert len(values(path, project)) == 2


def test_a_workbook_of_too_many_cells_is_refused_before_it_is_loaded(
    tmp_path, monkeypatch
):
    path = grid(tmp_path, [["x"] * 10] * 10, "t.xlsx")
    monkeypatch.setattr("cszt_models.yearbooks.workbooks.MAX_CELLS", 50)
    monkeypatch.setattr("openpyxl.load_workbook", None)
    with pytest.raises(DataError, match="over 50 cells"):
        read_sheet(path)


def test_merged_cells_count_as_cells(tmp_path, monkeypatch):
    path = grid(tmp_path, [["x", 1]], "t.xlsx")
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:J11")
    book.save(path)
    monkeypatch.setattr("cszt_models.yearbooks.workbooks.MAX_CELLS", 50)
    monkeypatch.setattr("openpyxl.load_workbook", None)
    with pytest.raises(DataError, match="over 50 cells"):
        read_sheet(path)
