"""The bundled scenarios: every size is computed again from the figures or the plan."""

import numpy as np
import pandas as pd
import pytest

from cszt_models.models import industry
from cszt_models.project.plan import read_every_target, read_targets
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import baseline

NEW_BASIS = "revised_census5_2023"


@pytest.fixture(scope="module")
def library(czt):
    return read_scenarios(czt, read_levers(czt))


@pytest.fixture(scope="module")
def cities(czt):
    return list(czt.with_role("core")), list(czt.with_role("ring"))


@pytest.fixture(scope="module")
def series(observations):
    """Last released value of each year, of one indicator and region."""

    def find(indicator, region, basis=None):
        told = observations[observations["indicator"] == indicator]
        rows = told[told["region"] == region]
        rows = rows if basis is None else rows[rows["basis"] == basis]
        last = rows.sort_values("known_on").drop_duplicates("year", keep="last")
        return last.set_index("year")["value"].sort_index()

    return find


@pytest.fixture(scope="module")
def growth(series, cities):
    """Growth (year, region) and that of core and ring, weighted by GDP before."""
    names = cities[0] + cities[1]
    rates = pd.DataFrame({n: series("gdp_real_growth", n) for n in names})
    weights = pd.DataFrame({n: series("gdp_nominal", n) for n in names}).shift()

    def of(group):
        return (rates[group] * weights[group]).sum(axis=1) / weights[group].sum(axis=1)

    both = pd.DataFrame({"core": of(cities[0]), "ring": of(cities[1])})
    return rates, both.loc[2001:2023]


def value_of(library, scenario, lever, **where):
    found = [s for s in library[scenario].of(lever) if where.items() <= vars(s).items()]
    assert len(found) == 1
    return found[0].value


def test_every_scenario_says_what_it_is_why_and_where_its_sizes_are_from(library):
    for name, one in library.items():
        if one == baseline():
            continue
        assert one.label is not None, name
        assert one.why is not None, name
        assert min(len(one.why.en), 3 * len(one.why.zh)) > 80, name
        assert one.source, name
        sourced = [part for part in one.parts if part.source]
        assert len(sourced) == len(one.parts) or "not an estimate" in one.source, name


def test_scenarios_differ_in_what_they_set(library):
    assert len({one.hash for one in library.values()}) == len(library)


def test_the_plans_own_path_is_what_the_plan_asks_for(library, czt):
    (asked,) = library["plan path"].conditions
    target = read_targets(czt)["growth_2021_2025"]
    assert asked.says.value == target.value
    assert (asked.region, asked.first, asked.last) == ("czt", 2021, 2025)
    assert asked.average


def test_the_slowdown_is_the_one_that_happened(library, series, growth, observations):
    official = series("gdp_real_growth", "czt")
    weighted = growth[1]
    came = {y: weighted["core"][y] for y in (2021, 2022, 2023)} | dict(
        official.loc[2024:2025]
    )
    asked = {
        one.first: one.says for one in library["slowdown as it happened"].conditions
    }
    assert set(asked) == set(came)
    for year, rate in came.items():
        np.testing.assert_allclose(asked[year].mean, rate, atol=0.05)
    first = observations.query(
        "indicator == 'gdp_real_growth' and region == 'changsha' and year == 2022"
    )
    gap = first["value"].max() - first["value"].min()
    assert {round(one.sd, 6) for one in asked.values()} == {round(gap, 6)}


def test_deflation_is_the_distance_between_two_deflators(library, series):
    levels = series("gdp_nominal", "hunan", NEW_BASIS)
    rates = series("gdp_real_growth", "hunan")
    deflator = 100 * (np.log(levels).diff() - np.log1p(rates / 100))
    czt = series("gdp_nominal", "czt")
    now = 100 * (np.log(czt[2025] / czt[2024]) - np.log1p(0.043))
    assert series("gdp_real_growth", "czt")[2025] == 4.3
    size = now - deflator.loc[2016:2020].mean()
    np.testing.assert_allclose(value_of(library, "deflation", "price"), size, atol=0.05)


def test_the_research_push_is_that_of_the_best_three_years(library, series):
    rates = 100 * np.log(series("rd_expenditure", "hunan")).diff()
    size = rates.loc[2017:2019].mean() - rates.loc[2013:2016].mean()
    assert rates.rolling(3).mean().loc[2015:].idxmax() == 2019
    pushed = value_of(library, "research push", "rd_expenditure")
    np.testing.assert_allclose(pushed, size, atol=0.05)


def test_the_reform_of_registration_has_the_sizes_of_changshas_open_years(
    library, series, cities
):
    people = sum(
        series("population_resident", n, "post_2020_census") for n in cities[0]
    )
    rise = people.diff()
    size = rise.loc[2016:2019].mean() - rise.loc[2012:2015].mean()
    moved = value_of(library, "hukou reform", "migration")
    np.testing.assert_allclose(moved, size, atol=0.005)
    urban = series("urbanization_rate", "hunan", "post_2020_census")
    pace = (urban[2018] - urban[2013]) / 5 - (urban[2023] - urban[2018]) / 5
    faster = value_of(library, "hukou reform", "urbanization")
    np.testing.assert_allclose(faster, pace, atol=0.005)


def test_structure_moves_as_it_moved(library, observations, series, cities):
    shares = industry.sector_shares(observations)
    first = shares[shares["basis"] == "as_first_published"]

    def share(year):
        rows = first.query("year == @year").set_index("region").loc[cities[0]]
        gdp = [series("gdp_nominal", n, "as_first_published")[year] for n in cities[0]]
        return float(np.average(rows["share_secondary"], weights=gdp))

    size = (share(2022) - share(2019)) / 3
    up = value_of(library, "manufacturing-led", "industry_from_services")
    np.testing.assert_allclose(up, size, atol=0.05)
    last = shares[shares["region"] == "changsha"]  # 2025 on the new classification
    last = last.drop_duplicates("year", keep="last").set_index("year")
    last = last["share_secondary"]
    down = value_of(library, "services-led", "industry_from_services")
    np.testing.assert_allclose(down, last[2025] - last[2024], atol=0.05)


def test_the_slow_years_repeat_the_step_of_2025(library, series, growth):
    rates = dict(growth[1]["core"]) | dict(series("gdp_real_growth", "czt"))
    step = rates[2025] - np.mean([rates[year] for year in (2022, 2023, 2024)])
    np.testing.assert_allclose(value_of(library, "slow", "growth"), step, atol=0.005)


def test_growth_as_planned_is_the_range_of_both_plans(library, czt):
    targets = read_every_target(czt)
    asked = {one.region: one for one in library["as planned"].conditions}
    for place in ("changsha", "hunan"):
        target, one = targets[f"growth_{place}_2026_2030"], asked[place]
        assert (one.says.low, one.says.high) == (target.value, target.high)
        assert (one.first, one.last) == (2026, 2030)
        assert one.average


def test_prices_return_to_the_pace_before_the_last_plan(library):
    up, down = (
        value_of(library, name, "price") for name in ("deflation ends", "deflation")
    )
    assert round(up, 1) == -down  # the same distance, there rounded to a tenth


def test_the_drag_is_what_changsha_lost_on_hunan_in_2025(library, series):
    lead = series("gdp_real_growth", "changsha") - series("gdp_real_growth", "hunan")
    lost = lead[2025] - lead.loc[2022:2024].mean()
    assert series("fixed_investment_growth", "changsha")[2025] == -19.3
    moved = value_of(library, "property drag", "growth")
    np.testing.assert_allclose(moved, lost, atol=0.005)


def test_research_as_planned_grows_as_the_plan_asks(library, czt, series):
    (asked,) = library["research as planned"].conditions
    rate = read_every_target(czt)["rd_growth_changsha_2026_2030"].value
    gdp, share = (series(n, "changsha")[2024] for n in ("gdp_nominal", "rd_intensity"))
    spent = share * gdp / 100 * (1 + rate / 100) ** 6
    np.testing.assert_allclose(asked.says.value, spent, atol=0.05)


def test_towns_grow_as_they_did_before_2019(library):
    reform = value_of(library, "hukou reform", "urbanization")
    assert value_of(library, "faster towns", "urbanization") == reform


def test_events_are_as_frequent_as_they_were(library, growth):
    rates = growth[0]["changsha"].loc[2000:2025]
    drop = rates - rates.shift().rolling(2).mean()
    assert (len(rates), int((drop < -4).sum()), drop.idxmin()) == (26, 1, 2020)
    risk = value_of(library, "event risk", "event_risk")
    np.testing.assert_allclose(risk, 100 / 26, atol=0.05)


def test_the_bonus_is_the_lead_that_was_and_the_spillover_what_the_ring_took(
    library, growth, series, cities
):
    both = growth[1]
    lead = both["core"] - both["ring"]
    bonus = value_of(
        library, "integration bonus", "growth", regions=tuple(sorted(cities[0]))
    )
    np.testing.assert_allclose(bonus, lead.loc[2013:2019].mean(), atol=0.05)
    assert abs(lead.loc[2018:2023].mean()) < 0.1
    apart = both.sub(series("gdp_real_growth", "hunan"), axis="index").dropna()
    assert (apart.index[0], apart.index[-1]) == (2001, 2023)
    slope = np.polyfit(apart["core"], apart["ring"], 1)[0]
    ring = value_of(
        library, "integration bonus", "growth", regions=tuple(sorted(cities[1]))
    )
    np.testing.assert_allclose(ring, bonus * slope, atol=0.005)


def test_ranges_of_levers_are_those_of_the_figures(czt, series, cities, growth):
    levers, (core, ring) = read_levers(czt), cities
    rates = growth[0]
    drop = rates.loc[2020] - rates.loc[2018:2019].mean()
    assert (levers["level"].high, round(-drop.max(), 2), round(-drop.min(), 2)) == (
        5.0,
        3.75,
        4.35,
    )
    people = sum(series("population_resident", n, "post_2020_census") for n in core)
    rise = people.diff().drop([2020, 2021])
    assert levers["migration"].high == np.floor(rise.max() - rise.min())
    spending = 100 * np.log(series("rd_expenditure", "hunan")).diff()
    span = spending.max() - spending.min()
    assert levers["rd_expenditure"].high == np.floor(span)
    spread = rates[core + ring].std(axis=1)
    early, late = spread.loc[2001:2011].mean(), spread.loc[2012:2023].mean()
    ends = np.round([100 * (late / early - 1), 100 * (early / late - 1)])
    assert [levers["uncertainty"].low, levers["uncertainty"].high] == ends.tolist()
