"""Series: published figures of the group, never mixing bases, and what check prints."""

import pandas as pd
import pytest

from cszt_models.project.observations import as_of
from cszt_models.project.series import (
    PublishedSeries,
    breaks,
    coverage,
    identities,
    on_bases_of_members,
    published_series,
    spans,
)


@pytest.fixture(scope="module")
def known(czt, observations):
    return as_of(observations, czt.data_date)


def test_official_totals_stand_and_other_years_are_sums_of_one_basis(czt, known):
    gdp = published_series(known, czt, "gdp_nominal", "czt").set_index("year")
    assert gdp.loc[2025, ["value", "how"]].tolist() == [22878.5, "published"]
    assert gdp.loc[2020, "how"] == "sum of members"
    assert gdp.loc[2020, "value"] == pytest.approx(12142.52 + 3105.8 + 2343.15)
    assert 2016 not in gdp.index  # no first-published figure of any city in 2016
    assert gdp.index.is_unique


def test_urban_share_of_the_group_is_a_ratio_of_sums(czt, known):
    share = published_series(known, czt, "urbanization_rate", "czt").set_index("year")
    counted = 100 * (830.0 + 278.1072 + 175.4969) / (1004.7914 + 390.2738 + 272.6181)
    assert share.loc[2020, "value"] == pytest.approx(counted, abs=1e-9)
    assert set(share["how"]) == {"ratio of sums"}


def test_a_group_without_figures_has_an_empty_series(czt, known):
    assert published_series(known, czt, "rd_intensity", "czt").empty


def test_coverage_names_gaps(known):
    table = coverage(known).set_index(["indicator", "region"])
    assert table.loc[("gdp_nominal", "changsha"), ["first", "last"]].tolist() == [
        2000,
        2025,
    ]
    assert (
        table.loc[("urbanization_rate", "zhuzhou"), "gaps"] == "2014-2020, 2022, 2024"
    )


def test_breaks_compare_bases_of_one_year(czt, known):
    table = breaks(known, czt).set_index(["indicator", "region", "year"])
    row = table.loc[("population_resident", "changsha", 2018)]
    assert row["difference"] == pytest.approx(100 * (815.47 / 928.0 - 1))


def test_identities_catch_a_total_that_is_not_the_sum(czt, observations):
    official = (observations["region"] == "czt") & (observations["year"] == 2024)
    spoiled = observations.copy()
    spoiled.loc[official & (spoiled["indicator"] == "gdp_nominal"), "value"] += 5
    for frame, failed in ((observations, 0), (spoiled, 1)):
        table = identities(frame, czt)
        assert int((table["checked"] - table["passed"]).sum()) == failed


def test_spans_join_neighbouring_years():
    assert spans([]) == ""
    assert spans([2001]) == "2001"
    assert spans([1999, 2000, 2005, 2007, 2008]) == "1999-2000, 2005, 2007-2008"


def test_identities_of_nothing_pass_nothing(czt, observations):
    table = identities(observations.iloc[:0], czt)
    assert isinstance(table, pd.DataFrame)
    assert table["checked"].sum() == 0


def test_a_group_counted_on_another_basis_than_its_members_is_left_out(czt):
    rows = pd.DataFrame(
        [
            ("czt", 2020, "census_count", 1667.68),
            ("changsha", 2020, "post_2020_census", 1006.08),
            ("czt", 2010, "census_count", 1364.6),
            ("changsha", 2010, "census_count", 704.1),
            ("czt", 2000, "census_count", 1250.0),
        ],
        columns=["region", "year", "basis", "value"],
    )
    kept = on_bases_of_members(rows, czt)
    assert kept[["region", "year"]].values.tolist() == [
        ["changsha", 2020],
        ["czt", 2010],
        ["changsha", 2010],
        ["czt", 2000],
    ]


def test_a_series_is_computed_once_and_is_the_one_of_the_function(czt, known):
    series = PublishedSeries(known, czt)
    for name in ("gdp_nominal", "share_tertiary"):
        assert series.of(name, "czt") is series.of(name, "czt")
        assert series.of(name, "czt").equals(published_series(known, czt, name, "czt"))
