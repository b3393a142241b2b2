"""The page on architecture: its picture and its walk are those of the code."""

import re
import subprocess
import sys
import threading
from pathlib import Path

from typer.testing import CliRunner

from cszt_models.cli import app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "architecture.md").read_text("utf-8")
STEPS = re.findall(r"^\| \d+ \| `([\w.]+)` \|", PAGE, re.M)
MAX_MODULES = 25
COMMAND = ["attain", "--as-of", "2021-06-30", "--draws", "200", "--no-store"]


def module_of(step: str) -> str:
    """Module of a function or method written with dots."""
    names, last = step.split("."), 0
    while not ROOT.joinpath(*names[:last], f"{names[last]}.py").is_file():
        last += 1
    return ".".join(names[: last + 1])


def first_calls() -> list[str]:
    """Functions of the package in the order in which the command first calls them."""
    calls: dict[str, None] = {}

    def note(frame, event, _):
        if event == "call":
            module = frame.f_globals.get("__name__", "")
            calls[f"{module}.{frame.f_code.co_qualname}"] = None

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        result = CliRunner().invoke(app, COMMAND)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    assert result.exit_code == 0, result.output
    return [name for name in calls if name.startswith("cszt_models.")]


def test_an_observation_passes_the_modules_of_the_page_in_their_order():
    modules = {module_of(step) for step in STEPS}
    assert len(modules) < MAX_MODULES
    assert f"they stand in {len(modules)} modules" in PAGE
    assert [name for name in first_calls() if name in STEPS] == STEPS


def test_the_picture_is_that_of_the_imports(tmp_path):
    path = tmp_path / "architecture.svg"
    script = ROOT / "scripts" / "draw_architecture.py"
    subprocess.run([sys.executable, script, path], check=True)
    drawn, committed = path.read_bytes(), (DOCS / path.name).read_bytes()
    assert drawn == committed, "run make picture"
