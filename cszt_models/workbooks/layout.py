"""Sheets of a workbook: their columns, with headings in both languages."""

from collections.abc import Mapping

from cszt_models.project import observations, plan

HEADER_ROW = 1
SEPARATOR = ";"
KEYS: Mapping[str, str] = {  # of the sheet `project`
    "id": "编号",
    "name_en": "名称（英文）",
    "name_zh": "名称（中文）",
    "data_date": "数据截止日",
    "plan_en": "规划（英文）",
    "plan_zh": "规划（中文）",
    "first_year": "规划首年",
    "last_year": "规划末年",
    "plan_id": "规划编号",
    "plan_scope": "规划地区",
    "plan_status": "规划状态",
    "plan_source": "规划来源",
    "horizon": "预测至",
    "as_of_dates": "回看日期",
}
_WORDS: Mapping[str, str] = {
    "key": "项目",
    "value": "数值",
    "note": "备注",
    "id": "编号",
    "en": "英文名",
    "zh": "中文名",
    "role": "角色",
    "members": "成员",
    "within": "所属",
    "of": "计算自",
    "unit": "单位",
    "kind": "类型",
    "region": "地区",
    "regions": "地区",
    "indicator": "指标",
    "year": "年份",
    "period": "年内时期",
    "basis": "口径",
    "status": "状态",
    "released": "公布日期",
    "source": "来源",
    "source_zh": "来源（中文）",
    "source_ref": "来源位置",
    "since": "起始年",
    "sense": "方向",
    "name_en": "英文名",
    "name_zh": "中文名",
    "quote": "原文",
    "plan": "规划",
    "reference": "参照",
    "force": "约束力",
    "headline": "主要目标",
    "part": "组成部分",
    "parts": "组成部分",
    "effects": "交叉效应",
    "lever": "调节项",
    "from": "自",
    "to": "至",
    "ramp": "爬坡年数",
    "decay": "年衰减",
    "average": "年均",
    "sd": "标准差",
    "low": "下限",
    "high": "上限",
    "probability": "概率",
    "below": "低于",
    "above": "高于",
    "scenario": "情景",
    "why_en": "理由（英文）",
    "why_zh": "理由（中文）",
    "file": "文件",
    "text": "内容",
}
LEVER_KEYS = ("from", "to", "ramp", "decay")
SAYS = ("value", "sd", "low", "high", "probability", "below", "above")
_UP_TO_YEAR, _VALUE_AND_ON = observations.COLUMNS[:3], observations.COLUMNS[3:]
SHEETS: Mapping[str, tuple[str, ...]] = {
    "project": ("key", "value", "note"),
    "regions": ("id", "en", "zh", "role"),
    "groups": ("id", "en", "zh", "members", "within"),
    "indicators": ("id", "en", "zh", "unit", "kind", "of"),
    "figures": (*_UP_TO_YEAR, observations.PERIOD, *_VALUE_AND_ON, "released_inferred"),
    "targets": (*plan.COLUMNS, *plan.OPTIONAL),
    "scenarios": (
        "scenario",
        "parts",
        "en",
        "zh",
        "why_en",
        "why_zh",
        "source",
        "source_zh",
        "plan",
    ),
    "parts": ("part", "en", "zh", "source", "effects", "source_zh"),
    "levers": ("part", "lever", "value", "regions", *LEVER_KEYS),
    "conditions": ("part", "indicator", "region", "from", "to", "average", *SAYS),
    "more": ("file", "text"),
}
README, LISTS, MESSAGES = "read me", "lists", "messages"
TABLES: Mapping[str, str] = {"figures": "observations.csv", "targets": "targets.csv"}
PROSE = {"source", "source_ref", "note", "quote", "name_en", "name_zh"}  # kept as typed
PLAIN = {"value", "sd", "low", "high", "below", "above"}  # in the unit of the row
NUMBERS = {*LEVER_KEYS, *SAYS, "year", "since"}  # columns whose text is read as numbers
YEARS = {"year", "since", "from", "to", "ramp"}  # of these, whole ones
CHOICES: Mapping[str, str] = {  # list to choose from, by column
    "region": "places",
    "indicator": "indicators",
    "basis": "bases",
    "status": "statuses",
    "sense": "senses",
    "role": "roles",
    "kind": "kinds",
    "of": "indicators",
    "plan": "plans",
    "lever": "levers",
    "file": "files",
}


_NAMES = {column for columns in SHEETS.values() for column in columns}


def heading(column: str) -> str:
    """Heading of a column: its name, and below it the Chinese one.

    Examples
    --------
    >>> heading("region").split()
    ['region', '地区']
    """
    return f"{column}\n{_WORDS[column]}" if column in _WORDS else column


def column_named(text: str) -> str:
    """Name of the column that a heading stands for.

    Examples
    --------
    >>> column_named(heading("region")), column_named("region 地区")
    ('region', 'region')
    >>> column_named("a remark of mine")
    'a remark of mine'
    """
    first = (text.split() or [""])[0]
    return first if first in _NAMES else text.split("\n")[0].strip()
