"""Chinese pages: terms of the trade, no word-for-word renderings, full-width marks."""

import html
import re

import pytest

from cszt_models.present.sentences.sources import source_name
from cszt_models.project.schema import Label
from cszt_models.reports.pages import page
from cszt_models.results.joint import JointResults
from cszt_models.scenarios.levers import Lever, read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios

REFUSED = (
    "现报",
    "失守",
    "绰绰有余",
    "最不意外",
    "历年看来",
    "偏离这么远",
    "去掉后",
    "最可能在",
    "目标最受制约",
    "研究与试验发展经费占",
    "地区生产总值的概率",
    "平均需",
    "各市数值",
    "布赖尔",
)
HAN = "[\u4e00-\u9fff]"
# Quotes are printed as they are; the footer names versions.
AS_PRINTED = re.compile(
    r"<(style|script|footer)\b.*?</\1>|<span class=\"quote\".*?</span>", re.DOTALL
)
# Four English words in a row, but for titles of works in English.
ENGLISH = re.compile(r"(?:[A-Za-z][a-z'-]*[ ,;:]+){3,}[A-Za-z]{2,}")
TITLES = ("China Census city panel V1",)


def text_of(markup: str) -> list[str]:
    """Lines of text of a page, and the texts that stand for its pictures."""
    markup = AS_PRINTED.sub("", markup)
    labels = re.findall(r'<svg role="img" aria-label="([^"]*)"', markup)
    return [html.unescape(line) for line in [*re.split(r"<[^>]*>", markup), *labels]]


@pytest.fixture(scope="module")
def lines(shared_report):
    """All lines of the pages that show results."""
    report = shared_report
    pages = [page(report, kind, language="zh") for kind in ("brief", "full")]
    pages += [page(report, "city", language="zh", region="changsha")]
    kinds = "calibration", "scenarios", "data"
    pages += [page(report, kind, language="zh") for kind in kinds]
    return [line for made in pages for line in text_of(made.text) if line.strip()]


@pytest.mark.parametrize("words", REFUSED)
def test_no_page_contains_what_no_reader_would_write(words, lines):
    assert [line for line in lines if words in line] == []


def test_marks_beside_characters_are_full_width(lines):
    wrong = re.compile(f"{HAN}[,;:()!?]|[,;:()]{HAN}|{HAN} [（，：；]")
    assert [line for line in lines if wrong.search(line)] == []


def test_no_page_contains_english_sentences(lines):
    named = [line for line in lines if not any(title in line for title in TITLES)]
    assert {line for line in named if ENGLISH.search(line)} == set()


def test_sizes_of_levers_and_scenarios_have_a_chinese_source(czt):
    levers = read_levers(czt)
    parts = [p for s in read_scenarios(czt, levers).values() for p in s.parts]
    english = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
    sources = [each.source_in("zh") for each in (*levers.values(), *parts)]
    assert [source for source in sources if english.search(source)] == []


def test_a_source_without_a_chinese_name_is_shown_as_it_is(czt):
    lever = Lever("growth", "growth", "", -1.0, 1.0, Label("a", "b"), "a bulletin")
    assert lever.source_in("zh") == lever.source_in("en") == "a bulletin"
    assert source_name("[1] a bulletin", czt.sources, "zh") == "[1] a bulletin"


@pytest.mark.parametrize(
    "words",
    [
        "研发经费占地区生产总值比重",
        "地区生产总值目标的实现概率",
        "年达到的可能性过半",
        "哪项目标制约最大",
        "现时预测",
        "年均需增长",
        "2021—2025年地区生产总值年均增长",
    ],
)
def test_pages_contain_the_terms_of_the_trade(words, lines):
    assert any(words in line for line in lines)


def test_commands_answer_in_the_same_words(history):
    text = str(JointResults(history.results[0]).summary("zh"))
    assert not [words for words in REFUSED if words in text]
