"""Vocabulary of table headers: phrases that name an indicator, unit or column role.

Only whole phrases match: "GDP of the tertiary sector" is not GDP. An unknown phrase is
left to the user, with the nearest known one as a hint.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
)
from cszt_models.yearbooks.cell_text import plain, split_unit, split_year

REGION, YEAR, INDICATOR, VALUE, UNIT = "region", "year", "indicator", "value", "unit"
LABEL = "label"  # second name of the region: its Chinese label
INDEX = "上年=100"  # unit of an index with the previous year as base
ROLES = (REGION, LABEL, YEAR, INDICATOR, VALUE, UNIT)
ROLE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(
        [
            "地区",
            "地",
            "城市",
            "市",
            "市州",
            "市(州)",
            "市县",
            "区域",
            "省份",
            "行政区",
            "单位名称",
        ],
        REGION,
    ),
    **dict.fromkeys(
        ["region", "city", "prefecture", "area", "place", "state", "county", "name"],
        REGION,
    ),
    **dict.fromkeys(("regionzh", "namezh", "中文名"), LABEL),
    **dict.fromkeys(["年份", "年", "年度", "时间", "year", "period", "time"], YEAR),
    **dict.fromkeys(
        ["指标", "指标名称", "项目", "indicator", "variable", "series"], INDICATOR
    ),
    **dict.fromkeys(["数值", "值", "value", "obsvalue", "amount"], VALUE),
    **dict.fromkeys(["单位", "计量单位", "unit", "units"], UNIT),
}
_GDP = (
    "地区生产总值 生产总值 国内生产总值 gdp grossdomesticproduct grossregionalproduct"
)
_GROWING = "增速 增长 增长率 增长速度 比上年增长 同比增长 实际增速 可比价增速 growth"
_INDEX = "指数 index"
_SECTOR = (
    ("第一产业", "一产", "primaryindustry", "primary"),
    ("第二产业", "二产", "secondaryindustry", "secondary"),
    ("第三产业", "三产", "tertiaryindustry", "tertiary"),
)
_PHRASES: dict[str, Iterable[str]] = {
    POPULATION: [
        "常住人口",
        "年末常住人口",
        "常住人口数",
        "residentpopulation",
        "population",
    ],
    URBAN_POPULATION: ["城镇人口", "城镇常住人口", "年末城镇人口", "urbanpopulation"],
    URBANIZATION: [
        "城镇化率",
        "常住人口城镇化率",
        "城市化率",
        "urbanizationrate",
        "urbanshare",
    ],
    "rd_expenditure": [
        "研发经费",
        "r&d经费",
        "r&d经费支出",
        "r&d经费内部支出",
        "r&dspending",
    ],
    "rd_intensity": [
        "研发经费投入强度",
        "r&d经费投入强度",
        "研发投入强度",
        "r&dintensity",
    ],
    "income_urban_pc": ["城镇居民人均可支配收入", "城镇人均可支配收入"],
    "income_all_pc": ["居民人均可支配收入", "全体居民人均可支配收入", "人均可支配收入"],
}


@dataclass(frozen=True)
class Heading:
    """Indicator of a column or row, and its unit as written (may be empty)."""

    indicator: str
    unit: str


def _known() -> dict[str, tuple[str, str]]:
    """Indicator and implied unit (may be empty) by plain phrase."""
    phrases: dict[str, tuple[str, str]] = {}
    for base in _GDP.split():
        for tail in ("", "绝对数", "绝对值", "总量", "(现价)", "现价", "nominal"):
            phrases[base + tail] = (GDP, "")
        for tail in _GROWING.split():
            phrases[base + tail] = (GROWTH, "percent")
        for tail in _INDEX.split():
            phrases[base + tail] = (GROWTH, INDEX)
    for word in ("realgdpgrowth", "realgrowth", "gdpgrowth"):
        phrases |= dict.fromkeys((word, f"{word}rate"), (GROWTH, "percent"))
    for added, share, words in zip(SECTORS, SECTOR_SHARES, _SECTOR, strict=True):
        for word in words:
            for tail in ("增加值", "valueadded"):
                phrases[word + tail] = (added, "")
            for tail in (
                "比重",
                "占比",
                "占gdp比重",
                "增加值占比",
                "增加值比重",
                "share",
            ):
                phrases[word + tail] = (share, "percent")
    for indicator, synonyms in _PHRASES.items():
        unit = "percent" if indicator in (URBANIZATION, "rd_intensity") else ""
        phrases |= dict.fromkeys(synonyms, (indicator, unit))
    return phrases


PHRASES: Mapping[str, tuple[str, str]] = _known()


def key_of(texts: Iterable[str]) -> tuple[str, int | None]:
    """Plain phrase of stacked header cells, and the year they name.

    Examples
    --------
    >>> key_of(["地区生产总值（亿元）", "2019年"])
    ('地区生产总值(亿元)', 2019)
    """
    phrases, years = [], set()
    for text in texts:
        phrase, year = split_year(text)
        if year is not None:
            years.add(year)
        if phrase and phrase not in phrases:
            phrases.append(phrase)
    return "".join(phrases), years.pop() if len(years) == 1 else None


def role_of(key: str) -> str | None:
    """The column role that a plain header names, or None."""
    return ROLE_WORDS.get(re.sub(r"[:：]$", "", key))


def heading_of(key: str, indicators: Iterable[str]) -> Heading | None:
    """The indicator and unit that a plain phrase names, or None.

    Parameters
    ----------
    key : str
        Phrase from `key_of`.
    indicators : iterable of str
        Ids of the project's indicators; they match besides the known phrases.

    Examples
    --------
    >>> heading_of("地区生产总值(亿元)", [])
    Heading(indicator='gdp_nominal', unit='亿元')
    >>> heading_of("财政收入(亿元)", [])
    """
    project_phrases = {plain(name): (name, "") for name in indicators}
    for phrase, unit in ((key, ""), split_unit(key)):
        match = project_phrases.get(phrase) or PHRASES.get(phrase)
        if match:
            return Heading(match[0], unit or match[1])
    odd = re.fullmatch(r"([^()]+)\(([^()]+)\)", key)  # unknown unit
    match = project_phrases.get(odd[1]) or PHRASES.get(odd[1]) if odd else None
    return Heading(match[0], odd[2]) if odd and match else None


def nearest(key: str) -> str:
    """A hint with the nearest known phrase, or an empty text."""
    near = get_close_matches(split_unit(key)[0], PHRASES, n=1)
    return f"nearest known: {near[0]}" if near else ""
