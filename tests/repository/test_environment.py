"""pyproject.toml, requirements.lock, environment.yml and .python-version agree."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "cszt_models"

# Packages that conda-forge knows under a name that is not the one of the index.
CONDA_NAMES = {
    "build": "python-build",
    "playwright": "playwright-python",
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PYPROJECT = tomllib.loads(read("pyproject.toml"))
RUNTIME = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
DEVELOPMENT = [Requirement(line) for line in PYPROJECT["dependency-groups"]["dev"]]
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
OPTIONAL = [Requirement(line) for lines in EXTRAS.values() for line in lines]
REQUIREMENTS = RUNTIME + DEVELOPMENT
SUPPORTED = SpecifierSet(PYPROJECT["project"]["requires-python"])
MINIMUM = Version(str(SUPPORTED).removeprefix(">="))
PYTHON = read(".python-version").strip()

LOCK_LINES = read("requirements.lock").splitlines()
PINS = [line for line in LOCK_LINES if not line.startswith("#")]
LOCKED = dict(line.split("==") for line in PINS if line.count("==") == 1)

CONDA = yaml.safe_load(read("environment.yml"))
CONDA_SPECS = dict(
    line.partition(" ")[::2] for line in CONDA["dependencies"] if isinstance(line, str)
)


@pytest.fixture(params=REQUIREMENTS, ids=lambda requirement: requirement.name)
def requirement(request):
    return request.param


def test_locked_version_satisfies_pyproject(requirement):
    version = LOCKED.get(canonicalize_name(requirement.name))
    assert version is not None, f"{requirement.name} is not locked. Run make lock."
    assert requirement.specifier.contains(version, prereleases=True)


def test_package_imports_only_what_pyproject_names():
    trees = [ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
    roots = {name.partition(".")[0] for name in names}
    foreign = roots - set(sys.stdlib_module_names) - {PACKAGE.name}

    owners = packages_distributions()
    named = RUNTIME + OPTIONAL  # an extra is imported where it is asked for
    declared = {canonicalize_name(requirement.name) for requirement in named}
    assert not {
        root
        for root in foreign
        if not declared & {canonicalize_name(owner) for owner in owners.get(root, [])}
    }


def test_conda_range_is_that_of_pyproject(requirement):
    name = canonicalize_name(requirement.name)
    spec = CONDA_SPECS.get(CONDA_NAMES.get(name, name))
    assert spec is not None, f"{name} is not in environment.yml. Add {requirement}."
    assert SpecifierSet(spec) == requirement.specifier


def test_conda_environment_holds_nothing_that_pyproject_does_not_name():
    names = {canonicalize_name(requirement.name) for requirement in REQUIREMENTS}
    expected = {CONDA_NAMES.get(name, name) for name in names} | {"python", "pip"}
    assert set(CONDA_SPECS) == expected


def test_conda_environment_comes_from_conda_forge_and_this_folder_alone():
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]
    sections = [item for item in CONDA["dependencies"] if not isinstance(item, str)]
    assert sections == [{"pip": ["-e ."]}]


@pytest.mark.parametrize("line", PINS)
def test_lock_line_is_a_name_and_an_exact_version(line):
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.+!]*", line)


def test_lock_names_each_package_once_and_in_order():
    names = [line.partition("==")[0] for line in PINS]
    assert names == sorted(set(names))


def test_lock_has_no_address():
    lock = read("requirements.lock")
    assert not re.search(r"://|index|find-links|trusted-host| @ |--hash", lock)


def test_lock_says_which_python_it_is_for_and_how_to_renew_it():
    header = "\n".join(line for line in LOCK_LINES[:3] if line.startswith("#"))
    assert f"--python-version {PYTHON} " in header
    assert "make lock" in header


def test_python_version_is_supported_and_is_the_one_of_conda():
    assert SUPPORTED.contains(PYTHON)
    assert CONDA_SPECS["python"] == f"={PYTHON}"


def test_oldest_python_is_the_same_for_installer_linter_types_and_set_up():
    tool, script = PYPROJECT["tool"], read("scripts/setup_venv.sh")
    assert tool["ruff"]["target-version"] == f"py{MINIMUM.major}{MINIMUM.minor}"
    assert tool["mypy"]["python_version"] == str(MINIMUM)
    assert f"version_info >= ({MINIMUM.major}, {MINIMUM.minor})" in script
    assert f"Python {MINIMUM} or later" in script


STUB_PYTHON = """#!/bin/sh
case "$1 $2" in
"-m venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
"-m pip") echo "pip $*" >>calls ;;
*) echo "$0" ;;
esac
"""


@pytest.mark.parametrize("uv_runs", [True, False])
def test_set_up_uses_pip_where_uv_is_on_the_path_and_does_not_run(uv_runs, tmp_path):
    folder, programs = tmp_path / "checkout", tmp_path / "bin"
    (folder / "scripts").mkdir(parents=True)
    programs.mkdir()
    script = shutil.copy(ROOT / "scripts" / "setup_venv.sh", folder / "scripts")
    uv = 'mkdir -p .venv && echo "uv $*" >>calls' if uv_runs else "exit 127"
    stubs = {"uv": f"#!/bin/sh\n{uv}\n", "python3.13": STUB_PYTHON}
    for name, text in stubs.items():
        (programs / name).write_text(text, "utf-8")
        (programs / name).chmod(0o755)
    done = subprocess.run(
        ["sh", script],
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tool = "uv" if uv_runs else "pip"
    assert ("uv on the path does not run" in done.stderr) is not uv_runs
    assert f"Setting up .venv with {tool} " in done.stderr
    assert (folder / ".venv" / "ready").read_text("utf-8").strip() == str(folder)
    calls = [c for c in (folder / "calls").read_text("utf-8").split("\n") if c]
    assert {call.split()[0] for call in calls} == {tool}
    assert "requirements.lock" in "".join(calls)


def test_version_is_the_same_in_pyproject_package_and_citation():
    version = PYPROJECT["project"]["version"]
    assert yaml.safe_load(read("CITATION.cff"))["version"] == version
    tree = ast.parse(read("cszt_models/__init__.py"))
    assert [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "__version__"
    ] == [version]
