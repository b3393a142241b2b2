"""Answers that are printed again: the same text, at once, until anything changes."""

import shutil
import sys

import pytest

from cszt_models.cli import answers
from cszt_models.project.project import bundled


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("CSZT_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("project.yaml", "targets.csv"):
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
