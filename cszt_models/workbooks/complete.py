"""Whether a workbook holds all of a project: it is read back and compared.

What it does not hold is said in the workbook, field by field and column by column.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from cszt_models.errors import DataError
from cszt_models.models.priors import read_priors
from cszt_models.present.texts.workbooks import Notice
from cszt_models.project.csv_tables import read_table
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_every_target
from cszt_models.project.project import FILES, Project
from cszt_models.scenarios.levers import Lever, read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import Scenario
from cszt_models.storage.files import temporary_folder
from cszt_models.workbooks.reading import MANY_PLANS, unpacked
from cszt_models.workbooks.template import as_workbook

type Values = Mapping[tuple[str, str], Any]  # by file and what of it


def workbook_of(
    project: Project, levers: Mapping[str, Lever]
) -> tuple[bytes, tuple[Notice, ...]]:
    """A project as a workbook, and sentences on what it does not hold.

    Parameters
    ----------
    project
        The project.
    levers
        Its levers by name.
    """
    disabled = _disabled(read_scenarios(project, levers), project)
    notices = (
        *_other_files(project.folder),
        *(
            Notice("disabled", {"scenario": repr(name), "reason": reason})
            for name, reason in disabled.items()
        ),
    )
    content = as_workbook(project, levers, notices=notices, disabled=disabled)
    if lost := tuple(_lost(project, content, disabled)):
        notices += lost
        content = as_workbook(project, levers, notices=notices, disabled=disabled)
    return content, notices


def _disabled(scenarios: Mapping[str, Scenario], project: Project) -> dict[str, str]:
    """Scenarios that a workbook would be refused for, with the reason."""
    if len(project.plans) >= MANY_PLANS:
        return {}
    return {name: s.disabled for name, s in scenarios.items() if s.disabled}


def _other_files(folder: Path) -> Iterator[Notice]:
    names = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in FILES and path.name[0] not in "._"
    )
    if names:
        yield Notice("files", {"files": ", ".join(names)})


def _lost(
    project: Project, content: bytes, disabled: Mapping[str, str]
) -> Iterator[Notice]:
    """What is not as it was when the workbook is read."""
    with temporary_folder() as folder:
        path = folder / "book.xlsx"
        path.write_bytes(content)
        try:
            other, _, _ = unpacked(path, folder / "project")
        except DataError as error:
            yield Notice("refused", {"reason": str(error).replace("book.xlsx, ", "")})
            return
        for file, what in differing(project, other):
            if file != "scenarios.yaml" or what not in disabled:
                yield Notice("differs", {"file": file, "what": what})


def differing(project: Project, other: Project) -> list[tuple[str, str]]:
    """What of a project is not the same in another one, by file and field or column.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from cszt_models import load_project
    >>> later = replace(load_project(), horizon=2050)
    >>> differing(load_project(), later)
    [('project.yaml', 'horizon')]
    """
    before, after = _values(project), _values(other)
    return [
        key
        for key, value in before.items()
        if key not in after or not _same(value, after[key])
    ]


def _same(value: Any, other: Any) -> bool:
    return bool(value.equals(other) if hasattr(value, "equals") else value == other)


def _values(project: Project) -> Values:
    """All that a project's files hold, by file and by field, column or name."""
    levers = read_levers(project)
    values: dict[tuple[str, str], Any] = {
        ("project.yaml", field.name): getattr(project, field.name)
        for field in fields(project)
        if field.name != "folder"
    }
    frame = read_observations(project).reset_index(drop=True)
    values |= {("observations.csv", name): frame[name] for name in frame}
    table = read_table(project.file("targets.csv"), []).reset_index(drop=True)
    numeric = ("value", "high")
    values |= {
        ("targets.csv", name): table[name] for name in table if name not in numeric
    }
    for name, target in read_every_target(project).items():
        values["targets.csv", f"id {name!r}"] = target
    values |= {("levers.yaml", name): lever for name, lever in levers.items()}
    values["priors.yaml", "priors"] = read_priors(project)
    for name, scenario in read_scenarios(project, levers).items():
        values["scenarios.yaml", name] = _fields(scenario)
    return values


def _fields(scenario: Scenario) -> dict[str, Any]:
    """Fields of a scenario, of which equality compares what is set alone."""
    return {field.name: getattr(scenario, field.name) for field in fields(scenario)}
