"""What the desk does for its page: rows that it adds, and commands that it runs."""

import threading
import time

import pytest

from cszt_models.desk import work as desk_work
from cszt_models.desk.plan_rows import add_target
from cszt_models.desk.work import Work
from cszt_models.errors import DataError
from cszt_models.project.project import load_project
from tests.workbooks.damage import small_project


def test_a_target_that_is_not_valid_leaves_the_file_as_it_was(tmp_path):
    project = load_project(small_project(tmp_path / "two"))
    before = project.file("targets.csv").read_bytes()
    cells = {"id": "a", "indicator": "gdp_nominal", "region": "x", "quote": "more"}
    with pytest.raises(DataError, match="Unknown region"):
        add_target(project, cells | {"source": "made up"})
    assert project.file("targets.csv").read_bytes() == before


def test_work_that_is_refused_says_so(tmp_path):
    outcome = Work(tmp_path).run(["check", "--project", "nowhere"])
    assert (outcome.status, outcome.done, outcome.stopped) == (2, False, False)
    assert "does not exist" in outcome.text


def test_a_command_that_loses_an_interrupt_is_ended_all_the_same(tmp_path, monkeypatch):
    deaf = "import signal, time; signal.signal(2, signal.SIG_IGN); print(1, flush=True)"
    monkeypatch.setattr(desk_work, "PROGRAM", f"{deaf}; time.sleep(60)")
    monkeypatch.setattr(desk_work, "GRACE", 0.1)
    work = Work(tmp_path)
    stopper = threading.Timer(0.5, work.stop)
    stopper.start()
    start = time.monotonic()
    outcome = work.run([])
    stopper.join()
    assert (outcome.done, outcome.stopped) == (False, True)
    assert time.monotonic() - start < 30
