"""Notebooks: short, prose first, without definitions, and they run as they are."""

import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbclient
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))


def test_there_is_a_notebook():
    assert [path.stem for path in NOTEBOOKS] == ["01_headline"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_manner(path):
    notebook = jupytext.read(path)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.cells[0].cell_type == "markdown"
    assert len(notebook.cells) < 25
    assert not [cell for cell in code if re.search(r"^(def|class) ", cell, re.M)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# The kernel's own socket notice is a warning of the machine, not of the notebook.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*TCP.*:")
def test_notebook_runs_from_a_clean_kernel_and_its_slider_moves_the_figures(path):
    notebook = jupytext.read(path)
    moved = "panel.children[0].value = 1.0\nafter = panel.children[1].value\n"
    probe = f"before = panel.children[1].value\n{moved}print(before != after, after)"
    notebook.cells.append(jupytext.reads(probe, fmt="py:percent").cells[0])
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={}
    )
    client.execute()
    said = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert said == []
    printed = notebook.cells[-1].outputs[0].text
    assert printed.startswith("True")
    assert "Gross domestic product, 2025" in printed


def test_readme_example_runs():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    run = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, check=True
    )
    single, joint = map(float, run.stdout.split())
    assert 0 <= joint <= single <= 1
