"""Files of offices and of other programs."""

from pathlib import Path

import pytest

from cszt_models.errors import DataError
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.layout import layout_of
from tests.yearbooks.reading import refused, table, values


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
