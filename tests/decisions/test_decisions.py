"""Decisions: losses, the cheapest mix against a grid, regret, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models.analysis.library import library
from cszt_models.conditional.scenario_setup import scene
from cszt_models.decisions.cheapest import cheapest_mix, cost_curve, lattice
from cszt_models.decisions.evaluation import CHEAPEST, NOTHING, evaluate, joint_chance
from cszt_models.decisions.losses import Loss, tail_mean
from cszt_models.decisions.problem import Decision, read_decision
from cszt_models.errors import DataError, ScenarioError
from cszt_models.project.plan import read_targets
from cszt_models.results.decisions import DecisionResults
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.scenario import baseline
from cszt_models.sweeps.counting.counter_setup import scenario_with
from cszt_models.targets.comparison import assess_scenario

FILE = """
unit: {en: points, zh: 分}
source: made up for a test
levers:
  growth: {cost: 60, most: 1.5}
  urbanization: {cost: 25, most: 0.3, from: 2022}
losses:
  gdp_2025: {form: proportional, loss: 0.05}
  urbanization_2025: {form: step, loss: 30}
options:
  half a point: {growth: 0.5}
scenarios: [baseline, strong]
tail: 0.2
"""


@pytest.fixture(scope="module")
def plan(czt):
    return read_targets(czt)


@pytest.fixture(scope="module")
def scenarios(czt):
    return dict(library(czt).scenarios)


@pytest.fixture(scope="module")
def reading(czt, plan, scenarios, tmp_path_factory):
    """Read a decision from a text in which one part is replaced."""
    path = tmp_path_factory.mktemp("decisions") / "decisions.yaml"

    def read(old: str = "", new: str = "") -> Decision:
        assert old in FILE
        path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
        return read_decision(path, czt, plan, read_levers(czt), scenarios)

    return read


@pytest.fixture(scope="module")
def found(reading, fits_2021, plan, scenarios):
    return evaluate(reading(), fits_2021, plan, scenarios, 0.6)


def drawn_chance(seed: int, count: int):
    """Two targets that levers move in different measure, over 3000 draws."""
    rng = np.random.default_rng(seed)
    effects = rng.uniform(0.1, 1.0, (count, 2))
    draws = rng.multivariate_normal([-0.5, -0.3], [[1, 0.4], [0.4, 1]], 3000)

    def chance(settings):
        moved = draws[None] + (settings @ effects)[:, None]
        return (moved > 0).all(axis=2).mean(axis=1)

    return chance


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [2, 3])
def test_the_cheapest_mix_is_that_of_a_grid(seed, count):
    chance, rng = drawn_chance(seed, count), np.random.default_rng(seed + 10)
    costs, bounds = rng.uniform(1, 5, count), rng.uniform(1, 2, count)
    ends = chance(np.stack([np.zeros(count), bounds]))
    aim = float(ends.mean())
    mix = cheapest_mix(chance, costs, bounds, aim)
    steps = {2: 60, 3: 18}[count]
    axes = [np.linspace(0, bound, steps + 1) for bound in bounds]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, count)
    spent = grid @ costs
    order = np.argsort(spent)
    near = order[spent[order] <= mix.cost * 1.2 + (costs * bounds).max() / steps]
    chances = np.concatenate([chance(part) for part in np.array_split(grid[near], 40)])
    cheapest = spent[near][chances >= aim].min()
    assert mix.probability >= aim
    assert mix.cost == pytest.approx(np.abs(mix.values) @ costs)
    # a grid misses the least cost by less than a step of every lever
    assert cheapest - (costs * bounds).sum() / steps <= mix.cost <= cheapest * 1.002


def test_levers_that_are_moved_down_and_bounds_are_kept():
    def chance(settings):
        return np.clip(0.3 - 0.2 * settings[:, 0] + 0.05 * settings[:, 1], 0, 1)

    mix = cheapest_mix(chance, np.array([1.0, 1.0]), np.array([-1.0, 9.0]), 0.55)
    np.testing.assert_allclose(mix.values, [-1, 1], atol=1e-3)
    beyond = cheapest_mix(chance, np.array([1.0, 1.0]), np.array([-1.0, 1.0]), 0.9)
    assert not beyond.reached
    assert beyond.probability == pytest.approx(0.55)
    still = cheapest_mix(chance, np.array([1.0, 1.0]), np.array([-1.0, 1.0]), 0.2)
    assert (still.cost, still.probability) == (0, 0.3)


def test_the_curve_of_cost_rises_from_nothing():
    chance = drawn_chance(1, 2)
    reached, spent = cost_curve(chance, np.array([2.0, 3]), np.array([2.0, 1]), 8)
    assert spent[0] == 0
    assert (np.diff(reached) > 0).all()
    assert (np.diff(spent) > 0).all()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_a_lattice_holds_shares(count):
    shares = lattice(count)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    assert len(np.unique(shares, axis=0)) == len(shares)


def test_losses_by_form_and_side(plan):
    gdp, air = plan["gdp_2025"], plan["pm25_2025"]
    outcome = np.array([24_000.0, 25_000.0, 26_000.0])
    assert Loss("proportional", 0.1).of(gdp, outcome).tolist() == [100, 0, 0]
    assert Loss("step", 7.0).of(gdp, outcome).tolist() == [7, 0, 0]
    dust = np.array([30.0, 35.0, 40.0])
    assert Loss("asymmetric", 2.0, 0.5).of(air, dust).tolist() == [-2.5, 0, 10]


def test_the_mean_of_the_tail_counts_draws_in_part():
    losses = np.array([1.0, 2.0, 3.0, 10.0])
    assert tail_mean(losses, 1.0) == losses.mean()
    assert tail_mean(losses, 0.25) == 10
    assert tail_mean(losses, 0.375) == pytest.approx((10 + 0.5 * 3) / 1.5)


def test_options_are_what_their_scenarios_give(found, reading, fits_2021, plan):
    rows = found.options.set_index(["scenario", "option"])
    decision, both = reading(), [found.targets[0].id, found.targets[1].id]
    moved = [replace(decision.settings["growth"], value=0.5)]
    scenario = scenario_with(baseline(), moved)
    compared = assess_scenario(fits_2021, plan, scenario, joint=both)
    joint = compared.assessment.joint.probability
    assert rows.loc[("baseline", "half a point"), "probability"] == joint
    assert rows.loc[("baseline", "half a point"), "cost"] == 30
    totals = found.options.groupby("scenario")["regret"]
    assert (totals.min() == 0).all()
    assert found.mix.probability >= 0.6
    cheapest = rows.loc[("baseline", CHEAPEST), "probability"]
    assert cheapest == pytest.approx(found.mix.probability, abs=1e-9)
    assert rows.loc[("baseline", NOTHING), "cost"] == 0
    assert (rows["cvar"] >= rows["expected_loss"]).all()


def test_the_closed_form_of_a_scenario_is_its_projection(
    reading, fits_2021, plan, scenarios
):
    decision = reading()
    chosen = tuple(plan[name] for name in decision.losses)
    place = scene(fits_2021, scenarios["strong"])
    chance = joint_chance(place, chosen, decision.settings)
    moved = [replace(decision.settings["growth"], value=0.5)]
    both = [target.id for target in chosen]
    scenario = scenario_with(scenarios["strong"], moved)
    compared = assess_scenario(fits_2021, plan, scenario, joint=both)
    joint = compared.assessment.joint.probability
    assert chance(np.array([[0.5, 0.0]]))[0] == pytest.approx(joint, abs=1e-12)


def test_results_say_that_levers_are_assumptions(found, reading, history, czt):
    results = DecisionResults(history[0], reading(), found, read_levers(czt))
    for language, note in (("en", "not policies"), ("zh", "不是政策")):
        assert note in str(results.summary(language))
        assert note in str(results.plot(language).to_dict())
    record = results.to_dict()
    assert "not policies" in record["note"]
    assert record["cheapest"]["reached"]
    assert len(results.tables()) == 3
    short = replace(found, mix=replace(found.mix, reached=False))
    assert "No mix" in replace(results, evaluation=short).sentences()[0]
    idle = replace(found, mix=replace(found.mix, cost=0.0))
    assert "as it is" in replace(results, evaluation=idle).sentences()[0]


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("tail: 0.2", "tail: 0", DataError, "no share of draws"),
        ("cost: 60", "cost: 0", DataError, "nothing to weigh"),
        ("loss: 30", "loss: -1", DataError, "is a gain"),
        ("tail:", "tale:", DataError, "Unknown section 'tale'"),
        ("  growth: {cost: 60", "  grwth: {cost: 60", ScenarioError, "grwth"),
        ("gdp_2025: {", "gdp_2026: {", DataError, "gdp_2026"),
        ("{growth: 0.5}", "{price: 0.5}", ScenarioError, "price"),
        ("strong]", "strang]", ScenarioError, "strang"),
        ("most: 1.5", "most: 15", ScenarioError, "takes a number from"),
        ("form: step", "form: stp", DataError, "Unknown form 'stp'"),
        ("source: made up for a test\n", "", DataError, "source"),
    ],
)
def test_a_file_that_is_not_valid_says_where(reading, old, new, error, words):
    with pytest.raises(error, match=words):
        reading(old, new)


def test_a_settled_target_is_refused(reading, fits_today, plan, scenarios):
    with pytest.raises(DataError, match="no lever moves it"):
        evaluate(reading(), fits_today, plan, scenarios, 0.6)
