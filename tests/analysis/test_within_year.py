"""The running year asked of an analysis: news, calendar, and the rest of the year."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from cszt_models import analyse
from cszt_models.attribution.news import news
from cszt_models.attribution.release_calendar import release_calendar
from cszt_models.attribution.rest_of_year import growth_to_date, rest_growth
from cszt_models.attribution.year_needs import year_needs
from cszt_models.errors import DataError
from tests import delta
from tests.conftest import RUNNING_TARGETS


def test_every_move_is_that_of_a_release(running_year):
    for older, newer in pairwise(running_year):
        (move,) = (m for m in newer.news(older, "north") if m.target == "north")
        parts = [part for part in move.parts if part.kind == "observation"]
        assert sum(part.change for part in move.parts) == pytest.approx(move.change)
        assert {p.indicator.partition("@")[0] for p in parts} == {"gdp_real_growth"}
        assert all("@" in part.indicator for part in parts)
        for part in parts:
            (item,) = part.news
            if abs(part.change) > 0.01:
                assert np.sign(part.change) == np.sign(item.surprise)
    text = running_year[1].news(running_year[0], "north").sentences()[0]
    assert "first-quarter growth of North in 2021 (5.5 % against" in text
    assert (
        "一季度增速"
        in running_year[1].news(running_year[0], "north").sentences("zh")[0]
    )


def test_the_order_in_which_weights_are_summed_is_no_news(running_year):
    fits = running_year[2].fits
    panel = fits.panels["growth"]
    rows = [
        replace(
            each,
            cells=tuple(
                replace(cell, weight=np.nextafter(cell.weight, 2))
                for cell in each.cells
            ),
        )
        for each in panel.rows
    ]
    again = replace(panel, rows=tuple(rows))
    assert news(fits, replace(fits, panels={**fits.panels, "growth": again})) == ()


def test_the_rest_of_the_year_is_exact_and_as_probable_as_the_year(running_year):
    north, both = running_year[2].needed(2021)
    assert (north.to_date.growth, north.to_date.weight) == (4.2, 0.7)
    assert north.to_date.basis == "levels"
    assert both.to_date.basis == "months"
    assert north.pace is None
    assert 0.7 * 4.2 + 0.3 * north.rest == pytest.approx(5.0)
    attained = running_year[2].attain("north").assessment.targets[0]
    assert north.probability == pytest.approx(attained.probability)
    assert north.low < north.expected < north.high
    assert len(north.to_date.quarters) == 2
    record = running_year[2].needed(2021, growth=4.0).to_dict()["needed"][0]
    assert record["rest"] == pytest.approx(float(rest_growth(4.0, 4.2, 0.7)))
    assert "the fourth quarter must grow by 6.9 %" in str(
        running_year[2].needed().summary()
    )


def test_a_year_of_which_releases_tell_is_not_left_to_the_prior(running_year):
    for dated in running_year[1:]:
        (north,) = dated.attain("north").assessment.targets
        assert north.sensitivity.unobserved == 0


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """Levels of eight quarters of two years, and what is needed after six of them."""
    levels = np.array([[24.0, 25.2, 25.0, 26.1], [25.9, 26.6, 27.0, 27.4]])
    path = levels.ravel()
    rows = delta.history()
    for place in range(1, 6):
        year, quarter = 2020 + place // 4, place % 4 + 1
        rate = 100 * (path[place] / path[place - 1] - 1)
        period = f"{year}Q{quarter}-on-Q{(quarter - 2) % 4 + 1}"
        rows.append(delta.row("north", year, rate, period=period, on="2021-08-01"))
    folder = delta.write(tmp_path_factory.mktemp("linked"), rows)
    (folder / "targets.csv").write_text(RUNNING_TARGETS, encoding="utf-8")
    analysis = analyse(folder, as_of="2021-09-01", seed=1, draws=128)
    reach = 100 * (levels[1].sum() / levels[0].sum() - 1)
    return levels, analysis.needed(2021, growth=reach, regions="north")


def test_growth_on_the_quarter_before_gives_exactly_what_the_rest_must_be(linked):
    levels, needed = linked
    (need,) = needed
    before, now = levels
    assert need.to_date.basis == "linked"
    assert need.to_date.weight == pytest.approx(before[:2].sum() / before.sum())
    to_date = 100 * (now[:2].sum() / before[:2].sum() - 1)
    assert need.to_date.growth == pytest.approx(to_date)
    rest = 100 * (now[2:].sum() / before[2:].sum() - 1)
    assert need.rest == pytest.approx(rest)
    each = 100 * (now[:2] / before[:2] - 1)
    assert [value for _, value in need.to_date.quarters] == pytest.approx(each)


def test_a_steady_pace_takes_the_year_there(linked):
    levels, needed = linked
    (need,) = needed
    step = 1 + need.pace / 100
    rest = levels[1, 1] * (step + step**2)
    assert rest == pytest.approx(levels[1, 2:].sum())
    text = needed.sentences()[0]
    assert "by growth of its parts on those before" in text
    assert f"Each quarter to come must grow by {need.pace:.1f} % on" in text
    assert "其后每季度环比须增长" in needed.sentences("zh")[0]
    record = needed.to_dict()["needed"][0]
    assert (record["pace"], record["by_levels"]) == (need.pace, True)
    assert needed.tables()[0].frame.shape[1] == 8


def test_without_a_release_there_is_no_rest(running_year):
    with pytest.raises(DataError, match="no growth of part of 2021 on the year before"):
        running_year[0].needed(2021)
    with pytest.raises(DataError, match="was known of south by"):
        running_year[2].needed(2021, regions="south")
    with pytest.raises(DataError, match="26 is not a year of 2010 to"):
        running_year[2].needed(26)
    with pytest.raises(DataError, match="growth -150 is not above -100 percent"):
        running_year[2].needed(2021, growth=-150)


def test_the_rest_of_a_year_that_is_published_is_what_it_was(running_year):
    north = next(iter(running_year[2].needed(2020, regions="north")))
    year, to_date = north.published, north.to_date.growth
    assert north.reach == year
    assert north.rest == pytest.approx(4 * year - 3 * to_date)
    assert north.expected == pytest.approx(north.rest)
    text = running_year[2].needed(2020, growth=year + 1, regions="north")
    assert "in the year, as published: the fourth quarter" in text.sentences()[0]
    assert "in the year the fourth quarter had to grow by" in text.sentences()[0]
    assert "（已公布）：四季度" in text.sentences("zh")[0]


def test_a_fall_is_called_one_and_a_median_a_median(running_year):
    fall = running_year[2].needed(2021, growth=1.0, regions="north")
    assert "the fourth quarter must shrink by 6.5 %" in fall.sentences()[0]
    assert "四季度须下降6.5%" in fall.sentences("zh")[0]
    both = running_year[2].needed(2021, regions="both")
    assert "; for the median of " in both.sentences()[0]
    assert "(median)" in both.tables()[0].frame.iloc[0, 3]


def test_a_ceiling_is_as_probable_as_its_floor_is_not(running_year):
    analysis = running_year[2]
    known = growth_to_date(analysis.fits, 2021, ["north"])
    paths, floor = analysis.forecast(), analysis.targets["north"]
    chances = [
        year_needs(analysis.fits, paths, known, {"north": target})[0].probability
        for target in (floor, replace(floor, sense="at_most"))
    ]
    assert sum(chances) == pytest.approx(1)


def test_parts_without_gaps_are_growth_to_date():
    rows = [("Q1", 2021, 5.1), ("Q2", 2021, 5.3), ("M07", 2021, 4.0), ("M09", 2021, 9)]
    levels = [("gdp_nominal", 100.0), ("gdp_nominal@Q1", 20.0)]
    levels += [("gdp_nominal@Q2", 25.0), ("gdp_nominal@M07", 8.0)]
    figures = [(f"gdp_real_growth@{part}", *rest) for part, *rest in rows]
    figures += [(series, 2020, level) for series, level in levels]
    known = pd.DataFrame(figures, columns=["indicator", "year", "value"])
    known = known.assign(region="a", basis="b", known_on=date(2021, 9, 1))
    bases = SimpleNamespace(judged=("b",), usable=("b",))
    project = SimpleNamespace(
        comparability={"gdp_real_growth", "gdp_nominal"}, bases_of=lambda _: bases
    )
    (to_date,) = growth_to_date(
        SimpleNamespace(known=known, project=project), 2021, "a"
    )
    assert to_date.span == (1, 7)
    mean = (20 * 5.1 + 25 * 5.3 + 8 * 4.0) / 53
    assert (to_date.growth, to_date.weight) == pytest.approx((mean, 0.53))
    assert to_date.basis == "levels"
    assert [value for _, value in to_date.quarters] == pytest.approx([5.1, 5.3, 4.0])


def test_an_estimate_is_not_due_after_the_figure_itself(running_year):
    fits = running_year[2].fits
    known = fits.known
    early = known["indicator"] == "gdp_real_growth"
    days = pd.Series([date(year + 1, 1, 17) for year in known["year"]], known.index)
    fits = replace(
        fits, known=known.assign(known_on=known["known_on"].mask(early, days))
    )
    due = release_calendar(fits, 2021, ["north"], {})
    series = [release.series for release in due]
    assert series == ["gdp_real_growth@H1", "gdp_real_growth"]


def test_releases_to_come_are_listed_with_what_they_are_worth(running_year):
    due = running_year[1].calendar(2021, ["north"])
    frame = due.to_frame()
    assert frame["series"].tolist() == [
        "gdp_real_growth@H1",
        "gdp_real_growth@Q1-Q3",
        "gdp_real_growth@estimate",
        "gdp_real_growth",
    ]
    assert (frame["due"].dt.date > running_year[1].as_of).all()
    assert frame["sd_after"].is_monotonic_decreasing
    assert (frame["sd_alone"] >= frame["sd_after"] - 1e-9).all()
    for release in due:
        chance, now, left = release.targets["north"]
        assert 0 < chance < 1
        assert left < now
    assert due.sentences("zh")[0].startswith("北：")
    with pytest.raises(DataError, match="Unknown region 'nowhere'"):
        running_year[1].calendar(2021, "nowhere")
    with pytest.raises(DataError, match="1999 is not a year of"):
        running_year[1].calendar(1999)


def test_a_calendar_of_a_year_that_is_published_is_empty(running_year):
    empty = running_year[1].calendar(2018, "north")
    assert "No release on 2018 is due" in str(empty.summary())


def test_the_fan_of_the_year_narrows_from_release_to_release(running_year):
    results = running_year[2].running_year()
    assert [fan.region for fan in results] == ["north", "both"]
    north = results.fans[0]
    assert [mark.series for mark in north.marks] == [
        "gdp_real_growth@Q1",
        "gdp_real_growth@Q1-Q3",
    ]
    frame = results.to_frame()
    mine = frame[(frame["region"] == "north") & (frame["due"] == "")]
    width = mine["q90"] - mine["q10"]
    assert (width.diff()[1:] < 0).all()
    drawn = running_year[2].forecast()["gdp_real_growth"].sel(region="north", year=2021)
    expected = np.quantile(drawn.to_numpy(), [0.05, 0.5, 0.95])
    np.testing.assert_allclose(mine.iloc[-1][["q5", "q50", "q95"]].tolist(), expected)
    ahead = frame[(frame["region"] == "north") & (frame["due"] != "")]
    assert (ahead["first"].dt.date > running_year[2].as_of).all()
    assert (ahead["q90"] - ahead["q10"] < width.iloc[-1]).all()
    record = results.to_dict()
    assert record["needed"][0]["target"] == "north"
    assert len(record["regions"][0]["stages"]) == 4 + len(ahead)
    assert "hconcat" not in results.plot("zh").to_dict()


def test_releases_of_many_other_places_are_counted(running_year):
    results = running_year[2].running_year(2021, "north")
    (fan,) = results.fans
    marks = [fan.marks[0]._replace(region="both")] * 3
    stage = replace(fan.stages[1], releases=(fan.marks[0], *marks))
    many = replace(results, fans=(replace(fan, stages=(stage, *fan.stages[2:])),))
    cells = [many.tables(language)[0].frame.iloc[0, 2] for language in ("en", "zh")]
    assert cells[0].endswith(" 5.5 %; 3 of other places")
    assert cells[1].endswith("5.5%；其他地区3项")


def test_stages_are_what_was_expected_on_their_days(running_year):
    """That of an earlier date, whose scales are its own, within Monte-Carlo error."""
    then = running_year[1].running_year(2021, "north").fans[0].now
    now = running_year[2].running_year(2021, "north").fans[0].stages[1]
    assert then.first == now.first
    np.testing.assert_allclose(then.quantiles[1:-1], now.quantiles[1:-1], atol=0.6)


def test_without_a_release_no_year_runs(running_year):
    empty = running_year[0].running_year()
    assert len(empty) == 0
    assert empty.to_frame().empty
    assert "No figure for part of" in str(empty.summary())
    assert "2018" in str(running_year[2].running_year(2018).summary("zh"))
