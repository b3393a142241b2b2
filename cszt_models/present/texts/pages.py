"""Headings, labels and notes of the pages, in English and in Chinese."""

from collections.abc import Mapping

from cszt_models.present.texts import LANGUAGES
from cszt_models.present.texts.past import PAST

TAGS = {"en": "en", "zh": "zh-CN"}  # of the html element

PAGES: Mapping[str, Mapping[str, str]] = {
    "brief": {"en": "Brief", "zh": "要点"},
    "full": {"en": "Full report", "zh": "完整报告"},
    "record": {"en": "The last plan", "zh": "上一规划"},
    "scenarios": {"en": "Scenarios", "zh": "情景比较"},
    "city": {"en": "Regions", "zh": "各地区"},
    "calibration": {"en": "Calibration", "zh": "概率校准"},
    "data": {"en": "Data", "zh": "数据"},
}

LABELS: Mapping[str, Mapping[str, str]] = {
    "answer": {"en": "The answer", "zh": "结论"},
    "over_time": {
        "en": "The probability on the data of each date",
        "zh": "各日期数据下的实现概率",
    },
    "over_time_note": {
        "en": (
            "Nobody stated these probabilities at the time: this model, built later, "
            "computes them from the figures released by each date. Bars are two "
            "Monte-Carlo errors each way."
        ),
        "zh": (
            "并非当时的判断，而是后来建立的本模型按各日期前已公布的数据算得的目标实现概率。"
            "竖线为正负两倍蒙特卡洛误差。"
        ),
    },
    "joint": {"en": "all together", "zh": "同时实现"},
    "then_now": {
        "en": "What was expected then, and what is known now",
        "zh": "当时的预期与现在的已知",
    },
    "fan_note": {
        "en": (
            "Dark line: published figures. Blue: median and 50, 80 and 90 % intervals "
            "of what was not yet published. Red: the target."
        ),
        "zh": (
            "黑线：已公布数据；蓝色：未公布部分的中位数及50%、80%、90%区间；红色：目标。"
        ),
    },
    "paths_note": {
        "en": (
            "Dark line: published figures. Blue: median and 50, 80 and 90 % intervals "
            "of what was not yet published."
        ),
        "zh": "黑线：已公布数据；蓝色：未公布部分的中位数及50%、80%、90%区间。",
    },
    "by_year": {
        "en": "Year by year: published, or median (80 % interval)",
        "zh": "逐年数值：公布值，或中位数（80%区间）",
    },
    "figures_of": {
        "en": "{place}: {count} figures and their sources",
        "zh": "{place}：{count}条数据及其来源",
    },
    "figures_judged": {
        "en": (
            "{place}: the {count} figures that count, and their sources (the data page "
            "has all {every}, with earlier and other series)"
        ),
        "zh": (
            "{place}：采用口径的{count}条数据及其来源"
            "（数据页列有全部{every}条，含早期与其他口径）"
        ),
    },
    "expected_in": {"en": "Expected in {year}", "zh": "{year}年预期"},
    "place_known": {
        "en": "Last published, and expected (median and 80 % interval)",
        "zh": "最近公布与预期（中位数和80%区间）",
    },
    "of_year": {"en": "{}", "zh": "{}年"},
    "like": {
        "en": "How often past targets like these were met",
        "zh": "以往同类目标的实现情况",
    },
    "like_lacking": {
        "en": "Of {count} headline targets the archive has too few of the same kind.",
        "zh": "另有{count}项主要目标，档案中的同类目标过少。",
    },
    "own_priors": {"en": "other regions", "zh": "其他地区"},
    "default_priors": {
        "en": "Chinese prefectures and provinces (the package's defaults)",
        "zh": "中国的地级市和省份（软件包的默认值）",
    },
    "like_note": {
        "en": (
            "From the package's archive, which holds targets that Chinese governments "
            "set and no others, each with the sentence it stands in. Beside the share "
            "that was met stands the model's own probability as known on {day}."
        ),
        "zh": (
            "取自软件包的目标档案，其中只有中国各级政府工作报告中的目标，每个数字均附原句；"
            "实现比例旁为截至{day}本模型自身的概率。"
        ),
    },
    "known_at": {"en": "As known on", "zh": "截至"},
    "every_target": {"en": "Every target of the plan", "zh": "规划的全部目标"},
    "target": {"en": "target", "zh": "目标"},
    "asks": {"en": "asks for", "zh": "要求"},
    "status": {"en": "status", "zh": "状态"},
    "probability": {"en": "probability", "zh": "概率"},
    "outlook": {
        "en": "published, or median (80 % interval)",
        "zh": "公布值，或中位数（80%区间）",
    },
    "quote": {"en": "words of the plan", "zh": "规划原文"},
    "reading": {"en": "How to read this page", "zh": "如何阅读本页"},
    "data": {"en": "Data and sources", "zh": "数据与来源"},
    "source": {"en": "source", "zh": "来源"},
    "figures": {"en": "figures", "zh": "数据条数"},
    "years": {"en": "years", "zh": "年份"},
    "method": {"en": "Method", "zh": "方法"},
    "block": {"en": "block", "zh": "模块"},
    "engine": {"en": "engine", "zh": "引擎"},
    "rows": {"en": "rows", "zh": "观测"},
    "check": {"en": "check", "zh": "检验"},
    "value": {"en": "value", "zh": "数值"},
    "ess": {"en": "effective scales", "zh": "有效尺度样本"},
    "all_sources": {"en": "All sources", "zh": "全部来源"},
    "gaps": {"en": "What is not known", "zh": "尚不清楚之处"},
    "gate": {
        "en": "Whether the fits can be trusted",
        "zh": "模型拟合是否可信",
    },
    "paths": {"en": "Published and expected", "zh": "已公布与预期"},
    "regions": {"en": "Region by region", "zh": "分地区"},
    "places_title": {
        "en": "{name}, {year}: the chance of {aim}, place by place",
        "zh": "{year}年{name}：各地达到“{aim}”的概率",
    },
    "places_note": {
        "en": (
            "Every place measured by the same value; * marks the places of which a "
            "plan asks it."
        ),
        "zh": "以同一数值衡量各地预期；*为规划对其提出该目标的地区。",
    },
    "region": {"en": "region", "zh": "地区"},
    "indicator": {"en": "indicator", "zh": "指标"},
    "year": {"en": "year", "zh": "年份"},
    "unit": {"en": "unit", "zh": "单位"},
    "basis": {"en": "basis", "zh": "口径"},
    "released": {"en": "released", "zh": "公布时间"},
    "note": {"en": "note", "zh": "说明"},
    "scenario": {"en": "scenario", "zh": "情景"},
    "assumes": {"en": "assumes", "zh": "假定"},
    "scenarios": {"en": "Scenarios compared", "zh": "情景比较"},
    "scenarios_note": {
        "en": (
            "Every scenario sees the same random futures, so that two of them differ "
            "by their assumptions alone. A target that is already resolved does not "
            "move."
        ),
        "zh": "各情景使用同一组随机未来，差别只来自假定。已判定的目标不再变动。",
    },
    "card": {
        "en": "probability of reaching {aim}",
        "zh": "达到目标（{aim}）的概率",
    },
    "counted": {"en": " ({})", "zh": "（{}）"},
    "in_sentences": {"en": "Each move in a sentence", "zh": "逐项说明"},
    "until": {"en": "by", "zh": "至"},
    "is_met": {"en": "met", "zh": "已实现"},
    "is_missed": {"en": "missed", "zh": "未实现"},
    "bullet": {"en": "where it stands", "zh": "所处位置"},
    "bullet_note": {
        "en": (
            "The line in the middle is the target; right of it the target is met. A "
            "bar is the 80 % interval of what is not yet known, with its median; a "
            "dot is a published value; grey is what the prior decides. Each row has "
            "its own scale."
        ),
        "zh": (
            "中线为目标，右侧为达标。条形为尚未公布之值的80%区间及中位数，圆点为公布值；"
            "灰色表示先验主导。各行刻度不同。"
        ),
    },
    "unanswered": {"en": "Targets without data", "zh": "无数据的目标"},
    "missing": {"en": "what is missing", "zh": "所缺数据"},
    "width": {
        "en": "Why later years are so uncertain",
        "zh": "较远年份为何不确定",
    },
    "width_note": {
        "en": (
            "Shares of the variance of nominal GDP, from the last published year on. "
            "They add up to 100 %."
        ),
        "zh": "自最后公布年份起，现价地区生产总值方差的构成，合计100%。",
    },
    "comma": {"en": ", ", "zh": "、"},
    "settled_on": {
        "en": (
            "As known on {days} no scenario can move a headline target any more: the "
            "outcomes are published, or the years over."
        ),
        "zh": "截至{days}，主要目标的结果已公布或年份已过，任何情景都不再改变其概率。",
    },
    "footer": {
        "en": (
            "project {project} · data {data} · scenario {scenario} ({hash}) · seed "
            "{seed} · {draws} draws · engine {engine}"
        ),
        "zh": (
            "项目 {project} · 数据 {data} · 情景 {scenario}（{hash}）· 种子 {seed} · "
            "抽样{draws}次 · 引擎 {engine}"
        ),
    },
    "colon": {"en": ": ", "zh": "："},
    "card_known": {"en": "Last known", "zh": "最新数据"},
    "card_rests": {"en": "Rests on", "zh": "依据"},
    "card_record": {"en": "Take with care", "zh": "须谨慎"},
    "card_change": {"en": "Would change it", "zh": "可能改变它的因素"},
    "contradicted": {
        "en": "not possible with what was published",
        "zh": "与已公布数据不相容，无法计算",
    },
    "assumptions": {
        "en": "What the scenarios assume, and why",
        "zh": "各情景的假定与理由",
    },
    "nothing": {"en": "nothing is changed", "zh": "不作改动"},
    "why": {"en": "why", "zh": "理由"},
    "lost": {"en": "no longer possible", "zh": "已不可能"},
    "downloads": {"en": "Downloads", "zh": "下载"},
    "beside": {
        "en": "Beside this page, in the folder it came in:",
        "zh": "与本页同一文件夹：",
    },
    "data_note": {
        "en": (
            "Every figure that the models were given, as published, with the day of "
            "its release, its statistical basis and its source; open a place to see "
            "them. A date marked * is inferred from the usual calendar of releases. "
            "The number before a source is its class, from [1], official, to [5], weak."
        ),
        "zh": (
            "模型所用的全部数据，均为公布值，注明公布时间、统计口径与来源，点开地区即可查看。"
            "带*的日期按通常公布日程推定。来源前的数字为可靠程度，[1]为官方，[5]最弱。"
        ),
    },
    "expected": {
        "en": "published, or median (80 % interval)",
        "zh": "公布值，或中位数（80%区间）",
    },
    "published": {"en": "published", "zh": "已公布"},
    "provenance": {"en": "Where these numbers come from", "zh": "数字的由来"},
    "left_out": {"en": "Left out: ", "zh": "未列出："},
    "whatif": {"en": "What if?", "zh": "如果……会怎样？"},
    "whatif_note": {
        "en": (
            "Move a slider: probabilities follow at once, in this page, without a "
            "connection. The panel uses a part of the draws, the tables above use all."
        ),
        "zh": "拖动滑块，概率随即变化，无需联网。此处用部分抽样，上文表格用全部抽样。",
    },
    "whatif_lacks": {
        "en": " Not in the panel, nor in its joint probability: {names}.",
        "zh": "面板及其同时实现的概率不含：{names}。",
    },
    "skip": {"en": "Skip to the answer", "zh": "跳到结论"},
    "other_language": {"en": "中文", "zh": "English"},
    "needed": {"en": "What it would have taken", "zh": "需要怎样才能实现"},
    "takes": {"en": "What it takes", "zh": "需要怎样才能实现"},
    "standing": {"en": "Where we stand", "zh": "目前进展"},
    "latest": {"en": "last published", "zh": "最近公布"},
    "median": {"en": "median (80 % interval)", "zh": "中位数（80%区间）"},
    "plan_end": {"en": "What {year} looks like", "zh": "{year}年展望"},
    "plan_end_note": {
        "en": "Median and 80 % interval of the futures that are still open.",
        "zh": "尚未确定的各种未来的中位数和80%区间。",
    },
    "near": {
        "en": "This year and the next: {year}, {next}",
        "zh": "今明两年：{year}年、{next}年",
    },
    "ahead": {"en": "From today to {year}", "zh": "从现在到{year}年"},
    "this_year": {
        "en": "This year: the plans for {year}",
        "zh": "今年：{year}年度目标",
    },
    "yearly_lacking": {
        "en": "Of the yearly plans {count} further targets have no data to model.",
        "zh": "年度计划另有{count}项目标没有可建模的数据。",
    },
    "went": {
        "en": (
            "Of {every} targets {settled} have a published outcome; of these {met} "
            "were met."
        ),
        "zh": "{every}项目标中，{settled}项已有公布结果，其中{met}项实现。",
    },
    "unpublished": {
        "en": "Of {count} more the outcome is not published yet, and is estimated.",
        "zh": "另有{count}项结果尚未公布，此处为估计。",
    },
    "unmodelled": {
        "en": "The other {count} have no data to judge them by.",
        "zh": "其余{count}项没有可供评判的数据。",
    },
    "learned": {"en": "How it went, and what was learned", "zh": "结果如何，有何教训"},
    "moves": {"en": "Why the probabilities moved", "zh": "概率为何变动"},
    "moves_note": {
        "en": (
            "Every change of a probability between two dates is split into its causes: "
            "new figures (against what had been expected of them), revisions, changes "
            "of basis and the rest. The parts add up to the change."
        ),
        "zh": (
            "两个日期之间概率的变动，拆分为新数据（与此前预期相比）、修订、口径变动及其余"
            "部分；各部分之和等于变动。"
        ),
    },
    "running_year": {"en": "The running year", "zh": "年内进展"},
    "when": {"en": "When it will happen", "zh": "何时实现"},
    "short": {"en": "Where the gap comes from", "zh": "差距从何而来"},
    "consistency": {
        "en": "Whether the targets fit each other",
        "zh": "目标之间是否自洽",
    },
    "when_note": {
        "en": (
            "First year in which the target's value is reached, whatever year the plan "
            "gives it, in the futures that are still open."
        ),
        "zh": "不论规划给定的年份，尚未确定的未来中首次达到目标值的年份。",
    },
    "short_note": {
        "en": (
            "Against the path of the plan itself: the terms of each table add up to "
            "the gap."
        ),
        "zh": "与规划自身的路径相比；各表各项之和等于差距。",
    },
    "whole": {
        "en": "Not split, because neither plan nor figures give the parts: ",
        "zh": "规划和数据均未给出各组成部分，故不拆分：",
    },
    "component": {"en": "part", "zh": "组成部分"},
    "sum": {"en": "sum", "zh": "合计"},
    "order": {"en": "Which target holds the plan back", "zh": "哪项目标制约最大"},
    "joint_card": {"en": "All headline targets", "zh": "主要目标同时实现"},
    **PAST,
}


def words(language: str) -> dict[str, str]:
    """All labels in one language.

    Raises
    ------
    ValueError
        If the language is neither ``"en"`` nor ``"zh"``.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be en or zh; got {language!r}.")
    return {name: label[language] for name, label in LABELS.items()}
