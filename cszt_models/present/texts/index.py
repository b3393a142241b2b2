"""Words of the index of a site: who a page is for, and what a file contains."""

from collections.abc import Mapping

type Texts = Mapping[str, Mapping[str, str]]

READERS: Texts = {  # by kind of page
    "brief": {
        "en": "one page for those who decide: the answer and what it rests on",
        "zh": "供决策者阅读，一页纸：结论与依据",
    },
    "full": {
        "en": "for planners and analysts: reasons, gaps, regions, what if",
        "zh": "供规划与分析人员阅读：原因、差距、分地区、方法与情景推演",
    },
    "record": {
        "en": "for those who ask how the last plan went: outcomes and earlier odds",
        "zh": "供回顾上一规划的读者：结果如何，此前预期如何",
    },
    "scenarios": {
        "en": "for those who weigh measures: what each scenario assumes and changes",
        "zh": "供比较政策的读者：各情景的假定与影响",
    },
    "city": {
        "en": "For those in charge of one place: its figures and outlook",
        "zh": "供各地主管部门阅读：本地数据与展望",
    },
    "calibration": {
        "en": "for those who doubt the numbers: how good such probabilities have been",
        "zh": "供审视结果的读者：此类概率以往有多准",
    },
    "data": {
        "en": "for those who check: every figure with its source",
        "zh": "供核对数据的读者：全部数据及其来源",
    },
}
TITLES: Texts = {
    "pages": {"en": "Pages", "zh": "页面"},
    "places": {"en": "Places", "zh": "各地区"},
    "downloads": {"en": "Files", "zh": "文件"},
    "known_at": {"en": "As known on", "zh": "截至"},
    "here": {"en": "English", "zh": "中文"},
    "dash": {"en": " – ", "zh": "："},
}
DOWNLOADS: Texts = {  # by how a name ends
    "-tables.xlsx": {
        "en": "all tables as a workbook",
        "zh": "全部表格（Excel工作簿）",
    },
    "-numbers.json": {
        "en": "every probability, for programs",
        "zh": "全部概率，供程序读取",
    },
    "-scenarios.yaml": {
        "en": "the scenarios as the project defines them",
        "zh": "项目中的情景定义",
    },
}
FOLDERS: Texts = {
    "tables/": {"en": "each table as CSV", "zh": "各表格（CSV）"},
    "figures/": {"en": "each picture as SVG and PNG", "zh": "各图（SVG与PNG）"},
    "manifest.json": {
        "en": "checksums, versions and seed of the whole set",
        "zh": "全套文件的校验和、版本与种子",
    },
}
