"""Conditional fits: exact where linear, weighed where not, a forecast where nothing."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models.conditional.conditional_fit import Conditional, condition_fits
from cszt_models.conditional.truncated_gaussian import scores
from cszt_models.errors import ScenarioError
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.conditions import About, Chance, Condition, Value, Within
from cszt_models.scenarios.scenario import baseline

GROWTH, GDP, URBAN = "gdp_real_growth", "gdp_nominal", "urbanization_rate"
FAR = ("hunan", "yueyang")


def on(indicator, region, years, says, average=False):
    first, last = years if isinstance(years, tuple) else (years, years)
    return Condition(indicator, region, first, last, average, says)


def projected(made, levers=None):
    """What fits, or conditional ones, project of the cities and some regions more."""
    fits, scenario = made, levers
    if isinstance(made, Conditional):
        fits, scenario = made.fits, made.scenario
    return project_paths(build_outlook(fits, regions=FAR, partial=True), scenario)


def quantity(projection, condition):
    path = projection[condition.indicator].sel(region=condition.region)
    return path.sel(year=list(condition.years)).to_numpy()


EXACT = {
    "a province": on(GROWTH, "hunan", (2024, 2025), Value(5.0)),
    "a ring city's level": on(GDP, "yueyang", 2024, Value(5_000.0)),
    "a group's level": on(GDP, "czt", 2024, Value(22_128.3)),
    "a group's growth": on(GROWTH, "czt", 2025, Value(4.3)),
    "a share": on(URBAN, "changsha", 2025, Value(86.5)),
    "a group's share": on(URBAN, "czt", 2025, Value(80.5)),
    "a sector": on("share_secondary", "changsha", 2025, Value(38.0)),
    "a sector's level": on("va_tertiary", "czt", 2025, Value(12_500.0)),
    "people": on("population_resident", "czt", 2025, Value(1_740.0)),
    "a ratio of sums": on("rd_intensity", "czt", 2025, Value(3.2)),
    "a measure apart": on("income_urban_pc", "czt", 2025, Value(70_000.0)),
}


@pytest.mark.parametrize("name", EXACT)
def test_what_is_asked_is_what_is_projected(name, fits_2021):
    condition = EXACT[name]
    found = condition_fits(fits_2021, [condition])
    drawn = quantity(projected(found), condition)
    np.testing.assert_allclose(drawn, condition.says.value, rtol=1e-7)
    assert found.effective > 100


def test_no_conditions_are_the_fits_themselves(fits_2021):
    assert condition_fits(fits_2021, []).fits is fits_2021


def test_what_is_kept_from_other_conditions_changes_nothing(fits_2021):
    """Regions and years asked before leave no trace in what is asked after."""
    fits, after = replace(fits_2021), [EXACT["a group's level"]]
    condition_fits(
        fits, [EXACT["a ring city's level"], on(GROWTH, "hunan", 2030, Value(4))]
    )
    found, fresh = (
        condition_fits(fits, after),
        condition_fits(replace(fits_2021), after),
    )
    for name, fit in fresh.fits.blocks.items():
        assert fit.cells.equals(found.fits.blocks[name].cells)


def test_many_hold_at_once_in_any_order(fits_2021):
    many = [EXACT[name] for name in ("a province", "a group's level", "a share")]
    many.append(on(GROWTH, "czt", (2021, 2025), About(6.0, 0.5), average=True))
    found = condition_fits(fits_2021, many)
    seen = projected(found)
    for condition in many[:3]:
        drawn = quantity(seen, condition)
        np.testing.assert_allclose(drawn, condition.says.value, rtol=1e-7)
    turned = condition_fits(fits_2021, many[::-1])
    assert projected(turned).identical(seen)


def test_conditions_hold_under_levers(fits_2021):
    condition = EXACT["a group's level"]
    faster = baseline().with_lever("growth", 1.0)
    found = condition_fits(fits_2021, [condition], faster)
    drawn = quantity(projected(found), condition)
    np.testing.assert_allclose(drawn, condition.says.value, rtol=1e-7)
    unmoved = replace(found.fits, conditions=())
    without = quantity(projected(unmoved), condition)
    assert (without < condition.says.value).all()


@pytest.mark.parametrize(
    ("lever", "value"), [("uncertainty", 60.0), ("event_risk", 15.0)]
)
def test_conditions_hold_under_levers_that_differ_by_draw(lever, value, fits_2021):
    both = [EXACT["a group's level"], on(URBAN, "changsha", 2025, Within(82.0, 86.0))]
    wilder = baseline().with_lever(lever, value)
    found = condition_fits(fits_2021, both, wilder)
    seen = projected(found)
    np.testing.assert_allclose(quantity(seen, both[0]), 22_128.3, rtol=1e-7)
    urban = quantity(seen, both[1])
    assert urban.min() >= 82.0 - 1e-6
    assert urban.max() <= 86.0 + 1e-6


def test_a_future_pin_moves_earlier_years_and_other_blocks(fits_2021):
    # prices are correlated with growth, and neighbours with each other
    low = on(GROWTH, "changsha", 2025, Value(0.0))
    before, after = (
        projected(one) for one in (fits_2021, condition_fits(fits_2021, [low]))
    )
    for region, year in [("changsha", 2024), ("zhuzhou", 2025), ("zhuzhou", 2024)]:
        there = {"region": region, "year": year}
        moved = after[GROWTH].sel(there).mean() - before[GROWTH].sel(there).mean()
        assert moved < -0.5, there
    there = {"region": "changsha", "year": 2025}
    lower = on(GROWTH, "changsha", (2023, 2025), Value(2.0))
    moved = projected(condition_fits(fits_2021, [lower]))
    deflator = [
        np.log(one[GDP].sel(there) / one[GDP].sel({**there, "year": 2022})).mean()
        - np.log1p(one[GROWTH].sel(region="changsha", year=[2023, 2024, 2025]) / 100)
        .sum("year")
        .mean()
        for one in (before, moved)
    ]
    assert deflator[1] < deflator[0]


def test_conditioning_on_what_is_expected_leaves_means(fits_2021):
    """The mean of each vector of scales is what it expects; draws may not drift."""
    before = project_paths(fits_2021)
    growth = before[GROWTH].sel(region="changsha", year=2025)
    middle = 100 * np.expm1(np.log1p(growth / 100).mean().item())
    found = condition_fits(fits_2021, [on(GROWTH, "changsha", 2025, Value(middle))])
    after = projected(found)
    assert found.effective > 0.7 * fits_2021.draws
    for name, there in [
        (GROWTH, {"region": "czt", "year": 2024}),
        (GROWTH, {"region": "zhuzhou", "year": 2026}),
        (URBAN, {"region": "czt", "year": 2025}),
    ]:
        one, two = before[name].sel(there), after[name].sel(there)
        error = one.std().item() * np.sqrt(2 / found.effective)
        assert abs(one.mean() - two.mean()).item() < 4 * error, name


def test_a_soft_value_is_between_itself_and_the_forecast(fits_2021):
    there = {"region": "changsha", "year": 2025}
    before = np.log1p(project_paths(fits_2021)[GROWTH].sel(there) / 100)
    mean, sd = before.mean().item(), before.std().item()
    size = sd * 100 * np.exp(mean)
    centre = 100 * np.expm1(mean - sd)
    soft = on(GROWTH, "changsha", 2025, About(centre, size))
    after = projected(condition_fits(fits_2021, [soft]))[GROWTH].sel(there)
    after = np.log1p(after / 100)
    # two sources that are as sure as each other: half way, and less spread
    assert after.mean().item() == pytest.approx(mean - sd / 2, abs=0.15 * sd)
    assert after.std().item() == pytest.approx(sd / np.sqrt(2), rel=0.15)


def test_ranges_hold_and_agree_with_leaving_draws_out(fits_2021):
    """The forecast's own draws inside the range are exact draws too, if few."""
    both = [
        on(GROWTH, "changsha", 2025, Within(3.0, 8.0)),
        on(URBAN, "czt", 2025, Within(80.0, 84.0)),
        on(GDP, "czt", 2024, Within(-np.inf, 25_000.0)),
    ]
    seen = projected(fits_2021)
    inside = np.ones(fits_2021.draws, dtype=bool)
    for one in both:
        drawn = quantity(seen, one)[:, 0]
        inside &= (drawn >= one.says.low) & (drawn <= one.says.high)
    found = condition_fits(fits_2021, both)
    after = projected(found)
    for one in both:
        drawn = quantity(after, one)[:, 0]
        assert one.says.low - 1e-6 <= drawn.min()
        assert drawn.max() <= one.says.high + 1e-6
    assert inside.sum() > 100
    for name, region, year in [
        (GROWTH, "changsha", 2025),
        (GROWTH, "czt", 2024),
        (GDP, "czt", 2025),
        (URBAN, "zhuzhou", 2025),
    ]:
        there = {"region": region, "year": year}
        expected = seen[name].sel(there).to_numpy()[inside]
        got = after[name].sel(there).to_numpy()
        error = expected.std() * np.sqrt(1 / inside.sum() + 1 / found.effective)
        assert abs(got.mean() - expected.mean()) < 4 * error, name


def test_a_chance_has_its_probability(fits_2021):
    rare = on(GROWTH, "czt", 2025, Chance(0.3, 4.0))
    found = condition_fits(fits_2021, [rare])
    before, after = (
        (quantity(projected(one), rare) < 4.0).mean() for one in (fits_2021, found)
    )
    assert abs(before - 0.3) > 0.05  # else the next line would say nothing
    assert after == pytest.approx(0.3, abs=2 / fits_2021.draws)


def test_a_chance_holds_beside_exact_values(fits_2021):
    both = [on(GROWTH, "czt", 2025, Chance(0.5, 5.0)), EXACT["a province"]]
    seen = projected(condition_fits(fits_2021, both))
    assert (quantity(seen, both[0]) < 5.0).mean() == pytest.approx(0.5, abs=0.005)
    np.testing.assert_allclose(quantity(seen, both[1]), 5.0, rtol=1e-9)


def test_a_measure_apart_leaves_the_other_blocks_alone(fits_2021):
    found = condition_fits(
        fits_2021, [on("income_urban_pc", "changsha", 2025, Value(8e4))]
    )
    for name, fit in found.fits.blocks.items():
        assert (fit is fits_2021.blocks[name]) == (name != "income_urban_pc")


def test_published_totals_still_bound_the_draws(fits_2021):
    from cszt_models.models.measure import keeps_totals

    more = condition_fits(fits_2021, [on("rd_intensity", "changsha", 2021, Value(2.9))])
    for name in ("rd_intensity", "income_urban_pc"):
        fit = more.fits.blocks[name]
        assert keeps_totals(fit, fits_2021.known, fits_2021.project).all()


def test_copies_are_known_to_the_monte_carlo_error(fits_2021):
    found = condition_fits(fits_2021, [on(GROWTH, "changsha", 2025, Value(-2.0))])
    taken = found.fits.taken["growth"]
    assert len(np.unique(taken)) < fits_2021.draws
    scales, same = found.fits.groups["growth"]
    assert len(np.unique(same)) == len(np.unique(taken))
    np.testing.assert_array_equal(np.unique(scales[same == 0]).size, 1)


FAULTS = [
    ([on(GDP, "czt", 2019 + 1, Value(10_000.0))], "was published: 17,591"),
    ([on(GDP, "changsha", 2020, Chance(0.5, 12_000.0))], "was published"),
    (
        [
            on(GROWTH, "changsha", (2022, 2023), Value(5.0)),
            on(GROWTH, "changsha", (2022, 2023), Value(6.0), average=True),
        ],
        "cannot hold together with: real GDP growth of Changsha in each of 2022",
    ),
    ([on("population_resident", "hunan", 2025, Value(6_500.0))], "but nothing known"),
    ([on("forest_cover", "czt", 2025, Value(60.0))], "but nothing known"),
    ([on(GROWTH, "changsha", 2025, Value(60.0))], "so far from what the model"),
    ([on(GROWTH, "czt", 2025, Chance(0.5, 40.0))], "no weights of the draws give"),
]


@pytest.mark.parametrize(("conditions", "fault"), FAULTS, ids=[f for _, f in FAULTS])
def test_what_cannot_be_is_named(conditions, fault, fits_2021, czt):
    with pytest.raises(ScenarioError) as error:
        condition_fits(fits_2021, conditions)
    assert fault in str(error.value)
    assert conditions[-1].words(czt) in str(error.value) or len(conditions) > 1


def test_a_condition_that_is_published_already_changes_nothing(fits_today):
    told = on(GDP, "czt", 2024, Value(22_128.3))
    same = condition_fits(fits_today, [told]).fits
    assert same.blocks is fits_today.blocks
    with pytest.raises(ScenarioError, match="was published: 22,128"):
        condition_fits(fits_today, [replace(told, says=Value(22_500.0))])


def test_what_follows_from_the_others_changes_nothing(fits_2021):
    each = on(GROWTH, "changsha", (2022, 2023), Value(5.0))
    mean = on(GROWTH, "changsha", (2022, 2023), Value(5.0), average=True)
    one, two = (
        projected(condition_fits(fits_2021, conditions))
        for conditions in ([each], [each, mean])
    )
    np.testing.assert_allclose(one[GDP], two[GDP], rtol=1e-9)


def test_draws_that_bend_weigh_by_the_inverse_slope_of_what_is_solved(fits_2021):
    r"""The density of y = f(x) at a value is that of x over :math:`|f'(x)|`."""
    ratio = on("rd_intensity", "czt", 2025, Value(3.6))
    solution = condition_fits(fits_2021, [ratio]).solution
    view, arrived, step = solution.view, solution.arrived, 1e-4
    assert not view.linear.any()
    ends = [view.values(solution.outlook(arrived + s))[:, 0] for s in (step, -step)]
    slope = np.log(np.abs(ends[0] - ends[1]) / (2 * step))
    root, mean = (x[solution.vector] for x in (solution.root, solution.moments.mean))
    aim = np.broadcast_to(solution.low, arrived.shape)
    before, after = (np.square(scores(root, at - mean)) for at in (aim, arrived))
    density = 0.5 * (before - after).sum(axis=1)
    weighed = np.isfinite(solution.curvature)
    assert slope[weighed].std() > 1e-3
    np.testing.assert_allclose(
        (solution.curvature - density + slope)[weighed], 0, atol=0.1 * slope.std()
    )
