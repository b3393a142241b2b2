"""Large arrays stay in their file, and are there whenever they are asked for."""

import pickle

import numpy as np
import pytest
import xarray as xr

from cszt_models.storage import netcdf
from cszt_models.storage.netcdf import FileArray, OpenFile
from cszt_models.storage.store import Store

KEY = "growth-" + 64 * "a"
VALUES = np.random.default_rng(5).normal(size=(500, 6, 7))
INDEXES = (
    {},
    {"draw": slice(3, 400, 7)},
    {"draw": np.array([4, 4, 1, 499]), "year": slice(None, None, -1)},
    {"draw": 3, "region": [2, 0]},
    {"draw": xr.DataArray([1, 5], dims="z"), "year": xr.DataArray([6, 0], dims="z")},
)


@pytest.fixture
def stored(tmp_path) -> xr.Dataset:
    """An array as the store gives it back."""
    store, dims = Store(tmp_path), ("draw", "region", "year")
    tree = xr.DataTree(xr.Dataset({"large": (dims, VALUES), "small": ("x", [1.5])}))
    store.save(KEY, tree)
    loaded = store.load(KEY)
    assert loaded is not None
    return loaded.to_dataset()


@pytest.fixture
def count(monkeypatch) -> list[int]:
    """Sizes of what was read from files."""
    sizes, read = [], FileArray.read

    def counted(array: FileArray) -> np.ndarray:
        values = read(array)
        sizes.append(values.size)
        return values

    monkeypatch.setattr(FileArray, "read", counted)
    return sizes


def test_an_array_is_read_when_it_is_used_and_not_before(stored, count):
    some = stored["large"].isel(draw=np.arange(9)).isel(draw=[8, 8])
    assert stored["small"].item() == 1.5
    assert not count
    assert np.array_equal(some.to_numpy(), VALUES[[8, 8]])
    assert count == [VALUES.size]


@pytest.mark.parametrize("index", INDEXES)
def test_indexes_take_what_they_take_in_memory(stored, index):
    memory = xr.DataArray(VALUES, dims=("draw", "region", "year"))
    xr.testing.assert_identical(
        stored["large"].isel(index).variable, memory.isel(index).variable
    )


def test_an_array_outlives_its_file(stored, tmp_path):
    for path in tmp_path.rglob("*.nc"):
        path.unlink()
    assert np.array_equal(stored["large"].to_numpy(), VALUES)


def test_a_copy_for_another_process_needs_no_file(stored, count):
    copy = pickle.loads(pickle.dumps(stored["large"].isel(draw=slice(2))))
    count.clear()
    assert np.array_equal(copy.to_numpy(), VALUES[:2])
    assert not count


def test_a_file_that_became_shorter_is_an_error(tmp_path):
    path = tmp_path / "short"
    path.write_bytes(bytes(80))
    array = FileArray(OpenFile(path), 8, (10,), np.dtype(float))
    with pytest.raises(OSError, match="shorter"):
        array.read()


def test_without_a_file_all_is_in_memory(count):
    tree = xr.DataTree(xr.Dataset({"large": ("x", VALUES.ravel())}))
    loaded = netcdf.read_tree(bytes(tree.to_netcdf(engine="h5netcdf")))
    assert np.array_equal(loaded["large"].to_numpy(), VALUES.ravel())
    assert not count
