"""Safe reading of YAML with located errors, and atomic writing of files."""

import errno
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from glob import escape
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, BinaryIO

import yaml

from cszt_models.errors import DataError

DRAFT = ".part"  # suffix of a file that is being written
DRAFT_LIFETIME = 3600.0  # seconds; an older draft is of a killed writer
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # or too much for this user
DISK_FAULTS = (*FULL, errno.EACCES, errno.EPERM, errno.EROFS)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # of text that spreadsheets execute
_SEAL = "\nsha256:{}\n"
_SEAL_SIZE = len(_SEAL.format(64 * "0"))

# Raised by the YAML reader for scalars that do not match their tag.
_SCALAR_ERRORS = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError)


# Plain scalars of YAML 1.1 that are not what they look like, and what to write.
_TRAPS = (
    ("bool", r"(?i)yes|no|on|off", "is read as {value}: write {value}, or quote it"),
    ("int", r"[-+]?0\d+", "is read as {value} (octal): quote it, or drop the 0"),
    ("int", r"[-+]?\d+(:\d+)+", "is read as {value} (base 60): quote it"),
    ("float", r"[-+]?\d+(:\d+)+(\.\d*)?", "is read as {value} (base 60): quote it"),
    (
        "str",
        r"[-+]?\d+(\.\d*)?[eE][-+]?\d+",
        "is read as text: write it like 1.0",
    ),
)


# The reader in C, where PyYAML was built with it, takes a tenth of the time.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):
    """Raises for a duplicate key, and for scalars that YAML misreads in silence."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        kind = node.tag.rpartition(":")[2]
        plain = isinstance(node, yaml.ScalarNode) and node.style in (None, "")
        try:
            value = super().construct_object(node, deep)
        except ValueError:
            if kind == "timestamp":
                raise _trap(node, "is not a date that exists") from None
            raise
        for name, pattern, fact in _TRAPS if plain else ():
            if kind == name and re.fullmatch(pattern, node.value):
                written = str(value).lower() if kind == "bool" else value
                raise _trap(node, fact.format(value=written))
        return value

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else []:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} is given twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _trap(node: yaml.ScalarNode, fact: str) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(
        None, None, f"{node.value} {fact}", node.start_mark
    )


def load_yaml(path: Path) -> dict[str, Any]:
    """Mapping held by a YAML file, loaded safely.

    Raises
    ------
    DataError
        If the file is absent, is not UTF-8 YAML, or does not hold a mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # a SafeLoader
    except FileNotFoundError:
        raise DataError(
            f"{path} does not exist. Check the path, or restore the file."
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        raise DataError(
            f"{path} cannot be read as UTF-8 text ({error.__class__.__name__}). "
            "Save it as UTF-8."
        ) from None
    except (yaml.YAMLError, RecursionError, *_SCALAR_ERRORS) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise DataError(
            f"{path}{place}: not valid YAML "
            f"({getattr(error, 'problem', None) or error.__class__.__name__}). "
            "Correct the line; strings with ':' or '#' need quotes."
        ) from None
    if not isinstance(content, dict):
        raise DataError(
            f"{path} holds {type(content).__name__}, not a mapping of names to values. "
            "Start it with 'name: value' lines."
        )
    return content


class _Dumper(yaml.SafeDumper):
    """Quotes text that `load_yaml` would refuse as misread."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    trap = any(re.fullmatch(pattern, text) for _, pattern, _ in _TRAPS)
    style = "'" if trap else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _quoted)


def yaml_text(content: Mapping[str, Any], *, width: int = 80) -> str:
    """A mapping as YAML that `load_yaml` reads back as it was.

    Parameters
    ----------
    content
        Plain values by name.
    width
        Characters of a line, about.

    Examples
    --------
    >>> print(yaml_text({"unit": "1e8", "year": 2026}), end="")
    unit: '1e8'
    year: 2026
    """
    return yaml.dump(
        dict(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=width
    )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically: whole or not at all, also if the process is killed.

    The content is written to a random name in the same folder, which must not exist,
    brought to disk and renamed. A killed writer leaves that draft, which ends in
    `DRAFT`.

    Raises
    ------
    OSError
        If the folder cannot be written, with the file as it was before.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "note.txt")
    ...     write_whole(path, b"4.3")
    ...     path.read_bytes()
    b'4.3'
    """
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that replaces ``path`` when it is complete, see `write_whole`.

    Raises
    ------
    OSError
        If the folder cannot be written, with the file as it was before.
    """
    draft = path.with_name(f"{path.name}.{token_hex(8)}{DRAFT}")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):  # else it would hide the error that led here
            draft.unlink(missing_ok=True)
        raise


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all drafts first, then the names, in order.

    A full disk changes none of them; a kill between two renames leaves the first new,
    so a file stands before those that refer to it.

    Raises
    ------
    OSError
        If a folder cannot be written.
    """
    with ExitStack() as drafts:
        for path, content in reversed([*contents.items()]):
            file = drafts.enter_context(whole_file(path))
            file.write(content)
            file.flush()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Work that writes a file of the user's, whose faults become a sentence.

    Drafts that killed writers of the file left an hour ago are removed.

    Raises
    ------
    DataError
        If the file cannot be written, as on a full disk; the last good one stands.
    """
    try:
        yield
    except OSError as error:
        raise not_written(path, error) from None
    with suppress(OSError):
        for draft in path.parent.glob(f"{escape(path.name)}.*{DRAFT}"):
            if time.time() - draft.stat().st_mtime > DRAFT_LIFETIME:
                draft.unlink()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is removed after use, whose faults become a sentence.

    Raises
    ------
    DataError
        If the disk for temporary files is full or may not be written.
    """
    try:
        with TemporaryDirectory(ignore_cleanup_errors=True) as name:
            yield Path(name)
    except OSError as error:
        raise DataError(
            f"{gettempdir()} cannot be written ({error.strerror or error}). Make room "
            "there, or name another folder in TMPDIR."
        ) from None


def not_written(path: Path | str, error: OSError) -> DataError:
    """Sentence for a file that cannot be written.

    Examples
    --------
    >>> print(not_written("page.html", OSError(errno.ENOSPC, "no space")))
    page.html cannot be written (no space). Make room, or choose another place.
    """
    reason = error.strerror or error.__class__.__name__
    if error.errno in FULL:
        return DataError(
            f"{path} cannot be written ({reason}). Make room, or choose another place."
        )
    return DataError(
        f"{path} cannot be written ({reason}). Make it writable, or choose another "
        "place."
    )


def plain_text(value: Any) -> Any:
    """A value for a CSV file: text that a spreadsheet would execute gets an apostrophe.

    Examples
    --------
    >>> plain_text("=1+1"), plain_text("growth"), plain_text(-4.3)
    ("'=1+1", 'growth', -4.3)
    """
    executes = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    return f"'{value}" if executes else value


def sealed(content: bytes, key: str) -> bytes:
    """Content followed by a seal: the SHA-256 of a key and all bytes before."""
    digest = sha256(key.encode() + b"\0" + content).hexdigest()
    return content + _SEAL.format(digest).encode()


def unsealed(raw: bytes, key: str) -> bytes | None:
    """Content of a sealed file; None if it was cut or altered, or has another key.

    Examples
    --------
    >>> raw = sealed(b"4.3", "growth")
    >>> unsealed(raw, "growth")
    b'4.3'
    >>> unsealed(raw.replace(b"4", b"5", 1), "growth") is None
    True
    """
    content = raw[:-_SEAL_SIZE]
    return content if raw == sealed(content, key) else None
