"""Answers that are printed again: the same text, at once, until anything changes."""

import shutil
import sys
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from cszt_models.cli import answers
from cszt_models.cli.request import Request, command
from cszt_models.project.project import bundled


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("CSZT_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("project.yaml", "targets.csv", "observations.csv"):
        shutil.copy(bundled() / name, folder)
    return folder


@pytest.fixture
def ask(capsys, project, monkeypatch):
    """Print an answer; what is printed, and how often it was computed."""
    counts = []

    def run(*asked: object) -> tuple[str, int]:
        def answer() -> None:
            counts.append(1)
            print(f"answer {len(counts)}")

        monkeypatch.setattr(sys, "__stdout__", sys.stdout)
        answers.print_answer(answer, asked, project)
        return capsys.readouterr().out, len(counts)

    return run


def test_the_same_question_is_computed_once(ask):
    assert ask("attain", 1) == ("answer 1\n", 1)
    assert ask("attain", 1) == ("answer 1\n", 1)


def test_another_question_is_computed(ask):
    ask("attain", 1)
    assert ask("attain", 2) == ("answer 2\n", 2)


def test_a_changed_file_of_the_project_is_seen(ask, project):
    ask("attain", 1)
    with (project / "targets.csv").open("a") as file:
        file.write("\n")
    assert ask("attain", 1) == ("answer 2\n", 2)


def test_a_changed_module_is_seen(ask, monkeypatch, tmp_path):
    ask("attain", 1)
    (edited := tmp_path / "edited.py").write_text("1")
    monkeypatch.setattr(answers, "texts_and_sources", lambda: [(edited, edited)])
    assert ask("attain", 1) == ("answer 2\n", 2)


def test_a_damaged_answer_is_not_printed(ask, tmp_path):
    ask("attain", 1)
    (path,) = (tmp_path / "cache" / answers.FOLDER).iterdir()
    path.write_bytes(path.read_bytes().replace(b"answer", b"Answer"))
    assert ask("attain", 1) == ("answer 2\n", 2)


def test_the_least_recently_printed_answers_are_removed(ask, monkeypatch, tmp_path):
    monkeypatch.setattr(answers, "MAX_ANSWERS", 2)
    for question in range(4):
        ask("attain", question)
    assert len(list((tmp_path / "cache" / answers.FOLDER).iterdir())) == 2


def test_answers_that_fail_are_not_stored(project, tmp_path, monkeypatch):
    def fail() -> None:
        raise ValueError("no answer")

    monkeypatch.setattr(sys, "__stdout__", sys.stdout)
    with pytest.raises(ValueError, match="no answer"):
        answers.print_answer(fail, ["attain"], project)
    assert not (tmp_path / "cache").exists()


class Counted:
    """A result with a text in each form, which counts how often it was computed."""

    def __init__(self) -> None:
        self.count = 0

    def to_dict(self):
        return {"count": self.count}

    def to_frame(self):
        return pd.DataFrame({"count": [self.count]})

    def summary(self, language):
        return SimpleNamespace(text=lambda _: f"{language} {self.count}")


@pytest.fixture
def print_counted(capsys, project, monkeypatch):
    """Run a command with options; what it prints. It counts its computations."""
    counted = Counted()

    @command(without=("engine", "scenario", "as_of"), repeatable=True)
    def count(request: Request, path: Path | None = None) -> None:
        assert path is None or path.exists()
        counted.count += 1
        request.print(counted)

    def run(**options: object) -> str:
        shared = {f.name: f.default for f in fields(Request)}
        left_out = ("engine", "scenario", "as_of")
        given = {n: v for n, v in shared.items() if n not in left_out}
        monkeypatch.setattr(sys, "__stdout__", sys.stdout)
        count(**{**given, "project_dir": project, "path": None, **options})
        return capsys.readouterr().out

    return run


def test_other_forms_of_an_answer_are_stored_with_it(print_counted):
    assert print_counted() == "en 1\n"
    assert print_counted(lang="zh") == "zh 1\n"
    assert print_counted(as_json=True) == '{\n  "count": 1\n}\n'
    assert print_counted(as_csv=True) == "count\n1\n"
    assert print_counted(seed=2) == "en 2\n"


def test_a_file_that_is_named_is_written_each_time(print_counted, tmp_path):
    assert print_counted(path=tmp_path) == "en 1\n"
    assert print_counted(path=tmp_path) == "en 2\n"


def test_numbers_have_no_width(monkeypatch):
    request = Request(as_json=True)
    monkeypatch.setattr("cszt_models.cli.request.line_width", lambda: 80)
    narrow = request.question("attain", {}), Request().question("attain", {})
    monkeypatch.setattr("cszt_models.cli.request.line_width", lambda: 160)
    assert request.question("attain", {}) == narrow[0]
    assert Request().question("attain", {}) != narrow[1]
