"""What import-linter does not check of modules: length, names and heavy imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

NAME = "cszt_models"
PACKAGE = Path(__file__).parents[2] / NAME
MAX_LINES = 400  # of a module
MAX_MODULES = 20  # in a folder
MAX_TOP_MODULES = 8
DRAWERS = {"utils", "util", "helpers", "common", "misc"}
HEAVY = {
    "IPython",
    "altair",
    "arviz",
    "great_tables",
    "ipywidgets",
    "jupyter_client",
    "jupyterlab",
    "matplotlib",
    "numba",
    "nutpie",
    "pymc",
    "pytensor",
    "statsmodels",
}
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
FOLDERS = sorted({path.parent for path in MODULES.values()})


@pytest.mark.parametrize("path", MODULES.values(), ids=MODULES)
def test_module_is_short_enough_to_read(path):
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("module", MODULES)
def test_module_is_named_for_what_it_holds(module):
    assert not DRAWERS & {part.strip("_") for part in module.split(".")}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_holds_few_modules(folder):
    limit = MAX_TOP_MODULES if folder == PACKAGE else MAX_MODULES
    assert len(list(folder.glob("*.py"))) <= limit


@pytest.mark.parametrize("package", FOLDERS[1:], ids=lambda folder: folder.name)
def test_package_says_what_it_is_for(package):
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert docstring
    assert len(docstring) > 80


@pytest.mark.parametrize("module", [NAME, f"{NAME}.cli"])
def test_heavy_libraries_wait_until_they_are_used(module):
    code = f"import sys, {module}; print(*{{m.partition('.')[0] for m in sys.modules}})"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not HEAVY & set(run.stdout.split())


def test_an_analysis_waits_with_what_only_fits_and_charts_need():
    code = "import sys, cszt_models.analysis.build; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    slow = {"scipy.optimize", "scipy.stats", "altair", "h5py", "cszt_models.reports"}
    assert not slow & set(run.stdout.split())
