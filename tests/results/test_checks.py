"""Checks of blocks, the record of hindcasts, and charts that need no network."""

import copy

import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

import cszt_models as cm
from cszt_models.checks import predictive
from cszt_models.errors import DataError
from cszt_models.present.charts.base import stacked
from cszt_models.present.tables.table import Table
from cszt_models.results.checks import CheckResults
from cszt_models.results.hindcast import RecordResults


@pytest.fixture(scope="module")
def checks(fits_2021):
    blocks = ("growth", "urbanization", "balance", "rd_intensity")
    return {name: CheckResults(fits_2021, name) for name in blocks}


@pytest.mark.parametrize("block", ["growth", "urbanization", "balance", "rd_intensity"])
def test_a_check_shows_itself(checks, block):
    check = checks[block]
    html = check._repr_html_()
    assert "<table" in html
    assert f"Rows of {block}" in html
    for kind in ("replicates", "scales", "fit", "pit"):
        assert "<svg" in check.plot(kind=kind)._repr_svg_()
    assert set(check.to_frame()["of"]) == {"prior", "posterior"}
    assert len(check.surprises(3).frame) == 3
    assert "component" in check.priors().frame


def test_rows_are_read_in_the_unit_of_the_check(checks, fits_2021):
    known = fits_2021.known
    rates = known[known["indicator"] == "gdp_real_growth"]["value"]
    assert set(np.round(checks["growth"].observed, 6)) <= set(np.round(rates, 6))
    shares = checks["urbanization"].observed
    assert 20 < shares.min() < shares.max() < 100


def test_a_panel_of_few_regions_has_no_spread_between_them(fits_2021):
    panel = fits_2021.panels["rd_intensity"]
    years = [row.year for row in panel.rows if len(row.cells) == 1]
    enough = max(years.count(year) for year in years) >= predictive.MIN_REGIONS
    named = predictive.statistics(panel, panel.values)
    assert ("spread between regions" in named) <= enough
    assert np.isfinite(list(named.values())).all()


def test_a_kind_or_region_that_is_not_there_is_refused(checks):
    with pytest.raises(DataError, match="kind of chart"):
        checks["growth"].plot(kind="fan")
    with pytest.raises(DataError, match="region"):
        checks["growth"].peer("atlantis")


def test_a_peer_continues_after_the_last_figure(checks):
    peer = checks["growth"].peer("changsha")
    frame = peer.to_frame()
    assert frame["model"].nunique() == 2
    assert frame["year"].min() == peer.known.index[-1] + 1
    assert (frame["low"] < frame["high"]).all()
    assert "statsmodels expects" in str(peer.summary())


def test_a_record_names_wins_and_losses(czt, folder):
    record = RecordResults(czt)
    assert "CRPS" in str(record.summary("zh"))
    assert "<svg" in record.plot()._repr_svg_()
    (folder / "hindcasts.csv").unlink(missing_ok=True)
    none = RecordResults(cm.load_project(folder))
    assert none.summary().text() == "This project has no record of hindcasts."
    assert none.to_frame().empty


def test_a_notebook_shows_charts_as_svg_and_asks_nothing_of_the_network(checks):
    chart = checks["growth"].plot()
    for shown in (chart, copy.deepcopy(chart), chart.copy(), stacked([chart, chart])):
        bundle, _ = DisplayFormatter().format(shown)
        assert set(bundle) == {"image/svg+xml", "text/plain"}
        assert "<script" not in bundle["image/svg+xml"]
    assert chart.to_dict()["$schema"].startswith("https://vega.github.io")


def test_a_table_as_text_is_not_shown_by_a_notebook_besides(monkeypatch, capsys):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    table = Table("Growth", pd.DataFrame({"year": ["2021"], "%": ["7.7"]}))
    assert "2021" in table.text(40)
    assert capsys.readouterr().out == ""
