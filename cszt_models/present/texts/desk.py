"""Words of the desk, in English and Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "How probable is the plan?", "zh": "规划目标实现的可能性有多大？"},
    "lead": {
        "en": "A region, its figures, its plan, a report. Nothing leaves this machine.",
        "zh": "区域、数据、规划、报告，四步完成。数据不会离开本机。",
    },
    "project": {"en": "1  Region", "zh": "一、区域"},
    "folder": {"en": "folder", "zh": "文件夹"},
    "name": {"en": "name (English)", "zh": "名称（英文）"},
    "name_zh": {"en": "name (Chinese)", "zh": "名称（中文）"},
    "first_year": {"en": "plan from", "zh": "规划首年"},
    "last_year": {"en": "plan to", "zh": "规划末年"},
    "open": {"en": "Open or make", "zh": "打开或新建"},
    "table": {"en": "2  Figures", "zh": "二、数据"},
    "file": {"en": "Choose a table", "zh": "选择表格"},
    "released": {"en": "released", "zh": "公布日期"},
    "source": {"en": "source", "zh": "来源"},
    "released_example": {"en": "like 2026-03", "zh": "如2026-03"},
    "source_example": {
        "en": "like Statistical Yearbook 2025, table 2-1",
        "zh": "如《统计年鉴2025》表2-1",
    },
    "read": {"en": "Read", "zh": "读取"},
    "understood": {
        "en": "What was understood. Correct it where it is wrong.",
        "zh": "以下为识别结果，如有错误请更正。",
    },
    "take": {"en": "Take the figures over", "zh": "导入数据"},
    "plan": {"en": "3  Plan", "zh": "三、规划目标"},
    "indicator": {"en": "indicator", "zh": "指标"},
    "region": {"en": "region", "zh": "地区"},
    "since": {"en": "average from", "zh": "年均起始年"},
    "year": {"en": "year", "zh": "年份"},
    "sense": {"en": "asks for", "zh": "方向"},
    "value": {"en": "value", "zh": "数值"},
    "quote": {"en": "words of the plan", "zh": "规划原文"},
    "add": {"en": "Add the target", "zh": "添加目标"},
    "report": {"en": "4  Report", "zh": "四、报告"},
    "form": {"en": "form", "zh": "格式"},
    "kind": {"en": "page", "zh": "内容"},
    "language": {"en": "language", "zh": "语言"},
    "draws": {"en": "draws", "zh": "抽样次数"},
    "write": {"en": "Write the report", "zh": "生成报告"},
    "cancel": {"en": "Cancel", "zh": "取消"},
    "stopped": {"en": "Cancelled. Nothing was changed.", "zh": "已取消，未作改动。"},
    "working": {"en": "Working …", "zh": "处理中……"},
    "ready": {"en": "Ready.", "zh": "就绪。"},
    "written": {"en": "Written: {path}", "zh": "已生成：{path}"},
    "opened": {
        "en": "{name} is open; {count} targets in the plan.",
        "zh": "已打开{name}，规划中共有{count}个目标。",
    },
    "added": {"en": "{count} targets in the plan.", "zh": "规划中共有{count}个目标。"},
    "skip": {"en": "leave out", "zh": "不导入"},
    "at_least": {"en": "at least", "zh": "不低于"},
    "exceeds": {"en": "more than", "zh": "高于"},
    "at_most": {"en": "at most", "zh": "不高于"},
    "about": {"en": "about", "zh": "左右"},
    "equals": {"en": "exactly", "zh": "等于"},
    "docx": {"en": "Word (.docx)", "zh": "Word文档（.docx）"},
    "pdf": {"en": "PDF", "zh": "PDF"},
    "pptx": {"en": "six slides (.pptx)", "zh": "六页幻灯片（.pptx）"},
    "xlsx": {"en": "workbook with all tables (.xlsx)", "zh": "全部数据表（.xlsx）"},
    "html": {"en": "web page (.html)", "zh": "网页（.html）"},
    "brief": {"en": "brief", "zh": "要点"},
    "full": {"en": "full report", "zh": "完整报告"},
}


def text(key: str, language: str, **values: object) -> str:
    """A text of the desk in a language, with its values filled in.

    Parameters
    ----------
    key
        Of the catalogue.
    language
        ``"en"`` or ``"zh"``.
    values
        Filled into the text by name.

    Examples
    --------
    >>> text("add", "zh")
    '添加目标'
    """
    return TEXTS[key][language].format(**values)
