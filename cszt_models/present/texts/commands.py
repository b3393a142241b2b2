"""Lines that commands print of themselves, in English and Chinese."""

from collections.abc import Mapping

LINES: Mapping[str, Mapping[str, str]] = {
    "wrote": {"en": "wrote {path}", "zh": "已写入{path}"},
    "wrote_files": {
        "en": "wrote {count} files in {path}",
        "zh": "已在{path}写入{count}个文件",
    },
    "wrote_cases": {
        "en": "wrote {count:,} cases to {path}",
        "zh": "已将{count:,}个组合写入{path}",
    },
    "wrote_rows": {
        "en": "wrote {count:,} rows to {path}",
        "zh": "已将{count:,}行写入{path}",
    },
    "proposals": {
        "en": "Proposed meanings of the words of {name}",
        "zh": "{name}中各词的建议含义",
    },
    "note": {"en": "Note: {note}.", "zh": "说明：{note}。"},
    "columns_left_out": {
        "en": "Columns left out: {names}.",
        "zh": "跳过的列：{names}。",
    },
    "years_left_out": {
        "en": "Figures of other years than {year} left out: {years}.",
        "zh": "{year}年以外的数据未导入：{years}。",
    },
    "new_regions": {
        "en": "New regions in project.yaml: {names}.",
        "zh": "项目文件中新增的地区：{names}。",
    },
    "revised": {
        "en": "Revised: the earlier figures stay as the earlier vintage",
        "zh": "修订：原有数据保留为较早版本",
    },
    "next_check": {
        "en": "Next: cszt check --project {folder}",
        "zh": "下一步：cszt check --project {folder}",
    },
    "next_import": {
        "en": (
            "Next: cszt import TABLE.xlsx --into {folder} (figures), a line for each "
            "target in {targets}, then cszt check --project {folder}."
        ),
        "zh": (
            "下一步：用cszt import TABLE.xlsx --into {folder}导入数据，在{targets}中为"
            "每个目标写一行，然后运行cszt check --project {folder}。"
        ),
    },
    "same_numbers": {
        "en": "The same inputs gave the same numbers: {count} values agree.",
        "zh": "相同的输入得到相同的数字：{count}个数值一致。",
    },
    "other_versions": {
        "en": "Other versions than those of the manifest: {names}.",
        "zh": "与清单不同的版本：{names}。",
    },
    "next_run": {
        "en": "Next: fill it in, then cszt run {path}",
        "zh": "下一步：填写后运行cszt run {path}",
    },
    "swept_targets": {
        "en": "{count} of {every} headline targets are swept; the others have no data "
        "on a date that is asked about (why: {file}): {names}.",
        "zh": "扫描{every}个主要目标中的{count}个；其余在所问日期没有数据"
        "（原因见{file}）：{names}。",
    },
    "resume": {
        "en": "{folder}: finished parts are stored; go on with --resume.",
        "zh": "{folder}：已完成的部分均已保存，可用--resume继续。",
    },
    "check": {
        "en": (
            "{project}: {known} of {figures} figures known on {day}, {targets} "
            "targets, {scenarios} scenarios. {verdict}"
        ),
        "zh": (
            "{project}：{figures}个数据中有{known}个截至{day}已公布，{targets}个目标，"
            "{scenarios}个情景。{verdict}"
        ),
    },
    "in_order": {"en": "The files are in order.", "zh": "文件无误。"},
    "one_doubt": {
        "en": "The files are complete; 1 figure is hard to believe, see below.",
        "zh": "文件完整；有1个数据可疑，见下。",
    },
    "doubts": {
        "en": "The files are complete; {count} figures are hard to believe, see below.",
        "zh": "文件完整；有{count}个数据可疑，见下。",
    },
    "defaults": {
        "en": "The package's defaults stand in for {names}.",
        "zh": "{names}使用软件包的默认文件。",
    },
    "default_priors": {
        "en": (
            "The package's defaults stand in for {names}; prior scales are those of "
            "Chinese prefectures and provinces."
        ),
        "zh": "{names}使用软件包的默认文件；先验尺度来自中国的地级市和省份。",
    },
    "no_target": {
        "en": "No target yet: add a line for each to {path}.",
        "zh": "尚无目标：请在{path}中为每个目标写一行。",
    },
    "doubtful": {"en": "Figures that are hard to believe", "zh": "可疑的数据"},
    "doubtful_first": {
        "en": (
            "Figures that are hard to believe (the first {most} of {count}; --json "
            "lists all)"
        ),
        "zh": "可疑的数据（共{count}个，只列前{most}个；用--json列出全部）",
    },
    "doubt": {
        "en": (
            "  {place}: {indicator} of {region} in {year} is {value:g}; {fact}. "
            "{question}"
        ),
        "zh": "  {place}：{region}{year}年{indicator}为{value:g}；{fact}。{question}",
    },
    "answered": {
        "en": "Targets: {can} of {count} have a probability",
        "zh": "目标：{count}个中有{can}个可给出概率",
    },
    "others_lack": {"en": "others lack", "zh": "其余缺少"},
    "left_out": {
        "en": "Left out, because no figure determines them",
        "zh": "因没有数据可确定而未包括的模块",
    },
    "coverage": {"en": "Coverage", "zh": "数据覆盖"},
    "breaks": {
        "en": "Breaks: one year on two bases ({count} in all, largest first)",
        "zh": "口径间断：同一年份的两种口径（共{count}处，由大到小）",
    },
    "identities": {"en": "Identities", "zh": "恒等关系"},
    "new_figures": {
        "en": "{name}: {new} new figures, {revised} revised, {same} as known before.",
        "zh": "{name}：新增{new}个数据，修订{revised}个，{same}个与已有数据相同。",
    },
    "not_imported": {
        "en": (
            "Nothing is imported yet. Check and correct {path}; then run the same "
            "command with --accept."
        ),
        "zh": "尚未导入。请检查并更正{path}，然后加--accept重新运行同一命令。",
    },
}
COLUMNS_ZH: Mapping[str, str] = {
    "target": "目标",
    "name": "名称",
    "lacks": "缺少",
    "block": "模块",
    "figures that would determine it": "可确定它的数据",
    "indicator": "指标",
    "region": "地区",
    "basis": "口径",
    "first": "起始",
    "last": "截止",
    "years": "年数",
    "bases": "口径数",
    "figures": "数据数",
    "year": "年份",
    "value": "数值",
    "other_basis": "另一口径",
    "other_value": "另一数值",
    "difference": "差异",
    "identity": "恒等式",
    "checked": "检查数",
    "passed": "通过数",
    "worst": "最大偏差",
    "tolerance": "容差",
    "gaps": "缺年数",
}


def line(key: str, language: str, **values: object) -> str:
    """A line in a language with its values filled in.

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
    >>> line("wrote", "zh", path="page.html")
    '已写入page.html'
    """
    return LINES[key][language].format(**values)
