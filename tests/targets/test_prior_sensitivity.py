"""Sensitivity: slopes are those of fits with other priors, and untold is a variance."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from cszt_models.inference.fit import LOG_PRIOR
from cszt_models.models.fits import fit_blocks
from cszt_models.present.sentences import evidence
from cszt_models.project.plan import read_targets
from cszt_models.projection.outcomes import outcome
from cszt_models.projection.paths import project_paths
from cszt_models.structural import kernels
from cszt_models.structural.likelihood import ScalePosterior, log_likelihood
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale
from cszt_models.targets.attainment import assess, with_sensitivity
from cszt_models.targets.prior_sensitivity import (
    Sensitivity,
    Slope,
    _slope,
    sensitivity,
    table,
    unobserved_variance,
)

YEARS = np.arange(2000, 2010)


def panel(told):
    """Regions with levels of their own; told says in which years each has a row."""
    rows = tuple(
        Row(1.0, (Cell(r, y),), r, y, "", "")
        for r, years in told.items()
        for y in years
    )
    components = (
        Component("level", Scale(3.0, 0.0), kernels.constant(YEARS), "common"),
        Component("region_level", Scale(2.0, 0.5), kernels.constant(YEARS), "own"),
        Component("region_shock", Scale(1.0, 0.5), kernels.shock(YEARS), "own"),
    )
    return Panel("test", "points", tuple(told), YEARS, rows, components)


def test_what_rows_tell_of_a_level_is_the_formula_of_one_mean():
    scales = np.array([0.0, 2.0, 1.0])  # levels of regions alone
    found = unobserved_variance(
        panel({"a": [2001, 2002, 2003], "b": [], "c": [2001]}), scales, "abc"
    )
    expected = [1 / (1 / 4 + 3), 4.0, 1 / (1 / 4 + 1)]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_common_level_is_part_of_where_a_region_stands():
    known = panel({"a": list(YEARS), "b": []})
    (left,) = unobserved_variance(known, np.array([3.0, 2.0, 1.0]), ["b"])
    assert 4.0 < left < 9.0 + 4.0  # its own spread, and what a's tell of the common one


def test_a_slope_is_the_change_of_a_weighted_share():
    rng = np.random.default_rng(0)
    logs, shares = rng.normal(size=250), rng.random(250)
    sizes = np.full(250, 16.0)
    step = 1e-5
    moved = [
        np.average(shares, weights=np.exp(np.log(2) * power * logs))
        for power in (step, -step)
    ]
    slope, error = _slope(shares, logs, sizes)
    assert slope == pytest.approx((moved[0] - moved[1]) / (2 * step), rel=1e-6)
    assert 0 < error < 0.05


def test_the_densities_of_a_fit_are_those_of_its_scales(fits_2021):
    for name in ("population", "agriculture"):
        fitted, known = fits_2021.blocks[name], fits_2021.panels[name]
        scales, target = fitted.scales.to_numpy()[:20], ScalePosterior(known)
        prior = target.log_prior(np.log(scales[:, target.free]))
        told = fitted.densities
        np.testing.assert_allclose(told[LOG_PRIOR][:20], prior, rtol=1e-12)
        np.testing.assert_allclose(
            told["log_likelihood"][:20], log_likelihood(known, scales), rtol=1e-8
        )


def test_log_priors_of_forms_are_beside_their_modes(fits_2021):
    fitted, known = fits_2021.drawn["urbanization"], fits_2021.panels["urbanization"]
    for number, form in enumerate(known.forms):
        vectors = np.flatnonzero(fitted.form[: fits_2021.vectors] == number)[:5]
        target = ScalePosterior(known.of_form(form))
        scales = fitted.scales.to_numpy()[np.ix_(vectors, known.places(form))]
        prior = target.log_prior(np.log(scales[:, target.free]))
        mode = target.log_prior(target.centre[target.free])
        np.testing.assert_allclose(
            fitted.densities[LOG_PRIOR][vectors],
            prior - mode + np.log(form.weight),
            rtol=1e-10,
        )


@pytest.fixture(scope="module")
def fits_of_one_city(observations, czt):
    """Fits of mid-2021, had R&D been published for Zhuzhou in 2019 alone."""
    cities = observations["region"].isin(czt.aggregates["czt"].members)
    research = observations["indicator"].str.startswith("rd_")
    alone = (observations["region"] == "zhuzhou") & (observations["year"] == 2019)
    left = observations[~(cities & research & ~alone)]
    return fit_blocks(left, czt, as_of=date(2021, 6, 30), seed=1, draws=1000)


def test_a_target_without_figures_of_its_own_rests_on_the_prior(fits_of_one_city, czt):
    fits, target = fits_of_one_city, read_targets(czt)["rd_intensity_2025"]
    result = sensitivity(fits, target, outcome(project_paths(fits), target))
    assert result.unobserved > 0.3
    assert result.prior_driven
    rows = table({target.id: result})
    assert {row["block"] for row in rows} == set(fits.blocks)
    assert all(row["prior_driven"] for row in rows)


@pytest.mark.parametrize("name", ["rd_intensity_2025", "gdp_2025"])
def test_a_target_with_many_figures_does_not(name, fits_2021, czt):
    target = read_targets(czt)[name]
    result = sensitivity(fits_2021, target, outcome(project_paths(fits_2021), target))
    assert not result.prior_driven


def test_what_is_certain_is_not_driven_by_a_prior(fits_2021, czt):
    target = replace(read_targets(czt)["gdp_2025"], value=0.0)
    drawn = np.full(fits_2021.draws, 5.0)
    found = sensitivity(fits_2021, target, drawn)
    assert found.unobserved == 0.0
    assert not found.prior_driven
    assert fits_2021.as_of == date(2021, 6, 30)


def test_the_mark_stands_beside_the_probability_in_both_languages(
    fits_of_one_city, czt
):
    targets, paths = read_targets(czt), project_paths(fits_of_one_city)
    assessment = assess(fits_of_one_city, targets)
    told = with_sensitivity(assessment, fits_of_one_city, paths)
    research = told.of("rd_intensity_2025")
    assert research.sensitivity.prior_driven
    few = replace(research, sensitivity=replace(research.sensitivity, unobserved=0.41))
    share = 41
    assert evidence.driven(few).endswith(
        f"no figure determines {share} % of the forecast variance"
    )
    assert f"{share}%" in evidence.driven(few, "zh")
    assert evidence.driven(told.of("urbanization_2025")) == ""
    moved = Sensitivity((Slope("price", -0.12, 0.01, 0.02, 0.01),), 0.1)
    by_scales = replace(few, sensitivity=moved)
    assert "that of prices, counted twice, moves it by −12 points" in evidence.driven(
        by_scales
    )
    assert "价格的先验" in evidence.driven(by_scales, "zh")
    quiet = Sensitivity((Slope("price", -0.12, 0.01, 0.2, 0.01),), 0.1)
    assert not quiet.prior_driven  # the data move it more
