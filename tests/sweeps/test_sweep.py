"""Sweeps: each case is what `assess` says of it, under whatever order and name."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from cszt_models import DataError
from cszt_models.conditional.conditional_fit import condition_fits
from cszt_models.projection.outcomes import outcome
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.conditions import Condition, Value
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.sweeps.counting.counter import CountedTarget, Counter
from cszt_models.sweeps.counting.criteria import test_of as simplest
from cszt_models.sweeps.counting.formula import Form, Shares, Sum
from cszt_models.sweeps.counting.group_counts import WordLayout, ranked
from cszt_models.sweeps.designs import design_of, full_factorial
from cszt_models.sweeps.inputs import read_context, scaled_priors, sweep_inputs
from cszt_models.sweeps.sweep import Evaluator, sweep
from cszt_models.targets.attainment import assess, groups_of
from cszt_models.targets.monte_carlo import (
    Grouping,
    errors_of_counts,
    monte_carlo_error,
)

SIZES = {"growth": 3, "price": 3, "population": 2, "urbanization": 0.9}
SIZES |= {"rd_intensity": 0.15, "rd_expenditure": 8, "level": 3}
SIZES |= {"migration": 20, "uncertainty": 50, "event_risk": 10}


@pytest.fixture(scope="module")
def context(czt):
    return read_context(czt)


class Fitted(Evaluator):
    """A evaluator that has its fits already."""

    def __init__(self, inputs, columns, fits):
        super().__init__(inputs, columns)
        self.fits = fits, build_outlook(fits)

    def prepare(self, head):
        assert isinstance(head, dict)
        return self.fits


@pytest.fixture(scope="module")
def inputs(czt, context, observations, fits_2021):
    return sweep_inputs(
        czt,
        as_of=fits_2021.as_of,
        seed=fits_2021.seed,
        draws=fits_2021.draws,
        context=context,
        observations=observations,
    )


@pytest.fixture(scope="module")
def swept(inputs, context):
    """Outcomes of a table of cases on given fits."""

    def sweep_on(table, fits, targets=()):
        own = sweep_inputs(
            inputs.project,
            as_of=fits.as_of,
            seed=fits.seed,
            draws=fits.draws,
            targets=targets,
            context=context,
            observations=inputs.observations,
        )
        design = design_of(table, context)
        return Fitted(own, design.columns, fits).outcomes(design.frame()), own, design

    return sweep_on


def random_table(names, cases=40, seed=0):
    rng = np.random.default_rng(seed)
    size = {n: SIZES[n.split("@")[0].split(":")[0]] for n in names}
    return pd.DataFrame({n: rng.uniform(-1, 1, cases) * size[n] for n in names}).abs()


def largest_gap(found, own, design, fits, cases):
    """Largest gap between a sweep and `assess`, case by case."""
    outlook, worst = build_outlook(fits), 0.0
    every = {target.id: target for target in own.targets}
    table = design.frame()
    for n in cases:
        settings = tuple(
            replace(c.setting, value=float(table[c.name][n])) for c in design.columns
        )
        told = assess(
            fits,
            every,
            Scenario("case", (Part("case", settings),)),
            joint=list(every),
            outlook=outlook,
        )
        pairs = {r.target.id: (r.probability, r.mcse) for r in told.targets}
        pairs["joint"] = told.joint.probability, told.joint.mcse
        for name, (p, mcse) in pairs.items():
            row = found.iloc[n]
            worst = max(
                worst, abs(row[f"p_{name}"] - p), abs(row[f"mcse_{name}"] - mcse)
            )
    return worst


@pytest.mark.parametrize(
    "names",
    [
        ("growth", "price", "population"),
        ("growth@changsha", "growth@zhuzhou+xiangtan:2023-", "population@changsha"),
        ("price", "urbanization", "rd_intensity", "level@xiangtan:2022-2026"),
        ("growth", "rd_expenditure", "urbanization@xiangtan"),
        ("migration@changsha", "population", "growth"),
        ("uncertainty", "growth"),
    ],
)
def test_every_case_is_what_assess_says_of_it(swept, fits_2021, fits_today, names):
    for fits in (fits_2021, fits_today):
        found, own, design = swept(random_table(names), fits)
        assert largest_gap(found, own, design, fits, range(0, 40, 5)) < 1e-12


def test_targets_of_every_kind_are_counted(swept, fits_today):
    """At most, exceeds, an average over years, measures that stand apart."""
    targets = (
        "growth_2021_2025",
        "pm25_2025",
        "urban_income_2025",
        "urbanization_2025",
    )
    table = random_table(("growth@xiangtan", "price", "urbanization"))
    found, own, design = swept(table, fits_today, targets)
    senses = {target.sense for target in own.targets}
    assert {"at_least", "at_most", "exceeds"} <= senses
    assert largest_gap(found, own, design, fits_today, range(0, 40, 5)) < 1e-12


def test_target_without_data_is_refused(swept, fits_2021):
    with pytest.raises(
        DataError, match="'forest_cover_2025' has no data at 2021-06-30"
    ):
        swept(random_table(("growth",)), fits_2021, ("forest_cover_2025",))


def test_published_outcomes_decide_in_every_case(swept, fits_today):
    found, _, _ = swept(random_table(("growth", "price")), fits_today)
    assert (found["p_gdp_2025"] == 0).all()  # 22,878.5 of 25,000 were published
    assert (found[["p_joint", "mcse_gdp_2025"]] == 0).all(axis=None)


def test_order_of_cases_changes_nothing_else(swept, fits_2021):
    table = random_table(("growth@changsha", "price", "urbanization"))
    found, _, _ = swept(table, fits_2021)
    order = np.random.default_rng(1).permutation(len(table))
    moved, _, _ = swept(table.iloc[order].reset_index(drop=True), fits_2021)
    pd.testing.assert_frame_equal(
        moved, found.iloc[order].reset_index(drop=True), check_exact=True
    )


def test_order_of_columns_changes_nothing(swept, fits_2021):
    names = ("growth@changsha", "price", "urbanization")
    table = random_table(names)
    found, _, _ = swept(table, fits_2021)
    for order in permutations(names):
        moved, _, design = swept(table[[*order]], fits_2021)
        assert list(design.frame()) == [*order]
        pd.testing.assert_frame_equal(design.frame()[[*names]], table)
        pd.testing.assert_frame_equal(moved, found, rtol=0, atol=1e-15)


def test_cases_of_one_sweep_differ_by_their_levers_alone(swept, fits_2021):
    table = full_factorial({"growth": [-1.0, 0.0, 1.0], "price": [0.0, 0.0]})
    found, _, _ = swept(table, fits_2021)
    same = found.groupby(table["growth"]).nunique()
    assert (same == 1).all(axis=None)
    assert found["p_gdp_2025"].is_monotonic_increasing
    assert len(set(found["p_urbanization_2025"])) == 1


def test_scenario_switch_equals_its_levers(swept, fits_2021):
    on = pd.DataFrame({"scenario:strong": [0, 1], "urbanization": [0.1, 0.1]})
    found, _, _ = swept(on, fits_2021)
    levers = pd.DataFrame({"growth": [0, 1.0], "price": [0, 1.0], "urbanization": 0.1})
    plain, _, _ = swept(levers, fits_2021)
    pd.testing.assert_frame_equal(found, plain, rtol=0, atol=1e-12)
    named = pd.DataFrame({"scenario": ["baseline", "strong"], "urbanization": 0.1})
    pd.testing.assert_frame_equal(swept(named, fits_2021)[0], found)


def test_conditions_hold_with_levers_in_every_case(inputs, context, fits_2021):
    gdp = Condition("gdp_nominal", "czt", 2025, 2025, False, Value(25_100.0))
    held = Scenario("held", (Part("held", conditions=(gdp,)),))
    known = replace(context, scenarios={**context.scenarios, "held": held})
    own = replace(inputs, context=known, scenario="held")
    table = pd.DataFrame({"growth": [0.0, 1.0], "rd_intensity": [0.0, 0.05]})
    design = design_of(table, known)
    found = Fitted(own, design.columns, fits_2021).outcomes(design.frame())
    assert (found["p_gdp_2025"] == 1).all()
    case = held.with_lever("growth", 1.0).with_lever("rd_intensity", 0.05)
    met = condition_fits(fits_2021, held.conditions, case)
    every = {target.id: target for target in own.targets}
    told = assess(met.fits, every, met.scenario)
    assert found["p_joint"][1] == pytest.approx(told.joint.probability, abs=1e-12)
    assert found["mcse_joint"][1] == pytest.approx(told.joint.mcse, abs=1e-12)


def test_refits_are_shared_and_kept_under_their_columns(czt, context, observations):
    """Date, prior and engine call for fits; the order of columns does not matter."""
    table = full_factorial(
        {"as_of": ["2021-06-30", "2025-06-30"], "prior:growth.shock": [1.0, 3.0]}
    ).assign(growth=[0.0, 0.5, 0.0, 0.5])
    made = []

    class Counting(Evaluator):
        def prepare(self, head):
            made.append(self.fit_key(head))
            return super().prepare(head)

    own = sweep_inputs(
        czt, as_of=date(2021, 6, 30), seed=1, draws=100, context=context,
        observations=observations,
    )  # fmt: skip
    design = design_of(table, context)
    found = Counting(own, design.columns).outcomes(design.frame())
    assert len(set(made)) == 4
    assert len(set(found["p_gdp_2025"])) > 1
    days = {one.as_of for one in made}
    assert days == {date(2021, 6, 30), date(2025, 6, 30)}
    plain = design_of(table.iloc[[0]][["growth", "as_of"]], context)
    alone = sweep(plain, own)
    pd.testing.assert_series_equal(
        alone.loc[0, [*own.outcomes]].astype(float),
        found.loc[0, [*own.outcomes]].astype(float),
    )


def test_counts_of_blocks_equal_counts_one_by_one():
    """Groups of unequal sizes, repeated draws, and words that are not full."""
    rng = np.random.default_rng(0)
    groups = [rng.integers(0, 20, 203), np.arange(203) // 2]
    groups = [np.unique(g, return_inverse=True)[1] for g in groups]
    met = rng.random((50, 203)) < rng.random((50, 1))
    groupings = tuple(map(Grouping, groups))
    layout = WordLayout(groupings[0])
    laid = layout.laid(met.T).T & layout.valid
    total, squares = layout.counts(laid, groupings)
    np.testing.assert_array_equal(total, met.sum(axis=1))
    found = errors_of_counts(total, squares, groupings)
    expected = [monte_carlo_error(row, groups) for row in met]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)


def test_errors_by_rank_equal_errors_one_by_one():
    rng = np.random.default_rng(0)
    groups = np.unique(rng.integers(0, 9, 60), return_inverse=True)[1]
    order = rng.permutation(60)[:40]
    p, mcse = ranked(order, [Grouping(groups)])
    for rank in (0, 1, 17, 40):
        met = np.isin(np.arange(60), order[:rank])
        assert p[rank] == met.mean()
        assert mcse[rank] == pytest.approx(monte_carlo_error(met, [groups]), rel=1e-12)


def test_repeated_draws_are_known_to_be_met_together(fits_2021, inputs):
    """Else their error would be that of the slow path; both must agree."""
    outlook, target = build_outlook(fits_2021), inputs.targets[0]
    groups = groups_of(fits_2021, [target])
    drawn = outcome(project_paths(outlook), target)
    met = target.met_by(drawn)
    repeated = np.bincount(groups[1], weights=met) / np.bincount(groups[1])
    assert set(np.unique(repeated)) <= {0.0, 1.0}
    same = (Grouping(groups[0]), Grouping(groups[1], same=True))
    layout = WordLayout(same[0])
    laid = (layout.laid(met) & layout.valid)[None]
    found = errors_of_counts(*layout.counts(laid, same), same)
    assert found[0] == pytest.approx(monte_carlo_error(met, groups), rel=1e-12)


def test_shares_of_draws_that_stop_at_100_are_counted_as_such(inputs):
    """A linear test would go on beyond the bound; here it must not."""
    target = replace(inputs.targets[0], sense="at_least", value=99.0)
    rng = np.random.default_rng(0)
    shares = Shares(rng.uniform(90, 100, (64, 2)), np.zeros((2, 1)), np.ones((2, 1)))
    whole = Sum(rng.uniform(1, 9, (64, 2)), np.zeros((2, 1)))
    form = Form(target, (replace(whole, shares=shares),), (whole,))
    test = simplest(form)
    assert test.kind == "linear"
    alone = (Grouping(np.arange(64)),)
    counter = Counter({"x": CountedTarget(alone, test)}, ("x",), alone)
    settings = np.linspace(-5, 9, 20)[:, None]
    found = counter.count(settings)["p_x"]
    expected = target.met_by(form.at(settings)).mean(axis=1)
    np.testing.assert_array_equal(found, expected)
    value = test.terms.factors(settings) @ test.terms.columns.T
    assert ((value >= 0).mean(axis=1) != expected).any()


@pytest.mark.parametrize("power", [0.0, 1.0, "apart"])
@pytest.mark.parametrize("sense", ["at_least", "exceeds", "at_most"])
def test_an_outcome_equal_to_the_target_is_judged_by_its_sense(inputs, sense, power):
    """Draws of 1, 2 and 3 for a target of 2, by every kind of test."""
    target = replace(inputs.targets[0], sense=sense, value=2.0)
    levels = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    powers = np.array([[1.0], [2.0]] if power == "apart" else [[power], [power]])
    test = simplest(Form(target, (Sum(levels, powers),)))
    assert test.kind == {0.0: "fixed", 1.0: "ranked", "apart": "linear"}[power]
    alone = (Grouping(np.arange(3)),)
    counter = Counter({"x": CountedTarget(alone, test)}, ("x",), alone)
    expected = {"at_least": 2, "exceeds": 1, "at_most": 2}[sense] / 3
    assert counter.count(np.zeros((1, 1)))["p_x"].tolist() == [expected]


def test_a_factor_multiplies_the_median_of_its_scale_alone(inputs):
    before = inputs.context.priors
    after = scaled_priors(before, [("prior:growth.shock", 3.0)])
    assert after["growth"].scales["shock"].median == pytest.approx(
        3 * before["growth"].scales["shock"].median
    )
    restored = scaled_priors(after, [("prior:growth.shock", 1 / 3)])
    for name, scale in before["growth"].scales.items():
        assert restored["growth"].scales[name].median == pytest.approx(scale.median)
        assert name == "shock" or after["growth"].scales[name] == scale
    assert all(after[name] == before[name] for name in before if name != "growth")


def test_every_factor_but_one_needs_fits_of_its_own(inputs, context):
    name = "prior:growth.shock"
    columns = design_of(pd.DataFrame({name: [0.5]}), context).columns
    evaluator = Evaluator(inputs, columns)
    for factor in (0.5, 2.0):
        assert evaluator.fit_key({name: factor}).factors == ((name, factor),)
    assert evaluator.fit_key({name: 1.0}) == evaluator.fit_key({})
