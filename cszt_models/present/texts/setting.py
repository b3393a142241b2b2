"""Titles and words of values that are set, and of their annex."""

from typing import Any

from cszt_models.targets.setting import EXPECTED, FLOOR, STRETCH

SETTING: dict[str, dict[Any, str]] = {
    "en": {
        "title": "Values by the chance that they are met",
        "kind": "set as",
        "asked": "asked",
        FLOOR: "floor",
        EXPECTED: "expected",
        STRETCH: "stretch",
        "rounded": "rounded",
        "line": "{0}: {1} is met with probability {2}.",
        "chart": "point: the value asked; dashed: the plan's",
        "printed": "As an office would print it",
        "form": "printed as",
        "met": "met",
        "inside": "lands there",
        "bare": "{0}",
        "about": "about {0}",
        "range": "{0} to {1}",
        "annex": "Annex: floor, expected and stretch values of the targets",
        "annex_of": "Annex: floor, expected and stretch values, {0}",
        "region": "region",
        "year": "year",
        "unit": "unit",
        "plan": "in the plan",
        "note": (
            "The floor is met with probability 90 %, the expected value with 50 %, the "
            "stretch with 20 %, as known on {day}. Rounded to the side that is easier "
            "to meet."
        ),
    },
    "zh": {
        "title": "不同实现概率下的目标值",
        "kind": "定位",
        "asked": "所问",
        FLOOR: "底线值",
        EXPECTED: "预期值",
        STRETCH: "奋斗值",
        "rounded": "取整",
        "line": "{0}：{1}，实现概率为{2}。",
        "chart": "圆点：所问数值；虚线：规划目标值",
        "printed": "常用表述及其概率",
        "form": "表述",
        "met": "实现概率",
        "inside": "落在其中",
        "bare": "{0}",
        "about": "{0}左右",
        "range": "{0}—{1}",
        "annex": "附表　主要目标分档取值",
        "annex_of": "附表　{0}主要目标分档取值",
        "region": "地区",
        "year": "年份",
        "unit": "单位",
        "plan": "规划目标",
        "note": (
            "注：底线值、预期值、奋斗值的实现概率分别为90%、50%和20%，依据截至{day}的"
            "数据测算；均向较易实现的一侧取整。"
        ),
    },
}
