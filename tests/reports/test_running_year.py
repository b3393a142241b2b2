"""The running year on pages: where releases are known, and the line where none is."""

import pytest

from cszt_models.reports.plan_sections import near_years
from cszt_models.reports.report import Report
from cszt_models.reports.running_year import running_year as section
from cszt_models.reports.sections import REASONS
from cszt_models.results.history import HistoryResults


def report_of(analysis):
    return Report(HistoryResults((analysis.attain(),)), {})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "for 5.0 % in the year, the fourth quarter must grow by 6.9 %"),
        ("zh", "全年要增长5.0%，四季度须增长6.9%"),
    ],
)
def test_the_running_year_has_its_fans_and_what_the_rest_must_be(
    running_year, language, words
):
    built = section(report_of(running_year[2]), language)
    assert REASONS["running_year"] is section
    assert any(words in line for line in built.sentences)
    assert [picture.name for picture in built.pictures] == [
        "running-both",
        "running-north",
    ]
    mark = {"en": "Q1–Q3", "zh": "前三季度"}[language]
    assert mark in built.pictures[1].svg
    assert "2021-10-20" in built.tables[0]
    assert {"en": "6.9 %", "zh": "6.9%"}[language] in built.tables[1]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "No figure for part of"), ("zh", "尚无年内累计数据")],
)
def test_where_no_release_is_known_one_line_says_so(running_year, language, words):
    report = report_of(running_year[0])
    assert section(report, language).empty
    assert near_years(report, language).note.startswith(words)
    assert not near_years(report_of(running_year[1]), language).note
