"""Changes of a project's files, checked in a copy before the first one is written."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from cszt_models.errors import DataError
from cszt_models.project.project import FILES, Project
from cszt_models.storage.files import temporary_folder, write_together, writing


def change(
    project: Project,
    contents: Mapping[str, bytes],
    check: Callable[[Path], object],
) -> None:
    """Write files of a project, all or none, if the project with them passes a check.

    The check reads a copy in a temporary folder, so that a command that is killed never
    leaves a project that was not checked.

    Parameters
    ----------
    project
        The project as it is.
    contents
        New content of files by name; one comes before those that refer to it.
    check
        Reads the changed project in a folder, and raises for what is wrong in it.

    Raises
    ------
    DataError
        If the project with the files is not valid, or they cannot be written; it stays
        as it was.
    """
    with temporary_folder() as copy:
        for each in FILES:
            if (project.folder / each).is_file():
                shutil.copyfile(project.folder / each, copy / each)
        for each, content in contents.items():
            (copy / each).write_bytes(content)
        try:
            check(copy)
        except DataError as error:
            message = str(error).replace(str(copy), str(project.folder))
            raise DataError(message) from None
    paths = {project.folder / each: content for each, content in contents.items()}
    with writing(next(iter(paths)) if len(paths) == 1 else project.folder):
        write_together(paths)


def with_regions(project: Project, regions: Mapping[str, tuple[str, str]]) -> bytes:
    """project.yaml with new core regions, and its other lines as they are.

    Raises
    ------
    DataError
        If the section cannot be located; the message has the lines to add.
    """
    path = project.folder / "project.yaml"
    lines = [
        f"{json.dumps(name, ensure_ascii=False)}: {_names(*both)}"
        for name, both in regions.items()
    ]
    text = path.read_text(encoding="utf-8").split("\n")
    at = [n for n, line in enumerate(text) if line.startswith("regions:")]
    if len(at) == 1 and text[at[0]].partition("#")[0].strip() in (
        "regions:",
        "regions: {}",
    ):
        text[at[0]] = "regions:"
        indent = _indent(text[at[0] + 1 :])
        text[at[0] + 1 : at[0] + 1] = [indent + line for line in lines]
        if _has_regions("\n".join(text), regions):
            return "\n".join(text).encode()
    raise DataError(
        f"{path}: the new regions could not be added. Write under regions:\n"
        + "\n".join(f"  {line}" for line in lines)
    )


def _indent(lines: list[str]) -> str:
    """Spaces before the first entry of a section."""
    entries = (line for line in lines if line.strip() and line.strip()[0] != "#")
    first = next(entries, "")
    return first[: len(first) - len(first.lstrip())] or "  "


def _has_regions(text: str, regions: Mapping[str, tuple[str, str]]) -> bool:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError:  # other regions are indented otherwise
        return False
    return set(regions) <= set(content.get("regions") or {})


def _names(en: str, zh: str) -> str:
    words = (json.dumps(text, ensure_ascii=False) for text in (en, zh))
    return "{{en: {}, zh: {}, role: core}}".format(*words)
