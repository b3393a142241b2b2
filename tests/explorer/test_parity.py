"""The browser's formulas against `project_paths`, on the same draws."""

from dataclasses import replace

import numpy as np
import pytest

from cszt_models.errors import ScenarioError
from cszt_models.explorer import panel_content
from cszt_models.explorer.compact_draws import compact
from cszt_models.explorer.html import script
from cszt_models.explorer.payload import displayed_targets, last_year, setup_record
from cszt_models.project.plan import read_targets
from cszt_models.project.project import Label
from cszt_models.projection.lever_paths import require_open
from cszt_models.projection.outcomes import outcome
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.cross_effects import Effect
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.targets.joint import joint_attainment

DRAWS, CASES = 100, 260  # of each of two dates: 520 settings in all
pytestmark = pytest.mark.browser

MADE_UP = Label("bonus", "红利"), "made up for this test"
EVALUATE = """
([content, cases]) => cases.map(({ settings, conditions, effects: names }) => {
  const view = window.view ??= prepare(content.views[0]);
  const effects = names.map((name) => content.effects[name]);
  const paths = project(view, settings, effects);
  const told = assess(view, paths, content.targets);
  const hash = scenarioHash({ settings, conditions, effects });
  const found = { hash, joint: told.joint, targets: {} };
  for (const target of content.targets) {
    const { probability, draws } = told.targets[target.id];
    const name = target.indicator;
    const years = view.years.map((_, t) => paths(name, target.region)[t])
      .map((values) => values && quantile(Float64Array.from(values).sort(), 0.3));
    found.targets[target.id] = { probability, draws: [...draws], years };
  }
  return found;
})
"""


def acts(outlook, setting):
    """Whether a setting acts in a year that is still open, as Python requires."""
    try:
        require_open(outlook, setting)
    except ScenarioError:
        return False
    return True


def settings_at_random(levers, outlook, rng):
    """Settings of a few levers, at random in size, place, time, ramp and decay."""
    regions, years = outlook.regions, outlook.years
    found = []
    for lever in rng.choice(list(levers), size=rng.integers(1, 6), replace=False):
        low, high = levers[lever].low, levers[lever].high
        places = (
            [()]
            if rng.random() < 0.5
            else [(r,) for r in regions if rng.random() < 0.6]
        )
        for place in places:
            first = int(rng.choice(years)) if rng.random() < 0.5 else None
            last = int(rng.choice(years)) if rng.random() < 0.3 else None
            if first is not None and last is not None and first > last:
                first, last = last, first
            started = first is not None
            found.append(
                Setting(
                    str(lever),
                    round(float(rng.uniform(low, high)), 3),
                    place,
                    first,
                    last,
                    int(rng.integers(0, 4)) if started else 0,
                    float(rng.choice([0.0, 0.25, 1.0])) if started else 0.0,
                )
            )
    return [setting for setting in found if acts(outlook, setting)]


@pytest.fixture(scope="module", params=["then", "now"])
def case(request, fits_2021, fits_today):
    return fits_2021 if request.param == "then" else fits_today


def test_browser_and_python_agree_at_random_settings(page, czt, case):
    rng = np.random.default_rng(8)
    effect = Effect("bonus", "rd_intensity", "growth", "uniform", 0.2, 0.3, *MADE_UP)
    paying = Scenario("paying", (Part("pays", effects=(effect,)),))
    content = panel_content([case], scenario=paying, draws=DRAWS)
    targets = displayed_targets(case, read_targets(czt))
    known = read_levers(czt)
    levers = {one["id"]: known[one["id"]] for one in content["levers"]}
    outlook = compact(build_outlook(case, until=last_year(targets)), targets, DRAWS)
    # half of the range, so that nobody is asked to move out who is not there
    levers["migration"] = replace(levers["migration"], low=-18.0)
    assert [*content["effects"]] == [effect.name]
    cases = [
        Part(
            "random",
            tuple(settings_at_random(levers, outlook, rng)),
            effects=(effect,) if rng.random() < 0.3 else (),
        )
        for _ in range(CASES)
    ]
    page.set_content(f"<script>{script()}</script>")
    scenarios = [Scenario("random", (part,)) for part in cases]
    records = [setup_record(scenario) for scenario in scenarios]
    found = page.evaluate(EVALUATE, [content, records])
    resolved = content["views"][0]["outcomes"]
    for scenario, told in zip(scenarios, found, strict=True):
        assert told["hash"] == scenario.hash
        paths = project_paths(outlook, scenario)
        met = {}
        for target in targets:
            mine = told["targets"][target.id]
            drawn = np.full(DRAWS, resolved.get(target.id, np.nan))
            if target.id not in resolved:
                drawn = outcome(paths, target)
            np.testing.assert_allclose(mine["draws"], drawn, rtol=1e-6, atol=0)
            met[target.id] = target.met_by(drawn)
            assert mine["probability"] == pytest.approx(met[target.id].mean(), abs=1e-6)
            path = paths[target.indicator].sel(region=target.region)
            np.testing.assert_allclose(
                mine["years"], path.quantile(0.3, "draw"), rtol=1e-6, atol=0
            )
        joint = joint_attainment(met)
        for name in ("probability", "if_independent"):
            assert told["joint"][name] == pytest.approx(getattr(joint, name), abs=1e-6)
        assert told["joint"]["binding"] == joint.binding
