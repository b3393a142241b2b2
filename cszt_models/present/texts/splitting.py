"""Titles and words of targets that are split, in English and Chinese."""

from collections.abc import Mapping

SPLITTING: Mapping[str, Mapping[str, str]] = {
    "en": {
        "members": "member",
        "years": "year",
        "start": "start",
        "before": "the year before",
        "expected": "expected",
        "value": "target",
        "rounded": "rounded",
        "chance": "chance",
        "burden": "burden (sd)",
        "share": "of all",
        "equal": "equal chance",
        "least": "least surprising",
        "proportional": "proportional",
        "title": "{name}, {goal}: {rule}",
        "together": (
            "{name}, {rule}: all parts together are met with probability {together}, "
            "the target itself with {whole}."
        ),
        "sum": "Values add up exactly; rounded ones as well, or meet the target.",
        "path": "The last value is the target's; rounded ones lead to it.",
        "burden_note": (
            "Burden: standard deviations beyond what is expected; negative where less "
            "is asked."
        ),
        "chart": "Burden of each part, standard deviations",
    },
    "zh": {
        "members": "地区",
        "years": "年份",
        "start": "起点",
        "before": "上年",
        "expected": "预期",
        "value": "目标值",
        "rounded": "取整",
        "chance": "概率",
        "burden": "压力（标准差）",
        "share": "占比",
        "equal": "等概率分解",
        "least": "最小偏离分解",
        "proportional": "按比例分解",
        "title": "{name}{goal}：{rule}",
        "together": (
            "{name}，{rule}：各项同时实现的概率为{together}，总目标的概率为{whole}。"
        ),
        "sum": "各项精确相加等于总目标；取整值亦相加一致，或达到总目标。",
        "path": "末年即目标值；取整值逐年通向目标。",
        "burden_note": "压力：比预期值高出多少个标准差；要求低于预期时为负。",
        "chart": "各项压力（标准差）",
    },
}
