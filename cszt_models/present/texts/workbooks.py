"""Words of workbooks: how to fill one in, and the titles of what it is given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

README_LINES: Sequence[Mapping[str, str]] = (
    {
        "en": "A region, its figures, its plan and its scenarios in one workbook.",
        "zh": "一个区域及其数据、规划与情景，全部在一个工作簿中。",
    },
    {
        "en": "Fill in the sheets; the first row of each names its columns. Then run: "
        "cszt run BOOK.xlsx",
        "zh": "填写各工作表，首行为列名。然后运行：cszt run BOOK.xlsx",
    },
    {
        "en": "The answers come in new sheets of a copy; what is wrong is said in the "
        "sheet messages and beside the cell. This file is never changed.",
        "zh": "结果写入副本的新工作表；如有错误，在messages工作表和相应单元格处说明。"
        "本文件不会被改动。",
    },
    {
        "en": "project: name, years, and the last day of the data (YYYY-MM-DD).",
        "zh": "project：名称、年份和数据截止日（YYYY-MM-DD）。",
    },
    {
        "en": "regions and groups: places with figures; a group is the sum of its "
        "members, written a; b.",
        "zh": "regions与groups：有数据的地区；合计区域为成员之和，成员写作 a; b。",
    },
    {
        "en": "figures: a row for each published figure, with its release date and "
        "source. Leave out what is not known. period is empty for a whole year, else "
        "like 2026Q1, 2026H1, 2026Q1-Q3, 2026M01-10 or 2026Q2-on-Q1.",
        "zh": "figures：每个已公布数据一行，注明公布日期与来源；不知道的不填。period"
        "为空表示全年，否则写作2026Q1、2026H1、2026Q1-Q3、2026M01-10或2026Q2-on-Q1。",
    },
    {
        "en": "targets: a row for each target; headline 1 puts it on the first page.",
        "zh": "targets：每个目标一行；headline为1的目标列在首页。",
    },
    {
        "en": "scenarios are made of parts; levers and conditions belong to a part.",
        "zh": "情景由组成部分构成；levers和conditions各行属于一个组成部分。",
    },
    {
        "en": "more: everything else of the project, a line of a file in each row; "
        "leave it as it is unless you know the files.",
        "zh": "more：项目的其他内容，每行为文件的一行；不熟悉文件时请勿改动。",
    },
)
SHEET_TITLES: Mapping[str, Mapping[str, str]] = {
    "answers": {"en": "answers", "zh": "结果"},
    "scenarios": {"en": "answers by scenario", "zh": "各情景结果"},
    "sentences": {"en": "in words", "zh": "文字说明"},
    "messages": {"en": "messages", "zh": "messages"},
}
NOTES: Mapping[str, Mapping[str, str]] = {
    "answers": {
        "en": (
            "Probability of each target as a share of 1; mcse is its Monte-Carlo error."
        ),
        "zh": "各目标的实现概率（1为100%）；mcse为蒙特卡洛误差。",
    },
    "scenarios": {
        "en": "Probabilities under each scenario; all see the same random futures.",
        "zh": "各情景下的概率；各情景使用同一组随机未来。",
    },
    "fine": {"en": "Nothing is wrong.", "zh": "没有错误。"},
}
NOTICES: Mapping[str, Mapping[str, str]] = {
    "files": {
        "en": "Not in this workbook: {files} of the project's folder. No probability "
        "of a target depends on them.",
        "zh": "本工作簿不含项目文件夹中的{files}，目标的实现概率与其无关。",
    },
    "disabled": {
        "en": "Not in this workbook: the scenario {scenario}, which is disabled. "
        "{reason}",
        "zh": "本工作簿不含已停用的情景{scenario}。{reason}",
    },
    "differs": {
        "en": "This workbook does not hold {what} of {file} as it stands there: use "
        "the folder, or correct it here.",
        "zh": "{file}中的{what}无法原样存入本工作簿：请直接使用项目文件夹，"
        "或在此更正。",
    },
    "refused": {
        "en": "This workbook will be refused as it stands: {reason}",
        "zh": "本工作簿按现状不能运行：{reason}",
    },
    "unread_sheet": {
        "en": "The sheet {sheet} is not read.",
        "zh": "工作表{sheet}未被读取。",
    },
    "unread_column": {
        "en": "No answer depends on the column {column} of the sheet {sheet}.",
        "zh": "工作表{sheet}中的列{column}不影响任何结果。",
    },
}


@dataclass(frozen=True)
class Notice:
    """A sentence about what a workbook does not hold, or holds and is not read."""

    key: str
    values: Mapping[str, str]

    def text(self, language: str) -> str:
        """The sentence in language ``"en"`` or ``"zh"``."""
        from cszt_models.present.texts.errors import translated

        values = dict(self.values)
        if language == "zh" and "reason" in values:
            values["reason"] = translated(values["reason"])
        return NOTICES[self.key][language].format(**values)

    @property
    def texts(self) -> Mapping[str, str]:
        """The sentence by language."""
        return {language: self.text(language) for language in NOTICES[self.key]}
