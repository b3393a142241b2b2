"""Titles and words of decisions between mixes of levers, in English and Chinese."""

from collections.abc import Mapping

DECISIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Options compared ({unit})",
        "regrets": "Regret by scenario ({unit})",
        "prices": "What the first point of joint probability costs ({unit})",
        "option": "option",
        "nothing": "nothing done",
        "cheapest": "cheapest mix",
        "cost": "cost",
        "loss": "expected loss",
        "cvar": "worst {tail}",
        "total": "cost and loss",
        "regret": "largest regret",
        "worst": "largest",
        "probability": "all met",
        "lever": "lever",
        "price": "a point costs",
        "points": "points per unit",
        "never": "no move is enough",
        "found": (
            "For all targets together with probability {aim} the cheapest mix costs "
            "{cost} ({mix}); it gives {probability}."
        ),
        "idle": "All targets together have probability {probability} as it is.",
        "short": (
            "No mix within the bounds gives {aim}; the highest of those tried is "
            "{probability}."
        ),
        "levers": (
            "Levers are assumptions, not policies: what a policy does to them is not "
            "modelled here."
        ),
        "source": "Costs and losses are the user's own ({source}).",
        "axis": "least cost ({unit})",
        "chart": "Least cost of a joint probability; point: the one asked",
        "chance": "probability of all together",
    },
    "zh": {
        "title": "方案比较（{unit}）",
        "regrets": "各情景下的遗憾值（{unit}）",
        "prices": "联合概率提高第一个百分点的代价（{unit}）",
        "option": "方案",
        "nothing": "不采取措施",
        "cheapest": "成本最低组合",
        "cost": "成本",
        "loss": "期望损失",
        "cvar": "最差{tail}的平均",
        "total": "成本加损失",
        "regret": "最大遗憾值",
        "worst": "最大",
        "probability": "同时实现",
        "lever": "调节项",
        "price": "每百分点代价",
        "points": "每单位提高（百分点）",
        "never": "无论如何不足",
        "found": (
            "要使各目标以{aim}的概率同时实现，成本最低的组合花费{cost}（{mix}），"
            "概率为{probability}。"
        ),
        "idle": "不采取措施时各目标同时实现的概率已为{probability}。",
        "short": "范围之内没有组合能达到{aim}；所试组合中最高为{probability}。",
        "levers": "调节项是假设，不是政策：政策对其有何作用，本模型并未刻画。",
        "source": "成本与损失由使用者自行给出（{source}）。",
        "axis": "最低成本（{unit}）",
        "chart": "联合概率的最低成本；圆点：所要求的概率",
        "chance": "同时实现的概率",
    },
}
