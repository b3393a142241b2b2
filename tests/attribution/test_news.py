"""News: what figures say beyond what was expected, and where that moves the cells."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cszt_models.attribution.news import News, _key, in_percent, news, shifts
from cszt_models.inference.fit import cell_rng
from cszt_models.models.update import recondition
from cszt_models.structural import kernels
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale
from cszt_models.vocabulary import GROWTH
from tests import delta


@pytest.fixture(scope="module")
def more(fits_2021) -> pd.DataFrame:
    """What was known in mid-2021, and growth of Changsha in 2021 at 15 percent."""
    known = fits_2021.known
    last = known[
        (known["indicator"] == GROWTH)
        & (known["region"] == "changsha")
        & (known["year"] == 2020)
    ].iloc[[0]]
    added = last.assign(year=2021, value=15.0).set_axis([10**6])
    return pd.concat([known, added])


@pytest.fixture(scope="module")
def told(fits_2021, more):
    """The fits with that figure."""
    return recondition(fits_2021, more, fits_2021.as_of, only=["rd_intensity"])


def test_the_same_figures_give_the_same_draws(fits_2021):
    again = recondition(fits_2021, fits_2021.known, fits_2021.as_of)
    assert set(again.blocks) == set(fits_2021.blocks)
    for name, fit in fits_2021.blocks.items():
        for kind, cells in fit.cells.items():
            other = again.blocks[name].cells[kind].to_numpy()
            np.testing.assert_array_equal(other, cells.to_numpy())
        np.testing.assert_array_equal(again.taken[name], fits_2021.taken[name])


def test_a_new_figure_is_met_by_the_cells(fits_2021, told):
    cells = told.blocks["growth"].cells["cells"].sel(region="changsha", year=2021)
    assert float(cells.mean()) == pytest.approx(100 * np.log(1.15), abs=0.05)
    before = fits_2021.blocks["growth"].cells["cells"]
    assert float(before.sel(region="changsha", year=2021).mean()) < 10


def test_news_are_the_new_rows_and_what_was_expected_of_them(fits_2021, told):
    (one,) = news(fits_2021, told)
    assert (one.block, one.region, one.year) == ("growth", "changsha", 2021)
    expected = fits_2021.blocks["growth"].cells["cells"]
    expected = float(expected.sel(region="changsha", year=2021).mean())
    assert one.expected == pytest.approx(expected, abs=1e-9)
    assert one.value == pytest.approx(100 * np.log(1.15), abs=1e-9)
    row = told.panels["growth"].rows[one.place]
    assert (row.region, row.year, row.value) == ("changsha", 2021, one.value)
    assert news(told, told) == ()


def test_a_changed_value_is_news_against_the_old_one(told):
    panel = told.panels["price"]
    rows = list(panel.rows)
    rows[3] = replace(rows[3], value=rows[3].value + 2)
    other = replace(panel, rows=tuple(rows))
    after = replace(told, panels={**told.panels, "price": other})
    (one,) = news(told, after)
    assert (one.block, one.place) == ("price", 3)
    assert one.surprise == pytest.approx(2, abs=1e-12)


def test_shifts_are_what_other_values_do_to_the_draws(told):
    """Same random numbers, other values: the draws differ by exactly the shifts."""
    places = {"growth": (5, -1), "price": (7, 20)}
    groups = [
        [News(name, "", 0, "", 0.0, 1.5 + n, place % len(told.panels[name].rows))]
        for name, two in places.items()
        for n, place in enumerate(two)
    ]
    parts: dict[tuple[str, str], list[np.ndarray]] = {}
    for block, kind, _, moved in shifts(told, groups):
        parts.setdefault((block, kind), []).append(moved)
    found = {at: np.concatenate(shifted, axis=1) for at, shifted in parts.items()}
    changed = dict(told.panels)
    for (one,) in groups:
        rows = list(changed[one.block].rows)
        rows[one.place] = replace(
            rows[one.place], value=rows[one.place].value + one.surprise
        )
        changed[one.block] = replace(changed[one.block], rows=tuple(rows))
    names = list(told.panels)
    drawn = [
        states.draw_cells(
            list(panels.values()),
            [told.scale_vectors(name) for name in names],
            [cell_rng(told.seed, name) for name in names],
            draws=250,
            correlation=told.dependence.among(names),
        )
        for panels in (told.panels, changed)
    ]
    for n, name in enumerate(names):
        for kind, cells in drawn[0][n].items():
            moved = drawn[1][n][kind] - cells
            total = found[name, kind].sum(axis=0)
            np.testing.assert_allclose(moved, total, atol=1e-5)
    assert abs(found["price", "cells"][:2]).max() > 0.01  # growth moves prices


def test_shifts_are_the_impacts_of_statsmodels_news():
    """A local level with fixed variances: weights times news, figure by figure."""
    values = np.array([1.0, 1.8, 1.2, 2.1, 3.5])
    months = pd.period_range("2000", periods=5, freq="Y")
    model = sm.tsa.UnobservedComponents(pd.Series(values[:3], months[:3]), "llevel")
    params = [0.3**2, 0.8**2]  # irregular, level
    before = model.smooth(params)
    after = before.apply(pd.Series(values, months))
    oracle = after.news(before, start="2006", end="2006").details_by_update
    assert len(oracle) == 2

    years = np.arange(2000, 2008)
    rows = tuple(
        Row(v, (Cell("a", 2000 + n),), "a", 2000 + n, "", "")
        for n, v in enumerate(values)
    )
    components = (
        Component("level", Scale(1e3, 0.0), kernels.constant(years), "common"),
        Component("walk", Scale(0.8, 0.0), kernels.walk(years), "common"),
        Component("measurement", Scale(0.3, 0.0), np.eye(5), "rows"),
    )
    panel = Panel("toy", "points", ("a",), years, rows, components)
    scales = np.array([[1e3, 0.8, 0.3]])
    fits = SimpleNamespace(
        panels={"toy": panel},
        vectors=1,
        scale_vectors=lambda _: scales,
        dependence=SimpleNamespace(among=lambda names: np.eye(len(names))),
    )
    surprises = oracle["news"].to_numpy()
    groups = [
        [News("toy", "a", 2003 + n, "", 0.0, float(s), 3 + n)]
        for n, s in enumerate(surprises)
    ]
    ((_, _, _, shifted),) = shifts(fits, groups)
    moved = shifted[:, 0, 0, 6]
    np.testing.assert_allclose(moved, oracle["impact"].to_numpy(), rtol=1e-4)


def test_news_in_percent(czt):
    share = News("urbanization", "changsha", 2025, "", 1.75, 1.70, 0)
    assert in_percent(share, czt) == pytest.approx((85.195, 84.553), abs=0.001)
    price = News("price", "changsha", 2023, "", 0.5, -2.1, 0)
    assert in_percent(price, czt) == pytest.approx((0.501, -2.078), abs=0.001)
    decade = News("population", "changsha", 2020, "", 20.0, 36.0, 0, cells=10)
    assert in_percent(decade, czt) is None
    assert in_percent(News("balance", "changsha", 2023, "", 0.1, 0.2, 0), czt) is None


def test_a_new_year_does_not_make_releases_of_the_last_one_news(tmp_path):
    """They lean on the year after as soon as anything of it is known."""
    first = delta.row("north", 2021, 6.0, period="2021Q1", on="2021-04-20")
    before = delta.panel(tmp_path, delta.history()).rows
    after = delta.panel(tmp_path, [*delta.history(), first]).rows
    assert len(set(after) & set(before)) < len(before)
    keys = {_key(row) for row in after} - {_key(row) for row in before}
    assert keys == {("north", 2021, "gdp_real_growth@Q1", ())}
