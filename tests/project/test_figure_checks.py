"""Figures that cannot be right are refused, odd ones listed with their cell."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cszt_models.errors import DataError
from cszt_models.project.figure_checks import (
    Background,
    background,
    doubtful_figures,
    observed_figures,
    require_plausible,
)
from cszt_models.project.observations import read_observations
from cszt_models.project.project import load_project

GDP = [1000, 1100, 1180, 1290, 1400, 1500, 1600, 1700, 1800, 1900]
GROWTH = [7.1, 6.9, 6.6, 6.4, 6.2, 6.0, 2.1, 7.4, 3.0, 5.0]
URBAN = [52.1, 53.0, 54.1, 55.0, 56.2, 57.1, 58.0, 58.9, 59.6, 60.1]
PEOPLE = [500, 501, 503, 504, 505, 507, 508, 509, 510, 511]
CLEAN = {
    "gdp_nominal": GDP,
    "gdp_real_growth": GROWTH,
    "urbanization_rate": URBAN,
    "population_resident": PEOPLE,
}


def series(indicator, values, region="a", first=2014, **columns):
    return pd.DataFrame(
        {
            "region": region,
            "indicator": indicator,
            "year": range(first, first + len(values)),
            "value": np.array(values, float),
            "place": [f"{indicator} {region} {n}" for n in range(len(values))],
        }
    ).assign(**columns)


def changed(values, at, value):
    return [value if n == at else each for n, each in enumerate(values)]


def doubts_of(*frames, against=None):
    figures = pd.concat(frames, ignore_index=True)
    return doubtful_figures(figures, against or Background())


def cells(doubts, *, gross):
    return {doubt.place for doubt in doubts if doubt.gross == gross}


def test_a_table_without_faults_raises_no_doubt():
    # real growth near nominal less 2 percent, so that prices are ordinary
    frames = [series(name, values) for name, values in CLEAN.items() if name[0] != "g"]
    assert doubts_of(*frames, series("gdp_nominal", GDP)) == []


def test_growth_and_shares_of_another_scale_are_gross():
    """Growth of 520, and shares of 0.55 and 5.89 among fifties."""
    urban = changed(changed(URBAN, 3, 0.55), 7, 5.89)
    doubts = doubts_of(
        series("gdp_real_growth", changed(GROWTH, 2, 520)),
        series("urbanization_rate", urban),
    )
    assert cells(doubts, gross=True) == {
        "gdp_real_growth a 2",
        "urbanization_rate a 3",
        "urbanization_rate a 7",
    }
    assert not cells(doubts, gross=False)


@settings(deadline=None, max_examples=60)
@given(
    name=st.sampled_from(sorted(CLEAN)),
    at=st.integers(0, 9),
    factor=st.sampled_from([0.001, 0.01, 0.1, 10.0, 100.0, 1000.0]),
)
def test_a_power_of_ten_in_one_year_is_never_passed(name, at, factor):
    value = CLEAN[name][at] * factor
    doubts = doubts_of(series(name, changed(CLEAN[name], at, value)))
    near = {f"{name} a {n}" for n in (at, at + (at == 0))}
    small_rate = name == "gdp_real_growth" and abs(value - CLEAN[name][at]) < 10
    assert small_rate or any(doubt.place in near for doubt in doubts)
    if name != "gdp_real_growth":
        assert any(doubt.gross for doubt in doubts)


@pytest.mark.parametrize(
    ("indicator", "values", "at"),
    [
        ("gdp_nominal", changed(GDP, 7, 17000), 7),
        ("gdp_nominal", changed(GDP, 9, 19000), 9),
        ("population_resident", changed(PEOPLE, 3, 77), 3),
        ("population_resident", [*PEOPLE[:5], *(50.5 for _ in range(5))], 5),
        ("urbanization_rate", changed(URBAN, 3, 0), 3),
        ("urbanization_rate", [*URBAN[:5], *(v / 100 for v in URBAN[5:])], 5),
        ("share_primary", [1.5, 1.6, 17.0, 1.8, 1.9], 2),
        ("gdp_real_growth", changed(GROWTH, 3, 64), 3),
        ("gdp_real_growth", changed(GROWTH, 3, 106.4), 3),
        ("gdp_real_growth", [107.1, 106.9, 106.5, 106.4], 0),
        ("gdp_nominal", changed(GDP, 3, -1290), 3),
    ],
)
def test_gross_figures(indicator, values, at):
    doubts = doubts_of(series(indicator, values))
    assert f"{indicator} a {at}" in cells(doubts, gross=True)


@pytest.mark.parametrize(
    ("indicator", "values", "at", "words"),
    [
        ("gdp_nominal", [*GDP[:4], *(v / 100 for v in GDP[4:])], 4, "redenomination"),
        ("population_resident", [*PEOPLE[:5], *(v + 45 for v in PEOPLE[5:])], 5, "cen"),
        ("gdp_real_growth", changed(GROWTH, 3, -6.4), 3, "typo or an event"),
        ("urbanization_rate", changed(URBAN, 3, 45.5), 3, "typo"),
        ("gdp_real_growth", [0.071, 0.069, 0.065], 0, "fractions"),
    ],
)
def test_odd_figures_are_listed_with_a_question(indicator, values, at, words):
    doubts = doubts_of(series(indicator, values))
    (doubt,) = doubts
    assert (doubt.place, doubt.gross) == (f"{indicator} a {at}", False)
    assert words in doubt.question


def test_real_and_nominal_growth_imply_prices():
    """A census break of nominal GDP, and a rate from the wrong column."""
    doubts = doubts_of(
        series("gdp_nominal", [3000, 3200, 3736, 4026.6, 3730, 3900]),
        series("gdp_real_growth", [8, 3.8, 15.3, 5.3, 4.1, 5]),
    )
    assert cells(doubts, gross=False) == {"gdp_nominal a 4", "gdp_real_growth a 2"}
    (price,) = [doubt for doubt in doubts if doubt.indicator == "gdp_nominal"]
    assert "nominal growth -7.37 percent and real growth 4.1 percent" in price.fact
    assert "prices of -11.7 percent" in price.fact
    assert "`censuses`" in price.question
    census = Background(censuses={2018})
    frames = [
        series("gdp_nominal", [3000, 3200, 3400, 3600, 3300, 3450]),
        series("gdp_real_growth", [5, 4.8, 5.3, 5.3, 4.1, 5]),
    ]
    assert cells(doubts_of(*frames), gross=False) == {"gdp_nominal a 4"}
    assert doubts_of(*frames, against=census) == []


def test_a_year_that_all_places_share_is_no_doubt_about_each():
    frames = [
        series("gdp_real_growth", changed(GROWTH, 6, -9.0), region)
        for region in "abcdef"
    ]
    assert doubts_of(*frames) == []
    prices = [
        series("gdp_nominal", [*GDP[:4], *(v / 100 for v in GDP[4:])], region)
        for region in "abcdef"
    ]
    (doubt,) = doubts_of(*prices)
    assert (doubt.year, doubt.gross) == (2018, False)
    assert "most of 6 places" in doubt.fact


@pytest.mark.parametrize(
    ("part", "gross"), [([300, 305, 310], False), ([300, 305, 390], True)]
)
def test_a_share_is_compared_with_its_parts(part, gross):
    doubts = doubts_of(
        series("urbanization_rate", [60, 61, 64.0]),
        series("population_urban", part),
        series("population_resident", [500, 500, 500]),
    )
    assert "urbanization_rate a 2" in cells(doubts, gross=gross)
    sums = doubts_of(
        series("share_primary", [5, 5, 5]),
        series("share_secondary", [40, 40, 40]),
        series("share_tertiary", [55, 45, 57 if not gross else 25]),
    )
    assert any("sum to" in doubt.fact for doubt in sums)


def test_steady_series_at_the_edges_raise_no_doubt():
    assert not doubts_of(
        series("urbanization_rate", [96.0, 97.6, 98.4, 99.2, 100, 100, 100]),
        series("gdp_real_growth", [3, 5, 20, 71, 95, 149, 19, 26, 24, 10]),
        series("gdp_nominal", [100, 300, 1200, 9000, 1e5, 4e5, 5e5], "b"),
        series("va_primary", [0.0, 3, 5, 0, 4]),
    )


def test_a_confirmed_figure_is_let_through():
    frame = series("gdp_nominal", changed(GDP, 7, 17000), note="")
    frame.loc[7, "note"] = "Confirmed: printed so on p. 12"
    assert doubts_of(frame) == []


def test_of_several_releases_the_last_is_compared():
    early = series(
        "gdp_nominal", changed(GDP, 7, 17000), known_on=pd.Timestamp(2024, 1, 1)
    )
    late = series("gdp_nominal", GDP, known_on=pd.Timestamp(2025, 1, 1))
    assert doubts_of(late, early) == []


def test_gross_figures_are_refused_with_their_cells():
    doubts = doubts_of(series("gdp_nominal", changed(GDP, 7, 17000)))
    with pytest.raises(DataError, match="another unit or place") as caught:
        require_plausible(doubts, "x.csv")
    assert "gdp_nominal a 7: gdp_nominal of a in 2021 is 17000" in str(caught.value)
    assert require_plausible([], "x.csv") == []


@pytest.mark.parametrize("folder", [None, "examples/us_states"])
def test_our_own_projects_raise_few_doubts_and_none_gross(folder):
    path = None if folder is None else Path(__file__).parents[2] / folder
    project = load_project(path)
    lines = observed_figures(read_observations(project), Path("observations.csv"))
    doubts = doubtful_figures(lines, background(project))
    assert len(doubts) <= 5
    assert not cells(doubts, gross=True)


def test_a_line_of_the_bundled_project_ten_times_too_large_is_gross(czt):
    lines = observed_figures(read_observations(czt), Path("observations.csv"))
    levels = lines[lines["indicator"] == "population_resident"]
    region, basis = levels[["region", "basis"]].value_counts().index[0]
    own = levels[(levels["region"] == region) & (levels["basis"] == basis)]
    line = own.sort_values("year").index[len(own) // 2]
    tenfold = lines["value"].where(lines.index != line, 10 * lines["value"])
    doubts = doubtful_figures(lines.assign(value=tenfold), background(czt))
    assert f"observations.csv, line {line}" in cells(doubts, gross=True)
