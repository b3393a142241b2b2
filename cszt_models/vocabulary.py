"""Names shared by all packages: dimensions, indicators, senses, roles and kinds."""

from collections.abc import Mapping
from typing import Literal, get_args

DRAW, REGION, YEAR = "draw", "region", "year"

# Indicators that the models read or produce. A project may hold any others besides.
GDP = "gdp_nominal"
GROWTH = "gdp_real_growth"
GROWTH_AVERAGE = "gdp_real_growth_avg"
POPULATION = "population_resident"
URBAN_POPULATION = "population_urban"
URBANIZATION = "urbanization_rate"
URBANIZATION_CHANGE = "urbanization_rate_change"
SECTORS = ("va_primary", "va_secondary", "va_tertiary")
SECTOR_SHARES = ("share_primary", "share_secondary", "share_tertiary")

# Basis of a figure that is of its year or of the one before: the source does not say.
YEAR_OR_BEFORE = "year_or_before"

# What a target asks of its quantity; `projection.outcomes` computes each.
Sense = Literal[
    "at_least",
    "exceeds",
    "at_most",
    "about",
    "equals",
    "between",
    "in_step",
    "above_reference",
    "cumulative",
    "cumulative_at_most",
    "cut",
    "no_number",
]
SENSES: tuple[Sense, ...] = get_args(Sense)
# Senses whose value is a ceiling, and those that compare with another quantity.
CEILINGS: tuple[Sense, ...] = ("at_most", "cumulative_at_most")
RELATIONS: tuple[Sense, ...] = ("in_step", "above_reference")
# Senses that are computed from several years, from `since` on.
SPANS: tuple[Sense, ...] = ("cumulative", "cumulative_at_most", "cut")

# Whether a plan binds its authors to a target (约束性) or expects it (预期性).
Force = Literal["", "binding", "expected"]
FORCES: tuple[Force, ...] = get_args(Force)
PlanStatus = Literal["current", "past"]

Role = Literal["core", "ring", "reference", "area"]

# What an indicator may be: decides the range check of observations.
Kind = Literal["level", "share", "ratio", "growth", "change", "count"]

Status = Literal["projected", "nowcast", "resolved", "no_data"]

# Units of indicators and levers in Chinese.
UNITS_ZH: Mapping[str, str] = {
    "1e8 yuan": "亿元",
    "1e4 persons": "万人",
    "percent": "%",
    "percent per year": "%（年均）",
    "yuan": "元",
    "firms": "家",
    "persons": "人",
    "years": "年",
    "ug/m3": "微克/立方米",
    "clusters": "个",
    "km per km2": "公里/平方公里",
    "hours": "小时",
    "piles": "根",
    "km": "公里",
    "minutes": "分钟",
    "areas": "个",
    "percentage points a year": "个百分点/年",
    "percentage points of GDP a year": "个百分点/年（占GDP）",
    "percent of real GDP": "%（实际GDP）",
    "10 000 persons a year": "万人/年",
    "percent of the deviations": "%（偏离幅度）",
    "percent a year": "%/年",
    "percentage points": "个百分点",
    "1e4 t": "万吨",
    "1e8 t": "亿吨",
    "1e8 tce": "亿吨标准煤",
    "1e8 jin": "亿斤",
    "1e12 jin": "万亿斤",
    "1e8 m3": "亿立方米",
    "1e4 mu": "万亩",
    "km2": "平方公里",
    "t per 1e4 yuan": "吨/万元",
    "tce per 1e4 yuan": "吨标准煤/万元",
    "m3 per 1e4 yuan": "立方米/万元",
    "per 1000": "‰",
    "per 1e5": "/10万",
    "patents": "件",
    "cities": "个",
    "days": "天",
    "rank": "名",
    "ratio": "",
}
