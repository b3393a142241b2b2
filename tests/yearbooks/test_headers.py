"""Headers, years, titles and the words of the trade."""

from datetime import datetime

import pytest

from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.layout import layout_of
from tests.yearbooks.reading import grid, refused, table, values


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


def test_one_table_has_a_name_with_and_without_its_ending(project, tmp_path):
    path = table(tmp_path, "地区,年份,GDP增速(%)\n襄阳,2018,8\n襄阳市,2019,9\n")
    assert {key[0] for key in values(path, project)} == {"襄阳"}


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
