"""Hindcasts: no figure of the future is seen, and a run that was killed goes on."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cszt_models.cli import main
from cszt_models.errors import ConvergenceError, DataError
from cszt_models.hindcast import cases as cases_module
from cszt_models.hindcast import evaluate as evaluate_module
from cszt_models.hindcast.benchmarks import BENCHMARKS
from cszt_models.hindcast.cases import HindcastDesign, panel_cases, project_cases
from cszt_models.hindcast.evaluate import COLUMNS, evaluate, run
from cszt_models.hindcast.forecast import METHODS, forecast
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.record import read_record, record_of, write_record
from cszt_models.hindcast.summary import (
    by_horizon,
    failures,
    gains,
    overall,
    pit_histogram,
)
from cszt_models.hindcast.variables import FORECAST_VARIABLES, variable_named
from cszt_models.vocabulary import GROWTH

QUICK = ("structural", "rw", "mean5", "ar1")
ORIGINS, HORIZON, SEED, DRAWS = (2012, 2015), 3, 4, 250


def table(years=range(2000, 2019), seed=1):
    """Two provinces of three regions: a common path, offsets and noise."""
    rng = np.random.default_rng(seed)
    path = 9 + np.cumsum(rng.normal(-0.1, 0.8, len(years)))
    rows = [
        {
            "region": f"{province}{n}",
            "year": year,
            "indicator": GROWTH,
            "value": round(path[t] + n + rng.normal(0, 0.5), 2),
            "province": province,
        }
        for province in ("east", "west")
        for n in range(3)
        for t, year in enumerate(years)
    ]
    return pd.DataFrame(rows)


def cases_of(frame, tmp_path, czt, *, methods=QUICK, origins=ORIGINS, name=GROWTH):
    path = tmp_path / "panel.csv"
    frame.to_csv(path, index=False)
    panel = read_panel(path, group="province")
    design = HindcastDesign(origins, HORIZON, SEED, methods, DRAWS)
    return panel_cases(panel, czt, variable_named(name), design)


@pytest.fixture(scope="module")
def scores(czt, tmp_path_factory):
    return run(cases_of(table(), tmp_path_factory.mktemp("panel"), czt))


def test_a_view_with_a_figure_after_its_origin_cannot_be_made(czt, tmp_path):
    case = cases_of(table(), tmp_path, czt)[0]
    assert case.information.past["year"].max() == case.information.origin
    later = case.later[case.later["year"] <= case.information.origin + 1]
    with pytest.raises(DataError, match=r"in 2013, known on .* seen from origin 2012"):
        replace(case.information, past=later)


def test_a_view_with_a_later_vintage_cannot_be_made(czt, observations):
    quantity = variable_named(GROWTH)
    design = HindcastDesign((2017,), HORIZON, SEED, ("rw",), DRAWS)
    (case,) = project_cases(observations, czt, quantity, design)
    late = observations[observations["year"] <= 2017]
    assert (late["known_on"].map(lambda day: day > case.information.as_of)).any()
    with pytest.raises(DataError, match=r"as of 2018-06-30. Cut the figures"):
        replace(case.information, past=late)


def test_a_cut_that_lets_the_next_year_through_is_caught(czt, tmp_path, monkeypatch):
    """The planted leak: what cuts the figures believes the origin a year later."""

    real = cases_module.InformationSet

    def leaking(group, project, past, origin, *rest):
        every = pd.read_csv(tmp_path / "panel.csv")
        seen = every[
            every["region"].isin(past["region"]) & (every["year"] <= origin + 1)
        ]
        own = seen.merge(past.drop(columns="value"), how="left").ffill()
        return real(group, project, own, origin, *rest)

    monkeypatch.setattr(cases_module, "InformationSet", leaking)
    with pytest.raises(DataError, match="is seen from origin 2012"):
        cases_of(table(), tmp_path, czt)


@pytest.mark.parametrize("method", QUICK)
def test_a_forecast_does_not_depend_on_what_came(method, czt, tmp_path):
    frame = table()
    other = frame.assign(value=frame["value"].where(frame["year"] <= 2012, 99.0))
    quantity = variable_named(GROWTH)
    found = [
        forecast(case.information, quantity, method, seed=SEED, draws=DRAWS).outcomes
        for case in (
            cases_of(one, tmp_path, czt, methods=(method,), origins=(2012,))[0]
            for one in (frame, other)
        )
    ]
    np.testing.assert_array_equal(*found)


def test_a_forecast_does_depend_on_the_last_year_seen(czt, tmp_path):
    """Else the test above would say nothing."""
    frame = table()
    other = frame.assign(value=frame["value"].where(frame["year"] < 2012, 20.0))
    medians = []
    for one in (frame, other):
        case = cases_of(one, tmp_path, czt, origins=(2012,))[0]
        medians.append(evaluate(case).query("kind == 'year'")["median"].mean())
    assert medians[1] - medians[0] > 1


@pytest.mark.parametrize("method", ["rw", "mean5", "ar1", "ets"])
def test_simple_methods_forecast_a_rate_in_percent(method, czt, tmp_path):
    steady = table().assign(value=20.0)  # in log points it would be 18.2
    (case, *_) = cases_of(steady, tmp_path, czt, methods=(method,))
    made = forecast(
        case.information, variable_named(GROWTH), method, seed=SEED, draws=DRAWS
    )
    np.testing.assert_allclose(made.outcomes, 20.0, atol=0.01)


def test_every_method_is_scored_on_the_same_cells(scores):
    years = scores[scores["kind"] == "year"]
    counts = years.groupby("method").size()
    assert set(counts.index) == set(QUICK)
    assert set(counts) == {2 * 6 * 3}  # origins, regions, years ahead
    keys = ["origin", "region", "horizon"]
    for _, own in years.groupby("method"):
        outcomes = own.set_index(keys)["outcome"].sort_index()
        known = table().set_index(["region", "year"])["value"]
        expected = [known[r, o + h] for o, r, h in outcomes.index]
        np.testing.assert_allclose(outcomes, expected, rtol=0, atol=1e-9)


def test_tables_are_means_of_the_rows(scores):
    years = scores[(scores["kind"] == "year") & (scores["method"] == "rw")]
    row = overall(scores).set_index("method").loc["rw"]
    assert row["crps"] == pytest.approx(years["crps"].mean(), rel=1e-12)
    assert row["coverage80"] == pytest.approx(years["inside80"].mean(), rel=1e-12)
    mean = scores[(scores["kind"] == "mean") & (scores["method"] == "rw")]
    assert row["crps_mean_growth"] == pytest.approx(mean["crps"].mean(), rel=1e-12)
    horizons = by_horizon(scores).query("method == 'rw'").set_index("horizon")
    assert horizons["n"].tolist() == [12, 12, 12]
    two = years[years["horizon"] == 2]
    assert horizons.loc[2, "crps"] == pytest.approx(two["crps"].mean(), rel=1e-12)
    bins = pit_histogram(scores).query("method == 'rw'")
    assert bins["n"].sum() == len(years)
    assert bins["share"].sum() == pytest.approx(1)


ABOUT = {"indicator": GROWTH, "panel": "p.csv", "origins": "2012,2015", "horizon": "3"}


def test_a_record_is_read_as_it_was_scored_and_renewed_by_indicator(
    scores, czt, tmp_path
):
    made = record_of(scores, ABOUT, seed=1)
    old = replace(made, scores=made.scores.assign(crps=-1.0))
    other = replace(
        made,
        scores=made.scores.assign(indicator="other"),
        reliability=made.reliability.assign(indicator="other"),
    )
    for one in (old, other, made):
        write_record(tmp_path, one)
    found = read_record(replace(czt, folder=tmp_path))
    assert sorted(found.indicators) == [GROWTH, "other"]
    own = found.of(GROWTH).set_index("method")
    whole = overall(scores).set_index("method")
    np.testing.assert_allclose(own["crps"], whole["crps"][own.index], rtol=1e-3)
    ratio = whole.loc["structural", "crps"] / whole.loc["rw", "crps"]
    assert own.loc["rw", "ratio"] == pytest.approx(ratio, rel=1e-3)
    goals = scores[(scores["kind"] == "goal") & (scores["method"] == "structural")]
    bins = found.reliability.query("indicator == @GROWTH")
    assert bins["n"].sum() == len(goals)


def test_a_record_of_our_method_alone_is_refused(scores):
    with pytest.raises(DataError, match=r"structural alone is scored.*--method"):
        record_of(scores[scores["method"] == "structural"], ABOUT, seed=1)


def test_the_bundled_project_is_not_changed_by_a_record(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["cszt", "hindcast", "--record"])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 2
    assert "the bundled one is not changed" in capsys.readouterr().err


def test_mean_growth_is_that_of_the_years(scores):
    rows = scores[scores["method"] == "rw"].set_index(["origin", "region"])
    mean = rows.loc[rows["kind"] == "mean", "outcome"]
    years = rows.loc[rows["kind"] == "year", "outcome"]
    expected = years.groupby(level=["origin", "region"]).mean()
    np.testing.assert_allclose(mean.sort_index(), expected.sort_index(), atol=1e-9)


def test_a_gain_is_a_ratio_and_a_difference_with_an_interval(scores):
    gain = gains(scores, seed=1).set_index("method").loc["rw"]
    years = scores[scores["kind"] == "year"].groupby("method")["crps"].mean()
    assert gain["ratio"] == pytest.approx(years["structural"] / years["rw"])
    assert gain["difference"] == pytest.approx(years["rw"] - years["structural"])
    assert gain["low"] <= gain["difference"] <= gain["high"]
    assert gain["origins"] == 2


def test_cases_kept_are_the_same_bit_for_bit_and_damaged_ones_are_not_used(
    czt, tmp_path, scores
):
    cases = cases_of(table(), tmp_path, czt)
    folder = tmp_path / "kept"
    run(cases[:5], folder=folder)
    files = sorted(folder.iterdir())
    assert len(files) == 5
    files[0].write_bytes(files[0].read_bytes()[:-40])  # a file cut off
    changed = files[1].read_bytes().replace(b"year", b"yeas", 1)
    files[1].write_bytes(changed)
    counts = []
    again = run(
        cases, folder=folder, jobs=2, on_case=lambda done, of: counts.append((done, of))
    )
    assert counts[0] == (3, len(cases))
    pd.testing.assert_frame_equal(again, scores, check_exact=True)


def test_a_case_is_known_by_its_content(czt, tmp_path):
    frame = table()
    first = cases_of(frame, tmp_path, czt)[0]
    assert cases_of(frame, tmp_path, czt)[0].key == first.key
    assert replace(first, seed=5).key != first.key
    frame.loc[frame["year"] == 2013, "value"] += 0.1  # what came, not what was seen
    assert cases_of(frame, tmp_path, czt)[0].key != first.key


@pytest.mark.parametrize("origins", [(2012, 2014), (2014,)])
def test_a_fit_that_fails_its_gate_costs_its_origin_for_every_method(
    origins, czt, tmp_path, monkeypatch
):
    def failing(information, quantity, method, *, seed, draws):
        if (information.origin, method) == (2014, "ar1"):
            raise ConvergenceError("growth: weights fail.")
        return forecast(information, quantity, method, seed=seed, draws=draws)

    monkeypatch.setattr("cszt_models.hindcast.evaluate.forecast", failing)
    cases = cases_of(table(), tmp_path, czt, methods=("mean5", "ar1"), origins=origins)
    if origins == (2014,):
        with pytest.raises(ConvergenceError, match="growth: weights fail"):
            run(cases)
        return
    scores = run(cases)
    assert list(failures(scores)["origin"].unique()) == [2014]
    assert set(failures(scores)["method"]) == {"ar1"}
    assert set(scores["origin"][scores["kind"] == "year"]) == {2012}
    assert (by_horizon(scores)["n"] == by_horizon(scores)["n"].iloc[0]).all()


def test_a_cluster_gets_the_figures_once_and_gives_the_same_table(
    czt, tmp_path, monkeypatch
):
    cases = cases_of(table(), tmp_path, czt, methods=("rw",), origins=(2015,))
    sizes = []

    def on_cluster(function, items, *, scheduler, shared):
        assert scheduler == "tls://head"
        common = pickle.loads(pickle.dumps(shared))
        for item in reversed([*items]):
            sizes.append(len(pickle.dumps(item)))
            yield function(common, item)

    monkeypatch.setattr("cszt_models.hindcast.evaluate.map_on_cluster", on_cluster)
    there = run(cases, scheduler="tls://head")
    assert len(sizes) == len(cases)
    assert max(sizes) < 100  # bytes of a task
    pd.testing.assert_frame_equal(there, run(cases), check_exact=True)


def test_scores_that_cannot_be_stored_are_returned_all_the_same(czt, tmp_path, caplog):
    cases = cases_of(table(), tmp_path, czt, methods=("rw",))
    expected = run(cases)
    (tmp_path / "file").write_text("")
    evaluate_module.warn_once.cache_clear()
    scores = run(cases, folder=tmp_path / "file" / "cases")
    pd.testing.assert_frame_equal(scores, expected, check_exact=True)
    assert caplog.text.count("finished cases are not kept") == 1


def test_a_killed_run_goes_on_and_gives_the_same_table(czt, tmp_path):
    out = tmp_path / "out"
    cases = cases_of(
        table(), tmp_path, czt, methods=("ets",), origins=range(2009, 2013)
    )
    words = ["--panel", tmp_path / "panel.csv", "--group", "province", "--origins"]
    words += ["2009-2012", "--horizon", HORIZON, "--draws", DRAWS, "--seed", SEED]
    words += ["--method", "ets", "--jobs", 1, "--out", out, "--json"]
    code = "from cszt_models.cli import main; main()"
    command = [sys.executable, "-c", code, "hindcast", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 200
        while time.monotonic() < until and not len(list(out.glob("*.csv"))):
            assert process.poll() is None
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    kept = len(list(out.glob("*.csv")))
    assert 1 <= kept < len(cases)
    counts = []
    again = run(cases, folder=out, on_case=lambda done, _: counts.append(done))
    assert counts[0] == kept  # what the killed process kept is used
    pd.testing.assert_frame_equal(again, run(cases), check_exact=True)


def test_the_command_prints_what_the_contract_says(tmp_path, capsys, monkeypatch):
    path = tmp_path / "panel.csv"
    table().to_csv(path, index=False)
    words = ["--panel", path, "--indicator", GROWTH, "--origins", "2012,2015"]
    words += ["--horizon", 3, "--group", "province", "--draws", 200, "--jobs", 1]
    words += ["--no-store", "--json"]
    for name in QUICK:
        words += ["--method", name]
    monkeypatch.setattr(sys, "argv", ["cszt", "hindcast", *map(str, words)])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["by_horizon", "overall"]
    columns = ["method", "horizon", "n", "crps", "coverage80", "coverage95"]
    assert {tuple(row) for row in found["by_horizon"]} == {tuple(columns)}
    columns = ["method", "n", "crps", "crps_mean_growth", "coverage80", "coverage95"]
    assert {tuple(row) for row in found["overall"]} == {tuple(columns)}
    assert [row["method"] for row in found["overall"]] == list(QUICK)
    assert len(found["by_horizon"]) == len(QUICK) * 3


def test_the_methods_of_the_contract_are_the_default():
    assert METHODS[:6] == ("structural", "rw", "mean5", "ar1", "ets", "arima")
    assert set(METHODS[1:]) == set(BENCHMARKS) - {"uc"}
    assert HindcastDesign((2010,), 5, 1).methods == METHODS


def test_a_project_is_seen_in_the_vintages_of_its_time(czt, observations):
    """Changsha's growth of 2022 was 4.5 at first and 4.2 later."""
    design = HindcastDesign((2022,), 2, SEED, ("rw",), DRAWS)
    (case,) = project_cases(observations, czt, variable_named(GROWTH), design)
    seen = case.information.past.query("region == 'changsha' and year == 2022")
    assert seen[seen["indicator"] == GROWTH]["value"].tolist()[:1] == [4.5]
    assert "hunan" not in case.information.regions
    rows = evaluate(case)
    assert set(rows["region"].dropna()) <= set(case.information.regions)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"horizon": 0}, "a horizon of 0 years"),
        ({"methods": ("best",)}, "Unknown method 'best'"),
        ({"origins": ()}, "needs an origin"),
    ],
)
def test_a_design_that_asks_for_nothing_is_refused(changed, words):
    with pytest.raises(DataError, match=words):
        replace(HindcastDesign((2010,), 5, 1), **changed)


def test_origins_without_years_around_them_are_refused(czt, tmp_path):
    with pytest.raises(DataError, match="no group has 4 years up to an origin"):
        cases_of(table(), tmp_path, czt, origins=(1999, 2018))


def test_an_indicator_that_the_file_lacks_is_refused(czt, tmp_path):
    with pytest.raises(DataError, match="the file has no population_resident"):
        cases_of(table(), tmp_path, czt, name="population_resident")


def levels(indicator, start, step, seed=2):
    frame = table(seed=seed)
    rng = np.random.default_rng(seed)
    since = frame["year"] - 2000
    return frame.assign(
        indicator=indicator,
        value=start + step * since + rng.normal(0, 0.2, len(frame)),
    )


@pytest.mark.parametrize("name", ["urbanization_rate", "rd_intensity"])
def test_a_level_is_scored_in_percent_and_its_mean_as_a_yearly_change(
    name, czt, tmp_path
):
    frame = levels(name, 2, 0.1) if name[0] == "r" else levels(name, 40, 1)
    cases = cases_of(frame, tmp_path, czt, methods=("structural", "rw"), name=name)
    found = run(cases)
    known = frame.set_index(["region", "year"])["value"]
    for row in found[found["kind"] == "mean"].itertuples():
        change = known[row.region, row.origin + 3] - known[row.region, row.origin]
        assert row.outcome == pytest.approx(change / 3, abs=1e-9)
    table_ = overall(found).set_index("method")
    assert (table_["crps"] < 1).all()


def test_three_shares_are_scored_together(czt, tmp_path):
    parts = {"share_primary": (15, -0.3), "share_secondary": (45, 0.1)}
    frames = [levels(name, *shape) for name, shape in parts.items()]
    rest = 100 - frames[0]["value"] - frames[1]["value"]
    frames.append(frames[0].assign(indicator="share_tertiary", value=rest))
    cases = cases_of(
        pd.concat(frames),
        tmp_path,
        czt,
        methods=("structural", "mean5"),
        origins=(2015,),
        name="sector_shares",
    )
    found = run(cases)
    years = found[(found["kind"] == "year") & (found["method"] == "structural")]
    assert sorted(years["part"].unique()) == sorted(
        FORECAST_VARIABLES["sector_shares"].parts
    )
    sums = years.groupby(["region", "horizon"])["outcome"].sum()
    np.testing.assert_allclose(sums, 100)
    assert (found["kind"] == "shares").sum() == 2 * 6 * 3
    assert overall(found)["energy_shares"].notna().all()
    assert list(found.columns) == list(COLUMNS)


def test_reference_panel_is_won_by_the_panel(czt):
    path = (
        Path(__file__).parents[2] / "../shared/reference/china_prefectures_growth.csv"
    )
    if not path.exists():
        pytest.skip(f"{path.name} is not at hand")
    panel = read_panel(path, group="province")
    own = panel.figures["region"].map(panel.groups) == "Hunan"
    panel = replace(panel, figures=panel.figures[own])
    design = HindcastDesign((2013,), 5, SEED, ("structural", "rw", "mean5"), 500)
    found = overall(run(panel_cases(panel, czt, variable_named(GROWTH), design)))
    crps = found.set_index("method")["crps"]
    assert crps["structural"] < 0.9 * crps.drop("structural").min()


def test_methods_of_all_groups_are_scored_by_group(czt, tmp_path):
    """On the same cells and replayed targets as a method of single groups."""
    methods = ("mean5", "par", "par_all")
    scores = run(cases_of(table(), tmp_path, czt, methods=methods, origins=(2014,)))
    keys = ["kind", "group", "region", "horizon", "outcome", "threshold"]
    one, other = (
        scores[scores["method"] == name][keys].reset_index(drop=True)
        for name in ("mean5", "par_all")
    )
    pd.testing.assert_frame_equal(one, other)
    table_ = overall(scores).set_index("method")
    assert table_.loc["par", "crps"] != table_.loc["par_all", "crps"]


def test_a_panel_of_one_group_has_no_method_of_all_groups(czt, tmp_path):
    frame = table().assign(province="east")
    cases = cases_of(frame, tmp_path, czt, methods=("par", "par_all"), origins=(2014,))
    assert [case.method for case in cases] == ["par"]
