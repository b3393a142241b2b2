"""Names in the package are nouns and verbs of the field; docstrings say what is needed.

The commands of `cszt` are functions too, but their docstrings are help for users, and
their arguments are described with the options.
"""

import ast
import builtins
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "cszt_models"
PARTS = sorted(path for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())
PARTS += sorted(PACKAGE.glob("*.py"))
BELOW_COMMANDS = [part for part in PARTS if part.stem != "cli"]
DIALECT = {
    "found",
    "told",
    "made",
    "asked",
    "said",
    "held",
    "wanted",
    "shown",
    "kept",
    "came",
}
PRONOUNS = {"one", "own"}  # fine as a part of a name: leave_one_out
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
MAX_UNDOCUMENTED = 2  # arguments that a summary can explain
PARAMETERS = "Parameters\n----------\n"
HEADING = re.compile(r"^\w+\n-+$", re.M)
LIBRARIES = {"scipy", "cm"}  # that docstrings name
REFERENCE = re.compile(r"(?<![`:])`(\w+)\.(\w+)`(?!`)")
ERRORS = {"DataError", "ScenarioError", "ConvergenceError", "ValueError", "TypeError"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def dialect_names(source: str) -> set[str]:
    """Names of a module that do not say what they stand for."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {
        getattr(node, field)
        for node in nodes
        for field in ("id", "arg", "attr", "name", "asname")
        if isinstance(getattr(node, field, None), str)
    }
    return {
        name
        for name in names - set(dir(builtins))
        for words in [[word.lower() for word in WORD.findall(name)]]
        if DIALECT & set(words) or (len(words) == 1 and words[0] in PRONOUNS)
    }


def public_functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Functions and methods that a reader of the module may call, by name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef) and child.name[0] != "_":
            if isinstance(child, ast.ClassDef):
                yield from public_functions(child, f"{prefix}{child.name}.")
            else:
                yield prefix + child.name, child


def undocumented(source: str) -> list[str]:
    """Sections that docstrings of public functions lack, as ``function: section``."""
    lacks = []
    for name, function in public_functions(ast.parse(source)):
        docstring = ast.get_docstring(function) or ""
        arguments = [n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg)]
        raised = {
            ast.unparse(node.exc.func)
            for node in ast.walk(function)
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        }
        needs = {
            "Parameters": len({*arguments} - {"self", "cls"}) > MAX_UNDOCUMENTED,
            "Raises": bool(raised & ERRORS),
        }
        lacks += [
            f"{name}: {section}"
            for section, needed in needs.items()
            if needed and f"{section}\n{'-' * len(section)}\n" not in docstring
        ]
    return lacks


def outdated(source: str) -> list[str]:
    """Parameters of docstrings that functions do not have, as ``function: name``."""
    tree, lost = ast.parse(source), []
    for function in (n for n in ast.walk(tree) if isinstance(n, Function)):
        _, _, section = (ast.get_docstring(function) or "").partition(PARAMETERS)
        section = HEADING.split(section)[0]
        arguments = {n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg)}
        entries = re.findall(r"^(\*{0,2}\w[^:\n]*)", section, re.M)
        named = [name.strip(" *") for entry in entries for name in entry.split(",")]
        lost += [f"{function.name}: {name}" for name in named if name not in arguments]
    return lost


def modules(part: Path) -> list[Path]:
    return sorted(part.rglob("*.py")) if part.is_dir() else [part]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_names_say_what_they_stand_for(part):
    refused = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in modules(part)
        for name in dialect_names(path.read_text("utf-8"))
    }
    assert sorted(refused) == []


@pytest.mark.parametrize("part", BELOW_COMMANDS, ids=lambda part: part.stem)
def test_docstrings_describe_arguments_and_errors(part):
    lacking = [
        f"{path.relative_to(PACKAGE)}: {lack}"
        for path in modules(part)
        for lack in undocumented(path.read_text("utf-8"))
    ]
    assert lacking == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_docstrings_describe_no_argument_that_is_gone(part):
    lost = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in modules(part)
        for name in outdated(path.read_text("utf-8"))
    ]
    assert lost == []


def test_docstrings_refer_to_what_modules_have():
    """A reference like `scoring.scores` is to a module or package that has the name."""
    texts: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for part in (path.stem, *path.relative_to(PACKAGE).parts[:-1]):
            texts.setdefault(part, []).extend([path.stem, path.read_text("utf-8")])
    lost = {
        f"{module}.{name}"
        for text in itertools.chain.from_iterable(texts.values())
        for module, name in REFERENCE.findall(text)
        if module.islower() and module not in LIBRARIES
        if not re.search(rf"\b{name}\b", "\n".join(texts.get(module, [])))
    }
    assert sorted(lost) == []


@pytest.mark.parametrize(
    "source",
    [
        "told = 1",
        "for one in x: pass",
        "def f(shown_rows): pass",
        "f(kept=1)",
        "x.was_asked",
        "class HeldOut: pass",
        "import numpy as made",
        "FOUND = 2",
    ],
)
def test_a_name_of_the_dialect_is_refused(source):
    assert len(dialect_names(source)) == 1


def test_words_that_only_contain_another_are_allowed():
    source = "unknown, leave_one_out, foundation, FileNotFoundError = f(one_project=1)"
    assert dialect_names(source) == set()


def test_a_documented_argument_that_is_gone_is_refused():
    source = f"def f(a, *b): '''X.\n\n    {PARAMETERS}    a, c : int\n        A.\n'''"
    assert outdated(source.replace("\n----", "\n    ----")) == ["f: c"]


def test_an_undocumented_argument_or_error_is_refused():
    source = "class A:\n def f(self, a, *, b, **c):\n  raise ValueError('x')\n"
    assert undocumented(source) == ["A.f: Parameters", "A.f: Raises"]
    assert undocumented(source.replace("def f", "def _f")) == []
    assert undocumented(source.replace("A", "_A")) == []
