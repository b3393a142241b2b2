"""Plans of a project: which one is asked about, and which ones are over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from cszt_models.project.schema import Plan
from cszt_models.vocabulary import PlanStatus

type Plans = Mapping[str, Plan]


def with_status(given: Plans, single: Plan, day: date) -> dict[str, Plan]:
    """Plans by id, each with its status on the day of the data.

    Parameters
    ----------
    given
        Plans by id as they are written; none in a project with a single plan.
    single
        The plan of such a project; its years are its id.
    day
        Of the data.
    """
    plans = dict(given) or {single.years.replace("–", "-"): single}
    return {
        name: replace(plan, id=name, status=plan.status or _status(plan, day.year))
        for name, plan in plans.items()
    }


def _status(plan: Plan, year: int) -> PlanStatus:
    return "past" if plan.last_year < year else "current"


def current(plans: Plans) -> Plan:
    """The first plan that runs, or the first of all if none does."""
    running = [plan for plan in plans.values() if plan.status == "current"]
    return next(iter(running or plans.values()))


def in_force(plans: Plans, year: int) -> Plan:
    """The plan in force in a year, else the next one, else the last one.

    Plans of a single year do not count where there are longer ones.

    Examples
    --------
    >>> from cszt_models.project.schema import Label
    >>> spans = {"a": (2021, 2025), "b": (2026, 2030), "c": (2026, 2026)}
    >>> plans = {name: Plan(Label("", ""), *span) for name, span in spans.items()}
    >>> [in_force(plans, year).last_year for year in (2020, 2024, 2026, 2035)]
    [2025, 2025, 2030, 2030]
    """
    every = list(plans.values())
    longer = [plan for plan in every if plan.first_year < plan.last_year] or every
    running = [plan for plan in longer if plan.on(year)]
    if running:
        return running[0]
    ahead = [plan for plan in longer if plan.first_year > year]
    if ahead:
        return min(ahead, key=lambda plan: plan.first_year)
    return max(longer, key=lambda plan: plan.last_year)


def last_ended(plans: Plans, selected: Plan) -> Plan:
    """The selected plan if it is over, else the last one that is; else itself."""
    over = [plan for plan in plans.values() if plan.status == "past"]
    if selected.status == "past" or not over:
        return selected
    return max(over, key=lambda plan: plan.last_year)
