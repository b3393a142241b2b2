"""Units, fractions and scales of figures: read, asked about or refused."""

import pytest

from cszt_models.yearbooks.headings import Heading
from cszt_models.yearbooks.mapping import (
    Correspondence,
)
from tests.yearbooks.reading import grid, refused, table, values

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


def test_a_fraction_among_percentages_is_asked_about(project, tmp_path):
    path = shares(tmp_path, "城镇化率（%）", "56", "0.57")
    refused("C3 is 0.57 among percentages", path, project)


def test_a_unit_of_the_row_that_contradicts_the_header_is_refused(project, tmp_path):
    path = table(tmp_path, "地区,年份,单位,GDP（亿元）\n甲市,2019,万元,880\n")
    refused("two units or scales", path, project)


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


def test_a_sector_in_yuan_with_a_scale_is_value_added(project, tmp_path):
    rows = "地区,指标,年份,单位,单位倍数,数值\n甲市,第一产业,2019,元,亿,9.5\n"
    found = values(table(tmp_path, rows), project)
    assert found == {("甲市", "va_primary", 2019): 9.5}
