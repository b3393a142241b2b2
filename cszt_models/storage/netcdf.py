"""Reader of NetCDF files with many small groups and a few large arrays.

xarray takes ten milliseconds to open a group, and the fits of one date have sixty. h5py
reads them in a third of the time; xarray decodes those in which something is encoded.
Large arrays stay in the file and are read whenever they are used, so that the draws of
many dates do not fill the memory.

References
----------
Unidata. *NetCDF: File Format Specifications*, "NetCDF-4 format": dimensions are HDF5
dimension scales, those without a variable have a name that says so.
"""

import weakref
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core.indexing import (
    ExplicitIndexer,
    LazilyIndexedArray,
    NumpyIndexingAdapter,
    apply_indexer,
)

# Attributes in which HDF5 and NetCDF store dimensions, not data.
_INNER = frozenset(
    {
        *("CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST", "_nc3_strict"),
        *("_NCProperties", "_Netcdf4Dimid", "_Netcdf4Coordinates"),
    }
)
_ENCODED = {"coordinates", "dtype"}  # attributes of what is decoded
_BARE = b"This is a netCDF dimension but not a netCDF variable"
LARGE = 100_000  # bytes of an array that stays in its file


class OpenFile:
    """A file that is open for reading until nothing refers to it.

    It can be read even when another process has removed it.

    Raises
    ------
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        weakref.finalize(self, self._file.close)
        self._lock = Lock()  # between finding a place and reading there

    def image(self) -> bytes:
        """All its bytes."""
        with self._lock:
            self._file.seek(0)
            return self._file.read()

    def read_into(self, values: NDArray[Any], offset: int) -> None:
        """Fill an array with the bytes from an offset on.

        Raises
        ------
        OSError
            If there are fewer, or the file cannot be read any more.
        """
        left = memoryview(values).cast("B")
        with self._lock:
            self._file.seek(offset)
            while left:
                count = self._file.readinto(left)
                if not count:
                    raise OSError(f"{self._file.name} has become shorter")
                left = left[count:]


class FileArray(BackendArray):
    """Numbers that are read from a file whenever they are used, and not kept.

    Parameters
    ----------
    file
        Not written to any more.
    offset
        Of the first number, in bytes.
    shape, dtype
        Of the array, whose last dimension varies fastest.
    """

    def __init__(
        self, file: OpenFile, offset: int, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        self.file, self.offset, self.shape, self.dtype = file, offset, shape, dtype

    def __getitem__(self, key: ExplicitIndexer) -> NDArray[Any]:
        """Numbers at an index, as xarray asks for them."""
        return np.asarray(apply_indexer(NumpyIndexingAdapter(self.read()), key))

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy for another process has its numbers in memory."""
        return NumpyIndexingAdapter, (self.read(),)

    def read(self) -> NDArray[Any]:
        """All numbers.

        Raises
        ------
        OSError
            If the file cannot be read any more.
        """
        values = np.empty(self.shape, self.dtype)
        self.file.read_into(values, self.offset)
        return values


def read_tree(image: bytes, file: OpenFile | None = None) -> xr.DataTree:
    """Tree from the bytes of a file that xarray wrote.

    Values are unchanged: no masking, scaling or decoding of times. Bytes after the end
    of the file are ignored.

    Parameters
    ----------
    image
        The bytes.
    file
        Theirs, in which large arrays stay; without it all are in memory.

    Raises
    ------
    OSError
        If it is not such a file.

    Examples
    --------
    >>> tree = xr.DataTree(xr.Dataset({"growth": ("year", [4.3, 4.7])}))
    >>> image = bytes(tree.to_netcdf(engine="h5netcdf"))
    >>> read_tree(image)["growth"].to_numpy().tolist()
    [4.3, 4.7]
    """
    import h5py

    groups: dict[str, xr.Dataset] = {}
    with h5py.File(BytesIO(image), "r", track_order=True) as tree:
        left = [tree["/"]]
        while left:
            group = left.pop()
            members = list(group.values())
            left += reversed([item for item in members if isinstance(item, h5py.Group)])
            datasets = [item for item in members if isinstance(item, h5py.Dataset)]
            variables = {
                _last(item.name): _variable(tree, item, file) for item in datasets
            }
            present = {
                name: item for name, item in variables.items() if item is not None
            }
            raw = xr.Dataset(present, attrs=_attributes(group))
            if _encoded(raw):
                raw = xr.decode_cf(raw, mask_and_scale=False, decode_times=False)
            groups[group.name] = raw
    return xr.DataTree.from_dict(groups)


def _variable(tree: Any, stored: Any, file: OpenFile | None) -> xr.Variable | None:
    """Variable with the names of its dimensions; None for a dimension alone."""
    import h5py

    if stored.attrs.get("NAME", b"").startswith(_BARE):
        return None
    text = h5py.check_string_dtype(stored.dtype) is not None
    values = stored.asstr()[()] if text else _values(stored, file)
    if "DIMENSION_LIST" in stored.attrs:
        scales = [tree[references[0]] for references in stored.attrs["DIMENSION_LIST"]]
    else:
        scales = [stored] * stored.ndim
    dims = tuple(_last(scale.name) for scale in scales)
    return xr.Variable(dims, values, _attributes(stored))


def _values(stored: Any, file: OpenFile | None) -> Any:
    """Numbers in memory, or in their file if they are many and in one place there."""
    offset = stored.id.get_offset() if file and stored.nbytes >= LARGE else None
    if file is None or offset is None:
        return stored[()]
    return LazilyIndexedArray(FileArray(file, offset, stored.shape, stored.dtype))


def _encoded(raw: xr.Dataset) -> bool:
    """Whether xarray wrote something in another form: coordinates, or truth values."""
    described = [raw.attrs, *(variable.attrs for variable in raw.variables.values())]
    return any(_ENCODED & attributes.keys() for attributes in described) or any(
        variable.dtype.kind == "S" or not variable.dtype.isnative
        for variable in raw.variables.values()
    )


def _attributes(stored: Any) -> dict[str, Any]:
    names = [name for name in stored.attrs if name not in _INNER]
    attributes = {name: stored.attrs[name] for name in names}
    return {
        name: value.item()
        if isinstance(value, np.ndarray) and value.shape == (1,)
        else value
        for name, value in attributes.items()
    }


def _last(path: str) -> str:
    return path.rpartition("/")[2]
