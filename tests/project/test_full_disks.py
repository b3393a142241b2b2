"""A disk that is full, at each writer of a project: a sentence, and nothing changed."""

import errno
import os
import shutil
import sys
import time
from datetime import date
from hashlib import sha256

import pandas as pd
import pytest

from cszt_models.cli import main
from cszt_models.desk.plan_rows import add_target
from cszt_models.errors import DataError
from cszt_models.explorer.save import save_scenario
from cszt_models.hindcast.record import HindcastRecord, write_record
from cszt_models.project.changes import change
from cszt_models.project.project import load_project
from cszt_models.project.starter import Starter, copy_example, start
from cszt_models.storage.files import DRAFT, temporary_folder, writing
from cszt_models.sweeps.iamc import write_iamc
from cszt_models.yearbooks.figures import Figure
from cszt_models.yearbooks.mapping import read_correspondence, write_correspondence
from cszt_models.yearbooks.releases import Publication, append_figures
from tests.workbooks.damage import small_project

CITY = "甲市"
TARGET = {
    "id": "more",
    "region": CITY,
    "indicator": "gdp_real_growth",
    "year": "2025",
    "sense": "at_least",
    "value": "6",
    "name_en": "more",
    "name_zh": "更多",
    "quote": "more",
    "source": "test",
    "headline": "0",
}
RELEASE = Publication("2021-06", "test", "as_first_published", "unknown")
STARTER = Starter("new", "New", "新", 2021, 2025, date(2021, 12, 31))


def record() -> HindcastRecord:
    frame = pd.DataFrame({"indicator": ["gdp_real_growth"], "crps": [1.0]})
    return HindcastRecord(frame, frame)


WRITERS = {
    "save": lambda at, _: save_scenario(at / "scenarios.yaml", "a", {"growth": 1.0}),
    "target": lambda _, project: add_target(project, TARGET),
    "record": lambda at, _: write_record(at, record()),
    "mapping": lambda _, p: write_correspondence(p, read_correspondence(p)),
    "new": lambda at, _: start(at / "new", STARTER),
    "import": lambda _, project: append_figures(
        project,
        {"third": ("Third", "丙市")},
        [Figure("third", "gdp_real_growth", 2020, 5.0, "a.csv!B2")],
        RELEASE,
    ),
}


def content(folder):
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_a_sentence_and_changes_nothing(name, tmp_path, monkeypatch):
    project = load_project(small_project(tmp_path / "two"))
    before = content(tmp_path)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataError, match=r"cannot be written \(No space.* Make room"):
        WRITERS[name](tmp_path, project)
    assert content(tmp_path) == before
    monkeypatch.undo()
    WRITERS[name](tmp_path, project)
    assert content(tmp_path) != before


def test_an_example_that_does_not_fit_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DataError, match=r"cannot be written \(No space"):
        copy_example("us_states", tmp_path / "states")
    assert not [*tmp_path.iterdir()]


def test_a_change_is_checked_before_the_first_file_is_written(tmp_path):
    project = load_project(small_project(tmp_path / "two"))
    before = content(project.folder)

    def check(copy):
        assert content(project.folder) == before
        assert (copy / "targets.csv").read_bytes() == b"nothing"
        raise DataError(f"{copy / 'targets.csv'} is odd. Correct it.")

    with pytest.raises(DataError) as refused:
        change(project, {"targets.csv": b"nothing"}, check)
    assert str(refused.value) == f"{project.folder / 'targets.csv'} is odd. Correct it."
    assert content(project.folder) == before


def test_regions_come_before_the_figures_that_name_them(tmp_path, monkeypatch):
    """A kill between the two names leaves a project that can be read."""
    project = load_project(small_project(tmp_path / "two"))
    real, renamed = os.replace, []
    monkeypatch.setattr(
        "pathlib.Path.replace",
        lambda path, to: (renamed.append(to.name), real(path, to)),
    )
    WRITERS["import"](tmp_path, project)
    assert renamed == ["project.yaml", "observations.csv"]


def test_drafts_of_killed_writers_go_and_those_of_live_ones_stay(tmp_path):
    dead, live, other = (
        tmp_path / f"{name}.0123{DRAFT}" for name in ("a.csv", "a.csv.1", "b.csv")
    )
    for path in (dead, live, other):
        path.write_text("")
    long_ago = time.time() - 7200
    for path in (dead, other):
        os.utime(path, (long_ago, long_ago))
    with writing(tmp_path / "a.csv"):
        pass
    assert not dead.exists()
    assert live.exists()
    assert other.exists()


@pytest.mark.parametrize(
    ("number", "remedy"), [(errno.ENOSPC, "Make room"), (errno.EROFS, "Make it writ")]
)
def test_the_remedy_is_that_of_the_fault(number, remedy, tmp_path):
    with pytest.raises(DataError, match=remedy), writing(tmp_path / "a"):
        raise OSError(number, os.strerror(number))


def test_a_full_disk_of_temporary_files_names_their_folder():
    match = "name another folder in TMPDIR"
    with pytest.raises(DataError, match=match), temporary_folder():
        full()


def test_a_table_of_cases_that_does_not_fit_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_iamc(tmp_path / "none", tmp_path / "file" / "cases.csv", None)


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "<stdout> cannot be"), ("zh", "<stdout>无法写入")]
)
def test_output_that_goes_to_a_full_disk_is_a_sentence(
    language, sentence, monkeypatch, capsys
):
    monkeypatch.setattr("cszt_models.cli.app", full)
    monkeypatch.setattr(sys, "argv", ["cszt", "check", "--lang", language])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_defect_is_no_fault_of_the_disk(monkeypatch):
    def broken(**_):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr("cszt_models.cli.app", broken)
    monkeypatch.setattr(sys, "argv", ["cszt", "check"])
    with pytest.raises(OSError, match="Invalid argument"):
        main()
