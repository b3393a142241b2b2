"""Projection: identities that hold in every draw, and a loop over draws."""

from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest
from scipy.special import expit

from cszt_models import DataError
from cszt_models.models.fits import fit_blocks
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import VARIABLES, project_paths
from cszt_models.scenarios.scenario import baseline, compose

CITIES = ["changsha", "zhuzhou", "xiangtan"]
SUMS = ["gdp_nominal", "population_resident", "population_urban", "rd_expenditure"]
SHARES = ["urbanization_rate", "rd_intensity"]
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


def free(outlook, name, region="czt"):
    """Years in which a figure of a region is not published."""
    known = outlook.published[name].sel(region=region)
    return known.year.to_numpy()[known.isnull().to_numpy()]


def test_cities_sum_to_the_group_in_every_draw(paths, outlook):
    for name in SUMS:
        years = free(outlook, name) if name in outlook.published else outlook.years
        total = paths[name].sel(region=CITIES, year=years).sum("region")
        close(total, paths[name].sel(region="czt", year=years))


def test_published_figures_stand_in_every_draw(paths, outlook):
    for name, known in outlook.published.items():
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


def test_growth_of_the_group_is_that_of_its_cities_weighted_by_gdp(paths, outlook):
    cities = paths.sel(region=CITIES)
    weights = cities["gdp_nominal"].shift(year=1)
    expected = (cities["gdp_real_growth"] * weights).sum("region") / weights.sum(
        "region"
    )
    years = [y for y in free(outlook, "gdp_real_growth") if y > 2020]
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
            for year in range(2021, 2041):
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


def test_published_growth_moves_a_level_that_is_not_yet_published(fits_today):
    """Changsha grew by 4.0 in 2025; without its level of 2025 only prices are drawn."""
    known = fits_today.known
    lost = known.query("indicator == 'gdp_nominal' and year == 2025")
    fits = replace(fits_today, known=known.drop(lost.index))
    price = fits.blocks["price"].cells["cells"].sel(region="changsha", year=2025)
    expected = 15268.78 * 1.04 * np.exp(price / 100)
    for scenario in (baseline(), baseline().with_lever("growth", 2.0)):
        gdp = project_paths(fits, scenario)["gdp_nominal"]
        close(gdp.sel(region="changsha", year=2025), expected)


def test_the_last_release_of_a_level_counts_whatever_its_basis(fits_today):
    """Zhuzhou 2021: 3420.26 when first published, 3391.87 a year later."""
    gdp = project_paths(fits_today)["gdp_nominal"].sel(region="zhuzhou", year=2021)
    assert (gdp == 3391.87).all()


def test_a_census_counts_only_between_the_last_level_and_the_year(outlook):
    """The 2023 census enters in 2024: open in mid-2021, inside the levels today.

    The next ones, five years on each, enter in 2029, 2034 and 2039 on either date.
    """
    no_census = replace(
        outlook, cells=outlook.cells.assign(revision=0 * outlook.cells.revision)
    )
    change = (
        project_paths(outlook)["gdp_nominal"] - project_paths(no_census)["gdp_nominal"]
    )
    moved = set(change.year.to_numpy()[abs(change).max(["draw", "region"]) > 1e-6])
    open_in = free(outlook, "gdp_nominal", "changsha")
    assert moved == set(range(2024 if 2024 in open_in else 2029, 2041))
    years = outlook.cells["revision"].year[
        abs(outlook.cells.revision).max(["draw", "region"]) > 0
    ]
    assert years.to_numpy().tolist() == [2024, 2029, 2034, 2039]


@pytest.fixture(scope="module")
def without_xiangtan(fits_today):
    """Fits of today, had Xiangtan not published its GDP of 2025."""
    known = fits_today.known
    lost = "region == 'xiangtan' and indicator == 'gdp_nominal' and year == 2025"
    return replace(fits_today, known=known.drop(known.query(lost).index))


def test_published_figures_stand_as_they_are_under_any_scenario(fits_today):
    for scenario in (baseline(), baseline().with_lever("growth", 2.0)):
        gdp = project_paths(fits_today, scenario)["gdp_nominal"].sel(year=2025)
        for region, value in (("xiangtan", 3077.23), ("czt", 22878.5)):
            assert (gdp.sel(region=region) == value).all()


def test_the_city_without_a_figure_takes_the_rest_of_the_official_total(
    without_xiangtan,
):
    """22878.5 less 15737.82 (Changsha) and 4063.5 (Zhuzhou), under any scenario."""
    for scenario in (baseline(), baseline().with_lever("growth", 2.0)):
        gdp = project_paths(without_xiangtan, scenario)["gdp_nominal"].sel(year=2025)
        np.testing.assert_allclose(
            gdp.sel(region="xiangtan"), 3077.18, rtol=0, atol=1e-6
        )
        assert (gdp.sel(region="czt") == 22878.5).all()


@pytest.mark.parametrize("until", [2020, 2041, 1999])
def test_years_out_of_range_are_refused(until, fits_2021):
    words = f"cannot project until {until}: the fits reach from 2021 to 2040"
    with pytest.raises(DataError, match=words):
        project_paths(fits_2021, until=until)


def test_an_earlier_end_is_the_beginning_of_a_later_one(fits_2021):
    short, whole = project_paths(fits_2021, until=2025), project_paths(fits_2021)
    assert short.identical(whole.sel(year=slice(None, 2025)))


def test_a_region_without_a_fit_is_named(fits_2021):
    with pytest.raises(
        DataError, match=r"hunan: no population_resident on a judged basis"
    ):
        build_outlook(fits_2021, regions=("hunan",))


def test_a_city_whose_last_level_is_older_is_moved_from_there(fits_2021):
    known = fits_2021.known
    lost = known.query(
        "region == 'zhuzhou' and indicator == 'gdp_nominal' and year > 2019"
    )
    older = project_paths(replace(fits_2021, known=known.drop(lost.index)))
    gdp = older["gdp_nominal"].sel(region="zhuzhou")
    assert int(gdp.year[0]) == 2019
    assert (gdp.sel(year=2019) == 3003.13).all()
    # the fit saw the deflator of 2020, so the level that was taken away comes back
    assert gdp.sel(year=2020).std() > 0
    np.testing.assert_allclose(gdp.sel(year=2020), 3105.8, rtol=2e-3)


def test_a_city_without_any_level_has_none_and_neither_has_its_group(fits_2021):
    known = fits_2021.known
    lost = known.query("region in ['zhuzhou', 'czt'] and indicator == 'gdp_nominal'")
    fits = replace(fits_2021, known=known.drop(lost.index))
    paths, whole = project_paths(fits), project_paths(fits_2021)
    gdp = paths["gdp_nominal"]
    assert gdp.sel(region=["zhuzhou", "czt"]).isnull().all()
    alone = {"region": ["changsha", "xiangtan"]}
    assert gdp.sel(alone).identical(whole["gdp_nominal"].sel(alone))
    assert paths["population_resident"].identical(whole["population_resident"])


def test_a_published_total_below_its_published_members_is_refused(without_xiangtan):
    known = without_xiangtan.known.copy()
    official = known.eval(
        "region == 'czt' and indicator == 'gdp_nominal' and year == 2025"
    )
    known.loc[official, "value"] = 15_000.0
    with pytest.raises(DataError, match="gdp_nominal of czt in 2025 is not above"):
        build_outlook(replace(without_xiangtan, known=known))


def test_growth_of_a_year_whose_level_is_published_is_not_for_levers(fits_today):
    """Zhuzhou's growth of 2024 is not published, its GDP is."""
    faster = baseline().with_lever("growth", 2.0)
    for name in ("gdp_real_growth", "gdp_nominal"):
        there = {"region": "zhuzhou", "year": 2024}
        one, two = (
            project_paths(fits_today, s)[name].sel(there) for s in (None, faster)
        )
        np.testing.assert_array_equal(one, two)


def test_what_was_known_at_the_end_of_2020_can_be_projected(czt, observations):
    fits = fit_blocks(observations, czt, as_of=date(2020, 12, 31), seed=1, draws=200)
    gdp = project_paths(fits)["gdp_nominal"].sel(region="czt")
    assert not np.isnan(gdp.sel(year=slice(2020, 2030))).any()
    assert gdp.sel(year=2020).std() > 0


@pytest.mark.parametrize("year", [2021, 2023, 2025, 2030])
def test_a_shorter_outlook_says_the_same_of_its_years(year, outlook):
    """What is published later bridges what is not: years are kept as far as that."""
    short = outlook.until(year)
    assert short.years[-1] >= year
    scenario = baseline().with_lever("growth", 0.5).with_lever("event_risk", 20.0)
    scenario = scenario.with_lever("uncertainty", 30.0).with_lever("migration", 2.0)
    whole = project_paths(outlook, scenario).sel(year=short.years)
    assert project_paths(short, scenario).identical(whole)
    assert outlook.until(int(outlook.years[-1])) is outlook


def test_sector_shares_have_the_log_ratios_that_were_drawn(outlook, paths):
    r"""The coordinates of the industry model, written out:

    :math:`\sqrt{2/3} \ln (p / \sqrt{st})` of agriculture and
    :math:`\sqrt{1/2} \ln (s / t)` of the balance of industry and services.
    """
    place = {"region": "changsha", "year": 2030}
    names = ("share_primary", "share_secondary", "share_tertiary")
    p, s, t = (paths[name].sel(place).to_numpy() / 100 for name in names)
    drawn = (outlook.cells[n].sel(place).to_numpy() for n in ("agriculture", "balance"))
    agriculture, balance = drawn
    close(np.sqrt(2 / 3) * np.log(p / np.sqrt(s * t)), agriculture, rtol=1e-9)
    close(np.sqrt(1 / 2) * np.log(s / t), balance, rtol=1e-9)
