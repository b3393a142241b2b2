"""Levers beyond growth and prices: what each does, to the draw, and what it leaves."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import yaml

from cszt_models import ScenarioError, load_project
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.levers import MOVES, movable, read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.targets.attainment import assess

CITIES = ["changsha", "zhuzhou", "xiangtan"]
SHARES = ["share_primary", "share_secondary", "share_tertiary"]
SETTINGS = {  # a setting of every lever that nothing else is needed for
    "growth": 0.5,
    "price": -0.5,
    "level": -3.0,
    "population": 0.2,
    "migration": 5.0,
    "urbanization": 0.2,
    "rd_intensity": 0.1,
    "rd_expenditure": 3.0,
    "industry_from_services": 0.5,
    "industry_from_agriculture": 0.2,
    "services_from_agriculture": -0.2,
    "uncertainty": 40.0,
    "event_risk": 10.0,
}
close = partial(np.testing.assert_allclose, rtol=1e-11, atol=1e-9)


@pytest.fixture(scope="module")
def outlook(fits_2021):
    return build_outlook(fits_2021)


@pytest.fixture(scope="module")
def base(outlook):
    return project_paths(outlook)


def moved(outlook, lever, value, **where):
    return project_paths(outlook, baseline().with_lever(lever, value, **where))


def test_the_project_offers_every_lever_with_a_range_around_zero(czt):
    levers = read_levers(czt)
    assert set(SETTINGS) == set(levers) >= set(MOVES)
    assert set(levers) <= set(movable(czt))
    for name, lever in levers.items():
        assert lever.low <= 0 <= lever.high
        assert lever.low <= SETTINGS[name] <= lever.high
        assert "observations.csv" in lever.source


@pytest.mark.parametrize("lever", SETTINGS)
def test_a_lever_at_zero_does_nothing_and_elsewhere_something(lever, outlook, base):
    assert moved(outlook, lever, 0.0).identical(base)
    assert not moved(outlook, lever, SETTINGS[lever]).identical(base)


@pytest.mark.parametrize("lever", SETTINGS)
@pytest.mark.parametrize("which", ["fits_2021", "fits_today"])
def test_no_lever_moves_what_is_published(lever, which, request):
    outlook = build_outlook(request.getfixturevalue(which))
    paths = moved(outlook, lever, SETTINGS[lever])
    for name, known in outlook.published.items():
        drawn = paths[name].where(known.notnull(), drop=False)
        np.testing.assert_array_equal(drawn, known.broadcast_like(drawn))


def test_a_level_shock_moves_the_level_by_its_size_and_fades(outlook, base):
    where = {"regions": ("zhuzhou",), "first": 2023, "decay": 0.5}
    paths = moved(outlook, "level", -4.0, **where)
    ratio = (paths["gdp_nominal"] / base["gdp_nominal"]).sel(region="zhuzhou")
    for year, size in {2022: 0, 2023: -4, 2024: -2, 2025: -1, 2026: -0.5}.items():
        close(ratio.sel(year=year), np.exp(size / 100))
    factor = 1 + paths["gdp_real_growth"] / 100
    before = 1 + base["gdp_real_growth"] / 100
    change = (np.log(factor / before) * 100).sel(region="zhuzhou")
    close(change.sel(year=[2023, 2024, 2025]), np.tile([-4.0, 2.0, 1.0], (1000, 1)))
    close(ratio.sel(year=2030), np.exp(-4 * 0.5**7 / 100))
    same = paths["gdp_nominal"].sel(region="changsha")
    np.testing.assert_array_equal(same, base["gdp_nominal"].sel(region="changsha"))


def test_a_level_shock_comes_whole_in_the_first_year_that_is_open(fits_today):
    """Growth of 2025 is published in part: the shock waits for the first open year."""
    outlook = build_outlook(fits_today)
    paths, base = moved(outlook, "level", -4.0), project_paths(outlook)
    ratio = (paths["gdp_nominal"] / base["gdp_nominal"]).sel(region="changsha")
    close(ratio.sel(year=2025), 1.0)
    close(ratio.sel(year=[2026, 2030]), np.exp(-0.04))


def test_those_who_move_in_are_as_many_as_said_and_grow_with_the_others(outlook, base):
    paths = moved(outlook, "migration", 10.0, regions=tuple(CITIES), first=2022)
    more = paths["population_resident"] - base["population_resident"]
    close(more.sel(region="czt", year=[2020, 2021]), 0.0)
    close(more.sel(region="czt", year=2022), 10.0)
    people = base["population_resident"].sel(region=CITIES)
    known = outlook.published["population_resident"].sel(region=CITIES)
    share = known.sel(year=2020) / known.sel(year=2020).sum()
    for city in CITIES:
        one, own = 10.0 * share.sel(region=city), people.sel(region=city)
        expected = one * own.sel(year=2024) / own.sel(year=2023) + one
        expected = expected + one * own.sel(year=2024) / own.sel(year=2022)
        close(more.sel(region=city, year=2024), expected)
    with pytest.raises(ScenarioError, match="moves more people out of changsha than"):
        moved(outlook, "migration", -400.0, regions=("changsha",), first=2022)


def test_migration_without_regions_is_shared_by_the_members_of_groups(outlook):
    everywhere = moved(outlook, "migration", 10.0)
    named = moved(outlook, "migration", 10.0, regions=tuple(CITIES))
    assert everywhere.identical(named)


def test_growth_of_spending_multiplies_the_share_and_leaves_output(outlook, base):
    paths = moved(outlook, "rd_expenditure", 5.0, first=2023, last=2024)
    ratio = (paths["rd_expenditure"] / base["rd_expenditure"]).sel(region=CITIES)
    for year, size in {2022: 0, 2023: 5, 2024: 10, 2025: 10, 2030: 10}.items():
        close(ratio.sel(year=year), np.exp(size / 100))
    close(paths["rd_intensity"] / base["rd_intensity"], ratio_of(paths, base))
    np.testing.assert_array_equal(paths["gdp_nominal"], base["gdp_nominal"])


def ratio_of(paths, base):
    return paths["rd_expenditure"] / base["rd_expenditure"]


@pytest.mark.parametrize(
    ("lever", "source", "sink"),
    [
        ("industry_from_services", "share_tertiary", "share_secondary"),
        ("industry_from_agriculture", "share_primary", "share_secondary"),
        ("services_from_agriculture", "share_primary", "share_tertiary"),
    ],
)
def test_points_leave_one_sector_for_another(lever, source, sink, outlook, base):
    paths = moved(outlook, lever, 0.2, regions=("changsha",), first=2023)
    change = (paths - base)[SHARES].sel(region="changsha")
    for year, points in {2022: 0.0, 2023: 0.2, 2025: 0.6}.items():
        close(change[sink].sel(year=year), points)
        close(change[source].sel(year=year), -points)
    total = sum(paths[name] for name in SHARES)
    close(total, 100.0)
    assert (paths[source] >= 0).all()


def test_a_share_that_would_fall_below_zero_stops_there(outlook):
    paths = moved(outlook, "services_from_agriculture", 20.0)
    close(paths["share_primary"].sel(region=CITIES, year=2030), 0.0)
    close(sum(paths[name] for name in SHARES), 100.0)


def test_uncertainty_scales_the_deviations_from_the_mean(outlook, base):
    half, none = (moved(outlook, "uncertainty", v) for v in (-50.0, -100.0))
    cells = outlook.cells["population_resident"].sel(region="changsha")
    logs = np.log(base["population_resident"].sel(region="changsha", year=2030))
    shrunk = np.log(half["population_resident"].sel(region="changsha", year=2030))
    close(shrunk - shrunk.mean(), (logs - logs.mean()) / 2)
    close(shrunk.mean(), logs.mean())
    assert cells.std("draw").sel(year=2030) > 0
    for name in ("gdp_nominal", "urbanization_rate", "rd_intensity", *SHARES):
        later = none[name].sel(year=slice(outlook.now, None))
        assert later.std("draw").max() < 1e-9 * base[name].max()


def test_events_come_as_often_as_said_and_take_what_2020_took(outlook, base):
    risky, riskier = (moved(outlook, "event_risk", v) for v in (10.0, 30.0))
    drop = {"changsha": -4.05, "zhuzhou": -3.54, "xiangtan": -3.69}  # log points
    for city, size in drop.items():
        change = np.log1p(risky["gdp_real_growth"] / 100)
        change = 100 * (change - np.log1p(base["gdp_real_growth"] / 100))
        change = change.sel(region=city, year=slice(2021, None))
        hit = change < -1
        np.testing.assert_allclose(hit.mean("draw"), 0.1, atol=1e-12)
        np.testing.assert_allclose(change.where(hit).mean(), size, atol=0.01)
        close(change.where(~hit, 0.0), 0.0)
    struck = (risky["gdp_real_growth"] < base["gdp_real_growth"] - 1).sel(region=CITIES)
    again = (riskier["gdp_real_growth"] < base["gdp_real_growth"] - 1).sel(
        region=CITIES
    )
    assert (again | ~struck).all()  # a higher risk adds events
    assert (struck.any("region") == struck.all("region")).all()  # and they are common


def test_a_certain_event_comes_in_its_year_alone(outlook, base):
    paths = moved(outlook, "event_risk", 100.0, first=2024, last=2024)
    lower = paths["gdp_real_growth"] < base["gdp_real_growth"]
    assert lower.sel(region=CITIES, year=2024).all()
    assert not lower.sel(region=CITIES).drop_sel(year=2024).any()


def test_an_event_that_nobody_knew_of_is_refused(outlook):
    with pytest.raises(ScenarioError, match="no event that lowered growth was known"):
        moved(replace(outlook, drop=None), "event_risk", 5.0)


def test_settings_of_one_lever_add_up_wherever_they_act(outlook, base):
    one = baseline().with_lever("growth", 1.0, regions=("zhuzhou",), last=2023)
    both = one.with_lever("growth", 0.5, regions=("zhuzhou",), first=2024)
    ratio = project_paths(outlook, both)["gdp_nominal"] / base["gdp_nominal"]
    close(ratio.sel(region="zhuzhou", year=2025), np.exp(0.04))
    twice = Scenario("twice", (*one.parts, *one.parts))
    ratio = project_paths(outlook, twice)["gdp_nominal"] / base["gdp_nominal"]
    close(ratio.sel(region="zhuzhou", year=2022), np.exp(0.04))


def test_a_lever_nobody_knows_is_refused_with_the_nearest(outlook):
    with pytest.raises(ScenarioError, match=r"'grwth'\. Did you mean 'growth'"):
        moved(outlook, "grwth", 1.0)


def test_common_random_numbers_make_the_effect_of_a_lever_exact(
    fits_2021, outlook, czt
):
    """Where both are met or missed the draws agree; differences are the lever's."""
    targets = {"gdp_2025": read_targets(czt)["gdp_2025"]}
    met = [
        assess(fits_2021, targets, s, outlook=outlook).met["gdp_2025"]
        for s in (baseline(), baseline().with_lever("growth", 0.3))
    ]
    assert not (met[0] & ~met[1]).any()


EFFECT = {
    "cause": "rd_intensity",
    "acts_on": "growth",
    "distribution": "uniform",
    "low": 0.2,
    "high": 0.3,
    "en": "returns",
    "zh": "回报",
    "source": "a test",
}


@pytest.fixture
def with_effect(folder):
    """A project whose part `pays` switches on an effect with changed fields."""

    def build(**fields):
        entry = {k: v for k, v in (EFFECT | fields).items() if v is not None}
        content = {
            "effects": {"returns": entry},
            "parts": {
                "push": {"rd_intensity": {"value": 0.2, "from": 2023}},
                "pays": {"effects": ["returns"]},
            },
            "scenarios": {"push": ["push"], "both": ["push", "pays"], "no": ["pays"]},
        }
        text = yaml.safe_dump(content, allow_unicode=True)
        (folder / "scenarios.yaml").write_text(text, encoding="utf-8")
        project = load_project(folder)
        return read_scenarios(project, read_levers(project))

    return build


def test_a_cross_effect_acts_only_where_a_part_names_it(with_effect, outlook, base):
    found = with_effect()
    assert found["push"].effects == ()
    assert len({found[name].hash for name in ("push", "both", "no")}) == 3
    push, both, alone = (
        project_paths(outlook, found[n]) for n in ("push", "both", "no")
    )
    np.testing.assert_array_equal(push["gdp_nominal"], base["gdp_nominal"])
    assert alone.identical(base)
    points = (push["rd_intensity"] - base["rd_intensity"]).sel(region=CITIES)
    more = np.log(both["gdp_nominal"] / base["gdp_nominal"]).sel(region=CITIES) * 100
    steps = more.diff("year").sel(year=slice(2023, 2027))
    ratio = steps / points.sel(year=slice(2023, 2027))
    assert ratio.min() >= 0.2
    assert ratio.max() <= 0.3
    assert (np.ptp(ratio.to_numpy(), axis=(1, 2)) < 1e-9).all()  # one for each draw
    np.testing.assert_allclose(ratio.mean(), 0.25, atol=1e-3)


def test_an_effect_on_the_level_moves_the_level_once(with_effect, outlook, base):
    fields = {"acts_on": "level", "distribution": "normal", "mean": 2.0, "sd": 0.0}
    found = with_effect(**fields, low=None, high=None)["both"]
    paths = project_paths(outlook, found)
    points = (paths["rd_intensity"] - base["rd_intensity"]).sel(region=CITIES)
    more = np.log(paths["gdp_nominal"] / base["gdp_nominal"]).sel(region=CITIES) * 100
    close(more, 2.0 * points)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"cause": "rd_intensty"}, "Did you mean 'rd_intensity'"),
        ({"cause": "gdp_nominal"}, "Unknown cause 'gdp_nominal'"),
        ({"acts_on": "prices"}, "Unknown acts_on 'prices'"),
        ({"distribution": "cauchy"}, "Unknown distribution 'cauchy'"),
        ({"source": None}, "an effect needs"),
        ({"source": " "}, "the source is empty"),
        ({"low": 0.4}, "are no distribution"),
        ({"low": "some"}, "are no distribution"),
        ({"sd": 1}, "Unknown key 'sd'"),
    ],
)
def test_a_malformed_effect_is_refused(fields, words, with_effect):
    with pytest.raises(ScenarioError, match=words):
        with_effect(**fields)
