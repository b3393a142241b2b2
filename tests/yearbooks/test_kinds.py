"""Inputs that other software misreads end in the right value or name the cell."""

import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from cszt_models.errors import DataError
from cszt_models.project.observations import read_observations
from cszt_models.yearbooks.figures import figures_of
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.headings import Heading
from cszt_models.yearbooks.layout import layout_of
from cszt_models.yearbooks.mapping import (
    Correspondence,
    read_correspondence,
    write_correspondence,
)
from cszt_models.yearbooks.proposals import propose
from cszt_models.yearbooks.releases import Release, changes, check_release
from tests.yearbooks.reading import grid, new_project, table, values

EURO = {"money": "million EUR", "people": "persons"}


@pytest.fixture
def project(tmp_path):
    return new_project(tmp_path / "lake")


@pytest.fixture
def euro(tmp_path):
    return new_project(tmp_path / "euro", **EURO)


def refused(words: str, *args, **how):
    with pytest.raises(DataError, match=re.escape(words)):
        values(*args, **how)


# --- units of shares: fraction or percent


SHARES = "年份,省份,{0}\n2022,甲省,{1}\n2023,甲省,{2}\n"


def shares(tmp_path, header: str, first: str, second: str):
    return table(tmp_path, SHARES.format(header, first, second))


@pytest.mark.parametrize(
    "header", ["第三产业占比", "第三产业占比（%）", "城镇化率", "R&D经费投入强度"]
)
def test_a_column_of_fractions_without_a_sign_is_asked_about(header, project, tmp_path):
    path = shares(tmp_path, header, "0.05", "0.06")
    refused("t.csv, C2 is '0.05': no unit is given", path, project)
    refused("0.05 or 5 percent?", path, project)


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("第三产业占比（小数）", "0.56", "0.57"),
        ("share_tertiary (fraction)", "0.56", "0.57"),
        ("第三产业占比（%）", "56", "57"),
        ("第三产业占比", "56%", "57%"),
        ("第三产业占比", "56", "57"),
        ("第三产业占比（‰）", "560", "570"),
    ],
)
def test_shares_of_every_stated_unit_are_percent(
    header, first, second, project, tmp_path
):
    path = shares(tmp_path, header, first, second)
    assert list(values(path, project).values()) == [56, 57]


@pytest.mark.parametrize("unit", ["fraction", "1", "小数"])
def test_the_unit_of_fractions_can_be_named(unit, project, tmp_path):
    path = shares(tmp_path, "城镇化率", "0.56", "0.57")
    heading = {"城镇化率": Heading("urbanization_rate", unit)}
    known = Correspondence(headings=heading)
    assert list(values(path, project, known=known).values()) == [56, 57]
    assert list(values(path, project, unit=unit).values()) == [56, 57]


def test_small_percentages_are_read_where_they_are_stated(project, tmp_path):
    path = shares(tmp_path, "R&D经费投入强度(%)", "0.56", "0.57")
    assert list(values(path, project).values()) == [0.56, 0.57]
    path = shares(tmp_path, "GDP增速", "-1.2", "0.8")
    assert list(values(path, project).values()) == [-1.2, 0.8]


# --- number formats of workbooks


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


# --- scales beside the unit


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Unit,PowerCode,Value", "Euro,Millions,152000.1", 152000.1),
        ("unit,UNIT_MULT,value", "euro,6,98000", 98000),
        ("unit,UNIT_MULT,value", "euro,3,98000", 98),
        ("Unit,Unit multiplier,Value", "Euro,Billions,1.5", 1500),
        ("UNIT_MULT,Unit multiplier,Unit,Value", "6,Millions,EUR,7.5", 7.5),
        ("Unit,Scale,Value", "Euro,Units,98000000", 98),
        ("Unit,Scale,Value", "Euro,1000,98000", 98),
        ("单位,单位倍数,数值", "euro,百万,98000", 98000),
        ("Unit,Value", "million EUR,98000", 98000),
    ],
)
def test_a_column_of_scales_multiplies_the_unit(
    header, cells, expected, euro, tmp_path
):
    path = table(tmp_path, f"Region,Indicator,Year,{header}\nEast,GDP,2019,{cells}\n")
    assert values(path, euro) == {("east", "gdp_nominal", 2019): expected}


@pytest.mark.parametrize(
    ("header", "cells", "words"),
    [
        ("Unit,Scale,Value", "million EUR,Millions,9", "which has a scale of its own"),
        ("Unit,Scale,Value", "Euro,1,9", "E2 can be read in two ways"),
        ("Unit,Scale,Value", "Euro,lots,9", "E2 can be read in two ways"),
        ("UNIT_MULT,Unit multiplier,Unit,Value", "6,Thousands,EUR,7", "differ"),
    ],
)
def test_a_scale_that_is_not_clear_is_refused(header, cells, words, euro, tmp_path):
    path = table(tmp_path, f"Region,Indicator,Year,{header}\nEast,GDP,2019,{cells}\n")
    refused(words, path, euro)


def test_a_blank_scale_among_others_is_refused(euro, tmp_path):
    rows = "East,GDP,2019,Euro,Millions,9\nWest,GDP,2019,Euro,,9\n"
    path = table(tmp_path, f"Region,Indicator,Year,Unit,Scale,Value\n{rows}")
    refused("t.csv, F3", path, euro)
    refused("E3, its scale, is blank", path, euro)


# --- mapping.yaml decides


def mapped(project, path, unit: str):
    """The mapping as it is written for a table, with another unit for gdp."""
    meaning, _ = propose(layout_of(read_sheet(path)), project, Correspondence())
    text = write_correspondence(project, meaning).read_text(encoding="utf-8")
    changed = text.replace("unit: Euro", f"unit: {unit}")
    assert changed != text
    (project.folder / "mapping.yaml").write_text(changed, encoding="utf-8")
    return read_correspondence(project)


LONG = "Region,Indicator,Year,Unit,Value\nEast,GDP,2018,{0},152000.1\n"


def test_a_unit_corrected_in_the_mapping_is_used(euro, tmp_path):
    path = table(tmp_path, LONG.format("Euro"))
    known = mapped(euro, path, "million EUR")
    assert list(values(path, euro, known=known).values()) == [152000.1]
    path = table(tmp_path, LONG.format("thousand EUR"))
    refused(
        "'thousand EUR' here and 'million EUR' in mapping.yaml", path, euro, known=known
    )


def test_a_unit_not_corrected_follows_the_next_table(euro, tmp_path):
    meaning, _ = propose(
        layout_of(read_sheet(table(tmp_path, LONG.format("Euro")))),
        euro,
        Correspondence(),
    )
    write_correspondence(euro, meaning)
    known, path = read_correspondence(euro), table(tmp_path, LONG.format("million EUR"))
    assert list(values(path, euro, known=known).values()) == [152000.1]


def test_a_unit_written_by_hand_is_used_whatever_the_table_says(euro, tmp_path):
    known = Correspondence(headings={"gdp": Heading("gdp_nominal", "million EUR")})
    path = table(tmp_path, LONG.format("furlongs"))
    assert list(values(path, euro, known=known).values()) == [152000.1]


# --- decimal and thousands marks


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (["1.234", "987", "12.345"], [1234, 987, 12345]),
        (["1234,5", "987"], [1234.5, 987]),
        (["1.234,5", "2.000"], [1234.5, 2000]),
        (["1,234.5", "2,000"], [1234.5, 2000]),
        (["1.234.567", "987.000"], [1234567, 987000]),
        (["1 234,5", "987"], [1234.5, 987]),
        (["0.125", "1.250"], [0.125, 1.25]),
        (["1'234.5", "7.5"], [1234.5, 7.5]),
    ],
)
def test_marks_are_determined_for_a_whole_column(figures, expected, euro, tmp_path):
    rows = "".join(f"{'ABC'[n]};2019;{text}\n" for n, text in enumerate(figures))
    path = table(tmp_path, f"Region;Year;GDP (million EUR)\n{rows}")
    assert list(values(path, euro).values()) == expected
    assert all("decimal mark" in note for note in layout_of(read_sheet(path)).notes)


@pytest.mark.parametrize("figures", [["1,234", "2,345"], ["1.234"], ["1.234", "2"]])
def test_marks_with_two_readings_are_refused(figures, euro, tmp_path):
    rows = "".join(f"{'ABC'[n]};2019;{text}\n" for n, text in enumerate(figures))
    path = table(tmp_path, f"Region;Year;GDP growth (%)\n{rows}")
    refused("t.csv, C2 is", path, euro)
    refused("two ways", path, euro)
    comma = values(path, euro, decimal=",")
    assert comma[("a", "gdp_real_growth", 2019)] in (1.234, 1234)


def test_a_figure_with_the_other_mark_is_named(euro, tmp_path):
    path = table(
        tmp_path, "Region;Year;GDP (million EUR)\nA;2019;1.5\nB;2019;2.5\nC;2019;3,5\n"
    )
    refused("t.csv, C4 is '3,5'", path, euro)


# --- names of places


def test_other_endings_are_other_places(project, tmp_path):
    rows = ["长沙市,2018,8.5", "长沙县,2018,9.1", "吉林省,2018,4", "吉林市,2018,5"]
    path = table(tmp_path, "地区,年份,GDP增速(%)\n" + "\n".join(rows) + "\n")
    assert [key[0] for key in values(path, project)] == [
        "长沙市",
        "长沙县",
        "吉林省",
        "吉林市",
    ]


def with_places(project, *labels: str):
    text = (project.folder / "project.yaml").read_text(encoding="utf-8")
    lines = [
        f"  r{n}: {{en: R{n}, zh: {name}, role: core}}" for n, name in enumerate(labels)
    ]
    text = text.replace("regions: {}", "regions:\n" + "\n".join(lines))
    (project.folder / "project.yaml").write_text(text, encoding="utf-8")
    from cszt_models import load_project

    return load_project(project.folder)


@pytest.mark.parametrize(
    ("label", "name", "place"),
    [
        ("长沙", "长沙市", "r0"),
        ("长沙市", "长沙", "r0"),
        ("长沙市", "长  沙  市", "r0"),
        ("长沙市", "长沙县", "长沙县"),
        ("湖南省", "全  省", "r0"),
        ("广西", "广西壮族自治区", "r0"),
    ],
)
def test_a_name_without_ending_is_the_place_with_one(
    label, name, place, project, tmp_path
):
    project = with_places(project, label)
    path = table(tmp_path, f"地区,年份,GDP增速(%)\n{name},2018,8.5\n")
    assert [key[0] for key in values(path, project)] == [place]


def test_a_name_that_fits_two_places_is_asked_about(project, tmp_path):
    project = with_places(project, "长沙市", "长沙县")
    path = table(tmp_path, "地区,年份,GDP增速(%)\n长沙,2018,8.5\n")
    refused("t.csv, C2: '长沙' may be several regions", path, project)


def test_the_province_of_another_title_is_not_that_of_the_project(project, tmp_path):
    project = with_places(project, "湖南省")
    path = table(
        tmp_path, "湖北省各市州GDP,,\n地区,年份,GDP增速(%)\n全省,2018,8\n甲市,2018,7\n"
    )
    assert [key[0] for key in values(path, project)] == ["甲市"]


def test_ids_of_new_regions_do_not_collide(project, tmp_path):
    path = table(
        tmp_path, "Region,Year,GDP growth (%)\nSt. Ives,2018,1\nSt Ives,2018,2\n"
    )
    assert values(path, project) == {
        ("st_ives", "gdp_real_growth", 2018): 1,
        ("st_ives_2", "gdp_real_growth", 2018): 2,
    }


# --- headers


def test_a_repeated_header_is_a_header(project, tmp_path):
    path = table(
        tmp_path,
        "地区生产总值（亿元）\n地区,2018,2019\n甲市,1330,1450\n续表,,\n"
        "地区,2018,2019\n丙市,700,720\n",
    )
    assert {key[0] for key in values(path, project)} == {"甲市", "丙市"}


def test_a_second_table_below_has_its_own_title(project, tmp_path):
    path = table(
        tmp_path,
        "地区生产总值（亿元）\n地区,2018,2019\n己市,330,350\n\n"
        "常住人口（万人）\n地区,2018,2019\n戊市,300,310\n",
    )
    assert values(path, project) == {
        ("己市", "gdp_nominal", 2018): 330,
        ("己市", "gdp_nominal", 2019): 350,
        ("戊市", "population_resident", 2018): 300,
        ("戊市", "population_resident", 2019): 310,
    }


def test_a_second_table_of_something_unknown_is_not_the_first(project, tmp_path):
    path = table(
        tmp_path,
        "地区生产总值（亿元）\n地区,2018,2019\n己市,330,350\n\n"
        "财政收入（亿元）\n地区,2018,2019\n戊市,300,310\n",
    )
    refused("t.csv, B7: the indicator of 300 cannot be determined", path, project)


def test_headers_go_upwards_over_gaps_and_sparse_rows(project, tmp_path):
    rows = [
        ["2018年城市数据"],
        [],
        ["城 市", "City", "年末常住人口（万人）", None],
        [None, None, "Resident population"],
        [],
        [None, None, "全市", "市辖区"],
        ["甲市", "Jia", 320.1, 149.5],
        ["乙市", "Yi", 95.9, 40.2],
    ]
    path = grid(tmp_path, rows, "t.xlsx")
    assert values(path, project) == {
        ("甲市", "population_resident", 2018): 320.1,
        ("乙市", "population_resident", 2018): 95.9,
    }


def test_a_header_over_a_part_of_another_header_names_the_part(project, tmp_path):
    rows = [
        ["2020年城市数据", None, "2-1 人口数"],
        [],
        ["城 市", "City", "常住人口（万人）"],
        [None, None, None, None, "城镇人口（万人）"],
        [None, None, "全市", "市辖区", "全市", "市辖区"],
        ["甲市", "Jia", 321.5, 150.2, 201.7, 120.3],
    ]
    path = grid(tmp_path, rows, "t.xlsx")
    assert values(path, project) == {
        ("甲市", "population_resident", 2020): 321.5,
        ("甲市", "population_urban", 2020): 201.7,
    }


def test_years_with_marks_are_read_in_headers(project, tmp_path):
    path = table(
        tmp_path,
        "GDP growth (%)\nRegion,2018,2020p,2021 (e),2022.0,FY2023\nA,1,3,4,5,6\n",
    )
    years = [key[2] for key in values(path, project)]
    assert years == [2018, 2020, 2021, 2022, 2023]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("2019/20", "more than one year"),
        ("2019-2020", "more than one year"),
        ("2020年预计", "a forecast"),
        ("2020Q1", "a quarter"),
        ("2020年1-6月", "months"),
        ("2020上半年", "half a year"),
        ("2020xy", "not a calendar year"),
    ],
)
def test_a_header_that_is_not_a_year_stops_the_import(header, words, project, tmp_path):
    path = table(tmp_path, f"GDP growth (%)\nRegion,2018,{header}\nA,1,2\n")
    refused(f"t.csv, C2: '{header}' is {words}", path, project)
    assert list(values(path, project, skip=(header,)).values()) == [1]


@pytest.mark.parametrize(
    ("first", "second", "years"),
    [
        ("2018-01-01", "2019-01-01", [2018, 2019]),
        ("2018-12-31", "2019-12-31", [2018, 2019]),
        ("31.12.2018", "31.12.2019", [2018, 2019]),
        ("2018/1/1", "2019/1/1", [2018, 2019]),
    ],
)
def test_first_and_last_days_are_years_and_said(
    first, second, years, project, tmp_path
):
    path = table(
        tmp_path, f"DATE,GDP growth (%)\n{first},3.7\n{second},1.8\n2020-01-01,.\n"
    )
    assert [key[2] for key in values(path, project, region="A")] == years
    notes = layout_of(read_sheet(path), region="A").notes
    assert notes == [f"dates like {first} are read as their year"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2019Q1", "B2 '2019Q1' is a quarter"),
        ("2019年一季度", "is a quarter"),
        ("2019M06", "is months"),
        ("2019-06-30", "is a day within the year"),
        ("2019/20", "is more than one year"),
        ("2019H1", "is half a year"),
    ],
)
def test_periods_within_a_year_are_named_as_what_they_are(
    text, words, project, tmp_path
):
    path = table(tmp_path, f"Region,Period,GDP growth (%)\nA,{text},2.0\n")
    refused(words, path, project)


def test_dates_of_workbooks_are_years(project, tmp_path):
    rows = [["Region", "Year", "GDP growth (%)"], ["A", datetime(2019, 12, 31), 2]]
    path = grid(tmp_path, rows, "t.xlsx")
    assert values(path, project) == {("a", "gdp_real_growth", 2019): 2}


def test_half_a_year_in_a_title_is_not_a_year(project, tmp_path):
    path = table(tmp_path, "2020年上半年主要指标,\n地区,GDP增速（%）\n甲市,2\n乙市,3\n")
    refused("half a year", path, project)


# --- words of the trade


@pytest.mark.parametrize(
    ("header", "indicator"),
    [
        ("研究与试验发展（R&D）经费投入强度(%)", "rd_intensity"),
        ("地区生产总值比上年增长（按可比价格计算）（%）", "gdp_real_growth"),
        ("第一产业（亿元）", "va_primary"),
        ("第三产业占GDP比重（%）", "share_tertiary"),
        ("gdp_亿元", "gdp_nominal"),
        ("GDP_10^8 yuan", "gdp_nominal"),
        ("常住人口_万人", "population_resident"),
        ("地区生产总值亿元", "gdp_nominal"),
    ],
)
def test_words_of_the_trade_are_known(header, indicator, project, tmp_path):
    path = table(tmp_path, f"设区市,年份,{header}\n甲市,2019,12.5\n")
    assert values(path, project) == {("甲市", indicator, 2019): 12.5}


def test_growth_beside_gdp_is_that_of_gdp(project, tmp_path):
    path = table(
        tmp_path,
        "单位：亿元、%\n设区市,年份,地区生产总值,比上年增长（按可比价格计算）\n"
        "甲市,2019,880.5,7.5\n",
    )
    assert values(path, project) == {
        ("甲市", "gdp_nominal", 2019): 880.5,
        ("甲市", "gdp_real_growth", 2019): 7.5,
    }


@pytest.mark.parametrize(
    ("unit", "indicator"), [("亿元", "va_primary"), ("%", "share_primary")]
)
def test_a_sector_alone_is_what_its_unit_says(unit, indicator, project, tmp_path):
    path = table(tmp_path, f"单位：{unit}\n地区,年份,第一产业\n甲市,2019,9.5\n")
    assert values(path, project) == {("甲市", indicator, 2019): 9.5}
    rows = f"地区,指标,年份,单位,数值\n甲市,第一产业,2019,{unit},9.5\n"
    assert values(table(tmp_path, rows), project) == {("甲市", indicator, 2019): 9.5}
    path = table(tmp_path, "单位：亿元、%\n地区,年份,第一产业\n甲市,2019,9.5\n")
    refused("'第一产业' (", path, project)


def test_growth_beside_something_else_is_not_that_of_gdp(project, tmp_path):
    path = table(
        tmp_path,
        "地区,年份,GDP（亿元）,工业增加值（亿元）,增长（%）\n甲市,2019,880,90,7\n",
    )
    refused(
        "'增长(%)' (not recognised), from t.csv, E2 on",
        path,
        project,
        skip=("工业增加值（亿元）",),
    )


def test_a_unit_line_with_two_scales_is_asked_about(project, tmp_path):
    path = table(tmp_path, "单位：亿元、万元\n地区,年份,GDP\n甲市,2019,880\n")
    refused("two units or scales", path, project)


def test_indicator_and_unit_in_the_title_are_read(project, tmp_path):
    path = table(
        tmp_path,
        "3-2  年末常住人口,,\n,,单位：万人\n设区市,2015,2016\n甲市,559.66,560.1\n",
    )
    assert list(values(path, project).values()) == [559.66, 560.1]


def test_indicator_and_unit_can_be_named(project, tmp_path):
    path = table(tmp_path, "省份,2018,2019\n甲省,3890.4,4105.2\n")
    refused("t.csv, B2: the indicator of 3890.4 cannot be determined", path, project)
    refused("no unit is given", path, project, indicator="gdp_nominal")
    found = values(path, project, indicator="gdp_nominal", unit="万元")
    assert found == {
        ("甲省", "gdp_nominal", 2018): 0.38904,
        ("甲省", "gdp_nominal", 2019): 0.41052,
    }


def test_provinces_as_columns_are_read(project, tmp_path):
    path = table(
        tmp_path,
        "地区生产总值（亿元）,,\n年份,甲省,乙省\n2018,3890.4,880\n2019,4105.2,890\n",
    )
    assert values(path, project)[("乙省", "gdp_nominal", 2019)] == 890
    path = table(tmp_path, "2019年\n指标,甲省,乙省\n地区生产总值（亿元）,4105.2,890\n")
    assert values(path, project)[("乙省", "gdp_nominal", 2019)] == 890


def test_the_finest_column_of_places_is_the_region(project, tmp_path):
    path = table(tmp_path, "省份,城市,年份,GDP增速(%)\n湖北省,黄石市,2019,7\n")
    assert values(path, project) == {("黄石市", "gdp_real_growth", 2019): 7}


def test_an_index_without_base_is_asked_about(project, tmp_path):
    path = table(tmp_path, "地区,年份,地区生产总值指数\n甲市,2018,107.5\n")
    refused("t.csv, C2 is '107.5': no unit is given", path, project)
    assert list(values(path, project, unit="上年=100").values()) == [7.5]


@pytest.mark.parametrize("text", ["4075.1", "7.9"])
def test_an_index_far_from_100_is_refused(text, project, tmp_path):
    path = table(
        tmp_path,
        f"地区,年份,地区生产总值指数（上年=100）\n甲市,2018,107.5\n乙市,2018,{text}\n",
    )
    refused(f"t.csv, C3 is '{text}': an index", path, project)


def test_an_index_of_another_base_does_not_convert(project, tmp_path):
    path = table(tmp_path, "地区,年份,地区生产总值指数（1978=100）\n甲市,2018,4107.5\n")
    refused("does not convert", path, project)


# --- what is left out


def test_figures_are_left_out_only_when_named(project, tmp_path):
    path = table(tmp_path, "地区,年份,财政收入(亿元),GDP(亿元)\n甲市,2019,9,47\n")
    refused("'财政收入(亿元)' (not recognised), from t.csv, C2 on", path, project)
    for name in ("财政收入（亿元）", "unknown"):
        assert list(values(path, project, skip=(name,)).values()) == [47]


def test_rows_are_chosen_by_the_header_of_the_table(project, tmp_path):
    path = table(
        tmp_path,
        '"Data Source","WDI",\n\n"Country Name","Indicator Name","2017"\n'
        '"A","GDP growth (annual %)",4.61\n"B","GDP growth (annual %)",2.2\n',
    )
    assert len(values(path, project, where=("Country Name=B",))) == 1
    refused("names no column of the header", path, project, where=("Data Source=B",))


def test_the_row_of_the_header_can_be_named(project, tmp_path):
    path = table(tmp_path, "甲,1,2\n地方,2018,2019\n甲市,7,8\n")
    found = values(path, project, header=(1, 1), indicator="gdp_real_growth", unit="%")
    assert list(found.values()) == [7, 8]


# --- files of other programs


def test_an_old_workbook_is_read_and_its_percentages_are_asked_about(project):
    path = Path(__file__).parent / "cases" / "yearbook.xls"
    refused("yearbook.xls, 2-1 D3 is '0.075'", path, project)
    refused("0.075 or 7.5 percent?", path, project)
    found = values(path, project, skip=("GDP增速（%）",))
    assert found[("乙市", "gdp_nominal", 2019)] == 770
    assert found[("甲市", "urbanization_rate", 2019)] == 55.5
    notes = layout_of(read_sheet(path)).notes
    assert notes == [
        "hidden sheets are not read: old",
        "number formats and hidden rows of .xls are not read",
    ]


def test_a_damaged_old_workbook_is_refused(tmp_path):
    path = tmp_path / "t.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 500)
    with pytest.raises(DataError, match="cannot be read as an Excel file"):
        read_sheet(path)


def test_a_western_encoding_is_named_by_the_user(project, tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("Region;Year;GDP growth (%)\nSäter;2019;5\n".encode("cp1252"))
    refused("Name its encoding, like --encoding cp1252", path, project)
    found = values(path, project, encoding="cp1252")
    assert list(found) == [("säter", "gdp_real_growth", 2019)]


def test_two_column_files_of_eurostat_keep_their_addresses(euro, tmp_path):
    head = r"freq,unit,na_item,geo\TIME_PERIOD"
    path = table(
        tmp_path, f"{head}\t2018 \t2019 \nA,CP_MEUR,B1GQ,AT\t2.4 p\t1.x \n", "t.tsv"
    )
    refused("t.tsv, C2 is '1.x'", path, euro)


def test_a_region_in_a_line_above_the_table_is_read(project, tmp_path):
    path = table(tmp_path, "地区：甲省\n指标,2020年\n地区生产总值(亿元),36102.6\n")
    assert values(path, project) == {("甲省", "gdp_nominal", 2020): 36102.6}


# --- contradictions


def test_a_fraction_among_percentages_is_asked_about(project, tmp_path):
    path = shares(tmp_path, "城镇化率（%）", "56", "0.57")
    refused("C3 is 0.57 among percentages", path, project)


def test_a_unit_of_the_row_that_contradicts_the_header_is_refused(project, tmp_path):
    path = table(tmp_path, "地区,年份,单位,GDP（亿元）\n甲市,2019,万元,880\n")
    refused("two units or scales", path, project)


def test_one_table_has_a_name_with_and_without_its_ending(project, tmp_path):
    path = table(tmp_path, "地区,年份,GDP增速(%)\n襄阳,2018,8\n襄阳市,2019,9\n")
    assert {key[0] for key in values(path, project)} == {"襄阳"}


def test_a_year_after_the_release_is_a_forecast(project, tmp_path):
    path = table(tmp_path, "地区,年份,GDP增速(%)\n甲市,2023,8\n甲市,2025,9\n")
    layout = layout_of(read_sheet(path))
    meaning, _ = propose(layout, project, Correspondence())
    figures = figures_of(layout, meaning, project)
    release = Release("2024-03", "[2] made up", "as_first_published", "unknown")
    day, known = check_release(project, release), read_observations(project)
    with pytest.raises(DataError, match=r"t\.csv, C3 is of 2025, after the release"):
        changes(figures, known, release, day)


def test_a_word_to_skip_that_is_not_in_the_table_is_refused(project, tmp_path):
    path = table(tmp_path, "地区,年份,GDP增速(%)\n甲市,2023,8\n")
    refused("Did you mean 'gdp_real_growth'", path, project, skip=("gdp_growth",))


@pytest.mark.parametrize("line", ["Note: in millions,,", "All figures in thousands,,"])
def test_a_scale_in_a_note_that_the_unit_lacks_is_asked_about(line, euro, tmp_path):
    path = table(tmp_path, f"Region,Year,GDP (EUR)\nA,2019,5\n{line}\n")
    refused("two units or scales", path, euro)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Population (thousands)", 0.5),
        ("常住人口（万）", 5),
        ("Population (1,000 persons)", 0.5),
        ("Population, in million persons", 500),
    ],
)
def test_scales_of_people_are_of_persons(header, expected, project, tmp_path):
    path = grid(tmp_path, [["地区", "年份", header], ["甲市", "2019", "5"]])
    assert list(values(path, project).values()) == [expected]


def test_sectors_below_gdp_have_the_unit_of_the_table(project, tmp_path):
    path = table(
        tmp_path,
        "单位：亿元,2019年,,\n地区,地区生产总值,,\n,,第一产业,第三产业\n甲市,100,8,48\n",
    )
    found = {key[1]: value for key, value in values(path, project).items()}
    assert found == {"gdp_nominal": 100, "va_primary": 8, "va_tertiary": 48}


def test_a_row_of_units_below_the_header_is_read(project, tmp_path):
    path = table(tmp_path, "2019年,,\n地区,GDP,常住人口\n单位,亿元,万人\n甲市,10,5\n")
    found = {key[1]: value for key, value in values(path, project).items()}
    assert found == {"gdp_nominal": 10, "population_resident": 5}


def test_the_decimal_mark_can_be_named_in_the_mapping(euro):
    text = "decimal: ','\nroles: {}\nheadings: {}\nregions: {}\n"
    (euro.folder / "mapping.yaml").write_text(text, encoding="utf-8")
    known = read_correspondence(euro)
    assert known.decimal == ","
    assert "decimal: ','" in write_correspondence(euro, known).read_text("utf-8")
    (euro.folder / "mapping.yaml").write_text("decimal: ;\n", encoding="utf-8")
    with pytest.raises(DataError, match="decimal is ';'"):
        read_correspondence(euro)


@pytest.mark.parametrize(
    ("header", "word"), [("Unit scale", "millions"), ("量级", "百万")]
)
def test_a_column_of_scales_is_known_by_its_words(header, word, euro, tmp_path):
    rows = [["Region", "Indicator", "Year", "Unit", header, "Value"]]
    rows += [["East", "GDP", "2018", "EUR", word, "5"]]
    assert list(values(grid(tmp_path, rows), euro).values()) == [5]
    rows[0][4], rows[1][4] = "Order", "6"
    refused("'order' (column left out), from t.csv, E2", grid(tmp_path, rows), euro)


def test_a_continuation_with_another_unit_is_asked_about(project, tmp_path):
    path = table(
        tmp_path,
        "GDP（亿元）,\n地区,2018\n甲市,10\n续表 单位：万元,\n地区,2018\n乙市,100000\n",
    )
    refused("two units or scales", path, project)


def test_growth_of_several_years_beside_gdp_is_that_of_gdp(project, tmp_path):
    path = table(
        tmp_path,
        "地区,GDP（亿元）,,增速（%）,\n,2018,2019,2018,2019\n甲市,10,11,5,6\n",
    )
    assert values(path, project)[("甲市", "gdp_real_growth", 2019)] == 6


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Sex", "Male"),
        ("Group", "female"),
        ("Price type", "Constant prices"),
        ("类型", "男"),
    ],
)
def test_rows_of_a_part_are_not_those_of_the_whole(header, text, euro, tmp_path):
    rows = [["Region", "Year", header, "GDP (million EUR)"], ["A", "2019", text, "2"]]
    refused("from t.csv, D2 on", grid(tmp_path, rows), euro)
    rows[1][2] = "Total"
    assert list(values(grid(tmp_path, rows), euro).values()) == [2]


def test_gdp_of_a_table_at_constant_prices_is_not_nominal(project, tmp_path):
    title = "（按可比价格计算）,\n单位：亿元,\n"
    path = table(tmp_path, f"{title}地区,2019年GDP\n甲市,880\n")
    refused("'gdp,constantprices' (", path, project)


def test_row_numbers_of_programs_are_passed_over(project, tmp_path):
    path = table(tmp_path, ",Region,Year,GDP growth (%)\n0,A,2019,5\n1,B,2019,6\n")
    assert list(values(path, project).values()) == [5, 6]


OECD = """\
STRUCTURE,FREQ,Frequency of observation,REF_AREA,Reference area,SECTOR,\
Institutional sector,TRANSACTION,Transaction,UNIT_MEASURE,Unit of measure,\
PRICE_BASE,Price base,TIME_PERIOD,Time period,OBS_VALUE,\
Observation value,UNIT_MULT,Unit multiplier,DECIMALS,OBS_STATUS
DATAFLOW,A,Annual,AUT,Austria,S1,Total economy,B1GQ,Gross domestic product,EUR,Euro,V,\
Current prices,2018,,385424.1,,6,Millions,2,A
"""
EUROSTAT = """\
DATAFLOW,LAST UPDATE,freq,unit,na_item,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG
ESTAT:NAMA,28/03/24,A,CP_MEUR,B1GQ,AT,2018,385424.1,
ESTAT:NAMA,28/03/24,A,CLV_PCH_PRE,B1GQ,AT,2018,2.4,p
"""
WEO = """\
WEO Country Code\tCountry\tSubject Descriptor\tUnits\tScale\t2018\tEstimates Start After
122\tAustria\tGross domestic product, current prices\tEuro\tBillions\t385.4241\t2018
"""


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        (OECD, "t.csv", "austria"),
        (EUROSTAT, "t.csv", "at"),
        (WEO, "t.tsv", "austria"),
    ],
)
def test_downloads_are_read_as_they_come(text, name, place, euro, tmp_path):
    found = values(table(tmp_path, text, name), euro)
    assert found[(place, "gdp_nominal", 2018)] == 385424.1
    assert found.get((place, "gdp_real_growth", 2018), 2.4) == 2.4


def test_a_sector_in_yuan_with_a_scale_is_value_added(project, tmp_path):
    rows = "地区,指标,年份,单位,单位倍数,数值\n甲市,第一产业,2019,元,亿,9.5\n"
    found = values(table(tmp_path, rows), project)
    assert found == {("甲市", "va_primary", 2019): 9.5}
