"""Histories: one project at several as-of dates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cszt_models.analysis.analysis import Analysis
from cszt_models.analysis.base import Day, Targets
from cszt_models.analysis.build import analyse
from cszt_models.analysis.moves import news
from cszt_models.analysis.reporting import write_report
from cszt_models.analysis.scenarios import ScenarioLike
from cszt_models.errors import DataError
from cszt_models.inference.fit import DRAWS
from cszt_models.project.dates import as_of_date, dates_until
from cszt_models.project.plans import last_ended
from cszt_models.project.project import Project, load_project
from cszt_models.results.history import HistoryResults, ScoreResults, history_of
from cszt_models.results.news import NewsResults
from cszt_models.scenarios.scenario import BASELINE


@dataclass(frozen=True)
class History:
    """Analyses of one project, oldest first; see `history`.

    ``plan`` is the id of the plan that was asked for, if one was.
    """

    analyses: tuple[Analysis, ...]
    plan: str | None = None

    def __getitem__(self, place: int) -> Analysis:
        """The analysis in a place: 0 the oldest, -1 the newest."""
        return self.analyses[place]

    def __len__(self) -> int:
        """Number of dates."""
        return len(self.analyses)

    def __repr__(self) -> str:
        """Project and dates."""
        days = ", ".join(str(a.as_of) for a in self.analyses)
        return f"<History of {self[0].project.id} as of {days}>"

    def attain(
        self, targets: Targets = None, scenario: ScenarioLike = BASELINE
    ) -> HistoryResults:
        """Probabilities at every date.

        Raises
        ------
        DataError, ScenarioError
            As `Analysis.attain`.

        Examples
        --------
        >>> import cszt_models as cm
        >>> past = cm.history(dates=["2021-06-30", "2022-06-30"], draws=200)
        >>> len(past.attain())
        2
        """
        return history_of(a.attain(targets, scenario) for a in self.analyses)

    def news(
        self, targets: Targets = None, scenario: ScenarioLike = BASELINE
    ) -> NewsResults:
        """Why probabilities moved from each date to the next.

        Raises
        ------
        DataError, ScenarioError
            As `Analysis.attain`.

        Examples
        --------
        >>> import cszt_models as cm
        >>> past = cm.history(dates=["2021-06-30", "2022-06-30"], draws=200)
        >>> len(past.news("gdp_2025"))
        2
        """
        return news(self.analyses, targets, scenario)

    def scores(self, scenario: ScenarioLike = BASELINE) -> ScoreResults:
        """Scores of the probabilities of targets that the last date resolves.

        Of the last plan that is over, if none was asked for.

        Raises
        ------
        DataError, ScenarioError
            As `Analysis.attain`.

        Examples
        --------
        >>> import cszt_models as cm
        >>> past = cm.history(dates=["2021-06-30", "2026-06-30"], draws=200)
        >>> bool(past.scores().means()["brier"].max() <= 1)
        True
        """
        view = self
        if self.plan is None:
            project = self[-1].project
            ended = last_ended(project.plans, project.plan).id
            view = History(tuple(each.for_plan(ended) for each in self.analyses))
        return view.attain(scenario=scenario).scores()

    def report(
        self,
        path: Path | str,
        *,
        language: str = "",
        only: Sequence[str] = (),
        to: str = "",
        scenario: ScenarioLike = BASELINE,
        compare: Sequence[str] | None = None,
        on_page: Callable[[str], None] = lambda _: None,
    ) -> int:
        """Write pages with the probabilities at every date, and why they moved.

        Parameters
        ----------
        path
            A folder for all pages with downloads, or NAME.html for one page; NAME.docx,
            .pptx, .xlsx or .pdf for a document.
        language
            ``"en"``, ``"zh"`` or ``"both"``; a folder has both if not given, a page
            ``en``.
        only
            Kinds of pages: brief, full, scenarios, city, calibration, data; all if not
            given, the full page in a file.
        to
            html, docx, pptx, xlsx or pdf; by the ending of the file, else html, if not
            given.
        scenario
            Of the pages.
        compare
            Names of scenarios to compare; all of the project if not given.
        on_page
            Called with the name of each page of a folder before it is made.

        Returns
        -------
        int
            Number of files written.

        Raises
        ------
        DataError, ScenarioError
            If the path, the language, a page or a scenario is not valid.
        ConvergenceError
            If a fit did not pass its gate.

        Examples
        --------
        >>> from tempfile import mkdtemp
        >>> import cszt_models as cm
        >>> past = cm.history(dates=["2021-06-30", "2022-06-30"], draws=200)
        >>> past.report(f"{mkdtemp()}/brief.html", only=["brief"], compare=[])
        1
        """
        return write_report(
            self.analyses,
            path,
            language=language,
            only=only,
            to=to,
            scenario=scenario,
            compare=compare,
            on_page=on_page,
        )


def history(
    project: Project | Path | str | None = None,
    dates: Iterable[Day] | None = None,
    *,
    plan: str | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    cache: bool = True,
    on_date: Callable[[date], None] = lambda _: None,
) -> History:
    """Fit a project to what was known on each of several dates.

    Parameters
    ----------
    project
        From `load_project`, or its folder; the bundled region if not given.
    dates
        Dates or texts; the project's as-of dates and the date of its data if not given.
    plan
        Id of the plan that is asked about; the one in force on the last date if not
        given.
    seed, draws, cache
        As `analyse`.
    on_date
        Called with each date before it is fitted.

    Raises
    ------
    DataError
        If the project cannot be read, no date is given, or nothing was known by one.
    ConvergenceError
        If a fit fails its gate.

    Examples
    --------
    >>> import cszt_models as cm
    >>> history(dates=["2021-06-30", "2022-06-30"], draws=200)
    <History of czt as of 2021-06-30, 2022-06-30>
    """
    if not isinstance(project, Project):
        project = load_project(None if project is None else Path(project))
    project = project if plan is None else project.select(plan)
    days = _days(project, dates)
    if not days:
        raise DataError(
            "no dates are given. Give at least one, or nothing for the project's own."
        )
    project = project.on(days[-1])
    project = project.select(project.plan.id)
    first: Analysis | None = None
    analyses = []
    for day in days:
        on_date(day)
        if first is None:
            first = analyse(project, day, seed=seed, draws=draws, cache=cache)
            analyses.append(first)
        else:
            analyses.append(first.at(day))
    return History(tuple(analyses), plan)


def _days(project: Project, dates: Iterable[Day] | None) -> Sequence[date]:
    if dates is None:
        return dates_until(project, project.data_date)
    given = [
        day if isinstance(day, date) else as_of_date(project, day) for day in dates
    ]
    return sorted(set(given))
