"""A yearbook's table ends in the right figures, or in a sentence that names a cell."""

import csv
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from cszt_models import load_project
from cszt_models.errors import DataError
from cszt_models.project.observations import read_observations
from cszt_models.project.project import Project
from cszt_models.project.starter import Starter, start
from cszt_models.yearbooks.cell_text import number
from cszt_models.yearbooks.figures import Figure, figures_of, new_regions, without
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.layout import layout_of, rows_where
from cszt_models.yearbooks.mapping import (
    Correspondence,
    read_correspondence,
    write_correspondence,
)
from cszt_models.yearbooks.proposals import propose
from cszt_models.yearbooks.releases import (
    Publication,
    append_figures,
    changes,
    check_publication,
)
from cszt_models.yearbooks.spreadsheet import address
from cszt_models.yearbooks.units import unit

LAKE = Starter("lake", "Lake", "湖区", 2021, 2025, date(2026, 1, 31))
BOOK = Publication("2022-03", "[2] made up for a test", "as_first_published", "unknown")
NAMES = ("黄石市", "鄂州市", "孝感市")
YEARS = (2018, 2019, 2020)
HEADINGS = {  # indicator: header and unit as a yearbook prints them
    "gdp_nominal": ("地区生产总值", "亿元"),
    "gdp_real_growth": ("地区生产总值增速", "%"),
    "population_resident": ("常住人口", "万人"),
}
TRUTH = {
    (name, indicator, year): value
    for n, name in enumerate(NAMES)
    for indicator, value0 in (
        ("gdp_nominal", 1501.25),
        ("gdp_real_growth", 7.5),
        ("population_resident", 246.1),
    )
    for t, year in enumerate(YEARS)
    for value in [round(value0 * (1 + 0.1 * n) + 0.7 * t, 2)]
}

type Grid = list[list[str]]


@pytest.fixture
def project(tmp_path) -> Project:
    start(tmp_path / "lake", LAKE)
    return load_project(tmp_path / "lake")


def saved(grid: Grid, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(grid)
    return path


def imported(path: Path, project: Project, **how: str) -> list[Figure]:
    """Figures of a table with the meanings that are proposed."""
    layout = layout_of(read_sheet(path), **how)
    meaning, _ = propose(layout, project, Correspondence())
    return figures_of(layout, meaning, project)


def told(figures: list[Figure]) -> dict[tuple[str, str, int], float]:
    return {one.key: one.value for one in figures}


def tidy() -> Grid:
    """Region and year down, an indicator a column."""
    header = [
        "地区",
        "年份",
        *(f"{name}（{unit}）" for name, unit in HEADINGS.values()),
    ]
    rows = [
        [name, str(year), *(f"{TRUTH[name, i, year]:g}" for i in HEADINGS)]
        for name in NAMES
        for year in YEARS
    ]
    return [header, *rows]


def long() -> Grid:
    """One figure a row, with its unit."""
    rows = [
        [name, HEADINGS[i][0], f"{year}年", f"{value:g}", HEADINGS[i][1]]
        for (name, i, year), value in TRUTH.items()
    ]
    return [["城市", "指标", "年份", "数值", "单位"], *rows]


def wide() -> Grid:
    """Regions down; indicators over years, each header written once."""
    top, low = ["地区"], [""]
    for name, written in HEADINGS.values():
        top += [f"{name}({written})", "", ""]
        low += [f"{year}年" for year in YEARS]
    rows = [
        [name, *(f"{TRUTH[name, i, y]:g}" for i in HEADINGS for y in YEARS)]
        for name in NAMES
    ]
    return [top, low, *rows]


def listed() -> Grid:
    """Indicators down, years across, for all regions."""
    rows = [
        [name, f"{HEADINGS[i][0]}（{HEADINGS[i][1]}）"]
        + [f"{TRUTH[name, i, y]:g}" for y in YEARS]
        for name in NAMES
        for i in HEADINGS
    ]
    return [["市州", "指标", *map(str, YEARS)], *rows]


SHAPES = {"tidy": tidy, "long": long, "wide": wide, "listed": listed}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_table_tells_the_same_figures(shape, project, tmp_path):
    path = saved(SHAPES[shape](), tmp_path / "t.csv")
    assert told(imported(path, project)) == pytest.approx(TRUTH)


def test_merged_headers_and_percent_formats_of_excel_are_read(project, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2020年各市主要指标①", "", "", ""])
    sheet.append(["地区", "地区生产总值", "", "常住人口（万人）"])
    sheet.append(["", "绝对数（亿元）", "比上年增长（%）", ""])
    sheet.append(["黄石市", 1641.32, -0.048, "２４６．９*"])
    sheet.append(["注：①初步数。", None, None, None])
    sheet["C4"].number_format = "0.0%"
    for merged in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "t.xlsx")
    assert told(imported(tmp_path / "t.xlsx", project)) == {
        ("黄石市", "gdp_nominal", 2020): 1641.32,
        ("黄石市", "gdp_real_growth", 2020): pytest.approx(-4.8),
        ("黄石市", "population_resident", 2020): 246.9,
    }


def test_units_are_converted_to_those_of_the_project(project, tmp_path):
    grid = [
        ["city", "year", "GDP, million yuan", "population (thousand persons)"],
        ["Huangshi", "2020", "164132", "2469"],
    ]
    found = told(imported(saved(grid, tmp_path / "t.csv"), project))
    assert found[("huangshi", "gdp_nominal", 2020)] == 1641.32
    assert found[("huangshi", "population_resident", 2020)] == 246.9


@pytest.mark.parametrize(
    "header", ["Real growth (%)", "GDP growth rate", "Real GDP growth", "GDP增速"]
)
def test_growth_is_known_by_its_usual_names(header, project, tmp_path):
    grid = [["Region", "Year", header], ["Lake", "2020", "5.5"]]
    found = told(imported(saved(grid, tmp_path / "t.csv"), project))
    assert found == {("lake", "gdp_real_growth", 2020): 5.5}


def test_an_index_of_the_year_before_is_a_growth_rate(project, tmp_path):
    grid = [
        ["地区", "年份", "地区生产总值指数（上年=100）"],
        ["黄石市", "2020", "95.2"],
    ]
    (figure,) = imported(saved(grid, tmp_path / "t.csv"), project)
    assert figure.value == pytest.approx(-4.8)


def test_one_region_of_years_down_needs_its_name(project, tmp_path):
    grid = [["年份", "地区生产总值(亿元)", "常住人口(万人)"], ["2020", "1641", "247"]]
    found = imported(saved(grid, tmp_path / "t.csv"), project, region="黄石市")
    assert {one.region for one in found} == {"黄石市"}


def test_a_chinese_csv_of_excel_is_read_and_said_so(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("地区,年份,常住人口(万人)\n黄石市,2020,246.9\n".encode("gb18030"))
    sheet = read_sheet(path)
    assert sheet.text(1, 0) == "黄石市"
    assert sheet.notes == ("read as gb18030",)


FAULTS = {  # what is wrong: header, row, words of the message
    "text": (
        ["地区", "年份", "常住人口(万人)"],
        ["甲市", "2020", "约247"],
        "C2 is '约247'",
    ),
    "comma": (["地区", "年份", "常住人口(万人)"], ["甲市", "2020", "2,4"], "two ways"),
    "no unit": (
        ["地区", "年份", "常住人口"],
        ["甲市", "2020", "247"],
        "C2 is '247': no unit",
    ),
    "unit": (
        ["地区", "年份", "常住人口(亿元)"],
        ["甲市", "2020", "247"],
        "does not conv",
    ),
    "percent": (
        ["地区", "年份", "常住人口(万人)"],
        ["甲市", "2020", "24%"],
        "percentage",
    ),
    "share": (
        ["地区", "年份", "城镇化率(%)"],
        ["甲市", "2020", "247"],
        "C2 is '247': a s",
    ),
    "no year": (
        ["地区", "年份", "城镇化率(%)"],
        ["甲市", "", "47"],
        "C2: the year of",
    ),
    "no region": (
        ["地区", "年份", "城镇化率(%)"],
        ["", "2020", "47"],
        "C2: the region of",
    ),
    "no regions": (["项目", "城镇化率(%)"], ["全部", "47"], "A1: no column of regions"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_cell_that_cannot_be_read_is_named(what, project, tmp_path):
    header, row, words = FAULTS[what]
    other = ["乙市", "2020", "7"][: len(row)]
    path = saved([header, row, other], tmp_path / "t.csv")
    with pytest.raises(DataError, match=re.escape(words)):
        imported(path, project)


def test_words_that_are_not_known_are_left_out_and_shown(project, tmp_path):
    grid = [["地区", "年份", "财政收入(亿元)", "城镇化率"], ["甲市", "2020", "9", "47"]]
    layout = layout_of(read_sheet(saved(grid, tmp_path / "t.csv")))
    meaning, shown = propose(layout, project, Correspondence())
    assert meaning.headings["财政收入(亿元)"] is None
    assert ("财政收入(亿元)", "skip", "C2") in [
        (one.words, one.meaning, one.cell) for one in shown
    ]
    assert len(figures_of(layout, meaning, project)) == 1


def test_a_mapping_is_kept_and_used_again(project, tmp_path):
    layout = layout_of(read_sheet(saved(tidy(), tmp_path / "t.csv")))
    meaning, shown = propose(layout, project, Correspondence())
    write_correspondence(project, meaning)
    again = read_correspondence(project)
    assert again == meaning
    assert shown
    assert propose(layout, project, again) == (meaning, [])


def brought_in(grid: Grid, project: Project, publication: Publication, path: Path):
    layout = layout_of(read_sheet(saved(grid, path)))
    meaning, _ = propose(layout, project, Correspondence())
    day = check_publication(project, publication)
    figures = figures_of(layout, meaning, project)
    regions = new_regions(layout, meaning, figures, project)
    found = changes(figures, read_observations(project), publication, day)
    append_figures(project, regions, found.added, publication)
    return found


def test_a_new_release_is_a_vintage_and_the_first_one_stays(project, tmp_path):
    brought_in(tidy(), project, BOOK, tmp_path / "a.csv")
    project = load_project(project.folder)
    grid = tidy()
    grid[1][2] = "1499"
    later = Publication("2023-03", "[2] next year's", "as_first_published", "revised")
    found = brought_in(grid, project, later, tmp_path / "b.csv")
    (revised,) = found.revised
    assert (revised.before, revised.figure.value) == (1501.25, 1499.0)
    assert (len(found.new), found.unchanged) == (0, len(TRUTH) - 1)
    rows = read_observations(project).query("indicator == 'gdp_nominal'")
    rows = rows[(rows["region"] == "黄石市") & (rows["year"] == 2018)]
    assert rows["value"].tolist() == [1501.25, 1499.0]
    assert rows["source_ref"].tolist() == ["a.csv, C2", "b.csv, C2"]


def test_one_release_cannot_say_two_things(project, tmp_path):
    brought_in(tidy(), project, BOOK, tmp_path / "a.csv")
    grid = tidy()
    grid[1][2] = "1499"
    again = load_project(project.folder)
    with pytest.raises(DataError, match=r"b.csv, C2: .* was imported as released on"):
        brought_in(grid, again, BOOK, tmp_path / "b.csv")


def test_an_indicator_of_another_source_can_be_left_out(project, tmp_path):
    brought_in(tidy(), project, BOOK, tmp_path / "a.csv")
    project = load_project(project.folder)
    figures = imported(tmp_path / "a.csv", project)
    kept = without(figures, ["gdp_nominal"], project)
    assert len(kept) == len(TRUTH) * 2 // 3
    assert {one.indicator for one in kept} == set(HEADINGS) - {"gdp_nominal"}
    with pytest.raises(DataError, match=r"--skip: .* Did you mean 'gdp_nominal'"):
        without(figures, ["gdp_nominl"], project)


def test_what_would_put_the_project_out_of_order_leaves_it_as_it_was(project, tmp_path):
    grid = [
        ["地区", "年份", "地区生产总值（亿元）"]
        + [f"第{n}产业增加值（亿元）" for n in "一二三"],
        ["黄石市", "2019", "1000", "100", "400", "600"],
    ]
    files = [project.folder / name for name in ("project.yaml", "observations.csv")]
    before = [path.read_bytes() for path in files]
    layout = layout_of(read_sheet(saved(grid, tmp_path / "a.csv")))
    meaning, _ = propose(layout, project, Correspondence())
    figures = figures_of(layout, meaning, project)
    regions = new_regions(layout, meaning, figures, project)
    with pytest.raises(DataError, match=r"sum to 1100, GDP is 1000.* Nothing is"):
        append_figures(project, regions, figures, BOOK)
    assert [path.read_bytes() for path in files] == before


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ({"released": "2022-13"}, "not a date"),
        ({"released": "2027"}, "after data_date"),
        ({"source": " "}, "--source is empty"),
        ({"basis": "as_first"}, "Did you mean 'as_first_publ"),
    ],
)
def test_a_publication_needs_date_source_and_basis(spoiled, words, project):
    with pytest.raises(DataError, match=words):
        check_publication(project, replace(BOOK, **spoiled))


def test_rows_can_be_chosen_and_addresses_stay(project, tmp_path):
    grid = [["province", *tidy()[0]], *(["x", *row] for row in tidy()[1:])]
    grid[1][0] = "y"
    path = saved(grid, tmp_path / "t.csv")
    layout = rows_where(layout_of(read_sheet(path)), ["province=x"])
    meaning, _ = propose(layout, project, Correspondence())
    found = figures_of(layout, meaning, project)
    assert len(found) == len(TRUTH) - 3
    assert found[0].place == "t.csv, D3"
    with pytest.raises(DataError, match=r"no row agrees\. Unknown .* Known: x, y"):
        rows_where(layout_of(read_sheet(path)), ["province=X"])


# --- tables with damage


@st.composite
def damage(draw: st.DrawFn) -> tuple[Grid, dict, set[str], bool]:
    """A table with damage, what it tells, and the cells of which one must be named."""
    shape = draw(st.sampled_from(sorted(SHAPES)))
    grid, truth, bad = SHAPES[shape](), dict(TRUTH), set()
    body = 2 if shape == "wide" else 1
    order = draw(st.permutations(range(body, len(grid))))
    grid = [*grid[:body], *(grid[n] for n in order)]
    if shape != "wide":  # there a header continues to the right
        columns = draw(st.permutations(range(len(grid[0]))))
        grid = [[row[n] for n in columns] for row in grid]
    if draw(st.booleans()):  # another unit for all of GDP
        grid = _in_ten_thousands(grid, shape)
    spots = [
        (r, c)
        for r in range(body, len(grid))
        for c in range(len(grid[r]))
        if re.fullmatch(r"[\d.]+", grid[r][c]) and not 1900 < float(grid[r][c]) < 2100
    ]
    for r, c in draw(st.lists(st.sampled_from(spots), max_size=4, unique=True)):
        what = draw(st.sampled_from(["wide digits", "mark", "comma", "space", "blank"]))
        text = grid[r][c]
        if what == "blank":
            truth = {k: v for k, v in truth.items() if not _told(grid, r, c, k, shape)}
            text = draw(st.sampled_from(["", "-", "…", "n/a"]))
        elif what == "wide digits":
            text = text.translate({ord("0") + n: ord("０") + n for n in range(10)})
        elif what == "comma" and float(text) >= 1000:
            text = f"{float(text):,}"
        else:
            text = f"{text}{'①' if what == 'mark' else ' '}"
        grid[r][c] = text
    if draw(st.booleans()):
        grid.append(["注：①初步核算数。", *[""] * (len(grid[0]) - 1)])
    if draw(st.booleans()):
        grid.append(list(grid[body]))  # a line printed twice
    fault = draw(st.sampled_from(["", "", "text", "twice", "unit"]))
    if fault == "text":
        r, c = draw(st.sampled_from(spots))
        grid[r][c] = draw(
            st.sampled_from(["约5", "1.234,5", "12,3", "(7)", "5-6", "x1"])
        )
        bad.add((r, c))
    elif fault == "twice":
        filled = [(r, c) for r, c in spots if number(grid[r][c]) is not None]
        r, c = draw(st.sampled_from(filled))
        grid.append(list(grid[r]))
        grid[-1][c] = "1.11"
        bad |= {(len(grid) - 1, c)}
    elif fault == "unit":
        grid = [[t.replace("万人", "亿美元") for t in row] for row in grid]
        people = [key for key in TRUTH if key[1] == "population_resident"]
        bad |= {
            (r, c) for r, c in spots if any(_told(grid, r, c, k, shape) for k in people)
        }
    above = draw(st.integers(0, 2))
    title = [["各市主要经济指标"], ["单位：见各栏"]][:above]
    width = len(grid[0])
    grid = [*(line + [""] * (width - 1) for line in title), *grid]
    named = {address(r + above, c) for r, c in bad}
    return grid, truth, named, draw(st.booleans())


def _in_ten_thousands(grid: Grid, shape: str) -> Grid:
    """A table whose GDP is in 万元 instead of 亿元, in cells and headers."""
    scaled = [
        [
            f"{10_000 * float(text):.0f}" if _is_gdp(grid, r, c, shape) else text
            for c, text in enumerate(row)
        ]
        for r, row in enumerate(grid)
    ]
    return [[text.replace("亿元", "万元") for text in row] for row in scaled]


def _is_gdp(grid: Grid, r: int, c: int, shape: str) -> bool:
    """Whether a cell holds a level of GDP: the truth has none of another size."""
    keys = [key for key in TRUTH if key[1] == "gdp_nominal"]
    if not any(_told(grid, r, c, key, shape) for key in keys):
        return False
    return grid[r][c] in {f"{TRUTH[key]:g}" for key in keys}


def _told(grid: Grid, r: int, c: int, key: tuple, shape: str) -> bool:
    """Whether a cell holds the figure of a key."""
    name, indicator, year = key
    row, heading = grid[r], HEADINGS[indicator][0]
    column = [line[c] for line in grid[:2]]
    if name not in row:
        return False
    if shape == "tidy":
        return str(year) in row and grid[0][c].split("（")[0] == heading
    if shape == "long":
        return f"{year}年" in row and heading in row
    if shape == "listed":
        return column[0] == str(year) and any(t.split("（")[0] == heading for t in row)
    return column[1] == f"{year}年" and c in _block(indicator)


def _block(indicator: str) -> range:
    first = 1 + 3 * list(HEADINGS).index(indicator)
    return range(first, first + 3)


def workbook(grid: Grid, path: Path) -> Path:
    """The table as a workbook, whose plain numbers are numbers."""
    book = openpyxl.Workbook()
    for row in grid:
        plain = [re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) for text in row]
        book.active.append(
            [float(text) if one else text for text, one in zip(row, plain, strict=True)]
        )
    book.save(path)
    return path


def check_damage(case: tuple[Grid, dict, set[str], bool], folder: Path) -> str:
    """Raise if a table ends neither right nor named; how it ended."""
    grid, truth, bad, excel = case
    project = load_project(folder / "lake")
    path = (workbook if excel else saved)(grid, folder / f"t.{'xlsx' * excel or 'csv'}")
    if not bad:
        assert told(imported(path, project)) == pytest.approx(truth)
        return "right"
    with pytest.raises(DataError) as error:
        imported(path, project)
    named = set(re.findall(r"\b[A-Z]{1,2}\d+\b", str(error.value)))
    assert named & bad
    return "named"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("damage")
    start(folder / "lake", LAKE)
    return folder


@settings(max_examples=60, deadline=None, derandomize=True)
@given(damage())
def test_damaged_tables_end_right_or_name_the_cell(shelf, case):
    event(check_damage(case, shelf))


@pytest.mark.slow
@settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(damage())
def test_500_damaged_tables_end_right_or_name_the_cell(shelf, case):
    event(check_damage(case, shelf))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_number_a_blank_or_refused(text):
    try:
        found = number(text)
    except ValueError:
        return
    assert found is None or found == found
    unit(text)
