"""Variants of inputs by kind: other words, scales and layouts, with their true values.

Each function draws one variant: the file, the project's units, the values that are
true, and how it is imported. An import must end in these values or in a refusal that
names the cell, never in another value.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from cszt_models.yearbooks.headings import Heading
from cszt_models.yearbooks.mapping import Correspondence
from tests.yearbooks.reading import EURO, Values, grid

PLACES = ("甲市", "乙市", "丙市", "丁市")
SHARE_WORDS = {
    "第三产业占比": "share_tertiary",
    "第二产业比重": "share_secondary",
    "城镇化率": "urbanization_rate",
    "urbanization rate": "urbanization_rate",
    "R&D经费投入强度": "rd_intensity",
    "GDP增速": "gdp_real_growth",
    "Real GDP growth": "gdp_real_growth",
}


@dataclass(frozen=True)
class Variant:
    """An input, what is true of it, and how it is imported."""

    path: Path
    truth: Values
    units: dict[str, str] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    must: bool = False  # be read, not refused


def _level(rng: random.Random) -> float:
    return round(rng.uniform(300, 9000), rng.choice([0, 1, 2]))


def share_unit(rng: random.Random, folder: Path) -> Variant:
    """Shares in percent, fractions or permille, with and without their unit."""
    word, indicator = rng.choice(sorted(SHARE_WORDS.items()))
    per = {
        "": 1,
        "（%）": 1,
        "(percent)": 1,
        "_pct": 1,
        "（小数）": 100,
        " (fraction)": 100,
    }
    per["（‰）"] = 0.1
    unit = rng.choice(sorted(per))
    factor = rng.choice([1, 100]) if unit == "" else per[unit]
    size = 3 if indicator in ("rd_intensity", "gdp_real_growth") else 50
    rows, truth = [["地区", "年份", word + unit]], {}
    for place in PLACES[: rng.randint(1, 4)]:
        percent = round(size * rng.uniform(0.4, 1.6), 2)
        text = f"{percent / factor:.6g}"
        if unit == "" and rng.random() < 0.2:
            text = f"{percent}%"
        rows.append([place, "2019", text])
        truth[place, indicator, 2019] = percent
    return Variant(grid(folder, rows), truth)


def number_format(rng: random.Random, folder: Path) -> Variant:
    """Numbers of a workbook whose format shows a percent sign, a unit or a scale."""
    formats = [
        ("0.0%", 0.01),
        ('0.0"%"', 1),
        (r"0.00\%", 1),
        ("0.0!%", 1),
        ('0.0" %"', 1),
        ("0.00_ ", 1),
        ("0.0_);(0.0)", 1),
        ('[Red][<0]-0.0"%";0.0"%"', 1),
        ('0.0%;-0.0%;"-"', 0.01),
        ("0.0;[Red]0.0", 1),
        ('"*"0.0', 1),
        ("0.0;0.0", 1),
        ('0.0"百分点"', 1),
        ('0"0"', 1),
        (";;;", 1),
    ]
    book = openpyxl.Workbook()
    header = rng.choice(["GDP增速（%）", "地区生产总值增速", "GDP growth (%)"])
    book.active.append(["地区", "年份", header])
    truth = {}
    for n, place in enumerate(PLACES, start=2):
        code, factor = rng.choice(formats)
        percent = round(rng.uniform(-9, 12), 1) or 0.5
        book.active.append([place, 2019, percent * factor])
        book.active.cell(n, 3).number_format = code
        truth[place, "gdp_real_growth", 2019] = percent
    book.save(folder / "t.xlsx")
    return Variant(folder / "t.xlsx", truth)


def scaled_format(rng: random.Random, folder: Path) -> Variant:
    """Levels of a workbook whose format shows thousands, or a unit."""
    value = rng.randint(10, 900) * 10_000.0
    code, header = rng.choice(
        [
            ("#,##0,", "常住人口（千人）"),
            ('0"人"', "常住人口"),
            ("0.0,", "常住人口(千人)"),
            ("0.00,,", "常住人口（百万人）"),
            ("#,##0", "常住人口（人）"),
            ('#,##0"万人"', "常住人口（人）"),
            (r"0\.0,", "常住人口（万人）"),
        ]
    )
    book = openpyxl.Workbook()
    book.active.append(["地区", "年份", header])
    book.active.append(["甲市", 2019, value])
    book.active["C2"].number_format = code
    book.save(folder / "t.xlsx")
    shown = value / 1e4  # the header's unit is that of what is shown
    return Variant(folder / "t.xlsx", {("甲市", "population_resident", 2019): shown})


def raised_run(rng: random.Random, folder: Path) -> Variant:
    """Raised marks behind figures and names, and raised powers of ten in a unit."""
    raised = InlineFont(vertAlign="superscript")
    power = rng.choice([4, 6, 8])
    mark = rng.choice(["1", "2)", "①", "a", "12"])
    value = rng.choice([1330.1, 880.0, 12.5])
    book = openpyxl.Workbook()
    header = CellRichText("GDP (10", TextBlock(raised, str(power)), " yuan)")
    book.active.append(["地区", "年份", header])
    figure = CellRichText(f"{value:g}", TextBlock(raised, mark))
    book.active.append([CellRichText("甲市", TextBlock(raised, mark)), 2019, figure])
    book.save(folder / "t.xlsx")
    truth = {("甲市", "gdp_nominal", 2019): value * 10.0 ** (power - 8)}
    return Variant(folder / "t.xlsx", truth)


def merged_figure(rng: random.Random, folder: Path) -> Variant:
    """Figures merged over places or years; nothing is true of them."""
    over = rng.choice(["C2:C3", "C3:C4", "C2:D2", "C2:D3"])
    header = ["地区", "序号", "2018年GDP(亿元)", "2019年GDP(亿元)"]
    rows = [
        header,
        *([p, "x", rng.randint(100, 999), rng.randint(100, 999)] for p in PLACES),
    ]
    path = grid(folder, rows, "t.xlsx")
    book = openpyxl.load_workbook(path)
    book.active.merge_cells(over)
    book.save(path)
    return Variant(path, {})


def scale_column(rng: random.Random, folder: Path) -> Variant:
    """Units whose power of ten stands in a column of its own."""
    power, words = rng.choice(
        [
            (6, ["Millions", "million", "6", "百万", "1000000"]),
            (3, ["Thousands", "3", "千", "1000"]),
            (9, ["Billions", "9", "十亿", "1000000000"]),
            (0, ["Units", "0", "ones"]),
        ]
    )
    name = rng.choice(
        ["PowerCode", "UNIT_MULT", "Unit multiplier", "Scale", "单位倍数", "Multiplier"]
    )
    exponent = name in ("PowerCode", "UNIT_MULT", "Unit multiplier")
    word = rng.choice(
        [w for w in words if not (exponent and len(w) > 3 and w.isdigit())]
    )
    value = _level(rng)
    unit = rng.choice(["Euro", "EUR", "euros", "€"])
    cells = {"Region": "East", "Indicator": "GDP", "Year": "2019"}
    cells |= {"Unit": unit, name: word, "Value": f"{value:g}"}
    if rng.random() < 0.3:
        cells |= {"Flag Codes": rng.choice(["", "E"]), "Decimals": "2"}
    order = rng.sample(sorted(cells), len(cells))
    rows = [order, [cells[key] for key in order]]
    truth = {("east", "gdp_nominal", 2019): float(f"{value:g}") * 10.0 ** (power - 6)}
    return Variant(
        grid(folder, rows, rng.choice(["t.csv", "t.tsv"])), truth, EURO, must=True
    )


def unit_of_mapping(rng: random.Random, folder: Path) -> Variant:
    """A unit that the user wrote, whatever the table says."""
    mine, power = rng.choice([("million EUR", 0), ("thousand EUR", -3), ("Euro", -6)])
    stated = rng.choice(["Euro", "million EUR", "furlongs", "", "billion EUR"])
    read = rng.choice([None, stated, "?"])
    value = _level(rng)
    header = ["Region", "Indicator", "Year", "Unit", "Value"]
    rows = [header, ["East", "GDP", "2019", stated, f"{value:.6g}"]]
    known = Correspondence(headings={"gdp": Heading("gdp_nominal", mine, read)})
    if read == mine:  # not corrected: the table decides
        power = {"Euro": -6, "million EUR": 0}.get(stated, 0)
    truth = {("east", "gdp_nominal", 2019): float(f"{value:.6g}") * 10.0**power}
    return Variant(grid(folder, rows), truth, EURO, {"known": known})


def decimal_mark(rng: random.Random, folder: Path) -> Variant:
    """Numbers with decimal points or commas and marks of thousands."""
    comma, separator = rng.choice(
        [(True, ";"), (False, ";"), (False, ","), (True, "\t")]
    )
    grouped = rng.choice([True, False])
    decimals = rng.choice([0, 1, 3])
    word, indicator = rng.choice(
        [("GDP (million EUR)", "gdp_nominal"), ("GDP growth (%)", "gdp_real_growth")]
    )
    lines, truth = [["Region", "Year", word]], {}
    for place in "ABCD"[: rng.randint(1, 4)]:
        size = 20 if indicator == "gdp_real_growth" else rng.choice([900, 90_000])
        value = round(rng.uniform(1, size), decimals)
        text = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
        if comma:
            text = text.translate(str.maketrans(",.", ".,"))
        lines.append([place, "2019", f'"{text}"' if separator == "," else text])
        truth[place.lower(), indicator, 2019] = value
    path = folder / ("t.tsv" if separator == "\t" else "t.csv")
    path.write_text("\n".join(separator.join(line) for line in lines) + "\n", "utf-8")
    return Variant(path, truth, EURO)


def ending(rng: random.Random, folder: Path) -> Variant:
    """Places that agree but for their administrative ending."""
    stem = rng.choice(["吉林", "海南", "襄阳", "邯郸", "南昌"])
    endings = rng.sample(["市", "县", "省", "州", "地区", "区"], rng.randint(2, 4))
    rows, truth = [["地区", "年份", "GDP增速(%)"]], {}
    for n, last in enumerate(endings):
        rows.append([stem + last, "2019", f"{n + 1.5}"])
        truth[stem + last, "gdp_real_growth", 2019] = n + 1.5
    return Variant(grid(folder, rows), truth, must=True)


def colliding_id(rng: random.Random, folder: Path) -> Variant:
    """Names that differ only in marks; each is a place of its own."""
    names = rng.choice(
        [
            ("St. Ives", "St Ives"),
            ("A-B", "A B"),
            ("North/East", "North East"),
            ("X.", "X"),
        ]
    )
    rows = [["Region", "Year", "GDP growth (%)"]]
    rows += [[name, "2019", f"{n + 1}"] for n, name in enumerate(names)]
    ids = {"St. Ives": "st_ives", "A-B": "a-b", "North/East": "north_east", "X.": "x"}
    second = {"A B": "a_b"}.get(names[1], f"{ids[names[0]]}_2")
    truth = {(ids[names[0]], "gdp_real_growth", 2019): 1.0}
    return Variant(grid(folder, rows), truth | {(second, "gdp_real_growth", 2019): 2.0})


def repeated_header(rng: random.Random, folder: Path) -> Variant:
    """Tables below one another, of the same or of another indicator."""
    titles = [
        ("地区生产总值（亿元）", "gdp_nominal"),
        ("常住人口（万人）", "population_resident"),
    ]
    titles += [("财政收入（亿元）", None), ("城镇化率（%）", "urbanization_rate")]
    label = rng.choice(["地区", "市州", "设区市", "Region"])
    rows: list[list[str]] = []
    truth: Values = {}
    title: tuple[str, str | None] = ("", None)
    for part, places in enumerate((PLACES[:2], PLACES[2:])):
        same = part == 1 and rng.random() < 0.5
        title = title if same else rng.choice(titles[:2] if part == 0 else titles)
        text = rng.choice(["续表", "（续）", ""]) if same else title[0]
        rows += [[text, "", ""], [label, "2018", "2019"]]
        for place in places:
            value = rng.randint(31, 99)
            rows.append([place, str(value), str(value + 1)])
            if title[1]:
                truth[place, title[1], 2018] = value
                truth[place, title[1], 2019] = value + 1
    return Variant(grid(folder, rows), truth)


def index_base(rng: random.Random, folder: Path) -> Variant:
    """Indexes of the year before, of another year and of none."""
    base = rng.choice(
        ["（上年=100）", "(previous year = 100)", "", "（1978=100）", "（%）"]
    )
    word = rng.choice(["地区生产总值指数", "GDP index"])
    growth = round(rng.uniform(-5, 12), 1)
    long_run = base in ("", "（1978=100）") and rng.random() < 0.5
    value = 4075.1 if long_run else 100 + growth
    rows = [["地区", "年份", word + base], ["甲市", "2019", f"{value:.5g}"]]
    truth = {} if long_run else {("甲市", "gdp_real_growth", 2019): growth}
    return Variant(grid(folder, rows), truth)


def unit_line(rng: random.Random, folder: Path) -> Variant:
    """Units in a line above the table, for levels and rates."""
    money, power = rng.choice(
        [("亿元", 0), ("万元", -4), ("百万元", -2), ("万亿元", 4)]
    )
    line = rng.choice(
        ["单位：{0}、%", "单位:{0},%", "计量单位：{0}；％", "（单位：{0}、%）"]
    )
    words = [
        "地区生产总值",
        "比上年增长（按可比价格计算）",
        "第二产业增加值",
        "城镇化率",
    ]
    names = ["gdp_nominal", "gdp_real_growth", "va_secondary", "urbanization_rate"]
    rows = [["2019年主要指标", "", "", "", ""], ["", "", "", "", line.format(money)]]
    rows += [[rng.choice(["地区", "设区市", "市（州）"]), *words]]
    truth = {}
    for place in PLACES[:2]:
        values = [_level(rng), 7.5, _level(rng), 55.5]
        rows.append([place, *(f"{value:.6g}" for value in values)])
        for name, value in zip(names, values, strict=True):
            scale = 10.0**power if name in ("gdp_nominal", "va_secondary") else 1
            truth[place, name, 2019] = float(f"{value:.6g}") * scale
    return Variant(
        grid(folder, rows, rng.choice(["t.csv", "t.xlsx"])), truth, must=True
    )


def unit_suffix(rng: random.Random, folder: Path) -> Variant:
    """Units behind an underscore, a comma, a slash or in brackets."""
    form = rng.choice(
        ["{0}_{1}", "{0}, {1}", "{0}（{1}）", "{0}[{1}]", "{0}/{1}", "{0}{1}"]
    )
    word, unit, power = rng.choice(
        [
            ("GDP", "亿元", 0),
            ("gdp", "million_yuan", -2),
            ("地区生产总值", "万元", -4),
            ("GDP", "billion yuan", 1),
            ("GDP", "10^8 yuan", 0),
            ("GDP", "100 million yuan", 0),
        ]
    )
    value = _level(rng)
    rows = [["地区", "年份", form.format(word, unit)], ["甲市", "2019", f"{value:g}"]]
    truth = {("甲市", "gdp_nominal", 2019): float(f"{value:g}") * 10.0**power}
    return Variant(grid(folder, rows), truth)


def gaps_in_header(rng: random.Random, folder: Path) -> Variant:
    """Stacked headers with blank and sparse rows, translations and parts of places."""
    blank: list[str | None] = [None] * 6
    top = ["城 市", "City", "常住人口（万人）", None, "地区生产总值（亿元）", None]
    english = [None, None, "Resident population", None, "GDP", None]
    low = [None, None, "全市", "市辖区", "全市", "市辖区"]
    rows = [["2020年城市数据", None, "2-1 主要指标", None, None, None]]
    rows += [blank] * rng.randint(0, 2) + [top]
    rows += [blank] * rng.randint(0, 1) + [english] * rng.randint(0, 1)
    rows += [blank] * rng.randint(0, 1) + [low] + [blank] * rng.randint(0, 1)
    truth = {}
    for n, place in enumerate(PLACES[: rng.randint(1, 4)]):
        people, gdp = 300.5 + n, 880.5 + n
        rows.append([place, f"P{n}", people, people / 2, gdp, gdp / 2])
        truth[place, "population_resident", 2020] = people
        truth[place, "gdp_nominal", 2020] = gdp
    path = grid(folder, rows, "t.xlsx")
    if rng.random() < 0.5:
        book = openpyxl.load_workbook(path)
        row = next(r for r in range(1, 6) if book.active.cell(r, 1).value == "城 市")
        book.active.merge_cells(
            start_row=row, end_row=row, start_column=3, end_column=4
        )
        book.active.merge_cells(
            start_row=row, end_row=row, start_column=5, end_column=6
        )
        book.save(path)
    return Variant(path, truth, must=True)


def year_in_header(rng: random.Random, folder: Path) -> Variant:
    """Years of columns with marks, and headers that are no years."""
    good = [
        "{0}p",
        "{0} (e)",
        "{0}.0",
        "FY{0}",
        "{0}年",
        "{0}*",
        "{0}年（初步）",
        "{0}r",
    ]
    bad = ["{0}/21", "{0}-21", "{0}Q1", "{0}年预计", "{0}年1-6月", "{0}上半年", "{0}H1"]
    forms = [rng.choice(good + bad if n else good) for n in range(3)]
    years = (2018, 2019, 2020)
    header = [form.format(y) for form, y in zip(forms, years, strict=True)]
    rows = [
        ["GDP growth (%)", "", "", ""],
        ["Region", *header],
        ["A", "1.5", "2.5", "3.5"],
    ]
    truth = {
        ("a", "gdp_real_growth", y): y - 2016.5
        for form, y in zip(forms, years, strict=True)
        if form in good
    }
    return Variant(grid(folder, rows), truth)


def year_in_cell(rng: random.Random, folder: Path) -> Variant:
    """Years as dates, quarters and months in a column of years."""
    form, good = rng.choice(
        [
            ("{0}-01-01", True),
            ("{0}-12-31", True),
            ("{0}/1/1", True),
            ("31.12.{0}", True),
            ("{0}p", True),
            ("{0}年", True),
            ("{0}.0", True),
            ("{0}Q4", False),
            ("{0}-06", False),
            ("{0}M12", False),
            ("{0}-06-30", False),
            ("{0}/20", False),
            ("{0}年预计", False),
        ]
    )
    header = rng.choice(["DATE", "Period", "年份", "TIME_PERIOD"])
    rows = [["Region", header, "GDP growth (%)"]]
    rows += [["A", form.format(year), f"{year - 2016.5}"] for year in (2018, 2019)]
    truth = {("a", "gdp_real_growth", y): y - 2016.5 for y in (2018, 2019) if good}
    return Variant(grid(folder, rows), truth)


def title_only(rng: random.Random, folder: Path) -> Variant:
    """Tables of one indicator whose name and unit stand above it, or nowhere."""
    number = rng.choice(["", "3-2  ", "表2 ", "2.1 ", "续表 "])
    place = rng.choice(["", "各市", "湖北省各市州"])
    unit, power = rng.choice([("万人", 0), ("人", -4), ("千人", -1), ("百万人", 2)])
    where = rng.choice(["title", "line", "option"])
    title = f"{number}{place}年末常住人口" + (f"（{unit}）" if where == "title" else "")
    rows = [[title if where != "option" else "表1", "", ""]]
    rows += [["", "", f"单位：{unit}"]] if where == "line" else []
    rows += [[rng.choice(["设区市", "地区", "市县"]), "2018年", "2019年"]]
    rows += [["甲市", "559.66", "560.1"]]
    truth = {
        ("甲市", "population_resident", 2018): 559.66 * 10.0**power,
        ("甲市", "population_resident", 2019): 560.1 * 10.0**power,
    }
    how = (
        {"indicator": "population_resident", "unit": unit} if where == "option" else {}
    )
    return Variant(grid(folder, rows), truth, {}, how, must=True)


def trade_word(rng: random.Random, folder: Path) -> Variant:
    """Names of indicators as bureaus print them, and names close to them."""
    word, indicator = rng.choice(
        [
            ("研究与试验发展（R&D）经费投入强度（%）", "rd_intensity"),
            ("R&D经费支出（亿元）", "rd_expenditure"),
            ("地区生产总值比上年增长（按可比价格计算）（%）", "gdp_real_growth"),
            ("第一产业（亿元）", "va_primary"),
            ("第二产业增加值占GDP比重（%）", "share_secondary"),
            ("年末常住人口（万人）", "population_resident"),
            ("常住人口城镇化率（%）", "urbanization_rate"),
            ("人均地区生产总值（元）", None),
            ("第三产业增加值增速（%）", None),
            ("户籍人口（万人）", None),
            ("工业增加值（亿元）", None),
            ("GDP, constant prices (million yuan)", None),
            ("GDP per capita (yuan)", None),
            ("Urban population growth (annual %)", None),
        ]
    )
    place = rng.choice(["设区市", "市（州）", "地区", "城市", "县（市、区）"])
    rows = [[place, "年份", word], ["甲市", "2019", "12.5"]]
    truth = {("甲市", indicator, 2019): 12.5} if indicator else {}
    return Variant(grid(folder, rows), truth)


def across(rng: random.Random, folder: Path) -> Variant:
    """Places as columns, with years or indicators down."""
    listed = rng.random() < 0.5
    rows = [["2019年主要指标" if listed else "地区生产总值（亿元）", "", ""]]
    rows += [["指标" if listed else rng.choice(["年份", "时间"]), "甲省", "乙省"]]
    rows += [["地区生产总值（亿元）" if listed else "2019年", "4105.2", "890"]]
    truth = {
        ("甲省", "gdp_nominal", 2019): 4105.2,
        ("乙省", "gdp_nominal", 2019): 890.0,
    }
    return Variant(grid(folder, rows), truth, must=True)


def download(rng: random.Random, folder: Path) -> Variant:
    """Files of statistical offices as they come."""
    return rng.choice([_nbs, _world_bank, _eurostat, _sdmx])(rng, folder)


def _nbs(rng: random.Random, folder: Path) -> Variant:
    years = [2020, 2019, 2018]
    text = "数据库：分省年度数据\n指标：地区生产总值(亿元)\n时间：最近3年\n地区"
    text += "".join(f",{year}年" for year in years) + "\n"
    truth = {}
    for place in ("甲省", "乙省"):
        figures = [_level(rng) for _ in years]
        text += place + "".join(f",{figure:g}" for figure in figures) + "\n"
        for year, figure in zip(years, figures, strict=True):
            truth[place, "gdp_nominal", year] = float(f"{figure:g}")
    text += "注：2020年为初步核算数。\n数据来源：国家统计局\n"
    path = folder / "t.csv"
    path.write_bytes(
        text.encode(rng.choice(["gb18030", "utf-8", "utf-8-sig", "utf-16"]))
    )
    return Variant(path, truth, must=True)


def _world_bank(rng: random.Random, folder: Path) -> Variant:
    series, indicator, factor = rng.choice(
        [
            ("GDP growth (annual %)", "gdp_real_growth", 1),
            ("GDP (current US$)", "gdp_nominal", 1e-6),
            ("Urban population (% of total population)", "urbanization_rate", 1),
            ("GDP (constant 2015 US$)", None, 1),
            ("GDP per capita (current US$)", None, 1),
        ]
    )
    lines = ['"Data Source","World Development Indicators",', ""]
    lines += ['"Last Updated Date","2024-03-28",', ""]
    lines += ['"Country Name","Country Code","Indicator Name","Indicator Code","2018",']
    for name in ("Aland", "World"):
        lines += [f'"{name}","XXX","{series}","NY.GDP","4.5",']
    path = folder / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    truth = {("aland", indicator, 2018): 4.5 * factor} if indicator else {}
    units = {"money": "million USD", "people": "persons"}
    return Variant(path, truth, units, must=bool(truth))


def _eurostat(rng: random.Random, folder: Path) -> Variant:
    unit, indicator = rng.choice(
        [
            ("CP_MEUR", "gdp_nominal"),
            ("CLV_PCH_PRE", "gdp_real_growth"),
            ("CLV10_MEUR", None),
        ]
    )
    freq = rng.choice(["A", "A", "Q"])
    head = r"freq,unit,na_item,geo\TIME_PERIOD"
    text = f"{head}\t2018 \t2019 \n{freq},{unit},B1GQ,AT\t2.4 p\t: c\n"
    path = folder / "t.tsv"
    path.write_text(text, encoding="utf-8")
    good = indicator is not None and freq == "A"
    truth = {("at", str(indicator), 2018): 2.4} if good else {}
    return Variant(path, truth, EURO, must=good)


def _sdmx(rng: random.Random, folder: Path) -> Variant:
    power = rng.choice([0, 3, 6, 9])
    price = rng.choice(
        [("V", "Current prices"), ("V", "Current prices"), ("LR", "Volume")]
    )
    freq = rng.choice(["A", "A", "Q"])
    cells = {
        "STRUCTURE": "DATAFLOW",
        "FREQ": freq,
        "REF_AREA": "AUT",
        "Reference area": "Austria",
        "TRANSACTION": "B1GQ",
        "Transaction": "Gross domestic product",
        "UNIT_MEASURE": "EUR",
        "Unit of measure": "Euro",
        "PRICE_BASE": price[0],
        "Price base": price[1],
        "TIME_PERIOD": "2018",
        "OBS_VALUE": "385424.1",
        "UNIT_MULT": str(power),
        "OBS_STATUS": "A",
    }
    path = grid(folder, [list(cells), list(cells.values())])
    good = price[0] == "V" and freq == "A"
    truth = {("austria", "gdp_nominal", 2018): 385424.1 * 10.0 ** (power - 6)}
    return Variant(path, truth if good else {}, EURO, must=good)


KINDS: tuple[Callable[[random.Random, Path], Variant], ...] = (
    share_unit,
    number_format,
    scaled_format,
    raised_run,
    merged_figure,
    scale_column,
    unit_of_mapping,
    decimal_mark,
    ending,
    colliding_id,
    repeated_header,
    index_base,
    unit_line,
    unit_suffix,
    gaps_in_header,
    year_in_header,
    year_in_cell,
    title_only,
    trade_word,
    across,
    download,
)
