"""The closed form equals the projection, whatever is published and whatever moves."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from cszt_models import Store
from cszt_models.models.fits import fit_blocks
from cszt_models.project.plan import read_targets
from cszt_models.projection.outcomes import outcome
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.levers import MOVES as LEVERS
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.sweeps.counting.closed_form import closed_form, has_form
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    REGION,
    SECTOR_SHARES,
    SECTORS,
    URBAN_POPULATION,
    URBANIZATION,
    YEAR,
)

MOVES = (
    "growth",
    "price",
    "level",
    "population",
    "urbanization",
    "rd_intensity",
    "rd_expenditure",
    "hightech_firms",
    "income_urban_pc",
)
PLACES = (("changsha",), ("zhuzhou", "xiangtan"), ("xiangtan",), ())
INDICATORS = (
    GDP,
    GROWTH,
    GROWTH_AVERAGE,
    POPULATION,
    URBANIZATION,
    URBAN_POPULATION,
    SECTOR_SHARES[1],
    SECTORS[2],
    "rd_intensity",
    "rd_expenditure",
    "hightech_firms",
    "income_urban_pc",
    "pm25",
)


def every_target(czt):
    """A target for each indicator, for the group and its members, in several years."""
    like = read_targets(czt)["gdp_2025"]
    return [
        replace(
            like,
            id=f"{name} {place} {year}",
            indicator=name,
            region=place,
            year=year,
            since=max(year - 2, 2021) if name == GROWTH_AVERAGE else None,
        )
        for name in INDICATORS
        for place in ("czt", "changsha", "xiangtan")
        for year in (2022, 2024, 2025, 2028)
    ]


def random_levers(rng, outlook):
    """One setting for each of some levers, for some regions and years."""
    told = {m.indicator for m in outlook.measures} | {"rd_expenditure"}
    moves = [name for name in MOVES if name in told or name in LEVERS]
    found = {}
    for n in range(int(rng.integers(1, 9))):
        first = [None, 2022, 2025][rng.integers(3)]
        last = [None, 2026, 2028][rng.integers(3)]
        where = PLACES[rng.integers(len(PLACES))]
        lever = moves[rng.integers(len(moves))]
        shape = () if first is None else (int(rng.integers(4)), float(rng.random()))
        found[f"x{n}"] = Setting(lever, 1.0, where, first, last, *shape)
    return found


def scenario_of(levers, values, base=()):
    pairs = zip(levers.items(), values, strict=True)
    settings = tuple(replace(one, value=float(v)) for (_, one), v in pairs)
    return Scenario("case", (Part("case", settings), Part("base", tuple(base))))


def unpublished(outlook: Outlook, name: str, place: str, first: int) -> Outlook:
    """The outlook had a figure not been published from a year on."""
    told = outlook.published.copy(deep=True)
    told[name].loc[{REGION: place, YEAR: slice(first, None)}] = np.nan
    return replace(outlook, published=told)


def largest_gap(czt, outlook, seed, settings=2, base=()):
    """Largest gap between formula and projection, relative to the projection."""
    rng, every = np.random.default_rng(seed), every_target(czt)
    targets = [every[n] for n in rng.permutation(len(every))[:40]]
    levers = random_levers(rng, outlook)
    set_besides = scenario_of({}, (), base)
    found = closed_form(outlook, targets, levers, base=set_besides)
    worst = 0.0
    for _ in range(settings):
        values = rng.uniform(-1.5, 1.5, len(levers))
        paths = project_paths(outlook, scenario_of(levers, values, base))
        for target in targets:
            drawn = outcome(paths, target)
            if target.id in found.excluded:
                continue
            made = found.forms[target.id].at(values[None])[0]
            gap = np.abs(made - drawn) / np.maximum(np.abs(drawn), 1.0)
            worst = max(worst, float(gap.max()))
    return worst, found


def few(outlook: Outlook, draws: int) -> Outlook:
    """The outlook with its first draws alone."""
    drop = None if outlook.drop is None else outlook.drop[:draws]
    return replace(outlook, cells=outlook.cells.isel(draw=slice(0, draws)), drop=drop)


@pytest.fixture(scope="module")
def dates(czt, observations, fits_2021, fits_today):
    """Outlooks of four as-of dates, between which levels of other years are known."""
    days, store = (date(2023, 6, 30), date(2025, 6, 30)), Store()
    small = [
        fit_blocks(observations, czt, as_of=day, seed=1, draws=100, store=store)
        for day in days
    ]
    every = [build_outlook(fits) for fits in (fits_2021, *small, fits_today)]
    return [few(one, 50) for one in every]


@pytest.mark.parametrize("seed", range(4))
def test_formula_equals_projection_at_several_dates(czt, dates, seed):
    for n, outlook in enumerate(dates):
        worst, found = largest_gap(czt, outlook, 10 * seed + n)
        assert worst < 1e-12
        assert set(found.excluded.values()) <= {"no series to model"}


def test_formula_holds_besides_levers_that_have_none(czt, dates):
    base = (
        Setting("uncertainty", 40.0),
        Setting("event_risk", 10.0),
        Setting("migration", 3.0, ("changsha",)),
        Setting("industry_from_services", 0.4),
    )
    assert not any(map(has_form, base))
    for seed in range(6):
        worst, found = largest_gap(czt, dates[-1], seed, base=base)
        assert worst < 1e-12
        assert all("population" in text for text in found.excluded.values())


@pytest.mark.parametrize(
    ("lever", "moved"),
    [
        ("migration", {POPULATION, URBANIZATION, URBAN_POPULATION, "income_urban_pc"}),
        ("industry_from_services", {SECTOR_SHARES[1], SECTORS[2]}),
        ("event_risk", {*INDICATORS} - {POPULATION, URBANIZATION, URBAN_POPULATION,
                                        "income_urban_pc", "pm25"}),
        ("uncertainty", {*INDICATORS}),
    ],
)  # fmt: skip
def test_lever_without_a_formula_excludes_what_it_moves(czt, dates, lever, moved):
    targets = [t for t in every_target(czt) if (t.region, t.year) == ("czt", 2028)]
    found = closed_form(dates[-1], targets, {"x": Setting(lever, 1.0)})
    told = {name.split()[0] for name, why in found.excluded.items() if lever in why}
    assert told == moved


def test_formula_holds_where_a_member_is_what_remains_of_the_total(czt, dates):
    today = unpublished(dates[-1], GDP, "xiangtan", 2025)
    assert today.published[GDP].sel(region="czt", year=2025).notnull()
    assert today.published[GDP].sel(region="xiangtan", year=2025).isnull()
    for outlook in (today, unpublished(today, GDP, "xiangtan", 2023)):
        for seed in range(6):
            assert largest_gap(czt, outlook, seed)[0] < 1e-12


def test_several_members_scaled_to_a_total_cancel_or_are_excluded(czt, dates):
    outlook = unpublished(dates[-1], GDP, "zhuzhou", 2025)
    outlook = replace(unpublished(outlook, GDP, "xiangtan", 2025), now=2025)
    targets = [t for t in every_target(czt) if t.id == "gdp_nominal xiangtan 2028"]
    alike = closed_form(outlook, targets, {"x": Setting("price", 1.0)})
    assert not alike.excluded
    values = np.array([1.3])
    case = scenario_of({"x": Setting("price", 1.0)}, values)
    drawn = outcome(project_paths(outlook, case), targets[0])
    made = alike.forms[targets[0].id].at(values[None])[0]
    np.testing.assert_allclose(made, drawn, rtol=1e-12, atol=0)
    one = closed_form(outlook, targets, {"x": Setting("price", 1.0, ("zhuzhou",))})
    assert "scales several regions" in one.excluded[targets[0].id]
    for seed in range(8):
        assert largest_gap(czt, outlook, seed)[0] < 1e-12


def test_published_members_of_a_total_stand_though_their_weight_moves(czt, dates):
    outlook = replace(dates[-1], now=2021)
    for place in ("czt", "changsha", "zhuzhou", "xiangtan"):
        outlook = unpublished(outlook, GDP, place, 2021)
    firms = outlook.published["hightech_firms"].sel(region="changsha", year=2021)
    assert firms == 5218
    (target,) = [t for t in every_target(czt) if t.id == "hightech_firms czt 2022"]
    target = replace(target, year=2021)
    levers, values = {"x": Setting("price", 1.0)}, np.array([3.0])
    form = closed_form(outlook, [target], levers).forms[target.id]
    drawn = outcome(project_paths(outlook, scenario_of(levers, values)), target)
    np.testing.assert_allclose(form.at(values[None])[0], drawn, rtol=1e-12)
    assert form.tops[0].powers.ravel().tolist() == [0.0, 1.0, 1.0]


def test_shares_stop_at_100_in_the_formula_too(czt, dates):
    outlook = dates[0]
    lever = {"x": Setting("urbanization", 1.0)}
    targets = [t for t in every_target(czt) if "urban" in t.id]
    found, values = closed_form(outlook, targets, lever), np.array([9.0])
    paths = project_paths(outlook, scenario_of(lever, values))
    assert (paths[URBANIZATION].sel(region="changsha", year=2028) == 100).any()
    for target in targets:
        made = found.forms[target.id].at(values[None])[0]
        np.testing.assert_allclose(made, outcome(paths, target), rtol=1e-12)


def test_power_is_the_number_of_years_in_which_a_lever_acts(czt, dates):
    target = read_targets(czt)["gdp_2025"]
    levers = {"all": Setting("growth", 1.0), "late": Setting("price", 1.0, (), 2024)}
    powers = closed_form(dates[0], [target], levers).forms["gdp_2025"].tops[0].powers
    assert powers.tolist() == 3 * [[5.0, 2.0]]  # 2021-2025, and 2024 and 2025


def test_what_is_not_projected_is_excluded_and_says_why(czt, dates):
    target = read_targets(czt)["forest_cover_2025"]
    found = closed_form(dates[0], [target], {})
    assert found.excluded == {"forest_cover_2025": "no series to model"}
