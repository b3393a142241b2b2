"""Titles and words of results."""

from collections.abc import Mapping
from typing import Any

TITLES: Mapping[str, Mapping[str, str]] = {
    "all headline": {"en": "all headline targets", "zh": "全部主要目标"},
    "missed": {"en": "missed", "zh": "未实现"},
    "met": {"en": "met", "zh": "已实现"},
    "scores": {
        "en": "What this model, built later, says from figures before the outcome",
        "zh": "后来建立的本模型按结果公布前的数据算得的概率",
    },
    "nothing resolved": {
        "en": "No target is resolved at {day}, so nothing can be scored yet.",
        "zh": "截至{day}尚无目标有定论，因此还不能评分。",
    },
    "consistency": {
        "en": "What pairs of targets imply, with what was known on {day}",
        "zh": "两两目标之间的推论（截至{day}的数据）",
    },
    "implied share": {
        "en": "implied, as a share of the plan's value",
        "zh": "推论值/规划值",
    },
    "order": {"en": "Order in which targets are lost", "zh": "目标落空的先后"},
    "pairs": {
        "en": "Pairs: both met, and correlation of being met",
        "zh": "两两同时实现及其相关性",
    },
    "count": {"en": "Number of targets met", "zh": "实现的目标数"},
    "news": {
        "en": "How probabilities moved, in points, and the main cause",
        "zh": "概率变动（百分点）及主要原因",
    },
    "run": {
        "en": "Probabilities (%) as known on {day}, seed {seed}",
        "zh": "实现概率（%），截至{day}，随机种子{seed}",
    },
    "to": {"en": " to ", "zh": "至"},
    "medians": {
        "en": "Medians of {year}, where they move",
        "zh": "{year}年有变动的中位数",
    },
    "compared": {
        "en": "Probabilities (%), as known on {day}, seed {seed}",
        "zh": "各情景下的实现概率（%），截至{day}，随机种子{seed}",
    },
    "impossible": {"en": ": not possible on this date. ", "zh": "：在该日期不可能。"},
    "shares": {
        "en": "What each part adds, percentage points (Shapley values add up)",
        "zh": "各组成部分的贡献，百分点（沙普利值，可加总）",
    },
    "points": {"en": "percentage points", "zh": "百分点"},
    "takes": {
        "en": "What it takes, on average (scenario {scenario})",
        "zh": "平均所需（情景{scenario}）",
    },
    "cases": {
        "en": "{count} of {all} cases; probabilities in percent",
        "zh": "{all}个组合中的{count}个；概率（%）",
    },
}

REMARKS = {
    "en": (
        "left out {count} rows flagged {flag}",
        "hard to believe, {doubt}",
        "{group}, origin {origin}, is left out for every method: {reason}",
    ),
    "zh": (
        "剔除{count}行标记为{flag}的数据",
        "数值可疑：{doubt}",
        "{group}（起点{origin}）对所有方法剔除：{reason}",
    ),
}

DESCRIPTION = {
    "en": ("hash", "source: ", ":", "It sets nothing: what the model expects."),
    "zh": ("编号", "来源：", "：", "未设置任何内容：即模型的预期。"),
}


def title(key: str, language: str, **values: object) -> str:
    """A title or a word, with values put in.

    Parameters
    ----------
    key
        In `TITLES`.
    language
        ``"en"`` or ``"zh"``.
    values
        By the names in braces.

    Examples
    --------
    >>> title("medians", "en", year=2025)
    'Medians of 2025, where they move'
    """
    return TITLES[key][language].format(**values)


EVALUATION = {
    "en": {
        "probability": "Brier score and its parts (lower is better)",
        "quantiles": "Weighted interval score and its parts (lower is better)",
        "draws": "CRPS and its parts (lower is better)",
        "differences": "Differences to {first} (90 % over years; Diebold-Mariano)",
        "joint": "Vectors: energy and variogram scores, mean and variance of ranks",
        "ranks": "Calibrated ranks have mean 0.5 and variance 0.083.",
        "years": "Cases of a year count as one.",
    },
    "zh": {
        "probability": "布里尔分及其分解（越低越好）",
        "quantiles": "加权区间得分及其分解（越低越好）",
        "draws": "CRPS及其分解（越低越好）",
        "differences": "与{first}之差（按年重抽样90%区间；Diebold–Mariano检验）",
        "joint": "多变量：能量得分、变差得分、秩的均值与方差",
        "ranks": "校准良好时秩的均值为0.5、方差为0.083。",
        "years": "同一年份的个例计为一个。",
    },
}

FITS: Mapping[str, Mapping[str, Any]] = {
    "en": {
        "scales": "Scales at {day} (80 % interval from low to high)",
        "pairs": "Correlated shocks: {n} of {of} pairs beyond their sd",
        "gate": "Gate: k-hat at most 0.7 and 100 effective scale vectors, R-hat 1.01 "
        "and 400",
        "forms": "Forms of the model, with probabilities before and after the data",
        "axis": "standard deviation",
        "chart": "Posterior of the scales (blue), median of the prior (orange)",
        "heads": {
            "block": "block",
            "component": "component",
            "prior_median": "prior",
            "prior_spread": "spread",
            "median": "median",
            "low": "low",
            "high": "high",
            "other": "other",
            "correlation": "correlation",
            "sd": "sd",
            "form": "form",
            "prior": "prior",
            "posterior": "posterior",
            "engine": "engine",
            "rows": "rows",
            "check": "check",
            "value": "value",
            "ess": "ess",
            "of": "of",
            "fit": "fit",
        },
    },
    "zh": {
        "scales": "尺度参数，截至{day}（80%区间）",
        "pairs": "相关冲击：{of}对中有{n}对超过其标准差",
        "gate": "检验：k-hat不高于0.7且有效样本不少于100；R-hat不高于1.01且不少于400",
        "forms": "模型形式：先验概率与依据数据更新后的概率（%）",
        "axis": "标准差",
        "chart": "尺度参数的后验（蓝）与先验中位数（橙）",
        "heads": {
            "block": "模块",
            "component": "成分",
            "prior_median": "先验",
            "prior_spread": "离散度",
            "median": "中位数",
            "low": "下限",
            "high": "上限",
            "other": "另一模块",
            "correlation": "相关系数",
            "sd": "标准差",
            "form": "形式",
            "prior": "先验",
            "posterior": "后验",
            "engine": "引擎",
            "rows": "观测",
            "check": "检验",
            "value": "数值",
            "ess": "有效样本",
            "of": "总数",
            "fit": "拟合",
        },
    },
}

HINDCAST = {
    "en": {
        "scores": "{name}: scores over {origins} origins (lower is better)",
        "gains": "CRPS of {first}: ratio and difference, 90 % over whole origins",
        "replayed": "Targets of past plans replayed",
        "reliability": "Reliability of attainment probabilities",
    },
    "zh": {
        "scores": "{name}：{origins}个起点的得分（越低越好）",
        "gains": "{first}的CRPS与其他方法之比和之差（按起点重抽样的90%区间）",
        "replayed": "往期规划目标的重演",
        "reliability": "实现概率的可靠性",
    },
}

NO_RECORD = {
    "en": "This project has no record of hindcasts.",
    "zh": "本项目没有回溯预测记录。",
}

RECORD = {"en": "Scores on many regions", "zh": "多地区得分"}

LEARNED_PRIORS = {
    "en": {
        "title": "Prior scales learned from figures to {origin}: median (spread)",
        "block": "block",
        "component": "component",
        "before": "before",
        "after": "after",
        "factor": "factor",
        "groups": "groups",
        "median": "median of the scale",
    },
    "zh": {
        "title": "由截至{origin}年的数据学得的先验尺度：中位数（离散度）",
        "block": "模块",
        "component": "成分",
        "before": "原先",
        "after": "学得",
        "factor": "倍数",
        "groups": "组数",
        "median": "尺度的中位数",
    },
}
