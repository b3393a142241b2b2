"""Answers that were printed before, printed again at once.

An answer is determined by the words of the command, the files of the project and the
package that computes it; its text is stored under a hash of all of them. So the second
time neither figures nor draws are read, and no library is loaded. An answer's other
forms are stored with it, for they are the same results.
"""

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout, suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cszt_models import __version__
from cszt_models.storage.files import sealed, unsealed, write_whole
from cszt_models.storage.folders import LIBRARIES, cache_folder, texts_and_sources

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "answers"  # in the cache folder
MAX_ANSWERS = 800  # the least recently printed are removed first
SUFFIXES = (".yaml", ".csv")  # of the files of a project
_LAYOUT = ("rich", "pandas")  # whose versions affect how a table looks


class _Copy(io.TextIOBase):
    """What is printed, passed on and copied."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.copy = out, io.StringIO()

    def write(self, text: str) -> int:
        self.copy.write(text)
        return self.out.write(text)

    def flush(self) -> None:
        self.out.flush()

    def isatty(self) -> bool:
        return self.out.isatty()


type Question = Sequence[object]


def print_answer(
    answer: Callable[[], None],
    question: Question,
    project: Path | None,
    others: Callable[[str], Iterable[tuple[Question, str]]] = lambda _: (),
) -> None:
    """Print an answer: the stored one, or what is computed, which is then stored.

    Where output is captured by another program in this process, as tests do, nothing
    is stored.

    Parameters
    ----------
    answer
        Prints the answer.
    question
        Command, its options and the width of a line.
    project
        Folder of the project; the bundled one if None.
    others
        Other questions that are answered with it, from its text, with their answers.
    """
    out = sys.__stdout__
    if out is None or sys.stdout is not out:
        answer()
        return
    inputs = _inputs(project)
    key, folder = _key(question, inputs), cache_folder() / FOLDER
    with suppress(OSError):
        content = unsealed((folder / key).read_bytes(), key)
        if content is not None:
            out.write(content.decode())
            (folder / key).touch()
            return
    copy = _Copy(out)
    with redirect_stdout(copy):
        answer()
    text = copy.copy.getvalue()
    with suppress(OSError):  # a folder may be for reading only
        folder.mkdir(parents=True, exist_ok=True)
        for each, printed in ((question, text), *others(text)):
            key = _key(each, inputs)
            write_whole(folder / key, sealed(printed.encode(), key))
        _prune(folder)


def as_json(record: Any) -> str:
    """A record of plain values as JSON, which has no NaN or infinity."""
    return json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_csv(frame: "pd.DataFrame") -> str:
    """A frame as CSV; an index with a name is a column."""
    named = frame.index.name is not None
    return str(frame.to_csv(index=named, lineterminator="\n"))


def _key(question: Question, inputs: bytes) -> str:
    """Hash of the question, and of what answers it."""
    return sha256(repr(question).encode() + b"\0" + inputs).hexdigest()


def _inputs(project: Path | None) -> bytes:
    """Digest of the package and of the files of the project."""
    digest = sha256()
    for part in (__version__, sys.version, *_versions()):
        digest.update(part.encode() + b"\0")
    for path in _files(project):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\0".encode() + content)
    return digest.digest()


def _versions() -> Iterator[str]:
    for name in (*LIBRARIES, *_LAYOUT):
        with suppress(ImportError):
            yield f"{name} {version(name)}"


def _files(project: Path | None) -> Iterator[Path]:
    """Sources and texts of the package, and files of the project and the bundled one.

    The bundled one has the defaults of files that a project may do without.
    """
    from cszt_models.project.project import bundled

    yield from sorted(path for _, path in texts_and_sources())
    for folder in dict.fromkeys((bundled(), project or bundled())):
        paths = (path for level in ("*", "*/*") for path in folder.glob(level))
        yield from sorted(path for path in paths if path.suffix in SUFFIXES)


def _prune(folder: Path) -> None:
    """Remove the answers that were not printed for the longest time."""
    answers = sorted(folder.iterdir(), key=lambda path: -path.stat().st_mtime_ns)
    for path in answers[MAX_ANSWERS:]:
        path.unlink(missing_ok=True)
