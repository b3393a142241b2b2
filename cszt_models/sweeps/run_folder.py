"""Folder of a sweep on disk: its manifest, parts and result, each with a checksum.

A folder is used only if it is new, empty, or has the manifest of a sweep, and only
files are deleted that were written here. A part counts if its seal shows that it is of
this sweep and undamaged, a result if its hash is in the manifest.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from cszt_models.errors import DataError
from cszt_models.storage.files import DRAFT, sealed, unsealed, whole_file, write_whole
from cszt_models.storage.hashing import content_hash

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

RESULT, MANIFEST, PARTS = "sweep.parquet", "manifest.json", "parts"
DONE, RESULT_HASH = "done", "result_sha256"  # of a finished sweep, in its manifest
DISK_FACTOR = 2.2  # parts and the result that they are joined to, and their heads
_DRAFTS = re.compile(
    rf"({re.escape(RESULT)}|{re.escape(MANIFEST)}|part-\d{{7}}\.sealed)"
    rf"\.[0-9a-f]{{16}}{re.escape(DRAFT)}"
)


@dataclass(frozen=True)
class RunFolder:
    """The folder of a sweep with a manifest of all that its results follow from.

    ``parts`` is their number.
    """

    path: Path
    manifest: Mapping[str, Any]
    parts: int

    @property
    def result(self) -> Path:
        """File of the finished sweep."""
        return self.path / RESULT

    @cached_property
    def key(self) -> str:
        """Hash of the manifest, which parts carry."""
        return content_hash(dict(self.manifest))

    def open(self, *, resume: bool, size: float) -> bool:
        """Prepare the folder for parts; whether the sweep is finished already.

        Parameters
        ----------
        resume
            Use a folder that has this sweep.
        size
            Bytes of the result, about.

        Raises
        ------
        DataError
            If the folder has other files or another sweep, cannot be written or has
            no room; nothing in it was changed.
        """
        try:
            earlier = self._earlier_manifest()
            if earlier is not None:
                self._require_same(earlier, resume)
                if self._finished(earlier):
                    return True
            require_room(self.path, DISK_FACTOR * size)
            self._write_manifest({})  # first: a folder without it is of someone else
            (self.path / PARTS).mkdir(exist_ok=True)
        except OSError as error:
            raise DataError(
                f"{self.path} cannot be written ({error.strerror}). Choose another "
                "folder."
            ) from None
        self._remove_drafts()
        return False

    def give_back(self) -> None:
        """Remove what `open` wrote if no part was finished, after an error."""
        with suppress(OSError):  # not empty: there is a part
            (self.path / PARTS).rmdir()
            if not self.result.exists():
                (self.path / MANIFEST).unlink()

    def _remove_drafts(self) -> None:
        """Remove files of a run that was stopped while it wrote them."""
        files = [*self.path.iterdir(), *(self.path / PARTS).iterdir()]
        for draft in files:
            if _DRAFTS.fullmatch(draft.name):
                with suppress(OSError):
                    draft.unlink()

    def _earlier_manifest(self) -> dict[str, Any] | None:
        """The manifest in the folder, if any; refuses a folder of other files."""
        try:
            names = sorted(entry.name for entry in self.path.iterdir())
        except FileNotFoundError:
            return None
        names = [name for name in names if not _DRAFTS.fullmatch(name)]
        if not names:
            return None
        if MANIFEST not in names:
            raise DataError(
                f"{self.path} is not empty and has no manifest of a sweep (it has "
                f"{names[0]!r}). Choose a new or empty folder; nothing was changed."
            )
        path = self.path / MANIFEST
        try:
            manifest = json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            manifest = None
        if not isinstance(manifest, dict) or "design_hash" not in manifest:
            raise DataError(
                f"{path} is damaged, or not of a sweep. Restore it, or choose another "
                "folder; nothing was changed."
            )
        return manifest

    def _require_same(self, earlier: Mapping[str, Any], resume: bool) -> None:
        if not resume:
            raise DataError(
                f"{self.path} already contains a sweep. Go on with --resume, or choose "
                "another folder."
            )
        keys = [*self.manifest, *(key for key in earlier if key not in self.manifest)]
        differ = [
            key
            for key in keys
            if key not in (DONE, RESULT_HASH)
            and earlier.get(key) != self.manifest.get(key)
        ]
        if differ:
            raise DataError(
                f"{self.path} contains another sweep: {', '.join(differ)} differ. "
                "Choose another folder, or restore what was changed."
            )
        if self.result.exists() and RESULT_HASH not in earlier:
            raise DataError(
                f"{self.result} is not of this sweep: its hash is not in the manifest. "
                "Move it, or choose another folder; nothing was changed."
            )

    def _finished(self, earlier: Mapping[str, Any]) -> bool:
        if RESULT_HASH not in earlier or not self.result.exists():
            return False
        with self.result.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return earlier.get(DONE) is True and digest == earlier[RESULT_HASH]

    def _write_manifest(self, added: Mapping[str, Any]) -> None:
        text = json.dumps({**self.manifest, **added}, ensure_ascii=False, indent=2)
        write_whole(self.path / MANIFEST, f"{text}\n".encode())

    def _part(self, number: int) -> Path:
        return self.path / PARTS / f"part-{number:07d}.sealed"

    def save(self, number: int, content: bytes) -> None:
        """Store a part, the bytes of a Parquet file, with its seal."""
        write_whole(self._part(number), sealed(content, f"{self.key}/{number}"))

    def load(self, number: int) -> bytes | None:
        """Content of a part; None if it is absent, damaged or of another sweep."""
        try:
            raw = self._part(number).read_bytes()
        except OSError:
            return None
        return unsealed(raw, f"{self.key}/{number}")

    def missing(self) -> Sequence[int]:
        """Numbers of the parts that are still to be computed."""
        return [n for n in range(self.parts) if self.load(n) is None]

    def join(self) -> Path:
        """All parts in order as one file, a row group for each; then delete the parts.

        Raises
        ------
        DataError
            If a part was damaged meanwhile.
        """
        import pyarrow.parquet as pq

        with whole_file(self.result) as file:
            schema = pq.read_schema(BytesIO(self._whole_part(0)))
            with pq.ParquetWriter(file, schema) as writer:
                for number in range(self.parts):
                    writer.write_table(pq.read_table(BytesIO(self._whole_part(number))))
            file.flush()
            with Path(file.name).open("rb") as draft:
                digest = hashlib.file_digest(draft, "sha256").hexdigest()
            # before the file has its name: a result without a hash is not of a sweep
            self._write_manifest({DONE: True, RESULT_HASH: digest})
        for number in range(self.parts):
            with suppress(OSError):
                self._part(number).unlink()
        with suppress(OSError):  # not empty: it has files of others
            (self.path / PARTS).rmdir()
        return self.result

    def _whole_part(self, number: int) -> bytes:
        content = self.load(number)
        if content is None:
            raise DataError(
                f"{self._part(number)} was damaged or removed. Go on with --resume: it "
                "is computed again."
            )
        return content


def require_room(folder: Path, needed: float) -> None:
    """Refuse a folder whose disk has less room than needed, in bytes.

    Raises
    ------
    DataError
        With the room needed and that there is.
    """
    whole = folder.absolute()
    existing = next(path for path in (whole, *whole.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if needed > free:
        raise DataError(
            f"{folder}: the sweep takes about {needed / 1e6:,.2f} MB, and "
            f"{free / 1e6:,.2f} MB are free. Make room, or take fewer cases."
        )


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """A folder, made if need be, for this process alone until the block ends.

    One that was made and is empty at the end is removed. The system releases the folder
    also if the process is killed. Where it has no locks, as on
    Windows and some network drives, nothing is locked.

    Raises
    ------
    DataError
        If another process has it, or it cannot be made.
    """
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = None if fcntl is None else os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written ({error.strerror}). Choose another folder."
        ) from None
    try:
        if handle is not None:
            _lock(folder, handle)
        yield
    finally:
        if new:
            with suppress(OSError):  # not empty: it has a sweep
                folder.rmdir()
        if handle is not None:
            os.close(handle)


def _lock(folder: Path, handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DataError(
            f"{folder}: another process is at work on this sweep. Wait for it, or "
            "choose another folder."
        ) from None
    except OSError:  # a drive without locks
        return
