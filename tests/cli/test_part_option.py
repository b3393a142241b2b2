"""``cszt scenario run --part``: what a part in YAML sets, and how mistakes are told."""

import pytest

from cszt_models.cli.scenario_parts import with_part
from cszt_models.errors import ScenarioError
from cszt_models.scenarios.conditions import Condition, Value
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import baseline

PIN = "{indicator: gdp_nominal, region: czt, year: 2023, value: 21500}"


@pytest.fixture
def asked(czt):
    """Parts added to a scenario of the bundled project."""
    levers = read_levers(czt)
    library = read_scenarios(czt, levers)

    def ask(*texts, name="baseline"):
        scenario = library[name]
        for text in texts:
            scenario = with_part(scenario, text, levers, czt, library)
        return scenario

    return ask


def test_part_sets_what_it_says(asked):
    found = asked(f"{{growth: {{value: 0.5, from: 2023}}, conditions: [{PIN}]}}")
    wanted = baseline().with_lever("growth", 0.5, first=2023)
    pin = Condition("gdp_nominal", "czt", 2023, 2023, False, Value(21500.0))
    assert found.settings == wanted.settings
    assert found.conditions == (pin,)


def test_parts_come_besides_each_other_and_the_scenario(asked):
    twice = asked("{price: -1}", "{urbanization: 0.2}", name="research push")
    once = asked("{price: -1, urbanization: 0.2}", name="research push")
    assert twice == once
    assert len(twice.parts) == len(once.parts) + 1


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["growth"], "is not a mapping in YAML"),
        (["{growth: [}"], "is not a mapping in YAML"),
        (["{grwoth: 1}"], "Did you mean 'growth'"),
        (["{growth: 99}"], "-5 to 5"),
        (["{growth: 1}", "{growth: 0.5}"], "is set by both"),
        ([f"{{conditions: [{PIN}, {PIN.replace('500', '600')}]}}"], "Drop one of the"),
    ],
    ids=["text", "broken", "unknown", "range", "twice", "contradiction"],
)
def test_mistakes_are_told(asked, texts, said):
    with pytest.raises(ScenarioError, match=said):
        asked(*texts)
