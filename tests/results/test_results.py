"""Results show themselves: numbers, tables, sentences and charts say the same."""

import re

import pandas as pd
import pytest
import xarray as xr

import cszt_models as cm
from cszt_models.analysis import design
from cszt_models.analysis.hindcast import run_hindcast
from cszt_models.errors import DataError
from cszt_models.present.tables.table import Table

KINDS = [
    "attain",
    "history",
    "scores",
    "joint",
    "reference",
    "timing",
    "gap",
    "backcast",
    "news",
    "compare",
    "attribute",
    "consistency",
    "sweep",
    "fit",
    "hindcast",
]


@pytest.fixture(scope="module")
def results(czt):
    history = cm.history(czt, ["2021-06-30", "2022-06-30", "2026-06-30"], draws=200)
    first = history[0]
    return {
        "attain": first.attain(),
        "history": history.attain(),
        "scores": history.scores(),
        "joint": first.joint(),
        "reference": first.reference(),
        "timing": first.timing("gdp_2025"),
        "gap": first.gap("gdp_2025"),
        "backcast": first.backcast("gdp_2025", 0.9),
        "news": history.news(),
        "compare": first.compare(["reform package", {"growth": 1.0}]),
        "attribute": first.attribute("reform package"),
        "consistency": first.consistency(),
        "sweep": first.sweep(design.factorial(growth=(-2, 2, 3), price=[-1, 1])),
        "fit": first.fit_results,
        "hindcast": run_hindcast(
            project=czt, origins=[2014], methods=("structural", "rw"), draws=200
        ),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_shows_itself(results, kind):
    result = results[kind]
    assert len(result.to_frame()) > 0
    assert len(repr(result)) < 300
    assert "\n" not in repr(result)
    for language in ("en", "zh"):
        summary = result.summary(language)
        assert len(str(summary).splitlines()) > 2
        assert result.plot(language).to_dict()
    assert "<table" in result._repr_html_()


@pytest.mark.parametrize("kind", KINDS)
def test_a_language_that_is_not_written_is_refused(results, kind):
    with pytest.raises(DataError, match=r"language 'fr'.*Use en or zh"):
        results[kind].summary("fr")


def test_a_row_of_the_frame_is_the_target(results):
    attained = results["attain"]
    row = attained.to_frame().loc["gdp_2025"]
    assert row["probability"] == attained["gdp_2025"].probability
    assert row["unit"] == "1e8 yuan"
    assert row["low"] < row["median"] < row["high"]


def test_contributions_add_up_to_the_move(results):
    news = results["news"]
    parts = news.contributions()
    for move in news:
        same = (parts["target"] == move.target) & (
            parts["until"] == pd.Timestamp(move.until)
        )
        assert parts.loc[same, "change"].sum() == pytest.approx(move.change, abs=1e-9)


def test_terms_of_a_gap_add_up(results):
    gap = results["gap"]["gdp_2025"]
    total = results["gap"].to_frame()["value"].sum()
    assert total == pytest.approx(gap.gap)


def test_a_backcast_gives_the_probability_asked(results):
    assert results["backcast"].probability == pytest.approx(0.9, abs=0.02)


def test_text_of_a_table_keeps_ids_whole(results):
    text = results["attain"].tables("en")[0].text(60)
    assert re.search(r"\burbanization_2025\b", text)
    assert max(map(len, text.splitlines()[1:])) <= 60


def test_html_escapes_what_it_shows():
    html = Table("<b>t</b>", pd.DataFrame({"a": ["<script>"]})).html()
    assert "<script>" not in html
    assert "<b>t</b>" not in html


def test_earlier_dates_of_a_history_hold_no_paths_and_give_the_same(czt):
    history = cm.history(czt, ["2021-06-30", "2022-06-30"], draws=200)
    fixed = cm.fix("gdp_real_growth", "changsha", 2024, 6.0)
    pinned = cm.scenario("pinned", growth=0.5, conditions=fixed)
    for scenario in ("baseline", pinned):
        first, last = history.attain(scenario=scenario)
        assert (first.projection is None, last.projection is None) == (True, False)
        fresh = history[0].attain(scenario=scenario)
        xr.testing.assert_identical(first.paths, fresh.paths)
        assert first.assessment.joint == fresh.assessment.joint
