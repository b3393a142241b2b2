"""The running year asked of an analysis: news, calendar, and the rest of the year."""

from itertools import pairwise

import numpy as np
import pytest

import cszt_models as cm
from cszt_models.attribution.rest_of_year import rest_growth
from cszt_models.errors import DataError
from tests.delta import history, row, write

TARGETS = """\
id,indicator,region,since,year,sense,value,unit,name_en,name_zh,quote,source,headline
north,gdp_real_growth,north,,2021,at_least,5,percent,growth of North,北市增速,q,s,1
"""
LEVELS = {"2020M01-09": 70.0, "": 100.0}


@pytest.fixture(scope="module")
def analyses(tmp_path_factory):
    """Three dates of a year: nothing, a quarter, and three of them with levels."""
    rows = [
        *history(),
        row("north", 2021, 5.5, period="2021Q1", on="2021-04-20"),
        row("both", 2021, 5.2, period="2021H1", on="2021-07-20"),
        row("north", 2021, 4.2, period="2021Q1-Q3", on="2021-10-20"),
        row("north", 2020, 70.0, period="2020Q1-Q3", indicator="gdp_nominal"),
    ]
    folder = write(tmp_path_factory.mktemp("year"), rows)
    (folder / "targets.csv").write_text(TARGETS)
    project = cm.load_project(folder)
    days = ("2021-03-10", "2021-05-01", "2021-11-01")
    return [cm.analyse(project, as_of=day, seed=1, draws=128) for day in days]


def test_every_move_is_that_of_a_release(analyses):
    for older, newer in pairwise(analyses):
        (move,) = (m for m in newer.news(older, "north") if m.target == "north")
        parts = [part for part in move.parts if part.kind == "observation"]
        assert sum(part.change for part in move.parts) == pytest.approx(move.change)
        assert {p.indicator.partition("@")[0] for p in parts} == {"gdp_real_growth"}
        assert all("@" in part.indicator for part in parts)
        for part in parts:
            (item,) = part.news
            if abs(part.change) > 0.01:
                assert np.sign(part.change) == np.sign(item.surprise)
    text = analyses[1].news(analyses[0], "north").sentences()[0]
    assert "first-quarter growth of North in 2021 (5.5 % against" in text
    assert "一季度增速" in analyses[1].news(analyses[0], "north").sentences("zh")[0]


def test_the_rest_of_the_year_is_exact_and_as_probable_as_the_year(analyses):
    north, both = analyses[2].needed(2021)
    assert (north.to_date.growth, north.to_date.weight) == (4.2, 0.7)
    assert north.to_date.by_levels
    assert not both.to_date.by_levels
    assert 0.7 * 4.2 + 0.3 * north.rest == pytest.approx(5.0)
    attained = analyses[2].attain("north").assessment.targets[0]
    assert north.probability == pytest.approx(attained.probability)
    assert north.low < north.expected < north.high
    assert len(north.to_date.quarters) == 2
    record = analyses[2].needed(2021, growth=4.0).to_dict()["needed"][0]
    assert record["rest"] == pytest.approx(float(rest_growth(4.0, 4.2, 0.7)))
    assert "the fourth quarter must grow by 6.9 %" in str(
        analyses[2].needed().summary()
    )


def test_without_a_release_there_is_no_rest(analyses):
    with pytest.raises(DataError, match="no growth of part of 2021 was known"):
        analyses[0].needed(2021)


def test_releases_to_come_are_listed_with_what_they_are_worth(analyses):
    due = analyses[1].calendar(2021, ["north"])
    frame = due.to_frame()
    assert frame["series"].tolist() == [
        "gdp_real_growth@H1",
        "gdp_real_growth@Q1-Q3",
        "gdp_real_growth@estimate",
        "gdp_real_growth",
    ]
    assert (frame["due"].dt.date > analyses[1].as_of).all()
    assert frame["sd_after"].is_monotonic_decreasing
    assert (frame["sd_alone"] >= frame["sd_after"] - 1e-9).all()
    for release in due:
        chance, now, left = release.targets["north"]
        assert 0 < chance < 1
        assert left < now
    assert due.sentences("zh")[0].startswith("北：")
    with pytest.raises(DataError, match="Unknown region 'nowhere'"):
        analyses[1].calendar(2021, "nowhere")
    with pytest.raises(DataError, match="1999 is not a year of"):
        analyses[1].calendar(1999)


def test_a_calendar_of_a_year_that_is_published_is_empty(analyses):
    empty = analyses[1].calendar(2018, "north")
    assert "No release on 2018 is due" in str(empty.summary())
