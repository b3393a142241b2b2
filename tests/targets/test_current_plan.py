"""The plan in force: any region is asked, nothing stale stops it, no figure is made."""

from datetime import date

import numpy as np
import pytest

from cszt_models import load_project
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.targets.attainment import assess

DRAWS = 100


@pytest.fixture(scope="module")
def project():
    return load_project()


@pytest.fixture(scope="module")
def assessment(project):
    fits = fit_blocks(
        read_observations(project),
        project,
        as_of=project.data_date,
        seed=1,
        draws=DRAWS,
    )
    return assess(fits, read_targets(project.select("2026-2030")))


def test_a_target_is_resolved_by_a_figure_of_its_year_alone(assessment):
    """A sum over years of which none is published is no figure."""
    ahead = [r for r in assessment.targets if r.target.year > assessment.as_of.year]
    assert len(ahead) > 50
    assert {r.status for r in ahead} == {"projected", "no_data"}
    sums = [r for r in ahead if r.target.sense.startswith("cumulative")]
    assert sums
    assert all(r.published is None for r in sums)


def test_a_region_outside_the_core_is_asked_like_any_other(assessment, project):
    place = project.with_role("reference")[0]
    answered = [
        r
        for r in assessment.targets
        if r.target.region == place and r.status == "projected"
    ]
    assert answered
    assert all(0 < r.probability < 1 for r in answered)


def test_a_part_of_years_that_are_not_open_is_disabled_and_stops_nothing(edited):
    stale = "faster growth: {growth: {value: 1.0, from: 2055}}"
    changed = load_project(
        edited("scenarios.yaml", "faster growth: {growth: 1.0}", stale)
    )
    scenarios = read_scenarios(changed, read_levers(changed))
    disabled = {name for name, scenario in scenarios.items() if scenario.disabled}
    assert disabled == {"strong"}  # the one that has the part
    assert "acts in none of the years projected" in scenarios["strong"].disabled
    others = [scenarios[name] for name in set(scenarios) - disabled]
    assert any(scenario.settings for scenario in others)


def test_a_later_horizon_leaves_earlier_draws_as_they_are(project, edited):
    folder = edited("project.yaml", "horizon: 2040", "horizon: 2035")
    near, day = load_project(folder), date(2021, 6, 30)
    cells = [
        fit_blocks(read_observations(p), p, as_of=day, seed=1, draws=DRAWS)
        .blocks["growth"]
        .cells["cells"]
        for p in (near, project)
    ]
    # the same to rounding: matrices of another size are multiplied in another order
    same = cells[1].sel(year=cells[0]["year"])
    np.testing.assert_allclose(cells[0], same, rtol=1e-8)
