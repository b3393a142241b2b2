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
# A last cell for some of them: here, that the slider moves the figures.
PROBES = {
    "01_headline": """
before = panel.children[1].value
panel.children[0].value = 1.0
after = panel.children[1].value
print(before != after, after)
"""
}


def test_notebooks_are_numbered():
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["01_headline", "02_growth", "03_urbanization", "04_industry"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_manner(path):
    notebook = jupytext.read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.cells[0].cell_type == "markdown"
    assert len(notebook.cells) < 25
    assert not [c for c in cells if re.search(r"^\s*(def|class) ", c.source, re.M)]
    assert cells[0].metadata["tags"] == ["parameters"]
    assert re.search(r"^AS_OF = .*^SEED = ", cells[0].source, re.M | re.S)
    assert "version(n)" in notebook.cells[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# The kernel's own socket notice is a warning of the machine, not of the notebook.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*TCP.*:")
def test_notebook_runs_from_a_clean_kernel(path):
    notebook = jupytext.read(path)
    if path.stem in PROBES:
        probe = jupytext.reads(PROBES[path.stem], fmt="py:percent")
        notebook.cells.append(probe.cells[0])
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
    if path.stem in PROBES:
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
