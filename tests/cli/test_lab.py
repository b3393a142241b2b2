"""Notebooks for the lab: copied to the user's folder, never over what is there."""

import json

import pytest

from cszt_models.cli import lab
from cszt_models.errors import DataError


def test_every_notebook_is_copied_and_those_of_the_user_stay(tmp_path, monkeypatch):
    mine = tmp_path / "course" / "02_growth.ipynb"
    mine.parent.mkdir()
    mine.write_text("mine", "utf-8")
    sources = lab.bundled_notebooks()
    assert len(sources) > 6
    monkeypatch.setattr(lab, "bundled_notebooks", lambda: sources[:4])
    written = lab.copy_notebooks(mine.parent)
    assert [path.stem for path in written] == [
        path.stem for path in sources[:4] if path.stem != "02_growth"
    ]
    assert mine.read_text("utf-8") == "mine"
    for path in written:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert cells[0]["cell_type"] == "markdown"
    assert lab.copy_notebooks(mine.parent) == []


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(DataError, match="--dir"):
        lab.copy_notebooks(tmp_path / "file" / "course")


def test_an_installation_without_notebooks_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "bundled_notebooks", list)
    with pytest.raises(DataError, match="no notebook came"):
        lab.copy_notebooks(tmp_path)
    assert list(tmp_path.iterdir()) == []
