"""The public face: the stub names what the package gives, with its signatures."""

import ast
import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import cszt_models as cm

ROOT = Path(__file__).parents[2]
STUB = ast.parse((ROOT / "cszt_models" / "__init__.pyi").read_text("utf-8"))
HOMES = {
    alias.asname: (node.module, alias.name)
    for node in STUB.body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}
SECONDS_TO_IMPORT, SECONDS_TO_HELP = 0.5, 0.7
COPIES = 5  # of which the quickest counts: a busy machine slows some of them


def test_the_stub_names_the_face():
    assert {*HOMES, "__version__"} == set(cm.__all__)


@pytest.mark.parametrize("name", HOMES)
def test_the_stub_says_where_a_name_is(name):
    module, there = HOMES[name]
    home = import_module(module)
    value = getattr(home, there, None) or import_module(f"{module}.{there}")
    assert getattr(cm, name) is value


@pytest.mark.parametrize(
    ("code", "most"),
    [
        ("import cszt_models", SECONDS_TO_IMPORT),
        (
            "import sys; sys.argv[1:] = ['--help']; "
            "from cszt_models.cli import main; main()",
            SECONDS_TO_HELP,
        ),
    ],
    ids=["import", "help"],
)
def test_the_package_starts_quickly(code, most):
    assert min(processor_seconds(code) for _ in range(COPIES)) < most


def processor_seconds(code: str) -> float:
    """Processor time of a process that runs some code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
