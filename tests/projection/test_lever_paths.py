"""Levers: they act where nothing is published, by as much as they say, and one way."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from cszt_models import ScenarioError
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import assess

CITIES = ["changsha", "zhuzhou", "xiangtan"]
close = partial(np.testing.assert_allclose, rtol=1e-12, atol=0)  # a few products


@pytest.fixture(scope="module", params=["fits_2021", "fits_today"])
def fits(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def outlook(fits):
    return build_outlook(fits)


@pytest.fixture(scope="module")
def paths(outlook):
    return project_paths(outlook)


MOVED = {  # lever: the indicator it moves, and the targets that it makes likelier
    "growth": ("gdp_nominal", ["gdp_2025", "growth_2021_2025"]),
    "price": ("gdp_nominal", ["gdp_2025"]),
    "population": ("population_resident", ["urban_population_2025"]),
    "urbanization": ("urbanization_rate", ["urbanization_2025"]),
    "rd_intensity": ("rd_intensity", ["rd_intensity_2025"]),
}


@pytest.mark.parametrize("lever", MOVED)
def test_a_higher_lever_lowers_no_level_and_no_attainment(lever, outlook, fits, czt):
    indicator, names = MOVED[lever]
    scenarios = [baseline().with_lever(lever, step) for step in (-0.2, 0.0, 0.1, 0.2)]
    for low, high in pairwise(project_paths(outlook, s)[indicator] for s in scenarios):
        assert (high - low).min() >= -1e-9  # rounding of levels near ten thousand
        # but for a share that stands at its bound of 100 in a draw or two
        assert (high > low).sel(year=2030).mean() > 0.99
    found = [assess(fits, read_targets(czt), s, outlook=outlook) for s in scenarios]
    for name in names:
        chances = [a.of(name).probability for a in found]
        assert chances == sorted(chances)


def test_levers_move_only_what_is_not_published(outlook, paths):
    scenario = baseline()
    for lever in MOVED:
        scenario = scenario.with_lever(lever, 0.2)
    moved = project_paths(outlook, scenario)
    for name, known in outlook.published.items():
        same = (moved[name] == paths[name]).all("draw")
        assert same.where(known.notnull(), True).all()
    for name in {indicator for indicator, _ in MOVED.values()}:
        own = outlook.published[name].sel(region=CITIES)
        after = own[:, ::-1].notnull().cumsum("year")[:, ::-1] == 0
        same = (moved[name] == paths[name]).all("draw").sel(region=CITIES)
        after &= own["year"] >= outlook.now  # nobody reforms the past
        assert after.any()
        assert not same.where(after, False).any()


def test_a_lever_for_one_city_and_some_years_adds_up_over_them(fits_2021):
    outlook = build_outlook(fits_2021)
    where = {"regions": ("zhuzhou",), "first": 2023, "last": 2024}
    base = project_paths(outlook).drop_vars("rd_expenditure")
    cases = {"growth": "gdp_nominal", "population": "population_resident"}
    for lever, name in cases.items():
        ratio = (
            project_paths(outlook, baseline().with_lever(lever, 1.0, **where))[name]
            / base[name]
        )
        expected = np.exp(np.array([0, 0, 0, 1, *[2] * 17]) / 100)
        close(ratio.sel(region="zhuzhou"), np.tile(expected, (1000, 1)))
        close(ratio.sel(region=["changsha", "xiangtan"]), 1.0)
    pace = project_paths(outlook, baseline().with_lever("urbanization", 0.5, **where))
    gain = (pace - base)["urbanization_rate"].sel(region="zhuzhou")
    expected = np.tile([0, 0, 0, 0.5, *[1.0] * 17], (1000, 1))
    np.testing.assert_allclose(gain, expected, rtol=0, atol=1e-12)


def test_a_share_pushed_over_a_hundred_stops_there(fits_2021):
    top = project_paths(fits_2021, baseline().with_lever("urbanization", 50.0))
    assert (top["urbanization_rate"].sel(year=2030, region=CITIES) == 100).all()
    close(top["urbanization_rate"].sel(year=2030, region="czt"), 100)


@pytest.mark.parametrize("region", ["hunan", "czt", "nowhere"])
def test_a_lever_for_a_region_that_is_not_projected_is_refused(region, outlook):
    scenario = baseline().with_lever("growth", 1.0, regions=(region,))
    with pytest.raises(ScenarioError, match=f"is set for {region}, which no region"):
        project_paths(outlook, scenario)
