"""Attainment: closed forms for known draws, and what the plan's targets are today."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from cszt_models import DataError, Target
from cszt_models.project.plan import read_targets
from cszt_models.project.project import Label
from cszt_models.projection.outcomes import outcome
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import assess, attainment
from cszt_models.targets.joint import joint_attainment
from cszt_models.targets.monte_carlo import (
    Grouping,
    errors_of_counts,
    monte_carlo_error,
)

TODAY, DRAWS = date(2024, 6, 30), 200_000
ERROR = 4 / np.sqrt(4 * DRAWS)  # four standard errors of a share, at most


def target(indicator="x", sense="at_least", value=0.0, year=2025, since=None):
    where = ("t", indicator, "here", year, since, sense, value, "%")
    return Target(*where, Label("", ""), "words", "source", False, "")


def projection(values, name="x", years=(2025,)):
    """Draws (draw, year) of one indicator in one region."""
    data = np.asarray(values, dtype=float).reshape(-1, 1, len(years))
    coords = {"region": ["here"], "year": list(years)}
    return xr.Dataset({name: (("draw", "region", "year"), data)}, coords)


@pytest.fixture(scope="module")
def normal():
    """Two standard normals with correlation 0.6."""
    spread = [[1.0, 0.6], [0.6, 1.0]]
    return np.random.default_rng(1).multivariate_normal([0, 0], spread, DRAWS)


@pytest.mark.parametrize("value", [-1.5, 0.0, 0.7, 3.0])
def test_probability_of_normal_draws_is_the_normal_distribution(value, normal):
    drawn = projection(normal[:, 0])
    above = attainment(drawn, target(value=value), as_of=TODAY)
    below = attainment(drawn, target(value=value, sense="at_most"), as_of=TODAY)
    assert above.probability == pytest.approx(stats.norm.sf(value), abs=ERROR)
    assert below.probability == pytest.approx(stats.norm.cdf(value), abs=ERROR)
    # the expected shortfall of a normal below a floor (partial expectation)
    expected = value * stats.norm.cdf(value) + stats.norm.pdf(value)
    assert above.shortfall == pytest.approx(expected, abs=4 * 2 / np.sqrt(DRAWS))


def test_interval_and_median_are_the_normal_quantiles(normal):
    found = attainment(projection(5 + 2 * normal[:, 0]), target(), as_of=TODAY)
    quantiles = (found.interval.low, found.median, found.interval.high)
    expected = stats.norm(5, 2).ppf([0.1, 0.5, 0.9])
    # a sample quantile errs by sqrt(q (1 - q) / n) / density, here below 0.008
    np.testing.assert_allclose(quantiles, expected, rtol=0, atol=0.03)
    assert found.interval.level == 0.8


def test_joint_probability_is_the_bivariate_normal(normal):
    found = joint_attainment({"a": normal[:, 0] >= 0.3, "b": normal[:, 1] >= -0.5})
    both = stats.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]])
    # P(x >= a, y >= b) is the distribution function at -a and -b
    assert found.probability == pytest.approx(both.cdf([-0.3, 0.5]), abs=ERROR)
    alone = stats.norm.sf(0.3) * stats.norm.sf(-0.5)
    assert found.if_independent == pytest.approx(alone, abs=2 * ERROR)
    assert found.probability > found.if_independent + 0.05


def test_independence_figure_is_the_product_of_the_single_probabilities():
    rng = np.random.default_rng(2)
    met = {
        name: rng.random(999) < p
        for name, p in zip("abc", (0.9, 0.5, 0.2), strict=True)
    }
    expected = np.prod([m.sum() / 999 for m in met.values()])
    assert joint_attainment(met).if_independent == pytest.approx(expected, rel=1e-12)


def test_binding_is_the_target_without_which_the_rest_is_most_likely():
    draws = np.arange(100)
    met = {"easy": draws < 95, "hard": draws < 40, "middle": draws < 60}
    for order in (["easy", "hard", "middle"], ["middle", "easy", "hard"]):
        found = joint_attainment({name: met[name] for name in order})
        assert (found.binding, found.probability) == ("hard", 0.4)
        assert found.targets == tuple(order)


def test_binding_need_not_be_the_least_likely_target():
    """Two unlikely targets met together bind less than one that is met apart."""
    draws = np.arange(100)
    met = {"a": draws < 40, "b": draws < 41, "apart": draws >= 30}
    assert joint_attainment(met).binding == "apart"


def test_nothing_binds_alone_or_where_all_is_met():
    sure = np.ones(10, dtype=bool)
    assert joint_attainment({"a": np.arange(10) < 5}).binding is None
    assert joint_attainment({"a": sure, "b": sure}).binding is None
    with pytest.raises(ValueError, match="at least one target"):
        joint_attainment({})


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5])
def test_monte_carlo_error_is_the_spread_over_repeated_samples(p):
    samples = np.random.default_rng(3).random((4000, 500)) < p
    spread = samples.mean(axis=1).std()
    claimed = np.mean([monte_carlo_error(met) for met in samples])
    # The spread of 4000 shares is known to 1.1 percent; p = 0.02 is moved by 5 percent.
    assert claimed == pytest.approx(spread, rel=0.06)


@pytest.mark.parametrize("all_met", [True, False])
def test_a_share_of_none_or_all_does_not_claim_to_be_exact(all_met):
    error = monte_carlo_error(np.full(1000, all_met))
    assert 0.0003 < error < 0.001


def test_average_growth_is_the_geometric_mean_of_the_years_of_the_target():
    rates = [[99.0, 7.5, 4.5, 4.9, 5.2, 4.3, 99.0], [99.0, *[7.0] * 5, 99.0]]
    drawn = projection(rates, "gdp_real_growth", range(2020, 2027))
    asked = target("gdp_real_growth_avg", value=5.27, since=2021)
    by_hand = (1.075 * 1.045 * 1.049 * 1.052 * 1.043) ** (1 / 5)
    np.testing.assert_allclose(outcome(drawn, asked), [100 * by_hand - 100, 7.0])
    assert attainment(drawn, asked, as_of=TODAY).probability == 1.0


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2025, 12, 30), "projected"), (date(2025, 12, 31), "nowcast")],
)
def test_a_year_that_is_over_is_nowcast(day, status):
    assert attainment(projection([1.0, 2.0]), target(), as_of=day).status == status


@pytest.mark.parametrize(("published", "met"), [(79.9, False), (80.0, True)])
def test_a_published_outcome_resolves_whatever_the_draws_say(published, met):
    asked = target(value=80.0)
    found = attainment(
        projection([90.0, 95.0]), asked, as_of=TODAY, published=published
    )
    assert (found.status, found.met, found.probability) == ("resolved", met, float(met))
    assert (found.published, found.mcse, found.interval) == (published, 0.0, None)
    assert found.shortfall == pytest.approx(80.0 - published)


def test_a_target_after_the_projection_is_named():
    drawn = projection([[1.0, 2.0]], years=(2025, 2026))
    with pytest.raises(DataError, match=r"'t' is for 2027, .* reaches to 2026"):
        outcome(drawn, target(year=2027))


def test_a_target_before_the_projection_is_not_projected():
    drawn = projection([[1.0, 2.0]], years=(2025, 2026))
    assert outcome(drawn, target(year=2024)) is None


@pytest.fixture(scope="module")
def targets(czt):
    return read_targets(czt)


@pytest.fixture(scope="module")
def today(fits_today, targets):
    return assess(fits_today, targets)


@pytest.fixture(scope="module")
def in_2021(fits_2021, targets):
    return assess(fits_2021, targets)


def test_gdp_is_resolved_today_from_the_bulletin_as_not_met(today):
    found = today.of("gdp_2025")
    assert (found.status, found.published, found.met) == ("resolved", 22878.5, False)
    assert found.shortfall == pytest.approx(25_000 - 22_878.5)
    assert today.joint.probability == 0.0
    assert today.joint.binding == "gdp_2025"


@pytest.mark.parametrize("name", ["gdp_2025", "growth_2021_2025", "rd_intensity_2025"])
def test_in_2021_the_outcome_was_open(name, in_2021):
    found = in_2021.of(name)
    assert found.status == "projected"
    assert 0.05 < found.probability < 0.95
    assert found.interval.low < found.median < found.interval.high


@pytest.mark.parametrize(
    "name", ["rd_intensity_2025", "hightech_firms_2025", "good_air_2025"]
)
def test_shares_that_are_not_published_are_nowcast_today(name, today):
    found = today.of(name)
    assert (found.status, found.published, found.met) == ("nowcast", None, None)
    assert 0 <= found.probability <= 1
    assert found.mcse > 0


def test_a_target_without_data_has_a_reason_and_no_number(today, in_2021):
    for assessment, number in ((today, 18), (in_2021, 23)):
        bare = [a for a in assessment.targets if a.status == "no_data"]
        assert len(bare) == number
        for a in bare:
            numbers = (a.probability, a.mcse, a.median, a.interval, a.shortfall, a.met)
            assert numbers == (None,) * 6
            assert a.reason
    assert "known: Changsha 2017; Hunan 2017;" in in_2021.of("good_air_2025").reason
    assert "known: Changsha 2021" in today.of("forest_cover_2025").reason
    assert today.of("exercise_2025").reason == "no figure known"


def test_all_targets_are_assessed_in_the_order_of_the_plan(today, targets):
    assert [a.target.id for a in today.targets] == list(targets)
    headline = ("gdp_2025", "urbanization_2025", "rd_intensity_2025")
    assert today.joint.targets == headline


def test_joint_targets_that_are_unknown_or_bare_are_refused(fits_2021, targets):
    with pytest.raises(DataError, match=r"'gdp_2026'\. Did you mean 'gdp_2025'"):
        assess(fits_2021, targets, joint=["gdp_2026"])
    with pytest.raises(DataError, match="target 'good_air_2025' has no data"):
        assess(fits_2021, targets, joint=["gdp_2025", "good_air_2025"])


def test_the_joint_of_one_target_is_its_own_probability(fits_2021, targets, in_2021):
    found = assess(fits_2021, targets, joint=["urbanization_2025"]).joint
    assert found.probability == in_2021.of("urbanization_2025").probability
    assert (found.probability, found.binding) == (found.if_independent, None)


def test_the_joint_is_no_more_than_its_least_likely_part(in_2021):
    parts = [in_2021.of(name).probability for name in in_2021.joint.targets]
    assert max(0, sum(parts) - 2) <= in_2021.joint.probability <= min(parts)
    assert in_2021.joint.if_independent == pytest.approx(np.prod(parts), rel=1e-12)


def test_the_baseline_is_no_scenario_and_the_fit_says_who_it_is(
    fits_2021, targets, in_2021
):
    assert assess(fits_2021, targets, baseline()) == in_2021
    assert (in_2021.as_of, in_2021.seed, in_2021.draws) == (date(2021, 6, 30), 1, 1000)


def test_a_figure_on_a_basis_that_is_not_judged_resolves_nothing(fits_today, targets):
    """Then the members' figures do, if all are judged."""
    known = fits_today.known.copy()
    official = known.query(
        "region == 'czt' and indicator == 'gdp_nominal' and year == 2025"
    )
    known.loc[official.index, "basis"] = "revised_other"
    again = assess(replace(fits_today, known=known), targets).of("gdp_2025")
    assert (again.status, again.published) == ("resolved", pytest.approx(22878.55))
    assert again.computed.value == again.published
    known.loc[known["region"] == "xiangtan", "basis"] = "revised_other"
    again = assess(replace(fits_today, known=known), targets).of("gdp_2025")
    assert (again.status, again.published) == ("nowcast", None)
    assert again.probability == 0.0  # its draws still sum to what is known


def test_more_growth_never_lowers_a_floor(fits_2021, targets, in_2021):
    faster = baseline().with_lever("growth", 1.5)
    moved = assess(fits_2021, targets, faster)
    floors = [a for a in in_2021.targets if a.mcse and a.target.sense != "at_most"]
    assert len(floors) == 7
    for before in floors:
        name = before.target.id
        assert (in_2021.met[name] <= moved.met[name]).all()  # draw by draw
        assert moved.of(name).probability >= before.probability
    assert moved.of("gdp_2025").probability > in_2021.of("gdp_2025").probability + 0.1
    assert moved.joint.probability > in_2021.joint.probability


def test_draws_that_share_their_scales_count_for_less():
    """100 groups of 40 whose own probabilities spread with variance 1/12."""
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(100), 40)
    found, errors = [], []
    for _ in range(300):
        chance = rng.random(100)[group]
        met = rng.random(len(group)) < chance
        found.append(met.mean())
        errors.append(monte_carlo_error(met, [group]))
    # the spread over 300 repetitions is known to 1/sqrt(600), about 4 percent, and the
    # two terms count the variance between groups twice: 1 percent
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.15)
    assert np.mean(errors) > 3 * monte_carlo_error(met)


def test_error_of_unequal_groups_is_the_analysis_of_variance():
    """Groups of 4, 2 and 2 draws, of which 4, 0 and 1 are met; worked by hand."""
    group = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    met = np.array([1, 1, 1, 1, 0, 0, 1, 0], bool)
    between = (4 * (1 - 5 / 8) ** 2 + 2 * (5 / 8) ** 2 + 2 * (1 / 8) ** 2) / 2
    within = (0 + 0 + 1 / 2) / 5
    common = (between - within) / ((8 - 24 / 8) / 2)
    p = 5.5 / 9
    variance = (p * (1 - p) - common) / 8 + common * (1 / 4 + 1 / 16 + 1 / 16)
    expected = np.sqrt(variance)
    assert monte_carlo_error(met, [group]) == pytest.approx(expected, rel=1e-12)
    squares = [np.array([4**2 / 4 + 0 + 1 / 2])]
    counted = errors_of_counts(np.array([5.0]), squares, [Grouping(group)])
    assert counted == pytest.approx(expected, rel=1e-12)


def test_groups_that_tell_nothing_change_nothing():
    met = np.random.default_rng(4).random(4000) < 0.3
    alone = monte_carlo_error(met)
    assert monte_carlo_error(met, [np.arange(4000)]) == alone
    assert monte_carlo_error(met, [np.zeros(4000, dtype=int)]) == alone
