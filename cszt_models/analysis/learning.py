"""Learn a project's prior scales from its own figures, or from a panel file."""

from pathlib import Path

from cszt_models.hindcast.learning import learn_from_panel, learn_from_project
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.models.priors import read_priors
from cszt_models.project.changes import change
from cszt_models.project.observations import read_observations
from cszt_models.project.project import Project, load_project
from cszt_models.results.fits import LearnedPriors
from cszt_models.storage.files import load_yaml

FILE = "priors.yaml"


def learn_priors(
    panel: Path | str | None = None,
    *,
    project: Project | None = None,
    origin: int | None = None,
    group: str | None = None,
) -> LearnedPriors:
    """Prior scales by empirical Bayes over regions and groups, nothing written.

    Parameters
    ----------
    panel
        CSV with region, year, indicator and value; the project's figures if not given.
    project
        How figures are read, with the priors before; the bundled one if not given.
    origin
        Last year used; the year before the plan if not given.
    group
        Column of the file whose values are fitted together.

    Raises
    ------
    DataError
        If no block has enough figures up to the origin, or the file cannot be read.
    """
    conventions = load_project() if project is None else project
    last = conventions.plan.first_year - 1 if origin is None else origin
    if panel is None:
        scales = learn_from_project(read_observations(conventions), conventions, last)
    else:
        read = read_panel(Path(panel), group=group)
        scales = learn_from_panel(read, conventions, last)
    return LearnedPriors(tuple(scales), last)


def write_priors(project: Project, learned: LearnedPriors) -> Path:
    """Write priors.yaml of a project whole, or leave the last one.

    Raises
    ------
    DataError
        If what is to be written cannot be read, or not be written.
    """
    text = learned.document(load_yaml(project.file(FILE)))
    change(project, {FILE: text.encode()}, lambda f: read_priors(load_project(f)))
    return project.folder / FILE
