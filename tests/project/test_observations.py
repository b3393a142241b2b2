"""Observations: what is refused, in which words, and some figures as printed."""

import csv
import re

import pytest

from cszt_models import DataError, load_project
from cszt_models.project.observations import read_observations

NAME = "observations.csv"


def line_of(observations, indicator):
    """Line in the file of the first row of an indicator; the index holds lines."""
    return int(observations.index[observations["indicator"] == indicator][0])


REFUSED = {  # what is wrong: indicator of the row, cells, words of the message
    "unknown region": (
        "gdp_nominal",
        {"region": "chansha"},
        "'chansha'. Did you mean 'changsha'?",
    ),
    "unknown indicator": (
        "gdp_nominal",
        {"indicator": "gdp_nominl"},
        "Did you mean 'gdp_nominal'?",
    ),
    "unknown unit": ("gdp_nominal", {"unit": "1e9 yuan"}, "measured in '1e8 yuan'"),
    "unknown basis": (
        "gdp_nominal",
        {"basis": "first_published"},
        "Did you mean 'as_first_published'?",
    ),
    "unknown status": (
        "gdp_nominal",
        {"status": "prelim"},
        "Did you mean 'preliminary'?",
    ),
    "share over 100": ("urbanization_rate", {"value": "100.1"}, "between 0 and 100"),
    "negative share": ("urbanization_rate", {"value": "-0.1"}, "between 0 and 100"),
    "negative level": ("gdp_nominal", {"value": "-1"}, "cannot be negative"),
    "no GDP": ("gdp_nominal", {"value": "0.0"}, "are above 0"),
    "nobody": ("population_resident", {"value": "0"}, "are above 0"),
    "growth of -100": ("gdp_real_growth", {"value": "-100"}, "cannot be -100 percent"),
    "year as text": ("gdp_nominal", {"year": "two thousand"}, "not a year like 2020"),
    "year as decimal": ("gdp_nominal", {"year": "2020.0"}, "not a year like 2020"),
    "year out of range": ("gdp_nominal", {"year": "0220"}, "outside 1900-2100"),
    "full-width year": ("gdp_nominal", {"year": "２０２０"}, "plain digits"),
    "value as text": ("gdp_nominal", {"value": "n/a"}, "not a number like 123.4"),
    "value with comma": ("gdp_nominal", {"value": "15,796.3"}, "not a number"),
    "value not a number": ("gdp_nominal", {"value": "nan"}, "not a number"),
    "infinite value": ("gdp_nominal", {"value": "1e999"}, "is not finite"),
    "full-width value": ("gdp_nominal", {"value": "１２３"}, "plain digits"),
    "empty value": ("gdp_nominal", {"value": ""}, "not a number"),
    "empty source": ("gdp_nominal", {"source": " "}, "needs a source"),
    "empty release": ("gdp_nominal", {"released": ""}, "a release date"),
    "impossible date": ("gdp_nominal", {"released": "2021-02-30"}, "not a date that"),
    "impossible month": ("gdp_nominal", {"released": "2021-13"}, "not a date that"),
    "full-width date": ("gdp_nominal", {"released": "２０２１"}, "not a date that"),
    "two-digit year": ("gdp_nominal", {"released": "21-02-03"}, "not a date that"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_wrong_cell_is_refused_with_file_line_and_value(
    what, observations, with_cells
):
    indicator, cells, words = REFUSED[what]
    line = line_of(observations, indicator)
    ((column, text),) = cells.items()
    project = load_project(with_cells(NAME, line, **cells))
    place = f"{NAME}, line {line}, {column} {text!r}: "
    with pytest.raises(DataError, match=re.escape(place)) as error:
        read_observations(project)
    assert words in str(error.value)


def test_all_wrong_rows_are_counted_and_the_first_is_named(with_cells):
    for line in (7, 3, 5):
        folder = with_cells(NAME, line, region="nowhere")
    words = r"line 3, region 'nowhere': .* \(2 more such rows\)"
    with pytest.raises(DataError, match=words):
        read_observations(load_project(folder))


def test_a_figure_given_twice_is_refused(folder):
    lines = (folder / NAME).read_text("utf-8").splitlines()
    (folder / NAME).write_text("\n".join([*lines, lines[9]]), "utf-8")
    with pytest.raises(DataError, match=f"line {len(lines) + 1}, .* is given twice"):
        read_observations(load_project(folder))


def test_sectors_that_do_not_sum_are_refused_with_both_sums(observations, with_cells):
    rows = observations.query("region == 'changsha' and year == 2020")
    sectors = rows[
        rows["indicator"].isin(["va_primary", "va_secondary", "va_tertiary"])
    ]
    line = int(sectors.index[0])
    more = 0.012 * sectors["value"].sum()  # one percent is what sources miss by
    wrong = sectors["value"].iloc[0] + more
    folder = with_cells(NAME, line, value=f"{wrong:.2f}")
    total = round(wrong, 2) + sectors["value"].iloc[1:].sum()
    words = rf"sectors of changsha 2020 \(as_first_published\) sum to {total:g}, GDP"
    with pytest.raises(DataError, match=words):
        read_observations(load_project(folder))


@pytest.mark.parametrize("column", ["region", "basis", "released", "source_ref"])
def test_a_missing_column_is_named(column, edited):
    folder = edited(NAME, f"{column},", "x,")
    with pytest.raises(DataError, match=f"{NAME} has no column {column}"):
        read_observations(load_project(folder))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty. Its first line must name region"),
        ("region,城市".encode("gbk"), "not a UTF-8 table"),
        (b'region,year\n"czt,2020\n', "not a UTF-8 table"),
        (b"\n\n", "is empty"),
    ],
    ids=["empty", "not UTF-8", "open quote", "empty lines"],
)
def test_a_file_that_is_no_table_is_refused(content, words, folder):
    (folder / NAME).write_bytes(content)
    with pytest.raises(DataError, match=words) as error:
        read_observations(load_project(folder))
    assert NAME in str(error.value)


@pytest.mark.parametrize(
    ("lines", "end", "cells"),
    [((5,), ",", 13), (range(2, 2546), ",", 13), ((5,), None, 11)],
    ids=["one cell more", "one more in every row", "one cell fewer"],
)
def test_a_row_as_long_as_no_header_is_refused(lines, end, cells, folder):
    whole = (folder / NAME).read_text("utf-8").splitlines()
    for line in lines:
        row = whole[line - 1]
        whole[line - 1] = row + end if end else row.replace(",unknown", "", 1)
    (folder / NAME).write_text("\n".join(whole), "utf-8")
    words = f"{NAME}, line {lines[0]}: {cells} cells, the first line names 12"
    with pytest.raises(DataError, match=words):
        read_observations(load_project(folder))


@pytest.mark.parametrize("above", [{}, {"note": "two\nlines"}], ids=["empty", "note"])
def test_the_line_named_is_that_of_an_editor(above, folder, with_cells):
    """Below an empty line, and below a cell that holds two."""
    with_cells(NAME, 8, region="nowhere")
    if above:
        with_cells(NAME, 5, **above)
    else:
        lines = (folder / NAME).read_text("utf-8").splitlines()
        (folder / NAME).write_text("\n".join([*lines[:4], "", *lines[4:]]), "utf-8")
    with pytest.raises(DataError, match="line 9, region 'nowhere'"):
        read_observations(load_project(folder))


def test_a_spreadsheets_byte_order_mark_is_no_part_of_the_first_column(folder):
    whole = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(b"\xef\xbb\xbf" + whole)
    assert len(read_observations(load_project(folder))) > 1000


FACTS = [  # region, indicator, year, basis, value, released: from the printed bulletins
    ("czt", "gdp_nominal", 2025, "as_first_published", 22878.5, "2026-03-25"),
    ("czt", "gdp_nominal", 2019, "as_first_published", 16835.0, "2020-03-17"),
    ("changsha", "gdp_nominal", 2025, "as_first_published", 15737.82, "2026-04-21"),
    ("zhuzhou", "gdp_nominal", 2020, "as_first_published", 3105.8, "2021-01-26"),
    ("xiangtan", "population_resident", 2020, "census_count", 272.6181, "2021-05"),
    ("changsha", "urbanization_rate", 2025, "post_2020_census", 84.51, "2026-04-21"),
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: "-".join(map(str, fact[:3])))
def test_a_figure_is_the_one_that_was_printed(fact, observations):
    keys = ["region", "indicator", "year", "basis", "value", "released"]
    assert fact in set(observations[keys].itertuples(index=False, name=None))


def test_every_figure_has_source_and_reference(folder):
    with (folder / NAME).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert re.match(r"\[[1-5]\] \S", row["source"])
            assert row["source_ref"].strip()
