"""Cache of data trees as NetCDF files, under a hash of all their inputs.

Files are written atomically, so no reader sees a partial one and a killed writer leaves
the last good state. A file ends with a seal, the SHA-256 of all bytes before, which
HDF5 ignores; a truncated or altered file is detected before any library parses it. An
untrusted file counts as absent, with one line in the log; so does a read-only folder.

There is no lock: two processes with the same key compute the same content, and the last
rename wins. A lock would save one fit, and would itself have to survive a kill.
"""

import logging
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Any

import xarray as xr

from cszt_models import __version__
from cszt_models.storage.files import DRAFT, DRAFT_LIFETIME, write_whole
from cszt_models.storage.folders import (
    FOLDER_VARIABLE,
    LIBRARIES,
    cache_folder,
    python_sources,
)
from cszt_models.storage.hashing import SHORT_DIGITS, content_hash
from cszt_models.storage.netcdf import OpenFile, read_tree

FORMAT = "1"  # raised when an older reader would misread a file
MAX_FILES = 200  # of one name
MAX_BYTES = 1_000_000_000  # of one name; 4,000 draws of one date take 87 million
SUFFIX = ".nc"

_IMPORTED = time.time()
_SEAL = "\nsha256:{}\n"
_SEAL_SIZE = len(_SEAL.format(64 * "0"))
_LOG = logging.getLogger(__name__)


class _Untrusted(Exception):
    """Reason why a file is not used."""


@cache
def code_hash() -> str:
    """Hash of the package's source and of the versions of what computes with it.

    An edited checkout has the version number of the release before it, and other fits.
    """
    sources = {
        path.as_posix(): source.read_bytes() for path, source in python_sources()
    }
    return content_hash([sources, {name: version(name) for name in LIBRARIES}])


def _edited() -> bool:
    """Whether a source file is newer than what this process runs."""
    return any(path.stat().st_mtime > _IMPORTED for _, path in python_sources())


def key_of(name: str, **inputs: Any) -> str:
    """Key of a result, from its name and all inputs.

    Parameters
    ----------
    name
        The key begins with it, for the reader, as far as a file may have it.
    inputs
        All that affects the content; see `content_hash` for valid types. The package's
        code and version are added.

    Raises
    ------
    TypeError
        If an input has no content hash.

    Examples
    --------
    >>> key_of("growth", seed=1) == key_of("growth", seed=2)
    False
    >>> short(key_of("growth", seed=1)).startswith("growth-")
    True
    """
    plain = re.sub(r"\W", "_", name) or "_"
    return f"{plain}-{content_hash([name, inputs, __version__, code_hash()])}"


def short(key: str) -> str:
    """Name in a key and the first digits of its hash, for display.

    Examples
    --------
    >>> short("growth-" + 64 * "a")
    'growth-aaaaaaaaaaaa'
    """
    name, _, digits = key.rpartition("-")
    return f"{name}-{digits[:SHORT_DIGITS]}"


@dataclass(frozen=True)
class Store:
    """A folder of NetCDF files, one per key.

    For each name it contains at most ``most_files`` files and ``most_bytes`` bytes; the
    least recently used are removed first. Any number of processes may use it at once.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> tree = xr.DataTree(xr.Dataset({"growth": ("year", [4.3, 4.7])}))
    >>> with TemporaryDirectory() as folder:
    ...     store = Store(Path(folder))
    ...     store.save(key_of("growth", seed=1), tree)
    ...     store.load(key_of("growth", seed=1)).identical(tree)
    True
    """

    folder: Path = field(default_factory=lambda: cache_folder() / "fits")
    most_files: int = MAX_FILES
    most_bytes: int = MAX_BYTES

    def path(self, key: str) -> Path:
        """File of a key: its hash, in a folder of its name.

        Raises
        ------
        ValueError
            If it is not a name and a hash, and so might lead out of the folder.
        """
        if not (match := re.fullmatch(r"(\w+)-([0-9a-f]+)", key)):
            raise ValueError(f"key {key!r} is not a name and a hash. Use key_of.")
        return self.folder / match[1] / f"{match[2]}{SUFFIX}"

    def load(self, key: str) -> xr.DataTree | None:
        """Tree saved under a key; None if there is no trusted file.

        Large arrays stay in the file and are read when they are used. A truncated or
        altered file, or one of another version, is named in the log.
        """
        path = self.path(key)
        if _outdated():
            return None
        try:
            tree = _decoded(OpenFile(path), key)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (_Untrusted, OSError) as fault:
            _LOG.warning("%s is not used: %s. It is fitted afresh.", path, fault)
            return None
        with suppress(OSError):  # last used now; a folder may be for reading only
            os.utime(path)
        return tree

    def save(self, key: str, tree: xr.DataTree) -> None:
        """Save a tree under a key, atomically.

        If the folder cannot be written, the log says so once and nothing is saved.
        """
        path = self.path(key)
        if _outdated():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, _encoded(tree, key))
        except OSError as error:
            warn_once(
                f"{self.folder} cannot be written ({error.strerror}), so fits are not "
                f"kept. Name another folder in {FOLDER_VARIABLE}."
            )
        else:
            self._prune(path)

    def _prune(self, newest: Path) -> None:
        """Remove drafts of killed writers, and the least recently used files."""
        files, now = _listing(newest.parent), time.time()
        for path, stat in files:
            if path.suffix == DRAFT and now - stat.st_mtime > DRAFT_LIFETIME:
                _remove(path)
        trees = [entry for entry in files if entry[0].suffix == SUFFIX]
        trees.sort(key=lambda entry: (entry[0] != newest, -entry[1].st_mtime_ns))
        sizes = accumulate(stat.st_size for _, stat in trees)
        for count, ((path, _), size) in enumerate(zip(trees, sizes, strict=True)):
            if count and (count >= self.most_files or size > self.most_bytes):
                _remove(path)


def _listing(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """Files of a folder, without those that another process removes meanwhile."""
    files = []
    for path in folder.iterdir():
        with suppress(OSError):
            files.append((path, path.stat()))
    return files


def _remove(path: Path) -> None:
    with suppress(OSError):  # removed by another process, or open in it on Windows
        path.unlink()


def _marks(key: str) -> dict[str, str]:
    """Root attributes that identify a file."""
    code = code_hash()[:SHORT_DIGITS]
    marks = {"format": FORMAT, "version": __version__, "code": code, "key": key}
    return {f"cszt_{name}": mark for name, mark in marks.items()}


def _encoded(tree: xr.DataTree, key: str) -> bytes:
    """Bytes of a NetCDF file and its seal; numbers unchanged bit for bit."""
    marked = tree.copy()
    marked.attrs |= _marks(key)
    as_is = {
        node.path: {
            name: {"_FillValue": None}  # else NaN would be replaced by another NaN
            for name, variable in node.to_dataset(inherit=False).variables.items()
            if variable.dtype.kind == "f"
        }
        for node in marked.subtree
    }
    image = bytes(marked.to_netcdf(engine="h5netcdf", encoding=as_is))
    return image + _seal(image)


def _seal(image: bytes | memoryview) -> bytes:
    return _SEAL.format(sha256(image).hexdigest()).encode()


def _decoded(file: OpenFile, key: str) -> xr.DataTree:
    raw = file.image()
    if raw[-_SEAL_SIZE:] != _seal(memoryview(raw)[:-_SEAL_SIZE]):
        raise _Untrusted("it is cut short or damaged")
    try:
        tree = read_tree(raw, file)
    except Exception as error:  # of any kind: another library may have written it
        raise _Untrusted(f"it cannot be read ({error!r})") from None
    for name, mark in _marks(key).items():
        stored = tree.attrs.pop(name, None)
        if stored != mark:
            what = name.removeprefix("cszt_")
            raise _Untrusted(f"its {what} is {stored}, not {mark}")
    return tree


def _outdated() -> bool:
    """Whether this process runs code that is no longer the one on disk."""
    if outdated := _edited():
        warn_once(
            "The source of cszt_models was edited after it was imported, so stored "
            "fits are neither used nor kept. Start Python anew."
        )
    return outdated


@cache
def warn_once(text: str) -> None:
    """Log a warning, the first time that it is given."""
    _LOG.warning(text)
