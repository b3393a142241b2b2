"""mapping.yaml decides, and what is left out is named."""

import pytest

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
from cszt_models.yearbooks.releases import Publication, changes, check_publication
from tests.yearbooks.reading import refused, table, values


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


def test_a_year_after_the_release_is_a_forecast(project, tmp_path):
    path = table(tmp_path, "地区,年份,GDP增速(%)\n甲市,2023,8\n甲市,2025,9\n")
    layout = layout_of(read_sheet(path))
    meaning, _ = propose(layout, project, Correspondence())
    figures = figures_of(layout, meaning, project)
    publication = Publication("2024-03", "[2] made up", "as_first_published", "unknown")
    day, known = check_publication(project, publication), read_observations(project)
    with pytest.raises(DataError, match=r"t\.csv, C3 is of 2025, after the release"):
        changes(figures, known, publication, day)


def test_a_word_to_skip_that_is_not_in_the_table_is_refused(project, tmp_path):
    path = table(tmp_path, "地区,年份,GDP增速(%)\n甲市,2023,8\n")
    refused("Did you mean 'gdp_real_growth'", path, project, skip=("gdp_growth",))


def test_the_decimal_mark_can_be_named_in_the_mapping(euro):
    text = "decimal: ','\nroles: {}\nheadings: {}\nregions: {}\n"
    (euro.folder / "mapping.yaml").write_text(text, encoding="utf-8")
    known = read_correspondence(euro)
    assert known.decimal == ","
    assert "decimal: ','" in write_correspondence(euro, known).read_text("utf-8")
    (euro.folder / "mapping.yaml").write_text("decimal: ;\n", encoding="utf-8")
    with pytest.raises(DataError, match="decimal is ';'"):
        read_correspondence(euro)
