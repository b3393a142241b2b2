"""What the store returns is what was saved, whatever became of process or file."""

import logging
import os
import random
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from cszt_models.storage import folders
from cszt_models.storage import store as module
from cszt_models.storage.store import Store, cache_folder, key_of, short

KEY = "growth-" + 64 * "a"
OTHER = "growth-" + 64 * "b"


def tree_of(seed: int, draws: int = 50) -> xr.DataTree:
    """A tree shaped like a fit, with every kind of content that a fit has."""
    rng = np.random.default_rng(seed)
    scales = xr.Dataset(
        {"scale": (("chain", "draw", "component"), rng.random((1, draws, 2)))},
        {"component": ["shock", "walk"]},
    )
    cells = xr.Dataset(
        {"cells": (("draw", "region", "year"), rng.normal(size=(draws, 2, 3)))},
        {"region": ["changsha", "长沙"], "year": [2020, 2021, 2022]},
        {"unit": "percent"},
    )
    attrs = {"block": "growth", "note": "", "rows": 226, "khat": 0.27}
    groups = {"/": xr.Dataset(attrs=attrs), "posterior": scales, "cells": cells}
    return xr.DataTree.from_dict(groups)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "fits")


@pytest.fixture
def said(caplog):
    """What was said since the last call, line by line."""
    caplog.set_level(logging.WARNING)

    def lines() -> list[str]:
        found = [record.getMessage() for record in caplog.records]
        caplog.clear()
        return found

    return lines


def everything(store: Store) -> set[Path]:
    """Every file of the store, and every empty folder in place of one."""
    return set(store.folder.glob("*/*"))


# What is saved comes back.


def test_a_tree_comes_back_bit_for_bit(store, said):
    store.save(KEY, tree_of(1))
    loaded = store.load(KEY)
    assert loaded.identical(tree_of(1))
    for group, name in [("posterior", "scale"), ("cells", "cells")]:
        saved = tree_of(1)[group][name]
        assert loaded[group][name].dtype == saved.dtype
        assert loaded[group][name].to_numpy().tobytes() == saved.to_numpy().tobytes()
    assert said() == []


def test_numbers_that_are_hard_to_keep_are_kept(store):
    odd = np.array([-0.0, np.inf, 5e-324, np.nextafter(1.0, 2), np.nan, -np.nan])
    odd = np.append(odd, np.array([0x7FF8000000000001]).view(float))  # another NaN
    store.save(KEY, xr.DataTree(xr.Dataset({"odd": ("draw", odd)})))
    assert store.load(KEY)["odd"].to_numpy().tobytes() == odd.tobytes()


def test_a_loaded_tree_needs_its_file_no_longer(store):
    store.save(KEY, tree_of(1))
    loaded = store.load(KEY)
    store.path(KEY).unlink()
    assert loaded.identical(tree_of(1))


def test_a_variable_may_have_the_name_of_its_group(store):
    store.save(KEY, tree_of(1))
    assert np.isfinite(store.load(KEY)["cells/cells"]).all()


def test_saving_leaves_the_tree_as_it_was(store):
    tree = tree_of(1)
    store.save(KEY, tree)
    assert tree.identical(tree_of(1))


def test_the_last_one_saved_counts(store):
    store.save(KEY, tree_of(1))
    store.save(KEY, tree_of(2))
    assert store.load(KEY).identical(tree_of(2))
    assert everything(store) == {store.path(KEY)}


def test_nothing_saved_is_nothing_and_no_news(store, said):
    assert store.load(KEY) is None
    assert said() == []
    assert not store.folder.exists()


def test_a_file_is_plain_netcdf(store):
    store.save(KEY, tree_of(1))
    with xr.open_datatree(store.path(KEY)) as opened:
        assert opened.attrs["block"] == "growth"
        assert opened.attrs["cszt_key"] == KEY
        assert opened["cells"].sel(region="长沙", year=2021)["cells"].shape == (50,)
    with h5py.File(store.path(KEY)) as file:
        assert set(file) == {"posterior", "cells"}


def test_saving_twice_gives_the_same_bytes(store):
    store.save(KEY, tree_of(1))
    first = store.path(KEY).read_bytes()
    store.save(KEY, tree_of(1))
    assert store.path(KEY).read_bytes() == first


# What was cut, altered or written by others is nothing, in one line.


def assert_refused(store: Store, said, because: str) -> None:
    assert store.load(KEY) is None
    (line,) = said()
    assert because in line
    assert line.endswith("It is fitted afresh.")
    assert "\n" not in line


def test_a_file_cut_at_any_length_is_refused(store, said):
    store.save(KEY, tree_of(1))
    whole = store.path(KEY).read_bytes()
    near = [1, 7, 8, 64, len(whole) - 1, len(whole) - 72, len(whole) - 73]
    for length in [0, *near, *range(100, len(whole), len(whole) // 50)]:
        store.path(KEY).write_bytes(whole[:length])
        assert_refused(store, said, "cut short or damaged")


def test_a_file_with_one_byte_changed_is_refused(store, said):
    store.save(KEY, tree_of(1))
    whole = store.path(KEY).read_bytes()
    for place in [*range(0, len(whole), len(whole) // 200), *range(-72, 0)]:
        altered = bytearray(whole)
        altered[place] ^= 1
        store.path(KEY).write_bytes(altered)
        assert_refused(store, said, "cut short or damaged")


def test_a_file_with_something_appended_is_refused(store, said):
    store.save(KEY, tree_of(1))
    store.path(KEY).write_bytes(store.path(KEY).read_bytes() + b"\0")
    assert_refused(store, said, "cut short or damaged")


def test_a_file_of_another_key_is_refused(store, said):
    store.save(OTHER, tree_of(1))
    store.path(OTHER).rename(store.path(KEY))
    assert_refused(store, said, f"its key is {OTHER}, not {KEY}")


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [("__version__", "0.0.9", "version"), ("FORMAT", "0", "format")],
)
def test_a_file_of_another_version_is_refused(
    store, said, monkeypatch, name, value, what
):
    with monkeypatch.context() as older:
        older.setattr(module, name, value)
        store.save(KEY, tree_of(1))
        assert store.load(KEY).identical(tree_of(1))
    assert_refused(store, said, f"its {what} is {value}, not {getattr(module, name)}")


def test_a_file_of_other_code_is_refused(store, said, monkeypatch):
    with monkeypatch.context() as other:
        other.setattr(module, "code_hash", lambda: 64 * "0")
        store.save(KEY, tree_of(1))
    assert_refused(store, said, "its code is 000000000000, not ")


def test_netcdf_of_someone_else_is_refused(store, said):
    store.path(KEY).parent.mkdir(parents=True)
    image = bytes(tree_of(1).to_netcdf(engine="h5netcdf"))
    store.path(KEY).write_bytes(image)
    assert_refused(store, said, "cut short or damaged")
    seal = f"\nsha256:{sha256(image).hexdigest()}\n".encode()
    store.path(KEY).write_bytes(image + seal)
    assert_refused(store, said, "its format is None, not 1")


def test_sealed_nonsense_is_refused(store, said):
    store.path(KEY).parent.mkdir(parents=True)
    seal = f"\nsha256:{sha256(b'nonsense').hexdigest()}\n".encode()
    store.path(KEY).write_bytes(b"nonsense" + seal)
    assert_refused(store, said, "it cannot be read")


def test_what_is_refused_is_replaced(store, said):
    store.path(KEY).parent.mkdir(parents=True)
    store.path(KEY).write_bytes(b"nonsense")
    assert_refused(store, said, "cut short or damaged")
    store.save(KEY, tree_of(1))
    assert store.load(KEY).identical(tree_of(1))


@pytest.mark.parametrize(
    "key", ["", "1", "../growth-1", "a/b-1", "a.b-1", "growth-x", "growth-1\n"]
)
def test_a_key_names_a_file_of_the_folder_and_no_other(store, key):
    with pytest.raises(ValueError, match="is not a name and a hash"):
        store.save(key, tree_of(1))


# Folders that cannot be used are no error.


def test_a_folder_that_cannot_be_made_is_said_once(tmp_path, said):
    (tmp_path / "file").write_text("not a folder")
    store = Store(tmp_path / "file" / "fits")
    for seed in range(3):
        store.save(KEY, tree_of(seed))
        assert store.load(KEY) is None
    (line,) = said()
    assert "cannot be written (Not a directory)" in line
    assert "CSZT_CACHE" in line


def test_a_folder_in_place_of_the_file_is_said(store, said):
    store.path(KEY).mkdir(parents=True)
    assert_refused(store, said, "directory")
    store.save(KEY, tree_of(1))
    assert "cannot be written" in said()[0]
    assert everything(store) == {store.path(KEY)}


def test_a_full_disk_leaves_the_last_good_state(store, said, monkeypatch):
    store.save(KEY, tree_of(1))

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    store.save(KEY, tree_of(2))
    assert "No space left on device" in said()[0]
    assert store.load(KEY).identical(tree_of(1))
    assert everything(store) == {store.path(KEY)}


def test_the_folder_is_the_one_named_or_that_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("CSZT_CACHE", str(tmp_path / "named"))
    assert Store().folder == tmp_path / "named" / "fits"
    monkeypatch.setenv("CSZT_CACHE", "")
    assert cache_folder().name != "named"
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert cache_folder() == tmp_path / "cszt"
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        assert cache_folder() == tmp_path / "home" / ".cache" / "cszt"


def test_a_user_without_a_home_fits_all_the_same(monkeypatch, said):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("CSZT_CACHE", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", fail)
    Store().save(KEY, tree_of(1))
    assert Store().load(KEY) is None
    assert len(said()) == 1


# A changed input is another key.


def test_a_key_shows_its_name_and_changes_with_every_input():
    keys = [
        key_of("growth", seed=1, draws=4000),
        key_of("price", seed=1, draws=4000),
        key_of("growth", seed=2, draws=4000),
        key_of("growth", seed=1, draws=4001),
        key_of("growth", seed=4000, draws=1),
        key_of("growth", seed=1, draws=4000, engine="nuts"),
        key_of("growth", seed=1, draws=4000, correlation=np.eye(2)),
        key_of("growth", seed=1, draws=4000, correlation=1.01 * np.eye(2)),
    ]
    assert len(set(keys)) == len(keys)
    assert key_of("growth", draws=4000, seed=1) == keys[0]
    assert keys[0].startswith(short(keys[0]))
    assert len(short(keys[0])) == len("growth-") + 12


@pytest.mark.parametrize("name", ["", "R&D/GDP", "../a", "-", "研发", "growth-1"])
def test_any_name_gives_a_key_that_the_store_takes(store, name):
    key = key_of(name, seed=1)
    store.save(key, tree_of(1))
    assert store.load(key).identical(tree_of(1))
    assert store.path(key).parent.parent == store.folder


@pytest.mark.parametrize("name", ["__version__", "code_hash"])
def test_a_key_changes_with_version_and_code(monkeypatch, name):
    before = key_of("growth", seed=1)
    new = "9.9.9" if name == "__version__" else lambda: 64 * "0"
    monkeypatch.setattr(module, name, new)
    assert key_of("growth", seed=1) != before


def test_code_counts_sources_and_libraries(monkeypatch, tmp_path):
    def code() -> str:
        module.code_hash.cache_clear()
        return module.code_hash()

    (tmp_path / "engines").mkdir()
    source = tmp_path / "engines" / "marginal.py"
    source.write_text("DEGREES = 6.0\n")
    monkeypatch.setattr(folders, "_PACKAGE", tmp_path)
    hashes = [code()]
    source.write_text("DEGREES = 7.0\n")
    hashes.append(code())
    source.rename(tmp_path / "marginal.py")
    hashes.append(code())
    monkeypatch.setattr(module, "version", lambda name: f"{name} 99")
    hashes.append(code())
    module.code_hash.cache_clear()
    assert len(set(hashes)) == len(hashes)


def test_code_edited_since_it_was_imported_uses_no_store(store, said, monkeypatch):
    store.save(KEY, tree_of(1))
    monkeypatch.setattr(module, "_IMPORTED", 0.0)
    module.warn_once.cache_clear()
    assert store.load(KEY) is None
    store.save(OTHER, tree_of(1))
    assert not store.path(OTHER).exists()
    (line,) = said()
    assert "edited after it was imported" in line


# The folder stays small.


def keys(count: int) -> list[str]:
    return [f"growth-{n}" for n in range(count)]


def saved_in_turn(store: Store, names: list[str]) -> None:
    """Save under each key, the first of them the longest time ago."""
    for age, key in enumerate(names):
        store.save(key, tree_of(1))
        os.utime(store.path(key), (1000.0 + age, 1000.0 + age))


def left(store: Store) -> set[str]:
    """Keys of what is in the store."""
    found = store.folder.glob("*/*.nc")
    return {f"{path.parent.name}-{path.stem}" for path in found}


def test_no_more_files_are_kept_than_asked_for(tmp_path):
    store = Store(tmp_path, most_files=3)
    saved_in_turn(store, keys(5))
    assert left(store) == set(keys(5)[2:])


def test_no_more_bytes_are_kept_than_asked_for(tmp_path):
    store = Store(tmp_path)
    store.save(KEY, tree_of(1))
    size = store.path(KEY).stat().st_size
    store.path(KEY).unlink()
    tight = Store(tmp_path, most_bytes=int(2.5 * size))
    saved_in_turn(tight, keys(5))
    assert left(tight) == set(keys(5)[3:])


def test_what_was_used_last_is_kept(tmp_path):
    store = Store(tmp_path, most_files=3)
    first, second, *rest = keys(4)
    saved_in_turn(store, [first, second, rest[0]])
    assert store.load(first) is not None
    saved_in_turn(store, rest[1:])
    assert left(store) == {first, *rest}


def test_the_newest_is_kept_even_if_it_is_too_large(tmp_path):
    store = Store(tmp_path, most_bytes=1)
    saved_in_turn(store, keys(2))
    assert left(store) == {keys(2)[1]}


def test_files_of_others_are_left_alone(tmp_path):
    store = Store(tmp_path, most_files=1, most_bytes=1)
    note = store.path(KEY).with_name("notes.txt")
    note.parent.mkdir()
    note.write_text("mine")
    os.utime(note, (0, 0))
    saved_in_turn(store, keys(2))
    assert note.read_text() == "mine"


def test_many_files_of_one_name_leave_those_of_another(tmp_path):
    store = Store(tmp_path, most_files=1)
    saved_in_turn(store, ["price-1", "growth-1", "growth-2"])
    assert left(store) == {"price-1", "growth-2"}


def test_a_draft_is_left_to_its_writer_until_it_must_be_dead(store):
    store.save(KEY, tree_of(1))
    young, old = (
        store.path(KEY).with_suffix(f".nc.{age}.part") for age in ("young", "old")
    )
    young.write_bytes(b"half")
    old.write_bytes(b"half")
    os.utime(old, (1000.0, 1000.0))
    assert store.load(KEY).identical(tree_of(1))
    store.save(KEY, tree_of(1))
    assert not old.exists()
    assert young.exists()


# Processes that are killed, and processes at once.

PROCESS = """
import os, random, signal, sys
from pathlib import Path

sys.path.insert(0, {root!r})
from tests.storage.test_store import KEY, Store, keys, tree_of
from cszt_models.storage.files import write_whole
from cszt_models.storage.store import _encoded

choices = [tree_of(seed, 3000) for seed in (1, 2)]
store = Store(Path({folder!r}), most_files=4)

def write_for_ever():
    store.save(KEY, choices[0])
    print("saved", flush=True)
    files = [_encoded(choice, KEY) for choice in choices]
    while True:  # encoded before, so that nearly all of the time goes into writing
        for file in files:
            write_whole(store.path(KEY), file)

def die_before_renaming():
    store.save(KEY, choices[0])
    os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
    store.save(KEY, choices[1])

def die_half_way():
    import resource
    store.save(KEY, choices[0])
    half = store.path(KEY).stat().st_size // 2
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the system kills at this length
    resource.setrlimit(resource.RLIMIT_FSIZE, (half, half))
    store.save(KEY, choices[1])

def read_and_write(seed):
    rng = random.Random(seed)
    for _ in range(12):
        key = rng.choice(keys(6))
        found = store.load(key)
        assert found is None or any(map(found.identical, choices))
        store.save(key, rng.choice(choices))

{work}
"""


def start(folder: Path, work: str) -> subprocess.Popen:
    """A process of its own that works on a folder."""
    root = str(Path(__file__).parents[2])
    code = PROCESS.format(root=root, folder=str(folder), work=work)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def choices() -> list[xr.DataTree]:
    """What the processes save."""
    return [tree_of(seed, 3000) for seed in (1, 2)]


def assert_left_whole(folder: Path, choices: list[xr.DataTree], said) -> None:
    """Every file of the folder is a draft or loads as one of the choices."""
    store = Store(folder)
    for key in left(store):
        found = store.load(key)
        assert found is not None, said()
        assert any(map(found.identical, choices))
    assert said() == []


def test_a_writer_killed_at_any_moment_leaves_the_last_good_state(
    tmp_path, choices, said
):
    rng = random.Random(1)
    folders = [tmp_path / str(n) for n in range(4)]
    writers = [start(folder, "write_for_ever()") for folder in folders]
    try:
        for writer in writers:
            assert writer.stdout.readline() == "saved\n"
            time.sleep(rng.uniform(0.0, 0.2))
            writer.kill()
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    for folder in folders:
        assert Store(folder).path(KEY).exists()
        assert_left_whole(folder, choices, said)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("work", "signal_name", "written"),
    [("die_half_way()", "SIGXFSZ", 0.5), ("die_before_renaming()", "SIGKILL", 1.0)],
)
def test_a_writer_killed_before_it_renames_leaves_the_last_good_state(
    tmp_path, choices, said, work, signal_name, written
):
    writer = start(tmp_path, work)
    assert writer.communicate(timeout=300)[1] == ""
    assert writer.returncode == -getattr(signal, signal_name)
    (draft,) = tmp_path.glob("*/*.part")
    whole = Store(tmp_path).path(KEY).stat().st_size
    assert draft.stat().st_size == int(written * whole)
    assert Store(tmp_path).load(KEY).identical(choices[0])
    assert said() == []


def test_processes_at_once_read_what_one_of_them_wrote(tmp_path, choices, said):
    users = [start(tmp_path, f"read_and_write({seed})") for seed in range(2)]
    assert [user.communicate(timeout=300)[1] for user in users] == ["", ""]
    assert [user.returncode for user in users] == [0, 0]
    # Each leaves at most four when it prunes; others may have saved meanwhile.
    assert 1 <= len(everything(Store(tmp_path))) <= 4 + len(users)
    assert_left_whole(tmp_path, choices, said)
