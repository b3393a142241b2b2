"""Projection: identities of every draw, and levers that act where they may."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import expit

from cszt_models import (
    DataError,
    ScenarioError,
    assess,
    baseline,
    compose,
    project_paths,
    read_targets,
)
from cszt_models.projection import VARIABLES, outlook

CITIES = ["changsha", "zhuzhou", "xiangtan"]
SUMS = ["gdp_nominal", "population_resident", "population_urban", "rd_expenditure"]
SHARES = ["urbanization_rate", "rd_intensity"]
close = partial(np.testing.assert_allclose, rtol=1e-12, atol=0)  # a few products


@pytest.fixture(scope="module", params=["fits_2021", "fits_today"])
def fits(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def basis(fits):
    return outlook(fits)


@pytest.fixture(scope="module")
def paths(basis):
    return project_paths(basis)


def free(basis, name, region="czt"):
    """Years in which a figure of a region is not published."""
    known = basis.published[name].sel(region=region)
    return known.year.to_numpy()[known.isnull().to_numpy()]


def test_cities_sum_to_the_group_in_every_draw(paths, basis):
    for name in SUMS:
        years = free(basis, name) if name in basis.published else basis.years
        total = paths[name].sel(region=CITIES, year=years).sum("region")
        close(total, paths[name].sel(region="czt", year=years))


def test_published_figures_stand_in_every_draw(paths, basis):
    for name, known in basis.published.items():
        drawn = paths[name].where(known.notnull(), drop=False)
        np.testing.assert_array_equal(drawn, known.broadcast_like(drawn))


def test_every_figure_is_a_number_but_the_growth_of_the_group_in_the_first_year(paths):
    for name in VARIABLES:
        missing = paths[name].isnull()
        if name == "gdp_real_growth":
            assert missing.sel(region="czt", year=2020).all()
            missing = missing.sel(year=slice(2021, None))
        assert not missing.any()


def test_shares_lie_between_zero_and_a_hundred_and_levels_above_zero(paths):
    for name in SHARES:
        assert paths[name].min() >= 0
        assert paths[name].max() <= 100 + 1e-12  # of a ratio of sums
    for name in SUMS:
        assert paths[name].min() > 0


def test_urban_population_is_the_rate_of_the_population(paths):
    product = paths["urbanization_rate"] * paths["population_resident"] / 100
    close(product, paths["population_urban"])


def test_group_shares_are_ratios_of_sums_and_not_means_of_ratios(paths):
    cities = paths.sel(region=CITIES)
    pairs = [
        ("urbanization_rate", "population_urban", "population_resident"),
        ("rd_intensity", "rd_expenditure", "gdp_nominal"),
    ]
    for share, part, whole in pairs:
        group = paths[share].sel(region="czt")
        close(group, 100 * cities[part].sum("region") / cities[whole].sum("region"))
        assert abs(group - cities[share].mean("region")).sel(year=2030).min() > 1e-6


def test_growth_of_the_group_is_that_of_its_cities_weighted_by_gdp(paths, basis):
    cities = paths.sel(region=CITIES)
    weights = cities["gdp_nominal"].shift(year=1)
    expected = (cities["gdp_real_growth"] * weights).sum("region") / weights.sum(
        "region"
    )
    years = [y for y in free(basis, "gdp_real_growth") if y > 2020]
    assert len(years) >= 5
    group = paths["gdp_real_growth"].sel(region="czt", year=years)
    close(group, expected.transpose("draw", "year").sel(year=years))


def test_baseline_is_no_scenario_bit_for_bit(fits, paths):
    for scenario in (None, baseline(), compose("empty", {}, [])):
        assert project_paths(fits, scenario).identical(paths)


def test_levels_are_those_of_a_loop_over_draws_and_years(fits_2021):
    """The equation of the module, from the fits, with levers and census revision."""
    scenario = baseline().with_lever("growth", 0.7, regions=("changsha",), first=2022)
    scenario = scenario.with_lever("price", -0.4, last=2024)
    found = project_paths(fits_2021, scenario)
    blocks = {n: f.cells["cells"] for n, f in fits_2021.blocks.items()}
    blocks["revision"] = fits_2021.blocks["price"].cells["revision"]
    known = {"changsha": (12142.52, 1004.7914), "zhuzhou": (3105.8, 390.2738)}
    for city, (gdp, people) in known.items():
        for draw in (0, 1, 500, 999):
            level, head = gdp, people
            for year in range(2021, 2031):
                at = {
                    n: float(c.sel(region=city, year=year)[draw])
                    for n, c in blocks.items()
                }
                real = at["growth"] + (
                    0.7 if city == "changsha" and year >= 2022 else 0
                )
                price = at["price"] + (-0.4 if year <= 2024 else 0)
                level *= np.exp((real + price + at["revision"]) / 100)
                head *= np.exp(at["population"] / 100)
                urban, ratio = expit(at["urbanization"]), expit(at["rd_intensity"])
                expected = {
                    "gdp_nominal": level,
                    "gdp_real_growth": 100 * np.expm1(real / 100),
                    "population_resident": head,
                    "urbanization_rate": 100 * urban,
                    "population_urban": urban * head,
                    "rd_expenditure": ratio * level,
                }
                here = found.sel(region=city, year=year).isel(draw=draw)
                for name, value in expected.items():
                    np.testing.assert_allclose(here[name], value, rtol=1e-11)


def test_a_census_counts_only_between_the_last_level_and_the_year(basis):
    """The 2023 census enters in 2024: open in mid-2021, inside the levels today."""
    no_census = replace(
        basis, cells=basis.cells.assign(revision=0 * basis.cells.revision)
    )
    change = (
        project_paths(basis)["gdp_nominal"] - project_paths(no_census)["gdp_nominal"]
    )
    moved = set(change.year.to_numpy()[abs(change).max(["draw", "region"]) > 1e-6])
    open_in = free(basis, "gdp_nominal", "changsha")
    assert moved == ({y for y in range(2024, 2031)} if 2024 in open_in else set())
    years = basis.cells["revision"].year[
        abs(basis.cells.revision).max(["draw", "region"]) > 0
    ]
    assert years.to_numpy().tolist() == [2024]


def test_the_city_without_a_figure_takes_the_rest_of_the_official_total(fits_today):
    """22878.5 less 15737.82 (Changsha) and 4063.5 (Zhuzhou), under any scenario."""
    for scenario in (baseline(), baseline().with_lever("growth", 2.0)):
        gdp = project_paths(fits_today, scenario)["gdp_nominal"].sel(year=2025)
        np.testing.assert_allclose(
            gdp.sel(region="xiangtan"), 3077.18, rtol=0, atol=1e-6
        )
        assert (gdp.sel(region="czt") == 22878.5).all()


@pytest.mark.parametrize(
    "lever", ["growth", "price", "population", "urbanization", "rd_intensity"]
)
def test_a_higher_lever_lowers_no_level_and_no_attainment(lever, basis, fits, czt):
    steps = [-0.2, 0.0, 0.1, 0.2]
    scenarios = [baseline().with_lever(lever, step) for step in steps]
    name = {"growth": "gdp_nominal", "price": "gdp_nominal"}
    name |= {"population": "population_resident", "urbanization": "urbanization_rate"}
    drawn = [project_paths(basis, s)[name.get(lever, lever)] for s in scenarios]
    target = {"growth": ["gdp_2025", "growth_2021_2025"], "price": ["gdp_2025"]}
    target |= {"population": ["urban_population_2025"]}
    asked = target.get(lever, [f"{lever}_2025"])
    found = [assess(fits, read_targets(czt), s, basis=basis) for s in scenarios]
    for low, high in pairwise(drawn):
        assert (high - low).min() >= -1e-9  # rounding of levels near ten thousand
        # but for a share that stands at its bound of 100 in a draw or two
        assert (high > low).sel(year=2030).mean() > 0.99
    for one in asked:
        chances = [a.of(one).probability for a in found]
        assert chances == sorted(chances)


def test_levers_move_only_what_is_not_published(basis, paths):
    scenario = baseline()
    for lever in ("growth", "price", "population", "urbanization", "rd_intensity"):
        scenario = scenario.with_lever(lever, 0.2)
    moved = project_paths(basis, scenario)
    for name, known in basis.published.items():
        same = (moved[name] == paths[name]).all("draw")
        assert same.where(known.notnull(), True).all()
        own = known.sel(region=CITIES)
        after = own[:, ::-1].notnull().cumsum("year")[:, ::-1] == 0
        assert not same.sel(region=CITIES).where(after, False).any()


def test_a_lever_for_one_city_and_some_years_adds_up_over_them(fits_2021):
    basis = outlook(fits_2021)
    where = {"regions": ("zhuzhou",), "first": 2023, "last": 2024}
    base = project_paths(basis).drop_vars("rd_expenditure")
    cases = {"growth": "gdp_nominal", "population": "population_resident"}
    for lever, name in cases.items():
        ratio = (
            project_paths(basis, baseline().with_lever(lever, 1.0, **where))[name]
            / base[name]
        )
        expected = np.exp(np.array([0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2]) / 100)
        close(ratio.sel(region="zhuzhou"), np.tile(expected, (1000, 1)))
        close(ratio.sel(region=["changsha", "xiangtan"]), 1.0)
    pace = project_paths(basis, baseline().with_lever("urbanization", 0.5, **where))
    gain = (pace - base)["urbanization_rate"].sel(region="zhuzhou")
    expected = np.tile([0, 0, 0, 0.5, *[1.0] * 7], (1000, 1))
    np.testing.assert_allclose(gain, expected, rtol=0, atol=1e-12)


def test_a_share_pushed_over_a_hundred_stops_there(fits_2021):
    top = project_paths(fits_2021, baseline().with_lever("urbanization", 50.0))
    assert (top["urbanization_rate"].sel(year=2030, region=CITIES) == 100).all()
    close(top["urbanization_rate"].sel(year=2030, region="czt"), 100)


@pytest.mark.parametrize("region", ["hunan", "czt", "nowhere"])
def test_a_lever_for_a_region_that_is_not_projected_is_refused(region, basis):
    scenario = baseline().with_lever("growth", 1.0, regions=(region,))
    with pytest.raises(ScenarioError, match=f"is set for {region}, which no region"):
        project_paths(basis, scenario)


@pytest.mark.parametrize("until", [2020, 2031, 1999])
def test_years_out_of_range_are_refused(until, fits_2021):
    words = f"cannot project until {until}: the fits reach from 2021 to 2030"
    with pytest.raises(DataError, match=words):
        project_paths(fits_2021, until=until)


def test_an_earlier_end_is_the_beginning_of_a_later_one(fits_2021):
    short, whole = project_paths(fits_2021, until=2025), project_paths(fits_2021)
    assert short.identical(whole.sel(year=slice(None, 2025)))


def test_a_region_without_a_fit_is_named(fits_2021):
    with pytest.raises(
        DataError, match=r"hunan: no population was known by 2021-06-30"
    ):
        outlook(fits_2021, regions=("hunan",))


def test_a_city_without_a_level_to_start_from_is_named(fits_2021):
    known = fits_2021.known
    lost = known.query(
        "region == 'zhuzhou' and indicator == 'gdp_nominal' and year > 2019"
    )
    with pytest.raises(DataError, match="zhuzhou: no gdp_nominal known since 2020"):
        outlook(replace(fits_2021, known=known.drop(lost.index)))
