"""New project folders, from commented templates or from an example."""

import csv
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from secrets import token_hex

from jinja2 import Environment, PackageLoader, StrictUndefined

from cszt_models.errors import DataError, unknown
from cszt_models.project import observations, plan
from cszt_models.project.project import bundled
from cszt_models.project.schema import ID, ID_RULE
from cszt_models.storage.files import DRAFT, write_together, writing

BUNDLED = "czt"  # the bundled project among the examples
TEMPLATES = ("project.yaml",)
TABLES: Mapping[str, tuple[str, ...]] = {
    "observations.csv": observations.COLUMNS,
    "targets.csv": plan.COLUMNS,
}


@dataclass(frozen=True)
class Starter:
    """Names, years and units of a new project.

    ``money`` and ``people`` are the units of amounts and of persons.
    """

    id: str
    en: str
    zh: str
    first_year: int
    last_year: int
    today: date
    money: str = "1e8 yuan"
    people: str = "1e4 persons"

    @property
    def texts(self) -> dict[str, str]:
        """Content of each file of the folder."""
        environment = Environment(
            loader=PackageLoader("cszt_models", "templates/new"),
            autoescape=False,  # YAML: texts are quoted as JSON strings, which it holds
            undefined=StrictUndefined,
            keep_trailing_newline=True,
        )
        environment.filters["text"] = partial(json.dumps, ensure_ascii=False)
        years = f"{self.first_year}–{self.last_year}"
        words = asdict(self) | {
            "plan_en": f"plan {years}",
            "plan_zh": f"{self.first_year}—{self.last_year}年规划",
        }
        texts = {
            name: environment.get_template(f"{name}.j2").render(words)
            for name in TEMPLATES
        }
        return texts | {name: _header(columns) for name, columns in TABLES.items()}


def start(folder: Path, starter: Starter) -> list[Path]:
    """Write a new project's files into a folder, which must not hold any of them.

    Raises
    ------
    DataError
        If the years are not in order, a name is empty, a file exists already, or the
        folder cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from cszt_models import load_project
    >>> lake = Starter("lake", "Lake", "湖区", 2021, 2025, date(2026, 1, 31))
    >>> with TemporaryDirectory() as folder:
    ...     written = [path.name for path in start(Path(folder, "lake"), lake)]
    ...     load_project(Path(folder, "lake")).plan.last_year
    2025
    >>> written
    ['project.yaml', 'observations.csv', 'targets.csv']
    """
    if starter.first_year > starter.last_year:
        raise DataError(
            f"the plan's years {starter.first_year} to {starter.last_year} are not in "
            "order. Swap --first-year and --last-year."
        )
    if not ID.fullmatch(starter.id):
        raise DataError(
            f"{starter.id!r} is no id of a project: it names files, so {ID_RULE}. "
            "Give another --id, or another name of the folder."
        )
    paths = {folder / name: text for name, text in starter.texts.items()}
    there = [path.name for path in paths if path.exists()]
    if there:
        raise DataError(
            f"{folder} holds {', '.join(there)} already, and nothing is overwritten. "
            "Choose another folder."
        )
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_together({path: text.encode() for path, text in paths.items()})
    return list(paths)


def examples() -> Path:
    """Folder of the examples: inside an installed package, or the checkout's."""
    inside = Path(__file__).parents[1] / "examples"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "examples"


def copy_example(name: str, folder: Path) -> list[Path]:
    """Copy an example, or the bundled project, into a folder that does not exist yet.

    Raises
    ------
    DataError
        If there is no such example, or the folder exists or cannot be written.
    """
    known = {
        path.parent.name: path.parent for path in examples().glob("*/project.yaml")
    }
    known[BUNDLED] = bundled()
    if name not in known:
        raise DataError(f"{unknown('example', name, known)} Choose one of them.")
    if folder.exists():
        raise DataError(f"{folder} exists already. Choose another folder.")
    draft = folder.with_name(f"{folder.name}.{token_hex(8)}{DRAFT}")
    with writing(folder):
        try:
            _copy(known[name], draft)
            draft.replace(folder)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return sorted(folder.iterdir())


def _copy(source: Path, folder: Path) -> None:
    """Copy a folder; the first file that cannot be written ends it."""
    folder.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        if path.is_dir() and path.name != "__pycache__":
            _copy(path, folder / path.name)
        elif path.is_file():
            shutil.copyfile(path, folder / path.name)


def _header(columns: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(columns)
    return text.getvalue()
