"""Figures of checks: drawn from their tables, with names, units and a legend."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from cszt_models.checks import cross_validation as leaving_out
from cszt_models.checks import predictive as checks
from cszt_models.inference.fit import fit
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import checks as check_figures


@pytest.fixture(scope="module")
def fitted(small):
    return fit(small, as_of=date(2020, 1, 1), seed=1, draws=200)


def drawn(chart):
    text = figures.as_svg(chart)
    assert text.startswith("<svg")
    assert "NaN" not in text
    return text


def test_scales_are_drawn_before_and_after(fitted):
    text = drawn(check_figures.prior_posterior(checks.densities(fitted), unit="points"))
    for name in ("walk", "region_shock", "prior", "posterior", "points"):
        assert f">{name}<" in text


def test_rows_are_drawn_by_basis(small, fitted):
    chart = check_figures.rows_and_cells(
        checks.by_basis(small, small.values),
        checks.bands(fitted.cells["cells"]),
        regions={"b": "乙市", "a": "A town"},
        bases={"new": "new count", "old": "old count", "other": "not used"},
        title="Share",
        unit="percent",
    )
    text = drawn(chart)
    for name in ("乙市", "A town", "new count", "old count", "Share", "percent"):
        assert f">{name}<" in text
    assert "not used" not in text
    assert text.index("乙市") < text.index("A town")


def test_statistics_are_drawn_over_replicates(small):
    replicated = checks.prior_predictive(small, draws=50, seed=1)
    both = {"prior": replicated, "posterior": replicated}
    table = checks.compare_statistics(small, small.values, both)
    text = drawn(check_figures.replicated(table, unit="points"))
    for name in (*table["statistic"], "prior", "posterior"):
        assert f">{name}<" in text


def test_histogram_has_its_bars_on_the_ground():
    uniform = np.random.default_rng(1).random((20, 50))
    table = leaving_out.pit_histogram(uniform[0], uniform)
    chart = check_figures.pit_histogram(table)
    assert ">share of rows<" in drawn(chart)
    assert chart.to_dict()["layer"][0]["encoding"]["y2"] == {"datum": 0}


def test_two_paths_are_told_apart_by_colour_and_dash():
    ahead = pd.Index([2003, 2004], name="year")
    path = pd.DataFrame({"low": [0, 0], "median": [1, 1], "high": [2, 2]}, ahead)
    known = pd.Series([1.0, np.nan, 2.0], pd.Index([2000, 2001, 2002], name="year"))
    chart = check_figures.two_paths(
        {"theirs": path, "ours": path + 1}, known, title="Place", unit="percent"
    )
    text = drawn(chart)
    for name in ("theirs", "ours", "Place", "percent"):
        assert f">{name}<" in text
    assert text.count("stroke-dasharray") >= 1
