"""Measures: indicators that a project models each for itself, by its word alone."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from cszt_models import DataError, load_project
from cszt_models.inference.fit import fit
from cszt_models.models import measure as measure_model
from cszt_models.models.block import Block
from cszt_models.models.fits import fit_blocks
from cszt_models.models.panels import panels
from cszt_models.models.priors import read_priors
from cszt_models.present.sentences.evidence import rests_on
from cszt_models.project.measures import Measure
from cszt_models.project.observations import as_of, read_observations
from cszt_models.project.plan import read_targets
from cszt_models.projection.paths import project_paths
from cszt_models.targets.attainment import assess

SURVEY = "integrated_survey_2013"
CITIES = ["changsha", "zhuzhou", "xiangtan"]
MEASURES = ("hightech_firms", "income_urban_pc", "pm25")  # with enough figures in 2021
MID_2021, MID_2024 = date(2021, 6, 30), date(2024, 6, 30)


@pytest.fixture(scope="module")
def paths(fits_today):
    return project_paths(fits_today)


@pytest.fixture(scope="module")
def today(fits_today, czt):
    return assess(fits_today, read_targets(czt))


def told(fits, name):
    """Rows of a measure by region, year, basis and number of cells."""
    return {
        (r.region, r.year, r.basis, len(r.cells)): r for r in fits.measure_rows[name]
    }


# --- rows are what the figures say


def test_ratios_come_as_printed_or_from_their_part(fits_today):
    rows = told(fits_today, "hightech_va_share_gdp")
    old, new = "definition_pre_2024", "definition_2024"
    years = {(y, basis) for _, y, basis, _ in rows}
    before = {(year, old) for year in (2017, 2019, 2020, 2022, 2023)}
    assert years == before | {(2024, new), (2025, new)}
    assert rows["hunan", 2023, old, 1].value == pytest.approx(logit(0.228))
    made = rows["hunan", 2019, old, 1].value  # of the last release of GDP by today
    assert made == pytest.approx(logit(9472.89 / 39752.12), abs=0.02)


def test_a_definition_that_is_not_judged_has_an_offset(czt):
    measure = czt.measures["hightech_va_share_gdp"]
    assert "basis" in measure_model.components(measure, czt)
    assert czt.comparability["hightech_va_share_gdp"].judged == ("definition_pre_2024",)
    assert "basis" not in measure_model.components(czt.measures["pm25"], czt)


def test_income_before_the_survey_of_2013_has_an_offset(fits_today, czt):
    panel = panels(fits_today.known, czt, fits_today.as_of)["income_urban_pc"]
    (offset,) = [c for c in panel.components if c.name == "basis"]
    before = [row.basis == "urban_survey_pre_2013" for row in panel.rows]
    np.testing.assert_array_equal(offset.shape.toarray(), np.outer(before, before))
    assert {row.year for row, old in zip(panel.rows, before, strict=True) if old} == {
        2005,
        2010,
        2011,
        2012,
    }


def test_printed_growth_is_the_difference_of_two_years(fits_today):
    row = told(fits_today, "income_urban_pc")["xiangtan", 2023, SURVEY, 2]
    assert row.value == pytest.approx(np.log(1.038))
    cells = {(c.region, c.year): c.weight for c in row.cells}
    assert cells == {("xiangtan", 2023): 1.0, ("xiangtan", 2022): -1.0}


def test_a_sum_is_modelled_per_unit_of_its_weight(fits_today):
    rows = told(fits_today, "hightech_firms")
    row = rows["changsha", 2021, "as_first_published", 1]
    known = fits_today.known.query("region == 'changsha' and year == 2021")
    gdp = known.query("indicator == 'gdp_nominal'").sort_values("known_on")
    assert row.value == pytest.approx(np.log(5218 / gdp["value"].iloc[-1]))


def test_nothing_released_later_is_known(fits_2021, fits_today, czt):
    for name, rows in fits_2021.measure_rows.items():
        assert all(row.year < 2021 for row in rows)
        assert len(rows) < len(fits_today.measure_rows[name])
    assert set(fits_2021.blocks) & set(czt.measures) == {*MEASURES, "rd_intensity"}


# --- identities in every draw


def test_published_figures_stand_and_a_group_follows_from_its_members(paths):
    firms, cities = paths["hightech_firms"], paths.sel(region=CITIES)
    np.testing.assert_array_equal(firms.sel(region="changsha", year=2021), 5218.0)
    total = cities["hightech_firms"].sum("region")
    np.testing.assert_allclose(total, firms.sel(region="czt"), rtol=1e-12)
    weight = cities["population_urban"]
    mean = (cities["income_urban_pc"] * weight).sum("region") / weight.sum("region")
    own = paths["income_urban_pc"].sel(region="czt")
    np.testing.assert_allclose(mean, own, rtol=1e-12)
    plain = cities["pm25"].mean("region")
    np.testing.assert_allclose(plain, paths["pm25"].sel(region="czt"), rtol=1e-12)


def test_the_group_has_no_more_firms_than_the_province(paths):
    for year, most in ((2023, 16495), (2024, 17500)):
        drawn = paths["hightech_firms"].sel(region="czt", year=year)
        assert (drawn <= most * (1 + 1e-9)).all()


def test_urban_income_lies_between_that_of_all_and_all_of_it(fits_today):
    """58 851 yuan a head of all residents in 2025; 1 283.6 of 1 667.7 urban in 2020."""
    cells = fits_today.blocks["income_urban_pc"].cells["cells"]
    urban = np.array([830.0, 278.1072, 175.4969])
    income = np.exp(cells.sel(region=CITIES, year=2025)).to_numpy() @ urban
    everyone = 1006.08 + 390.31 + 272.55
    assert (income >= 58851 * urban.sum()).all()
    assert (income <= 58851 * everyone).all()


def test_only_what_is_asked_for_is_projected(fits_today):
    found = project_paths(fits_today, only=["gdp_nominal"])
    assert not {*MEASURES, "rd_intensity", "rd_expenditure"} & set(found)
    found = project_paths(fits_today, only=["rd_expenditure"])
    assert {"rd_intensity", "rd_expenditure"} <= set(found)
    assert not {*MEASURES} & set(found)


def test_a_member_without_figures_is_known_less_well(paths):
    spread = logit(paths["hightech_va_share_gdp"].sel(year=2020) / 100).std("draw")
    assert spread.sel(region="xiangtan") > 1.3 * spread.sel(region="changsha")


# --- what a probability rests on


def test_a_target_says_what_it_rests_on(today, fits_2021, czt):
    early = assess(fits_2021, read_targets(czt))
    income = early.of("urban_income_2025")
    assert rests_on(income) == (
        "rests on 6 figures in all: Changsha 2005, 2010–2012, 2015, 2020; none of "
        "Zhuzhou, Xiangtan; bounded by disposable income per head 2015, 2017; how far "
        "regions and years differ rests on a wide prior"
    )
    assert rests_on(today.of("good_air_2025"), "zh").startswith(
        "共依据19个数据：长沙2013、2017、2021、2023年；株洲2021、2023年；湘潭2023、2025年；"
    )
    assert "wide" not in rests_on(today.of("rd_intensity_2025"))
    assert rests_on(today.of("gdp_2025")) == ""


def test_too_few_figures_or_none_of_the_members_give_no_probability(fits_2021, czt):
    early = assess(fits_2021, read_targets(czt))
    few, none = early.of("good_air_2025"), early.of("forest_cover_2025")
    assert few.status == none.status == "no_data"
    assert few.probability is none.probability is None
    assert few.reason == (
        "2 figures, at least 3 are needed; known: Changsha 2017; Hunan 2017; needed: "
        "yearly figures of Changsha, Zhuzhou, Xiangtan"
    )
    assert none.reason == "no figure known"


# --- recovery


def test_a_level_that_falls_steadily_is_followed_and_stays_in_its_interval(czt):
    """Rows made with a fall of 5 percent a year; figures of 2010-2020 of two cities."""
    years, rng = range(2010, 2021), np.random.default_rng(5)
    rows = [
        (city, "pm25", year, 60 * np.exp(0.1 * n - 0.05 * (year - 2010) + noise))
        for n, city in enumerate(CITIES[:2])
        for year, noise in zip(years, 0.02 * rng.standard_normal(11), strict=True)
    ]
    known = pd.DataFrame(rows, columns=["region", "indicator", "year", "value"])
    known = known.assign(
        basis="as_first_published", status="preliminary", known_on=MID_2021
    )
    project = replace(czt, measures={"pm25": czt.measures["pm25"]})
    cells = fit(
        panels_of(known, project)["pm25"], as_of=MID_2021, seed=1, draws=1000
    ).cells["cells"]
    drawn = np.exp(cells.sel(year=2023))
    for n, city in enumerate(CITIES):
        low, high = np.quantile(drawn.sel(region=city), [0.1, 0.9])
        assert low < 60 * np.exp(0.1 * n - 0.05 * 13) < high
    narrow, bare = (np.log(drawn.sel(region=c)).std() for c in CITIES[1:])
    assert bare > 2 * narrow


def panels_of(known, project):
    """The panels of measures alone."""
    priors = read_priors(project)
    return {
        name: measure_model.panel(
            known, Block(project, MID_2021, project.horizon, priors[name]), measure
        )
        for name, measure in project.measures.items()
    }


# --- another project


def test_a_folder_without_measures_works(folder, observations, fits_2021):
    path = folder / "project.yaml"
    text = path.read_text("utf-8")
    start = text.index("\nmeasures:\n")
    end = text.index("\nindicators:\n", start)
    path.write_text(text[:start] + text[end:], "utf-8")
    project = load_project(folder).select("2021-2025")
    assert project.measures == {}
    fits = fit_blocks(observations, project, as_of=MID_2021, seed=1, draws=1000)
    same = fits.blocks["growth"].taking(fits_2021.taken["growth"])
    assert same.scales.identical(fits_2021.blocks["growth"].scales)
    found = assess(fits, read_targets(project))
    assert found.of("rd_intensity_2025").status == "no_data"
    assert found.of("gdp_2025").probability is not None
    assert found.joint.targets == ("gdp_2025", "urbanization_2025")


NEW = """
measures:
  forest_cover: {model: ratio, group: mean, weight: population_resident}
"""
BASES = """
comparability:
  forest_cover: {judged: [as_first_published], offset: [unknown]}
"""


def test_another_ratio_needs_no_code(edited, folder):
    """Forest cover, of which the bundled project has no figure, with made-up ones."""
    edited("project.yaml", "\nmeasures:\n", NEW)
    edited("project.yaml", "\ncomparability:\n", BASES)
    text = (folder / "priors.yaml").read_text("utf-8")
    own = text[text.index("\nhightech_va_share_gdp:") : text.index("\nhightech_firms:")]
    new = text + own.replace("hightech_va_share_gdp:", "forest_cover:", 1).lstrip("\n")
    (folder / "priors.yaml").write_text(new, "utf-8")
    source = "as_first_published,preliminary,2021-03,1,[9] made up,none,"
    with (folder / "observations.csv").open("a", encoding="utf-8") as file:
        for city, share in zip(CITIES, (55.0, 62.1, 46.4), strict=True):
            for year in (2018, 2019, 2020):
                file.write(f"{city},forest_cover,{year},{share},percent,{source}\n")
    project = load_project(folder)
    fits = fit_blocks(
        read_observations(project), project, as_of=MID_2021, seed=1, draws=500
    )
    found = assess(fits, read_targets(project)).of("forest_cover_2025")
    assert found.status == "projected"
    assert 0 < found.probability < 1
    assert 50 < found.median < 60
    assert rests_on(found).startswith("rests on 9 figures in all: Changsha 2018–2020;")
    shares = project_paths(fits, only=["forest_cover"])["forest_cover"]
    assert (shares.sel(region="zhuzhou", year=2020) == 62.1).all()


WRONG = {  # what is wrong: old text, new text, words of the message
    "model": ("pm25: {model: level", "pm25: {model: levl", "Unknown model 'levl'"),
    "no model": ("pm25: {model: level, ", "pm25: {", "no 'model'"),
    "group": ("group: sum", "group: total", "hightech_firms: Unknown group 'total'"),
    "weight": (
        "weight: population_urban",
        "weight: population_urbn",
        "income_urban_pc: Unknown weight 'population_urbn'. Did you mean",
    ),
    "part": ("part: hightech_va}", "part: hightech}", "Unknown part 'hightech'"),
    "field": ("part: hightech_va}", "parts: hightech_va}", "Unknown field 'parts'"),
    "indicator": ("  pm25: {model", "  pm2.5: {model", "Unknown indicator 'pm2.5'"),
    "sum of ratios": (
        "good_air_ratio: {model: ratio, group: mean",
        "good_air_ratio: {model: ratio, group: sum",
        "measures.good_air_ratio: a ratio has no sum.",
    ),
    "kind": (
        "good_air_ratio: {model: ratio",
        "good_air_ratio: {model: level",
        "an indicator of kind 'share' is no level",
    ),
    "part of no weight": (
        "good_air_ratio: {model: ratio, group: mean",
        "good_air_ratio: {model: ratio, group: mean, part: hightech_va",
        "only a ratio with a weight has a part",
    ),
    "growth of a sum": (
        "group: sum, weight: gdp_nominal",
        "group: sum, growth: income_urban_pc_growth",
        "growth is read of a level with the group rule mean",
    ),
    "half a whole": (
        "    whole: income_all_pc\n",
        "",
        "a whole needs heads and a weight besides",
    ),
    "not a mapping": ("pm25: {model: level, group: mean}", "pm25: level", "mapping"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_measure_is_refused_with_its_place(what, edited):
    old, new, words = WRONG[what]
    with pytest.raises(DataError, match=re.escape(words)) as error:
        load_project(edited("project.yaml", old, new, after="\nmeasures:"))
    assert "project.yaml, measures." in str(error.value)


@pytest.mark.parametrize("name", ["pm25", "gdp_nominal"])
def test_a_measure_needs_bases_for_itself_and_its_weight(name, edited):
    old, new = f"\n  {name}:\n", "\n  cpi_yoy:\n"
    folder = edited("project.yaml", old, new, after="\ncomparability:")
    with pytest.raises(DataError, match=f"measures.*: comparability lacks {name}"):
        load_project(folder)


def test_a_prior_that_a_measure_lacks_is_named(edited, observations):
    project = load_project(edited("priors.yaml", "\npm25:\n", "\npm10:\n"))
    with pytest.raises(DataError, match=r"priors.yaml: no priors for pm25"):
        panels(as_of(observations, MID_2024), project, MID_2024)


def test_a_level_of_zero_has_no_place_on_its_scale(fits_today, czt):
    known = fits_today.known.copy()
    known.loc[known["indicator"] == "pm25", "value"] = 0.0
    assert measure_model.rows(known, czt, Measure("pm25", "level", "mean")) == []
