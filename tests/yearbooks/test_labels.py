"""Labels and ids of a project's indicators as headers, and the period of a proposal."""

import re

import pytest

from cszt_models.yearbooks.cell_text import plain
from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.headings import key_of, label_phrases, phrase_of
from cszt_models.yearbooks.layout import layout_of
from cszt_models.yearbooks.mapping import Correspondence
from cszt_models.yearbooks.parts.tables import without_parts
from cszt_models.yearbooks.proposals import propose
from tests.yearbooks.reading import table


def test_every_label_of_a_project_names_its_indicator(czt):
    names = label_phrases(czt.indicators)
    for indicator in czt.indicators.values():
        for text in (indicator.id, indicator.label.en, indicator.label.zh):
            if re.search(r"since 2019|较2019年", text):
                continue  # a header's year is that of its figures
            for header in (text, f"{text}（{indicator.unit}）"):
                phrase = phrase_of(key_of([header])[0], names)
                assert phrase is not None, header
                assert phrase.indicator == indicator.id, header


@pytest.mark.parametrize(
    ("header", "indicator"),
    [
        ("规模以上工业增加值增速（%）", "industry_above_scale_va_growth"),
        ("规模工业增加值同比（%）", "industry_above_scale_va_growth"),
        ("growth of retail sales (%)", "retail_sales_growth"),
        ("Foreign trade growth", "trade_growth"),
        ("第一产业增加值增长", "va_primary_real_growth"),
        ("nominal GDP (million USD)", "gdp_nominal"),
        ("nominal GDP growth (%)", "gdp_nominal_growth"),
        ("地区生产总值名义增长（%）", "gdp_nominal_growth"),
        ("real GDP growth rate (%)", "gdp_real_growth"),
    ],
)
def test_usual_variants_of_a_label_name_it_too(header, indicator, czt):
    phrase = phrase_of(plain(header), label_phrases(czt.indicators))
    assert phrase is not None
    assert phrase.indicator == indicator


def test_growth_of_something_else_is_not_recognised(czt):
    names = label_phrases(czt.indicators)
    for header in ("规模以上服务业增速", "real GDP (million USD)", "GDP of services"):
        assert phrase_of(plain(header), names) is None


def test_a_proposal_names_the_period_of_its_figures(czt, tmp_path):
    path = table(tmp_path, "地区,2026年前三季度地区生产总值增速（%）\n长沙,4.4\n")
    read = without_parts(read_sheet(path))
    _, (gdp, _) = propose(layout_of(read.sheet), czt, Correspondence(), part=read.part)
    assert gdp.meaning == "gdp_real_growth, unit %, period 2026Q1-Q3"
