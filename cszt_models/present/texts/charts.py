"""Words of charts: axes, legends, titles."""

FRAME = {
    "en": {
        "probability": "probability",
        "as of": "as known on",
        "target": "target",
        "published": "published",
        "median": "median",
        "80%": "80 % interval",
        "joint": "all together",
    },
    "zh": {
        "probability": "概率",
        "as of": "截至",
        "target": "目标",
        "published": "已公布",
        "median": "中位数",
        "80%": "80%区间",
        "joint": "全部实现",
    },
}

EVALUATION = {
    "en": {
        "stated": "stated probability",
        "frequency": "recalibrated frequency, 90 % consistency band",
        "score": "mean score",
        "spread": "spread",
        "over": "over-prediction",
        "under": "under-prediction",
    },
    "zh": {
        "stated": "预测概率",
        "frequency": "保序回归频率与90%一致性带",
        "score": "平均得分",
        "spread": "离散",
        "over": "高估",
        "under": "低估",
    },
}

REFERENCE = {
    "en": ("share of past targets met (90 % over years)", "model", "probability"),
    "zh": ("以往同类目标的实现比例（90%区间）", "模型", "概率"),
}

REVISIONS = {
    "en": {"probability": "probability", "as of": "as known on {}"},
    "zh": {"probability": "概率", "as of": "截至{}"},
}

SCENARIOS = {
    "en": {"probability": "probability", "baseline": "baseline"},
    "zh": {"probability": "概率", "baseline": "基准"},
}

SWEEPS = {
    "en": {
        "probability": "probability",
        "low": "lever at its low end",
        "high": "lever at its high end",
        "effect": "share of the variance of the probability (Shapley)",
        "all": "all together",
    },
    "zh": {
        "probability": "概率",
        "low": "调节项取下限",
        "high": "调节项取上限",
        "effect": "对概率方差的贡献（Shapley）",
        "all": "全部实现",
    },
}

TARGETS = {
    "en": {
        "by": "reached by then",
        "sustained": "kept from then on",
        "probability": "probability",
        "joint": "probability that this and all below are met",
        "never": "not by {year}",
        "sum": "all",
    },
    "zh": {
        "by": "到该年已达到",
        "sustained": "自该年起保持",
        "probability": "概率",
        "joint": "该目标及以下各项同时实现的概率",
        "never": "到{year}年未达到",
        "sum": "合计",
    },
}
