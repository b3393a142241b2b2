"""Reports: one self-contained HTML page that answers first and proves second."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cszt_models import __version__, figures, sentences, tables
from cszt_models.errors import DataError
from cszt_models.files import write_whole
from cszt_models.plan import Target
from cszt_models.project import Label
from cszt_models.series import published_series
from cszt_models.story import Chapter, Story
from cszt_models.vocabulary import GROWTH_AVERAGE

LANGUAGES = ("en", "zh")
HISTORY_FROM = 2010  # first year of published figures drawn beside a fan
PACKAGES = ("numpy", "scipy", "pandas", "xarray", "arviz-stats", "altair")

# How little a quantity rests on is said beside it, by the block that tells it.
LABELS = {
    "en": {
        "answer": "The answer",
        "over_time": "How probable it looked, year by year",
        "over_time_note": (
            "Probability that each target is met in its year, from what had been "
            "released by each date. Bars are two Monte-Carlo errors each way."
        ),
        "joint": "all three together",
        "then_now": "What was expected then, and what is known now",
        "fan_note": (
            "Dark line: published figures. Blue: median and 50, 80 and 90 % intervals "
            "of what was not yet published. Red: the target."
        ),
        "known_at": "As known at",
        "every_target": "Every target of the plan",
        "target": "target",
        "asks": "asks for",
        "status": "status",
        "probability": "probability",
        "outlook": "published or expected (80 %)",
        "quote": "words of the plan",
        "reading": "How to read this page",
        "data": "Data and sources",
        "source": "source",
        "figures": "figures",
        "years": "years",
        "method": "Method, seed and versions",
        "today": "latest data",
        "joint_card": "All headline targets together",
        "block": "block",
        "rows": "rows",
        "check": "check",
        "ess": "effective scales",
        "all_sources": "All sources",
        "gaps": "What is not known",
    },
    "zh": {
        "answer": "结论",
        "over_time": "历年看来的实现概率",
        "over_time_note": (
            "按各日期之前已公布的数据计算的目标实现概率。竖线为正负两倍蒙特卡洛误差。"
        ),
        "joint": "三项同时实现",
        "then_now": "当时的预期与现在的已知",
        "fan_note": (
            "黑线：已公布数据；蓝色：未公布部分的中位数及50%、80%、90%区间；"
            "红色：目标。"
        ),
        "known_at": "截至",
        "every_target": "规划的全部目标",
        "target": "目标",
        "asks": "要求",
        "status": "状态",
        "probability": "概率",
        "outlook": "公布值或预期（80%区间）",
        "quote": "规划原文",
        "reading": "如何阅读本页",
        "data": "数据与来源",
        "source": "来源",
        "figures": "数据条数",
        "years": "年份",
        "method": "方法、随机种子与版本",
        "today": "最新数据",
        "joint_card": "三项主要目标同时实现",
        "block": "模块",
        "rows": "观测",
        "check": "检验",
        "ess": "有效尺度样本",
        "all_sources": "全部来源",
        "gaps": "尚不知道的",
    },
}


def render(story: Story, *, language: str = "en") -> str:
    """The page as HTML text.

    Parameters
    ----------
    story
        From `tell`; its last chapter is "today".
    language
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ValueError
        If the language is neither.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be en or zh; got {language!r}.")
    environment = Environment(
        loader=PackageLoader("cszt_models"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        lang="zh-CN" if language == "zh" else "en",
        words=LABELS[language],
        language=language,
        title=sentences.plan_title(story.project, language),
        story=story,
        now=story.now.assessment,
        say=sentences,
        cards=_cards(story, language),
        charts=_charts(story, language),
        fans=[
            _fans(story, chapter, language)
            for chapter in (
                (story.chapters[0], story.now)
                if len(story.chapters) > 1
                else (story.now,)
            )
        ],
        sources=tables.sources(story.now.fits.known).to_dict("records"),
        gates=tables.diagnostics(story.now.fits).to_dict("records"),
        versions=_versions(),
        names={t.id: t.label.in_language(language) for t in story.targets.values()},
    )


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    DataError
        If the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}). Choose another --out."
        ) from None


def require_writable(path: Path) -> None:
    """Refuse a file that could not be written, before any work is done for it.

    Raises
    ------
    DataError
        If the path is a folder or its folder cannot be written.
    """
    if path.is_dir():
        raise DataError(f"{path} is a folder. Give a file name, like page.html.")
    folder = next(part for part in path.absolute().parents if part.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise DataError(f"{folder} cannot be written to. Choose another --out.")


def _headline(story: Story) -> list[Target]:
    return [target for target in story.targets.values() if target.headline]


def _cards(story: Story, language: str) -> list[dict[str, str]]:
    now = story.now.assessment
    cards = []
    for target in _headline(story):
        result = now.of(target.id)
        cards.append(
            {
                "name": sentences.name(target, language),
                "figure": sentences.chance(result, language),
                "status": sentences.STATUS[language][result.status],
                "tone": _tone(result.probability),
                "text": sentences.verdict(result, language),
            }
        )
    return cards


def _tone(probability: float | None) -> str:
    if probability is None:
        return "none"
    return "low" if probability < 1 / 3 else "high" if probability > 2 / 3 else "mid"


def _charts(story: Story, language: str) -> dict[str, Markup]:
    history = tables.attainment_history(story.assessments)
    labels = {t.id: t.label.in_language(language) for t in _headline(story)}
    labels["joint"] = LABELS[language]["joint"]
    sizes = {"wide": (760, 290), "narrow": (300, 260)}
    return {
        name: _picture(
            figures.probability_over_time(
                history, labels, language=language, width=width, height=height
            ),
            LABELS[language]["over_time"],
        )
        for name, (width, height) in sizes.items()
    }


def _fans(story: Story, chapter: Chapter, language: str) -> dict[str, Any]:
    drawn = []
    for target in _headline(story):
        if target.indicator == GROWTH_AVERAGE:
            continue
        label = Label(
            story.project.indicators[target.indicator].label.en,
            story.project.indicators[target.indicator].label.zh,
        ).in_language(language)
        known = published_series(
            chapter.fits.known, story.project, target.indicator, target.region
        )
        chart = figures.fan_chart(
            tables.fan(chapter.projection, target.indicator, target.region),
            known[known["year"] >= HISTORY_FROM],
            title=label,
            unit=sentences.unit(target.unit, language),
            target=(target.year, target.value),
            language=language,
        )
        drawn.append(_picture(chart, f"{label}, {chapter.assessment.as_of}"))
    return {"as_of": chapter.assessment.as_of.isoformat(), "charts": drawn}


def _picture(chart: Any, text: str) -> Markup:
    """A chart as an SVG element with a text alternative."""
    svg = figures.as_svg(chart)
    start = svg.index("<svg") + len("<svg")
    return Markup('<svg role="img" aria-label="{}"').format(text) + Markup(svg[start:])


def _versions() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"cszt_models {__version__}, Python {platform.python_version()}, {packages}"


def history_table(story: Story) -> pd.DataFrame:
    """Probabilities by as-of date (rows) and headline target (columns)."""
    history = tables.attainment_history(story.assessments)
    wide = history.pivot_table(index="as_of", columns="target", values="probability")
    return wide[[*(t.id for t in _headline(story)), "joint"]]
