"""Set-up of a scenario: fits that satisfy its conditions, and their outlook."""

from collections.abc import Sequence
from dataclasses import dataclass

from cszt_models.conditional.conditional_fit import Conditional, condition_fits
from cszt_models.models.fits import Fits
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.projection.paths import projectable
from cszt_models.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Scene:
    """What a scenario is projected from.

    ``fits`` meet the scenario's conditions, ``outlook`` is theirs with the regions that
    it names, and ``conditional`` shows how far the conditions moved the draws.
    """

    scenario: Scenario
    fits: Fits
    outlook: Outlook
    conditional: Conditional


def scene(
    fits: Fits,
    scenario: Scenario,
    *,
    outlook: Outlook | None = None,
    regions: Sequence[str] = (),
) -> Scene:
    """Condition fits on a scenario, if it has conditions, and trim them once.

    Parameters
    ----------
    outlook
        The fits' outlook, if it is at hand; used where the scenario needs no other.
    regions
        To be projected besides those that the scenario names, where data allow.

    Raises
    ------
    ScenarioError
        If the conditions contradict what is published, each other, or lie too far from
        what the model expects.
    """
    scenario.require_enabled()
    if fits.conditions == scenario.conditions:
        conditional = condition_fits(fits, (), scenario)
    else:
        conditional, outlook = condition_fits(fits, scenario.conditions, scenario), None
    extra = tuple(dict.fromkeys([*projectable(fits, scenario), *regions]))
    if outlook is None or any(name not in outlook.regions for name in extra):
        outlook = build_outlook(conditional.fits, regions=extra, partial=True)
    return Scene(scenario, conditional.fits, outlook, conditional)
