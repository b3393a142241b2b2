"""Columns of the archive with units, and labels of its codes in two languages."""

from collections.abc import Mapping

from cszt_models.project.schema import Label

SENTENCE = 80  # characters of a quote at most

COLUMNS: Mapping[str, str] = {
    "region": "id",
    "region_zh": "name",
    "province": "name",
    "level": "nation, province or city",
    "set_on": "date of the report, or its year",
    "since": "first year of the target",
    "year": "last year of the target",
    "plan": "annual or five_year",
    "indicator": "id",
    "sense": "at_least, about, between or at_most",
    "low": "unit of the row",
    "high": "unit of the row",
    "value": "unit of the row; outcomes are judged against it",
    "unit": "text",
    "stretch": "unit of the row; a higher figure to strive for (力争)",
    "hedge": "words beside the number",
    "quote": "text of the report",
    "source": "address of the report",
    "outcome": "unit of the row, as first stated",
    "outcome_status": "estimate, stated, communique or five_year_average_told",
    "outcome_hedge": "words beside the outcome",
    "outcome_on": "date of the report that states the outcome",
    "outcome_quote": "text of that report",
    "outcome_source": "address of that report",
    "met": "1 if the outcome meets the value, else 0; empty if unknown",
}
NUMBERS = ("low", "high", "value", "stretch", "outcome")

ANNUAL, FIVE_YEAR = "annual", "five_year"
PLANS: Mapping[str, Label] = {
    ANNUAL: Label("of one year", "年度目标"),
    FIVE_YEAR: Label("of five years", "五年目标"),
}
LEVELS: Mapping[str, Label] = {
    "nation": Label("nation", "全国"),
    "province": Label("province", "省级"),
    "city": Label("city", "市级"),
}
SENSES: Mapping[str, Label] = {
    "at_least": Label("at least", "不低于"),
    "about": Label("about", "左右"),
    "between": Label("range", "区间"),
    "at_most": Label("at most", "不高于"),
}
# Indicators whose target is a ceiling, also where a report says "about" (左右).
CEILINGS = ("cpi", "unemployment_registered", "unemployment_surveyed", "pm25")
STATUSES = ("estimate", "stated", "communique", "five_year_average_told")
INDICATORS: Mapping[str, Label] = {
    "gdp_real_growth": Label("real GDP growth", "地区生产总值增速"),
    "industry_va_growth": Label("growth of industry", "规模以上工业增加值增速"),
    "fixed_investment_growth": Label("growth of investment", "固定资产投资增速"),
    "retail_sales_growth": Label("growth of retail sales", "社会消费品零售总额增速"),
    "trade_growth": Label("growth of trade", "进出口总额增速"),
    "fiscal_budget_revenue_growth": Label(
        "growth of budget revenue", "一般公共预算收入增速"
    ),
    "fiscal_total_revenue_growth": Label("growth of total revenue", "财政总收入增速"),
    "income_all_growth": Label("growth of income", "居民人均可支配收入增速"),
    "income_urban_growth": Label(
        "growth of urban income", "城镇居民人均可支配收入增速"
    ),
    "income_rural_growth": Label(
        "growth of rural income", "农村居民人均可支配收入增速"
    ),
    "cpi": Label("consumer prices", "居民消费价格涨幅"),
    "unemployment_registered": Label("registered unemployment", "城镇登记失业率"),
    "unemployment_surveyed": Label("surveyed unemployment", "城镇调查失业率"),
    "new_urban_jobs": Label("new urban jobs", "城镇新增就业"),
    "energy_intensity_cut": Label("cut of energy intensity", "单位GDP能耗降幅"),
    "rd_intensity": Label("R&D intensity", "研发经费投入强度"),
    "rd_expenditure_growth": Label("growth of R&D spending", "研发经费投入增速"),
    "urbanization_rate": Label("urban share", "常住人口城镇化率"),
    "urbanization_rate_change": Label("change of urban share", "城镇化率提高"),
    "good_air_ratio": Label("share of good air days", "空气质量优良天数比率"),
    "pm25": Label("PM2.5", "细颗粒物浓度"),
}
# Indicators that are of a single year; the others are levels at a plan's end.
YEARLY = tuple(
    name
    for name in INDICATORS
    if name not in ("rd_intensity", "urbanization_rate", "good_air_ratio", "pm25")
)
