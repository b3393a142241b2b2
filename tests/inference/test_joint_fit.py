"""Fits from a store are the fits that would be made without it, whatever happened."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from cszt_models.errors import ConvergenceError
from cszt_models.inference import marginal
from cszt_models.inference.joint_fit import JOINT, Joint, Step, Task, fit_jointly
from cszt_models.models.fits import fit_blocks
from cszt_models.models.panels import panels
from cszt_models.project.observations import as_of
from cszt_models.storage.store import Store

DAY = date(2021, 6, 30)
NAMES = ["urbanization", "population", "rd_intensity"]  # the quickest to fit
LINKED = ("urbanization", "rd_intensity")
ALL = {*NAMES, JOINT}


def assert_same(found: Joint, expected: Joint) -> None:
    """All numbers are the same, bit for bit."""
    assert list(found.blocks) == list(expected.blocks)
    for name, fit in found.blocks.items():
        other = expected.blocks[name]
        for field in ("scales", "densities", "cells"):
            xr.testing.assert_identical(getattr(fit, field), getattr(other, field))
        for kind, drawn in fit.cells.items():
            same = other.cells[kind].to_numpy().tobytes()
            assert drawn.to_numpy().tobytes() == same
        for field in ("as_of", "seed", "engine", "rows", "priors", "diagnostics"):
            assert getattr(fit, field) == getattr(other, field)
    assert found.dependence.panels == expected.dependence.panels
    for field in ("correlation", "sd"):
        one, other = (getattr(x.dependence, field) for x in (found, expected))
        np.testing.assert_array_equal(one, other)


def task_of(figures, project, **changes) -> Task:
    """The quickest blocks of mid-2021."""
    built = panels(as_of(figures, DAY), project, DAY)
    few = {name: built[name] for name in NAMES}
    task = Task(few, LINKED, DAY, seed=1, draws=600, engine="marginal")
    return replace(task, **changes)


@pytest.fixture(scope="module")
def task(czt, observations) -> Task:
    return task_of(observations, czt)


@pytest.fixture(scope="module")
def afresh(task) -> Joint:
    """The fits without a store."""
    return fit_jointly(task)


@pytest.fixture(scope="module")
def filled(task, tmp_path_factory) -> tuple[Path, list[Step]]:
    """A folder with the fits, and the steps in which they were made."""
    folder, steps = tmp_path_factory.mktemp("filled"), []
    fit_jointly(task, store=Store(folder), on_step=steps.append)
    return folder, steps


@pytest.fixture
def store(filled, tmp_path) -> Store:
    """A copy of the filled store that a test may spoil."""
    return Store(shutil.copytree(filled[0], tmp_path / "fits"))


def refit(task: Task, store: Store) -> tuple[Joint, set[str]]:
    """Fit with a store; the fits, and the names of what was not reused."""
    steps: list[Step] = []
    found = fit_jointly(task, store=store, on_step=steps.append)
    assert {step.name for step in steps} == ALL
    return found, {step.name for step in steps if not step.reused}


def file_of(store: Store, name: str) -> Path:
    (path,) = store.folder.glob(f"{name}/*.nc")
    return path


def spoil(store: Store, *names: str) -> None:
    for name in names:
        content = bytearray(file_of(store, name).read_bytes())
        content[len(content) // 2] ^= 1
        file_of(store, name).write_bytes(content)


def test_each_part_is_kept_under_its_key(filled):
    folder, steps = filled
    assert {step.name for step in steps} == ALL
    assert steps[-1].name == JOINT
    assert not any(step.reused for step in steps)
    assert {Store(folder).path(step.key) for step in steps} == {*folder.glob("*/*")}


def test_what_was_kept_is_what_would_be_fitted(task, store, afresh, caplog):
    found, fitted = refit(task, store)
    assert fitted == set()
    assert_same(found, afresh)
    assert caplog.messages == []


def test_joint_draws_are_drawn_again_from_kept_scales(task, store, afresh):
    file_of(store, JOINT).unlink()
    found, fitted = refit(task, store)
    assert fitted == {JOINT}
    assert_same(found, afresh)
    assert refit(task, store)[1] == set()


def test_joint_draws_need_their_scales_no_longer(task, store, afresh):
    for name in NAMES:
        file_of(store, name).unlink()
    found, fitted = refit(task, store)
    assert fitted == set()
    assert_same(found, afresh)


def test_what_is_damaged_is_fitted_again_and_said(task, store, afresh, caplog):
    spoil(store, "population", "rd_intensity", JOINT)
    found, fitted = refit(task, store)
    assert fitted == {"population", "rd_intensity", JOINT}
    assert_same(found, afresh)
    assert len(caplog.messages) == len(fitted)
    assert all("cut short or damaged" in line for line in caplog.messages)
    assert refit(task, store)[1] == set()


def test_files_that_changed_places_are_not_taken_for_each_other(
    task, store, afresh, caplog
):
    one, other = file_of(store, "population"), file_of(store, "rd_intensity")
    content = one.read_bytes(), other.read_bytes()
    one.write_bytes(content[1])
    other.write_bytes(content[0])
    file_of(store, JOINT).unlink()
    found, fitted = refit(task, store)
    assert fitted == {"population", "rd_intensity", JOINT}
    assert_same(found, afresh)
    assert sum("its key is" in line for line in caplog.messages) == 2


def test_a_changed_figure_costs_only_the_blocks_it_tells_of(
    task, store, czt, observations
):
    known = observations["known_on"] <= DAY
    told = known & (observations["indicator"] == "urbanization_rate")
    changed = observations.copy()
    changed.loc[told[told].index[0], "value"] += 0.01
    assert refit(task_of(changed, czt), store)[1] == {"urbanization", JOINT}
    assert refit(task, store)[1] == set()


CHANGES = [
    ({"seed": 0}, ALL),
    ({"draws": 400}, {JOINT}),  # the same scale vectors, shared by fewer draws
    ({"draws": 100}, ALL),
    ({"as_of": date(2021, 6, 29)}, {JOINT}),  # the same panels
    ({"linked": tuple(NAMES)}, {JOINT}),
]


@pytest.mark.parametrize(
    ("changes", "fitted"), CHANGES, ids=[str(changes) for changes, _ in CHANGES]
)
def test_a_changed_request_is_a_new_fit(task, store, changes, fitted):
    other = replace(task, **changes)
    found, new = refit(other, store)
    assert new == fitted
    assert_same(found, fit_jointly(other))


def test_keys_tell_engines_and_the_order_of_blocks_apart(task):
    nuts = replace(task, engine="nuts")
    assert nuts.key != task.key
    assert all(nuts.keys[name] != task.keys[name] for name in NAMES)
    turned = replace(task, panels=dict(reversed(task.panels.items())))
    assert turned.key != task.key


def test_what_failed_is_not_kept(task, tmp_path, monkeypatch):
    monkeypatch.setattr(marginal, "ESS_MIN", 1e9)
    monkeypatch.setattr(marginal, "ROUNDS", 1)

    def refuse(*_: object, **__: object) -> None:
        raise ConvergenceError("R-hat is 2.000 (limit 1.01).")

    monkeypatch.setattr("cszt_models.inference.smc.sample", refuse)
    with pytest.raises(ConvergenceError, match=r"2\.000"):
        fit_jointly(task, store=Store(tmp_path))
    assert list(tmp_path.rglob("*.nc")) == []


def test_a_store_that_cannot_be_written_changes_nothing(task, tmp_path, afresh, caplog):
    (tmp_path / "file").write_text("not a folder")
    found, fitted = refit(task, Store(tmp_path / "file"))
    assert fitted == ALL
    assert_same(found, afresh)
    assert len(caplog.messages) == 1


def test_names_that_a_file_cannot_have_are_no_obstacle(task, tmp_path):
    names = {name: f"{name}/a%-.b 长沙" for name in NAMES}
    odd = {names[n]: replace(panel, name=names[n]) for n, panel in task.panels.items()}
    other = replace(task, panels=odd, linked=tuple(odd))
    store, steps = Store(tmp_path), []
    first = fit_jointly(other, store=store)
    assert_same(fit_jointly(other, store=store, on_step=steps.append), first)
    assert all(step.reused for step in steps)


def test_all_blocks_of_a_project_are_kept(czt, observations, fits_2021, tmp_path):
    how = {"as_of": DAY, "seed": fits_2021.seed, "draws": fits_2021.draws}
    said: list[list[Step]] = [[], []]
    for steps in said:
        found = fit_blocks(
            observations, czt, store=Store(tmp_path), on_step=steps.append, **how
        )
        assert_same(*(Joint(x.blocks, x.dependence) for x in (found, fits_2021)))
        for name, taken in fits_2021.taken.items():
            np.testing.assert_array_equal(found.taken[name], taken)
    first, again = said
    assert {step.name for step in first} == {*fits_2021.blocks, JOINT}
    assert {replace(step, reused=True) for step in first} == set(again)


# Processes of their own.

FIT = """
import sys
from pathlib import Path

sys.path.insert(0, {root!r})
from cszt_models import Store, load_project
from cszt_models.project.observations import read_observations
from tests.inference.test_joint_fit import fit_jointly, task_of

project = load_project()
task = task_of(read_observations(project), project)
print("ready", flush=True)
sys.stdin.readline()
store = Store(Path({folder!r}))
fit_jointly(task, store=store, on_step=lambda step: print(step.name, flush=True))
"""


def start(folder: Path) -> subprocess.Popen:
    """A process that fits when it is told to, and names each part that is done."""
    code = FIT.format(root=str(Path(__file__).parents[2]), folder=str(folder))
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_fit_that_was_killed_goes_on_where_it_was(task, tmp_path, afresh, caplog):
    process = start(tmp_path)
    try:
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        first = process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()
    found, fitted = refit(task, Store(tmp_path))
    assert first not in fitted
    assert_same(found, afresh)
    assert caplog.messages == []


def test_two_processes_at_once_make_the_same_fits(task, tmp_path, afresh, caplog):
    both = [start(tmp_path), start(tmp_path)]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:  # only now, so that they fit at the same time
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=600)[1] for process in both] == ["", ""]
    assert [process.returncode for process in both] == [0, 0]
    found, fitted = refit(task, Store(tmp_path))
    assert fitted == set()
    assert_same(found, afresh)
    assert len(list(tmp_path.glob("*/*"))) == len(ALL)
    assert caplog.messages == []
