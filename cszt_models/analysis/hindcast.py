"""Hindcasts of a project or of a panel file, by name of the indicator."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from cszt_models.hindcast.cases import HindcastDesign, panel_cases, project_cases
from cszt_models.hindcast.evaluate import DRAWS, run
from cszt_models.hindcast.forecast import METHODS
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.variables import variable_named
from cszt_models.project.figure_series import Doubt
from cszt_models.project.observations import read_observations
from cszt_models.project.project import Project, load_project
from cszt_models.results.hindcast import HindcastResults
from cszt_models.vocabulary import GROWTH


def run_hindcast(
    panel: Path | str | None = None,
    indicator: str = GROWTH,
    *,
    origins: Iterable[int] = range(2012, 2021),
    horizon: int = 5,
    methods: Sequence[str] = METHODS,
    group: str | None = None,
    project: Project | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    jobs: int = 1,
    scheduler: str | None = None,
    folder: Path | None = None,
    on_case: Callable[[int, int], None] = lambda *_: None,
) -> HindcastResults:
    """Forecast from past origins and score against what came.

    Parameters
    ----------
    panel
        CSV with region, year, indicator and value; the project's figures if not given.
    indicator
        Id of what is forecast.
    origins
        Last years known.
    horizon
        Years ahead.
    methods
        ``structural`` and benchmark methods; the first is compared with the others.
    group
        Column of the file whose values are fitted together.
    project
        How figures are read (bases, events, censuses); the bundled one if not given.
    jobs, scheduler
        Processes on this machine, or the address of a dask cluster.
    folder
        Where cases are kept, so that a run that was stopped goes on.

    Raises
    ------
    DataError
        If a name is unknown or the file cannot be read.
    ConvergenceError
        If no group and origin is left that passed its gate.

    Examples
    --------
    >>> methods = ("rw", "mean5")
    >>> results = run_hindcast(origins=[2018], horizon=2, methods=methods, draws=100)
    >>> results.to_frame()["method"].tolist()
    ['rw', 'mean5']
    """
    variable = variable_named(indicator)
    design = HindcastDesign(tuple(origins), horizon, seed, tuple(methods), draws)
    conventions = load_project() if project is None else project
    flagged: Mapping[str, int] = {}
    doubts: tuple[Doubt, ...] = ()
    if panel is None:
        figures = read_observations(conventions)
        cases = project_cases(figures, conventions, variable, design)
    else:
        read = read_panel(Path(panel), group=group)
        flagged, doubts = read.left_out, read.doubts
        cases = panel_cases(read, conventions, variable, design)
    scores = run(cases, folder=folder, jobs=jobs, scheduler=scheduler, on_case=on_case)
    return HindcastResults(indicator, scores, seed, flagged, doubts)
