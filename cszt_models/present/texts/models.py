"""Names of the blocks of the model and of their forms, in English and Chinese."""

from collections.abc import Mapping

BLOCKS: Mapping[str, Mapping[str, str]] = {
    "growth": {"en": "growth", "zh": "经济增长"},
    "price": {"en": "prices", "zh": "价格"},
    "population": {"en": "population", "zh": "人口"},
    "urbanization": {"en": "urbanization", "zh": "城镇化"},
    "agriculture": {"en": "share of agriculture", "zh": "第一产业占比"},
    "balance": {"en": "industry against services", "zh": "二三产业之比"},
    "rd_intensity": {"en": "R&D intensity", "zh": "研发投入强度"},
    "income_urban_pc": {"en": "urban income", "zh": "城镇居民收入"},
    "hightech_va_share_gdp": {"en": "share of high-tech", "zh": "高新技术产业占比"},
    "hightech_firms": {"en": "high-tech firms", "zh": "高新技术企业"},
    "pm25": {"en": "PM2.5", "zh": "PM2.5"},
    "good_air_ratio": {"en": "days of good air", "zh": "优良天数比例"},
}
FORMS: Mapping[str, Mapping[str, str]] = {
    "damped": {"en": "the trend fades slowly", "zh": "趋势缓慢减弱"},
    "fading": {"en": "the trend fades fast", "zh": "趋势较快减弱"},
    "drift": {"en": "a steady step each year", "zh": "每年步幅不变"},
    "wandering": {"en": "a step that wanders", "zh": "步幅缓慢变动"},
    "walk": {"en": "a level that wanders", "zh": "水平随机游走"},
    "cycle": {"en": "swings around a level", "zh": "围绕水平波动"},
    "low": {"en": "a low lasting rate", "zh": "长期增速较低"},
    "open": {"en": "an open lasting rate", "zh": "长期增速不设限"},
}

UNITS_OF_BLOCKS: Mapping[str, str] = {  # Chinese of units, and how such units begin
    "percentage points (100 x log change)": "百分点（100×对数变动）",
    "logit of the urban share": "城镇化率的logit值",
    "isometric log-ratio of sector shares": "三次产业比重的等距对数比",
    "logit of ": "logit值",
    "log of ": "对数值",
}


def unit_words(unit: str, language: str) -> str:
    """Unit of a block's scales; names of indicators stay ids.

    Examples
    --------
    >>> unit_words("log of pm25", "zh"), unit_words("log of a per b", "zh")
    ('pm25的对数值', 'a与b之比的对数值')
    """
    if language == "en":
        return unit
    if unit in UNITS_OF_BLOCKS:
        return UNITS_OF_BLOCKS[unit]
    for start in ("logit of ", "log of "):
        if unit.startswith(start):
            name, _, other = unit.removeprefix(start).partition(" per ")
            subject = f"{name}与{other}之比" if other else name
            return f"{subject}的{UNITS_OF_BLOCKS[start]}"
    return unit


def block_name(name: str, language: str) -> str:
    """Name of a block; its id, if the project defines it."""
    return BLOCKS[name][language] if name in BLOCKS else name


def form_name(name: str, language: str) -> str:
    """Name of a form; as written in priors.yaml, if the project defines it."""
    return FORMS[name][language] if name in FORMS else name
