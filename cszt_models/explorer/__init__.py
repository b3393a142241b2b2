"""Interactive what-if panel for notebooks (`explore`) and web pages (`standalone`).

The browser evaluates about a thousand draws by the same formulas as `project_paths`;
figures from all draws follow from the kernel where there is one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cszt_models.explorer.html import fragment
from cszt_models.explorer.kernel import answers
from cszt_models.explorer.opening import first_live
from cszt_models.explorer.payload import (
    DRAWS,
    content,
    displayed_targets,
    one_project,
    setup_record,
)
from cszt_models.explorer.save import SCENARIOS_FILE
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target, read_every_target, targets_of
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from cszt_models.explorer.widget import Explorer


def explore(
    fits: Fits | Sequence[Fits],
    *,
    scenario: Scenario | None = None,
    language: str = "en",
    draws: int = DRAWS,
    save_to: Path | None = None,
) -> "Explorer":
    """A panel of sliders, probabilities and fans for a notebook.

    Nothing is fitted or compiled while it is used. Without a kernel the panel goes on
    with the draws that it contains.

    Parameters
    ----------
    fits
        Fits of one project, of one as-of date or several to choose from; the last at
        which a target is open is shown first.
    scenario
        Shown at the start; the baseline if not given.
    language
        ``"en"`` or ``"zh"``.
    draws
        Draws of each date that the browser evaluates.
    save_to
        File to which scenarios are saved; scenarios.yaml of the project if not given.

    Raises
    ------
    DataError
        If there are no fits, or they are of several projects.
    """
    from cszt_models.explorer.widget import Explorer

    listed = _listed(fits)
    project = listed[0].project
    data = panel_content(listed, scenario=scenario, language=language, draws=draws)
    scenarios = read_scenarios(project, read_levers(project))
    targets = displayed_targets(listed[-1], _plan_targets(listed))
    path = project.folder / SCENARIOS_FILE if save_to is None else Path(save_to)
    return Explorer(answers(listed, targets, scenarios), data, path)


def standalone(
    fits: Fits | Sequence[Fits],
    *,
    scenario: Scenario | None = None,
    language: str = "en",
    draws: int = DRAWS,
) -> str:
    """The panel as a fragment of HTML with its data and code, for any page.

    It needs neither a kernel nor a network.

    Parameters
    ----------
    fits, scenario, language, draws
        As of `explore`.

    Raises
    ------
    DataError
        If there are no fits, or they are of several projects.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.models.fits import fit_blocks
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=64)
    >>> "https:" in standalone(fits)
    False
    """
    data = panel_content(
        _listed(fits), scenario=scenario, language=language, draws=draws
    )
    return fragment(data)


def panel_content(
    fits: Sequence[Fits],
    *,
    scenario: Scenario | None = None,
    language: str = "en",
    draws: int = DRAWS,
) -> dict[str, Any]:
    """Content of a panel and the state that it starts in.

    Parameters
    ----------
    fits, scenario, language, draws
        As of `explore`.
    """
    project = one_project(fits)
    levers, targets = read_levers(project), _plan_targets(fits)
    plan = project.on(fits[-1].as_of).plan.id
    scenarios = {
        name: each
        for name, each in read_scenarios(project, levers).items()
        if each.serves(plan) and not each.disabled
    }
    if scenario is not None and scenario != scenarios.get(scenario.name):
        scenarios = {**scenarios, scenario.name: scenario}
    names = [] if scenario is None else [scenario.name]
    data = content(fits, targets, levers, scenarios, exactly=names, draws=draws)
    start: dict[str, Any] = {"language": language, "view": first_live(data)}
    if scenario is not None:
        start |= {"scenario": scenario.name, **setup_record(scenario)}
    return {**data, "start": start}


def _plan_targets(fits: Sequence[Fits]) -> dict[str, Target]:
    """Targets of the plan in force on the last date, or of the one selected."""
    last = fits[-1]
    plan = last.project.on(last.as_of).plan
    return targets_of(read_every_target(last.project), plan.id)


def _listed(fits: Fits | Sequence[Fits]) -> list[Fits]:
    return [fits] if isinstance(fits, Fits) else list(fits)
