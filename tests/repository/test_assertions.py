"""No test computes a comparison and then throws the answer away."""

import ast
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).parents[1].rglob("*.py"))
COMPARISONS = {"isclose", "allclose", "equals", "array_equal"}


def discarded_comparisons(source: str) -> list[str]:
    """Statements that are a comparison and nothing else, as ``line: code``."""
    statements = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Expr)]
    calls = [n.value for n in statements if isinstance(n.value, ast.Call)]
    return [
        f"{call.lineno}: {ast.unparse(call)}"
        for call in calls
        if ast.unparse(call.func).rpartition(".")[2] in COMPARISONS
    ]


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_no_comparison_is_thrown_away(path):
    assert discarded_comparisons(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "statement", ["np.isclose(a, b)", "allclose(a, b)", "a.equals(b)"]
)
def test_a_bare_comparison_is_found_at_any_depth(statement):
    source = f"def test():\n    for a in b:\n        {statement}\n"
    assert discarded_comparisons(source) == [f"3: {statement}"]


@pytest.mark.parametrize(
    "statement", ["assert np.isclose(a, b)", "np.testing.assert_array_equal(a, b)"]
)
def test_an_assertion_is_left_alone(statement):
    assert discarded_comparisons(statement) == []
