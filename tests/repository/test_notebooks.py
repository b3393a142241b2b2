"""Notebooks: one course, prose first, without definitions, and they run as they are."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbclient
import papermill.iorw
import papermill.parameterize
import pytest

import cszt_models as cm

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
QUICK = {"DRAWS": 400}  # where a notebook has draws to choose
WIDEST, LONGEST = 880, 100  # pixels of a figure, letters of a table's heading
MAX_SUBMODULES = 2
# A last cell for some of them: here, that the panel's scenario is what it was told.
PROBES = {
    "00_start": """
asked = {"kind": "ask", "as_of": AS_OF}
still = panel.reply({**asked, "settings": []})["joint"]["probability"]
one = {"lever": "growth", "value": 1.0, "regions": [], "first": None, "last": None}
panel.state = {**panel.state, "settings": [one]}
moved = panel.reply({**asked, "settings": panel.state["settings"]})
print(moved["joint"]["probability"] > still, moved["hash"] == panel.scenario.hash)
"""
}


def with_parameters(path, folder, **given):
    """The notebook as papermill would run it, with those parameters that it has."""
    notebook = jupytext.read(path)
    notebook.metadata.kernelspec["language"] = "python"
    jupytext.write(notebook, folder / f"{path.stem}.ipynb")
    read = papermill.iorw.load_notebook_node(str(folder / f"{path.stem}.ipynb"))
    (cell,) = [one for one in read.cells if "parameters" in one.metadata.tags]
    known = {
        k: v for k, v in given.items() if re.search(rf"^{k} = ", cell.source, re.M)
    }
    return papermill.parameterize.parameterize_notebook(read, known)


def run(notebook):
    """Run it from a clean kernel; whatever it warns of is an error."""
    client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3")
    client.execute()
    said = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert said == []
    return notebook


def printed(cell):
    """What a cell printed; a kernel may send it in pieces."""
    return "".join(one.text for one in cell.outputs if one.output_type == "stream")


def too_wide(notebook):
    """Figures and headings of tables that do not fit beside JupyterLab's browser."""
    shown = [o.get("data", {}) for c in notebook.cells for o in c.get("outputs", [])]
    drawn = [re.search(r'width="(\d+)', one.get("image/svg+xml", "")) for one in shown]
    found = [f"figure of {one[1]}" for one in drawn if one and int(one[1]) > WIDEST]
    for one in shown:
        head = one.get("text/html", "").partition("</thead>")[0]
        names = re.findall(r"<th[^>]*>([^<]*)</th>", head)
        words = [max(name.split(), key=len, default="") for name in names]
        if len("".join(words)) > LONGEST:  # names break between words alone
            found.append(f"table of {names}")
    return found


def test_notebooks_are_one_course():
    names = [path.stem for path in NOTEBOOKS]
    numbers = [int(name[:2]) for name in names]
    assert numbers[0] == 0
    assert len(set(numbers)) == len(numbers)
    start = NOTEBOOKS[0].read_text(encoding="utf-8")
    for name in names[1:]:
        assert start.count(name.replace("_", " ")) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_manner(path):
    notebook = jupytext.read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.cells[0].cell_type == "markdown"
    assert len(notebook.cells) < 25
    assert not [c for c in cells if re.search(r"^\s*(def|class) ", c.source, re.M)]
    assert cells[0].metadata["tags"] == ["parameters"]
    first = r"^PROJECT = None .*^AS_OF = .*^SEED = "
    assert re.search(first, cells[0].source, re.M | re.S)
    assert "version(n)" in notebook.cells[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_stands_on_the_face(path):
    text = path.read_text("utf-8")
    submodules = re.findall(r"^(?:from|import) cszt_models\.[\w.]+", text, re.M)
    assert text.count("\nimport cszt_models as cm\n") == 1
    assert len(submodules) <= MAX_SUBMODULES
    assert "SVG(" not in text


def test_no_notebook_with_outputs_is_tracked():
    command = ["git", "ls-files", "*.ipynb"]
    found = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# The kernel's own socket notice is a warning of the machine, not of the notebook.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*TCP.*:")
def test_notebook_runs_from_a_clean_kernel(path, tmp_path):
    notebook = with_parameters(path, tmp_path, **QUICK)
    if path.stem in PROBES:
        probe = jupytext.reads(PROBES[path.stem], fmt="py:percent")
        notebook.cells.append(probe.cells[0])
    run(notebook)
    assert too_wide(notebook) == []
    if path.stem in PROBES:
        assert printed(notebook.cells[-1]) == "True True\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*TCP.*:")
def test_notebook_takes_parameters(folder, tmp_path):
    path = ROOT / "notebooks" / "01_headline.py"
    given = {"PROJECT": str(folder), "AS_OF": "2022-06-30", "SCENARIO": "strong"}
    notebook = run(with_parameters(path, tmp_path, **given, **QUICK))
    analysis = cm.analyse(folder, "2022-06-30", seed=1, draws=QUICK["DRAWS"])
    share = analysis.attain(scenario="strong")["gdp_2025"].probability
    tables = [
        output.data["text/html"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "scenario strong" in output.get("data", {}).get("text/html", "")
    ]
    assert f"{100 * share:.0f} %" in tables[0]
    assert "as of 2022-06-30" in printed(notebook.cells[-1])


def test_readme_example_runs():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    run = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, check=True
    )
    single, joint = map(float, run.stdout.split())
    assert 0 <= joint <= single <= 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_saving_in_the_lab_changes_no_byte_of_a_notebook(path, tmp_path):
    for source in (path, path.parent / "jupytext.toml"):
        shutil.copy(source, tmp_path)
    manager = jupytext.TextFileContentsManager()
    manager.root_dir = str(tmp_path)
    model = manager.get(path.name)
    model["content"]["metadata"]["language_info"] = {"name": "python"}
    manager.save(model, path.name)
    manager.notary.store.close()  # of signatures, which is opened to save
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()
