"""Plausibility: tails of the forecast itself, uniform under it; shocks add up."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from cszt_models.conditional.conditional_fit import condition_fits
from cszt_models.conditional.linearization import Linearization
from cszt_models.conditional.plausibility import (
    _of_block,
    _values,
    plausibility,
    shocks,
)
from cszt_models.conditional.solution import solve_conditions
from cszt_models.conditional.truncated_gaussian import pulls
from cszt_models.project.plan import read_targets
from cszt_models.scenarios.conditions import About, Chance, Value, Within
from cszt_models.scenarios.scenario import Part, Scenario, baseline
from cszt_models.targets.attainment import assess
from tests.conditional.test_conditional_fit import (
    EXACT,
    GROWTH,
    URBAN,
    on,
    projected,
    quantity,
)


def test_nothing_asked_is_plausible(fits_2021):
    found = plausibility(condition_fits(fits_2021, []))
    assert (found.probability, found.conditions) == (1.0, ())
    assert shocks(condition_fits(fits_2021, [])).empty


@pytest.mark.parametrize("shift", [-2.5, -1.0, 1.0, 2.0])
def test_a_value_has_the_share_of_draws_further_out(shift, fits_2021):
    there = on(GROWTH, "changsha", 2025, Value(0.0))
    drawn = np.log1p(quantity(projected(fits_2021), there)[:, 0] / 100)
    value = drawn.mean() + shift * drawn.std()
    asked = on(GROWTH, "changsha", 2025, Value(float(100 * np.expm1(value))))
    found = plausibility(condition_fits(fits_2021, [asked]))
    share = (np.abs(drawn - drawn.mean()) >= abs(value - drawn.mean())).mean()
    error = np.sqrt(max(share * (1 - share), 0.01) / fits_2021.draws)
    assert found.probability == pytest.approx(share, abs=5 * error + 0.02)
    (one,) = found.conditions
    assert one.probability == pytest.approx(found.probability, abs=1e-9)
    low, middle, high = 100 * np.expm1(np.quantile(drawn, [0.1, 0.5, 0.9]))
    assert one.median == pytest.approx(middle, abs=0.2)
    assert (one.low, one.high) == pytest.approx((low, high), abs=0.4)


def test_futures_of_the_model_itself_are_uniform(fits_2021):
    """Asked for what it would draw, the model is surprised as often as it says."""
    asked = [
        on(GROWTH, "hunan", 2024, Value(6.0)),
        on(URBAN, "changsha", 2025, Value(86.5)),
        on("gdp_nominal", "yueyang", 2023, Value(5_000.0)),
    ]
    made = solve_conditions(Linearization.of(fits_2021, baseline(), asked))
    tails = [
        _values(replace(made, low=sums, high=sums)) for sums in made.view.sums[::10]
    ]
    assert stats.kstest(tails, "uniform").pvalue > 0.01


def test_a_range_has_its_probability(fits_2021):
    both = [
        on(GROWTH, "changsha", 2025, Within(3.0, 8.0)),
        on(URBAN, "czt", 2025, Within(80.0, np.inf)),
    ]
    seen = projected(fits_2021)
    inside = [quantity(seen, one)[:, 0] for one in both]
    met = [
        (drawn >= one.says.low) & (drawn <= one.says.high)
        for one, drawn in zip(both, inside, strict=True)
    ]
    found = plausibility(condition_fits(fits_2021, both))
    assert found.probability == pytest.approx((met[0] & met[1]).mean(), abs=0.06)
    for one in found.conditions:
        share = met[[c.region for c in both].index(one.condition.region)].mean()
        assert one.probability == pytest.approx(share, abs=0.06)


def test_a_softer_value_is_more_plausible(fits_2021):
    hard, soft = (
        plausibility(condition_fits(fits_2021, [on(GROWTH, "czt", 2025, says)]))
        for says in (Value(0.0), About(0.0, 5.0))
    )
    assert soft.probability > hard.probability + 0.05


def test_a_chance_diverges_by_its_entropy(fits_2021):
    rare = on(GROWTH, "czt", 2025, Chance(0.5, 4.0))
    found = plausibility(condition_fits(fits_2021, [rare]))
    p = found.conditions[0].probability
    share = (quantity(projected(fits_2021), rare) < 4.0).mean()
    assert p == pytest.approx(share, abs=1e-9)
    expected = 0.5 * np.log(0.5 / p) + 0.5 * np.log(0.5 / (1 - p))
    assert found.divergence == pytest.approx(expected, abs=0.03)


def test_shocks_are_where_the_condition_is(fits_2021):
    one = on(GROWTH, "changsha", 2025, Value(-1.0))
    found = shocks(condition_fits(fits_2021, [one]), most=5)
    assert list(found.columns) == ["block", "component", "region", "year", "size"]
    assert (found["size"].abs().diff().dropna() <= 0).all()
    first = found.iloc[0]
    assert first["block"] == "growth"
    assert first["region"] in ("changsha", "")
    assert first["year"] in range(2021, 2026)
    assert first["size"] < 0


def test_shocks_add_up_to_what_cells_move(fits_2021):
    """Innovations times what each does are the cells' own change, block by block."""
    made = condition_fits(fits_2021, [EXACT["a province"], EXACT["a share"]])
    working = made.solution
    pull = pulls(working.root, working.low - working.moments.mean)
    for n, name in enumerate(working.blocks):
        panel = fits_2021.panels[name]
        for kind, moves in working.moments.cells[n].items():
            change = np.einsum("vm,vmrt->vrt", pull, moves)
            weights = np.zeros(working.vectors)
            weights[3] = 1.0
            rows = _of_block(working, n, panel, weights, pull)
            found = {(c, r, y): s for _, c, r, y, s in rows}
            scales = fits_2021.drawn[name].scales.to_numpy()[3]
            expected = np.zeros(change.shape[1:])
            for k, component in enumerate(panel.components):
                if component.over == "rows" or component.loading != kind:
                    continue
                factor = panel.roots[k]
                years = [int(panel.years[c.argmax()]) for c in (factor != 0).T]
                for c, year in enumerate(years):
                    label = year if len(years) > 1 else None
                    for r, region in enumerate(panel.regions):
                        who = region if component.over == "own" else ""
                        z = found[component.name, who, label]
                        size = panel.size_of(component)[r]
                        expected[r] += scales[k] * size * z * factor[:, c]
            np.testing.assert_allclose(change[3], expected, atol=1e-8)


def test_an_assessment_says_how_plausible_its_conditions_are(fits_2021, czt):
    targets = read_targets(czt)
    condition = EXACT["a group's level"]
    scenario = Scenario("s", (Part("p", conditions=(condition,)),))
    found = assess(fits_2021, targets, scenario).plausibility
    expected = plausibility(condition_fits(fits_2021, [condition]))
    assert found.probability == pytest.approx(expected.probability, abs=1e-9)
    assert assess(fits_2021, targets).plausibility is None
