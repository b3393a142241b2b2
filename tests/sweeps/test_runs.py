"""Sweeps on disk: killed, resumed, on a cluster, and refused before work starts."""

import errno
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cszt_models import DataError, ScenarioError, Store, load_project
from cszt_models.sweeps import run_folder as sweep_files
from cszt_models.sweeps.cluster import on_cluster
from cszt_models.sweeps.design_files import read_design
from cszt_models.sweeps.designs import (
    design_of,
    full_factorial,
    latin_hypercube,
    sobol_sequence,
)
from cszt_models.sweeps.iamc import COLUMNS, long_table, write_iamc
from cszt_models.sweeps.inputs import design_inputs, read_context, sweep_inputs
from cszt_models.sweeps.run_folder import MANIFEST, PARTS, RESULT
from cszt_models.sweeps.runs import Job, run, run_parts
from cszt_models.sweeps.sweep import Evaluator, sweep

DRAWS = 100
MAIN = "from cszt_models.cli import main; main()"


@pytest.fixture(scope="module")
def context(czt):
    return read_context(czt)


@pytest.fixture(scope="module")
def inputs(czt, context, observations, fits_2021):
    return sweep_inputs(
        czt,
        as_of=fits_2021.as_of,
        seed=1,
        draws=DRAWS,
        context=context,
        observations=observations,
        store=Store(),
    )


@pytest.fixture(scope="module")
def job(inputs, context):
    """Some 800 cases that move cities apart, in parts of 40."""
    values = np.linspace(-2, 2, 20)
    table = full_factorial(
        {"growth@changsha": values, "price": values, "level": [0, 1]}
    )
    made = Job(design_of(table, context), inputs)
    made.__dict__["size"] = 40
    return made


@pytest.fixture(scope="module")
def whole(job, tmp_path_factory):
    """What an uninterrupted run writes."""
    folder = tmp_path_factory.mktemp("whole")
    run(job, folder, runner=run_parts)
    return folder


def same(folder: Path, other: Path) -> bool:
    names = (RESULT, MANIFEST)
    return all((folder / n).read_bytes() == (other / n).read_bytes() for n in names)


def test_file_holds_what_the_function_returns(job, whole, inputs):
    found = pd.read_parquet(whole / RESULT)
    pd.testing.assert_frame_equal(found, sweep(job.design, inputs))
    assert list(found)[:3] == ["growth@changsha", "price", "level"]
    assert list(found)[3:5] == ["p_gdp_2025", "mcse_gdp_2025"]
    assert list(found)[-2:] == ["p_joint", "mcse_joint"]
    told = json.loads((whole / MANIFEST).read_text("utf-8"))
    assert told["cases"] == 800
    assert told["seed"] == 1
    assert told["design_hash"] == job.design.hash
    written = (whole / RESULT).read_bytes()
    assert told["result_sha256"] == hashlib.sha256(written).hexdigest()
    assert not (whole / PARTS).exists()


class Stopped(BaseException):
    """A stop that no handler of ours expects."""


@pytest.fixture(scope="module")
def one_by_one(job):
    """A runner that has its fits at hand."""
    evaluator = Evaluator(job.inputs, job.design.columns)

    def runner(job, parts):
        for part in parts:
            yield part, job.computed(part, evaluator)

    return runner


@pytest.fixture(scope="module")
def stopped_after(one_by_one):
    def stopping(count: int):
        def runner(job, parts):
            for n, done in enumerate(one_by_one(job, parts)):
                if n == count:
                    raise Stopped
                yield done

        return runner

    return stopping


def test_run_stopped_ten_times_equals_one_that_was_not(
    job, whole, tmp_path, stopped_after, one_by_one
):
    rng = random.Random(0)
    for _ in range(10):
        before = len([*(tmp_path / PARTS).glob("*.sealed")])
        with pytest.raises(Stopped):
            run(job, tmp_path, runner=stopped_after(rng.randint(0, 1)), resume=True)
        (tmp_path / PARTS / "part-0000019.sealed.0123456789abcdef.part").write_bytes(
            b"PAR1 half"
        )
        assert len([*(tmp_path / PARTS).glob("*.sealed")]) >= before
        assert not (tmp_path / RESULT).exists()
    run(job, tmp_path, runner=one_by_one, resume=True)
    assert same(tmp_path, whole)


def test_damaged_part_is_computed_again(
    job, whole, tmp_path, stopped_after, one_by_one
):
    with pytest.raises(Stopped):
        run(job, tmp_path, runner=stopped_after(3))
    part = next((tmp_path / PARTS).glob("*.sealed"))
    part.write_bytes(part.read_bytes()[:100])
    run(job, tmp_path, runner=one_by_one, resume=True)
    assert same(tmp_path, whole)


def test_finished_run_is_left_as_it_is(job, whole, tmp_path):
    shutil.copytree(whole, tmp_path / "copy")
    asked = []

    def runner(job, parts):
        asked.extend(parts)
        return run_parts(job, asked)

    run(job, tmp_path / "copy", runner=runner, resume=True)
    assert not asked
    assert same(tmp_path / "copy", whole)


def test_folder_of_another_sweep_is_refused(job, whole, context, inputs):
    with pytest.raises(
        DataError, match=r"already contains a sweep. Go on with --resume"
    ):
        run(job, whole, runner=run_parts)
    other = Job(design_of(pd.DataFrame({"growth": [0.5]}), context), inputs)
    with pytest.raises(DataError, match="another sweep: design_hash, cases"):
        run(other, whole, runner=run_parts, resume=True)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


USERS = {  # files that a folder may have before it is given to --out
    "notes": {"notes.txt": b"mine"},
    "parts": {"parts/keep.parquet": b"mine", "parts/part-0000000.sealed": b"mine"},
    "drafts": {"sub/chapter.part": b"mine", "film.part": b"mine"},
    "writable": {"writable": b"mine"},
    "result": {"sweep.parquet": b"mine"},
    "manifest": {"manifest.json": b'{"name": "of a web page"}'},
    "list": {"manifest.json": b"[1, 2]"},
    "hidden": {".git/config": b"mine"},
}


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("files", USERS.values(), ids=USERS)
def test_folder_of_other_files_is_refused_and_left_as_it_is(
    job, tmp_path, files, resume
):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=r"nothing was changed") as refused:
        run(job, tmp_path, runner=pytest.fail, resume=resume)
    assert "another folder" in str(refused.value) or "empty" in str(refused.value)
    assert tree(tmp_path) == files


def test_files_put_into_the_folder_of_a_sweep_stay(
    job, whole, tmp_path, stopped_after, one_by_one
):
    with pytest.raises(Stopped):
        run(job, tmp_path, runner=stopped_after(2))
    mine = ["writable", "a.part", f"{PARTS}/b.part", f"{PARTS}/c.parquet", "d/e.part"]
    for name in mine:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"mine")
    run(job, tmp_path, runner=one_by_one, resume=True)
    assert same(tmp_path, whole)
    assert {*tree(tmp_path)} == {*mine, RESULT, MANIFEST}
    assert all((tmp_path / name).read_bytes() == b"mine" for name in mine)


def test_run_killed_before_its_manifest_was_written_begins_anew(
    job, whole, tmp_path, one_by_one
):
    (tmp_path / f"{MANIFEST}.0123456789abcdef.part").write_bytes(b'{"desi')
    run(job, tmp_path, runner=one_by_one)
    assert {*tree(tmp_path)} == {RESULT, MANIFEST}
    assert same(tmp_path, whole)


def test_result_without_its_hash_in_the_manifest_does_not_count(
    job, tmp_path, stopped_after
):
    with pytest.raises(Stopped):
        run(job, tmp_path, runner=stopped_after(2))
    (tmp_path / RESULT).write_bytes(b"mine")
    before = tree(tmp_path)
    with pytest.raises(DataError, match="its hash is not in the manifest"):
        run(job, tmp_path, runner=pytest.fail, resume=True)
    assert tree(tmp_path) == before


def test_part_of_another_sweep_or_place_is_computed_again(
    job, whole, tmp_path, context, inputs, stopped_after, one_by_one
):
    with pytest.raises(Stopped):
        run(job, tmp_path / "a", runner=stopped_after(2))
    values = np.linspace(-1, 1, 20)
    table = full_factorial(
        {"growth@changsha": values, "price": values, "level": [0, 1]}
    )
    other = Job(design_of(table, context), inputs)
    other.__dict__["size"] = 40
    with pytest.raises(Stopped):
        run(other, tmp_path / "b", runner=stopped_after(2))
    parts = tmp_path / "a" / PARTS
    (tmp_path / "b" / PARTS / "part-0000001.sealed").replace(
        parts / "part-0000001.sealed"
    )
    shutil.copy(parts / "part-0000000.sealed", parts / "part-0000005.sealed")
    run(job, tmp_path / "a", runner=one_by_one, resume=True)
    assert same(tmp_path / "a", whole)


def flipped(content: bytes, bit: int) -> bytes:
    """The content with one bit changed."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("stage", ["finished", "stopped"])
def test_a_flipped_bit_is_refused_or_healed(
    job, whole, tmp_path, stage, stopped_after, one_by_one
):
    source = whole
    if stage == "stopped":
        source = tmp_path / "stopped"
        with pytest.raises(Stopped):
            run(job, source, runner=stopped_after(4))
    rng, files, outcomes = random.Random(17), tree(source), []
    for n in range(12):
        folder = tmp_path / str(n)
        shutil.copytree(source, folder)
        name = sorted(files)[n % len(files)]
        bit = rng.randrange(8 * len(files[name]))
        (folder / name).write_bytes(flipped(files[name], bit))
        before = tree(folder)
        try:
            run(job, folder, runner=one_by_one, resume=True)
        except DataError:
            assert tree(folder) == before
            outcomes.append("refused")
        else:
            assert same(folder, whole), (name, bit)
            outcomes.append("healed")
    assert {*outcomes} == {"refused", "healed"}


def test_full_disk_stops_with_a_sentence_and_keeps_parts(
    job, tmp_path, monkeypatch, one_by_one
):
    real, wrote = sweep_files.write_whole, []

    def full(path, content):
        if path.suffix == ".sealed" and len(wrote) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        wrote.append(path)
        real(path, content)

    monkeypatch.setattr(sweep_files, "write_whole", full)
    with pytest.raises(DataError, match=r"the disk is full. Finished parts are stored"):
        run(job, tmp_path, runner=one_by_one)
    assert len([*(tmp_path / PARTS).glob("*.sealed")]) >= 2


def test_an_error_before_the_first_part_leaves_nothing_behind(job, tmp_path):
    def refused(*_, parts=()):
        yield from parts
        raise DataError("no data. Leave it out.")

    for folder in (tmp_path / "new", tmp_path):
        with pytest.raises(DataError, match="no data"):
            run(job, folder, runner=refused)
    assert not [*tmp_path.iterdir()]
    for parts in ([(0, b"part")], []):
        with pytest.raises(DataError, match="no data"):
            run(job, tmp_path, runner=partial(refused, parts=parts), resume=True)
    assert {MANIFEST, f"{PARTS}/part-0000000.sealed"} <= {*tree(tmp_path)}


def test_headline_targets_without_data_on_a_date_are_left_out_and_listed(tmp_path):
    project = load_project()
    context, path = read_context(project), tmp_path / "design.yaml"

    def inputs_of(text):
        path.write_text(text, encoding="utf-8")
        read = read_design(path, context)
        return read, design_inputs(project, read, context, {}, store=None)

    design, inputs = inputs_of("columns: {growth: [0, 1]}")
    assert "growth_china_2026_2030" in inputs.left_out
    names = {target.id for target in inputs.targets}
    assert names.isdisjoint(inputs.left_out)
    assert len(names | {*inputs.left_out}) == 10
    assert Job(design, inputs).manifest["left_out"] == inputs.left_out
    dates = "columns: {as_of: ['2026-11-29', '2011-06-30']}"
    few = "targets: [growth_hunan_2026_2030, rd_growth_changsha_2026_2030]"
    with pytest.raises(DataError, match=r"'rd_growth_changsha.*no data at 2011-06-30"):
        inputs_of(f"{dates}\n{few}")


def test_a_disk_that_is_full_from_the_start_leaves_a_folder_that_can_be_used(
    job, tmp_path, monkeypatch, one_by_one, whole
):
    with monkeypatch.context() as patch:

        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(sweep_files, "write_whole", full)
        with pytest.raises(DataError, match=r"cannot be written \(No space"):
            run(job, tmp_path / "runs", runner=pytest.fail)
    run(job, tmp_path / "runs", runner=one_by_one)
    assert same(tmp_path / "runs", whole)


def test_a_folder_where_another_process_is_at_work_is_refused(job, tmp_path):
    runs = tmp_path / "runs"
    with sweep_files.sole_use(runs):
        with pytest.raises(DataError, match="another process is at work on this"):
            run(job, runs, runner=pytest.fail)
        assert not [*runs.iterdir()]


def test_too_little_room_is_refused_before_work(job, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DataError, match=r"MB are free. Make room"):
        run(job, tmp_path, runner=pytest.fail)


def test_folder_that_cannot_be_written_is_refused(job, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        run(job, tmp_path / "file" / "folder", runner=pytest.fail)


def design(tmp_path, text, context, **how):
    path = tmp_path / "design.yaml"
    path.write_text(text, encoding="utf-8")
    return read_design(path, context, **how)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: {grwth: [0]}", "Unknown lever 'grwth'. Did you mean 'growth'"),
        ("columns: {growth: [0, 9]}", "case 2: 9 is out of range: .* from -5 to 5"),
        ("columns: {growth: [.nan]}", "'growth', case 1: nan is missing"),
        ("columns: {growth: [true]}", "is not a number"),
        ("columns: {}", "has no column"),
        ("columns: {growth: []}", "has no value, so no case"),
        ("columns: {growth: {low: 0, high: 1}}", "None values cannot be made"),
        ("columns: {growth: {values: [0], step: 1}}", "Unknown key 'step'"),
        ("columns: {growth@changsa: [0]}", "Unknown region 'changsa'"),
        ("columns: {'growth:20-30': [0]}", "are not years"),
        ("columns: {growth: [0], 'growth@changsha': [0]}", "both set lever 'growth'"),
        ("columns: {scenario: [weka]}", "Unknown scenario 'weka'"),
        ("columns: {'scenario:strong': [0.5]}", "it is 0 .off. or 1 .on."),
        ("columns: {as_of: ['2021-13-01']}", "2021-13-01"),
        ("columns: {engine: [nutz]}", "Unknown engine 'nutz'"),
        ("columns: {'prior:growth.shok': [1]}", "Did you mean 'shock'"),
        ("columns: {'prior:growth.shock': [99]}", "from 0.1 to 10"),
        ("colums: {growth: [0]}", "Unknown entry 'colums'"),
        ("design: sobool\ncolumns: {growth: }", "Unknown design 'sobool'"),
        ("design: sobol\ncases: 1000\ncolumns: {growth: }", "Take 512 or 1024"),
        ("design: latin\ncolumns: {growth: }", "cases is None"),
        ("design: table\nfile: no.csv", "no.csv does not exist"),
    ],
)
def test_bad_designs_are_refused_with_a_sentence(tmp_path, context, text, told):
    with pytest.raises((DataError, ScenarioError), match=told):
        design(tmp_path, text, context)


def test_a_thousand_million_cases_need_a_confirmation(tmp_path, context):
    axis = "{low: -1, high: 1, count: 1000}"
    text = f"columns: {{growth: {axis}, price: {axis}, population: {axis}}}"
    with pytest.raises(DataError, match=r"1,000,000,000 cases, more than .* --yes"):
        design(tmp_path, text, context)
    found = design(tmp_path, text, context, most=float("inf"))
    assert len(found) == 10**9
    middle = found.frame(500_500_500, 500_500_502)
    assert middle["population"].tolist() == pytest.approx([1 / 999, 3 / 999])


def test_factorial_is_every_combination_under_its_columns_name(tmp_path, context):
    text = "columns: {growth: [1, 2, 3], price: [-1, 0], population: [0.5, 1]}"
    cases = design(tmp_path, text, context)
    expected = [*itertools.product([1, 2, 3], [-1, 0], [0.5, 1])]
    assert list(cases.frame()) == ["growth", "price", "population"]
    assert [*cases.frame().itertuples(index=False, name=None)] == expected
    assert [*cases.frame(5, 8).itertuples(index=False, name=None)] == expected[5:8]


def test_table_of_the_users_own(tmp_path, context):
    table = pd.DataFrame({"price": [0.5, -0.5], "growth@changsha:2023-": [1, 2]})
    table.to_csv(tmp_path / "cases.csv", index=False)
    table.to_parquet(tmp_path / "cases.parquet")
    for file in ("cases.csv", "cases.parquet"):
        text = f"design: table\nfile: {file}\nas_of: 2021-06-30"
        found = design(tmp_path, text, context)
        pd.testing.assert_frame_equal(found.frame(), table, check_dtype=False)
        setting = found.columns[1].setting
        assert (setting.regions, setting.first, setting.last) == (
            ("changsha",),
            2023,
            None,
        )


def test_a_column_may_say_all_that_a_setting_says(tmp_path, context):
    text = (
        "columns: {late push: {lever: growth, regions: [czt], from: 2023, to: 2025, "
        "ramp: 2, decay: 0.1, values: [0, 1]}}"
    )
    setting = design(tmp_path, text, context).columns[0].setting
    assert setting.regions == ("changsha", "xiangtan", "zhuzhou")
    assert (setting.first, setting.last, setting.ramp, setting.decay) == (
        2023,
        2025,
        2,
        0.1,
    )


def test_latin_and_sobol_designs_fill_their_ranges(tmp_path, context):
    for make in (latin_hypercube, sobol_sequence):
        table = make({"growth": (-2, 2), "price": (0, 1)}, cases=64, seed=3)
        for name, low, width in (("growth", -2, 4), ("price", 0, 1)):
            strata = np.floor((table[name] - low) / width * 64)
            assert sorted(strata) == [*range(64)]
        again = make({"growth": (-2, 2), "price": (0, 1)}, cases=64, seed=3)
        pd.testing.assert_frame_equal(table, again)
    text = "design: latin\ncases: 40\ncolumns: {growth: {low: 0, high: 1}, scenario: }"
    found = design(tmp_path, text, context).frame()
    assert found["growth"].between(0, 1).all()
    assert set(found["scenario"]) == {*context.scenarios}


def test_iamc_table_holds_every_number_under_its_name(
    whole, inputs, tmp_path, monkeypatch
):
    monkeypatch.setattr("cszt_models.sweeps.iamc.ROWS", 300)  # in several batches
    cases = pd.read_parquet(whole / RESULT)
    write_iamc(whole / RESULT, tmp_path / "long.csv", inputs)
    table = pd.read_csv(tmp_path / "long.csv")
    assert tuple(table) == COLUMNS
    whole_table = long_table(cases, inputs)
    names = ["scenario", "variable"]
    pd.testing.assert_frame_equal(
        table.sort_values(names, ignore_index=True),
        whole_table.sort_values(names, ignore_index=True),
        check_dtype=False,
        rtol=1e-12,
    )
    assert len(table) == len(cases) * len(cases.columns)
    key = ["model", "scenario", "region", "variable", "unit", "year"]
    assert not table.duplicated(key).any()
    wide = table.pivot_table(index="scenario", columns="variable", values="value")
    np.testing.assert_allclose(wide["Probability|gdp_2025"], cases["p_gdp_2025"])
    np.testing.assert_allclose(wide["Lever|price"], cases["price"])
    assert set(table.loc[table["variable"] == "Lever|price", "unit"]) == {
        "percentage points a year"
    }


def test_iamc_text_that_looks_like_a_formula_stays_text(whole, inputs, tmp_path):
    (region, *_), table = inputs.targets, pd.read_parquet(whole / RESULT)
    table[:3].to_parquet(tmp_path / "three.parquet")
    renamed = [replace(target, region=f"-{target.region}") for target in inputs.targets]
    other = replace(inputs, targets=tuple(renamed))
    write_iamc(tmp_path / "three.parquet", tmp_path / "long.csv", other)
    written = pd.read_csv(tmp_path / "long.csv")
    assert written["region"].unique().tolist() == [f"'-{region.region}"]
    assert [*tmp_path.glob("*.part")] == []


def command(path: Path, out: Path, *words: str) -> list[str]:
    return [sys.executable, "-c", MAIN, "sweep", str(path), "--out", str(out), *words]


@pytest.fixture
def large(tmp_path, whole):
    """A design that takes some seconds at the draws of these tests."""
    text = (
        "as_of: 2021-06-30\ndraws: 100\nseed: 1\ncolumns: {growth@changsha: {low: -2, "
        "high: 2, count: 90}, price@zhuzhou: {low: -2, high: 2, count: 60}, "
        "population@changsha: {low: -1, high: 1, count: 60}}"
    )
    assert whole.exists()  # so that the fits are in the store
    path = tmp_path / "large.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def killed_while_running(path: Path, out: Path, wait: float, how: int) -> int:
    """Start, wait until a part is there and a while longer, kill; the exit status."""
    process = subprocess.Popen(
        command(path, out, "--resume"),
        stderr=subprocess.DEVNULL,
        # a shell may have these tests in the background, where it is ignored
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    before, start = len([*out.glob(f"{PARTS}/*.sealed")]), time.monotonic()
    while time.monotonic() - start < 120 and process.poll() is None:
        if len([*out.glob(f"{PARTS}/*.sealed")]) > before:
            break
        time.sleep(0.01)
    time.sleep(wait)
    process.send_signal(how)
    return process.wait(timeout=60)


@pytest.mark.slow
def test_run_killed_ten_times_equals_an_uninterrupted_one(large, tmp_path):
    rng, whole, out = random.Random(1), tmp_path / "whole", tmp_path / "out"
    subprocess.run(command(large, whole), check=True, capture_output=True)
    for n in range(10):
        how = signal.SIGINT if n % 3 == 2 else signal.SIGKILL
        killed_while_running(large, out, rng.uniform(0, 0.4), how)
    subprocess.run(command(large, out, "--resume"), check=True, capture_output=True)
    assert same(whole, out)


def test_command_interrupted_says_how_to_go_on(large, tmp_path):
    out = tmp_path / "out"
    longer = large.read_text("utf-8").replace("count: 90", "count: 2500")
    large.write_text(longer, "utf-8")  # else a quick machine ends before the signal
    status = killed_while_running(large, out, 0.0, signal.SIGINT)
    assert status == 130
    assert [*out.glob(f"{PARTS}/*.sealed")]
    assert not (out / RESULT).exists()


def test_command_refuses_with_status_2_and_one_sentence(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("columns: {growth: [0, 99]}", encoding="utf-8")
    done = subprocess.run(
        command(path, tmp_path / "out"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "from -5 to 5" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_run_that_is_stopped_begins_no_further_part(job, monkeypatch):
    begun, computed, before = [], Job.computed, {*threading.enumerate()}

    def counted(job, part, evaluator):
        begun.append(part)
        return computed(job, part, evaluator)

    monkeypatch.setattr(Job, "computed", counted)
    parts = run_parts(job, range(16), workers=2)
    next(parts)
    parts.close()
    at_work = len(begun)
    for thread in {*threading.enumerate()} - before:
        thread.join(30)
        assert not thread.is_alive()
    assert len(begun) <= at_work + 2 < 16


def test_an_evaluator_that_is_stopped_makes_no_further_fit(job):
    evaluator = Evaluator(job.inputs, job.design.columns)
    evaluator.stop()
    with pytest.raises(CancelledError):
        evaluator.counter()
    with pytest.raises(CancelledError):
        evaluator.prepare({})


@pytest.mark.parametrize("manifest", [b"{", b"\xff", b"[]", b"{}"])
def test_a_damaged_manifest_is_refused_and_stays(job, tmp_path, manifest):
    (tmp_path / MANIFEST).write_bytes(manifest)
    with pytest.raises(DataError, match="is damaged, or not of a sweep"):
        run(job, tmp_path, runner=pytest.fail, resume=True)
    assert tree(tmp_path) == {MANIFEST: manifest}


def test_command_refuses_a_damaged_manifest_with_status_2(large, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFEST).write_bytes(b"{")
    done = subprocess.run(
        command(large, tmp_path / "out", "--resume"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "is damaged, or not of a sweep" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_scheduler_that_does_not_answer_is_named(job, tmp_path, monkeypatch):
    monkeypatch.setattr("cszt_models.cluster.TIMEOUT", 0.2)
    runner = partial(on_cluster, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(DataError, match=r"no scheduler answers at tcp://127.0.0.1:9"):
        run(job, tmp_path, runner=runner)


class Scheduler:
    """A client of dask of whose workers none is there, or all end."""

    loop = None

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait_for_workers(self, *_: object, **__: object):
        raise TimeoutError

    def scheduler_info(self, **_: object):
        return {"workers": {"a": {}}}

    def scatter(self, data, **_: object):
        return data

    def submit(self, function, *_: object, **__: object):
        return function


def test_scheduler_without_a_worker_is_named(job, tmp_path, monkeypatch):
    monkeypatch.setattr("distributed.Client", Scheduler)
    with pytest.raises(DataError, match="no worker is at the scheduler tls://head"):
        run(job, tmp_path, runner=partial(on_cluster, scheduler="tls://head"))


def test_workers_that_all_end_at_once_are_a_sentence(job, tmp_path, monkeypatch):
    def lost(*_, **__):
        raise CancelledError  # as dask does for data that no worker has any more

    monkeypatch.setattr("distributed.Client", Scheduler)
    monkeypatch.setattr(Scheduler, "wait_for_workers", lambda *_, **__: None)
    monkeypatch.setattr("distributed.as_completed", lost)
    with pytest.raises(DataError, match=r"ended at once. Finished results are stored"):
        run(job, tmp_path, runner=partial(on_cluster, scheduler="tls://head"))


def cluster_run(job, folder, on_first, **how):
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, **how
    ) as cluster:
        told = []

        def on_part(done, total):
            assert total == 800
            if done and not any(told):
                on_first(cluster)
            told.append(done)

        runner = partial(on_cluster, scheduler=cluster.scheduler_address)
        run(job, folder, runner=runner, on_part=on_part)


def test_cluster_gives_the_same_bytes(job, whole, tmp_path):
    cluster_run(job, tmp_path, lambda _: None, processes=False)
    assert same(tmp_path, whole)


@pytest.mark.slow
def test_cluster_of_processes_of_which_one_is_killed(job, whole, tmp_path):
    killed = []

    def kill(cluster):
        worker = next(iter(cluster.workers.values()))
        killed.append(worker.process.pid)
        os.kill(killed[0], signal.SIGKILL)

    cluster_run(job, tmp_path, kill, processes=True)
    assert killed
    assert same(tmp_path, whole)
