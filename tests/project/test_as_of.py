"""As of a date: what was known then, its best vintage, and nothing that came later."""

import calendar
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from cszt_models import DataError, load_project
from cszt_models.models.fits import fit_blocks
from cszt_models.models.panels import panels
from cszt_models.project.days import last_day
from cszt_models.project.observations import as_of, latest, read_observations
from cszt_models.project.plan import read_targets
from cszt_models.targets.attainment import assess

NAME = "observations.csv"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021", date(2021, 12, 31)),
        ("2021-02", date(2021, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
        ("2021-12", date(2021, 12, 31)),
        ("2021-03-25", date(2021, 3, 25)),
    ],
)
def test_a_release_counts_from_the_last_day_it_can_have_happened(text, day):
    assert last_day(text) == day


def test_no_date_knows_what_was_released_after_it(observations):
    """Over all release dates, the day before, and the day itself."""
    days = sorted(set(observations["known_on"]))
    assert len(days) > 50
    for day in {x for d in days[1:] for x in (d - timedelta(days=1), d)}:
        assert as_of(observations, day)["known_on"].max() <= day


def test_every_release_of_a_month_waits_for_its_end(observations):
    monthly = observations[observations["released"].str.len() == 7]
    assert len(monthly) > 1000
    for text in monthly["released"].unique():
        year, month = map(int, text.split("-"))
        end = date(year, month, calendar.monthrange(year, month)[1])
        assert set(monthly.loc[monthly["released"] == text, "known_on"]) == {end}


@pytest.mark.parametrize(
    "day", [date(2012, 5, 1), date(2021, 6, 30), date(2026, 11, 29)]
)
def test_each_figure_known_is_the_last_release_of_its_basis(observations, day):
    last = {}
    for r in observations.itertuples():
        key = (r.region, r.indicator, r.year, r.basis)
        if r.known_on <= day:
            last[key] = max(last.get(key, r.known_on), r.known_on)
    known = as_of(observations, day)
    keys = known[["region", "indicator", "year", "basis"]].itertuples(index=False)
    assert dict(zip(map(tuple, keys), known["known_on"], strict=True)) == last


VINTAGES = [  # value, released, source: each better than those before it
    (1.23456, "2020-01", "[1] bureau"),
    (2.0, "2021-01", "a page without a class"),
    (3.1234567, "2021-01", "[5] forum"),
    (4.0, "2021-01", "[2] mirror with fewer digits"),
    (5.25, "2021-01", "[2] mirror with more digits"),
    (6.0, "2021-02", "[5] but later"),
]


@pytest.mark.parametrize("best", range(len(VINTAGES)))
def test_the_better_vintage_counts_whatever_the_order_of_rows(best):
    rows = VINTAGES[: best + 1]
    for order in (rows, rows[::-1]):
        frame = pd.DataFrame(order, columns=["value", "released", "source"])
        frame = frame.assign(region="a", indicator="x", year=2019, basis="b")
        frame["known_on"] = frame["released"].map(last_day)
        (value,) = as_of(frame, date(2022, 1, 1))["value"]
        assert value == VINTAGES[best][0]


def test_bases_are_ranked_by_order_or_by_release():
    days = [date(2020, 1, 1), date(2021, 1, 1), date(2021, 1, 1)]
    frame = pd.DataFrame(
        {"basis": ["best", "second", "third"], "value": [1.0, 2.0, 3.0]}
    )
    frame = frame.assign(region="a", indicator="x", year=2019, known_on=days)
    names = ["best", "second", "third"]
    assert latest(frame, "x", names)["value"].tolist() == [2.0]
    assert latest(frame, "x", names, by_basis=True)["value"].tolist() == [1.0]
    assert latest(frame, "x", names[::2], by_basis=False)["value"].tolist() == [3.0]
    assert latest(frame, "y", names).empty


def test_a_date_before_the_first_release_is_refused(observations):
    first = min(observations["known_on"])
    words = f"nothing had been released by 1990-01-01. .* is {first}"
    with pytest.raises(DataError, match=words):
        as_of(observations, date(1990, 1, 1))


def test_a_file_of_nothing_but_a_header_knows_nothing(folder):
    header = (folder / NAME).read_text("utf-8").splitlines()[0]
    (folder / NAME).write_text(header + "\n", "utf-8")
    with pytest.raises(DataError, match="has no figure yet"):
        as_of(read_observations(load_project(folder)), date(2021, 6, 30))


@pytest.fixture(scope="module")
def flooded(observations):
    """The figures with every one of them repeated a day too late and 40 % too high."""
    late = observations[observations["year"] >= 2015].copy()
    late["value"] = np.minimum(late["value"] * 1.4, 99.0)
    late["known_on"], late["released"] = date(2021, 7, 1), "2021-07-01"
    ahead = late.assign(year=late["year"] + 5)
    return pd.concat([observations, late, ahead], ignore_index=True)


def test_later_releases_change_no_panel(flooded, observations, czt):
    day = date(2021, 6, 30)
    for name, panel in panels(as_of(observations, day), czt, day).items():
        assert panels(as_of(flooded, day), czt, day)[name].rows == panel.rows
    tomorrow = panels(as_of(flooded, date(2021, 7, 1)), czt, date(2021, 7, 1))
    assert (
        tomorrow["growth"].rows != panels(as_of(flooded, day), czt, day)["growth"].rows
    )


def test_later_releases_change_no_draw_and_no_probability(flooded, fits_2021, czt):
    """Bit for bit, and so do later rows that are missing altogether."""
    again = fit_blocks(flooded, czt, as_of=fits_2021.as_of, seed=1, draws=1000)
    for name, fitted in fits_2021.blocks.items():
        assert again.blocks[name].cells.identical(fitted.cells)
        np.testing.assert_array_equal(again.blocks[name].scales, fitted.scales)
    targets = read_targets(czt)
    assert assess(again, targets) == assess(fits_2021, targets)
