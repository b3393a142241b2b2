"""Backcast: moved draws, projected again, meet the targets as often as asked."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import xarray as xr

from cszt_models import cli
from cszt_models.errors import DataError
from cszt_models.models.fits import fit_blocks
from cszt_models.present.sentences.backcast import on_average, takes
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import assess
from cszt_models.targets.backcast import (
    averages,
    backcast,
    plausibility,
    quantities,
    shift_cells,
    yearly,
)
from cszt_models.targets.required_growth import required_growth

SET = ("gdp_2025", "urbanization_2025", "rd_intensity_2025")


@pytest.fixture(scope="module")
def plan(czt):
    return read_targets(czt)


@pytest.fixture(scope="module")
def outlook(fits_2021):
    return build_outlook(fits_2021)


@pytest.fixture(scope="module")
def far(fits_2021, plan, outlook):
    """GDP of 2025 at nine in ten."""
    return backcast(fits_2021, [plan["gdp_2025"]], 0.9, outlook=outlook)


@pytest.fixture(scope="module")
def together(fits_2021, plan, outlook):
    """The three headline targets at one half."""
    return backcast(fits_2021, [plan[name] for name in SET], 0.5, outlook=outlook)


def test_projected_again_the_probability_is_the_one_asked(
    fits_2021, plan, outlook, far, together
):
    for found, names in ((far, ["gdp_2025"]), (together, SET)):
        told = assess(
            fits_2021, plan, joint=names, outlook=shift_cells(outlook, found.shift)
        )
        assert told.joint.probability == found.probability
        assert found.probability == pytest.approx(found.requested, abs=found.mcse)
        assert found.reached


def test_fits_with_another_seed_agree_within_monte_carlo_error(
    czt, observations, plan, far
):
    day = date(2021, 6, 30)
    other = fit_blocks(observations, czt, as_of=day, seed=2, draws=1000)
    told = assess(other, plan, outlook=shift_cells(build_outlook(other), far.shift))
    result = told.of("gdp_2025")
    error = np.hypot(result.mcse, far.mcse)
    assert result.probability == pytest.approx(0.9, abs=4 * error)


def test_a_lower_probability_takes_the_opposite_way(fits_2021, plan, outlook, far):
    low = backcast(fits_2021, [plan["gdp_2025"]], 0.2, outlook=outlook)
    up, down = (x.shift["gdp_real_growth"].sel(year=2023) for x in (far, low))
    assert (up > 0).all()
    assert (down < 0).all()
    ratio = up / down
    assert float(ratio.max() - ratio.min()) < 1e-6


def test_more_probable_takes_a_longer_and_less_plausible_change(
    fits_2021, plan, outlook
):
    found = [
        backcast(fits_2021, [plan["gdp_2025"]], p, outlook=outlook)
        for p in (0.7, 0.8, 0.9)
    ]
    assert [x.distance for x in found] == sorted(x.distance for x in found)
    assert found[0].plausibility > found[1].plausibility > found[2].plausibility


def test_plausibility_is_the_tail_of_the_normal_for_one_target():
    assert plausibility(1.959964, 1) == pytest.approx(0.05, abs=1e-6)
    assert plausibility(np.sqrt(5.991465), 2) == pytest.approx(0.05, abs=1e-6)


def test_growth_that_a_scenario_brings_need_not_be_found(fits_2021, plan, outlook, far):
    faster = baseline().with_lever("growth", 1.0)
    found = backcast(
        fits_2021, [plan["gdp_2025"]], 0.9, scenario=faster, outlook=outlook
    )
    assert found.initial > far.initial
    assert found.distance < far.distance


def test_what_is_published_does_not_move(fits_today, plan):
    found = backcast(fits_today, [plan["rd_intensity_2025"]], 0.95)
    for name in ("gdp_nominal", "population_resident", "urbanization_rate"):
        known = found.outlook.published[name].notnull()
        gap = abs(found.after[name] - found.before[name]).max("draw")
        assert float(gap.where(known, 0.0).max()) == 0
    assert found.reached
    table = yearly(found)
    changsha = table[(table["region"] == "changsha") & (table["year"] == 2025)]
    assert "urbanization_rate" not in changsha["quantity"].tolist()


def test_a_missed_target_leaves_nothing_to_reach(fits_today, plan):
    found = backcast(fits_today, [plan["gdp_2025"]], 0.5)
    assert (found.reached, found.highest, found.missed) == (False, 0.0, ("gdp_2025",))
    assert takes(found) == (
        "50 % cannot be reached: gross domestic product was published and missed, so "
        "the highest probability is 0."
    )
    assert "无法达到" in takes(found, "zh")
    both = backcast(fits_today, [plan[name] for name in SET], 0.5)
    assert (both.reached, both.highest) == (False, 0.0)
    assert yearly(both).empty
    assert averages(both).empty


def test_a_met_target_is_certain(fits_today, plan):
    lower = replace(plan["gdp_2025"], value=20_000.0)
    found = backcast(fits_today, [lower], 0.5)
    assert (found.initial, found.reached, found.open) == (1.0, False, ())
    assert "published and met" in takes(found)
    beside = backcast(fits_today, [lower, plan["urbanization_2025"]], 0.5)
    alone = backcast(fits_today, [plan["urbanization_2025"]], 0.5)
    assert beside.distance == alone.distance


def test_a_share_above_all_is_out_of_reach(fits_2021, plan, outlook):
    above = replace(plan["urbanization_2025"], value=100.1)
    found = backcast(fits_2021, [above], 0.5, outlook=outlook)
    assert (found.reached, found.highest) == (False, 0.0)
    assert "even after a change 8 standard deviations long" in takes(found)


def test_only_what_the_target_needs_is_listed(far, together, fits_2021, plan, outlook):
    assert quantities(far) == ["gdp_real_growth", "price"]
    assert "urbanization_rate" in quantities(together)
    assert "rd_intensity" in quantities(together)
    share = backcast(fits_2021, [plan["urbanization_2025"]], 0.99, outlook=outlook)
    assert quantities(share) == ["population_resident", "urbanization_rate"]


def test_table_holds_the_medians_of_the_two_projections(far):
    table = averages(far).set_index(["quantity", "region"])
    row = table.loc[("gdp_real_growth", "changsha")]
    years = slice(2021, 2025)
    paths = [
        p["gdp_real_growth"].sel(region="changsha") for p in (far.before, far.after)
    ]
    before, after = (float(p.sel(year=years).median("draw").mean()) for p in paths)
    assert (row["first"], row["last"]) == (2021, 2025)
    assert row["before"] == pytest.approx(before, abs=1e-9)
    assert row["after"] == pytest.approx(after, abs=1e-9)
    assert row["change"] > 1


def test_prices_are_what_nominal_growth_has_beyond_real(far):
    row = yearly(far).set_index(["quantity", "region", "year"])
    row = row.loc[("price", "zhuzhou", 2022)]
    levels = far.after["gdp_nominal"].sel(region="zhuzhou")
    grown = far.after["gdp_real_growth"].sel(region="zhuzhou", year=2022)
    ratio = levels.sel(year=2022) / levels.sel(year=2021) / (1 + grown / 100)
    assert row["after"] == pytest.approx(float(100 * (ratio - 1).median()), abs=1e-9)


def test_needed_growth_of_a_level(fits_2021, plan, outlook):
    found = required_growth(fits_2021, project_paths(outlook), plan["gdp_2025"])
    assert (found.since, found.published, found.points) == (2020, True, False)
    start = 12142.52 + 3105.80 + 2343.14  # the three cities, as published for 2020
    assert found.start == pytest.approx(start, abs=0.1)
    rate = 100 * ((25_000 / found.start) ** 0.2 - 1)
    assert found.rate == pytest.approx(rate, abs=1e-9)
    assert found.real < found.rate  # prices rise in the median


def test_needed_growth_of_a_share_is_in_points(fits_2021, plan, outlook):
    found = required_growth(
        fits_2021, project_paths(outlook), plan["urbanization_2025"]
    )
    assert found.points
    assert found.rate == pytest.approx((80 - found.start) / 5, abs=1e-9)


def test_needed_rest_of_an_average_counts_what_is_known(fits_2021, plan):
    goal, years = plan["growth_2021_2025"], range(2021, 2026)
    rates = np.array([8.0, 4.0, 6.0, 5.0, 7.0])
    spread = np.array([0.0, 0, 1, 1, 1])  # the first two are known
    draws = rates + spread * np.linspace(-1, 1, 5)[:, None]
    path = xr.Dataset(
        {"gdp_real_growth": (("draw", "region", "year"), draws[:, None])},
        {"region": ["czt"], "year": list(years)},
    )
    found = required_growth(fits_2021, path, goal)
    left = (1.07**5 / (1.08 * 1.04)) ** (1 / 3)
    assert found.since == 2022
    assert found.rate == pytest.approx(100 * (left - 1), abs=1e-9)


def test_nothing_is_needed_of_what_is_published(fits_today, plan):
    projection = project_paths(build_outlook(fits_today))
    assert required_growth(fits_today, projection, plan["gdp_2025"]) is None


def test_sentences_say_both_probabilities_and_how_far(far, plan):
    said = takes(far)
    assert said.startswith("As known on 2021-06-30 the probability of meeting the ")
    assert "To bring it to 90 %" in said
    assert "the future must differ from what is expected by" in said
    chinese = takes(far, "zh")
    assert chinese.startswith("截至2021-06-30，地区生产总值目标的实现概率为")
    assert "要使其达到90%" in chinese
    (one,) = far.needed
    assert "7.28 % a year needed in 2021–2025" in on_average(one, plan["gdp_2025"])
    assert "2021—2025年年均需增长7.28%（预期" in on_average(one, plan["gdp_2025"], "zh")


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.5, 1.5])
def test_a_probability_that_is_none_is_refused(fits_2021, plan, outlook, probability):
    with pytest.raises(DataError, match="cannot be aimed at"):
        backcast(fits_2021, [plan["gdp_2025"]], probability, outlook=outlook)


def test_no_target_and_one_without_data_are_refused(fits_2021, plan, outlook):
    with pytest.raises(DataError, match="no target is given"):
        backcast(fits_2021, [], 0.5, outlook=outlook)
    with pytest.raises(DataError, match="'forest_cover_2025' has no data"):
        backcast(fits_2021, [plan["forest_cover_2025"]], 0.5, outlook=outlook)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gdp_2052"], "Did you mean 'gdp_2025'?"),
        (["gdp_2025", "--prob", "1.5"], "probability 1.5 cannot be aimed at"),
        (["good_air_2025"], "has no data"),
    ],
)
def test_command_refuses_bad_input(words, said, capsys, monkeypatch):
    when = ["--as-of", "2021-06-30", "--draws", "200"]
    monkeypatch.setattr("sys.argv", ["cszt", "backcast", *words, *when])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_command_prints_json_and_a_table(capsys, monkeypatch):
    import json

    words = ["backcast", "gdp_2025", "--as-of", "2021-06-30", "--draws", "200"]
    for extra in (["--prob", "0.9", "--json"], []):
        monkeypatch.setattr("sys.argv", ["cszt", *words, *extra])
        with pytest.raises(SystemExit):
            cli.main()
        out = capsys.readouterr().out
        if extra:
            found = json.loads(out)
            assert found["reached"]
            assert found["probability"] == pytest.approx(0.9, abs=0.006)  # a draw
            assert {row["quantity"] for row in found["averages"]} == {
                "gdp_real_growth",
                "price",
            }
            assert len(found["yearly"]) == 2 * 4 * 5
        else:
            assert "What it takes, on average" in out
            assert "7.28 % a year needed" in out
