"""Bullets, moves and widths: pictures and tables that say what the numbers say."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from cszt_models.attribution.contributions import Contribution, Move
from cszt_models.attribution.news import News
from cszt_models.attribution.split import Projected
from cszt_models.attribution.width import PARTS, observed_price_sd, widths
from cszt_models.present.sentences import revisions
from cszt_models.project.plan import read_targets
from cszt_models.project.series import PublishedSeries
from cszt_models.projection.outlook import build_outlook
from cszt_models.reports import bullets, moves
from cszt_models.reports.report import gather
from cszt_models.reports.sections import open_years
from cszt_models.results.history import HistoryResults
from cszt_models.targets.attainment import Attainment, Interval


@pytest.fixture(scope="module")
def gdp(czt):
    return read_targets(czt)["gdp_2025"]


def mark(result) -> tuple[float, float]:
    """Place of the mark of a bullet, and of the line of its target."""
    svg = str(bullets.bullet(result, "en"))
    found = re.search(r'<circle [^>]*cx="([\d.]+)"', svg) or re.search(
        r'<rect class="(?:open|faint)" x="([\d.]+)"', svg
    )
    return float(found[1]), bullets.WIDTH / 2


def published(target, value):
    met = bool(target.met_by(value))
    return Attainment(target, "resolved", float(met), 0.0, value, None, 0.0, value, met)


@pytest.mark.parametrize("share", [0.8, 0.99, 1.01, 1.3])
@pytest.mark.parametrize("sense", ["at_least", "at_most"])
def test_a_bullet_right_of_the_line_is_a_target_met(gdp, sense, share):
    target = replace(gdp, sense=sense)
    result = published(target, share * target.value)
    place, line = mark(result)
    assert (place > line) == result.met


def test_a_bullet_stays_within_its_track(gdp):
    interval = Interval(0.8, 0.2 * gdp.value, 5 * gdp.value)
    result = Attainment(gdp, "projected", 0.5, 0.01, 2 * gdp.value, interval, 0.0)
    svg = str(bullets.bullet(result, "en"))
    x, width = map(
        float, re.search(r'band [^>]*x="([\d.]+)"[^>]*width="([\d.]+)"', svg).groups()
    )
    assert x >= 0
    assert x + width <= bullets.WIDTH


def test_causes_of_a_cell_add_up_to_its_change(czt, gdp):
    rng = np.random.default_rng(0)
    for _ in range(50):
        shares = rng.normal(0, 0.1, 5)
        before = rng.uniform(0.3, 0.5)
        parts = tuple(
            Contribution("observation", share, 0.0, 1, "gdp_nominal", region)
            for share, region in zip(
                shares, ["changsha", "zhuzhou", "xiangtan", "ring", "all"], strict=True
            )
        )
        after = before + shares.sum()
        move = Move(gdp.id, None, None, before, after, parts)
        text = revisions.causes(move, czt).replace("\N{MINUS SIGN}", "-")
        numbers = [int(n) for n in re.findall(r"[+-]\d+", text)]
        change = revisions.points(after) - revisions.points(before)
        assert not numbers or sum(numbers) == change


def test_the_largest_moves_are_drawn(gdp):
    made = [Move(gdp.id, None, None, 0.5, 0.5 + x, ()) for x in (0.02, -0.3, 0.1, 0.06)]
    drawn = moves.largest(made, 2)
    assert [round(move.change, 2) for move in drawn] == [-0.3, 0.1]
    assert moves.largest(made[:1], 2) == []


def test_shares_of_a_width_add_up(history):
    first = history.results[0]
    projected = Projected(build_outlook(first.fits), first.paths)
    last = history.project.plan.last_year
    found = widths(projected, "czt", [last, history.project.horizon])
    assert len(found) == 2
    for width in found:
        assert set(width.shares) == set(PARTS)
        assert sum(width.shares.values()) == pytest.approx(1)
        assert width.low < width.median < width.high
    assert widths(projected, "nowhere", [last]) == []


def test_published_years_have_no_width(history):
    now = history.now
    projected = Projected(build_outlook(now.fits), now.paths)
    assert widths(projected, "czt", [history.project.plan.first_year]) == []


def test_prices_of_a_steady_place_do_not_vary(history):
    known = history.now.fits.known
    assert observed_price_sd(history.now.fits.series, "changsha") > 0
    few = known[known["year"] > known["year"].max() - 2]
    published = PublishedSeries(few, history.project)
    assert np.isnan(observed_price_sd(published, "changsha"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_says_why_later_years_are_open(history, language):
    report = gather(HistoryResults(history.results[:1]), {})
    section = open_years(report, language)
    assert str(history.project.horizon) in section.sentences[-2]
    assert len(section.pictures) == 1


def test_a_part_that_is_printed_as_none_is_no_cause(czt, gdp):
    retail = Contribution("observation", 0.004, 0.0, 1, "retail_sales_growth", "hunan")
    growth = Contribution("observation", 0.1, 0.0, 1, "gdp_real_growth", "hunan")
    move = Move(gdp.id, None, None, 0.3, 0.404, (retail, growth))
    assert revisions.reasons(move) == [growth]
    alone = Move(gdp.id, None, None, 0.3, 0.304, (retail,))
    assert revisions.reasons(alone) == []
    assert revisions.causes(alone, czt) == ""


def test_a_rest_larger_than_every_cause_is_named_by_kind(czt, gdp):
    days, plan = (date(2026, 6, 30), date(2026, 11, 29)), {gdp.id: gdp}
    news = (News("growth", "hunan", 2025, "as_first_published", 4.7, 4.8, 0),)
    named = Contribution("observation", 0.03, 0.0, 1, "gdp_real_growth", "hunan", news)
    small = [replace(named, change=0.02, region="ring")] * 14
    move = Move(gdp.id, *days, 0.3, 0.61, (named, *small))
    text = revisions.why(move, czt, plan)
    assert "because of new figures of little weight each (+28) and real GDP" in text
    kinds = ("basis", "revision", "event", "expected", "scales", "published")
    parts = [Contribution(kind, 0.06, 0.0) for kind in kinds]
    move = Move(gdp.id, *days, 0.3, 0.66, tuple(parts))
    assert revisions.is_scattered(move)
    text = revisions.why(move, czt, plan)
    assert "in many small parts (+30), beside figures restated" in text
    assert revisions.causes(move, czt).startswith("all else +30; ")
