"""Store: data trees kept as NetCDF under the hash of all that they follow from.

A file is written whole under another name and then renamed, so no reader sees half of
it and a killed writer leaves the last good state. It ends with a seal, the SHA-256 of
all bytes before, which HDF5 does not read; a file that was cut or altered anywhere is
found by it before any library parses the file. What cannot be trusted counts as absent,
with one line in the log, and so does a folder that cannot be written.

There is no lock: two processes with the same key compute the same content, and the last
rename wins. A lock would save one fit, and would itself have to survive a kill.
"""

import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Any

import platformdirs
import xarray as xr

from cszt_models import __version__
from cszt_models.storage.files import DRAFT, write_whole
from cszt_models.storage.hashing import SHORT, content_hash
from cszt_models.storage.netcdf import read_tree

FOLDER_VARIABLE = "CSZT_CACHE"  # names the folder to keep fits in, if it is set
FORMAT = "1"  # of what is written here; raised when an older reader would misread it
MOST_FILES = 200  # of one name
MOST_BYTES = 1_000_000_000  # of one name; 4,000 draws of one date take 87 million
STALE = 3600.0  # seconds after which a draft must be of a killed writer
SUFFIX = ".nc"

# Their versions decide the draws: random numbers, factorizations and samplers.
LIBRARIES = ("numpy", "scipy", "arviz-stats", "pymc", "pytensor", "nutpie")

_PACKAGE = Path(__file__).parents[1]
_IMPORTED = time.time()
_SEAL = "\nsha256:{}\n"
_SEAL_SIZE = len(_SEAL.format(64 * "0"))
_LOG = logging.getLogger(__name__)


class _Untrusted(Exception):
    """Why a file is not what it should be."""


def cache_folder() -> Path:
    """The folder named by ``CSZT_CACHE``, else the user's cache folder of the system.

    Linux has it in ``~/.cache/cszt`` or below ``XDG_CACHE_HOME``, macOS in
    ``~/Library/Caches``, Windows in ``%LOCALAPPDATA%``.
    """
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    try:
        return platformdirs.user_cache_path("cszt", appauthor=False)
    except RuntimeError:  # a user without a home: nowhere to keep anything
        return Path(os.devnull) / "cszt"


@cache
def code_hash() -> str:
    """Hash of the package's source and of the versions of what computes with it.

    An edited checkout has the version number of the release before it, and other fits.
    """
    sources = {path.as_posix(): source.read_bytes() for path, source in _sources()}
    return content_hash([sources, {name: version(name) for name in LIBRARIES}])


def _sources() -> Iterator[tuple[Path, Path]]:
    """Every source file of the package: its place in the package, and its path."""
    return ((path.relative_to(_PACKAGE), path) for path in _PACKAGE.rglob("*.py"))


def _edited() -> bool:
    """Whether a source file is newer than what this process runs."""
    return any(path.stat().st_mtime > _IMPORTED for _, path in _sources())


def key_of(name: str, **inputs: Any) -> str:
    """Key of what a name and inputs lead to: another one if any of them changes.

    Parameters
    ----------
    name
        The key begins with it, for the reader, as far as a file may have it.
    inputs
        All that decides the content; see `content_hash` for what they may hold. The
        package's code and version are added.

    Raises
    ------
    TypeError
        If the content of an input is not known.

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
    """The name in a key and the first digits of its hash, to be shown to a reader.

    Examples
    --------
    >>> short("growth-" + 64 * "a")
    'growth-aaaaaaaaaaaa'
    """
    name, _, digits = key.rpartition("-")
    return f"{name}-{digits[:SHORT]}"


@dataclass(frozen=True)
class Store:
    """A folder of NetCDF files, each the content of one key.

    Of each name it holds at most ``most_files`` files and ``most_bytes`` bytes, so that
    many large files of one name leave the small ones of another; those not used for
    longest go first. Any number of processes may use it at once.

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
    most_files: int = MOST_FILES
    most_bytes: int = MOST_BYTES

    def path(self, key: str) -> Path:
        """File of a key: its hash, in a folder of its name.

        Raises
        ------
        ValueError
            If it is not a name and a hash, and so might lead out of the folder.
        """
        if not (found := re.fullmatch(r"(\w+)-([0-9a-f]+)", key)):
            raise ValueError(f"key {key!r} is not a name and a hash. Use key_of.")
        return self.folder / found[1] / f"{found[2]}{SUFFIX}"

    def load(self, key: str) -> xr.DataTree | None:
        """The tree saved under a key, in memory; none if there is none to be trusted.

        A file that was cut, altered or written by another version is named in the log.
        """
        path = self.path(key)
        if _outdated():
            return None
        try:
            tree = _decoded(path.read_bytes(), key)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (_Untrusted, OSError) as fault:
            _LOG.warning("%s is not used: %s. It is fitted afresh.", path, fault)
            return None
        with suppress(OSError):  # last used now; a folder may be for reading only
            os.utime(path)
        return tree

    def save(self, key: str, tree: xr.DataTree) -> None:
        """Keep a tree under a key, whole or not at all.

        If the folder cannot be written, the log says so once and nothing is kept.
        """
        path = self.path(key)
        if _outdated():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, _encoded(tree, key))
        except OSError as error:
            _warn_once(
                f"{self.folder} cannot be written ({error.strerror}), so fits are not "
                f"kept. Name another folder in {FOLDER_VARIABLE}."
            )
        else:
            self._prune(path)

    def _prune(self, newest: Path) -> None:
        """Remove what killed writers left, and the files used longest ago."""
        found, now = _listing(newest.parent), time.time()
        for path, stat in found:
            if path.suffix == DRAFT and now - stat.st_mtime > STALE:
                _remove(path)
        kept = [entry for entry in found if entry[0].suffix == SUFFIX]
        kept.sort(key=lambda entry: (entry[0] != newest, -entry[1].st_mtime_ns))
        sizes = accumulate(stat.st_size for _, stat in kept)
        for count, ((path, _), size) in enumerate(zip(kept, sizes, strict=True)):
            if count and (count >= self.most_files or size > self.most_bytes):
                _remove(path)


def _listing(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """Files of a folder, without those that another process removes meanwhile."""
    found = []
    for path in folder.iterdir():
        with suppress(OSError):
            found.append((path, path.stat()))
    return found


def _remove(path: Path) -> None:
    with suppress(OSError):  # removed by another process, or open in it on Windows
        path.unlink()


def _marks(key: str) -> dict[str, str]:
    """What a file says of itself in its root attributes."""
    code = code_hash()[:SHORT]
    marks = {"format": FORMAT, "version": __version__, "code": code, "key": key}
    return {f"cszt_{name}": mark for name, mark in marks.items()}


def _encoded(tree: xr.DataTree, key: str) -> bytes:
    """Bytes of a NetCDF file and its seal; numbers as they are, bit for bit."""
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


def _seal(image: bytes) -> bytes:
    return _SEAL.format(sha256(image).hexdigest()).encode()


def _decoded(raw: bytes, key: str) -> xr.DataTree:
    image = raw[:-_SEAL_SIZE]
    if raw[-_SEAL_SIZE:] != _seal(image):
        raise _Untrusted("it is cut short or damaged")
    try:
        tree = read_tree(image)
    except Exception as error:  # of any kind: another library may have written it
        raise _Untrusted(f"it cannot be read ({error!r})") from None
    for name, mark in _marks(key).items():
        found = tree.attrs.pop(name, None)
        if found != mark:
            what = name.removeprefix("cszt_")
            raise _Untrusted(f"its {what} is {found}, not {mark}")
    return tree


def _outdated() -> bool:
    """Whether this process runs code that is no longer the one on disk."""
    if outdated := _edited():
        _warn_once(
            "The source of cszt_models was edited after it was imported, so stored "
            "fits are neither used nor kept. Start Python anew."
        )
    return outdated


@cache
def _warn_once(text: str) -> None:
    _LOG.warning(text)
