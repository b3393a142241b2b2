"""Scenarios saved from the explorer: lines added, nothing else touched."""

import pytest
import yaml

from cszt_models.errors import ScenarioError
from cszt_models.explorer.save import save_scenario
from cszt_models.project.project import bundled, default
from cszt_models.project.starter import examples

PART = {"growth": {"value": 0.5, "regions": ["changsha"]}, "price": -1.0}


def test_lines_are_added_and_comments_stay(folder):
    path = folder / "scenarios.yaml"
    before = path.read_text("utf-8")
    assert save_scenario(path, "我的 情景", PART)
    after = path.read_text("utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(added) == 2
    assert [
        line for line in before.splitlines() if line not in after.splitlines()
    ] == []
    held = yaml.safe_load(after)
    assert held["parts"]["我的 情景"] == PART
    assert held["scenarios"]["我的 情景"] == ["我的 情景"]


def test_saving_the_same_twice_changes_nothing(folder):
    path = folder / "scenarios.yaml"
    assert save_scenario(path, "mine", PART)
    once = path.read_bytes()
    assert not save_scenario(path, "mine", PART)
    assert path.read_bytes() == once


@pytest.mark.parametrize(
    "place", [bundled(), examples() / "us_states", default("x").parent]
)
def test_files_of_the_package_are_never_written(place):
    path = place / "scenarios.yaml"
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(ScenarioError, match="cszt new DIR --example czt"):
        save_scenario(path, "mine", PART)
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_project_without_scenarios_keeps_the_default_ones(folder):
    path = folder / "scenarios.yaml"
    path.unlink()
    assert save_scenario(path, "mine", PART)
    saved = yaml.safe_load(path.read_text("utf-8"))["scenarios"]
    assert {"mine", "baseline", "strong", "weak"} <= set(saved)


@pytest.mark.parametrize("name", ["mine", "baseline"])
def test_name_of_something_else_is_refused(folder, name):
    path = folder / "scenarios.yaml"
    save_scenario(path, "mine", PART)
    before = path.read_bytes()
    with pytest.raises(ScenarioError, match=f"already contains '{name}'"):
        save_scenario(path, name, {"growth": 1.0})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "part", "what"), [(" ", PART, "no name"), ("x", {}, "no settings")]
)
def test_nothing_to_save_is_refused(tmp_path, name, part, what):
    with pytest.raises(ScenarioError, match=what):
        save_scenario(tmp_path / "new.yaml", name, part)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "parts: {}\nscenarios: {}\n",
        "# head\nparts:\n    a: {growth: 1}  # note\n\n# tail\nscenarios:\n    s: [a]",
        "scenarios:\n  s: [a]\nparts:\n  a:\n    growth: 1\n    # why\n    price: 2\n",
    ],
)
def test_every_usual_layout_is_added_to(tmp_path, text):
    path = tmp_path / "mine.yaml"
    if text:
        path.write_text(text, encoding="utf-8")
    old = yaml.safe_load(text) if text else {"parts": {}, "scenarios": {}}
    assert save_scenario(path, "new: one", PART)
    held = yaml.safe_load(path.read_text("utf-8"))
    assert held["parts"] == {**old["parts"], "new: one": PART}
    assert held["scenarios"] == {**old["scenarios"], "new: one": ["new: one"]}
    assert [line for line in text.splitlines() if "#" in line] == [
        line for line in path.read_text("utf-8").splitlines() if "#" in line and text
    ]


def test_sections_on_one_line_are_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("parts: {a: {growth: 1.0}}\nscenarios: {}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="'parts' has its entries on one line"):
        save_scenario(path, "new", PART)
    assert "new" not in path.read_text("utf-8")
