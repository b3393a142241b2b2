"""Files of levers and scenarios: what is refused, whatever they hold."""

import contextlib
import re
from dataclasses import replace

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cszt_models import DataError, ScenarioError, load_project
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import scenario_named

FILES = {  # file, old text, new text, words
    "moves": ("levers.yaml", "moves: price", "moves: prise", "Did you mean 'price'?"),
    "moves a list": ("levers.yaml", "moves: price", "moves: [price]", "Unknown moves"),
    "moves another": ("levers.yaml", "moves: price", "moves: growth", "price: moves"),
    "range": ("levers.yaml", "[-5.0, 5.0]", "[5.0, -5.0]", "is not [low, high]"),
    "range open": ("levers.yaml", "[-5.0, 5.0]", "[-5.0]", "is not [low, high]"),
    "range of words": ("levers.yaml", "[-5.0, 5.0]", "[low, high]", "is not [low,"),
    "no unit": ("levers.yaml", "  unit:", "  unt:", "a lever needs moves, unit"),
    "not a mapping": ("levers.yaml", "growth:\n", "growth: 5\nx:\n", "a lever needs"),
    "scenario a word": ("scenarios.yaml", "baseline: []", "baseline: x", "not a list"),
    "parts a list": ("scenarios.yaml", "parts:\n", "parts: []\nx:\n", "be mappings"),
    "baseline not empty": (
        "scenarios.yaml",
        "baseline: []",
        "baseline: [reflation]",
        "baseline",
    ),
    "unknown part": (
        "scenarios.yaml",
        "[faster growth,",
        "[fast growth,",
        "Did you mean",
    ),
    "a Python object": (
        "scenarios.yaml",
        "baseline: []",
        "baseline: !!python/object/apply:os.getcwd []",
        "not valid YAML",
    ),
}


@pytest.mark.parametrize("what", FILES)
def test_a_malformed_file_of_levers_or_scenarios_is_refused(what, edited):
    name, old, new, words = FILES[what]
    project = load_project(edited(name, old, new))
    with pytest.raises((ScenarioError, DataError), match=re.escape(words)):
        read_scenarios(project, read_levers(project))


def test_the_bundled_scenarios_are_their_parts(czt):
    scenarios = read_scenarios(czt, read_levers(czt))
    strong = {s.lever: s.value for s in scenarios["strong"].settings}
    assert strong == {"growth": 1.0, "price": 1.0}
    with pytest.raises(ScenarioError, match=r"'stong'\. Did you mean 'strong'"):
        scenario_named(scenarios, "stong")


NAMES = st.sampled_from(["growth", "price", "parts", "scenarios", "value", "from", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | NAMES | st.dates()
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, database=None)
@given(parts=TREES, lists=TREES, lever=TREES)
@example(parts={"x": {"growth": {"value": 1, "from": {}}}}, lists={"x": ["x"]}, lever=1)
@example(parts={"x": {"growth": 1}}, lists={"x": [{"x": 1}]}, lever={"moves": {}})
def test_no_content_makes_the_readers_fail_in_another_way(
    parts, lists, lever, czt, tmp_path_factory
):
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    folder.mkdir(exist_ok=True)
    content = {
        "levers.yaml": {"x": lever},
        "scenarios.yaml": {"parts": parts, "scenarios": lists},
    }
    for name, tree in content.items():
        (folder / name).write_text(yaml.safe_dump(tree), encoding="utf-8")
    project = replace(czt, folder=folder)
    with contextlib.suppress(ScenarioError, DataError):
        read_levers(project)
    with contextlib.suppress(ScenarioError, DataError):
        assert "baseline" in read_scenarios(project, read_levers(czt))
