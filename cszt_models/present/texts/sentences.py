"""Words that sentences are made of."""

from cszt_models.attribution.contributions import ALL, RING, SECTORS
from cszt_models.vocabulary import GDP, POPULATION, UNITS_ZH

SENSE = {
    "en": {
        "at_least": "at least",
        "exceeds": "more than",
        "at_most": "at most",
        "about": "about",
        "equals": "exactly",
        "between": "from",
        "in_step": "no slower than {}",
        "above_reference": "above {}",
        "cumulative": "at least {} in all years together",
        "cumulative_at_most": "at most {} in all years together",
        "cut": "a cut of at least {value} against {year}",
        "no_number": "no number is printed",
    },
    "zh": {
        "at_least": "不低于",
        "exceeds": "超过",
        "at_most": "不高于",
        "about": "约",
        "equals": "等于",
        "between": "介于",
        "in_step": "与{}同步（不低于）",
        "above_reference": "高于{}",
        "cumulative": "累计不低于{}",
        "cumulative_at_most": "累计不高于{}",
        "cut": "比{year}年降低{value}以上",
        "no_number": "未列具体数值",
    },
}

# Whether a plan binds its authors to a target, after what the target asks.
FORCE = {
    "en": {"binding": " (binding)", "expected": " (expected)"},
    "zh": {"binding": "（约束性）", "expected": "（预期性）"},
}

STATUS = {
    "en": {
        "projected": "projected",
        "nowcast": "nowcast",
        "resolved": "resolved",
        "no_data": "no data",
    },
    "zh": {
        "projected": "预测",
        "nowcast": "现时预测",
        "resolved": "已判定",
        "no_data": "无数据",
    },
}

UNIT = {
    "en": {
        "1e8 yuan": "¥100 million",
        "1e4 persons": "10,000 persons",
        "percent": "%",
        "percent per year": "% a year",
        "ug/m3": "µg/m³",
        "km2": "km²",
        "km per km2": "km per km²",
        "1e4 t": "10,000 t",
        "1e8 t": "100 million t",
        "1e8 tce": "100 million t of standard coal",
        "1e8 jin": "100 million jin",
        "1e12 jin": "trillion jin",
        "1e8 m3": "100 million m³",
        "1e4 mu": "10,000 mu",
        "t per 1e4 yuan": "t per 10,000 yuan",
        "tce per 1e4 yuan": "t of standard coal per 10,000 yuan",
        "m3 per 1e4 yuan": "m³ per 10,000 yuan",
        "per 1000": "per 1,000",
        "per 1e5": "per 100,000",
        "rank": "(rank)",
        "ratio": "",
    },
    "zh": UNITS_ZH,
}

CURRENCY_ZH = {
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "CHF": "瑞士法郎",
    "INR": "印度卢比",
}

VARIABLES = {
    "sector_shares": {"en": "shares of the three sectors", "zh": "三次产业比重"},
    "gdp_level": {"en": "published level of GDP", "zh": "公布的地区生产总值"},
    "gdp_deflator": {"en": "GDP prices", "zh": "地区生产总值平减指数"},
}

METHODS = {
    "structural": {"en": "our model", "zh": "本模型"},
    "learned": {
        "en": "our model with priors learned from the panel",
        "zh": "本模型（先验由面板学得）",
    },
    "rw": {"en": "random walk with drift", "zh": "带漂移随机游走"},
    "mean5": {"en": "five-year mean", "zh": "五年均值"},
    "ar1": {"en": "AR(1)", "zh": "AR(1)"},
    "ets": {"en": "exponential smoothing", "zh": "指数平滑"},
    "arima": {"en": "ARIMA", "zh": "ARIMA"},
    "uc": {"en": "unobserved components", "zh": "不可观测成分"},
    "rw0": {"en": "random walk without drift", "zh": "无漂移随机游走"},
    "theta": {"en": "theta method", "zh": "Theta法"},
    "damped": {"en": "damped trend (Holt)", "zh": "阻尼趋势（Holt）"},
    "comb": {
        "en": "mean of three exponential smoothings",
        "zh": "三种指数平滑的均值",
    },
    "blend": {
        "en": "mean of exponential smoothing, ARIMA and theta",
        "zh": "指数平滑、ARIMA与Theta的均值",
    },
    "par": {"en": "pooled autoregression", "zh": "面板自回归"},
    "gridge": {"en": "ridge on lags of the group", "zh": "组内滞后岭回归"},
    "par_all": {
        "en": "pooled autoregression of all groups",
        "zh": "全体面板自回归",
    },
    "gridge_all": {"en": "ridge on lags of all groups", "zh": "全体滞后岭回归"},
}

HEADS = {
    "en": {
        "title": "Past targets like these",
        "like": "targets like it",
        "n": "number",
        "years": "years",
        "met": "met (90 % interval)",
        "missed_by": "missed by (median)",
        "probability": "model",
    },
    "zh": {
        "title": "以往的同类目标",
        "like": "同类目标",
        "n": "个数",
        "years": "年数",
        "met": "实现比例（90%区间）",
        "missed_by": "未实现时的差距（中位数）",
        "probability": "模型概率",
    },
}

CRITERIA = {
    "en": {
        "plan": "same length",
        "level": "same level",
        "gap": "same gap to last year",
        "hedge": "same hedge",
        "recent": "last ten years",
    },
    "zh": {
        "plan": "期限相同",
        "level": "层级相同",
        "gap": "与上年差距相近",
        "hedge": "措辞相同",
        "recent": "近十年",
    },
}

CAUSES = {
    "en": {
        GDP: "GDP prices",
        POPULATION: "growth of residents",
        SECTORS: "sector shares",
        RING: "the ring cities",
        ALL: "all regions",
        "other": "all else",
        "pooled": "new figures of little weight each",
    },
    "zh": {
        GDP: "价格（GDP平减指数）",
        POPULATION: "常住人口增速",
        SECTORS: "三次产业结构",
        RING: "周边城市",
        ALL: "各地",
        "other": "其余部分",
        "pooled": "各自影响不大的新数据",
    },
}

KINDS = {
    "en": {
        "basis": "figures restated on a new basis",
        "revision": "revised figures",
        "expected": "less uncertainty, surprises apart",
        "observation": "new figures",
        "published": "levels and totals as published",
        "event": "years declared exceptional",
        "scales": "scales and forms estimated afresh",
    },
    "zh": {
        "basis": "按新口径重述的数据",
        "revision": "数据修订",
        "expected": "不确定性减小（不计意外）",
        "observation": "新数据",
        "published": "已公布的水平值与总量",
        "event": "认定的特殊年份",
        "scales": "波动幅度与模型形式重新估计",
    },
}

# Components of a split, as `shortfall` names them; years stand for themselves.
COMPONENT = {
    "en": {
        "start": "level it starts from",
        "volume": "real growth",
        "price": "prices",
        "revision": "census revision",
        "whole": "size of the whole",
        "ratio": "ratio to the whole",
        "change": "growth",
        "member": "the members' values",
        "weight": "weights of the members",
        "total": "published total beside its members",
    },
    "zh": {
        "start": "基年水平",
        "volume": "实际增长",
        "price": "价格",
        "revision": "普查修订",
        "whole": "总体规模",
        "ratio": "占总体比例",
        "change": "增长",
        "member": "各地数值",
        "weight": "各地权重",
        "total": "公布总量与各地之差",
    },
}

AMBITION = {
    "en": {
        "points": "{0:z.2f} points a year",
        "none": "no further rise",
        "rate": "{0:g} % a year",
        "provinces": "provinces with an urban share of {0:g} to {1:g} %",
        "cities": "prefectures that grew by {0:g} to {1:g} %",
        "peers": (
            "{id}: {change} is asked for. Of what {n} {kind} managed in the five years "
            "after, {share} was less"
        ),
        "targets": "; of {n} five-year targets, {share} asked for less",
        "stop": ".",
    },
    "zh": {
        "points": "每年{0:z.2f}个百分点",
        "none": "保持现有水平",
        "rate": "年均{0:g}%",
        "provinces": "城镇化率为{0:g}%—{1:g}%的省份",
        "cities": "前五年增速为{0:g}%—{1:g}%的地级市",
        "peers": (
            "{id}：要求{change}。{n}个{kind}其后五年的实际变动中，低于此值的占{share}"
        ),
        "targets": "；以往{n}个五年目标中，低于此值的占{share}",
        "stop": "。",
    },
}
