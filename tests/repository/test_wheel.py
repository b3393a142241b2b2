"""Wheel and sdist: what they carry, and that a wheel works outside the checkout."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from cszt_models import __version__

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "cszt_models"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Folder with the wheel and the sdist of this checkout."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(out)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def site(built, tmp_path_factory) -> Path:
    """The wheel unpacked, which for one without compiled code is all of installing."""
    site = tmp_path_factory.mktemp("site")
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
    return site


def files(folder: Path) -> set[str]:
    """Paths in a folder but caches."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(site: Path, at: Path, *words: str) -> str:
    """Output of a command of the unpacked wheel, in a folder outside the checkout."""
    environment = os.environ | {"PYTHONPATH": str(site), "CSZT_CACHE": str(at / "c")}
    command = [sys.executable, "-c", "from cszt_models.cli import main; main()"]
    done = subprocess.run(
        [*command, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=at,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_carries_package_project_examples_and_notebooks_and_nothing_else(site):
    expected = {f"cszt_models/{name}" for name in files(PACKAGE)}
    expected |= {f"cszt_models/data/{name}" for name in files(ROOT / "data")}
    expected |= {f"cszt_models/examples/{name}" for name in files(ROOT / "examples")}
    courses = {path.name for path in (ROOT / "notebooks").glob("*.py")}
    expected |= {f"cszt_models/notebooks/{name}" for name in courses}
    found = {name for name in files(site) if ".dist-info/" not in name}
    assert found == expected
    assert "cszt_models/py.typed" in found  # annotations count for type checkers
    kinds = {Path(name).suffix for name in found}
    assert kinds >= {".js", ".css", ".j2", ".yaml", ".csv"}


def test_sdist_carries_what_makes_docs_and_tests(built):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        found = {name.partition("/")[2] for name in file.getnames()}
    named = {"Makefile", "mkdocs.yml", "requirements.lock", "docs/index.md", "LICENSE"}
    assert named <= found
    assert {f"data/{name}" for name in files(ROOT / "data")} <= found


def test_wheel_knows_its_version_data_and_example_outside_the_checkout(site, tmp_path):
    told = run(site, tmp_path, "--version")
    assert f"cszt {__version__}" in told
    assert "compiled 20" in told
    run(site, tmp_path, "new", "states", "--example", "us_states")
    assert files(tmp_path / "states") == files(ROOT / "examples" / "us_states")
    assert "in order" in run(site, tmp_path, "check", "--project", "states")


def test_wheel_copies_its_notebooks_for_the_lab(site, tmp_path):
    code = "from cszt_models.cli.lab import copy_notebooks as c; print(len(c(c.P)))"
    code = code.replace("c.P", "__import__('pathlib').Path('mine')")
    environment = os.environ | {"PYTHONPATH": str(site)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout == f"{len(list((ROOT / 'notebooks').glob('[0-9]*.py')))}\n"


@pytest.mark.slow
def test_wheel_reports_on_its_project_and_its_example(site, tmp_path):
    run(site, tmp_path, "new", "states", "--example", "us_states")
    for words in ([], ["--project", "states"]):
        run(site, tmp_path, "report", "--only", "brief", "--out", "one.html", *words)
        page = (tmp_path / "one.html").read_text("utf-8")
        assert "</html>" in page
        (tmp_path / "one.html").unlink()
