"""Reports: numbers and words agree, hostile text stays text, no network is needed."""

import re
from dataclasses import replace
from datetime import date

import pytest
from markupsafe import escape

from cszt_models import reports
from cszt_models.errors import DataError
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import evidence, numbers
from cszt_models.present.tables import attainment as tables
from cszt_models.project.dates import check_date, dates_until
from cszt_models.project.plan import read_targets
from cszt_models.project.project import Label
from cszt_models.reports.site import write
from cszt_models.results.history import HistoryResults
from cszt_models.targets.attainment import Attainment, Interval


def render(history, language="en"):
    return reports.page(reports.gather(history, {}), "full", language=language).text


@pytest.fixture(scope="module")
def page(history):
    return render(history)


def plain(text: str) -> str:
    """A page with common spaces instead of those that keep a number with its sign."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_page_says_what_the_assessment_says(history, page):
    now = history.now.assessment
    assert sentences.verdict(now.of("gdp_2025")) in plain(page)
    assert "Missed: ¥2.288 trillion was published, 8.5 % short" in plain(page)
    odds = numbers.percent(now.of("rd_intensity_2025").probability)
    figure = f'<p class="figure">{odds}</p>'
    said = '<p class="of">probability of reaching about 3 %</p>'
    assert f"{figure}\n{said}" in plain(page)
    assert plain(page).count('<p class="of">') == 1, "what is known has no odds"
    rate = now.of("urbanization_2025")
    assert sentences.verdict(rate, arithmetic=False) in plain(page)
    assert f"computed from published figures: {rate.computed.arithmetic}" in page
    assert sentences.outlook(now.of("rd_intensity_2025")) in plain(page)
    lost = "because gross domestic product and urbanization rate were missed"
    assert f"no longer possible, {lost}" in page


def test_page_lists_every_target_with_its_words(history, page):
    for target in history.now.plan.values():
        assert str(escape(target.quote)) in page
    assert page.count('<span class="badge">no data</span>') == 18


def test_page_says_what_a_probability_rests_on(history, page):
    words = evidence.rests_on(history.now.assessment.of("hightech_firms_2025"))
    assert words.startswith("rests on 17 figures in all: Changsha 2018, 2020–2021, ")
    assert str(escape(words)) in plain(page)


def test_page_states_seed_hash_versions_and_gate(history, page):
    assert f"data {history.data_hash}" in page
    assert f"({history.scenario.hash})" in page
    assert "seed 1" in page
    assert "cszt_models 0.1.0" in page
    assert re.search(r">R&amp;D intensity</td>\s*<td [^>]*>marginal</td>", page)


def test_page_needs_no_network(page):
    links = re.findall(r"(?:src|href)\s*=\s*[\"']([^\"']*)", page)
    assert links == ["data:,", "#answer"]
    assert "@import" not in page
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(", page)


def test_both_languages_show_the_same_figures(history):
    chinese = render(history, language="zh")
    assert 'lang="zh-CN"' in chinese
    assert "未实现：公布值22,878.5亿元" in chinese
    probability = history.now.assessment.of("urbanization_2025").probability
    assert numbers.percent(probability, "zh") in chinese


def test_hostile_text_in_data_is_shown_as_text(history):
    hostile = "<script>alert(1)</script><img src=x onerror=y>"
    first = next(iter(history.now.plan.values()))
    spoiled = replace(first, quote=hostile, label=Label(hostile, hostile))
    results = tuple(
        replace(r, target=spoiled) if r.target is first else r
        for r in history.now.assessment.targets
    )
    project = replace(history.project, label=Label(hostile, hostile))
    assessment = replace(history.now.assessment, targets=results)
    now = replace(history.now, project=project, assessment=assessment)
    page = render(HistoryResults((now,)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    write(path, b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(DataError, match="No space left"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_language_is_refused(history):
    with pytest.raises(ValueError, match="en or zh"):
        render(history, language="fr")


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "under 1 %"),
        (0.005, "under 1 %"),
        (0.0099, "under 1 %"),
        (0.01, "1 %"),
        (0.5, "50 %"),
        (0.99, "99 %"),
        (0.995, "over 99 %"),
        (0.999, "over 99 %"),
        (1.0, "over 99 %"),
    ],
)
def test_a_probability_from_draws_is_never_called_certain(probability, text):
    assert numbers.percent(probability) == text


def verdicts(target):
    """Constructed cases and the words they must give, in both languages."""
    some = Interval(0.8, 20_000.0, 30_000.0)
    return {
        "met": (
            Attainment(
                target, "resolved", 1.0, 0.0, 26_000.0, None, 0.0, 26_000.0, True
            ),
            "Met: ¥2.6 trillion was published",
            "已实现：公布值26,000亿元",
        ),
        "missed": (
            Attainment(
                target, "resolved", 0.0, 0.0, 20_000.0, None, 5_000.0, 20_000.0, False
            ),
            "Missed: ¥2 trillion was published, 20.0 % short of the target of at least "
            "¥2.5 trillion",
            "低20.0%",
        ),
        "nowcast": (
            Attainment(target, "nowcast", 0.31, 0.01, 24_000.0, some, 900.0),
            "Not yet published: median ¥2.4 trillion (80 % interval "
            "¥2 trillion to ¥3 trillion); the target of at least ¥2.5 trillion is met "
            "with probability 31 %",
            "尚未公布",
        ),
        "nearly certain": (
            Attainment(target, "projected", 1.0, 0.001, 29_000.0, some, 0.0),
            "with probability over 99 %",
            "概率为99%以上",
        ),
        "nearly impossible": (
            Attainment(target, "projected", 0.001, 0.001, 19_000.0, some, 6_000.0),
            "with probability under 1 %",
            "概率为1%以下",
        ),
        "no data": (
            Attainment(target, "no_data", reason="no figure known"),
            "No data: no figure known. The plan asks for at least ¥2.5 trillion.",
            "无数据",
        ),
    }


CASES = ("met", "missed", "nowcast", "nearly certain", "nearly impossible", "no data")


@pytest.mark.parametrize("case", CASES)
def test_words_follow_from_the_numbers(czt, case):
    result, english, chinese = verdicts(read_targets(czt)["gdp_2025"])[case]
    assert english in sentences.verdict(result)
    assert chinese in sentences.verdict(result, "zh")


def test_fan_quantiles_are_ordered_and_hold_published_years(history):
    fan = tables.fan(history.now.paths, "gdp_nominal", "czt").set_index("year")
    names = ["q5", "q10", "q25", "q50", "q75", "q90", "q95"]
    assert (fan[names].diff(axis="columns").dropna(axis="columns") >= 0).all().all()
    assert fan.loc[2025, "q5"] == fan.loc[2025, "q95"] == 22878.5


def test_dates_end_with_the_one_asked_for(czt):
    assert dates_until(czt, date(2022, 1, 1)) == [date(2021, 6, 30), date(2022, 1, 1)]
    with pytest.raises(DataError, match="after 2026-11-29"):
        check_date(czt, date(2027, 1, 1))
