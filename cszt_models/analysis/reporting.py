"""Reports of analyses, as files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from cszt_models.analysis.arguments import texts_of
from cszt_models.analysis.scenarios import ScenarioLike
from cszt_models.analysis.what_if import WhatIf
from cszt_models.results.attainment import HistoryResults


def write_report(
    analyses: Sequence[WhatIf],
    path: Path | str,
    *,
    language: str,
    only: Sequence[str],
    to: str,
    scenario: ScenarioLike,
    compare: Sequence[str] | None,
    on_page: Callable[[str], None],
) -> int:
    """Write the report of analyses of one project, oldest first; the number of files.

    Parameters
    ----------
    path, language, only, to
        As `reports.form`.
    scenario
        Of the pages.
    compare
        Names of scenarios to compare with it; all of the project if not given.

    Raises
    ------
    DataError, ScenarioError
        If the form cannot be written, or a scenario is unknown.
    ConvergenceError
        If a fit did not pass its gate.
    """
    from cszt_models import reports

    form = reports.form(Path(path), language, texts_of("only", only), to)
    last = analyses[-1]
    names = last.scenarios if compare is None else texts_of("compare", compare)
    compared = {name: last.scenario(name) for name in names}
    attained = HistoryResults(tuple(a.attain(scenario=scenario) for a in analyses))
    return form.write(reports.gather(attained, compared, store=last.store), on_page)
