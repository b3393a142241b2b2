"""Reports of analyses, as files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cszt_models.analysis.arguments import texts_of
from cszt_models.analysis.posterior import with_units
from cszt_models.analysis.scenarios import ScenarioLike
from cszt_models.project.dates import dates_until
from cszt_models.project.plans import last_ended
from cszt_models.results.history import HistoryResults, history_of

if TYPE_CHECKING:
    from cszt_models.analysis.analysis import Analysis
    from cszt_models.analysis.what_if import WhatIf


def write_report(
    analyses: Sequence["Analysis"],
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
        Names of scenarios to compare with it; those of its plan if not given.

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
    plan = last.project.plan.id
    named = [s.name for s in last.scenarios.values() if s.serves(plan)]
    names = named if compare is None else texts_of("compare", compare)
    compared = {name: last.scenario(name) for name in names}
    attained = history_of(a.attain(scenario=scenario) for a in analyses)
    past = None
    if not form.kinds or "record" in form.kinds:
        past = record(analyses, scenario)
    report = reports.gather(attained, compared, store=last.store, past=past)
    return form.write(report, on_page)


def write_long_table(
    analysis: "WhatIf", path: Path, to: str, scenarios: Sequence[ScenarioLike]
) -> int:
    """Write paths and probabilities under scenarios for other programs; the rows.

    Parameters
    ----------
    path, to
        As `interchange.form_of`.
    scenarios
        Names or values; the same one twice is written once.

    Raises
    ------
    DataError, ScenarioError
        If the file cannot be written, or a scenario is unknown.
    """
    from cszt_models.documents import interchange
    from cszt_models.reports.site import require_writable, write

    form = interchange.form_of(path, to)
    require_writable(path)
    chosen = {s.name: s for s in map(analysis.scenario, scenarios)}
    attained = [analysis.attain(scenario=scenario) for scenario in chosen.values()]
    table = interchange.long_table(
        [
            interchange.Projected(with_units(a.paths, a.project), a.assessment)
            for a in attained
        ]
    )
    write(path, interchange.WRITERS[form](table))
    if form == "sdmx":
        structure = path.with_name(f"{path.stem}-structure.xml")
        write(structure, interchange.STRUCTURE.read_bytes())
    return len(table)


def record(
    analyses: Sequence["Analysis"], scenario: ScenarioLike
) -> HistoryResults | None:
    """Probabilities of the last plan that is over at its dates, if there is another.

    Parameters
    ----------
    analyses
        Of one project, oldest first; dates that they lack are fitted.
    scenario
        As of the report.
    """
    last = analyses[-1]
    project = last.project
    ended = last_ended(project.plans, project.plan)
    if ended.id == project.plan.id:
        return None
    fitted = {analysis.as_of: analysis for analysis in analyses}
    days = dates_until(project.select(ended.id), last.as_of)
    dated = (fitted[day] if day in fitted else last.at(day) for day in days)
    return history_of(
        each.for_plan(ended.id).attain(scenario=scenario) for each in dated
    )
