"""Scalars that YAML takes for something else are refused with their line."""

import re

import pytest

from cszt_models import load_project
from cszt_models.errors import DataError, ScenarioError
from cszt_models.project.starter import copy_example
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.storage.files import load_yaml


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("2024-06-31", "2024-06-31 is not a date that exists"),
        ("[a, no]", "no is read as false: write false, or quote it"),
        ("On", "On is read as true: write true, or quote it"),
        ("1e0", "1e0 is read as text: write it like 1.0"),
        ("010", "010 is read as 8 (octal)"),
        ("12:30", "12:30 is read as 750 (base 60)"),
    ],
)
def test_a_scalar_that_is_misread_is_named_with_its_line(text, fact, tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text(f"name: t\nvalue: {text}\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=re.escape(f"{path}, line 2: not valid YAML ({fact}")
    ):
        load_yaml(path)


def test_quoted_scalars_and_plain_numbers_are_as_written(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text("a: 'no'\nb: '1e0'\nc: true\nd: 0.5\ne: 1.0e+3\nf: 0\n", "utf-8")
    expected = {"a": "no", "b": "1e0", "c": True, "d": 0.5, "e": 1000.0, "f": 0}
    assert load_yaml(path) == expected


def test_errors_of_a_part_name_the_file_of_scenarios(tmp_path):
    copy_example("us_states", tmp_path / "p")
    path = tmp_path / "p" / "scenarios.yaml"
    path.write_text("parts:\n  p: {growth: {value: 1, regions: [nowhere]}}\n", "utf-8")
    project = load_project(tmp_path / "p")
    with pytest.raises(ScenarioError, match=re.escape(f"{path}, part 'p'")):
        read_scenarios(project, read_levers(project))
